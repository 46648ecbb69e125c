-- name: merged_into_case
-- Read to a limit: see link_rows in link.sql.
SELECT c.ref, c.subject, m.made_at
FROM merges m JOIN cases c ON c.id = m.source_id
WHERE m.kind = 'case' AND m.target_id = $1 AND m.undone_at IS NULL
ORDER BY m.made_at DESC, m.id DESC;
