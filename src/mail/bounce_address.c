/* bounce_address.c - addresses as they stand in reports: in prose, in fields, encoded. Of a mail's own headers:
 * mail/message.c; one that a person typed: base/fold.h. */
#include "mail/bounce_inner.h"
#include <string.h>

static gboolean
is_local(guchar c)
{
	return g_ascii_isalnum(c) || c >= 0x80 || (c != '\0' && strchr("!#$%&*+-/=?^_`{|}~.'\\", c) != NULL);
}

static gboolean
is_domain(guchar c)
{
	return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c >= 0x80;
}

/* Between brackets stands an address by numbers: [192.0.2.1], [IPv6:2001:db8::1] (RFC 5321, 4.1.3). */
static gboolean
is_literal(guchar c)
{
	return g_ascii_isalnum(c) || c == '.' || c == ':' || c == '-';
}

/* The first byte of a character of a script that is written without spaces (Han, Kana, Hangul). */
static gboolean
is_spaceless(guchar c)
{
	return c >= 0xE3;
}

/* Back from the @: a quoted local part, or its letters. Words of scripts without spaces may stand right before it. */
static const char *
local_start(const char *from, const char *at)
{
	const char *start = at;

	if (at > from && at[-1] == '"') {
		for (start = at - 1; start > from && at - start < 64 && !g_ascii_iscntrl(start[-1]); start--)
			if (start[-1] == '"')
				return start - 1;
		return at;
	}
	while (start > from && is_local((guchar)start[-1]) && at - start < BOUNCE_ADDRESS_MAX)
		start--;
	for (const char *c = at; at > from && (guchar)at[-1] < 0x80 && --c >= start;)
		if (is_spaceless((guchar)*c)) {
			start = g_utf8_next_char(c);
			break;
		}
	while (start < at && strchr("'./*-|{}~`", *start) != NULL)
		start++;
	return start;
}

const char *
bounce_address_find(const char *from, const char *end, const char **ret_end)
{
	for (const char *at = from; at < end && (at = memchr(at, '@', (gsize)(end - at))) != NULL; at++) {
		const char *start = local_start(from, at), *stop = at + 1;

		if (start == at)
			continue;
		if (stop < end && *stop == '[') {
			for (stop++; stop < end && is_literal((guchar)*stop) && stop - at < 64;)
				stop++;
			if (stop == end || *stop != ']' || stop == at + 2)
				continue;
			stop++;
		} else {
			while (stop < end && is_domain((guchar)*stop) && stop - at < BOUNCE_ADDRESS_MAX &&
				!(is_spaceless((guchar)*stop) && g_ascii_isalnum(stop[-1])))
				stop++;
			while (stop > at + 1 && strchr(".-_", stop[-1]) != NULL)
				stop--;
		}
		if (stop - at < 2 || stop - start > BOUNCE_ADDRESS_MAX)
			continue;
		*ret_end = stop;
		return start;
	}
	return NULL;
}

char *
bounce_address_dup(const char *start, const char *end)
{
	char *address = g_utf8_make_valid(start, end - start), *at = strrchr(address, '@');

	for (char *c = at != NULL ? at : address + strlen(address); *c != '\0'; c++)
		*c = g_ascii_tolower(*c);
	return address;
}

/* utf-8 addresses in a report of 7 bits: \x{E9} (RFC 6533). Xtext (RFC 3461) should have been undone by the reporter;
 * what is left of it is undone where it cannot be meant as it stands. */
static char *
unescape(const char *text, gsize size)
{
	g_autoptr(GString) out = g_string_sized_new(size);
	gboolean no_at = memchr(text, '@', size) == NULL;

	for (gsize i = 0; i < size; i++) {
		if (text[i] == '\\' && i + 4 < size && text[i + 1] == 'x' && text[i + 2] == '{') {
			char *stop = NULL;
			guint64 code = g_ascii_strtoull(text + i + 3, &stop, 16);

			if (stop < text + size && *stop == '}' && code >= 0x20 && g_unichar_validate((gunichar)code) && code < 0x110000) {
				g_string_append_unichar(out, (gunichar)code);
				i = (gsize)(stop - text);
				continue;
			}
		}
		if (text[i] == '+' && i + 2 < size && g_ascii_isxdigit(text[i + 1]) && g_ascii_isxdigit(text[i + 2])) {
			int code = g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2]);

			if (code == '+' || code == '=' || (no_at && code == '@')) {
				g_string_append_c(out, (char)code);
				i += 2;
				continue;
			}
		}
		g_string_append_c(out, text[i]);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
bounce_address_of_field(const char *value)
{
	g_autofree char *plain = NULL;
	const char *start, *end, *semicolon = strchr(value, ';');

	if (semicolon != NULL && memchr(value, '@', (gsize)(semicolon - value)) == NULL)
		value = semicolon + 1;
	plain = unescape(value, MIN(strlen(value), (gsize)BOUNCE_ADDRESS_MAX * 4));
	start = bounce_address_find(plain, plain + strlen(plain), &end);
	return start != NULL ? bounce_address_dup(start, end) : NULL;
}
