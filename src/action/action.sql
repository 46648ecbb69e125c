-- Corrective actions.

-- name: action_insert
INSERT INTO actions (ref, title, plan, effect, state, root_cause_id, category_id, product_id, case_id, owner_id, due_at, opened_by, opened_at)
VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: action_by_ref
SELECT a.id, a.ref, a.title, a.plan, a.effect, a.state, a.root_cause_id, a.category_id, a.product_id, a.case_id, a.owner_id, a.due_at, a.opened_at,
       a.ended_at, a.ended_words, a.version, r.path AS cause, r.ref AS cause_ref, k.path AS category, k.ref AS category_ref, p.path AS product,
       p.ref AS product_ref, c.ref AS case_ref, c.subject AS case_subject, o.ref AS owner_ref, o.name AS owner_name, b.ref AS opened_by_ref, b.name AS opened_by_name
FROM actions a JOIN users o ON o.id = a.owner_id LEFT JOIN users b ON b.id = a.opened_by LEFT JOIN root_causes r ON r.id = a.root_cause_id
LEFT JOIN categories k ON k.id = a.category_id LEFT JOIN products p ON p.id = a.product_id LEFT JOIN cases c ON c.id = a.case_id
WHERE a.ref = $1;

-- name: action_rows
SELECT a.id, a.ref, a.title, a.plan, a.effect, a.state, a.root_cause_id, a.category_id, a.product_id, a.case_id, a.owner_id, a.due_at, a.opened_at,
       a.ended_at, a.ended_words, a.version, r.path AS cause, r.ref AS cause_ref, k.path AS category, k.ref AS category_ref, p.path AS product,
       p.ref AS product_ref, c.ref AS case_ref, c.subject AS case_subject, o.ref AS owner_ref, o.name AS owner_name, b.ref AS opened_by_ref, b.name AS opened_by_name
FROM actions a JOIN users o ON o.id = a.owner_id LEFT JOIN users b ON b.id = a.opened_by LEFT JOIN root_causes r ON r.id = a.root_cause_id
LEFT JOIN categories k ON k.id = a.category_id LEFT JOIN products p ON p.id = a.product_id LEFT JOIN cases c ON c.id = a.case_id
WHERE (CAST($1 AS TEXT) IS NULL OR a.state = $1) AND (CAST($2 AS BIGINT) = 0 OR a.owner_id = $2) AND (CAST($3 AS BIGINT) = 0 OR a.root_cause_id = $3)
ORDER BY CASE WHEN a.state = 'open' THEN 0 ELSE 1 END, CASE WHEN a.state = 'open' THEN a.due_at ELSE -a.ended_at END, a.id LIMIT $4;

-- name: action_rows_of_case
SELECT a.ref, a.title, a.state, a.due_at, a.ended_at, o.name AS owner_name
FROM actions a JOIN users o ON o.id = a.owner_id WHERE a.case_id = $1
UNION ALL
SELECT a.ref, a.title, a.state, a.due_at, a.ended_at, o.name AS owner_name
FROM actions a JOIN users o ON o.id = a.owner_id WHERE a.root_cause_id = $2 AND (a.case_id IS NULL OR a.case_id <> $1) AND a.state <> 'dropped'
LIMIT 50;

-- name: action_update
UPDATE actions SET title = $2, plan = $3, effect = $4, owner_id = $5, due_at = $6, version = version + 1 WHERE id = $1 AND version = $7;

-- name: action_set_state
UPDATE actions SET state = $2, ended_at = $3, ended_words = $4, version = version + 1 WHERE id = $1 AND version = $5;

-- name: action_to_remind
SELECT a.owner_id, a.case_id, a.ref, a.title, a.due_at FROM actions a WHERE a.id = $1 AND a.state = 'open' AND a.due_at = $2;
