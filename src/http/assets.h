/* assets.h - the embedded files under /assets/, with answers made once and kept. Which files there are: http/page.h.
 * Private to http/. */
#pragma once
#include "http/request.h"
G_BEGIN_DECLS

typedef struct _AssetAnswers AssetAnswers;

AssetAnswers *asset_answers_new(void);
void asset_answers_free(AssetAnswers *self);
enum MHD_Result asset_answer(AssetAnswers *self, Request *request, const Asset *asset);

G_END_DECLS
