/* bounce_notice.c - who failed by the words people are told: an address that begins a line, else one that a refusal
 * names. Fields: mail/bounce_status.c; the mail that is given back: mail/bounce_source.c. */
#include "mail/bounce_inner.h"
#include <string.h>

enum { NEAR = 400, PER_LINE_MAX = 8, ALIAS_WITHIN = 400 };

/* How well a line says that its address failed. OWN: it does, but the address is the one who was told. */
typedef enum { NOT_FAILED, OWN, NAMED, REFUSED, LISTED } Claim;

/* Words in front of an address that did not fail. */
static const char *const bystanders[] = { "from", "sender", "contact", "postmaster", "support", "administrator", "help", "reply-to",
	"message-id:", "abuse", "envelope", "http", "generated", "expanded", "alias", "write to", "mail to us", "questions", "e-mail us",
	"email us", "hello", "dear", "by ", "cc:", "on behalf", "new address", "try", "forward to", "send mail to", "subscribe", "送信者",
	"差出人", "вопрос", NULL };
/* Words in front of one that did. */
static const char *const refusals[] = { "rcpt to", "recipient", "deliver", "addressed to", "user", "mailbox", "address", "account",
	"to:", "failed", "reach", "unknown", "fehlgeschlagen", "empfänger", "destinataire", "destinatario", "宛先", "送信先", "адрес",
	"получател", "could not be sent", "problem", "full", "rejected", "mailing list", "duplicated", NULL };
/* A line that ends like this speaks of the next one's address as of somebody's to ask. */
static const char *const askers[] = { "contact", "to the address", "write to", "help", "support", "questions", "administrator", "mail to",
	"sent by", NULL };

static const char *
line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* What stands before the address, lower case, without what only decorates it; "" when the address begins the line. */
static char *
words_before(const char *line, const char *address)
{
	char *words = g_ascii_strdown(MAX(line, address - NEAR), address - MAX(line, address - NEAR));

	g_strdelimit(words, "\t\r<>\"'*|[(=`", ' ');
	if (words[strspn(words, " -.")] == '\0')
		words[0] = '\0';
	return g_strstrip(words);
}

static gboolean
is_innocent(const BounceSource *source, const char *address)
{
	g_autofree char *folded = g_ascii_strdown(address, -1);

	return g_hash_table_contains(source->innocent, folded) || bounce_is_reporter("", address);
}

/* @above: the last line with words, lower case, or NULL. */
static Claim
weigh(const BounceSource *source, const char *line, const char *start, const char *stop, const char *above)
{
	g_autofree char *address = bounce_address_dup(start, stop), *before = words_before(line, start), *rest = NULL;
	const char *domain = strrchr(address, '@') + 1;
	gboolean bracketed = start > line && start[-1] == '<' && *stop == '>';

	if (is_innocent(source, address)) {
		if (*before != '\0')
			return NOT_FAILED;
		return *stop == ':' || (bracketed && stop[1] == ':') ? LISTED : OWN;
	}
	if (strchr(domain, '.') == NULL && !bracketed)
		return NOT_FAILED;
	if (*before == '\0')
		return above != NULL && bounce_has_words(above, askers) ? NAMED : LISTED;
	if (bounce_has_words(before, bystanders))
		return NOT_FAILED;
	rest = g_strndup(line, MIN((gsize)(line_end(line) - line), (gsize)NEAR));
	if (bounce_answer_find(rest) != NULL || bounce_has_words(before, refusals))
		return REFUSED;
	return NAMED;
}

/* "(expanded from: <alias@x>)", "(generated from alias@x)": it was sent there. */
static void
read_alias(BounceRecipient *recipient, const char *words, const char *end)
{
	static const char *const origins[] = { "expanded from", "generated from", NULL };

	for (guint i = 0; origins[i] != NULL; i++) {
		const char *at = memmem(words, (gsize)(end - words), origins[i], strlen(origins[i])), *stop;

		if (at != NULL)
			at = bounce_address_find(at, MIN(at + BOUNCE_ADDRESS_MAX, end), &stop);
		if (at == NULL)
			continue;
		g_free(recipient->sent_to);
		recipient->sent_to = bounce_address_dup(at, stop);
		return;
	}
}

/* The words about an address: what follows it where it begins its line, else the line; up to the next such line. */
typedef void (*FoundAddress)(char *address, const char *words, const char *words_end, gpointer data);

/* Calls @found for each line's address that is claimed at least so well. Returns the best claim. */
static Claim
walk(const BounceSource *source, Claim least, FoundAddress found, gpointer data)
{
	g_autofree char *above = NULL, *pending = NULL;
	const char *words = NULL;
	Claim best = NOT_FAILED;

	for (const char *line = source->notice; *line != '\0';) {
		const char *end = line_end(line), *stop = NULL, *start = bounce_address_find(line, end, &stop);
		Claim claim = NOT_FAILED;

		const char *s = start, *e = stop;

		for (guint n = 0; s != NULL && claim < REFUSED && n < PER_LINE_MAX; n++, s = bounce_address_find(e, end, &e)) {
			Claim next = weigh(source, line, s, e, above);

			if (next > claim)
				claim = next, start = s, stop = e;
		}
		best = MAX(best, claim);
		if (found != NULL && claim >= least && claim != NOT_FAILED) {
			if (pending != NULL)
				found(g_steal_pointer(&pending), words, line, data);
			pending = bounce_address_dup(start, stop);
			words = claim == LISTED || claim == OWN ? stop : line;
		}
		if (end - line > 1) {
			g_free(above);
			above = g_ascii_strdown(line, MIN(end - line, NEAR));
		}
		line = end + (*end == '\n');
	}
	if (pending != NULL)
		found(g_steal_pointer(&pending), words, source->notice + strlen(source->notice), data);
	return best;
}

gboolean
bounce_notice_waits(const BounceSource *source)
{
	static const char *const subjects[] = { "delayed", "warning:", "delay)", NULL };
	static const char *const words[] = { "not yet been delivered", "will continue", "will keep trying", "still trying",
		"will be retried", "temporary failure report", "warning message only", "need to resend", "no action is required",
		"will try again", NULL };
	g_autofree char *subject = g_ascii_strdown(source->mail->subject, -1);
	g_autofree char *notice = g_ascii_strdown(source->notice, MIN((gssize)strlen(source->notice), BOUNCE_WORDS_MAX * 2));

	return bounce_has_words(subject, subjects) || bounce_has_words(notice, words);
}

typedef struct {
	MailBounce *bounce;
	gboolean only_aliases; /* who failed is known; where it was sent to, the words may say */
} Found;

static void
add_found(char *address, const char *words, const char *words_end, gpointer data)
{
	const Found *found = data;
	guint n = found->bounce->recipients->len;
	BounceRecipient *recipient = bounce_recipient(found->bounce, address);

	if (recipient != NULL && found->only_aliases && found->bounce->recipients->len > n)
		g_ptr_array_set_size(found->bounce->recipients, (gint)n);
	else if (recipient != NULL && strcmp(recipient->sent_to, recipient->address) == 0)
		read_alias(recipient, words, MIN(words_end, words + ALIAS_WITHIN));
}

void
bounce_notice_read(const BounceSource *source, MailBounce *bounce)
{
	Found found = { bounce, bounce->recipients->len > 0 };
	Claim best = walk(source, NOT_FAILED, NULL, NULL);

	if (best >= REFUSED || (best != NOT_FAILED && source->original_to->len == 0))
		walk(source, best, add_found, &found);
}

static void
add_about(char *address, const char *words, const char *words_end, gpointer data)
{
	GHashTable *about = data;
	g_autofree char *folded = g_ascii_strdown(address, -1);
	GString *all = g_hash_table_lookup(about, folded);

	g_free(address);
	if (all == NULL) {
		all = g_string_new(NULL);
		g_hash_table_insert(about, g_steal_pointer(&folded), all);
	}
	while (words < words_end && strchr(">:\"' \t\r\n", *words) != NULL)
		words++;
	if (all->len < BOUNCE_WORDS_MAX) {
		g_string_append_len(all, words, MIN(words_end - words, BOUNCE_WORDS_MAX));
		g_string_append_c(all, '\n');
	}
}

static void
string_free(gpointer string)
{
	g_string_free(string, TRUE);
}

const char *
bounce_notice_about(BounceSource *source, const BounceRecipient *recipient)
{
	g_autofree char *folded = g_ascii_strdown(recipient->address, -1);
	const GString *words;

	if (source->about == NULL) {
		source->about = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, string_free);
		walk(source, OWN, add_about, source->about);
	}
	words = g_hash_table_lookup(source->about, folded);
	return words != NULL ? words->str : "";
}
