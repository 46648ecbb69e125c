/* cmd_user.c - redress user add, redress token add: the first people, and programs, from the command line. On pages:
 * desk/users.c and desk/tokens.c. */
#include "base/clock.h"
#include "base/secret.h"
#include "main/commands.h"
#include "org/session.h"
#include "org/user.h"
#include <stdio.h>
#include <string.h>

enum { SHORTEST_PASSWORD = 10 };

typedef struct {
	char *email, *name, *role, *hash, *printed;
	gboolean from_stdin;
} Words;

static gboolean
add_user(Db *db, gpointer data, GError **error)
{
	Words *words = data;
	NewUser make = { .email = words->email, .name = words->name, .role = words->role, .password_hash = words->hash, .capacity = -1 };
	g_autoptr(User) user = user_add(db, &make, actor_system(), clock_now_ms(), error);

	if (user == NULL)
		return FALSE;
	g_free(words->printed);
	words->printed = g_strdup(user->ref);
	return TRUE;
}

static char *
read_password_hash(const char *what)
{
	g_autofree char *password = command_read_line(what), *hash = NULL;
	g_autoptr(GError) error = NULL;

	if (password == NULL)
		return NULL;
	if (strlen(password) < SHORTEST_PASSWORD) {
		fprintf(stderr, "redress %s: a password needs at least %d characters\n", what, SHORTEST_PASSWORD);
		return NULL;
	}
	if ((hash = password_hash(password, &error)) == NULL)
		command_fail(what, error);
	return g_steal_pointer(&hash);
}

int
cmd_user(int argc, char **argv)
{
	static Words words;
	const GOptionEntry entries[] = {
		{ "email", 0, 0, G_OPTION_ARG_STRING, &words.email, "their address; they sign in with it", "E" },
		{ "name", 0, 0, G_OPTION_ARG_STRING, &words.name, "their name", "N" },
		{ "role", 0, 0, G_OPTION_ARG_STRING, &words.role, "agent, supervisor, admin or auditor", "ROLE" },
		{ "password-stdin", 0, 0, G_OPTION_ARG_NONE, &words.from_stdin, "read the password as one line from standard input", NULL },
		{ NULL },
	};
	g_autoptr(Store) store = NULL;
	g_autoptr(GError) error = NULL;

	if (argc < 2 || strcmp(argv[1], "add") != 0) {
		fputs("usage: redress user add --data DIR --email E --name N --role ROLE --password-stdin\n", stderr);
		return 2;
	}
	if (!command_options("user add", "add", entries, &argc, &argv))
		return 2;
	if (words.email == NULL || words.name == NULL || words.role == NULL) {
		fputs("redress user add: --email, --name and --role are needed\n", stderr);
		return 2;
	}
	if (words.from_stdin && (words.hash = read_password_hash("user add")) == NULL)
		return 1;
	if ((store = command_store(TRUE, TRUE)) == NULL)
		return 1;
	if (!store_write(store, add_user, &words, &error))
		return command_fail("user add", error);
	printf("added %s, %s, %s\n", words.name, words.email, words.role);
	return 0;
}

static gboolean
add_token(Db *db, gpointer data, GError **error)
{
	Words *words = data;
	g_autoptr(User) user = user_find_email(db, words->email, error);

	if (user == NULL) {
		if (error == NULL || *error == NULL)
			g_set_error(error, ERR, ERR_NOT_FOUND, "nobody here has the address %s", words->email);
		return FALSE;
	}
	g_clear_pointer(&words->printed, g_free);
	words->printed = token_add(db, user->id, words->name, actor_system(), clock_now_ms(), NULL, error);
	return words->printed != NULL;
}

int
cmd_token(int argc, char **argv)
{
	static Words words;
	const GOptionEntry entries[] = {
		{ "email", 0, 0, G_OPTION_ARG_STRING, &words.email, "whose token: it may what they may", "E" },
		{ "name", 0, 0, G_OPTION_ARG_STRING, &words.name, "what it is for", "N" },
		{ NULL },
	};
	g_autoptr(Store) store = NULL;
	g_autoptr(GError) error = NULL;

	if (argc < 2 || strcmp(argv[1], "add") != 0) {
		fputs("usage: redress token add --data DIR --email E --name N\n", stderr);
		return 2;
	}
	if (!command_options("token add", "add", entries, &argc, &argv))
		return 2;
	if (words.email == NULL || words.name == NULL) {
		fputs("redress token add: --email and --name are needed\n", stderr);
		return 2;
	}
	if ((store = command_store(FALSE, TRUE)) == NULL)
		return 1;
	if (!store_write(store, add_token, &words, &error))
		return command_fail("token add", error);
	puts(words.printed);
	return 0;
}
