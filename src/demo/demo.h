/* demo.h - a plausible company's year: for trying Redress out, for the benchmarks and for the screenshots. */
#pragma once
#include "store/store.h"
G_BEGIN_DECLS

typedef struct {
	guint64 n_cases, seed;
	gint64 until_ms; /* the end of the year that is told */
	void (*progress)(guint64 done, guint64 all, gpointer data); /* may be NULL; on the writer's thread */
	gpointer data;
} DemoOptions;

/* The same options make the same cases, word for word. ERR_CONFLICT when the database has users already. */
gboolean demo_make(Store *store, const DemoOptions *options, GError **error);

G_END_DECLS
