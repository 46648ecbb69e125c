/* Mail from files, filed in bulk: each once, in its order, whatever is wrong with one of them. */
#include "filed.h"
#include "flow/mail/bulk.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/file.h>

static gboolean disk_fails, files_fail; /* the second: files, and not the log */

/* Before the system's own. */
int
fdatasync(int fd)
{
	if (!disk_fails)
		return (int)syscall(SYS_fdatasync, fd);
	errno = EIO;
	return -1;
}

int
fsync(int fd)
{
	if (!files_fail)
		return (int)syscall(SYS_fsync, fd);
	errno = ENOSPC;
	return -1;
}

typedef struct {
	Kit *kit;
	MailFiler *filer;
	MailBulk *bulk;
	gint64 n;
	GError *error;
	MailBulkDone done;
} Bulk;

static void
bulk_begin_in(Bulk *self, Kit *kit, Store *store, MailReader reader, guint limit_s)
{
	*self = (Bulk){ .kit = kit };
	context.data_dir = kit->dir;
	self->filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context, .reader = reader, .limit_s = limit_s });
	self->bulk = mail_bulk_new(store, &(MailBulkOptions){ .context = &context, .filer = self->filer, .way = "import", .reader = reader, .limit_s = limit_s });
}

static void
bulk_begin(Bulk *self, Kit *kit, MailReader reader, guint limit_s)
{
	bulk_begin_in(self, kit, kit_store(kit), reader, limit_s);
}

static gboolean
bulk_add(Bulk *self, const char *raw)
{
	MailIncoming *mail = mail_incoming_new(self->kit->dir, MAIL_BYTES_MAX);

	g_assert_true(mail_incoming_feed(mail, (const guint8 *)raw, strlen(raw), NULL) && mail_incoming_end(mail, NULL));
	return mail_bulk_add(self->bulk, mail, 0, ++self->n, &self->error);
}

static gboolean
bulk_end(Bulk *self)
{
	gboolean ok = self->error == NULL && mail_bulk_end(self->bulk, &self->error);

	self->done = *mail_bulk_done(self->bulk);
	mail_bulk_free(self->bulk);
	mail_filer_free(self->filer);
	return ok;
}

static gboolean
bulk_one(Bulk *self, guint number, const char *subject, const char *more)
{
	g_autofree char *raw = g_strdup_printf("From: Ann Lee <ann%u@x.example>\r\nMessage-ID: <%u@x>\r\nSubject: %s\r\n%s\r\nThe kettle leaks, says number %u.\r\n", number, number, subject, more, number);

	return bulk_add(self, raw);
}

static gint64
in_state(Kit *kit, const char *state)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) AS value FROM mails WHERE state = '%s' AND way = 'import'", state);

	return kit_count(kit, sql);
}

static gboolean
is_bad(const KeptMail *kept)
{
	return kept->bytes != NULL && g_strstr_len(g_bytes_get_data(kept->bytes, NULL), (gssize)g_bytes_get_size(kept->bytes), "Subject: bad") != NULL;
}

static ReadMail *
read_never(const KeptMail *kept, const char *data_dir, GError **error)
{
	if (!is_bad(kept))
		return mail_read(kept, data_dir, error);
	g_set_error_literal(error, ERR, ERR_INTERNAL, "the bad one");
	return NULL;
}

static ReadMail *
read_on_a_full_disk(const KeptMail *kept, const char *data_dir, GError **error)
{
	g_set_error_literal(error, ERR, ERR_BUSY, "the disk is full");
	return NULL;
}

static GMutex lock; /* of the rest */
static GCond changed;
static gboolean hold;
static guint n_held;

static ReadMail *
read_slowly(const KeptMail *kept, const char *data_dir, GError **error)
{
	g_mutex_lock(&lock);
	n_held += is_bad(kept);
	while (is_bad(kept) && hold)
		g_cond_wait(&changed, &lock);
	n_held -= is_bad(kept);
	g_cond_broadcast(&changed);
	g_mutex_unlock(&lock);
	return mail_read(kept, data_dir, error);
}

/* Whatever is read lies in the journal already. */
static gint not_kept;

static ReadMail *
read_kept(const KeptMail *kept, const char *data_dir, GError **error)
{
	g_atomic_int_add(&not_kept, kept->identity != NULL || kept->id == 0);
	return mail_read(kept, data_dir, error);
}

static void
test_hundreds_are_filed_in_their_order(Kit *kit)
{
	enum { N = 700 }; /* more than two batches */
	Bulk it;

	for (int again = 0; again < 2; again++) {
		bulk_begin(&it, kit, NULL, 0);
		for (guint i = 0; i < N; i++) {
			g_autofree char *answers = g_strdup_printf("In-Reply-To: <%u@x>\r\nReferences: <%u@x>\r\n", i % 7 != 0 ? i - 1 : i, i % 7 != 0 ? i - 1 : i);
			g_autofree char *from = g_strdup_printf("From: ann%u@x.example\r\nMessage-ID: <%u@x>\r\nSubject: leaks\r\n%s\r\nWord number %u.\r\n", i / 7, i, i % 7 != 0 ? answers : "", i);

			g_assert_true(bulk_add(&it, from));
		}
		g_assert_true(bulk_end(&it));
		g_assert_cmpint(it.done.filed, ==, again ? 0 : N);
		g_assert_cmpint(it.done.known, ==, again ? N : 0);
		g_assert_cmpint(it.done.at, ==, N);
		g_assert_cmpint(in_state(kit, "filed"), ==, N);
		g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, N / 7); /* each answer found what it answers, though written with it */
		g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails m JOIN mail_bytes b ON b.mail_id = m.id"), ==, N);
		g_assert_cmpint(kit_count(kit, "SELECT CAST(sum(n_seen) AS BIGINT) FROM mail_counts"), ==, again ? 2 * N : N);
		g_assert_cmpint(kit_count(kit, "SELECT CAST(sum(n_filed) AS BIGINT) FROM mail_counts"), ==, N);
		g_assert_cmpint(kit_count(kit, "SELECT CAST(sum(n_known) AS BIGINT) FROM mail_counts"), ==, again ? N : 0);
	}
}

static void
test_the_same_twice_is_known(Kit *kit)
{
	Bulk it;

	bulk_begin(&it, kit, NULL, 0);
	for (guint i = 0; i < 3; i++)
		g_assert_true(bulk_one(&it, 1, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 1);
	g_assert_cmpint(it.done.known, ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM messages"), ==, 1);
}

static void
test_one_that_cannot_be_read_is_set_aside(Kit *kit)
{
	Bulk it;

	bulk_begin(&it, kit, read_never, 0);
	kit_expect_log("is set aside: the bad one");
	for (guint i = 0; i < 600; i++)
		g_assert_true(bulk_one(&it, i, i == 300 ? "bad" : "good", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 599);
	g_assert_cmpint(it.done.set_aside, ==, 1);
	g_assert_cmpint(in_state(kit, "filed"), ==, 599);
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT CAST(sum(n_seen) AS BIGINT) FROM mail_counts"), ==, 600);
}

static void
test_one_that_hangs_is_left_behind(Kit *kit)
{
	Bulk it;

	hold = TRUE;
	bulk_begin(&it, kit, read_slowly, 1);
	kit_expect_log("is set aside: Reading it took too long.");
	for (guint i = 0; i < 3; i++)
		g_assert_true(bulk_one(&it, i, i == 1 ? "bad" : "good", ""));
	g_assert_true(bulk_end(&it));
	g_mutex_lock(&lock);
	hold = FALSE;
	g_cond_broadcast(&changed);
	while (n_held > 0)
		g_cond_wait(&changed, &lock);
	g_mutex_unlock(&lock);
	g_assert_cmpint(it.done.filed, ==, 2);
	g_assert_cmpint(it.done.set_aside, ==, 1);
}

static void
test_what_our_rules_refuse_is_set_aside_alone(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mailbox) box = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_TRUSTED, .address = "help@larch.example", .trusted = TRUE }, kit->actor, kit->now_ms, &error);
	Bulk it;

	bulk_begin(&it, kit, NULL, 0);
	kit_expect_log("is set aside");
	for (guint i = 0; i < 3; i++) {
		g_autofree char *raw = g_strdup_printf("From: a%u@x.example\r\nMessage-ID: <%u@x>\r\n%sSubject: leaks\r\n\r\nWords.\r\n", i, i, i > 0 ? "X-Redress-External-Id: INC1\r\n" : "");
		MailIncoming *mail = mail_incoming_new(kit->dir, MAIL_BYTES_MAX);

		g_assert_true(mail_incoming_feed(mail, (const guint8 *)raw, strlen(raw), NULL) && mail_incoming_end(mail, NULL));
		g_assert_true(mail_bulk_add(it.bulk, mail, box->id, i, &it.error));
	}
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 2);
	g_assert_cmpint(it.done.set_aside, ==, 1);
}

static void
test_a_report_that_is_not_ours_waits(Kit *kit)
{
	Bulk it;

	bulk_begin(&it, kit, NULL, 0);
	g_assert_true(bulk_one(&it, 1, "leaks", ""));
	g_assert_true(bulk_one(&it, 2, "Out of office", "Auto-Submitted: auto-replied\r\n"));
	g_assert_true(bulk_one(&it, 2, "Out of office", "Auto-Submitted: auto-replied\r\n"));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 1);
	g_assert_cmpint(it.done.set_aside, ==, 1);
	g_assert_cmpint(it.done.known, ==, 1);
	g_assert_cmpint(in_state(kit, "waiting"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM events e JOIN mails m ON m.id = e.subject_id WHERE e.kind = 'mail.waiting'"), ==, 1);
}

static void
test_a_full_disk_costs_no_mail(Kit *kit)
{
	g_autofree char *mark = g_build_filename(kit->dir, "importing", NULL);
	Bulk it;

	bulk_begin(&it, kit, read_on_a_full_disk, 0);
	for (guint i = 0; i < 3; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	g_assert_false(bulk_end(&it));
	g_assert_error(it.error, ERR, ERR_BUSY);
	g_clear_error(&it.error);
	g_assert_cmpint(it.done.filed, ==, 0);
	g_assert_cmpint(in_state(kit, "kept"), ==, 3);
	g_assert_cmpint(g_access(mark, F_OK), ==, -1); /* nothing died */

	bulk_begin(&it, kit, NULL, 0);
	for (guint i = 0; i < 4; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.known, ==, 3);
	g_assert_cmpint(it.done.filed, ==, 1);
	g_assert_cmpint(in_state(kit, "filed"), ==, 4);
}

/* Where commits do not wait for the disk, it is waited for before anything is said of them. */
static void
test_done_is_what_is_on_disk(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(&(StoreOptions){ .data_dir = kit->dir, .url = kit->url, .sync_later = TRUE }, &error);
	Bulk it;

	g_assert_no_error(error);
	bulk_begin_in(&it, kit, store, NULL, 0);
	for (guint i = 0; i < 300; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 300);
	if (kit->engine != DB_SQLITE)
		return;
	bulk_begin_in(&it, kit, store, NULL, 0);
	for (guint i = 300; i < 310; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	disk_fails = TRUE;
	g_assert_false(bulk_end(&it));
	disk_fails = FALSE;
	g_assert_error(it.error, ERR, ERR_BUSY);
	g_clear_error(&it.error);
	g_assert_cmpint(it.done.filed, ==, 0);
	g_assert_cmpint(it.done.at, ==, 0);
}

static void
test_after_a_death_each_is_kept_before_it_is_read(Kit *kit)
{
	g_autofree char *mark = g_build_filename(kit->dir, "importing", NULL);
	Bulk it;

	g_atomic_int_set(&not_kept, 0);
	g_assert_true(g_file_set_contents(mark, "", 0, NULL));
	bulk_begin(&it, kit, read_kept, 0);
	for (guint i = 0; i < 300; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 300);
	g_assert_cmpint(g_atomic_int_get(&not_kept), ==, 0);
	g_assert_cmpint(g_access(mark, F_OK), ==, -1);

	bulk_begin(&it, kit, read_kept, 0); /* the one after it is as any other */
	g_assert_true(bulk_one(&it, 300, "leaks", ""));
	g_assert_cmpint(g_access(mark, F_OK), ==, 0);
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(g_atomic_int_get(&not_kept), ==, 1);
	g_assert_cmpint(g_access(mark, F_OK), ==, -1);
}

/* Another import runs: its mark is its own, and stays. */
static void
test_beside_another_its_mark_stays(Kit *kit)
{
	g_autofree char *mark = g_build_filename(kit->dir, "importing", NULL);
	int fd = open(mark, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	Bulk it;

	g_assert_cmpint(flock(fd, LOCK_EX | LOCK_NB), ==, 0);
	bulk_begin(&it, kit, NULL, 0);
	for (guint i = 0; i < 3; i++)
		g_assert_true(bulk_one(&it, i, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 3);
	g_assert_cmpint(g_access(mark, F_OK), ==, 0);
	close(fd);
}

static void
test_a_large_one_keeps_its_place(Kit *kit)
{
	g_autofree char *filler = g_strnfill(MAIL_IN_ROW_MAX + 1000, 'a');
	g_autofree char *large = NULL;
	Bulk it;

	for (gsize i = 70; i < strlen(filler); i += 71)
		filler[i] = '\n';
	large = g_strconcat("From: ann@x.example\r\nMessage-ID: <large@x>\r\nSubject: leaks\r\n\r\n", filler, NULL);
	bulk_begin(&it, kit, NULL, 0);
	g_assert_true(bulk_one(&it, 1, "before", ""));
	g_assert_true(bulk_add(&it, large));
	g_assert_cmpint(mail_bulk_done(it.bulk)->filed, ==, 2);
	g_assert_true(bulk_add(&it, "From: ann@x.example\r\nMessage-ID: <after@x>\r\nIn-Reply-To: <large@x>\r\nSubject: Re: leaks\r\n\r\nStill.\r\n"));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 3);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM cases"), ==, 2);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM mails WHERE blob IS NOT NULL"), ==, 1);
}

/* A part of it is a file of that many letters. */
static gboolean
bulk_with_file(Bulk *self, guint number, const char *more, char letter, gsize size, char ret_hash[BLOB_HASH_SIZE])
{
	g_autofree char *bytes = g_strnfill(size, letter);
	g_autofree char *raw = g_strdup_printf("From: Ann Lee <ann%u@x.example>\r\nMessage-ID: <%u@x>\r\nSubject: leaks\r\n%sMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
	                                       "--b\r\n\r\nThe kettle leaks.\r\n--b\r\nContent-Type: image/png; name=kettle.png\r\nContent-Disposition: attachment\r\n\r\n%s\r\n--b--\r\n", number, number, more, bytes);

	blob_hash(bytes, size, ret_hash);
	return bulk_add(self, raw);
}

static gboolean
is_there(Kit *kit, const char *hash)
{
	gint64 size;
	int fd = blob_open(kit->dir, hash, &size, NULL);

	return fd >= 0 && close(fd) == 0;
}

/* What is set aside is read again when somebody lets it in: its files are kept then. */
static void
test_files_of_what_is_filed_are_kept(Kit *kit)
{
	char filed[BLOB_HASH_SIZE], aside[BLOB_HASH_SIZE];
	Bulk it;

	bulk_begin(&it, kit, NULL, 0);
	g_assert_true(bulk_with_file(&it, 1, "", 'a', 500, filed));
	g_assert_true(bulk_with_file(&it, 2, "", 'a', 500, filed));
	g_assert_true(bulk_with_file(&it, 3, "Auto-Submitted: auto-replied\r\n", 'b', 500, aside));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 2);
	g_assert_cmpint(it.done.set_aside, ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM attachments WHERE name = 'kettle.png' AND size = 500"), ==, 2);
	g_assert_true(is_there(kit, filed));
	g_assert_false(is_there(kit, aside));
}

/* No row names a file that is not on disk: nothing is filed where it cannot be waited for, and all of it once it can. */
static void
test_no_row_without_its_file(Kit *kit)
{
	char hash[BLOB_HASH_SIZE];
	Bulk it;

	bulk_begin(&it, kit, NULL, 0);
	g_assert_true(bulk_with_file(&it, 1, "", 'c', 500, hash));
	files_fail = TRUE;
	g_assert_false(bulk_end(&it));
	files_fail = FALSE;
	g_assert_error(it.error, ERR, ERR_BUSY);
	g_clear_error(&it.error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) AS value FROM attachments"), ==, 0);
	g_assert_cmpint(in_state(kit, "kept"), ==, 1);

	bulk_begin(&it, kit, NULL, 0);
	g_assert_true(bulk_with_file(&it, 1, "", 'c', 500, hash));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(in_state(kit, "filed"), ==, 1);
	g_assert_true(is_there(kit, hash));
}

/* Where its file belongs lies something else: what is wrong with one holds up no other. */
static void
test_one_whose_file_has_no_place(Kit *kit)
{
	char hash[BLOB_HASH_SIZE], other[BLOB_HASH_SIZE];
	g_autofree char *bytes = g_strnfill(500, 'e'), *folder = NULL;
	Bulk it;

	blob_hash(bytes, 500, hash);
	folder = g_strdup_printf("%s/blobs", kit->dir);
	(void)g_mkdir(folder, 0700);
	g_free(folder);
	folder = g_strdup_printf("%s/blobs/%.2s", kit->dir, hash);
	g_assert_true(g_file_set_contents(folder, "", 0, NULL));
	bulk_begin(&it, kit, NULL, 0);
	kit_expect_log("is set aside: naming ");
	g_assert_true(bulk_with_file(&it, 1, "", 'd', 500, other));
	g_assert_true(bulk_with_file(&it, 2, "", 'e', 500, hash));
	g_assert_true(bulk_one(&it, 3, "leaks", ""));
	g_assert_true(bulk_end(&it));
	g_assert_cmpint(it.done.filed, ==, 2);
	g_assert_cmpint(it.done.set_aside, ==, 1);
	g_assert_true(is_there(kit, other));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/bulk/hundreds-are-filed-in-their-order", test_hundreds_are_filed_in_their_order);
	kit_add("/bulk/the-same-twice-is-known", test_the_same_twice_is_known);
	kit_add("/bulk/one-that-cannot-be-read-is-set-aside", test_one_that_cannot_be_read_is_set_aside);
	kit_add("/bulk/one-that-hangs-is-left-behind", test_one_that_hangs_is_left_behind);
	kit_add("/bulk/what-our-rules-refuse-is-set-aside-alone", test_what_our_rules_refuse_is_set_aside_alone);
	kit_add("/bulk/a-report-that-is-not-ours-waits", test_a_report_that_is_not_ours_waits);
	kit_add("/bulk/a-full-disk-costs-no-mail", test_a_full_disk_costs_no_mail);
	kit_add("/bulk/done-is-what-is-on-disk", test_done_is_what_is_on_disk);
	kit_add("/bulk/after-a-death-each-is-kept-before-it-is-read", test_after_a_death_each_is_kept_before_it_is_read);
	kit_add("/bulk/beside-another-its-mark-stays", test_beside_another_its_mark_stays);
	kit_add("/bulk/a-large-one-keeps-its-place", test_a_large_one_keeps_its_place);
	kit_add("/bulk/files-of-what-is-filed-are-kept", test_files_of_what_is_filed_are_kept);
	kit_add("/bulk/no-row-without-its-file", test_no_row_without_its_file);
	kit_add("/bulk/one-whose-file-has-no-place", test_one_whose_file_has_no_place);
	return kit_run();
}
