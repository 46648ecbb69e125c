-- Who is told, and of what. Notices of any kind (the words stand in cases/notice.h): clocks, promises, approvals and the like
-- come with their own folders. Each team may have a lead, to whom what is late is told next.
ALTER TABLE teams ADD COLUMN lead_id {ref} REFERENCES users(id);

CREATE TABLE notices_new (
  id         {id},
  user_id    {ref}  NOT NULL REFERENCES users(id),
  kind       TEXT   NOT NULL,
  case_id    {ref}  NOT NULL REFERENCES cases(id),
  message_id {ref}  REFERENCES messages(id),
  by_id      {ref}  REFERENCES users(id),
  facts      {json},                               -- what the sentence names: a clock's kind, a promise's words
  made_at    {time} NOT NULL,
  read_at    {time}
) {strict};
INSERT INTO notices_new (id, user_id, kind, case_id, message_id, by_id, made_at, read_at)
SELECT id, user_id, kind, case_id, message_id, by_id, made_at, read_at FROM notices;
DROP TABLE notices;
ALTER TABLE notices_new RENAME TO notices;
CREATE INDEX notices_unread ON notices (user_id, id) WHERE read_at IS NULL;
-- only postgresql
SELECT setval(pg_get_serial_sequence('notices', 'id'), (SELECT max(id) FROM notices));
-- end only
