/* lazy.c - see lazy.h. */
#include "base/lazy.h"
#include "base/log.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of every library's table until it is ready */

static gboolean
fill(LazyLibrary *library, GError **error)
{
	void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL), **table = library->table;

	if (handle == NULL) {
		g_set_error(error, ERR, ERR_INTERNAL, "the library %s is missing on this machine: %s", library->file, dlerror());
		return FALSE;
	}
	for (guint i = 0; library->names[i] != NULL; i++)
		if ((table[i] = dlsym(handle, library->names[i])) == NULL) {
			g_set_error(error, ERR, ERR_INTERNAL, "the library %s on this machine is another than we were built for: it has no %s", library->file, library->names[i]);
			return FALSE;
		}
	__atomic_store_n(&library->ready, TRUE, __ATOMIC_RELEASE);
	return TRUE;
}

gboolean
lazy_load(LazyLibrary *library, GError **error)
{
	gboolean ok;

	if (__atomic_load_n(&library->ready, __ATOMIC_ACQUIRE))
		return TRUE;
	pthread_mutex_lock(&lock);
	ok = __atomic_load_n(&library->ready, __ATOMIC_ACQUIRE) || fill(library, error);
	pthread_mutex_unlock(&lock);
	return ok;
}

void
lazy_load_or_end(LazyLibrary *library)
{
	g_autoptr(GError) error = NULL;

	if (lazy_load(library, &error))
		return;
	log_error("lazy", "%s", error->message);
	exit(EXIT_FAILURE);
}
