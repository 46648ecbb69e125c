/* gmime_start.h - GMime's one start, by whoever needs it first. Its tables live as long as the process. */
#pragma once
#include <gmime/gmime.h>
G_BEGIN_DECLS

void mail_start_gmime(void);

G_END_DECLS
