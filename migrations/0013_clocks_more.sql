-- From when what is due next on a case is soon: the 75 % of its own clock. Filled by the recount at the first start.
ALTER TABLE cases ADD COLUMN soon_at {time};
INSERT INTO jobs (kind, payload, due_at, made_at)
SELECT 'clock.recount', '{}', 0, 0 FROM cases WHERE is_open LIMIT 1;

-- What is asked of a case in searches: missed:, remedy:, and scores.
CREATE INDEX clock_results_missed ON clock_results (clock, case_id) WHERE missed;
CREATE INDEX remedies_by_state ON remedies (state, kind, case_id);
CREATE INDEX remedies_by_kind ON remedies (kind, case_id);
CREATE INDEX survey_answers_by_case ON survey_answers (case_id, kind, score);

-- The clock says when it is asked whether it is still right; those that wait follow it.
UPDATE follow_ups SET due_at = (SELECT k.follow_up_due FROM case_clocks k WHERE k.case_id = follow_ups.case_id)
WHERE state = 'waiting' AND EXISTS (SELECT 1 FROM case_clocks k WHERE k.case_id = follow_ups.case_id AND k.follow_up_due IS NOT NULL AND k.follow_up_met IS NULL);
INSERT INTO jobs (kind, payload, due_at, made_at)
SELECT 'followup.ask', CAST('{"follow_up":' || f.id || '}' AS {json}), f.due_at, f.due_at FROM follow_ups f JOIN case_clocks k ON k.case_id = f.case_id AND k.follow_up_due = f.due_at WHERE f.state = 'waiting';

-- What systems of the house report later about the remedies they carry out; the same bytes again are told by their signature.
ALTER TABLE remedies ADD COLUMN accepted_at {time};        -- its system took it on and says later how it went
ALTER TABLE remedy_hooks ADD COLUMN wait_hours {int} NOT NULL DEFAULT 72; -- so long it may take for that; then a person is asked
CREATE TABLE remedy_callbacks (
  id        {id},
  remedy_id {ref}  NOT NULL REFERENCES remedies(id),
  signature TEXT   NOT NULL,
  at        {time} NOT NULL,
  said      TEXT   NOT NULL,
  outcome   TEXT   NOT NULL CHECK (outcome IN ('taken', 'known', 'contradicts', 'wrong')),
  words     TEXT,
  body      TEXT   NOT NULL,
  UNIQUE (remedy_id, signature)
) {strict};

-- The ledger of a period, in the order of time.
CREATE INDEX ledger_by_at ON ledger (at, id);

-- Figures and fairness look along these.
CREATE INDEX remedies_by_authorised ON remedies (authorised_at) WHERE authorised_at IS NOT NULL;
CREATE INDEX case_given_same ON case_given (category_id, currency, severity, last_at);
