#include "base/log.h"
#include "base/clock.h"
#include <stdio.h>

static LogLevel lowest = LOG_INFO_LEVEL;
static LogSink sink_fn;
static gpointer sink_data;

void
log_level_set(LogLevel level)
{
	lowest = level;
}

void
log_sink_set(LogSink sink, gpointer data)
{
	sink_fn = sink;
	sink_data = data;
}

void
log_line(LogLevel level, const char *where, const char *format, ...)
{
	static const char *const words[] = { "error", "warning", "info", "debug" };
	g_autofree char *message = NULL;
	char at[TIME_SIZE];
	va_list ap;

	if (level > lowest)
		return;
	va_start(ap, format);
	message = g_strdup_vprintf(format, ap);
	va_end(ap);
	/* A stranger's newline must not forge a line of its own. */
	for (char *p = message; *p != '\0'; p++)
		if ((guchar)*p < 0x20)
			*p = ' ';
	if (sink_fn != NULL) {
		sink_fn(level, where, message, sink_data);
		return;
	}
	time_write(clock_now_ms(), at);
	fprintf(stderr, "%s %s %s: %s\n", at, words[level], where, message);
}
