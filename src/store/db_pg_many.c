/* db_pg_many.c - many rows at once on PostgreSQL (many.h): INSERTs that take several rows in one statement where that means the same
 * (many_text.h), and one statement behind the other without waiting for answers in between. */
#include "store/many_text.h"
#include "store/pg_inner.h"

/* How many rows one statement takes: mostly the most, what is left over in smaller ones. */
static const guint widths[] = { 64, 8, 1 };
#define WIDTHS G_N_ELEMENTS(widths)
#define ROWS_AT_ONCE 256    /* sent before answers are read: neither side's buffers fill up meanwhile */
#define ARGS_OF_WIDEST 2048 /* of all its rows: a statement of many columns is not widened as far */

typedef struct {
	DbSql sql[WIDTHS]; /* text NULL: it has no such form */
} PgWide;

void
pg_wide_free(gpointer data)
{
	PgWide *self = data;

	for (guint i = 0; i < WIDTHS; i++)
		g_free((char *)self->sql[i].text);
	g_free(self);
}

static PgWide *
wide_of(PgDb *self, const DbSql *sql)
{
	PgWide *wide = g_hash_table_lookup(self->wide, sql);

	if (G_LIKELY(wide != NULL))
		return wide;
	wide = g_new0(PgWide, 1);
	for (guint i = 0; i < WIDTHS; i++)
		if (widths[i] > 1 && sql->n_args * widths[i] <= ARGS_OF_WIDEST)
			wide->sql[i] = (DbSql){ .name = sql->name, .text = many_text(sql->text, sql->n_args, widths[i]), .n_args = sql->n_args * widths[i], .writes = TRUE };
	g_hash_table_insert(self->wide, (gpointer)sql, wide);
	return wide;
}

void
pg_wide_forget(PgDb *self, const DbSql *sql)
{
	PgWide *wide = g_hash_table_lookup(self->wide, sql);

	for (guint i = 0; wide != NULL && i < WIDTHS; i++)
		(void)pg_forget(&self->base, &wide->sql[i]);
	g_hash_table_remove(self->wide, sql);
}

typedef struct {
	PgDb *db;
	const DbSql *sql;
	const PgStmt *stmts[WIDTHS]; /* NULL: not in this form */
	gint64 *ret_changed, *ret_values;
} Many;

/* What is sent and read is prepared before: inside a pipeline nobody waits for that. */
static gboolean
prepare_all(Many *self, guint n_rows, GError **error)
{
	/* Which row changed how many is only known where each has its own statement. */
	const PgWide *wide = self->ret_changed == NULL ? wide_of(self->db, self->sql) : NULL;

	for (guint i = 0; i < WIDTHS; i++) {
		const DbSql *form = widths[i] == 1 ? self->sql : wide != NULL && wide->sql[i].text != NULL && n_rows >= widths[i] ? &wide->sql[i] : NULL;

		if (form != NULL && (self->stmts[i] = pg_prepare(self->db, form, error)) == NULL)
			return FALSE;
	}
	return TRUE;
}

/* The widest form that takes no more than @left rows. */
static guint
width_for(const Many *self, guint left)
{
	guint i = 0;

	while (widths[i] > 1 && (self->stmts[i] == NULL || widths[i] > left))
		i++;
	return i;
}

static gboolean
send_one(const Many *self, guint width, const DbArg *args)
{
	const guint n = self->sql->n_args * widths[width];
	g_autofree const char **values = g_new(const char *, MAX(n, 1));
	g_autofree int *sizes = g_new(int, MAX(n, 1)), *formats = g_new(int, MAX(n, 1));
	g_autofree char(*numbers)[PG_NUMBER_SIZE] = g_malloc((gsize)MAX(n, 1) * PG_NUMBER_SIZE);

	pg_spell(&(PgArgs){ values, sizes, formats, numbers }, args, n);
	return PQsendQueryPrepared(self->db->link, self->stmts[width]->name, (int)n, values, sizes, formats, 0) == 1;
}

static gboolean
send_some(const Many *self, const DbArg *args, guint n_rows)
{
	gboolean sent = TRUE;

	for (guint at = 0; sent && at < n_rows;) {
		const guint width = width_for(self, n_rows - at);

		sent = send_one(self, width, args + (gsize)at * self->sql->n_args);
		at += widths[width];
	}
	return sent && PQpipelineSync(self->db->link) == 1;
}

/* The answer of one statement, and the end of it. After the first that failed the others say nothing. A VALUES gives its rows as they stand in it. */
static gboolean
read_one(const Many *self, guint at, guint n_rows, GError **error)
{
	g_autoptr(PGresult) res = PQgetResult(self->db->link), end = NULL;
	ExecStatusType status = PQresultStatus(res);
	gboolean ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

	if (!ok && *error == NULL)
		pg_fail(self->db, res, self->sql->name, error);
	if (ok && self->ret_changed != NULL)
		self->ret_changed[at] = g_ascii_strtoll(PQcmdTuples(res), NULL, 10);
	for (guint i = 0; ok && self->ret_values != NULL && i < n_rows; i++)
		self->ret_values[at + i] = (int)i < PQntuples(res) ? g_ascii_strtoll(PQgetvalue(res, (int)i, 0), NULL, 10) : 0;
	if (res != NULL)
		end = PQgetResult(self->db->link); /* NULL */
	return ok;
}

static gboolean
run_some(const Many *self, const DbArg *args, guint from, guint n_rows, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(PGresult) sync = NULL;
	gboolean ok = TRUE;

	if (!send_some(self, args + (gsize)from * self->sql->n_args, n_rows))
		return pg_fail(self->db, NULL, self->sql->name, error);
	for (guint at = 0; at < n_rows && PQstatus(self->db->link) == CONNECTION_OK;) {
		const guint n = widths[width_for(self, n_rows - at)];

		ok = read_one(self, from + at, n, &local) && ok;
		at += n;
	}
	sync = PQgetResult(self->db->link);
	if (ok && PQresultStatus(sync) == PGRES_PIPELINE_SYNC)
		return TRUE;
	if (local == NULL)
		pg_fail(self->db, NULL, self->sql->name, &local);
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

gboolean
pg_exec_many(Db *base, const DbSql *sql, const DbArg *args, guint n_rows, gint64 *ret_changed, gint64 *ret_values, GError **error)
{
	PgDb *self = (PgDb *)base;
	Many many = { .db = self, .sql = sql, .ret_changed = ret_changed, .ret_values = ret_values };
	const guint at_once = ret_changed == NULL && wide_of(self, sql)->sql[0].text != NULL ? ROWS_AT_ONCE : widths[0];
	gboolean ok = TRUE;

	g_return_val_if_fail(sql->n_args <= PG_ARGS_AT_HAND, FALSE);
	if (!prepare_all(&many, n_rows, error))
		return FALSE;
	if (PQenterPipelineMode(self->link) != 1)
		return pg_fail(self, NULL, sql->name, error);
	for (guint i = 0; ok && i < n_rows; i += at_once)
		ok = run_some(&many, args, i, MIN(at_once, n_rows - i), error);
	if (PQexitPipelineMode(self->link) == 1)
		return ok;
	self->base.broken = TRUE; /* answers are left that nobody will ask for */
	return ok ? pg_fail(self, NULL, sql->name, error) : FALSE;
}
