/* live_ring.h - the last few thousand frames of the stream, each written once and shared by all who read it. Used by the
 * hub's thread alone (live.c). Private to http/. */
#pragma once
#include "store/events.h"
G_BEGIN_DECLS

typedef struct {
	guint refs;
	guint size;
	gint64 id;        /* 0: not in the log (who is typing) */
	gint64 case_id;
	const char *kind; /* interned */
	char text[];
} Frame;

Frame *frame_new(const char *text, gsize size);
Frame *frame_ref(Frame *frame);
void frame_unref(Frame *frame);
/* "id:", "event:", "data:" of one row of the log, appended to @out. */
void frame_write(GString *out, const EventRow *row);
Frame *frame_of_row(const EventRow *row);

enum { RING_FRAMES = 4096, RING_BYTES = 2 * 1024 * 1024 };

typedef struct {
	Frame *frames[RING_FRAMES];
	guint64 first, next; /* sequence numbers: those in [first, next) are held */
	gsize bytes;
	gint64 floor_id;     /* every event after this one up to last_id is held */
	gint64 last_id;
} Ring;

/* Takes @frame. */
void ring_push(Ring *ring, Frame *frame);
/* Forgets all, and begins behind event @id. */
void ring_restart(Ring *ring, gint64 id);
static inline Frame *
ring_at(const Ring *ring, guint64 seq)
{
	return ring->frames[seq % RING_FRAMES];
}
/* Where to go on for a reader who has seen everything up to event @id >= floor_id. */
guint64 ring_behind(const Ring *ring, gint64 id);

G_END_DECLS
