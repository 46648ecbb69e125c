#include "desk/import_runner.h"
#include "base/log.h"
#include "flow/import/import.h"
#include <pthread.h>

typedef struct {
	char *ref;
	Actor actor;
} Wanted;

struct _ImportRunner {
	Store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	GQueue waiting; /* of Wanted; under the lock, as is the next */
	gboolean stopping;
};

static void
wanted_free(gpointer data)
{
	Wanted *one = data;

	g_free(one->ref);
	g_free(one);
}

static gboolean
go_on(const ImportResult *so_far, gpointer data)
{
	ImportRunner *self = data;
	gboolean on;

	pthread_mutex_lock(&self->lock);
	on = !self->stopping;
	pthread_mutex_unlock(&self->lock);
	return on;
}

static void
run_one(ImportRunner *self, const Wanted *one)
{
	g_autoptr(GError) error = NULL;
	ImportResult result = { 0 };

	/* Why one failed stands on its row, for people; the operator's log has it too. */
	if (!import_resume(self->store, one->ref, &one->actor, go_on, self, &result, &error))
		log_warn("import", "%s: %s", one->ref, error->message);
	import_result_clear(&result);
}

static gpointer
run(gpointer data)
{
	ImportRunner *self = data;

	for (;;) {
		Wanted *one;

		pthread_mutex_lock(&self->lock);
		while (!self->stopping && g_queue_is_empty(&self->waiting))
			pthread_cond_wait(&self->wake, &self->lock);
		one = self->stopping ? NULL : g_queue_pop_head(&self->waiting);
		pthread_mutex_unlock(&self->lock);
		if (one == NULL)
			return NULL;
		run_one(self, one);
		wanted_free(one);
	}
}

static void
take_up(ImportRunner *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) refs = NULL;
	Db *db = NULL;

	if (store_snapshot_begin(self->store, &db, &error)) {
		refs = import_interrupted(db, &error);
		store_snapshot_end(self->store, db);
	}
	if (refs == NULL)
		log_warn("import", "looking for interrupted imports: %s", error->message);
	for (guint i = 0; refs != NULL && i < refs->len; i++)
		import_runner_add(self, refs->pdata[i], actor_system());
}

ImportRunner *
import_runner_start(Store *store)
{
	ImportRunner *self = g_new0(ImportRunner, 1);

	self->store = store;
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->wake, NULL);
	g_queue_init(&self->waiting);
	take_up(self);
	pthread_create(&self->thread, NULL, run, self);
	return self;
}

void
import_runner_stop(ImportRunner *self)
{
	if (self == NULL)
		return;
	pthread_mutex_lock(&self->lock);
	self->stopping = TRUE;
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
	pthread_join(self->thread, NULL);
	g_queue_clear_full(&self->waiting, wanted_free);
	pthread_cond_destroy(&self->wake);
	pthread_mutex_destroy(&self->lock);
	g_free(self);
}

void
import_runner_add(ImportRunner *self, const char *ref, const Actor *actor)
{
	Wanted *one = g_new0(Wanted, 1);

	one->ref = g_strdup(ref);
	one->actor = *actor;
	pthread_mutex_lock(&self->lock);
	g_queue_push_tail(&self->waiting, one);
	pthread_cond_signal(&self->wake);
	pthread_mutex_unlock(&self->lock);
}
