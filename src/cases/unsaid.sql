-- An answer that was taken back before anybody got it.

-- name: unsaid_written
-- That it was said on the case $1, or written there where it never left. No row: on another one, or it came with an import.
SELECT e.id AS value FROM events e WHERE e.case_id = $1 AND e.kind IN ('message.sent', 'message.written') AND e.subject_id = $2 ORDER BY e.id DESC LIMIT 1;

-- name: unsaid_merges
-- All that were ever merged with the case $1, by however many merges.
WITH RECURSIVE near(id) AS (
  SELECT CAST($1 AS BIGINT)
  UNION
  SELECT CASE WHEN g.target_id = n.id THEN g.source_id ELSE g.target_id END FROM near n JOIN merges g ON g.kind = 'case' AND (g.target_id = n.id OR g.source_id = n.id)
)
SELECT g.source_id, g.target_id, g.moved, g.made_at, g.undone_at FROM near n JOIN merges g ON g.kind = 'case' AND g.source_id = n.id ORDER BY g.id;

-- name: unsaid_said
-- What was said, as it was written, by the messages that are on the case $1 now, with the answer $2 itself, wherever that is; what else was taken back is left out. counted_at: when
-- the case took it in, which of one that was sent later is when it left; later: it never did.
SELECT m.id, m.direction, m.automatic, m.said_at, m.logged_at,
  CASE WHEN m.said_at > m.logged_at AND EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.undo_until IS NULL AND NOT o.automatic) THEN m.said_at ELSE m.logged_at END AS counted_at,
  EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.counts_later <> 0) AS later
FROM messages m
WHERE (m.case_id = $1 OR m.id = $2) AND m.direction <> 'note'
  AND (m.id = $2 OR m.direction = 'inbound' OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.unsaid))
ORDER BY counted_at, m.id;

-- name: unsaid_answers
-- What was answered on the case $1 since $2.
SELECT e.subject_id, e.facts FROM events e WHERE e.case_id = $1 AND e.kind = 'message.sent' AND e.at >= $2 ORDER BY e.id LIMIT 500;

-- name: unsaid_words
SELECT body FROM messages WHERE id = $1;

-- name: unsaid_moves
-- Newest first. unsaid: by an answer that was taken back.
SELECT e.id, e.kind, e.at, e.subject_id, e.facts,
  EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = e.subject_id AND o.unsaid) AS unsaid
FROM events e WHERE e.case_id = $1 AND e.kind IN ('case.stage_changed', 'case.reopened', 'case.stage_kept') ORDER BY e.id DESC LIMIT 500;
