/* genuine.c - see genuine.h. */
#include "mail/genuine.h"
#include <string.h>

/* Comments in brackets go, nested ones with them: "dmarc=pass (p=reject; header.from=evil)" has a false friend in one. */
static char *
without_comments(const char *text)
{
	GString *out = g_string_new(NULL);
	guint depth = 0;

	for (; *text != '\0'; text++) {
		if (*text == '(')
			depth++;
		else if (*text == ')' && depth > 0)
			depth--;
		else if (depth == 0)
			g_string_append_c(out, *text == '\t' || *text == '\r' || *text == '\n' ? ' ' : *text);
	}
	return g_string_free(out, FALSE);
}

/* Whether one of the words of @result is @name=@domain; the domain also behind an @, as header.i has it. */
static gboolean
names_domain(char **words, const char *name, const char *domain)
{
	for (; *words != NULL; words++) {
		const char *value = g_str_has_prefix(*words, name) && (*words)[strlen(name)] == '=' ? *words + strlen(name) + 1 : NULL;

		if (value != NULL && g_ascii_strcasecmp(strchr(value, '@') != NULL ? strchr(value, '@') + 1 : value, domain) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
passes(const char *result, const char *domain)
{
	g_autofree char *lower = g_ascii_strdown(result, -1);
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(lower), " ", 50);

	if (words[0] == NULL)
		return FALSE;
	if (strcmp(words[0], "dmarc=pass") == 0)
		return names_domain(words + 1, "header.from", domain);
	return strcmp(words[0], "dkim=pass") == 0 && (names_domain(words + 1, "header.d", domain) || names_domain(words + 1, "header.i", domain));
}

gboolean
mail_is_genuine(const MailMessage *mail, const char *server)
{
	const char *value = mail_message_header(mail, "Authentication-Results"), *at = strrchr(mail->from->address, '@');
	g_autofree char *plain = value != NULL ? without_comments(value) : NULL;
	g_auto(GStrv) parts = NULL;

	if (value == NULL || at == NULL || at[1] == '\0' || server[0] == '\0')
		return FALSE;
	parts = g_strsplit(plain, ";", 50);
	g_strstrip(parts[0]);
	parts[0][strcspn(parts[0], " ")] = '\0'; /* a version may follow */
	if (g_ascii_strcasecmp(parts[0], server) != 0)
		return FALSE;
	for (guint i = 1; parts[i] != NULL; i++)
		if (passes(parts[i], at + 1))
			return TRUE;
	return FALSE;
}
