/* template_value.c - what a name says where it stands: looked up from the innermost value outwards, through its formatters, escaped. */
#include "text/template_state.h"

/* Small objects are asked for many names that stand further out: a bit tells that they have none of this tag. */
guint64
template_names_of(const json_t *value)
{
	const JsonObject *object = (const JsonObject *)value;
	const guint8 *tags;
	guint64 names = 0;

	if (!json_is_object(value) || object->n == 0)
		return 0;
	if (object->n > 32)
		return G_MAXUINT64;
	tags = json_tags(object);
	for (guint32 i = 0; i < object->n; i++)
		names |= G_GUINT64_CONSTANT(1) << (tags[i] & 63);
	return names;
}

static inline const json_t *
member(const json_t *object, const Path *path, guint i)
{
	return json_is_object(object) ? json_member((const JsonObject *)object, path->keys[i], &path->hints[i]) : NULL;
}

static const json_t *
find(State *st, const Path *path)
{
	const guint bit = path->keys[0].tag & 63;
	const json_t *found = NULL;

	if (path->outer) {
		found = member(st->frames[0].value, path, 0);
	} else {
		for (guint i = st->n_frames; i > 0 && found == NULL; i--)
			if ((st->frames[i - 1].names >> bit & 1) != 0)
				found = member(st->frames[i - 1].value, path, 0);
	}
	for (guint i = 1; i < path->n && found != NULL; i++)
		found = member(found, path, i);
	return found;
}

/* The innermost list or object gone over: @index and its kin. */
static const Frame *
loop_frame(const State *st)
{
	for (guint i = st->n_frames; i > 0; i--)
		if (st->frames[i - 1].count > 0)
			return &st->frames[i - 1];
	return NULL;
}

static TemplateValue
special(State *st, const Path *path, char buffer[40])
{
	const Frame *frame = loop_frame(st);
	TemplateValue value = { NULL, NULL, 0 };

	if (path->kind == PATH_TEXT) {
		value.text = path->keys[0].text;
		value.size = path->keys[0].size;
		return value;
	}
	if (frame == NULL)
		return value;
	switch (path->kind) {
	case PATH_FIRST: value.json = json_boolean(frame->index == 0); return value;
	case PATH_LAST: value.json = json_boolean(frame->index + 1 == frame->count); return value;
	case PATH_KEY:
		value.text = frame->key;
		value.size = frame->key != NULL ? strlen(frame->key) : 0;
		return value;
	default:
		value.size = g_snprintf(buffer, 40, "%u", frame->index + (path->kind == PATH_NUMBER));
		value.text = buffer;
		return value;
	}
}

TemplateValue
template_value_of(State *st, const Path *path, char buffer[40])
{
	TemplateValue value = { NULL, NULL, 0 };

	if (G_LIKELY(path->kind == PATH_NAMES)) {
		guint64 born = st->frames[st->n_frames - 1].born;

		if (path != st->last_path || st->last_born != born) {
			st->last_found = find(st, path);
			st->last_path = path;
			st->last_born = born;
		}
		value.json = st->last_found;
	} else if (path->kind == PATH_SELF) {
		value.json = st->frames[st->n_frames - 1].value;
	} else {
		return special(st, path, buffer);
	}
	if (json_is_string(value.json)) {
		value.text = ((const JsonString *)value.json)->text;
		value.size = ((const JsonString *)value.json)->size;
	} else if (json_is_null(value.json)) {
		value.json = NULL;
	}
	return value;
}

gboolean
template_filtered(State *st, const Expr *expr, const TemplateValue *value, GString *out)
{
	const Filter *first = &expr->filters[0];
	char buffers[8][40];
	const char *args[8];

	if (G_LIKELY(expr->n_filters == 1 && first->arg_path == NULL))
		return first->format(out, value, first->arg, st->context);

	for (guint i = 0; i < expr->n_filters; i++) {
		gsize size;

		args[i] = expr->filters[i].arg;
		if (expr->filters[i].arg_path != NULL) {
			TemplateValue arg = template_value_of(st, expr->filters[i].arg_path, buffers[i]);

			args[i] = arg.text;
			if (arg.text == NULL && !template_scalar(arg.json, buffers[i], &args[i], &size))
				args[i] = NULL;
		}
	}
	return template_filter(expr, value, args, st->context, out);
}

void
template_put_value(State *st, const Expr *expr, gboolean raw)
{
	char buffer[40];
	TemplateValue value = template_value_of(st, expr->path, buffer);

	st->indented = FALSE;
	if (G_UNLIKELY(expr->n_filters > 0)) {
		gsize from = st->out->len;

		template_filtered(st, expr, &value, st->out);
		if (!raw && (expr->filters[expr->n_filters - 1].flags & (TEMPLATE_HTML | TEMPLATE_PLAIN)) == 0)
			template_escape_from(st->out, from);
		return;
	}
	if (value.text == NULL) {
		if (template_scalar(value.json, buffer, &value.text, &value.size))
			template_put(st->out, value.text, value.size);
	} else if (raw) {
		template_put(st->out, value.text, value.size);
	} else {
		template_escape(st->out, value.text, value.size);
	}
}

void
template_put_words(State *st, const Words *words)
{
	guint index = st->lang * MAX_FORMS;
	TemplateValue count = { NULL, NULL, 0 };
	char buffer[40];
	const Phrase *phrase;

	st->indented = FALSE;
	if (words->count != NULL) {
		gint64 n = 0;

		count = template_value_of(st, words->count->path, buffer);
		if (!template_value_int(&count, &n) && json_is_array(count.json))
			n = json_array_size(count.json);
		if (count.text == NULL)
			count.text = buffer, count.size = g_snprintf(buffer, sizeof buffer, "%" G_GINT64_FORMAT, n);
		index += MIN(template_plural(g_array_index(st->set->languages, Language, st->lang).lang, n), MAX_FORMS - 1);
	}
	phrase = &words->phrases[index];
	for (guint i = 0; i < phrase->n; i++) {
		const Piece *piece = &phrase->pieces[i];

		if (piece->is_count) {
			template_escape(st->out, count.text, count.size);
		} else if (piece->expr != NULL) {
			template_put_value(st, piece->expr, FALSE);
		} else {
			template_put(st->out, piece->text, piece->size);
		}
	}
}
