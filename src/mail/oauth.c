/* oauth.c - see oauth.h. What a provider is asked and says: mail/oauth_ask.c. */
#include "mail/oauth.h"
#include <pthread.h>
#include <string.h>

enum { EARLY_S = 60, LINK_LIFE_S = 24 * 3600, CHAIN_MAX = 1000 };

typedef struct {
	char *token;
	gint64 until_s; /* monotonic */
} Access;

/* One refresh token took the place of another. */
typedef struct {
	char *old, *renewed;
	char *renewed_key;
	gboolean kept; /* durably */
	gint64 at_s;
} Link;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static GHashTable *tokens; /* key of the latest refresh token -> Access; a mailbox each, so small */
static GHashTable *links;  /* key of a refresh token -> Link: whoever read the mailbox before it was changed goes on with the latest */
static GHashTable *busy;   /* keys that somebody asks or keeps for: a refresh token may be good for one answer only, and its heir is kept before it is used */

static gint64
now_s(void)
{
	return g_get_monotonic_time() / G_USEC_PER_SEC;
}

static void
access_free(gpointer data)
{
	Access *one = data;

	g_free(one->token);
	g_free(one);
}

static void
link_free(gpointer data)
{
	Link *one = data;

	g_free(one->old);
	g_free(one->renewed);
	g_free(one->renewed_key);
	g_free(one);
}

static char *
key_of(const OauthClient *client, const char *refresh_token)
{
	return g_strjoin("\n", client->token_url, client->client_id != NULL ? client->client_id : "", refresh_token, NULL);
}

static void
make_tables(void)
{
	if (tokens != NULL)
		return;
	tokens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, access_free);
	links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, link_free);
	busy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* The key of the refresh token that came after all others behind @key; *@ret_refresh is left alone when that is @key's own. */
static const char *
latest_of(const char *key, const char **ret_refresh)
{
	const Link *link;

	for (guint i = 0; i < CHAIN_MAX && (link = g_hash_table_lookup(links, key)) != NULL; i++) {
		key = link->renewed_key;
		if (ret_refresh != NULL)
			*ret_refresh = link->renewed;
	}
	return key;
}

/* What one call works on, nobody else meanwhile. */
typedef struct {
	char *key;     /* of the latest refresh token */
	char *refresh; /* that token */
	char *token;   /* to be given out; NULL: to be asked for */
	GPtrArray *old; /* what @refresh took the place of, NULL-terminated; NULL: all that is kept */
} Turn;

static void
turn_clear(Turn *turn)
{
	g_free(turn->key);
	g_free(turn->refresh);
	g_free(turn->token);
	g_clear_pointer(&turn->old, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Turn, turn_clear)

/* Everything before the latest, when any of it waits to be kept. */
static GPtrArray *
unkept(const char *key)
{
	g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);
	gboolean wait = FALSE;
	GHashTableIter iter;
	gpointer each, value;

	g_hash_table_iter_init(&iter, links);
	while (g_hash_table_iter_next(&iter, &each, &value)) {
		const Link *link = value;

		if (strcmp(latest_of(each, NULL), key) != 0)
			continue;
		wait = wait || !link->kept;
		g_ptr_array_add(old, g_strdup(link->old));
	}
	g_ptr_array_add(old, NULL);
	return wait ? g_steal_pointer(&old) : NULL;
}

static void
begin(const OauthClient *client, Turn *turn)
{
	g_autofree char *first = key_of(client, client->refresh_token);
	const Access *one;
	const char *key, *refresh = client->refresh_token;

	pthread_mutex_lock(&lock);
	make_tables();
	while (g_hash_table_contains(busy, key = latest_of(first, &refresh)))
		pthread_cond_wait(&ended, &lock);
	turn->key = g_strdup(key);
	turn->refresh = g_strdup(refresh);
	g_hash_table_add(busy, g_strdup(key));
	one = g_hash_table_lookup(tokens, key);
	turn->token = one != NULL && one->until_s > now_s() ? g_strdup(one->token) : NULL;
	turn->old = unkept(key);
	pthread_mutex_unlock(&lock);
}

/* The provider's answer; with @renewed the turn goes on with that, and still nobody else has it. */
static void
answered(const OauthClient *client, Turn *turn, const char *token, gint64 life_s, const char *renewed)
{
	Access *access = g_new0(Access, 1);

	pthread_mutex_lock(&lock);
	if (renewed != NULL) {
		Link *link = g_new0(Link, 1);

		*link = (Link){ g_strdup(turn->refresh), g_strdup(renewed), key_of(client, renewed), FALSE, now_s() };
		g_hash_table_remove(links, link->renewed_key); /* a provider that comes back to an earlier one makes no circle */
		g_hash_table_add(busy, g_strdup(link->renewed_key));
		g_hash_table_remove(tokens, turn->key);
		g_hash_table_remove(busy, turn->key);
		g_free(turn->key);
		turn->key = g_strdup(link->renewed_key);
		g_hash_table_replace(links, key_of(client, turn->refresh), link);
		g_free(turn->refresh);
		turn->refresh = g_strdup(renewed);
	}
	*access = (Access){ g_strdup(token), now_s() + MAX(life_s - EARLY_S, 0) };
	g_hash_table_replace(tokens, g_strdup(turn->key), access);
	g_clear_pointer(&turn->old, g_ptr_array_unref);
	turn->old = unkept(turn->key);
	pthread_mutex_unlock(&lock);
	turn->token = g_strdup(token);
}

static gboolean
is_old_link(gpointer key, gpointer value, gpointer data)
{
	const Link *one = value;

	return one->kept && one->at_s + LINK_LIFE_S < now_s();
}

static gboolean
is_old_token(gpointer key, gpointer value, gpointer data)
{
	return ((const Access *)value)->until_s <= now_s() && !g_hash_table_contains(busy, key);
}

/* @kept: all that led to the latest is durable. */
static void
end(Turn *turn, gboolean kept)
{
	GHashTableIter iter;
	gpointer each, value;

	pthread_mutex_lock(&lock);
	g_hash_table_iter_init(&iter, links);
	while (kept && g_hash_table_iter_next(&iter, &each, &value))
		if (strcmp(latest_of(each, NULL), turn->key) == 0)
			((Link *)value)->kept = TRUE;
	g_hash_table_remove(busy, turn->key);
	g_hash_table_foreach_remove(links, is_old_link, NULL);
	g_hash_table_foreach_remove(tokens, is_old_token, NULL);
	pthread_cond_broadcast(&ended);
	pthread_mutex_unlock(&lock);
}

static gboolean
ask(const OauthClient *client, Turn *turn, GError **error)
{
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autofree char *token = NULL, *renewed = NULL;
	gint64 life_s = 0;

	if (!(client->ask != NULL ? client->ask : oauth_ask_provider)(client, turn->refresh, answer, error) ||
	    (token = oauth_read_answer(client, answer, turn->refresh, &renewed, &life_s, error)) == NULL)
		return FALSE;
	answered(client, turn, token, life_s, renewed);
	return TRUE;
}

char *
oauth_access_token(const OauthClient *client, GError **error)
{
	g_auto(Turn) turn = { 0 };
	gboolean ok;

	if (client->refresh_token == NULL) {
		g_set_error_literal(error, ERR, ERR_INVALID, "there is no refresh token to ask for access with");
		return NULL;
	}
	begin(client, &turn);
	ok = turn.token != NULL || ask(client, &turn, error);
	if (ok && turn.old != NULL && !client->keep(client, (const char *const *)turn.old->pdata, turn.refresh, client->keep_data, error)) {
		g_prefix_error(error, "%s gave a new refresh token, which could not be kept: ", client->token_url);
		ok = FALSE;
	}
	end(&turn, ok);
	return ok ? g_steal_pointer(&turn.token) : NULL;
}
