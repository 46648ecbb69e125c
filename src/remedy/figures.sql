-- name: figures_by_kind
SELECT kind, currency, goodwill, count(*) FILTER (WHERE amount_minor > 0) AS n, CAST(sum(amount_minor) AS BIGINT) AS total
FROM ledger WHERE at >= $1 AND at < $2 GROUP BY kind, currency, goodwill 
ORDER BY CASE WHEN currency = COALESCE((SELECT s.value FROM settings s WHERE s.name = 'currency'), 'EUR') THEN 0 ELSE 1 END, currency, total DESC, kind;

-- name: figures_by_cause
SELECT k.ref AS cause_ref, k.path AS cause_name, l.currency, count(*) FILTER (WHERE l.amount_minor > 0) AS n, CAST(sum(l.amount_minor) AS BIGINT) AS total
FROM ledger l JOIN cases c ON c.id = l.case_id LEFT JOIN root_causes k ON k.id = c.root_cause_id
WHERE l.at >= $1 AND l.at < $2 GROUP BY k.ref, k.path, l.currency 
ORDER BY CASE WHEN l.currency = COALESCE((SELECT s.value FROM settings s WHERE s.name = 'currency'), 'EUR') THEN 0 ELSE 1 END, l.currency, total DESC, k.path LIMIT 2000;

-- name: figures_authority
SELECT count(*) AS n, count(*) FILTER (WHERE authority_id = made_by) AS own FROM remedies
WHERE authorised_at >= $1 AND authorised_at < $2 AND amount_minor > 0 AND (authority_id IS NOT NULL) IS TRUE;

-- name: figures_approvals
SELECT state, decided_at - made_at AS took FROM approvals
WHERE decided_at >= $1 AND decided_at < $2 AND state IN ('approved', 'refused', 'lapsed') ORDER BY took;

-- Whose authority it was: sums that were authorised, by themselves as proposed, or by deciding for somebody else.
-- name: figures_by_authority
SELECT u.ref AS person_ref, u.name AS person_name, r.currency, count(*) AS n, count(*) FILTER (WHERE r.authority_id = r.made_by) AS own, CAST(sum(r.amount_minor) AS BIGINT) AS total
FROM remedies r JOIN users u ON u.id = r.authority_id
WHERE r.authorised_at >= $1 AND r.authorised_at < $2 AND r.amount_minor > 0
GROUP BY u.ref, u.name, r.currency
ORDER BY CASE WHEN r.currency = COALESCE((SELECT s.value FROM settings s WHERE s.name = 'currency'), 'EUR') THEN 0 ELSE 1 END, r.currency, total DESC, u.name LIMIT 500;

-- $3: of whom, or 0; $4: 1 alone what was proposed by the same person, 0 what was not, -1 both.
-- name: figures_authorised_rows
SELECT r.id, r.ref, r.kind, r.state, r.amount_minor, r.currency, r.goodwill, r.authorised_at AS at, NULL AS took, NULL AS decision, c.ref AS case_ref, c.subject AS case_subject,
  m.ref AS by_ref, m.name AS by_name, u.ref AS authority_ref, u.name AS authority_name
FROM remedies r JOIN cases c ON c.id = r.case_id JOIN users u ON u.id = r.authority_id LEFT JOIN users m ON m.id = r.made_by
WHERE r.authorised_at >= $1 AND r.authorised_at < $2 AND r.amount_minor > 0 AND (CAST($3 AS BIGINT) = 0 OR r.authority_id = $3)
  AND (CAST($4 AS BIGINT) < 0 OR (CASE WHEN r.authority_id = r.made_by THEN 1 ELSE 0 END) = $4) AND r.id < CAST($5 AS BIGINT)
ORDER BY r.id DESC LIMIT $6;

-- $3: by whom, or 0; $4: the decision, or NULL for approved, refused and lapsed.
-- name: figures_approval_rows
SELECT a.id, r.ref, r.kind, r.state, r.amount_minor, r.currency, r.goodwill, a.decided_at AS at, a.decided_at - a.made_at AS took, a.state AS decision, c.ref AS case_ref, c.subject AS case_subject,
  b.ref AS by_ref, b.name AS by_name, d.ref AS authority_ref, d.name AS authority_name
FROM approvals a JOIN remedies r ON r.id = a.remedy_id JOIN cases c ON c.id = a.case_id JOIN users b ON b.id = a.asked_by LEFT JOIN users d ON d.id = a.decided_by
WHERE a.decided_at >= $1 AND a.decided_at < $2 AND a.state IN ('approved', 'refused', 'lapsed') AND (CAST($3 AS BIGINT) = 0 OR a.decided_by = $3)
  AND (CAST($4 AS TEXT) IS NULL OR a.state = $4) AND a.id < CAST($5 AS BIGINT)
ORDER BY a.id DESC LIMIT $6;
