/* pdf_lib.c - see the header. */
#include "paper/pdf_lib.h"
#include "base/err.h"
#include <dlfcn.h>

/* Fontconfig keeps one small table of its patterns that nothing points to any more when the program ends. */
#ifdef __SANITIZE_ADDRESS__
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
#endif

typedef struct {
	const char *name;
	gsize offset;
} Wanted;

#define X(name) { #name, offsetof(PdfLib, name) },
static const Wanted of_cairo[] = { PDF_CAIRO_FUNCTIONS(X) { NULL, 0 } };
static const Wanted of_pango[] = { PDF_PANGO_FUNCTIONS(X) { NULL, 0 } };
static const Wanted of_pangocairo[] = { PDF_PANGOCAIRO_FUNCTIONS(X) { NULL, 0 } };
static const Wanted of_gobject[] = { X(g_object_unref) { NULL, 0 } };
#undef X

static const struct {
	const char *file;
	const Wanted *wanted;
} libraries[] = {
	{ "libcairo.so.2", of_cairo }, { "libpango-1.0.so.0", of_pango }, { "libpangocairo-1.0.so.0", of_pangocairo }, { "libgobject-2.0.so.0", of_gobject },
};

static gboolean
load(PdfLib *lib, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(libraries); i++) {
		void *handle = dlopen(libraries[i].file, RTLD_NOW | RTLD_LOCAL);

		if (handle == NULL) {
			g_set_error(error, ERR, ERR_INTERNAL, "no PDF can be made: %s", dlerror());
			return FALSE;
		}
		for (const Wanted *one = libraries[i].wanted; one->name != NULL; one++)
			if ((*(void **)((char *)lib + one->offset) = dlsym(handle, one->name)) == NULL) {
				g_set_error(error, ERR, ERR_INTERNAL, "no PDF can be made: %s has no %s", libraries[i].file, one->name);
				return FALSE;
			}
	}
	return TRUE;
}

const PdfLib *
pdf_lib(GError **error)
{
	static PdfLib lib;
	static gboolean ready;
	static GMutex lock;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&lock);

	/* What is missing today may be installed tomorrow: only success is kept. */
	if (!ready)
		ready = load(&lib, error);
	return ready ? &lib : NULL;
}
