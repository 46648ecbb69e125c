/* Mail in files: each mbox dialect, line ends, Maildir, folders; and where a message came from. */
#include "mail/spool.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static void
write_file(const char *dir, const char *name, const char *text, gssize size)
{
	g_autofree char *path = g_build_filename(dir, name, NULL), *above = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, size, NULL));
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		remove_all(below);
	}
	g_remove(path);
}

/* All messages of @path as "where=text;" with the folder's name left out. */
static char *
read_all(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Spool) spool = spool_open((const char *[]){ path, NULL }, &error);
	GString *out = g_string_new(NULL);
	gint64 done = 0, total = 0;
	const char *where;
	GBytes *bytes;

	g_assert_no_error(error);
	while (spool_next(spool, &bytes, &where, &error)) {
		g_string_append_printf(out, "%s=", where + strlen(dir) + 1);
		g_string_append_len(out, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes));
		g_string_append_c(out, ';');
		g_bytes_unref(bytes);
	}
	g_assert_no_error(error);
	spool_progress(spool, &done, &total);
	g_assert_cmpint(done, ==, total);
	return g_string_free(out, FALSE);
}

#define FROM "From a@b Thu Nov 19 11:22:33 2026\n"

static void
test_mbox(void)
{
	static const char *const cases[][2] = {
		/* mboxo and mboxrd */
		{ FROM "A: 1\n\nx\n>From y\n>>From z\n> From w\n\n" FROM "A: 2\n\ny\n\n", "m:1=A: 1\n\nx\nFrom y\n>From z\n> From w\n;m:9=A: 2\n\ny\n;" },
		/* a line of the body that begins so: no time, or no empty line before */
		{ FROM "A: 1\n\nx\n\nFrom here on\n" FROM "y\n\n" FROM "A: 2\n\n", "m:1=A: 1\n\nx\n\nFrom here on\n" FROM "y\n;m:10=A: 2\n\n;" },
		/* mboxcl2: the count leads */
		{ FROM "Content-Length: 38\n\n\n" FROM "z\n\n\n" FROM "A: 2\n\ny\n", "m:1=Content-Length: 38\n\n\n" FROM "z\n\n;m:9=A: 2\n\ny\n;" },
		/* a count that leads nowhere is not believed */
		{ FROM "Content-Length: 4\n\nlonger than that\n\n" FROM "A: 2\n\ny\n", "m:1=Content-Length: 4\n\nlonger than that\n;m:6=A: 2\n\ny\n;" },
		{ FROM "Content-Length: 99999999999\n\nx\n\n" FROM "A: 2\n\ny\n", "m:1=Content-Length: 99999999999\n\nx\n;m:6=A: 2\n\ny\n;" },
		/* CRLF, CR */
		{ "From a Thu Nov 19 11:22:33 2026\r\nA: 1\r\n\r\nx\r\n\r\nFrom a Thu Nov 19 11:22:33 2026\r\nA: 2\r\n\r\ny\r\n", "m:1=A: 1\r\n\r\nx\r\n;m:6=A: 2\r\n\r\ny\r\n;" },
		{ "From a Thu Nov 19 11:22:33 2026\rA: 1\r\rx\r\rFrom a Thu Nov 19 11:22:33 2026\rA: 2\r\ry\r", "m:1=A: 1\r\rx\r;m:6=A: 2\r\ry\r;" },
		/* headers alone; nothing behind the last line; nothing at all */
		{ FROM "A: 1\n\n" FROM "A: 2\n\ny", "m:1=A: 1\n;m:4=A: 2\n\ny;" },
		{ FROM, "m:1=;" },
		/* an old program's lines without a time */
		{ "From a@b\nA: 1\n\nx\n\nFrom c@d\nA: 2\n\ny\n", "m:1=A: 1\n\nx\n;m:6=A: 2\n\ny\n;" },
		/* no mbox: a message */
		{ "A: 1\n\nFrom here\n", "m=A: 1\n\nFrom here\n;" },
		{ "", "m=;" },
	};
	g_autofree char *dir = g_dir_make_tmp("rdspoolXXXXXX", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *got = NULL;

		write_file(dir, "m", cases[i][0], -1);
		got = read_all(dir, "m");
		g_test_message("%u", i);
		g_assert_cmpstr(got, ==, cases[i][1]);
	}
	remove_all(dir);
}

/* Messages longer than any buffer, with lines across its edges. */
static void
test_large(void)
{
	g_autofree char *dir = g_dir_make_tmp("rdspoolXXXXXX", NULL), *path = g_build_filename(dir, "m", NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Spool) spool = NULL;
	const char *where;
	GBytes *bytes;

	for (guint n = 0; n < 40; n++) {
		g_string_append_printf(text, FROM "N: %u\n\n", n);
		for (guint i = 0; i < 3000 + n; i++)
			g_string_append_printf(text, "line %u of %u\n\n", i, n);
	}
	write_file(dir, "m", text->str, (gssize)text->len);
	spool = spool_open((const char *[]){ path, NULL }, &error);
	for (guint n = 0; n < 40; n++) {
		g_autofree char *head = g_strdup_printf("N: %u\n\nline 0", n), *tail = g_strdup_printf("line %u of %u\n", 2999 + n, n);
		const char *data;
		gsize size;

		g_assert_true(spool_next(spool, &bytes, &where, &error));
		data = g_bytes_get_data(bytes, &size);
		g_assert_cmpint(strncmp(data, head, strlen(head)), ==, 0);
		g_assert_cmpmem(data + size - strlen(tail), strlen(tail), tail, strlen(tail));
		g_bytes_unref(bytes);
	}
	g_assert_false(spool_next(spool, &bytes, &where, &error));
	g_assert_no_error(error);
	remove_all(dir);
}

static void
test_folders(void)
{
	g_autofree char *dir = g_dir_make_tmp("rdspoolXXXXXX", NULL), *got = NULL, *tree = NULL, *link = NULL;

	write_file(dir, "box/cur/2:2,S", "From the cur\n", -1);
	write_file(dir, "box/new/1", "new one\n", -1);
	write_file(dir, "box/tmp/3", "half\n", -1);
	write_file(dir, "box/dovecot.index", "no mail", -1);
	write_file(dir, "box/maildirfolder", "", -1);
	write_file(dir, "box/.Sent/cur/4", "sent\n", -1);
	write_file(dir, "box/.Sent/new/.keep", "", -1);
	got = read_all(dir, "box");
	g_assert_cmpstr(got, ==, "box/.Sent/cur/4=sent\n;box/cur/2:2,S=From the cur\n;box/new/1=new one\n;");
	write_file(dir, "tree/b/2.eml", "two\n", -1);
	write_file(dir, "tree/a.mbox", FROM "A: 1\n\nx\n", -1);
	write_file(dir, "tree/.hidden", "no", -1);
	link = g_build_filename(dir, "tree/b/round", NULL);
	g_assert_cmpint(symlink("..", link), ==, 0);
	tree = read_all(dir, "tree");
	g_assert_cmpstr(tree, ==, "tree/a.mbox:1=A: 1\n\nx\n;tree/b/2.eml=two\n;");
	remove_all(dir);
}

static void
test_missing(void)
{
	g_autofree char *dir = g_dir_make_tmp("rdspoolXXXXXX", NULL), *gone = g_build_filename(dir, "1", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Spool) spool = NULL;
	const char *where;
	GBytes *bytes;

	g_assert_null(spool_open((const char *[]){ "/nonexistent/mail", NULL }, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_clear_error(&error);
	write_file(dir, "1", "one\n", -1);
	write_file(dir, "2", "two\n", -1);
	spool = spool_open((const char *[]){ dir, NULL }, &error);
	g_remove(gone);
	g_assert_false(spool_next(spool, &bytes, &where, &error));
	g_assert_error(error, ERR, ERR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_true(spool_next(spool, &bytes, &where, &error)); /* one file gone does not hold up the next */
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "two\n", 4);
	g_bytes_unref(bytes);
	remove_all(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spool/mbox", test_mbox);
	g_test_add_func("/spool/large", test_large);
	g_test_add_func("/spool/folders", test_folders);
	g_test_add_func("/spool/missing", test_missing);
	return g_test_run();
}
