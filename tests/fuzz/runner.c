/* runner.c - a fuzz target as an ordinary test: feeds it each file of the folders and files named, and is done when none
 * of them made it fall. With -Dfuzz=true (clang) the same targets get libFuzzer's main instead. */
#include <glib.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static guint
feed(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	g_autofree char *bytes = NULL;
	const char *name;
	gsize size;
	guint n = 0;

	if (folder == NULL) {
		if (!g_file_get_contents(path, &bytes, &size, NULL))
			g_error("%s: cannot be read", path);
		LLVMFuzzerTestOneInput((const guint8 *)bytes, size);
		return 1;
	}
	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		n += feed(below);
	}
	return n;
}

int
main(int argc, char **argv)
{
	guint n = 0;

	for (int i = 1; i < argc; i++)
		n += feed(argv[i]);
	LLVMFuzzerTestOneInput((const guint8 *)"", 0);
	printf("%u inputs\n", n);
	return n > 0 ? 0 : 1;
}
