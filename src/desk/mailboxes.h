/* mailboxes.h - /mailboxes: the addresses customers write to. Their mail: desk/mail.h. */
#pragma once
#include "http/route.h"
extern const Route desk_mailbox_routes[];
