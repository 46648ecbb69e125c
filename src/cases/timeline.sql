-- name: timeline_rows
SELECT e.id, e.at, e.kind, e.actor_kind, u.ref AS actor_ref, u.name AS actor_name, e.facts, m.ref AS message_ref
FROM events e
LEFT JOIN users u ON u.id = e.actor_id
LEFT JOIN messages m ON m.id = CASE e.kind WHEN 'message.received' THEN e.subject_id WHEN 'message.sent' THEN e.subject_id WHEN 'message.written' THEN e.subject_id
                                       WHEN 'message.noted' THEN e.subject_id WHEN 'case.split' THEN e.subject_id END
WHERE e.case_id = $1 AND e.id < $2
ORDER BY e.id DESC LIMIT $3;

-- name: timeline_people
-- Names behind the refs that facts speak of: who it was given to, which team.
SELECT ref, name FROM users WHERE ref = $1
UNION ALL
SELECT ref, name FROM users WHERE ref = $2
UNION ALL
SELECT ref, name FROM teams WHERE ref = $3;
