/* ids.h - the names of things that leave the server: refs people say aloud, and random keys. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Bytes a ref takes, with its dash and the final NUL: "7KQM-4TXB". */
#define REF_SIZE 10

/* A fresh random ref: 7 characters of 31 that cannot be misread (no 0 O 1 I L), and a check character that catches any
 * single wrong character and any swap of two neighbours (ISO 7064 style, weighted modulo 31). 31^7 = 27 thousand million
 * values: unique is the table's job (try again on conflict). */
void ref_new(char ret_ref[REF_SIZE]);
/* What a person typed as a ref ("7kqm 4txb", with or without dash) into the written form; FALSE when it is none. */
gboolean ref_read(const char *text, char ret_ref[REF_SIZE]);
/* For tests and the demo: refs come from this seed from now on, on this thread. 0 goes back to the system's chance. */
void ref_seed(guint64 seed);

/* @n_bytes of chance as URL-safe base64 without padding. (transfer full) */
char *key_new(gsize n_bytes);

G_END_DECLS
