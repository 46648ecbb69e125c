/* gmime_start.c - see gmime_start.h. */
#include "mail/gmime_start.h"
#include "mail/message.h"
#include "text/clean_html.h"
#include "gmime.lazy.h"

gboolean
mail_message_ready(GError **error)
{
	return html_ready(error) && lazy_load(&lazy_gmime, error);
}

void
mail_start_gmime(void)
{
	static gsize once = 0;

	if (g_once_init_enter(&once)) {
		g_mime_init();
		g_once_init_leave(&once, 1);
	}
}
