/* Our own mails: what is written is read back the same, within the lengths of RFC 5322, and no value becomes a header. */
#include "mail/compose.h"
#include <string.h>

static char *
string_of(GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	g_assert_null(memchr(data, 0, size));
	return g_strndup(data, size);
}

/* Lines end by CR LF and stay under 998 bytes, all is ASCII. */
static void
check_wire(const char *mail)
{
	const char *start = mail;

	for (const char *p = mail; *p != '\0'; p++) {
		g_assert_cmpint((guint8)*p, <, 0x80);
		g_assert_true(*p != '\n' || (p > mail && p[-1] == '\r'));
		g_assert_true(*p != '\r' || p[1] == '\n');
		if (*p == '\n') {
			g_assert_cmpint(p - start, <=, 998);
			start = p + 1;
		}
	}
}

static MailMessage *
write_and_read(const Compose *compose, char **ret_wire)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = compose_mail(compose, &error);
	g_autofree char *wire = NULL;
	MailMessage *mail;

	g_assert_no_error(error);
	wire = string_of(bytes);
	check_wire(wire);
	mail = mail_message_read((const guint8 *)wire, strlen(wire), &error);
	g_assert_no_error(error);
	if (mail->problems->len > 0)
		g_error("%s\n%s", (char *)mail->problems->pdata[0], wire);
	if (ret_wire != NULL)
		*ret_wire = g_steal_pointer(&wire);
	return mail;
}

static MailAddress ann = { (char *)"Änn \"O'Neill\", Head of \xe7\xbb\x84", (char *)"ann@example.org" };
static MailAddress bob = { (char *)"", (char *)"bob@example.com" };

static Compose
plain_one(void)
{
	return (Compose){ .from = { (char *)"Help, Desk (Köln)", (char *)"help@example.org" },
		.subject = "Your complaint [7KQM-4TXB]",
		.text = "Dear Ann,\n\nit is on its way.\n",
		.message_id = "r.1@example.org",
		.date_ms = G_GINT64_CONSTANT(1795087320000) };
}

static void
test_plain(void)
{
	g_autoptr(GPtrArray) to = g_ptr_array_new(), cc = g_ptr_array_new();
	Compose compose = plain_one();
	g_autofree char *wire = NULL;
	g_autoptr(MailMessage) mail = NULL;

	g_ptr_array_add(to, &ann);
	g_ptr_array_add(cc, &bob);
	compose.to = to;
	compose.cc = cc;
	compose.reply_to = "help+7kqm4txb@example.org";
	compose.in_reply_to = "c@example.com";
	compose.auto_submitted = "auto-replied";
	compose.loop_mark = "redress-1";
	compose.thread_index = "AdhGc2Vj";
	compose.thread_topic = "Größe";
	compose.list_unsubscribe = "https://example.org/u?x=1";
	mail = write_and_read(&compose, &wire);
	g_assert_cmpstr(mail->subject, ==, compose.subject);
	g_assert_cmpstr(mail->text, ==, compose.text);
	g_assert_null(mail->html);
	g_assert_cmpstr(mail->from->name, ==, compose.from.name);
	g_assert_cmpstr(mail->from->address, ==, "help@example.org");
	g_assert_cmpuint(mail->to->len, ==, 1);
	g_assert_cmpstr(((MailAddress *)mail->to->pdata[0])->name, ==, ann.name);
	g_assert_cmpstr(((MailAddress *)mail->to->pdata[0])->address, ==, ann.address);
	g_assert_cmpstr(((MailAddress *)mail->cc->pdata[0])->address, ==, bob.address);
	g_assert_cmpstr(((MailAddress *)mail->reply_to->pdata[0])->address, ==, compose.reply_to);
	g_assert_cmpstr(mail->message_id, ==, compose.message_id);
	g_assert_cmpstr(mail->in_reply_to->pdata[0], ==, "c@example.com");
	g_assert_cmpint(mail->date_ms, ==, compose.date_ms);
	g_assert_cmpstr(mail_message_header(mail, "Auto-Submitted"), ==, "auto-replied");
	g_assert_cmpstr(mail_message_header(mail, "X-Loop"), ==, "redress-1");
	g_assert_cmpstr(mail_message_header(mail, "Thread-Index"), ==, "AdhGc2Vj");
	g_assert_cmpstr(mail_message_header(mail, "Thread-Topic"), ==, "Größe");
	g_assert_cmpstr(mail_message_header(mail, "List-Unsubscribe"), ==, "<https://example.org/u?x=1>");
	g_assert_cmpstr(mail_message_header(mail, "MIME-Version"), ==, "1.0");
	g_assert_nonnull(strstr(wire, "Content-Transfer-Encoding: 7bit"));
}

/* A person's mail says nothing of automatic ones; without a recipient to show, none is shown. */
static void
test_least(void)
{
	Compose compose = plain_one();
	g_autoptr(MailMessage) mail = write_and_read(&compose, NULL);

	g_assert_null(mail_message_header(mail, "Auto-Submitted"));
	g_assert_null(mail_message_header(mail, "X-Auto-Response-Suppress"));
	g_assert_null(mail_message_header(mail, "List-Unsubscribe"));
	g_assert_null(mail_message_header(mail, "Cc"));
	g_assert_cmpuint(mail->to->len, ==, 0);
}

static void
test_everything(void)
{
	static const guint8 image[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0, 0xFF };
	g_autoptr(GString) text = g_string_new("ünï.\n.\nFrom here\ntrailing \n"), html = g_string_new("<p>Ünï <img src=\"cid:logo@x\"></p>\n");
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(ComposeFile));
	ComposeFile logo = { "logo.png", "image/png", "logo@x", image, sizeof image };
	ComposeFile bill = { "Rechnung für März – endgültige Fassung nach Rücksprache mit der Buchhaltung (2).pdf", "application/pdf", NULL, image, sizeof image };
	ComposeFile letter = { "brief.eml", "message/rfc822", NULL, (const guint8 *)"Subject: x\n\ny", 13 };
	ComposeFile odd = { NULL, "not a type", NULL, NULL, 0 };
	Compose compose = plain_one();
	g_autoptr(MailMessage) mail = NULL;
	const MailPart *part;

	for (int i = 0; i < 3000; i++)
		g_string_append_c(text, 'x');
	g_string_append(text, "\nend");
	for (int i = 0; i < 3000; i++)
		g_string_append(html, "é");
	g_array_append_val(files, bill);
	g_array_append_val(files, logo);
	g_array_append_val(files, letter);
	g_array_append_val(files, odd);
	compose.text = text->str;
	compose.html = html->str;
	compose.files = files;
	mail = write_and_read(&compose, NULL);
	g_assert_cmpstr(mail->text, ==, text->str);
	g_assert_cmpstr(mail->html, ==, html->str);
	g_assert_cmpuint(mail->parts->len, ==, 6);
	part = mail->parts->pdata[2];
	g_assert_cmpstr(part->name, ==, "logo.png");
	g_assert_cmpstr(part->content_id, ==, "logo@x");
	g_assert_true(part->is_inline);
	part = mail->parts->pdata[3];
	g_assert_cmpstr(part->name, ==, bill.name);
	g_assert_cmpstr(part->media_type, ==, "application/pdf");
	g_assert_false(part->is_inline);
	g_assert_cmpmem(part->bytes, part->size, image, sizeof image);
	part = mail->parts->pdata[4];
	g_assert_cmpstr(part->media_type, ==, "application/octet-stream");
	g_assert_cmpmem(part->bytes, part->size, letter.bytes, letter.size);
	part = mail->parts->pdata[5];
	g_assert_cmpuint(part->size, ==, 0);
}

/* The root and the newest, under 1,000 bytes. */
static void
test_references(void)
{
	g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
	Compose compose = plain_one();
	g_autoptr(MailMessage) mail = NULL;

	for (int i = 0; i < 100; i++)
		g_ptr_array_add(references, g_strdup_printf("a-rather-long-id-of-a-message-%d@mail.example.com", i));
	compose.references = references;
	mail = write_and_read(&compose, NULL);
	g_assert_cmpuint(strlen(mail_message_header(mail, "References")), <, 1000);
	g_assert_cmpuint(mail->references->len, >, 10);
	g_assert_cmpstr(mail->references->pdata[0], ==, references->pdata[0]);
	for (guint i = 1; i < mail->references->len; i++)
		g_assert_cmpstr(mail->references->pdata[mail->references->len - i], ==, references->pdata[100 - i]);
}

static void
test_long_words(void)
{
	static const char *const subjects[] = { "", "ä", "  two  spaces ", "=?utf-8?q?not=20coded?=", "tab\there", "Grüße an 组 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀 und mehr" };
	Compose compose = plain_one();
	g_autofree char *endless = g_strnfill(3900, 'w'), *name = g_strnfill(1000, 'n');
	g_autoptr(GPtrArray) to = g_ptr_array_new();
	MailAddress long_name = { name, (char *)"n@example.org" };

	g_ptr_array_add(to, &long_name);
	compose.to = to;
	for (guint i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autoptr(MailMessage) mail = NULL;

		compose.subject = subjects[i];
		mail = write_and_read(&compose, NULL);
		if (i < 2 || i > 4)
			g_assert_cmpstr(mail->subject, ==, subjects[i]);
		else
			g_assert_nonnull(strstr("two spaces =?utf-8?q?not=20coded?= tab here", mail->subject));
		g_assert_cmpstr(((MailAddress *)mail->to->pdata[0])->address, ==, "n@example.org");
	}
	compose.subject = endless;
	{
		g_autoptr(MailMessage) mail = write_and_read(&compose, NULL);

		g_assert_cmpstr(mail->subject, ==, endless);
	}
}

typedef void (*Spoil)(Compose *compose);
static char evil[] = "x\r\nBcc: all@example.org";

static void spoil_subject(Compose *c) { c->subject = evil; }
static void spoil_from(Compose *c) { c->from.name = evil; }
static void spoil_from_address(Compose *c) { c->from.address = (char *)"a@b\nBcc: c@d"; }
static void spoil_reply_to(Compose *c) { c->reply_to = "a@b>,c@d"; }
static void spoil_id(Compose *c) { c->message_id = "a b@c"; }
static void spoil_no_id(Compose *c) { c->message_id = NULL; }
static void spoil_in_reply_to(Compose *c) { c->in_reply_to = "a@b>\n"; }
static void spoil_index(Compose *c) { c->thread_index = evil; }
static void spoil_topic(Compose *c) { c->thread_topic = evil; }
static void spoil_auto(Compose *c) { c->auto_submitted = evil; }
static void spoil_loop(Compose *c) { c->loop_mark = evil; }
static void spoil_unsubscribe(Compose *c) { c->list_unsubscribe = "<a>\r\nX: y"; }
static void spoil_utf8(Compose *c) { c->subject = "\xff"; }
static void spoil_text(Compose *c) { c->text = "\xff"; }
static void spoil_address(Compose *c) { c->from.address = (char *)"nobody"; }

static void
test_refused(void)
{
	static const struct {
		Spoil spoil;
		const char *field;
	} table[] = {
		{ spoil_subject, "/subject" }, { spoil_from, "/from" }, { spoil_from_address, "/from" }, { spoil_reply_to, "/reply_to" },
		{ spoil_id, "/message_id" }, { spoil_no_id, "/message_id" }, { spoil_in_reply_to, "/in_reply_to" }, { spoil_index, "/thread_index" },
		{ spoil_topic, "/thread_topic" }, { spoil_auto, "/auto_submitted" }, { spoil_loop, "/loop_mark" },
		{ spoil_unsubscribe, "/list_unsubscribe" }, { spoil_utf8, "/subject" }, { spoil_text, "/text" }, { spoil_address, "/from" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
		Compose compose = plain_one();
		g_autoptr(GError) error = NULL;

		table[i].spoil(&compose);
		g_assert_null(compose_mail(&compose, &error));
		g_assert_error(error, ERR, ERR_INVALID);
		g_assert_cmpstr(((ErrField *)err_fields(error)->pdata[0])->field, ==, table[i].field);
	}
}

/* File names and types of a stranger's file pass through a reply. */
static void
test_file_names(void)
{
	ComposeFile file = { evil, "text/plain", NULL, NULL, 0 };
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(ComposeFile));
	Compose compose = plain_one();
	g_autoptr(GError) error = NULL;

	g_array_append_val(files, file);
	compose.files = files;
	g_assert_null(compose_mail(&compose, &error));
	g_assert_error(error, ERR, ERR_INVALID);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/compose/plain", test_plain);
	g_test_add_func("/mail/compose/least", test_least);
	g_test_add_func("/mail/compose/everything", test_everything);
	g_test_add_func("/mail/compose/references", test_references);
	g_test_add_func("/mail/compose/long_words", test_long_words);
	g_test_add_func("/mail/compose/refused", test_refused);
	g_test_add_func("/mail/compose/file_names", test_file_names);
	return g_test_run();
}
