/* guide.c - see the header. */
#include "cases/guide.h"
#include "cases/record.h"
#include <string.h>

const char *const guide_steps[] = { "listen", "empathise", "clarify", "offer", "act", "learn", NULL };

typedef enum { LISTEN, EMPATHISE, CLARIFY, OFFER, ACT, LEARN } Step;

/* ---- what is kept: lines "sN ms words" for signs, "hN ms +" or "-" for hands ------------------------------------------ */

void
guide_marks_read(const char *text, GuideMarks *ret)
{
	*ret = (GuideMarks){ 0 };
	for (const char *p = text; p != NULL && *p != '\0';) {
		const char *end = strchrnul(p, '\n');
		guint at = g_ascii_isdigit(p[1]) ? (guint)(p[1] - '0') : G_MAXUINT;
		char *behind = NULL;
		gint64 ms = end > p + 3 ? g_ascii_strtoll(p + 3, &behind, 10) : 0;

		if (p[0] == 's' && at < N_SIGNS && ms > 0 && behind < end) {
			ret->sign_at[at] = ms;
			g_strlcpy(ret->sign_words[at], behind + 1, MIN(sizeof ret->sign_words[at], (gsize)(end - behind)));
		} else if (p[0] == 'h' && at < GUIDE_STEPS && ms > 0 && behind < end) {
			ret->hand_at[at] = ms;
			ret->hand[at] = behind[1] == '+' ? 1 : -1;
		}
		p = *end == '\n' ? end + 1 : end;
	}
}

char *
guide_marks_write(const GuideMarks *marks)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < N_SIGNS; i++)
		if (marks->sign_at[i] != 0)
			g_string_append_printf(out, "s%u %" G_GINT64_FORMAT " %s\n", i, marks->sign_at[i], marks->sign_words[i]);
	for (guint i = 0; i < GUIDE_STEPS; i++)
		if (marks->hand[i] != 0)
			g_string_append_printf(out, "h%u %" G_GINT64_FORMAT " %c\n", i, marks->hand_at[i], marks->hand[i] > 0 ? '+' : '-');
	return g_string_free(out, FALSE);
}

static void
keep(Case *it, const GuideMarks *marks)
{
	g_free(it->guide);
	it->guide = guide_marks_write(marks);
}

void
guide_note_answer(Case *it, const char *body, gint64 said_at)
{
	const char *words[N_SIGNS];
	GuideMarks marks;
	gboolean news = FALSE;

	if (body == NULL || body[0] == '\0')
		return;
	guide_words_find(body, words);
	guide_marks_read(it->guide, &marks);
	for (guint i = 0; i < N_SIGNS; i++) {
		g_auto(GStrv) parts = NULL;
		g_autofree char *shown = NULL;

		if (words[i] == NULL || marks.sign_at[i] != 0)
			continue;
		parts = g_strsplit(words[i], " * ", -1);
		shown = g_strjoinv(" ", parts);
		if (shown[0] == 'i' && (shown[1] == ' ' || shown[1] == '\''))
			shown[0] = 'I';
		marks.sign_at[i] = said_at;
		g_strlcpy(marks.sign_words[i], shown, sizeof marks.sign_words[i]);
		news = TRUE;
	}
	if (news)
		keep(it, &marks);
}

gboolean
guide_forget_answer(Case *it, gint64 said_at)
{
	GuideMarks marks;
	gboolean news = FALSE;

	guide_marks_read(it->guide, &marks);
	for (guint i = 0; i < N_SIGNS; i++) {
		if (marks.sign_at[i] != said_at)
			continue;
		marks.sign_at[i] = 0;
		news = TRUE;
	}
	if (news)
		keep(it, &marks);
	return news;
}

void
guide_join(Case *target, const Case *source)
{
	GuideMarks ours, theirs;

	guide_marks_read(target->guide, &ours);
	guide_marks_read(source->guide, &theirs);
	for (guint i = 0; i < N_SIGNS; i++)
		if (ours.sign_at[i] == 0 && theirs.sign_at[i] != 0) {
			ours.sign_at[i] = theirs.sign_at[i];
			memcpy(ours.sign_words[i], theirs.sign_words[i], sizeof ours.sign_words[i]);
		}
	for (guint i = 0; i < GUIDE_STEPS; i++)
		if (ours.hand[i] == 0) {
			ours.hand[i] = theirs.hand[i];
			ours.hand_at[i] = theirs.hand_at[i];
		}
	keep(target, &ours);
}

/* ---- the rules ------------------------------------------------------------------------------------------------------ */

static GuideStep
by(const char *how, gint64 at, const char *words)
{
	return (GuideStep){ .done = TRUE, .how = how, .at = at, .words = words };
}

/* The first of two signs that an answer gave. */
static GuideStep
by_words(const GuideMarks *marks, GuideSign first, const char *how, GuideSign other, const char *other_how)
{
	if (marks->sign_at[first] != 0)
		return by(how, marks->sign_at[first], marks->sign_words[first]);
	if (marks->sign_at[other] != 0)
		return by(other_how, marks->sign_at[other], marks->sign_words[other]);
	return (GuideStep){ 0 };
}

/* A promise shows that we act; one that was broken, with none kept, shows that we did not. */
static GuideStep
acted(const GuideFacts *facts)
{
	if (facts->n_given > 0)
		return by("given", 0, NULL);
	if (facts->n_kept > 0)
		return by("kept", 0, NULL);
	if (facts->followed_up_at != 0)
		return by("followed_up", facts->followed_up_at, NULL);
	if (facts->marks.sign_at[SIGN_FOLLOW_UP] != 0)
		return by("followed_up", facts->marks.sign_at[SIGN_FOLLOW_UP], facts->marks.sign_words[SIGN_FOLLOW_UP]);
	return facts->n_promised > 0 && facts->n_broken == 0 ? by("promised", 0, NULL) : (GuideStep){ 0 };
}

/* A complaint is learned from when it is decided and its cause is known; another matter when it ended with a note or a cause. */
static GuideStep
learned(const GuideFacts *facts)
{
	if (facts->n_actions > 0)
		return by("learned", 0, NULL);
	if (facts->complaint)
		return facts->decided_at != 0 && facts->has_cause ? by("decided", facts->decided_at, NULL) : (GuideStep){ 0 };
	return facts->ended_at != 0 && (facts->has_cause || facts->has_notes) ? by("documented", facts->ended_at, NULL) : (GuideStep){ 0 };
}

void
guide_compute(const GuideFacts *facts, GuideStep ret[GUIDE_STEPS])
{
	const GuideMarks *marks = &facts->marks;

	ret[LISTEN] = facts->answered_at != 0 ? by("answered", facts->answered_at, NULL) : (GuideStep){ 0 };
	ret[EMPATHISE] = by_words(marks, SIGN_APOLOGY, "apology", SIGN_EMPATHY, "empathy");
	ret[CLARIFY] = by_words(marks, SIGN_SUMMARY, "summary", SIGN_QUESTION, "question");
	ret[OFFER] = facts->n_offered > 0 ? by("offered", 0, NULL) : by_words(marks, SIGN_OPTIONS, "options", SIGN_OPTIONS, "options");
	ret[ACT] = acted(facts);
	ret[LEARN] = learned(facts);
	for (guint i = 0; i < GUIDE_STEPS; i++)
		if (marks->hand[i] != 0)
			ret[i] = (GuideStep){ .done = marks->hand[i] > 0, .how = marks->hand[i] > 0 ? "hand" : NULL, .at = marks->hand_at[i] };
}

json_t *
guide_to_json(const GuideStep steps[GUIDE_STEPS])
{
	json_t *list = json_array();
	gboolean next = TRUE;

	for (guint i = 0; i < GUIDE_STEPS; i++) {
		json_t *one = json_object();

		json_put_int(one, "n", i + 1);
		json_put_text(one, "step", guide_steps[i]);
		json_put_text(one, "state", steps[i].done ? "done" : next ? "next" : "later");
		json_put_text(one, "how", steps[i].how);
		json_put_text(one, "words", steps[i].words);
		json_put_time(one, "at", steps[i].done ? steps[i].at : 0);
		json_array_append_new(list, one);
		next = next && steps[i].done;
	}
	return list;
}

/* ---- by hand -------------------------------------------------------------------------------------------------------- */

static gboolean
tick_on(Db *db, Case *it, guint at, gboolean done, const Actor *actor, gint64 now_ms, GError **error)
{
	GuideMarks marks;
	json_t *facts = json_object();

	guide_marks_read(it->guide, &marks);
	marks.hand[at] = done ? 1 : -1;
	marks.hand_at[at] = now_ms;
	keep(it, &marks);
	json_put_text(facts, "step", guide_steps[at]);
	if (case_save(db, it, now_ms, error))
		return record_event(db, done ? "guide.ticked" : "guide.unticked", it->id, it->version, 0, actor, now_ms, facts, error);
	json_decref(facts);
	return FALSE;
}

gboolean
guide_tick(Db *db, gint64 case_id, const char *step, gboolean done, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Case) it = NULL;
	guint at = 0;

	if (!case_word_is(guide_steps, step, &at)) {
		err_add_field(error, "/step", "There is no such step.");
		return FALSE;
	}
	if (!actor_must(actor, "case.write", error) || (tx = db_begin(db, error)) == NULL || (it = case_lock(db, case_id, error)) == NULL)
		return FALSE;
	if (it->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "case %s was merged into another one", it->ref);
		return FALSE;
	}
	return tick_on(db, it, at, done, actor, now_ms, error) && db_tx_commit(tx, error);
}
