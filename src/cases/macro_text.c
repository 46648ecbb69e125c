/* macro_text.c - filling in a macro's variables. How fields stand in words: text/fill.h. Pages are another matter, with escaping: text/template.h. */
#include "cases/macro.h"
#include "base/clock.h"
#include "text/fill.h"
#include "text/span.h"
#include <string.h>

const char *const macro_variables[] = {
	"customer.name", "customer.first_name", "case.ref", "case.subject", "case.product", "case.category", "case.received",
	"agent.name", "agent.first_name", "team.name", "today", NULL,
};

static char *
first_name(const char *name)
{
	return name != NULL ? g_strndup(name, strcspn(name, " ")) : NULL;
}

/* As a letter says it, in the agent's zone and language: "19 November 2026", "19. November 2026". */
char *
macro_day(gint64 at_ms, const Actor *actor)
{
	static const char *const months[2][12] = {
		{ "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" },
		{ "Januar", "Februar", "M\xc3\xa4rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember" },
	};
	const gboolean german = g_str_has_prefix(actor->lang, "de");
	g_autoptr(GTimeZone) zone = zone_by_name(actor->zone);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_ms / MS_PER_S);
	g_autoptr(GDateTime) there = NULL;

	if (utc == NULL)
		return NULL;
	there = g_date_time_to_timezone(utc, zone);
	return g_strdup_printf("%d%s %s %d", g_date_time_get_day_of_month(there), german ? "." : "", months[german][g_date_time_get_month(there) - 1],
	                       g_date_time_get_year(there));
}

static char *
value_of(const char *name, const Case *it, const Actor *actor, gint64 now_ms)
{
	guint at = 0;

	if (!case_word_is(macro_variables, name, &at))
		return NULL;
	switch (at) {
	case 0: return g_strdup(it->customer_name);
	case 1: return first_name(it->customer_name);
	case 2: return g_strdup(it->ref);
	case 3: return g_strdup(it->subject);
	case 4: return g_strdup(it->product);
	case 5: return g_strdup(it->category);
	case 6: return macro_day(it->received_at, actor);
	case 7: return g_strdup(actor->name);
	case 8: return first_name(actor->name);
	case 9: return g_strdup(it->team_name);
	default: return macro_day(now_ms, actor);
	}
}

typedef struct {
	const Case *it;
	const Actor *actor;
	gint64 now_ms;
} Asked;

static char *
asked_value(const char *name, gpointer data)
{
	const Asked *asked = data;

	return value_of(name, asked->it, asked->actor, asked->now_ms);
}

static gboolean
asked_known(const char *name, gpointer data)
{
	return case_word_is(macro_variables, name, NULL);
}

json_t *
macro_render(const char *body, const Case *it, const Actor *actor, gint64 now_ms)
{
	Asked asked = { it, actor, now_ms };
	json_t *value = json_object(), *faults = json_array();
	g_autofree char *text = fill_text(body, &(Fill){ asked_value, asked_known, &asked }, faults);

	json_put_text(value, "text", text);
	json_put(value, "faults", faults);
	return value;
}

char *
macro_value(const char *name, const Case *it, const Actor *actor, gint64 now_ms)
{
	return value_of(name, it, actor, now_ms);
}
