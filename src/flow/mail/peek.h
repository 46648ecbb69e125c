/* peek.h - one mail of the journal, looked into without filing it: for whoever decides what shall become of it. Filing:
 * flow/mail/file.h. */
#pragma once
#include "base/json.h"
#include "mailbox/keep.h"
G_BEGIN_DECLS

/* {id, state, reason, way, size, kept_at, kind, kind_why, from{name, address}, to[], cc[], subject, internet_id, sent_at, text, reply_text,
 * quoted, signature, has_html, parts[{name, media_type, size, is_inline}], problems[], report[{address, action, status, hard, reason}]|null,
 * report_of (Message-ID)|null}. Slow: it reads the whole mail. */
json_t *mail_peek(const KeptMail *mail, const char *data_dir, GError **error);

G_END_DECLS
