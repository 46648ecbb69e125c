/* run.c - see run.h. */
#include "http/run.h"
#include "http/body.h"
#include "http/gate.h"
#include "http/inner.h"
#include "http/live.h"
#include "http/metrics.h"
#include "http/replay.h"
#include "base/err.h"
#include "base/log.h"
#include "store/db_count.h"
#include <string.h>

static json_t *
call_handler(Request *self, RouteHandler handler, GError **error)
{
	g_autoptr(GError) local = NULL;
	json_t *value = handler(&self->call, &local);

	if (value == NULL && local == NULL) {
		g_set_error(error, ERR, ERR_INTERNAL, "%s %s answered nothing and said no error", self->route->method, self->route->path);
		return NULL;
	}
	if (local != NULL) {
		g_propagate_error(error, g_steal_pointer(&local));
		g_clear_pointer(&value, json_decref);
	}
	return value;
}

/* ---- here ------------------------------------------------------------------------------------------------------------ */

typedef gboolean (*WithDb)(Request *self, GError **error);

static gboolean
with_snapshot(Request *self, WithDb fn, GError **error)
{
	Store *store = self->call.store;
	Db *db = NULL;
	gint64 before;
	gboolean ok;

	if (store == NULL)
		return fn(self, error);
	if (!store_snapshot_begin(store, &db, error))
		return FALSE;
	before = db_asked(db);
	self->call.db = db;
	ok = fn(self, error);
	self->call.db = NULL;
	metrics_asked(self->server->metrics, (int)self->route_id, self->call.as_page, db_asked(db) - before);
	store_snapshot_end(store, db);
	return ok;
}

static gboolean
wants_panels(const Request *self)
{
	return self->call.as_page && self->route->page != NULL && self->route->panels != NULL && self->call.redirect == NULL &&
	       json_is_object(self->value);
}

static gboolean
read_now(Request *self, GError **error)
{
	self->value = call_handler(self, self->route->handler, error);
	return self->value != NULL && (!wants_panels(self) || self->route->panels(&self->call, self->value, error));
}

static gboolean
answer_now(Request *self, GError **error)
{
	if (self->route->kind == ROUTE_WRITE && self->route->answer != NULL) {
		g_clear_pointer(&self->value, json_decref);
		self->value = call_handler(self, self->route->answer, error);
	}
	return self->value != NULL && (!wants_panels(self) || self->route->panels(&self->call, self->value, error));
}

void
run_begin_arena(Request *self)
{
	if (self->in_arena)
		return;
	self->in_arena = TRUE;
	json_arena_begin();
}

void
run_end_arena(Request *self)
{
	if (!self->in_arena)
		return;
	g_clear_pointer(&self->value, json_decref);
	g_clear_pointer(&self->call.more, json_decref);
	self->in_arena = FALSE;
	json_arena_end();
}

static gboolean
wants_answer(const Request *self)
{
	const gboolean answers = self->route->kind == ROUTE_WRITE && self->route->answer != NULL && !(self->call.as_page && self->call.redirect != NULL);

	return self->error == NULL && !self->answered && (answers || wants_panels(self));
}

void
run_finish(Request *self)
{
	run_begin_arena(self);
	if (wants_answer(self) && !with_snapshot(self, answer_now, &self->error))
		g_clear_pointer(&self->value, json_decref);
}

/* ---- a form shown again -------------------------------------------------------------------------------------------- */

/* customer.name, as a page asks {{form.customer.name}}. */
static void
put_inner(json_t *out, const char *name, const char *dot, const char *value)
{
	g_autofree char *outer = g_strndup(name, (gsize)(dot - name));
	json_t *inner = json_object_get(out, outer);

	if (inner == NULL)
		json_put(out, outer, inner = json_object());
	if (json_is_object(inner))
		json_put_text(inner, dot + 1, value);
}

void
run_form_words(Request *self)
{
	const DraftForm *form = self->form;
	json_t *out = json_object();
	const char *dot;

	for (guint i = 0; i < form->names->len; i++) {
		const char *name = form->names->pdata[i], *before = json_text(out, name, NULL);
		g_autofree char *both = before != NULL ? g_strconcat(before, ",", form->values->pdata[i], NULL) : NULL;

		if (name[0] != '_' && name[0] != '.' && (dot = strchr(name, '.')) != NULL) {
			put_inner(out, name, dot, form->values->pdata[i]);
			continue;
		}
		/* A name sent several times (boxes that were ticked): all of them, as a page asks {{#form.remedy|has:refund}}. */
		if (name[0] != '_')
			json_put_text(out, name, both != NULL ? both : form->values->pdata[i]);
	}
	json_put(self->value, "form", out);
}

static json_t *
form_errors(const GError *error, const char *message)
{
	const GPtrArray *fields = err_fields(error);
	json_t *list = json_array();

	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const ErrField *one = fields->pdata[i];
		json_t *item = json_object();

		json_put_text(item, "field", one->field);
		json_put_text(item, "message", one->message);
		json_array_append_new(list, item);
	}
	if (json_array_size(list) == 0) {
		json_t *item = json_object();

		json_put_text(item, "field", NULL);
		json_put_text(item, "message", message);
		json_array_append_new(list, item);
	}
	return list;
}

/* The resource of the page the form stands on: its GET row's value, and panels of the form's own row. */
static gboolean
read_twin(Request *self, GError **error)
{
	const Route *twin = g_hash_table_lookup(self->server->twins, self->route);
	const RoutePanels panels = self->route->panels != NULL ? self->route->panels : twin != NULL ? twin->panels : NULL;

	self->value = twin != NULL ? call_handler(self, twin->handler, error) : json_object();
	if (self->value == NULL)
		return FALSE;
	if (!json_is_object(self->value)) {
		json_decref(self->value);
		self->value = json_object();
	}
	return panels == NULL || panels(&self->call, self->value, error);
}

gboolean
run_form_again(Request *self, const char *message)
{
	const guint status = self->error_status != 0 ? self->error_status : err_http_status(self->error);
	g_autoptr(GError) local = NULL;

	if (!self->call.as_page || self->form == NULL || self->route == NULL || self->route->page == NULL || status < 400 || status >= 500 ||
		!self->gated)
		return FALSE;
	g_clear_pointer(&self->value, json_decref);
	self->call.carry = 0;
	if (!with_snapshot(self, read_twin, &local)) {
		g_clear_pointer(&self->value, json_decref);
		return FALSE;
	}
	g_clear_pointer(&self->call.redirect, g_free);
	g_clear_pointer(&self->call.etag, g_free);
	self->call.status = status;
	json_put(self->value, "errors", form_errors(self->error, message));
	run_form_words(self);
	json_put_text(self->value, "error", err_word(self->error));
	json_put_text(self->value, "message", message);
	return TRUE;
}

/* ---- elsewhere ------------------------------------------------------------------------------------------------------- */

/* A unit may run more than once (a lost race on PostgreSQL): what the last try left is taken back. */
static void
start_afresh(Request *self)
{
	Call *call = &self->call;

	g_clear_pointer(&self->value, json_decref);
	g_clear_pointer(&call->location, g_free);
	g_clear_pointer(&call->redirect, g_free);
	g_clear_pointer(&call->etag, g_free);
	g_clear_pointer(&call->headers, g_ptr_array_unref);
	g_clear_pointer(&call->more, json_decref);
	call->status = 0;
	call->carry = call->carry_version = 0;
}

static gboolean
write_work(Db *db, gpointer data, GError **error)
{
	Request *self = data;
	gboolean done = FALSE;

	start_afresh(self);
	self->call.db = db;
	if (self->replay != NULL && !replay_find(self, db, &done, error))
		return FALSE;
	if (!done) {
		replay_claim(self, db);
		self->value = call_handler(self, self->route->handler, error);
		db_before_commit(db, NULL, NULL);
		if (self->value == NULL || (self->replay != NULL && !replay_keep(self, db, error)))
			return FALSE;
	}
	self->call.db = NULL;
	return TRUE;
}

static void
write_done(gpointer data, const GError *error)
{
	Request *self = data;

	if (error != NULL)
		self->error = g_error_copy(error);
	server_resume(self);
}

static gboolean
keep_work(Db *db, gpointer data, GError **error)
{
	return replay_keep(data, db, error);
}

static gboolean
slow_handler(Request *self, GError **error)
{
	gboolean done = FALSE;
	Db *db;

	if (self->replay != NULL && ((db = store_reader(self->call.store, error)) == NULL || !replay_find(self, db, &done, error)))
		return FALSE;
	if (done)
		return TRUE;
	self->value = call_handler(self, self->route->handler, error);
	return self->value != NULL && (self->replay == NULL || store_write(self->call.store, keep_work, self, error));
}

static void
slow_work(gpointer data)
{
	Request *self = data;

	if (body_has_files(self) && !body_keep_files(self, &self->error)) {
		server_resume(self);
		return;
	}
	if (self->route->kind == ROUTE_WRITE) {
		if (!store_submit(self->call.store, write_work, write_done, self, &self->error))
			server_resume(self);
		return;
	}
	if (!slow_handler(self, &self->error))
		g_clear_pointer(&self->value, json_decref);
	server_resume(self);
}

/* The answer of a lone request, over the connection that wrote it. */
static void
answer_after(Db *db, gpointer data)
{
	Request *self = data;

	if (!wants_answer(self))
		return;
	run_begin_arena(self);
	self->answered = TRUE;
	self->call.db = db;
	if (!answer_now(self, &self->error))
		g_clear_pointer(&self->value, json_decref);
	self->call.db = NULL;
}

/* A lone request's own thread may write, when it is quick: nobody else of this thread waits but one who comes just now. */
static gboolean
write_here(Request *self)
{
	if (self->route->kind != ROUTE_WRITE || body_has_files(self) || __atomic_load_n(&self->server->n_running, __ATOMIC_RELAXED) > 1 ||
		!store_try(self->call.store, write_work, answer_after, self, &self->error))
		return FALSE;
	run_finish(self);
	return TRUE;
}

static void
run_elsewhere(Request *self)
{
	if (write_here(self))
		return;
	server_suspend(self);
	if (self->route->kind == ROUTE_WRITE && !body_has_files(self)) {
		if (!store_submit(self->call.store, write_work, write_done, self, &self->error))
			server_resume(self);
		return;
	}
	if (!slow_pool_push(self->server->slow, slow_work, self)) {
		g_set_error_literal(&self->error, ERR, ERR_BUSY, "too much slow work is waiting; please try again in a moment");
		server_resume(self);
	}
}

/* ---- the way there --------------------------------------------------------------------------------------------------- */

/* A page's form says in _method what HTML cannot. */
static gboolean
override_method(Request *self)
{
	const char *word = self->form != NULL && self->method == M_POST ? form_value(self->form, "_method") : NULL;
	int method;

	if (word == NULL && self->route != NULL)
		return TRUE;
	method = word != NULL ? method_read(word) : (int)self->method;
	if (method <= M_GET || (self->route = match_route(&self->match, (Method)method)) == NULL) {
		g_set_error(&self->error, ERR, ERR_INVALID, "%s is not done here", word != NULL ? word : "this method");
		self->error_status = 405;
		return FALSE;
	}
	self->method = (Method)method;
	self->route_id = self->match.ids[method];
	self->call.route = self->route;
	return TRUE;
}

void
run_request(Request *self)
{
	self->step = STEP_ANSWER;
	if (!override_method(self) || !gate_permit(self))
		return;
	self->gated = TRUE;
	if (!gate_token(self) || (self->method != M_GET && (!body_draft(self) || !replay_prepare(self))))
		return;
	if (self->route->kind == ROUTE_READ) {
		run_begin_arena(self);
		if (!with_snapshot(self, read_now, &self->error))
			g_clear_pointer(&self->value, json_decref);
		return;
	}
	if (self->route->kind == ROUTE_WRITE && self->call.store == NULL) {
		g_set_error_literal(&self->error, ERR, ERR_INTERNAL, "there is no store to write to");
		return;
	}
	run_elsewhere(self);
}
