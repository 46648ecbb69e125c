/* template_state.h - one render under way: the values on its stack, blocks given to layouts, indentation. Shared by
 * template_render.c (which nodes come) and template_value.c (what a name says). */
#pragma once
#include "text/template_impl.h"
#include <string.h>
G_BEGIN_DECLS

enum { MAX_GIVEN = 64, MAX_INDENT = 256, };

typedef struct {
	const json_t *value;
	const char *key; /* in an object's members */
	guint index, count;
	guint64 born;  /* tells one filling of this place from the next */
	guint64 names[4]; /* a bit a tag: what has not this one has no such member */
} Frame;

/* What a name said lately. It still does while that frame is there and none above it has a name of this tag. */
typedef struct {
	const Path *path;
	const json_t *value; /* NULL: nobody has it; @frame was the innermost then */
	guint64 born;
	guint frame;
} Found;

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
	/* Indentation of parts and blocks that stand alone. */
	guint indent_from, indent_to;
	gboolean indented; /* the line's indentation is written already */
	const char *wanted; /* a block searched for: only it is shown */
	gboolean found;
	Found slots[N_SLOTS];
	Frame frames[MAX_FRAMES];
	Given given[MAX_GIVEN];
	char indent[MAX_INDENT];
} State;

/* Puts @value into @frame, with a bit for each tag that its names have. */
void template_frame_set(State *st, Frame *frame, const json_t *value);
/* Asked once; then template_lookup() knows it. */
const json_t *template_find(State *st, const Path *path, Found *slot);
/* What a path of names says. The same ones are asked for again and again: whether there is one, then what it is; in a list, what
 * stands around it. */
static inline const json_t *
template_lookup(State *st, const Path *path)
{
	const guint8 tag = path->keys[0].tag;
	Found *slot = &st->slots[path->slot];
	guint64 names = 0;

	if (slot->path != path || slot->frame >= st->n_frames || slot->born != st->frames[slot->frame].born)
		return template_find(st, path, slot);
	for (guint i = path->outer ? st->n_frames : slot->frame + 1; i < st->n_frames; i++)
		names |= st->frames[i].names[tag >> 6];
	return G_LIKELY((names >> (tag & 63) & 1) == 0) ? slot->value : template_find(st, path, slot);
}
/* What @path says here. @buffer: where special names put their text. */
TemplateValue template_value_of(State *st, const Path *path, char buffer[40]);
/* TEMPLATE_EQUAL: is it one of the words? */
static inline gboolean
template_is_one_of(const Expr *expr, const TemplateValue *value)
{
	for (guint i = 0; i < expr->n_equal; i++)
		if (expr->equal[i].size == value->size && json_same_bytes(expr->equal[i].text, value->text, value->size))
			return TRUE;
	return FALSE;
}
/* What a section of @expr asks of @value. */
gboolean template_truth(State *st, const Expr *expr, const TemplateValue *value);
/* Runs the formatters of @expr, appending to @out, not yet escaped; answers what a section asks. */
gboolean template_filtered(State *st, const Expr *expr, const TemplateValue *value, GString *out);
void template_put_value(State *st, const Expr *expr, gboolean raw);
void template_put_words(State *st, const Words *words);

/* template_face.c: @self as the face of this render has it; made when it is asked for first. */
const Template *template_face_of(State *st, const Template *self);

G_END_DECLS
