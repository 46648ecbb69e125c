-- name: clock_rate_groups
SELECT r.clock, u.ref AS owner_ref, u.name AS owner, t.ref AS team_ref, t.name AS team, k.path AS category, c.channel,
  count(*) AS n, count(*) FILTER (WHERE NOT r.missed) AS kept
FROM clock_results r JOIN cases c ON c.id = r.case_id LEFT JOIN users u ON u.id = r.owner_id LEFT JOIN teams t ON t.id = r.team_id
LEFT JOIN categories k ON k.id = c.category_id
WHERE r.due_at >= $1 AND r.due_at < $2
GROUP BY r.clock, u.ref, u.name, t.ref, t.name, k.path, c.channel;

-- name: clock_rate_rows
SELECT r.id, r.clock, r.due_at, r.met_at, r.missed, c.ref, c.subject, u.ref AS owner_ref, u.name AS owner, t.ref AS team_ref, t.name AS team
FROM clock_results r JOIN cases c ON c.id = r.case_id LEFT JOIN users u ON u.id = r.owner_id LEFT JOIN teams t ON t.id = r.team_id
LEFT JOIN categories k ON k.id = c.category_id
WHERE r.due_at >= $1 AND r.due_at < $2 AND (CAST($3 AS TEXT) IS NULL OR r.clock = CAST($3 AS TEXT)) AND (CAST($4 AS BIGINT) = 0 OR r.missed)
  AND (CAST($5 AS TEXT) IS NULL OR coalesce(t.ref, 'none') = CAST($5 AS TEXT)) AND (CAST($6 AS TEXT) IS NULL OR coalesce(u.ref, 'none') = CAST($6 AS TEXT))
  AND (CAST($7 AS TEXT) IS NULL OR coalesce(k.path, 'none') = CAST($7 AS TEXT)) AND (CAST($8 AS TEXT) IS NULL OR c.channel = CAST($8 AS TEXT))
  AND (CAST($10 AS BIGINT) = 0 OR (r.due_at, r.id) < (CAST($9 AS BIGINT), CAST($10 AS BIGINT)))
ORDER BY r.due_at DESC, r.id DESC LIMIT $11;
