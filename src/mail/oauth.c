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
} Kept;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of kept */
static GHashTable *kept; /* "client_id\nrefresh_token" -> Kept; a mailbox each, so small */

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
	g_free(one);
}

static char *
find_kept(const char *key)
{
	const Kept *one;
	char *token = NULL;

	pthread_mutex_lock(&lock);
	if (kept != NULL && (one = g_hash_table_lookup(kept, key)) != NULL && one->until_s > now_s())
		token = g_strdup(one->token);
	pthread_mutex_unlock(&lock);
	return token;
}

static void
keep(const char *key, const char *token, gint64 life_s)
{
	Kept *one = g_new0(Kept, 1);

	one->token = g_strdup(token);
	one->until_s = now_s() + MAX(life_s - EARLY_S, 0);
	pthread_mutex_lock(&lock);
	if (kept == NULL)
		kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
	g_hash_table_replace(kept, g_strdup(key), one);
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
form(CURL *curl, const char *client_id, const char *client_secret, const char *refresh_token)
{
	const char *names[] = { "grant_type", "refresh_token", "client_id", "client_secret" }, *values[] = { "refresh_token", refresh_token, client_id, client_secret };
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
ask(const char *url, const char *ca_file, const char *client_id, const char *client_secret, const char *refresh_token, GString *answer, GError **error)
{
	CURL *curl = curl_easy_init();
	char why[CURL_ERROR_SIZE] = "";
	g_autofree char *body = form(curl, client_id, client_secret, refresh_token);
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
	if (ca_file != NULL) { /* of the house's own authority, beside the system's */
		curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
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
	g_set_error(error, ERR, ERR_UPSTREAM, "cannot refresh the token at %s: %s", url, why[0] != '\0' ? why : curl_easy_strerror(code));
	return FALSE;
}

char *
oauth_access_token(const char *token_url, const char *ca_file, const char *client_id, const char *client_secret, const char *refresh_token, GError **error)
{
	g_autofree char *key = g_strconcat(client_id != NULL ? client_id : "", "\n", refresh_token != NULL ? refresh_token : "", NULL);
	char *token = find_kept(key);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autoptr(json_t) value = NULL;
	const char *fresh;

	if (token != NULL)
		return token;
	if (refresh_token == NULL) {
		g_set_error_literal(error, ERR, ERR_INVALID, "there is no refresh token to ask for access with");
		return NULL;
	}
	if (!lazy_load(&lazy_curl, error) || !ask(token_url, ca_file, client_id, client_secret, refresh_token, answer, error))
		return NULL;
	value = json_read(answer->str, answer->len, NULL);
	if (!json_is_object(value) || (fresh = json_text(value, "access_token", NULL)) == NULL) {
		g_set_error(error, ERR, ERR_UPSTREAM, "%s gives no access token: %s", token_url,
		            json_is_object(value) ? json_text(value, "error_description", json_text(value, "error", "it says nothing")) : "its answer is no JSON");
		return NULL;
	}
	keep(key, fresh, json_int(value, "expires_in", LIFE_S));
	return g_strdup(fresh);
}
