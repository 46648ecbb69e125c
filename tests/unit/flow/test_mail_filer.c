/* The filer: one mail never stops the next, whatever it is that goes wrong with it; trouble of the house costs no mail. */
#include "filed.h"
#include "flow/mail/filer.h"
#include <string.h>

static gint64
keep_three(Kit *kit)
{
	gint64 bad;

	keep(kit, 0, "From: a@x.example\r\nMessage-ID: <1@x>\r\nSubject: first\r\n\r\nOne.\r\n");
	bad = keep(kit, 0, "From: b@x.example\r\nMessage-ID: <2@x>\r\nSubject: bad\r\n\r\nTwo.\r\n");
	keep(kit, 0, "From: c@x.example\r\nMessage-ID: <3@x>\r\nSubject: last\r\n\r\nThree.\r\n");
	return bad;
}

static gboolean
is_bad(const KeptMail *kept)
{
	return g_strstr_len(g_bytes_get_data(kept->bytes, NULL), (gssize)g_bytes_get_size(kept->bytes), "Subject: bad") != NULL;
}

static gint64
in_state(Kit *kit, const char *state)
{
	g_autofree char *sql = g_strdup_printf("SELECT count(*) AS value FROM mails WHERE state = '%s'", state);

	return kit_count(kit, sql);
}

static GMutex lock; /* of the rest */
static GCond changed;
static gboolean hold; /* the bad one is not read while it is so */
static guint n_held;

static void
begin_hold(void)
{
	g_mutex_lock(&lock);
	hold = TRUE;
	g_mutex_unlock(&lock);
}

static void
end_hold(void)
{
	g_mutex_lock(&lock);
	hold = FALSE;
	g_cond_broadcast(&changed);
	while (n_held > 0)
		g_cond_wait(&changed, &lock);
	g_mutex_unlock(&lock);
}

static void
wait_until_held(void)
{
	g_mutex_lock(&lock);
	while (n_held == 0)
		g_cond_wait(&changed, &lock);
	g_mutex_unlock(&lock);
}

static ReadMail *
read_slowly(const KeptMail *kept, const char *data_dir, GError **error)
{
	if (is_bad(kept)) {
		g_mutex_lock(&lock);
		n_held++;
		g_cond_broadcast(&changed);
		while (hold)
			g_cond_wait(&changed, &lock);
		n_held--;
		g_cond_broadcast(&changed);
		g_mutex_unlock(&lock);
	}
	return mail_read(kept, data_dir, error);
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

static void
test_one_that_hangs_is_left_behind(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(MailFiler) filer = NULL;
	MailFiled filed;

	keep_three(kit);
	context.data_dir = kit->dir;
	begin_hold();
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context, .reader = read_slowly, .limit_s = 1 });
	kit_expect_log("is set aside: Reading it took too long.");
	g_assert_true(mail_filer_run(filer, FALSE, &filed, &error));
	end_hold();
	g_assert_cmpint(filed.set_aside, ==, 1);
	g_assert_cmpint(in_state(kit, "filed"), ==, 2);
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 1);
}

static void
test_one_that_cannot_be_read_is_set_aside(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(MailFiler) filer = NULL;

	keep_three(kit);
	context.data_dir = kit->dir;
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context, .reader = read_never });
	kit_expect_log("is set aside: the bad one");
	g_assert_true(mail_filer_run(filer, FALSE, NULL, &error));
	g_assert_cmpint(in_state(kit, "filed"), ==, 2);
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 1);
}

/* However often it is tried while the disk is full: not the mail is at fault. */
static void
test_a_full_disk_costs_no_mail(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(MailFiler) filer = NULL;

	keep_three(kit);
	context.data_dir = kit->dir;
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context, .reader = read_on_a_full_disk });
	for (guint i = 0; i < MAIL_ATTEMPTS + 2; i++) {
		g_clear_error(&error);
		g_assert_false(mail_filer_run(filer, TRUE, NULL, &error));
		g_assert_error(error, ERR, ERR_BUSY);
	}
	g_assert_cmpint(in_state(kit, "kept"), ==, 3);
	g_assert_cmpint(kit_count(kit, "SELECT max(attempts) AS value FROM mails"), ==, 0);
	g_clear_pointer(&filer, mail_filer_free);
	g_clear_error(&error);
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context });
	g_assert_true(mail_filer_run(filer, TRUE, NULL, &error));
	g_assert_cmpint(in_state(kit, "filed"), ==, 3);
}

static void
test_what_the_program_died_of_twice_is_set_aside(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(MailFiler) filer = NULL;
	g_autoptr(KeptMail) bad = mail_get(kit->db, keep_three(kit), &error);
	gint64 n = 0;

	context.data_dir = kit->dir;
	for (guint i = 0; i < MAIL_ATTEMPTS; i++)
		g_assert_true(mail_attempt(kit->db, bad, &error));
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context });
	kit_expect_log("is set aside: The program stopped twice");
	g_assert_true(mail_filer_run(filer, TRUE, NULL, &error));
	g_assert_cmpint(in_state(kit, "filed"), ==, 2);
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 1);

	/* Another version of the program may understand it: once each. */
	g_assert_true(mail_retry_all(kit->db, "2.0", kit->now_ms, &n, &error));
	g_assert_cmpint(n, ==, 1);
	g_assert_true(mail_filer_run(filer, TRUE, NULL, &error));
	g_assert_cmpint(in_state(kit, "filed"), ==, 3);
	g_assert_true(mail_retry_all(kit->db, "2.0", kit->now_ms, &n, &error));
	g_assert_cmpint(n, ==, 0);
}

/* An id of another system that is taken already conflicts every time: that is no other filer's work. */
static void
test_a_taken_external_id_is_set_aside(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	Store *store = kit_store(kit);
	g_autoptr(Mailbox) box = mailbox_add(kit->db, &(MailboxChange){ .given = MAILBOX_ADDRESS | MAILBOX_TRUSTED, .address = "help@larch.example", .trusted = TRUE }, kit->actor, kit->now_ms, &error);
	g_autoptr(MailFiler) filer = NULL;

	g_assert_no_error(error);
	keep(kit, box->id, "From: a@x.example\r\nMessage-ID: <1@x>\r\nX-Redress-External-Id: INC1\r\nSubject: first\r\n\r\nOne.\r\n");
	keep(kit, box->id, "From: b@x.example\r\nMessage-ID: <2@x>\r\nX-Redress-External-Id: INC1\r\nSubject: bad\r\n\r\nTwo.\r\n");
	keep(kit, box->id, "From: c@x.example\r\nMessage-ID: <3@x>\r\nSubject: last\r\n\r\nThree.\r\n");
	context.data_dir = kit->dir;
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context });
	kit_expect_log("is set aside");
	g_assert_true(mail_filer_run(filer, FALSE, NULL, &error));
	g_assert_cmpint(in_state(kit, "filed"), ==, 2);
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 1);
}

static void
test_a_stop_waits_for_no_reader(Kit *kit)
{
	Store *store = kit_store(kit);
	MailFiler *filer;
	gint64 began;

	keep_three(kit);
	context.data_dir = kit->dir;
	begin_hold();
	filer = mail_filer_new(store, &(MailFilerOptions){ .context = &context, .reader = read_slowly });
	mail_filer_start(filer);
	wait_until_held();
	began = g_get_monotonic_time();
	mail_filer_free(filer);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 3 * G_USEC_PER_SEC);
	end_hold();
	g_assert_cmpint(in_state(kit, "set_aside"), ==, 0); /* it was the stop, not the mail */
	g_assert_cmpint(kit_count(kit, "SELECT max(attempts) AS value FROM mails WHERE state = 'kept'"), ==, 0);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/filer/one-that-hangs-is-left-behind", test_one_that_hangs_is_left_behind);
	kit_add("/filer/one-that-cannot-be-read-is-set-aside", test_one_that_cannot_be_read_is_set_aside);
	kit_add("/filer/a-full-disk-costs-no-mail", test_a_full_disk_costs_no_mail);
	kit_add("/filer/what-the-program-died-of-twice-is-set-aside", test_what_the_program_died_of_twice_is_set_aside);
	kit_add("/filer/a-taken-external-id-is-set-aside", test_a_taken_external_id_is_set_aside);
	kit_add("/filer/a-stop-waits-for-no-reader", test_a_stop_waits_for_no_reader);
	return kit_run();
}
