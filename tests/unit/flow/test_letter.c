/* test_letter.c - final responses: each shipped text says what a regulator wants to read, fields are filled or missed aloud, dates
 * keep to the end of their month, sending is whole or not at all, and another one says why. */
#include "../cases/world.h"
#include "filed.h"
#include "flow/letter/letter.h"
#include "flow/mail/withdraw.h"
#include "mailbox/outbox.h"
#include "store/blob.h"

static json_t *
house(const char *appeal, gint64 months)
{
	json_t *all = json_object();

	json_put_text(all, "house", "Larch & Fold");
	json_put_text(all, "house_address", "12 Mill Lane, Leeds");
	json_put_text(all, "appeal_name", appeal);
	json_put_text(all, "appeal_url", "https://ombudsman.example");
	json_put_int(all, "appeal_months", months);
	json_put_text(all, "paper", "A4");
	json_put_text(all, "lang", "en");
	return all;
}

static gint64
decided(Kit *kit, const char *outcome, const char *reasons)
{
	gint64 id = world_case_of(kit, (NewCase){ .subject = "The kettle leaks", .severity = -1, .customer = { .name = "Ana Lima", .email = "ana@example.org" } });
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) points = json_pack("[{s:s,s:s}]", "text", "The seal", "outcome", strcmp(outcome, "not_upheld") == 0 ? "not_upheld" : "upheld");

	decision_make(kit->db, id, 0, &(NewDecision){ .outcome = outcome, .reasons = reasons, .points = points }, kit->actor, kit->now_ms, &error);
	g_assert_no_error(error);
	return id;
}

static json_t *
draft(Kit *kit, gint64 id, const char *lang, const json_t *of_house)
{
	g_autoptr(Case) it = world_look(kit, id);
	g_autoptr(GError) error = NULL;
	json_t *value = letter_draft(kit->db, it, lang, of_house, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return value;
}

static void
must_say(const json_t *letter, const char *words)
{
	if (strstr(json_text(letter, "body", ""), words) == NULL)
		g_error("%s/%s does not say '%s': %s", json_text(letter, "outcome", ""), json_text(letter, "lang", ""), words, json_text(letter, "body", ""));
}

static void
test_each_says_what_it_must(Kit *kit)
{
	static const char *const english[] = { "final response", "Our decision: ", "The seal failed.", "the Ombudsman (https://ombudsman.example)", "by 19 May 2027", "within 6 months", "Larch & Fold", "Ana Lima", NULL };
	static const char *const german[] = { "abschließende Antwort", "Unsere Entscheidung: ", "The seal failed.", "the Ombudsman (https://ombudsman.example)", "am 19. Mai 2027", "innerhalb von 6 Monaten", "Larch & Fold", NULL };
	g_autoptr(json_t) with = house("the Ombudsman", 6), without = house("", 6);

	for (guint i = 0; case_outcomes[i] != NULL; i++) {
		gint64 id = decided(kit, case_outcomes[i], "The seal failed.");

		for (int k = 0; k < 2; k++) {
			g_autoptr(json_t) letter = draft(kit, id, k == 0 ? "en" : "de", with), bare = draft(kit, id, k == 0 ? "en" : "de", without);

			g_assert_cmpuint(json_array_size(json_object_get(letter, "faults")), ==, 0);
			g_assert_null(strstr(json_text(letter, "body", ""), "{{"));
			for (guint n = 0; (k == 0 ? english : german)[n] != NULL; n++)
				must_say(letter, (k == 0 ? english : german)[n]);
			g_assert_null(strstr(json_text(bare, "body", ""), "2027")); /* nowhere to turn: no day either */
			g_assert_null(strstr(json_text(bare, "body", ""), "\n\n\n"));
		}
	}
}

static void
test_what_is_missing_is_said(Kit *kit)
{
	gint64 id = decided(kit, "upheld", NULL);
	g_autoptr(json_t) of_house = house("the Ombudsman", 6), letter = draft(kit, id, "xx", of_house);
	g_autoptr(Case) it = world_look(kit, id), open = world_look(kit, world_case(kit, "other"));
	g_autoptr(GError) error = NULL;
	const NewLetter make = { .lang = "en", .subject = "x", .body = json_text(letter, "body", "") };

	g_assert_cmpstr(json_text(letter, "lang", ""), ==, "en"); /* there are no words in xx */
	g_assert_cmpstr(json_text(json_array_get(json_object_get(letter, "faults"), 0), "variable", ""), ==, "reasons");
	g_assert_null(letter_pdf(kit->db, it, &make, of_house, kit->actor, kit->now_ms, NULL, &error));
	g_assert_true(world_at_fault(&error, "/body"));
	g_clear_error(&error);
	g_assert_null(letter_draft(kit->db, open, NULL, of_house, kit->actor, kit->now_ms, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* 31 August and six months: the last of February. */
static void
test_end_of_month(Kit *kit)
{
	gint64 id = decided(kit, "upheld", "x");
	g_autoptr(json_t) half = house("O", 6), one = house("O", 1), letter = NULL, short_one = NULL;

	kit->now_ms = 1788177600000; /* 2026-08-31T12:00Z */
	letter = draft(kit, id, "en", half);
	must_say(letter, "by 28 February 2027");
	short_one = draft(kit, id, "de", one);
	must_say(short_one, "innerhalb von 1 Monat ab");
	must_say(short_one, "30. September 2026");
}

typedef struct {
	gint64 id;
	const MailContext *mail;
	NewLetter make;
	gint64 letters, messages;
} Sending;

static gboolean
send_letter(Kit *kit, gpointer data, GError **error)
{
	Sending *self = data;
	g_autoptr(DbTx) tx = db_begin(kit->db, error);
	char ref[16];

	return tx != NULL && letter_send_in(kit->db, self->mail, self->id, &self->make, &(PaperFacts){ 1, 0 }, "00", 10, kit->actor, kit->now_ms, ref, error) && db_tx_commit(tx, error);
}

static void
nothing_sent(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM letters"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM messages WHERE direction = 'outbound'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'letter.sent'"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM outbox"), ==, 0);
}

static void
test_sent_whole_or_not_at_all(Kit *kit)
{
	Sending it = { .id = decided(kit, "upheld", "x"), .mail = &context, .make = { .lang = "en", .subject = "Our final response", .body = "You were right." } };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) all = NULL;

	mailbox(kit, (MailboxChange){ 0 });
	kit_torture(kit, send_letter, nothing_sent, &it, 10);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM outbox"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM attachments WHERE media_type = 'application/pdf'"), ==, 1);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'letter.sent' AND CAST(facts AS TEXT) NOT LIKE '%right%'"), ==, 1);
	all = letter_list(kit->db, it.id, &error);
	g_assert_no_error(error);
	g_assert_true(json_flag(json_array_get(all, 0), "by_mail", FALSE));
	/* Another one says why. */
	g_assert_false(send_letter(kit, &it, &error));
	g_assert_true(world_at_fault(&error, "/reason"));
	g_clear_error(&error);
	it.make.reason = " ";
	g_assert_false(send_letter(kit, &it, &error));
	g_clear_error(&error);
	it.make.reason = "The address was wrong.";
	g_assert_true(send_letter(kit, &it, &error));
	it.make.version = 1;
	g_assert_false(send_letter(kit, &it, &error));
	g_assert_error(error, ERR, ERR_CONFLICT);
}

/* Taken back before it left, it is no final response: the next one is the first. */
static void
test_taken_back(Kit *kit)
{
	Sending it = { .id = decided(kit, "upheld", "x"), .mail = &context, .make = { .lang = "en", .subject = "Our final response", .body = "You were right." } };
	g_autoptr(GError) error = NULL;

	mailbox(kit, (MailboxChange){ 0 });
	g_assert_true(send_letter(kit, &it, &error));
	g_assert_true(mail_withdraw(kit->db, kit_count(kit, "SELECT max(id) AS value FROM outbox"), kit->actor, kit->now_ms, &error));
	g_assert_no_error(error);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM letters"), ==, 0);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM cases WHERE first_response_at IS NULL AND outcome = 'upheld'"), ==, 1);
	g_assert_true(send_letter(kit, &it, &error));
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM letters"), ==, 1);
}

static void
test_without_mail_it_stays_on_the_case(Kit *kit)
{
	Sending it = { .id = decided(kit, "withdrawn", NULL), .make = { .lang = "de", .subject = "Antwort", .body = "Guten Tag" } };
	g_autoptr(GError) error = NULL;
	g_autoptr(json_t) all = NULL;
	g_autoptr(Case) after = NULL;

	g_assert_true(send_letter(kit, &it, &error));
	all = letter_list(kit->db, it.id, &error);
	g_assert_false(json_flag(json_array_get(all, 0), "by_mail", TRUE));
	after = world_look(kit, it.id);
	g_assert_false(after->waiting);
	g_assert_nonnull(json_text(json_array_get(all, 0), "file", NULL));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/letter/each_says_what_it_must", test_each_says_what_it_must);
	kit_add("/letter/what_is_missing_is_said", test_what_is_missing_is_said);
	kit_add("/letter/end_of_month", test_end_of_month);
	kit_add("/letter/sent_whole_or_not_at_all", test_sent_whole_or_not_at_all);
	kit_add("/letter/taken_back", test_taken_back);
	kit_add("/letter/without_mail_it_stays_on_the_case", test_without_mail_it_stays_on_the_case);
	return kit_run();
}
