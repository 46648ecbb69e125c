-- Budgets of teams, and what is reserved and used in each of their periods.

-- name: budget_running
SELECT b.id, b.ref, b.currency, b.period, b.amount_minor, b.warn_pct, b.version, t.ref AS team_ref, t.name AS team_name, t.lead_id
FROM budgets b JOIN teams t ON t.id = b.team_id WHERE b.team_id = $1 AND b.currency = $2 AND b.removed_at IS NULL;

-- name: budget_list
SELECT b.id, b.ref, b.currency, b.period, b.amount_minor, b.warn_pct, b.version, t.ref AS team_ref, t.name AS team_name, t.lead_id
FROM budgets b JOIN teams t ON t.id = b.team_id WHERE b.removed_at IS NULL ORDER BY t.name, b.currency LIMIT 500;

-- name: budget_one
SELECT b.id, b.ref, b.currency, b.period, b.amount_minor, b.warn_pct, b.version, t.ref AS team_ref, t.name AS team_name, t.lead_id
FROM budgets b JOIN teams t ON t.id = b.team_id WHERE b.ref = $1 AND b.removed_at IS NULL;

-- name: budget_period_open
INSERT INTO budget_periods (budget_id, starts_at, ends_at) VALUES ($1, $2, $3) ON CONFLICT (budget_id, starts_at) DO NOTHING;

-- name: budget_period_get
SELECT id, reserved_minor, used_minor, warned_at FROM budget_periods WHERE budget_id = $1 AND starts_at = $2;

-- Only where it still fits: two who take the last of it at once do not both get it.
-- name: budget_period_reserve
UPDATE budget_periods SET reserved_minor = reserved_minor + CAST($2 AS BIGINT)
WHERE id = $1 AND reserved_minor + used_minor + CAST($2 AS BIGINT) <= CAST($3 AS BIGINT);

-- name: budget_period_move
UPDATE budget_periods SET reserved_minor = reserved_minor + CAST($2 AS BIGINT), used_minor = used_minor + CAST($3 AS BIGINT) WHERE id = $1;

-- name: budget_period_warn
UPDATE budget_periods SET warned_at = $2 WHERE id = $1 AND warned_at IS NULL;

-- name: budget_insert
INSERT INTO budgets (ref, team_id, currency, period, amount_minor, warn_pct, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING id AS value;

-- name: budget_update
UPDATE budgets SET period = $3, amount_minor = $4, warn_pct = $5, removed_at = $6, version = version + 1 WHERE ref = $1 AND version = $2 AND removed_at IS NULL;
