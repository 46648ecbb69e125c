-- name: intake_case
-- No row comes back when the ref or the external id is taken.
INSERT INTO cases (ref, kind, subject, customer_id, channel, product_id, category_id, severity, desired_remedy, owner_id, team_id,
       stage, outcome, root_cause_id, external_id, external_hash, facts, is_open, due_at, due_kind, soon_at, received_at, logged_at, stage_at,
       acknowledged_at, first_response_at, resolved_at, closed_at, last_inbound_at, last_message_at, n_messages, snippet, tags, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27,
       $28, $29, $30, $31, $32, $33, $34)
ON CONFLICT DO NOTHING
RETURNING id AS value;
