/* app.h - what a handler may reach besides its call: given to every request as call->app. Put together once in
 * main/cmd_serve.c. The portal's handlers get the same. */
#pragma once
#include "cases/list.h"
#include "desk/lists.h"
#include "flow/mail/file.h"
#include "http/server.h"
#include "base/seal.h"
#include "org/session.h"
#include "store/store.h"
G_BEGIN_DECLS

struct _Settings; /* org/settings.h */

typedef struct {
	Store *store;
	ActorCache *actors;
	CaseCounters *counters;
	DeskLists *lists; /* emptied by main when an event of people or words is committed */
	struct _Settings *settings;
	struct _ImportRunner *imports; /* desk/import_runner.h */
	struct _Presence *presence; /* desk/presence.h */
	struct _PictureLimit *pictures; /* desk/picture_limit.h; NULL: no limit */
	HttpServer *server;  /* for live_send; NULL in tests without a door */
	guint8 link_key[32]; /* signs customers' tracking links */
	const MailContext *mail;   /* what the flows of mail share; NULL in tests without mail */
	const SealKey *seal_key;   /* opens mailboxes' passwords */
	void (*mailboxes_changed)(gpointer mail_house); /* to be called after the commit */
	gboolean (*can_send)(gpointer mail_house); /* some mailbox can: as of a few seconds ago */
	gpointer mail_house;       /* main/mail_house.h */
} DeskApp;

static inline DeskApp *
desk_app(const Call *call)
{
	return call->app;
}

G_END_DECLS
