/* What an admin may set for the house. */
#include "kit/kit.h"
#include "org/settings.h"
#include <string.h>

static gboolean
change(Kit *kit, const char *text, GError **error)
{
	g_autoptr(json_t) values = json_loads(text, 0, NULL);

	g_assert_nonnull(values);
	return settings_change(kit->db, values, kit->actor, kit->now_ms, error);
}

static void
test_defaults_and_changes(Kit *kit)
{
	g_autoptr(Settings) settings = settings_new();
	g_autoptr(json_t) before = settings_all(settings, kit->db, kit->now_ms, NULL);
	g_autoptr(json_t) house = NULL, kept = NULL, after = NULL, back = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(json_text(before, "zone", NULL), ==, "UTC");
	g_assert_cmpint(json_int(before, "max_file_mb", 0), ==, 10);
	g_assert_true(change(kit, "{\"house\": \" Larch & Fern \", \"zone\": \"Europe/Berlin\", \"max_file_mb\": 25, \"help_url\": \"https://example.org/help\"}", &error));
	g_assert_no_error(error);
	kept = settings_all(settings, kit->db, kit->now_ms + 1000, NULL);
	g_assert_cmpstr(json_text(kept, "house", NULL), ==, ""); /* from memory, until somebody says it changed */
	settings_changed(settings);
	after = settings_all(settings, kit->db, kit->now_ms + 1000, NULL);
	g_assert_cmpstr(json_text(after, "house", NULL), ==, "Larch & Fern");
	g_assert_cmpint(json_int(after, "max_file_mb", 0), ==, 25);
	settings_changed(settings);
	house = settings_house(settings, kit->db, NULL);
	g_assert_cmpstr(json_text(house, "name", NULL), ==, "Larch & Fern");
	g_assert_true(json_is_null(json_object_get(house, "phone")));
	g_assert_true(change(kit, "{\"house\": \"Larch & Fern\"}", NULL)); /* nothing new, no event */
	g_assert_true(change(kit, "{\"zone\": null, \"max_file_mb\": \"\"}", NULL));
	settings_changed(settings);
	back = settings_all(settings, kit->db, kit->now_ms, NULL);
	g_assert_cmpstr(json_text(back, "zone", NULL), ==, "UTC");
	g_assert_cmpint(json_int(back, "max_file_mb", 0), ==, 10);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM events WHERE kind = 'settings.changed'"), ==, 2);
}

static void
test_every_fault_is_named(Kit *kit)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(change(kit, "{\"house\": \"a\\nb\", \"zone\": \"Mars\", \"lang\": \"xx\", \"max_file_mb\": 101, \"help_url\": \"javascript:alert(1)\", \"link_key\": \"x\"}", &error));
	g_assert_error(error, ERR, ERR_INVALID);
	g_assert_cmpint(err_fields(error)->len, ==, 6);
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
}

static void
test_link_key_stays(Kit *kit)
{
	g_autoptr(Settings) settings = settings_new();
	g_autoptr(json_t) all = NULL;
	guint8 first[SECRET_KEY_SIZE], second[SECRET_KEY_SIZE];

	Store *store = kit_store(kit);

	g_assert_true(settings_link_key(settings, store, first, NULL));
	g_assert_true(settings_link_key(settings, store, second, NULL));
	g_assert_cmpmem(first, sizeof first, second, sizeof second);
	all = settings_all(settings, kit->db, kit->now_ms, NULL);
	g_assert_null(json_object_get(all, "link_key"));
}

static gboolean
torture(Kit *kit, gpointer data, GError **error)
{
	return change(kit, "{\"house\": \"Larch\", \"phone\": \"0207946000\"}", error);
}

static void
nothing_set(Kit *kit, gpointer data)
{
	g_assert_cmpint(kit_count(kit, "SELECT count(*) FROM settings"), ==, 0);
}

static void
test_torture(Kit *kit)
{
	kit_torture(kit, torture, nothing_set, NULL, 6);
}

int
main(int argc, char **argv)
{
	kit_init(&argc, &argv);
	kit_add("/settings/defaults-and-changes", test_defaults_and_changes);
	kit_add("/settings/every-fault-is-named", test_every_fault_is_named);
	kit_add("/settings/link-key-stays", test_link_key_stays);
	kit_add("/settings/torture", test_torture);
	return kit_run();
}
