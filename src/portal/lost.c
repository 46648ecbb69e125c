/* lost.c - GET and POST /track, for a customer who lost the private link. The link itself is never given here: who handles
 * the case is told by a note, and gives it (GET /cases/{ref}/link, desk/cases.c) by the address or number we knew before.
 * What is answered is the same whether the number exists, belongs to somebody else, or fits. */
#include "portal/lost.h"
#include "base/clock.h"
#include "cases/message.h"
#include "customer/customer.h"
#include "desk/app.h"
#include "org/settings.h"
#include "lost.sql.h"
#include <string.h>

typedef struct {
	DraftGiven given;
	char *ref, *reach;
} LostDraft;
static const DraftField lost_fields[] = {
	{ "ref", DRAFT_TEXT, offsetof(LostDraft, ref), .required = TRUE, .max = 20, .about = "the case's number" },
	{ "reach", DRAFT_TEXT, offsetof(LostDraft, reach), .required = TRUE, .max = 254, .about = "the email address or phone number given with it" },
	{ NULL },
};
static const DraftSpec lost_draft = { "LostLink", sizeof(LostDraft), lost_fields };

static gboolean
lost_panels(Call *call, json_t *value, GError **error)
{
	json_t *house = settings_house(desk_app(call)->settings, call->db, error);

	if (house == NULL)
		return FALSE;
	json_put(value, "house", house);
	return TRUE;
}

/* GET /track?sent=1 */
static json_t *
lost_get(Call *call, GError **error)
{
	json_t *value = json_object();

	json_put_bool(value, "sent", call_query(call, "sent") != NULL);
	return value;
}

/* Folded as contacts are compared; NULL for what is neither an address nor a number. (transfer full) */
static char *
fold(const char *reach)
{
	return strchr(reach, '@') != NULL ? email_fold(reach) : phone_fold(reach);
}

/* As they gave it to us before; NULL when it is not theirs. */
static const char *
known_reach(const Customer *customer, const char *reach)
{
	g_autofree char *asked = fold(reach);

	for (guint i = 0; asked != NULL && customer->contacts != NULL && i < customer->contacts->len; i++) {
		const Contact *one = customer->contacts->pdata[i];
		g_autofree char *known = g_str_equal(one->kind, "email") || g_str_equal(one->kind, "phone") ? fold(one->value) : NULL;

		if (known != NULL && strcmp(known, asked) == 0)
			return one->value;
	}
	return NULL;
}

/* One note a day is enough; it names who has the case, so that they are told. */
static gboolean
tell_staff(Call *call, const Case *it, const char *reach, GError **error)
{
	g_autofree char *name = it->owner_name != NULL ? g_strdup_printf("@%s ", it->owner_name) : g_strdup("");
	g_autofree char *body = g_strdup_printf("%sThe customer lost the private link and asks for a new one, to %s.", name, reach);
	const NewMessage note = { .direction = "note", .channel = "portal", .body = body, .author_name = "Redress" };
	const Actor customer = { .kind = ACTOR_CUSTOMER, .may = actor_public()->may, .case_id = it->id, .zone = "UTC", .lang = "en", .theme = "auto" };
	gboolean asked = FALSE;
	gint64 id;

	if (!db_query_int(call->db, &SQL_LOST_ASKED, DB_ARGS(DB_INT(it->id), DB_INT(call->now_ms - MS_PER_DAY)), &id, &asked, error))
		return FALSE;
	return asked || message_add(call->db, it->id, &note, &customer, call->now_ms, NULL, error);
}

/* POST /track -> {sent: true}, always. */
static json_t *
lost_post(Call *call, GError **error)
{
	const LostDraft *draft = call->draft;
	g_autoptr(Case) it = NULL;
	g_autoptr(Customer) customer = NULL;
	g_autoptr(GError) why = NULL;
	const char *reach;
	json_t *value;

	if ((it = case_by_ref(call->db, draft->ref, &why)) == NULL && !g_error_matches(why, ERR, ERR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&why));
		return NULL;
	}
	if (it != NULL && it->customer_id != 0) {
		if ((customer = customer_get(call->db, it->customer_id, error)) == NULL)
			return NULL;
		if ((reach = known_reach(customer, draft->reach)) != NULL && !tell_staff(call, it, reach, error))
			return NULL;
	}
	call_redirect(call, "/track?sent=1");
	value = json_object();
	json_put_bool(value, "sent", TRUE);
	return value;
}

const Route portal_lost_routes[] = {
	{ "GET", "/track", NULL, ROUTE_READ, .handler = lost_get, .page = "track_find.html", .panels = lost_panels, .flags = ROUTE_PAGE_ONLY, .about = "for who lost the private link" },
	{ "POST", "/track", NULL, ROUTE_WRITE, 4096, lost_post, .page = "track_find.html", .draft = &lost_draft, .panels = lost_panels, .flags = ROUTE_NO_CSRF | ROUTE_RATE_STRICT, .about = "ask for a new private link; the same answer whether there is such a case or not" },
	{ NULL },
};
