-- Heads of statements that cases/walk.c and cases/few.c put together with conditions and orders.

-- name: list_keys
SELECT c.id, c.is_open, c.due_at, c.received_at, c.severity, c.changed_at, c.resolved_at FROM cases c

-- name: list_source_cases
SELECT s.id FROM cases s

-- name: list_source_tags
SELECT s.case_id AS id FROM case_tags s

-- name: list_source_missed
SELECT s.case_id AS id FROM clock_results s

-- name: list_source_remedies
SELECT s.case_id AS id FROM remedies s

-- name: list_source_answers
SELECT s.case_id AS id FROM survey_answers s

-- name: list_source_surveys
SELECT s.case_id AS id FROM survey_asked s

-- name: list_source_follow_ups
SELECT s.case_id AS id FROM follow_ups s

-- name: list_rows
-- Imported facts are left to the case itself.
SELECT c.id, c.ref, c.kind, c.subject, c.customer_id, c.channel, c.product_id, c.category_id, c.severity, c.desired_remedy,
       c.owner_id, c.team_id, c.stage, c.outcome, c.root_cause_id, c.external_id, c.external_hash, NULL AS facts, c.is_open, c.waiting,
       c.due_at, c.due_kind, c.soon_at, c.received_at, c.logged_at, c.stage_at, c.acknowledged_at, c.first_response_at, c.resolved_at,
       c.closed_at, c.last_inbound_at, c.last_message_at, c.n_messages, c.n_reopened, c.merged_into, c.snippet, c.tags,
       c.changed_at, c.version, c.promise_due_at, c.n_promises, '' AS guide,
       cu.ref AS customer_ref, cu.name AS customer_name, o.ref AS owner_ref, o.name AS owner_name, t.ref AS team_ref,
       t.name AS team_name, p.ref AS product_ref, p.path AS product, k.ref AS category_ref, k.path AS category,
       r.ref AS root_cause_ref, r.path AS root_cause, m.ref AS merged_into_ref
FROM cases c
LEFT JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN users o ON o.id = c.owner_id
LEFT JOIN teams t ON t.id = c.team_id
LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN categories k ON k.id = c.category_id
LEFT JOIN root_causes r ON r.id = c.root_cause_id
LEFT JOIN cases m ON m.id = c.merged_into

-- name: list_heads_of_customer
-- What stands beside a case of the same customer.
SELECT ref, kind, subject, stage, outcome, received_at FROM cases
WHERE customer_id = $1 AND id <> $2 AND merged_into IS NULL
ORDER BY received_at DESC LIMIT $3;

-- name: list_people
-- All who are or were here, to find one by a part of the name.
SELECT id, ref, name, email_key FROM users ORDER BY id LIMIT 5000;

-- name: list_teams
SELECT id, ref, name, '' AS email_key FROM teams ORDER BY id LIMIT 5000;

-- name: list_customers
-- By ref, address, or name: whole ones first, then those it begins. The last two arguments bound the folded name.
SELECT id, 1 AS whole FROM customers WHERE ref = $1
UNION
SELECT customer_id AS id, 1 AS whole FROM contacts WHERE value_key = $2 AND kind = 'email'
UNION
SELECT id, whole FROM (SELECT id, CASE WHEN name_key = $3 THEN 1 ELSE 0 END AS whole FROM customers
  WHERE name_key >= $3 AND name_key < $4 AND name_key <> '' ORDER BY name_key LIMIT 20) AS named
ORDER BY whole DESC, id LIMIT 20;
