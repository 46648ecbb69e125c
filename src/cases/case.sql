-- What is read of a case, and how its life and its details are written. The columns stand in the order case_read takes them.

-- name: case_by_ref
SELECT c.id, c.ref, c.kind, c.subject, c.customer_id, c.channel, c.product_id, c.category_id, c.severity, c.desired_remedy,
       c.owner_id, c.team_id, c.stage, c.outcome, c.root_cause_id, c.external_id, c.external_hash, c.facts, c.is_open, c.waiting,
       c.due_at, c.due_kind, c.soon_at, c.received_at, c.logged_at, c.stage_at, c.acknowledged_at, c.first_response_at, c.resolved_at,
       c.closed_at, c.last_inbound_at, c.last_message_at, c.n_messages, c.n_reopened, c.merged_into, c.snippet, c.tags,
       c.changed_at, c.version, c.promise_due_at, c.n_promises, c.guide,
       cu.ref AS customer_ref, cu.name AS customer_name, o.ref AS owner_ref, o.name AS owner_name, t.ref AS team_ref,
       t.name AS team_name, p.ref AS product_ref, p.path AS product, k.ref AS category_ref, k.path AS category,
       r.ref AS root_cause_ref, r.path AS root_cause, m.ref AS merged_into_ref,
       EXISTS (SELECT 1 FROM case_links l WHERE l.a_id = c.id) AS has_links_to, EXISTS (SELECT 1 FROM case_links l WHERE l.b_id = c.id) AS has_links_from
FROM cases c
LEFT JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN users o ON o.id = c.owner_id
LEFT JOIN teams t ON t.id = c.team_id
LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN categories k ON k.id = c.category_id
LEFT JOIN root_causes r ON r.id = c.root_cause_id
LEFT JOIN cases m ON m.id = c.merged_into
WHERE c.ref = $1;

-- name: case_by_id
SELECT c.id, c.ref, c.kind, c.subject, c.customer_id, c.channel, c.product_id, c.category_id, c.severity, c.desired_remedy,
       c.owner_id, c.team_id, c.stage, c.outcome, c.root_cause_id, c.external_id, c.external_hash, c.facts, c.is_open, c.waiting,
       c.due_at, c.due_kind, c.soon_at, c.received_at, c.logged_at, c.stage_at, c.acknowledged_at, c.first_response_at, c.resolved_at,
       c.closed_at, c.last_inbound_at, c.last_message_at, c.n_messages, c.n_reopened, c.merged_into, c.snippet, c.tags,
       c.changed_at, c.version, c.promise_due_at, c.n_promises, c.guide,
       cu.ref AS customer_ref, cu.name AS customer_name, o.ref AS owner_ref, o.name AS owner_name, t.ref AS team_ref,
       t.name AS team_name, p.ref AS product_ref, p.path AS product, k.ref AS category_ref, k.path AS category,
       r.ref AS root_cause_ref, r.path AS root_cause, m.ref AS merged_into_ref,
       EXISTS (SELECT 1 FROM case_links l WHERE l.a_id = c.id) AS has_links_to, EXISTS (SELECT 1 FROM case_links l WHERE l.b_id = c.id) AS has_links_from
FROM cases c
LEFT JOIN customers cu ON cu.id = c.customer_id
LEFT JOIN users o ON o.id = c.owner_id
LEFT JOIN teams t ON t.id = c.team_id
LEFT JOIN products p ON p.id = c.product_id
LEFT JOIN categories k ON k.id = c.category_id
LEFT JOIN root_causes r ON r.id = c.root_cause_id
LEFT JOIN cases m ON m.id = c.merged_into
WHERE c.id = $1;

-- name: case_id_by_ref
SELECT id AS value FROM cases WHERE ref = $1;

-- name: case_lock
-- Reads a case in order to write it: on PostgreSQL nobody else can change it until the transaction ends.
UPDATE cases SET version = version
WHERE id = $1
RETURNING id, ref, kind, subject, customer_id, channel, product_id, category_id, severity, desired_remedy,
       owner_id, team_id, stage, outcome, root_cause_id, external_id, external_hash, facts, is_open, waiting,
       due_at, due_kind, soon_at, received_at, logged_at, stage_at, acknowledged_at, first_response_at, resolved_at,
       closed_at, last_inbound_at, last_message_at, n_messages, n_reopened, merged_into, snippet, tags,
       changed_at, version, promise_due_at, n_promises, guide;

-- name: case_save
-- Its life: everything that moves while it is handled. Locked since it was read, so that the version is known.
UPDATE cases SET owner_id = $2, team_id = $3, stage = $4, outcome = $5, root_cause_id = $6, is_open = $7, waiting = $8,
       due_at = $9, due_kind = $10, stage_at = $11, acknowledged_at = $12, first_response_at = $13, resolved_at = $14,
       closed_at = $15, last_inbound_at = $16, last_message_at = $17, n_messages = $18, n_reopened = $19, merged_into = $20,
       snippet = $21, changed_at = $22, version = $23, guide = $24, soon_at = $25
WHERE id = $1;

-- name: case_save_details
-- What it is about: changed by hand. $16 is what is due, which may follow from kind, severity and times.
UPDATE cases SET kind = $2, subject = $3, channel = $4, product_id = $5, category_id = $6, desired_remedy = $7, external_id = $8,
       root_cause_id = $9, customer_id = $10, severity = $11, received_at = $12, tags = $13, waiting = $14, due_at = $15,
       due_kind = $16, changed_at = $17, soon_at = $18, version = version + 1
WHERE id = $1;

-- name: case_save_due
-- The clocks were reckoned anew; the case itself has not changed.
UPDATE cases SET due_at = $2, due_kind = $3, soon_at = $4 WHERE id = $1;

-- name: case_promised
-- The next promise still open, how many there have been, and what is due next by them.
UPDATE cases SET promise_due_at = $2, n_promises = $3, due_at = $4, due_kind = $5, waiting = $6, n_broken = $7, version = $8, soon_at = $9 WHERE id = $1;

-- name: case_tag_clear
DELETE FROM case_tags WHERE case_id = $1;

-- name: case_tag_add
INSERT INTO case_tags (case_id, tag) VALUES ($1, $2) ON CONFLICT (case_id, tag) DO NOTHING;

-- name: case_customer_by_ref
SELECT id AS value FROM customers WHERE ref = $1 AND merged_into IS NULL;

-- name: case_external_taken
SELECT id AS value FROM cases WHERE external_id = $1;

-- name: case_head_words
-- What the head document is made of besides the case's own words: the customer's name and what was written with it.
SELECT cu.name AS customer_name,
       (SELECT m.body FROM messages m WHERE m.case_id = c.id AND m.logged_at = c.logged_at AND m.direction = 'inbound' ORDER BY m.id LIMIT 1) AS body
FROM cases c LEFT JOIN customers cu ON cu.id = c.customer_id
WHERE c.id = $1;
