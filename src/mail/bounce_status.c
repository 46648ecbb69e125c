/* bounce_status.c - the fields of a delivery status (RFC 3464), in their own part or within prose. Free words:
 * mail/bounce_notice.c. */
#include "mail/bounce_inner.h"
#include <string.h>

enum { FIELD_MAX = 8 * 1024, FIELDS_BYTES_MAX = 1024 * 1024 };

typedef enum { FINAL, ORIGINAL, ACTUAL, ACTION, STATUS, DIAGNOSTIC, ORIGINAL_ID, SUPPLEMENT, N_FIELDS } Field;

static const char *const names[N_FIELDS] = { "Final-Recipient", "Original-Recipient", "X-Actual-Recipient", "Action", "Status",
	"Diagnostic-Code", "X-Original-Message-ID", "X-Supplementary-Info" };

/* One recipient's fields. */
typedef struct {
	char *value[N_FIELDS];
} Block;

static void
block_clear(Block *block)
{
	for (guint i = 0; i < N_FIELDS; i++)
		g_clear_pointer(&block->value[i], g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Block, block_clear)

static BounceAction
read_action(const Block *block)
{
	static const struct {
		const char *word;
		BounceAction action;
	} actions[] = { { "delayed", BOUNCE_DELAYED }, { "deferred", BOUNCE_DELAYED }, { "delivered", BOUNCE_DELIVERED },
		{ "relayed", BOUNCE_DELIVERED }, { "expanded", BOUNCE_DELIVERED } };

	for (guint i = 0; block->value[ACTION] != NULL && i < G_N_ELEMENTS(actions); i++)
		if (g_ascii_strncasecmp(block->value[ACTION], actions[i].word, strlen(actions[i].word)) == 0)
			return actions[i].action;
	if (block->value[ACTION] == NULL && block->value[STATUS] != NULL && block->value[STATUS][0] == '2')
		return BOUNCE_DELIVERED;
	return BOUNCE_FAILED;
}

/* "5.1.1" of "5.1.1 (bad destination mailbox address)"; "" when it is none. */
static char *
read_status(const char *value)
{
	gsize n = strspn(value != NULL ? value : "", "0123456789.");

	return n >= 5 && n <= 9 && strchr("245", *value) != NULL && value[1] == '.' && strchr(value + 2, '.') < value + n
		       ? g_strndup(value, n)
		       : g_strdup("");
}

static void
add_recipient(const Block *block, MailBounce *bounce)
{
	g_autofree char *final = NULL, *sent_to = NULL;
	BounceRecipient *recipient;

	for (guint i = FINAL; i <= ACTUAL; i++) {
		char *address = block->value[i] != NULL ? bounce_address_of_field(block->value[i]) : NULL;

		if (i == ORIGINAL && address != NULL)
			sent_to = g_strdup(address);
		if (final == NULL)
			final = address;
		else
			g_free(address);
	}
	if (final != NULL && sent_to != NULL && strchr(strrchr(final, '@'), '.') == NULL) { /* a name of the server's own */
		g_free(final);
		final = g_strdup(sent_to);
	}
	if (final == NULL || (recipient = bounce_recipient(bounce, g_steal_pointer(&final))) == NULL)
		return;
	if (sent_to != NULL) {
		g_free(recipient->sent_to);
		recipient->sent_to = g_steal_pointer(&sent_to);
	}
	recipient->action = read_action(block);
	g_free(recipient->status);
	recipient->status = read_status(block->value[STATUS]);
	if (block->value[DIAGNOSTIC] != NULL) {
		const char *words = block->value[DIAGNOSTIC], *type_end = strchr(words, ';');

		if (type_end != NULL && type_end - words < 20 && memchr(words, ' ', (gsize)(type_end - words)) == NULL)
			words = type_end + 1;
		bounce_set_reason(recipient, words, -1);
	} else if (block->value[SUPPLEMENT] != NULL) {
		bounce_set_reason(recipient, block->value[SUPPLEMENT], -1);
	}
}

/* A block ends: at a blank line, or where a second recipient begins (some leave the blank line out). */
static gboolean
end_block(Block *block, BounceSource *source, MailBounce *bounce)
{
	gboolean found = block->value[FINAL] != NULL || block->value[ORIGINAL] != NULL || block->value[ACTUAL] != NULL;
	guint n_before = bounce->recipients->len;

	if (found)
		add_recipient(block, bounce);
	if (block->value[ORIGINAL_ID] != NULL && source->original_id == NULL) {
		source->original_id = g_strdup(g_strstrip(block->value[ORIGINAL_ID]));
		g_strdelimit(source->original_id, "<>", ' ');
		g_strstrip(source->original_id);
	}
	block_clear(block);
	return found && bounce->recipients->len > n_before;
}

/* The field that begins at @line and its continuations, unfolded; N_FIELDS: none of ours. @line moves behind it. */
static Field
read_field(const char **line, const char *end, char **ret_value)
{
	const char *name = *line + strspn(*line, " "), *stop = memchr(*line, '\n', (gsize)(end - *line));
	g_autoptr(GString) value = NULL;
	Field field = FINAL;
	gsize indent = (gsize)(name - *line);

	stop = stop != NULL ? stop : end;
	while (field < N_FIELDS &&
		!((gsize)(stop - name) > strlen(names[field]) && g_ascii_strncasecmp(name, names[field], strlen(names[field])) == 0 &&
			name[strlen(names[field])] == ':'))
		field++;
	if (field == N_FIELDS) {
		*line = stop + (stop < end);
		return field;
	}
	value = g_string_new_len(name + strlen(names[field]) + 1, MIN(stop - name - (gssize)strlen(names[field]) - 1, FIELD_MAX));
	for (*line = stop + (stop < end); *line < end && (**line == ' ' || **line == '\t') && indent == 0; *line = stop + (stop < end)) {
		stop = memchr(*line, '\n', (gsize)(end - *line));
		stop = stop != NULL ? stop : end;
		if (value->len < FIELD_MAX)
			g_string_append_len(value, *line, MIN(stop - *line, FIELD_MAX));
	}
	*ret_value = g_utf8_make_valid(value->str, (gssize)value->len);
	g_strstrip(*ret_value);
	return field;
}

gboolean
bounce_status_read(BounceSource *source, const char *text, gsize size, MailBounce *bounce)
{
	g_auto(Block) block = { 0 };
	g_autofree char *copy = g_strndup(text, MIN(size, (gsize)FIELDS_BYTES_MAX)); /* strndup: a NUL ends it */
	const char *end = copy + strlen(copy);
	gboolean found = FALSE;

	for (const char *line = copy; line < end;) {
		g_autofree char *value = NULL;
		gboolean blank = *line == '\n' || (*line == '\r' && line[1] == '\n');
		Field field = blank ? N_FIELDS : read_field(&line, end, &value);

		if (blank)
			line += *line == '\r' ? 2 : 1;
		if (blank || (field < N_FIELDS && block.value[field] != NULL && field <= ACTION))
			found |= end_block(&block, source, bounce);
		if (field < N_FIELDS && block.value[field] == NULL)
			block.value[field] = g_steal_pointer(&value);
	}
	return end_block(&block, source, bounce) || found;
}
