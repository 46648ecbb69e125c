/* actor.h - who is asking. Every rule that depends on the asker takes an Actor; nothing is ambient. How a request comes
 * to its actor: http/gate.h; roles and what they may: org/roles.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

typedef enum {
	ACTOR_PUBLIC,   /* nobody we know: the public form                     */
	ACTOR_CUSTOMER, /* a complainant with a signed link to one case        */
	ACTOR_STAFF,    /* a signed-in user                                    */
	ACTOR_TOKEN,    /* a program with a user's API token                   */
	ACTOR_SYSTEM,   /* ourselves: import, jobs, migrations                 */
} ActorKind;

typedef struct {
	ActorKind kind;
	gint64 user_id; /* 0 unless staff or token */
	gint64 case_id; /* the only case a customer may see; 0 otherwise */
	gint64 team_id; /* the user's home team, 0 when none */
	guint64 may;    /* permission bits, see permission_bit() */
	char ref[16];   /* the user's ref, "" when none */
	char name[64];  /* how the page greets them, UTF-8, cut at a character */
	char role[16];  /* agent, supervisor, admin, auditor or "" */
	char zone[48];  /* IANA time zone of the reader, "UTC" when unknown */
	char lang[8];   /* "en", "de" */
	char theme[8];  /* "auto", "light", "dark" */
	gboolean keys;  /* single-letter keys are on */
} Actor;

/* Ourselves; may everything. Static. */
const Actor *actor_system(void);
/* Nobody; may what the public may. Static. */
const Actor *actor_public(void);

/* The bit of a permission by its word, e.g. "case.read"; 0 for an unknown word. The list is in actor.c. */
guint64 permission_bit(const char *word);
/* NULL-ended list of all permission words, in the order of their bits; with one line each of what it lets one do. */
typedef struct {
	const char *word, *about;
} Permission;
const Permission *permission_list(void);
/* TRUE when @actor has the permission. An unknown word is a programmer's slip. */
gboolean actor_may(const Actor *actor, const char *word);
/* The same, setting ERR_DENIED with the permission's name. */
gboolean actor_must(const Actor *actor, const char *word, GError **error);

G_END_DECLS
