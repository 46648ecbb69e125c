-- name: clock_watch_next
SELECT min(next_at) AS value FROM case_clocks WHERE next_at IS NOT NULL;

-- name: clock_watch_due
SELECT k.case_id, k.policy_id, k.acknowledge_due, k.acknowledge_met, k.respond_due, k.respond_met, k.answer_due, k.answer_from, k.update_due, k.update_from,
  k.resolve_due, k.resolve_met, k.resolve_from, k.final_due, k.final_met, k.follow_up_due, k.follow_up_met, k.promise_due, k.levels, k.pauses, k.next_at,
  c.owner_id, c.team_id, c.version, c.is_open
FROM case_clocks k JOIN cases c ON c.id = k.case_id
WHERE k.next_at <= $1
ORDER BY k.next_at, k.case_id LIMIT $2;

-- The rows are there: they were read in the same transaction. Where another server was faster, that one fails and is run again. An INSERT, since many
-- of those are told the database at once (store/many.h).
-- name: clock_watch_passed
INSERT INTO case_clocks (case_id, levels, next_at) VALUES ($1, $2, $3)
ON CONFLICT (case_id) DO UPDATE SET levels = excluded.levels, next_at = excluded.next_at;

-- name: clock_watch_user_ref
SELECT ref FROM users WHERE id = $1 AND removed_at IS NULL;

-- name: clock_watch_owner
SELECT u.id AS value FROM settings s JOIN users u ON u.ref = s.value WHERE s.name = 'complaint_owner' AND u.removed_at IS NULL;
