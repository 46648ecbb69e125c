-- name: assign_refs
-- Who is meant, if they are still here; who had it; the team.
SELECT (SELECT ref FROM users WHERE id = CAST($1 AS BIGINT) AND removed_at IS NULL) AS to_ref,
       (SELECT ref FROM users WHERE id = CAST($2 AS BIGINT)) AS from_ref,
       (SELECT ref FROM teams WHERE id = CAST($3 AS BIGINT) AND removed_at IS NULL) AS team_ref;

-- name: assign_team_lock
-- One at a time may look for room in a team, so that two cases do not both get the last place.
UPDATE teams SET last_user_id = last_user_id WHERE id = $1 AND removed_at IS NULL RETURNING coalesce(last_user_id, 0) AS value;

-- name: assign_members
SELECT u.id, u.capacity, (SELECT count(*) FROM cases c WHERE c.is_open AND c.owner_id = u.id AND c.id <> $2) AS n_open
FROM users u
WHERE u.removed_at IS NULL AND u.available AND u.capacity > 0
  AND (u.team_id = $1 OR u.id IN (SELECT user_id FROM team_members WHERE team_id = $1))
ORDER BY u.id;

-- name: assign_remember
UPDATE teams SET last_user_id = $2 WHERE id = $1;
