-- What is given: rows, and each step.

-- name: remedy_by_ref_or_id
SELECT r.id, r.ref, r.offer_id, r.option_n, r.case_id, o.customer_id, r.type_id, t.name AS type_name, r.kind, r.state, r.amount_minor, r.asked_minor, r.currency, r.goodwill, r.words, r.reason,
  r.done_by, r.hook_id, r.team_id, r.made_by, r.authority_id, r.authorised_at, r.approval_id, r.attempts, r.tried_at, r.accepted_at, r.fault, r.answer, r.reference, r.done_at, r.changed_at, r.version,
  o.period_id, c.ref AS case_ref
FROM remedies r JOIN offers o ON o.id = r.offer_id JOIN remedy_types t ON t.id = r.type_id JOIN cases c ON c.id = r.case_id
WHERE r.ref = CAST($1 AS TEXT) OR r.id = CAST($2 AS BIGINT);

-- name: remedy_of_offer
SELECT r.id, r.ref, r.offer_id, r.option_n, r.case_id, o.customer_id, r.type_id, t.name AS type_name, r.kind, r.state, r.amount_minor, r.asked_minor, r.currency, r.goodwill, r.words, r.reason,
  r.done_by, r.hook_id, r.team_id, r.made_by, r.authority_id, r.authorised_at, r.approval_id, r.attempts, r.tried_at, r.accepted_at, r.fault, r.answer, r.reference, r.done_at, r.changed_at, r.version,
  o.period_id, c.ref AS case_ref
FROM remedies r JOIN offers o ON o.id = r.offer_id JOIN remedy_types t ON t.id = r.type_id JOIN cases c ON c.id = r.case_id
WHERE r.offer_id = $1 ORDER BY r.option_n, r.id;

-- name: remedy_list_of_case
SELECT r.ref, r.kind, t.name, r.state, r.amount_minor, r.asked_minor, r.currency, r.goodwill, r.words, r.reason, r.done_by, r.option_n, r.made_at, r.reference, r.done_at, r.reversed_at,
  r.attempts, r.tried_at, r.accepted_at, r.fault, r.version, r.done_by = 'webhook' AND h.back_url IS NOT NULL AND h.removed_at IS NULL AS takes_back,
  b.state AS back_state, b.reason AS back_reason, b.asked_at AS back_asked_at, b.attempts AS back_attempts, b.tried_at AS back_tried_at, b.accepted_at AS back_accepted_at, b.fault AS back_fault,
  b.reference AS back_reference, y.ref AS back_by_ref, y.name AS back_by_name, NULL AS answer, NULL AS back_answer, NULL AS case_ref, NULL AS case_subject,
  o.ref AS offer_ref, o.state AS offer_state, o.direct, o.expires_at, o.chosen, o.n_options, o.version AS offer_version,
  m.ref AS made_by_ref, m.name AS made_by_name, u.ref AS authority_ref, u.name AS authority_name,
  a.ref AS approval_ref, a.state AS approval_state, a.due_at, a.words AS approval_words, w.ref AS asked_of_ref, w.name AS asked_of_name, d.ref AS decided_by_ref, d.name AS decided_by_name
FROM remedies r JOIN offers o ON o.id = r.offer_id JOIN remedy_types t ON t.id = r.type_id
LEFT JOIN users m ON m.id = r.made_by LEFT JOIN users u ON u.id = r.authority_id
LEFT JOIN approvals a ON a.id = r.approval_id LEFT JOIN users w ON w.id = a.asked_of LEFT JOIN users d ON d.id = a.decided_by
LEFT JOIN remedy_hooks h ON h.id = r.hook_id LEFT JOIN remedy_takebacks b ON b.remedy_id = r.id LEFT JOIN users y ON y.id = b.asked_by
WHERE r.case_id = $1 ORDER BY r.case_id DESC, r.id DESC LIMIT 200;

-- name: remedy_show
SELECT r.ref, r.kind, t.name, r.state, r.amount_minor, r.asked_minor, r.currency, r.goodwill, r.words, r.reason, r.done_by, r.option_n, r.made_at, r.reference, r.done_at, r.reversed_at,
  r.attempts, r.tried_at, r.accepted_at, r.fault, r.version, r.done_by = 'webhook' AND h.back_url IS NOT NULL AND h.removed_at IS NULL AS takes_back,
  b.state AS back_state, b.reason AS back_reason, b.asked_at AS back_asked_at, b.attempts AS back_attempts, b.tried_at AS back_tried_at, b.accepted_at AS back_accepted_at, b.fault AS back_fault,
  b.reference AS back_reference, y.ref AS back_by_ref, y.name AS back_by_name, r.answer, b.answer AS back_answer, c.ref AS case_ref, c.subject AS case_subject,
  o.ref AS offer_ref, o.state AS offer_state, o.direct, o.expires_at, o.chosen, o.n_options, o.version AS offer_version,
  m.ref AS made_by_ref, m.name AS made_by_name, u.ref AS authority_ref, u.name AS authority_name,
  a.ref AS approval_ref, a.state AS approval_state, a.due_at, a.words AS approval_words, w.ref AS asked_of_ref, w.name AS asked_of_name, d.ref AS decided_by_ref, d.name AS decided_by_name
FROM remedies r JOIN offers o ON o.id = r.offer_id JOIN remedy_types t ON t.id = r.type_id JOIN cases c ON c.id = r.case_id
LEFT JOIN users m ON m.id = r.made_by LEFT JOIN users u ON u.id = r.authority_id
LEFT JOIN approvals a ON a.id = r.approval_id LEFT JOIN users w ON w.id = a.asked_of LEFT JOIN users d ON d.id = a.decided_by
LEFT JOIN remedy_hooks h ON h.id = r.hook_id LEFT JOIN remedy_takebacks b ON b.remedy_id = r.id LEFT JOIN users y ON y.id = b.asked_by
WHERE r.ref = $1;

-- name: remedy_step
UPDATE remedies SET state = $3, amount_minor = $4, authority_id = $5, authorised_at = $6, attempts = $7, tried_at = $8, fault = $9, answer = $10, reference = $11, done_at = $12, reversed_at = $13,
  changed_at = $14, done_by = $15, version = version + 1
WHERE id = $1 AND version = $2;
