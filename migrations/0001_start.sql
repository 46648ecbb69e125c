-- The house as it starts. Schema words in braces are spelled per engine by store/db.c.
-- Words in CHECK lists are those of docs/glossary.md; the lists stand once more in C (cases/case.h) and a test compares them.

CREATE TABLE settings (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) {strict};

CREATE TABLE teams (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  name       TEXT   NOT NULL,
  name_key   TEXT   NOT NULL UNIQUE,
  assign_by  TEXT   NOT NULL DEFAULT 'hand' CHECK (assign_by IN ('hand', 'round_robin', 'least_loaded')),
  last_user_id {ref},                              -- round robin: who had the last one
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE users (
  id            {id},
  ref           TEXT   NOT NULL UNIQUE,
  email         TEXT   NOT NULL,
  email_key     TEXT   NOT NULL UNIQUE,            -- folded
  name          TEXT   NOT NULL,
  role          TEXT   NOT NULL CHECK (role IN ('agent', 'supervisor', 'admin', 'auditor')),
  team_id       {ref}  REFERENCES teams(id),       -- home team
  password_hash TEXT,                              -- argon2id; NULL: cannot sign in yet
  zone          TEXT   NOT NULL DEFAULT 'UTC',
  lang          TEXT   NOT NULL DEFAULT 'en',
  theme         TEXT   NOT NULL DEFAULT 'auto' CHECK (theme IN ('auto', 'light', 'dark')),
  keys          {bool} NOT NULL DEFAULT TRUE,      -- single-letter keys
  capacity      {int}  NOT NULL DEFAULT 50,        -- open cases at once; 0: takes none
  available     {bool} NOT NULL DEFAULT TRUE,
  created_at    {time} NOT NULL,
  removed_at    {time},
  version       {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE team_members (
  team_id {ref} NOT NULL REFERENCES teams(id),
  user_id {ref} NOT NULL REFERENCES users(id),
  PRIMARY KEY (team_id, user_id)
) {strict};

CREATE TABLE sessions (
  id         {id},
  digest     TEXT   NOT NULL UNIQUE,               -- BLAKE2b of the cookie's value
  user_id    {ref}  NOT NULL REFERENCES users(id),
  csrf       TEXT   NOT NULL,
  agent      TEXT,                                 -- the browser, as it says
  created_at {time} NOT NULL,
  seen_at    {time} NOT NULL,                      -- written at most once a minute
  expires_at {time} NOT NULL
) {strict};
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE tokens (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  digest     TEXT   NOT NULL UNIQUE,
  user_id    {ref}  NOT NULL REFERENCES users(id),
  name       TEXT   NOT NULL,
  created_at {time} NOT NULL,
  used_at    {time},
  revoked_at {time}
) {strict};

-- One-time links: first run, a new user's first password, a forgotten one.
CREATE TABLE invites (
  id         {id},
  digest     TEXT   NOT NULL UNIQUE,
  purpose    TEXT   NOT NULL CHECK (purpose IN ('first_run', 'password')),
  user_id    {ref}  REFERENCES users(id),
  created_at {time} NOT NULL,
  expires_at {time} NOT NULL,
  used_at    {time}
) {strict};

CREATE TABLE customers (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  name        TEXT   NOT NULL DEFAULT '',
  name_key    TEXT   NOT NULL DEFAULT '',          -- folded, for duplicates
  lang        TEXT,
  zone        TEXT,
  notes       TEXT,
  external_id TEXT,
  created_at  {time} NOT NULL,
  merged_into {ref}  REFERENCES customers(id),
  version     {int}  NOT NULL DEFAULT 1
) {strict};
CREATE UNIQUE INDEX customers_by_external ON customers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_by_name ON customers (name_key) WHERE name_key <> '';

CREATE TABLE contacts (
  id          {id},
  customer_id {ref}  NOT NULL REFERENCES customers(id),
  kind        TEXT   NOT NULL CHECK (kind IN ('email', 'phone', 'address', 'handle')),
  value       TEXT   NOT NULL,
  value_key   TEXT   NOT NULL,                     -- folded address, digits of a number
  created_at  {time} NOT NULL
) {strict};
CREATE INDEX contacts_by_customer ON contacts (customer_id);
CREATE UNIQUE INDEX contacts_by_email ON contacts (value_key) WHERE kind = 'email';
CREATE INDEX contacts_by_value ON contacts (value_key, kind) WHERE kind <> 'email';

-- Three small trees of words. path is the chain of names, "Appliances › Leaks", kept for showing and filtering.
CREATE TABLE categories (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  parent_id  {ref}  REFERENCES categories(id),
  name       TEXT   NOT NULL,
  path       TEXT   NOT NULL,
  path_key   TEXT   NOT NULL UNIQUE,
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};
CREATE TABLE products (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  parent_id  {ref}  REFERENCES products(id),
  name       TEXT   NOT NULL,
  path       TEXT   NOT NULL,
  path_key   TEXT   NOT NULL UNIQUE,
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};
CREATE TABLE root_causes (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  parent_id  {ref}  REFERENCES root_causes(id),
  name       TEXT   NOT NULL,
  path       TEXT   NOT NULL,
  path_key   TEXT   NOT NULL UNIQUE,
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE cases (
  id                {id},
  ref               TEXT   NOT NULL UNIQUE,
  kind              TEXT   NOT NULL CHECK (kind IN ('complaint', 'question', 'request', 'compliment', 'suggestion')),
  subject           TEXT   NOT NULL,
  customer_id       {ref}  REFERENCES customers(id),
  channel           TEXT   NOT NULL CHECK (channel IN ('email', 'form', 'portal', 'chat', 'phone', 'letter', 'in_person', 'review', 'social', 'api', 'import')),
  product_id        {ref}  REFERENCES products(id),
  category_id       {ref}  REFERENCES categories(id),
  severity          {int}  NOT NULL CHECK (severity BETWEEN 0 AND 3),  -- low, normal, high, critical
  desired_remedy    TEXT,
  owner_id          {ref}  REFERENCES users(id),
  team_id           {ref}  REFERENCES teams(id),
  stage             TEXT   NOT NULL CHECK (stage IN ('received', 'acknowledged', 'investigating', 'offered', 'resolved', 'followed_up', 'closed')),
  outcome           TEXT   CHECK (outcome IN ('upheld', 'partly_upheld', 'not_upheld', 'withdrawn', 'out_of_scope', 'referred')),
  root_cause_id     {ref}  REFERENCES root_causes(id),
  external_id       TEXT,
  external_hash     {int},                         -- of the imported row: unchanged or changed
  facts             {json},                        -- what an import brought and no column of ours holds
  is_open           {bool} NOT NULL,               -- stage before resolved, and not merged away
  waiting           {bool} NOT NULL DEFAULT FALSE, -- for the customer
  due_at            {time},                        -- the next thing due (cases/due.h); NULL when nothing is
  due_kind          TEXT,                          -- acknowledge, answer, resolve
  received_at       {time} NOT NULL,               -- when the customer said it
  logged_at         {time} NOT NULL,               -- when we wrote it down
  stage_at          {time} NOT NULL,               -- since when it is in this stage
  acknowledged_at   {time},
  first_response_at {time},                        -- a person's first answer
  resolved_at       {time},
  closed_at         {time},
  last_inbound_at   {time},
  last_message_at   {time},
  n_messages        {int}  NOT NULL DEFAULT 0,
  n_reopened        {int}  NOT NULL DEFAULT 0,
  merged_into       {ref}  REFERENCES cases(id),
  snippet           TEXT   NOT NULL DEFAULT '',    -- the customer's last words, first 200 characters: the queue's second line
  tags              TEXT   NOT NULL DEFAULT '',    -- those of case_tags, sorted and joined by commas: a row is shown without a join
  changed_at        {time} NOT NULL,               -- the last thing that happened to it
  version           {int}  NOT NULL DEFAULT 1
) {strict};
-- Each index is there for a view or a rule; a new one costs every creation (bench: durable creations).
CREATE UNIQUE INDEX cases_by_external ON cases (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX cases_by_customer ON cases (customer_id, received_at) WHERE customer_id IS NOT NULL;
CREATE INDEX cases_by_received ON cases (received_at, id, is_open);           -- all by newest and oldest; received: in searches
CREATE INDEX cases_by_changed ON cases (changed_at, id, is_open, owner_id);   -- any view by last change
CREATE INDEX cases_by_resolved ON cases (resolved_at, id) WHERE resolved_at IS NOT NULL; -- resolved: in searches, figures over time
CREATE INDEX cases_open_by_due ON cases (due_at, id, owner_id, team_id, waiting) WHERE is_open; -- open, late, waiting
CREATE INDEX cases_open_by_owner ON cases (owner_id, due_at, id, waiting) WHERE is_open;        -- mine, unassigned; the counters
CREATE INDEX cases_open_by_received ON cases (received_at, id, owner_id, due_at, waiting) WHERE is_open; -- those by newest and oldest
CREATE INDEX cases_open_by_severity ON cases (severity, received_at, id, owner_id, due_at, waiting) WHERE is_open; -- and by severity

CREATE TABLE case_tags (
  case_id {ref} NOT NULL REFERENCES cases(id),
  tag     TEXT  NOT NULL,
  PRIMARY KEY (case_id, tag)
) {strict};
CREATE INDEX case_tags_by_tag ON case_tags (tag, case_id);

CREATE TABLE messages (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  direction   TEXT   NOT NULL CHECK (direction IN ('inbound', 'outbound', 'note')),
  channel     TEXT   NOT NULL,
  author_id   {ref}  REFERENCES users(id),         -- staff; NULL: the customer, or the system
  author_name TEXT,                                -- as given, where it is no user
  body        TEXT   NOT NULL,
  automatic   {bool} NOT NULL DEFAULT FALSE,       -- written by us, not by a person
  said_at     {time} NOT NULL,                     -- when it was said
  logged_at   {time} NOT NULL
) {strict};
CREATE INDEX messages_by_case ON messages (case_id, said_at, id);

CREATE TABLE attachments (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  message_id {ref}  NOT NULL REFERENCES messages(id),
  case_id    {ref}  NOT NULL REFERENCES cases(id),
  name       TEXT   NOT NULL,
  media_type TEXT   NOT NULL,
  size       {int}  NOT NULL,
  hash       TEXT   NOT NULL
) {strict};
CREATE INDEX attachments_by_case ON attachments (case_id, message_id);

-- What somebody began to write; one per person, case and kind.
CREATE TABLE drafts (
  user_id      {ref}  NOT NULL REFERENCES users(id),
  case_id      {ref}  NOT NULL REFERENCES cases(id),
  kind         TEXT   NOT NULL CHECK (kind IN ('reply', 'note')),
  body         TEXT   NOT NULL,
  base_version {int}  NOT NULL,                    -- the case's version it was begun against
  saved_at     {time} NOT NULL,
  PRIMARY KEY (user_id, case_id, kind)
) {strict};

CREATE TABLE case_links (
  a_id    {ref}  NOT NULL REFERENCES cases(id),
  b_id    {ref}  NOT NULL REFERENCES cases(id),
  kind    TEXT   NOT NULL CHECK (kind IN ('related', 'split', 'duplicate')), -- split: b came out of a
  made_at {time} NOT NULL,
  PRIMARY KEY (a_id, b_id)
) {strict};
CREATE INDEX case_links_by_b ON case_links (b_id);

-- Merges of cases and of customers, with what is needed to undo them.
CREATE TABLE merges (
  id         {id},
  kind       TEXT   NOT NULL CHECK (kind IN ('case', 'customer')),
  source_id  {int}  NOT NULL,
  target_id  {int}  NOT NULL,
  moved      {json} NOT NULL,                      -- ids that changed hands, and the source as it was
  made_by    {ref}  REFERENCES users(id),
  made_at    {time} NOT NULL,
  undone_at  {time}
) {strict};
CREATE INDEX merges_by_source ON merges (kind, source_id);
CREATE INDEX merges_by_target ON merges (kind, target_id);

-- What somebody should know: mentioned, assigned, a customer wrote on their case.
CREATE TABLE notices (
  id         {id},
  user_id    {ref}  NOT NULL REFERENCES users(id),
  kind       TEXT   NOT NULL CHECK (kind IN ('mention', 'assigned', 'reply', 'reopened')),
  case_id    {ref}  NOT NULL REFERENCES cases(id),
  message_id {ref}  REFERENCES messages(id),
  by_id      {ref}  REFERENCES users(id),
  made_at    {time} NOT NULL,
  read_at    {time}
) {strict};
CREATE INDEX notices_unread ON notices (user_id, id) WHERE read_at IS NULL;

CREATE TABLE saved_views (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  user_id    {ref}  NOT NULL REFERENCES users(id),
  shared     {bool} NOT NULL DEFAULT FALSE,
  name       TEXT   NOT NULL,
  query      TEXT   NOT NULL,                      -- as typed: "owner:me category:billing"
  sort       TEXT   NOT NULL DEFAULT 'due',
  created_at {time} NOT NULL,
  removed_at {time}
) {strict};

CREATE TABLE macros (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  name       TEXT   NOT NULL,
  body       TEXT   NOT NULL,                      -- with {{customer.first_name}} and the like
  kind       TEXT,                                 -- for one kind of case only; NULL: any
  user_id    {ref}  REFERENCES users(id),          -- NULL: everybody's
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE imports (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  file        TEXT   NOT NULL,                     -- its name
  hash        TEXT   NOT NULL,                     -- of file, format and mapping: the same import is resumed
  format      TEXT   NOT NULL,
  mapping     {json} NOT NULL,
  state       TEXT   NOT NULL CHECK (state IN ('mapping', 'running', 'done', 'failed', 'stopped')),
  blob        TEXT,                                -- the uploaded file; NULL: from the command line
  n_bytes     {int}  NOT NULL DEFAULT 0,
  at_byte     {int}  NOT NULL DEFAULT 0,           -- everything before it is in, durably
  at_line     {int}  NOT NULL DEFAULT 0,
  n_imported  {int}  NOT NULL DEFAULT 0,
  n_updated   {int}  NOT NULL DEFAULT 0,
  n_unchanged {int}  NOT NULL DEFAULT 0,
  n_rejected  {int}  NOT NULL DEFAULT 0,
  rejects     TEXT,                                -- path below the data folder
  rejects_bytes {int} NOT NULL DEFAULT 0,          -- of that file, when at_byte was written: what is behind is from a run that was cut off
  message     TEXT,
  made_by     {ref}  REFERENCES users(id),
  made_at     {time} NOT NULL,
  ended_at    {time}
) {strict};

CREATE TABLE idempotency (
  key          TEXT   NOT NULL,
  who          TEXT   NOT NULL,                    -- actor and route
  request_hash TEXT   NOT NULL,
  status       {int}  NOT NULL,
  location     TEXT,
  etag         TEXT,
  body         TEXT   NOT NULL,
  made_at      {time} NOT NULL,
  PRIMARY KEY (key, who)
) {strict};
CREATE INDEX idempotency_by_age ON idempotency (made_at);

CREATE TABLE jobs (
  id         {id},
  kind       TEXT   NOT NULL,
  payload    {json} NOT NULL,
  state      TEXT   NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'leased', 'failed')), -- done: gone
  due_at     {time} NOT NULL,
  leased_until {time},
  attempts   {int}  NOT NULL DEFAULT 0,
  error      TEXT,
  made_at    {time} NOT NULL
) {strict};
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE state = 'queued';
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE state = 'leased';
CREATE INDEX jobs_by_kind ON jobs (kind);

CREATE TABLE events (
  id         {id},
  at         {time} NOT NULL,
  kind       TEXT   NOT NULL,
  case_id    {ref}  REFERENCES cases(id),
  subject_id {int},
  actor_kind TEXT   NOT NULL,
  actor_id   {ref}  REFERENCES users(id),
  facts      {json} NOT NULL
) {strict};
CREATE INDEX events_by_case ON events (case_id, id) WHERE case_id IS NOT NULL;
