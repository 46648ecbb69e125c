/* pictures.c - see pictures.h. */
#include "flow/mail/pictures.h"
#include "flow/mail/compose.h"
#include "cases/intake.h"
#include "mailbox/head.h"
#include "mail.sql.h"
#include <string.h>

/* What every reader of mail shows in place. */
static const char *const shown[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };

static gboolean
stands_in(const char *body, const NewAttachment *file)
{
	g_autofree char *mark = NULL;

	if (file->media_type == NULL || !g_strv_contains(shown, file->media_type))
		return FALSE;
	mark = g_strdup_printf("[image: %s]", file->name);
	return strstr(body, mark) != NULL;
}

void
mail_picture_place(GString *html, const char *name, const char *content_id)
{
	g_autofree char *safe = mail_escape(name), *mark = g_strdup_printf("[image: %s]", safe);
	g_autofree char *picture = g_strdup_printf("<img src=\"cid:%s\" alt=\"%s\" style=\"max-width:100%%\">", content_id, safe);

	g_string_replace(html, mark, picture, 1);
}

/* The message's ref is in the id: two answers' pictures never have the same one. */
static char *
make_content_id(Db *db, const Mailbox *mailbox, gint64 message_id, guint n, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, &SQL_MAIL_MESSAGE_REFS, DB_ARGS(DB_INT(message_id)), error);

	if (rows == NULL || !db_rows_next(rows, error))
		return NULL;
	return g_strdup_printf("%s.%u@%s", db_rows_text(rows, "ref"), n, strrchr(mailbox->address, '@') + 1);
}

gboolean
mail_pictures_put_in(Db *db, const Mailbox *mailbox, gint64 message_id, const NewMessage *make, GError **error)
{
	g_autoptr(GString) html = NULL;

	for (guint i = 0; make->attachments != NULL && i < make->attachments->len; i++) {
		const NewAttachment *file = &g_array_index(make->attachments, NewAttachment, i);
		g_autofree char *content_id = NULL, *words = NULL;

		if (!stands_in(make->body, file))
			continue;
		if (html == NULL)
			html = g_string_new(words = mail_html_of_text(make->body, NULL, NULL));
		if ((content_id = make_content_id(db, mailbox, message_id, i + 1, error)) == NULL || !mail_inline_put(db, message_id, content_id, file->hash, file->name, error))
			return FALSE;
		mail_picture_place(html, file->name, content_id);
	}
	return html == NULL || mail_head_put_html(db, message_id, html->str, error);
}
