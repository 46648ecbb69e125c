/* template_state.h - one render under way: the values on its stack, blocks given to layouts, indentation. Shared by
 * template_render.c (which nodes come) and template_value.c (what a name says). */
#pragma once
#include "text/template_impl.h"
#include <string.h>
G_BEGIN_DECLS

enum { MAX_GIVEN = 64, MAX_INDENT = 256 };

typedef struct {
	const json_t *value;
	const char *key; /* in an object's members */
	guint index, count;
	guint64 born;  /* tells one filling of this place from the next */
	guint64 names; /* a bit a name's tag: what has none of its bits has no such member */
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

/* A bit for each name's tag that @value has. */
guint64 template_names_of(const json_t *value);
/* What @path says here. @buffer: where special names put their text. */
TemplateValue template_value_of(State *st, const Path *path, char buffer[40]);
/* Runs the formatters of @expr, appending to @out, not yet escaped; answers what a section asks. */
gboolean template_filtered(State *st, const Expr *expr, const TemplateValue *value, GString *out);
void template_put_value(State *st, const Expr *expr, gboolean raw);
void template_put_words(State *st, const Words *words);

G_END_DECLS
