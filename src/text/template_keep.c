/* template_keep.c - stretches of templates that come out the same for the same reader: found once, when all templates are
 * there; their texts are kept as they are first rendered. */
#include "text/template_impl.h"

enum { MOST_RUNS = G_MAXUINT16 };

struct _TemplateKept {
	guint n;
	Text *texts[]; /* each set once, by whoever renders it first */
};

typedef struct {
	TemplateSet *set;
	guint depth;
} Search;

static gboolean range_is_steady(Search *search, const Template *self, guint from, guint to);

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
expr_is_steady(const TemplateSet *set, const Expr *expr)
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

static gboolean
words_are_steady(const TemplateSet *set, const Words *words)
{
	if (words->count != NULL && !expr_is_steady(set, words->count))
		return FALSE;
	for (guint i = 0; i < words->n_phrases; i++)
		for (guint k = 0; k < words->phrases[i].n; k++) {
			const Expr *expr = words->phrases[i].pieces[k].expr;

			if (expr != NULL && !expr_is_steady(set, expr))
				return FALSE;
		}
	return TRUE;
}

static gboolean
part_is_steady(Search *search, const Node *node)
{
	const Template *part = node->u.part;
	gboolean steady;

	if ((node->flags & NODE_NAMED) != 0 || !part->is_there || search->depth == MAX_PARTS / 2)
		return FALSE;
	search->depth++;
	steady = range_is_steady(search, part, 0, part->n_nodes);
	search->depth--;
	return steady;
}

static gboolean
node_is_steady(Search *search, const Template *self, guint at)
{
	const Node *node = &self->nodes[at];

	switch ((Op)node->op) {
	case OP_TEXT: return TRUE;
	case OP_VALUE:
	case OP_RAW: return expr_is_steady(search->set, node->u.expr);
	case OP_WORDS: return words_are_steady(search->set, node->u.words);
	case OP_SECTION:
	case OP_INVERTED: return expr_is_steady(search->set, node->u.expr) && range_is_steady(search, self, at + 1, node->end);
	case OP_PART: return part_is_steady(search, node);
	default: return FALSE; /* what is given to a block is another page's */
	}
}

static guint
behind(const Template *self, guint at)
{
	const Node *node = &self->nodes[at];

	return node->op == OP_SECTION || node->op == OP_INVERTED || node->op == OP_PARENT || node->op == OP_BLOCK ? node->end : at + 1;
}

static gboolean
range_is_steady(Search *search, const Template *self, guint from, guint to)
{
	for (guint i = from; i < to; i = behind(self, i))
		if (!node_is_steady(search, self, i))
			return FALSE;
	return TRUE;
}

/* Texts alone are as quick from where they stand. */
static void
add_run(TemplateSet *set, Template *self, guint from, guint to)
{
	const guint32 end = to;

	for (guint i = from; i < to; i++)
		if (self->nodes[i].op != OP_TEXT && set->runs->len < MOST_RUNS) {
			self->nodes[from].keep = (guint16)set->runs->len;
			g_array_append_val(set->runs, end);
			return;
		}
}

static void
find_runs(Search *search, Template *self, guint from, guint to)
{
	guint begun = from;

	for (guint i = from, next; i < to; i = next) {
		next = behind(self, i);
		if (node_is_steady(search, self, i))
			continue;
		add_run(search->set, self, begun, i);
		begun = next;
		find_runs(search, self, i + 1, next);
	}
	add_run(search->set, self, begun, to);
}

void
template_set_steady(TemplateSet *set, const char *const *names)
{
	const guint32 none = 0;
	Search search = { set, 0 };
	GHashTableIter iter;
	gpointer value;

	g_return_if_fail(set->runs == NULL);
	set->runs = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_array_append_val(set->runs, none);
	set->steady = g_ptr_array_new();
	for (; *names != NULL; names++)
		g_ptr_array_add(set->steady, (gpointer)template_intern(set, *names, strlen(*names)));
	g_hash_table_iter_init(&iter, set->templates);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Template *template = value;

		find_runs(&search, template, 0, template->n_nodes);
	}
}

TemplateKept *
template_kept_new(const TemplateSet *set)
{
	const guint n = set->runs != NULL ? set->runs->len : 0;
	TemplateKept *kept = g_malloc0(sizeof *kept + n * sizeof kept->texts[0]);

	kept->n = n;
	return kept;
}

void
template_kept_free(TemplateKept *kept)
{
	if (kept == NULL)
		return;
	for (guint i = 0; i < kept->n; i++)
		g_free(kept->texts[i]);
	g_free(kept);
}

const Text *
template_kept_get(const TemplateKept *kept, guint run)
{
	return __atomic_load_n(&kept->texts[run], __ATOMIC_ACQUIRE);
}

void
template_kept_set(TemplateKept *kept, guint run, const char *text, gsize size)
{
	Text *made = g_malloc(sizeof *made + size), *there = NULL;

	made->text = memcpy(made + 1, text, size);
	made->size = size;
	if (!__atomic_compare_exchange_n(&kept->texts[run], &there, made, FALSE, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		g_free(made);
}
