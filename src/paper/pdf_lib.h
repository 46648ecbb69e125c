/* pdf_lib.h - the few functions of Pango and Cairo that a letter needs, found when the first one is made. Linked in, the two
 * and what they bring would make every start of the program slower, also where nobody ever writes a letter. */
#pragma once
#include <cairo-pdf.h>
#include <glib.h>
#include <pango/pangocairo.h>
G_BEGIN_DECLS

#define PDF_CAIRO_FUNCTIONS(X) \
	X(cairo_pdf_surface_create_for_stream) X(cairo_pdf_surface_set_metadata) X(cairo_surface_finish) X(cairo_surface_status) X(cairo_surface_destroy) \
	X(cairo_create) X(cairo_destroy) X(cairo_status) X(cairo_status_to_string) X(cairo_show_page) X(cairo_move_to) X(cairo_line_to) X(cairo_stroke) \
	X(cairo_set_line_width) X(cairo_set_source_rgb)
#define PDF_PANGO_FUNCTIONS(X) \
	X(pango_font_map_create_context) X(pango_context_set_language) X(pango_language_from_string) X(pango_font_description_from_string) \
	X(pango_font_description_free) X(pango_font_description_get_family) X(pango_font_description_set_family) \
	X(pango_font_map_list_families) X(pango_font_family_get_name) X(pango_layout_new) X(pango_layout_set_text) X(pango_layout_set_width) X(pango_layout_set_wrap) \
	X(pango_layout_set_alignment) X(pango_layout_set_font_description) X(pango_layout_set_line_spacing) X(pango_layout_get_unknown_glyphs_count) \
	X(pango_layout_get_iter) X(pango_layout_iter_get_line_extents) X(pango_layout_iter_get_baseline) X(pango_layout_iter_get_line_readonly) \
	X(pango_layout_iter_next_line) X(pango_layout_iter_free)
#define PDF_PANGOCAIRO_FUNCTIONS(X) X(pango_cairo_font_map_new) X(pango_cairo_show_layout_line)

typedef struct {
#define X(name) __typeof__(name) *name;
	PDF_CAIRO_FUNCTIONS(X) PDF_PANGO_FUNCTIONS(X) PDF_PANGOCAIRO_FUNCTIONS(X)
#undef X
	void (*g_object_unref)(gpointer object);
} PdfLib;

/* Loaded once, for the life of the process. ERR_INTERNAL, naming what is missing, where it is not installed. */
const PdfLib *pdf_lib(GError **error);

G_END_DECLS
