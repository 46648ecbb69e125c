/* roles.h - what each role may: one table. agent < supervisor < admin; auditor reads everything and changes nothing. */
#pragma once
#include "base/actor.h"
G_BEGIN_DECLS

extern const char *const role_words[]; /* agent, supervisor, admin, auditor, NULL */
/* Permission bits of a role; 0 for an unknown one. */
guint64 role_may(const char *role);

G_END_DECLS
