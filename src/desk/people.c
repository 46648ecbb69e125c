/* people.c - see people.h. */
#include "desk/people.h"
#include "desk/app.h"
#include "org/settings.h"
#include <string.h>

char *
desk_base_url(const Call *call, Db *db)
{
	g_autofree char *set = settings_text(desk_app(call)->settings, db, "base_url", call->now_ms);
	const char *host = call_header(call, "Host"), *proto = call_header(call, "X-Forwarded-Proto");
	gsize size = strlen(set);

	if (size > 0) {
		while (size > 0 && set[size - 1] == '/')
			set[--size] = '\0';
		return g_steal_pointer(&set);
	}
	return g_strdup_printf("%s://%s", g_strcmp0(proto, "https") == 0 ? "https" : "http", host != NULL ? host : "localhost");
}

/* The third column of the system's list: "CH\t+4723+00832\tEurope/Zurich\t...". */
static void
add_zones(GPtrArray *names, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) columns = g_strsplit(lines[i], "\t", 4);

		if (lines[i][0] != '#' && g_strv_length(columns) >= 3)
			g_ptr_array_add(names, g_strdup(columns[2]));
	}
}

static int
by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *
desk_zones(void)
{
	static GPtrArray *names; /* read once, kept for the life of the process */
	json_t *list = json_array();

	if (g_once_init_enter(&names)) {
		GPtrArray *all = g_ptr_array_new();
		g_autofree char *text = NULL;

		if (g_file_get_contents("/usr/share/zoneinfo/zone1970.tab", &text, NULL, NULL) || g_file_get_contents("/usr/share/zoneinfo/zone.tab", &text, NULL, NULL))
			add_zones(all, text);
		g_ptr_array_sort(all, by_name);
		g_once_init_leave(&names, all);
	}
	json_array_append_new(list, json_string("UTC"));
	for (guint i = 0; i < names->len; i++)
		json_array_append_new(list, json_string(names->pdata[i]));
	return list;
}

void
desk_people_changed(const Call *call)
{
	DeskApp *app = desk_app(call);

	actor_cache_clear(app->actors);
	desk_lists_changed(app->lists);
	settings_changed(app->settings);
}

gboolean
desk_if_match(const Call *call, gint64 *ret_version, GError **error)
{
	gint64 version = 0;

	if (!call_if_match(call, &version))
		version = 0;
	if (version < 0) {
		err_add_field(error, "/if_match", "A version is written v12, as the ETag gave it.");
		return FALSE;
	}
	*ret_version = version;
	return TRUE;
}

gboolean
desk_people_write(const Call *call, StoreWork work, gpointer data, GError **error)
{
	if (!call_write(call, work, data, error))
		return FALSE;
	desk_people_changed(call);
	return TRUE;
}
