/* lmtp_load.c - many connections that deliver small messages by LMTP, one after another each: how many a second are taken.
 *   lmtp_load PORT RECIPIENT CONNECTIONS SECONDS */
#include <arpa/inet.h>
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
	int port, number;
	const char *to;
	gint64 until;
	guint taken, refused;
} Sender;

/* The last line of an answer, its code; 0 when the server is gone. */
static int
answer(FILE *in)
{
	char line[1024];

	do {
		if (fgets(line, sizeof line, in) == NULL)
			return 0;
	} while (strlen(line) > 3 && line[3] == '-');
	return atoi(line);
}

static gboolean
deliver(Sender *self, FILE *in, int fd, guint n)
{
	g_autofree char *words = g_strdup_printf("MAIL FROM:<anna@example.net>\r\nRCPT TO:<%s>\r\nDATA\r\n", self->to);
	g_autofree char *mail = g_strdup_printf(
		"From: Anna <anna%d@example.net>\r\nTo: %s\r\nSubject: Kettle %d-%u\r\nMessage-ID: <l%d.%u.%d@example.net>\r\n\r\n"
		"The kettle I bought last week leaks at the handle. I would like a new one, or my money back.\r\nRegards, Anna\r\n.\r\n",
		self->number, self->to, self->number, n, self->number, n, (int)getpid());
	int codes[3];

	if (write(fd, words, strlen(words)) < 0)
		return FALSE;
	for (int i = 0; i < 3; i++)
		codes[i] = answer(in);
	if (codes[2] != 354 || write(fd, mail, strlen(mail)) < 0)
		return FALSE;
	return answer(in) == 250;
}

static void *
run(void *data)
{
	Sender *self = data;
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons((guint16)self->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *in;

	if (connect(fd, (struct sockaddr *)&where, sizeof where) != 0)
		return NULL;
	in = fdopen(dup(fd), "r");
	if (answer(in) == 220 && write(fd, "LHLO bench\r\n", 12) == 12 && answer(in) == 250)
		for (guint n = 0; g_get_monotonic_time() < self->until; n++)
			*(deliver(self, in, fd, n) ? &self->taken : &self->refused) += 1;
	fclose(in);
	close(fd);
	return NULL;
}

int
main(int argc, char **argv)
{
	int n = argc == 5 ? atoi(argv[3]) : 0, seconds = argc == 5 ? atoi(argv[4]) : 0;
	g_autofree Sender *senders = g_new0(Sender, n + 1);
	g_autofree pthread_t *threads = g_new0(pthread_t, n + 1);
	gint64 start = g_get_monotonic_time();
	guint taken = 0, refused = 0;

	if (n < 1 || seconds < 1) {
		fputs("usage: lmtp_load PORT RECIPIENT CONNECTIONS SECONDS\n", stderr);
		return 2;
	}
	for (int i = 0; i < n; i++) {
		senders[i] = (Sender){ atoi(argv[1]), i, argv[2], start + seconds * G_USEC_PER_SEC, 0, 0 };
		pthread_create(&threads[i], NULL, run, &senders[i]);
	}
	for (int i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		taken += senders[i].taken;
		refused += senders[i].refused;
	}
	printf("{\"per_s\": %.1f, \"taken\": %u, \"refused\": %u}\n", taken / ((double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC), taken, refused);
	return 0;
}
