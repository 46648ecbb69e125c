/* rows.h - small helpers that the files of remedy/ share: columns into JSON, the end of a list, the house's own settings. Private to
 * remedy/. */
#pragma once
#include "base/json.h"
#include "base/money.h"
#include "store/db.h"
G_BEGIN_DECLS

/* A text for the catalogue, as http/page.h has it: shown by {{message|said}}. */
#ifndef WORD
#define WORD(text) (text)
#endif

/* "@name": {ref, name} of the columns @name_ref and @name_name, or null. */
void rows_put_person(json_t *value, const char *name, DbRows *rows);
/* "@key": {amount_minor, currency} or null where there is no currency. */
void rows_put_money(json_t *value, const char *key, gint64 amount_minor, const char *currency);
/* "@key": the same, null where the column is NULL. */
void rows_put_limit(json_t *value, const char *key, DbRows *rows, const char *column);
/* Every row by @read into a list; NULL with @error. @rows may be NULL (a failed query). */
json_t *rows_list(DbRows *rows, json_t *(*read)(DbRows *rows), GError **error);
/* The first row, or ERR_NOT_FOUND "we cannot find this". */
json_t *rows_one(DbRows *rows, json_t *(*read)(DbRows *rows), GError **error);
/* ERR_NOT_FOUND in the words that stand for none and for not yours. FALSE. */
gboolean rows_not_found(GError **error);
/* A ref as typed in its written form; "" for none, which no row has. */
const char *rows_ref(const char *typed, char ret_ref[16]);
/* Text checks that all of us need: UTF-8, not empty where @needed, at most @max characters. ERR_INVALID @field. */
gboolean rows_check_text(const char *text, gboolean needed, guint max, const char *field, GError **faults);
/* The house's setting, its default where never set; NULL with @error. (transfer full) */
char *house_text(Db *db, const char *name, const char *otherwise, GError **error);

G_END_DECLS
