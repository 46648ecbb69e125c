/* test_letter.c - letters as PDF: the file is whole, its words can be read back (by poppler's pdftotext where there is one),
 * names of many scripts, very long words, pages counted, too long refused, and the program starts without the library. */
#include "kit/kit.h"
#include "paper/font.h"
#include "paper/letter.h"
#include <glib/gstdio.h>
#include <string.h>

static const char body[] = "Dear Amara Okafor,\n\nThis is our final response to your complaint.\n\nWe find that you were right: the engineer did not come.\n\nYours sincerely\nRuth Adeyemi";

static PaperLetter
plain(void)
{
	return (PaperLetter){ .size = "A4", .lang = "en", .house = "Larch & Fold", .address = "12 Mill Lane\nLeeds LS1 4AB", .to = "Amara Okafor\n3 Canal Street\nYork",
		.aside = "19 November 2026\n7KQM-4TXB", .subject = "Final response to your complaint 7KQM-4TXB", .body = body, .now_ms = 1795087320000 };
}

static guint
count(GBytes *pdf, const char *what)
{
	gsize size, at = 0, length = strlen(what);
	const char *bytes = g_bytes_get_data(pdf, &size);
	guint n = 0;

	while (at + length <= size) {
		const char *found = memmem(bytes + at, size - at, what, length);

		if (found == NULL)
			break;
		n++;
		at = (gsize)(found - bytes) + length;
	}
	return n;
}

static GBytes *
make(const PaperLetter *letter, PaperFacts *facts)
{
	g_autoptr(GError) error = NULL;
	GBytes *pdf = paper_letter_pdf(letter, facts, &error);
	gsize size = 0;
	const char *bytes;

	g_assert_no_error(error);
	bytes = g_bytes_get_data(pdf, &size);
	g_assert_true(size > 1000 && memcmp(bytes, "%PDF-1.", 7) == 0);
	g_assert_nonnull(g_strrstr_len(bytes + size - 32, 32, "%%EOF"));
	g_assert_cmpuint(count(pdf, "/Type /Page") - count(pdf, "/Type /Pages"), ==, facts->pages);
	g_assert_cmpuint(count(pdf, "/FontFile"), >=, 1); /* embedded */
	return pdf;
}

/* What a reader copies out of it; NULL where there is no poppler. (transfer full) */
static char *
words_of(GBytes *pdf)
{
	g_autofree char *tool = g_find_program_in_path("pdftotext"), *path = NULL, *out = NULL;
	g_autoptr(GError) error = NULL;
	int fd, status = 0;
	gsize size;
	const char *bytes = g_bytes_get_data(pdf, &size);

	if (tool == NULL)
		return NULL;
	fd = g_file_open_tmp("letter-XXXXXX.pdf", &path, &error);
	g_assert_no_error(error);
	close(fd);
	g_assert_true(g_file_set_contents(path, bytes, (gssize)size, &error));
	g_spawn_sync(NULL, (char *[]){ tool, (char *)"-layout", (char *)"-enc", (char *)"UTF-8", path, (char *)"-", NULL }, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
	g_unlink(path);
	return g_steal_pointer(&out);
}

static void
test_words_are_in_it(void)
{
	static const char *const wanted[] = { "Larch & Fold", "12 Mill Lane", "Amara Okafor", "19 November 2026", "Final response to your complaint 7KQM-4TXB",
		"We find that you were right: the engineer did not come.", "Ruth Adeyemi", "Page 1 of 1" };
	PaperLetter letter = plain();
	PaperFacts facts = { 0 };
	g_autoptr(GBytes) pdf = make(&letter, &facts);
	g_autofree char *words = words_of(pdf);

	g_assert_cmpuint(facts.pages, ==, 1);
	g_assert_cmpuint(facts.unknown, ==, 0);
	g_assert_cmpuint(g_bytes_get_size(pdf), <, 200 * 1024);
	if (words == NULL) {
		g_test_skip("no pdftotext here");
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++)
		if (strstr(words, wanted[i]) == NULL)
			g_error("'%s' is not in: %s", wanted[i], words);
}

static void
test_names_of_the_world(void)
{
	static const char *const names[] = { "Łukasz Żółć", "Ελένη Παπαδοπούλου", "Дмитрий Ковальчук", "Nguyễn Thị Ánh", "Çağrı Şahin" };
	g_autofree char *all = g_strjoinv("\n\n", (char **)(const char *[]){ names[0], names[1], names[2], names[3], names[4], NULL });
	PaperLetter letter = plain();
	PaperFacts facts = { 0 };
	g_autoptr(GBytes) pdf = NULL;
	g_autofree char *words = NULL;

	letter.to = "Ελένη Παπαδοπούλου";
	letter.body = all;
	pdf = make(&letter, &facts);
	g_assert_cmpuint(facts.unknown, ==, 0);
	if ((words = words_of(pdf)) == NULL) {
		g_test_skip("no pdftotext here");
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *read = g_utf8_normalize(words, -1, G_NORMALIZE_ALL_COMPOSE), *want = g_utf8_normalize(names[i], -1, G_NORMALIZE_ALL_COMPOSE);

		if (strstr(read, want) == NULL)
			g_error("'%s' is not in: %s", want, read);
	}
}

/* From right to left, and what no font here may have: drawn as well as it can be, and counted. */
static void
test_other_scripts_do_no_harm(void)
{
	PaperLetter letter = plain();
	PaperFacts facts = { 0 };
	g_autoptr(GBytes) pdf = NULL;

	letter.to = "فاطمة الزهراء\nשלום כהן\n王小明\n\xF0\x9F\x98\x80";
	letter.body = "Dear \xE2\x80\xAE reversed\xE2\x80\xAC, tab\tand\r\nreturn, a control \x01 sign, and \xF4\x8F\xBF\xBF.";
	pdf = make(&letter, &facts);
	g_assert_cmpuint(facts.pages, ==, 1);
}

static char *
paragraphs(guint n)
{
	GString *text = g_string_new(NULL);

	for (guint i = 1; i <= n; i++)
		g_string_append_printf(text, "Reason %u. We asked the workshop, the driver and the desk, and read every mail that was written to you from the day you ordered until today.\n\n", i);
	return g_string_free(text, FALSE);
}

static void
test_long_reasons(void)
{
	g_autofree char *long_body = paragraphs(120), *wall = g_strnfill(20000, 'x'), *words = NULL;
	PaperLetter letter = plain();
	PaperFacts facts = { 0 }, us = { 0 }, one = { 0 };
	g_autoptr(GBytes) pdf = NULL, american = NULL, solid = NULL;
	g_autofree char *last = NULL;

	letter.body = long_body;
	pdf = make(&letter, &facts);
	g_assert_cmpuint(facts.pages, >, 4);
	letter.size = "Letter";
	american = make(&letter, &us);
	g_assert_cmpuint(us.pages, >=, facts.pages);
	g_assert_cmpuint(count(american, "612 792"), >=, 1);
	letter.body = wall; /* one word without an end */
	solid = make(&letter, &one);
	g_assert_cmpuint(one.pages, >, 1);
	if ((words = words_of(pdf)) == NULL)
		return;
	last = g_strdup_printf("Page %u of %u", facts.pages, facts.pages);
	g_assert_nonnull(strstr(words, "Reason 1."));
	g_assert_nonnull(strstr(words, "Reason 120."));
	g_assert_nonnull(strstr(words, last));
}

static void
test_refusals(void)
{
	g_autofree char *vast = g_strnfill(PAPER_MAX_BODY + 1, 'x'), *lines = g_strnfill(PAPER_MAX_BODY - 1, '\n');
	static const char *const bad[] = { NULL, "", " \n\n ", "\xff\xfe" };
	PaperLetter letter = plain();

	for (guint i = 0; i < G_N_ELEMENTS(bad) + 1; i++) {
		g_autoptr(GError) error = NULL;

		letter.body = i < G_N_ELEMENTS(bad) ? bad[i] : vast;
		g_assert_null(paper_letter_pdf(&letter, NULL, &error));
		g_assert_error(error, ERR, ERR_INVALID);
	}
	/* Short in bytes, long on paper. */
	for (gsize i = 0; i < PAPER_MAX_BODY - 1; i += 2)
		lines[i] = 'x';
	letter.body = lines;
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;

		if (i == 1) /* few lines of many words: found when they are laid out */
			memset(lines, 'w', strlen(lines));
		for (gsize k = 100; i == 1 && k < PAPER_MAX_BODY - 1; k += 3)
			lines[k] = k % 2400 == 100 ? '\n' : lines[k];
		g_assert_null(paper_letter_pdf(&letter, NULL, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpuint(err_fields(error)->len, ==, 1);
	}
}

static gpointer
in_thread(gpointer data)
{
	for (int i = 0; i < 5; i++) {
		PaperLetter letter = plain();
		PaperFacts facts = { 0 };
		g_autoptr(GBytes) pdf = make(&letter, &facts);
	}
	return NULL;
}

/* The house's own font where it is installed; ours, and a word about it, where it is not. */
static void
test_own_font(void)
{
	PaperLetter letter = { .house = "Larch & Fern", .subject = "Our final response", .body = "You were right.", .font = "dejavu sans mono", .now_ms = 1700000000000 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) own = NULL, other = NULL, ours = NULL;
	gboolean known = TRUE;
	PaperFacts facts;

	g_assert_true(paper_font_known("No Font Of This World", &known, &error));
	g_assert_false(known);
	letter.font = "No Font Of This World";
	other = make(&letter, &facts);
	g_assert_true(facts.font_missing);
	letter.font = NULL;
	ours = make(&letter, &facts);
	g_assert_false(facts.font_missing);
	g_assert_cmpuint(g_bytes_get_size(ours), ==, g_bytes_get_size(other));
	g_assert_cmpuint(count(ours, "DejaVuSansMono"), ==, 0);
	letter.font = "dejavu sans mono";
	g_assert_true(paper_font_known(letter.font, &known, &error));
	if (!known) {
		g_test_skip("DejaVu Sans Mono is not installed");
		return;
	}
	own = make(&letter, &facts);
	g_assert_false(facts.font_missing);
	g_assert_cmpuint(count(own, "DejaVuSansMono"), >=, 1);
}

static void
test_several_at_once(void)
{
	GThread *threads[4];

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("letter", in_thread, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/paper/words_are_in_it", test_words_are_in_it);
	kit_add_plain("/paper/names_of_the_world", test_names_of_the_world);
	kit_add_plain("/paper/other_scripts_do_no_harm", test_other_scripts_do_no_harm);
	kit_add_plain("/paper/long_reasons", test_long_reasons);
	kit_add_plain("/paper/refusals", test_refusals);
	kit_add_plain("/paper/own_font", test_own_font);
	kit_add_plain("/paper/several_at_once", test_several_at_once);
	return kit_run();
}
