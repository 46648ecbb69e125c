-- Message-IDs by their keys alone: a lookup reads one page of one tree, in which the ids that mails bear lie together and those they only name
-- stay out of the way. Before, a lookup read a page of an index whose keys were both, and one among the words of all messages.

ALTER TABLE mail_ids RENAME TO mail_ids_before;
DROP INDEX mail_ids_by_key;
CREATE TABLE mail_ids (
  own        {bool} NOT NULL,                      -- the message's own id; else one that it named
  key        {int}  NOT NULL,                      -- the first 8 bytes of the id's hash
  message_id {ref}  NOT NULL REFERENCES messages(id),
  case_id    {int},                                -- the case it was filed in; where that was merged since, its target. NULL: as messages says
  PRIMARY KEY (own, key, message_id)
) {strict_by_key};
-- A message that a merge brought goes back when the merge is undone: the table of messages knows where it is.
INSERT INTO mail_ids (own, key, message_id, case_id)
SELECT DISTINCT i.own, i.key, i.message_id, CASE WHEN g.target_id IS NULL THEN m.case_id END
FROM mail_ids_before i JOIN messages m ON m.id = i.message_id
LEFT JOIN (SELECT DISTINCT target_id FROM merges WHERE kind = 'case') g ON g.target_id = m.case_id
ORDER BY 1, 2, 3;
DROP TABLE mail_ids_before;
