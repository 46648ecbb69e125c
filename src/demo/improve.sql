-- name: demo_last_resolved
SELECT id, resolved_at, (SELECT max(e.at) FROM events AS e WHERE e.case_id = cases.id) AS last_at FROM cases
WHERE kind = 'complaint' AND resolved_at IS NOT NULL AND outcome IS NOT NULL AND merged_into IS NULL
ORDER BY resolved_at DESC, id LIMIT $1;
