-- How far somebody has read a case: everything written down until seen_at. None: never opened. Those of cases nobody
-- looked at for half a year are thrown away (main/housekeeping.c).
CREATE TABLE reads (
  user_id {ref}  NOT NULL REFERENCES users(id),
  case_id {ref}  NOT NULL REFERENCES cases(id),
  seen_at {time} NOT NULL,
  PRIMARY KEY (user_id, case_id)
) {strict};
CREATE INDEX reads_by_age ON reads (seen_at);
