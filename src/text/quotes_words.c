/* quotes_words.c - how the world's mail programs announce a quote, name its headers and sign: data. In the order en, de,
 * fr, es, it, nl, pt, sv, da, no, fi, pl, cs, ru, uk, ja, zh, ko, tr and others. Folded means as g_utf8_casefold() makes
 * it ("ß" is "ss"). How they are used: text/quotes_intro.c, text/quotes_sign.c. */
#include "text/quotes_impl.h"

const HeadWords head_words[] = {
	{ HEAD_FROM, "|from|von|de|expéditeur|da|mittente|van|från|fra|lähettäjä|od|odesílatel|от|от кого|отправитель|від|feladó|"
		     "差出人|送信者|送信元|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람|보낸이|kimden|gönderen|từ|" },
	{ HEAD_SENT, "|sent|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviada|enviada el|enviado em|enviada em|"
		     "inviato|inviato il|verzonden|verzonden op|skickat|sendt|sendt den|lähetetty|wysłano|wysłane|odesláno|отправлено|"
		     "отправлена|надіслано|elküldve|送信日時|送信日|发送时间|發送時間|发送日期|寄件日期|传送时间|傳送時間|보낸 날짜|보낸날짜|보낸 시간|"
		     "gönderildi|gönderme tarihi|" },
	{ HEAD_DATE, "|date|datum|fecha|data|dato|päivämäärä|pvm|päiväys|дата|dátum|日付|日時|日期|时间|時間|날짜|일시|tarih|ngày|" },
	{ HEAD_TO, "|to|an|à|destinataire|para|a|destinatario|aan|till|til|vastaanottaja|do|komu|pro|кому|получатель|címzett|"
		   "宛先|收件人|收件者|받는 사람|받는사람|받는이|kime|alıcı|đến|" },
	{ HEAD_SUBJECT, "|subject|betreff|objet|sujet|asunto|oggetto|onderwerp|assunto|ämne|emne|aihe|temat|předmět|тема|tárgy|"
			"件名|主题|主題|主旨|제목|konu|chủ đề|" },
	{ HEAD_OTHER, "|cc|bcc|kopie|copie à|copie|kopia|kopi|kopio|copia|dw|udw|копия|másolat|抄送|副本|参照|참조|숨은참조|bilgi|"
		      "reply-to|antwort an|répondre à|responder a|rispondi a|antwoorden aan|importance|priority|wichtigkeit|"
		      "importancia|priorità|attachments|anlagen|pièces jointes|organization|newsgroups|message-id|"
		      "in-reply-to|x-mailer|mailed-by|signed-by|resent-from|sender|" },
	{ 0, NULL },
};

const WroteWord wrote_words[] = {
	{ "wrote", FALSE }, { "writes", FALSE }, { "said", TRUE }, { "says", TRUE }, { "sent", TRUE }, { "schrieb", FALSE },
	{ "schrieben", FALSE }, { "geschrieben", FALSE }, { "schreibt", FALSE }, { "a écrit", FALSE }, { "a ecrit", FALSE },
	{ "écrit", TRUE }, { "nous a dit", FALSE }, { "escribió", FALSE }, { "escribio", FALSE }, { "ha escrito", FALSE },
	{ "ha scritto", FALSE }, { "scrive", TRUE }, { "schreef", FALSE }, { "geschreven", FALSE }, { "verzond", TRUE },
	{ "escreveu", FALSE }, { "skrev", FALSE }, { "skreiv", FALSE }, { "kirjoitti", FALSE }, { "napisał", FALSE },
	{ "napisała", FALSE }, { "napisał(a)", FALSE }, { "pisze", FALSE }, { "napsal", FALSE }, { "napsala", FALSE },
	{ "napsal(a)", FALSE }, { "napísal", FALSE }, { "napísal(a)", FALSE }, { "píše", FALSE }, { "написал", FALSE },
	{ "написала", FALSE }, { "написал(а)", FALSE }, { "писал", FALSE }, { "писал(а)", FALSE }, { "пишет", FALSE },
	{ "пише", FALSE }, { "написав", FALSE }, { "のメール", FALSE }, { "書きました", FALSE }, { "からのメッセージ", FALSE },
	{ "写道", FALSE }, { "寫道", FALSE }, { "写到", FALSE }, { "작성", FALSE }, { "쓴 글", FALSE }, { "썼습니다", FALSE },
	{ "yazdı", FALSE }, { "yazmış", FALSE }, { "đã viết", FALSE }, { "írta", FALSE }, { "a scris", FALSE }, { "έγραψε", FALSE },
	{ NULL, FALSE },
};

const char *const opening_words[] = { "On ", "At ", "In message ", "In article ", "Am ", "Den ", "Le ", "El ", "Il ", "Op ", "Em ",
	"På ", "W dniu ", "Dnia ", "Dne ", "Dňa ", "Pe ", "La ", "Vào ", "Στις ", "在", "於", "于", NULL };

const char *const person_words[] = { " I ", " me ", " me:", " us ", " us:", " my ", " our ", " your ", " you ", " mir ", " mir:", " mich ",
	" uns ", " uns:", " ich ", " wir ", " mein", " unser", " Ihr ", " Ihre ", " Ihnen ", " dein ", " votre ", " vous ", " nous ", " m'", " su ",
	" nos ", " usted ", " mi ", " vostro ", " ci ", " mijn ", " uw ", " jullie ", " seu ", " sua ", NULL };

const char *const original_words[] = { "original message", "original mail", "reply message", "reply above", "forwarded message", "forwarded mail",
	"forwarded by", "original appointment", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "original nachricht",
	"antwort nachricht", "urspr. nachricht", "weitergeleitete nachricht", "ursprünglicher termin", "weitergeleitet von", "message d'origine",
	"message d’origine", "message original", "message initial", "message transféré", "mensaje original", "mensaje reenviado",
	"messaggio originale", "messaggio inoltrato", "messaggio originario", "oorspronkelijk bericht", "origineel bericht",
	"doorgestuurd bericht", "mensagem original", "mensagem encaminhada", "mensagem reencaminhada", "ursprungligt meddelande",
	"originalmeddelande", "ursprungsmeddelande", "vidarebefordrat meddelande", "oprindelig meddelelse", "oprindelig besked",
	"videresendt besked", "videresendt meddelelse", "opprinnelig melding", "original melding", "videresendt melding",
	"alkuperäinen viesti", "välitetty viesti", "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość przekazana",
	"przekazana wiadomość", "treść oryginalnej wiadomości", "původní zpráva", "původní e-mail", "přeposlaná zpráva",
	"исходное сообщение", "оригинальное сообщение", "пересылаемое сообщение", "пересланное сообщение", "перенаправленное сообщение",
	"вихідне повідомлення", "переслане повідомлення", "元のメッセージ", "元のメール", "転送メッセージ", "転送されたメッセージ", "original message",
	"原始邮件", "原始郵件", "原邮件", "回复的原邮件", "转发邮件信息", "转发的邮件", "轉寄的郵件", "轉寄訊息", "原始信件", "邮件原件", "원본 메시지",
	"원본 메일", "전달된 메시지", "전달된 메일", "orijinal ileti", "özgün ileti", "özgün i\xcc\x87leti", "orijinal i\xcc\x87leti", "orijinal mesaj", "iletilen ileti", "yönlendirilen ileti",
	"eredeti üzenet", "továbbított üzenet", "mesaj original", "mesaj redirecționat", "αρχικό μήνυμα", "thư gốc", NULL };

const char *const forward_words[] = { "begin forwarded message", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
	"début du message transféré", "début du message réexpédié", "inicio del mensaje reenviado", "inizio messaggio inoltrato",
	"begin doorgestuurd bericht", "início da mensagem encaminhada", "início da mensagem reencaminhada",
	"vidarebefordrat brev", "start på videresendt besked", "start på videresendte besked", "videresendt melding",
	"välitetty viesti alkaa", "początek przekazanej wiadomości", "začátek přeposlané zprávy", "přeposlaná zpráva",
	"начало переадресованного сообщения", "begin vidarebefordrat meddelande", "転送されたメッセージ", "下面是被转发的邮件", "以下是轉寄的郵件",
	"전달된 메시지 시작", "iletilen ileti başlangıcı", "please type your reply above this line", "please reply above this line",
	"reply above this line", "type your reply above this line", "bitte antworten sie oberhalb dieser zeile",
	"bitte geben sie ihre antwort oberhalb dieser zeile ein", "répondez au-dessus de cette ligne",
	"por favor, escriba su respuesta por encima de esta línea", NULL };

const DeviceWords device_words[] = {
	{ "sent from my ", "" }, { "sent from mail for ", "" }, { "sent from outlook", "" }, { "sent from yahoo mail", "" },
	{ "sent from mailbox for ", "" }, { "sent from mailbox", "" }, { "sent wirelessly from my ", "" }, { "sent from proton", "" },
	{ "sent with proton", "" }, { "sent from samsung", "" }, { "sent from gmail mobile", "" }, { "sent from aol", "" },
	{ "sent from a mobile", "" }, { "sent from mobile", "" }, { "sent from nine", "" }, { "sent from windows mail", "" },
	{ "sent from surface", "" }, { "sent from iphone", "" }, { "sent from android", "" }, { "sent from galaxy", "" },
	{ "sent from an ", "" }, { "sent from the all new aol", "" }, { "sent from myspace", "" }, { "sent from icloud", "" },
	{ "sent from blue mail", "" }, { "sent with airmail", "" }, { "sent with sparrow", "" }, { "sent with spark", "" },
	{ "sent with mailspring", "" }, { "sent with superhuman", "" }, { "sent with canary", "" }, { "sent with blue", "" },
	{ "sent with k-9", "" }, { "sent with tutanota", "" }, { "sent using ", "mail" }, { "sent via mobile", "" },
	{ "sent via the samsung", "" }, { "sent via superhuman", "" }, { "sent via blackberry", "" }, { "sent by galaxy", "" },
	{ "sent on the go", "" }, { "get outlook for ", "" }, { "download outlook for ", "" }, { "via mobile", "" }, { "from mobile", "" },
	{ "sent from acompli", "" }, { "sent from bluemail", "" }, { "sent from tapatalk", "" }, { "secured with tuta", "" },
	{ "sent from boxer", "" }, { "sent via ", "iphone" }, { "sent via ", "android" },
	{ "von meinem ", "gesendet" }, { "gesendet von meinem ", "" }, { "gesendet von mail für ", "" }, { "gesendet von outlook", "" },
	{ "gesendet mit der ", "app" }, { "gesendet mit der ", "mail app" }, { "gesendet aus der ", "app" }, { "von yahoo mail ", "gesendet" },
	{ "diese nachricht wurde von meinem ", "gesendet" }, { "diese e-mail wurde von meinem ", "gesendet" }, { "von outlook ", "gesendet" },
	{ "holen sie sich outlook für ", "" }, { "outlook für ", "beziehen" }, { "outlook für ", "herunterladen" }, { "outlook für ", "laden" },
	{ "gesendet von mobil", "" }, { "gesendet vom handy", "" }, { "gesendet von iphone", "" }, { "gesendet mit ", "mail" },
	{ "von meinem iphone", "" }, { "gesendet über ", "app" }, { "von mobil gesendet", "" }, { "mit der gmx ", "gesendet" },
	{ "mit der web.de ", "gesendet" },
	{ "envoyé de mon ", "" }, { "envoyé depuis mon ", "" }, { "envoyé à partir de ", "" }, { "envoyé depuis yahoo", "" },
	{ "envoyé depuis l'application", "" }, { "envoyé de l'application", "" }, { "envoyé à partir d’", "" }, { "envoyé sans fil par ", "" },
	{ "envoyé avec proton", "" }, { "télécharger outlook pour ", "" }, { "obtenez outlook pour ", "" }, { "obtenir outlook pour ", "" },
	{ "provenance : courrier pour ", "" }, { "envoyé depuis un mobile", "" }, { "envoyé d’", "" }, { "envoyé d'", "" },
	{ "enviado desde mi ", "" }, { "enviado desde outlook", "" }, { "enviado desde yahoo", "" }, { "enviado desde correo para ", "" },
	{ "enviado desde un ", "" }, { "obtener outlook para ", "" }, { "descargar outlook para ", "" }, { "enviado con proton", "" },
	{ "enviado con ", "mail" },
	{ "inviato da iphone", "" }, { "inviato da ipad", "" }, { "inviato dal mio ", "" }, { "inviato dall'app", "" }, { "inviato da outlook", "" },
	{ "inviato da yahoo", "" }, { "inviato da posta per ", "" }, { "inviato da libero", "" }, { "scarica outlook per ", "" },
	{ "ottieni outlook per ", "" }, { "inviato con proton", "" },
	{ "verstuurd vanaf mijn ", "" }, { "verzonden vanaf mijn ", "" }, { "verzonden vanuit mail voor ", "" }, { "verzonden met mijn ", "" },
	{ "verzonden via yahoo", "" }, { "verzonden vanaf outlook", "" }, { "verzonden vanuit outlook", "" }, { "download outlook voor ", "" },
	{ "outlook voor ", "downloaden" }, { "verstuurd met mijn ", "" }, { "verstuurd vanaf een ", "" },
	{ "enviado do meu ", "" }, { "enviada do meu ", "" }, { "enviado a partir do meu ", "" }, { "enviado via iphone", "" },
	{ "enviado do yahoo", "" }, { "enviado do outlook", "" }, { "enviado do email para ", "" }, { "enviado do correio para ", "" },
	{ "obter o outlook para ", "" }, { "baixe o outlook para ", "" }, { "obtenha o outlook para ", "" },
	{ "skickat från min ", "" }, { "skickat från mitt ", "" }, { "skickat från e-post för ", "" }, { "skickat från outlook", "" },
	{ "hämta outlook för ", "" }, { "skaffa outlook för ", "" }, { "från min iphone", "" },
	{ "sendt fra min ", "" }, { "sendt fra mit ", "" }, { "sendt fra outlook", "" }, { "sendt fra mail til ", "" }, { "hent outlook ", "" },
	{ "få outlook til ", "" }, { "sendt fra e-post for ", "" }, { "skaff deg outlook for ", "" }, { "få outlook for ", "" },
	{ "last ned outlook for ", "" },
	{ "lähetetty iphonesta", "" }, { "lähetetty ipadista", "" }, { "lähetetty laitteesta", "" }, { "lähetetty minun ", "" },
	{ "lähetetty outlook", "" }, { "hanki outlook", "" }, { "lähetetty windowsin sähköpostista", "" },
	{ "wysłane z mojego ", "" }, { "wysłano z mojego ", "" }, { "wysłane z iphone", "" }, { "wysłane z telefonu", "" },
	{ "wysłane z urządzenia", "" }, { "wysłane z programu ", "" }, { "wysłane z aplikacji ", "" }, { "wysłane z outlook", "" },
	{ "wysłano z aplikacji ", "" }, { "pobierz aplikację outlook", "" }, { "pobierz program outlook", "" }, { "uzyskaj outlook", "" },
	{ "uzyskaj aplikację outlook", "" },
	{ "odesláno z mého ", "" }, { "odesláno z iphonu", "" }, { "odesláno z pošty pro ", "" }, { "odesláno z aplikace ", "" },
	{ "odesláno z outlook", "" }, { "získat outlook pro ", "" }, { "získejte outlook pro ", "" }, { "odesláno ze seznam", "" },
	{ "отправлено с iphone", "" }, { "отправлено с ipad", "" }, { "отправлено с моего ", "" }, { "отправлено с мобильного", "" },
	{ "отправлено с android", "" }, { "отправлено из мобильной", "" }, { "отправлено из почты", "" }, { "отправлено из outlook", "" },
	{ "отправлено из mail", "" }, { "скачать outlook для ", "" }, { "надіслано з iphone", "" }, { "отправлено с устройства", "" },
	{ "надіслано з мого ", "" },
	{ "iphoneから送信", "" }, { "ipadから送信", "" }, { "私の", "から送信" }, { "androidから送信", "" }, { "", "版のメールから送信" },
	{ "outlook for ", "を入手" }, { "yahoo!メール", "から送信" }, { "iphone から送信", "" },
	{ "发自我的", "" }, { "發自我的", "" }, { "来自我的", "" }, { "從我的", "傳送" }, { "从我的", "发送" }, { "發送自我的", "" }, { "发送自我的", "" },
	{ "寄自我的", "" }, { "从我的iphone发送", "" }, { "获取 outlook", "" }, { "取得 outlook", "" }, { "下载 outlook", "" }, { "从 windows 版邮件发送", "" },
	{ "從 windows 的郵件傳送", "" }, { "发送自 windows", "" }, { "发自网易邮箱", "" }, { "获取outlook", "" },
	{ "나의 ", "에서 보냄" }, { "내 ", "에서 보냄" }, { "iphone에서 보냄", "" }, { "ipad에서 보냄", "" }, { "갤럭시에서 보냄", "" },
	{ "내 galaxy에서 보냈습니다", "" }, { "windows용 메일에서 보냄", "" }, { "outlook for ", "다운로드" },
	{ "iphone'", "gönderildi" }, { "iphone’", "gönderildi" }, { "ipad'", "gönderildi" }, { "samsung ", "gönderildi" },
	{ "ios için outlook", "" }, { "android için outlook", "" }, { "windows için posta", "gönderildi" }, { "yahoo postadan ", "gönderildi" },
	{ NULL, NULL },
};

const char *const goodbye_words[] = { "best regards", "kind regards", "warm regards", "with kind regards", "with best regards", "regards",
	"many regards", "best wishes", "kindest regards", "warmest regards", "yours sincerely", "yours faithfully", "yours truly", "sincerely",
	"sincerely yours", "respectfully", "cheers", "thanks", "many thanks", "thank you", "thanks and regards", "thanks & regards",
	"thanks in advance", "thanking you", "best", "all the best", "br", "mit freundlichen grüssen", "mit freundlichem gruss",
	"mit freundlichen gruessen", "freundliche grüsse", "freundlichen gruss", "freundlicher gruss", "beste grüsse", "viele grüsse",
	"liebe grüsse", "herzliche grüsse", "schöne grüsse", "mit besten grüssen", "mit bestem gruss", "mit herzlichen grüssen",
	"hochachtungsvoll", "gruss", "grüsse", "mfg", "lg", "vg", "bg", "beste grüsse aus", "danke und gruss", "vielen dank", "cordialement",
	"bien cordialement", "très cordialement", "salutations", "meilleures salutations", "salutations distinguées", "sincères salutations",
	"bien à vous", "respectueusement", "saludos", "saludos cordiales", "un saludo", "atentamente", "muy atentamente", "cordialmente",
	"un cordial saludo", "cordiales saludos", "reciba un cordial saludo", "cordiali saluti", "distinti saluti", "saluti", "un cordiale saluto",
	"in fede", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "hoogachtend", "groeten",
	"mvg", "atenciosamente", "com os melhores cumprimentos", "melhores cumprimentos", "cumprimentos", "saudações", "com os meus cumprimentos",
	"med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning", "hälsningar", "mvh", "med venlig hilsen",
	"venlig hilsen", "de bedste hilsner", "hilsen", "med vennlig hilsen", "vennlig hilsen", "beste hilsen", "ystävällisin terveisin",
	"terveisin", "yst. terv", "z poważaniem", "pozdrawiam", "z wyrazami szacunku", "pozdrawiam serdecznie", "s pozdravem",
	"s přátelským pozdravem", "zdravím", "s úctou", "с уважением", "с наилучшими пожеланиями", "всего доброго", "з повагою",
	"よろしくお願いいたします", "よろしくお願いします", "宜しくお願い致します", "敬具", "此致", "敬礼", "顺祝商祺", "祝好", "谢谢", "감사합니다", "안녕히 계세요",
	"saygılarımla", "saygılarımızla", "iyi çalışmalar", "sevgiler", "tisztelettel", "üdvözlettel", "cu stimă", NULL };

const char *const number_words[] = { "order", "invoice", "ticket", "case", "claim", "account", "customer", "contract", "policy", "booking",
	"reference", "ref.", "tracking", "serial", "number", " no.", "id:", "bestell", "rechnung", "kunden", "vertrag", "vorgang", "auftrag", "aktenzeichen",
	"nummer", " nr", "az.", "iban", "sendung", "commande", "facture", "dossier", "client", "contrat", "numéro", "n°", "pedido", "factura",
	"cliente", "contrato", "número", "ordine", "fattura", "contratto", "numero", "klant", "factuur", "bestelling", "fatura", "kund", "zamów",
	"faktur", "objednáv", "заказ", "договор", "номер", "注文", "订单", "訂單", "주문", "sipariş", "müşteri", NULL };

const char *const phone_words[] = { "tel", "phone", "ph:", "ph.", "mobile", "mobil", "cell", "fax", "fon", "handy", "t:", "t.", "m:", "m.", "f:",
	"f.", "p:", "o:", "d:", "tél", "téléphone", "móvil", "telefon", "gsm", "puh", "kom.", "тел", "моб", "電話", "电话", "手机", "전화", "skype",
	"☎", "📞", "linkedin", "twitter", NULL };
