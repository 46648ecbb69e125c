/* standard_causes.c - see the header. */
#include "cases/standard_causes.h"
#include "base/json.h"
#include "cases/words.h"

static const struct {
	const char *en, *de;
} causes[] = {
	{ "Process", "Ablauf" },                    /* it was done as it should be done, and that is wrong */
	{ "People", "Menschen" },                   /* it was not done as it should be */
	{ "Product", "Produkt" },
	{ "Supplier", "Lieferant" },
	{ "Policy", "Regeln" },                     /* our rules say so */
	{ "Information", "Auskunft" },              /* what we said or wrote was wrong or missing */
	{ "System", "Technik" },
	{ "Customer's own", "Kundin oder Kunde" },
};

gboolean
standard_causes_add(Db *db, const char *lang, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) there = tree_list(db, TREE_ROOT_CAUSE, TRUE, error);
	gint64 id;

	if (there == NULL)
		return FALSE;
	for (guint i = 0; json_array_size(there) == 0 && i < G_N_ELEMENTS(causes); i++)
		if (!tree_resolve(db, TREE_ROOT_CAUSE, g_strcmp0(lang, "de") == 0 ? causes[i].de : causes[i].en, TRUE, "/root_cause", actor, now_ms, &id, error))
			return FALSE;
	return TRUE;
}
