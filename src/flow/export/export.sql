-- Reading all cases in the order of their ids, first those that stand by themselves ($2 = 0), then those merged into one of them.

-- name: export_cases
SELECT c.id, c.ref, c.external_id, c.kind, c.subject, c.channel, c.severity, c.desired_remedy, c.tags, c.stage, c.outcome, c.received_at,
       c.acknowledged_at, c.first_response_at, c.resolved_at, c.closed_at, c.logged_at, c.stage_at, c.changed_at, c.n_reopened, c.waiting, c.facts,
       c.customer_id, cu.ref AS customer_ref, cu.name AS customer_name, cu.external_id AS customer_external_id,
       p.path AS product, k.path AS category, r.path AS root_cause, o.email AS owner, t.name AS team, m.ref AS merged_into
FROM cases c
LEFT JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN users o ON o.id = c.owner_id
LEFT JOIN teams t ON t.id = c.team_id
LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN categories k ON k.id = c.category_id
LEFT JOIN root_causes r ON r.id = c.root_cause_id
LEFT JOIN cases m ON m.id = c.merged_into
WHERE c.id > $1 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($2 AS BIGINT)
ORDER BY c.id LIMIT $3;

-- name: export_messages
-- What was taken back and reached nobody was not said: where the case is read in, nothing would tell. What is to be sent later is a note there: nobody would send it.
SELECT m.id, m.case_id, CASE WHEN m.direction = 'outbound' AND EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.counts_later <> 0) THEN 'note' ELSE m.direction END AS direction, m.channel, COALESCE(m.author_name, u.name) AS author_name, m.body, m.automatic, m.said_at, u.email AS author
FROM messages m
JOIN cases c ON c.id = m.case_id
LEFT JOIN users u ON u.id = m.author_id
WHERE m.case_id > $1 AND m.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) AND (m.direction <> 'outbound' OR NOT EXISTS (
  SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.unsaid))
ORDER BY m.case_id, m.said_at, m.id;

-- name: export_attachments
-- Of those messages alone: they are read side by side.
SELECT a.message_id, a.name, a.media_type, a.size, a.hash
FROM attachments a
JOIN messages m ON m.id = a.message_id
JOIN cases c ON c.id = m.case_id
WHERE a.case_id > $1 AND a.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) AND (m.direction <> 'outbound' OR NOT EXISTS (
  SELECT 1 FROM outbox o WHERE o.message_id = m.id AND o.unsaid))
ORDER BY m.case_id, m.said_at, m.id, a.id;

-- name: export_contacts
-- By kind first: an import writes the address and the number of the row down before what else there is.
SELECT kind, value FROM contacts WHERE customer_id = $1 ORDER BY kind, id LIMIT 100;

-- name: export_last
SELECT COALESCE(max(id), 0) AS value FROM (
  SELECT c.id FROM cases c WHERE c.id > $1 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($2 AS BIGINT)
  ORDER BY c.id LIMIT $3) page;
