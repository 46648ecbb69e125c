/* The words inside an opaque signature, and the signature without them, by a walk over the outermost fields of its BER.
 * Whether the signature is right: mail/smime.c. */
#include "mail/pack.h"
#include <string.h>

enum { NESTING_MAX = 8, DETACHED_MAX = 256 << 10 };

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

/* The SignedData inside the ContentInfo. */
static gboolean
open_signed(const guint8 *bytes, gsize size, Field *ret)
{
	static const guint8 signed_data[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	Field field, oid;

	if (!field_read(bytes, bytes + size, &field) || field.tag != 0x30 || !field_read(field.content, field.end, &oid) || oid.tag != 0x06)
		return FALSE;
	if (oid.end - oid.content != sizeof signed_data || memcmp(oid.content, signed_data, sizeof signed_data) != 0)
		return FALSE;
	return field_read(oid.end, field.end, &field) && field.tag == 0xA0 && field_read(field.content, field.end, ret) && ret->tag == 0x30;
}

/* Its content and the content's type, behind version and digest algorithms. */
static gboolean
open_content(const Field *signed_data, Field *ret)
{
	static const guint8 tags[] = { 0x02, 0x31, 0x30 };
	const guint8 *p = signed_data->content;

	for (guint i = 0; i < G_N_ELEMENTS(tags); i++) {
		if (p == NULL || !field_read(p, signed_data->end, ret) || ret->tag != tags[i])
			return FALSE;
		p = field_skip(ret, 0);
	}
	return TRUE;
}

gboolean
mail_cms_content(const guint8 *bytes, gsize size, const guint8 **ret_content, gsize *ret_size, guint8 **ret_own)
{
	g_autoptr(GByteArray) pieces = NULL;
	Field all, field, oid;

	if (!open_signed(bytes, size, &all) || !open_content(&all, &field))
		return FALSE;
	if (!field_read(field.content, field.end, &oid) || oid.tag != 0x06 || !field_read(oid.end, field.end, &field) || field.tag != 0xA0 ||
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

/* ---- the same as DER */

static void
put_field(GByteArray *out, guint8 tag, const GByteArray *inner)
{
	guint8 head[6] = { tag, (guint8)inner->len };
	guint n = 0;

	if (inner->len >= 128) {
		for (guint size = inner->len; size > 0; size >>= 8)
			n++;
		head[1] = (guint8)(0x80 | n);
		for (guint i = 0; i < n; i++)
			head[2 + i] = (guint8)(inner->len >> 8 * (n - 1 - i));
	}
	g_byte_array_append(out, head, 2 + n);
	g_byte_array_append(out, inner->data, inner->len);
}

/* The field that begins at @start. Only what has no length is written anew: the rest is signed as it stands. */
static gboolean
put_der(GByteArray *out, const guint8 *start, const Field *field, guint depth)
{
	g_autoptr(GByteArray) inner = NULL;
	const guint8 *p = field->content;
	Field piece;

	if (!field->indefinite) {
		if (field->end - start > DETACHED_MAX)
			return FALSE;
		g_byte_array_append(out, start, (guint)(field->end - start));
		return out->len <= DETACHED_MAX;
	}
	inner = g_byte_array_new();
	if (field->tag == 0x24) {
		if (!collect(field, depth, inner))
			return FALSE;
		put_field(out, 0x04, inner);
		return out->len <= DETACHED_MAX;
	}
	while (field->end - p >= 2 && (p[0] != 0 || p[1] != 0)) {
		if (depth >= NESTING_MAX || !field_read(p, field->end, &piece) || !put_der(inner, p, &piece, depth + 1) || (p = field_skip(&piece, depth)) == NULL)
			return FALSE;
	}
	put_field(out, field->tag, inner);
	return out->len <= DETACHED_MAX;
}

static gboolean
put_type(GByteArray *out, const Field *content)
{
	g_autoptr(GByteArray) type = g_byte_array_new();
	Field oid;

	if (!field_read(content->content, content->end, &oid) || oid.tag != 0x06 || !put_der(type, content->content, &oid, 0))
		return FALSE;
	put_field(out, 0x30, type);
	return TRUE;
}

GByteArray *
mail_cms_detached(const guint8 *bytes, gsize size)
{
	static const guint8 signed_data[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02 };
	g_autoptr(GByteArray) inner = g_byte_array_new(), sequence = g_byte_array_new(), outer = g_byte_array_new(), out = g_byte_array_new();
	Field all, content, piece;
	const guint8 *p;

	if (!open_signed(bytes, size, &all) || !open_content(&all, &content))
		return NULL;
	for (p = all.content; p != NULL && all.end - p >= 2 && (p[0] != 0 || p[1] != 0); p = field_skip(&piece, 0))
		if (!field_read(p, all.end, &piece) || !(piece.content == content.content ? put_type(inner, &content) : put_der(inner, p, &piece, 0)))
			return NULL;
	if (p == NULL)
		return NULL;
	put_field(sequence, 0x30, inner);
	g_byte_array_append(outer, signed_data, sizeof signed_data);
	put_field(outer, 0xA0, sequence);
	put_field(out, 0x30, outer);
	return g_steal_pointer(&out);
}
