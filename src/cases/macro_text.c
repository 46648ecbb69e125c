/* macro_text.c - filling in a macro's variables. Pages are another matter, with escaping: text/template.h. */
#include "cases/macro.h"
#include "base/clock.h"
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
static char *
day_text(gint64 at_ms, const Actor *actor)
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
	case 6: return day_text(it->received_at, actor);
	case 7: return g_strdup(actor->name);
	case 8: return first_name(actor->name);
	case 9: return g_strdup(it->team_name);
	default: return day_text(now_ms, actor);
	}
}

static void
add_fault(json_t *faults, const char *name)
{
	json_t *one = json_object();

	json_put_text(one, "variable", name);
	json_put_text(one, "message", case_word_is(macro_variables, name, NULL) ? "This case has none." : "There is no such variable.");
	json_array_append_new(faults, one);
}

json_t *
macro_render(const char *body, const Case *it, const Actor *actor, gint64 now_ms)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(body) + 64);
	json_t *value = json_object(), *faults = json_array();

	for (const char *p = body; *p != '\0';) {
		const char *open = strstr(p, "{{"), *close = open != NULL ? strstr(open, "}}") : NULL;
		g_autofree char *inner = NULL, *name = NULL, *text = NULL;
		char *otherwise;

		if (close == NULL) {
			g_string_append(out, p);
			break;
		}
		g_string_append_len(out, p, open - p);
		inner = g_strndup(open + 2, (gsize)(close - open - 2));
		otherwise = strchr(inner, '|');
		name = g_strndup(inner, otherwise != NULL ? (gsize)(otherwise - inner) : strlen(inner));
		g_strstrip(name);
		text = value_of(name, it, actor, now_ms);
		if (text != NULL && text[0] != '\0') {
			g_string_append(out, text);
		} else if (otherwise != NULL && case_word_is(macro_variables, name, NULL)) {
			g_string_append(out, g_strstrip(otherwise + 1));
		} else {
			g_string_append_len(out, open, close + 2 - open);
			add_fault(faults, name);
		}
		p = close + 2;
	}
	json_put_text(value, "text", out->str);
	json_put(value, "faults", faults);
	return value;
}
