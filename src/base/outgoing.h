/* outgoing.h - one POST to somebody else's server, with a deadline and a bounded answer. Nothing is followed, nothing is kept between
 * calls. Fetching pictures: mail/picture.h; what a payment system is told: flow/remedy/pay.h. */
#pragma once
#include "base/err.h"
G_BEGIN_DECLS

enum { OUTGOING_ANSWER_MAX = 16 * 1024, OUTGOING_URL_MAX = 2000 };

typedef struct {
	const char *url;
	const char *const *headers; /* "Name: value", NULL-ended */
	const char *body;
	gsize size;
	guint timeout_s;
	gboolean within; /* may be a machine of the house; otherwise of the open internet alone, by https */
} Outgoing;

typedef struct {
	guint status;
	char *body; /* at most OUTGOING_ANSWER_MAX bytes of it, UTF-8, never NULL */
} OutgoingAnswer;
void outgoing_answer_clear(OutgoingAnswer *answer);

/* Blocks. FALSE with ERR_UPSTREAM when there was no whole answer (not reached, too slow, not allowed to be asked): whether it was
 * heard there is not known. Any status is an answer. */
gboolean outgoing_post(const Outgoing *ask, OutgoingAnswer *ret_answer, GError **error);
/* Pure: whether an address can be asked at all. ERR_INVALID about @field. */
gboolean outgoing_check_url(const char *url, gboolean within, const char *field, GError **error);
/* The host of an http address in small letters, with its port where one is named: "pay.example:8443"; NULL for none. (transfer full) */
char *outgoing_host(const char *url);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutgoingAnswer, outgoing_answer_clear)
G_END_DECLS
