/* words.h - other programs' words for our kinds, channels, stages. Private to flow/import/. */
#pragma once
#include "flow/import/map.h"
G_BEGIN_DECLS

/* Our word for @text in this field, static; NULL when we know none. */
const char *import_word(ImportField field, const char *text);
/* The stage and outcome that the CFPB's "Company response to consumer" amounts to; FALSE for words it does not use.
 * @ret_outcome may become NULL: closed without saying how. */
gboolean import_cfpb_response(const char *text, const char **ret_stage, const char **ret_outcome);

G_END_DECLS
