-- Mail that reached some and not others; whose word we take that a sender is who it says; the language of a mailbox.

ALTER TABLE outbox ADD COLUMN n_refused {int} NOT NULL DEFAULT 0;          -- sent, though not to so many of its recipients
ALTER TABLE outbox ADD COLUMN refusal_open {bool} NOT NULL DEFAULT FALSE;  -- and nobody has looked at that yet
CREATE INDEX outbox_partly_sent ON outbox (id) WHERE refusal_open;
CREATE INDEX deliveries_by_address ON deliveries (address_key, id);

ALTER TABLE mailboxes ADD COLUMN auth_server TEXT NOT NULL DEFAULT '';     -- the server of ours whose Authentication-Results count; '': none
ALTER TABLE mailboxes ADD COLUMN staff_answers {bool} NOT NULL DEFAULT FALSE; -- mail of staff that it found genuine is their answer
ALTER TABLE mailboxes ADD COLUMN language TEXT NOT NULL DEFAULT '';        -- of the house's own words to those who write here; '': the customer's
