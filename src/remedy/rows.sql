-- name: house_setting
SELECT value FROM settings WHERE name = $1;
