/* forward.c - see forward.h. */
#include "flow/mail/forward.h"
#include "base/fold.h"
#include <string.h>

enum { HEAD_LINES = 15 };

static const char *const marks[] = { "forwarded message", "begin forwarded message", "original message", "weitergeleitete nachricht", "ngliche nachricht", "urspruengliche nachricht",
	"message transf", "mensaje reenviado", "messaggio inoltrato", "doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt" };
static const char *const from_words[] = { "from", "von", "de", "da", "van", "från", "fra" };
static const char *const prefixes[] = { "fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "doorst:", "vb:", "vs:" };

static gboolean
says_forwarded(const char *subject)
{
	for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_ascii_strncasecmp(subject, prefixes[i], strlen(prefixes[i])) == 0)
			return TRUE;
	return FALSE;
}

/* In each mark one of these pairs stands: the letter of the index, and this one. So that all of a mail is walked through once, and not once a mark. */
static const char pair[256] = { ['s'] = 'a', ['S'] = 'a', ['h'] = 'r', ['H'] = 'r', ['u'] = 'u', ['U'] = 'u', ['v'] = 'i', ['V'] = 'i' };

/* Whether a mark stands around the pair at @at. */
static gboolean
is_mark_around(const char *begin, const char *at)
{
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
		const char *p = marks[i];

		while (pair[(guchar)p[0]] == 0 || pair[(guchar)p[0]] != p[1])
			p++;
		if (at - begin >= p - marks[i] && g_ascii_strncasecmp(at, p, 3) == 0 && g_ascii_strncasecmp(at - (p - marks[i]), marks[i], strlen(marks[i])) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The marks hold ASCII only, of words with other letters the rest. */
static gboolean
is_mark(const char *line)
{
	for (const char *p = line; *p != '\0'; p++)
		if (pair[(guchar)*p] != 0 && pair[(guchar)*p] == (p[1] | 0x20) && is_mark_around(line, p))
			return TRUE;
	return FALSE;
}

/* What stands behind "From:" in any of its languages, also as "*From:*"; NULL when the line is none. */
static const char *
from_value(const char *line)
{
	line += strspn(line, "*_> \t");
	for (guint i = 0; i < G_N_ELEMENTS(from_words); i++) {
		gsize size = strlen(from_words[i]);

		if (g_ascii_strncasecmp(line, from_words[i], size) == 0 && (line[size] == ':' || (line[size] == '*' && line[size + 1] == ':')))
			return line + size + strspn(line + size, ":* \t");
	}
	return NULL;
}

/* "Name <address>", "address", "Name [mailto:address]" */
static gboolean
read_person(const char *value, char **ret_name, char **ret_address)
{
	gsize start = strcspn(value, "<["), size;
	const char *at = value + start;
	g_autofree char *word = NULL, *key = NULL, *name = NULL;

	if (*at == '\0')
		at = value;
	at += strspn(at, "<[ \t");
	if (g_str_has_prefix(at, "mailto:"))
		at += strlen("mailto:");
	size = strcspn(at, ">] \t");
	word = g_strndup(at, size);
	if ((key = email_fold(word)) == NULL)
		return FALSE;
	name = g_strndup(value, start < strlen(value) ? start : 0);
	g_strstrip(g_strdelimit(name, "\"'*", ' '));
	*ret_name = g_steal_pointer(&name);
	*ret_address = g_steal_pointer(&word);
	return TRUE;
}

/* The first message in it: an agent who forwards "as attachment". */
static gboolean
find_attached(const MailMessage *mail, char **ret_name, char **ret_address, char **ret_body)
{
	for (guint i = 0; i < mail->parts->len; i++) {
		const MailPart *part = mail->parts->pdata[i];
		g_autoptr(MailMessage) inner = NULL;

		if (strcmp(part->media_type, "message/rfc822") != 0 || (inner = mail_message_read(part->bytes, part->size, NULL)) == NULL || inner->from->address[0] == '\0')
			continue;
		*ret_name = g_strdup(inner->from->name);
		*ret_address = g_strdup(inner->from->address);
		*ret_body = g_strdup(inner->text);
		return TRUE;
	}
	return FALSE;
}

gboolean
mail_forward_find(const MailMessage *mail, const char *words, char **ret_name, char **ret_address, char **ret_body)
{
	gboolean below = FALSE;
	guint left = HEAD_LINES;

	if (!says_forwarded(mail->subject) && !is_mark(words))
		return FALSE;
	if (find_attached(mail, ret_name, ret_address, ret_body))
		return TRUE;
	for (const char *p = words, *end; *p != '\0' && left > 0; p = *end != '\0' ? end + 1 : end) {
		g_autofree char *line = NULL;
		const char *value;

		end = p + strcspn(p, "\n");
		line = g_strndup(p, (gsize)(end - p));
		below = below || is_mark(line) || (says_forwarded(mail->subject) && from_value(line) != NULL);
		left -= below ? 1 : 0;
		if (!below || (value = from_value(line)) == NULL || !read_person(value, ret_name, ret_address))
			continue;
		/* The head goes on to the first empty line; the words stand below it. */
		p = strstr(end, "\n\n");
		*ret_body = g_strdup(p != NULL ? p + 2 : *end != '\0' ? end + 1 : end);
		g_strstrip(*ret_body);
		return TRUE;
	}
	return FALSE;
}
