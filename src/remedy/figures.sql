-- name: figures_by_kind
SELECT kind, currency, goodwill, count(*) FILTER (WHERE amount_minor > 0) AS n, CAST(sum(amount_minor) AS BIGINT) AS total
FROM ledger WHERE at >= $1 AND at < $2 GROUP BY kind, currency, goodwill 
ORDER BY CASE WHEN currency = COALESCE((SELECT s.value FROM settings s WHERE s.name = 'currency'), 'EUR') THEN 0 ELSE 1 END, currency, total DESC, kind;

-- name: figures_by_cause
SELECT k.ref AS cause_ref, k.path AS cause_name, l.currency, count(*) FILTER (WHERE l.amount_minor > 0) AS n, CAST(sum(l.amount_minor) AS BIGINT) AS total
FROM ledger l JOIN cases c ON c.id = l.case_id LEFT JOIN root_causes k ON k.id = c.root_cause_id
WHERE l.at >= $1 AND l.at < $2 GROUP BY k.ref, k.path, l.currency 
ORDER BY CASE WHEN l.currency = COALESCE((SELECT s.value FROM settings s WHERE s.name = 'currency'), 'EUR') THEN 0 ELSE 1 END, l.currency, total DESC, k.path LIMIT 200;

-- name: figures_authority
SELECT count(*) AS n, count(*) FILTER (WHERE authority_id = made_by) AS own FROM remedies
WHERE authorised_at >= $1 AND authorised_at < $2 AND amount_minor > 0 AND authority_id IS NOT NULL;

-- name: figures_approvals
SELECT state, decided_at - made_at AS took FROM approvals
WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('approved', 'refused', 'lapsed') ORDER BY took;
