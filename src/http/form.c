/* form.c - urlencoded text into a form. See form.h for where multipart is. */
#include "http/form.h"
#include "base/err.h"
#include <string.h>

DraftForm *
form_new(void)
{
	DraftForm *form = g_new0(DraftForm, 1);

	form->names = g_ptr_array_new_with_free_func(g_free);
	form->values = g_ptr_array_new_with_free_func(g_free);
	return form;
}

void
form_free(DraftForm *form)
{
	if (form == NULL)
		return;
	g_ptr_array_unref(form->names);
	g_ptr_array_unref(form->values);
	g_clear_pointer(&form->files, g_ptr_array_unref);
	g_clear_pointer(&form->file_fields, g_ptr_array_unref);
	g_free(form);
}

const char *
form_value(const DraftForm *form, const char *name)
{
	for (guint i = 0; i < form->names->len; i++)
		if (strcmp(form->names->pdata[i], name) == 0)
			return form->values->pdata[i];
	return NULL;
}

gboolean
form_add(DraftForm *form, char *name, char *value, gsize value_size, GError **error)
{
	g_autofree char *own_name = name, *own_value = value;

	if (form->names->len >= FORM_FIELDS) {
		g_set_error(error, ERR, ERR_INVALID, "the form has more than %d fields", FORM_FIELDS);
		return FALSE;
	}
	if (strlen(name) > FORM_NAME_BYTES || !g_utf8_validate(name, -1, NULL)) {
		g_set_error(error, ERR, ERR_INVALID, "the form has a field whose name is too long or not UTF-8");
		return FALSE;
	}
	if (!g_utf8_validate(value, (gssize)value_size, NULL)) { /* refuses NUL too */
		g_autofree char *path = g_strconcat("/", name, NULL);

		err_add_field(error, path, "must be UTF-8 without NUL characters");
		return FALSE;
	}
	g_ptr_array_add(form->names, g_steal_pointer(&own_name));
	g_ptr_array_add(form->values, g_steal_pointer(&own_value));
	return TRUE;
}

gssize
percent_decode(const char *from, gsize size, gboolean plus, char *to)
{
	gsize n = 0;

	for (gsize i = 0; i < size; i++) {
		char c = from[i];

		if (c == '%') {
			int high = i + 2 < size ? g_ascii_xdigit_value(from[i + 1]) : -1;
			int low = high >= 0 ? g_ascii_xdigit_value(from[i + 2]) : -1;

			if (low < 0 || (high == 0 && low == 0))
				return -1;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		} else if (c == '\0') {
			return -1;
		}
		to[n++] = c;
	}
	to[n] = '\0';
	return (gssize)n;
}

static gboolean
read_pair(DraftForm *form, const char *pair, gsize size, GError **error)
{
	const char *eq = memchr(pair, '=', size);
	const gsize name_size = eq != NULL ? (gsize)(eq - pair) : size;
	const gsize value_size = eq != NULL ? size - name_size - 1 : 0;
	g_autofree char *name = g_malloc(name_size + 1), *value = g_malloc(value_size + 1);
	gssize n;

	if (percent_decode(pair, name_size, TRUE, name) < 0 ||
		(n = percent_decode(eq != NULL ? eq + 1 : pair, value_size, TRUE, value)) < 0) {
		g_set_error(error, ERR, ERR_INVALID, "the form is not readable: a %%-escape is broken or stands for a NUL character");
		return FALSE;
	}
	return form_add(form, g_steal_pointer(&name), g_steal_pointer(&value), (gsize)n, error);
}

gboolean
form_read(DraftForm *form, const char *text, gsize size, GError **error)
{
	const char *end = text + size;

	while (text < end) {
		const char *amp = memchr(text, '&', (gsize)(end - text));
		const char *stop = amp != NULL ? amp : end;

		if (stop > text && !read_pair(form, text, (gsize)(stop - text), error))
			return FALSE;
		text = stop + 1;
	}
	return TRUE;
}
