/* template_render.c - compiled nodes and a value to text. No allocation of its own but the output's growth (and chained
 * formatters). The hot path of every page: what a node needs is found when it is compiled (template_compile.c). */
#include "text/template_state.h"

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
	Frame *frame = &st->frames[st->n_frames];

	if (st->n_frames == MAX_FRAMES)
		return FALSE;
	frame->key = key;
	frame->index = index;
	frame->count = count;
	template_frame_set(st, frame, value);
	st->n_frames++;
	return TRUE;
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

		frame->index = i;
		template_frame_set(st, frame, json_array_get(list, i));
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

/* Behind a question what a text is: others like it about the same name often follow, one a word ({{#kind|is:a}}..{{/kind}}
 * {{#kind|is:b}}..{{/kind}}). Those it is not are passed by. Returns the first node that is something else. */
static guint
pass_by(State *st, const Template *self, guint at, guint to, const Expr *asked, const TemplateValue *value)
{
	const gboolean indents = st->indent_to > st->indent_from;

	while (at < to) {
		const Node *node = &self->nodes[at];

		if (node->op != OP_SECTION || node->n_before > 0 || node->u.expr->path != asked->path || node->u.expr->equal == NULL ||
			((node->flags & NODE_LINE) != 0 && indents) || st->steps <= 1)
			break;
		if (node->row != NULL && !indents) {
			st->steps--;
			return MIN(template_switch_next(node->row, at, value->text, value->size), to);
		}
		if (template_is_one_of(node->u.expr, value))
			break;
		st->steps--;
		at = node->end;
	}
	return at;
}

/* A section that is true: returns where to go on. What has an element or an object of its own on top is done when this returns. */
static guint
show_section(State *st, const Template *self, guint at, const json_t *json)
{
	const Node *node = &self->nodes[at];

	if (node->u.expr->each && json_is_object(json)) {
		each_member(st, self, at, json);
	} else if (node->u.expr->n_filters > 0 || json_is_null(json) || json == NULL || json_is_true(json)) {
		return at + 1;
	} else if (json_is_array(json)) {
		each_element(st, self, at, json);
	} else if (push(st, json, 0, 0, NULL)) {
		inside(st, self, at + 1, node->end);
		st->n_frames--;
	}
	return node->end;
}

static guint
any_section(State *st, const Template *self, guint at, guint to)
{
	const Node *node = &self->nodes[at];
	const Expr *expr = node->u.expr;
	char buffer[40];
	TemplateValue value = template_value_of(st, expr->path, buffer);
	const gboolean truth = template_truth(st, expr, &value);

	if (node->op == OP_INVERTED)
		return truth ? node->end : at + 1;
	if (!truth)
		return expr->equal != NULL && value.text != NULL ? pass_by(st, self, node->end, to, expr, &value) : node->end;
	return show_section(st, self, at, value.json);
}

/* Returns where to go on: into it, past it, or past those that ask the same; @to ends what the section stands in. */
static guint
section(State *st, const Template *self, guint at, guint to)
{
	const Node *node = &self->nodes[at];
	const Expr *expr = node->u.expr;
	const json_t *json;
	gboolean truth;

	if (G_UNLIKELY(expr->path->kind != PATH_NAMES))
		return any_section(st, self, at, to);
	json = template_lookup(st, expr->path);
	if (expr->n_filters == 0) {
		truth = template_json_truth(json);
	} else if (expr->equal != NULL && json_is_string(json)) {
		const TemplateValue value = { json, ((const JsonString *)json)->text, ((const JsonString *)json)->size };

		truth = template_is_one_of(expr, &value);
		if (!truth && node->op == OP_SECTION)
			return pass_by(st, self, node->end, to, expr, &value);
	} else {
		return any_section(st, self, at, to);
	}
	if (node->op == OP_INVERTED || !truth)
		return truth == (node->op == OP_SECTION) ? at + 1 : node->end;
	return show_section(st, self, at, json);
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
	value = template_value_of(st, node->u.expr->path, buffer);
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
	if (node->op == OP_PART && node->size == 0 && st->indent_to == st->indent_from)
		part = template_face_of(st, part);
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
		st->indented = st->indent_to > st->indent_from;
		inside(st, given->owner, given->from, given->to);
		st->indent_to = indent_to;
	}
	st->depth--;
}

static void
run(State *st, const Template *self, guint from, guint to)
{
	for (guint i = from; i < to; i++) {
		const Node *node = &self->nodes[i];

		if (st->steps == 0)
			return;
		st->steps--;
		if (node->n_before > 0)
			template_put(st->out, node->before, node->n_before);
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
		case OP_VALUE: template_put_value(st, node->u.expr, FALSE); continue;
		case OP_RAW: template_put_value(st, node->u.expr, TRUE); continue;
		case OP_WORDS: template_put_words(st, node->u.words); continue;
		case OP_SECTION:
		case OP_INVERTED: i = section(st, self, i, to) - 1; continue;
		case OP_PART: part(st, self, i); continue;
		case OP_PARENT: part(st, self, i); break;
		case OP_BLOCK:
			if (st->n_given == 0 && node->size == 0)
				continue; /* into its default */
			block(st, self, i);
			break;
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
			i = ((node->flags & NODE_HOLDS) != 0 ? section(st, self, i, to) : node->end) - 1;
			continue;
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
	const guint64 most = context->max_steps > 0 ? context->max_steps : 10 * 1000 * 1000;
	State st;

	/* The large arrays are filled as they are used. */
	memset(&st, 0, G_STRUCT_OFFSET(State, frames));
	st.out = out;
	st.context = context;
	st.set = self->set;
	st.lang = template_language(self->set, context->lang);
	st.steps = most;
	st.wanted = wanted;
	push(&st, outer, 0, 0, NULL);
	push(&st, value, 0, 0, NULL);
	self = template_face_of(&st, self);
	inside(&st, self, 0, self->n_nodes);
	if (context->ret_nodes != NULL)
		*context->ret_nodes += most - st.steps;
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
