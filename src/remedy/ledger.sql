-- Money that moved. Only inserts and looks: no statement changes or removes a row.

-- name: ledger_insert
INSERT INTO ledger (at, entry, remedy_id, case_id, customer_id, kind, goodwill, amount_minor, currency, team_id, by_id, reference)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: ledger_given
INSERT INTO case_given (case_id, currency, total_minor, category_id, severity, last_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (case_id, currency) DO UPDATE SET total_minor = case_given.total_minor + $3, category_id = $4, severity = $5, last_at = $6;

-- One currency after the other, and in it what was done and taken back, redress and goodwill, each along the index: no sorting, nothing looked at
-- twice, and a short period is a short walk.
-- name: ledger_next_currency
SELECT min(currency) AS currency FROM ledger WHERE currency > $1;

-- name: ledger_sums
SELECT CAST(COALESCE(sum(amount_minor), 0) AS BIGINT) AS total, count(*) AS n
FROM ledger WHERE at >= $1 AND at < $2 AND currency = $3 AND entry = $4 AND goodwill = $5;

-- name: ledger_sums_of
SELECT l.currency, CAST(sum(l.amount_minor) AS BIGINT) AS total, CAST(COALESCE(sum(l.amount_minor) FILTER (WHERE l.amount_minor < 0), 0) AS BIGINT) AS reversed,
  CAST(COALESCE(sum(l.amount_minor) FILTER (WHERE l.goodwill), 0) AS BIGINT) AS goodwill, count(*) AS n
FROM ledger l JOIN cases c ON c.id = l.case_id
WHERE l.at >= $1 AND l.at < $2 AND (CAST($3 AS TEXT) IS NULL OR l.currency = $3) AND (CAST($4 AS TEXT) IS NULL OR l.kind = $4)
  AND (CAST($5 AS BIGINT) < 0 OR (CASE WHEN l.goodwill THEN 1 ELSE 0 END) = $5)
  AND (CAST($6 AS BIGINT) = 0 OR c.root_cause_id = $6 OR (CAST($6 AS BIGINT) < 0 AND c.root_cause_id IS NULL))
GROUP BY l.currency ORDER BY l.currency;

-- name: ledger_rows
SELECT l.id, l.at, l.entry, l.kind, l.goodwill, l.amount_minor, l.currency, l.reference, c.ref AS case_ref, c.subject AS case_subject, r.ref AS remedy_ref,
  t.ref AS team_ref, t.name AS team_name, u.ref AS by_ref, u.name AS by_name
FROM ledger l JOIN cases c ON c.id = l.case_id JOIN remedies r ON r.id = l.remedy_id LEFT JOIN teams t ON t.id = l.team_id LEFT JOIN users u ON u.id = l.by_id
WHERE l.at >= $1 AND l.at < $2 AND (CAST($3 AS TEXT) IS NULL OR l.currency = $3) AND (CAST($4 AS TEXT) IS NULL OR l.kind = $4)
  AND (CAST($5 AS BIGINT) < 0 OR (CASE WHEN l.goodwill THEN 1 ELSE 0 END) = $5)
  AND (CAST($6 AS BIGINT) = 0 OR c.root_cause_id = $6 OR (CAST($6 AS BIGINT) < 0 AND c.root_cause_id IS NULL)) AND (l.at, l.id) < (CAST($7 AS BIGINT), CAST($8 AS BIGINT))
ORDER BY l.at DESC, l.id DESC LIMIT $9;

-- name: ledger_rows_up
SELECT l.id, l.at, l.entry, l.kind, l.goodwill, l.amount_minor, l.currency, l.reference, c.ref AS case_ref, c.subject AS case_subject, r.ref AS remedy_ref,
  t.ref AS team_ref, t.name AS team_name, u.ref AS by_ref, u.name AS by_name
FROM ledger l JOIN cases c ON c.id = l.case_id JOIN remedies r ON r.id = l.remedy_id LEFT JOIN teams t ON t.id = l.team_id LEFT JOIN users u ON u.id = l.by_id
WHERE l.at >= $1 AND l.at < $2 AND (CAST($3 AS TEXT) IS NULL OR l.currency = $3) AND (CAST($4 AS TEXT) IS NULL OR l.kind = $4)
  AND (CAST($5 AS BIGINT) < 0 OR (CASE WHEN l.goodwill THEN 1 ELSE 0 END) = $5)
  AND (CAST($6 AS BIGINT) = 0 OR c.root_cause_id = $6 OR (CAST($6 AS BIGINT) < 0 AND c.root_cause_id IS NULL)) AND (l.at, l.id) > (CAST($7 AS BIGINT), CAST($8 AS BIGINT))
ORDER BY l.at, l.id LIMIT $9;
