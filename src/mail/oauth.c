/* oauth.c - see oauth.h. */
#include "mail/oauth.h"
#include "base/json.h"
#include "base/curl.lazy.h"
#include <pthread.h>
#include <string.h>

enum { ANSWER_MAX = 64 * 1024, TIMEOUT_S = 30, EARLY_S = 60, LIFE_S = 300 };

typedef struct {
	char *token;
	gint64 until_s; /* monotonic */
	char *renewed;  /* the refresh token that the provider gave for this one; NULL: none, or stored */
} Kept;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static GHashTable *kept;   /* "client_id\nrefresh_token" -> Kept; a mailbox each, so small */
static GHashTable *asking; /* keys that somebody asks the provider for: a refresh token may be good for one answer only */

static gint64
now_s(void)
{
	return g_get_monotonic_time() / G_USEC_PER_SEC;
}

static void
kept_free(gpointer data)
{
	Kept *one = data;

	g_free(one->token);
	g_free(one->renewed);
	g_free(one);
}

static char *
key_of(const OauthClient *client, const char *refresh_token)
{
	return g_strconcat(client->client_id != NULL ? client->client_id : "", "\n", refresh_token, NULL);
}

static gboolean
is_over(gpointer key, gpointer value, gpointer data)
{
	const Kept *one = value;

	return one->renewed == NULL && one->until_s <= now_s() && !g_hash_table_contains(asking, key);
}

static void
keep(const char *key, const char *token, gint64 life_s, const char *renewed)
{
	Kept *one = g_new0(Kept, 1);

	one->token = g_strdup(token);
	one->until_s = now_s() + MAX(life_s - EARLY_S, 0);
	one->renewed = g_strdup(renewed);
	g_hash_table_replace(kept, g_strdup(key), one);
}

/* A token that is still good; else NULL, and the caller is the one who asks: *@ret_refresh is what to ask with. */
static char *
begin(const char *key, const char *refresh_token, char **ret_renewed, char **ret_refresh)
{
	const Kept *one;
	char *token = NULL;

	pthread_mutex_lock(&lock);
	if (kept == NULL) {
		kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
		asking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	}
	while (g_hash_table_contains(asking, key))
		pthread_cond_wait(&answered, &lock);
	one = g_hash_table_lookup(kept, key);
	if (one != NULL && one->until_s > now_s()) {
		token = g_strdup(one->token);
		*ret_renewed = g_strdup(one->renewed);
	} else {
		*ret_refresh = g_strdup(one != NULL && one->renewed != NULL ? one->renewed : refresh_token);
		g_hash_table_add(asking, g_strdup(key));
	}
	pthread_mutex_unlock(&lock);
	return token;
}

/* @token NULL: it was refused. @refresh: what was asked with. */
static void
end(const OauthClient *client, const char *key, const char *refresh, const char *token, gint64 life_s, const char *renewed)
{
	pthread_mutex_lock(&lock);
	if (token != NULL) {
		keep(key, token, life_s, renewed);
		if (renewed != NULL) { /* for whoever reads the new one where it was stored */
			g_autofree char *next = key_of(client, renewed);

			keep(next, token, life_s, NULL);
		}
		if (renewed != NULL && strcmp(refresh, renewed) != 0 && strcmp(refresh, client->refresh_token) != 0) {
			g_autofree char *between = key_of(client, refresh); /* which another thread may just have stored in place of the client's */

			keep(between, token, life_s, renewed);
		}
	}
	g_hash_table_remove(asking, key);
	g_hash_table_foreach_remove(kept, is_over, NULL);
	pthread_cond_broadcast(&answered);
	pthread_mutex_unlock(&lock);
}

void
oauth_stored(const OauthClient *client, const char *renewed)
{
	g_autofree char *key = key_of(client, client->refresh_token);
	Kept *one;

	pthread_mutex_lock(&lock);
	if (kept != NULL && (one = g_hash_table_lookup(kept, key)) != NULL && g_strcmp0(one->renewed, renewed) == 0)
		g_clear_pointer(&one->renewed, g_free); /* a newer one waits to be stored itself */
	pthread_mutex_unlock(&lock);
}

static size_t
take(char *bytes, size_t one, size_t n, void *data)
{
	GString *answer = data;

	if (answer->len + n > ANSWER_MAX)
		return 0;
	g_string_append_len(answer, bytes, (gssize)n);
	return n;
}

static char *
form(CURL *curl, const OauthClient *client, const char *refresh_token)
{
	const char *names[] = { "grant_type", "refresh_token", "client_id", "client_secret" };
	const char *values[] = { "refresh_token", refresh_token, client->client_id, client->client_secret };
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		char *escaped = values[i] != NULL ? curl_easy_escape(curl, values[i], 0) : NULL;

		if (escaped != NULL)
			g_string_append_printf(out, "%s%s=%s", out->len > 0 ? "&" : "", names[i], escaped);
		curl_free(escaped);
	}
	return g_string_free(out, FALSE);
}

static gboolean
ask(const OauthClient *client, const char *refresh_token, GString *answer, GError **error)
{
	CURL *curl = curl_easy_init();
	char why[CURL_ERROR_SIZE] = "";
	g_autofree char *body = form(curl, client, refresh_token);
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, client->token_url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	if (client->ca_file != NULL) { /* of the house's own authority, beside the system's */
		curl_easy_setopt(curl, CURLOPT_CAINFO, client->ca_file);
		curl_easy_setopt(curl, CURLOPT_CAPATH, "/etc/ssl/certs");
	}
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	code = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	if (code == CURLE_OK)
		return TRUE;
	g_set_error(error, ERR, ERR_UPSTREAM, "cannot refresh the token at %s: %s", client->token_url, why[0] != '\0' ? why : curl_easy_strerror(code));
	return FALSE;
}

/* The provider's answer: (transfer full), with *@ret_renewed where it is another than @refresh. */
static char *
read_answer(const OauthClient *client, const GString *answer, const char *refresh, char **ret_renewed, gint64 *ret_life_s, GError **error)
{
	g_autoptr(json_t) value = json_read(answer->str, answer->len, NULL);
	const char *token = json_is_object(value) ? json_text(value, "access_token", NULL) : NULL, *next;

	if (token == NULL) {
		g_set_error(error, ERR, ERR_UPSTREAM, "%s gives no access token: %s", client->token_url,
		            json_is_object(value) ? json_text(value, "error_description", json_text(value, "error", "it says nothing")) : "its answer is no JSON");
		return NULL;
	}
	next = json_text(value, "refresh_token", NULL);
	if (next != NULL && next[0] != '\0' && strcmp(next, refresh) != 0)
		*ret_renewed = g_strdup(next);
	*ret_life_s = json_int(value, "expires_in", LIFE_S);
	return g_strdup(token);
}

char *
oauth_access_token(const OauthClient *client, char **ret_renewed, GError **error)
{
	g_autofree char *key = NULL, *refresh = NULL, *renewed = NULL;
	g_autoptr(GString) answer = g_string_new(NULL);
	gint64 life_s = 0;
	char *token;

	*ret_renewed = NULL;
	if (client->refresh_token == NULL) {
		g_set_error_literal(error, ERR, ERR_INVALID, "there is no refresh token to ask for access with");
		return NULL;
	}
	if (!lazy_load(&lazy_curl, error))
		return NULL;
	key = key_of(client, client->refresh_token);
	if ((token = begin(key, client->refresh_token, ret_renewed, &refresh)) != NULL)
		return token;
	if (ask(client, refresh, answer, error))
		token = read_answer(client, answer, refresh, &renewed, &life_s, error);
	if (token != NULL && renewed == NULL && strcmp(refresh, client->refresh_token) != 0)
		renewed = g_strdup(refresh); /* one of before, that was not stored yet */
	end(client, key, refresh, token, life_s, renewed);
	*ret_renewed = token != NULL ? g_steal_pointer(&renewed) : NULL;
	return token;
}
