/* What people wrote is told from what they quote and how they sign: the forms of the world's mail programs and languages,
 * and the sentences that only look like them. */
#include "text/quotes.h"
#include <string.h>

#define QUOTED "Ihr Paket ist auf dem Weg.\n"

/* The announcements alone; each is tried with and without ">" behind it. */
static const char *const attributions[] = {
	"On Mon, 2 Mar 2026 at 10:15, Ann Example <ann@example.org> wrote:",
	"On Mar 2, 2026, at 10:15 AM, Ann Example <ann@example.org> wrote:",
	"On 02/03/2026 10:15, Ann Example wrote:",
	"On Monday, March 2nd, 2026 at 10:15 AM, Ann Example <ann@example.org> wrote:",
	"On Mon, Mar 2, 2026 at 10:15 AM Ann Example <\nann@example.org> wrote:",
	"On Mon, Mar 2, 2026 at 10:15 AM Ann Example, the one with a very long name\n<ann@example.org>\nwrote:",
	"At 2026-03-02 10:15:00, \"Ann Example\" <ann@example.org> wrote:",
	"--- On Mon, 3/2/26, Ann Example <ann@example.org> wrote:",
	"---- On Mon, 02 Mar 2026 10:15:00 +0100 Ann Example <ann@example.org> wrote ----",
	"Am 02.03.26 um 10:15 schrieb Ann Example:",
	"Am Mo., 2. März 2026 um 10:15 Uhr schrieb Ann Example <ann@example.org>:",
	"Am 2. März 2026 10:15:00 MEZ schrieb Ann Example\n<ann@example.org>:",
	"Ann Example <ann@example.org> schrieb am Mo., 2. März 2026, 10:15:",
	"Le lun. 2 mars 2026 à 10:15, Ann Example <ann@example.org> a écrit :",
	"Le 02/03/2026 à 10:15, Ann Example a écrit\xc2\xa0:",
	"El lun, 2 mar 2026 a las 10:15, Ann Example (<ann@example.org>) escribió:",
	"El 02/03/2026 a las 10:15, Ann Example escribió:",
	"Il giorno lun 2 mar 2026 alle ore 10:15 Ann Example <ann@example.org> ha scritto:",
	"Il 02/03/2026 10:15, Ann Example ha scritto:",
	"Op ma 2 mrt 2026 om 10:15 schreef Ann Example <ann@example.org>:",
	"Op 2 mrt. 2026 om 10:15 heeft Ann Example <ann@example.org> het volgende geschreven:",
	"Em seg., 2 de mar. de 2026 às 10:15, Ann Example <ann@example.org> escreveu:",
	"Den mån 2 mars 2026 kl 10:15 skrev Ann Example <ann@example.org>:",
	"Den 2026-03-02 kl. 10:15, skrev Ann Example:",
	"Den man. 2. mar. 2026 kl. 10.15 skrev Ann Example <ann@example.org>:",
	"man. 2. mars 2026 kl. 10:15 skrev Ann Example <ann@example.org>:",
	"ma 2. maalisk. 2026 klo 10.15 Ann Example (ann@example.org) kirjoitti:",
	"Ann Example kirjoitti 2.3.2026 klo 10.15:",
	"pon., 2 mar 2026 o 10:15 Ann Example <ann@example.org> napisał(a):",
	"W dniu 02.03.2026 o 10:15, Ann Example pisze:",
	"W dniu 2 marca 2026 10:15 użytkownik Ann Example <ann@example.org>\nnapisał:",
	"po 2. 3. 2026 v 10:15 odesílatel Ann Example <ann@example.org> napsal:",
	"Dne 02. 03. 26 v 10:15 Ann Example napsal(a):",
	"пн, 2 мар. 2026 г. в 10:15, Анна Пример <ann@example.org>:",
	"2 марта 2026 г., в 10:15, Анна Пример <ann@example.org> написал(а):",
	"02.03.2026 10:15, Анна Пример пишет:",
	"02.03.2026, 10:15, \"Анна Пример\" <ann@example.org>:",
	"02.03.2026 10:15 пользователь \"ann@example.org\" <\nann@example.org> написал:",
	"Понедельник, 2 марта 2026, 10:15 +03:00 от Анна Пример <ann@example.org>:",
	"2026年3月2日(月) 10:15 山田太郎 <ann@example.org>:",
	"2026/03/02 10:15、Ann Example <ann@example.org>のメール:",
	"Ann Example <ann@example.org> 于2026年3月2日周一 10:15写道：",
	"在 2026-03-02 10:15:00，\"张三\" <ann@example.org> 写道：",
	"2026년 3월 2일 (월) 오전 10:15, 홍길동 <ann@example.org>님이 작성:",
	"2026. 3. 2. 오전 10:15, Ann Example <ann@example.org> 작성:",
	"Ann Example <ann@example.org>, 2 Mar 2026 Pzt, 10:15 tarihinde şunu yazdı:",
	"Vào 10:15 2 tháng 3, 2026, Ann <ann@example.org> đã viết:",
	"2026-03-02 10:15 GMT+01:00 Ann Example <ann@example.org>:",
	"-----Original Message-----", "----- Original Message -----", "-----Ursprüngliche Nachricht-----", "-------- Originalnachricht --------",
	"-------- Weitergeleitete Nachricht --------", "-------- Message d'origine --------", "-----Message d'origine-----",
	"-----Mensaje original-----", "-----Messaggio originale-----", "-----Oorspronkelijk bericht-----", "-----Mensagem original-----",
	"-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----", "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----",
	"-----Wiadomość oryginalna-----", "-----Původní zpráva-----", "-----Исходное сообщение-----", "-----元のメッセージ-----",
	"------------------ 原始邮件 ------------------", "-----원본 메시지-----", "-----Özgün İleti-----", "---------- Forwarded message ---------",
	"\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90 Original Message \xe2\x80\x90\xe2\x80\x90\xe2\x80\x90\xe2\x80\x90",
	"________________________________\nFrom: Ann Example <ann@example.org>\nSent: Monday, March 2, 2026 10:15 AM\nTo: Bob <bob@example.org>\nSubject: Your parcel",
	"*From:* Ann Example [mailto:ann@example.org]\n*Sent:* Monday, March 2, 2026 10:15 AM\n*To:* Bob\n*Subject:* Your parcel",
	"From: Ann Example <ann@example.org>\nDate: Monday, 2 March 2026 at 10:15\nTo: Bob <bob@example.org>\nSubject: Your parcel",
	"Von: Ann Example <ann@example.org>\nGesendet: Montag, 2. März 2026 10:15\nAn: Bob <bob@example.org>\nBetreff: Ihr Paket",
	"Von: Ann Example\nDatum: Montag, 2. März 2026 um 10:15\nAn: Bob\nBetreff: Ihr Paket",
	"De : Ann Example <ann@example.org>\nEnvoyé : lundi 2 mars 2026 10:15\nÀ : Bob <bob@example.org>\nObjet : Votre colis",
	"De: Ann Example\nEnviado el: lunes, 2 de marzo de 2026 10:15\nPara: Bob\nAsunto: Su paquete",
	"Da: Ann Example\nInviato: lunedì 2 marzo 2026 10:15\nA: Bob\nOggetto: Il suo pacco",
	"Van: Ann Example\nVerzonden: maandag 2 maart 2026 10:15\nAan: Bob\nOnderwerp: Uw pakket",
	"De: Ann Example\nEnviada em: segunda-feira, 2 de março de 2026 10:15\nPara: Bob\nAssunto: Sua encomenda",
	"Från: Ann Example\nSkickat: den 2 mars 2026 10:15\nTill: Bob\nÄmne: Ditt paket",
	"Fra: Ann Example\nSendt: 2. marts 2026 10:15\nTil: Bob\nEmne: Din pakke",
	"Lähettäjä: Ann Example\nLähetetty: maanantai 2. maaliskuuta 2026 10.15\nVastaanottaja: Bob\nAihe: Pakettisi",
	"Od: Ann Example\nWysłano: poniedziałek, 2 marca 2026 10:15\nDo: Bob\nTemat: Paczka",
	"Od: Ann Example\nOdesláno: pondělí 2. března 2026 10:15\nKomu: Bob\nPředmět: Balík",
	"От: Анна\nОтправлено: 2 марта 2026 г. 10:15\nКому: Боб\nТема: Посылка",
	"差出人: Ann <ann@example.org>\n送信日時: 2026年3月2日 10:15\n宛先: Bob\n件名: 荷物",
	"发件人: \"Ann\" <ann@example.org>;\n发送时间: 2026年3月2日(星期一) 10:15\n收件人: \"Bob\"<bob@example.org>;\n主题: 包裹",
	"寄件者： Ann <ann@example.org>\n寄件日期： 2026年3月2日 10:15\n收件者： Bob\n主旨： 包裹",
	"보낸 사람: Ann <ann@example.org>\n보낸 날짜: 2026년 3월 2일 10:15\n받는 사람: Bob\n제목: 소포",
	"Kimden: Ann <ann@example.org>\nGönderildi: 2 Mart 2026 10:15\nKime: Bob\nKonu: Paket",
};

static void
check(const char *text, const char *reply, const char *signature)
{
	g_autofree char *copy = g_memdup2(text, strlen(text) + 1);
	g_autoptr(GArray) spans = quotes_split(copy, strlen(copy));
	g_autofree char *is_reply = quotes_text(text, spans, SPAN_REPLY), *is_signature = quotes_text(text, spans, SPAN_SIGNATURE);
	gsize at = 0;

	for (guint i = 0; i < spans->len; i++) {
		const QuoteSpan *span = &g_array_index(spans, QuoteSpan, i);

		g_assert_cmpuint(span->start, ==, at);
		g_assert_cmpuint(span->end, >, at);
		g_assert_true(i == 0 || span->kind != span[-1].kind);
		at = span->end;
	}
	g_assert_cmpuint(at, ==, strlen(text));
	if (strcmp(is_reply, reply) != 0 || strcmp(is_signature, signature) != 0)
		g_test_fail_printf("of:\n%s\nthe reply is: \"%s\"\nthe signature is: \"%s\"", text, is_reply, is_signature);
}

static void
test_announcements(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(attributions); i++) {
		g_autofree char *marked = g_strdup_printf("Danke, es ist da.\n\n%s\n\n> " QUOTED ">\n> Gruß\n", attributions[i]);
		g_autofree char *bare = g_strdup_printf("Danke, es ist da.\nBis bald!\n\n%s\n\n" QUOTED "\nGruß\n", attributions[i]);
		g_autofree char *windows = g_strdup_printf("Danke.\r\n\r\n%s\r\n" QUOTED "\r\n", attributions[i]);
		g_autofree char *only = g_strdup_printf("%s\n\n" QUOTED, attributions[i]);
		g_autofree char *below = g_strdup_printf("%s\n> " QUOTED "\nDanke, es ist da.\n", attributions[i]);

		check(marked, "Danke, es ist da.", "");
		check(bare, "Danke, es ist da.\nBis bald!", "");
		check(windows, "Danke.", "");
		check(only, "", "");
		check(below, "Danke, es ist da.", "");
	}
}

/* Devices and programs that sign by themselves, in their users' languages. */
static const char *const devices[] = { "Sent from my iPhone", "Sent from my Verizon Wireless 4G LTE smartphone", "Get Outlook for iOS",
	"Sent from Outlook for Android", "Sent from Yahoo Mail on Android", "Sent with Proton Mail secure email.", "Sent from Mail for Windows 10",
	"Von meinem iPhone gesendet", "Gesendet von Outlook für Android", "Von Yahoo Mail auf Android gesendet", "Gesendet mit der GMX Mail App",
	"Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.", "Envoyé de mon iPhone", "Télécharger Outlook pour Android",
	"Enviado desde mi iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Enviado do meu iPhone", "Skickat från min iPhone",
	"Sendt fra min iPhone", "Lähetetty iPhonesta", "Wysłane z iPhone'a", "Odesláno z mého iPhonu", "Отправлено с iPhone", "iPhoneから送信",
	"发自我的iPhone", "從我的 iPhone 傳送", "나의 iPhone에서 보냄", "iPhone'umdan gönderildi", "(Sent from mobile device)", "<<sent from my galaxy>>" };

static void
test_devices(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(devices); i++) {
		g_autofree char *end = g_strdup_printf("Es fehlt ein Teil.\n\n%s\n", devices[i]);
		g_autofree char *above = g_strdup_printf("Es fehlt ein Teil.\n\n%s\n\nAm 02.03.26 um 10:15 schrieb Ann Example:\n> Hallo\n", devices[i]);

		check(end, "Es fehlt ein Teil.", devices[i]);
		check(above, "Es fehlt ein Teil.", devices[i]);
	}
}

static void
test_signatures(void)
{
	check("It broke.\n\n-- \nAnn Example\nExample Ltd\n", "It broke.", "-- \nAnn Example\nExample Ltd");
	check("It broke.\n--\nAnn Example\n", "It broke.", "--\nAnn Example");
	check("It broke.\n\n-- \n\nAnn\n\n\nOn Mon, 2 Mar 2026 at 10:15, Bob <b@example.org> wrote:\n> Hi\n", "It broke.", "-- \n\nAnn");
	check("It broke.\n\nBest regards,\nAnn Example\nHead of Parcels\n+49 30 1234567\n", "It broke.",
		"Best regards,\nAnn Example\nHead of Parcels\n+49 30 1234567");
	check("Es ist kaputt.\n\nMit freundlichen Grüßen\n\nErika Muster\nMuster GmbH\nTel. 030 1234567\nwww.example.org\n", "Es ist kaputt.",
		"Mit freundlichen Grüßen\n\nErika Muster\nMuster GmbH\nTel. 030 1234567\nwww.example.org");
	check("It broke.\n\nAnn Example\nann@example.org\n(555) 346-9947\nwww.example.org\n", "It broke.",
		"Ann Example\nann@example.org\n(555) 346-9947\nwww.example.org");
	check("It broke.\n\n-Ann Example\n\n\n_______________________________________________\nparcels mailing list\nparcels@lists.example.org\n",
		"It broke.", "-Ann Example\n\n\n_______________________________________________\nparcels mailing list\nparcels@lists.example.org");
	check("It broke.\n\nAnn Example\nvia mobile\n", "It broke.", "Ann Example\nvia mobile");
	check("Sent from my iPhone\n", "", "Sent from my iPhone");
}

/* What must stay: it only looks like a quote or a signature. */
static void
test_own_words(void)
{
	static const char *const own[] = {
		"On Friday your driver wrote me this:\nno one at home.",
		"Am 12.03.2026 um 14:30 schrieb mir Ihr Mitarbeiter:\nDas Paket sei zugestellt. Das stimmt nicht!",
		"On your remote host you can run:\n\n    telnet 127.0.0.1\n\nand it fails.",
		"From: London\nTo: Paris\nDate: 12 May 2026\n\nThe train never came.",
		"Invitation for an interview:\n\nDate: Wednesday 3, October 2011 \nTime: 7 : 00am \nAddress: 130 Fox St\n\nPlease bring in your ID.",
		"Von: Berlin\nAn: Hamburg\n\nDer Zug fiel aus.",
		"Please enter your feedback below.\n\n------------- Enter Feedback Below -------------\n\nIt was late.",
		"Visit us now\n>>> >>>  http://www.example.org <<<\nto see it",
		"It was late.\n> 3 hours late\nNobody called.",
		"Here is another email\n\nSent from my desk, is much easier than my mobile phone.",
		"Sent with DHL on Monday, and nothing came.",
		"Mein Paket fehlt.\n\nViele Grüße\nErika Muster\nKundennummer 4711-0815",
		"It broke.\n\nThanks,\nAnn",
		"It broke.\n\nBest regards\nAnn Example\nOrder 302-1234567-7654321",
		"Please call me:\n\nAnn Example\n+49 30 1234567\nann@example.org",
		"-first point\n-second point",
		"Parts missing:\n\n- Screws\n- Bolts",
		"One - two -- three. Nothing -- at all.",
		"Subject: my complaint\n\nIt broke on 3 May 2026.",
		"Thanks",
		"The receipt said:\n----------------\nTotal 12.50\n----------------\nbut I paid 15.",
		"It broke.\n---\nAlso the invoice is wrong! Please correct it.",
	};

	for (guint i = 0; i < G_N_ELEMENTS(own); i++)
		check(own[i], own[i], "");
	check("", "", "");
	check("\n \n", "", "");
}

static void
test_between(void)
{
	check("On 02/03/2026 10:15, Ann Example wrote:\n> When did you order?\n\nIn May.\n\n> Which colour?\n\nBlue.\n",
		"In May.\n\nBlue.", "");
	check("Hello\n> On 22 Aug 2026, at 19:21, Ann <ann@example.org> wrote:\n>\n> Hi there!\n\n", "Hello", "");
	check("On 02/03/2026 10:15 AM, Ann Example wrote:\n> Hi \nHello", "Hello", "");
	check("reply On Wed, Apr 4, 2026 at 3:59 PM, bob@example.com wrote:\n> Hi", "reply", "");
	check("reply\nbla-bla - bla--- On Wed, Apr 4, 2026 at 3:59 PM, me@example.org wrote:\n> Hi", "reply\nbla-bla - bla", "");
	check("> Kommt es noch?\n\nJa.", "Ja.", "");
	check("Seen.\n\n> [Ticket #50] from bob\n>\n> View ticket (http://example.com/action\n_nonce=3dd518)\n>\n", "Seen.", "");
	check("Blah\n\n---- John Smith wrote ----\n\n> quoted\n> text\n", "Blah", "");
	check("FYI\n\nBegin forwarded message:\n\n> From: Ann <ann@example.org>\n> Subject: Hi\n>\n> Text\n\nWhat now?", "FYI\n\nWhat now?", "");
}

/* Ten times the text takes about ten times as long: every line looks like the start of something. */
static void
test_linear(void)
{
	static const char *const lines[] = { "On Mon 2 Mar 2026\n", "From: a@example.org\n", "To:\n", "> \n", "x wrote:\n", "\n", "--\n", "Sent from\n", "-", ":", ">>>>" };

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		gint64 took[2];

		for (guint big = 0; big < 2; big++) {
			g_autoptr(GString) text = g_string_new(NULL);
			gint64 start = g_get_monotonic_time();
			g_autoptr(GArray) spans = NULL;

			while (text->len < (big ? 400000 : 40000))
				g_string_append(text, lines[i]);
			spans = quotes_split(text->str, text->len);
			took[big] = g_get_monotonic_time() - start;
		}
		if (took[1] > 2000000 && took[1] > took[0] * 40)
			g_error("\"%s\" takes %" G_GINT64_FORMAT " and then %" G_GINT64_FORMAT " us", lines[i], took[0], took[1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/quotes/announcements", test_announcements);
	g_test_add_func("/quotes/devices", test_devices);
	g_test_add_func("/quotes/signatures", test_signatures);
	g_test_add_func("/quotes/own_words", test_own_words);
	g_test_add_func("/quotes/between", test_between);
	g_test_add_func("/quotes/linear", test_linear);
	return g_test_run();
}
