-- What was promised to a customer, and by when. Its history stands in the event log; what was promised in a message points to the
-- words. cases.promise_due_at is the next one still open, so that what is due next on a case is known without looking here.
CREATE TABLE promises (
  id           {id},
  ref          TEXT   NOT NULL UNIQUE,
  case_id      {ref}  NOT NULL REFERENCES cases(id),
  what         TEXT   NOT NULL,                    -- in a few words: "call back"
  due_at       {time} NOT NULL,
  first_due_at {time} NOT NULL,                    -- as it was promised first
  whole_day    {bool} NOT NULL DEFAULT FALSE,      -- "by Friday": due_at is the end of that day
  owner_id     {ref}  REFERENCES users(id),        -- who keeps it
  state        TEXT   NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'kept', 'broken', 'withdrawn')),
  source       TEXT   NOT NULL CHECK (source IN ('hand', 'words')),
  message_id   {ref}  REFERENCES messages(id),
  span_start   {int},                              -- bytes of the message's words
  span_end     {int},
  certainty    {int},                              -- of what was read: 0 to 100
  made_at      {time} NOT NULL,
  made_by      {ref}  REFERENCES users(id),
  kept_at      {time},                             -- with state broken: kept, but late
  ended_at     {time},                             -- when it was said to be kept, broken or withdrawn
  reason       TEXT,                               -- why it was withdrawn
  n_moved      {int}  NOT NULL DEFAULT 0,          -- how often its time was moved
  told         {int}  NOT NULL DEFAULT 0,          -- 0 nothing, 1 that it is due soon, 2 that it is due
  next_at      {time},                             -- when something is to be told or done about it next
  version      {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX promises_by_case ON promises (case_id, id);
CREATE INDEX promises_by_due ON promises (due_at, id);
CREATE INDEX promises_open ON promises (case_id, due_at) WHERE state = 'open';
CREATE INDEX promises_next ON promises (next_at, id) WHERE next_at IS NOT NULL;

ALTER TABLE cases ADD COLUMN promise_due_at {time};
ALTER TABLE cases ADD COLUMN n_promises {int} NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN n_broken {int} NOT NULL DEFAULT 0;
CREATE INDEX cases_open_by_promise ON cases (promise_due_at, id, owner_id) WHERE is_open AND promise_due_at IS NOT NULL; -- promises due
CREATE INDEX cases_by_broken ON cases (id) WHERE n_broken > 0;
