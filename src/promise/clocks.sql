-- The clocks of a case: one row with all of them (case_clocks), and how each went (clock_results).

-- name: clock_row
SELECT case_id, policy_id, acknowledge_due, acknowledge_met, respond_due, respond_met, answer_due, answer_from, update_due, update_from, resolve_due,
  resolve_met, resolve_from, final_due, final_met, follow_up_due, follow_up_met, promise_due, levels, pauses, next_at
FROM case_clocks WHERE case_id = $1;

-- name: clock_row_insert
INSERT INTO case_clocks (case_id, policy_id, acknowledge_due, acknowledge_met, respond_due, respond_met, answer_due, answer_from, update_due, update_from,
  resolve_due, resolve_met, resolve_from, final_due, final_met, follow_up_due, follow_up_met, promise_due, levels, pauses, next_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- name: clock_row_update
UPDATE case_clocks SET policy_id = $2, acknowledge_due = $3, acknowledge_met = $4, respond_due = $5, respond_met = $6, answer_due = $7, answer_from = $8,
  update_due = $9, update_from = $10, resolve_due = $11, resolve_met = $12, resolve_from = $13, final_due = $14, final_met = $15, follow_up_due = $16,
  follow_up_met = $17, promise_due = $18, levels = $19, pauses = $20, next_at = $21
WHERE case_id = $1;

-- name: clock_result_add
INSERT INTO clock_results (case_id, clock, due_at, met_at, missed, owner_id, team_id) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: clock_result_made_up
-- The last one: an earlier one that went on to be nothing, since the customer wrote, is made up for by none.
UPDATE clock_results SET met_at = $3
WHERE case_id = $1 AND clock = $2 AND met_at IS NULL AND due_at = (SELECT max(r.due_at) FROM clock_results r WHERE r.case_id = $1 AND r.clock = $2 AND r.met_at IS NULL);

-- name: clock_result_remove
-- It was kept by an answer that nobody got.
DELETE FROM clock_results WHERE case_id = $1 AND clock = $2 AND met_at = $3;

-- name: clock_result_unmade
-- The same of one that was told to be late: it still is.
UPDATE clock_results SET met_at = NULL WHERE case_id = $1 AND clock = $2 AND met_at = $3;

-- name: clock_result_later
-- The answer after it kept it; due at $5 then, 0: as it was.
UPDATE clock_results SET met_at = $4, due_at = coalesce(nullif(CAST($5 AS BIGINT), 0), due_at), missed = CAST($4 AS BIGINT) > coalesce(nullif(CAST($5 AS BIGINT), 0), due_at)
WHERE case_id = $1 AND clock = $2 AND met_at = $3;

-- name: clock_result_once
-- Of two that the same answer kept the later one began after what was taken back, or with it.
DELETE FROM clock_results WHERE case_id = $1 AND clock = $2 AND met_at = $3 AND due_at > (SELECT min(r.due_at) FROM clock_results r WHERE r.case_id = $1 AND r.clock = $2 AND r.met_at = $3);

-- name: clock_result_late_before
-- Words of theirs at $4 ended it, and nothing had kept it: it was late where it was due before them, at $5, 0: as it was.
UPDATE clock_results SET met_at = NULL, missed = TRUE, due_at = coalesce(nullif(CAST($5 AS BIGINT), 0), due_at)
WHERE case_id = $1 AND clock = $2 AND met_at = $3 AND coalesce(nullif(CAST($5 AS BIGINT), 0), due_at) < CAST($4 AS BIGINT);

-- name: clock_result_late_since
UPDATE clock_results SET due_at = $4 WHERE case_id = $1 AND clock = $2 AND due_at = $3 AND met_at IS NULL;

-- name: clock_result_not_late
DELETE FROM clock_results WHERE case_id = $1 AND clock = $2 AND due_at = $3 AND met_at IS NULL;

-- name: clock_promise_due
UPDATE case_clocks SET promise_due = $2 WHERE case_id = $1;

-- name: clock_segment
SELECT segment FROM customers WHERE id = $1;
