/* fold.c - see fold.h. */
#include "base/fold.h"
#include <string.h>

enum { EMAIL_MAX = 254, LOCAL_MAX = 64, PHONE_MIN = 5, PHONE_MAX = 15, NAME_BYTES = 1000 };

static gboolean
is_ascii(const char *text, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if ((guchar)text[i] >= 0x80)
			return FALSE;
	return TRUE;
}

/* Spaces as people have them, the no-break one of copied text among them. */
static const char *
skip_space(const char *text)
{
	while (*text != '\0' && (g_ascii_isspace(*text) || ((guchar)*text >= 0x80 && g_unichar_isspace(g_utf8_get_char(text)))))
		text = g_utf8_next_char(text);
	return text;
}

static gsize
trimmed_size(const char *text)
{
	const char *end = text + strlen(text);

	while (end > text) {
		const char *last = g_utf8_find_prev_char(text, end);

		if (last == NULL || !g_unichar_isspace(g_utf8_get_char(last)))
			break;
		end = last;
	}
	return (gsize)(end - text);
}

static gboolean
local_is_good(const char *local, gsize size)
{
	if (size == 0 || size > LOCAL_MAX)
		return FALSE;
	for (gsize i = 0; i < size; i++)
		if ((guchar)local[i] <= ' ' || local[i] == 0x7f || strchr("<>()[]:;,\\\"", local[i]) != NULL)
			return FALSE;
	return TRUE;
}

/* Labels of letters, digits and inner hyphens, 63 at most; two of them, or localhost. */
static gboolean
domain_is_good(const char *domain)
{
	gsize label = 0, n_dots = 0;

	for (const char *p = domain;; p++) {
		if (*p == '.' || *p == '\0') {
			if (label == 0 || label > 63 || p[-1] == '-')
				return FALSE;
			if (*p == '\0')
				break;
			label = 0;
			n_dots++;
		} else if (g_ascii_isalnum(*p) || (*p == '-' && label > 0))
			label++;
		else
			return FALSE;
	}
	return n_dots > 0 || strcmp(domain, "localhost") == 0;
}

static char *
fold_local(const char *local, gsize size)
{
	g_autofree char *composed = NULL;

	if (is_ascii(local, size))
		return g_ascii_strdown(local, (gssize)size);
	for (const char *p = local; p < local + size; p = g_utf8_next_char(p)) {
		gunichar letter = g_utf8_get_char(p);

		if (g_unichar_isspace(letter) || g_unichar_iscntrl(letter) || g_unichar_type(letter) == G_UNICODE_FORMAT)
			return NULL;
	}
	composed = g_utf8_normalize(local, (gssize)size, G_NORMALIZE_NFC);
	return g_utf8_strdown(composed, -1);
}

/* What is allowed in a local part, and in a domain, of ASCII. */
static gboolean
is_local(guchar c)
{
	return c > ' ' && c < 0x7f && strchr("<>()[]:;,\\\"@", c) == NULL;
}

/* Most are plain: looked through once. NULL: it is not that plain; nothing is said of whether it is good. */
static char *
fold_plain(const char *email)
{
	char out[EMAIL_MAX + 1];
	gsize n = 0, at, label;
	gboolean dot = FALSE;

	while (n <= LOCAL_MAX && is_local((guchar)email[n])) {
		out[n] = g_ascii_tolower(email[n]);
		n++;
	}
	if (n == 0 || n > LOCAL_MAX || email[n] != '@')
		return NULL;
	out[n] = '@';
	at = n++;
	for (label = n; n < EMAIL_MAX && email[n] != '\0'; n++) {
		out[n] = g_ascii_tolower(email[n]);
		if (g_ascii_isalnum(out[n]) || (out[n] == '-' && n > label))
			continue;
		if (out[n] != '.' || n == label || n - label > 63 || out[n - 1] == '-')
			return NULL;
		dot = TRUE;
		label = n + 1;
	}
	if (email[n] != '\0' || !dot || n == label || n - label > 63 || out[n - 1] == '-' || n <= at + 1)
		return NULL;
	return g_strndup(out, n);
}

char *
email_fold(const char *email)
{
	char *plain = email != NULL ? fold_plain(email) : NULL;
	g_autofree char *local = NULL, *domain = NULL, *lower = NULL;
	const char *start, *at;
	gsize size;

	if (plain != NULL)
		return plain;
	if (email == NULL || strnlen(email, 4 * EMAIL_MAX) == 4 * EMAIL_MAX || !g_utf8_validate(email, -1, NULL))
		return NULL;
	start = skip_space(email);
	size = trimmed_size(start);
	if (size > EMAIL_MAX || (at = memchr(start, '@', size)) == NULL || memchr(at + 1, '@', (gsize)(start + size - at - 1)) != NULL)
		return NULL;
	if (!local_is_good(start, (gsize)(at - start)) || (local = fold_local(start, (gsize)(at - start))) == NULL)
		return NULL;
	lower = g_strndup(at + 1, (gsize)(start + size - at - 1));
	domain = is_ascii(lower, strlen(lower)) ? g_ascii_strdown(lower, -1) : g_hostname_to_ascii(lower);
	if (domain == NULL || !domain_is_good(domain) || strlen(local) + 1 + strlen(domain) > EMAIL_MAX)
		return NULL;
	return g_strconcat(local, "@", domain, NULL);
}

/* Where an extension begins, or the end. */
static const char *
phone_end(const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p != 'x' && *p != 'X' && g_ascii_strncasecmp(p, "ext", 3) != 0 && *p != '#')
			continue;
		for (const char *q = p; *q != '\0'; q++)
			if (!g_ascii_isdigit(*q) && strchr("extEXT#:. ", *q) == NULL)
				return p + strlen(p);
		return p;
	}
	return text + strlen(text);
}

/* The trunk zero people write behind a country's code, "+49 (0) 30 ...", which is not dialled. */
static const char *
skip_trunk(const char *p)
{
	const char *q = skip_space(p + 1);

	if (*p != '(' || *q != '0')
		return p;
	q = skip_space(q + 1);
	return *q == ')' ? q + 1 : p;
}

char *
phone_fold(const char *phone)
{
	char digits[PHONE_MAX + 3]; /* room for the "00" that may stand in front */
	gsize n = 0;
	gboolean world = FALSE;
	const char *p, *end;

	if (phone == NULL || strnlen(phone, 200) == 200 || !g_utf8_validate(phone, -1, NULL))
		return NULL;
	p = skip_space(phone);
	if (g_ascii_strncasecmp(p, "tel:", 4) == 0)
		p = skip_space(p + 4);
	end = phone_end(p);
	if (*p == '+' || g_utf8_get_char(p) == 0xFF0B) {
		world = TRUE;
		p = g_utf8_next_char(p);
	}
	while (p < end) {
		gunichar letter = g_utf8_get_char(p);

		if (world && *p == '(' && n > 0 && skip_trunk(p) != p) {
			p = skip_trunk(p);
			continue;
		}
		if (g_unichar_isdigit(letter)) {
			if (n >= sizeof digits)
				return NULL;
			digits[n++] = (char)('0' + g_unichar_digit_value(letter));
			if (n == 2 && !world && digits[0] == '0' && digits[1] == '0') {
				world = TRUE;
				n = 0;
			}
		} else if (strchr("()-./", (int)letter < 0x80 ? (int)letter : 'a') == NULL && !g_unichar_isspace(letter) &&
			g_unichar_type(letter) != G_UNICODE_DASH_PUNCTUATION)
			return NULL;
		p = g_utf8_next_char(p);
	}
	if (n < PHONE_MIN || n > PHONE_MAX)
		return NULL;
	return g_strdup_printf("%s%.*s", world ? "+" : "", (int)n, digits);
}

/* A letter of a folded name to @out: a space for everything between words, nothing for accents and apostrophes. */
static void
fold_letter(GString *out, gunichar letter)
{
	if ((letter >= 0x300 && letter <= 0x36F) || letter == '\'' || letter == 0x2019)
		return;
	if (g_unichar_isalnum(letter) || g_unichar_ismark(letter)) {
		g_string_append_unichar(out, letter);
		return;
	}
	if (out->len > 0 && out->str[out->len - 1] != ' ')
		g_string_append_c(out, ' ');
}

char *
name_fold(const char *name)
{
	g_autoptr(GString) out = NULL;
	gsize size;

	if (name == NULL || (size = strnlen(name, NAME_BYTES + 1)) > NAME_BYTES || !g_utf8_validate(name, -1, NULL))
		return NULL;
	out = g_string_sized_new(size + 1);
	if (is_ascii(name, size)) {
		for (const char *p = name; *p != '\0'; p++)
			fold_letter(out, (gunichar)g_ascii_tolower(*p));
	} else {
		g_autofree char *plain = g_utf8_normalize(name, -1, G_NORMALIZE_NFKD);
		g_autofree char *lower = g_utf8_casefold(plain, -1);

		for (const char *p = lower; *p != '\0'; p = g_utf8_next_char(p))
			fold_letter(out, g_utf8_get_char(p));
	}
	if (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	return out->len > 0 ? g_strndup(out->str, out->len) : NULL;
}

char *
line_read(const char *text, gsize max_bytes)
{
	const char *start;
	gsize size;

	if (text == NULL || !g_utf8_validate(text, -1, NULL))
		return NULL;
	start = skip_space(text);
	size = trimmed_size(start);
	if (size == 0 || size > max_bytes)
		return NULL;
	for (const char *p = start; p < start + size; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return NULL;
	return g_strndup(start, size);
}
