/* Outlook's winmail.dat, as [MS-OXTNEF] writes it: a list of attributes, some of which hold a list of properties. Only what
 * a person misses without Outlook is read: the words and the files. */
#include "mail/charsets.h"
#include "mail/pack.h"
#include <gmime/gmime.h>
#include <string.h>

enum {
	SIGNATURE = 0x223E9F78,
	ATT_BODY = 0x0002800C,
	ATT_MESSAGE_PROPS = 0x00069003,
	ATT_CODEPAGE = 0x00069007,
	ATT_BEGIN = 0x00069002,
	ATT_TITLE = 0x00018010,
	ATT_DATA = 0x0006800F,
	ATT_PROPS = 0x00069005,
	PR_BODY = 0x1000,
	PR_RTF = 0x1009,
	PR_HTML = 0x1013,
	PR_ATTACH_DATA = 0x3701,
	PR_ATTACH_LONG_NAME = 0x3707,
	PR_ATTACH_MIME = 0x370E,
	PR_ATTACH_CID = 0x3712,
	TYPE_STRING = 0x1E,
	TYPE_UTF16 = 0x1F,
	FILES_MAX = 200,
	PROPS_MAX = 10000,
	TEXT_MAX = 4 << 20,
};

typedef struct {
	const guint8 *p, *end;
} Reader;

typedef struct {
	MailTnef *out;
	char codepage[16];
	guint depth;
	guint8 *rtf;
	gsize rtf_size;
	/* the file being read */
	gboolean in_file;
	char *name, *long_name, *mime, *cid;
	const guint8 *data;
	gsize size;
} Tnef;

static gboolean
take(Reader *reader, gsize size, const guint8 **ret)
{
	if (size > (gsize)(reader->end - reader->p))
		return FALSE;
	*ret = reader->p;
	reader->p += size;
	return TRUE;
}

static gboolean
take_u16(Reader *reader, guint32 *ret)
{
	const guint8 *p;

	if (!take(reader, 2, &p))
		return FALSE;
	*ret = (guint32)(p[0] | p[1] << 8);
	return TRUE;
}

static gboolean
take_u32(Reader *reader, guint32 *ret)
{
	const guint8 *p;

	if (!take(reader, 4, &p))
		return FALSE;
	*ret = p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
	return TRUE;
}

static gboolean
take_padded(Reader *reader, gsize size, const guint8 **ret)
{
	const guint8 *padding;

	return take(reader, size, ret) && take(reader, MIN((4 - size % 4) % 4, (gsize)(reader->end - reader->p)), &padding);
}

static char *
text_of(const Tnef *self, guint type, const guint8 *bytes, gsize size)
{
	return mail_text_utf8(bytes, size, type == TYPE_UTF16 ? "UTF-16LE" : self->codepage[0] != '\0' ? self->codepage : NULL, TEXT_MAX, NULL, NULL);
}

static void
set_text(char **to, char *text)
{
	if (*to == NULL && *text != '\0')
		*to = text;
	else
		g_free(text);
}

static void
file_end(Tnef *self)
{
	if (self->in_file && self->data != NULL && self->out->parts->len < FILES_MAX) {
		const char *name = self->long_name != NULL ? self->long_name : self->name;
		gboolean typed = self->mime != NULL && strchr(self->mime, '/') != NULL;
		MailPart *part = mail_part_new(typed ? self->mime : "application/octet-stream", name, self->depth, g_memdup2(self->data, self->size), self->size);

		part->content_id = g_steal_pointer(&self->cid);
		g_ptr_array_add(self->out->parts, part);
	}
	g_clear_pointer(&self->name, g_free);
	g_clear_pointer(&self->long_name, g_free);
	g_clear_pointer(&self->mime, g_free);
	g_clear_pointer(&self->cid, g_free);
	self->data = NULL;
	self->in_file = FALSE;
}

static void
property(Tnef *self, guint id, guint type, const guint8 *bytes, gsize size)
{
	switch (id) {
	case PR_BODY:
		set_text(&self->out->text, text_of(self, type, bytes, size));
		break;
	case PR_HTML:
		set_text(&self->out->html, text_of(self, type, bytes, size));
		break;
	case PR_RTF:
		if (self->rtf == NULL)
			self->rtf = mail_rtf_expand(bytes, size, &self->rtf_size);
		break;
	case PR_ATTACH_LONG_NAME:
		set_text(&self->long_name, text_of(self, type, bytes, size));
		break;
	case PR_ATTACH_MIME:
		set_text(&self->mime, text_of(self, type, bytes, size));
		break;
	case PR_ATTACH_CID:
		set_text(&self->cid, text_of(self, type, bytes, size));
		break;
	case PR_ATTACH_DATA:
		if (self->data == NULL && size > 16) { /* behind the id of its interface */
			self->data = bytes + 16;
			self->size = size - 16;
		}
		break;
	default:
		break;
	}
}

static guint
fixed_size(guint type)
{
	switch (type) {
	case 0x0002:
	case 0x0003:
	case 0x0004:
	case 0x000A:
	case 0x000B:
		return 4;
	case 0x0005:
	case 0x0006:
	case 0x0007:
	case 0x0014:
	case 0x0040:
		return 8;
	case 0x0048:
		return 16;
	default:
		return 0;
	}
}

/* A named property carries its name before its value. */
static gboolean
skip_name(Reader *reader)
{
	const guint8 *unused;
	guint32 kind, n;

	if (!take(reader, 16, &unused) || !take_u32(reader, &kind) || !take_u32(reader, &n))
		return FALSE;
	return kind == 0 || take_padded(reader, n, &unused);
}

static void
properties(Tnef *self, const guint8 *bytes, gsize size)
{
	Reader reader = { bytes, bytes + size };
	guint32 n;

	if (!take_u32(&reader, &n))
		return;
	for (n = MIN(n, PROPS_MAX); n > 0; n--) {
		guint32 type, id, n_values = 1, length;
		gboolean many;

		if (!take_u16(&reader, &type) || !take_u16(&reader, &id) || (id >= 0x8000 && !skip_name(&reader)))
			return;
		many = (type & 0x1000) != 0;
		type &= 0xFFF;
		length = fixed_size(type);
		if ((many || length == 0) && !take_u32(&reader, &n_values))
			return;
		for (n_values = MIN(n_values, PROPS_MAX); n_values > 0; n_values--) {
			const guint8 *value;
			guint32 value_size = length;

			if ((length == 0 && !take_u32(&reader, &value_size)) || !take_padded(&reader, value_size, &value))
				return;
			if (length == 0)
				property(self, id, type, value, value_size);
		}
	}
}

static void
attribute(Tnef *self, guint32 tag, const guint8 *bytes, gsize size)
{
	switch (tag) {
	case ATT_CODEPAGE:
		if (size >= 4)
			g_snprintf(self->codepage, sizeof self->codepage, "cp%u", (guint)(bytes[0] | bytes[1] << 8));
		break;
	case ATT_BODY:
		set_text(&self->out->text, text_of(self, TYPE_STRING, bytes, size));
		break;
	case ATT_MESSAGE_PROPS:
	case ATT_PROPS:
		properties(self, bytes, size);
		break;
	case ATT_BEGIN:
		file_end(self);
		self->in_file = TRUE;
		break;
	case ATT_TITLE:
		set_text(&self->name, text_of(self, TYPE_STRING, bytes, size));
		break;
	case ATT_DATA:
		self->data = bytes;
		self->size = size;
		break;
	default:
		break;
	}
}

MailTnef *
mail_tnef_read(const guint8 *bytes, gsize size, guint depth)
{
	Reader reader = { bytes, bytes + size };
	Tnef self = { .depth = depth };
	guint32 word;

	if (!take_u32(&reader, &word) || word != SIGNATURE || !take_u16(&reader, &word))
		return NULL;
	self.out = g_new0(MailTnef, 1);
	self.out->parts = g_ptr_array_new_with_free_func((GDestroyNotify)mail_part_free);
	for (;;) {
		const guint8 *level, *data, *sum;
		guint32 tag, length;

		if (!take(&reader, 1, &level) || !take_u32(&reader, &tag) || !take_u32(&reader, &length))
			break;
		/* A file that was cut keeps what there is of it. */
		length = (guint32)MIN(length, (gsize)(reader.end - reader.p));
		if (!take(&reader, length, &data))
			break;
		attribute(&self, tag, data, length);
		if (!take(&reader, 2, &sum))
			break;
	}
	file_end(&self);
	if (self.rtf != NULL && self.out->text == NULL && self.out->html == NULL)
		g_ptr_array_add(self.out->parts, mail_part_new("application/rtf", "message.rtf", depth, g_steal_pointer(&self.rtf), self.rtf_size));
	g_free(self.rtf);
	return self.out;
}

void
mail_tnef_free(MailTnef *tnef)
{
	if (tnef == NULL)
		return;
	g_free(tnef->text);
	g_free(tnef->html);
	g_ptr_array_unref(tnef->parts);
	g_free(tnef);
}

/* ---- compressed RTF: an LZ77 whose window begins filled with usual words */

guint8 *
mail_rtf_expand(const guint8 *bytes, gsize size, gsize *ret_size)
{
	static const char words[] = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
				    "SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
	Reader reader = { bytes, bytes + size };
	guint32 n_packed, n_raw, kind, sum;
	g_autoptr(GByteArray) out = NULL;
	guint8 window[4096] = { 0 };
	guint at = sizeof words - 1;

	if (!take_u32(&reader, &n_packed) || !take_u32(&reader, &n_raw) || !take_u32(&reader, &kind) || !take_u32(&reader, &sum))
		return NULL;
	/* A byte of a run's length stands for at most 17. */
	if (n_raw > TEXT_MAX || n_raw > size * 18)
		return NULL;
	out = g_byte_array_sized_new(n_raw);
	if (kind == 0x414C454D) {
		g_byte_array_append(out, reader.p, (guint)MIN(n_raw, (gsize)(reader.end - reader.p)));
		return g_byte_array_steal(out, ret_size);
	}
	if (kind != 0x75465A4C)
		return NULL;
	memcpy(window, words, sizeof words - 1);
	while (reader.p < reader.end) {
		guint flags = *reader.p++;

		for (guint bit = 0; bit < 8 && reader.p < reader.end; bit++) {
			guint from, n;

			if ((flags >> bit & 1) == 0) {
				window[at++ % 4096] = *reader.p;
				g_byte_array_append(out, reader.p++, 1);
				continue;
			}
			if (reader.end - reader.p < 2)
				return g_byte_array_steal(out, ret_size);
			from = (guint)(reader.p[0] << 4 | reader.p[1] >> 4);
			n = (reader.p[1] & 15) + 2U;
			reader.p += 2;
			if (from == at % 4096)
				return g_byte_array_steal(out, ret_size);
			for (; n > 0 && out->len < TEXT_MAX; n--) {
				guint8 c = window[from++ % 4096];

				window[at++ % 4096] = c;
				g_byte_array_append(out, &c, 1);
			}
		}
	}
	return g_byte_array_steal(out, ret_size);
}
