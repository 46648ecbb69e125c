/* promises.c - see promises.h. */
#include "demo/promises.h"
#include "base/clock.h"
#include "cases/promised.h"
#include "promise/promise.h"
#include "text/promise_words.h"
#include <string.h>

/* Nine in ten are kept, with a little less or more care; of the others most are kept too late. */
static gint64
draw(Chance *chance, guint care, gint64 at_ms, gint64 due_at)
{
	if (chance_of(chance, 80 + care / 10))
		return at_ms + (gint64)((double)(due_at - at_ms) * (0.3 + 0.69 * chance_unit(chance)));
	return chance_of(chance, 60) ? due_at + MS_PER_HOUR + (gint64)(chance_skewed(chance, 20, 0.8) * (double)MS_PER_HOUR) : 0;
}

gboolean
promises_hear(Db *db, Chance *chance, Case *it, const Actor *who, guint care, gint64 message_id, const char *body, gint64 at_ms,
	gint64 until_ms, Promised *promised, GError **error)
{
	const WhenNow now = { .now_ms = at_ms, .zone = "Europe/London" };
	g_autoptr(GPtrArray) found = promised->id == 0 ? promise_words_read(body, strlen(body), &now) : g_ptr_array_new();
	const PromiseWords *words = found->len > 0 ? found->pdata[0] : NULL;
	NewPromise make = { .message_id = message_id, .made_at = at_ms };

	if (words == NULL)
		return TRUE;
	make.what = words->what;
	make.due_at = words->when.due_ms;
	make.whole_day = words->when.whole_day;
	make.span_start = (gint64)words->start;
	make.span_end = (gint64)words->end;
	make.certainty = words->certainty;
	*promised = (Promised){ .due_at = make.due_at, .kept_at = draw(chance, care, at_ms, make.due_at) };
	/* what is over before the demo's present is told here; the rest is left to the clock, as everywhere */
	make.untimed = make.due_at + PROMISE_GRACE_MS < until_ms || (promised->kept_at != 0 && promised->kept_at < until_ms);
	return promise_make_in(db, it->id, &make, who, at_ms, &promised->id, NULL, error) && case_promised_on(db, it, at_ms, error);
}

static gboolean
is_late(const Promised *promised)
{
	return promised->kept_at == 0 || promised->kept_at > promised->due_at;
}

gint64
promises_next(const Promised *promised)
{
	if (promised->id == 0)
		return 0;
	return is_late(promised) && !promised->broken ? promised->due_at + PROMISE_GRACE_MS : promised->kept_at;
}

gboolean
promises_settle(Db *db, Case *it, const Actor *who, Promised *promised, GError **error)
{
	const gint64 at_ms = promises_next(promised);
	PromiseStep step;

	if (is_late(promised) && !promised->broken) {
		if (!promise_tick_in(db, promised->id, at_ms, &step, error))
			return FALSE;
		promised->broken = TRUE;
	} else {
		if (!promise_keep_in(db, promised->id, 0, at_ms, who, at_ms, error))
			return FALSE;
		promised->kept_at = 0;
	}
	if (promised->kept_at == 0)
		promised->id = 0;
	return case_promised_on(db, it, at_ms, error);
}
