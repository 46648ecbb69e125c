/* demo.c - when the year's complaints come: seasons, weekdays, hours, and the day the payments failed. What happens to
 * each: demo/life.c. */
#include "demo/demo.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/secret.h"
#include "demo/clocks.h"
#include "demo/improve.h"
#include "demo/life.h"
#include "demo/remedies.h"
#include "org/session.h"
#include <string.h>

enum { DAYS = 365, CASES_A_UNIT = 20000, CASES_A_REPORT = 100, WAVE_DAYS = 4 };

typedef struct {
	const DemoOptions *options;
	Company company;
	FeltSurveys felt;
	World world;
	Chance chance;
	double weights[DAYS];    /* how busy each day is; their sum is 1 */
	guint64 due[DAYS];       /* cases of each day */
	guint64 outage[DAYS];    /* of them, the outage's */
	guint day;
	guint64 done_today, done;
	gint64 *times;           /* of the present day, in order */
} Year;

/* Monday is the busiest; December and January bring parcels and returns; people complain less at weekends. */
static void
plan_days(Year *year)
{
	static const double weekday[7] = { 0.55, 1.35, 1.15, 1.05, 1.0, 0.95, 0.6 }; /* Sunday first */
	static const double month[12] = { 1.35, 1.1, 0.95, 0.9, 0.9, 0.85, 0.85, 0.8, 0.95, 1.0, 1.2, 1.4 };
	gint64 last_day = year->options->until_ms / MS_PER_DAY, first = last_day - DAYS + 1;
	static const double wave[WAVE_DAYS] = { 3.2, 4.0, 2.2, 1.4 };
	double sum = 0, so_far = 0;
	guint64 planned = 0;
	guint outage = DAYS;

	for (guint i = 0; i < DAYS; i++) {
		char text[TIME_SIZE];
		int m;

		time_write((first + i) * MS_PER_DAY, text);
		m = (text[5] - '0') * 10 + (text[6] - '0') - 1;
		year->weights[i] = weekday[(first + i + 4) % 7] * month[m] * (0.9 + 0.2 * chance_unit(&year->chance));
		/* The day the payments failed, and the days people write about it. */
		if (strncmp(text + 5, "11-03", 5) == 0)
			outage = i;
		if (i - outage < WAVE_DAYS)
			year->weights[i] *= wave[i - outage];
		sum += year->weights[i];
	}
	/* Rounded along the way, so that neither few cases nor many lean towards any day, and the count is exact. */
	for (guint i = 0; i < DAYS; i++) {
		guint64 upto;

		so_far += year->weights[i];
		upto = i + 1 < DAYS ? (guint64)((double)year->options->n_cases * so_far / sum + 0.5) : year->options->n_cases;
		year->due[i] = upto - planned;
		planned = upto;
	}
	for (guint i = 0; i < WAVE_DAYS && outage + i < DAYS; i++)
		year->outage[outage + i] = (guint64)((1 - 1 / wave[i]) * (double)year->due[outage + i]);
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

static void
plan_hours(Year *year)
{
	static const guint hours[24] = { 2, 1, 1, 1, 1, 2, 5, 12, 25, 38, 42, 40, 34, 32, 34, 33, 31, 32, 34, 36, 33, 24, 12, 5 };
	gint64 start = (year->options->until_ms / MS_PER_DAY - DAYS + 1 + year->day) * MS_PER_DAY;
	gint64 end = MIN(start + MS_PER_DAY, year->options->until_ms);
	guint sum = 0;

	for (guint h = 0; h < 24; h++)
		sum += hours[h];
	g_free(year->times);
	year->times = g_new(gint64, MAX(year->due[year->day], 1));
	for (guint64 i = 0; i < year->due[year->day]; i++) {
		guint at = chance_below(&year->chance, sum), h = 0;

		while (at >= hours[h])
			at -= hours[h++];
		year->times[i] = start + h * MS_PER_HOUR + (gint64)chance_below(&year->chance, 3600000);
		/* Today is not over: what would come later comes in the hours that were. */
		if (year->times[i] >= end)
			year->times[i] = start + (gint64)(chance_unit(&year->chance) * (double)(end - start));
	}
	qsort(year->times, year->due[year->day], sizeof *year->times, compare_times);
}

static const Story *
pick_story(Year *year)
{
	static guint sum;
	guint at;

	if (sum == 0)
		for (guint i = 0; i < n_stories; i++)
			sum += stories[i].weight;
	if (year->outage[year->day] > 0 && chance_below(&year->chance, (guint)(year->due[year->day] - year->done_today)) < year->outage[year->day]) {
		year->outage[year->day]--;
		return &outage_story;
	}
	at = chance_below(&year->chance, sum);
	for (guint i = 0; i < n_stories; i++) {
		if (at < stories[i].weight)
			return &stories[i];
		at -= stories[i].weight;
	}
	g_return_val_if_reached(&stories[0]);
}

static gboolean
next_day(Year *year)
{
	while (year->done_today >= year->due[year->day]) {
		year->done_today = 0;
		if (++year->day >= DAYS)
			return FALSE;
		plan_hours(year);
	}
	return TRUE;
}

static void
report(const Year *year)
{
	if (year->options->progress != NULL)
		year->options->progress(year->done, year->options->n_cases, year->options->data);
}

/* Many at once: the indexes over what comes in no order are written once a unit, however many rows of it they took. */
static gboolean
play_some(Db *db, gpointer data, GError **error)
{
	Year *year = data;
	g_autoptr(DbTx) tx = db_begin(db, error);

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < CASES_A_UNIT && next_day(year); i++) {
		const Story *story = pick_story(year);

		/* Refs too come from the seed; on the writer's thread, for this case alone. */
		ref_seed(year->options->seed * 0x9E3779B97F4A7C15ull + year->done + 1);
		if (!life_play(db, &year->world, &year->chance, story, year->times[year->done_today], error)) {
			ref_seed(0);
			return FALSE;
		}
		year->done_today++;
		year->done++;
		if (year->done % CASES_A_REPORT == 0)
			report(year);
	}
	ref_seed(0);
	return db_tx_commit(tx, error);
}

static gboolean
make_surveys(Db *db, Year *year, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);

	return tx != NULL && felt_make(db, &year->felt, year->options->until_ms - DAYS * MS_PER_DAY, error) && db_tx_commit(tx, error);
}

static gboolean
make_company(Db *db, gpointer data, GError **error)
{
	Year *year = data;
	gboolean empty;

	if (!org_is_empty(db, &empty, error))
		return FALSE;
	if (!empty) {
		g_set_error(error, ERR, ERR_CONFLICT, "this database has people in it already: a demo needs a new data folder");
		return FALSE;
	}
	return company_make(db, &year->company, year->options->until_ms - DAYS * MS_PER_DAY, error) &&
	       demo_clocks_make(db, &year->company, year->options->until_ms - DAYS * MS_PER_DAY, error) &&
	       remedies_house(db, &year->company, year->options->n_cases, year->options->until_ms - DAYS * MS_PER_DAY, error) &&
	       make_surveys(db, year, error);
}

gboolean
demo_make(Store *store, const DemoOptions *options, GError **error)
{
	Year year = { .options = options, .chance = { options->seed * 0x2545F4914F6CDD1Dull + 1 } };
	g_autofree char *hash = password_hash(DEMO_PASSWORD, error);
	gboolean ok;

	if (hash == NULL)
		return FALSE;
	year.company.password_hash = hash;
	year.world = (World){ &year.company, &year.felt, options->seed, options->until_ms, MAX(options->n_cases / 2, 10) };
	plan_days(&year);
	plan_hours(&year);
	ok = store_write(store, make_company, &year, error);
	while (ok && year.day < DAYS)
		ok = store_write(store, play_some, &year, error);
	ok = ok && store_write(store, demo_clocks_read, (gpointer)&options->until_ms, error);
	ok = ok && store_write(store, remedies_tidy, &year.world.until_ms, error);
	ok = ok && improve_make(store, &year.company, options->seed, options->until_ms, error);
	report(&year);
	g_free(year.times);
	return ok;
}
