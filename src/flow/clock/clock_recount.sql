-- Open cases, and ended ones that wait to be followed up.
-- name: clock_recount_some
SELECT c.id FROM cases c
WHERE c.id > $1 AND (c.is_open OR (c.stage = 'resolved' AND c.merged_into IS NULL))
ORDER BY c.id LIMIT $2;
