-- name: idempotency_find
SELECT request_hash, status, location, etag, body FROM idempotency WHERE key = $1 AND who = $2;

-- name: idempotency_put
INSERT INTO idempotency (key, who, request_hash, status, location, etag, body, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: idempotency_finish
UPDATE idempotency SET status = $3, location = $4, etag = $5, body = $6 WHERE key = $1 AND who = $2;

-- name: idempotency_prune
DELETE FROM idempotency
WHERE (key, who) IN (SELECT i.key, i.who FROM idempotency AS i WHERE i.made_at < $1 ORDER BY i.made_at LIMIT $2);
