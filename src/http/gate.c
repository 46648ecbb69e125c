/* gate.c - see gate.h. */
#include "http/gate.h"
#include "http/inner.h"
#include "base/err.h"
#include "base/ids.h"
#include <sodium.h>
#include <string.h>

enum { STRICT_PER_MINUTE = 10, NONCE = 12, MAC = 16 };

static gboolean
refuse(Request *self, guint status, ErrCode code, const char *message)
{
	g_set_error_literal(&self->error, ERR, code, message);
	self->error_status = status;
	return FALSE;
}

/* ---- actor --------------------------------------------------------------------------------------------------------- */

static const char *
bearer_of(const Request *self)
{
	const char *text = self->head.authorization;

	if (text == NULL || g_ascii_strncasecmp(text, "Bearer ", 7) != 0)
		return NULL;
	text += 7;
	return text + strspn(text, " ");
}

static gboolean
find_actor(Request *self)
{
	const HttpAuth *auth = &self->server->config.auth;
	const char *token = bearer_of(self), *cookie = token == NULL ? call_cookie(&self->call, SESSION_COOKIE) : NULL;
	const Actor *actor = NULL;
	Db *db = NULL;

	if (self->head.authorization != NULL && token == NULL)
		return refuse(self, 401, ERR_DENIED, "Authorization must be \"Bearer\" and an API token");
	if ((token == NULL || auth->by_token == NULL) && (cookie == NULL || *cookie == '\0' || auth->by_session == NULL))
		return token == NULL || refuse(self, 401, ERR_DENIED, "this API token is not known here, or was revoked");
	if (self->call.store != NULL && (db = store_reader(self->call.store, &self->error)) == NULL)
		return FALSE;
	if (token != NULL) {
		actor = auth->by_token(auth->data, db, token, self->call.now_ms);
		if (actor == NULL)
			return refuse(self, 401, ERR_DENIED, "this API token is not known here, or was revoked");
	} else {
		actor = auth->by_session(auth->data, db, cookie, self->call.now_ms, self->csrf);
		self->by_cookie = actor != NULL;
	}
	if (actor != NULL) {
		self->call.actor = actor;
		self->actor_owned = TRUE;
	}
	return TRUE;
}

/* ---- rates --------------------------------------------------------------------------------------------------------- */

static gboolean
take(Request *self, guint64 key, guint per_minute)
{
	const guint wait = rate_take(self->server->rates, key, per_minute, self->call.now_ms);
	char seconds[16];

	if (wait == 0)
		return TRUE;
	g_snprintf(seconds, sizeof seconds, "%u", wait);
	call_header_add(&self->call, "Retry-After", seconds);
	g_set_error(&self->error, ERR, ERR_LIMIT, "too many requests; please wait %u s", wait);
	return FALSE;
}

static gboolean
within_rates(Request *self)
{
	const RateTable *rates = self->server->rates;
	const guint per_minute = self->server->config.rate_per_minute;
	const char *address = call_address(&self->call);

	if (self->route != NULL && (self->route->flags & ROUTE_RATE_STRICT) && self->method != M_GET &&
		!take(self, rate_key_address(rates, 's', address), MIN(STRICT_PER_MINUTE, per_minute)))
		return FALSE;
	if (self->call.actor->user_id != 0) /* a known account has its own measure: an office shares an address */
		return take(self, rate_key_account(rates, 'u', self->call.actor->user_id), per_minute);
	return take(self, rate_key_address(rates, 'a', address), per_minute);
}

/* ---- cross-site ---------------------------------------------------------------------------------------------------- */

/* TRUE when "https://desk.example" names the host the request was sent to. */
static gboolean
origin_is_ours(const char *origin, const char *host)
{
	const char *authority = strstr(origin, "://");

	return authority != NULL && host != NULL && g_ascii_strcasecmp(authority + 3, host) == 0;
}

static gboolean
from_our_pages(Request *self)
{
	const Head *head = &self->head;
	const gboolean form = self->type == TYPE_FORM || self->type == TYPE_MULTIPART;

	if (self->method == M_GET || (!self->by_cookie && !form) || bearer_of(self) != NULL)
		return TRUE;
	if (head->fetch_site != NULL) { /* browsers say it themselves; scripts cannot change it */
		if (strcmp(head->fetch_site, "same-origin") == 0 || strcmp(head->fetch_site, "none") == 0)
			return TRUE;
	} else if (head->origin == NULL || origin_is_ours(head->origin, head->host)) {
		return TRUE;
	}
	return refuse(self, 403, ERR_DENIED, "this was sent from another site's page; please use the form on our own page");
}

char *
csrf_show(const char *csrf)
{
	guint8 bytes[NONCE + MAC];
	char *out = g_malloc(sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING));

	randombytes_buf(bytes, NONCE);
	crypto_generichash(bytes + NONCE, MAC, bytes, NONCE, (const guint8 *)csrf, MIN(strlen(csrf), crypto_generichash_KEYBYTES_MAX));
	return sodium_bin2base64(out, sodium_base64_ENCODED_LEN(sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), bytes, sizeof bytes,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

gboolean
csrf_matches(const char *csrf, const char *shown)
{
	const gsize size = strlen(csrf);
	guint8 bytes[NONCE + MAC], right[MAC];
	gsize n;

	if (size == 0)
		return FALSE;
	if (strlen(shown) == size && sodium_memcmp(csrf, shown, size) == 0)
		return TRUE;
	if (sodium_base642bin(bytes, sizeof bytes, shown, strlen(shown), NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		n != sizeof bytes)
		return FALSE;
	crypto_generichash(right, MAC, bytes, NONCE, (const guint8 *)csrf, MIN(size, crypto_generichash_KEYBYTES_MAX));
	return sodium_memcmp(right, bytes + NONCE, MAC) == 0;
}

gboolean
gate_token(Request *self)
{
	const char *shown = self->head.csrf;

	if (self->method == M_GET || !self->by_cookie || (self->route->flags & ROUTE_NO_CSRF))
		return TRUE;
	if (shown == NULL && self->form != NULL)
		shown = form_value(self->form, "_csrf");
	if (shown != NULL && csrf_matches(self->csrf, shown))
		return TRUE;
	return refuse(self, 403, ERR_DENIED, shown == NULL ? "the page's token is missing (_csrf or X-CSRF-Token)" :
							     "you signed in again since this page was opened; please load it again");
}

/* ---- rooms --------------------------------------------------------------------------------------------------------- */

gboolean
gate_enter(Request *self)
{
	return find_actor(self) && within_rates(self) && from_our_pages(self);
}

gboolean
gate_permit(Request *self)
{
	const char *may = self->route->may;

	if (may == NULL || actor_may(self->call.actor, may))
		return TRUE;
	if (!self->actor_owned)
		return refuse(self, 401, ERR_DENIED, "please sign in");
	actor_must(self->call.actor, may, &self->error);
	return FALSE;
}
