/* One LMTP conversation without sockets: what is answered to what, and that a message is exactly what the client meant. */
#include "mail/lmtp_talk.h"
#include <string.h>

typedef struct {
	GString *log;      /* "begin from", "end a,b: bytes", "abandon" */
	GString *bytes;
	gpointer token;
	guint n_to, room;
	gboolean answers, refuses;
} Store;

static gboolean
on_recipient(const char *address, const char **ret_words, gpointer data)
{
	return strncmp(address, "nobody", 6) != 0 || (*ret_words = "550 5.1.1 no such person", FALSE);
}

static gpointer
on_begin(const char *from, const char *const *to, gpointer data)
{
	Store *store = data;

	if (store->refuses)
		return NULL;
	g_string_append_printf(store->log, "begin <%s>; ", from);
	g_string_truncate(store->bytes, 0);
	return store->bytes;
}

static gboolean
on_append(gpointer handle, const guint8 *bytes, gsize size, gpointer data)
{
	g_string_append_len(handle, (const char *)bytes, (gssize)size);
	return ((Store *)data)->bytes->len <= ((Store *)data)->room;
}

static void
on_end(gpointer handle, const char *const *to, gpointer token, gpointer data)
{
	Store *store = data;
	g_autofree char *all = g_strjoinv(",", (char **)to);

	g_string_append_printf(store->log, "end %s; ", all);
	store->token = token;
	store->n_to = g_strv_length((char **)to);
	for (guint i = store->n_to; store->answers && i-- > 0;) {
		g_autofree char *reply = g_strdup_printf("250 2.0.0 filed %u", i);

		lmtp_answer(token, i, reply);
	}
}

static void
on_abandon(gpointer handle, gpointer data)
{
	g_string_append(((Store *)data)->log, "abandon; ");
}

static const LmtpSink sink = { on_recipient, on_begin, on_append, on_end, on_abandon };

typedef struct {
	Store store;
	LmtpBell *bell;
	LmtpOptions options;
	LmtpTalk *talk;
} World;

static World *
world_new(void)
{
	World *self = g_new0(World, 1);

	self->store = (Store){ .log = g_string_new(NULL), .bytes = g_string_new(NULL), .answers = TRUE, .room = G_MAXUINT };
	self->bell = lmtp_bell_new();
	self->options = (LmtpOptions){ .max_bytes = 1000, .max_recipients = 3 };
	lmtp_options_fill(&self->options);
	self->talk = lmtp_talk_new(&self->options, &sink, &self->store, self->bell);
	g_string_truncate(lmtp_talk_out(self->talk), 0);
	return self;
}

static void
world_free(World *self)
{
	lmtp_talk_free(self->talk);
	lmtp_bell_unref(self->bell);
	g_string_free(self->store.log, TRUE);
	g_string_free(self->store.bytes, TRUE);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* Says it in pieces of @piece bytes; the codes of what was answered, "250 354 ...". */
static char *
say_bytes(World *self, const char *bytes, gsize size, gsize piece)
{
	GString *out = lmtp_talk_out(self->talk), *codes = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;

	for (gsize at = 0; at < size; at += piece)
		lmtp_talk_feed(self->talk, (const guint8 *)bytes + at, MIN(piece, size - at));
	lines = g_strsplit(out->str, "\r\n", 0);
	for (char **line = lines; *line != NULL; line++) {
		if (**line != '\0' && (*line)[3] == ' ')
			g_string_append_printf(codes, "%s%.3s", codes->len > 0 ? " " : "", *line);
	}
	g_string_truncate(out, 0);
	return g_string_free(codes, FALSE);
}

static void
assert_said(World *self, const char *text, const char *codes)
{
	g_autofree char *got = say_bytes(self, text, strlen(text), strlen(text));

	g_assert_cmpstr(got, ==, codes);
}

#define BEGIN "LHLO a\r\nMAIL FROM:<x@y>\r\nRCPT TO:<a@b>\r\nDATA\r\n"

static void
test_life(void)
{
	g_autoptr(World) world = world_new();

	assert_said(world, "LHLO client.example\r\n", "250");
	assert_said(world, "MAIL FROM:<> BODY=8BITMIME SMTPUTF8 SIZE=20\r\nRCPT TO:<a@b>\r\nRCPT TO:<nobody@b>\r\nRCPT TO:<@relay,@two:\"c > d\"@e>\r\nDATA\r\n", "250 250 550 250 354");
	assert_said(world, "Subject: x\r\n\r\n..\r\n...\r\n.y\r\n.\r\nQUIT\r\n", "250 250 221");
	g_assert_cmpstr(world->store.log->str, ==, "begin <>; end a@b,\"c > d\"@e; ");
	g_assert_cmpstr(world->store.bytes->str, ==, "Subject: x\r\n\r\n.\r\n..\r\ny\r\n");
	g_assert_true(lmtp_talk_is_over(world->talk));
}

/* Whatever the pieces, the same message; nothing but CR LF . CR LF ends it. */
static void
test_smuggling(void)
{
	static const char body[] = "a\n.\nb\n.\r\nc\r.\rd\r\n.\re\r\n.\nf\r\n\r.\r\n\0g\r\n\n.\r\nMAIL FROM:<evil@e>\r\n\r\r\n";
	static const char kept[] = "a\n.\nb\n.\r\nc\r.\rd\r\n\re\r\n\nf\r\n\r.\r\n\0g\r\n\n.\r\nMAIL FROM:<evil@e>\r\n\r\r\n";
	g_autoptr(GString) said = g_string_new(BEGIN);

	g_string_append_len(said, body, sizeof body - 1);
	g_string_append(said, ".\r\n");
	for (gsize piece = 1; piece <= said->len; piece++) {
		g_autoptr(World) world = world_new();
		g_autofree char *codes = say_bytes(world, said->str, said->len, piece);

		g_assert_cmpstr(codes, ==, "250 250 250 354 250");
		g_assert_cmpmem(world->store.bytes->str, world->store.bytes->len, kept, sizeof kept - 1);
		g_assert_cmpstr(world->store.log->str, ==, "begin <x@y>; end a@b; ");
	}
}

static void
test_empty_message(void)
{
	g_autoptr(World) world = world_new();

	assert_said(world, BEGIN ".\r\n", "250 250 250 354 250");
	g_assert_cmpuint(world->store.bytes->len, ==, 0);
}

static void
test_sequence(void)
{
	static const char *const cases[][2] = {
		{ "MAIL FROM:<a@b>\r\n", "503" },
		{ "RCPT TO:<a@b>\r\n", "503" },
		{ "DATA\r\n", "503" },
		{ "EHLO a\r\nHELO a\r\n", "500 500" },
		{ "LHLO\r\n", "501" },
		{ "LHLO a\r\nRCPT TO:<a@b>\r\nDATA\r\n", "250 503 503" },
		{ "LHLO a\r\nMAIL FROM:<a@b>\r\nDATA\r\n", "250 250 503" },
		{ "LHLO a\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", "250 250 503" },
		{ "LHLO a\r\nMAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<a@b>\r\n", "250 250 250 503" },
		{ "LHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<nobody@b>\r\nDATA\r\n", "250 250 550 503" },
		{ "LHLO a\r\nMAIL FROM:a@b\r\nMAIL FROM:<a@b\r\nMAIL FROM:<a b>\r\nMAIL FROM:<a@b>x\r\nMAIL FRO:<a>\r\n", "250 501 501 501 501 501" },
		{ "LHLO a\r\nMAIL FROM:<a@b> SIZE=1001\r\nMAIL FROM:<a@b> SIZE=x\r\nMAIL FROM:<a@b> WHAT\r\n", "250 552 501 555" },
		{ "LHLO a\r\nMAIL FROM: <a@b>\r\nRCPT TO:<>\r\nRCPT TO:<a@b> NOTIFY=NEVER\r\n", "250 250 501 555" },
		{ "LHLO a\r\nMAIL FROM:<a>\r\nRCPT TO:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nRCPT TO:<d>\r\n", "250 250 250 250 250 452" },
		{ "noop\r\nVRFY a\r\nBDAT 12 LAST\r\n\r\nNO\r\n", "250 252 500 500 500" },
		{ "LHLO \xFF\r\nLHLO a\tb\r\nNO\rOP\r\n", "500 500 500" },
		{ "NOOP\nNOOP\n", "250 250" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(World) world = world_new();

		g_test_message("%u", i);
		assert_said(world, cases[i][0], cases[i][1]);
		g_assert_cmpstr(world->store.log->str, ==, "");
	}
}

static void
test_long_lines(void)
{
	g_autoptr(World) world = world_new();
	g_autofree char *long_line = g_strnfill(300000, 'x');
	g_autofree char *codes = say_bytes(world, long_line, 300000, 5000);

	g_assert_cmpstr(codes, ==, "");
	g_assert_false(lmtp_talk_is_full(world->talk));
	assert_said(world, "\r\nNOOP\r\n", "500 250");
}

static void
test_mistakes(void)
{
	g_autoptr(World) world = world_new();

	for (guint i = 0; i < 20; i++)
		assert_said(world, "WHAT\r\n", "500");
	assert_said(world, "WHAT\r\nNOOP\r\n", "500 421");
	g_assert_true(lmtp_talk_is_over(world->talk));
}

static void
test_too_large(void)
{
	g_autoptr(World) world = world_new();
	g_autofree char *text = g_strnfill(2000, 'x'), *said = g_strconcat(BEGIN, text, "\r\n.\r\nNOOP\r\n", NULL);

	assert_said(world, said, "250 250 250 354 552 250");
	g_assert_cmpstr(world->store.log->str, ==, "begin <x@y>; abandon; ");
	/* A fresh one is taken on the same connection. */
	assert_said(world, BEGIN "ok\r\n.\r\n", "250 250 250 354 250");
}

static void
test_no_room(void)
{
	g_autoptr(World) world = world_new();

	world->store.room = 3;
	assert_said(world, BEGIN "four\r\n.\r\n", "250 250 250 354 452");
	g_assert_cmpstr(world->store.log->str, ==, "begin <x@y>; abandon; ");
	world->store.refuses = TRUE;
	assert_said(world, BEGIN, "250 250 250 452");
}

static void
test_answers_in_order(void)
{
	g_autoptr(World) world = world_new();
	GString *out = lmtp_talk_out(world->talk);

	world->store.answers = FALSE;
	assert_said(world, "LHLO a\r\nMAIL FROM:<x>\r\nRCPT TO:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\nhi\r\n.\r\nNOOP\r\n", "250 250 250 250 250 354");
	g_assert_true(lmtp_talk_is_waiting(world->talk));
	lmtp_answer(world->store.token, 2, "550 5.2.1 c");
	lmtp_answer(world->store.token, 0, "250 2.0.0 a");
	lmtp_answer(world->store.token, 0, "250 2.0.0 twice");
	lmtp_answer(world->store.token, 7, "250 2.0.0 nobody");
	lmtp_talk_go_on(world->talk);
	g_assert_cmpstr(out->str, ==, "");
	lmtp_answer(world->store.token, 1, "nonsense\r\n250 injected");
	lmtp_talk_go_on(world->talk);
	g_assert_true(g_str_has_prefix(out->str, "250 2.0.0 a\r\n451 4.3.0 could not be stored; try again later\r\n550 5.2.1 c\r\n250 2.0.0 ok\r\n"));
}

/* The client goes while its message is stored: the message stays, the answers fall away. */
static void
test_gone_while_stored(void)
{
	g_autoptr(World) world = world_new();

	world->store.answers = FALSE;
	assert_said(world, BEGIN "hi\r\n.\r\n", "250 250 250 354");
	lmtp_talk_free(g_steal_pointer(&world->talk));
	lmtp_answer(world->store.token, 0, "250 2.0.0 late");
	g_assert_cmpstr(world->store.log->str, ==, "begin <x@y>; end a@b; ");
}

static void
test_gone_in_the_middle(void)
{
	g_autoptr(World) world = world_new();

	assert_said(world, BEGIN "half", "250 250 250 354");
	lmtp_talk_free(g_steal_pointer(&world->talk));
	g_assert_cmpstr(world->store.log->str, ==, "begin <x@y>; abandon; ");
}

static void
test_stop(void)
{
	g_autoptr(World) world = world_new();

	world->store.answers = FALSE;
	assert_said(world, BEGIN "hi\r\n.\r\n" BEGIN, "250 250 250 354");
	lmtp_talk_stop(world->talk);
	g_assert_true(lmtp_talk_is_waiting(world->talk));
	lmtp_answer(world->store.token, 0, "250 2.0.0 filed");
	lmtp_talk_go_on(world->talk);
	g_assert_cmpstr(lmtp_talk_out(world->talk)->str, ==, "250 2.0.0 filed\r\n421 4.3.2 we are stopping; try again later\r\n");
	g_assert_true(lmtp_talk_is_over(world->talk));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lmtp/life", test_life);
	g_test_add_func("/lmtp/smuggling", test_smuggling);
	g_test_add_func("/lmtp/empty-message", test_empty_message);
	g_test_add_func("/lmtp/sequence", test_sequence);
	g_test_add_func("/lmtp/long-lines", test_long_lines);
	g_test_add_func("/lmtp/mistakes", test_mistakes);
	g_test_add_func("/lmtp/too-large", test_too_large);
	g_test_add_func("/lmtp/no-room", test_no_room);
	g_test_add_func("/lmtp/answers-in-order", test_answers_in_order);
	g_test_add_func("/lmtp/gone-while-stored", test_gone_while_stored);
	g_test_add_func("/lmtp/gone-in-the-middle", test_gone_in_the_middle);
	g_test_add_func("/lmtp/stop", test_stop);
	return g_test_run();
}
