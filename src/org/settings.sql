-- What an admin may set. The link key lives here too, and is shown to nobody.

-- name: setting_list
SELECT name, value FROM settings;

-- name: setting_get
SELECT value FROM settings WHERE name = $1;

-- name: setting_put
INSERT INTO settings (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value;

-- name: setting_put_once
INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;

-- name: setting_remove
DELETE FROM settings WHERE name = $1;
