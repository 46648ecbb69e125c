-- Rows of lists, twenty-five at a time (cases/row.c), so that one statement serves any page.

-- name: row_batch
-- Imported facts are left to the case itself.
SELECT c.id, c.ref, c.kind, c.subject, c.customer_id, c.channel, c.product_id, c.category_id, c.severity, c.desired_remedy,
       c.owner_id, c.team_id, c.stage, c.outcome, c.root_cause_id, c.external_id, c.external_hash, NULL AS facts, c.is_open, c.waiting,
       c.due_at, c.due_kind, c.soon_at, c.received_at, c.logged_at, c.stage_at, c.acknowledged_at, c.first_response_at, c.resolved_at,
       c.closed_at, c.last_inbound_at, c.last_message_at, c.n_messages, c.n_reopened, c.merged_into, c.snippet, c.tags,
       c.changed_at, c.version, c.promise_due_at, c.n_promises, '' AS guide,
       cu.ref AS customer_ref, cu.name AS customer_name, o.ref AS owner_ref, o.name AS owner_name, t.ref AS team_ref,
       t.name AS team_name, p.ref AS product_ref, p.path AS product, k.ref AS category_ref, k.path AS category,
       r.ref AS root_cause_ref, r.path AS root_cause, m.ref AS merged_into_ref
FROM cases c
LEFT JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN users o ON o.id = c.owner_id
LEFT JOIN teams t ON t.id = c.team_id
LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN categories k ON k.id = c.category_id
LEFT JOIN root_causes r ON r.id = c.root_cause_id
LEFT JOIN cases m ON m.id = c.merged_into
WHERE c.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25);
