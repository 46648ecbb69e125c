-- How a complaint was decided, in words for the customer. A case opened again and decided anew keeps what was decided before;
-- the newest holds while the case has an outcome. An imported case has an outcome and no row.
CREATE TABLE decisions (
  id       {id},
  case_id  {ref}  NOT NULL REFERENCES cases(id),
  outcome  TEXT   NOT NULL CHECK (outcome IN ('upheld', 'partly_upheld', 'not_upheld', 'withdrawn', 'out_of_scope', 'referred')),
  reasons  TEXT   NOT NULL DEFAULT '',             -- as the customer reads them
  points   {json} NOT NULL,                        -- [{text, outcome}]: each point that was raised, and whether it was upheld
  by_id    {ref}  REFERENCES users(id),
  made_at  {time} NOT NULL
) {strict};
CREATE INDEX decisions_by_case ON decisions (case_id, id);

-- Words of final-response letters that an admin wrote; the shipped ones stand in the program (cases/letter_words.c).
CREATE TABLE letter_words (
  outcome    TEXT   NOT NULL,
  lang       TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  body       TEXT   NOT NULL,                      -- with {{reasons}} and the like
  changed_at {time} NOT NULL,
  version    {int}  NOT NULL DEFAULT 1,
  PRIMARY KEY (outcome, lang)
) {strict};

-- Final responses as they were sent; the PDF is an attachment of the message.
CREATE TABLE letters (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  case_id    {ref}  NOT NULL REFERENCES cases(id),
  message_id {ref}  NOT NULL REFERENCES messages(id),
  outcome    TEXT   NOT NULL,
  lang       TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  body       TEXT   NOT NULL,
  pages      {int}  NOT NULL,
  by_mail    {bool} NOT NULL,
  reason     TEXT,                                 -- why another one
  by_id      {ref}  REFERENCES users(id),
  sent_at    {time} NOT NULL
) {strict};
CREATE INDEX letters_by_case ON letters (case_id, id);

-- What we change so that something does not come again (ISO 10002, 8.7): about a cause, a category or a product.
CREATE TABLE actions (
  id            {id},
  ref           TEXT   NOT NULL UNIQUE,
  title         TEXT   NOT NULL,
  plan          TEXT   NOT NULL DEFAULT '',        -- what changes
  effect        TEXT   NOT NULL DEFAULT '',        -- what we expect of it
  state         TEXT   NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
  root_cause_id {ref}  REFERENCES root_causes(id), -- one of these three
  category_id   {ref}  REFERENCES categories(id),
  product_id    {ref}  REFERENCES products(id),
  case_id       {ref}  REFERENCES cases(id),       -- the one it was opened from
  owner_id      {ref}  NOT NULL REFERENCES users(id),
  due_at        {time} NOT NULL,
  opened_by     {ref}  REFERENCES users(id),
  opened_at     {time} NOT NULL,
  ended_at      {time},
  ended_words   TEXT   NOT NULL DEFAULT '',        -- what was done, or why it was dropped
  version       {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX actions_by_due ON actions (state, due_at, id);
CREATE INDEX actions_by_cause ON actions (root_cause_id) WHERE root_cause_id IS NOT NULL;
CREATE INDEX actions_by_case ON actions (case_id) WHERE case_id IS NOT NULL;
-- How often a cause, a category or a product comes, week by week.
CREATE INDEX cases_by_cause ON cases (root_cause_id, received_at, kind, merged_into) WHERE root_cause_id IS NOT NULL;

-- A notice may be about no case: an action of the house is due.
CREATE TABLE notices_any (
  id         {id},
  user_id    {ref}  NOT NULL REFERENCES users(id),
  kind       TEXT   NOT NULL,
  case_id    {ref}  REFERENCES cases(id),
  message_id {ref}  REFERENCES messages(id),
  by_id      {ref}  REFERENCES users(id),
  facts      {json},
  made_at    {time} NOT NULL,
  read_at    {time}
) {strict};
INSERT INTO notices_any (id, user_id, kind, case_id, message_id, by_id, facts, made_at, read_at)
SELECT id, user_id, kind, case_id, message_id, by_id, facts, made_at, read_at FROM notices;
DROP TABLE notices;
ALTER TABLE notices_any RENAME TO notices;
CREATE INDEX notices_unread ON notices (user_id, id) WHERE read_at IS NULL;
-- only postgresql
SELECT setval(pg_get_serial_sequence('notices', 'id'), (SELECT max(id) FROM notices));
-- end only

-- The six steps: what answers' words did, and ticks by hand (cases/guide.h). Words kept ready may belong to a step and a channel.
ALTER TABLE cases ADD COLUMN guide TEXT NOT NULL DEFAULT '';
ALTER TABLE macros ADD COLUMN step TEXT;
ALTER TABLE macros ADD COLUMN channel TEXT;
