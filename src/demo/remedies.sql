-- Time limits that were over before the demo's present: each was kept, or is long decided.
-- name: demo_jobs_over
DELETE FROM jobs WHERE kind IN ('approval.due', 'offer.expire') AND due_at <= $1;
