-- What the customer felt: surveys, of whom each was asked, what was answered; recovery of those we let down; whether it is still right.
-- Words in CHECK lists: survey/survey.h, survey/follow_up.h.

-- A mail whose words hold a private link: the case has others, so that staff do not answer for the customer. And its way out (RFC 8058).
ALTER TABLE outbox ADD COLUMN text TEXT;
ALTER TABLE outbox ADD COLUMN unsubscribe TEXT;

CREATE TABLE surveys (
  id             {id},
  ref            TEXT   NOT NULL UNIQUE,
  name           TEXT   NOT NULL,                  -- for staff
  name_key       TEXT   NOT NULL UNIQUE,
  event          TEXT   NOT NULL CHECK (event IN ('case.resolved', 'case.closed', 'message.sent', 'remedy.done')),
  kind           TEXT,                             -- NULL: any, and so the next four
  channel        TEXT,
  category_id    {ref}  REFERENCES categories(id), -- and all below it
  team_id        {ref}  REFERENCES teams(id),
  severity       {int},                            -- and all above it
  delay_minutes  {int}  NOT NULL,
  sample_pct     {int}  NOT NULL CHECK (sample_pct BETWEEN 1 AND 100),
  valid_days     {int}  NOT NULL,
  recovery_hours {int}  NOT NULL,                  -- a recovery's own clock
  words          {json} NOT NULL,                  -- {"en": {"lead", "thanks"}}
  is_active      {bool} NOT NULL DEFAULT FALSE,
  created_at     {time} NOT NULL,
  removed_at     {time},
  version        {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE survey_questions (
  id         {id},
  survey_id  {ref}  NOT NULL REFERENCES surveys(id),
  place      {int}  NOT NULL,
  kind       TEXT   NOT NULL CHECK (kind IN ('csat', 'nps', 'ces', 'scale', 'choice', 'text')),
  required   {bool} NOT NULL,
  points     {int}  NOT NULL DEFAULT 0,            -- scale: 1 to points; choice: how many there are
  bar        {int},                                -- a score at or under it opens a recovery; NULL: none does
  words      {json} NOT NULL,                      -- {"en": {"ask", "low", "high", "options": []}}; of the three standards: only where they differ from ours
  removed_at {time}
) {strict};
CREATE INDEX survey_questions_by_survey ON survey_questions (survey_id, place);

-- One row each time a survey became due for a case: asked, or why not.
CREATE TABLE survey_asked (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  survey_id   {ref}  NOT NULL REFERENCES surveys(id),
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  customer_id {ref}  REFERENCES customers(id),
  owner_id    {ref}  REFERENCES users(id),         -- who had the case when we asked, and which team
  team_id     {ref}  REFERENCES teams(id),
  state       TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'answered', 'expired', 'not_sent')),
  reason      TEXT,                                -- of not_sent
  lang        TEXT,
  made_at     {time} NOT NULL,
  due_at      {time} NOT NULL,
  sent_at     {time},
  ends_at     {time},
  answered_at {time},                              -- first; it may be changed for an hour
  message_id  {ref}  REFERENCES messages(id)
) {strict};
CREATE INDEX survey_asked_by_case ON survey_asked (case_id);
CREATE INDEX survey_asked_by_state ON survey_asked (state, case_id); -- survey: in searches
CREATE INDEX survey_asked_by_sent ON survey_asked (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX survey_asked_by_answered ON survey_asked (answered_at) WHERE answered_at IS NOT NULL;
CREATE UNIQUE INDEX survey_asked_waiting ON survey_asked (survey_id, case_id) WHERE state = 'waiting';

CREATE TABLE survey_answers (
  asked_id    {ref}  NOT NULL REFERENCES survey_asked(id),
  question_id {ref}  NOT NULL REFERENCES survey_questions(id),
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  kind        TEXT   NOT NULL,                     -- the question's
  score       {int},                               -- on its scale; choice: which one, from 1
  words       TEXT,                                -- of a text question; with a score: what made it so
  PRIMARY KEY (asked_id, question_id)
) {strict};
CREATE INDEX survey_answers_by_score ON survey_answers (kind, score, case_id) WHERE score IS NOT NULL;

-- Whose turn it was, over all surveys: at most one in 30 days. One row a customer, so that two who ask at once meet here.
CREATE TABLE survey_turns (
  customer_id {ref}  NOT NULL PRIMARY KEY REFERENCES customers(id),
  asked_at    {time} NOT NULL
) {strict};
-- Who wants no more of them.
CREATE TABLE survey_stops (
  customer_id {ref}  NOT NULL PRIMARY KEY REFERENCES customers(id),
  since       {time} NOT NULL
) {strict};

CREATE TABLE recoveries (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  asked_id    {ref}  NOT NULL UNIQUE REFERENCES survey_asked(id),
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  customer_id {ref}  REFERENCES customers(id),
  assignee_id {ref}  REFERENCES users(id),         -- NULL: nobody leads; whoever may see to it
  kind        TEXT   NOT NULL,                     -- the question's whose score was low
  score       {int}  NOT NULL,
  state       TEXT   NOT NULL CHECK (state IN ('open', 'done')),
  opened_at   {time} NOT NULL,
  due_at      {time} NOT NULL,
  late_at     {time},                              -- when it was said to be late
  done_at     {time},
  done_by     {ref}  REFERENCES users(id),
  words       TEXT,                                -- what was done
  corrected   {bool} NOT NULL DEFAULT FALSE,       -- the customer had mistaken the scale: in no figure
  turned_at   {time},                              -- a later answer of theirs was better
  version     {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX recoveries_by_case ON recoveries (case_id);
CREATE INDEX recoveries_by_customer ON recoveries (customer_id) WHERE turned_at IS NULL;
CREATE INDEX recoveries_by_opened ON recoveries (opened_at);
CREATE INDEX recoveries_open ON recoveries (due_at, id) WHERE state = 'open';

-- "Is it still right?", some days after a case was resolved.
CREATE TABLE follow_ups (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  customer_id {ref}  REFERENCES customers(id),
  owner_id    {ref}  REFERENCES users(id),
  team_id     {ref}  REFERENCES teams(id),
  state       TEXT   NOT NULL CHECK (state IN ('waiting', 'asked', 'right', 'not_right', 'silent', 'not_asked')),
  reason      TEXT,                                -- of not_asked
  made_at     {time} NOT NULL,
  due_at      {time} NOT NULL,
  asked_at    {time},
  ends_at     {time},
  answered_at {time},
  words       TEXT,                                -- the customer's
  message_id  {ref}  REFERENCES messages(id)
) {strict};
CREATE INDEX follow_ups_by_case ON follow_ups (case_id);
CREATE INDEX follow_ups_by_state ON follow_ups (state, case_id); -- followup: in searches
CREATE INDEX follow_ups_by_asked ON follow_ups (asked_at) WHERE asked_at IS NOT NULL;
CREATE UNIQUE INDEX follow_ups_waiting ON follow_ups (case_id) WHERE state IN ('waiting', 'asked');
