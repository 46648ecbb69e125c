-- What was done is taken back by the system that did it.
ALTER TABLE remedy_hooks ADD COLUMN back_url TEXT;         -- where it is asked to; NULL: a person takes back
CREATE TABLE remedy_takebacks (
  remedy_id   {ref}  NOT NULL PRIMARY KEY REFERENCES remedies(id),
  state       TEXT   NOT NULL CHECK (state IN ('asked', 'failed', 'done')),
  reason      TEXT   NOT NULL,
  asked_by    {ref}  REFERENCES users(id),
  asked_at    {time} NOT NULL,
  attempts    {int}  NOT NULL DEFAULT 0,
  tried_at    {time},
  accepted_at {time},                                      -- it took it on and says later how it went
  fault       TEXT,
  answer      TEXT,
  reference   TEXT
) {strict};

-- A remedy that its system could not do, and a person did, was done by hand: its system has nothing to take back.
UPDATE remedies SET done_by = 'manual'
WHERE done_by = 'webhook' AND state IN ('done', 'reversed')
  AND EXISTS (SELECT 1 FROM ledger l WHERE l.remedy_id = remedies.id AND l.entry = 'done' AND l.by_id IS NOT NULL);
