/* promise_clause.h - the clause around a word of a sentence, for promise_verbs.c only. */
#pragma once
#include "text/promise_sentence.h"
G_BEGIN_DECLS

/* Where the clause with @at begins: behind a comma or an "and". */
guint clause_of(const Sentence *sentence, guint at);
/* The first word from @at on that is no adverb. */
guint clause_skip_adverbs(const Sentence *sentence, guint at);
/* The subject in front of @at, in the clause that begins at @clause: G_WE, G_YOU, G_THEY, or 0 for a thing. Without one (@ret_none) it is
 * that of a clause before. */
guint32 clause_subject(const Sentence *sentence, guint clause, guint at, gboolean *ret_none);
gboolean clause_past_form(const Sentence *sentence, guint at);

/* Something between @clause and @at takes the promise back: not, hopefully, you said; @please: G_PLEASE where that does too, or 0. */
gboolean clause_takes_back(const Sentence *sentence, guint clause, guint at, guint32 please);
/* A hedge right behind @at: "will try". */
gboolean clause_hedges(const Sentence *sentence, guint at);
/* What falls due, not what is owed to a customer, stands before @verb in its clause: rent, interest. */
gboolean clause_names_cost(const Sentence *sentence, guint verb);

G_END_DECLS
