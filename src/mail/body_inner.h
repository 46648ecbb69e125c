/* body_inner.h - what the files of mail/body share. */
#pragma once
#include "mail/body.h"
G_BEGIN_DECLS

/* Words in the order of the mail; which of them are the same twice, in text and in HTML, tells @choice. */
typedef struct {
	char *text;
	gboolean html;
	int choice; /* the multipart/alternative it is in; -1: none */
} BodySegment;

typedef struct {
	MailMessage *mail;
	const MailCut *cut;
	GArray *segments;
	gsize n_text, n_html;
	guint n_opaque; /* signatures inside signatures */
	int n_before;	/* choices of outer cuts */
} Body;

typedef struct {
	const MailEntity *entity;
	const char *disposition; /* lower case or NULL */
	char *media_type, *name;
	guint8 *bytes; /* decoded, ours */
	gsize size;
} BodyLeaf;

/* What was made of the leaf: its bytes are the part's from now on. (transfer none) */
MailPart *body_add_part(Body *self, BodyLeaf *leaf, guint depth);
void body_read_leaves(Body *self, const MailCut *cut, guint depth);

/* ---- body_words.c */
/* A text without a name is words; a text with one is a file, unless the mail is nothing else. */
gboolean body_is_words(const MailCut *cut, const BodyLeaf *leaf);
void body_add_words(Body *self, const MailCut *cut, BodyLeaf *leaf, gboolean html, guint depth);
/* @text: (transfer full), UTF-8 with Unix lines. */
void body_add_segment(Body *self, char *text, gboolean html, int choice);
void body_unix_lines(char *text);
/* Into the mail's text and HTML. */
void body_join(Body *self);

/* ---- body_unpack.c */
/* TRUE: the part has become what was in it. */
gboolean body_unpack(Body *self, BodyLeaf *leaf, guint depth);
void body_say_crypto(MailMessage *mail, const char *word);
/* A multipart says it of all that is in it. */
void body_crypto_of_multipart(MailMessage *mail, GMimeContentType *type);

G_END_DECLS
