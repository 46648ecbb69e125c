-- Policies; few. Removed ones too, since clocks that run keep theirs; whoever shows them leaves those out.

-- name: policy_list
SELECT p.id, p.ref, p.name, p.position, p.active, p.kind, p.severity, p.product_id, p.channel, p.segment, p.calendar_id, p.lead_after, p.owner_after,
  p.created_at, p.removed_at, p.version, pr.path AS product, pr.ref AS product_ref, c.name AS calendar, c.ref AS calendar_ref, p.targets
FROM clock_policies p JOIN calendars c ON c.id = p.calendar_id LEFT JOIN products pr ON pr.id = p.product_id
ORDER BY p.position, p.id;

-- name: policy_insert
INSERT INTO clock_policies (ref, name, position, active, kind, severity, product_id, channel, segment, calendar_id, targets, lead_after, owner_after, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: policy_update
UPDATE clock_policies SET name = $3, position = $4, active = $5, kind = $6, severity = $7, product_id = $8, channel = $9, segment = $10, calendar_id = $11,
  targets = $12, lead_after = $13, owner_after = $14, removed_at = $15, version = version + 1
WHERE id = $1 AND version = $2;

-- name: policy_place
UPDATE clock_policies SET position = $2, version = version + 1 WHERE id = $1;

-- name: policy_calendar
SELECT id AS value FROM calendars WHERE ref = $1 AND removed_at IS NULL;
