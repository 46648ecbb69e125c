-- Approvals of a remedy: looked up when an offer ends, and for the export.
CREATE INDEX approvals_by_remedy ON approvals (remedy_id);
