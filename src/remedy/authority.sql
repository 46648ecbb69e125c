-- Rules of authority, and what counts against them.

-- name: authority_find
SELECT a.id, a.per_remedy, a.per_case, a.per_customer, a.per_month
FROM authority_rules a JOIN users u ON u.id = CAST($1 AS BIGINT)
WHERE a.removed_at IS NULL AND (a.type_id IS NULL OR a.type_id = CAST($2 AS BIGINT)) AND (a.currency IS NULL OR a.currency = CAST($3 AS TEXT))
  AND ((a.scope = 'person' AND a.user_id = u.id)
    OR (a.scope = 'team' AND (a.team_id = u.team_id OR EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = a.team_id AND m.user_id = u.id)))
    OR (a.scope = 'role' AND a.role = u.role))
ORDER BY CASE a.scope WHEN 'person' THEN 0 WHEN 'team' THEN 1 ELSE 2 END, CASE WHEN a.type_id IS NULL THEN 1 ELSE 0 END,
  CASE WHEN a.currency IS NULL THEN 1 ELSE 0 END, a.id DESC LIMIT 1;

-- name: authority_used_case
SELECT CAST(COALESCE(sum(counts_minor), 0) AS BIGINT) AS value FROM offers WHERE case_id = $1 AND currency = $2 AND id <> $3;

-- name: authority_used_customer
SELECT CAST(COALESCE(sum(counts_minor), 0) AS BIGINT) AS value FROM offers WHERE customer_id = $1 AND currency = $2 AND id <> $3;

-- name: authority_used_month
SELECT CAST(COALESCE(sum(amount_minor), 0) AS BIGINT) AS value FROM remedies
WHERE authority_id = $1 AND currency = $2 AND authorised_at >= $3 AND offer_id <> $4 AND state IN ('approved', 'offered', 'chosen', 'doing', 'done', 'failed');

-- name: authority_list
SELECT a.ref, a.scope, a.role, t.ref AS team_ref, t.name AS team_name, u.ref AS user_ref, u.name AS user_name, k.ref AS type_ref, k.name AS type_name, a.currency,
  a.per_remedy, a.per_case, a.per_customer, a.per_month, a.version
FROM authority_rules a LEFT JOIN teams t ON t.id = a.team_id LEFT JOIN users u ON u.id = a.user_id LEFT JOIN remedy_types k ON k.id = a.type_id
WHERE a.removed_at IS NULL
ORDER BY CASE a.scope WHEN 'role' THEN 0 WHEN 'team' THEN 1 ELSE 2 END, a.id LIMIT 2000;

-- name: authority_one
SELECT a.ref, a.scope, a.role, t.ref AS team_ref, t.name AS team_name, u.ref AS user_ref, u.name AS user_name, k.ref AS type_ref, k.name AS type_name, a.currency,
  a.per_remedy, a.per_case, a.per_customer, a.per_month, a.version
FROM authority_rules a LEFT JOIN teams t ON t.id = a.team_id LEFT JOIN users u ON u.id = a.user_id LEFT JOIN remedy_types k ON k.id = a.type_id
WHERE a.ref = $1 AND a.removed_at IS NULL;

-- name: authority_insert
INSERT INTO authority_rules (ref, scope, role, team_id, user_id, type_id, currency, per_remedy, per_case, per_customer, per_month, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: authority_update
UPDATE authority_rules SET scope = $3, role = $4, team_id = $5, user_id = $6, type_id = $7, currency = $8, per_remedy = $9, per_case = $10, per_customer = $11, per_month = $12,
  version = version + 1
WHERE ref = $1 AND version = $2 AND removed_at IS NULL;

-- name: authority_remove
UPDATE authority_rules SET removed_at = $2, version = version + 1 WHERE ref = $1 AND removed_at IS NULL;

-- name: authority_user_name
SELECT name FROM users WHERE id = $1;
