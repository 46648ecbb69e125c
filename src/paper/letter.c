/* letter.c - see the header. Two passes: first every block becomes lines and each line gets its page, then the pages are drawn,
 * since "page 2 of 3" needs their number. */
#include "paper/letter.h"
#include "base/err.h"
#include "base/clock.h"
#include "paper/font.h"
#include "paper/pdf_lib.h"
#include <string.h>

/* In points, 72 an inch. */
#define MM (72.0 / 25.4)
#define SIDE (25 * MM)
#define TOP (20 * MM)
#define BOTTOM (24 * MM)
#define ASIDE_WIDTH (62 * MM)
enum { MOST_LINES = 60, LONGEST_WORD = 200 }; /* on a page; before a word may be broken anywhere, which is slow to find out */

/* Ours first, then what most systems have, then whatever draws the character. */
#define SERIF "Source Serif 4,Source Serif Pro,Noto Serif,DejaVu Serif,Liberation Serif,serif"
#define SANS "Source Sans 3,Source Sans Pro,Noto Sans,DejaVu Sans,Liberation Sans,sans-serif"

const char *const paper_sizes[] = { "A4", "Letter", NULL };

typedef struct {
	double r, g, b;
} Ink;
static const Ink ink = { 0.08, 0.14, 0.17 }, soft = { 0.35, 0.42, 0.44 }, petrol = { 0.04, 0.36, 0.45 };

/* One run of text: a layout and where its first line begins. */
typedef struct {
	PangoLayout *layout;
	double x;
	const Ink *ink;
} Block;

/* A line of a block on a page. */
typedef struct {
	guint block, line;
	guint page;
	double y; /* of the baseline */
} Placed;

typedef struct {
	const PdfLib *lib;
	const PaperLetter *letter;
	double width, height;
	PangoFontMap *fonts;
	PangoContext *context;
	cairo_surface_t *surface;
	cairo_t *cr;
	GArray *blocks, *lines;
	GByteArray *bytes;
	guint page, unknown;
	gboolean own_font; /* the house's, which is installed */
	double y;
} Sheet;

static void
sheet_clear(Sheet *self)
{
	const PdfLib *lib = self->lib;

	for (guint i = 0; self->blocks != NULL && i < self->blocks->len; i++)
		lib->g_object_unref(g_array_index(self->blocks, Block, i).layout);
	g_clear_pointer(&self->blocks, g_array_unref);
	g_clear_pointer(&self->lines, g_array_unref);
	if (self->cr != NULL)
		lib->cairo_destroy(self->cr);
	if (self->surface != NULL)
		lib->cairo_surface_destroy(self->surface);
	if (self->context != NULL)
		lib->g_object_unref(self->context);
	if (self->fonts != NULL)
		lib->g_object_unref(self->fonts);
	g_clear_pointer(&self->bytes, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sheet, sheet_clear)

static cairo_status_t
take_bytes(void *data, const unsigned char *bytes, unsigned int size)
{
	GByteArray *all = data;

	g_byte_array_append(all, bytes, size);
	return CAIRO_STATUS_SUCCESS;
}

static void
sheet_open(Sheet *self)
{
	const PdfLib *lib = self->lib;
	g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(self->letter->now_ms / MS_PER_S);
	g_autofree char *made = at != NULL ? g_date_time_format(at, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	self->bytes = g_byte_array_new();
	self->blocks = g_array_new(FALSE, FALSE, sizeof(Block));
	self->lines = g_array_new(FALSE, FALSE, sizeof(Placed));
	self->surface = lib->cairo_pdf_surface_create_for_stream(take_bytes, self->bytes, self->width, self->height);
	lib->cairo_pdf_surface_set_metadata(self->surface, CAIRO_PDF_METADATA_TITLE, self->letter->subject != NULL ? self->letter->subject : "");
	lib->cairo_pdf_surface_set_metadata(self->surface, CAIRO_PDF_METADATA_AUTHOR, self->letter->house != NULL ? self->letter->house : "");
	lib->cairo_pdf_surface_set_metadata(self->surface, CAIRO_PDF_METADATA_CREATOR, "Redress");
	if (made != NULL)
		lib->cairo_pdf_surface_set_metadata(self->surface, CAIRO_PDF_METADATA_CREATE_DATE, made);
	self->cr = lib->cairo_create(self->surface);
	self->fonts = lib->pango_cairo_font_map_new();
	self->context = lib->pango_font_map_create_context(self->fonts);
	if (self->letter->lang != NULL)
		lib->pango_context_set_language(self->context, lib->pango_language_from_string(self->letter->lang));
}

/* ---- first pass: lines and their pages ------------------------------------------------------------------------------ */

typedef struct {
	const char *font;
	double x, width;
	const Ink *ink;
	PangoAlignment side;
} Look;

/* Without what cannot be drawn: controls, and code points that are no characters. (transfer full) */
static char *
drawable(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));
	guint unbroken = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		unbroken = g_unichar_isspace(c) ? 0 : unbroken + 1;
		if (unbroken % LONGEST_WORD == LONGEST_WORD - 1)
			g_string_append_unichar(out, 0x200b);
		if ((g_unichar_iscntrl(c) && c != '\n' && c != '\t') || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
			continue;
		g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

static guint
add_block(Sheet *self, const char *text, const Look *look)
{
	const PdfLib *lib = self->lib;
	PangoFontDescription *font = lib->pango_font_description_from_string(look->font);
	Block block = { .layout = lib->pango_layout_new(self->context), .x = look->x, .ink = look->ink };
	g_autofree char *words = drawable(text);

	/* What it cannot draw is drawn by ours. */
	if (self->own_font) {
		g_autofree char *families = g_strconcat(self->letter->font, ",", lib->pango_font_description_get_family(font), NULL);

		lib->pango_font_description_set_family(font, families);
	}
	lib->pango_layout_set_font_description(block.layout, font);
	lib->pango_font_description_free(font);
	lib->pango_layout_set_width(block.layout, (int)(look->width * PANGO_SCALE));
	lib->pango_layout_set_wrap(block.layout, PANGO_WRAP_WORD_CHAR);
	lib->pango_layout_set_alignment(block.layout, look->side);
	lib->pango_layout_set_line_spacing(block.layout, 1.25f);
	lib->pango_layout_set_text(block.layout, words, -1);
	self->unknown += (guint)MAX(lib->pango_layout_get_unknown_glyphs_count(block.layout), 0);
	g_array_append_val(self->blocks, block);
	return self->blocks->len - 1;
}

/* Places a block's lines from the present height on, over as many pages as it needs. A first line does not stand alone at
 * the foot of a page. FALSE when there are too many. */
static gboolean
flow_block(Sheet *self, guint at)
{
	const PdfLib *lib = self->lib;
	PangoLayoutIter *iter = lib->pango_layout_get_iter(g_array_index(self->blocks, Block, at).layout);
	const double floor = self->height - BOTTOM;
	guint line = 0;
	gboolean fits = TRUE;

	do {
		PangoRectangle box;
		double height, need;
		Placed placed = { .block = at, .line = line };

		lib->pango_layout_iter_get_line_extents(iter, NULL, &box);
		height = (double)box.height / PANGO_SCALE;
		need = line == 0 ? 2 * height : height;
		if (self->y + need > floor && self->y > TOP) {
			self->page++;
			self->y = TOP;
		}
		placed.page = self->page;
		placed.y = self->y + (double)(lib->pango_layout_iter_get_baseline(iter) - box.y) / PANGO_SCALE;
		g_array_append_val(self->lines, placed);
		self->y += height;
		line++;
		fits = self->page < PAPER_MAX_PAGES;
	} while (fits && lib->pango_layout_iter_next_line(iter));
	lib->pango_layout_iter_free(iter);
	return fits;
}

static void
put_head(Sheet *self)
{
	const PaperLetter *letter = self->letter;
	const double full = self->width - 2 * SIDE;
	const Look name = { SANS " Bold 13", SIDE, full, &petrol, PANGO_ALIGN_LEFT }, address = { SANS " 8", SIDE, full, &soft, PANGO_ALIGN_LEFT };
	const Look to = { SANS " 10", SIDE, full - ASIDE_WIDTH, &ink, PANGO_ALIGN_LEFT };
	const Look aside = { SANS " 9", self->width - SIDE - ASIDE_WIDTH, ASIDE_WIDTH, &soft, PANGO_ALIGN_RIGHT };
	double top, left;

	self->y = TOP;
	if (letter->house != NULL)
		flow_block(self, add_block(self, letter->house, &name));
	if (letter->address != NULL)
		flow_block(self, add_block(self, letter->address, &address));
	top = MAX(self->y + 14 * MM, TOP + 30 * MM);
	self->y = top;
	if (letter->to != NULL)
		flow_block(self, add_block(self, letter->to, &to));
	left = self->y;
	self->y = top;
	if (letter->aside != NULL)
		flow_block(self, add_block(self, letter->aside, &aside));
	self->y = MAX(left, self->y) + 12 * MM;
}

static gboolean
put_paragraphs(Sheet *self, const char *body)
{
	const Look look = { SERIF " 10.5", SIDE, self->width - 2 * SIDE, &ink, PANGO_ALIGN_LEFT };

	for (const char *p = body; *p != '\0';) {
		const char *end = strstr(p, "\n\n");
		g_autofree char *words = end != NULL ? g_strndup(p, (gsize)(end - p)) : g_strdup(p);

		g_strchomp(words);
		if (words[0] != '\0') {
			if (!flow_block(self, add_block(self, words, &look)))
				return FALSE;
			self->y += 3.2 * MM;
		}
		p = end != NULL ? end + strspn(end, "\n") : p + strlen(p);
	}
	return TRUE;
}

static gboolean
put_words(Sheet *self)
{
	const Look title = { SERIF " Bold 12.5", SIDE, self->width - 2 * SIDE, &ink, PANGO_ALIGN_LEFT };

	put_head(self);
	if (self->letter->subject != NULL && self->letter->subject[0] != '\0') {
		flow_block(self, add_block(self, self->letter->subject, &title));
		self->y += 5 * MM;
	}
	return put_paragraphs(self, self->letter->body);
}

/* ---- second pass: ink ----------------------------------------------------------------------------------------------- */

static void
draw_line(Sheet *self, const Placed *placed)
{
	const PdfLib *lib = self->lib;
	const Block *block = &g_array_index(self->blocks, Block, placed->block);
	PangoLayoutIter *iter = lib->pango_layout_get_iter(block->layout);
	PangoRectangle box;

	for (guint i = 0; i < placed->line; i++)
		lib->pango_layout_iter_next_line(iter);
	lib->pango_layout_iter_get_line_extents(iter, NULL, &box);
	lib->cairo_set_source_rgb(self->cr, block->ink->r, block->ink->g, block->ink->b);
	lib->cairo_move_to(self->cr, block->x + (double)box.x / PANGO_SCALE, placed->y);
	lib->pango_cairo_show_layout_line(self->cr, lib->pango_layout_iter_get_line_readonly(iter));
	lib->pango_layout_iter_free(iter);
}

/* "Page 2 of 3" below a thin rule. (The block joins the others, to be freed with them.) */
static void
draw_foot(Sheet *self, guint page, guint n_pages)
{
	const PdfLib *lib = self->lib;
	const Look look = { SANS " 8", SIDE, self->width - 2 * SIDE, &soft, PANGO_ALIGN_RIGHT };
	const char *words = self->letter->page_words != NULL ? self->letter->page_words : "Page {n} of {all}";
	g_autofree char *n = g_strdup_printf("%u", page + 1), *all = g_strdup_printf("%u", n_pages);
	g_autoptr(GString) text = g_string_new(words);
	Placed placed = { .y = self->height - BOTTOM + 11 * MM };

	g_string_replace(text, "{n}", n, 1);
	g_string_replace(text, "{all}", all, 1);
	lib->cairo_set_source_rgb(self->cr, 0.80, 0.84, 0.85);
	lib->cairo_set_line_width(self->cr, 0.6);
	lib->cairo_move_to(self->cr, SIDE, self->height - BOTTOM + 6 * MM);
	lib->cairo_line_to(self->cr, self->width - SIDE, self->height - BOTTOM + 6 * MM);
	lib->cairo_stroke(self->cr);
	placed.block = add_block(self, text->str, &look);
	draw_line(self, &placed);
}

/* Lines stand in the order of their pages but for the address beside the day, on the first. */
static void
draw_pages(Sheet *self, guint n_pages)
{
	const guint n_lines = self->lines->len;

	for (guint page = 0; page < n_pages; page++) {
		for (guint i = 0; i < n_lines; i++)
			if (g_array_index(self->lines, Placed, i).page == page)
				draw_line(self, &g_array_index(self->lines, Placed, i));
		draw_foot(self, page, n_pages);
		self->lib->cairo_show_page(self->cr);
	}
}

/* Lines of their own cost more than words do: what cannot fit is refused before it is laid out. */
static guint
lines_in(const char *text)
{
	guint n = 1;

	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

static gboolean
check(const PaperLetter *letter, GError **error)
{
	if (letter->body == NULL || letter->body[strspn(letter->body, " \t\r\n")] == '\0')
		err_add_field(error, "/body", "Write the letter first.");
	else if (strlen(letter->body) > PAPER_MAX_BODY)
		err_add_field(error, "/body", "A letter has at most %d kB.", PAPER_MAX_BODY / 1024);
	else if (!g_utf8_validate(letter->body, -1, NULL))
		err_add_field(error, "/body", "This is not readable as text (UTF-8).");
	else if (lines_in(letter->body) > PAPER_MAX_PAGES * MOST_LINES)
		err_add_field(error, "/body", "A letter has at most %d pages.", PAPER_MAX_PAGES);
	else
		return TRUE;
	return FALSE;
}

GBytes *
paper_letter_pdf(const PaperLetter *letter, PaperFacts *ret_facts, GError **error)
{
	gboolean us = g_strcmp0(letter->size, "Letter") == 0;
	g_auto(Sheet) self = { .letter = letter, .width = us ? 612.0 : 210 * MM, .height = us ? 792.0 : 297 * MM };
	cairo_status_t status;
	guint n_pages;

	if (!check(letter, error) || (self.lib = pdf_lib(error)) == NULL)
		return NULL;
	if (letter->font != NULL && !paper_font_known(letter->font, &self.own_font, error))
		return NULL;
	sheet_open(&self);
	if (!put_words(&self)) {
		err_add_field(error, "/body", "A letter has at most %d pages.", PAPER_MAX_PAGES);
		return NULL;
	}
	n_pages = self.page + 1;
	if (ret_facts != NULL)
		*ret_facts = (PaperFacts){ n_pages, self.unknown, letter->font != NULL && !self.own_font };
	draw_pages(&self, n_pages);
	status = self.lib->cairo_status(self.cr);
	self.lib->cairo_surface_finish(self.surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = self.lib->cairo_surface_status(self.surface);
	if (status != CAIRO_STATUS_SUCCESS) {
		g_set_error(error, ERR, ERR_INTERNAL, "the letter cannot be drawn: %s", self.lib->cairo_status_to_string(status));
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&self.bytes));
}
