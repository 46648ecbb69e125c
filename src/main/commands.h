/* commands.h - the program's commands. Each takes the arguments behind its name and answers the exit status: 0 done,
 * 1 failed (one line on standard error says what to do), 2 wrong usage. */
#pragma once
#include "base/err.h"
#include "store/store.h"
G_BEGIN_DECLS

int cmd_serve(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_token(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_demo(int argc, char **argv);
int cmd_mail(int argc, char **argv);
int cmd_mailbox(int argc, char **argv);

/* What every command shares: --data DIR and --database URL. */
typedef struct {
	char *data_dir, *url;
} CommonOptions;
extern CommonOptions common_options;
/* Parses @entries besides the shared ones; FALSE with the fault said on standard error. @what: "user add". */
gboolean command_options(const char *what, const char *about, const GOptionEntry *entries, int *argc, char ***argv);
/* Opens the store of --data (making the folder when @make), migrating; @beside: also while a server runs on it. NULL with
 * the fault said. */
Store *command_store(gboolean make, gboolean beside);
/* The same as @wished; the folder and the address are those of the command line. */
Store *command_store_with(const StoreOptions *wished, gboolean make);
/* One unit of work, also while a server runs: store_write_once(). The folder is made. */
gboolean command_write_once(StoreWork work, gpointer data, GError **error);
/* Says the fault as one line; answers 1. */
int command_fail(const char *what, const GError *error);
/* One line from standard input without its end, at most 1 kB. (transfer full) NULL with the fault said. */
char *command_read_line(const char *what);

G_END_DECLS
