-- An answer that is to be sent later counts when it leaves, not when it was written. 0: it counted when it was written; 1: when it leaves; 2: when it leaves, and we
-- go on working. It is 0 again once it has left.
ALTER TABLE outbox ADD COLUMN counts_later {int} NOT NULL DEFAULT 0;
