/* imap_fetch.c - one message, piece by piece, so that neither its size nor a server's lie about it is our memory. */
#include "mail/imap_inner.h"
#include "etpan.lazy.h"

enum { PIECE = 512 * 1024, SLACK = 256 * 1024, CRUMBS = 100 };

/* What one FETCH brought. */
typedef struct {
	gsize size;      /* of this piece */
	gint64 whole;    /* RFC822.SIZE, -1: not said; servers have been known to be wrong about it */
	gboolean found;  /* the message is there */
} Piece;

static void
read_item(const struct mailimap_msg_att_static *item, GByteArray *onto, Piece *piece)
{
	if (item->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
		piece->whole = item->att_data.att_rfc822_size;
	if (item->att_type == MAILIMAP_MSG_ATT_BODY_SECTION && !piece->found) {
		const struct mailimap_msg_att_body_section *section = item->att_data.att_body_section;

		piece->found = TRUE;
		piece->size = section->sec_body_part != NULL ? MIN(section->sec_length, PIECE) : 0;
		g_byte_array_append(onto, (const guint8 *)section->sec_body_part, (guint)piece->size);
	}
}

static void
read_answer(clist *messages, GByteArray *onto, Piece *piece)
{
	for (const clistiter *one = clist_begin(messages); one != NULL; one = clist_next(one)) {
		const struct mailimap_msg_att *message = clist_content(one);

		for (const clistiter *at = clist_begin(message->att_list); at != NULL; at = clist_next(at)) {
			const struct mailimap_msg_att_item *item = clist_content(at);

			if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC)
				read_item(item->att_data.att_static, onto, piece);
		}
	}
}

static gboolean
ask_piece(Imap *self, gint64 uid, gsize want, GByteArray *onto, Piece *piece, GError **error)
{
	struct mailimap_set *set = mailimap_set_new_single((guint32)uid);
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *messages = NULL;
	int outcome;
	gboolean ok;

	if (onto->len == 0)
		mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_body_peek_section_partial(mailimap_section_new(NULL), onto->len, (guint32)want));
	imap_begin(self, "a message", PIECE, PIECE + SLACK);
	outcome = mailimap_uid_fetch(self->session, set, what, &messages);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	ok = imap_end(self, outcome, "a message", ERR_NOT_FOUND, error);
	if (ok && messages != NULL)
		read_answer(messages, onto, piece);
	if (outcome == MAILIMAP_NO_ERROR && messages != NULL)
		mailimap_fetch_list_free(messages);
	return ok;
}

GBytes *
imap_fetch(Imap *self, gint64 uid, gsize max_bytes, gboolean *ret_cut, GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	Piece piece = { .whole = -1 };
	gboolean more = TRUE;
	guint n_short = 0;

	g_return_val_if_fail(self->selected && uid > 0 && uid <= G_MAXUINT32, NULL);
	max_bytes = MIN(max_bytes, (gsize)G_MAXINT32);
	/* One byte beyond the limit tells that there is more. */
	while (more && out->len <= max_bytes) {
		const gsize want = MIN((gsize)PIECE, max_bytes + 1 - out->len);
		g_autoptr(GError) why = NULL;

		piece.found = FALSE;
		piece.size = 0;
		if (!ask_piece(self, uid, want, out, &piece, &why)) {
			if (!g_error_matches(why, ERR, ERR_NOT_FOUND)) /* NO: expunged between the list and us */
				g_propagate_error(error, g_steal_pointer(&why));
			return NULL;
		}
		if (!piece.found)
			return NULL;
		/* The end: nothing came, or less than was asked for and no less than the server said there is. */
		if (piece.size < want && ++n_short > CRUMBS) {
			mail_stream_fail(self->stream, error, "gives message %" G_GINT64_FORMAT " in crumbs; given up", uid);
			return NULL;
		}
		more = piece.size > 0 && (piece.size >= want || (gint64)out->len < piece.whole);
	}
	*ret_cut = out->len > max_bytes;
	if (*ret_cut)
		g_byte_array_set_size(out, (guint)max_bytes);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
