/* filter_inner.h - how conditions are added to a filter: shared by cases/filter.c, cases/filter_own.c, what the case's own row says, and
 * cases/filter_elsewhere.c, what stands in other tables. Private to those three. */
#pragma once
#include "cases/filter.h"
G_BEGIN_DECLS

/* @piece with question marks for @args; texts among these are borrowed from the query, or from filter->texts. */
void filter_add(Filter *filter, const char *piece, const DbArg *args, guint n_args);
/* The condition added last is one that the index of @of holds. */
void filter_last_is(Filter *filter, Native of);
/* A set that may be small: a condition on "s", a row of the table of @head (list_source_... in cases/list.sql). */
void filter_add_source(Filter *filter, const DbSql *head, const char *piece, const DbArg *args, guint n_args);
/* "c.kind IN (?, ?)", for one value "c.kind = ?": so an index is entered by it. (transfer full) */
char *filter_in_list(const char *column, guint n);
void filter_narrow(Span *span, gint64 from_ms, gint64 to_ms);
void filter_want_open(Filter *filter);
void filter_take_is(Filter *filter, QueryIs what);
void filter_take_not(Filter *filter, QueryIs what);

/* Calls for each readable part of @key and sign. */
#define EACH_PART(query, part, wanted, sign) \
	for (guint part##_at = 0; (query) != NULL && part##_at < (query)->parts->len; part##_at++) \
		for (const QueryPart *part = (query)->parts->pdata[part##_at]; part != NULL; part = NULL) \
			if (part->key == (wanted) && part->minus == (sign) && part->fault == NULL)

/* One operator of the case's own row, by @column: of words or, with @number, numbers; of a tree (by ref, path, or a part of one) in @table; of people, whose names
 * are looked up. */
void filter_add_words(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, gboolean number);
void filter_add_tree(Filter *filter, const CaseQuery *query, QueryKey key, const char *column, const char *table);
gboolean filter_add_people(Filter *filter, Db *db, const CaseQuery *query, QueryKey key, const char *column, const Actor *actor, GError **error);
void filter_add_tags(Filter *filter, const CaseQuery *query);
void filter_add_times(Filter *filter, const CaseQuery *query);
/* promise: and clock:, which also say which part of the due order is meant. */
void filter_take_promise(Filter *filter, QueryPromise what, gboolean minus);
void filter_take_clocks(Filter *filter, const CaseQuery *query);
/* missed:, remedy:, and what customers felt. */
void filter_add_elsewhere(Filter *filter, const CaseQuery *query);

G_END_DECLS
