-- name: event_add
INSERT INTO events (at, kind, case_id, subject_id, actor_kind, actor_id, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING id AS value;

-- name: events_after
SELECT e.id AS id, e.at AS at, e.kind AS kind, e.case_id AS case_id, e.subject_id AS subject_id,
  e.actor_kind AS actor_kind, e.actor_id AS actor_id, e.facts AS facts, c.ref AS case_ref,
  u.ref AS actor_ref, u.name AS actor_name
FROM events AS e LEFT JOIN cases AS c ON c.id = e.case_id LEFT JOIN users AS u ON u.id = e.actor_id
WHERE e.id > $1 AND e.id <= $2
ORDER BY e.id LIMIT $3;

-- name: events_of_case
SELECT e.id AS id, e.at AS at, e.kind AS kind, e.case_id AS case_id, e.subject_id AS subject_id,
  e.actor_kind AS actor_kind, e.actor_id AS actor_id, e.facts AS facts, c.ref AS case_ref,
  u.ref AS actor_ref, u.name AS actor_name
FROM events AS e JOIN cases AS c ON c.id = e.case_id LEFT JOIN users AS u ON u.id = e.actor_id
WHERE e.case_id = $1 AND e.id > $2
ORDER BY e.id LIMIT $3;

-- name: events_last
SELECT max(id) AS value FROM events;

-- Says, before the transaction's first event takes its number: from here on I may still write. The key is a tag of our
-- own (0x5244) above the last number given out; the lock is shared, so nobody waits, and ends with the transaction.
-- name: event_fence
-- engine: postgresql
SELECT pg_advisory_xact_lock_shared((CAST(21060 AS BIGINT) << 48) | CASE WHEN is_called THEN last_value ELSE 0 END) FROM events_id_seq;

-- name: events_given_out
-- engine: postgresql
SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS value FROM events_id_seq;

-- name: events_fenced
-- engine: postgresql
SELECT min(((CAST(CAST(classid AS BIGINT) & 65535 AS BIGINT)) << 32) | CAST(objid AS BIGINT)) AS value
FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND (CAST(classid AS BIGINT) >> 16) = 21060
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
