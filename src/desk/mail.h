/* mail.h - /mail: the journal of what came, the outbox of what goes, a mail as it was sent. Mailboxes: desk/mailboxes.h. */
#pragma once
#include "http/route.h"
extern const Route desk_mail_routes[];
