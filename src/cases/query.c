/* query.c - taking apart what somebody typed into the search. Pure: names are looked up by cases/filter.c. */
#include "cases/query.h"
#include "base/ids.h"
#include "promise/clock_due.h"
#include <string.h>

enum { MAX_TEXT = 2000, MAX_PARTS = 50 };

static const char *const key_words[] = {
	"text", "is", "kind", "channel", "stage", "severity", "owner", "team", "customer", "category", "product", "cause", "outcome", "tag", "ref", "id",
	"received", "before", "after", "resolved", "promise", "clock", "missed", "remedy", "csat", "nps", "ces", "survey", "followup", NULL,
};
G_STATIC_ASSERT(G_N_ELEMENTS(key_words) == QUERY_N_KEYS + 1);
/* A remedy by its kind or its state; the words of remedies, whose owner stands above this folder. */
static const char *const remedy_kind_words[] = { "apology", "explanation", "correction", "repair", "replacement", "refund", "partial_refund", "credit", "discount", "free_service", "compensation", "other", NULL };
static const char *const remedy_state_words[] = { "proposed", "approved", "offered", "chosen", "doing", "done", "failed", "reversed", "refused", "withdrawn", "declined", "expired", NULL };
/* What became of a survey, and of "is it still right?": the words of survey_asked and follow_ups, whose owners stand above this folder. */
static const char *const survey_words[] = { "waiting", "sent", "answered", "expired", "not_sent", NULL };
static const char *const followup_words[] = { "waiting", "asked", "right", "not_right", "silent", "not_asked", NULL };
static const char *const is_words[] = { "open", "closed", "late", "waiting", "unassigned", "reopened", "merged", NULL };
G_STATIC_ASSERT(G_N_ELEMENTS(is_words) == IS_N + 1);
static const char *const promise_words[] = { "open", "due", "broken", NULL };
G_STATIC_ASSERT(G_N_ELEMENTS(promise_words) == PROMISED_N + 1);

static void
part_free(gpointer data)
{
	QueryPart *part = data;

	g_free(part->value);
	g_free(part->text);
	g_free(part->fault);
	g_free(part);
}

void
case_query_free(CaseQuery *query)
{
	if (query == NULL)
		return;
	g_ptr_array_unref(query->parts);
	g_free(query);
}

/* One of @words, whatever the case, with blanks and dashes for underscores; its place in @ret_at. */
static gboolean
take_word(const char *const *words, QueryPart *part, guint *ret_at)
{
	g_autofree char *folded = g_ascii_strdown(part->value, -1);

	g_strdelimit(folded, " -", '_');
	if (!case_word_is(words, folded, ret_at))
		return FALSE;
	g_free(part->value);
	part->value = g_steal_pointer(&folded);
	return TRUE;
}

static gboolean
read_word(const char *const *words, QueryPart *part, guint *ret_at)
{
	if (take_word(words, part, ret_at))
		return TRUE;
	part->fault = g_strdup_printf(/* said */ "There is no %s \"%s\".", key_words[part->key], part->value);
	return FALSE;
}

/* "late", "soon", or the clock that is due next. */
static void
read_clock(QueryPart *part)
{
	static const char *const words[] = { "late", "soon", NULL };
	guint at = 0;

	part->number = take_word(words, part, &at) ? at : CLOCK_IS_NAMED;
	if (part->number == CLOCK_IS_NAMED)
		read_word(clock_words, part, NULL);
}

static void
read_missed(QueryPart *part)
{
	static const char *const any[] = { "any", NULL };

	if (!take_word(any, part, NULL))
		read_word(clock_words, part, NULL);
}

static void
read_remedy(QueryPart *part)
{
	part->number = take_word(remedy_state_words, part, NULL);
	if (part->number == 0)
		read_word(remedy_kind_words, part, NULL);
}

static void
read_promise(QueryPart *part)
{
	guint at = 0;

	if (g_ascii_strcasecmp(part->value, "soon") == 0) {
		g_free(part->value);
		part->value = g_strdup("due");
	}
	if (read_word(promise_words, part, &at))
		part->number = at;
}

/* "4" or "1-2", on the scale of the key. */
static void
read_scores(QueryPart *part)
{
	gint64 low = part->key == QUERY_NPS ? 0 : 1, high = part->key == QUERY_NPS ? 10 : part->key == QUERY_CSAT ? 5 : 7;
	g_auto(GStrv) halves = g_strsplit(part->value, "-", 2);
	guint64 from = 0, to = 0;

	if (g_ascii_string_to_unsigned(halves[0], 10, (guint64)low, (guint64)high, &from, NULL) &&
	    g_ascii_string_to_unsigned(halves[1] != NULL ? halves[1] : halves[0], 10, from, (guint64)high, &to, NULL))
		part->span = (Span){ (gint64)from, (gint64)to };
	else
		part->fault = g_strdup_printf(/* said */ "\"%s\" is no score: write one from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", or two with a dash between.", part->value, low, high);
}

static void
read_value(QueryPart *part, gint64 now_ms, const char *zone)
{
	guint at = 0;

	switch (part->key) {
	case QUERY_IS:
		if (strcmp(part->value, "overdue") == 0) {
			g_free(part->value);
			part->value = g_strdup("late");
		}
		if (read_word(is_words, part, &at))
			part->number = at;
		break;
	case QUERY_PROMISE: read_promise(part); break;
	case QUERY_CLOCK: read_clock(part); break;
	case QUERY_MISSED: read_missed(part); break;
	case QUERY_REMEDY: read_remedy(part); break;
	case QUERY_KIND: read_word(case_kinds, part, NULL); break;
	case QUERY_CHANNEL: read_word(case_channels, part, NULL); break;
	case QUERY_STAGE: read_word(case_stages, part, NULL); break;
	case QUERY_OUTCOME:
		if (g_ascii_strcasecmp(part->value, "none") != 0)
			read_word(case_outcomes, part, NULL);
		break;
	case QUERY_SEVERITY:
		if (read_word(case_severities, part, &at))
			part->number = at;
		break;
	case QUERY_RECEIVED:
	case QUERY_BEFORE:
	case QUERY_AFTER:
	case QUERY_RESOLVED:
		if (!span_read(part->value, now_ms, zone, &part->span))
			part->fault = g_strdup_printf(/* said */ "\"%s\" is no date: write 2026-03, 7d, 2026-03..2026-05, or a day as year-month-day.", part->value);
		break;
	case QUERY_CSAT:
	case QUERY_NPS:
	case QUERY_CES: read_scores(part); break;
	case QUERY_SURVEY: read_word(survey_words, part, NULL); break;
	case QUERY_FOLLOWUP: read_word(followup_words, part, NULL); break;
	case QUERY_REF: {
		char ref[REF_SIZE];

		if (!ref_read(part->value, ref)) {
			part->fault = g_strdup_printf(/* said */ "\"%s\" is no ref: one character is wrong or missing.", part->value);
			break;
		}
		g_free(part->value);
		part->value = g_strdup(ref);
		break;
	}
	default: break;
	}
}

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The value at *@at: up to the closing quote, or to the next blank. */
static char *
take_value(const char **at, gboolean *ret_quoted)
{
	const char *from = *at, *end;

	*ret_quoted = *from == '"';
	if (*ret_quoted) {
		from++;
		end = strchrnul(from, '"');
		*at = *end == '"' ? end + 1 : end;
	} else {
		for (end = from; *end != '\0' && !is_blank(*end); end++)
			;
		*at = end;
	}
	return g_strndup(from, (gsize)(end - from));
}

/* A key with its colon at @at; its length with the colon, 0 when there is none. */
static gsize
key_at(const char *at, QueryKey *ret_key)
{
	for (int i = QUERY_IS; i < QUERY_N_KEYS; i++) {
		gsize size = strlen(key_words[i]);

		if (g_ascii_strncasecmp(at, key_words[i], size) == 0 && at[size] == ':') {
			*ret_key = (QueryKey)i;
			return size + 1;
		}
	}
	return 0;
}

/* "7KQM-4TXB" by itself is a case's ref, not a word to look for. */
static void
notice_ref(QueryPart *part)
{
	char ref[REF_SIZE];

	if (part->key != QUERY_TEXT || part->phrase || part->minus || strlen(part->value) != 9 || part->value[4] != '-' || !ref_read(part->value, ref))
		return;
	part->key = QUERY_REF;
	g_free(part->value);
	part->value = g_strdup(ref);
}

static QueryPart *
take_part(const char **at, gint64 now_ms, const char *zone)
{
	QueryPart *part = g_new0(QueryPart, 1);
	const char *from = *at;
	gsize skip;

	if (**at == '-' && (*at)[1] != '\0' && !is_blank((*at)[1])) {
		part->minus = TRUE;
		(*at)++;
	}
	skip = key_at(*at, &part->key);
	*at += skip;
	part->value = take_value(at, &part->phrase);
	part->text = g_strndup(from, (gsize)(*at - from));
	g_strstrip(part->value);
	if (skip > 0 && part->value[0] == '\0')
		part->fault = g_strdup_printf(/* said */ "Say which: %s:...", key_words[part->key]);
	else
		read_value(part, now_ms, zone);
	notice_ref(part);
	return part;
}

/* Valid UTF-8 of a bounded length, with curly quotes as straight ones: telephones write them. */
static char *
clean(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)MIN(strlen(text), MAX_TEXT));
	g_autoptr(GString) out = g_string_new(valid);

	g_string_replace(out, "\xe2\x80\x9c", "\"", 0);
	g_string_replace(out, "\xe2\x80\x9d", "\"", 0);
	g_string_replace(out, "\xe2\x80\x9e", "\"", 0);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

CaseQuery *
case_query_parse(const char *text, gint64 now_ms, const char *zone)
{
	g_autofree char *whole = clean(text != NULL ? text : "");
	CaseQuery *query = g_new0(CaseQuery, 1);
	const char *at = whole;
	const QueryPart *last;

	query->parts = g_ptr_array_new_with_free_func(part_free);
	for (;;) {
		QueryPart *part;

		while (is_blank(*at))
			at++;
		if (*at == '\0' || query->parts->len == MAX_PARTS)
			break;
		part = take_part(&at, now_ms, zone);
		if (part->value[0] == '\0' && part->key == QUERY_TEXT)
			part_free(part);
		else
			g_ptr_array_add(query->parts, part);
	}
	last = query->parts->len > 0 ? query->parts->pdata[query->parts->len - 1] : NULL;
	query->prefix = last != NULL && last->key == QUERY_TEXT && !last->phrase && !last->minus && !is_blank(at > whole ? at[-1] : ' ') && g_utf8_strlen(last->value, -1) >= 3;
	return query;
}

json_t *
case_query_parts(const CaseQuery *query)
{
	json_t *list = json_array();

	for (guint i = 0; i < query->parts->len; i++) {
		const QueryPart *part = query->parts->pdata[i];
		json_t *one = json_object();

		json_put_text(one, "key", key_words[part->key]);
		json_put_text(one, "value", part->value);
		json_put_text(one, "text", part->text);
		json_put_bool(one, "minus", part->minus);
		json_put_text(one, "fault", part->fault);
		json_array_append_new(list, one);
	}
	return list;
}

gboolean
query_terms(const CaseQuery *query, QueryTerms *ret_terms)
{
	ret_terms->words = g_ptr_array_new();
	ret_terms->phrases = g_ptr_array_new();
	ret_terms->without = g_ptr_array_new();
	for (guint i = 0; query != NULL && i < query->parts->len; i++) {
		const QueryPart *part = query->parts->pdata[i];

		if (part->key == QUERY_TEXT)
			g_ptr_array_add(part->minus ? ret_terms->without : part->phrase ? ret_terms->phrases : ret_terms->words, part->value);
	}
	ret_terms->terms = (SearchTerms){ .words = ret_terms->words, .phrases = ret_terms->phrases, .without = ret_terms->without, .prefix = query != NULL && query->prefix };
	return ret_terms->words->len + ret_terms->phrases->len > 0;
}

void
query_terms_clear(QueryTerms *terms)
{
	g_clear_pointer(&terms->words, g_ptr_array_unref);
	g_clear_pointer(&terms->phrases, g_ptr_array_unref);
	g_clear_pointer(&terms->without, g_ptr_array_unref);
}
