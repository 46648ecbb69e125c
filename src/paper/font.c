/* font.c - see font.h. */
#include "paper/font.h"
#include "paper/pdf_lib.h"

gboolean
paper_font_known(const char *family, gboolean *ret_known, GError **error)
{
	const PdfLib *lib = pdf_lib(error);
	PangoFontMap *map;
	PangoFontFamily **families = NULL;
	int n = 0;

	*ret_known = FALSE;
	if (lib == NULL)
		return FALSE;
	map = lib->pango_cairo_font_map_new();
	lib->pango_font_map_list_families(map, &families, &n);
	for (int i = 0; i < n && !*ret_known; i++)
		*ret_known = g_ascii_strcasecmp(lib->pango_font_family_get_name(families[i]), family) == 0;
	g_free(families);
	lib->g_object_unref(map);
	return TRUE;
}
