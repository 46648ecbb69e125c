/* page.c - pages from JSON: the embedded templates compiled once, and what every page knows besides its value. Formatters:
 * page_formats.h. The assets: page_assets.c. */
#include "http/page_embed.h"
#include "http/page_formats.h"
#include "base/clock.h"
#include "base/err.h"
#include <string.h>

struct _Pages {
	TemplateSet *set;
	GMutex lock; /* of @mays and @faces */
	GHashTable *mays;  /* permission bits -> {"case_read": true, ...}; never changed once made */
	GHashTable *faces; /* of Face: its own key */
};

/* What one may do, in which language, at which part of the desk: few differ, however many look. */
typedef struct {
	guint64 may;
	const char *nav; /* static */
	char lang[16];
} Look;
typedef struct {
	Look look; /* first: the key of the table */
	gint refs;
	TemplateFace *templates;
} Face;

/* What is the same all through a face: all of it is in a Look. */
static const char *const steady[] = { "may", "lang", "version", "nav", NULL };

enum { MAX_MAYS = 256, MAX_FACES = 64, LEAST_SIZE = 4 * 1024, MOST_SIZE = 128 * 1024 };

static guint
look_hash(gconstpointer key)
{
	const Look *look = key;

	return (guint)(look->may >> 32) ^ (guint)look->may ^ (guint)(guintptr)look->nav ^ (guint)look->lang[0] << 8;
}

static gboolean
look_equal(gconstpointer one, gconstpointer other)
{
	return memcmp(one, other, sizeof(Look)) == 0;
}

static void
face_unref(gpointer data)
{
	Face *face = data;

	if (!g_atomic_int_dec_and_test(&face->refs))
		return;
	template_face_free(face->templates);
	g_free(face);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Face, face_unref)

void
pages_free(Pages *pages)
{
	if (pages == NULL)
		return;
	template_set_free(pages->set);
	g_hash_table_unref(pages->mays);
	g_hash_table_unref(pages->faces);
	g_mutex_clear(&pages->lock);
	g_free(pages);
}

static void
value_unref(gpointer value)
{
	json_decref(value);
}

void
page_formats_add(TemplateSet *set)
{
	page_times_add(set);
	page_dates_add(set);
	page_money_add(set);
	page_numbers_add(set);
	page_texts_add(set);
	page_queries_add(set);
	page_choices_add(set);
	page_tests_add(set);
	page_words_add(set);
	page_said_add(set);
}

Pages *
pages_new(GError **error)
{
	g_autoptr(Pages) pages = g_new0(Pages, 1);

	g_mutex_init(&pages->lock);
	pages->mays = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, value_unref);
	pages->faces = g_hash_table_new_full(look_hash, look_equal, NULL, face_unref);
	pages->set = template_set_new();
	template_set_outer(pages->set, "page");
	page_formats_add(pages->set);
	for (const EmbeddedWords *words = embedded_words; words->lang != NULL; words++)
		template_set_words(pages->set, words->lang, words->pairs);
	for (const EmbeddedTemplate *it = embedded_templates; it->name != NULL; it++) {
		if (!template_set_add(pages->set, it->name, it->source, it->size, error)) {
			g_prefix_error(error, "%s: ", it->file);
			return NULL;
		}
	}
	if (!template_set_check(pages->set, error))
		return NULL;
	template_set_steady(pages->set, steady);
	return g_steal_pointer(&pages);
}

gboolean
pages_add(Pages *pages, const char *name, const char *source, GError **error)
{
	return template_set_add(pages->set, name, source, strlen(source), error);
}

static json_t *
may_make(guint64 bits)
{
	json_t *may = json_object();

	for (const Permission *it = permission_list(); it->word != NULL; it++) {
		g_autofree char *key = g_strdelimit(g_strdup(it->word), ".", '_');

		json_put_bool(may, key, (bits & permission_bit(it->word)) != 0);
	}
	return may;
}

/* There are few different sets of permissions: each is made once. (transfer full) */
static json_t *
may_get(Pages *pages, guint64 bits)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&pages->lock);
	gint64 key = (gint64)bits;
	json_t *may = g_hash_table_lookup(pages->mays, &key);

	if (may == NULL) {
		g_autoptr(json_t) made = may_make(bits);

		if (g_hash_table_size(pages->mays) >= MAX_MAYS)
			return g_steal_pointer(&made);
		may = json_keep(made);
		g_hash_table_insert(pages->mays, g_memdup2(&key, sizeof key), may);
	}
	return json_incref(may);
}

static json_t *
actor_json(const Actor *actor)
{
	json_t *object;

	if (actor == NULL || (actor->kind != ACTOR_STAFF && actor->kind != ACTOR_TOKEN))
		return json_null();
	object = json_object();
	json_put_text(object, "ref", actor->ref);
	json_put_text(object, "name", actor->name);
	json_put_text(object, "role", actor->role);
	json_put_bool(object, "keys", actor->keys);
	return object;
}

/* The part of the desk a path belongs to: its first name. */
static const char *
nav_of(const char *path)
{
	static const struct {
		const char *first, *nav;
	} parts[] = { { "/cases", "queue" }, { "/mail", "queue" }, { "/letters", "queue" }, { "/approvals", "approvals" }, { "/dashboard", "dashboard" }, { "/figures", "dashboard" }, { "/ledger", "dashboard" }, { "/causes", "causes" }, { "/actions", "causes" }, { "/effects", "causes" }, { "/recoveries", "dashboard" }, { "/answers", "dashboard" }, { "/follow-ups", "dashboard" }, { "/promises", "dashboard" }, { "/customers", "customers" }, { "/notices", "notices" }, { "/account", "account" } };

	for (guint i = 0; path != NULL && i < G_N_ELEMENTS(parts); i++) {
		gsize n = strlen(parts[i].first);

		if (strncmp(path, parts[i].first, n) == 0 && (path[n] == '\0' || path[n] == '/'))
			return parts[i].nav;
	}
	return path != NULL && path[0] == '/' && path[1] != '\0' ? "settings" : "";
}

/* When there are too many, all go and come again. */
static Face *
face_get(Pages *pages, const Actor *actor, const char *lang, const char *nav)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&pages->lock);
	Look look;
	Face *face;

	memset(&look, 0, sizeof look);
	look.may = actor->may;
	look.nav = nav;
	g_strlcpy(look.lang, lang, sizeof look.lang);
	if ((face = g_hash_table_lookup(pages->faces, &look)) == NULL) {
		if (g_hash_table_size(pages->faces) >= MAX_FACES)
			g_hash_table_remove_all(pages->faces);
		face = g_new0(Face, 1);
		face->look = look;
		face->refs = 1; /* the table's */
		face->templates = template_face_new(pages->set);
		g_hash_table_add(pages->faces, face);
	}
	g_atomic_int_inc(&face->refs);
	return face;
}

/* {"page": {...}} */
static json_t *
outer_make(Pages *pages, const PageContext *context, const char *lang, const char *nav)
{
	const Actor *actor = context->actor != NULL ? context->actor : actor_public();
	json_t *page = json_object(), *outer = json_object();

	json_put(page, "actor", actor_json(actor));
	json_put(page, "may", may_get(pages, actor->may));
	json_put_text(page, "csrf", context->csrf);
	json_put_text(page, "path", context->path);
	json_put_text(page, "query", context->query);
	json_put_text(page, "request_id", context->request_id);
	json_put_text(page, "fragment", context->fragment);
	json_put_time(page, "now", context->now_ms);
	json_put_text(page, "lang", lang);
	json_put_text(page, "zone", actor->zone);
	json_put_text(page, "theme", actor->theme);
	json_put_text(page, "version", REDRESS_VERSION);
	json_put_text(page, "nav", nav);
	json_put(outer, "page", page);
	return outer;
}

GString *
page_render(Pages *pages, const char *name, const json_t *value, const PageContext *context, GError **error)
{
	g_autofree char *stem = g_str_has_suffix(name, ".html") ? g_strndup(name, strlen(name) - 5) : NULL;
	const Template *template = template_set_find(pages->set, stem != NULL ? stem : name);
	const Actor *actor = context->actor != NULL ? context->actor : actor_public();
	const char *lang = context->lang != NULL ? context->lang : actor->lang;
	const char *nav = nav_of(context->path);
	/* A customer has no account; whoever makes the page may know where they are. */
	TemplateContext render = { context->now_ms, json_text(value, "reader_zone", actor->zone), lang, pages->set, 0, NULL, context->ret_nodes };
	g_autoptr(Face) face = NULL;
	g_autoptr(json_t) outer = NULL;
	static __thread gsize last = 32 * 1024; /* pages of one thread are often alike */
	GString *out;

	if (template == NULL) {
		g_set_error(error, ERR, ERR_INTERNAL, "there is no page template %s", name);
		return NULL;
	}
	outer = outer_make(pages, context, lang, nav);
	face = face_get(pages, actor, lang, nav);
	render.face = face->templates;
	out = g_string_sized_new(CLAMP(last, LEAST_SIZE, MOST_SIZE));
	if (context->fragment != NULL && template_render_block(template, context->fragment, outer, value, &render, out))
		return out;
	g_string_truncate(out, 0);
	template_render(template, outer, value, &render, out);
	last = out->len + out->len / 8;
	return out;
}

const char *
pages_lang(const Pages *pages, const char *accept_language)
{
	const char *best = "en", *at = accept_language;
	double best_weight = 0;

	for (guint n = 0; at != NULL && *at != '\0' && n < 32; n++) {
		gsize size = strcspn(at, ",");
		const char *weight_at = memmem(at, size, "q=", 2);
		double weight = weight_at != NULL ? g_ascii_strtod(weight_at + 2, NULL) : 1;

		at += strspn(at, " \t");
		for (const EmbeddedWords *words = embedded_words; weight > best_weight; words++) {
			const char *lang = words->lang != NULL ? words->lang : "en";
			gsize length = strlen(lang);

			if (g_ascii_strncasecmp(at, lang, length) == 0 && !g_ascii_isalpha(at[length])) {
				best = lang;
				best_weight = weight;
			}
			if (words->lang == NULL)
				break;
		}
		at = strchr(at, ',');
		at = at != NULL ? at + 1 : NULL;
	}
	return best;
}

const char *
pages_word(const Pages *pages, const char *lang, const char *text)
{
	return template_set_translate(pages->set, lang, text);
}
