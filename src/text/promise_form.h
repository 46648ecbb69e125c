/* promise_form.h - what a verb behind "will" promises, by who does it: for promise_verbs.c only. */
#pragma once
#include "text/promise_impl.h"
#include "text/promise_sentence.h"
G_BEGIN_DECLS

/* @subject: of its clause (promise_clause.h). VERB_STOPS where it promises a customer nothing: what expires, costs, or is taken from them. */
VerbForm promise_form(const Sentence *sentence, guint32 subject, guint verb);

G_END_DECLS
