/* automatic.h - did a person write this mail? RFC 3834 and the marks of robots that never read it. Bounces in full:
 * mail/bounce.h. */
#pragma once
#include "mail/message.h"
G_BEGIN_DECLS

typedef enum {
	MAIL_PERSONAL,	 /* a person wrote it, as far as can be told */
	MAIL_AUTO_REPLY, /* out of office, vacation, an autoresponder, another ticket system */
	MAIL_BULK,	 /* a list, a newsletter */
	MAIL_BOUNCE,	 /* a delivery report of any form */
	MAIL_FEEDBACK,	 /* an abuse report (ARF) */
	MAIL_OURS,	 /* we sent it ourselves: it came back */
} MailKind;

/* "personal", "auto_reply", "bulk", "bounce", "feedback", "ours". Static. */
const char *mail_kind_word(MailKind kind);

/* @ret_why: the header or trait that decided, for the record ("Auto-Submitted: auto-replied"); (transfer full), may be
 * NULL. @is_ours: whether a Message-ID or X-Loop value is one of ours (may be NULL). Auto-Submitted: no is a person. */
typedef gboolean (*MailIsOurs)(const char *value, gpointer data);
MailKind mail_kind(const MailMessage *mail, MailIsOurs is_ours, gpointer data, char **ret_why);
/* The first question of mail_kind() alone: TRUE when it is MAIL_OURS. The others ask nobody, so that a reader can answer them before. */
gboolean mail_is_ours(const MailMessage *mail, MailIsOurs is_ours, gpointer data, char **ret_why);

/* mailer-daemon@, noreply@ and the like: nobody reads what goes there. */
gboolean mail_address_is_robot(const char *address);
/* Whether an automatic answer may go to it: a person's, with an address that is nobody's robot (not mailer-daemon,
 * postmaster, noreply ...) and a Return-Path that is not empty. */
gboolean mail_may_be_answered(const MailMessage *mail, MailKind kind);

G_END_DECLS
