/* multipart.h - multipart/form-data taken apart as it arrives, in constant memory (RFC 7578, and what browsers and curl
 * really send). Where the parts go is the caller's: body.c writes files to blobs and keeps fields. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

enum { MULTIPART_PARTS = 200, MULTIPART_HEAD_BYTES = 4096 };

/* Any of them may refuse with @error; then the parser stays failed. */
typedef struct {
	/* A part begins. @file_name is NULL for a plain field; for a file its last path component, "" when the sender chose
	 * none. @media_type has the form type/subtype, "application/octet-stream" when none or a wrong one was sent. */
	gboolean (*begin)(gpointer data, const char *name, const char *file_name, const char *media_type, GError **error);
	gboolean (*bytes)(gpointer data, const char *bytes, gsize size, GError **error);
	gboolean (*end)(gpointer data, GError **error);
} MultipartSink;

typedef struct _Multipart Multipart;

/* @content_type: the request's header. ERR_INVALID without a usable boundary. */
Multipart *multipart_new(const char *content_type, const MultipartSink *sink, gpointer data, GError **error);
/* The next bytes, in pieces of any size. ERR_INVALID for what is no multipart, too many parts, a long part header. */
gboolean multipart_feed(Multipart *self, const char *bytes, gsize size, GError **error);
/* ERR_INVALID when the closing boundary has not come: the body was cut. */
gboolean multipart_finish(Multipart *self, GError **error);
void multipart_free(Multipart *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Multipart, multipart_free)
G_END_DECLS
