-- Heads of statements that cases/few.c puts together with conditions and orders; those of cases/walk.c name the columns of its index.

-- name: list_keys
SELECT c.id, c.is_open, c.due_at, c.received_at, c.severity, c.changed_at, c.resolved_at, c.promise_due_at FROM cases c

-- name: list_keys_of
SELECT c.id, c.is_open, c.due_at, c.received_at, c.severity, c.changed_at, c.resolved_at, c.promise_due_at FROM cases c
WHERE c.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)

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

-- name: list_any
SELECT id AS value FROM cases LIMIT 1;

-- name: list_ids_of_customer
SELECT id FROM cases WHERE customer_id = $1 AND merged_into IS NULL ORDER BY received_at DESC LIMIT $2;

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
