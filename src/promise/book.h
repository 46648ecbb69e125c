/* book.h - all policies and calendars as they are now, in memory: a case's clocks are reckoned without reading them. Each connection keeps
 * its own (db_keep), so that nobody waits for a lock; it is believed for a second, then looked at whether another one has changed something. */
#pragma once
#include "promise/policy.h"
G_BEGIN_DECLS

typedef struct {
	gint64 generation, looked_us;
	char *zone;               /* the house's */
	GPtrArray *policies;      /* of ClockPolicy, removed ones too, in order */
	GHashTable *calendars;    /* gint64 id -> Calendar */
	gint64 house_calendar_id; /* in which working days are meant where nobody says; 0: none */
	gboolean segments, products; /* some policy looks at those */
	GHashTable *parents;      /* gint64 product -> gint64 parent; NULL until it is needed */
} ClockBook;

/* This connection's. Borrowed, until the next call on this connection. */
ClockBook *clock_book(Db *db, GError **error);
/* The same, certain to hold this policy, were it made a moment ago by another connection. */
ClockBook *clock_book_with(Db *db, gint64 policy_id, GError **error);
/* It is read again at the next call, on this connection. */
void clock_book_forget(Db *db);
/* In the transaction that changes a policy or a calendar: every other connection looks again within a second. */
gboolean clock_book_changed_in(Db *db, GError **error);

const ClockPolicy *clock_book_policy(const ClockBook *book, gint64 id); /* NULL: there is none */
Calendar *clock_book_calendar(const ClockBook *book, gint64 id);        /* NULL: there is none */
/* The house's own, for "5 working days" in anybody's words; round the clock when there is none. Borrowed as the book. */
Calendar *clock_book_house_calendar(ClockBook *book);
/* The product and all above it, 0-ended. (transfer full); NULL with an error. */
gint64 *clock_book_products(ClockBook *book, Db *db, gint64 product_id, GError **error);

G_END_DECLS
