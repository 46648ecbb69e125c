-- What puts a case right: what may be given, on whose authority, out of which budget, what the customer chose, and the ledger.
-- Words in CHECK lists stand once more in remedy/*.h; a test compares them. Sums are minor units.

-- Systems of the house that carry remedies out.
CREATE TABLE remedy_hooks (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  name       TEXT   NOT NULL,
  url        TEXT   NOT NULL,
  sealed     TEXT   NOT NULL,                      -- the key that signs, sealed (base/seal.h)
  timeout_s  {int}  NOT NULL,
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

-- The catalogue.
CREATE TABLE remedy_types (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  kind       TEXT   NOT NULL CHECK (kind IN ('apology', 'explanation', 'correction', 'repair', 'replacement', 'refund', 'partial_refund', 'credit', 'discount', 'free_service', 'compensation', 'other')),
  name       TEXT   NOT NULL,
  has_value  {bool} NOT NULL,
  goodwill   {bool} NOT NULL DEFAULT FALSE,
  done_by    TEXT   NOT NULL DEFAULT 'manual' CHECK (done_by IN ('manual', 'webhook')),
  hook_id    {ref}  REFERENCES remedy_hooks(id),
  wording    TEXT   NOT NULL DEFAULT '',           -- for the customer, with {{customer.first_name}} and the like
  limits     {json} NOT NULL,                      -- [{currency, min_minor, max_minor}]; none: any sum
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

-- Who may give how much by themselves. A limit that is NULL does not bind.
CREATE TABLE authority_rules (
  id           {id},
  ref          TEXT   NOT NULL UNIQUE,
  scope        TEXT   NOT NULL CHECK (scope IN ('role', 'team', 'person')),
  role         TEXT,
  team_id      {ref}  REFERENCES teams(id),
  user_id      {ref}  REFERENCES users(id),
  type_id      {ref}  REFERENCES remedy_types(id), -- NULL: any remedy
  currency     TEXT,                               -- NULL: any; then without limits
  per_remedy   {int},
  per_case     {int},
  per_customer {int},
  per_month    {int},
  created_at   {time} NOT NULL,
  removed_at   {time},
  version      {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE delegations (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  from_id    {ref}  NOT NULL REFERENCES users(id),
  to_id      {ref}  NOT NULL REFERENCES users(id),
  starts_at  {time} NOT NULL,
  ends_at    {time} NOT NULL,
  created_at {time} NOT NULL,
  removed_at {time}
) {strict};

CREATE TABLE budgets (
  id           {id},
  ref          TEXT   NOT NULL UNIQUE,
  team_id      {ref}  NOT NULL REFERENCES teams(id),
  currency     TEXT   NOT NULL,
  period       TEXT   NOT NULL CHECK (period IN ('month', 'quarter')),
  amount_minor {int}  NOT NULL,
  warn_pct     {int}  NOT NULL DEFAULT 80,
  created_at   {time} NOT NULL,
  removed_at   {time},
  version      {int}  NOT NULL DEFAULT 1
) {strict};
CREATE UNIQUE INDEX budgets_by_team ON budgets (team_id, currency) WHERE removed_at IS NULL;
CREATE TABLE budget_periods (
  id             {id},
  budget_id      {ref}  NOT NULL REFERENCES budgets(id),
  starts_at      {time} NOT NULL,
  ends_at        {time} NOT NULL,
  reserved_minor {int}  NOT NULL DEFAULT 0,        -- offered, not yet done
  used_minor     {int}  NOT NULL DEFAULT 0,        -- done
  warned_at      {time},
  UNIQUE (budget_id, starts_at)
) {strict};

-- What is laid before a customer at once: up to four options, or one that is given without asking (direct).
CREATE TABLE offers (
  id            {id},
  ref           TEXT   NOT NULL UNIQUE,
  case_id       {ref}  NOT NULL REFERENCES cases(id),
  customer_id   {ref}  REFERENCES customers(id),
  made_by       {ref}  REFERENCES users(id),
  state         TEXT   NOT NULL CHECK (state IN ('waiting', 'ready', 'open', 'chosen', 'given', 'declined', 'refused', 'withdrawn', 'expired')),
  direct        {bool} NOT NULL DEFAULT FALSE,
  words         TEXT   NOT NULL DEFAULT '',
  days          {int}  NOT NULL,                   -- how long the customer may think
  currency      TEXT,                              -- NULL: nothing in it has a value
  n_options     {int}  NOT NULL,
  chosen        {int},
  counts_minor  {int}  NOT NULL DEFAULT 0,         -- what counts against limits now: the dearest option, then the chosen one
  period_id     {ref}  REFERENCES budget_periods(id),
  held_minor    {int}  NOT NULL DEFAULT 0,         -- reserved there now
  made_at       {time} NOT NULL,
  sent_at       {time},
  expires_at    {time},
  decided_at    {time},
  version       {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX offers_by_case ON offers (case_id);
CREATE INDEX offers_by_customer ON offers (customer_id, currency) WHERE customer_id IS NOT NULL;

CREATE TABLE remedies (
  id            {id},
  ref           TEXT   NOT NULL UNIQUE,
  offer_id      {ref}  NOT NULL REFERENCES offers(id),
  option_n      {int}  NOT NULL,
  case_id       {ref}  NOT NULL REFERENCES cases(id),
  type_id       {ref}  NOT NULL REFERENCES remedy_types(id),
  kind          TEXT   NOT NULL,
  state         TEXT   NOT NULL CHECK (state IN ('proposed', 'approved', 'offered', 'chosen', 'doing', 'done', 'failed', 'reversed', 'refused', 'withdrawn', 'declined', 'expired')),
  amount_minor  {int}  NOT NULL DEFAULT 0,
  asked_minor   {int}  NOT NULL DEFAULT 0,         -- as first proposed
  currency      TEXT,                              -- NULL: without a value
  goodwill      {bool} NOT NULL,
  words         TEXT   NOT NULL,                   -- for the customer
  reason        TEXT   NOT NULL DEFAULT '',        -- for staff: why
  done_by       TEXT   NOT NULL,
  hook_id       {ref}  REFERENCES remedy_hooks(id),
  team_id       {ref}  REFERENCES teams(id),
  made_by       {ref}  REFERENCES users(id),
  made_at       {time} NOT NULL,
  authority_id  {ref}  REFERENCES users(id),       -- on whose authority
  authorised_at {time},
  approval_id   {int},                             -- the last one asked for
  attempts      {int}  NOT NULL DEFAULT 0,
  tried_at      {time},
  fault         TEXT,                              -- why it failed, or waits to be tried again
  answer        TEXT,                              -- of the payment system, as it came, bounded
  reference     TEXT,
  done_at       {time},
  reversed_at   {time},
  changed_at    {time} NOT NULL,
  version       {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX remedies_by_case ON remedies (case_id, id);
CREATE INDEX remedies_by_offer ON remedies (offer_id);
CREATE INDEX remedies_by_authority ON remedies (authority_id, currency, authorised_at) WHERE authority_id IS NOT NULL;
CREATE INDEX remedies_to_do ON remedies (changed_at) WHERE state IN ('chosen', 'doing', 'failed');

CREATE TABLE approvals (
  id           {id},
  ref          TEXT   NOT NULL UNIQUE,
  remedy_id    {ref}  NOT NULL REFERENCES remedies(id),
  case_id      {ref}  NOT NULL REFERENCES cases(id),
  asked_by     {ref}  NOT NULL REFERENCES users(id),
  asked_of     {ref}  NOT NULL REFERENCES users(id), -- now; delegation and time move it
  state        TEXT   NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'lapsed', 'withdrawn')),
  made_at      {time} NOT NULL,
  due_at       {time} NOT NULL,
  n_moved      {int}  NOT NULL DEFAULT 0,
  decided_by   {ref}  REFERENCES users(id),
  behalf_of    {ref}  REFERENCES users(id),        -- whose authority it was, where somebody stood in
  decided_at   {time},
  words        TEXT   NOT NULL DEFAULT '',
  version      {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX approvals_waiting ON approvals (due_at, id) WHERE state = 'waiting';
CREATE INDEX approvals_decided ON approvals (decided_at) WHERE decided_at IS NOT NULL;

-- Money that moved: once done, once taken back. Rows are only ever added.
CREATE TABLE ledger (
  id           {id},
  at           {time} NOT NULL,
  entry        TEXT   NOT NULL CHECK (entry IN ('done', 'reversed')),
  remedy_id    {ref}  NOT NULL REFERENCES remedies(id),
  case_id      {ref}  NOT NULL REFERENCES cases(id),
  customer_id  {ref}  REFERENCES customers(id),
  kind         TEXT   NOT NULL,
  goodwill     {bool} NOT NULL,
  amount_minor {int}  NOT NULL,                    -- reversed: below zero
  currency     TEXT   NOT NULL,
  team_id      {ref}  REFERENCES teams(id),
  by_id        {ref}  REFERENCES users(id),
  reference    TEXT,
  UNIQUE (remedy_id, entry)
) {strict};
CREATE INDEX ledger_by_time ON ledger (currency, entry, goodwill, at, amount_minor);

-- What each case was given in all, for looking at similar ones.
CREATE TABLE case_given (
  case_id     {ref}  NOT NULL REFERENCES cases(id),
  currency    TEXT   NOT NULL,
  total_minor {int}  NOT NULL,
  category_id {ref}  REFERENCES categories(id),
  severity    {int}  NOT NULL,
  last_at     {time} NOT NULL,
  PRIMARY KEY (case_id, currency)
) {strict};
CREATE INDEX case_given_similar ON case_given (category_id, currency, last_at);

-- As it starts: every remedy, and administrators may give any. Others get their limits in the settings.
INSERT INTO remedy_types (ref, kind, name, has_value, goodwill, wording, limits, created_at) VALUES
 ('APGY-222P', 'apology', 'An apology', FALSE, FALSE, 'We are sorry for what happened, and we say so.', '[]', 0),
 ('EXPN-222M', 'explanation', 'An explanation', FALSE, FALSE, 'We explain to you what went wrong and why.', '[]', 0),
 ('CRRT-222Z', 'correction', 'A correction', FALSE, FALSE, 'We put our records right.', '[]', 0),
 ('REPR-222A', 'repair', 'A repair', FALSE, FALSE, 'We repair it. You pay nothing.', '[]', 0),
 ('REPC-222R', 'replacement', 'A replacement', FALSE, FALSE, 'You get a new one. You pay nothing.', '[]', 0),
 ('REFD-2227', 'refund', 'Money back', TRUE, FALSE, 'You get back what you paid.', '[]', 0),
 ('PART-222E', 'partial_refund', 'Part of the money back', TRUE, FALSE, 'You get back a part of what you paid.', '[]', 0),
 ('CRDT-222X', 'credit', 'Credit', TRUE, TRUE, 'To spend with us, on anything.', '[]', 0),
 ('DSCT-222X', 'discount', 'A discount', TRUE, TRUE, 'Off your next order.', '[]', 0),
 ('FREE-222K', 'free_service', 'A free service', FALSE, TRUE, 'A service of ours, free of charge.', '[]', 0),
 ('CMPN-222W', 'compensation', 'Compensation for distress', TRUE, FALSE, 'For the trouble you had.', '[]', 0),
 ('THER-222S', 'other', 'Something else', FALSE, FALSE, '', '[]', 0);
INSERT INTO authority_rules (ref, scope, role, created_at) VALUES ('ADMN-2227', 'role', 'admin', 0);
