/* import_runner.h - one thread that takes uploaded imports in, one after another, beside everything else: no request waits
 * for it, and those that a restart interrupted are taken up again. */
#pragma once
#include "base/actor.h"
#include "store/store.h"
G_BEGIN_DECLS

typedef struct _ImportRunner ImportRunner;
ImportRunner *import_runner_start(Store *store);
/* Stops after the batch at hand; what is left is taken up at the next start. */
void import_runner_stop(ImportRunner *runner);
/* Queues the import @ref for @actor. Any thread. */
void import_runner_add(ImportRunner *runner, const char *ref, const Actor *actor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportRunner, import_runner_stop)
G_END_DECLS
