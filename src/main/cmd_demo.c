/* cmd_demo.c - redress demo: fills an empty data folder with a plausible company's year (demo/demo.h). */
#include "base/clock.h"
#include "base/ids.h"
#include "demo/company.h"
#include "demo/demo.h"
#include "main/commands.h"
#include <stdio.h>
#include <unistd.h>

static void
show_progress(guint64 done, guint64 all, gpointer data)
{
	guint *shown = data, percent = (guint)(done * 100 / MAX(all, 1));

	if (percent == *shown)
		return;
	*shown = percent;
	fprintf(stderr, "\r%3u %% of %" G_GUINT64_FORMAT " cases", percent, all);
	if (percent == 100)
		fputc('\n', stderr);
}

int
cmd_demo(int argc, char **argv)
{
	static gint64 n_cases = 3000, seed = 1;
	static char *until;
	const GOptionEntry entries[] = {
		{ "cases", 0, 0, G_OPTION_ARG_INT64, &n_cases, "how many (default 3000)", "N" },
		{ "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "the same seed tells the same year (default 1)", "S" },
		{ "until", 0, 0, G_OPTION_ARG_STRING, &until, "the year's last moment (default: now)", "TIME" },
		{ NULL },
	};
	g_autoptr(Store) store = NULL;
	g_autoptr(GError) error = NULL;
	guint shown = G_MAXUINT;
	DemoOptions options = { .until_ms = clock_now_ms() };

	if (!command_options("demo", "- a plausible company's year", entries, &argc, &argv))
		return 2;
	if (n_cases < 1 || n_cases > 20000000 || seed < 1) {
		fputs("redress demo: --cases takes 1 to 20,000,000, --seed 1 or more\n", stderr);
		return 2;
	}
	if (until != NULL && !time_read(until, &options.until_ms)) {
		fprintf(stderr, "redress demo: --until %s is no time like 2026-11-19T11:22:00Z\n", until);
		return 2;
	}
	options.n_cases = (guint64)n_cases;
	options.seed = (guint64)seed;
	if (isatty(STDERR_FILENO)) {
		options.progress = show_progress;
		options.data = &shown;
	}
	if ((store = command_store_with(&(StoreOptions){ .making = TRUE, .migrate = TRUE }, TRUE)) == NULL)
		return 1;
	if (!demo_make(store, &options, &error) || !store_keep(g_steal_pointer(&store), &error))
		return command_fail("demo", error);
	printf("made %" G_GINT64_FORMAT " cases of Larch & Fern's year\n", n_cases);
	printf("sign in as amara.okafor@%s (agent), jonas.weber@%s (supervisor) or ruth.collins@%s (admin), password %s\n", DEMO_DOMAIN, DEMO_DOMAIN, DEMO_DOMAIN, DEMO_PASSWORD);
	return 0;
}
