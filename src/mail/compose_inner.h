/* compose_inner.h - what the files of mail/compose share. */
#pragma once
#include "mail/compose.h"
#include <gmime/gmime.h>
G_BEGIN_DECLS

enum { COMPOSE_LINE = 76 }; /* a word or a line that needs no encoding is no longer */

/* ERR_INVALID with the field at fault. */
gboolean compose_check(const Compose *compose, GError **error);
/* All but what the parts say themselves; of a mail that was checked. */
void compose_set_headers(GMimeMessage *message, const Compose *compose);

G_END_DECLS
