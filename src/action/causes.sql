-- name: causes_rows
-- One range of the index for each cause and each of the two times.
SELECT r.id, r.ref, r.path,
       (SELECT count(*) FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $1 AND c.received_at < $2 AND c.kind = 'complaint' AND c.merged_into IS NULL) AS n,
       (SELECT count(*) FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $3 AND c.received_at < $1 AND c.kind = 'complaint' AND c.merged_into IS NULL) AS n_before,
       (SELECT count(*) FROM actions a WHERE a.root_cause_id = r.id AND a.state = 'open') AS n_open,
       (SELECT count(*) FROM actions a WHERE a.root_cause_id = r.id AND a.state = 'done') AS n_done
FROM root_causes r
ORDER BY 4 DESC, r.path_key LIMIT 5000;

-- name: causes_without
SELECT count(*) AS value FROM cases
WHERE received_at >= $1 AND received_at < $2 AND root_cause_id IS NULL AND kind = 'complaint' AND merged_into IS NULL;
