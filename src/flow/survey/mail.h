/* mail.h - what a survey's mail says: the question, each answer a link, the way out. And the mail that asks whether it is still
 * right. Pure; sending them: flow/survey/send.h, flow/follow/ask.h. */
#pragma once
#include "survey/survey.h"
G_BEGIN_DECLS

typedef struct {
	const Survey *survey;
	const char *lang, *first_name, *house; /* may be NULL or "" */
	const char *case_subject;
	const char *link;  /* of the page, "https://.../survey/KEY" */
	const char *stop;  /* where one says "no more", NULL: none */
	gint64 ends_at;
} SurveyMail;

/* A click in the mail only chooses: the page it opens has one button, and that is the answer. Machines follow links before people do. */
char *survey_mail_subject(const char *lang);
char *survey_mail_text(const SurveyMail *mail);
char *survey_mail_html(const SurveyMail *mail);
/* What stands on the case: the question, without a link that would let staff answer for the customer. */
char *survey_mail_note(const SurveyMail *mail);

/* survey: NULL; link: of /still-right/KEY. */
char *still_right_text(const SurveyMail *mail);
char *still_right_html(const SurveyMail *mail);
char *still_right_note(const SurveyMail *mail);

G_END_DECLS
