/* asking.h - the job that asks a system of the house about a remedy: to carry it out (flow/remedy/pay.h), or to take it back (flow/remedy/takeback.h). Before the call it is durable that it is made; the call is outside
 * any transaction; what it said is written with the job's end. A kill between leads to the same call again. */
#pragma once
#include "flow/remedy/pay.h"
G_BEGIN_DECLS

typedef struct {
	const Job *job;
	gint64 now_ms, remedy_id;
	Remedy *remedy; /* that the system is asked about; NULL: there is nothing to do */
	PayVerdict verdict;
	gint64 wait_ms; /* for a report */
	const char *words, *answer;
} Asking;

typedef struct {
	gboolean (*begin)(Db *db, Asking *it, GError **error); /* in a transaction: that it is tried, and it->remedy; or the job ended */
	gboolean take_back;                    /* what is said */
	const char *(*url)(const Hook *hook);  /* and where; NULL: it cannot be asked any more, in the words of @nowhere */
	const char *nowhere;
	PayVerdict (*judge)(const Remedy *remedy, guint status, const char *body, char **ret_words);
	gboolean (*end)(Db *db, const Asking *it, GError **error); /* in a transaction: what the verdict means, with the job's end */
	const char *trouble; /* "remedy", what is to be tried again, before its ref */
} AskingWay;

/* The job, from begin to end. ERR_UPSTREAM: it is tried again; after PAY_ATTEMPTS the verdict is that it failed. */
gboolean asking_job(const AskingWay *way, const Job *job, Store *store, const PayContext *context, gint64 now_ms, GError **error);
/* It took it on: now it has so long to report, until the job @kind. @accepted: the statement that notes that. */
gboolean asking_wait_in(Db *db, const Asking *it, const DbSql *accepted, const char *kind, GError **error);

G_END_DECLS
