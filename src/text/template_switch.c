/* template_switch.c - sections one behind the other that ask the same text for a word each ({{#kind|is:a}}..{{/kind}}
 * {{#kind|is:b}}..{{/kind}} and sixty more): which of them comes next for a text is looked up instead of asked one by one. */
#include "text/template_impl.h"
#include <string.h>

enum { PLACES = 32, FEWEST = 4 };

typedef struct {
	Text word;
	guint32 node;
	guint32 next; /* of the same place, further behind; 0: none */
} Word;

struct _Switch {
	guint32 end; /* behind the last section */
	guint32 n;
	guint32 first[PLACES], last[PLACES];
	Word words[]; /* from 1 */
};

static guint
place_of(const char *text, gsize size)
{
	return json_tag(text, size) % PLACES;
}

static gboolean
continues(const Node *node, const Path *path)
{
	return node->op == OP_SECTION && node->n_before == 0 && node->u.expr->equal != NULL && node->u.expr->path == path;
}

static void
add_word(Switch *self, const Text *word, guint32 node)
{
	const guint place = place_of(word->text, word->size);
	const guint32 at = ++self->n;

	self->words[at] = (Word) { *word, node, 0 };
	if (self->first[place] == 0)
		self->first[place] = at;
	else
		self->words[self->last[place]].next = at;
	self->last[place] = at;
}

/* Returns behind the row of sections that begins at @from. */
static guint32
make(Template *self, guint32 from, GPtrArray *owned)
{
	const Path *path = self->nodes[from].u.expr->path;
	guint32 end = self->nodes[from].end, sections = 1;
	guint n_words = self->nodes[from].u.expr->n_equal;
	Switch *made;

	for (; end < self->n_nodes && continues(&self->nodes[end], path); end = self->nodes[end].end, sections++)
		n_words += self->nodes[end].u.expr->n_equal;
	if (sections < FEWEST)
		return end;
	made = g_malloc0(sizeof *made + (n_words + 1) * sizeof(Word));
	g_ptr_array_add(owned, made);
	made->end = end;
	for (guint32 at = from; at < end; at = self->nodes[at].end) {
		for (guint i = 0; i < self->nodes[at].u.expr->n_equal; i++)
			add_word(made, &self->nodes[at].u.expr->equal[i], at);
		self->nodes[at].row = made;
	}
	return end;
}

static gboolean
begins(const Node *node)
{
	return node->op == OP_SECTION && node->u.expr->equal != NULL && node->row == NULL;
}

void
template_switch(Template *self, GPtrArray *owned)
{
	for (guint32 at = 0; at < self->n_nodes; at++)
		if (begins(&self->nodes[at]))
			make(self, at, owned);
}

guint32
template_switch_next(const Switch *self, guint32 at, const char *text, gsize size)
{
	for (guint32 i = self->first[place_of(text, size)]; i != 0; i = self->words[i].next)
		if (self->words[i].node >= at && self->words[i].word.size == size && memcmp(self->words[i].word.text, text, size) == 0)
			return self->words[i].node;
	return self->end;
}
