/* Pictures that stand among the words of an answer: in the mail, and on the case. */
#include "filed.h"
#include "cases/intake.h"
#include "flow/mail/compose.h"
#include "flow/mail/reply.h"
#include "mailbox/outbox.h"
#include "store/blob.h"

static NewAttachment
file(Kit *kit, const char *name, const char *media_type, const char *bytes, char hash[BLOB_HASH_SIZE])
{
	g_autoptr(GError) error = NULL;
	g_autoptr(BlobWriter) writer = blob_begin(kit->dir, &error);
	NewAttachment one = { .name = name, .media_type = media_type, .hash = hash };

	g_assert_true(blob_append(writer, bytes, strlen(bytes), &error));
	g_assert_true(blob_finish(writer, hash, &one.size, &error));
	return one;
}

/* The answer as bytes; its message in @ret_message_id. */
static char *
answered(Kit *kit, gint64 box, const char *body, const GArray *files, const MailReply *how, gint64 *ret_message_id)
{
	g_autoptr(GError) error = NULL;
	Filed it = first(kit, box);
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	g_autoptr(Outbox) out = NULL;
	g_autoptr(Mailbox) from = NULL;
	g_autoptr(GBytes) bytes = NULL;
	char ref[16];

	mail_reply_in(kit->db, &context, it.case_id, &(NewMessage){ .direction = "outbound", .body = body, .attachments = files }, how, kit->actor, kit->now_ms, ret_message_id, ref, &error);
	g_assert_no_error(error);
	g_assert_true(db_tx_commit(tx, &error));
	out = outbox_by_ref(kit->db, ref, &error);
	from = mailbox_get(kit->db, box, &error);
	bytes = mail_compose_outbox(kit->db, &context, out, from, kit->now_ms, &error);
	g_assert_no_error(error);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static const MailPart *
part_named(const MailMessage *mail, const char *name)
{
	for (guint i = 0; i < mail->parts->len; i++)
		if (g_strcmp0(((const MailPart *)mail->parts->pdata[i])->name, name) == 0)
			return mail->parts->pdata[i];
	return NULL;
}

static void
test_a_picture_stands_in_the_words(Kit *kit)
{
	g_autoptr(GError) error = NULL;
	char one[BLOB_HASH_SIZE], two[BLOB_HASH_SIZE], three[BLOB_HASH_SIZE];
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }), sent = 0;
	g_autofree char *raw = NULL, *tag = NULL, *shown = NULL;
	g_autoptr(MailMessage) mail = NULL;
	g_autoptr(json_t) inlined = NULL;
	const MailPart *picture, *page, *other;

	g_array_append_vals(files, &(NewAttachment[]){ file(kit, "picture-1.png", "image/png", "PNG", one), file(kit, "offer.pdf", "application/pdf", "PDF", two), file(kit, "logo.svg", "image/svg+xml", "SVG", three) }, 3);
	raw = answered(kit, box, "Here:\n[image: picture-1.png]\nand [image: offer.pdf], [image: logo.svg], [image: none.png] <b>", files, &(MailReply){ 0 }, &sent);
	mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);
	picture = part_named(mail, "picture-1.png");
	page = part_named(mail, "offer.pdf");
	other = part_named(mail, "logo.svg");
	g_assert_nonnull(strstr(raw, "multipart/related"));
	g_assert_nonnull(picture->content_id);
	g_assert_true(g_str_has_suffix(picture->content_id, ".1@larch.example"));
	g_assert_null(page->content_id);
	g_assert_null(other->content_id);
	/* The words keep their mark where they are plain, and become the picture where they are not; no other mark does. */
	g_assert_nonnull(strstr(mail->text, "[image: picture-1.png]"));
	tag = g_strdup_printf("<img src=\"cid:%s\" alt=\"picture-1.png\"", picture->content_id);
	g_assert_nonnull(strstr(mail->html, tag));
	g_assert_null(strstr(mail->html, "[image: picture-1.png]"));
	g_assert_nonnull(strstr(mail->html, "[image: offer.pdf], [image: logo.svg], [image: none.png] &lt;b&gt;"));
	/* So it does on the case. */
	inlined = mail_head_inline(kit->db, sent, &error);
	g_assert_cmpuint(json_object_size(inlined), ==, 1);
	g_assert_nonnull(json_text(inlined, picture->content_id, NULL));
	g_assert_cmpint(number(kit, "SELECT CASE WHEN html LIKE '%<img src=\"cid:%' THEN 1 ELSE 0 END AS value FROM mail_heads WHERE message_id = ", sent), ==, 1);
}

static void
test_without_a_mark_it_is_an_attachment(Kit *kit)
{
	char one[BLOB_HASH_SIZE];
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }), sent = 0;
	g_autofree char *raw = NULL;

	g_array_append_vals(files, &(NewAttachment[]){ file(kit, "picture-1.png", "image/png", "PNG", one) }, 1);
	raw = answered(kit, box, "See the picture.", files, &(MailReply){ 0 }, &sent);
	g_assert_null(strstr(raw, "multipart/related"));
	g_assert_nonnull(strstr(raw, "multipart/mixed"));
	g_assert_cmpint(number(kit, "SELECT CASE WHEN html IS NULL THEN 0 ELSE 1 END AS value FROM mail_heads WHERE message_id = ", sent), ==, 0);
}

/* The same picture twice under two names: the one that is marked stands in the words. */
static void
test_the_same_picture_twice(Kit *kit)
{
	char one[BLOB_HASH_SIZE], two[BLOB_HASH_SIZE];
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }), sent = 0;
	g_autofree char *raw = NULL;
	g_autoptr(MailMessage) mail = NULL;

	g_array_append_vals(files, &(NewAttachment[]){ file(kit, "picture-2.png", "image/png", "PNG", one), file(kit, "picture-1.png", "image/png", "PNG", two) }, 2);
	raw = answered(kit, box, "Here: [image: picture-1.png]", files, &(MailReply){ 0 }, &sent);
	mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);
	g_assert_nonnull(part_named(mail, "picture-1.png")->content_id);
	g_assert_null(part_named(mail, "picture-2.png")->content_id);
	g_assert_nonnull(strstr(mail->html, "alt=\"picture-1.png\""));
	g_assert_null(strstr(mail->html, "[image:"));
}

/* What the customer wrote and is quoted below is no mark of ours, and a name cannot break out of its place. */
static void
test_a_name_stays_a_name(Kit *kit)
{
	char one[BLOB_HASH_SIZE];
	g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(NewAttachment));
	gint64 box = mailbox(kit, (MailboxChange){ .given = MAILBOX_ACKNOWLEDGE, .acknowledge = FALSE }), sent = 0;
	g_autofree char *raw = NULL;
	g_autoptr(MailMessage) mail = NULL;

	g_array_append_vals(files, &(NewAttachment[]){ file(kit, "a\" onload=\"x<&>.png", "image/png", "PNG", one) }, 1);
	raw = answered(kit, box, "[image: a\" onload=\"x<&>.png]", files, &(MailReply){ .quote = TRUE }, &sent);
	mail = mail_message_read((const guint8 *)raw, strlen(raw), NULL);
	g_assert_nonnull(strstr(mail->html, "alt=\"a&quot; onload=&quot;x&lt;&amp;&gt;.png\""));
	g_assert_nonnull(strstr(mail->html, "<blockquote"));
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/mail/pictures/stand-in-the-words", test_a_picture_stands_in_the_words);
	kit_add("/mail/pictures/without-a-mark", test_without_a_mark_it_is_an_attachment);
	kit_add("/mail/pictures/the-same-one-twice", test_the_same_picture_twice);
	kit_add("/mail/pictures/a-name-stays-a-name", test_a_name_stays_a_name);
	return kit_run();
}
