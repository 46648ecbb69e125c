/* main.c - the command line: which command, then its file. */
#include "base/log.h"
#include "base/secret.h"
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	if (!secret_init()) {
		log_error("main", "the system has no source of randomness");
		return 1;
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("redress " REDRESS_VERSION);
		return 0;
	}
	fprintf(stderr, "usage: redress COMMAND\n");
	return 2;
}
