-- The stage that a case is moved to when an answer that is to be sent later leaves; NULL: none.
ALTER TABLE outbox ADD COLUMN then_stage TEXT;
