/* The smallest pieces: errors, refs, times, JSON, secrets, permissions, the log. Folding of words: test_fold.c. */
#include "base/ids.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/signed_link.h"
#include "kit/kit.h"
#include <string.h>

static void
test_errors_gather_fields(void)
{
	g_autoptr(GError) error = NULL, copy = NULL, foreign = g_error_new_literal(g_quark_from_static_string("x"), 3, "x");

	err_add_field(&error, "/due", "is %s", "late");
	err_add_field(&error, "/name", "is empty");
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpstr(error->message, ==, "is late");
	copy = g_error_copy(error);
	g_clear_error(&error);
	g_assert_cmpuint(err_fields(copy)->len, ==, 2);
	g_assert_cmpstr(((ErrField *)err_fields(copy)->pdata[1])->field, ==, "/name");
	g_assert_cmpuint(err_http_status(copy), ==, 422);
	g_assert_cmpuint(err_http_status(foreign), ==, 500);
	g_assert_cmpstr(err_word(copy), ==, "invalid");
	g_assert_null(err_fields(foreign));
	err_add_field(NULL, "/x", "nobody listens");
}

static void
test_refs_catch_slips(void)
{
	char ref[REF_SIZE], back[REF_SIZE], again[REF_SIZE];

	for (int i = 0; i < 200; i++) {
		ref_new(ref);
		g_assert_true(ref_read(ref, back));
		g_assert_cmpstr(ref, ==, back);
		for (int at = 0; at < REF_SIZE - 1; at++) {
			char wrong[REF_SIZE];

			if (ref[at] == '-')
				continue;
			memcpy(wrong, ref, sizeof wrong);
			wrong[at] = ref[at] == '7' ? '8' : '7'; /* one wrong letter */
			g_assert_false(ref_read(wrong, back));
			memcpy(wrong, ref, sizeof wrong);
			wrong[at] = ref[at + 1 + (ref[at + 1] == '-')]; /* two neighbours swapped */
			wrong[at + 1 + (ref[at + 1] == '-')] = ref[at];
			if (at < REF_SIZE - 2 && strcmp(wrong, ref) != 0)
				g_assert_false(ref_read(wrong, back));
		}
	}
	ref_seed(5);
	ref_new(ref);
	ref_seed(5);
	ref_new(again);
	g_assert_cmpstr(ref, ==, again);
}

static void
test_refs_as_people_type_them(void)
{
	char ref[REF_SIZE], back[REF_SIZE], typed[32];

	ref_new(ref);
	g_snprintf(typed, sizeof typed, " %.4s  %s ", ref, ref + 5);
	for (char *p = typed; *p != '\0'; p++)
		*p = g_ascii_tolower(*p);
	g_assert_true(ref_read(typed, back));
	g_assert_cmpstr(ref, ==, back);
	g_assert_false(ref_read("", back));
	g_assert_false(ref_read("0000-0000", back));
	g_assert_false(ref_read("\xc3\xa4\xc3\xb6\xc3\xbc", back));
	g_snprintf(typed, sizeof typed, "%s2", ref);
	g_assert_false(ref_read(typed, back));
}

static void
test_times_there_and_back(void)
{
	static const struct {
		const char *text;
		gint64 ms;
		const char *written;
	} rows[] = {
		{ "1970-01-01", 0, "1970-01-01T00:00:00Z" },
		{ "2026-11-19T11:22:00Z", G_GINT64_CONSTANT(1795087320000), "2026-11-19T11:22:00Z" },
		{ "2026-11-19T12:22:00.5+01:00", G_GINT64_CONSTANT(1795087320500), "2026-11-19T11:22:00.500Z" },
		{ "1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z" },
		{ "2024-02-29", G_GINT64_CONSTANT(1709164800000), "2024-02-29T00:00:00Z" },
		{ "0000-01-01", G_GINT64_CONSTANT(-62167219200000), "0000-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59.999Z", G_GINT64_CONSTANT(253402300799999), "9999-12-31T23:59:59.999Z" },
	};
	static const char *const bad[] = { "", "x", "2026", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-32", "2026-01-01T24:00", "2026-01-01T10:60",
		                               "2026-01-01T10:00:00Zx", "2026-01-01 10", "2026-1-1", "2026-01-01T10:00+99:00", "20260101", "-2026-01-01" };
	char text[TIME_SIZE];
	gint64 ms = 77;

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_true(time_read(rows[i].text, &ms));
		g_assert_cmpint(ms, ==, rows[i].ms);
		time_write(ms, text);
		g_assert_cmpstr(text, ==, rows[i].written);
	}
	ms = 77;
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		if (time_read(bad[i], &ms))
			g_error("'%s' is taken for a time", bad[i]);
		g_assert_cmpint(ms, ==, 77);
	}
	time_write(G_MAXINT64, text);
	g_assert_cmpstr(text, ==, "9999-12-31T23:59:59.999Z");
	time_write(G_MININT64, text);
	g_assert_cmpstr(text, ==, "0000-01-01T00:00:00Z");
}

static void
test_json_within_bounds(void)
{
	static const char *const bad[] = { "", "{", "{} x", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "\"\xff\"", "[1,]", "nul", "{\"a\":}" };
	g_autofree char *deep = g_strnfill(65, '['), *fits = NULL, *ends = g_strnfill(64, ']'), *text = NULL;
	g_autoptr(json_t) value = NULL, object = json_object();
	g_autoptr(GError) error = NULL;
	gsize size;

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) why = NULL;

		g_assert_null(json_read(bad[i], strlen(bad[i]), &why));
		g_assert_error(why, ERR, ERR_INVALID);
	}
	g_assert_null(json_read(deep, strlen(deep), &error));
	g_assert_nonnull(strstr(error->message, "64 levels"));
	fits = g_strconcat(deep + 1, ends, NULL);
	value = json_read(fits, strlen(fits), NULL);
	g_assert_nonnull(value);

	for (int i = 0; i < 100; i++) { /* longer than the first guess at its size */
		g_autofree char *key = g_strdup_printf("key %d", i);

		json_put_int(object, key, i);
	}
	json_put_text(object, "none", NULL);
	json_put_time(object, "never", 0);
	text = json_write(object, &size);
	g_assert_cmpuint(size, ==, strlen(text));
	g_assert_true(g_str_has_suffix(text, "\"key 99\":99,\"none\":null,\"never\":null}"));
	g_assert_cmpint(json_int(object, "key 7", -1), ==, 7);
	g_assert_cmpint(json_int(object, "none", -1), ==, -1);
	g_assert_cmpstr(json_text(object, "key 7", "other"), ==, "other");
	g_assert_true(json_flag(object, "absent", TRUE));
}

static void
test_secrets(void)
{
	static const guint8 key[SECRET_KEY_SIZE] = { 1, 2, 3 }, other[SECRET_KEY_SIZE] = { 1, 2, 4 };
	g_autofree char *hash = password_hash("correct horse", NULL), *one = key_new(24), *two = key_new(24);
	g_autofree char *digest = token_digest("token"), *again = token_digest("token"), *mark = link_sign(key, "case/1");

	g_assert_true(password_verify(hash, "correct horse"));
	g_assert_false(password_verify(hash, "correct horsf"));
	g_assert_false(password_verify("", ""));
	g_assert_false(password_verify("rubbish", "rubbish"));
	g_assert_cmpstr(one, !=, two);
	g_assert_cmpuint(strlen(one), ==, 32);
	g_assert_cmpstr(digest, ==, again);
	g_assert_cmpuint(strlen(digest), ==, 64);
	g_assert_true(link_verify(key, "case/1", mark));
	g_assert_false(link_verify(key, "case/2", mark));
	g_assert_false(link_verify(other, "case/1", mark));
	g_assert_false(link_verify(key, "case/1", ""));
}

static void
test_signed_links(void)
{
	static const guint8 key[SECRET_KEY_SIZE] = { 1, 2, 3 }, other[SECRET_KEY_SIZE] = { 1, 2, 4 };
	const gint64 now = 20000 * (gint64)86400000;
	char ref[REF_SIZE], found[16];
	g_autofree char *link = NULL, *altered = NULL;

	ref_new(ref);
	link = signed_link_make(key, "choose", ref, 3, now);
	altered = g_strdup(link);
	altered[strlen(altered) - 2] ^= 1;
	g_assert_true(signed_link_read(key, "choose", link, now + 3 * (gint64)86400000, found));
	g_assert_cmpstr(found, ==, ref);
	g_assert_false(signed_link_read(key, "choose", link, now + 4 * (gint64)86400000, found));
	g_assert_false(signed_link_read(key, "track", link, now, found));
	g_assert_false(signed_link_read(other, "choose", link, now, found));
	g_assert_false(signed_link_read(key, "choose", altered, now, found));
	g_assert_false(signed_link_read(key, "choose", ref, now, found));
}

static void
test_permissions(void)
{
	g_autoptr(GError) error = NULL;
	guint64 seen = 0;

	for (const Permission *one = permission_list(); one->word != NULL; one++) {
		guint64 bit = permission_bit(one->word);

		g_assert_true(bit != 0 && (seen & bit) == 0);
		seen |= bit;
		g_assert_true(actor_may(actor_system(), one->word));
	}
	g_assert_cmpuint(permission_bit("case.fly"), ==, 0);
	g_assert_true(actor_may(actor_public(), "portal.use"));
	g_assert_false(actor_must(actor_public(), "case.read", &error));
	g_assert_error(error, ERR, ERR_DENIED);
	g_assert_nonnull(strstr(error->message, "case.read"));
}

static void
test_log_lines_are_not_forged(void)
{
	kit_expect_log("here: one  error two");
	log_warn("here", "one\n\rerror two");
	log_info("here", "nobody minds this");
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/err/fields", test_errors_gather_fields);
	kit_add_plain("/ids/slips", test_refs_catch_slips);
	kit_add_plain("/ids/typed", test_refs_as_people_type_them);
	kit_add_plain("/clock/times", test_times_there_and_back);
	kit_add_plain("/json/bounds", test_json_within_bounds);
	kit_add_plain("/secret/all", test_secrets);
	kit_add_plain("/signed-link/one-purpose-one-thing-an-end", test_signed_links);
	kit_add_plain("/actor/permissions", test_permissions);
	kit_add_plain("/log/lines", test_log_lines_are_not_forged);
	return kit_run();
}
