/* tokens.c - GET and POST /tokens, DELETE /tokens/{ref}. Anybody makes and ends their own; an admin sees and ends all. */
#include "desk/tokens.h"
#include "desk/account_value.h"
#include "desk/app.h"
#include "desk/panels.h"
#include "desk/people.h"

typedef struct {
	DraftGiven given;
	char *name;
} TokenDraft;
static const DraftField token_fields[] = {
	{ "name", DRAFT_TEXT, offsetof(TokenDraft, name), .required = TRUE, .max = 100, .about = "what it is for" },
	{ NULL },
};
static const DraftSpec token_draft = { "NewToken", sizeof(TokenDraft), token_fields };

typedef struct {
	const Call *call;
	const char *name;
	char *secret, *ref;
} Make;

static gboolean
make_work(Db *db, gpointer data, GError **error)
{
	Make *make = data;

	g_clear_pointer(&make->secret, g_free);
	g_clear_pointer(&make->ref, g_free);
	make->secret = token_add(db, make->call->actor->user_id, make->name, make->call->actor, make->call->now_ms, &make->ref, error);
	return make->secret != NULL;
}

static json_t *
made_value(Call *call, const Make *make, GError **error)
{
	Db *db = NULL;
	json_t *value;

	if (call->as_page)
		return (db = store_reader(call->store, error)) != NULL ? account_value(call, db, make->secret, error) : NULL;
	value = json_object();
	json_put_text(value, "ref", make->ref);
	json_put_text(value, "name", make->name);
	json_put_text(value, "secret", make->secret);
	call_created(call, "/tokens/%s", make->ref);
	return value;
}

/* POST /tokens: the secret is in this answer and nowhere else. */
static json_t *
token_post(Call *call, GError **error)
{
	Make make = { call, ((const TokenDraft *)call->draft)->name, NULL, NULL };
	json_t *value = NULL;

	if (call_write(call, make_work, &make, error))
		value = made_value(call, &make, error);
	g_free(make.secret);
	g_free(make.ref);
	return value;
}

/* GET /tokens: everybody's. */
static json_t *
tokens_get(Call *call, GError **error)
{
	json_t *tokens = token_list(call->db, 0, error), *value;

	if (tokens == NULL)
		return NULL;
	value = json_object();
	json_put(value, "tokens", tokens);
	json_put_text(value, "made", NULL);
	return value;
}

static gboolean
revoke_work(Db *db, gpointer data, GError **error)
{
	const Call *call = data;
	gint64 whose = actor_may(call->actor, "admin.write") ? 0 : call->actor->user_id;

	return token_revoke_of(db, whose, call_param(call, "ref"), call->actor, call->now_ms, error);
}

static json_t *
token_delete(Call *call, GError **error)
{
	return desk_people_write(call, revoke_work, call, error) ? json_null() : NULL;
}

const Route desk_token_routes[] = {
	{ "GET", "/tokens", "admin.write", ROUTE_READ, .handler = tokens_get, .page = "tokens.html", .panels = desk_panel_chrome, .about = "everybody's API tokens" },
	{ "POST", "/tokens", "case.read", ROUTE_SLOW, 4096, token_post, .page = "account.html", .draft = &token_draft, .panels = account_panels, .flags = ROUTE_SECRET, .about = "make a token of one's own; its secret is shown once" },
	{ "DELETE", "/tokens/{ref}", "case.read", ROUTE_SLOW, 4096, token_delete, .about = "end a token: one's own, or as an admin any" },
	{ NULL },
};
