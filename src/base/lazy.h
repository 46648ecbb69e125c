/* lazy.h - libraries that are loaded at their first use: the dynamic loader's work for all of them is ten times that of keeping one
 * mail, and an MTA starts a process for each. Which ones, and which of their functions: the .lazy files (tools/lazygen.py). */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

/* Made by the generator, one a library; never freed, as what is loaded stays. */
typedef struct {
	const char *file;         /* "libpq.so.5" */
	const char *const *names; /* NULL-ended */
	void *table;              /* as many pointers, in their order */
	int ready;                /* atomic */
} LazyLibrary;

/* FALSE with ERR_INTERNAL where the library is not on this machine, or lacks a function: who can still say so asks first. */
gboolean lazy_load(LazyLibrary *library, GError **error);

/* Before a call: loads it if nobody has; without the library the program says so and ends. */
void lazy_load_or_end(LazyLibrary *library);

static inline void
lazy_need(LazyLibrary *library)
{
	if (G_UNLIKELY(!__atomic_load_n(&library->ready, __ATOMIC_ACQUIRE)))
		lazy_load_or_end(library);
}

G_END_DECLS
