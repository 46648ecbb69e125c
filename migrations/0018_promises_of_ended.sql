-- Promises are to be kept also where the case has ended: the view and its counter find those, too.
DROP INDEX cases_open_by_promise;
CREATE INDEX cases_by_promise ON cases (promise_due_at, id, owner_id) WHERE promise_due_at IS NOT NULL AND merged_into IS NULL;
