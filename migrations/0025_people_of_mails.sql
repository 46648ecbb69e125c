-- Who a mail is from and to, by the message and their place in it: one entry each, where there was a row and one of an index.
ALTER TABLE mail_people RENAME TO mail_people_before;
CREATE TABLE mail_people (
  message_id  {ref}  NOT NULL REFERENCES messages(id),
  place       {int}  NOT NULL,                     -- 0, 1, 2 ... as the mail names them
  role        TEXT   NOT NULL CHECK (role IN ('from', 'reply_to', 'to', 'cc', 'bcc')),
  name        TEXT   NOT NULL,
  address     TEXT   NOT NULL,
  address_key TEXT   NOT NULL,
  PRIMARY KEY (message_id, place)
) {strict_by_key};
-- only sqlite
INSERT INTO mail_people (message_id, place, role, name, address, address_key)
SELECT message_id, row_number() OVER (PARTITION BY message_id ORDER BY rowid) - 1, role, name, address, address_key FROM mail_people_before ORDER BY message_id, rowid;
-- end only
-- only postgresql
INSERT INTO mail_people (message_id, place, role, name, address, address_key)
SELECT message_id, row_number() OVER (PARTITION BY message_id ORDER BY CASE role WHEN 'from' THEN 0 WHEN 'reply_to' THEN 1 WHEN 'to' THEN 2 WHEN 'cc' THEN 3 ELSE 4 END, ctid) - 1, role, name, address, address_key
FROM mail_people_before;
-- end only
DROP TABLE mail_people_before;
