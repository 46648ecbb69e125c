/* imap.c - see imap.h. Waiting: imap_wait.c; what comes before: imap_sign_in.c. */
#include "mail/imap_inner.h"
#include "etpan.lazy.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
	SMALL = 64 * 1024,            /* a literal where none is expected: a folder's name */
	WINDOW = 1000 * 1000,         /* UIDs asked for at once */
	BUDGET = 1024 * 1024,
	BUDGET_LIST = 64 * 1024 * 1024,
};
#define UID_MAX ((gint64)G_MAXUINT32)

/* ---- the stream as libetpan wants it */

static ssize_t
low_read(mailstream_low *low, void *bytes, size_t size)
{
	Imap *self = low->data;
	const gsize greeting = self->greeting != NULL ? MIN(size, strlen(self->greeting)) : 0;
	const char *wrong;
	gssize n;

	if (greeting > 0) {
		memcpy(bytes, self->greeting, greeting);
		self->greeting += greeting;
		return (ssize_t)greeting;
	}
	if (self->over)
		return -1;
	n = mail_stream_read(self->stream, bytes, size, self->why == NULL ? &self->why : NULL);
	if (n > 0 && (wrong = imap_guard_feed(&self->guard, bytes, (gsize)n)) != NULL) {
		mail_stream_fail(self->stream, self->why == NULL ? &self->why : NULL, "%s", wrong);
		n = -1;
	} else if (n == 0) {
		mail_stream_fail(self->stream, self->why == NULL ? &self->why : NULL, "closed the connection%s%s",
			self->guard.bye ? ": " : "", self->guard.bye && self->guard.words != NULL ? self->guard.words : "");
	}
	self->over = n <= 0;
	return n > 0 ? n : -1;
}

static ssize_t
low_write(mailstream_low *low, const void *bytes, size_t size)
{
	Imap *self = low->data;

	if (self->over || !mail_stream_write(self->stream, bytes, size, self->why == NULL ? &self->why : NULL)) {
		self->over = TRUE;
		return -1;
	}
	return (ssize_t)size;
}

static int
low_close(mailstream_low *low)
{
	((Imap *)low->data)->over = TRUE;
	return 0;
}

static int
low_get_fd(mailstream_low *low)
{
	return mail_stream_fd(((Imap *)low->data)->stream);
}

static void
low_free(mailstream_low *low)
{
	free(low); /* libetpan's own allocation; the stream is ours */
}

static void
low_cancel(mailstream_low *low)
{
	((Imap *)low->data)->over = TRUE;
}

static mailstream_low_driver driver = {
	.mailstream_read = low_read,
	.mailstream_write = low_write,
	.mailstream_close = low_close,
	.mailstream_get_fd = low_get_fd,
	.mailstream_free = low_free,
	.mailstream_cancel = low_cancel,
};

/* ---- a command's begin and end */

void
imap_begin(Imap *self, const char *doing, guint64 literal_max, guint64 budget)
{
	mail_stream_step(self->stream, doing, 1);
	imap_guard_begin(&self->guard, literal_max, budget);
}

gboolean
imap_end(Imap *self, int outcome, const char *doing, ErrCode no, GError **error)
{
	const char *words = self->guard.words;

	if (self->why == NULL && !self->guard.bye && (outcome == MAILIMAP_NO_ERROR || outcome == MAILIMAP_NO_ERROR_AUTHENTICATED || outcome == MAILIMAP_NO_ERROR_NON_AUTHENTICATED))
		return TRUE;
	if (self->why == NULL && !self->guard.bye && words != NULL && g_ascii_strncasecmp(words, "NO", 2) == 0) {
		g_set_error(error, ERR, no, "%s: refused %s: %s", mail_stream_name(self->stream), doing, words);
		return FALSE;
	}
	self->over = TRUE; /* what comes next on it would be of another command */
	if (self->why != NULL)
		g_propagate_error(error, g_error_copy(self->why));
	else if (self->guard.bye)
		mail_stream_fail(self->stream, error, "said goodbye: %s", words != NULL ? words : "");
	else
		mail_stream_fail(self->stream, error, "gave an answer to %s that cannot be understood%s%s", doing, words != NULL ? ": " : "", words != NULL ? words : "");
	return FALSE;
}

/* ---- open and close */

static gboolean
is_clean(const char *text)
{
	for (; text != NULL && *text != '\0'; text++) {
		if ((guchar)*text < 0x20 || *text == 0x7F)
			return FALSE;
	}
	return TRUE;
}

Imap *
imap_open(const MailPeer *peer, GError **error)
{
	g_autoptr(Imap) self = NULL;
	mailstream_low *low;

	if (!is_clean(peer->user) || !is_clean(peer->secret) || (peer->user != NULL && peer->secret == NULL)) {
		g_set_error(error, ERR, ERR_INVALID, "a user and a secret without control characters are needed");
		return NULL;
	}
	if (!lazy_load(&lazy_etpan, error))
		return NULL;
	self = g_new0(Imap, 1);
	self->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (self->wake_fd < 0) {
		g_set_error(error, ERR, ERR_INTERNAL, "eventfd: %s", g_strerror(errno));
		return NULL;
	}
	if ((self->stream = mail_stream_open(peer, error)) == NULL || !imap_sign_in(self->stream, peer, &self->idle, error))
		return NULL;
	self->greeting = "* PREAUTH ready\r\n";
	self->session = mailimap_new(0, NULL);
	low = mailstream_low_new(self, &driver);
	imap_begin(self, "the greeting", SMALL, BUDGET);
	if (!imap_end(self, mailimap_connect(self->session, mailstream_new(low, 8192)), "the greeting", ERR_UPSTREAM, error))
		return NULL;
	return g_steal_pointer(&self);
}

void
imap_close(Imap *self)
{
	if (self == NULL)
		return;
	if (self->session != NULL) {
		if (!self->over) {
			mail_stream_step(self->stream, "the end", 1);
			mail_stream_write(self->stream, "bye LOGOUT\r\n", strlen("bye LOGOUT\r\n"), NULL);
		}
		self->over = TRUE; /* libetpan would say it too, and wait */
		mailimap_free(self->session);
	}
	mail_stream_free(self->stream);
	imap_guard_clear(&self->guard);
	g_clear_error(&self->why);
	if (self->wake_fd >= 0)
		close(self->wake_fd);
	g_free(self);
}

gboolean
imap_has_idle(const Imap *self)
{
	return self->idle;
}

/* ---- folders */

static gboolean
can_be_selected(const struct mailimap_mailbox_list *one)
{
	const struct mailimap_mbx_list_flags *flags = one->mb_flag;
	const clistiter *at;

	if (flags == NULL)
		return TRUE;
	if (flags->mbf_type == MAILIMAP_MBX_LIST_FLAGS_SFLAG && flags->mbf_sflag == MAILIMAP_MBX_LIST_SFLAG_NOSELECT)
		return FALSE;
	for (at = flags->mbf_oflags != NULL ? clist_begin(flags->mbf_oflags) : NULL; at != NULL; at = clist_next(at)) {
		const struct mailimap_mbx_list_oflag *flag = clist_content(at);

		if (flag->of_type == MAILIMAP_MBX_LIST_OFLAG_FLAG_EXT && flag->of_flag_ext != NULL && g_ascii_strcasecmp(flag->of_flag_ext, "NonExistent") == 0)
			return FALSE;
	}
	return TRUE;
}

GPtrArray *
imap_folders(Imap *self, GError **error)
{
	g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
	clist *all = NULL;

	imap_begin(self, "the list of folders", SMALL, BUDGET_LIST);
	if (!imap_end(self, mailimap_list(self->session, "", "*", &all), "the list of folders", ERR_UPSTREAM, error))
		return NULL;
	for (const clistiter *at = clist_begin(all); at != NULL; at = clist_next(at)) {
		const struct mailimap_mailbox_list *one = clist_content(at);

		if (one->mb_name != NULL && can_be_selected(one))
			g_ptr_array_add(out, imap_name_from_wire(one->mb_name));
	}
	mailimap_list_result_free(all);
	return g_steal_pointer(&out);
}

gboolean
imap_select(Imap *self, const char *folder, ImapFolder *ret_folder, GError **error)
{
	g_autofree char *wire = imap_name_to_wire(folder);
	const struct mailimap_selection_info *info;

	if (!is_clean(folder) || *folder == '\0') {
		g_set_error(error, ERR, ERR_INVALID, "a folder's name without control characters is needed");
		return FALSE;
	}
	self->selected = FALSE;
	imap_begin(self, "the opening of the folder", SMALL, BUDGET);
	self->guard.opening = TRUE;
	if (!imap_end(self, mailimap_examine(self->session, wire), folder, ERR_NOT_FOUND, error))
		return FALSE;
	info = self->session->imap_selection_info;
	if (info == NULL || info->sel_uidvalidity == 0)
		return mail_stream_fail(self->stream, error, "gives no UIDVALIDITY for %s: what was read there cannot be known again", folder);
	self->selected = TRUE;
	*ret_folder = (ImapFolder){ .uidvalidity = info->sel_uidvalidity, .uidnext = info->sel_uidnext, .n_messages = info->sel_has_exists ? info->sel_exists : 0 };
	return TRUE;
}

/* ---- UIDs */

static void
take_uid(struct mailimap_msg_att *message, gpointer data)
{
	for (const clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);

		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && item->att_data.att_static->att_type == MAILIMAP_MSG_ATT_UID) {
			const gint64 uid = item->att_data.att_static->att_data.att_uid;

			g_array_append_val((GArray *)data, uid);
		}
	}
}

static void
no_progress(size_t current, size_t maximum, gpointer data)
{
}

/* The UIDs from @first to @last (0: the greatest there is) onto @out, unsorted. */
static gboolean
ask_uids(Imap *self, gint64 first, gint64 last, GArray *out, GError **error)
{
	struct mailimap_set *set = mailimap_set_new_interval((guint32)first, (guint32)last);
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *rest = NULL;
	int outcome;

	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	/* One at a time through our hands, so that a million of them is not a million objects. */
	mailimap_set_progress_callback(self->session, no_progress, no_progress, NULL);
	mailimap_set_msg_att_handler(self->session, take_uid, out);
	imap_begin(self, "the list of messages", SMALL, BUDGET_LIST);
	outcome = mailimap_uid_fetch(self->session, set, what, &rest);
	mailimap_set_msg_att_handler(self->session, NULL, NULL);
	mailimap_set_progress_callback(self->session, NULL, NULL, NULL);
	if (rest != NULL)
		mailimap_fetch_list_free(rest);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	return imap_end(self, outcome, "the list of messages", ERR_UPSTREAM, error);
}

static int
ascending(gconstpointer a, gconstpointer b)
{
	const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* Sorted, each once, those above @after. */
static void
tidy(GArray *uids, gint64 after)
{
	guint kept = 0;

	g_array_sort(uids, ascending);
	for (guint i = 0; i < uids->len; i++) {
		const gint64 uid = g_array_index(uids, gint64, i);

		if (uid > after && (kept == 0 || uid != g_array_index(uids, gint64, kept - 1)))
			g_array_index(uids, gint64, kept++) = uid;
	}
	g_array_set_size(uids, kept);
}

GArray *
imap_uids_after(Imap *self, gint64 after, guint limit, GError **error)
{
	g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 first = MAX(after, 0) + 1, top, width = MIN(MAX(limit, 100), WINDOW);

	g_return_val_if_fail(self->selected, NULL);
	/* The greatest UID first, so that no window is asked for beyond it, and none is as large as the folder. */
	if (!ask_uids(self, 0, 0, out, error))
		return NULL;
	tidy(out, after);
	top = out->len > 0 ? g_array_index(out, gint64, out->len - 1) : 0;
	g_array_set_size(out, 0);
	while (first <= top && out->len < limit) {
		const gint64 last = MIN(first + width - 1, MIN(top, UID_MAX));

		if (!ask_uids(self, first, last, out, error))
			return NULL;
		tidy(out, after);
		if (out->len == 0)
			width = MIN(width * 8, WINDOW); /* a hole: larger steps */
		first = last + 1;
	}
	if (out->len > limit)
		g_array_set_size(out, limit);
	return g_steal_pointer(&out);
}

GArray *
imap_uids_all(Imap *self, GError **error)
{
	return imap_uids_after(self, 0, G_MAXUINT, error);
}
