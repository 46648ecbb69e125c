/* bounce_words.c - what servers' refusals mean: whether the address is gone, and a status where they say none. The codes
 * are those of RFC 3463, RFC 5248 and RFC 7505; the words are what servers are seen to say. Which words belong to which
 * recipient: mail/bounce_notice.c. */
#include "mail/bounce_inner.h"
#include <string.h>

typedef enum {
	UNCLEAR,
	FULL,
	SIZE,
	MOVED,
	UNKNOWN,
	HOST,
	NO_MAIL,
	CLOSED,
	SENDER,
	RELAY,
	SPAM,
	POLICY,
	CONTENT,
	BUSY,
	NETWORK,
	EXPIRED,
	SYSTEM,
	N_CAUSES
} Cause;

static const struct {
	const char *status;	/* without its class */
	gboolean hard, passing; /* @passing: it is a matter of time, whatever the class said */
} causes[N_CAUSES] = {
	[FULL] = { "2.2", FALSE, FALSE },
	[SIZE] = { "3.4", FALSE, FALSE },
	[MOVED] = { "1.6", TRUE, FALSE },
	[UNKNOWN] = { "1.1", TRUE, FALSE },
	[HOST] = { "1.2", TRUE, FALSE },
	[NO_MAIL] = { "1.10", TRUE, FALSE },
	[CLOSED] = { "2.1", FALSE, FALSE },
	[SENDER] = { "1.8", FALSE, FALSE },
	[RELAY] = { "7.1", FALSE, FALSE },
	[SPAM] = { "7.1", FALSE, FALSE },
	[POLICY] = { "7.1", FALSE, FALSE },
	[CONTENT] = { "6.0", FALSE, FALSE },
	[BUSY] = { "7.1", FALSE, TRUE },
	[NETWORK] = { "4.1", FALSE, TRUE },
	[EXPIRED] = { "4.7", FALSE, TRUE },
	[SYSTEM] = { "3.0", FALSE, FALSE },
};

typedef struct {
	Cause cause;
	const char *phrases; /* between |; a * spans up to GAP_MAX bytes */
} Meaning;

/* The first that fits decides, so the more telling stand first. */
static const Meaning plain[] = {
	{ SYSTEM, "pipe to |" },
	{ FULL, "mailbox full|mailbox is full|mailbox*is full|mailfolder is full|inbox is full|inbox full|account is full|user is over*quota|"
		"over quota|overquota|over the*quota|exceeded*quota|exceeds*quota|exceed*quota|quota exceeded|quota full|quota violation|"
		"out of storage space|storage quota|disk quota|not enough storage space|not enough disk space|insufficient disk space*mailbox|"
		"mailbox exceed|mailbox has exceeded|mailbox size limit exceeded|exceeds allowed size|exceeded storage allocation|"
		"exceeded the local limit|mail box full|mail box is full|maildir*overdrawn|mailbox*too many messages|"
		"too many messages in*mailbox|no space left in mailbox|mailbox*limit|boite du destinataire pleine|boîte*pleine|postfach*voll|"
		"postfach ist voll|recipient is over|overdrawn his diskspace|message store is full|buzón*lleno|casella*piena|メールボックスが一杯|"
		"メールボックスに空き|容量|ящик переполнен|邮箱已满|no room in mailbox|mailbox*is out of space|users mailbox is currently full|"
		"account*over*allocated|no available space" },
	{ SIZE, "message size exceeds|exceeds*message size|message too large|message is too large|message too big|message is too big|"
		"exceeded*message size|message length exceeds|message exceeds*size|max message size|maximum message size|message file too big|"
		"too large for*recipient|larger than the current system limit|size limit|exceeds maximum*size|message body*too large|"
		"msg size*exceed|message header size exceeds" },
	{ MOVED, "has moved|mailbox moved|recipient moved|has been replaced by|user not local; please try|changed*address|new address|"
		 "user not local*forward" },
	{ RELAY,
		"relay access denied|relaying denied|relaying is denied|relay not permitted|relaying is not|relay denied|relaying not|"
		"unable to relay|not permitted to relay|we do not relay|cannot relay|no relaying|relay*not allowed|"
		"isn't in my list of allowed rcpthosts|insecure mail relay|relaying mail to*not allowed|not an open relay|is not local*relay|"
		"mail server requires authentication|authentication required for relay|not local host*not a gateway" },
	{ SENDER,
		"sender address rejected|sender rejected|sender denied|sender verify failed|sender domain|domain of sender|sender's domain|"
		"sender ip must resolve|sender is not allowed|sender address has been|not allowed to send from|bad sender|invalid sender|"
		"unverified*sender|sender not|unknown sender|sender unknown|sender is spammer|envelope blocked|blocked by sender|"
		"after mail from|response to mail from|emetteur invalide|adresse d expediteur inconnue|return path|reverse-path|from address|"
		"does not accept mail from" },
	{ POLICY,
		"unauthenticated email|dmarc|dkim|spf check|spf fail|spf record|spf:|sender policy framework|reverse dns|ptr record|rdns|"
		"no ptr|reverse hostname|reverse lookup|cannot find your hostname|client host rejected|unresolvable*helo|"
		"helo command rejected|unable to verify sending ip|not rfc|rfc 5322|rfc5322|rfc 2822|may not exist|may not have permission|"
		"not a member|not member|authentication checks|投稿する権限|權限|权限" },
	{ SPAM, "spam|unsolicited|blacklist|black list|block list|blocklist|blocked using|dnsbl|rbl |reputation|is blocked|has been blocked|"
		"was blocked|are blocked|blocked by|junk mail|bulk mail|barracuda|phish|virus|malware|infected|banned|abuse" },
	{ BUSY, "greylist|graylist|grey-list|too many connections|too many concurrent|too many sessions|too fast|rate limit|"
		"rate that prevents|throttl|too many messages|too many recipients|connection limit|too many emails|too many mails|"
		"sending limit|limit exceeded|too many hops|too many errors|mail loop|loops back|loop detected|try again later|"
		"duplicated message-id" },
	{ HOST, "host or domain name not found|no mx record|no mail exchanger" },
	{ NETWORK, "host not found, try again|remote protocol error|connection reset" },
	{ CLOSED,
		"mailbox unavailable or access denied|account*disabled|mailbox*disabled|user*disabled|recipient*disabled|address*disabled|"
		"account*suspended|user*suspended|recipient suspend|mailbox*suspended|domain*suspended|account*inactive|mailbox*inactive|"
		"user*inactive|inactive recipient|is inactive|account*locked|mailbox*frozen|account*expired|account*deactivated|"
		"has been deactivated|is a deactivated|not active|temporarily*locked|mailbox currently suspended|invalid/inactive|"
		"account that you tried to reach is disabled|restricted|rejected by a remote mail server|has been suspended|"
		"service is not available for" },
	{ NO_MAIL, "does not accept mail|does not receive mail|doesn't accept mail|null mx|nullmx|not accepting network messages|"
		   "not accept any mail|domain does not accept|name server: .: host not found|smtp protocol returned a permanent error|"
		   "no smtp service" },
	{ UNKNOWN,
		"recipient address rejected: access denied|no such user|no such recipient|no such address|no such mailbox|no such account|no such person|"
		"no such local|no such email|no such name|does not exist|doesn't exist|did not exist|nonexistent|non-existent|not a valid mailbox|"
		"not a valid user|not a valid recipient|no user by|no account by|user unknown|unknown user|user * unknown|user not known|unknown recipient|unknown address|unknown*mailbox|unknown account|"
		"unknown local|recipient unknown|recipient*unknown|address unknown|mailbox unknown|account unknown|addressee unknown|"
		"no mailbox|no valid recipient|no recipient|no email address by|user not found|user * not found|user*not found|"
		"recipient*not found|recipnotfound|mailbox not found|mailbox*not found|address*not found|address wasn't found|"
		"couldn't be found|account not found|doesn't exist|nonexistent|non-existent|non existent|not a valid mailbox|not a valid user|"
		"not a valid recipient|invalid recipient|invalid user|invalid mailbox|invalid address|invalid local|invalid*delivery userid|"
		"invalid destination|recipient*invalid|bad destination|bad recipient|bad address|doesn't have*account|does not have*account|"
		"not listed in|not our customer|unrouteable address|unroutable address|undeliverable address|unknown or illegal|"
		"name is not recognized|recipient*not recognized|not recognised|address not known|is not known|not a known user|"
		"nobody by that name|no one by that name|does not like recipient|possibly incorrect|account has been deleted|"
		"destinataire inconnu|adresse inconnue|utilisateur inconnu|adresse d au moins un destinataire invalide|empfänger unbekannt|"
		"benutzer unbekannt|unbekannter empf|usuario desconocido|utente sconosciuto|宛先不明|存在しない|存在しません|リストにありません|不存在|не существует|"
		"не найден|見つかりません|user doesn't" },
	{ HOST, "host unknown|unknown host|host not found|domain*not found|no such domain|couldn't find any host|unknown domain|"
		"domain*unknown|unrouteable mail domain|unrouteable domain|domain not exist|illegal host/domain|no mail server|"
		"bad destination system|domain isn't|domain must resolve|not in dns|no dns|nxdomain|couldn't find a mail exchanger|"
		"domain name not found|no matches to nameserver query|ホストが見つかりません|recipient's domain|host name is unknown|"
		"domain is not reachable|no mx found|unknown*domain" },
	{ EXPIRED,
		"retry timeout exceeded|queue too long|could not be delivered for|not yet been delivered|not been able to deliver|could not send message for past|will continue to be attempted|delivery time expired|message expired" },
	{ NETWORK,
		"connection refused|timed out|timeout|no route to host|unreachable|connection reset|connection lost|connection was dropped|"
		"lost connection|connection broken|unable to connect|could not connect|establish an smtp connection|name service error|"
		"connection closed|connection to|dns error|dns lookup|no connection" },
};

/* Words that say less than a status does. */
static const Meaning vague[] = {
	{ UNKNOWN, "recipient address rejected|recipient rejected|no such|no longer|is not a valid|mailbox unavailable|address you entered|"
		   "not exist|no user|no account" },
	{ POLICY, "policy|administrative prohibition|not authorized|authentication|starttls|tls |not permitted|not allowed|message refused|"
		  "rejected|refused to accept|denied|use the smtp server of your isp|blocked|not accepted" },
	{ CONTENT, "header error|content|bare lf|8-bit|8bit|attachment|improper use of" },
	{ SYSTEM, "system resources|insufficient system|internal error|system error|configuration error|no space left on device|"
		  "command time limit|service unavailable|service not available|input/output error|child status|syntax error|local error|"
		  "unexpected|system not accepting" },
	{ EXPIRED, "temporar|deferred|expired|delayed|warning:|frozen" },
};

/* What a status means by itself; without its class. */
static const struct {
	const char *code;
	Cause cause;
} codes[] = {
	{ "1.1", UNKNOWN },
	{ "1.0", UNKNOWN },
	{ "1.2", HOST },
	{ "1.3", UNKNOWN },
	{ "1.6", MOVED },
	{ "1.7", SENDER },
	{ "1.8", SENDER },
	{ "1.9", SENDER },
	{ "1.10", NO_MAIL },
	{ "2.0", CLOSED },
	{ "2.1", CLOSED },
	{ "2.2", FULL },
	{ "2.3", SIZE },
	{ "3.0", SYSTEM },
	{ "3.1", SYSTEM },
	{ "3.2", NO_MAIL },
	{ "3.4", SIZE },
	{ "4.1", NETWORK },
	{ "4.2", NETWORK },
	{ "4.4", HOST },
	{ "4.6", BUSY },
	{ "4.7", EXPIRED },
	{ "7.13", CLOSED },
};

enum { GAP_MAX = 60, GAP_TRIES = 8 };

/* Whether @size bytes of @phrase stand in @text. */
static gboolean
has_phrase(const char *text, gsize text_size, const char *phrase, gsize size)
{
	const char *star = memchr(phrase, '*', size), *end = text + text_size, *at = text;
	gsize head = star != NULL ? (gsize)(star - phrase) : size;

	for (guint n = 0; n < GAP_TRIES && (at = memmem(at, (gsize)(end - at), phrase, head)) != NULL; n++) {
		if (star == NULL)
			return TRUE;
		at += head;
		if (memmem(at, MIN((gsize)(end - at), GAP_MAX + size - head - 1), star + 1, size - head - 1) != NULL)
			return TRUE;
	}
	return FALSE;
}

static Cause
cause_of_words(const char *text, const Meaning *meanings, guint n)
{
	gsize text_size = strlen(text);

	for (guint i = 0; i < n; i++)
		for (const char *phrase = meanings[i].phrases; *phrase != '\0';) {
			gsize size = strcspn(phrase, "|");

			if (has_phrase(text, text_size, phrase, size))
				return meanings[i].cause;
			phrase += size + (phrase[size] == '|');
		}
	return UNCLEAR;
}

static Cause
cause_of_status(const char *status)
{
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		if (status[0] != '\0' && strcmp(status + 2, codes[i].code) == 0)
			return codes[i].cause;
	if (status[0] != '\0')
		return g_str_has_prefix(status + 2, "7.") ? POLICY : g_str_has_prefix(status + 2, "6.") ? CONTENT : UNCLEAR;
	return UNCLEAR;
}

/* "5.1.1" at @text, no part of a longer number. */
static gsize
status_size(const char *text)
{
	gsize n = 2;

	if ((text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.')
		return 0;
	for (guint part = 0; part < 2; part++) {
		gsize digits = 0;

		while (digits < 4 && g_ascii_isdigit(text[n + digits]))
			digits++;
		if (digits == 0 || digits > 3)
			return 0;
		n += digits;
		if (part == 0 && text[n++] != '.')
			return 0;
	}
	return g_ascii_isalnum(text[n]) || (text[n] == '.' && g_ascii_isdigit(text[n + 1])) ? 0 : n;
}

/* "550 " or "550-" at @text: a code that SMTP knows. */
static gboolean
is_reply_code(const char *text)
{
	static const char tens[] = "0123457";

	return (text[0] == '4' || text[0] == '5') && text[1] != '\0' && strchr(tens, text[1]) != NULL && g_ascii_isdigit(text[2]) &&
	       (text[0] == '5' || text[1] != '0') && !g_ascii_isalnum(text[3]) && text[3] != '.' && text[3] != ',' && text[3] != ')' &&
	       text[3] != '/' && text[3] != '@' && text[3] != '>';
}

const char *
bounce_answer_find(const char *text)
{
	const char *bare = NULL;

	for (const char *at = text; *at != '\0'; at++) {
		if (!g_ascii_isdigit(*at) || (at > text && (g_ascii_isalnum(at[-1]) || strchr("./-_=[(<@", at[-1]) != NULL)))
			continue;
		if (status_size(at) > 0)
			return bare != NULL ? bare : at;
		if (!is_reply_code(at))
			continue;
		if (at[3] != '\0' && status_size(at + 4) > 0)
			return at;
		if (bare == NULL)
			bare = at;
	}
	return bare;
}

/* The status within a server's answer; @size 0: it says none. */
static const char *
status_find(const char *answer, gsize *ret_size)
{
	for (const char *at = answer; *at != '\0' && at - answer < BOUNCE_REASON_MAX; at++)
		if (g_ascii_isdigit(*at) && (at == answer || !(g_ascii_isalnum(at[-1]) || strchr("./@[", at[-1]) != NULL)) &&
			(*ret_size = status_size(at)) > 0)
			return at;
	*ret_size = 0;
	return NULL;
}

/* Lower case, one space where there were several, breaks among them. */
static char *
fold_words(const char *words)
{
	GString *out = g_string_sized_new(MIN(strlen(words), (gsize)BOUNCE_WORDS_MAX * 2));

	for (const char *c = words; *c != '\0' && out->len < BOUNCE_WORDS_MAX * 2; c++)
		if (!g_ascii_isspace(*c))
			g_string_append_c(out, g_ascii_tolower(*c));
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	return g_string_free(out, FALSE);
}

static gboolean
is_general(const char *status)
{
	return status[0] == '\0' || strcmp(status + 1, ".0.0") == 0;
}

static void
take_status(BounceRecipient *recipient, const char *words)
{
	gsize size = 0;
	const char *answer = bounce_answer_find(words), *status = answer != NULL ? status_find(answer, &size) : NULL;

	if (status != NULL && status[0] != '2') {
		g_free(recipient->status);
		recipient->status = g_strndup(status, size);
	}
}

/* The class that the answer or the words speak of. */
static char
class_of(const BounceRecipient *recipient, const char *words, Cause cause)
{
	const char *answer = bounce_answer_find(words);

	if (recipient->status[0] != '\0')
		return recipient->status[0];
	if (recipient->action == BOUNCE_DELAYED)
		return '4';
	if (answer != NULL && (*answer == '4' || *answer == '5'))
		return *answer;
	return causes[cause].passing ? '4' : '5';
}

gboolean
bounce_judge(BounceRecipient *recipient, const char *words, gboolean vaguely)
{
	g_autofree char *folded = NULL;
	Cause by_status, cause;

	if (recipient->action == BOUNCE_DELIVERED || recipient->action == BOUNCE_COMPLAINED)
		return TRUE;
	folded = fold_words(words);
	if (is_general(recipient->status))
		take_status(recipient, words);
	by_status = cause_of_status(recipient->status);
	cause = cause_of_words(folded, plain, G_N_ELEMENTS(plain));
	if (by_status == FULL || by_status == SIZE || by_status == SENDER || cause == UNCLEAR)
		cause = by_status;
	if (cause == UNCLEAR && vaguely)
		cause = cause_of_words(folded, vague, G_N_ELEMENTS(vague));
	if (is_general(recipient->status) && cause != UNCLEAR) {
		char class = class_of(recipient, words, cause);

		g_free(recipient->status);
		recipient->status = g_strdup_printf("%c.%s", class, causes[cause].status);
	}
	recipient->hard = causes[cause].hard && recipient->action == BOUNCE_FAILED;
	return cause != UNCLEAR;
}
