/* roles.c - see roles.h. What each permission means: base/actor.c. */
#include "org/roles.h"
#include <string.h>

const char *const role_words[] = { "agent", "supervisor", "admin", "auditor", NULL };

static const struct {
	const char *role;
	const char *may[24];
} table[] = {
	{ "agent", { "case.read", "case.make", "case.write", "case.assign", "message.write", "customer.write", "measure.read", "portal.use",
			"promise.make", "remedy.offer" } },
	{ "supervisor",
		{ "case.read", "case.make", "case.write", "case.assign", "case.merge", "case.close", "message.write", "customer.write", "view.share",
			"measure.read", "import.run", "portal.use", "promise.make", "remedy.offer", "remedy.approve", "remedy.pay", "action.write" } },
	{ "admin",
		{ "case.read", "case.make", "case.write", "case.assign", "case.merge", "case.close", "message.write", "customer.write", "view.share",
			"measure.read", "import.run", "admin.write", "log.read", "portal.use", "promise.make", "remedy.offer", "remedy.approve", "remedy.pay",
			"action.write" } },
	{ "auditor", { "case.read", "measure.read", "log.read", "portal.use" } },
};

guint64
role_may(const char *role)
{
	guint64 may = 0;

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		if (g_strcmp0(table[i].role, role) != 0)
			continue;
		for (guint k = 0; k < G_N_ELEMENTS(table[i].may) && table[i].may[k] != NULL; k++)
			may |= permission_bit(table[i].may[k]);
	}
	return may;
}
