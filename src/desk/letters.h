/* letters.h - final responses of a case: /cases/{ref}/letter, /letters/{letter}; and their words: /letter-words. */
#pragma once
#include "http/route.h"
G_BEGIN_DECLS

extern const Route desk_letter_routes[];
extern const Route desk_letter_word_routes[];

G_END_DECLS
