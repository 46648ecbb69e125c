-- name: job_add
INSERT INTO jobs (kind, payload, due_at, made_at) VALUES ($1, $2, $3, $4);

-- An id alone is not enough: SQLite gives the highest one again once its row is gone, and a handler that ended its job is followed by
-- the worker, which ends it once more.
-- name: job_end
DELETE FROM jobs WHERE id = $1 AND made_at = $2 AND kind = $3 AND state = 'leased';

-- name: job_counts
SELECT count(*) FILTER (WHERE state <> 'failed') AS queued,
  count(*) FILTER (WHERE state = 'queued' AND due_at < $1) AS late,
  count(*) FILTER (WHERE state = 'failed') AS failed
FROM jobs;

-- name: job_retry_failed
UPDATE jobs SET state = 'queued', attempts = 0, due_at = $1 WHERE state = 'failed';

-- name: job_exists
SELECT count(*) AS value FROM jobs WHERE kind = $1;

-- The oldest that is due; of two who want it one finds it taken and looks again.
-- name: job_lease
UPDATE jobs SET state = 'leased', leased_until = $2, attempts = attempts + 1
WHERE id = (SELECT j.id FROM jobs AS j WHERE j.state = 'queued' AND j.due_at <= $1 ORDER BY j.due_at, j.id LIMIT 1) AND state = 'queued'
RETURNING id, kind, payload, due_at, made_at, attempts;

-- name: job_again
UPDATE jobs SET state = $2, due_at = $3, attempts = $4, error = $5, leased_until = NULL
WHERE id = $1 AND made_at = $6 AND kind = $7 AND state = 'leased';

-- name: job_take_back
UPDATE jobs SET state = 'queued', leased_until = NULL WHERE state = 'leased' AND leased_until <= $1;

-- Several servers may work over one PostgreSQL. Each holds the shared lock for as long as its session lives, so that who gets the other one
-- knows that nobody else does, and that whatever is leased was left by a killed server.
-- name: worker_alone
-- engine: postgresql
SELECT CASE WHEN pg_try_advisory_lock(23206451212134) THEN 1 ELSE 0 END AS value;

-- name: worker_alone_end
-- engine: postgresql
SELECT pg_advisory_unlock(23206451212134);

-- name: worker_here
-- engine: postgresql
SELECT pg_advisory_lock_shared(23206451212134);

-- name: job_next_due
SELECT min(t.at) AS value FROM (
  SELECT min(due_at) AS at FROM jobs WHERE state = 'queued'
  UNION ALL
  SELECT min(leased_until) AS at FROM jobs WHERE state = 'leased') AS t;
