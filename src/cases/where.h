/* where.h - a statement put together from fixed pieces, its arguments numbered as they come. Private to cases/. */
#pragma once
#include "store/db.h"
G_BEGIN_DECLS

/* Conditions with their arguments, numbered as they are put together. */
typedef struct {
	GString *text;
	GArray *args; /* of DbArg; text values are borrowed */
} Where;
void where_init(Where *where, const char *head);
/* @head has places for @args already. */
void where_init_with(Where *where, const char *head, const DbArg *args, guint n_args);
/* Appends @piece, whose question marks stand for @args. */
void where_put(Where *where, const char *piece, const DbArg *args, guint n_args);
#define WHERE_PUT(where, piece, ...) where_put((where), (piece), DB_ARGS(__VA_ARGS__))
DbRows *where_query(Where *where, Db *db, const char *name, GError **error);
void where_clear(Where *where);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Where, where_clear)

G_END_DECLS
