/* compose_check.c - what may not stand in a mail of ours: whatever could become a header of its own. */
#include "mail/compose_inner.h"
#include <string.h>

enum { TOKEN_MAX = 900, NAME_MAX_BYTES = 1000, SUBJECT_MAX = 4000 };

static gboolean
check_text(const char *field, const char *text, gsize max, GError **error)
{
	if (text == NULL)
		return TRUE;
	if (!g_utf8_validate(text, -1, NULL)) {
		err_add_field(error, field, "is not UTF-8");
		return FALSE;
	}
	for (const char *p = text; *p != '\0'; p++)
		if (((guint8)*p < ' ' && *p != '\t') || *p == 0x7F) {
			err_add_field(error, field, "holds a line break or a control character");
			return FALSE;
		}
	if (strlen(text) > max) {
		err_add_field(error, field, "is longer than %zu bytes", max);
		return FALSE;
	}
	return TRUE;
}

/* One word of ASCII: an id, a mark, a value that cannot be encoded. */
static gboolean
check_token(const char *field, const char *text, const char *without, GError **error)
{
	if (text == NULL)
		return TRUE;
	for (const char *p = text; *p != '\0'; p++)
		if ((guint8)*p <= ' ' || (guint8)*p >= 127 || strchr(without, *p) != NULL) {
			err_add_field(error, field, "is not one word of ASCII");
			return FALSE;
		}
	if (*text == '\0' || strlen(text) > TOKEN_MAX) {
		err_add_field(error, field, *text == '\0' ? "is empty" : "is too long");
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_address(const char *field, const MailAddress *address, GError **error)
{
	const char *at = address->address != NULL ? strrchr(address->address, '@') : NULL;

	if (!check_text(field, address->name, NAME_MAX_BYTES, error))
		return FALSE;
	if (at == NULL || at == address->address || at[1] == '\0' || strlen(address->address) > 320 || !g_utf8_validate(address->address, -1, NULL)) {
		err_add_field(error, field, "is no address");
		return FALSE;
	}
	for (const char *p = address->address; *p != '\0'; p++)
		if ((guint8)*p <= ' ' || *p == 0x7F || strchr("<>(),;:\"\\[]", *p) != NULL || (p < at && (guint8)*p >= 0x80)) {
			err_add_field(error, field, "is no address that mail can be sent to");
			return FALSE;
		}
	return TRUE;
}

static gboolean
check_addresses(const char *field, const GPtrArray *addresses, GError **error)
{
	for (guint i = 0; addresses != NULL && i < addresses->len; i++)
		if (!check_address(field, addresses->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean
check_files(const GArray *files, GError **error)
{
	for (guint i = 0; files != NULL && i < files->len; i++) {
		const ComposeFile *file = &g_array_index(files, ComposeFile, i);

		if (!check_text("/files", file->name, NAME_MAX_BYTES, error) || !check_text("/files", file->media_type, 200, error) ||
			!check_token("/files", file->content_id, "<>\"", error))
			return FALSE;
	}
	return TRUE;
}

gboolean
compose_check(const Compose *compose, GError **error)
{
	const struct {
		const char *field, *text;
	} tokens[] = {
		{ "/message_id", compose->message_id }, { "/in_reply_to", compose->in_reply_to }, { "/thread_index", compose->thread_index },
		{ "/auto_submitted", compose->auto_submitted }, { "/loop_mark", compose->loop_mark },
	};

	for (guint i = 0; i < G_N_ELEMENTS(tokens); i++)
		if (!check_token(tokens[i].field, tokens[i].text, "<>", error))
			return FALSE;
	for (guint i = 0; compose->references != NULL && i < compose->references->len; i++)
		if (!check_token("/references", compose->references->pdata[i], "<>", error))
			return FALSE;
	if (compose->reply_to != NULL) {
		MailAddress reply_to = { NULL, (char *)compose->reply_to };

		if (!check_address("/reply_to", &reply_to, error))
			return FALSE;
	}
	if (compose->message_id == NULL) {
		err_add_field(error, "/message_id", "is missing");
		return FALSE;
	}
	if ((compose->text != NULL && !g_utf8_validate(compose->text, -1, NULL)) || (compose->html != NULL && !g_utf8_validate(compose->html, -1, NULL))) {
		err_add_field(error, "/text", "is not UTF-8");
		return FALSE;
	}
	return check_address("/from", &compose->from, error) && check_addresses("/to", compose->to, error) && check_addresses("/cc", compose->cc, error) &&
	       check_text("/subject", compose->subject, SUBJECT_MAX, error) && check_text("/thread_topic", compose->thread_topic, SUBJECT_MAX, error) &&
	       check_token("/list_unsubscribe", compose->list_unsubscribe, "", error) && check_files(compose->files, error);
}
