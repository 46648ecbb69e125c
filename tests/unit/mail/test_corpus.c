/* Real mails (the folder named on the command line; skipped when it is not there): each is read within a second and twice
 * its size + 32 MiB, every field is UTF-8 of one line; mime4j's expectations are met, and GMime's own parser finds the
 * same parts. */
#include "base/err.h"
#include "mail/message.h"
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static const char *root;

static void
find_files(const char *path, GPtrArray *files)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	if (folder == NULL) {
		g_ptr_array_add(files, g_strdup(path));
		return;
	}
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		find_files(below, files);
	}
}

static int
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
files_below(const char *folder)
{
	g_autofree char *path = g_build_filename(root, folder, NULL);
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		find_files(path, files);
	g_ptr_array_sort(files, by_name);
	return files;
}

/* ---- every file is read */

static gint64
status_kib(const char *field)
{
	g_autofree char *text = NULL;
	const char *at;

	if (!g_file_get_contents("/proc/self/status", &text, NULL, NULL) || (at = strstr(text, field)) == NULL)
		return 0;
	return g_ascii_strtoll(at + strlen(field), NULL, 10);
}

static void
forget_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (file == NULL)
		return;
	fputs("5", file);
	fclose(file);
}

static double
cpu_s(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 + (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

static void
check_line(const char *file, const char *what, const char *text)
{
	if (text == NULL || !g_utf8_validate(text, -1, NULL))
		g_error("%s: %s is no UTF-8", file, what);
	for (const char *p = text; *p != '\0'; p++)
		if ((guint8)*p < ' ' || *p == 0x7F)
			g_error("%s: %s holds a control character", file, what);
}

static void
check_addresses(const char *file, const char *what, const GPtrArray *addresses)
{
	for (guint i = 0; i < addresses->len; i++) {
		check_line(file, what, ((MailAddress *)addresses->pdata[i])->name);
		check_line(file, what, ((MailAddress *)addresses->pdata[i])->address);
	}
}

static void
check_lines(const char *file, const char *what, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		check_line(file, what, lines->pdata[i]);
}

static void
check_fields(const char *file, const MailMessage *mail)
{
	check_line(file, "Message-ID", mail->message_id);
	g_assert_cmpstr(mail->message_id, !=, "");
	check_line(file, "Subject", mail->subject);
	check_line(file, "From", mail->from->name);
	check_line(file, "From", mail->from->address);
	check_addresses(file, "Reply-To", mail->reply_to);
	check_addresses(file, "To", mail->to);
	check_addresses(file, "Cc", mail->cc);
	check_lines(file, "Delivered-To", mail->delivered_to);
	check_lines(file, "References", mail->references);
	check_lines(file, "In-Reply-To", mail->in_reply_to);
	check_lines(file, "header name", mail->header_names);
	check_lines(file, "header", mail->header_values);
	check_lines(file, "problem", mail->problems);
	g_assert_cmpuint(mail->header_names->len, ==, mail->header_values->len);
	if (!g_utf8_validate(mail->text, -1, NULL) || strchr(mail->text, '\r') != NULL)
		g_error("%s: text", file);
	if (mail->html != NULL && !g_utf8_validate(mail->html, -1, NULL))
		g_error("%s: html", file);
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];

		check_line(file, "media type", part->media_type);
		g_assert_nonnull(strchr(part->media_type, '/'));
		check_line(file, "file name", part->name != NULL ? part->name : "");
		check_line(file, "charset", part->charset != NULL ? part->charset : "");
		check_line(file, "Content-ID", part->content_id != NULL ? part->content_id : "");
		g_assert_true(part->name == NULL || (strchr(part->name, '/') == NULL && strlen(part->name) <= 200));
	}
}

static MailMessage *
read_file(const char *file, char **ret_bytes, gsize *ret_size)
{
	g_autoptr(GError) error = NULL;
	MailMessage *mail;

	if (!g_file_get_contents(file, ret_bytes, ret_size, &error))
		g_error("%s", error->message);
	mail = mail_message_read((const guint8 *)*ret_bytes, *ret_size, &error);
	g_assert_no_error(error);
	return mail;
}

static void
test_all(void)
{
	static const char *const folders[] = { "mime", "bounces", "replies" };
	double slowest = 0;
	gint64 largest_kib = 0;
	guint n = 0;

	for (guint f = 0; f < G_N_ELEMENTS(folders); f++) {
		g_autoptr(GPtrArray) files = files_below(folders[f]);

		for (guint i = 0; i < files->len; i++) {
			g_autofree char *bytes = NULL;
			g_autoptr(MailMessage) mail = NULL;
			double before = cpu_s(), took;
			gint64 rss = status_kib("VmRSS:"), grown;
			gsize size;

			forget_peak();
			mail = read_file(files->pdata[i], &bytes, &size);
			took = cpu_s() - before;
			grown = status_kib("VmHWM:") - rss;
			slowest = MAX(slowest, took);
			largest_kib = MAX(largest_kib, grown);
			if (took >= 1.0)
				g_error("%s took %.2f s", (char *)files->pdata[i], took);
			if (!SANITIZED && grown > (gint64)(2 * size / 1024) + 32 * 1024)
				g_error("%s of %zu bytes took %" G_GINT64_FORMAT " KiB", (char *)files->pdata[i], size, grown);
			check_fields(files->pdata[i], mail);
			n++;
		}
	}
	g_test_message("%u files read; the slowest took %.3f s of processor time, the largest %" G_GINT64_FORMAT " KiB%s", n, slowest, largest_kib,
		SANITIZED ? " (with the sanitizer's)" : "");
	g_assert_cmpuint(n, >, 500);
}

/* ---- mime4j says which parts there are */

static void
on_start(GMarkupParseContext *context, const char *element, const char **keys, const char **values, gpointer data, GError **error)
{
	if (strcmp(element, "text-body") == 0 || strcmp(element, "binary-body") == 0)
		for (; *keys != NULL; keys++, values++)
			if (strcmp(*keys, "name") == 0)
				g_ptr_array_add(data, g_strdup(*values));
}

/* Control characters of the mail stand in the XML as they are, which no XML may: the names are all that is wanted. */
static GPtrArray *
expected_names(const char *file)
{
	static const GMarkupParser parser = { .start_element = on_start };
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, names, NULL);
	g_autofree char *text = NULL;
	g_autoptr(GString) tags = g_string_new("<all>");
	gsize size;

	if (!g_file_get_contents(file, &text, &size, NULL))
		g_error("%s: cannot be read", file);
	for (const char *p = text; (p = strstr(p, "-body name=\"")) != NULL;) {
		const char *close = strchr(p, '>');

		while (p > text && *p != '<')
			p--;
		g_string_append_len(tags, p, close + 1 - p);
		p = close;
	}
	g_string_append(tags, "</all>");
	if (!g_markup_parse_context_parse(context, tags->str, (gssize)tags->len, NULL))
		g_error("%s: %s", file, tags->str);
	return names;
}

static void
add_leaves(MailMessage *mail, guint depth, GPtrArray *mails, GPtrArray *leaves)
{
	g_ptr_array_add(mails, mail);
	for (guint i = 0; i < mail->parts->len; i++) {
		MailPart *part = mail->parts->pdata[i];

		if (strcmp(part->media_type, "message/rfc822") == 0 && depth < 10)
			add_leaves(mail_message_read(part->bytes, part->size, NULL), depth + 1, mails, leaves);
		else
			g_ptr_array_add(leaves, part);
	}
}

/* Of these it expects less than their words, since lines after a header that is none are dropped: they are not to be lost here. */
static const struct {
	const char *mail, *last_words;
} more_words[] = {
	{ "malformedHeader-noheader", "The whole text should be recognized as body." },
	{ "malformedHeaderStartsBody-noheader", "The whole text should be recognized as body." },
	{ "malformedHeaderStartsBody-nocrlfcrlf", "AnotherHeader: is this an header or the first part of the body?\n\nBody text" },
	{ "basic-plain-with-bad-header-separator", "between header and body contains an additional space: \nCRLF<space>CRLF.\n\nThis results in a bogus header." },
};

static const char *
words_to_keep(const char *base)
{
	for (guint i = 0; i < G_N_ELEMENTS(more_words); i++)
		if (strcmp(more_words[i].mail, strrchr(base, '/') + 1) == 0)
			return more_words[i].last_words;
	return NULL;
}

/* mime4j ends the lines of quoted-printable by CR LF, whatever the mail had. */
static gboolean
is_part(const MailPart *part, const char *file)
{
	g_autofree char *bytes = NULL;
	gsize size, at = 0;

	if (!g_file_get_contents(file, &bytes, &size, NULL))
		g_error("%s: cannot be read", file);
	if (size == part->size && (size == 0 || memcmp(bytes, part->bytes, size) == 0))
		return TRUE;
	for (gsize i = 0; i < size; i++) {
		if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n' && at < part->size && part->bytes[at] == '\n')
			continue;
		if (at == part->size || part->bytes[at++] != (guint8)bytes[i])
			return FALSE;
	}
	return at == part->size;
}

static void
test_mime4j(void)
{
	g_autoptr(GPtrArray) files = files_below("mime/mime4j/core");
	guint n_files = 0, n_expected = 0, n_met = 0, n_more = 0, n_kept = 0;

	for (guint i = 0; i < files->len; i++) {
		const char *file = files->pdata[i];
		g_autofree char *base = NULL, *xml = NULL, *folder = g_path_get_dirname(file), *bytes = NULL;
		g_autoptr(GPtrArray) names = NULL, leaves = g_ptr_array_new(), mails = g_ptr_array_new_with_free_func((GDestroyNotify)mail_message_free);
		guint at = 0, n_found = 0;
		gsize size;

		if (!g_str_has_suffix(file, ".msg"))
			continue;
		base = g_strndup(file, strlen(file) - 4);
		xml = g_strconcat(base, "_decoded.xml", NULL);
		if (!g_file_test(xml, G_FILE_TEST_EXISTS))
			continue;
		n_files++;
		names = expected_names(xml);
		add_leaves(read_file(file, &bytes, &size), 0, mails, leaves);
		for (guint k = 0; k < names->len; k++) {
			g_autofree char *path = g_build_filename(folder, names->pdata[k], NULL);
			guint found = at;

			while (found < leaves->len && !is_part(leaves->pdata[found], path))
				found++;
			n_expected++;
			if (words_to_keep(base) != NULL) {
				g_assert_nonnull(strstr(((MailMessage *)mails->pdata[0])->text, words_to_keep(base)));
				g_assert_cmpuint(leaves->len, ==, 1);
				n_kept++;
				n_found++;
				continue;
			}
			if (found == leaves->len) {
				g_test_message("not met: %s (%u parts, %u expected)", (char *)names->pdata[k], leaves->len, names->len);
				continue;
			}
			n_met++;
			n_found++;
			at = found + 1;
		}
		if (leaves->len > n_found) {
			g_test_message("more than expected in %s: %u", strrchr(base, '/') + 1, leaves->len - n_found);
			n_more += leaves->len - n_found;
		}
	}
	g_test_message("mime4j: %u mails, %u of %u parts as expected (%.1f %%); %u more parts where it drops words that are kept here; %u parts more", n_files,
		n_met, n_expected - n_kept, 100.0 * n_met / MAX(n_expected - n_kept, 1), n_kept, n_more);
	g_assert_cmpuint(n_files, >, 50);
	g_assert_cmpuint(n_met * 100, >=, (n_expected - n_kept) * 99);
}

/* ---- GMime's own parser */

static void
gmime_leaf(GMimeObject *object, GPtrArray *leaves)
{
	if (GMIME_IS_MULTIPART(object)) {
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object)); i++)
			gmime_leaf(g_mime_multipart_get_part(GMIME_MULTIPART(object), i), leaves);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		if (inner != NULL && g_mime_message_get_mime_part(inner) != NULL)
			gmime_leaf(g_mime_message_get_mime_part(inner), leaves);
	} else if (GMIME_IS_PART(object)) {
		GMimeStream *stream = g_mime_stream_mem_new();
		GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));

		if (content != NULL)
			g_mime_data_wrapper_write_to_stream(content, stream);
		if (g_mime_stream_length(stream) > 0)
			g_ptr_array_add(leaves, stream);
		else
			g_object_unref(stream);
	}
}

static gboolean
same_as_gmime(const char *bytes, gsize size, GPtrArray *leaves)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	g_autoptr(GPtrArray) theirs = g_ptr_array_new_with_free_func(g_object_unref);
	gboolean same;

	if (message != NULL && g_mime_message_get_mime_part(message) != NULL)
		gmime_leaf(g_mime_message_get_mime_part(message), theirs);
	/* Empty parts do not count: a multipart without parts is an empty text here, and nothing there. */
	for (guint i = leaves->len; i > 0; i--)
		if (((MailPart *)leaves->pdata[i - 1])->size == 0)
			g_ptr_array_remove_index(leaves, i - 1);
	same = theirs->len == leaves->len;
	for (guint i = 0; same && i < leaves->len; i++) {
		GByteArray *content = g_mime_stream_mem_get_byte_array(theirs->pdata[i]);
		const MailPart *part = leaves->pdata[i];

		same = content->len == part->size && (part->size == 0 || memcmp(content->data, part->bytes, part->size) == 0);
	}
	g_clear_object(&message);
	g_object_unref(parser);
	g_object_unref(stream);
	return same;
}

static void
test_gmime(void)
{
	static const struct {
		const char *folder, *end;
	} folders[] = {
		{ "mime/mime4j/core", ".msg" }, { "mime/ruby_mail", ".eml" }, { "mime/mailparser", ".eml" }, { "mime/python_test_email", ".txt" },
		{ "bounces/maildir/bsd", ".eml" }, { "bounces/maildir/dos", ".eml" },
	};
	guint n = 0, n_same = 0;

	g_mime_init();
	for (guint f = 0; f < G_N_ELEMENTS(folders); f++) {
		g_autoptr(GPtrArray) files = files_below(folders[f].folder);

		for (guint i = 0; i < files->len; i++) {
			g_autoptr(GPtrArray) leaves = g_ptr_array_new(), mails = g_ptr_array_new_with_free_func((GDestroyNotify)mail_message_free);
			g_autofree char *bytes = NULL;
			gsize size;

			if (!g_str_has_suffix(files->pdata[i], folders[f].end))
				continue;
			add_leaves(read_file(files->pdata[i], &bytes, &size), 0, mails, leaves);
			n++;
			if (same_as_gmime(bytes, size, leaves))
				n_same++;
			else
				g_test_message("other parts than GMime's: %s", strrchr(files->pdata[i], '/') + 1);
		}
	}
	g_test_message("GMime: the same parts, byte for byte, in %u of %u mails (%.1f %%)", n_same, n, 100.0 * n_same / MAX(n, 1));
	g_assert_cmpuint(n_same * 100, >=, n * 92);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	root = argc > 1 ? argv[1] : "";
	if (!g_file_test(root, G_FILE_TEST_IS_DIR)) {
		printf("1..0 # SKIP no real mails at %s\n", root);
		return 0;
	}
	g_test_add_func("/mail/corpus/all", test_all);
	g_test_add_func("/mail/corpus/mime4j", test_mime4j);
	g_test_add_func("/mail/corpus/gmime", test_gmime);
	return g_test_run();
}
