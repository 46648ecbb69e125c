#include "base/err.h"

typedef struct {
	GPtrArray *fields; /* of ErrField; NULL until the first one */
} ErrPrivate;

static void
field_free(gpointer data)
{
	ErrField *field = data;

	g_free(field->field);
	g_free(field->message);
	g_free(field);
}

static void
err_private_init(ErrPrivate *priv)
{
	priv->fields = NULL;
}

static void
err_private_copy(const ErrPrivate *from, ErrPrivate *to)
{
	to->fields = from->fields != NULL ? g_ptr_array_ref(from->fields) : NULL;
}

static void
err_private_clear(ErrPrivate *priv)
{
	g_clear_pointer(&priv->fields, g_ptr_array_unref);
}

G_DEFINE_EXTENDED_ERROR(Err, err)

static const struct {
	guint status;
	const char *word;
} table[] = {
	[ERR_INVALID] = { 422, "invalid" }, [ERR_NOT_FOUND] = { 404, "not_found" }, [ERR_DENIED] = { 403, "denied" },
	[ERR_CONFLICT] = { 409, "conflict" }, [ERR_LIMIT] = { 429, "limit" }, [ERR_BUSY] = { 503, "busy" },
	[ERR_UPSTREAM] = { 502, "upstream" }, [ERR_CORRUPT] = { 500, "corrupt" }, [ERR_INTERNAL] = { 500, "internal" },
};

static int
index_of(const GError *error)
{
	if (error->domain != ERR || error->code < 0 || error->code >= (int)G_N_ELEMENTS(table))
		return ERR_INTERNAL;
	return error->code;
}

guint
err_http_status(const GError *error)
{
	return table[index_of(error)].status;
}

const char *
err_word(const GError *error)
{
	return table[index_of(error)].word;
}

void
err_add_field(GError **error, const char *field, const char *format, ...)
{
	g_autofree char *message = NULL;
	ErrPrivate *priv;
	ErrField *one;
	va_list ap;

	if (error == NULL)
		return;
	va_start(ap, format);
	message = g_strdup_vprintf(format, ap);
	va_end(ap);
	if (*error == NULL)
		g_set_error_literal(error, ERR, ERR_INVALID, message);
	g_return_if_fail((*error)->domain == ERR);
	priv = err_get_private(*error);
	if (priv->fields == NULL)
		priv->fields = g_ptr_array_new_with_free_func(field_free);
	one = g_new0(ErrField, 1);
	one->field = g_strdup(field);
	one->message = g_steal_pointer(&message);
	g_ptr_array_add(priv->fields, one);
}

const GPtrArray *
err_fields(const GError *error)
{
	if (error->domain != ERR)
		return NULL;
	return err_get_private(error)->fields;
}
