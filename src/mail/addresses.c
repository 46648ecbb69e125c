/* addresses.c - see addresses.h. */
#include "mail/addresses.h"
#include "mail/words.h"
#include "gmime.lazy.h"
#include <string.h>

enum { ADDRESSES_MAX = 2000, IDS_MAX = 200 };

/* ---- message ids */

static void
add_id(GPtrArray *ids, const char *p, gsize size)
{
	GString *id = g_string_sized_new(size);

	for (gsize i = 0; i < size && id->len < 998; i++)
		if ((guint8)p[i] > ' ' && p[i] != 0x7F && p[i] != '<' && p[i] != '>')
			g_string_append_c(id, p[i]);
	if (id->len == 0) {
		g_string_free(id, TRUE);
		return;
	}
	/* The first and the last ones: a long thread is known by its root and by its newest. */
	if (ids->len >= IDS_MAX)
		g_ptr_array_remove_index(ids, IDS_MAX / 10);
	g_ptr_array_add(ids, g_utf8_make_valid(id->str, (gssize)id->len));
	g_string_free(id, TRUE);
}

void
mail_ids_read(MailSlice value, GPtrArray *ids)
{
	g_autofree char *text = mail_value_text(value);
	const char *p = text, *open, *close;
	gboolean bracketed = FALSE;

	for (; (open = strchr(p, '<')) != NULL; p = close + 1) {
		close = strchr(open, '>');
		if (close == NULL)
			break;
		bracketed = TRUE;
		add_id(ids, open + 1, (gsize)(close - open - 1));
	}
	if (bracketed)
		return;
	for (p = text; *p != '\0';) {
		gsize n = strcspn(p, " ,;");

		if (n > 0 && (memchr(p, '@', n) != NULL || p[n] == '\0'))
			add_id(ids, p, n);
		p += n + strspn(p + n, " ,;");
	}
}

/* ---- addresses */

MailAddress *
mail_address_new(const char *name, const char *address)
{
	MailAddress *self = g_new0(MailAddress, 1);
	g_autofree char *valid_name = g_utf8_make_valid(name != NULL ? name : "", -1);
	g_autofree char *valid = g_utf8_make_valid(address != NULL ? address : "", -1);

	self->name = mail_one_line(valid_name, 1000);
	self->address = mail_one_line(valid, 1000);
	return self;
}

void
mail_address_free(MailAddress *address)
{
	if (address == NULL)
		return;
	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

/* What was meant by "joe @example.com>", "<joe@example.com", "mailto:joe@example.com". NULL: nobody can tell. */
static char *
mended(const char *text)
{
	const char *at = strrchr(text, '@'), *open = strrchr(text, '<'), *start, *end;
	GString *out;

	if (at == NULL || at == text)
		return NULL;
	start = open != NULL && open < at ? open + 1 : text;
	end = at + strcspn(at, ">,;\"");
	out = g_string_new(NULL);
	for (const char *p = start; p < end; p++)
		if ((guint8)*p > ' ' && strchr("<>\"'(),;", *p) == NULL)
			g_string_append_c(out, *p);
	if (g_ascii_strncasecmp(out->str, "mailto:", 7) == 0)
		g_string_erase(out, 0, 7);
	while (out->len > 0 && out->str[out->len - 1] == '.')
		g_string_truncate(out, out->len - 1);
	if (out->len < 3 || out->str[0] == '@' || out->str[out->len - 1] == '@')
		return g_string_free(out, TRUE);
	return g_string_free(out, FALSE);
}

static gboolean
is_good(const char *address)
{
	const char *at = address != NULL ? strrchr(address, '@') : NULL;

	return at != NULL && at > address && at[1] != '\0' && strpbrk(address, " <>,;\t") == NULL;
}

static void
add_mailbox(InternetAddressMailbox *mailbox, GPtrArray *addresses)
{
	const char *name = internet_address_get_name(INTERNET_ADDRESS(mailbox)), *address = internet_address_mailbox_get_addr(mailbox);
	g_autofree char *other = NULL;

	if (!is_good(address)) {
		other = mended(address != NULL ? address : "");
		if (other == NULL && name != NULL)
			other = mended(name);
		/* A local name ("root") is an address where it came from; it is kept, as nobody's here. */
		address = other != NULL ? other : address != NULL && strpbrk(address, " <>@") == NULL ? address : "";
	}
	g_ptr_array_add(addresses, mail_address_new(name, address));
}

static void
add_list(InternetAddressList *list, guint depth, GPtrArray *addresses)
{
	for (int i = 0; i < internet_address_list_length(list) && addresses->len < ADDRESSES_MAX; i++) {
		InternetAddress *address = internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(address))
			add_mailbox(INTERNET_ADDRESS_MAILBOX(address), addresses);
		else if (INTERNET_ADDRESS_IS_GROUP(address) && depth < 3)
			add_list(internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address)), depth + 1, addresses);
	}
}

void
mail_addresses_read(MailSlice value, GPtrArray *addresses)
{
	g_autofree char *text = addresses->len < ADDRESSES_MAX ? mail_value_structured(value) : g_strdup("");
	InternetAddressList *list = *text != '\0' ? internet_address_list_parse(NULL, text) : NULL;
	guint before = addresses->len;
	gboolean any = FALSE;

	if (list != NULL) {
		add_list(list, 0, addresses);
		g_object_unref(list);
	}
	for (guint i = before; i < addresses->len; i++)
		any = any || strchr(((MailAddress *)addresses->pdata[i])->address, '@') != NULL;
	if (!any && strchr(text, '@') != NULL) {
		g_autofree char *plain = mail_value_text(value), *address = mended(plain);

		if (address == NULL)
			return;
		g_ptr_array_set_size(addresses, (int)before);
		g_ptr_array_add(addresses, mail_address_new("", address));
	} else if (addresses->len == before && *text != '\0' && strpbrk(text, ":;<>") == NULL) {
		g_autofree char *plain = mail_value_text(value);

		g_ptr_array_add(addresses, mail_address_new(plain, ""));
	}
}
