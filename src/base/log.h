/* log.h - what the operator reads: one line an entry on standard error, level, where, message. Written where an error
 * stops (reply, job, flow); libraries and capabilities return errors and do not log. Tests fail on an unexpected one. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum { LOG_ERROR_LEVEL, LOG_WARN_LEVEL, LOG_INFO_LEVEL, LOG_DEBUG_LEVEL } LogLevel;

/* Lines below this level are not written. Default: info. */
void log_level_set(LogLevel level);
void log_line(LogLevel level, const char *where, const char *format, ...) G_GNUC_PRINTF(3, 4);

#define log_error(where, ...) log_line(LOG_ERROR_LEVEL, where, __VA_ARGS__)
#define log_warn(where, ...) log_line(LOG_WARN_LEVEL, where, __VA_ARGS__)
#define log_info(where, ...) log_line(LOG_INFO_LEVEL, where, __VA_ARGS__)
#define log_debug(where, ...) log_line(LOG_DEBUG_LEVEL, where, __VA_ARGS__)

/* Tests: called for each line instead of writing it; NULL goes back to standard error. */
typedef void (*LogSink)(LogLevel level, const char *where, const char *message, gpointer data);
void log_sink_set(LogSink sink, gpointer data);

G_END_DECLS
