/* replay.c - see replay.h. What is kept is what the answer is made from again: the handler's value, or, where the route has
 * an answer of its own, what it left in carry. */
#include "http/replay.h"
#include "http/body.h"
#include "http/inner.h"
#include "base/err.h"
#include "store/idempotency.h"
#include <pthread.h>
#include <string.h>

enum { KEY_BYTES = 200 };

struct _Replay {
	char *key, *who, *hash;
	char *both;       /* key and who, in the server's set while this request lasts */
	gboolean claimed; /* by the handler's own transaction */
	gboolean whole;   /* ... with its answer */
};

struct _ReplayKeys {
	pthread_mutex_t lock;
	GHashTable *busy;
};

ReplayKeys *
replay_keys_new(void)
{
	ReplayKeys *self = g_new0(ReplayKeys, 1);

	pthread_mutex_init(&self->lock, NULL);
	self->busy = g_hash_table_new(g_str_hash, g_str_equal);
	return self;
}

void
replay_keys_free(ReplayKeys *self)
{
	if (self == NULL)
		return;
	g_hash_table_unref(self->busy);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

static gboolean
enter_key(ReplayKeys *keys, Replay *self)
{
	g_autofree char *both = g_strconcat(self->key, "\n", self->who, NULL);
	gboolean first;

	pthread_mutex_lock(&keys->lock);
	first = !g_hash_table_contains(keys->busy, both);
	if (first) {
		self->both = g_steal_pointer(&both);
		g_hash_table_add(keys->busy, self->both);
	}
	pthread_mutex_unlock(&keys->lock);
	return first;
}

void
replay_leave(Request *request)
{
	Replay *self = request->replay;
	ReplayKeys *keys = request->server->keys;

	if (self == NULL || self->both == NULL)
		return;
	pthread_mutex_lock(&keys->lock);
	g_hash_table_remove(keys->busy, self->both);
	pthread_mutex_unlock(&keys->lock);
	g_clear_pointer(&self->both, g_free);
}

void
replay_free(Request *request)
{
	Replay *self;

	replay_leave(request);
	if ((self = g_steal_pointer(&request->replay)) == NULL)
		return;
	g_free(self->key);
	g_free(self->who);
	g_free(self->hash);
	g_free(self);
}

static gboolean
key_is_sound(const char *key)
{
	const gsize size = strlen(key);

	for (gsize i = 0; i < size; i++)
		if (key[i] < ' ' || key[i] > '~')
			return FALSE;
	return size > 0 && size <= KEY_BYTES;
}

gboolean
replay_prepare(Request *request)
{
	const char *key = request->head.idempotency;
	const Actor *actor = request->call.actor;
	Replay *self;

	if (key == NULL || request->method == M_GET || request->route->kind == ROUTE_READ || request->call.store == NULL)
		return TRUE;
	if (!key_is_sound(key)) {
		err_add_field(&request->error, "/Idempotency-Key", "must be 1 to %d visible ASCII characters", KEY_BYTES);
		return FALSE;
	}
	self = request->replay = g_new0(Replay, 1);
	self->key = g_strdup(key);
	/* Strangers are told apart by address, lest one be given the other's answer. */
	if (actor->user_id != 0)
		self->who = g_strdup_printf("user %" G_GINT64_FORMAT " %s %s", actor->user_id, request->route->method, request->route->path);
	else
		self->who = g_strdup_printf("%s %s %s", call_address(&request->call), request->route->method, request->route->path);
	if (enter_key(request->server->keys, self))
		return TRUE;
	g_set_error_literal(&request->error, ERR, ERR_CONFLICT, "the first request with this Idempotency-Key is still being done; ask again in a moment");
	return FALSE;
}

static gboolean
restore(Request *request, const IdempotencyAnswer *kept, GError **error)
{
	Call *call = &request->call;
	g_autoptr(json_t) value = json_read(kept->body, strlen(kept->body), error);

	if (value == NULL) {
		g_prefix_error(error, "the kept answer of %s: ", request->replay->key);
		return FALSE;
	}
	call->status = (guint)kept->status;
	call->location = g_strdup(kept->location);
	call->etag = g_strdup(kept->etag);
	call_header_add(call, "Idempotency-Replayed", "true");
	if (request->route->answer == NULL) {
		request->value = g_steal_pointer(&value);
		return TRUE;
	}
	call->carry = json_int(value, "carry", 0);
	call->carry_version = json_int(value, "carry_version", 0);
	request->value = json_null();
	return TRUE;
}

static char *
body_to_keep(const Request *request)
{
	g_autoptr(json_t) carry = NULL;

	if (request->route->answer == NULL)
		return json_write(request->value, NULL);
	carry = json_object();
	json_put_int(carry, "carry", request->call.carry);
	json_put_int(carry, "carry_version", request->call.carry_version);
	return json_write(carry, NULL);
}

/* In the transaction of the work itself. Where the answer is made from what the handler left in carry, it is kept whole
 * right here: then no crash can part the two. */
static gboolean
claim(Db *db, gpointer data, GError **error)
{
	Request *request = data;
	Replay *self = request->replay;
	const Call *call = &request->call;
	const gboolean whole = request->route->answer != NULL && call->carry != 0 && call->status != 0;
	g_autofree char *body = whole ? body_to_keep(request) : g_strdup("");
	const IdempotencyAnswer answer = { .status = whole ? (int)call->status : 0, .location = whole ? call->location : NULL,
		.etag = whole ? call->etag : NULL, .body = body, .request_hash = self->hash };

	if (!idempotency_put(db, self->key, self->who, &answer, call->now_ms, error))
		return FALSE;
	self->claimed = TRUE;
	self->whole = whole;
	return TRUE;
}

void
replay_claim(Request *request, Db *db)
{
	if (request->replay == NULL)
		return;
	request->replay->claimed = request->replay->whole = FALSE;
	db_before_commit(db, claim, request);
}

typedef struct {
	Request *request;
	StoreWork work;
	gpointer data;
} Claiming;

/* May run more than once (a lost race on PostgreSQL): each time the key is claimed anew. */
static gboolean
claiming_work(Db *db, gpointer data, GError **error)
{
	Claiming *self = data;
	gboolean ok;

	replay_claim(self->request, db);
	ok = self->work(db, self->data, error);
	db_before_commit(db, NULL, NULL);
	return ok;
}

gboolean
call_write(const Call *call, StoreWork work, gpointer data, GError **error)
{
	Request *request = request_of(call);
	Claiming claiming = { request, work, data };

	if (request->replay == NULL || request->replay->claimed)
		return store_write(call->store, work, data, error);
	if (store_write(call->store, claiming_work, &claiming, error))
		return TRUE;
	request->replay->claimed = FALSE;
	return FALSE;
}

static gboolean
holds_secret(const Request *request)
{
	return (request->route->flags & ROUTE_SECRET) != 0;
}

gboolean
replay_find(Request *request, Db *db, gboolean *ret_done, GError **error)
{
	Replay *self = request->replay;
	g_autoptr(IdempotencyAnswer) kept = NULL;

	if (self->hash == NULL)
		self->hash = body_digest(request);
	if (!idempotency_find(db, self->key, self->who, &kept, error))
		return FALSE;
	*ret_done = kept != NULL;
	if (kept == NULL)
		return TRUE;
	if (strcmp(kept->request_hash, self->hash) != 0) {
		err_add_field(error, "/Idempotency-Key", "this key was used for another request");
		return FALSE;
	}
	if (kept->status != 0)
		return restore(request, kept, error);
	if (holds_secret(request))
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the request with this Idempotency-Key was done; the secret in its answer was shown once and is kept nowhere");
	else
		g_set_error_literal(error, ERR, ERR_CONFLICT, "the request with this Idempotency-Key was done, but its answer was lost; look before you send it again");
	return FALSE;
}

gboolean
replay_keep(Request *request, Db *db, GError **error)
{
	const Call *call = &request->call;
	const gboolean secret = holds_secret(request);
	g_autofree char *body = secret ? g_strdup("") : body_to_keep(request);
	/* Status 0: done, without an answer to give again. */
	const IdempotencyAnswer answer = { .status = secret ? 0 : call->status != 0 ? (int)call->status : 200, .location = call->location, .etag = call->etag, .body = body,
		.request_hash = request->replay->hash };
	g_autoptr(DbTx) tx = NULL;

	if (request->replay->whole || (secret && request->replay->claimed))
		return TRUE;
	if (call->status >= 400 && !request->replay->claimed) /* nothing was done: the sender may mend it and try again */
		return TRUE;
	if ((tx = db_begin(db, error)) == NULL)
		return FALSE;
	if (request->replay->claimed ? !idempotency_finish(db, request->replay->key, request->replay->who, &answer, error) :
				       !idempotency_put(db, request->replay->key, request->replay->who, &answer, call->now_ms, error))
		return FALSE;
	return db_tx_commit(tx, error);
}
