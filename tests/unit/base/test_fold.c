/* Folding: one form for what people write in many ways. */
#include "base/fold.h"
#include "base/utf8.h"
#include "kit/kit.h"

typedef char *(*Fold)(const char *text);

static void
expect(Fold fold, const char *text, const char *want)
{
	g_autofree char *got = fold(text);

	if (g_strcmp0(got, want) != 0)
		g_test_message("'%s' folds to '%s', not '%s'", text, got != NULL ? got : "(none)", want != NULL ? want : "(none)");
	g_assert_cmpstr(got, ==, want);
}

static void
test_email(void)
{
	static const char *const table[][2] = {
		{ "ann@example.org", "ann@example.org" },
		{ "  Ann.Lee+shop@EXAMPLE.Org \n", "ann.lee+shop@example.org" },
		{ "\xC2\xA0" "ann@example.org", "ann@example.org" }, /* the no-break space of copied text */
		{ "o'brien@example.org", "o'brien@example.org" },
		{ "root@localhost", "root@localhost" },
		{ "J\xC3\x96rg@example.org", "j\xC3\xB6rg@example.org" },
		{ "Jo\xCC\x88rg@example.org", "j\xC3\xB6rg@example.org" }, /* o and a combining diaeresis */
		{ "ann@b\xC3\xBC" "cher.example", "ann@xn--bcher-kva.example" },
		{ "ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example" },
		{ "", NULL },
		{ "   ", NULL },
		{ "ann", NULL },
		{ "@example.org", NULL },
		{ "ann@", NULL },
		{ "ann@example", NULL },
		{ "ann@example.", NULL },
		{ "ann@.example.org", NULL },
		{ "ann@exa..mple.org", NULL },
		{ "ann@-example.org", NULL },
		{ "ann@example-.org", NULL },
		{ "ann@exa_mple.org", NULL },
		{ "ann@b@example.org", NULL },
		{ "ann lee@example.org", NULL },
		{ "ann\xC2\xA0lee@example.org", NULL },
		{ "ann\xE2\x80\x8Blee@example.org", NULL }, /* a space without width */
		{ "Ann <ann@example.org>", NULL },
		{ "<ann@example.org>", NULL },
		{ "\"ann lee\"@example.org", NULL },
		{ "ann@example.org, bob@example.org", NULL },
		{ "ann;bob@example.org", NULL },
		{ "mailto:ann@example.org", NULL },
		{ "ann\x01@example.org", NULL },
		{ "ann\xff@example.org", NULL },
		{ "Ann@Example.ORG.", NULL },
		{ "ann@ex-ample.x-y.org", "ann@ex-ample.x-y.org" },
		{ "ann@example.org-", NULL },
		{ "ann@example.org\n", "ann@example.org" },
		{ "ann@1.2", "ann@1.2" },
		{ "ann@@example.org", NULL },
		{ "a23456789012345678901234567890123456789012345678901234567890123456@example.org", NULL }, /* 66 before the @ */
	};
	g_autofree char *label = g_strnfill(64, 'a'), *huge = g_strnfill(100000, 'a');
	g_autofree char *long_label = g_strconcat("ann@", label, ".org", NULL);

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		expect(email_fold, table[i][0], table[i][1]);
	expect(email_fold, long_label, NULL);
	expect(email_fold, huge, NULL);
	expect(email_fold, NULL, NULL);
}

static void
test_phone(void)
{
	static const char *const table[][2] = {
		{ "+49 (0) 30 1234-567", "+49301234567" },
		{ "+49(0)301234567", "+49301234567" },
		{ "0049 30 1234567", "+49301234567" },
		{ "tel:+49-30-1234567", "+49301234567" },
		{ "030/1234567", "0301234567" },
		{ "(030) 12 34 567", "0301234567" },
		{ "+1 (555) 010-0199", "+15550100199" },
		{ "555.010.0199 ext. 12", "5550100199" },
		{ "555 010 0199 x12", "5550100199" },
		{ "555 010 0199 #12", "5550100199" },
		{ "020\xE2\x80\x91" "7946\xE2\x80\x93" "0000", "02079460000" }, /* dashes as word processors write them */
		{ "020\xC2\xA0" "79460000", "02079460000" },
		{ "\xEF\xBC\x8B" "49301234567", "+49301234567" },          /* a full-width plus */
		{ "\xD9\xA0\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5", "012345" }, /* Arabic-Indic figures */
		{ "", NULL },
		{ "1234", NULL },
		{ "0012", NULL },
		{ "+", NULL },
		{ "1234567890123456", NULL },
		{ "1-800-FLOWERS", NULL },
		{ "12345+678", NULL },
		{ "call me", NULL },
		{ "12345\xff", NULL },
	};
	g_autofree char *huge = g_strnfill(5000, '1');

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		expect(phone_fold, table[i][0], table[i][1]);
	expect(phone_fold, huge, NULL);
	expect(phone_fold, NULL, NULL);
}

static void
test_name(void)
{
	static const char *const table[][2] = {
		{ " Ann   LEE ", "ann lee" },
		{ "M\xC3\xBCller, J\xC3\xB6rg", "muller jorg" },
		{ "Mu\xCC\x88ller J\xC3\xB6rg", "muller jorg" },
		{ "O'Brien", "obrien" },
		{ "O\xE2\x80\x99" "Brien", "obrien" },
		{ "Stra\xC3\x9F" "e", "strasse" },
		{ "Jean-Luc", "jean luc" },
		{ "\xE5\xB1\xB1\xE7\x94\xB0 \xE5\xA4\xAA\xE9\x83\x8E", "\xE5\xB1\xB1\xE7\x94\xB0 \xE5\xA4\xAA\xE9\x83\x8E" },
		{ "", NULL },
		{ " .,- ", NULL },
		{ "Ann\xff", NULL },
	};
	g_autofree char *huge = g_strnfill(5000, 'a');

	for (guint i = 0; i < G_N_ELEMENTS(table); i++)
		expect(name_fold, table[i][0], table[i][1]);
	expect(name_fold, huge, NULL);
	expect(name_fold, NULL, NULL);
}

static void
test_line(void)
{
	g_autofree char *trimmed = line_read(" \t two words\xC2\xA0\n", 9), *too_long = line_read("two words", 8), *broken = line_read("two\nwords", 99),
			*empty = line_read(" ", 99), *none = line_read(NULL, 99), *bytes = line_read("\xff", 99);

	g_assert_cmpstr(trimmed, ==, "two words");
	g_assert_null(too_long);
	g_assert_null(broken);
	g_assert_null(empty);
	g_assert_null(none);
	g_assert_null(bytes);
}

/* Every place of a bad byte among good ones, and every kind of bad: as GLib says it. */
static void
test_utf8(void)
{
	static const char *const parts[] = { "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xff", "\x80", "\xC3", "\xED\xA0\x80", "\xC0\x80" };

	for (guint part = 0; part < G_N_ELEMENTS(parts); part++)
		for (guint before = 0; before < 20; before++)
			for (guint after = 0; after < 20; after++) {
				g_autofree char *left = g_strnfill(before, 'x'), *right = g_strnfill(after, 'y');
				g_autofree char *text = g_strconcat(left, parts[part], right, NULL);

				g_assert_cmpint(utf8_is_valid(text), ==, g_utf8_validate(text, -1, NULL));
			}
	g_assert_true(utf8_is_valid(""));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/fold/email", test_email);
	kit_add_plain("/fold/utf8", test_utf8);
	kit_add_plain("/fold/phone", test_phone);
	kit_add_plain("/fold/name", test_name);
	kit_add_plain("/fold/line", test_line);
	return kit_run();
}
