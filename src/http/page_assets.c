/* page_assets.c - the embedded files: styles, scripts, fonts and icons by their public paths. Put in by tools/embed.py. */
#include "http/page_embed.h"
#include <stdlib.h>
#include <string.h>

static int
path_compare(const void *key, const void *row)
{
	return strcmp(key, ((const Asset *)row)->path);
}

const Asset *
asset_find(const char *path)
{
	return bsearch(path, embedded_assets, embedded_n_assets, sizeof(Asset), path_compare);
}

const char *
asset_path(const char *name)
{
	g_autofree char *plain = NULL;

	for (const EmbeddedName *it = embedded_names; it->name != NULL; it++)
		if (strcmp(it->name, name) == 0)
			return it->path;
	plain = g_strdup_printf("/assets/%s", name);
	return g_intern_string(plain);
}
