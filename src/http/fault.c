/* fault.c - see fault.h. Sending it: http/reply.c; statuses and words of errors: base/err.c. */
#include "http/fault.h"
#include "base/err.h"
#include "base/log.h"

/* Of several faults the first, by name, and how many more there are. */
static char *
words_for_sender(const GError *error)
{
	const GPtrArray *fields = err_fields(error);
	const ErrField *first = fields != NULL && fields->len > 0 ? fields->pdata[0] : NULL;
	g_autofree char *more = NULL;

	if (first == NULL || first->field[0] != '/')
		return g_strdup(error->message);
	if (fields->len > 1)
		more = g_strdup_printf(" (and %u more)", fields->len - 1);
	return g_strdup_printf("%s: %s%s", first->field + 1, first->message, more != NULL ? more : "");
}

/* What a person may read: of our own faults only that they are ours, and the number under which they are logged. */
char *
fault_words(const Request *self, guint status)
{
	if (status < 500)
		return words_for_sender(self->error);
	if (status == 503)
		return g_strdup("We are too busy just now. Nothing was changed; please try again in a moment.");
	if (status == 502)
		return g_strdup("A server we depend on did not answer. Please try again later.");
	return g_strdup_printf("Something went wrong on our side. It is written down under the number %s.", self->id);
}

json_t *
fault_value(const Request *self, const char *message)
{
	const GPtrArray *fields = err_fields(self->error);
	const ErrField *first = fields != NULL && fields->len > 0 ? fields->pdata[0] : NULL;
	json_t *out = json_object(), *list = json_array();

	json_put_text(out, "error", self->error_status == 405 ? "method" : err_word(self->error));
	json_put_text(out, "message", message);
	json_put_text(out, "field", first != NULL ? first->field : NULL);
	json_put_text(out, "request_id", self->id);
	for (guint i = 0; fields != NULL && i < fields->len; i++) {
		const ErrField *one = fields->pdata[i];
		json_t *item = json_object();

		json_put_text(item, "field", one->field);
		json_put_text(item, "message", one->message);
		json_array_append_new(list, item);
	}
	json_put(out, "fields", list);
	if (self->call.more != NULL)
		json_object_update_missing(out, self->call.more);
	return out;
}

void
fault_log(const Request *self, guint status)
{
	const char *what = self->route != NULL ? self->route->path : "(no route)";
	const char *method = self->route != NULL ? self->route->method : "";

	if (status == 500)
		log_error("http", "%s %s: %s (request %s)", method, what, self->error->message, self->id);
	else if (status > 500)
		log_warn("http", "%s %s: %s (request %s)", method, what, self->error->message, self->id);
}
