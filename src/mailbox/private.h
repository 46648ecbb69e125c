/* private.h - what the files of mailbox/ share. */
#pragma once
#include "mailbox/mailbox.h"
G_BEGIN_DECLS

/* With its secrets, sealed, for the row; without, for the API. */
char *server_to_row(const MailServer *server);      /* NULL for NULL */
MailServer *server_of_row(const char *text);        /* NULL for NULL */
json_t *server_to_json(const MailServer *server);   /* null for NULL */
MailServer *server_copy(const MailServer *server);
/* Adds what is wrong to @faults; @in: "imap" or "smtp". */
void server_check(const MailServer *server, const char *in, GError **faults);

G_END_DECLS
