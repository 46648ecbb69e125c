-- Teams and who is in them. Users: user.sql.

-- name: team_by_id
SELECT t.id, t.ref, t.name, t.assign_by, t.last_user_id, t.lead_id, l.ref AS lead_ref, l.name AS lead_name, t.created_at, t.removed_at, t.version,
  (SELECT count(*) FROM team_members m WHERE m.team_id = t.id) AS n_members
FROM teams t LEFT JOIN users l ON l.id = t.lead_id WHERE t.id = $1;

-- name: team_by_ref
SELECT t.id, t.ref, t.name, t.assign_by, t.last_user_id, t.lead_id, l.ref AS lead_ref, l.name AS lead_name, t.created_at, t.removed_at, t.version,
  (SELECT count(*) FROM team_members m WHERE m.team_id = t.id) AS n_members
FROM teams t LEFT JOIN users l ON l.id = t.lead_id WHERE t.ref = $1;

-- name: team_list
SELECT t.id, t.ref, t.name, t.assign_by, t.last_user_id, t.lead_id, l.ref AS lead_ref, l.name AS lead_name, t.created_at, t.removed_at, t.version,
  (SELECT count(*) FROM team_members m WHERE m.team_id = t.id) AS n_members
FROM teams t LEFT JOIN users l ON l.id = t.lead_id WHERE t.removed_at IS NULL
ORDER BY t.name, t.id LIMIT 1000;

-- name: team_members
SELECT u.id, u.ref FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = $1 ORDER BY u.name, u.id;

-- name: team_name_taken
SELECT count(*) AS value FROM teams WHERE name_key = $1 AND id <> $2;

-- name: team_insert
INSERT INTO teams (ref, name, name_key, assign_by, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: team_update
UPDATE teams SET name = $3, name_key = $4, assign_by = $5, removed_at = $6, version = version + 1
WHERE id = $1 AND version = $2;

-- name: team_members_clear
DELETE FROM team_members WHERE team_id = $1;

-- A removed user is not taken: no row changed.
-- name: team_member_insert
INSERT INTO team_members (team_id, user_id)
SELECT CAST($1 AS BIGINT), u.id FROM users u WHERE u.id = $2 AND u.removed_at IS NULL
ON CONFLICT DO NOTHING;

-- name: team_lead_set
UPDATE teams SET lead_id = $2, version = version + 1 WHERE id = $1;

-- The lead of the team the case is with, else of its owner's own team; somebody who is still with us, and not the owner.
-- name: team_lead_over
SELECT COALESCE(
  (SELECT l.id FROM teams t JOIN users l ON l.id = t.lead_id WHERE t.id = CAST($2 AS BIGINT) AND l.removed_at IS NULL AND l.id <> CAST($1 AS BIGINT)),
  (SELECT l.id FROM users u JOIN teams t ON t.id = u.team_id JOIN users l ON l.id = t.lead_id
   WHERE u.id = CAST($1 AS BIGINT) AND l.removed_at IS NULL AND l.id <> u.id)) AS value;
