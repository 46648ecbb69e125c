#include "kit/kit.h"
#include "store/blob_lot.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *
folder_new(Kit *kit)
{
	char *dir = g_build_filename(kit->dir, "blobs-only", NULL);

	g_assert_cmpint(g_mkdir(dir, 0700), ==, 0);
	return dir;
}

static guint
count_files(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;
	guint n = 0;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		n += g_file_test(child, G_FILE_TEST_IS_DIR) ? count_files(child) : 1;
	}
	return n;
}

static gboolean
put(const char *dir, const char *bytes, gsize size, char hash[BLOB_HASH_SIZE], GError **error)
{
	g_autoptr(BlobWriter) writer = blob_begin(dir, error);
	gint64 kept;

	if (writer == NULL)
		return FALSE;
	for (gsize at = 0; at < size; at += 1000) {
		if (!blob_append(writer, bytes + at, MIN(1000, size - at), error))
			return FALSE;
	}
	if (!blob_finish(writer, hash, &kept, error))
		return FALSE;
	g_assert_cmpint(kept, ==, size);
	return TRUE;
}

static void
test_kept_once_by_content(Kit *kit)
{
	g_autofree char *dir = folder_new(kit);
	g_autofree char *bytes = g_malloc0(100000), *back = g_malloc(100000);
	char one[BLOB_HASH_SIZE], two[BLOB_HASH_SIZE], empty[BLOB_HASH_SIZE];
	g_autoptr(GError) error = NULL;
	gint64 size;
	int fd;

	for (int i = 0; i < 100000; i++)
		bytes[i] = (char)(i * 7);
	g_assert_true(put(dir, bytes, 100000, one, &error));
	g_assert_true(put(dir, bytes, 100000, two, &error));
	g_assert_cmpstr(one, ==, two);
	g_assert_cmpuint(count_files(dir), ==, 1);
	g_assert_true(put(dir, "", 0, empty, &error));
	g_assert_cmpstr(empty, ==, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"); /* BLAKE2b-256 of nothing */
	fd = blob_open(dir, one, &size, &error);
	g_assert_no_error(error);
	g_assert_cmpint(size, ==, 100000);
	g_assert_cmpint(read(fd, back, 100000), ==, 100000);
	g_assert_cmpmem(bytes, 100000, back, 100000);
	close(fd);
}

static void
test_unfinished_leaves_nothing(Kit *kit)
{
	g_autofree char *dir = folder_new(kit);
	g_autoptr(BlobWriter) writer = blob_begin(dir, NULL);

	g_assert_true(blob_append(writer, "abc", 3, NULL));
	g_assert_cmpuint(count_files(dir), ==, 1);
	g_clear_pointer(&writer, blob_writer_free);
	g_assert_cmpuint(count_files(dir), ==, 0);
}

static void
test_hashes_are_no_paths(Kit *kit)
{
	static const char *const bad[] = { "", "abc", "../../../../../../../../../../../../../../../../../../../etc/passwd",
		                               "0E5751C026E543B2E8AB2EB06099DAA1D1E5DF47778F7787FAAB45CDF12FE3A8",
		                               "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a/" };
	g_autofree char *dir = folder_new(kit);
	g_autofree char *absent = g_strnfill(64, 'a');
	g_autoptr(GError) error = NULL;
	gint64 size;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(blob_open(dir, bad[i], &size, &error), ==, -1);
		g_assert_error(error, ERR, ERR_INVALID);
		g_clear_error(&error);
	}
	g_assert_cmpint(blob_open(dir, absent, &size, &error), ==, -1);
	g_assert_error(error, ERR, ERR_NOT_FOUND);
}

/* Files may not grow beyond what the limit says: as good as a full disk. */
static void
test_full_disk(Kit *kit)
{
	g_autofree char *dir = folder_new(kit), *bytes = g_malloc0(200000);
	struct rlimit before, small;
	g_autoptr(GError) error = NULL;
	char hash[BLOB_HASH_SIZE] = "untouched";

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 50000;
	setrlimit(RLIMIT_FSIZE, &small);
	g_assert_false(put(dir, bytes, 200000, hash, &error));
	setrlimit(RLIMIT_FSIZE, &before);
	g_assert_error(error, ERR, ERR_BUSY);
	g_assert_nonnull(strstr(error->message, "free some space"));
	g_assert_cmpstr(hash, ==, "untouched");
	g_assert_cmpuint(count_files(dir), ==, 0);
}

static void
lot_put(BlobLot *lot, const char *bytes, char ret_hash[BLOB_HASH_SIZE])
{
	g_autoptr(GError) error = NULL;

	blob_hash(bytes, strlen(bytes), ret_hash);
	g_assert_true(blob_lot_put(lot, ret_hash, bytes, strlen(bytes), &error));
	g_assert_no_error(error);
}

static gboolean
holds(const char *dir, const char *hash, const char *bytes)
{
	gint64 size = 0;
	int fd = blob_open(dir, hash, &size, NULL);
	char back[100] = "";

	if (fd < 0)
		return FALSE;
	g_assert_cmpint(size, ==, strlen(bytes));
	g_assert_cmpint(read(fd, back, sizeof back), ==, size);
	g_assert_cmpmem(back, size, bytes, size);
	close(fd);
	return TRUE;
}

/* More than may be open at once, some of them twice, one that was there before. */
static void
test_a_lot_keeps_each_once(Kit *kit)
{
	enum { N = 300 };
	g_autofree char *dir = folder_new(kit);
	g_autoptr(BlobLot) lot = blob_lot_new(dir);
	char before[BLOB_HASH_SIZE], hash[BLOB_HASH_SIZE];
	g_autoptr(GError) error = NULL;

	g_assert_true(put(dir, "number 7", 8, before, &error));
	for (int again = 0; again < 2; again++) {
		for (int i = 0; i < N; i++) {
			g_autofree char *bytes = g_strdup_printf("number %d", i);

			lot_put(lot, bytes, hash);
			g_assert_cmpint(i == 7, ==, g_str_equal(hash, before));
		}
		g_assert_true(blob_lot_sync(lot, &error));
		g_assert_cmpuint(count_files(dir), ==, N);
	}
	for (int i = 0; i < N; i++) {
		g_autofree char *bytes = g_strdup_printf("number %d", i);

		blob_hash(bytes, strlen(bytes), hash);
		g_assert_true(holds(dir, hash, bytes));
	}
}

static void
test_a_lot_that_was_not_synced_leaves_nothing(Kit *kit)
{
	g_autofree char *dir = folder_new(kit);
	g_autoptr(BlobLot) lot = blob_lot_new(dir);
	char hash[BLOB_HASH_SIZE];

	lot_put(lot, "abc", hash);
	g_assert_false(holds(dir, hash, "abc"));
	g_clear_pointer(&lot, blob_lot_free);
	g_assert_cmpuint(count_files(dir), ==, 0);
}

static gboolean disk_fails;

/* Before the system's own. */
int
fsync(int fd)
{
	if (!disk_fails)
		return (int)syscall(SYS_fsync, fd);
	errno = ENOSPC;
	return -1;
}

/* What a failed sync had in hand is put again, and is there then. */
static void
test_a_lot_after_a_full_disk(Kit *kit)
{
	g_autofree char *dir = folder_new(kit);
	g_autoptr(BlobLot) lot = blob_lot_new(dir);
	g_autoptr(GError) error = NULL;
	char hash[BLOB_HASH_SIZE];

	lot_put(lot, "abc", hash);
	disk_fails = TRUE;
	g_assert_false(blob_lot_sync(lot, &error));
	disk_fails = FALSE;
	g_assert_error(error, ERR, ERR_BUSY);
	g_clear_error(&error);
	g_assert_cmpuint(count_files(dir), ==, 0);
	lot_put(lot, "abc", hash);
	g_assert_true(blob_lot_sync(lot, &error));
	g_assert_true(holds(dir, hash, "abc"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/blob/by_content", test_kept_once_by_content);
	kit_add("/blob/unfinished", test_unfinished_leaves_nothing);
	kit_add("/blob/no_paths", test_hashes_are_no_paths);
	kit_add("/blob/full_disk", test_full_disk);
	kit_add("/blob/a_lot_keeps_each_once", test_a_lot_keeps_each_once);
	kit_add("/blob/a_lot_not_synced_leaves_nothing", test_a_lot_that_was_not_synced_leaves_nothing);
	kit_add("/blob/a_lot_after_a_full_disk", test_a_lot_after_a_full_disk);
	return kit_run();
}
