-- An answer that was taken back before anybody had it was never said: written down where that is known, when it is taken back. What had failed or was uncertain
-- stood on the customer's page, and stays said.
ALTER TABLE outbox ADD COLUMN unsaid {bool} NOT NULL DEFAULT FALSE;
UPDATE outbox SET unsaid = TRUE WHERE state = 'withdrawn' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outbox_id = outbox.id AND d.state IN ('sent', 'delivered', 'bounced'))
  AND NOT EXISTS (SELECT 1 FROM messages m JOIN events e ON e.case_id = m.case_id WHERE m.id = outbox.message_id AND e.subject_id = m.id AND e.kind IN ('mail.uncertain', 'mail.failed'));
