// A company connects its address, and a customer who only ever writes mail is answered by mail.
import { addMailbox, htmlMail, pastePicture, receive, takeMail } from '../mailing.mjs';

export const sentence = 'A mailbox is added and tried, a mail becomes a case and shows as it was written, an answer leaves by mail and can be taken back in time, with its picture and its copies';
export const expectedLog = ['refused the connection']; // the mailbox is to be fetched from where nobody listens

async function connect(t, port) {
	const page = await t.page();
	await t.signIn(page, 'admin', '/mailboxes');
	await t.sees(page, 'No mailbox yet');
	await page.fill('input[name=address]', 'help@larch.example');
	await page.fill('input[name=name]', 'Larch & Fern');
	await Promise.all([page.waitForURL(/\/mailboxes\/[A-Z0-9-]+$/), page.getByRole('button', { name: 'Add', exact: true }).click()]);
	const test = page.getByRole('button', { name: 'Test connection' });
	await test.click();
	await t.sees(page, 'There is no server to try yet');
	await page.fill('[name="imap.host"]', '127.0.0.1');
	await page.fill('[name="imap.port"]', '1');
	await page.selectOption('[name="imap.security"]', 'none');
	await page.fill('[name="smtp.host"]', '127.0.0.1');
	await page.fill('[name="smtp.port"]', String(port));
	await page.selectOption('[name="smtp.security"]', 'none');
	await page.selectOption('[name="smtp.auth"]', 'none');
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), page.getByRole('button', { name: 'Save', exact: true }).click()]);
	await page.reload();
	await test.click();
	await t.sees(page.locator('#tested'), 'refused the connection');
	await t.sees(page.locator('#tested .is-kept'), 'connected and signed in');
	t.expect((await t.axe(page, 'the test')).length === 0, 'axe finds something on the page that tells of the test');
	await page.context().close();
}

// The mail as its writer made it: its own picture shows, a stranger's does not until asked for, and then by way of our server alone.
async function looksAt(t, page) {
	const asked = [];
	page.on('request', (request) => asked.push(request.url()));
	await page.reload();
	const frame = page.frameLocator('iframe.rd-mail');
	await frame.getByRole('cell', { name: '3 November' }).waitFor();
	await t.until('the picture in the mail', () => frame.getByAltText('the leak').evaluate((image) => image.complete && image.naturalWidth === 120));
	t.expect(await page.title() !== 'taken', 'a script of the mail ran');
	t.expect(asked.every((url) => url.startsWith(t.url) || url.startsWith('about:')), `something was asked of others: ${asked}`);
	const shown = page.waitForResponse((answer) => answer.url().includes('/picture?url='));
	await page.getByRole('button', { name: 'Show pictures from outside (1)' }).click();
	t.expect((await shown).status() === 404, 'a mail made our server ask a machine of the house');
	t.expect(asked.every((url) => url.startsWith(t.url) || url.startsWith('about:')), `something was asked of others: ${asked}`);
}

// What waits for a person is counted where everybody begins, and let in by one button.
async function letsIn(t, house, page) {
	await addMailbox(house, 'shop@larch.example', '--when-unknown', 'ask');
	await receive(house, 'From: Stranger <who@else.example>\nTo: shop@larch.example\nSubject: May I come in\nMessage-ID: <in@else.example>\n\nHello?\n', 'who@else.example', 'shop@larch.example');
	const link = page.locator('#views a[href="/mail/journal"]');
	await page.goto('/cases?view=unassigned&sort=newest');
	await t.until('the count of what waits', async () => { await page.reload(); return (await link.innerText()).trim().endsWith('1'); });
	await link.click();
	await page.getByRole('row', { name: /who@else\.example/ }).getByRole('button', { name: 'Let it in' }).click();
	await t.sees(page, 'Everything found its place');
	await page.goto('/cases?view=unassigned&sort=newest');
	await t.until('the case of a stranger', async () => { await page.reload(); return page.getByRole('link', { name: 'May I come in' }).count(); });
	t.expect(await link.locator('.rd-count').count() === 0, 'the count stays though nothing waits');
}

// One part of a mail that left, its lines joined and its letters as they were.
function part(mail, type) {
	const piece = mail.split(/\r?\n--[^\r\n]+\r?\n/).find((one) => new RegExp(`^Content-Type: ${type}`, 'im').test(one.split(/\r?\n\r?\n/)[0]));
	const body = piece.slice(piece.search(/\r?\n\r?\n/)).trim();
	if (!/quoted-printable/i.test(piece.split(/\r?\n\r?\n/)[0])) return body;
	return Buffer.from(body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');
}

// As its readers show it: Apple's all of it, Gmail without head and styles of its own, Outlook with what Word knows, a telephone at 320 px.
async function looksAlike(t, mail) {
	const html = part(mail, 'text/html'), text = part(mail, 'text/plain');
	t.expect(!/<(style|link|script|svg|form|video)\b/i.test(html) && !/\b(display:\s*(flex|grid)|position|float|background-image|max-height|@media|var\()/i.test(html), `Outlook or Gmail drops some of it: ${html}`);
	t.expect(/<table role="presentation"/.test(html) && /font-family:[^;"]*sans-serif/.test(html), 'its table or its font is not said in place');
	t.expect(text.includes('We send you your money back.') && !/<\w+[ >]/.test(text) && text.split('\n').every((line) => line.length <= 998), `not for a reader of text: ${text}`);
	const page = await t.page();
	const looks = [];
	for (const [reader, shown] of [['whole', html], ['without its head', html.replace(/^[\s\S]*<body[^>]*>/i, '<div>').replace(/<\/body>[\s\S]*$/i, '</div>')], ['without what Word does not know', html.replace(/max-width:100%/g, '')]]) {
		for (const width of [320, 600]) {
			await page.setViewportSize({ width, height: 700 });
			await page.setContent(shown.replace(/src="cid:[^"]*"/, 'src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="'));
			const look = await page.evaluate(() => {
				const words = document.querySelector('p'), style = getComputedStyle(words), box = words.getBoundingClientRect();
				return { wide: document.documentElement.scrollWidth > innerWidth, size: parseFloat(style.fontSize), colour: style.color, font: style.fontFamily, left: box.left, lines: words.innerText.trim(), pictures: [...document.images].every((image) => image.alt) };
			});
			t.expect(!look.wide && look.size >= 14 && look.left >= 8 && look.pictures && look.lines.startsWith('We send you your money back.'), `${reader}, ${width} px: ${JSON.stringify(look)}`);
			looks.push(`${look.size} ${look.colour} ${look.font} ${look.lines}`);
		}
	}
	t.expect(new Set(looks).size === 1, `it looks otherwise in some reader: ${[...new Set(looks)]}`);
	await page.context().close();
}

// The page is made fresh while somebody is about to press: the button stays under their hand, in every frame.
async function standsStill(t, page, button) {
	await button.evaluate((it) => {
		const watched = { places: new Set() };
		const look = () => {
			watched.places.add(Math.round(it.getBoundingClientRect().left) + (it.isConnected ? '' : ' gone'));
			requestAnimationFrame(look);
		};
		look();
		window.watched = watched;
	});
	await page.evaluate(() => fetch(`/api/v1${location.pathname}/messages`, { method: 'POST', body: JSON.stringify({ direction: 'note', body: 'Looked into it.' }),
		headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': document.body.dataset.csrf } }));
	const { version } = (await t.api(page, 'GET', new URL(page.url()).pathname)).json;
	await t.until('the page made fresh', () => page.evaluate((now) => Number(document.getElementById('case').dataset.version) >= now, version));
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
	const places = await page.evaluate(() => [...window.watched.places]);
	t.expect(places.length === 1, `the button moved: ${places.join(', ')}`);
}

export default async function (t, house) {
	const server = await takeMail();
	let toOurs = 0;
	const ours = (await import('node:net')).createServer((socket) => { toOurs++; socket.destroy(); });
	await new Promise((done) => ours.listen(0, '127.0.0.1', done));
	try {
		await connect(t, server.port);
		await receive(house, htmlMail({ remote: `http://127.0.0.1:${ours.address().port}/logo.png` }));
		const page = await t.page();
		await t.signIn(page, 'agent', '/cases?view=unassigned&sort=newest');
		await t.until('the case', async () => { await page.reload(); return page.getByRole('link', { name: 'The kettle leaks again' }).count(); });
		await page.getByRole('link', { name: 'The kettle leaks again' }).click();
		await page.locator('#write').waitFor();
		await looksAt(t, page);
		t.expect(toOurs === 0, 'our server connected to a machine of the house');

		// A note has no mail about it; an answer does.
		await page.locator('label.rd-tab', { hasText: 'Note' }).click();
		t.expect(!await page.locator('.rd-by-mail').isVisible(), 'a note is offered as a mail');
		await page.locator('label.rd-tab', { hasText: 'Reply' }).click();
		await page.locator('.rd-by-mail').waitFor();
		await page.fill('#write textarea[name=body]', 'We send you a third one, and we are sorry.\n');
		await pastePicture(page);
		await page.locator('#write .rd-mail-more summary').click();
		await page.fill('#write input[name=cc]', 'shop@larch.example');
		await page.locator('#write button[type=submit]').click();
		const answers = page.locator('.rd-msg.is-outbound:not(.is-automatic)'), mine = answers.first();
		await mine.getByText(/^Leaves in \d+ s$/).waitFor();
		await standsStill(t, page, mine.getByRole('button', { name: 'Undo' }));
		await mine.getByRole('button', { name: 'Undo' }).click();
		await t.sees(mine, 'Taken back. Nobody got it.');
		await t.until('the case to be ours to answer again', async () => !(await page.locator('.rd-now').innerText()).includes('With the customer'));
		const theirs = await page.evaluate(async () => (await fetch(new URL((await (await fetch(`/api/v1${location.pathname}/link`)).json()).url).pathname)).text());
		t.expect(theirs.includes('Where it stands') && !theirs.includes('third one'), 'the customer reads on their page what was taken back');
		const field = page.locator('#write textarea[name=body]');
		await t.until('the words back in the composer', async () => (await field.inputValue()) === 'We send you a third one, and we are sorry.\n[image: picture-1.png]');
		const again = page.locator('#write [data-again] label');
		t.expect(await again.count() === 1 && (await again.innerText()).includes('picture-1.png'), 'the picture is not back');
		t.expect(await page.inputValue('#write input[name=cc]') === 'shop@larch.example' && await page.locator('#write input[name=cc]').isVisible(), 'the copy is not back');
		await page.reload(); // the server has it, not the page alone
		t.expect(await again.count() === 1 && await again.locator('input').isChecked() && await page.inputValue('#write input[name=cc]') === 'shop@larch.example', 'it is gone with the page');
		t.expect(await page.locator('#write button[type=submit]').isEnabled(), 'what its writer did alone holds the answer up');
		await page.setViewportSize({ width: 390, height: 844 });
		t.expect((await t.axe(page, 'what was taken back')).length === 0 && await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'on a telephone it is too wide, or axe finds something');
		await page.setViewportSize({ width: 1280, height: 900 });
		await page.evaluate(() => document.querySelector('#write textarea[name=body]').focus());
		await pastePicture(page); // another one is not mistaken for it
		await t.sees(page.locator('[data-picked]'), 'picture-2.png');
		await field.fill('We send you your money back.\n[image: picture-1.png]');
		await page.locator('#write button[type=submit]').click();
		await page.getByText(/^Leaves in \d+ s$/).waitFor();

		const stays = page.url();
		await page.goto('/mail/journal');
		await t.sees(page.locator('section[aria-labelledby="h-out"]'), 'anna@customer.example');
		await t.sees(page, 'Everything found its place');
		await letsIn(t, house, page);
		await page.goto(stays);
		await answers.last().getByText(/^Sent /).waitFor({ timeout: 20000 });
		t.expect(server.taken.filter((mail) => mail.includes('money back')).length === 1 && !server.taken.some((mail) => mail.includes('third one')), 'what was taken back left, or the other did not');
		const left = server.taken.find((mail) => mail.includes('money back')).replace(/=\r?\n/g, '');
		const picture = /^Content-Id: <(.+)>/im.exec(left)?.[1];
		t.expect(/^Cc: .*shop@larch\.example/im.test(left) && picture && left.includes(`src=3D"cid:${picture}"`) && /filename="?picture-2\.png/i.test(left), `the answer left otherwise than it was written: ${left.replace(/[A-Za-z0-9+\/=\r\n]{100,}/g, "...")}`);
		await looksAlike(t, server.taken.find((mail) => mail.includes('money back')));
	} finally {
		server.close();
		ours.close();
	}
}
