/* compose.c - see compose.h. How words look in mail: flow/mail/look.c. */
#include "flow/mail/compose.h"
#include "base/clock.h"
#include "cases/case.h"
#include "flow/mail/pictures.h"
#include "mail/compose.h"
#include "mailbox/head.h"
#include "mailbox/thread.h"
#include "store/blob.h"
#include "text/clean_html.h"
#include "mail.sql.h"
#include <string.h>
#include <unistd.h>

typedef struct {
	char *body, *quoted, *quoted_intro;
	GPtrArray *to, *cc;      /* of MailAddress, addresses borrowed from the outbox */
	GArray *files;           /* of ComposeFile */
	GPtrArray *bytes, *texts; /* what @files point to */
	GPtrArray *references;
} Parts;

static void
parts_clear(Parts *parts)
{
	g_free(parts->body);
	g_free(parts->quoted);
	g_free(parts->quoted_intro);
	g_clear_pointer(&parts->to, g_ptr_array_unref);
	g_clear_pointer(&parts->cc, g_ptr_array_unref);
	g_clear_pointer(&parts->files, g_array_unref);
	g_clear_pointer(&parts->bytes, g_ptr_array_unref);
	g_clear_pointer(&parts->texts, g_ptr_array_unref);
	g_clear_pointer(&parts->references, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* The message's words and, where asked for, those of the customer's last one before it. */
static gboolean
read_words(Db *db, const Outbox *out, Parts *parts, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_WORDS, DB_ARGS(DB_INT(out->message_id)), error), answered = NULL;

	if (rows == NULL)
		return FALSE;
	if (db_rows_next(rows, &local))
		parts->body = g_strdup(db_rows_text(rows, "body"));
	if (!db_ended(&local, error) || parts->body == NULL)
		return FALSE;
	if (!out->quote)
		return TRUE;
	if ((answered = db_query(db, &SQL_MAIL_ANSWERED_WORDS, DB_ARGS(DB_INT(out->case_id), DB_INT(out->message_id)), error)) == NULL)
		return FALSE;
	if (db_rows_next(answered, &local)) {
		g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(db_rows_int(answered, "said_at") / MS_PER_S);
		g_autofree char *when = g_date_time_format(at, "%-d %B %Y, %H:%M UTC");
		const char *name = db_rows_text(answered, "author_name");

		parts->quoted = g_strdup(db_rows_text(answered, "body"));
		parts->quoted_intro = g_strdup_printf("On %s, %s wrote:", when, name != NULL ? name : "you");
	}
	return db_ended(&local, error);
}

static GPtrArray *
people(const Outbox *out, const char *role)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < out->recipients->len; i++) {
		const OutboxAddress *one = out->recipients->pdata[i];
		MailAddress *who;

		if (strcmp(one->role, role) != 0)
			continue;
		who = g_new0(MailAddress, 1);
		*who = (MailAddress){ (char *)"", one->address };
		g_ptr_array_add(list, who);
	}
	return list;
}

static gboolean
read_file(const MailContext *context, DbRows *row, Parts *parts, GError **error)
{
	gint64 size = 0;
	int fd = blob_open(context->data_dir, db_rows_text(row, "hash"), &size, error);
	g_autoptr(GMappedFile) file = NULL;
	GBytes *bytes;
	ComposeFile one = { 0 };

	if (fd < 0)
		return FALSE;
	file = g_mapped_file_new_from_fd(fd, FALSE, error);
	close(fd);
	if (file == NULL)
		return FALSE;
	bytes = g_mapped_file_get_bytes(file);
	g_ptr_array_add(parts->bytes, bytes);
	g_ptr_array_add(parts->texts, g_strdup(db_rows_text(row, "name")));
	one.name = parts->texts->pdata[parts->texts->len - 1];
	g_ptr_array_add(parts->texts, g_strdup(db_rows_text(row, "media_type")));
	one.media_type = parts->texts->pdata[parts->texts->len - 1];
	if (!db_rows_is_null(row, "content_id")) {
		g_ptr_array_add(parts->texts, g_strdup(db_rows_text(row, "content_id")));
		one.content_id = parts->texts->pdata[parts->texts->len - 1];
	}
	one.bytes = g_bytes_get_data(bytes, &one.size);
	g_array_append_val(parts->files, one);
	return TRUE;
}

static gboolean
read_files(Db *db, const MailContext *context, const Outbox *out, Parts *parts, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_FILES, DB_ARGS(DB_INT(out->message_id)), error);

	parts->files = g_array_new(FALSE, FALSE, sizeof(ComposeFile));
	parts->bytes = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	parts->texts = g_ptr_array_new_with_free_func(g_free);
	if (rows == NULL)
		return FALSE;
	while (db_rows_next(rows, &local))
		if (!read_file(context, rows, parts, error))
			return FALSE;
	return db_ended(&local, error);
}

static void
read_references(const MailAnswered *head, Parts *parts)
{
	g_auto(GStrv) words = head->references != NULL ? g_strsplit(head->references, " ", -1) : NULL;

	parts->references = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; words != NULL && words[i] != NULL; i++)
		g_ptr_array_add(parts->references, g_strdup(words[i]));
}

/* Our words as HTML, with the pictures that stand in them. */
static char *
html_of_words(const Outbox *out, const Parts *parts, const char *signature)
{
	g_autofree char *words = NULL;
	GString *html;

	if (out->html != NULL)
		return html_clean(out->html, strlen(out->html), &(HtmlCleanOptions){ .remote_images = TRUE }, NULL);
	words = mail_html_of_text(out->text != NULL ? out->text : parts->body, signature, parts->quoted);
	html = g_string_new(words);
	for (guint i = 0; i < parts->files->len; i++) {
		const ComposeFile *file = &g_array_index(parts->files, ComposeFile, i);

		if (file->content_id != NULL)
			mail_picture_place(html, file->name, file->content_id);
	}
	return g_string_free(html, FALSE);
}

GBytes *
mail_compose_outbox(Db *db, const MailContext *context, const Outbox *out, const Mailbox *mailbox, gint64 now_ms, GError **error)
{
	g_auto(Parts) parts = { 0 };
	g_autoptr(MailAnswered) head = mail_head_of(db, out->message_id, error), last = NULL;
	g_autofree char *text = NULL, *html = NULL, *reply_to = NULL;
	g_autoptr(Case) it = NULL;
	const char *signature = out->automatic ? "" : mailbox->signature;
	Compose mail = { .from = { mailbox->name, mailbox->address }, .date_ms = now_ms };

	if (head == NULL || (last = mail_head_last(db, out->case_id, error)) == NULL || !read_words(db, out, &parts, error) || !read_files(db, context, out, &parts, error))
		return NULL;
	if (head->internet_id == NULL) {
		g_set_error(error, ERR, ERR_CORRUPT, "the mail %s has no head", out->ref);
		return NULL;
	}
	parts.to = people(out, "to");
	parts.cc = people(out, "cc");
	read_references(head, &parts);
	text = mail_text_of(out->text != NULL ? out->text : parts.body, signature, parts.quoted_intro, parts.quoted);
	html = html_of_words(out, &parts, signature);
	if (mailbox->plus && (it = case_get(db, out->case_id, error)) == NULL)
		return NULL;
	reply_to = mailbox->plus ? thread_make_plus(context->link_key, mailbox->address, it->ref) : NULL;
	mail.to = parts.to;
	mail.cc = parts.cc;
	mail.reply_to = reply_to;
	mail.subject = head->subject;
	mail.text = text;
	mail.html = html;
	mail.message_id = head->internet_id;
	mail.in_reply_to = head->in_reply_to;
	mail.references = parts.references;
	mail.thread_index = last->thread_index;
	mail.thread_topic = last->thread_topic;
	mail.auto_submitted = out->automatic ? "auto-replied" : NULL;
	mail.loop_mark = out->automatic ? mailbox->address_key : NULL; /* others take whatever carries one for a machine's */
	mail.list_unsubscribe = out->unsubscribe;
	mail.files = parts.files;
	return compose_mail(&mail, error);
}
