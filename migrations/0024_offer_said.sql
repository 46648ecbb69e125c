-- The answer in which an offer was made: taken back before anybody got it, the offer is withdrawn with it. NULL: given without asking, or made before this was kept.
ALTER TABLE offers ADD COLUMN message_id {ref} REFERENCES messages(id);
CREATE INDEX offers_by_message ON offers (message_id) WHERE message_id IS NOT NULL;
