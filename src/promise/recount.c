/* recount.c - see recount.h. */
#include "promise/recount.h"
#include "base/clock.h"
#include "work/job.h"

gboolean
clock_recount_ask_in(Db *db, gint64 now_ms, GError **error)
{
	return job_add(db, CLOCK_RECOUNT, NULL, now_ms + 2 * MS_PER_S, now_ms, error) && job_add(db, CLOCK_RECOUNT, NULL, now_ms + 10 * MS_PER_MINUTE, now_ms, error);
}
