/* read.h - a kept mail, made ready to be filed: parsed, its new words told from what it quotes, its files named by their content. Off the
 * writer's thread. What is then written: flow/mail/file.h. */
#pragma once
#include "mail/automatic.h"
#include "mail/bounce.h"
#include "mailbox/keep.h"
#include "store/blob_lot.h"
G_BEGIN_DECLS

typedef struct {
	const KeptMail *kept; /* borrowed */
	MailMessage *mail;
	MailKind kind;      /* but for MAIL_OURS, which our keys tell */
	char *kind_why;
	MailBounce *bounce; /* NULL: it is none */
	char *words;   /* all its words, UTF-8, at most 256 kB */
	char *body;    /* the new ones: without what it quotes and without a signature; all of them when nothing else is there */
	char *rest;    /* the others, one after another; NULL when @body is @words */
	char *spans;   /* of @rest, as JSON: what is quoted, what is a signature; NULL with it */
	GArray *files; /* of NewAttachment (cases/intake.h), texts owned by @texts */
	GPtrArray *file_parts;  /* of MailPart beside @files, of @mail */
	GStringChunk *texts;
	char *forwarded_name, *forwarded_from, *forwarded_body; /* who wrote it first, where a colleague forwarded it; NULL otherwise */
} ReadMail;
void read_mail_free(ReadMail *read);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReadMail, read_mail_free)

/* All the words of a mail, plain: its text, or where it has none those of its HTML. (transfer full) */
char *read_mail_words(const MailMessage *mail);
/* Fails only for our own troubles (disk, memory): what strangers write is always read somehow. @kept must outlive it. Nothing is written. */
ReadMail *mail_read(const KeptMail *kept, const char *data_dir, GError **error);
/* Its files into @lot, to be synced before a row that names them is committed. */
gboolean read_mail_put_files(const ReadMail *read, BlobLot *lot, GError **error);

G_END_DECLS
