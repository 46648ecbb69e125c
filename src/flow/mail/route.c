/* route.c - see route.h. */
#include "flow/mail/route.h"
#include "base/fold.h"
#include "base/ids.h"
#include "cases/case.h"
#include "mail.sql.h"
#include <string.h>

enum { TRIED_MAX = 20, MERGES_MAX = 8, IDS_MAX = 50 }; /* IDS_MAX: of a header that names thousands, the newest are asked for */

void
mail_route_clear(MailRoute *route)
{
	g_free(route->sender_name);
	g_free(route->sender);
	json_decref(route->routing);
	memset(route, 0, sizeof *route);
}

static gboolean
is_prefix(const char *word, gsize size)
{
	static const char *const words[] = { "re", "aw", "antw", "antwort", "fw", "fwd", "wg", "sv", "vs", "vb", "rif", "r", "i", "ref", "tr", "rv", "enc", "res", "odp", "pd", "ynt", "ilt", "doorst", "vl" };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strlen(words[i]) == size && g_ascii_strncasecmp(words[i], word, size) == 0)
			return TRUE;
	return FALSE;
}

/* "Re: AW[2]: subject": how many bytes of it are such words. */
static gsize
prefix_size(const char *text)
{
	gsize at = 0;

	for (;;) {
		gsize from = at + strspn(text + at, " \t"), size = 0, end;

		while (g_ascii_isalpha(text[from + size]))
			size++;
		end = from + size;
		if (text[end] == '[' || text[end] == '(')
			end += strcspn(text + end, "])") + 1;
		if (size == 0 || end > strlen(text) || text[end] != ':' || !is_prefix(text + from, size))
			return at;
		at = end + 1;
	}
}

char *
mail_subject_fold(const char *subject)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *text = subject + prefix_size(subject);
	g_autofree char *lower = NULL;

	for (const char *p = text; *p != '\0';) {
		char ref[16];
		gsize inside = *p == '[' ? strcspn(p, "]") : 0;
		g_autofree char *word = inside > 0 && p[inside] == ']' ? g_strndup(p, inside + 1) : NULL;

		if (word != NULL && mail_ref_in(word, ref))
			p += inside + 1;
		else
			g_string_append_c(out, *p++);
	}
	lower = g_utf8_casefold(out->str, -1);
	g_string_truncate(out, 0);
	for (const char *p = lower; *p != '\0'; p++)
		if (*p != ' ' && *p != '\t')
			g_string_append_c(out, *p);
	return g_strdup(out->str);
}

/* Eight letters and digits with a dash in their middle and nothing of their kind around them: ordinary words are not asked. */
gboolean
mail_ref_in(const char *text, char ret_ref[16])
{
	for (const char *dash = strchr(text, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
		char word[10], ref[REF_SIZE];
		gboolean whole = dash - text >= 4 && (dash - text == 4 || (!g_ascii_isalnum(dash[-5]) && dash[-5] != '-'));

		for (int i = 1; i <= 4 && whole; i++)
			whole = g_ascii_isalnum(dash[-i]) && g_ascii_isalnum(dash[i]);
		if (!whole || g_ascii_isalnum(dash[5]) || dash[5] == '-')
			continue;
		memcpy(word, dash - 4, 9);
		word[9] = '\0';
		if (!ref_read(word, ref))
			continue;
		g_strlcpy(ret_ref, ref, 16);
		return TRUE;
	}
	return FALSE;
}

typedef struct {
	Db *db;
	const MailRouteAsk *ask;
	const MailMessage *mail;
	MailRoute *route;
	json_t *tried;
	const char *rule;
	gint64 case_id; /* found */
	gboolean by_form; /* its sender is what somebody typed */
	gboolean failed;
	GError **error;
} Search;

/* Remembers what was asked; TRUE ends the search. */
static gboolean
tried(Search *self, const char *rule, const char *matched, gint64 case_id)
{
	if (json_array_size(self->tried) < TRIED_MAX || case_id != 0) {
		json_t *one = json_object();

		json_put_text(one, "rule", rule);
		json_put_text(one, "matched", matched);
		json_put_bool(one, "found", case_id != 0);
		json_array_append_new(self->tried, one);
	}
	if (case_id == 0)
		return FALSE;
	self->rule = rule;
	self->case_id = case_id;
	json_put_text(self->route->routing, "matched", matched);
	return TRUE;
}

static gboolean
ended(const Search *self)
{
	return self->failed || self->case_id != 0;
}

Case *
mail_case_of(Db *db, gint64 case_id, GError **error)
{
	g_autoptr(Case) it = case_get(db, case_id, error);

	for (guint i = 0; it != NULL && it->merged_into != 0; i++) {
		gint64 next = it->merged_into;

		if (i == MERGES_MAX) {
			g_set_error(error, ERR, ERR_CORRUPT, "case %s was merged round in a circle", it->ref);
			return NULL;
		}
		g_clear_pointer(&it, case_free);
		it = case_get(db, next, error);
	}
	return g_steal_pointer(&it);
}

static gint64
case_of_ref(Search *self, const char *ref)
{
	g_autoptr(GError) why = NULL;
	gint64 id = 0;

	if (case_id_by_ref(self->db, ref, &id, &why))
		return id;
	if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) {
		g_propagate_error(self->error, g_steal_pointer(&why));
		self->failed = TRUE;
	}
	return 0;
}

static void
try_address(Search *self, const char *address)
{
	char ref[16];

	if (!ended(self) && address != NULL && thread_read_plus(self->ask->key, address, ref))
		tried(self, "token", address, case_of_ref(self, ref));
}

static void
try_token(Search *self)
{
	const GPtrArray *lists[] = { self->mail->to, self->mail->cc };

	try_address(self, self->ask->envelope_to);
	for (guint i = 0; self->mail->delivered_to != NULL && i < self->mail->delivered_to->len; i++)
		try_address(self, self->mail->delivered_to->pdata[i]);
	for (guint k = 0; k < G_N_ELEMENTS(lists); k++)
		for (guint i = 0; lists[k] != NULL && i < lists[k]->len; i++)
			try_address(self, ((const MailAddress *)lists[k]->pdata[i])->address);
}

static void
try_id(Search *self, const char *rule, const char *id, gboolean own)
{
	gint64 message_id = 0, case_id = 0;

	if (ended(self))
		return;
	if (!thread_find(self->db, id, own, &message_id, &case_id, self->error))
		self->failed = TRUE;
	else
		tried(self, rule, id, case_id);
}

static void
try_ids(Search *self, const char *rule, const GPtrArray *ids, gboolean own)
{
	guint n = ids != NULL ? ids->len : 0, least = n > IDS_MAX ? n - IDS_MAX : 0;

	for (guint i = n; i > least; i--)
		try_id(self, rule, ids->pdata[i - 1], own);
	if (least > 0)
		try_id(self, rule, ids->pdata[0], own); /* the root */
}

static void
try_subject(Search *self)
{
	char ref[16];

	if (!ended(self) && mail_ref_in(self->mail->subject, ref))
		tried(self, "subject_ref", ref, case_of_ref(self, ref));
}

/* A word of the subject that begins as the mailbox says ("INC", "SHOP-") and goes on with a digit. */
static void
try_external(Search *self)
{
	g_auto(GStrv) words = NULL;
	char **begins = self->ask->mailbox != NULL ? self->ask->mailbox->external_ids : NULL;

	if (ended(self) || begins == NULL || begins[0] == NULL)
		return;
	words = g_strsplit_set(self->mail->subject, " \t[](){}<>:;,#\"'", 60);
	for (guint i = 0; words[i] != NULL; i++)
		for (guint k = 0; begins[k] != NULL && !ended(self); k++) {
			gboolean found = FALSE;
			gint64 id = 0;

			if (!g_str_has_prefix(words[i], begins[k]) || !g_ascii_isdigit(words[i][strlen(begins[k])]))
				continue;
			if (!db_query_int(self->db, &SQL_MAIL_CASE_BY_EXTERNAL, DB_ARGS(DB_TEXT(words[i])), &id, &found, self->error))
				self->failed = TRUE;
			else
				tried(self, "external_id", words[i], found ? id : 0);
		}
}

static const MailAddress *
first_of(const GPtrArray *list)
{
	return list != NULL && list->len > 0 ? list->pdata[0] : NULL;
}

/* A web site's contact form writes from an address of its own, or of ours, and names its visitor in Reply-To. */
static gboolean
is_contact_form(const Search *self)
{
	const MailAddress *reply_to = first_of(self->mail->reply_to);
	const char *from = self->mail->from->address, *at = strchr(from, '@'), *ours = self->ask->mailbox != NULL ? strchr(self->ask->mailbox->address_key, '@') : NULL;

	if (reply_to == NULL || reply_to->address[0] == '\0' || self->route->kind == MAIL_AUTO_REPLY || self->route->kind == MAIL_BOUNCE)
		return FALSE;
	if (g_ascii_strcasecmp(reply_to->address, from) == 0)
		return FALSE;
	return from[0] == '\0' || (at != NULL && ours != NULL && g_ascii_strcasecmp(at, ours) == 0) || mail_address_is_robot(from);
}

static gboolean
find_sender(Search *self)
{
	gboolean form = is_contact_form(self);
	const MailAddress *who = form ? first_of(self->mail->reply_to) : self->mail->from;
	g_autofree char *key = email_fold(who->address);
	gboolean found = FALSE;
	gint64 n = 0;

	self->route->sender = g_strdup(who->address);
	self->route->sender_name = g_strdup(who->name[0] != '\0' ? who->name : self->mail->from->name);
	json_put_text(self->route->routing, "sender", who->address);
	json_put_text(self->route->routing, "sender_from", form ? "Reply-To" : "From");
	if (key != NULL && !form && !db_query_int(self->db, &SQL_MAIL_STAFF, DB_ARGS(DB_TEXT(key)), &self->route->staff_id, &found, self->error))
		return FALSE;
	self->route->is_staff = found;
	self->by_form = form;
	n = 0;
	/* Who accepts everybody need not know. */
	if (key != NULL && self->ask->mailbox != NULL && strcmp(self->ask->mailbox->when_unknown, "accept") != 0 &&
	    !db_query_int(self->db, &SQL_MAIL_CUSTOMER, DB_ARGS(DB_TEXT(key)), &n, NULL, self->error))
		return FALSE;
	self->route->known = n > 0 || self->route->is_staff;
	return TRUE;
}

static gboolean
is_about_ours(const char *value, gpointer data)
{
	const Search *self = data;
	char ref[16];

	/* X-Loop alone holds a bare address. Web pages make Message-IDs that contain one: their mail is not ours. */
	return thread_read_id(self->ask->key, value, ref) || (self->ask->mailbox != NULL && g_ascii_strcasecmp(value, self->ask->mailbox->address_key) == 0);
}

static void
note_subject(Search *self, const Case *it)
{
	g_autofree char *theirs = mail_subject_fold(self->mail->subject), *ours = mail_subject_fold(it->subject);

	self->route->subject_changed = theirs[0] != '\0' && strstr(theirs, ours) == NULL && strstr(ours, theirs) == NULL;
	json_put_bool(self->route->routing, "subject_changed", self->route->subject_changed);
}

/* A part in the case, or a new one that is linked with it: never a stranger's words, or answers to a stranger, in somebody's case.
 * Anybody can write what looks like a machine's report: flow/mail/report.c believes those about mail we sent. What a form's visitor
 * typed as their address proves nothing. */
static gboolean
check_sender(Search *self)
{
	g_autoptr(Case) it = mail_case_of(self->db, self->case_id, self->error);
	gboolean has_part = FALSE;

	if (it == NULL || (!self->by_form && !thread_is_participant(self->db, it->id, self->route->sender, &has_part, self->error)))
		return FALSE;
	/* Or in the case they know, which was merged since. */
	if (!self->by_form && !has_part && it->id != self->case_id && !thread_is_participant(self->db, self->case_id, self->route->sender, &has_part, self->error))
		return FALSE;
	json_put_text(self->route->routing, "case", it->ref);
	json_put_text(self->route->routing, "decision", has_part ? "filed" : "linked");
	json_put_text(self->route->routing, "why", has_part ? WORD("its sender has a part in the case") : WORD("its sender has no part in the case: a new case, linked with it"));
	if (!has_part) {
		self->route->linked_id = it->id;
		return TRUE;
	}
	self->route->case_id = it->id;
	self->route->known = TRUE;
	note_subject(self, it);
	return TRUE;
}

gboolean
mail_route_find(Db *db, const MailRouteAsk *ask, const MailMessage *mail, MailRoute *ret_route, GError **error)
{
	g_auto(MailRoute) route = { .routing = json_object() };
	g_autofree char *why = NULL;
	Search self = { .db = db, .ask = ask, .mail = mail, .route = &route, .tried = json_array(), .error = error };

	route.kind = mail_is_ours(mail, is_about_ours, &self, &why) ? MAIL_OURS : ask->kind;
	json_put_text(route.routing, "kind", mail_kind_word(route.kind));
	json_put_text(route.routing, "kind_why", why != NULL ? why : ask->kind_why);
	json_put(route.routing, "tried", self.tried);
	if (!find_sender(&self))
		return FALSE;
	try_token(&self);
	try_ids(&self, "in_reply_to", mail->in_reply_to, TRUE);
	try_ids(&self, "references", mail->references, TRUE);
	try_subject(&self);
	try_external(&self);
	try_ids(&self, "shared_reference", mail->references, FALSE);
	try_ids(&self, "shared_reference", mail->in_reply_to, FALSE);
	if (self.failed)
		return FALSE;
	json_put_text(route.routing, "rule", self.rule);
	if (self.case_id == 0) {
		json_put_text(route.routing, "decision", "new");
		json_put_text(route.routing, "why", WORD("it names no case we know"));
	} else if (!check_sender(&self)) {
		return FALSE;
	}
	*ret_route = route;
	memset(&route, 0, sizeof route);
	return TRUE;
}
