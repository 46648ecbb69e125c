/* template_face.c - a template as one kind of reader has it. What asks for nothing but steady names is worked out once: sections that
 * always or never show are gone, words are in their language, parts and layouts stand where they are named, and all that comes out
 * the same is one text before what does not. A page of a thousand nodes has some five hundred of them left. What cannot be told
 * beforehand (lists, names of parts in the data, indentation) stays as it is. */
#include "text/template_state.h"

enum { MAX_INLINED = 16, MAX_NODES = 20000, MAX_TEXT = 1 << 20 };

struct _TemplateFace {
	guint n;
	Template *made[]; /* by their numbers; each set once, by whoever is there first */
};

typedef struct {
	State *st;      /* asked for steady values; writes to @text */
	GArray *nodes;  /* whose texts are places in @text until they are all there */
	GString *text;
	gsize begun;    /* where the text before the next node begins */
	guint depth, n_given;
	gboolean failed; /* something indents, or parts stand in themselves: it stays as it was written */
	Given given[MAX_GIVEN];
} Maker;

static void make_range(Maker *m, const Template *from, guint first, guint end);

static gboolean
path_is_steady(const TemplateSet *set, const Path *path)
{
	if (path->kind == PATH_TEXT)
		return TRUE;
	if (path->kind != PATH_NAMES || !path->outer || path->n < 2)
		return FALSE;
	return g_ptr_array_find(set->steady, path->keys[1].text, NULL); /* interned */
}

static gboolean
is_steady(const TemplateSet *set, const Expr *expr)
{
	if (!path_is_steady(set, expr->path) || expr->each)
		return FALSE;
	for (guint i = 0; i < expr->n_filters; i++) {
		const Filter *filter = &expr->filters[i];

		if ((filter->flags & (TEMPLATE_CONST | TEMPLATE_LANG | TEMPLATE_EQUAL)) == 0 || (filter->arg_path != NULL && !path_is_steady(set, filter->arg_path)))
			return FALSE;
	}
	return TRUE;
}

/* Behind it no text is waiting. Returns where it stands. */
static guint
add(Maker *m, Node node)
{
	node.n_before = (guint32)(m->text->len - m->begun);
	node.before = GSIZE_TO_POINTER(m->begun);
	node.flags &= NODE_NAMED | NODE_ALONE;
	m->begun = m->text->len;
	g_array_append_val(m->nodes, node);
	return m->nodes->len - 1;
}

/* What is skipped ends here: a text of its own. */
static void
end_range(Maker *m, guint opened)
{
	if (m->text->len > m->begun)
		(void)add(m, (Node){ .op = OP_TEXT, .text = "" });
	if (opened != G_MAXUINT)
		g_array_index(m->nodes, Node, opened).end = m->nodes->len;
}

static void
make_words(Maker *m, const Node *node)
{
	const Words *words = node->u.words;
	const Phrase *phrase;

	if (words->count != NULL) {
		(void)add(m, *node);
		return;
	}
	phrase = &words->phrases[m->st->lang * MAX_FORMS];
	for (guint i = 0; i < phrase->n; i++) {
		const Piece *piece = &phrase->pieces[i];

		if (piece->expr == NULL)
			template_put(m->text, piece->text, piece->size);
		else if (is_steady(m->st->set, piece->expr))
			template_put_value(m->st, piece->expr, FALSE);
		else
			(void)add(m, (Node){ .op = OP_VALUE, .text = "", .u.expr = piece->expr });
	}
}

/* A section that takes nothing on the stack shows its inside or not, for good. */
static void
make_section(Maker *m, const Template *from, guint at)
{
	const Node *node = &from->nodes[at];
	const Expr *expr = node->u.expr;
	guint opened;

	if (is_steady(m->st->set, expr)) {
		char buffer[40];
		const TemplateValue value = template_value_of(m->st, expr->path, buffer);
		const gboolean truth = template_truth(m->st, expr, &value);

		if (truth == (node->op == OP_INVERTED))
			return;
		if (node->op == OP_INVERTED || expr->n_filters > 0 || value.json == NULL || json_is_true(value.json)) {
			make_range(m, from, at + 1, node->end);
			return;
		}
	}
	opened = add(m, (Node){ .op = node->op, .u.expr = expr });
	make_range(m, from, at + 1, node->end);
	end_range(m, opened);
}

static void
make_part(Maker *m, const Template *from, guint at)
{
	const Node *node = &from->nodes[at];
	const guint n_given = m->n_given;

	if ((node->flags & NODE_NAMED) != 0 || node->size > 0 || !node->u.part->is_there || m->depth == MAX_INLINED) {
		m->failed = m->failed || node->op == OP_PARENT;
		(void)add(m, *node);
		return;
	}
	if (node->op == OP_PARENT)
		for (guint i = at + 1; i < node->end; i = from->nodes[i].end)
			if (m->n_given < MAX_GIVEN)
				m->given[m->n_given++] = (Given){ from->nodes[i].u.block, from, i + 1, from->nodes[i].end };
	m->depth++;
	make_range(m, node->u.part, 0, node->u.part->n_nodes);
	m->depth--;
	m->n_given = n_given;
}

/* It stays, for who wants it alone, with what is given to it. */
static void
make_block(Maker *m, const Template *from, guint at)
{
	const Node *node = &from->nodes[at];
	Given shown = { node->u.block, from, at + 1, node->end };
	guint opened;

	for (guint i = 0; i < m->n_given; i++)
		if (m->given[i].block == node->u.block) {
			shown = m->given[i];
			break;
		}
	if (node->size > 0 || m->depth == MAX_INLINED) {
		m->failed = TRUE;
		return;
	}
	opened = add(m, (Node){ .op = OP_BLOCK, .text = "", .u.block = node->u.block });
	m->depth++;
	make_range(m, shown.owner, shown.from, shown.to);
	m->depth--;
	end_range(m, opened);
}

static void
make_value(Maker *m, const Node *node)
{
	if (is_steady(m->st->set, node->u.expr))
		template_put_value(m->st, node->u.expr, node->op == OP_RAW);
	else
		(void)add(m, (Node){ .op = node->op, .text = "", .u.expr = node->u.expr });
}

static void
make_range(Maker *m, const Template *from, guint first, guint end)
{
	for (guint i = first; i < end && !m->failed; i++) {
		const Node *node = &from->nodes[i];

		m->failed = m->nodes->len > MAX_NODES || m->text->len > MAX_TEXT;
		switch ((Op)node->op) {
		case OP_TEXT: {
			const Text text = node->u.texts != NULL ? node->u.texts[m->st->lang] : (Text){ node->text, node->size };

			template_put(m->text, text.text, text.size);
			continue;
		}
		case OP_VALUE:
		case OP_RAW: make_value(m, node); continue;
		case OP_WORDS: make_words(m, node); continue;
		case OP_PART: make_part(m, from, i); continue;
		case OP_SECTION:
		case OP_INVERTED: make_section(m, from, i); break;
		case OP_PARENT: make_part(m, from, i); break;
		case OP_BLOCK: make_block(m, from, i); break;
		}
		i = node->end - 1;
	}
}

static void
special_free(Template *self)
{
	if (self == NULL)
		return;
	g_ptr_array_unref(self->owned);
	g_free(self);
}

/* Nodes and texts in one piece. */
static Template *
finish(const Maker *m, const Template *from)
{
	const gsize n_bytes = m->nodes->len * sizeof(Node);
	Template *self = g_memdup2(from, sizeof *from);
	char *texts;

	self->owned = g_ptr_array_new_with_free_func(g_free);
	self->n_nodes = m->nodes->len;
	self->nodes = g_malloc(n_bytes + m->text->len + 1);
	g_ptr_array_add(self->owned, self->nodes);
	texts = (char *)self->nodes + n_bytes;
	memcpy(texts, m->text->str, m->text->len + 1);
	if (n_bytes > 0)
		memcpy(self->nodes, m->nodes->data, n_bytes);
	for (guint i = 0; i < self->n_nodes; i++)
		self->nodes[i].before = texts + GPOINTER_TO_SIZE(self->nodes[i].before);
	template_mark_holders(self->nodes, self->n_nodes);
	template_switch(self, self->owned);
	return self;
}

static Template *
make(State *st, const Template *from)
{
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(Node));
	GString *text = g_string_sized_new(4096), *out = st->out;
	Maker m = { .st = st, .nodes = nodes, .text = text };
	Template *self;

	st->out = text;
	make_range(&m, from, 0, from->n_nodes);
	end_range(&m, G_MAXUINT);
	st->out = out;
	if (m.failed)
		g_array_set_size(nodes, 0);
	self = finish(&m, from);
	if (m.failed) {
		self->n_nodes = from->n_nodes;
		self->nodes = from->nodes;
	}
	g_string_free(text, TRUE);
	return self;
}

const Template *
template_face_of(State *st, const Template *self)
{
	TemplateFace *face = st->context->face;
	Template *there, *made;

	if (face == NULL || self->number >= face->n)
		return self;
	if (G_LIKELY((there = __atomic_load_n(&face->made[self->number], __ATOMIC_ACQUIRE)) != NULL))
		return there;
	made = make(st, self);
	if (__atomic_compare_exchange_n(&face->made[self->number], &there, made, FALSE, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE))
		return made;
	special_free(made);
	return there;
}

void
template_set_steady(TemplateSet *set, const char *const *names)
{
	g_return_if_fail(set->steady == NULL);
	set->steady = g_ptr_array_new();
	for (; *names != NULL; names++)
		g_ptr_array_add(set->steady, (gpointer)template_intern(set, *names, strlen(*names)));
}

TemplateFace *
template_face_new(const TemplateSet *set)
{
	const guint n = set->steady != NULL ? set->n_templates : 0;
	TemplateFace *face = g_malloc0(sizeof *face + n * sizeof face->made[0]);

	face->n = n;
	return face;
}

void
template_face_free(TemplateFace *face)
{
	if (face == NULL)
		return;
	for (guint i = 0; i < face->n; i++)
		special_free(face->made[i]);
	g_free(face);
}
