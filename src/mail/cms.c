/* The words inside an opaque signature, by a walk over the outermost fields of its BER. */
#include "mail/pack.h"
#include <string.h>

enum { NESTING_MAX = 8 };

typedef struct {
	guint8 tag;
	const guint8 *content, *end; /* of the content; where the length is indefinite: of what holds it */
	gboolean indefinite;
} Field;

static gboolean
field_read(const guint8 *p, const guint8 *end, Field *ret)
{
	gsize length = 0;
	guint n;

	if (end - p < 2 || (p[0] & 31) == 31)
		return FALSE;
	ret->tag = *p++;
	n = *p++;
	ret->indefinite = n == 0x80;
	ret->content = p;
	ret->end = end;
	if (ret->indefinite)
		return (ret->tag & 0x20) != 0;
	length = n;
	if (n > 0x80) {
		n &= 0x7F;
		if (n > 5 || (gsize)(end - p) < n)
			return FALSE;
		for (length = 0; n > 0; n--)
			length = length << 8 | *p++;
	}
	ret->content = p;
	if (length > (gsize)(end - p))
		return FALSE;
	ret->end = p + length;
	return TRUE;
}

/* The first byte after the field; NULL: broken. */
static const guint8 *
field_skip(const Field *field, guint depth)
{
	const guint8 *p = field->content;

	if (!field->indefinite)
		return field->end;
	while (field->end - p >= 2 && (p[0] != 0 || p[1] != 0)) {
		Field inner;

		if (depth >= NESTING_MAX || !field_read(p, field->end, &inner))
			return NULL;
		p = field_skip(&inner, depth + 1);
		if (p == NULL)
			return NULL;
	}
	return field->end - p >= 2 ? p + 2 : NULL;
}

static gboolean
collect(const Field *octets, guint depth, GByteArray *out)
{
	const guint8 *p = octets->content;

	if ((octets->tag & 0x20) == 0) {
		g_byte_array_append(out, octets->content, (guint)(octets->end - octets->content));
		return TRUE;
	}
	while (p < octets->end && !(octets->end - p >= 2 && p[0] == 0 && p[1] == 0)) {
		Field piece;

		if (depth >= NESTING_MAX || !field_read(p, octets->end, &piece) || (piece.tag & 31) != 4 || !collect(&piece, depth + 1, out))
			return out->len > 0;
		p = field_skip(&piece, depth);
		if (p == NULL)
			return out->len > 0;
	}
	return TRUE;
}

gboolean
mail_cms_content(const guint8 *bytes, gsize size, const guint8 **ret_content, gsize *ret_size, guint8 **ret_own)
{
	static const guint8 signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	static const guint8 tags[] = { 0x02, 0x31, 0x30 }; /* version, digest algorithms, the content and its type */
	g_autoptr(GByteArray) pieces = NULL;
	const guint8 *p;
	Field field, oid;

	if (!field_read(bytes, bytes + size, &field) || field.tag != 0x30 || !field_read(field.content, field.end, &oid) || oid.tag != 0x06)
		return FALSE;
	if (oid.end - oid.content != sizeof signed_data || memcmp(oid.content, signed_data, sizeof signed_data) != 0)
		return FALSE;
	if (!field_read(oid.end, field.end, &field) || field.tag != 0xA0 || !field_read(field.content, field.end, &field) || field.tag != 0x30)
		return FALSE;
	p = field.content;
	for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
		Field next;

		if (p == NULL || !field_read(p, field.end, &next) || next.tag != tags[i])
			return FALSE;
		p = i + 1 < G_N_ELEMENTS(tags) ? field_skip(&next, 0) : next.content;
		if (i + 1 == G_N_ELEMENTS(tags))
			field = next;
	}
	if (!field_read(p, field.end, &oid) || oid.tag != 0x06 || !field_read(oid.end, field.end, &field) || field.tag != 0xA0 ||
		!field_read(field.content, field.end, &field) || (field.tag & 31) != 4)
		return FALSE;
	*ret_own = NULL;
	if ((field.tag & 0x20) == 0) {
		*ret_content = field.content;
		*ret_size = (gsize)(field.end - field.content);
		return TRUE;
	}
	pieces = g_byte_array_new();
	if (!collect(&field, 0, pieces))
		return FALSE;
	*ret_content = *ret_own = g_byte_array_steal(pieces, ret_size);
	return *ret_own != NULL;
}
