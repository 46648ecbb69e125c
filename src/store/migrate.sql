-- name: migrate_known
-- engine: sqlite
SELECT count(*) AS value FROM sqlite_schema WHERE name = 'migrations' AND type = 'table';

-- name: migrate_tables
-- engine: sqlite
SELECT count(*) AS value FROM sqlite_schema;

-- name: migrate_copy
-- engine: sqlite
VACUUM INTO $1;

-- name: migrate_known_pg
-- engine: postgresql
SELECT count(*) AS value FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = 'migrations' AND c.relkind = 'r';

-- name: migrate_tables_pg
-- engine: postgresql
SELECT count(*) AS value FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r';

-- One at a time, when several servers start over one database.
-- name: migrate_lock
-- engine: postgresql
SELECT pg_advisory_lock(23206451212133);

-- name: migrate_unlock
-- engine: postgresql
SELECT pg_advisory_unlock(23206451212133);

-- name: migrate_list
SELECT number, name, hash FROM migrations ORDER BY number;

-- name: migrate_record
INSERT INTO migrations (number, name, hash, applied_at) VALUES ($1, $2, $3, $4);
