/* assets.c - see assets.h. Names below /assets/ bear a hash of the content, so those answers may be kept for ever;
 * the few of fixed names (favicon, manifest) for an hour, then they are asked for by their tag. */
#include "http/assets.h"
#include "http/compress.h"
#include "http/inner.h"
#include "microhttpd.lazy.h"
#include <sodium.h>
#include <string.h>

enum { SLOTS = 1024, CODINGS = 3, TAG = 16 };

typedef struct {
	const Asset *asset;
	struct MHD_Response *responses[CODINGS], *same; /* same: 304 */
	char etag[2 * TAG + 5];
} Kept;

struct _AssetAnswers {
	Kept *slots[SLOTS]; /* set once, by compare-and-swap; the place is the asset's address */
};

AssetAnswers *
asset_answers_new(void)
{
	return g_new0(AssetAnswers, 1);
}

static void
kept_free(Kept *kept)
{
	for (guint i = 0; i < CODINGS; i++)
		if (kept->responses[i] != NULL)
			MHD_destroy_response(kept->responses[i]);
	MHD_destroy_response(kept->same);
	g_free(kept);
}

void
asset_answers_free(AssetAnswers *self)
{
	if (self == NULL)
		return;
	for (guint i = 0; i < SLOTS; i++)
		if (self->slots[i] != NULL)
			kept_free(self->slots[i]);
	g_free(self);
}

static gboolean
is_hashed(const Asset *asset)
{
	return strncmp(asset->path, "/assets/", 8) == 0;
}

static struct MHD_Response *
make(const Kept *kept, Coding coding, const guint8 *bytes, gsize size)
{
	const Asset *asset = kept->asset;
	struct MHD_Response *response = MHD_create_response_from_buffer(size, (void *)bytes, MHD_RESPMEM_PERSISTENT);

	MHD_add_response_header(response, "Content-Type", asset->media_type);
	MHD_add_response_header(response, "Cache-Control", is_hashed(asset) ? "public, max-age=31536000, immutable" : "public, max-age=3600");
	MHD_add_response_header(response, "ETag", kept->etag);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Vary", "Accept-Encoding");
	if (coding != CODING_PLAIN)
		MHD_add_response_header(response, "Content-Encoding", coding_word(coding));
	return response;
}

/* Weak: the same content, however it is coded. */
static void
tag(Kept *kept)
{
	guint8 digest[TAG];
	char hex[2 * TAG + 1];

	crypto_generichash(digest, TAG, kept->asset->plain, kept->asset->plain_size, NULL, 0);
	g_snprintf(kept->etag, sizeof kept->etag, "W/\"%s\"", sodium_bin2hex(hex, sizeof hex, digest, TAG));
}

static Kept *
kept_of(AssetAnswers *self, const Asset *asset)
{
	guint at = g_direct_hash(asset) / 16;

	for (;; at++) {
		Kept **slot = &self->slots[at % SLOTS], *kept = __atomic_load_n(slot, __ATOMIC_ACQUIRE), *none = NULL;

		if (kept != NULL && kept->asset == asset)
			return kept;
		if (kept != NULL)
			continue;
		kept = g_new0(Kept, 1);
		kept->asset = asset;
		tag(kept);
		kept->same = make(kept, CODING_PLAIN, NULL, 0);
		kept->responses[CODING_PLAIN] = make(kept, CODING_PLAIN, asset->plain, asset->plain_size);
		if (asset->gzip != NULL)
			kept->responses[CODING_GZIP] = make(kept, CODING_GZIP, asset->gzip, asset->gzip_size);
		if (asset->brotli != NULL)
			kept->responses[CODING_BROTLI] = make(kept, CODING_BROTLI, asset->brotli, asset->brotli_size);
		if (__atomic_compare_exchange_n(slot, &none, kept, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return kept;
		kept_free(kept); /* another thread was first: look again */
		at--;
	}
}

enum MHD_Result
asset_answer(AssetAnswers *self, Request *request, const Asset *asset)
{
	const Coding coding = coding_choose(request->head.accept_encoding, asset->gzip != NULL, asset->brotli != NULL);
	const char *known = request->head.if_none_match;
	const Kept *kept = kept_of(self, asset);
	const guint status = known != NULL && strstr(known, kept->etag) != NULL ? 304 : 200;
	enum MHD_Result result;

	result = MHD_queue_response(request->connection, status, status == 304 ? kept->same : kept->responses[coding]);
	request->step = STEP_ANSWERED;
	metrics_count(request->server->metrics, -1, status, g_get_monotonic_time() - request->begun_us);
	return result;
}
