/* journal.h - what came by mail and what became of it, as a list and as counts that must agree with the mailbox's own. */
#pragma once
#include "base/json.h"
#include "store/db.h"
G_BEGIN_DECLS

/* {seen, known, filed, waiting, kept, set_aside_n, set_aside[{id, mailbox, reason, kind, from, subject, way, kept_at, size, state}],
 *  days[{day, seen, known, filed, set_aside}], folders[{name, n_server, n_here, checked_at, error, error_at}]}: of one mailbox,
 * or of all with @mailbox_id -1. seen = known + filed + set aside + waiting + kept. At most @limit of those set aside, newest
 * first; the last 30 days. */
json_t *mail_journal(Db *db, gint64 mailbox_id, guint limit, GError **error);

/* How many mails wait for a person: not filed by themselves, or not sent; at most @most of each are counted. */
gboolean mail_count_stuck(Db *db, gint64 most, gint64 *ret_n, GError **error);
/* How many of those with ids from @first to @last that came this @way are filed, and how many set aside or waiting. */
gboolean mail_count_between(Db *db, gint64 first, gint64 last, const char *way, gint64 *ret_filed, gint64 *ret_aside, GError **error);

G_END_DECLS
