/* Refresh tokens whose provider gives another one at each use and takes none twice: whatever overtakes what, the durable one is the latest
 * that was given, and nobody signs in with what came beside one that is not durable. What is written where: mailbox/test_mailbox.c; with
 * real servers: tests/mail/long.py. */
#include "base/seal.h"
#include "kit/kit.h"
#include "mail/oauth.h"
#include "mailbox/mailbox.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const SealKey key = { { 7 } };

/* ---- a provider: "refresh-3" is good once, and answered by "access-4" and "refresh-4". */
static struct {
	pthread_mutex_t lock;
	int latest, n_asked, n_refused;
	int life_s;
	gboolean renews;
} provider = { .lock = PTHREAD_MUTEX_INITIALIZER };

static gboolean
ask(const OauthClient *client, const char *refresh_token, GString *answer, GError **error)
{
	pthread_mutex_lock(&provider.lock);
	provider.n_asked++;
	if (atoi(refresh_token + strlen("refresh-")) != provider.latest) {
		provider.n_refused++;
		g_string_append(answer, "{\"error\": \"invalid_grant\"}");
	} else if (provider.renews) {
		provider.latest++;
		g_string_append_printf(answer, "{\"access_token\": \"access-%d\", \"refresh_token\": \"refresh-%d\", \"expires_in\": %d}", provider.latest, provider.latest, provider.life_s);
	} else {
		g_string_append_printf(answer, "{\"access_token\": \"access-%d\", \"expires_in\": %d}", provider.latest, provider.life_s);
	}
	pthread_mutex_unlock(&provider.lock);
	return TRUE;
}

/* ---- a mailbox */

typedef struct {
	Store *store;
	char *url;
	gint64 mailbox_id;
	int n_failing; /* so many writes fail */
	/* of one write */
	const OauthClient *client;
	const char *const *old;
	const char *renewed;
} Desk;

static void
desk_clear(Desk *desk)
{
	g_free(desk->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

/* With a provider of its own: what this process knows of one test's tokens is nothing to the next. */
static void
add(Kit *kit, Desk *desk)
{
	static guint n;
	char *url = desk->url = g_strdup_printf("https://p%u.example/token", n++);
	g_autoptr(GError) error = NULL;
	g_autofree char *imap = seal(&key, "imap", "refresh-0"), *smtp = seal(&key, "smtp", "refresh-0");
	const MailServer in = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"xoauth2", .user = (char *)"help", .sealed = imap,
		.token_url = url, .client_id = (char *)"redress" };
	MailServer out = in;
	g_autoptr(Mailbox) made = NULL;

	out.host = (char *)"smtp.example.org";
	out.sealed = smtp;
	made = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_IMAP | MAILBOX_SMTP, .address = "help@example.org", .imap = &in, .smtp = &out }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	provider.latest = provider.n_asked = provider.n_refused = 0;
	provider.renews = TRUE;
	desk->mailbox_id = made->id;
}

/* What is on disk, to sign in to @place with. */
static char *
durable(Store *store, gint64 mailbox_id, const char *place)
{
	g_autoptr(GError) error = NULL;
	Db *db = store_reader(store, &error);
	g_autoptr(Mailbox) it = mailbox_get(db, mailbox_id, &error);
	char *secret;

	g_assert_no_error(error);
	secret = unseal(&key, place, (strcmp(place, "imap") == 0 ? it->imap : it->smtp)->sealed, &error);
	g_assert_no_error(error);
	return secret;
}

static gboolean
write_renewed(Db *db, gpointer data, GError **error)
{
	const Desk *desk = data;

	return mailbox_token_renewed(db, &key, desk->client->token_url, desk->client->client_id, desk->old, desk->renewed, error);
}

static gboolean
keep(const OauthClient *client, const char *const *old, const char *renewed, gpointer data, GError **error)
{
	Desk *shared = data;
	Desk desk = { shared->store, shared->url, shared->mailbox_id, 0, client, old, renewed };

	for (guint i = 0; i < 200; i++)
		g_thread_yield(); /* others have their chance to come between */
	if (shared->n_failing > 0) {
		shared->n_failing--;
		g_set_error_literal(error, ERR, ERR_BUSY, "the disk is full");
		return FALSE;
	}
	return store_write(shared->store, write_renewed, &desk, error);
}

static char *
access_with(Desk *desk, const char *refresh, GError **error)
{
	const OauthClient client = { .token_url = desk->url, .client_id = "redress", .refresh_token = refresh, .ask = ask, .keep = keep, .keep_data = desk };

	return oauth_access_token(&client, error);
}

static int
number_in(const char *token)
{
	return atoi(strrchr(token, '-') + 1);
}

static void *
sign_in_often(void *data)
{
	Desk *desk = data;
	g_autofree char *refresh = NULL;

	for (guint i = 0; i < 40; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *token = NULL, *now = NULL;

		if (i % 4 == 0) { /* else what was read a while ago, when others had not renewed it yet */
			g_free(refresh);
			refresh = durable(desk->store, desk->mailbox_id, i % 8 == 0 ? "imap" : "smtp");
		}
		token = access_with(desk, refresh, &error);
		g_assert_no_error(error);
		now = durable(desk->store, desk->mailbox_id, "imap");
		g_assert_cmpint(number_in(token), <=, number_in(now)); /* what it came with, or what came after that, is on disk */
	}
	return NULL;
}

static void
test_renewals_overtake_each_other(Kit *kit)
{
	g_auto(Desk) desk = { .store = kit_store(kit) };
	g_autofree char *imap = NULL, *smtp = NULL;
	pthread_t threads[4];

	add(kit, &desk);
	provider.life_s = 60; /* nothing is good for longer than it takes to say so */
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_assert_cmpint(pthread_create(&threads[i], NULL, sign_in_often, &desk), ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		pthread_join(threads[i], NULL);
	g_assert_cmpint(provider.n_refused, ==, 0);
	g_assert_cmpint(provider.n_asked, ==, 160);
	imap = durable(desk.store, desk.mailbox_id, "imap");
	smtp = durable(desk.store, desk.mailbox_id, "smtp");
	g_assert_cmpint(number_in(imap), ==, provider.latest);
	g_assert_cmpstr(smtp, ==, imap);
}

/* Who cannot keep it signs in with nothing; the next one keeps it first, and asks for no other while this one is good. */
static void
test_what_is_not_kept_is_not_used(Kit *kit)
{
	g_auto(Desk) desk = { .store = kit_store(kit), .n_failing = 1 };
	g_autoptr(GError) error = NULL;
	g_autofree char *token = NULL, *on_disk = NULL;

	add(kit, &desk);
	provider.life_s = 3600;
	g_assert_null(access_with(&desk, "refresh-0", &error));
	g_assert_error(error, ERR, ERR_BUSY);
	g_clear_error(&error);
	on_disk = durable(desk.store, desk.mailbox_id, "imap");
	g_assert_cmpstr(on_disk, ==, "refresh-0");
	token = access_with(&desk, "refresh-0", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(token, ==, "access-1");
	g_assert_cmpint(provider.n_asked, ==, 1);
	g_free(on_disk);
	on_disk = durable(desk.store, desk.mailbox_id, "smtp");
	g_assert_cmpstr(on_disk, ==, "refresh-1");
}

/* It could not be kept until it ran out: the next one takes the place of both. */
static void
test_of_two_the_second_is_kept(Kit *kit)
{
	g_auto(Desk) desk = { .store = kit_store(kit), .n_failing = 1 };
	g_autoptr(GError) error = NULL;
	g_autofree char *token = NULL, *late = NULL, *on_disk = NULL;

	add(kit, &desk);
	provider.life_s = 0;
	g_assert_null(access_with(&desk, "refresh-0", NULL));
	token = access_with(&desk, "refresh-0", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(token, ==, "access-2");
	on_disk = durable(desk.store, desk.mailbox_id, "imap");
	g_assert_cmpstr(on_disk, ==, "refresh-2");
	provider.renews = FALSE; /* and who has read the first one goes on with the latest */
	late = access_with(&desk, "refresh-1", &error);
	g_assert_no_error(error);
	g_assert_cmpint(provider.n_refused, ==, 0);
	g_assert_cmpstr(late, ==, "access-2");
}

/* The mailbox was given another secret meanwhile: what came belongs to nobody, and is not used. */
static void
test_a_secret_typed_meanwhile_stays(Kit *kit)
{
	g_auto(Desk) desk = { .store = kit_store(kit) };
	g_autoptr(GError) error = NULL;
	g_autofree char *typed = seal(&key, "imap", "refresh-900"), *on_disk = NULL;
	MailServer in = { .host = (char *)"imap.example.org", .port = 993, .security = (char *)"tls", .auth = (char *)"xoauth2", .user = (char *)"help", .sealed = typed,
		.client_id = (char *)"redress" };
	g_autoptr(Mailbox) changed = NULL;

	add(kit, &desk);
	in.token_url = desk.url;
	changed = mailbox_change(kit->db, desk.mailbox_id, 0, &(MailboxChange){ .given = MAILBOX_IMAP | MAILBOX_SMTP, .imap = &in }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	provider.life_s = 3600;
	g_assert_null(access_with(&desk, "refresh-0", &error));
	g_assert_error(error, ERR, ERR_BUSY);
	on_disk = durable(desk.store, desk.mailbox_id, "imap");
	g_assert_cmpstr(on_disk, ==, "refresh-900");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/tokens/renewals-overtake-each-other", test_renewals_overtake_each_other);
	kit_add("/mail/tokens/what-is-not-kept-is-not-used", test_what_is_not_kept_is_not_used);
	kit_add("/mail/tokens/of-two-the-second-is-kept", test_of_two_the_second_is_kept);
	kit_add("/mail/tokens/a-secret-typed-meanwhile-stays", test_a_secret_typed_meanwhile_stays);
	return kit_run();
}
