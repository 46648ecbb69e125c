-- name: counters_open
-- One walk over the index of open cases.
SELECT owner_id, count(*) AS n, count(*) FILTER (WHERE due_at < $1) AS n_late, count(*) FILTER (WHERE waiting) AS n_waiting
FROM cases WHERE is_open
GROUP BY owner_id;

-- name: counters_promised
SELECT count(*) AS value FROM cases WHERE merged_into IS NULL AND promise_due_at IS NOT NULL;
