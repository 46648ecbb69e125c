/* receive.c - see receive.h. */
#include "flow/mail/receive.h"
#include "mail/message.h"
#include "mailbox/mailbox.h"
#include "store/blob.h"
#include <string.h>

enum { HEAD_MAX = 64 * 1024 };

struct _MailIncoming {
	char *data_dir;
	gsize max_bytes;
	gint64 size; /* kept */
	GByteArray *small;
	BlobWriter *large; /* once it is no longer small */
	MailIdentity *identity;
	char hex[65], hash[BLOB_HASH_SIZE];
	gboolean cut;
};

MailIncoming *
mail_incoming_new(const char *data_dir, gsize max_bytes)
{
	MailIncoming *self = g_new0(MailIncoming, 1);

	self->data_dir = g_strdup(data_dir);
	self->max_bytes = max_bytes;
	self->small = g_byte_array_new();
	self->identity = mail_identity_new();
	return self;
}

void
mail_incoming_free(MailIncoming *self)
{
	if (self == NULL)
		return;
	g_free(self->data_dir);
	g_byte_array_unref(self->small);
	blob_writer_free(self->large);
	mail_identity_free(self->identity);
	g_free(self);
}

gboolean
mail_incoming_feed(MailIncoming *self, const guint8 *bytes, gsize size, GError **error)
{
	gsize room = self->max_bytes - (gsize)self->size;

	mail_identity_feed(self->identity, bytes, size);
	if (size > room) {
		self->cut = TRUE;
		size = room;
	}
	self->size += (gint64)size;
	if (self->large == NULL && self->size > MAIL_IN_ROW_MAX) {
		if ((self->large = blob_begin(self->data_dir, error)) == NULL || !blob_append(self->large, self->small->data, self->small->len, error))
			return FALSE;
		g_byte_array_set_size(self->small, MIN(self->small->len, HEAD_MAX)); /* for mail_mailbox_of */
	}
	if (self->large != NULL && self->small->len < HEAD_MAX) /* it came in one piece */
		g_byte_array_append(self->small, bytes, (guint)MIN(size, HEAD_MAX - self->small->len));
	if (self->large != NULL)
		return blob_append(self->large, bytes, size, error);
	g_byte_array_append(self->small, bytes, (guint)size);
	return TRUE;
}

void
mail_incoming_limit(MailIncoming *self, gsize max_bytes)
{
	self->max_bytes = MAX(max_bytes, (gsize)self->size);
}

void
mail_incoming_mark_cut(MailIncoming *self)
{
	self->cut = TRUE;
}

gboolean
mail_incoming_end(MailIncoming *self, GError **error)
{
	mail_identity_end(self->identity, self->hex);
	return self->large == NULL || blob_finish(self->large, self->hash, NULL, error);
}

void
mail_incoming_keep(const MailIncoming *self, MailKeep *ret_keep)
{
	ret_keep->identity = self->hex;
	ret_keep->bytes = self->small->len > 0 ? self->small->data : (const guint8 *)"";
	ret_keep->blob = self->large != NULL ? self->hash : NULL;
	ret_keep->size = self->size;
	ret_keep->cut = self->cut;
}

GBytes *
mail_incoming_bytes(const MailIncoming *self)
{
	g_return_val_if_fail(self->large == NULL, NULL);
	return g_bytes_new_with_free_func(self->small->data, self->small->len, (GDestroyNotify)g_byte_array_unref, g_byte_array_ref(self->small));
}

const guint8 *
mail_incoming_head(const MailIncoming *self, gsize *ret_size)
{
	*ret_size = MIN(self->small->len, HEAD_MAX);
	return self->small->data;
}

/* Every word with an @ in it of one header's value. */
static gint64
find_in_value(const GPtrArray *mailboxes, const char *value, gsize size)
{
	g_autofree char *text = g_strndup(value, size);
	g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n,;<>()\"':[]", 2000);

	for (guint i = 0; words[i] != NULL; i++) {
		g_autofree char *plain = strchr(words[i], '@') != NULL ? mailbox_plain_address(words[i]) : NULL;

		for (guint k = 0; plain != NULL && k < mailboxes->len; k++)
			if (mailbox_has_address(mailboxes->pdata[k], plain))
				return ((const Mailbox *)mailboxes->pdata[k])->id;
	}
	return 0;
}

/* The end of a header's value: the line end that no blank follows. */
static gsize
value_size(const char *value, gsize left)
{
	gsize at = 0;

	while (at < left) {
		const char *end = memchr(value + at, '\n', left - at);

		if (end == NULL)
			return left;
		at = (gsize)(end - value) + 1;
		if (at >= left || (value[at] != ' ' && value[at] != '\t'))
			return at;
	}
	return left;
}

static gint64
find_in_head(const GPtrArray *mailboxes, const char *head, gsize size)
{
	static const char *const names[] = { "delivered-to:", "x-original-to:", "envelope-to:", "to:", "cc:" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		for (gsize at = 0; at < size && head[at] != '\n' && head[at] != '\r';) {
			gsize name = strlen(names[i]), value = value_size(head + at, size - at);
			gint64 id = 0;

			if (value > name && g_ascii_strncasecmp(head + at, names[i], name) == 0)
				id = find_in_value(mailboxes, head + at + name, value - name);
			if (id != 0)
				return id;
			at += value;
		}
	return 0;
}

gboolean
mail_mailbox_of(const GPtrArray *all, const char *address, const guint8 *head, gsize size, gint64 *ret_mailbox_id, GError **error)
{
	g_autofree char *plain = address != NULL ? mailbox_plain_address(address) : NULL;
	gint64 id = 0;

	for (guint i = 0; plain != NULL && i < all->len && id == 0; i++)
		if (mailbox_has_address(all->pdata[i], plain))
			id = ((const Mailbox *)all->pdata[i])->id;
	if (address != NULL && id == 0) {
		g_set_error(error, ERR, ERR_NOT_FOUND, "%s is none of our mailboxes: redress mailbox list names them", address);
		return FALSE;
	}
	if (id == 0 && head != NULL && all->len > 0)
		id = find_in_head(all, (const char *)head, MIN(size, HEAD_MAX));
	if (id == 0 && all->len == 1)
		id = ((const Mailbox *)all->pdata[0])->id;
	*ret_mailbox_id = id;
	return TRUE;
}

gsize
mail_bytes_limit(const GPtrArray *mailboxes, gint64 mailbox_id)
{
	for (guint i = 0; i < mailboxes->len; i++) {
		const Mailbox *one = mailboxes->pdata[i];

		if (one->id == mailbox_id)
			return (gsize)one->max_mb * 1024 * 1024;
	}
	return MAIL_BYTES_MAX;
}
