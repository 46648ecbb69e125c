/* Mails filed in bulk become the same rows as the same mails received one by one: cases, messages, heads, people, ids, customers, events, files, and
 * what searches find. Refs and times of writing are each one's own. */
#include "filed.h"
#include "flow/mail/bulk.h"
#include "store/search.h"
#include <glib/gstdio.h>

enum { N = 300 };

static const char *const looks[] = {
	"SELECT subject || '|' || snippet || '|' || stage || '|' || tags || '|' || CAST(customer_id AS TEXT) || '|' || CAST(n_messages AS TEXT) || '|' || CAST(received_at AS TEXT) || '|' || CAST(version AS TEXT) AS line FROM cases ORDER BY id",
	"SELECT CAST(case_id AS TEXT) || '|' || direction || '|' || COALESCE(author_name, '-') || '|' || CAST(said_at AS TEXT) || '|' || body AS line FROM messages ORDER BY id",
	"SELECT CAST(message_id AS TEXT) || '|' || kind || '|' || internet_id || '|' || COALESCE(in_reply_to, '-') || '|' || COALESCE(references_, '-') || '|' || subject || '|' || COALESCE(words, '-') || '|' || COALESCE(replace(CAST(spans AS TEXT), ' ', ''), '-') || '|' || COALESCE(html, '-') AS line FROM mail_heads ORDER BY message_id",
	"SELECT CAST(message_id AS TEXT) || '|' || role || '|' || name || '|' || address || '|' || address_key AS line FROM mail_people ORDER BY message_id, role, address",
	"SELECT CAST(key AS TEXT) || '|' || CASE WHEN own THEN 'own' ELSE 'named' END || '|' || CAST(message_id AS TEXT) || '|' || CAST(COALESCE(case_id, 0) AS TEXT) AS line FROM mail_ids ORDER BY key, message_id, own",
	"SELECT CAST(u.id AS TEXT) || '|' || u.name || '|' || COALESCE(c.value_key, '-') AS line FROM customers u LEFT JOIN contacts c ON c.customer_id = u.id ORDER BY u.id",
	"SELECT e.kind || '|' || CAST(COALESCE(e.case_id, 0) AS TEXT) || '|' || e.actor_kind || '|' || CAST(COALESCE(e.subject_id, 0) AS TEXT) AS line FROM events e ORDER BY COALESCE(e.case_id, 0), e.id",
	"SELECT CAST(message_id AS TEXT) || '|' || name || '|' || media_type || '|' || hash AS line FROM attachments ORDER BY id",
	"SELECT identity || '|' || state || '|' || COALESCE(kind, '-') || '|' || CAST(size AS TEXT) || '|' || CAST(COALESCE(message_id, 0) AS TEXT) AS line FROM mails ORDER BY id",
	"SELECT CAST(sum(n_seen) AS TEXT) || '|' || CAST(sum(n_known) AS TEXT) || '|' || CAST(sum(n_filed) AS TEXT) || '|' || CAST(sum(n_set_aside) AS TEXT) AS line FROM mail_counts",
	NULL,
};

static char *
one_mail(guint i)
{
	g_autofree char *answers = i % 5 == 3 ? g_strdup_printf("In-Reply-To: <%u@x>\r\nReferences: <root@x> <%u@x>\r\n", i - 3, i - 3) : g_strdup("");
	g_autofree char *head = g_strdup_printf("From: Ann Number%u <Ann%u@X.example>\r\nTo: help@larch.example, Bob <bob@y.example>\r\nMessage-ID: <%u@x>\r\nDate: Thu, 19 Nov 2026 10:%02u:00 +0000\r\nSubject: %sKettle %u leaks\r\n%s",
		(i - (i % 5 == 3 ? 3 : 0)) % 40, (i - (i % 5 == 3 ? 3 : 0)) % 40, i % 50 == 49 ? i - 1 : i, i % 60, i % 5 == 3 ? "Re: " : "", i, answers);

	if (i % 50 == 49) /* the one before it, once more */
		return one_mail(i - 1);
	switch (i % 5) {
	case 0: return g_strconcat(head, "\r\nIt LEAKS, s\xc3\xa4gt man.\r\n\r\n-- \r\nAnn\r\n", NULL);
	case 1: return g_strconcat(head, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain words.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Plain <b>words</b>.</p>\r\n--b--\r\n", NULL);
	case 2: return g_strconcat(head, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the picture.\r\n--b\r\nContent-Type: image/png; name=leak.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n", NULL);
	case 3: return g_strconcat(head, "\r\nStill leaking.\r\n\r\nOn Thu, 19 Nov 2026 at 10:00, Help wrote:\r\n> It leaks?\r\n> Really?\r\n\r\n-- \r\nAnn\r\n", NULL);
	default: return g_strconcat(head, i % 20 == 4 ? "Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n" : "\r\nNothing but words, some of them twice: words.\r\n", NULL);
	}
}

static MailIncoming *
incoming(const char *dir, guint i)
{
	g_autofree char *raw = one_mail(i);
	MailIncoming *mail = mail_incoming_new(dir, MAIL_BYTES_MAX);

	g_assert_true(mail_incoming_feed(mail, (const guint8 *)raw, strlen(raw), NULL) && mail_incoming_end(mail, NULL));
	return mail;
}

static void
file_in_bulk(Kit *kit, Store *store, MailFiler *filer)
{
	g_autoptr(MailBulk) bulk = mail_bulk_new(store, &(MailBulkOptions){ .context = &context, .filer = filer, .way = "import" });
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < N; i++)
		g_assert_true(mail_bulk_add(bulk, incoming(kit->dir, i), 0, i, &error));
	g_assert_true(mail_bulk_end(bulk, &error));
	g_assert_no_error(error);
}

static gboolean
keep_one(Db *db, gpointer data, GError **error)
{
	MailKeep one = { .way = "import" };
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 id;

	mail_incoming_keep(data, &one);
	return tx != NULL && mail_keep_in(db, &one, clock_now_ms(), &id, NULL, error) && db_tx_commit(tx, error);
}

static void
file_one_by_one(const char *dir, Store *store, MailFiler *filer)
{
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < N; i++) {
		g_autoptr(MailIncoming) mail = incoming(dir, i);

		g_assert_true(store_write(store, keep_one, mail, &error));
		g_assert_true(mail_filer_run(filer, FALSE, NULL, &error));
	}
}

static char *
rows_of(Db *db, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbRows) rows = db_query(db, db_sql_compose(db, "look", text, 0), DB_NO_ARGS, &error);
	GString *out = g_string_new(NULL);

	g_assert_no_error(error);
	while (db_rows_next(rows, &error))
		g_string_append_printf(out, "%s\n", db_rows_text(rows, "line"));
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

/* The cases that a word finds. */
static char *
found(Db *db, const char *word)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(SearchHit)), cases = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) error = NULL;
	g_autoptr(SearchFound) it = NULL;
	gboolean partial, more = TRUE;
	GString *out = g_string_new(word);

	g_ptr_array_add(words, (gpointer)word);
	it = search_find(db, &(SearchTerms){ .words = words }, 10000, &partial, &error);
	g_assert_no_error(error);
	while (more)
		g_assert_true(search_found_next(it, 100, hits, &more, &error));
	for (gint64 id = 1; id <= N; id++)
		for (guint i = 0; i < hits->len; i++)
			if (g_array_index(hits, SearchHit, i).case_id == id)
				g_string_append_printf(out, " %d", (int)id);
	return g_string_free(out, FALSE);
}

static void
test_the_same_rows(Kit *kit)
{
	static const char *const words[] = { "leaks", "sagt", "kettle", "twice", "still", "number7", "picture", "nothing", "nowhere" };
	g_autofree char *dir = g_build_filename(kit->dir, "other", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) other = NULL;
	MailFiler *filer;
	Db *db;

	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	context.data_dir = kit->dir;
	filer = mail_filer_new(kit_store(kit), &(MailFilerOptions){ .context = &context });
	file_in_bulk(kit, kit_store(kit), filer);
	mail_filer_free(filer);
	context.data_dir = dir;
	other = store_open(&(StoreOptions){ .data_dir = dir, .migrate = TRUE }, &error);
	g_assert_no_error(error);
	filer = mail_filer_new(other, &(MailFilerOptions){ .context = &context });
	file_one_by_one(dir, other, filer);
	mail_filer_free(filer);
	db = store_reader(other, &error);
	for (guint i = 0; looks[i] != NULL; i++) {
		g_autofree char *bulk = rows_of(kit->db, looks[i]), *singly = rows_of(db, looks[i]);

		g_assert_cmpuint(strlen(bulk), >, 2);
		g_assert_cmpstr(bulk, ==, singly);
	}
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *bulk = found(kit->db, words[i]), *singly = found(db, words[i]);

		g_assert_cmpstr(bulk, ==, singly);
		g_assert_true((strchr(bulk, ' ') != NULL) == (strcmp(words[i], "nowhere") != 0));
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/same/the-same-rows", test_the_same_rows);
	return kit_run();
}
