/* bounce_inner.h - what the files that read a bounce share: its words, the mail it encloses, addresses in it. For all
 * others: mail/bounce.h. */
#pragma once
#include "mail/bounce.h"
G_BEGIN_DECLS

enum {
	BOUNCE_NOTICE_MAX = 64 * 1024, /* of the server's words */
	BOUNCE_WORDS_MAX = 2048,       /* of those about one recipient */
	BOUNCE_REASON_MAX = 500,
	BOUNCE_ADDRESS_MAX = 320,
};

/* ---- whether (bounce_marks.c) ---- */

/* @ret_why: one line for the record; (transfer full), may be NULL. */
gboolean bounce_is_marked(const MailMessage *mail, char **ret_why);
gboolean feedback_is_marked(const MailMessage *mail, char **ret_why);
/* The local part or the name of a machine that reports on mail: mailer-daemon, postmaster ... */
gboolean bounce_is_reporter(const char *name, const char *address);
/* Whether a word of @words (up to NULL) stands in @text. */
gboolean bounce_has_words(const char *text, const char *const *words);

/* ---- what it holds (bounce_source.c) ---- */

/* The first part of the mail itself, not of a mail inside it, whose type begins with one of @types (up to NULL). */
const MailPart *bounce_part(const MailMessage *mail, const char *const *types);
extern const char *const bounce_status_types[], *const bounce_feedback_types[], *const bounce_original_types[];

typedef struct {
	const MailMessage *mail;
	char *notice;		/* the server's words, UTF-8, without the mail it gives back */
	gboolean has_original;	/* the mail that failed is given back, or its headers are */
	GPtrArray *original_to; /* char*: whom that mail was for, nearest to the envelope first */
	char *original_id;	/* its Message-ID without <>, NULL: not found */
	GHashTable *about;	/* folded address -> GString of the notice's words about it; NULL: not looked for yet */
	GHashTable *innocent;	/* folded addresses that write or report, and did not fail */
} BounceSource;
/* FALSE: it gives no mail back, as most mail does not; that is told without taking it apart. */
gboolean bounce_may_give_back(const MailMessage *mail);
void bounce_source_read(BounceSource *source, const MailMessage *mail);
void bounce_source_clear(BounceSource *source);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BounceSource, bounce_source_clear)

/* ---- addresses (bounce_address.c) ---- */

/* The next thing of the form local@domain between @from and @end; NULL: none. @ret_end: behind it. */
const char *bounce_address_find(const char *from, const char *end, const char **ret_end);
/* As it stands in our records: lower-case domain. (transfer full) */
char *bounce_address_dup(const char *start, const char *end);
/* The address of a field: "rfc822;<a@b> (comment)", "utf-8; ..." with \x{hex}, what is left of xtext. NULL: none. */
char *bounce_address_of_field(const char *value);

/* ---- recipients (bounce.c) ---- */

/* The one of that address, made when there is none yet; NULL when there are too many. @address is taken. */
BounceRecipient *bounce_recipient(MailBounce *bounce, char *address);
/* @words as one line of at most BOUNCE_REASON_MAX bytes, beginning with the server's answer where one stands in it. */
void bounce_set_reason(BounceRecipient *recipient, const char *words, gssize size);

/* Blocks of fields as in message/delivery-status, wherever they stand. TRUE: a recipient was found. (bounce_status.c) */
gboolean bounce_status_read(BounceSource *source, const char *text, gsize size, MailBounce *bounce);
/* What people are told: who failed, or, where that is known, which aliases led to them. (bounce_notice.c) */
void bounce_notice_read(const BounceSource *source, MailBounce *bounce);
/* Whether they say that it is still tried. */
gboolean bounce_notice_waits(const BounceSource *source);
/* The words of the notice that are about @recipient; "" when none. Borrowed from @source. */
const char *bounce_notice_about(BounceSource *source, const BounceRecipient *recipient);
/* Amazon's notifications in JSON: "Bounce", "Complaint", "Delivery"; NULL (FALSE): it is none. (bounce_sns.c) */
const char *bounce_sns_kind(const MailMessage *mail);
gboolean bounce_sns_read(const MailMessage *mail, MailBounce *bounce);

/* ---- what the words mean (bounce_words.c) ---- */

/* Fills status (where @recipient says none, or a general one) and hard. @words may be "". @vaguely: words count that
 * say little. TRUE: the cause is known. */
gboolean bounce_judge(BounceRecipient *recipient, const char *words, gboolean vaguely);
/* Where a server's answer begins in @text ("550 5.1.1 ...", "5.1.1 ..."); NULL: there is none. */
const char *bounce_answer_find(const char *text);

G_END_DECLS
