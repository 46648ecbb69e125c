/* LMTP: cut into pieces in another way a conversation gives the same answers and the same messages, and nothing crashes.
 * The first byte says how the pieces are cut. */
#include "mail/lmtp_talk.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size);

typedef struct {
	GString *stored;
	guint n_open;
	gsize begin;
} Store;

static gpointer
on_begin(const char *from, const char *const *to, gpointer data)
{
	Store *store = data;

	g_assert(g_utf8_validate(from, -1, NULL) && strpbrk(from, "\r\n") == NULL);
	store->n_open++;
	store->begin = store->stored->len;
	g_string_append_printf(store->stored, "[%s|", from);
	return store;
}

static gboolean
on_append(gpointer handle, const guint8 *bytes, gsize size, gpointer data)
{
	g_string_append_len(((Store *)data)->stored, (const char *)bytes, (gssize)size);
	return TRUE;
}

static void
on_end(gpointer handle, const char *const *to, gpointer token, gpointer data)
{
	Store *store = data;
	const guint n = g_strv_length((char **)to);

	g_assert(n > 0 && store->n_open-- == 1);
	for (guint i = 0; i < n; i++)
		g_string_append_printf(store->stored, "|%s", to[i]);
	g_string_append_c(store->stored, ']');
	for (guint i = n; i-- > 0;)
		lmtp_answer(token, i, "250 2.0.0 filed");
}

static void
on_abandon(gpointer handle, gpointer data)
{
	Store *store = data;

	g_assert(store->n_open-- == 1);
	/* How far its bytes came depends on the pieces. */
	g_string_truncate(store->stored, store->begin);
	g_string_append(store->stored, "[!]");
}

/* What was answered and what was stored. */
static GString *
talk_through(const guint8 *said, gsize size, gsize piece)
{
	static const LmtpSink sink = { NULL, on_begin, on_append, on_end, on_abandon };
	LmtpOptions options = { .max_bytes = 300, .max_recipients = 4 };
	GString *out = g_string_new(NULL);
	Store store = { .stored = g_string_new(NULL) };
	LmtpBell *bell = lmtp_bell_new();
	LmtpTalk *talk;

	lmtp_options_fill(&options);
	talk = lmtp_talk_new(&options, &sink, &store, bell);
	for (gsize at = 0; at < size; at += piece) {
		lmtp_talk_feed(talk, said + at, MIN(piece, size - at));
		/* The client fetches its answers, which may have held up its next words. */
		do {
			g_string_append_len(out, lmtp_talk_out(talk)->str, (gssize)lmtp_talk_out(talk)->len);
			g_string_truncate(lmtp_talk_out(talk), 0);
			lmtp_talk_go_on(talk);
		} while (lmtp_talk_out(talk)->len > 0);
	}
	lmtp_talk_free(talk);
	lmtp_bell_unref(bell);
	g_assert(store.n_open == 0);
	g_string_append_len(out, store.stored->str, (gssize)store.stored->len);
	g_string_free(store.stored, TRUE);
	return out;
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size)
{
	g_autoptr(GString) whole = NULL, pieces = NULL;

	if (size < 2)
		return 0;
	whole = talk_through(bytes + 1, size - 1, size - 1);
	pieces = talk_through(bytes + 1, size - 1, 1 + bytes[0] % 16);
	g_assert(g_string_equal(whole, pieces));
	return 0;
}
