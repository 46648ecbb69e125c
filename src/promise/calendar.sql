-- Calendars and their holidays; few.

-- name: calendars_all
SELECT id, zone, shifts, house, removed_at FROM calendars ORDER BY id;

-- name: calendars_holidays
SELECT calendar_id, day, from_min, to_min, yearly FROM calendar_holidays;

-- name: calendar_list
SELECT c.id, c.ref, c.name, c.zone, c.shifts, c.house, c.version,
  (SELECT count(*) FROM calendar_holidays h WHERE h.calendar_id = c.id) AS n_holidays,
  (SELECT count(*) FROM clock_policies p WHERE p.calendar_id = c.id AND p.removed_at IS NULL) AS n_policies
FROM calendars c WHERE c.removed_at IS NULL ORDER BY c.name_key, c.id;

-- name: calendar_by_ref
SELECT c.id, c.ref, c.name, c.zone, c.shifts, c.house, c.version,
  (SELECT count(*) FROM calendar_holidays h WHERE h.calendar_id = c.id) AS n_holidays,
  (SELECT count(*) FROM clock_policies p WHERE p.calendar_id = c.id AND p.removed_at IS NULL) AS n_policies
FROM calendars c WHERE c.ref = $1 AND c.removed_at IS NULL;

-- name: calendar_holidays_of
SELECT id, day, from_min, to_min, yearly, name FROM calendar_holidays WHERE calendar_id = $1 ORDER BY day, from_min, id;

-- name: calendar_count
SELECT count(*) AS value FROM calendars WHERE removed_at IS NULL;

-- name: calendar_name_taken
SELECT count(*) AS value FROM calendars WHERE name_key = $1 AND id <> CAST($2 AS BIGINT);

-- name: calendar_insert
INSERT INTO calendars (ref, name, name_key, zone, shifts, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: calendar_update
UPDATE calendars SET name = $3, name_key = $4, zone = $5, shifts = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- A removed one gives its name back.
-- name: calendar_remove
UPDATE calendars SET removed_at = $3, name_key = ref, version = version + 1 WHERE id = $1 AND version = $2;

-- name: calendar_house
UPDATE calendars SET house = (id = CAST($1 AS BIGINT)) WHERE house OR id = CAST($1 AS BIGINT);

-- name: calendar_touch
UPDATE calendars SET version = version + 1 WHERE id = $1;

-- name: holiday_insert
INSERT INTO calendar_holidays (calendar_id, day, from_min, to_min, yearly, name) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (calendar_id, day, from_min, yearly) DO NOTHING;

-- name: holiday_remove
DELETE FROM calendar_holidays WHERE calendar_id = $1 AND (id = $2 OR CAST($3 AS BIGINT) = 1);
