/* stories.h - what goes wrong at a home goods shop, in the words of the people it happens to. Tables only; how a story is
 * told and answered: demo/life.c. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

/* Slots in the texts: {product} {a product} {order} {amount} {day} {days} {first} {agent} {town}. */
typedef struct {
	const char *kind, *category, *products; /* products: which shelf of demo/company.c, a letter */
	guint weight;                           /* how often, in a quiet week */
	guint severity[4];                      /* low, normal, high, critical: weights */
	const char *const *subjects, *const *openings, *const *details, *const *wishes;
	const char *const *findings, *const *remedies, *const *causes, *const *want;
	guint upheld;                           /* of 100 */
} Story;

extern const Story stories[];
extern const guint n_stories;
/* The story of the outage's wave. */
extern const Story outage_story;

extern const char *const story_chasers[];  /* a customer who waits writes again */
extern const char *const story_thanks[];
extern const char *const story_unhappy[];  /* why one comes back after resolving */
extern const char *const story_acks[];     /* an agent's first words, good to poor */
extern const char *const story_acks_poor[];
extern const char *const story_closers[];
extern const char *const story_notes[];

G_END_DECLS
