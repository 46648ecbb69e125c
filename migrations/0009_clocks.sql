-- Clocks: when we work (calendars), what is due by when (policies), what runs on each case, and how it went. The rows of policies and
-- calendars are few and kept in memory by every connection (promise/book.h); clock_book says when they changed.
CREATE TABLE calendars (
  id         {id},
  ref        TEXT   NOT NULL UNIQUE,
  name       TEXT   NOT NULL,
  name_key   TEXT   NOT NULL UNIQUE,
  zone       TEXT   NOT NULL DEFAULT '',           -- IANA; '': the house's
  shifts     TEXT   NOT NULL,                      -- Monday to Sunday, a day's behind each other: "09:00-12:30,13:30-17:00;...;;"
  house      {bool} NOT NULL DEFAULT FALSE,        -- the one in which working days are meant where nobody says which
  created_at {time} NOT NULL,
  removed_at {time},
  version    {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE calendar_holidays (
  id          {id},
  calendar_id {ref}  NOT NULL REFERENCES calendars(id),
  day         {int}  NOT NULL,                     -- days since 1970
  from_min    {int}  NOT NULL,
  to_min      {int}  NOT NULL,                     -- 0 to 1440: the whole day
  yearly      {bool} NOT NULL,
  name        TEXT   NOT NULL,
  UNIQUE (calendar_id, day, from_min, yearly)
) {strict};

-- A condition that is NULL holds for every case.
CREATE TABLE clock_policies (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  name        TEXT   NOT NULL,
  position    {int}  NOT NULL,                     -- of two as specific the first one holds
  active      {bool} NOT NULL,
  kind        TEXT,
  severity    {int},
  product_id  {ref}  REFERENCES products(id),      -- and what is below it
  channel     TEXT,
  segment     TEXT,                                -- of the customer, folded
  calendar_id {ref}  NOT NULL REFERENCES calendars(id),
  targets     {json} NOT NULL,                     -- {"answer": ["48 hours", pauses], ...}
  lead_after  {int}  NOT NULL,                     -- minutes after the breach until the team's lead is told; 0: never
  owner_after {int}  NOT NULL,                     -- and the complaint owner
  created_at  {time} NOT NULL,
  removed_at  {time},                              -- kept: clocks that run have what they had
  version     {int}  NOT NULL DEFAULT 1
) {strict};

CREATE TABLE clock_book (
  id         {int} NOT NULL PRIMARY KEY,
  generation {int} NOT NULL
) {strict};
INSERT INTO clock_book (id, generation) VALUES (1, 1);

-- One row a case with all its clocks, so that a creation costs one insert and two indexes. due: when it runs out (or ran); met: when it was kept.
CREATE TABLE case_clocks (
  case_id         {ref} NOT NULL PRIMARY KEY REFERENCES cases(id),
  policy_id       {ref} REFERENCES clock_policies(id),
  acknowledge_due {time}, acknowledge_met {time},
  respond_due     {time}, respond_met     {time},
  answer_due      {time}, answer_from     {time},  -- since when words of theirs wait for an answer
  update_due      {time}, update_from     {time},  -- since our last word
  resolve_due     {time}, resolve_met     {time}, resolve_from {time}, -- NULL: since it was received; else since it was opened again
  final_due       {time}, final_met       {time},
  follow_up_due   {time}, follow_up_met   {time},
  promise_due     {time},                          -- the earliest open promise
  levels          {int} NOT NULL,                  -- three bits a clock: how many of its steps were told (clock_steps in promise/case_clocks.h)
  pauses          TEXT,                            -- "from-to,from-": when we waited for the customer
  next_at         {time}                           -- the next step of any of them
) {strict};
CREATE INDEX case_clocks_next ON case_clocks (next_at, case_id) WHERE next_at IS NOT NULL;

-- How each clock went: a row when it is kept, or when it is missed.
CREATE TABLE clock_results (
  id       {id},
  case_id  {ref}  NOT NULL REFERENCES cases(id),
  clock    TEXT   NOT NULL CHECK (clock IN ('acknowledge', 'respond', 'answer', 'update', 'resolve', 'final', 'follow_up')),
  due_at   {time} NOT NULL,
  met_at   {time},                                 -- NULL: missed, and not yet made up for
  missed   {bool} NOT NULL,
  owner_id {ref}  REFERENCES users(id),            -- whose it was then
  team_id  {ref}  REFERENCES teams(id)
) {strict};
CREATE INDEX clock_results_by_due ON clock_results (due_at, clock, missed);
CREATE INDEX clock_results_by_case ON clock_results (case_id, clock);

-- Mails to staff about what is late: one waits at a time.
CREATE TABLE late_mails (
  user_id        {ref}  NOT NULL PRIMARY KEY REFERENCES users(id),
  queued_at      {time},                           -- NULL: none waits
  last_notice_id {int}  NOT NULL                   -- up to here they were told
) {strict};
ALTER TABLE users ADD COLUMN mail_late {bool};     -- NULL: who leads a team, and the complaint owner

ALTER TABLE customers ADD COLUMN segment TEXT;     -- "gold", "business": words of the house, folded

-- What holds when nobody says otherwise, by the clock round the day; two examples to switch on.
INSERT INTO calendars (ref, name, name_key, zone, shifts, house, created_at) VALUES
  ('CAEN-DARS', 'Round the clock', 'round the clock', '', '00:00-24:00;00:00-24:00;00:00-24:00;00:00-24:00;00:00-24:00;00:00-24:00;00:00-24:00', FALSE, 0),
  ('CAFF-WRK9', 'Office hours', 'office hours', '', '09:00-17:00;09:00-17:00;09:00-17:00;09:00-17:00;09:00-17:00;;', TRUE, 0);
INSERT INTO clock_policies (ref, name, position, active, severity, calendar_id, targets, lead_after, owner_after, created_at)
SELECT 'CRTY-PAAE', 'Critical', 1, TRUE, 3, id, '{"acknowledge":["2 hours",true],"answer":["4 hours",true],"resolve":["3 days",true],"final":["56 days",false]}', 60, 240, 0
FROM calendars WHERE ref = 'CAEN-DARS';
INSERT INTO clock_policies (ref, name, position, active, severity, calendar_id, targets, lead_after, owner_after, created_at)
SELECT 'HGHP-QABE', 'High', 2, TRUE, 2, id, '{"acknowledge":["8 hours",true],"answer":["24 hours",true],"resolve":["14 days",true],"final":["56 days",false]}', 240, 1440, 0
FROM calendars WHERE ref = 'CAEN-DARS';
INSERT INTO clock_policies (ref, name, position, active, calendar_id, targets, lead_after, owner_after, created_at)
SELECT 'HVSE-DEFZ', 'Everything else', 3, TRUE, id, '{"acknowledge":["24 hours",true],"answer":["48 hours",true],"resolve":["28 days",true],"final":["56 days",false]}', 1440, 4320, 0
FROM calendars WHERE ref = 'CAEN-DARS';
INSERT INTO clock_policies (ref, name, position, active, kind, calendar_id, targets, lead_after, owner_after, created_at)
SELECT 'PAY5-DAY9', 'Payments: final response in 15 business days', 4, FALSE, 'complaint', id, '{"acknowledge":["1 business day",false],"answer":["2 business days",true],"resolve":["13 business days",true],"final":["15 business days",false]}', 1440, 4320, 0
FROM calendars WHERE ref = 'CAFF-WRK9';
INSERT INTO clock_policies (ref, name, position, active, kind, calendar_id, targets, lead_after, owner_after, created_at)
SELECT 'PAY3-5DYA', 'Payments, in exceptional circumstances: 35 business days', 5, FALSE, 'complaint', id, '{"acknowledge":["1 business day",false],"answer":["2 business days",true],"resolve":["30 business days",true],"final":["35 business days",false]}', 1440, 4320, 0
FROM calendars WHERE ref = 'CAFF-WRK9';

-- Cases that are open already get their clocks at the first start.
INSERT INTO jobs (kind, payload, due_at, made_at)
SELECT 'clock.recount', '{}', 0, 0 FROM cases WHERE is_open LIMIT 1;
