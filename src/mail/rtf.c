/* rtf.c - see rtf.h. Letters come as ASCII, as bytes of the font's code page (\'e4) or as Unicode (\u228?, with a fallback to be
 * left out); groups in braces inherit how they are read. */
#include "mail/rtf.h"
#include "mail/charsets.h"
#include <string.h>

enum { DEPTH_MAX = 200, FONTS_MAX = 500, WORD_MAX = 32 };

/* How a group is read. */
typedef struct {
	gboolean hidden, fonts; /* not shown; the table of fonts */
	int page;               /* of its bytes */
	int fallback;           /* so many letters behind each \u stand for it in old programs */
} Group;

typedef struct {
	const guint8 *p, *end;
	GString *out, *bytes; /* @bytes: not converted yet, of @page */
	GArray *groups;       /* of those around the one that is read: Group */
	Group now;
	int page, font, skip;
	gsize max;
	guint deeper;         /* groups below DEPTH_MAX, hidden */
	gunichar high;        /* half of a character of two */
	int pages[FONTS_MAX]; /* of the fonts */
} Rtf;

static const struct {
	int charset, page;
} font_charsets[] = { { 77, 10000 }, { 128, 932 }, { 129, 949 }, { 134, 936 }, { 136, 950 }, { 161, 1253 }, { 162, 1254 }, { 163, 1258 }, { 177, 1255 }, { 178, 1256 }, { 186, 1257 },
	{ 204, 1251 }, { 222, 874 }, { 238, 1250 } };

static void
flush(Rtf *self)
{
	g_autofree char *charset = self->now.page == 10000 ? g_strdup("macintosh") : self->now.page == 65001 ? g_strdup("utf-8") : g_strdup_printf("cp%d", self->now.page);
	g_autofree char *text = NULL;

	if (self->bytes->len == 0)
		return;
	text = mail_text_utf8((const guint8 *)self->bytes->str, self->bytes->len, charset, self->max, NULL, NULL);
	if (self->out->len < self->max)
		g_string_append(self->out, text);
	g_string_truncate(self->bytes, 0);
}

static void
put_byte(Rtf *self, guint8 byte)
{
	if (self->skip > 0) {
		self->skip--;
		return;
	}
	self->high = 0;
	if (!self->now.hidden && self->out->len + self->bytes->len < self->max)
		g_string_append_c(self->bytes, (char)byte);
}

static void
put(Rtf *self, const char *utf8)
{
	self->skip = 0;
	self->high = 0;
	if (self->now.hidden || self->out->len + self->bytes->len >= self->max)
		return;
	flush(self);
	g_string_append(self->out, utf8);
}

static void
put_unicode(Rtf *self, long number)
{
	gunichar c = (gunichar)(number < 0 ? number + 65536 : number);
	char utf8[8] = "";

	if (c >= 0xDC00 && c <= 0xDFFF && self->high != 0)
		c = 0x10000 + ((self->high - 0xD800) << 10) + (c - 0xDC00);
	self->high = c >= 0xD800 && c <= 0xDBFF ? c : 0;
	if (self->high == 0 && c != 0 && g_unichar_validate(c)) {
		utf8[g_unichar_to_utf8(c, utf8)] = '\0';
		put(self, utf8);
	}
	self->skip = self->now.fallback;
}

static void
use_page(Rtf *self, int page)
{
	if (page == self->now.page)
		return;
	flush(self);
	self->now.page = page;
}

static void
begin_group(Rtf *self)
{
	self->skip = 0;
	if (self->groups->len < DEPTH_MAX) {
		g_array_append_val(self->groups, self->now);
		return;
	}
	self->deeper++;
	self->now.hidden = TRUE;
}

static void
end_group(Rtf *self)
{
	Group before;

	self->skip = 0;
	if (self->deeper > 0) {
		self->deeper--;
		return;
	}
	if (self->groups->len == 0)
		return;
	before = g_array_index(self->groups, Group, self->groups->len - 1);
	use_page(self, before.page);
	self->now = before;
	g_array_set_size(self->groups, self->groups->len - 1);
}

static void
read_font(Rtf *self, const char *word, long number)
{
	if (strcmp(word, "f") == 0 && number >= 0 && number < FONTS_MAX) {
		self->font = (int)number;
		if (!self->now.fonts)
			use_page(self, self->pages[self->font] != 0 ? self->pages[self->font] : self->page);
	} else if (strcmp(word, "fcharset") == 0 && self->now.fonts) {
		for (guint i = 0; i < G_N_ELEMENTS(font_charsets); i++)
			if (font_charsets[i].charset == number)
				self->pages[self->font] = font_charsets[i].page;
	}
}

static gboolean
is_one_of(const char *word, const char *const *words)
{
	return g_strv_contains(words, word);
}

static void
obey(Rtf *self, const char *word, long number, gboolean has_number)
{
	static const char *const lines[] = { "par", "line", "sect", "page", "row", NULL };
	static const char *const unseen[] = { "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr", "footerl", "footerr", "ftnsep", "listtable",
		"listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping", "latentstyles", "datastore", "fldinst", "bkmkstart", "bkmkend", "xmlnstbl", NULL };
	static const struct {
		const char *word, *text;
	} signs[] = { { "tab", "\t" }, { "cell", "\t" }, { "emdash", "\xe2\x80\x94" }, { "endash", "\xe2\x80\x93" }, { "lquote", "‘" }, { "rquote", "’" }, { "ldblquote", "“" }, { "rdblquote", "”" }, { "bullet", "•" },
		{ "emspace", " " }, { "enspace", " " } };

	if (is_one_of(word, lines)) {
		put(self, "\n");
	} else if (is_one_of(word, unseen)) {
		self->now.hidden = TRUE;
		self->now.fonts = strcmp(word, "fonttbl") == 0;
	} else if (strcmp(word, "u") == 0 && has_number) {
		put_unicode(self, number);
	} else if (strcmp(word, "uc") == 0 && has_number) {
		self->now.fallback = (int)CLAMP(number, 0, 100);
	} else if (strcmp(word, "ansicpg") == 0 && number > 0 && number < 70000) {
		self->page = (int)number;
		use_page(self, self->page);
	} else if (strcmp(word, "bin") == 0 && number > 0) {
		self->p += MIN((gsize)number, (gsize)(self->end - self->p));
	} else if (strcmp(word, "v") == 0 || strcmp(word, "deleted") == 0) {
		self->now.hidden = self->now.hidden || !has_number || number != 0;
		if (has_number && number == 0 && self->groups->len > 0)
			self->now.hidden = g_array_index(self->groups, Group, self->groups->len - 1).hidden;
	} else if (word[0] == 'f') {
		read_font(self, word, number);
	}
	for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
		if (strcmp(signs[i].word, word) == 0)
			put(self, signs[i].text);
}

/* Behind a backslash: a word with a number, or one sign. */
static void
read_control(Rtf *self)
{
	char word[WORD_MAX + 1] = "", sign;
	gboolean has_number, minus;
	long number = 0;
	gsize n = 0;

	if (!g_ascii_isalpha(*self->p)) {
		sign = (char)*self->p++;
		if (sign == '\'' && self->end - self->p >= 2 && g_ascii_isxdigit(self->p[0]) && g_ascii_isxdigit(self->p[1])) {
			put_byte(self, (guint8)(g_ascii_xdigit_value((char)self->p[0]) << 4 | g_ascii_xdigit_value((char)self->p[1])));
			self->p += 2;
		} else if (strchr("\\{}", sign) != NULL && sign != '\0') {
			put_byte(self, (guint8)sign);
		} else if (sign == '~' || sign == '_' || sign == '\n' || sign == '\r') {
			put(self, sign == '~' ? " " : sign == '_' ? "-" : "\n");
		} else if (sign == '*') {
			self->now.hidden = TRUE; /* for those who know it; we do not */
		}
		return;
	}
	for (; self->p < self->end && g_ascii_isalpha(*self->p); self->p++)
		if (n < WORD_MAX)
			word[n++] = (char)*self->p;
	minus = self->p < self->end && *self->p == '-';
	self->p += minus;
	has_number = self->p < self->end && g_ascii_isdigit(*self->p);
	for (; self->p < self->end && g_ascii_isdigit(*self->p); self->p++)
		number = MIN(number * 10 + (*self->p - '0'), 100000000);
	self->p += self->p < self->end && *self->p == ' ';
	obey(self, word, minus ? -number : number, has_number);
}

char *
mail_rtf_text(const guint8 *bytes, gsize size, gsize max)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Group));
	g_autoptr(GString) pending = g_string_new(NULL);
	Rtf self = { .p = bytes, .end = bytes + size, .bytes = pending, .groups = groups, .now = { .page = 1252, .fallback = 1 }, .page = 1252, .max = max };

	if (size < 5 || memcmp(bytes, "{\\rtf", 5) != 0)
		return NULL;
	self.out = g_string_new(NULL);
	while (self.p < self.end && self.out->len < max) {
		const guint8 c = *self.p++;

		if (c == '{')
			begin_group(&self);
		else if (c == '}')
			end_group(&self);
		else if (c == '\\' && self.p < self.end)
			read_control(&self);
		else if (c != '\r' && c != '\n' && c != '\0' && c != '\\')
			put_byte(&self, c);
	}
	flush(&self);
	g_string_truncate(self.out, MIN(self.out->len, max));
	while (self.out->len > 0 && !g_utf8_validate(self.out->str, (gssize)self.out->len, NULL))
		g_string_truncate(self.out, self.out->len - 1);
	return g_string_free(self.out, FALSE);
}
