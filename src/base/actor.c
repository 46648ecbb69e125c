#include "base/actor.h"
#include "base/err.h"
#include <string.h>

static const Permission permissions[] = {
	{ "case.read", "see cases, customers and the queue" },
	{ "case.make", "write down a new case" },
	{ "case.write", "change a case's details, tags, category and links" },
	{ "case.assign", "give a case to a person or a team" },
	{ "case.merge", "merge, split and undo it" },
	{ "case.close", "move a case to closed, or open a closed one again" },
	{ "message.write", "reply, write notes, record calls and letters" },
	{ "customer.write", "change and merge customers" },
	{ "view.share", "share a saved view or a macro with everybody" },
	{ "measure.read", "see the dashboard's figures" },
	{ "import.run", "import and export cases" },
	{ "admin.write", "users, teams, categories, macros, products, tokens, settings" },
	{ "log.read", "read the whole event log" },
	{ "portal.use", "complain, and follow one's own complaint" },
	{ "promise.make", "make promises to customers, and say that they were kept" },
	{ "remedy.offer", "propose and offer what puts a case right, within one's authority" },
	{ "remedy.approve", "approve what is above somebody else's authority, within one's own" },
	{ "remedy.pay", "carry out, mark as done and reverse remedies" },
	{ "action.write", "open corrective actions and say that they are done" },
	{ NULL, NULL },
};

const Permission *
permission_list(void)
{
	return permissions;
}

guint64
permission_bit(const char *word)
{
	for (guint i = 0; permissions[i].word != NULL; i++)
		if (strcmp(permissions[i].word, word) == 0)
			return (guint64)1 << i;
	return 0;
}

const Actor *
actor_system(void)
{
	static const Actor self = { .kind = ACTOR_SYSTEM, .may = ~(guint64)0, .name = "Redress", .zone = "UTC", .lang = "en", .theme = "auto" };

	return &self;
}

const Actor *
actor_public(void)
{
	static Actor self = { .kind = ACTOR_PUBLIC, .zone = "UTC", .lang = "en", .theme = "auto" };
	static gsize ready;

	if (g_once_init_enter(&ready)) {
		self.may = permission_bit("portal.use");
		g_once_init_leave(&ready, 1);
	}
	return &self;
}

gboolean
actor_may(const Actor *actor, const char *word)
{
	guint64 bit = permission_bit(word);

	g_return_val_if_fail(bit != 0, FALSE);
	return (actor->may & bit) != 0;
}

gboolean
actor_must(const Actor *actor, const char *word, GError **error)
{
	if (actor_may(actor, word))
		return TRUE;
	g_set_error(error, ERR, ERR_DENIED, "this needs the permission %s", word);
	return FALSE;
}
