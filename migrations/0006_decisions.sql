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
