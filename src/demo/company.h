/* company.h - Larch & Fern, a home goods shop that does not exist: its teams, people, shelves, words and customers. */
#pragma once
#include "base/err.h"
#include "store/db.h"
G_BEGIN_DECLS

/* The demo's own chance (splitmix64): the same numbers on every machine for the same seed. */
typedef struct {
	guint64 state;
} Chance;
guint64 chance_next(Chance *chance);
guint chance_below(Chance *chance, guint n);       /* 0 .. n-1 */
gboolean chance_of(Chance *chance, guint percent);
double chance_unit(Chance *chance);                /* 0 <= x < 1 */
double chance_skewed(Chance *chance, double median, double spread); /* log-normal */
const char *chance_pick(Chance *chance, const char *const *words); /* NULL-ended */

enum { N_AGENTS = 24, DEMO_FIRST_SUPERVISOR = 20 };
typedef struct {
	gint64 user_id, team_id;
	const char *name, *email;
	guint care;      /* 0..100: how well they write and how soon they answer */
	guint from_hour, to_hour; /* their shift */
} Agent;

typedef struct {
	Agent agents[N_AGENTS];
	gint64 team_ids[4];
	char *password_hash; /* everybody's: "demo-password" */
} Company;

/* Makes teams, users, categories, products, root causes, macros, saved views; begins and commits by itself. */
gboolean company_make(Db *db, Company *company, gint64 now_ms, GError **error);
/* Which team a category's cases go to: index of team_ids. */
guint company_team_of(const char *category);
/* A product of a shelf ("f" furniture, "a" appliances, "p" plans, "s" any), its path and its name. Static. */
void company_product(Chance *chance, char shelf, const char **ret_path, const char **ret_name);

typedef struct {
	char name[64], first[32], email[96], phone[24];
	gboolean by_phone;
} Person;
/* The @n-th customer of this seed; the same person each time. */
void company_person(guint64 seed, guint64 n, Person *ret_person);
extern const char *const company_towns[];

#define DEMO_PASSWORD "demo-password"
#define DEMO_DOMAIN "larchandfern.example"

/* What time brings about by itself in a case, up to then: called before something else happens to it, so that its record stands in order. */
typedef gboolean (*DemoTimePasses)(gpointer life, gint64 at_ms, GError **error);

G_END_DECLS
