/* template_compile.c - tokens to nodes: which lines stand alone, how far blocks are indented, names and formatters looked
 * up once. Tags are read in template_scan.c, words in template_words.c. */
#include "text/template_impl.h"
#include "base/err.h"
#include <string.h>

typedef struct {
	TokenKind kind;
	guint node;     /* its node's index */
	guint dedent;   /* of the text around it */
	gboolean drop;  /* inside a parent tag, outside its blocks: nothing of it is kept */
} Open;

typedef struct {
	Template *self;
	GArray *tokens, *nodes, *open;
	GPtrArray *texts; /* not yet a node: a GString a language; words are text that differs from one to the other */
	guint8 flags;    /* of the text, or of the next node */
	guint dedent;
	GError **error;
} Compiler;

static const Token *
token_at(const Compiler *c, guint i)
{
	return &g_array_index(c->tokens, Token, i);
}

static gboolean
is_blank(const Token *token)
{
	for (gsize i = 0; i < token->size; i++)
		if (!g_ascii_isspace(token->text[i]))
			return FALSE;
	return TRUE;
}

static gboolean
ends_line(const Token *token)
{
	return token->kind == TOKEN_TEXT && token->size > 0 && token->text[token->size - 1] == '\n';
}

/* The index behind the line that begins at @from. */
static guint
line_end(const Compiler *c, guint from)
{
	while (from < c->tokens->len && !ends_line(token_at(c, from)))
		from++;
	return MIN(from + 1, c->tokens->len);
}

/* Whitespace at the beginning of the line, without its end. */
static gsize
leading(const Compiler *c, guint line, const char **ret_text)
{
	const Token *token = token_at(c, line);
	gsize n = 0;

	*ret_text = token->text;
	if (token->kind != TOKEN_TEXT)
		return 0;
	while (n < token->size && (token->text[n] == ' ' || token->text[n] == '\t'))
		n++;
	return n;
}

/* A tag of inheritance: these may share a line and stand alone together; a block that is nothing but a place stays in
 * its line. */
static gboolean
may_share(const Compiler *c, guint i, guint from, guint to)
{
	const Token *token = token_at(c, i);

	if (token->kind == TOKEN_COMMENT || token->kind == TOKEN_PARENT)
		return TRUE;
	if (token->kind == TOKEN_CLOSE)
		return token_at(c, token->mate)->kind == TOKEN_PARENT || token_at(c, token->mate)->kind == TOKEN_BLOCK;
	if (token->kind != TOKEN_BLOCK)
		return FALSE;
	return token->mate >= to || (i > from && token_at(c, i - 1)->kind == TOKEN_PARENT);
}

/* Only whitespace and a tag that shows nothing by itself: the line leaves no trace. */
static gboolean
stands_alone(const Compiler *c, guint from, guint to)
{
	guint n_tags = 0;
	gboolean shared = TRUE;

	for (guint i = from; i < to; i++) {
		const Token *token = token_at(c, i);

		if (token->kind == TOKEN_TEXT) {
			if (!is_blank(token))
				return FALSE;
			continue;
		}
		if (strchr("v&_W", token->kind) != NULL)
			return FALSE;
		n_tags++;
		shared = shared && may_share(c, i, from, to);
	}
	return n_tags == 1 || (n_tags > 1 && shared);
}

/* How far the inside of a block is indented, by its first line that is not blank; @otherwise when it has none. */
static gsize
inner_indent(const Compiler *c, guint line, guint mate, const char **ret_text, gsize otherwise)
{
	while (line < c->tokens->len && line <= mate) {
		guint end = line_end(c, line), first = line;

		while (first < end && token_at(c, first)->kind == TOKEN_TEXT && is_blank(token_at(c, first)))
			first++;
		if (first < end)
			return first < mate ? leading(c, line, ret_text) : otherwise;
		line = end;
	}
	return otherwise;
}

static gboolean
dropping(const Compiler *c)
{
	const Open *top = c->open->len > 0 ? &g_array_index(c->open, Open, c->open->len - 1) : NULL;

	return top != NULL && (top->drop || top->kind == TOKEN_PARENT);
}

static Node *
add_node(Compiler *c, Op op, guint8 flags)
{
	Node node = { .op = op, .flags = flags | c->flags };

	c->flags = 0;
	g_array_append_val(c->nodes, node);
	return &g_array_index(c->nodes, Node, c->nodes->len - 1);
}

static GString *
text_in(const Compiler *c, guint lang)
{
	return c->texts->pdata[lang];
}

static gboolean
same_in_all(const Compiler *c)
{
	for (guint i = 1; i < c->texts->len; i++)
		if (!g_string_equal(text_in(c, 0), text_in(c, i)))
			return FALSE;
	return TRUE;
}

static Text
text_kept(Compiler *c, guint lang)
{
	const GString *text = text_in(c, lang);

	return (Text) { template_intern(c->self->set, text->str, text->len), text->len };
}

static void
flush(Compiler *c)
{
	Text first = text_kept(c, 0), *texts = NULL;
	Node *node;

	if (first.size == 0 && same_in_all(c))
		return;
	if (!same_in_all(c)) {
		texts = template_own(c->self->set, c->texts->len * sizeof(Text));
		for (guint i = 0; i < c->texts->len; i++)
			texts[i] = text_kept(c, i);
	}
	node = add_node(c, OP_TEXT, 0);
	node->text = first.text;
	node->size = (guint32)first.size;
	node->u.texts = texts;
	for (guint i = 0; i < c->texts->len; i++)
		g_string_truncate(text_in(c, i), 0);
}

static void
add_text(Compiler *c, const char *text, gsize size)
{
	if (size == 0)
		return;
	c->flags &= ~NODE_LINE_END;
	for (guint i = 0; i < c->texts->len; i++)
		g_string_append_len(text_in(c, i), text, size);
}

static void
begin_line(Compiler *c)
{
	c->flags |= text_in(c, 0)->len > 0 ? NODE_LINE_END : NODE_LINE;
}

/* A quoted text, or what formatters make of it that need to know no more than the language. */
static gboolean
is_constant(const Expr *expr)
{
	for (guint i = 0; i < expr->n_filters; i++)
		if ((expr->filters[i].flags & (TEMPLATE_CONST | TEMPLATE_LANG)) == 0 || expr->filters[i].arg_path != NULL)
			return FALSE;
	return expr->path->kind == PATH_TEXT;
}

static char *
constant_in(const Compiler *c, const Expr *expr, guint lang, gboolean raw)
{
	const TemplateContext context = { .lang = g_array_index(c->self->set->languages, Language, lang).lang, .zone = "UTC", .data = c->self->set };
	TemplateValue value = { NULL, expr->path->keys[0].text, expr->path->keys[0].size };
	const char *args[MAX_FILTERS] = { NULL };
	GString *out = g_string_new(NULL);
	guint flags = 0;

	for (guint i = 0; i < expr->n_filters; i++) {
		args[i] = expr->filters[i].arg;
		flags = expr->filters[i].flags;
	}
	if (expr->n_filters > 0)
		template_filter(expr, &value, args, &context, out);
	else
		g_string_append_len(out, value.text, (gssize)value.size);
	if (!raw && (flags & (TEMPLATE_HTML | TEMPLATE_PLAIN)) == 0)
		template_escape_from(out, 0);
	return g_string_free(out, FALSE);
}

/* FALSE when it has lines of its own, which text must not. */
static gboolean
add_constant(Compiler *c, const Expr *expr, gboolean raw)
{
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < c->texts->len; i++) {
		g_ptr_array_add(texts, constant_in(c, expr, i, raw));
		if (strchr(texts->pdata[i], '\n') != NULL)
			return FALSE;
	}
	c->flags &= ~NODE_LINE_END;
	for (guint i = 0; i < c->texts->len; i++)
		g_string_append(text_in(c, i), texts->pdata[i]);
	return TRUE;
}

static gboolean
add_value(Compiler *c, const Token *token, Op op)
{
	const Expr *expr = template_expr(c->self->set, token->text, token->size, c->self->name, token->line, c->error);

	if (expr == NULL)
		return FALSE;
	if ((op == OP_VALUE || op == OP_RAW) && is_constant(expr) && add_constant(c, expr, op == OP_RAW))
		return TRUE;
	flush(c);
	add_node(c, op, 0)->u.expr = expr;
	return TRUE;
}

/* Words without values: in each language a text. */
static gboolean
is_plain(const Words *words)
{
	for (guint i = 0; i < words->n_phrases; i += MAX_FORMS)
		if (words->phrases[i].n > 1 || (words->phrases[i].n == 1 && words->phrases[i].pieces[0].text == NULL))
			return FALSE;
	return words->count == NULL;
}

static gboolean
add_words(Compiler *c, const Token *token)
{
	const Words *words = template_words(c->self->set, token->text, token->size, token->kind == TOKEN_RAW_WORDS, c->self->name, token->line, c->error);

	if (words == NULL)
		return FALSE;
	if (!is_plain(words)) {
		flush(c);
		add_node(c, OP_WORDS, 0)->u.words = words;
		return TRUE;
	}
	c->flags &= ~NODE_LINE_END;
	for (guint i = 0; i < c->texts->len; i++) {
		const Phrase *phrase = &words->phrases[i * MAX_FORMS];

		if (phrase->n == 1)
			g_string_append_len(text_in(c, i), phrase->pieces[0].text, (gssize)phrase->pieces[0].size);
	}
	return TRUE;
}

/* Part or parent: by name, or by a name in the data. */
static gboolean
add_part(Compiler *c, const Token *token, Op op, const char *indent, gsize indent_size, gboolean alone)
{
	Template *part = NULL;
	const Expr *expr = NULL;
	Node *node;

	if (token->text[0] == '*') {
		const char *name = token->text + 1;
		gsize size = token->size - 1;

		while (size > 0 && g_ascii_isspace(*name)) {
			name++;
			size--;
		}
		expr = template_expr(c->self->set, name, size, c->self->name, token->line, c->error);
		if (expr == NULL)
			return FALSE;
	} else {
		part = template_slot(c->self->set, token->text, token->size);
		if (part->asked_by == NULL)
			part->asked_by = c->self->name;
	}
	flush(c);
	node = add_node(c, op, alone ? NODE_ALONE : 0);
	node->text = template_intern(c->self->set, indent, indent_size);
	node->size = (guint32)indent_size;
	if (expr != NULL) {
		node->flags |= NODE_NAMED;
		node->u.expr = expr;
	} else {
		node->u.part = part;
	}
	return TRUE;
}

static void
push(Compiler *c, TokenKind kind, gboolean drop)
{
	Open open = { kind, c->nodes->len - 1, c->dedent, drop };

	g_array_append_val(c->open, open);
}

/* A block opens: what is given to a parent loses its own indentation, a place for it has one to add. */
static void
open_block(Compiler *c, guint i, guint line, guint next, gboolean alone)
{
	const Token *token = token_at(c, i);
	const Open *top = c->open->len > 0 ? &g_array_index(c->open, Open, c->open->len - 1) : NULL;
	gboolean given = top != NULL && top->kind == TOKEN_PARENT, drop = dropping(c) && !given, first;
	const char *text;
	gsize size = leading(c, line, &text);
	Node *node;

	first = i == line || (i == line + 1 && token_at(c, line)->kind == TOKEN_TEXT && size == token_at(c, line)->size);
	if (given) {
		flush(c);
		node = add_node(c, OP_BLOCK, 0);
		node->u.block = template_intern(c->self->set, token->text, token->size);
		push(c, TOKEN_BLOCK, FALSE);
		c->dedent = alone ? inner_indent(c, next, token->mate, &text, 0) : 0;
		return;
	}
	if (alone)
		size = inner_indent(c, next, token->mate, &text, size);
	else if (!first)
		size = 0;
	flush(c);
	node = add_node(c, OP_BLOCK, alone ? NODE_ALONE : 0);
	node->u.block = template_intern(c->self->set, token->text, token->size);
	node->size = (guint32)(size - MIN(size, c->dedent));
	node->text = template_intern(c->self->set, text + MIN(size, c->dedent), node->size);
	push(c, TOKEN_BLOCK, drop);
}

static void
close_tag(Compiler *c)
{
	Open open = g_array_index(c->open, Open, c->open->len - 1);

	flush(c);
	if (c->flags != 0)
		add_node(c, OP_TEXT, 0)->text = "";
	g_array_set_size(c->open, c->open->len - 1);
	c->dedent = open.dedent;
	if (open.drop)
		g_array_set_size(c->nodes, open.node);
	else
		g_array_index(c->nodes, Node, open.node).end = c->nodes->len;
}

static gboolean
open_section(Compiler *c, const Token *token)
{
	gboolean drop = dropping(c);

	if (!add_value(c, token, token->kind == TOKEN_SECTION ? OP_SECTION : OP_INVERTED))
		return FALSE;
	push(c, token->kind, drop);
	return TRUE;
}

/* One tag of a line that goes from @line to @next. */
static gboolean
add_tag(Compiler *c, guint i, guint line, guint next, gboolean alone)
{
	const Token *token = token_at(c, i);
	const char *indent;
	gsize size = leading(c, line, &indent), cut;

	switch (token->kind) {
	case TOKEN_SECTION:
	case TOKEN_INVERTED: return open_section(c, token);
	case TOKEN_BLOCK: open_block(c, i, line, next, alone); return TRUE;
	case TOKEN_CLOSE: close_tag(c); return TRUE;
	case TOKEN_COMMENT:
	case TOKEN_DELIMITERS: return TRUE;
	case TOKEN_PARENT:
	case TOKEN_PART: {
		gboolean drop = dropping(c);

		if (drop && token->kind == TOKEN_PART)
			return TRUE;
		cut = MIN(size, c->dedent);
		if (!add_part(c, token, token->kind == TOKEN_PART ? OP_PART : OP_PARENT, indent + cut, alone ? size - cut : 0, alone))
			return FALSE;
		if (token->kind == TOKEN_PARENT)
			push(c, TOKEN_PARENT, drop);
		return TRUE;
	}
	default: break;
	}
	if (dropping(c))
		return TRUE;
	switch (token->kind) {
	case TOKEN_VALUE: return add_value(c, token, OP_VALUE);
	case TOKEN_RAW: return add_value(c, token, OP_RAW);
	case TOKEN_WORDS:
	case TOKEN_RAW_WORDS: return add_words(c, token);
	default: add_text(c, token->text, token->size); return TRUE;
	}
}

static gboolean
add_line(Compiler *c, guint line, guint next)
{
	gboolean alone = stands_alone(c, line, next);
	const char *text;
	guint i = line;

	if (!alone && !dropping(c)) {
		gsize cut = MIN(leading(c, line, &text), c->dedent);

		begin_line(c);
		if (token_at(c, line)->kind == TOKEN_TEXT) {
			add_text(c, token_at(c, line)->text + cut, token_at(c, line)->size - cut);
			i++;
		}
	}
	for (; i < next; i++)
		if (!(alone && token_at(c, i)->kind == TOKEN_TEXT) && !add_tag(c, i, line, next, alone))
			return FALSE;
	return TRUE;
}

void
template_mark_holders(Node *nodes, guint n_nodes)
{
	for (guint i = 0; i < n_nodes; i++) {
		if (nodes[i].op != OP_SECTION && nodes[i].op != OP_INVERTED)
			continue;
		for (guint k = i + 1; k < nodes[i].end; k++)
			if (nodes[k].op == OP_BLOCK || nodes[k].op == OP_PART || nodes[k].op == OP_PARENT) {
				nodes[i].flags |= NODE_HOLDS;
				break;
			}
	}
}

static void
text_free(gpointer text)
{
	g_string_free(text, TRUE);
}

gboolean
template_compile(Template *self, const char *source, gsize size, GError **error)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(Token));
	g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(Node));
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(Open));
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(text_free);
	Compiler c = { self, tokens, nodes, open, texts, 0, 0, error };
	gboolean ok = TRUE;

	if (!template_scan(self->name, source, size, tokens, error))
		return FALSE;
	for (guint i = 0; i < self->set->languages->len; i++)
		g_ptr_array_add(texts, g_string_new(NULL));
	for (guint i = 0; ok && i < tokens->len;) {
		guint next = line_end(&c, i);

		ok = add_line(&c, i, next);
		i = next;
	}
	if (!ok)
		return FALSE;
	flush(&c);
	self->n_nodes = nodes->len;
	self->nodes = template_own(self->set, MAX(nodes->len, 1) * sizeof(Node));
	if (nodes->len > 0)
		memcpy(self->nodes, nodes->data, nodes->len * sizeof(Node));
	template_mark_holders(self->nodes, self->n_nodes);
	template_switch(self, self->set->owned);
	return TRUE;
}
