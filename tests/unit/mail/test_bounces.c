/* Real reports, against what they say themselves: the class in a file's name, the fields and headers that name the
 * recipient, bounces_expected.txt for those whose words alone do. Prints the figures and every miss. */
#include "mail/automatic.h"
#include "mail/bounce.h"
#include <string.h>

enum { KINDS_PERCENT = 99, ADDRESSES_PERCENT = 95, CAUSES_PERCENT = 95 };

static char *reports_path, *expected_path;

typedef struct {
	guint n, n_right;
} Score;

static gboolean
is_enough(const char *what, const Score *score, guint percent)
{
	g_print("# %s: %u of %u, %.1f %%\n", what, score->n_right, score->n, score->n > 0 ? 100.0 * score->n_right / score->n : 0.0);
	return score->n > 0 && score->n_right * 100 >= score->n * percent;
}

/* file -> "addresses hard|soft|-" */
static GHashTable *
read_expected(void)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	GHashTable *expected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) lines = NULL;

	g_file_get_contents(expected_path, &text, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		char *space = strchr(lines[i], ' ');

		if (lines[i][0] != '#' && space != NULL)
			g_hash_table_insert(expected, g_strndup(lines[i], (gsize)(space - lines[i])), g_strdup(space + 1));
	}
	return expected;
}

/* "\n" for every line end, so that one pattern finds a field. */
static char *
with_lf(const char *bytes, gsize size)
{
	g_autoptr(GString) out = g_string_sized_new(size);

	for (gsize i = 0; i < size; i++)
		if (bytes[i] != '\r')
			g_string_append_c(out, bytes[i] != '\0' ? bytes[i] : '?');
		else if (i + 1 == size || bytes[i + 1] != '\n')
			g_string_append_c(out, '\n');
	return g_utf8_make_valid(out->str, (gssize)out->len);
}

/* Adds the addresses that @pattern's first group holds. */
static void
add_stated(const char *text, const char *pattern, guint from, GPtrArray *stated)
{
	g_autoptr(GRegex) field = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GRegex) address = g_regex_new("[^\\s<>,;\"]+@[^\\s<>,;\"]+", 0, 0, NULL);
	g_autoptr(GMatchInfo) fields = NULL;

	g_regex_match(field, text, 0, &fields);
	for (guint n = 0; g_match_info_matches(fields); n++, g_match_info_next(fields, NULL)) {
		g_autofree char *value = g_match_info_fetch(fields, 1);
		g_autoptr(GMatchInfo) found = NULL;

		g_regex_match(address, value, 0, &found);
		for (; n >= from && g_match_info_matches(found); g_match_info_next(found, NULL))
			g_ptr_array_add(stated, g_match_info_fetch(found, 0));
	}
}

/* What the report states itself; else the To of the mail within (the first To is the report's own). */
static GPtrArray *
stated_addresses(const char *text, const char *known)
{
	GPtrArray *stated = g_ptr_array_new_with_free_func(g_free);

	if (known != NULL) {
		g_auto(GStrv) words = g_strsplit_set(known, " ,", -1);

		for (guint i = 0; words[i] != NULL; i++)
			if (strchr(words[i], '@') != NULL)
				g_ptr_array_add(stated, g_strdup(words[i]));
		return stated;
	}
	add_stated(text, "^[ ]*(?:Final|Original)-Recipient:(.*)", 0, stated);
	add_stated(text, "^(?:Original-Rcpt-To|Removal-Recipient|X-HmXmrOriginalRecipient):(.*)", 0, stated);
	add_stated(text, "^X-Failed-Recipients:(.*(?:\n[ \t].*)*)", 0, stated);
	if (stated->len == 0)
		add_stated(text, "^To:(.*(?:\n[ \t].*)*)", 1, stated);
	return stated;
}

static gboolean
is_one_of(const char *address, const GPtrArray *stated)
{
	for (guint i = 0; i < stated->len; i++)
		if (g_ascii_strcasecmp(stated->pdata[i], address) == 0)
			return TRUE;
	return FALSE;
}

static const char *
kind_expected(const char *folder, const char *file)
{
	if (strcmp(folder, "not") == 0)
		return "personal";
	return g_str_has_prefix(file, "arf") ? "feedback" : g_str_has_prefix(file, "rfc3834") ? "auto_reply" : "bounce";
}

typedef struct {
	GHashTable *expected;
	Score kinds, addresses, causes, ids;
} Tally;

static void
count_recipients(Tally *tally, const char *file, const char *text, const MailBounce *bounce)
{
	const char *known = g_hash_table_lookup(tally->expected, file);
	g_autoptr(GPtrArray) stated = stated_addresses(text, known);
	const BounceRecipient *first = bounce != NULL && bounce->recipients->len > 0 ? bounce->recipients->pdata[0] : NULL;
	const char *cause = known != NULL ? strrchr(known, ' ') + 1 : "-";

	if (stated->len > 0) {
		gboolean right = first != NULL && (is_one_of(first->address, stated) || is_one_of(first->sent_to, stated));

		tally->addresses.n++;
		tally->addresses.n_right += right;
		if (!right)
			g_print("# %s: recipient %s, not %s\n", file, first != NULL ? first->address : "none", (char *)stated->pdata[0]);
	}
	if (strcmp(cause, "-") != 0 && first != NULL) {
		gboolean right = first->hard == (strcmp(cause, "hard") == 0);

		tally->causes.n++;
		tally->causes.n_right += right;
		if (!right)
			g_print("# %s: not %s: %s %s\n", file, cause, first->status, first->reason);
	}
	tally->ids.n++;
	tally->ids.n_right += bounce != NULL && bounce->original_message_id != NULL;
}

static void
try_file(Tally *tally, const char *folder, const char *file)
{
	g_autofree char *path = g_build_filename(reports_path, "maildir", folder, file, NULL), *bytes = NULL, *why = NULL, *text = NULL;
	const char *expected = kind_expected(folder, file), *got;
	g_autoptr(MailMessage) mail = NULL;
	g_autoptr(MailBounce) bounce = NULL;
	gsize size = 0;

	g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
	mail = mail_message_read((const guint8 *)bytes, size, NULL);
	got = mail_kind_word(mail_kind(mail, NULL, NULL, &why));
	bounce = mail_bounce_read(mail);
	tally->kinds.n++;
	tally->kinds.n_right += strcmp(got, expected) == 0;
	if (strcmp(got, expected) != 0)
		g_print("# %s/%s: %s (%s), not %s\n", folder, file, got, why, expected);
	g_assert_cmpint(bounce != NULL, ==, strcmp(got, "bounce") == 0 || strcmp(got, "feedback") == 0);
	if (strcmp(expected, "bounce") != 0 && strcmp(expected, "feedback") != 0)
		return;
	text = with_lf(bytes, size);
	count_recipients(tally, file, text, bounce);
}

static void
test_reports(void)
{
	static const char *const folders[] = { "bsd", "dos", "mac", "err", "tmp", "not" };
	Tally tally = { .expected = NULL };

	if (!g_file_test(reports_path, G_FILE_TEST_IS_DIR)) {
		g_test_skip("no real reports: ../shared/data/mail/bounces is absent");
		return;
	}
	tally.expected = read_expected();
	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = g_build_filename(reports_path, "maildir", folders[i], NULL);
		g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
		const char *file;

		while (folder != NULL && (file = g_dir_read_name(folder)) != NULL)
			try_file(&tally, folders[i], file);
	}
	g_hash_table_unref(tally.expected);
	g_print("# the failed mail's id found: %u of %u\n", tally.ids.n_right, tally.ids.n);
	g_assert_true(is_enough("bounce, feedback, auto-reply or none of them", &tally.kinds, KINDS_PERCENT));
	g_assert_true(is_enough("failed address", &tally.addresses, ADDRESSES_PERCENT));
	g_assert_true(is_enough("for good or for now", &tally.causes, CAUSES_PERCENT));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(argc, ==, 3);
	reports_path = argv[1];
	expected_path = argv[2];
	g_test_add_func("/bounces/reports", test_reports);
	return g_test_run();
}
