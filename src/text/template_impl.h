/* template_impl.h - the compiled form of a template, shared by template_scan.c (tags), template_compile.c (nodes),
 * template_words.c (translations), template_switch.c (rows of sections), template_face.c (what a face makes of it), template_render.c and
 * template.c (sets). Callers want text/template.h. */
#pragma once
#include "base/json_impl.h"
#include "text/template.h"
G_BEGIN_DECLS

enum { MAX_NESTING = 64, MAX_FORMS = 4, MAX_PARTS = 32, MAX_FRAMES = 256, MAX_FILTERS = 8, N_SLOTS = 128 };

/* How a name is looked up. Interned: the same name has the same Path in one set. */
typedef enum { PATH_NAMES, PATH_SELF, PATH_TEXT, PATH_INDEX, PATH_NUMBER, PATH_FIRST, PATH_LAST, PATH_KEY } PathKind;
typedef struct {
	PathKind kind;
	gboolean outer;
	guint n;
	JsonKey *keys; /* interned; PATH_TEXT: keys[0] is the text itself */
	guint *hints;  /* PATH_NAMES: for json_member(), one a key */
	const char **seen; /* the same names as whoever made the values wrote them: where there are the same, they are not compared */
	guint slot;    /* where a render remembers it */
} Path;

typedef struct {
	TemplateFormat format;
	guint flags;
	const char *arg;
	const Path *arg_path;
} Filter;

typedef struct {
	const char *text;
	gsize size;
} Text;

typedef struct {
	const Path *path;
	gboolean each; /* the section goes over an object's members */
	guint n_equal;
	const Text *equal; /* TEMPLATE_EQUAL: the words to compare with; NULL: ask the formatters */
	guint n_filters;
	Filter filters[];
} Expr;

/* One wording: text (escaped already) and values in turn. */
typedef struct {
	const char *text;
	gsize size;
	const Expr *expr;  /* NULL: text */
	gboolean is_count; /* %n% of a plural */
} Piece;
typedef struct {
	guint n;
	Piece *pieces;
} Phrase;
typedef struct {
	const Expr *count; /* NULL: no plural */
	guint n_phrases;   /* languages x forms */
	Phrase phrases[];  /* [lang * MAX_FORMS + form]; without plural only form 0 is filled */
} Words;

typedef struct _Switch Switch;
typedef enum { OP_TEXT, OP_VALUE, OP_RAW, OP_SECTION, OP_INVERTED, OP_PART, OP_PARENT, OP_BLOCK, OP_WORDS } Op;
enum {
	NODE_LINE = 1 << 0,     /* a line begins here: write the indentation first */
	NODE_LINE_END = 1 << 1, /* text: a line begins behind it too */
	NODE_ALONE = 1 << 2,    /* part, parent, block: stands alone on its line */
	NODE_HOLDS = 1 << 3,    /* section: a block may be inside */
	NODE_NAMED = 1 << 4,    /* part, parent: its name is a value */
};
typedef struct {
	guint8 op, flags;
	guint32 end; /* index behind the last node inside */
	guint32 size; /* of text */
	guint32 n_before;
	const char *before; /* as a face has it: text that comes first; else none */
	union {
		const char *text; /* text; of part, parent and block the indentation, @size long */
		const Switch *row; /* section: of the row of like ones that it stands in (template_switch.c); NULL none */
	};
	union {
		const Expr *expr;
		const Words *words;
		const Template *part;
		const char *block; /* interned */
		const Text *texts; /* of text: one a language; NULL: the same in all */
	} u;
} Node;

struct _Template {
	const char *name;
	TemplateSet *set;
	gboolean is_there; /* FALSE: only asked for so far */
	const char *asked_by;
	guint number; /* among the set's */
	GPtrArray *owned; /* of what a face made of it; NULL: the set owns it */
	guint n_nodes;
	Node *nodes;
};

typedef struct {
	const char *lang;
	GHashTable *words; /* msgid -> msgstr, borrowed */
} Language;

struct _TemplateSet {
	guint64 number;
	GHashTable *templates;  /* name -> Template */
	GHashTable *formatters; /* name -> Formatter */
	GHashTable *paths;      /* name -> Path */
	GHashTable *strings;    /* interned text -> itself */
	GHashTable *texts;      /* msgid -> itself */
	GPtrArray *outer;       /* of interned names */
	GPtrArray *owned;       /* everything else, g_free */
	GArray *languages;      /* of Language; the first is "en" */
	GPtrArray *steady;      /* of interned names: members of the outer names that are the same all through a face */
	guint n_templates;
};

typedef struct {
	TemplateFormat format;
	guint flags;
} Formatter;

/* A tag or a stretch of text within one line. */
typedef enum {
	TOKEN_TEXT = 't', TOKEN_VALUE = 'v', TOKEN_RAW = '&', TOKEN_WORDS = '_', TOKEN_RAW_WORDS = 'W', TOKEN_SECTION = '#',
	TOKEN_INVERTED = '^', TOKEN_PART = '>', TOKEN_PARENT = '<', TOKEN_BLOCK = '$', TOKEN_CLOSE = '/', TOKEN_COMMENT = '!',
	TOKEN_DELIMITERS = '=',
} TokenKind;
typedef struct {
	TokenKind kind;
	const char *text; /* of a tag: its content, trimmed; borrowed from the source */
	gsize size;
	guint line;
	guint mate; /* opening and closing tags: the other one's index */
} Token;
#define NO_MATE G_MAXUINT

/* template_scan.c: the source as tokens, opening and closing tags matched. */
gboolean template_scan(const char *name, const char *source, gsize size, GArray *ret_tokens, GError **error);
void template_fault(GError **error, const char *name, guint line, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* template_compile.c */
gboolean template_compile(Template *self, const char *source, gsize size, GError **error);
/* template_expr.c */
const Expr *template_expr(TemplateSet *set, const char *text, gsize size, const char *name, guint line, GError **error);
/* template_words.c */
const Words *template_words(TemplateSet *set, const char *text, gsize size, gboolean raw, const char *name, guint line, GError **error);
guint template_plural(const char *lang, gint64 n);
guint template_language(const TemplateSet *set, const char *lang); /* its index; 0 for an unknown one */

/* template_switch.c: finds the rows of @self, kept in @owned; of a row, the first section from node @at on that asks for this text,
 * or what stands behind it. */
void template_switch(Template *self, GPtrArray *owned);
guint32 template_switch_next(const Switch *self, guint32 at, const char *text, gsize size);

/* template_compile.c: marks the sections a search for a block must enter. */
void template_mark_holders(Node *nodes, guint n_nodes);

/* template.c: what a set keeps. */
const char *template_intern(TemplateSet *set, const char *text, gsize size);
gpointer template_own(TemplateSet *set, gsize size); /* zeroed, freed with the set */
Template *template_slot(TemplateSet *set, const char *name, gsize size);

/* What a section asks of a value of its own: template_value_truth() of what has no text. */
static inline gboolean
template_json_truth(const json_t *json)
{
	switch (json != NULL ? json_typeof(json) : JSON_NULL) {
	case JSON_OBJECT:
	case JSON_TRUE: return TRUE;
	case JSON_ARRAY: return ((const JsonArray *)json)->n > 0;
	case JSON_STRING: return ((const JsonString *)json)->size > 0;
	case JSON_INTEGER: return ((const JsonNumber *)json)->u.integer != 0;
	case JSON_REAL: return ((const JsonNumber *)json)->u.real != 0;
	default: return FALSE;
	}
}

/* template_expr.c: runs the formatters of @expr over @value, appending the last one's text to @out, not yet escaped; answers
 * what a section asks. @args: one a formatter. */
gboolean template_filter(const Expr *expr, const TemplateValue *value, const char *const *args, const TemplateContext *context, GString *out);
/* A scalar as text; @ret_text points into the value or into @buffer. FALSE for lists, objects and null. */
gboolean template_scalar(const json_t *value, char buffer[40], const char **ret_text, gsize *ret_size);

G_END_DECLS
