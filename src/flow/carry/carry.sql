-- What hangs on cases, read for the export (flow/carry/out.c) and written down again (flow/carry/in.c). The columns of each pair stand in flow/carry/lists.c
-- in the order of the parameters: the case first, then the customer where one is kept, then the list's own. Reading: $1 and $2 are ids of cases, $3 as in export.sql.

-- name: carry_decisions
SELECT x.case_id, x.outcome, x.reasons, x.points, u.email AS by_email, u.name AS by_name, x.made_at
FROM decisions x JOIN cases c ON c.id = x.case_id LEFT JOIN users u ON u.id = x.by_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_decision
INSERT INTO decisions (case_id, outcome, reasons, points, by_id, made_at) VALUES ($1, $2, COALESCE($3, ''), $4, $5, $6);

-- name: carry_letters
SELECT x.case_id, x.ref, x.message_id, x.outcome, x.lang, x.subject, x.body, x.pages, x.by_mail, x.reason, u.email AS by_email, u.name AS by_name, x.sent_at
FROM letters x JOIN cases c ON c.id = x.case_id LEFT JOIN users u ON u.id = x.by_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_letter
INSERT INTO letters (case_id, ref, message_id, outcome, lang, subject, body, pages, by_mail, reason, by_id, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_promises
SELECT x.case_id, x.ref, x.what, x.due_at, x.first_due_at, x.whole_day, o.email AS owner_email, o.name AS owner_name, x.state, x.source, x.message_id, x.span_start, x.span_end,
  x.certainty, x.made_at, m.email AS made_by_email, m.name AS made_by_name, x.kept_at, x.ended_at, x.reason, x.n_moved
FROM promises x JOIN cases c ON c.id = x.case_id LEFT JOIN users o ON o.id = x.owner_id LEFT JOIN users m ON m.id = x.made_by
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_promise
INSERT INTO promises (case_id, ref, what, due_at, first_due_at, whole_day, owner_id, state, source, message_id, span_start, span_end, certainty, made_at, made_by, kept_at,
  ended_at, reason, n_moved, told, next_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_offers
SELECT x.case_id, x.ref, x.state, x.direct, x.words, x.days, x.currency, x.n_options, x.chosen, x.counts_minor, m.email AS made_by_email, m.name AS made_by_name, x.made_at, x.sent_at,
  x.expires_at, x.decided_at
FROM offers x JOIN cases c ON c.id = x.case_id LEFT JOIN users m ON m.id = x.made_by
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_offer
INSERT INTO offers (case_id, customer_id, ref, state, direct, words, days, currency, n_options, chosen, counts_minor, made_by, made_at, sent_at, expires_at, decided_at)
VALUES ($1, $2, $3, $4, $5, COALESCE($6, ''), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_remedies
SELECT x.case_id, x.ref, f.ref AS offer, x.option_n, t.ref AS type, x.kind, x.state, x.amount_minor, x.asked_minor, x.currency, x.goodwill, x.words, x.reason, x.done_by, h.ref AS hook,
  k.name AS team, m.email AS made_by_email, m.name AS made_by_name, x.made_at, a.email AS authority_email, a.name AS authority_name, x.authorised_at, x.attempts, x.tried_at, x.fault,
  x.answer, x.reference, x.done_at, x.reversed_at, x.changed_at
FROM remedies x JOIN cases c ON c.id = x.case_id JOIN offers f ON f.id = x.offer_id JOIN remedy_types t ON t.id = x.type_id LEFT JOIN remedy_hooks h ON h.id = x.hook_id
LEFT JOIN teams k ON k.id = x.team_id LEFT JOIN users m ON m.id = x.made_by LEFT JOIN users a ON a.id = x.authority_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_remedy
INSERT INTO remedies (case_id, ref, offer_id, option_n, type_id, kind, state, amount_minor, asked_minor, currency, goodwill, words, reason, done_by, hook_id, team_id, made_by, made_at,
  authority_id, authorised_at, attempts, tried_at, fault, answer, reference, done_at, reversed_at, changed_at)
VALUES ($1, $2, $3, $4, (SELECT t.id FROM remedy_types t WHERE t.ref = $5), $6, $7, $8, $9, $10, $11, COALESCE($12, ''), COALESCE($13, ''), $14, (SELECT h.id FROM remedy_hooks h WHERE h.ref = $15),
  $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_approvals
SELECT x.case_id, x.ref, r.ref AS remedy, b.email AS asked_by_email, b.name AS asked_by_name, w.email AS asked_of_email, w.name AS asked_of_name, x.state, x.made_at, x.due_at, x.n_moved,
  d.email AS decided_by_email, d.name AS decided_by_name, h.email AS behalf_of_email, h.name AS behalf_of_name, x.decided_at, x.words
FROM remedies r JOIN cases c ON c.id = r.case_id JOIN approvals x ON x.remedy_id = r.id JOIN users b ON b.id = x.asked_by JOIN users w ON w.id = x.asked_of
LEFT JOIN users d ON d.id = x.decided_by LEFT JOIN users h ON h.id = x.behalf_of
WHERE r.case_id > $1 AND r.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY r.case_id, x.id;

-- name: carry_approval
INSERT INTO approvals (case_id, ref, remedy_id, asked_by, asked_of, state, made_at, due_at, n_moved, decided_by, behalf_of, decided_at, words)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, COALESCE($13, ''))
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- The last one that was asked for.
-- name: carry_approval_of
UPDATE remedies SET approval_id = (SELECT max(a.id) FROM approvals a WHERE a.remedy_id = remedies.id) WHERE case_id = $1;

-- name: carry_ledger
SELECT r.case_id, x.at, x.entry, r.ref AS remedy, x.kind, x.goodwill, x.amount_minor, x.currency, k.name AS team, u.email AS by_email, u.name AS by_name, x.reference
FROM remedies r JOIN cases c ON c.id = r.case_id JOIN ledger x ON x.remedy_id = r.id LEFT JOIN teams k ON k.id = x.team_id LEFT JOIN users u ON u.id = x.by_id
WHERE r.case_id > $1 AND r.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY r.case_id, x.id;

-- name: carry_ledger_row
INSERT INTO ledger (case_id, customer_id, at, entry, remedy_id, kind, goodwill, amount_minor, currency, team_id, by_id, reference)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: carry_given
INSERT INTO case_given (case_id, currency, total_minor, category_id, severity, last_at)
SELECT l.case_id, l.currency, CAST(sum(l.amount_minor) AS BIGINT), c.category_id, c.severity, max(l.at)
FROM ledger l JOIN remedies r ON r.id = l.remedy_id JOIN cases c ON c.id = l.case_id WHERE r.case_id = $1 GROUP BY l.case_id, l.currency, c.category_id, c.severity;

-- name: carry_surveys
SELECT x.case_id, x.ref, s.ref AS survey, o.email AS owner_email, o.name AS owner_name, k.name AS team, x.state, x.reason, x.lang, x.made_at, x.due_at, x.sent_at, x.ends_at, x.answered_at,
  x.message_id
FROM survey_asked x JOIN cases c ON c.id = x.case_id JOIN surveys s ON s.id = x.survey_id LEFT JOIN users o ON o.id = x.owner_id LEFT JOIN teams k ON k.id = x.team_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_survey
INSERT INTO survey_asked (case_id, customer_id, ref, survey_id, owner_id, team_id, state, reason, lang, made_at, due_at, sent_at, ends_at, answered_at, message_id)
VALUES ($1, $2, $3, (SELECT s.id FROM surveys s WHERE s.ref = $4), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_answers
SELECT a.case_id, a.ref AS asked, q.place AS question, x.kind, x.score, x.words
FROM survey_asked a JOIN cases c ON c.id = a.case_id JOIN survey_answers x ON x.asked_id = a.id JOIN survey_questions q ON q.id = x.question_id
WHERE a.case_id > $1 AND a.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY a.case_id, a.id, q.place;

-- name: carry_answer
INSERT INTO survey_answers (case_id, asked_id, question_id, kind, score, words)
VALUES ($1, $2, (SELECT q.id FROM survey_questions q JOIN survey_asked a ON a.survey_id = q.survey_id WHERE a.id = $2 AND q.place = $3), $4, $5, $6);

-- name: carry_recoveries
SELECT x.case_id, x.ref, a.ref AS asked, w.email AS assignee_email, w.name AS assignee_name, x.kind, x.score, x.state, x.opened_at, x.due_at, x.late_at, x.done_at,
  d.email AS done_by_email, d.name AS done_by_name, x.words, x.corrected, x.turned_at
FROM recoveries x JOIN cases c ON c.id = x.case_id JOIN survey_asked a ON a.id = x.asked_id LEFT JOIN users w ON w.id = x.assignee_id LEFT JOIN users d ON d.id = x.done_by
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_recovery
INSERT INTO recoveries (case_id, customer_id, ref, asked_id, assignee_id, kind, score, state, opened_at, due_at, late_at, done_at, done_by, words, corrected, turned_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_follow_ups
SELECT x.case_id, x.ref, o.email AS owner_email, o.name AS owner_name, k.name AS team, x.state, x.reason, x.made_at, x.due_at, x.asked_at, x.ends_at, x.answered_at, x.words, x.message_id
FROM follow_ups x JOIN cases c ON c.id = x.case_id LEFT JOIN users o ON o.id = x.owner_id LEFT JOIN teams k ON k.id = x.team_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_follow_up
INSERT INTO follow_ups (case_id, customer_id, ref, owner_id, team_id, state, reason, made_at, due_at, asked_at, ends_at, answered_at, words, message_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: carry_clock_results
SELECT x.case_id, x.clock, x.due_at, x.met_at, x.missed, o.email AS owner_email, o.name AS owner_name, k.name AS team
FROM clock_results x JOIN cases c ON c.id = x.case_id LEFT JOIN users o ON o.id = x.owner_id LEFT JOIN teams k ON k.id = x.team_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id, x.id;

-- name: carry_clock_result
INSERT INTO clock_results (case_id, clock, due_at, met_at, missed, owner_id, team_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: carry_clocks
SELECT x.case_id, x.acknowledge_due, x.acknowledge_met, x.respond_due, x.respond_met, x.answer_due, x.answer_from, x.update_due, x.update_from, x.resolve_due, x.resolve_met, x.resolve_from,
  x.final_due, x.final_met, x.follow_up_due, x.follow_up_met, x.pauses
FROM case_clocks x JOIN cases c ON c.id = x.case_id
WHERE x.case_id > $1 AND x.case_id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY x.case_id;

-- name: carry_clock
UPDATE case_clocks SET acknowledge_due = $2, acknowledge_met = $3, respond_due = $4, respond_met = $5, answer_due = $6, answer_from = $7, update_due = $8, update_from = $9, resolve_due = $10,
  resolve_met = $11, resolve_from = $12, final_due = $13, final_met = $14, follow_up_due = $15, follow_up_met = $16, pauses = $17
WHERE case_id = $1;

-- name: carry_steps
SELECT c.id AS case_id, c.guide AS marks FROM cases c
WHERE c.id > $1 AND c.id <= $2 AND c.guide <> '' AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY c.id;

-- name: carry_step
UPDATE cases SET guide = COALESCE($2, '') WHERE id = $1;

-- When this customer was asked last, over all surveys, and since when they want no more.
-- name: carry_turns
SELECT c.id AS case_id, x.asked_at FROM cases c JOIN survey_turns x ON x.customer_id = c.customer_id
WHERE c.id > $1 AND c.id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY c.id;

-- name: carry_turn
INSERT INTO survey_turns (customer_id, asked_at) SELECT c.customer_id, CAST($2 AS BIGINT) FROM cases c WHERE c.id = $1 AND c.customer_id IS NOT NULL
ON CONFLICT (customer_id) DO UPDATE SET asked_at = excluded.asked_at WHERE survey_turns.asked_at < excluded.asked_at;

-- name: carry_stops
SELECT c.id AS case_id, x.since FROM cases c JOIN survey_stops x ON x.customer_id = c.customer_id
WHERE c.id > $1 AND c.id <= $2 AND CASE WHEN c.merged_into IS NULL THEN 0 ELSE 1 END = CAST($3 AS BIGINT) ORDER BY c.id;

-- name: carry_stop
INSERT INTO survey_stops (customer_id, since) SELECT c.customer_id, CAST($2 AS BIGINT) FROM cases c WHERE c.id = $1 AND c.customer_id IS NOT NULL
ON CONFLICT (customer_id) DO NOTHING;

-- name: carry_finish
UPDATE cases SET due_at = $2, due_kind = $3, promise_due_at = $4, n_promises = $5, n_broken = $6, soon_at = $7 WHERE id = $1;

-- What the lists above speak of, and corrective actions: lines of their own. $1: the last id that was read.
-- name: carry_types
SELECT x.id, x.ref, x.kind, x.name, x.has_value, x.goodwill, x.wording, x.limits, x.created_at, x.removed_at
FROM remedy_types x WHERE x.id > $1 AND (x.created_at <> 0 OR x.version <> 1) ORDER BY x.id LIMIT 100;

-- name: carry_type_there
SELECT count(*) AS value FROM remedy_types x WHERE x.ref = $1 AND (x.created_at <> 0 OR x.version <> 1);

-- name: carry_form_there
SELECT count(*) AS value FROM surveys WHERE ref = $1;

-- name: carry_action_there
SELECT count(*) AS value FROM actions WHERE ref = $1;

-- One that is shipped, and that nobody here has changed, takes what it was there.
-- name: carry_type
INSERT INTO remedy_types (ref, kind, name, has_value, goodwill, wording, limits, created_at, removed_at) VALUES ($1, $2, $3, $4, $5, COALESCE($6, ''), $7, $8, $9)
ON CONFLICT (ref) DO UPDATE SET kind = excluded.kind, name = excluded.name, has_value = excluded.has_value, goodwill = excluded.goodwill, wording = excluded.wording,
  limits = excluded.limits, created_at = excluded.created_at, removed_at = excluded.removed_at, version = 2
WHERE remedy_types.created_at = 0 AND remedy_types.version = 1
RETURNING id AS value;

-- name: carry_forms
SELECT x.id, x.ref, x.name, x.event, x.kind, x.channel, w.path AS category, k.name AS team, x.severity, x.delay_minutes, x.sample_pct, x.valid_days, x.recovery_hours, x.words, x.created_at,
  x.removed_at
FROM surveys x LEFT JOIN categories w ON w.id = x.category_id LEFT JOIN teams k ON k.id = x.team_id
WHERE x.id > $1 ORDER BY x.id LIMIT 100;

-- It is switched off until somebody here switches it on.
-- name: carry_form
INSERT INTO surveys (ref, name, event, kind, channel, category_id, team_id, severity, delay_minutes, sample_pct, valid_days, recovery_hours, words, created_at, removed_at, name_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT DO NOTHING RETURNING id AS value;

-- name: carry_questions
SELECT x.id, s.ref AS survey, x.place, x.kind, x.required, x.points, x.bar, x.words, x.removed_at
FROM survey_questions x JOIN surveys s ON s.id = x.survey_id
WHERE x.id > $1 ORDER BY x.id LIMIT 100;

-- name: carry_question_there
SELECT count(*) AS value FROM survey_questions q JOIN surveys s ON s.id = q.survey_id WHERE s.ref = $1 AND q.place = $2;

-- name: carry_question
INSERT INTO survey_questions (survey_id, place, kind, required, points, bar, words, removed_at)
VALUES ((SELECT s.id FROM surveys s WHERE s.ref = $1), $2, $3, $4, $5, $6, $7, $8)
RETURNING id AS value;

-- name: carry_actions
SELECT x.id, x.ref, x.title, x.plan, x.effect, x.state, r.path AS root_cause, w.path AS category, p.path AS product, c.ref AS of_case, o.email AS owner_email, o.name AS owner_name, x.due_at,
  b.email AS opened_by_email, b.name AS opened_by_name, x.opened_at, x.ended_at, x.ended_words
FROM actions x LEFT JOIN root_causes r ON r.id = x.root_cause_id LEFT JOIN categories w ON w.id = x.category_id LEFT JOIN products p ON p.id = x.product_id LEFT JOIN cases c ON c.id = x.case_id
LEFT JOIN users o ON o.id = x.owner_id LEFT JOIN users b ON b.id = x.opened_by
WHERE x.id > $1 ORDER BY x.id LIMIT 100;

-- name: carry_action
INSERT INTO actions (ref, title, plan, effect, state, root_cause_id, category_id, product_id, case_id, owner_id, due_at, opened_by, opened_at, ended_at, ended_words)
VALUES ($1, $2, COALESCE($3, ''), COALESCE($4, ''), $5, $6, $7, $8, (SELECT c.id FROM cases c WHERE c.ref = $9), $10, $11, $12, $13, $14, COALESCE($15, ''))
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;
