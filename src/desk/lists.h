/* lists.h - the small lists that many pages show, kept in memory until something of theirs changes. */
#pragma once
#include "base/json.h"
G_BEGIN_DECLS

typedef enum { DESK_LIST_USERS, DESK_LIST_TEAMS, DESK_LIST_CATEGORIES, DESK_LIST_PRODUCTS, DESK_LIST_ROOT_CAUSES, DESK_LIST_OPTIONS, DESK_N_LISTS } DeskList;

typedef struct _DeskLists DeskLists;
DeskLists *desk_lists_new(void);
void desk_lists_free(DeskLists *lists);
/* (transfer full) a new reference, or NULL: read it and hand it to desk_lists_keep with the @ret_generation given here. */
json_t *desk_lists_get(DeskLists *lists, DeskList which, guint64 *ret_generation);
/* Keeps @list (its own reference) unless something changed since @generation. It must not be changed afterwards. */
void desk_lists_keep(DeskLists *lists, DeskList which, guint64 generation, json_t *list);
/* Something of the people or the words changed, durably: everything is read again. Any thread. */
void desk_lists_changed(DeskLists *lists);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeskLists, desk_lists_free)
G_END_DECLS
