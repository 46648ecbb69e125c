-- name: causes_rows
-- One range of the index for each cause and each of the two times.
SELECT r.id, r.ref, r.path,
       (SELECT count(*) FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $1 AND c.received_at < $2 AND c.kind = 'complaint' AND c.merged_into IS NULL) AS n,
       (SELECT count(*) FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $3 AND c.received_at < $1 AND c.kind = 'complaint' AND c.merged_into IS NULL) AS n_before,
       (SELECT CAST(avg(w.took) AS DOUBLE PRECISION) FROM (SELECT c.resolved_at - c.received_at AS took FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $1 AND c.received_at < $2
          AND c.kind = 'complaint' AND c.merged_into IS NULL AND c.resolved_at IS NOT NULL ORDER BY c.received_at DESC LIMIT 1000) w) AS took,
       (SELECT count(*) FROM actions a WHERE a.root_cause_id = r.id AND a.state = 'open') AS n_open,
       (SELECT count(*) FROM actions a WHERE a.root_cause_id = r.id AND a.state = 'done') AS n_done
FROM root_causes r
ORDER BY 4 DESC, r.path_key LIMIT 5000;

-- name: causes_weeks
-- Week by week, counted from $1, for the little drawing in each row.
SELECT c.root_cause_id AS id, (c.received_at - $1) / 604800000 AS week, count(*) AS n
FROM cases c WHERE c.root_cause_id IS NOT NULL AND c.received_at >= $1 AND c.received_at < $2 AND c.kind = 'complaint' AND c.merged_into IS NULL
GROUP BY 1, 2;

-- name: causes_without
SELECT count(*) AS value FROM cases
WHERE received_at >= $1 AND received_at < $2 AND root_cause_id IS NULL AND kind = 'complaint' AND merged_into IS NULL;
