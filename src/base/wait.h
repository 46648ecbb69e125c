/* wait.h - a thread that sleeps until it is woken or a while has passed. By the clock that nobody sets: a machine's time that is put back
 * lets nobody oversleep. */
#pragma once
#include <glib.h>
#include <pthread.h>
G_BEGIN_DECLS

/* A condition to wait on with deadlines of wait_deadline(). */
void wait_init(pthread_cond_t *wake);
/* @for_ms from now, for pthread_cond_timedwait() on it; the caller's loop looks whether what it waits for has happened. */
struct timespec wait_deadline(gint64 for_ms);

G_END_DECLS
