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
