/* template_value.c - what a name says where it stands: looked up from the innermost value outwards, through its formatters, escaped. */
#include "text/template_state.h"

/* Objects are asked for many names that stand further out: a bit tells that they have none of this tag. */
void
template_frame_set(State *st, Frame *frame, const json_t *value)
{
	const JsonObject *object = (const JsonObject *)value;
	const guint8 *tags;

	frame->value = value;
	frame->born = ++st->born;
	memset(frame->names, 0, sizeof frame->names);
	if (!json_is_object(value) || object->n == 0)
		return;
	tags = json_tags(object);
	for (guint32 i = 0; i < object->n; i++)
		frame->names[tags[i] >> 6] |= G_GUINT64_CONSTANT(1) << (tags[i] & 63);
}

/* Not where it was the last time, or another name there. Of the names in our source there is one of each in memory. */
G_NO_INLINE static const json_t *
search(const JsonObject *object, const Path *path, guint i)
{
	const json_t *found = json_member(object, path->keys[i], &path->hints[i]);
	const guint at = __atomic_load_n(&path->hints[i], __ATOMIC_RELAXED);

	if (found != NULL && at < object->n && !object->members[at].owned && json_is_named(&object->members[at], path->keys[i]))
		__atomic_store_n(&path->seen[i], object->members[at].key, __ATOMIC_RELAXED);
	return found;
}

/* Objects of one kind have their names in one order: nearly always it is where it was. */
static inline const json_t *
member(const json_t *value, const Path *path, guint i)
{
	const JsonObject *object = (const JsonObject *)value;
	const guint last = __atomic_load_n(&path->hints[i], __ATOMIC_RELAXED);

	if (!json_is_object(value))
		return NULL;
	if (G_LIKELY(last < object->n && object->members[last].key == __atomic_load_n(&path->seen[i], __ATOMIC_RELAXED)))
		return object->members[last].value;
	return search(object, path, i);
}

/* The innermost that has it. */
static inline const json_t *
first_member(const State *st, const Path *path, guint *ret_frame)
{
	const guint8 tag = path->keys[0].tag;

	for (guint i = st->n_frames; i-- > 0;) {
		const Frame *frame = &st->frames[i];
		const json_t *found;

		if ((frame->names[tag >> 6] >> (tag & 63) & 1) != 0 && (found = member(frame->value, path, 0)) != NULL) {
			*ret_frame = i;
			return found;
		}
	}
	*ret_frame = st->n_frames - 1;
	return NULL;
}

const json_t *
template_find(State *st, const Path *path, Found *slot)
{
	guint frame = 0;
	const json_t *found = path->outer ? member(st->frames[0].value, path, 0) : first_member(st, path, &frame);

	for (guint i = 1; G_UNLIKELY(i < path->n) && found != NULL; i++)
		found = member(found, path, i);
	*slot = (Found){ path, found, st->frames[frame].born, frame };
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
		value.json = template_lookup(st, path);
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
template_truth(State *st, const Expr *expr, const TemplateValue *value)
{
	gsize from;
	gboolean truth;

	if (expr->n_filters == 0)
		return template_value_truth(value);
	if (expr->equal != NULL && value->text != NULL)
		return template_is_one_of(expr, value);
	from = st->out->len;
	truth = template_filtered(st, expr, value, st->out);
	if (G_UNLIKELY(st->out->len != from))
		g_string_truncate(st->out, from);
	return truth;
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

static void
put_any(State *st, const Expr *expr, gboolean raw)
{
	char buffer[40];
	TemplateValue value = template_value_of(st, expr->path, buffer);

	if (expr->n_filters > 0) {
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

/* Most are texts without a formatter. */
void
template_put_value(State *st, const Expr *expr, gboolean raw)
{
	st->indented = FALSE;
	if (expr->n_filters == 0 && !raw && expr->path->kind == PATH_NAMES) {
		const json_t *json = template_lookup(st, expr->path);

		if (json_is_string(json)) {
			template_escape(st->out, ((const JsonString *)json)->text, ((const JsonString *)json)->size);
			return;
		}
	}
	put_any(st, expr, raw);
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
