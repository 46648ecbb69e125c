/* Multipart bodies: the same parts however the bytes are cut, and clear refusals. */
#include "http/multipart.h"
#include "kit/kit.h"
#include <string.h>

static gboolean
on_begin(gpointer data, const char *name, const char *file_name, const char *media_type, GError **error)
{
	g_string_append_printf(data, "[%s|%s|%s|", name, file_name != NULL ? file_name : "-", media_type);
	return TRUE;
}

static gboolean
on_bytes(gpointer data, const char *bytes, gsize size, GError **error)
{
	g_string_append_len(data, bytes, (gssize)size);
	return TRUE;
}

static gboolean
on_end(gpointer data, GError **error)
{
	g_string_append_c(data, ']');
	return TRUE;
}

/* The parts as text, or "!" and the message; fed in pieces of @piece bytes. */
static char *
take_apart(const char *content_type, const char *body, gsize size, gsize piece)
{
	static const MultipartSink sink = { on_begin, on_bytes, on_end };
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Multipart) self = multipart_new(content_type, &sink, out, &error);

	for (gsize at = 0; self != NULL && error == NULL && at < size; at += piece)
		multipart_feed(self, body + at, MIN(piece, size - at), &error);
	if (error == NULL)
		multipart_finish(self, &error);
	if (error != NULL)
		g_string_printf(out, "!%s", error->message);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

#define TYPE "multipart/form-data; boundary=XX"
#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void
test_parts(void)
{
	static const struct {
		const char *type, *body, *parts;
	} cases[] = {
		{ TYPE, "--XX\r\n" FIELD("a") "one\r\n--XX\r\n" FIELD("b") "\r\n--XX--\r\n", "[a|-|application/octet-stream|one][b|-|application/octet-stream|]" },
		{ TYPE, "preamble\r\n--XX \r\n" FIELD("a") "1\r\n--XX--epilogue", "[a|-|application/octet-stream|1]" },
		{ TYPE, "--XX\r\n" FIELD("a") "\r\n-\r\n--\r\n--X\r\n--XY\r\r\n\r\n--XX--", "[a|-|application/octet-stream|\r\n-\r\n--\r\n--X\r\n--XY\r\r\n]" },
		{ TYPE, "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"C:\\docs\\a \\\"b\\\".txt\"\r\nContent-Type: Text/Plain; charset=x\r\n\r\nhi\r\n--XX--",
			"[f|a \"b\".txt|text/plain|hi]" },
		{ TYPE, "--XX\r\ncontent-disposition: FORM-DATA; filename=../../etc/passwd; name=f\r\nContent-Type: nonsense\r\n\r\nhi\r\n--XX--", "[f|passwd|application/octet-stream|hi]" },
		{ TYPE, "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--XX--", "[f||application/octet-stream|]" },
		{ "multipart/form-data; charset=utf-8; boundary=\"X X\"", "--X X\r\n" FIELD("a") "1\r\n--X X--", "[a|-|application/octet-stream|1]" },
		{ TYPE, "--XX--", "" },
		{ TYPE, "", "!the multipart body is not readable: it ends before its closing boundary" },
		{ TYPE, "--XX\r\n" FIELD("a") "one\r\n--XX", "!the multipart body is not readable: it ends before its closing boundary" },
		{ TYPE, "--XX\r\n" FIELD("a") "one\r\n--XXZ\r\n", "!the multipart body is not readable: a boundary is followed by something else" },
		{ TYPE, "--XX\r\n\r\none\r\n--XX--", "!the multipart body is not readable: a part is no form-data" },
		{ TYPE, "--XX\r\nContent-Disposition: form-data\r\n\r\none\r\n--XX--", "!the multipart body is not readable: a part has no name" },
		{ TYPE, "--XX\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\none\r\n--XX--", "!the multipart body is not readable: a part's name is not UTF-8" },
		{ "multipart/form-data", "", "!the multipart body has no usable boundary" },
		{ "multipart/form-data; boundary=", "", "!the multipart body has no usable boundary" },
		{ "multipart/form-data; boundary=\"a\tb\"", "", "!the multipart body has no usable boundary" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize piece = 1; piece < 80; piece = piece < 8 ? piece + 1 : piece * 3) {
			g_autofree char *parts = take_apart(cases[i].type, cases[i].body, strlen(cases[i].body), piece);

			g_test_message("case %u in pieces of %d", i, (int)piece);
			g_assert_cmpstr(parts, ==, cases[i].parts);
		}
}

static void
test_bounds(void)
{
	g_autofree char *filler = g_strnfill(5000, 'x');
	g_autofree char *long_head = g_strconcat("--XX\r\nX-Filler: ", filler, "\r\n\r\n", NULL);
	g_autoptr(GString) many = g_string_new(NULL);
	g_autofree char *first = take_apart(TYPE, long_head, strlen(long_head), 1000), *second = NULL, *nul = NULL;
	static const char with_nul[] = "--XX\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n--XX--";

	for (guint i = 0; i < 300; i++)
		g_string_append(many, "--XX\r\n" FIELD("a") "1\r\n");
	second = take_apart(TYPE, many->str, many->len, 1000);
	nul = take_apart(TYPE, with_nul, sizeof with_nul - 1, 1000);
	g_assert_cmpstr(first, ==, "!the multipart body is not readable: a part's header is too long");
	g_assert_cmpstr(second, ==, "!the multipart body is not readable: it has too many parts");
	g_assert_cmpstr(nul, ==, "!the multipart body is not readable: a part's header holds a NUL character");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/multipart/parts", test_parts);
	kit_add_plain("/multipart/bounds", test_bounds);
	return kit_run();
}
