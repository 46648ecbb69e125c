/* oauth_ask.c - one question to a provider of tokens, and its answer. Who asks, and when: mail/oauth.c. */
#include "mail/oauth.h"
#include "base/json.h"
#include "base/curl.lazy.h"
#include <string.h>

enum { ANSWER_MAX = 64 * 1024, TIMEOUT_S = 30, LIFE_S = 300 };

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

gboolean
oauth_ask_provider(const OauthClient *client, const char *refresh_token, GString *answer, GError **error)
{
	g_autofree char *body = NULL;
	char why[CURL_ERROR_SIZE] = "";
	CURLcode code;
	CURL *curl;

	if (!lazy_load(&lazy_curl, error))
		return FALSE;
	curl = curl_easy_init();
	body = form(curl, client, refresh_token);
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

char *
oauth_read_answer(const OauthClient *client, const GString *answer, const char *refresh_token, char **ret_renewed, gint64 *ret_life_s, GError **error)
{
	g_autoptr(json_t) value = json_read(answer->str, answer->len, NULL);
	const char *token = json_is_object(value) ? json_text(value, "access_token", NULL) : NULL, *next;

	if (token == NULL) {
		g_set_error(error, ERR, ERR_UPSTREAM, "%s gives no access token: %s", client->token_url,
		            json_is_object(value) ? json_text(value, "error_description", json_text(value, "error", "it says nothing")) : "its answer is no JSON");
		return NULL;
	}
	next = json_text(value, "refresh_token", NULL);
	*ret_renewed = next != NULL && next[0] != '\0' && strcmp(next, refresh_token) != 0 ? g_strdup(next) : NULL;
	*ret_life_s = json_int(value, "expires_in", LIFE_S);
	return g_strdup(token);
}
