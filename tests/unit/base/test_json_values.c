/* JSON values: objects keep their order, names of any making are found, an arena's values go at its end and never live in
 * what lives longer; and reading takes what RFC 8259 says and nothing else. */
#include "kit/kit.h"
#include "base/json.h"
#include <string.h>

static void
test_members(void)
{
	g_autoptr(json_t) object = json_object(), again = NULL, copy = NULL;
	const char *key;
	json_t *value;
	guint n = 0;

	for (int round = 0; round < 2; round++) /* the second finds each and keeps its place */
		for (int i = 0; i < 300; i++) {
			g_autofree char *name = g_strdup_printf("%c%d", 'a' + i % 3, i * 37);

			json_put_int(object, name, i + round);
		}
	json_put_text(object, "", "no name at all");
	json_put_text(object, "b37", "of the source");
	g_assert_cmpint(json_object_size(object), ==, 301);
	g_assert_cmpstr(json_text(object, "b37", NULL), ==, "of the source");
	g_assert_cmpstr(json_text(object, "", NULL), ==, "no name at all");
	g_assert_null(json_object_get(object, "b38"));
	json_object_foreach(object, key, value) {
		if (n < 300 && n != 1)
			g_assert_cmpint(json_integer_value(value), ==, n + 1);
		n++;
	}
	g_assert_cmpint(n, ==, 301);
	again = json_deep_copy(object);
	copy = json_copy(object);
	g_assert_true(json_equal(object, again) && json_equal(object, copy));
	g_assert_cmpint(json_object_del(object, "a0"), ==, 0);
	g_assert_cmpint(json_object_del(object, "a0"), ==, -1);
	g_assert_cmpstr(json_object_key_at(object, 0, NULL), ==, "b37");
	g_assert_cmpint(json_int(object, "c74", 0), ==, 3);
	g_assert_false(json_equal(object, again));
	json_object_update_missing(object, again);
	g_assert_true(json_equal(object, again));
}

/* Names that the tag cannot tell apart. */
static void
test_same_tags(void)
{
	g_autoptr(json_t) object = json_object();

	g_assert_cmpint(json_tag("axbxc", 5), ==, json_tag("aybyc", 5));
	json_put_int(object, "axbxc", 1);
	json_put_int(object, "aybyc", 2);
	g_assert_cmpint(json_int(object, "axbxc", 0), ==, 1);
	g_assert_cmpint(json_int(object, "aybyc", 0), ==, 2);
	g_assert_null(json_object_get(object, "azbzc"));
}

static void
test_wrong_kinds(void)
{
	g_autoptr(json_t) text = json_string("a"), list = json_array();

	g_assert_null(json_string("\xff"));
	g_assert_cmpint(json_object_set_new(text, "a", json_integer(1)), ==, -1);
	g_assert_cmpint(json_object_set_new(list, "a", json_integer(1)), ==, -1);
	g_assert_cmpint(json_array_append_new(text, json_integer(1)), ==, -1);
	g_assert_cmpint(json_array_append_new(list, NULL), ==, -1);
	g_assert_cmpint(json_array_insert_new(list, 1, json_integer(1)), ==, -1);
	g_assert_cmpint(json_array_append_new(list, json_incref(list)), ==, -1);
	g_assert_cmpint(json_object_size(list), ==, 0);
	g_assert_null(json_array_get(list, 0));
	g_assert_null(json_string_value(list));
	g_assert_cmpint(json_integer_value(text), ==, 0);
}

static void
test_lists(void)
{
	g_autoptr(json_t) list = json_array();
	json_t *one;
	size_t i;

	for (int k = 0; k < 50; k++)
		json_array_insert_new(list, 0, json_integer(k));
	json_array_foreach(list, i, one)
		g_assert_cmpint(json_integer_value(one), ==, 49 - (int)i);
	g_assert_cmpint(json_array_size(list), ==, 50);
	g_assert_cmpint(json_array_set_new(list, 49, json_string("last")), ==, 0);
	g_assert_cmpint(json_array_set_new(list, 50, json_integer(1)), ==, -1);
	g_assert_cmpint(json_array_remove(list, 0), ==, 0);
	g_assert_cmpint(json_array_remove(list, 49), ==, -1);
	g_assert_cmpint(json_integer_value(json_array_get(list, 0)), ==, 48);
	g_assert_cmpstr(json_string_value(json_array_get(list, 48)), ==, "last");
}

static void
test_arena(void)
{
	g_autoptr(json_t) heap = json_object(), kept = NULL, shared = json_pack("[s, i, {s:b}]", "a", 1, "b", TRUE);
	g_autofree char *name = g_strdup("made"), *text = NULL;
	json_t *value;

	g_assert_false(json_arena_is_on());
	json_arena_begin();
	value = json_object();
	json_put_text(value, name, "here");
	json_put(value, "shared", json_incref(shared)); /* a reference that the arena gives back */
	json_put_int(value, "n", 7);
	json_put_int(value, "n", 8);
	json_arena_begin(); /* nests */
	json_arena_end();
	g_assert_cmpint(json_int(value, "n", 0), ==, 8);
	json_put(heap, "copied", value); /* what lives longer gets a copy */
	kept = json_keep(value);
	for (guint i = 0; i < 20000; i++) /* beyond its first memory */
		json_put(value, "list", json_sprintf("text %u that is long enough to fill some memory", i));
	g_assert_cmpstr(json_text(value, "list", ""), ==, "text 19999 that is long enough to fill some memory");
	g_assert_cmpint(g_atomic_int_get(&shared->refs), ==, 2);
	json_arena_end();
	g_assert_false(json_arena_is_on());
	memset(name, 'x', 4);
	g_assert_cmpint(g_atomic_int_get(&shared->refs), ==, 1);
	text = json_write(heap, NULL);
	g_assert_cmpstr(text, ==, "{\"copied\":{\"made\":\"here\",\"shared\":[\"a\",1,{\"b\":true}],\"n\":8}}");
	g_assert_true(json_equal(kept, json_object_get(heap, "copied")));
}

/* What is shared is not changed: a fault that every test would see. */
static void
test_frozen(void)
{
	g_autoptr(json_t) value = json_pack("{s:[i], s:{}}", "a", 1, "b"), copy = NULL;

	json_freeze(value);
	if (g_test_subprocess()) {
		json_put_int(json_object_get(value, "b"), "c", 1);
		return;
	}
	copy = json_deep_copy(value);
	json_put_int(json_object_get(copy, "b"), "c", 1);
	json_array_append_new(json_object_get(copy, "a"), json_integer(2));
	g_assert_cmpint(json_int(json_object_get(copy, "b"), "c", 0), ==, 1);
	g_assert_cmpint(json_object_size(json_object_get(value, "b")), ==, 0);
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
}

/* What lies over a shared value has all of it and may be changed; the shared one stays, and lives as long as it is looked through. */
static void
test_layer(void)
{
	g_autofree char *name = g_strdup("made"), *text = NULL;
	json_t *shared = json_pack("{s:i, s:[s]}", "a", 1, "list", "x"), *layer, *kept;

	json_put_text(shared, name, "here"); /* a name that is the shared value's own memory */
	json_freeze(shared);
	json_arena_begin();
	layer = json_layer(shared);
	g_assert_cmpint(g_atomic_int_get(&shared->refs), ==, 2);
	json_put_int(layer, "a", 2);
	for (guint i = 0; i < 40; i++) { /* beyond the room it was made with */
		g_autofree char *more = g_strdup_printf("more %u", i);

		json_put_int(layer, more, i);
	}
	g_assert_cmpint(json_int(layer, "a", 0), ==, 2);
	g_assert_cmpint(json_int(layer, "more 39", 0), ==, 39);
	g_assert_cmpstr(json_text(layer, "made", ""), ==, "here");
	g_assert_true(json_object_get(layer, "list") == json_object_get(shared, "list"));
	g_assert_cmpint(json_int(shared, "a", 0), ==, 1);
	g_assert_null(json_object_get(shared, "more 0"));
	kept = json_keep(layer); /* shares nothing any more */
	json_decref(shared);
	g_assert_cmpstr(json_text(layer, "made", ""), ==, "here");
	json_arena_end();
	g_assert_cmpstr(json_text(kept, "made", ""), ==, "here");
	g_assert_cmpint(json_object_size(kept), ==, 43);
	json_decref(kept);
	shared = json_pack("{s:i}", "a", 1);
	json_freeze(shared);
	layer = json_layer(shared); /* without an arena */
	json_put_int(layer, "b", 2);
	text = json_write(layer, NULL);
	g_assert_cmpstr(text, ==, "{\"a\":1,\"b\":2}");
	json_decref(shared);
	json_decref(layer);
}

static gpointer
in_thread(gpointer data)
{
	json_t *shared = data;

	for (guint round = 0; round < 200; round++) {
		json_t *value;

		json_arena_begin();
		value = json_object();
		json_put(value, "shared", json_incref(shared));
		g_assert_cmpint(json_array_size(json_object_get(value, "shared")), ==, 2);
		json_arena_end();
	}
	return NULL;
}

static void
test_threads(void)
{
	g_autoptr(json_t) shared = json_pack("[ss]", "a", "b");
	GThread *threads[4];

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", in_thread, shared);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
	g_assert_cmpint(g_atomic_int_get(&shared->refs), ==, 1);
}

static void
test_pack(void)
{
	g_autoptr(json_t) value = json_pack("{s:s, s:i, s:I, s:b, s:f, s:n, s:s?, s:[{}, []], s:o}", "a", "x", "b", -1, "c", (json_int_t)1 << 40, "d", 2, "e", 0.5, "f",
		"g", NULL, "h", "i", json_integer(3));
	g_autofree char *text = json_write(value, NULL);

	g_assert_cmpstr(text, ==, "{\"a\":\"x\",\"b\":-1,\"c\":1099511627776,\"d\":true,\"e\":0.5,\"f\":null,\"g\":null,\"h\":[{},[]],\"i\":3}");
}

/* text, what is written of it (NULL: refused), and where it is refused */
static const struct {
	const char *text, *written;
	int line, column;
} texts[] = {
	{ " { } ", "{}", 0, 0 },
	{ "[1 , 2\n,3]", "[1,2,3]", 0, 0 },
	{ "\"\\u00e9\\ud83d\\ude00\\/\\\"\"", "\"é😀/\\\"\"", 0, 0 },
	{ "-0", "0", 0, 0 },
	{ "1e3", "1000.0", 0, 0 },
	{ "1E-400", "0.0", 0, 0 },
	{ "9223372036854775807", "9223372036854775807", 0, 0 },
	{ "9223372036854775808", NULL, 1, 19 },
	{ "1e999", NULL, 1, 5 },
	{ "", NULL, 1, 0 },
	{ "  ", NULL, 1, 2 },
	{ "{", NULL, 1, 1 },
	{ "[1,]", NULL, 1, 4 },
	{ "[1 2]", NULL, 1, 3 },
	{ "{\"a\" 1}", NULL, 1, 5 },
	{ "{\"a\":1,}", NULL, 1, 7 },
	{ "{\"a\":1,\n \"a\":2}", NULL, 2, 4 },
	{ "{a:1}", NULL, 1, 1 },
	{ "01", NULL, 1, 2 },
	{ "1.", NULL, 1, 1 },
	{ ".5", NULL, 1, 1 },
	{ "+1", NULL, 1, 1 },
	{ "-", NULL, 1, 1 },
	{ "1e", NULL, 1, 1 },
	{ "nul", NULL, 1, 1 },
	{ "nulll", NULL, 1, 5 },
	{ "NaN", NULL, 1, 1 },
	{ "'a'", NULL, 1, 1 },
	{ "\"a", NULL, 1, 2 },
	{ "\"a\\\"", NULL, 1, 4 },
	{ "\"\\x\"", NULL, 1, 2 },
	{ "\"\\u12g4\"", NULL, 1, 2 },
	{ "\"\\ud800\"", NULL, 1, 2 },
	{ "\"\\ud800\\u0041\"", NULL, 1, 2 },
	{ "\"\\udc00\"", NULL, 1, 2 },
	{ "\"\\u0000\"", NULL, 1, 8 },
	{ "\"a\tb\"", NULL, 1, 3 },
	{ "\"é\xff\"", NULL, 1, 2 },
	{ "\"\xed\xa0\x80\"", NULL, 1, 1 },
	{ "\xef\xbb\xbf{}", NULL, 1, 1 },
	{ "{} {}", NULL, 1, 4 },
	{ "[1]]", NULL, 1, 4 },
	{ "// a\n1", NULL, 1, 1 },
};

static void
test_reading(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		json_error_t why = { 0 };
		g_autoptr(json_t) value = json_loadb(texts[i].text, strlen(texts[i].text), JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
		g_autofree char *written = value != NULL ? json_write(value, NULL) : NULL;

		g_assert_cmpstr(written, ==, texts[i].written);
		if (texts[i].written == NULL) {
			g_assert_cmpstr(why.text, !=, "");
			g_test_message("%s: %s", texts[i].text, why.text);
			g_assert_cmpint(why.line, ==, texts[i].line);
			g_assert_cmpint(why.column, ==, texts[i].column);
		}
	}
}

/* Every cut and every wrong byte of a text that has everything: an answer or a refusal, never more memory than it has. */
static void
test_torn(void)
{
	static const char text[] = "{\"a\":[1,-2.5e3,true,false,null,\"\\u00e9\\n\"],\"b\":{\"c\":\"\xc3\xa9\"}}";

	for (gsize n = 0; n < sizeof text - 1; n++) {
		g_autofree char *torn = g_memdup2(text, MAX(n, 1)); /* without an end: the sanitizer sees a step too far */
		g_autoptr(json_t) value = json_loadb(torn, n, JSON_DECODE_ANY, NULL);

		g_assert_null(value);
		for (guint k = 0; k < 256; k += 5) {
			g_autofree char *bent = g_memdup2(text, sizeof text - 1);
			g_autoptr(json_t) other = NULL;

			bent[n] = (char)k;
			other = json_loadb(bent, sizeof text - 1, JSON_DECODE_ANY, NULL);
			if (other != NULL) {
				g_autofree char *written = json_write(other, NULL);
				g_autoptr(json_t) again = json_loads(written, JSON_DECODE_ANY, NULL);

				g_assert_true(json_equal(other, again));
			}
		}
	}
}

static void
test_duplicates(void)
{
	g_autoptr(json_t) last = json_loads("{\"a\":1,\"b\":2,\"a\":3}", 0, NULL);
	g_autoptr(GString) many = g_string_new("{");
	g_autoptr(json_t) all = NULL, twice = NULL;
	gint64 began;

	g_assert_cmpint(json_int(last, "a", 0), ==, 3);
	g_assert_cmpint(json_object_size(last), ==, 2);
	for (guint i = 0; i < 60000; i++) /* all with one tag: what a stranger would send */
		g_string_append_printf(many, "\"a%05dx%05da\":0,", i / 2, i / 2 + i % 2 * 70000);
	g_string_append(many, "\"last\":1}");
	began = g_get_monotonic_time();
	all = json_loadb(many->str, many->len, JSON_REJECT_DUPLICATES, NULL);
	g_assert_cmpint(json_object_size(all), ==, 60001);
	g_assert_cmpint(g_get_monotonic_time() - began, <, 5 * G_USEC_PER_SEC); /* in a row it would be hours under a sanitizer */
	g_string_truncate(many, many->len - 1);
	g_string_append(many, ",\"last\":2}");
	twice = json_loadb(many->str, many->len, JSON_REJECT_DUPLICATES, NULL);
	g_assert_null(twice);
}

/* What is kept as it was written is written again as it was, alone, in others and in copies; nothing can be asked of it. */
static void
test_written(void)
{
	g_autoptr(json_t) value = json_loads("{\"a\": [1, \"\\u0001\\\"\"], \"b\": null}", 0, NULL), once = json_written(value), around = json_array(), copy = NULL;
	g_autofree char *plain = json_write(value, NULL), *text = json_write(once, NULL), *whole = NULL;
	gsize size;

	g_assert_cmpstr(text, ==, plain);
	g_assert_null(json_object_get(once, "a"));
	g_assert_null(json_string_value(once));
	json_array_append(around, once);
	json_array_append(around, value);
	copy = json_deep_copy(around);
	g_assert_true(json_equal(copy, around));
	g_assert_false(json_equal(json_array_get(copy, 0), json_array_get(copy, 1)));
	g_assert_cmpint(json_footprint(once), >, strlen(plain));
	whole = json_write(copy, &size);
	g_assert_cmpint(size, ==, 2 * strlen(plain) + 3);
}

static void
test_depth(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(json_t) deep = NULL, deeper = NULL;

	for (guint i = 0; i < 512; i++)
		g_string_append_c(text, '[');
	for (guint i = 0; i < 512; i++)
		g_string_append_c(text, ']');
	deep = json_loads(text->str, 0, NULL);
	g_assert_nonnull(deep);
	g_string_prepend_c(text, '[');
	g_string_append_c(text, ']');
	deeper = json_loads(text->str, 0, NULL);
	g_assert_null(deeper);
	g_assert_null(json_loads("1", 0, NULL));
	g_assert_null(json_loads(NULL, 0, NULL));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/json/members", test_members);
	kit_add_plain("/json/same-tags", test_same_tags);
	kit_add_plain("/json/wrong-kinds", test_wrong_kinds);
	kit_add_plain("/json/lists", test_lists);
	kit_add_plain("/json/arena", test_arena);
	kit_add_plain("/json/frozen", test_frozen);
	kit_add_plain("/json/written", test_written);
	kit_add_plain("/json/layer", test_layer);
	kit_add_plain("/json/threads", test_threads);
	kit_add_plain("/json/pack", test_pack);
	kit_add_plain("/json/reading", test_reading);
	kit_add_plain("/json/torn", test_torn);
	kit_add_plain("/json/duplicates", test_duplicates);
	kit_add_plain("/json/depth", test_depth);
	return kit_run();
}
