/* test_query.c - what people type into the search, by a table: key|value|flags for each part, "!" for a fault. */
#include "base/ids.h"
#include "cases/query.h"
#include "kit/kit.h"
#include <string.h>

#define NOW 1795087320000 /* 2026-11-19T11:22:00Z */

static char *
shape(const CaseQuery *query)
{
	g_autoptr(json_t) parts = case_query_parts(query);
	GString *out = g_string_new(NULL);
	json_t *one;
	size_t i;

	json_array_foreach(parts, i, one) {
		const QueryPart *part = query->parts->pdata[i];

		g_string_append_printf(out, "%s%s%s=%s%s%s", i > 0 ? " " : "", part->minus ? "-" : "", json_text(one, "key", ""), part->phrase && part->key == QUERY_TEXT ? "'" : "", part->value,
		                       part->fault != NULL ? "!" : "");
	}
	return g_string_free(out, FALSE);
}

static const char *const typed[][2] = {
	{ "", "" },
	{ "   ", "" },
	{ "refund", "text=refund" },
	{ "late refund", "text=late text=refund" },
	{ "\"late refund\"", "text='late refund" },
	{ "\"late refund", "text='late refund" },
	{ "\xe2\x80\x9clate refund\xe2\x80\x9d", "text='late refund" },
	{ "-wrong", "-text=wrong" },
	{ "-\"quite wrong\"", "-text='quite wrong" },
	{ "- wrong", "text=- text=wrong" },
	{ "--wrong", "-text=-wrong" },
	{ "\"\"", "" },
	{ "\"", "" },
	{ "-", "text=-" },
	{ "is:open", "is=open" },
	{ "IS:Open", "is=open" },
	{ "is:overdue", "is=late" },
	{ "-is:waiting", "-is=waiting" },
	{ "is:happy", "is=happy!" },
	{ "is:", "is=!" },
	{ "is: open", "is=! text=open" },
	{ "kind:complaint kind:question", "kind=complaint kind=question" },
	{ "kind:rant", "kind=rant!" },
	{ "channel:form", "channel=form" },
	{ "channel:in-person", "channel=in_person" },
	{ "channel:\"In person\"", "channel=in_person" },
	{ "stage:followed_up", "stage=followed_up" },
	{ "stage:nowhere", "stage=nowhere!" },
	{ "severity:critical", "severity=critical" },
	{ "severity:5", "severity=5!" },
	{ "outcome:none", "outcome=none" },
	{ "outcome:upheld", "outcome=upheld" },
	{ "owner:me", "owner=me" },
	{ "owner:\"Ruth Adeyemi\"", "owner=Ruth Adeyemi" },
	{ "-owner:none", "-owner=none" },
	{ "team:billing", "team=billing" },
	{ "customer:ada@example.org", "customer=ada@example.org" },
	{ "category:\"Appliances > Leaks\"", "category=Appliances > Leaks" },
	{ "product:K2 cause:design", "product=K2 cause=design" },
	{ "tag:vip", "tag=vip" },
	{ "id:CFPB-123", "id=CFPB-123" },
	{ "ref:nonsense", "ref=nonsense!" },
	{ "received:2026-03", "received=2026-03" },
	{ "received:2026-02-30", "received=2026-02-30!" },
	{ "received:2026-11-01..2026-11-30", "received=2026-11-01..2026-11-30" },
	{ "before:2026-03-01 after:2026", "before=2026-03-01 after=2026" },
	{ "before:yesterday", "before=yesterday" },
	{ "after:soon", "after=soon!" },
	{ "resolved:7d", "resolved=7d" },
	{ "promise:soon -promise:broken", "promise=due -promise=broken" },
	{ "clock:late -clock:Soon", "clock=late -clock=soon" },
	{ "clock:follow-up clock:nine", "clock=follow_up clock=nine!" },
	{ "missed:resolve missed:any missed:late", "missed=resolve missed=any missed=late!" },
	{ "remedy:refund remedy:Done remedy:\"partial refund\" remedy:cake", "remedy=refund remedy=done remedy=partial_refund remedy=cake!" },
	{ "unknown:thing", "text=unknown:thing" },
	{ "http://example.org", "text=http://example.org" },
	{ "a:b:c", "text=a:b:c" },
	{ "is:open \"late refund\" channel:form -wrong", "is=open text='late refund channel=form -text=wrong" },
	{ "tag:\"two words\"x", "tag=two words text=x" },
	{ "\xff\xfe", "text=\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\xc3\xa4rger", "text=\xc3\xa4rger" },
	{ "' OR 1=1 --", "text=' text=OR text=1=1 -text=-" },
	{ "kind:complaint\tis:open\nstage:received", "kind=complaint is=open stage=received" },
	{ NULL, NULL },
};

static void
test_table(void)
{
	for (guint i = 0; typed[i][0] != NULL; i++) {
		g_autoptr(CaseQuery) query = case_query_parse(typed[i][0], NOW, "UTC");
		g_autofree char *got = shape(query);

		if (strcmp(got, typed[i][1]) != 0)
			g_error("\"%s\" was read as: %s", typed[i][0], got);
	}
}

static void
test_a_ref_by_itself_is_one(void)
{
	char ref[REF_SIZE];
	g_autofree char *lower = NULL, *text = NULL, *got = NULL;
	g_autoptr(CaseQuery) query = NULL;

	ref_new(ref);
	lower = g_ascii_strdown(ref, -1);
	query = case_query_parse(lower, NOW, "UTC");
	got = shape(query);
	text = g_strdup_printf("ref=%s", ref);
	g_assert_cmpstr(got, ==, text);
}

static void
test_the_last_word_may_go_on(void)
{
	static const struct {
		const char *text;
		gboolean prefix;
	} rows[] = {
		{ "ref", TRUE }, { "refu ", FALSE }, { "re", FALSE }, { "\"refund\"", FALSE }, { "late refu", TRUE }, { "refund is:open", FALSE }, { "-refund", FALSE }, { "", FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(CaseQuery) query = case_query_parse(rows[i].text, NOW, "UTC");

		g_assert_cmpint(query->prefix, ==, rows[i].prefix);
	}
}

static void
test_bounded(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(CaseQuery) query = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append(text, "a ");
	query = case_query_parse(text->str, NOW, "UTC");
	g_assert_cmpuint(query->parts->len, <=, 50);
}

static void
test_periods(void)
{
	static const struct {
		const char *text, *zone, *from, *to; /* NULL: open */
	} rows[] = {
		{ "2026", "UTC", "2026-01-01", "2027-01-01" },
		{ "2026-03", "UTC", "2026-03-01", "2026-04-01" },
		{ "2026-12", "UTC", "2026-12-01", "2027-01-01" },
		{ "2026-02-28", "UTC", "2026-02-28", "2026-03-01" },
		{ "2026-03", "Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z" },
		{ "today", "UTC", "2026-11-19", "2026-11-20" },
		{ "yesterday", "America/New_York", "2026-11-18T05:00:00Z", "2026-11-19T05:00:00Z" },
		{ "7d", "UTC", "2026-11-12T11:22:00Z", NULL },
		{ "24h", "UTC", "2026-11-18T11:22:00Z", NULL },
		{ "2w", "UTC", "2026-11-05T11:22:00Z", NULL },
		{ "12m", "UTC", "2025-11-19T11:22:00Z", NULL },
		{ "1y", "UTC", "2025-11-19T11:22:00Z", NULL },
		{ "2026-01..2026-03", "UTC", "2026-01-01", "2026-04-01" },
		{ "2026-01-15..2026-01-15", "UTC", "2026-01-15", "2026-01-16" },
		{ "2026-01..", "UTC", "2026-01-01", NULL },
		{ "..2026-01", "UTC", NULL, "2026-02-01" },
	};
	static const char *const bad[] = {
		"", "..", "2026-13", "2026-00", "2026-02-30", "26", "20265", "2026-3", "2026-03-1", "2026-03-05x", "d", "0d", "99999d", "7x", "-7d", "2026-03..2026-01", "2026..x", "1..2", "9999", NULL,
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Span got, want = { G_MININT64, G_MAXINT64 };

		if (!span_read(rows[i].text, NOW, rows[i].zone, &got))
			g_error("\"%s\" was not read", rows[i].text);
		g_assert_true(rows[i].from == NULL || time_read(rows[i].from, &want.from_ms));
		g_assert_true(rows[i].to == NULL || time_read(rows[i].to, &want.to_ms));
		g_assert_cmpint(got.from_ms, ==, want.from_ms);
		g_assert_cmpint(got.to_ms, ==, want.to_ms);
	}
	for (guint i = 0; bad[i] != NULL; i++) {
		Span got = { 1, 2 };

		if (span_read(bad[i], NOW, "UTC", &got))
			g_error("\"%s\" was read", bad[i]);
		g_assert_cmpint(got.from_ms, ==, 1);
	}
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add_plain("/query/table", test_table);
	kit_add_plain("/query/a-ref-by-itself-is-one", test_a_ref_by_itself_is_one);
	kit_add_plain("/query/the-last-word-may-go-on", test_the_last_word_may_go_on);
	kit_add_plain("/query/bounded", test_bounded);
	kit_add_plain("/query/periods", test_periods);
	return kit_run();
}
