/* live_ring.c - see live_ring.h. */
#include "http/live_ring.h"
#include "base/clock.h"
#include <string.h>

Frame *
frame_new(const char *text, gsize size)
{
	Frame *frame = g_malloc0(sizeof *frame + size);

	frame->refs = 1;
	frame->size = (guint)size;
	memcpy(frame->text, text, size);
	return frame;
}

Frame *
frame_ref(Frame *frame)
{
	frame->refs++;
	return frame;
}

void
frame_unref(Frame *frame)
{
	if (frame != NULL && --frame->refs == 0)
		g_free(frame);
}

static void
write_actor(GString *out, const EventRow *row)
{
	g_autoptr(json_t) actor = NULL;
	g_autofree char *text = NULL;

	if (row->actor_ref != NULL) {
		actor = json_object();
		json_put_text(actor, "ref", row->actor_ref);
		json_put_text(actor, "name", row->actor_name);
	}
	text = actor != NULL ? json_write(actor, NULL) : NULL;
	g_string_append(out, text != NULL ? text : "null");
}

void
frame_write(GString *out, const EventRow *row)
{
	char at[TIME_SIZE];

	time_write(row->at_ms, at);
	g_string_append_printf(out, "id: %" G_GINT64_FORMAT "\nevent: %s\ndata: {\"id\":%" G_GINT64_FORMAT ",\"kind\":\"%s\",\"at\":\"%s\",\"case\":", row->id,
		row->kind, row->id, row->kind, at);
	if (row->case_ref != NULL)
		g_string_append_printf(out, "\"%s\"", row->case_ref);
	else
		g_string_append(out, "null");
	g_string_append_printf(out, ",\"by\":\"%s\",\"actor\":", row->actor_kind);
	write_actor(out, row);
	g_string_append(out, ",\"facts\":");
	for (const char *p = row->facts; *p != '\0'; p++) /* a frame's line must not break */
		g_string_append_c(out, *p == '\n' || *p == '\r' ? ' ' : *p);
	g_string_append(out, "}\n\n");
}

Frame *
frame_of_row(const EventRow *row)
{
	g_autoptr(GString) out = g_string_sized_new(256);
	Frame *frame;

	frame_write(out, row);
	frame = frame_new(out->str, out->len);
	frame->id = row->id;
	frame->case_id = row->case_id;
	frame->kind = g_intern_string(row->kind);
	return frame;
}

static void
drop_first(Ring *ring)
{
	Frame *frame = ring_at(ring, ring->first);

	ring->frames[ring->first % RING_FRAMES] = NULL;
	ring->first++;
	ring->bytes -= frame->size;
	if (frame->id != 0)
		ring->floor_id = frame->id;
	frame_unref(frame);
}

void
ring_push(Ring *ring, Frame *frame)
{
	while (ring->first < ring->next && (ring->next - ring->first >= RING_FRAMES || ring->bytes + frame->size > RING_BYTES))
		drop_first(ring);
	ring->frames[ring->next % RING_FRAMES] = frame;
	ring->next++;
	ring->bytes += frame->size;
	if (frame->id != 0)
		ring->last_id = frame->id;
}

void
ring_restart(Ring *ring, gint64 id)
{
	while (ring->first < ring->next)
		drop_first(ring);
	ring->floor_id = ring->last_id = id;
}

guint64
ring_behind(const Ring *ring, gint64 id)
{
	guint64 seq = ring->next;

	while (seq > ring->first && (ring_at(ring, seq - 1)->id == 0 || ring_at(ring, seq - 1)->id > id))
		seq--;
	return seq;
}
