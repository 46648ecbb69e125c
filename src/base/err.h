/* err.h - the one error domain of the program, and what each code means to a caller, to an operator and to an HTTP
 * client. How an error becomes an answer: http/reply.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Marks a text in C for the catalogue (tools/words.py); translated where it is shown: {{message|word}}, {{message|said}} or pages_word(). */
#define WORD(text) (text)

#define ERR (err_quark())
GQuark err_quark(void);

typedef enum {
	ERR_INVALID,   /* 422  the caller sent something we refuse      */
	ERR_NOT_FOUND, /* 404  no such thing, or not yours to see       */
	ERR_DENIED,    /* 403  known actor, missing permission          */
	ERR_CONFLICT,  /* 409  unique key or stale version              */
	ERR_LIMIT,     /* 429  too many, too often (413: too large)     */
	ERR_BUSY,      /* 503  try again: lock, deadlock, dropped link  */
	ERR_UPSTREAM,  /* 502  mail or web peer failed                  */
	ERR_CORRUPT,   /* 500  stored data breaks our own rule          */
	ERR_INTERNAL,  /* 500  everything else                          */
} ErrCode;

/* One input at fault: @field is a JSON pointer ("/customer/email"), @message a sentence for a person. */
typedef struct {
	char *field, *message;
} ErrField;

/* HTTP status for @error; 500 for any foreign domain. */
guint err_http_status(const GError *error);
/* Stable machine word for JSON, e.g. "conflict". Static. */
const char *err_word(const GError *error);

/* Sets ERR_INVALID about one input. Calling it again on a set ERR_INVALID adds a further field to the same error, so
 * that a form can show every fault at once; the message stays the first one. Does nothing when @error is NULL. */
void err_add_field(GError **error, const char *field, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The fields at fault, or NULL when there are none. Borrowed, lives as long as @error. Elements are ErrField. */
const GPtrArray *err_fields(const GError *error);

G_END_DECLS
