/* cmd_serve.c - redress serve: puts the house together and answers until it is told to stop. What runs beside it:
 * main/housekeeping.c. Where a request goes: http/server.h. */
#include "action/action.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "desk/account.h"
#include "desk/actions.h"
#include "desk/approvals.h"
#include "desk/bulk.h"
#include "desk/calendars.h"
#include "desk/cases.h"
#include "desk/causes.h"
#include "desk/clock_figures.h"
#include "desk/conversation.h"
#include "desk/customers.h"
#include "desk/dashboard.h"
#include "desk/decisions.h"
#include "desk/exports.h"
#include "desk/files.h"
#include "desk/guide.h"
#include "desk/handling.h"
#include "desk/import_runner.h"
#include "desk/imports.h"
#include "desk/letters.h"
#include "desk/ledger.h"
#include "desk/log.h"
#include "desk/macros.h"
#include "desk/mail.h"
#include "desk/mailboxes.h"
#include "desk/notices.h"
#include "desk/picture_limit.h"
#include "desk/policies.h"
#include "desk/presence.h"
#include "desk/promise_figures.h"
#include "desk/promises.h"
#include "desk/queue.h"
#include "desk/remedies.h"
#include "desk/remedy_callback.h"
#include "desk/remedy_settings.h"
#include "desk/recoveries.h"
#include "desk/satisfaction.h"
#include "desk/settings.h"
#include "desk/sign_in.h"
#include "desk/surveys.h"
#include "desk/teams.h"
#include "desk/tokens.h"
#include "desk/users.h"
#include "desk/views.h"
#include "desk/words.h"
#include "flow/follow/follow.h"
#include "flow/follow/ask.h"
#include "flow/promise/promising.h"
#include "flow/remedy/pay.h"
#include "flow/survey/send.h"
#include "flow/clock/recount.h"
#include "flow/clock/watch.h"
#include "main/commands.h"
#include "main/housekeeping.h"
#include "main/mail_house.h"
#include "org/settings.h"
#include "portal/choose.h"
#include "portal/complain.h"
#include "portal/lost.h"
#include "portal/survey.h"
#include "portal/track.h"
#include "promise/recount.h"
#include "work/timer.h"
#include <signal.h>
#include <stdio.h>

/* For jobs: sending waits for other servers, one thread each. */
enum { WORKER_THREADS = 4 };

typedef struct {
	char *listen, *lmtp;
	int n_threads, rate;
	gboolean behind_tls;
} ServeOptions;

static void
add_routes(Router *router)
{
	static const Route *const tables[] = {
		desk_guide_routes,
		desk_promise_routes, desk_promise_figure_routes,
		desk_queue_routes, desk_clock_figure_routes, desk_policy_routes, desk_calendar_routes, desk_bulk_routes, desk_case_routes, desk_conversation_routes, desk_handling_routes, desk_decision_routes, desk_action_routes, desk_cause_routes, desk_letter_routes, desk_letter_word_routes, desk_file_routes,
		desk_log_routes, desk_dashboard_routes, desk_import_routes, desk_export_routes, desk_view_routes, desk_notice_routes, desk_macro_routes, desk_customer_routes,
		desk_sign_in_routes, desk_account_routes, desk_token_routes, desk_user_routes, desk_team_routes, desk_tree_routes,
		desk_setting_routes, desk_survey_routes, desk_recovery_routes, desk_satisfaction_routes, desk_mailbox_routes, desk_mail_routes, desk_remedy_routes, desk_callback_routes, desk_approval_routes, desk_catalogue_routes, desk_limit_routes, desk_ledger_routes, portal_choose_routes, portal_complain_routes, portal_lost_routes, portal_track_routes, portal_survey_routes,
	};

	for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
		router_add(router, tables[i]);
}

/* Staff see every case (teams with walls between them are not a thing of this version); customers' streams see theirs. */
static gboolean
may_see(const Actor *actor, const char *event_kind, gint64 case_id)
{
	if (actor_may(actor, "case.read"))
		return case_id != 0 || actor_may(actor, "log.read");
	return actor->case_id != 0 && actor->case_id == case_id;
}

typedef struct {
	char *link;
	gboolean first_run;
} FirstRun;

static void
first_run_clear(FirstRun *self)
{
	g_free(self->link);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FirstRun, first_run_clear)

static gboolean
first_run(Db *db, gpointer data, GError **error)
{
	FirstRun *self = data;

	if (!org_is_empty(db, &self->first_run, error))
		return FALSE;
	if (!self->first_run)
		return TRUE;
	g_free(self->link);
	self->link = invite_add(db, "first_run", 0, clock_now_ms(), MS_PER_DAY, error);
	return self->link != NULL;
}

/* Blocks the signals before any thread begins, so that only sigwait here gets them. */
static void
block_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void
mailboxes_changed(gpointer mail_house)
{
	mail_house_changed(mail_house);
}

static gboolean
can_send(gpointer mail_house)
{
	return mail_house_can_send(mail_house);
}

static gboolean
serve(DeskApp *app, const ServeOptions *options, const sigset_t *signals, GError **error)
{
	g_autoptr(Pages) pages = NULL;
	g_autoptr(Router) router = router_new();
	g_autoptr(MailHouse) mail = mail_house_new(app->store, app->settings, TRUE, error);
	g_autoptr(Worker) worker = NULL;
	g_autoptr(Timer) clocks = NULL;
	g_autofree char *lmtp = NULL;
	g_autoptr(HttpServer) server = NULL;
	g_autoptr(Housekeeping) keeper = NULL;
	g_autoptr(ImportRunner) imports = NULL;
	g_auto(FirstRun) first = { NULL };
	HttpConfig config = {
		.listen = options->listen != NULL ? options->listen : "127.0.0.1:8080", .n_threads = (guint)MAX(options->n_threads, 0), .rate_per_minute = (guint)MAX(options->rate, 0),
		.behind_tls = options->behind_tls, .uploads_dir = store_data_dir(app->store), .store = app->store, .app = app,
		.auth = { actor_by_session, actor_by_token, actor_release, app->actors },
	};
	int got;

	if (mail == NULL)
		return FALSE;
	app->mail = mail_house_context(mail);
	app->seal_key = mail_house_key(mail);
	app->mailboxes_changed = mailboxes_changed;
	app->can_send = can_send;
	app->mail_house = mail;
	worker = worker_new(app->store, NULL, NULL);
	mail_house_add_jobs(mail, worker);
	worker_handle(worker, "promise.tick", 0, promise_tick_job, NULL);
	worker_handle(worker, "action.remind", 0, action_remind_job, NULL);
	worker_handle(worker, CLOCK_RECOUNT, 0, clock_recount_job, NULL);
	survey_add_jobs(worker, app->mail);
	remedy_add_jobs(worker, app->seal_key);
	follow_up_add_jobs(worker, app->mail);
	add_routes(router);
	if ((pages = pages_new(error)) == NULL)
		return FALSE;
	config.pages = pages;
	if (!store_write(app->store, first_run, &first, error) || (keeper = housekeeping_start(app, error)) == NULL)
		return FALSE;
	app->imports = imports = import_runner_start(app->store);
	if (!worker_start(worker, WORKER_THREADS, error) ||
	    (clocks = timer_start(app->store, NULL, NULL, &(TimerWork){ clock_watch_next, clock_watch_run, NULL }, error)) == NULL || !mail_house_start(mail, options->lmtp, &lmtp, error) ||
	    (server = http_server_start(&config, router, error)) == NULL)
		return FALSE;
	app->server = server;
	live_may_see_set(server, may_see);
	if (lmtp != NULL)
		printf("taking mail by LMTP on %s\n", lmtp);
	printf("listening on %s\n", http_server_url(server));
	if (first.first_run)
		printf("nobody can sign in yet. Make the first account here, once, within a day:\n  %s/welcome/%s\n", http_server_url(server), first.link);
	fflush(stdout);
	sigwait(signals, &got);
	log_info("serve", "stopping");
	mail_house_stopping(mail);
	app->server = NULL;
	return TRUE;
}

int
cmd_serve(int argc, char **argv)
{
	static ServeOptions options;
	const GOptionEntry entries[] = {
		{ "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "where to answer: 127.0.0.1:8080, [::1]:8080, unix:/path; port 0 takes a free one", "ADDR:PORT" },
		{ "lmtp", 0, 0, G_OPTION_ARG_STRING, &options.lmtp, "take mail from an MTA here: 127.0.0.1:2424 or unix:/path", "WHERE" },
		{ "threads", 0, 0, G_OPTION_ARG_INT, &options.n_threads, "connection threads (default: one a core)", "N" },
		{ "rate", 0, 0, G_OPTION_ARG_INT, &options.rate, "requests a minute that one address or account may make (default 6000)", "N" },
		{ "behind-tls", 0, 0, G_OPTION_ARG_NONE, &options.behind_tls, "a proxy in front speaks https: cookies are marked Secure", NULL },
		{ NULL },
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	DeskApp app = { NULL };
	sigset_t signals;
	gboolean ok;

	if (!command_options("serve", "- answer on the web", entries, &argc, &argv))
		return 2;
	block_signals(&signals);
	if ((store = command_store(TRUE, FALSE)) == NULL)
		return 1;
	app.store = store;
	store_follow(store, flow_follow);
	app.actors = actor_cache_new();
	app.counters = case_counters_new();
	app.lists = desk_lists_new();
	app.presence = presence_new();
	app.pictures = picture_limit_new();
	app.settings = settings_new();
	ok = settings_link_key(app.settings, store, app.link_key, &error) && serve(&app, &options, &signals, &error);
	g_clear_pointer(&store, store_close);
	presence_free(app.presence);
	picture_limit_free(app.pictures);
	desk_lists_free(app.lists);
	case_counters_free(app.counters);
	actor_cache_free(app.actors);
	settings_free(app.settings);
	return ok ? 0 : command_fail("serve", error);
}
