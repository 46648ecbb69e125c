/* test_blob.c - files by content: once each, whole or not at all, never outside their folder. */
#include "kit/kit.h"
#include "store/blob.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static guint
count_files(const char *dir)
{
	g_autoptr(GDir) open = g_dir_open(dir, 0, NULL);
	const char *name;
	guint n = 0;

	while (open != NULL && (name = g_dir_read_name(open)) != NULL) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		n += g_file_test(path, G_FILE_TEST_IS_DIR) ? count_files(path) : 1;
	}
	return n;
}

static void
keep(Kit *kit, const char *text, char hash[BLOB_HASH_SIZE])
{
	g_autoptr(GError) error = NULL;
	g_autoptr(BlobWriter) writer = blob_begin(kit->dir, &error);
	gint64 size = -1;

	g_assert_no_error(error);
	g_assert_true(blob_append(writer, text, strlen(text) / 2, &error));
	g_assert_true(blob_append(writer, text + strlen(text) / 2, strlen(text) - strlen(text) / 2, &error));
	g_assert_true(blob_finish(writer, hash, &size, &error));
	g_assert_no_error(error);
	g_assert_cmpint(size, ==, (gint64)strlen(text));
}

static void
test_kept_once_and_read_back(Kit *kit)
{
	g_autofree char *folder = g_build_filename(kit->dir, "blobs", NULL);
	g_autoptr(GError) error = NULL;
	char first[BLOB_HASH_SIZE], again[BLOB_HASH_SIZE], other[BLOB_HASH_SIZE], read_back[16] = "";
	gint64 size = 0;
	int fd;

	g_mkdir(folder, 0750);
	keep(kit, "a photo", first);
	keep(kit, "a photo", again);
	keep(kit, "another", other);
	g_assert_cmpstr(first, ==, again);
	g_assert_cmpstr(first, !=, other);
	g_assert_cmpuint(count_files(folder), ==, 2);
	fd = blob_open(kit->dir, first, &size, &error);
	g_assert_no_error(error);
	g_assert_cmpint(size, ==, 7);
	g_assert_cmpint(read(fd, read_back, sizeof read_back), ==, 7);
	g_assert_cmpstr(read_back, ==, "a photo");
	close(fd);
}

static void
test_unfinished_leaves_nothing(Kit *kit)
{
	g_autofree char *folder = g_build_filename(kit->dir, "blobs", NULL);
	g_autoptr(GError) error = NULL;
	BlobWriter *writer;

	g_mkdir(folder, 0750);
	writer = blob_begin(kit->dir, &error);
	g_assert_true(blob_append(writer, "half", 4, &error));
	g_assert_cmpuint(count_files(folder), ==, 1);
	blob_writer_free(writer);
	g_assert_cmpuint(count_files(folder), ==, 0);
}

static void
test_names_stay_inside(Kit *kit)
{
	static const char *const odd[] = { "", "../../etc/passwd", "a", "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef" };
	gint64 size;

	for (guint i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(blob_open(kit->dir, odd[i], &size, &error), ==, -1);
		g_assert_error(error, ERR, ERR_INVALID);
	}
}

static void
test_a_missing_one_is_not_found(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	gint64 size;

	g_assert_cmpint(blob_open(kit->dir, "0000000000000000000000000000000000000000000000000000000000000000", &size, &error), ==, -1);
	g_assert_error(error, ERR, ERR_NOT_FOUND);
}

static void
test_no_folder_is_one_clear_error(Kit *kit)
{
	g_autofree char *nowhere = g_build_filename(kit->dir, "nowhere", NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(blob_begin(nowhere, &error));
	g_assert_nonnull(error);
	g_assert_nonnull(strstr(error->message, "nowhere"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/blob/kept_once_and_read_back", test_kept_once_and_read_back);
	kit_add("/blob/unfinished_leaves_nothing", test_unfinished_leaves_nothing);
	kit_add("/blob/names_stay_inside", test_names_stay_inside);
	kit_add("/blob/a_missing_one_is_not_found", test_a_missing_one_is_not_found);
	kit_add("/blob/no_folder_is_one_clear_error", test_no_folder_is_one_clear_error);
	return kit_run();
}
