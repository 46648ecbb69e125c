/* main.c - the command line: which command, then its own file (main/cmd_*.c). */
#include "base/json.h"
#include "base/log.h"
#include "base/secret.h"
#include "main/commands.h"
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
} commands[] = {
	{ "serve", cmd_serve, "answer on the web: redress serve --data DIR [--listen ADDR:PORT]" },
	{ "user", cmd_user, "redress user add --data DIR --email E --name N --role ROLE --password-stdin" },
	{ "token", cmd_token, "redress token add --data DIR --email E --name N: prints an API token, once" },
	{ "export", cmd_export, "redress export --data DIR [--format ndjson|csv] [FILE]" },
	{ "import", cmd_import, "redress import --data DIR --format cfpb|csv|ndjson [--dry-run] FILE" },
	{ "mail", cmd_mail, "redress mail receive|import|journal --data DIR ...: mail from a pipe or files, and what became of it" },
	{ "mailbox", cmd_mailbox, "redress mailbox add|list|test --data DIR ...: the addresses customers write to" },
	{ "demo", cmd_demo, "make a plausible company's year: redress demo --data DIR --cases N --seed S" },
};

static int
list_commands(void)
{
	puts("Redress keeps complaints until they are put right.\n");
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		printf("  redress %-7s %s\n", commands[i].name, commands[i].about);
	puts("\n  redress COMMAND --help   says more\n  redress --version");
	return 0;
}

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	json_pool_use();
	if (!secret_init()) {
		log_error("main", "the system has no source of randomness");
		return 1;
	}
	if (argc < 2) {
		fputs("usage: redress COMMAND [OPTIONS]; redress --help lists the commands\n", stderr);
		return 2;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("redress " REDRESS_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return list_commands();
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "redress: there is no command '%s'; redress --help lists those there are\n", argv[1]);
	return 2;
}
