/* page_dates.c - dates and times of day as a reader's clock shows them: "today 15:00", "Tue 24 Nov", the year only where it is
 * another one. How long until or since: page_times.c. Civil time: page_zone.c. */
#include "http/page_formats.h"
#include "base/clock.h"
#include <string.h>

static const char *const weekdays[] = { WORD("Mon"), WORD("Tue"), WORD("Wed"), WORD("Thu"), WORD("Fri"), WORD("Sat"), WORD("Sun") };
static const char *const weekdays_long[] = { WORD("Monday"), WORD("Tuesday"), WORD("Wednesday"), WORD("Thursday"), WORD("Friday"),
	WORD("Saturday"), WORD("Sunday") };
static const char *const months[] = { WORD("Jan"), WORD("Feb"), WORD("Mar"), WORD("Apr"), WORD("May"), WORD("Jun"), WORD("Jul"),
	WORD("Aug"), WORD("Sep"), WORD("Oct"), WORD("Nov"), WORD("Dec") };
static const char *const months_long[] = { WORD("January"), WORD("February"), WORD("March"), WORD("April"), WORD("May"),
	WORD("June"), WORD("July"), WORD("August"), WORD("September"), WORD("October"), WORD("November"), WORD("December") };

/* What the reader's clock shows now: the same for all times of a page, so a thread keeps the last one. */
typedef struct {
	gint64 now_ms;
	guint64 words; /* whose translations */
	char zone[48], lang[8];
	LocalTime now;
	guint64 face; /* of the zone, the language and the day of now: see Written */
} Clock;

enum { N_FACES = 8 };

/* A number for the zone, the language and today's date: the same for the same, another for others. Longer names than have
 * room are no zones and no languages of ours. */
static guint64
face_of(const Clock *clock)
{
	static _Thread_local struct {
		guint64 words;
		char zone[48], lang[8];
		gint64 day;
		guint64 face;
	} faces[N_FACES];
	static _Thread_local guint64 n_faces;

	for (guint i = 0; i < N_FACES; i++)
		if (faces[i].face != 0 && faces[i].day == clock->now.day && faces[i].words == clock->words && strcmp(faces[i].zone, clock->zone) == 0 && strcmp(faces[i].lang, clock->lang) == 0)
			return faces[i].face;
	memcpy(faces[n_faces % N_FACES].zone, clock->zone, sizeof clock->zone);
	memcpy(faces[n_faces % N_FACES].lang, clock->lang, sizeof clock->lang);
	faces[n_faces % N_FACES].words = clock->words;
	faces[n_faces % N_FACES].day = clock->now.day;
	faces[n_faces % N_FACES].face = n_faces + 1;
	return ++n_faces;
}

static const Clock *
clock_of(const TemplateContext *context)
{
	static _Thread_local Clock last;
	const char *zone = context->zone != NULL ? context->zone : "UTC", *lang = context->lang != NULL ? context->lang : "en";

	if (last.now_ms != context->now_ms || last.words != template_set_number(context->data) || strcmp(last.zone, zone) != 0 || strcmp(last.lang, lang) != 0) {
		last.now_ms = context->now_ms;
		last.words = template_set_number(context->data);
		g_strlcpy(last.zone, zone, sizeof last.zone);
		g_strlcpy(last.lang, lang, sizeof last.lang);
		local_time(zone, context->now_ms, &last.now);
		last.face = face_of(&last);
	}
	return &last;
}

/* ISO text or a number of milliseconds; 0 and what cannot be read is no time. */
gboolean
page_time_of(const TemplateValue *value, gint64 *ret_ms)
{
	char text[40];

	if (json_is_integer(value->json)) {
		*ret_ms = json_integer_value(value->json);
		return *ret_ms != 0;
	}
	if (value->text == NULL || value->size == 0 || value->size >= sizeof text)
		return FALSE;
	if (local_time_read(value->text, value->size, ret_ms))
		return TRUE;
	memcpy(text, value->text, value->size);
	text[value->size] = '\0';
	return time_read(text, ret_ms);
}

/* "2026-11-30": a day is that day wherever one reads. */
static gboolean
is_day(const TemplateValue *value)
{
	return value->text != NULL && value->size == 10 && value->text[4] == '-' && value->text[7] == '-';
}

static gboolean
noon_of(const TemplateValue *value, const char *zone, gint64 *ret_ms)
{
	char text[24];
	LocalTime at;

	g_snprintf(text, sizeof text, "%.10sT12:00:00Z", value->text);
	if (!time_read(text, ret_ms))
		return FALSE;
	local_time(zone, *ret_ms, &at);
	*ret_ms -= at.offset_s * 1000;
	return TRUE;
}

gboolean
page_when(const TemplateValue *value, const TemplateContext *context, PageWhen *ret_when)
{
	if (is_day(value) ? !noon_of(value, context->zone, &ret_when->at_ms) : !page_time_of(value, &ret_when->at_ms))
		return FALSE;
	ret_when->context = context;
	local_time(context->zone, ret_when->at_ms, &ret_when->at);
	ret_when->now = &clock_of(context)->now;
	return TRUE;
}

static void
put_time(GString *out, const LocalTime *at)
{
	char text[8] = { '0' + at->hour / 10, '0' + at->hour % 10, ':', '0' + at->minute / 10, '0' + at->minute % 10, '\0' };

	template_put(out, text, 5);
}

static void
put_word(GString *out, const PageWhen *when, const char *text)
{
	const char *word = page_word(when->context, text);

	template_put(out, word, strlen(word));
}

static void
put_int(GString *out, int number)
{
	char text[12], *at = text + sizeof text;

	do
		*--at = '0' + number % 10;
	while ((number /= 10) > 0);
	template_put(out, at, text + sizeof text - at);
}

/* One of our date patterns, with every part it may name. */
static void
put_pattern(GString *out, const PageWhen *when, const char *pattern)
{
	const LocalTime *at = &when->at;

	for (const char *p = page_word(when->context, pattern), *end; *p != '\0'; p = end + 1) {
		const char *name = strchrnul(p, '{');

		template_put(out, p, name - p);
		p = name;
		end = strchr(p, '}');
		if (end == NULL)
			return;
		switch (p[1]) {
		case 'w': put_word(out, when, end - p == 3 ? weekdays[at->weekday] : weekdays_long[at->weekday]); break; /* {wd} {weekday} */
		case 'm': put_word(out, when, end - p == 4 ? months[at->month - 1] : months_long[at->month - 1]); break; /* {mon} {month} */
		case 't': put_time(out, at); break;
		case 'd': put_int(out, at->mday); break;
		case 'y': put_int(out, at->year); break;
		default: break;
		}
	}
}

static gboolean
same_year(const PageWhen *when)
{
	return when->at.year == when->now->year;
}

/* "Tue 24 Nov", "Tue 24 Nov 2025" */
static void
put_date(GString *out, const PageWhen *when)
{
	put_pattern(out, when, same_year(when) ? WORD("{wd} {d} {mon}") : WORD("{wd} {d} {mon} {y}"));
}

void
page_put_day(GString *out, const PageWhen *when, gboolean timed)
{
	gint64 days = when->at.day - when->now->day;

	if (days >= -1 && days <= 1 && timed)
		put_pattern(out, when, days == 0 ? WORD("today {time}") : days > 0 ? WORD("tomorrow {time}") : WORD("yesterday {time}"));
	else if (days >= -1 && days <= 1)
		g_string_append(out, page_word(when->context, days == 0 ? WORD("today") : days > 0 ? WORD("tomorrow") : WORD("yesterday")));
	else
		put_date(out, when);
}

/* ---- dates, which are written again and again ------------------------------------------------------------------------- */

typedef void (*Writer)(GString *out, const PageWhen *when, const char *arg);

/* A page says most of its times twice or more, and is asked for again: what a thread wrote lately is kept, under the time's
 * text and whatever else it follows from. */
typedef struct {
	Writer writer; /* NULL: empty */
	guint64 face;
	guint8 value_size, size;
	char value[26], text[52];
} Written;
enum { WRITTEN_BITS = 8 };

static Written *
written_at(Writer writer, const TemplateValue *value, guint64 face)
{
	static GPrivate of_thread = G_PRIVATE_INIT(g_free);
	Written *table = g_private_get(&of_thread);
	guint64 words[3], mixed;

	if (table == NULL)
		g_private_set(&of_thread, table = g_new0(Written, 1 << WRITTEN_BITS));
	memcpy(words, value->text, 16);
	memcpy(&words[2], value->text + value->size - 8, 8);
	mixed = (words[0] ^ words[1] * 3 ^ words[2] * 7 ^ face ^ (guint64)(guintptr)writer) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
	return &table[mixed >> (64 - WRITTEN_BITS)];
}

static gboolean
write_once(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context, Writer writer)
{
	const gsize from = out->len;
	const gboolean keeps = value->text != NULL && arg == NULL && value->size >= 16 && value->size <= sizeof ((Written *)0)->value;
	const guint64 face = keeps ? clock_of(context)->face : 0;
	Written *known = keeps ? written_at(writer, value, face) : NULL;
	PageWhen when;

	if (keeps && known->writer == writer && known->face == face && known->value_size == value->size && memcmp(known->value, value->text, value->size) == 0) {
		template_put(out, known->text, known->size);
		return TRUE;
	}
	if (!page_when(value, context, &when))
		return FALSE;
	writer(out, &when, arg);
	if (keeps && out->len - from <= sizeof known->text) {
		known->writer = writer;
		known->face = face;
		known->value_size = (guint8)value->size;
		known->size = (guint8)(out->len - from);
		memcpy(known->value, value->text, value->size);
		memcpy(known->text, out->str + from, known->size);
	}
	return TRUE;
}

static void
write_day(GString *out, const PageWhen *when, const char *arg)
{
	page_put_day(out, when, FALSE);
}

/* {{at|day}}: "today", "tomorrow", "Tue 24 Nov". */
static gboolean
format_day(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return write_once(out, value, NULL, context, write_day);
}

static void
write_date(GString *out, const PageWhen *when, const char *arg)
{
	if (g_strcmp0(arg, "long") == 0)
		put_pattern(out, when, WORD("{weekday} {d} {month} {y}"));
	else if (g_strcmp0(arg, "month") == 0)
		put_pattern(out, when, WORD("{month} {y}"));
	else if (g_strcmp0(arg, "yearly") == 0)
		put_pattern(out, when, WORD("{d} {mon}"));
	else if (g_strcmp0(arg, "short") == 0)
		put_pattern(out, when, same_year(when) ? WORD("{d} {mon}") : WORD("{d} {mon} {y}"));
	else
		put_date(out, when);
}

/* {{at|date}} "Tue 24 Nov"; :long "Tuesday 24 November 2026"; :month "November 2026"; :short "24 Nov", of another year with it; :yearly never. */
static gboolean
format_date(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return write_once(out, value, arg, context, write_date);
}

static void
write_time(GString *out, const PageWhen *when, const char *arg)
{
	put_time(out, &when->at);
}

static gboolean
format_time(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return write_once(out, value, NULL, context, write_time);
}

static void
write_datetime(GString *out, const PageWhen *when, const char *arg)
{
	put_pattern(out, when, same_year(when) ? WORD("{wd} {d} {mon}, {time}") : WORD("{wd} {d} {mon} {y}, {time}"));
}

/* {{at|datetime}}: "Thu 19 Nov, 12:00". */
static gboolean
format_datetime(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return write_once(out, value, NULL, context, write_datetime);
}

static void
write_short(GString *out, const PageWhen *when, const char *arg)
{
	if (when->at.day == when->now->day)
		put_time(out, &when->at);
	else
		put_pattern(out, when, same_year(when) ? WORD("{d} {mon}") : WORD("{d} {mon} {y}"));
}

/* {{at|short}}: the time today, else the day: for narrow columns. */
static gboolean
format_short(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	return write_once(out, value, NULL, context, write_short);
}

/* {{at|iso}}: for datetime=""; :date "2026-11-24" and :local "2026-11-24T15:00" in the reader's zone, for inputs. */
static gboolean
format_iso(GString *out, const TemplateValue *value, const char *arg, const TemplateContext *context)
{
	char text[TIME_SIZE];
	PageWhen when;

	if (!page_when(value, context, &when))
		return FALSE;
	if (g_strcmp0(arg, "date") == 0 || g_strcmp0(arg, "local") == 0) {
		g_string_append_printf(out, "%04d-%02d-%02d", when.at.year, when.at.month, when.at.mday);
		if (*arg == 'l')
			g_string_append_printf(out, "T%02d:%02d", when.at.hour, when.at.minute);
		return TRUE;
	}
	time_write(when.at_ms, text);
	g_string_append(out, text);
	return TRUE;
}

void
page_dates_add(TemplateSet *set)
{
	static const struct {
		const char *name;
		TemplateFormat format;
	} table[] = { { "day", format_day }, { "date", format_date }, { "datetime", format_datetime }, { "short", format_short } };

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		template_set_formatter(set, table[i].name, table[i].format, 0);
	template_set_formatter(set, "time", format_time, TEMPLATE_PLAIN);
	template_set_formatter(set, "iso", format_iso, TEMPLATE_PLAIN);
}
