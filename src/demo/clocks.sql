-- What is older than two days was read long ago.
-- name: demo_clocks_read
UPDATE notices SET read_at = made_at + 3600000 WHERE kind IN ('clock_soon', 'clock_late') AND made_at < $1 AND read_at IS NULL;
