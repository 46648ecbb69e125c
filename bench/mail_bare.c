/* mail_bare.c - the ceilings of mail: GMime's bare parse of the files, and a process that only stores its input durably.
 *   mail_bare parse FILE...   messages a second, one thread: each parsed, each part decoded
 *   mail_bare store FOLDER    standard input into a file: written, synced, named, its folder synced */
#include <fcntl.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
decode(GMimeObject *parent, GMimeObject *part, gpointer data)
{
	GMimeStream *out;

	if (!GMIME_IS_PART(part) || g_mime_part_get_content(GMIME_PART(part)) == NULL)
		return;
	out = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), out);
	g_object_unref(out);
}

static int
parse(char **paths, int n)
{
	gint64 start;
	GPtrArray *files = g_ptr_array_new();

	g_mime_init();
	for (int i = 0; i < n; i++) {
		char *bytes = NULL;
		gsize size = 0;

		if (g_file_get_contents(paths[i], &bytes, &size, NULL))
			g_ptr_array_add(files, g_bytes_new_take(bytes, size));
	}
	start = g_get_monotonic_time();
	for (guint i = 0; i < files->len; i++) {
		gsize size = 0;
		const char *bytes = g_bytes_get_data(files->pdata[i], &size);
		GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
		GMimeParser *parser = g_mime_parser_new_with_stream(stream);
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

		if (message != NULL) {
			g_mime_message_foreach(message, decode, NULL);
			g_object_unref(message);
		}
		g_object_unref(parser);
		g_object_unref(stream);
	}
	printf("%.1f\n", files->len / ((double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC));
	return 0;
}

static int
store(const char *folder)
{
	static char piece[65536];
	g_autofree char *part = g_strdup_printf("%s/part-%d", folder, (int)getpid()), *name = g_strdup_printf("%s/mail-%d-%" G_GINT64_FORMAT, folder, (int)getpid(), g_get_real_time());
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t n;

	while ((n = read(0, piece, sizeof piece)) > 0)
		if (write(fd, piece, (size_t)n) != n)
			return 1;
	return fd < 0 || dir < 0 || fsync(fd) != 0 || rename(part, name) != 0 || fsync(dir) != 0;
}

int
main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "parse") == 0)
		return parse(argv + 2, argc - 2);
	if (argc == 3 && strcmp(argv[1], "store") == 0)
		return store(argv[2]);
	fputs("usage: mail_bare parse FILE... | store FOLDER\n", stderr);
	return 2;
}
