/* lanes.h - how many mails go to one server at once: a slow or silent one keeps a few workers at most, and everything else goes on.
 * Who sends: flow/mail/send.h. */
#pragma once
#include <glib.h>
G_BEGIN_DECLS

#define LANES_OF_A_SERVER 2 /* of the four workers that do all jobs */

typedef struct _MailLanes MailLanes; /* of one process; for any thread */
MailLanes *mail_lanes_new(void);
void mail_lanes_free(MailLanes *lanes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailLanes, mail_lanes_free)

/* FALSE: as many as may are on their way to @server (its name and port): come again at *@ret_again_at, which is later for each that asks, by how long
 * mails take there, so that a thousand that wait ask once or twice each. TRUE: mail_lane_leave() when it is over. @lanes NULL: always TRUE. */
gboolean mail_lane_enter(MailLanes *lanes, const char *server, gint64 now_ms, gint64 *ret_again_at);
void mail_lane_leave(MailLanes *lanes, const char *server, gint64 took_ms);

G_END_DECLS
