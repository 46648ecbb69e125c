/* carry.h - what hangs on a case beside its words: how it was decided, what was promised and given and on whose authority, what the customer felt, how its clocks
 * went. As lists of an object "record" in each line of an export, and lines of their own for what belongs to no case. Which columns: flow/carry/lists.c; reading
 * them: flow/carry/out.c; writing them down again: flow/carry/in.c, flow/carry/house.c. Private to flow/export/ and flow/import/. */
#pragma once
#include "cases/case.h"
#include "flow/import/row.h"
#include "store/db.h"
G_BEGIN_DECLS

typedef enum {
	CARRY_TEXT, CARRY_INT, CARRY_FLAG, CARRY_TIME, CARRY_JSON,
	CARRY_PERSON,  /* {email, name} */
	CARRY_TEAM,    /* its name */
	CARRY_MESSAGE, /* which one of the case's messages, from 1 */
	CARRY_OWN,     /* the ref of a row that stands before it in the record */
	CARRY_CATEGORY, CARRY_PRODUCT, CARRY_CAUSE, /* paths */
	CARRY_MADE,    /* not in the file: a number or text that the list's settle puts there */
} CarryKind;
typedef struct {
	const char *name;
	CarryKind kind;
} CarryColumn;
typedef struct _CarryIn CarryIn;
typedef struct {
	const char *name;
	const DbSql *read, *write;
	const CarryColumn *columns; /* ends with a NULL name; the first is "ref" where the row has one */
	gboolean of_customer;	    /* the customer's id is kept beside the case's */
	/* What is past is over, and nothing of it is sent: brings @row to what it is now. May be NULL. */
	void (*settle)(json_t *row, gint64 now_ms);
	/* Behind the row: what is still to come wakes somebody. @id: of a row with a ref, else 0. May be NULL. */
	gboolean (*begin)(CarryIn *self, const json_t *row, gint64 id, GError **error);
} CarryList;
extern const CarryList carry_lists[];  /* of a case, in the order they are written down; ends with a NULL name */
extern const CarryList carry_before[]; /* of no case: before the first case, and behind the last */
extern const CarryList carry_behind[];

/* One value of the row as JSON. @message_ids: of the case's messages in their order. */
void carry_put_row(GString *out, const CarryList *list, DbRows *rows, const GArray *message_ids);

/* Cursors over the lists of many cases. */
enum { CARRY_LISTS_MAX = 20 };
typedef struct {
	DbRows *rows[CARRY_LISTS_MAX];
	gboolean has[CARRY_LISTS_MAX];
} CarryOut;
gboolean carry_out_open(CarryOut *self, Db *db, const DbArg *args, guint n_args, GError **error);
void carry_out_clear(CarryOut *self);
/* {"decisions":[...], ...} of one case, without those that are empty; cases come in the order of their ids. */
gboolean carry_out_put(CarryOut *self, gint64 case_id, const GArray *message_ids, GString *out, GError **error);
/* Lines of a list of no case; @after_id is moved on; 0 at the end. */
gboolean carry_house_put(Db *db, const CarryList *list, gint64 *after_id, GString *out, GError **error);

/* Where a record is written down. */
struct _CarryIn {
	Db *db;
	const ImportPeople *people;
	const Actor *actor;
	gint64 now_ms;
	gint64 case_id, customer_id;
	const GArray *message_ids; /* of gint64; NULL: none */
	GHashTable *own;	   /* ref as it was -> id here */
};
/* @record as it came, in the caller's transaction. ERR_INVALID "/record". */
gboolean carry_in(CarryIn *self, const char *record, GError **error);
/* One row; *@ret_id 0: it was not taken, since its ref, or whatever else is single, is there. */
gboolean carry_write(CarryIn *self, const CarryList *list, const json_t *row, gint64 *ret_id, GError **error);
/* A line of no case: {"house": "survey", ...}. *@ret_new FALSE: it is there already, and stays as it is. */
const CarryList *carry_house_list(const char *name); /* NULL: there is none of that name */
gboolean carry_house_there(Db *db, const json_t *row, gboolean *ret_there, GError **error);
gboolean carry_house_in(CarryIn *self, const json_t *row, gboolean *ret_new, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CarryOut, carry_out_clear)
G_END_DECLS
