/* template_render.c - compiled nodes and a value to text. No allocation of its own but the output's growth (and chained
 * formatters). The hot path of every page: what a node needs is found when it is compiled (template_compile.c). */
#include "text/template_impl.h"
#include <string.h>

enum { MAX_GIVEN = 64, MAX_INDENT = 256 };

typedef struct {
	const json_t *value;
	const char *key; /* in an object's members */
	guint index, count;
	guint64 born; /* tells one filling of this place from the next */
} Frame;

/* A block given to a layout. The outermost one of a name wins. */
typedef struct {
	const char *block;
	const Template *owner;
	guint from, to;
} Given;

typedef struct {
	GString *out;
	const TemplateContext *context;
	const TemplateSet *set;
	guint lang; /* index */
	guint depth, n_frames, n_given;
	guint64 steps, born;
	/* The last lookup: names are often asked for twice in a row ({{#x}}..{{/x}}{{^x}}..{{/x}}). */
	const Path *last_path;
	guint64 last_born;
	const json_t *last_found;
	/* Indentation of parts and blocks that stand alone. */
	guint indent_from, indent_to;
	gboolean indented; /* the line's indentation is written already */
	const char *wanted; /* a block searched for: only it is shown */
	gboolean found;
	gboolean keeping; /* a run is being rendered that will be kept: those inside it need not be */
	Frame frames[MAX_FRAMES];
	Given given[MAX_GIVEN];
	char indent[MAX_INDENT];
} State;

static void run(State *st, const Template *self, guint from, guint to);
static void seek(State *st, const Template *self, guint from, guint to);

static void
put_indent(State *st)
{
	if (st->indented)
		st->indented = FALSE;
	else
		template_put(st->out, st->indent + st->indent_from, st->indent_to - st->indent_from);
}

static gboolean
push(State *st, const json_t *value, guint index, guint count, const char *key)
{
	if (st->n_frames == MAX_FRAMES)
		return FALSE;
	st->frames[st->n_frames++] = (Frame) { value, key, index, count, ++st->born };
	return TRUE;
}

static inline const json_t *
member(const json_t *object, const Path *path, guint i)
{
	return json_is_object(object) ? json_member((const JsonObject *)object, path->keys[i], &path->hints[i]) : NULL;
}

static const json_t *
find(State *st, const Path *path)
{
	const json_t *found = NULL;

	if (path->outer) {
		found = member(st->frames[0].value, path, 0);
	} else {
		for (guint i = st->n_frames; i > 0 && found == NULL; i--)
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

/* @buffer: where special names put their text. */
static inline TemplateValue
value_of(State *st, const Path *path, char buffer[40])
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

static gboolean
filtered(State *st, const Expr *expr, const TemplateValue *value, GString *out)
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
			TemplateValue arg = value_of(st, expr->filters[i].arg_path, buffers[i]);

			args[i] = arg.text;
			if (arg.text == NULL && !template_scalar(arg.json, buffers[i], &args[i], &size))
				args[i] = NULL;
		}
	}
	return template_filter(expr, value, args, st->context, out);
}

static void
put_value(State *st, const Expr *expr, gboolean raw)
{
	char buffer[40];
	TemplateValue value = value_of(st, expr->path, buffer);

	st->indented = FALSE;
	if (G_UNLIKELY(expr->n_filters > 0)) {
		gsize from = st->out->len;

		filtered(st, expr, &value, st->out);
		if (!raw && (expr->filters[expr->n_filters - 1].flags & (TEMPLATE_HTML | TEMPLATE_PLAIN)) == 0)
			template_escape_behind(st->out, from);
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

static inline Text
text_of(const State *st, const Node *node)
{
	return node->u.texts != NULL ? node->u.texts[st->lang] : (Text) { node->text, node->size };
}

/* Text in an indented part: each line that begins in it gets the indentation. */
static void
put_lines(State *st, const Node *node)
{
	const Text whole = text_of(st, node);
	const char *text = whole.text, *end = text + whole.size;

	while (text < end) {
		const char *line_end = memchr(text, '\n', end - text), *next = line_end != NULL ? line_end + 1 : end;

		st->indented = FALSE;
		template_put(st->out, text, next - text);
		text = next;
		if (line_end != NULL && (text < end || (node->flags & NODE_LINE_END) != 0))
			put_indent(st);
	}
}

static void
put_words(State *st, const Words *words)
{
	guint index = st->lang * MAX_FORMS;
	TemplateValue count = { NULL, NULL, 0 };
	char buffer[40];
	const Phrase *phrase;

	st->indented = FALSE;
	if (words->count != NULL) {
		gint64 n = 0;

		count = value_of(st, words->count->path, buffer);
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
			put_value(st, piece->expr, FALSE);
		} else {
			template_put(st->out, piece->text, piece->size);
		}
	}
}

/* Runs (or searches) the inside of a section once with @value on top. */
static void
inside(State *st, const Template *self, guint from, guint to)
{
	if (st->wanted != NULL)
		seek(st, self, from, to);
	else
		run(st, self, from, to);
}

static void
each_element(State *st, const Template *self, guint at, const json_t *list)
{
	gsize count = json_array_size(list);

	if (count == 0 || !push(st, NULL, 0, count, NULL))
		return;
	for (gsize i = 0; i < count && !st->found; i++) {
		Frame *frame = &st->frames[st->n_frames - 1];

		frame->value = json_array_get(list, i);
		frame->index = i;
		frame->born = ++st->born;
		inside(st, self, at + 1, self->nodes[at].end);
	}
	st->n_frames--;
}

static void
each_member(State *st, const Template *self, guint at, const json_t *object)
{
	const gsize count = json_object_size(object);

	for (gsize i = 0; i < count && !st->found; i++) {
		if (!push(st, json_object_value_at(object, i), i, count, json_object_key_at(object, i, NULL)))
			return;
		inside(st, self, at + 1, self->nodes[at].end);
		st->n_frames--;
	}
}

static gboolean
is_one_of(const Expr *expr, const TemplateValue *value)
{
	for (guint i = 0; i < expr->n_equal; i++)
		if (expr->equal[i].size == value->size && memcmp(expr->equal[i].text, value->text, value->size) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
section_truth(State *st, const Expr *expr, const TemplateValue *value)
{
	gsize from;
	gboolean truth;

	if (expr->n_filters == 0)
		return template_value_truth(value);
	if (expr->equal != NULL && value->text != NULL)
		return is_one_of(expr, value);
	from = st->out->len;
	truth = filtered(st, expr, value, st->out);
	if (G_UNLIKELY(st->out->len != from))
		g_string_truncate(st->out, from);
	return truth;
}

/* Behind a question what a text is: others like it about the same name often follow, one a word ({{#kind|is:a}}..{{/kind}}
 * {{#kind|is:b}}..{{/kind}}). Those it is not are passed by. Returns the first node that is something else. */
static guint
pass_by(State *st, const Template *self, guint at, guint to, const Expr *asked, const TemplateValue *value)
{
	const gboolean indents = st->indent_to > st->indent_from;

	while (at < to) {
		const Node *node = &self->nodes[at];

		if (node->op != OP_SECTION || node->keep != 0 || node->u.expr->path != asked->path || node->u.expr->equal == NULL ||
			((node->flags & NODE_LINE) != 0 && indents) || st->steps <= 1 || is_one_of(node->u.expr, value))
			break;
		st->steps--;
		at = node->end;
	}
	return at;
}

/* Returns where to go on; @to ends what the section stands in. */
static guint
section(State *st, const Template *self, guint at, guint to)
{
	const Node *node = &self->nodes[at];
	const Expr *expr = node->u.expr;
	char buffer[40];
	TemplateValue value = value_of(st, expr->path, buffer);
	gboolean truth = section_truth(st, expr, &value);

	if (node->op == OP_INVERTED) {
		if (!truth)
			inside(st, self, at + 1, node->end);
		return node->end;
	}
	if (!truth)
		return expr->equal != NULL && value.text != NULL && st->wanted == NULL ? pass_by(st, self, node->end, to, expr, &value) : node->end;
	if (expr->each && json_is_object(value.json)) {
		each_member(st, self, at, value.json);
	} else if (expr->n_filters > 0 || value.json == NULL || json_is_true(value.json)) {
		inside(st, self, at + 1, node->end);
		if (expr->equal != NULL && value.text != NULL && value.text != buffer && st->wanted == NULL)
			return pass_by(st, self, node->end, to, expr, &value);
	} else if (json_is_array(value.json)) {
		each_element(st, self, at, value.json);
	} else if (push(st, value.json, 0, 0, NULL)) {
		inside(st, self, at + 1, node->end);
		st->n_frames--;
	}
	return node->end;
}

/* Indentation grows by what stands before the tag when it is alone on its line; a tag within a line has none. */
static void
indent_more(State *st, const char *text, gsize size)
{
	size = MIN(size, MAX_INDENT - st->indent_to);
	memcpy(st->indent + st->indent_to, text, size);
	st->indent_to += size;
}

static const Template *
part_of(State *st, const Node *node)
{
	char buffer[40], name[128];
	TemplateValue value;

	if ((node->flags & NODE_NAMED) == 0)
		return node->u.part;
	value = value_of(st, node->u.expr->path, buffer);
	if (value.text == NULL || value.size >= sizeof name)
		return NULL;
	memcpy(name, value.text, value.size);
	name[value.size] = '\0';
	return g_hash_table_lookup(st->set->templates, name);
}

static void
part(State *st, const Template *self, guint at)
{
	const Node *node = &self->nodes[at];
	const Template *part = part_of(st, node);
	guint indent_from = st->indent_from, indent_to = st->indent_to, n_given = st->n_given;

	if (part == NULL || !part->is_there || st->depth == MAX_PARTS)
		return;
	if (node->op == OP_PARENT)
		for (guint i = at + 1; i < node->end; i = self->nodes[i].end)
			if (st->n_given < MAX_GIVEN)
				st->given[st->n_given++] = (Given) { self->nodes[i].u.block, self, i + 1, self->nodes[i].end };
	if ((node->flags & NODE_ALONE) == 0)
		st->indent_from = st->indent_to;
	indent_more(st, node->text, node->size);
	st->depth++;
	inside(st, part, 0, part->n_nodes);
	st->depth--;
	st->indent_from = indent_from;
	st->indent_to = indent_to;
	st->n_given = n_given;
}

static void
block(State *st, const Template *self, guint at)
{
	const Node *node = &self->nodes[at];
	guint indent_to = st->indent_to;
	const Given *given = NULL;

	for (guint i = 0; i < st->n_given && given == NULL; i++)
		if (st->given[i].block == node->u.block)
			given = &st->given[i];
	if (st->depth == MAX_PARTS)
		return;
	st->depth++;
	if (given == NULL) {
		inside(st, self, at + 1, node->end);
	} else {
		indent_more(st, node->text, node->size);
		if ((node->flags & NODE_ALONE) != 0 && st->indent_to > st->indent_from && st->wanted == NULL)
			template_put(st->out, st->indent + st->indent_from, st->indent_to - st->indent_from);
		st->indented = TRUE;
		inside(st, given->owner, given->from, given->to);
		st->indent_to = indent_to;
	}
	st->depth--;
}

/* A run of nodes that comes out the same for this keep. Returns where it ends. */
static guint
kept_run(State *st, const Template *self, guint at)
{
	const guint number = self->nodes[at].keep, end = g_array_index(st->set->runs, guint32, number);
	const Text *text = template_kept_get(st->context->kept, number);
	const gsize from = st->out->len;

	st->indented = FALSE;
	if (text != NULL) {
		template_put(st->out, text->text, text->size);
		return end;
	}
	st->keeping = TRUE;
	run(st, self, at, end);
	st->keeping = FALSE;
	if (st->steps > 0)
		template_kept_set(st->context->kept, number, st->out->str + from, st->out->len - from);
	return end;
}

static gboolean
may_keep(const State *st)
{
	return st->context->kept != NULL && !st->keeping && st->indent_to == st->indent_from && st->depth < MAX_PARTS / 2;
}

static void
run(State *st, const Template *self, guint from, guint to)
{
	for (guint i = from; i < to; i++) {
		const Node *node = &self->nodes[i];

		if (st->steps == 0)
			return;
		st->steps--;
		if (node->keep != 0 && may_keep(st)) {
			i = kept_run(st, self, i) - 1;
			continue;
		}
		if (G_UNLIKELY((node->flags & NODE_LINE) != 0 && st->indent_to > st->indent_from))
			put_indent(st);
		switch ((Op)node->op) {
		case OP_TEXT:
			if (G_LIKELY(st->indent_to == st->indent_from)) {
				const Text text = text_of(st, node);

				template_put(st->out, text.text, text.size);
			} else {
				put_lines(st, node);
			}
			continue;
		case OP_VALUE: put_value(st, node->u.expr, FALSE); continue;
		case OP_RAW: put_value(st, node->u.expr, TRUE); continue;
		case OP_WORDS: put_words(st, node->u.words); continue;
		case OP_SECTION:
		case OP_INVERTED: i = section(st, self, i, to) - 1; continue;
		case OP_PART: part(st, self, i); continue;
		case OP_PARENT: part(st, self, i); break;
		case OP_BLOCK: block(st, self, i); break;
		}
		i = node->end - 1;
	}
}

/* Goes where blocks can be, showing nothing, until the wanted one comes. */
static void
seek(State *st, const Template *self, guint from, guint to)
{
	for (guint i = from; i < to && !st->found; i++) {
		const Node *node = &self->nodes[i];

		if (st->steps == 0)
			return;
		st->steps--;
		switch ((Op)node->op) {
		case OP_SECTION:
		case OP_INVERTED:
			if ((node->flags & NODE_HOLDS) != 0)
				(void)section(st, self, i, to);
			break;
		case OP_PART: part(st, self, i); continue;
		case OP_PARENT: part(st, self, i); break;
		case OP_BLOCK:
			if (strcmp(node->u.block, st->wanted) == 0) {
				st->wanted = NULL;
				block(st, self, i);
				st->found = TRUE;
				return;
			}
			block(st, self, i);
			break;
		default: continue;
		}
		i = node->end - 1;
	}
}

static gboolean
render(const Template *self, const char *wanted, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out)
{
	State st;

	/* The large arrays are filled as they are used. */
	memset(&st, 0, G_STRUCT_OFFSET(State, frames));
	st.out = out;
	st.context = context;
	st.set = self->set;
	st.lang = template_language(self->set, context->lang);
	st.steps = context->max_steps > 0 ? context->max_steps : 10 * 1000 * 1000;
	st.wanted = wanted;
	push(&st, outer, 0, 0, NULL);
	push(&st, value, 0, 0, NULL);
	inside(&st, self, 0, self->n_nodes);
	return st.found;
}

void
template_render(const Template *self, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out)
{
	render(self, NULL, outer, value, context, out);
}

gboolean
template_render_block(const Template *self, const char *name, const json_t *outer, const json_t *value, const TemplateContext *context, GString *out)
{
	return render(self, name, outer, value, context, out);
}
