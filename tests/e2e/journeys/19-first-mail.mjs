// A new user's first hour with mail, between a real Dovecot and a real Exim (tests/mail/parts.py).
import { spawnSync } from 'node:child_process';
import { pastePicture } from '../mailing.mjs';
import { startServers } from '../servers.mjs';

export const sentence = 'A mailbox is connected on its page, each mistake said precisely; mail is a case within a second, the answer arrives threaded, nothing loops, and the counts agree';
// While the mailbox is set up wrongly, fetching fails as well as trying does.
export const expectedLog = ['refused the connection', 'certificate', 'refused the sign-in', 'does not speak TLS', 'there is no folder', 'closed the connection'];
export const empty = false;

// Mail as three clients write it: swaks, mutt, Thunderbird.
const WRITTEN = [
	(n) => `Date: Thu, 19 Nov 2026 10:00:0${n} +0000\nTo: desk@example.org\nFrom: p${n}@example.net\nSubject: test ${n}\nMessage-Id: <20261119100000.00${n}@host.example.net>\nX-Mailer: swaks v20201014.0 jetmore.org/john/code/swaks/\n\nThis is a test mailing ${n}\n\n`,
	(n) => `Date: Thu, 19 Nov 2026 11:00:0${n} +0100\nFrom: Piet Mulder <p${n}@example.net>\nTo: desk@example.org\nSubject: test ${n}\nMessage-ID: <ZU${n}kV9a@example.net>\nMail-Followup-To: Piet Mulder <p${n}@example.net>,\n desk@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: inline\nContent-Transfer-Encoding: 8bit\n\nDie Rückgabe fehlt.\n\n-- \nPiet\n`,
	(n) => `Message-ID: <0b5c-4f1e-${n}@example.net>\nDate: Thu, 19 Nov 2026 11:00:0${n} +0100\nMIME-Version: 1.0\nUser-Agent: Mozilla Thunderbird\nContent-Language: en-GB\nTo: desk@example.org\nFrom: Piet Mulder <p${n}@example.net>\nSubject: test ${n}\nContent-Type: multipart/alternative;\n boundary="------------W8q${n}"\n\nThis is a multi-part message in MIME format.\n--------------W8q${n}\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\nIt broke again.\n\n--------------W8q${n}\nContent-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n<html><head></head><body><p>It broke <b>again</b>.</p></body></html>\n\n--------------W8q${n}--\n`,
];

async function save(page, values) {
	for (const [name, value] of Object.entries(values)) {
		const field = page.locator(`[name="${name}"]`).last();
		if (!await field.isVisible()) await page.locator('details', { has: page.locator(`[name="${name}"]`) }).last().evaluate((details) => { details.open = true; });
		if (await field.evaluate((it) => it.tagName) === 'SELECT') await field.selectOption(value); else await field.fill(value);
	}
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.status() < 400), page.getByRole('button', { name: 'Save', exact: true }).click()]);
	await page.reload();
}

async function tries(t, page, words) {
	await page.getByRole('button', { name: 'Test connection' }).click();
	await t.sees(page.locator('#tested'), words, 20000);
	await page.reload();
}

async function speaks(t, page, lang) {
	await page.goto('/account');
	await page.selectOption('select[name=lang]', lang);
	await page.locator('form:has(select[name=lang]) button[type=submit]').first().click();
	await t.until('the page in another language', async () => { await page.goto('/account'); return await page.getAttribute('html', 'lang') === lang; });
}

async function connect(t, parts) {
	const page = await t.page();
	await t.signIn(page, 'admin', '/mailboxes');
	await page.fill('input[name=address]', 'desk@example.org');
	await page.fill('input[name=name]', 'Larch & Fern');
	await Promise.all([page.waitForURL(/\/mailboxes\/[A-Z0-9-]+$/), page.getByRole('button', { name: 'Add', exact: true }).click()]);
	const right = { 'imap.host': 'localhost', 'imap.port': String(parts.imaps), 'imap.security': 'tls', 'imap.user': parts.user, 'imap.secret': parts.password,
		'smtp.host': 'localhost', 'smtp.port': String(parts.smtp), 'smtp.security': 'starttls', 'smtp.user': parts.user, 'smtp.secret': parts.password, 'smtp.ca_file': parts.ca };
	await save(page, { ...right, 'imap.port': '1' });
	await tries(t, page, 'localhost:1: refused the connection: nothing listens on that port');
	await save(page, { 'imap.port': String(parts.imap) });
	await tries(t, page, 'check the port, or choose STARTTLS');
	await save(page, { 'imap.port': String(parts.imaps) });
	await tries(t, page, 'its certificate is not trusted: no authority known here has signed it');
	await save(page, { 'imap.ca_file': '/nowhere/ca.pem' });
	await tries(t, page, 'the CA file /nowhere/ca.pem holds no certificate that can be read');
	await save(page, { 'imap.host': '127.0.0.2', 'imap.ca_file': parts.ca, 'imap.secret': parts.password });
	await tries(t, page, 'its certificate is for localhost, not for 127.0.0.2: use the name that the certificate has');
	await save(page, { 'imap.host': 'localhost', 'imap.secret': 'wrong' });
	await tries(t, page, 'refused the sign-in of desk@example.org');
	await save(page, { 'imap.secret': parts.password, 'imap.folders': 'INBOX, Complaints' });
	await tries(t, page, 'there is no folder "Complaints" to read; there are: INBOX');
	const box = page.url().replace(/\/test$/, '');
	await speaks(t, page, 'de');
	await page.goto(box);
	await page.getByRole('button', { name: 'Verbindung prüfen' }).click();
	await t.sees(page.locator('#tested'), 'einen Ordner „Complaints“ zum Lesen gibt es nicht; es gibt: INBOX', 20000);
	await speaks(t, page, 'en');
	await page.goto(box);
	await save(page, { 'imap.folders': 'INBOX' });
	await page.getByRole('button', { name: 'Test connection' }).click();
	await t.sees(page.locator('#tested'), 'connected and signed in; its folders are there', 20000);
	t.expect(await page.locator('#tested .is-late').count() === 0, `something still fails: ${await page.locator('#tested').innerText()}`);
	return page;
}

// A mail stands in the queue by its own date, so it need not be the newest.
async function isThere(t, page, subject) {
	const found = await t.api(page, 'GET', '/cases?view=unassigned&sort=newest&limit=50');
	return found.json.cases.some((one) => one.subject === subject);
}

// From Dovecot's word that it has the mail until the case is there. Half a second of it is Dovecot's own (NOTIFY_DELAY_MSECS of its mailbox-watch.c).
async function isQuick(t, page, parts) {
	const took = [];
	for (let n = 0; n < 10; n++) {
		await parts.deliver('desk', WRITTEN[n % 3](n));
		const from = performance.now();
		await t.until('the case', () => isThere(t, page, `test ${n}`));
		took.push(Math.round(performance.now() - from));
	}
	took.sort((a, b) => a - b);
	console.log(`     ten mails to cases: median ${took[5]} ms, worst ${took[9]} ms`);
	t.expect(took[5] < 1000 && took[9] < 2000, `from Dovecot to the case: ${took} ms`);
}

const header = (mail, name) => new RegExp(`^${name}: (.*(?:\r?\n[ \t].*)*)`, 'im').exec(mail.split(/\r?\n\r?\n/)[0])?.[1].replace(/\s+/g, ' ') ?? '';
const ANNA = (id, more, words) => `From: Anna Lindqvist <anna@example.org>\nTo: desk@example.org\nSubject: The kettle leaks\nMessage-ID: <${id}@example.net>\nDate: ${new Date().toUTCString().replace("GMT", "+0000")}\n${more}\n${words}\n`;

async function pastes(t, page) {
	await pastePicture(page);
	t.expect(await page.inputValue('#write textarea[name=body]') === 'A new one is on its way.\n[image: picture-1.png]', 'its place is not marked');
	await t.sees(page.locator('[data-picked]'), 'picture-1.png');
}

// By swaks through Exim where there is swaks: the way a stranger's mail comes.
async function send(parts) {
	const done = spawnSync('swaks', ['--server', '127.0.0.1', '--port', String(parts.smtp), '--from', 'anna@example.org', '--to', 'desk@example.org', '--helo', 'client.example.net',
		'--header', 'From: Anna Lindqvist <anna@example.org>', '--header', 'Subject: The kettle leaks', '--header', 'Message-Id: <kettle@example.net>', '--body', 'It leaks.'], { encoding: 'utf8' });
	if (done.error) await parts.deliver('desk', ANNA('kettle', '', 'It leaks.'));
	else if (done.status !== 0) throw new Error(`swaks: ${done.stdout}${done.stderr}`);
}

export default async function (t) {
	const parts = await startServers();
	try {
		const admin = await connect(t, parts);
		await isQuick(t, admin, parts);
		await send(parts);
		const page = await t.page();
		await t.signIn(page, 'agent', '/cases?view=unassigned&sort=newest');
		await t.until('the case', () => isThere(t, page, 'The kettle leaks'));
		await page.reload();
		await page.getByRole('link', { name: 'The kettle leaks' }).first().click();
		await page.locator('#write').waitFor();
		await page.fill('#write textarea[name=body]', 'A new one is on its way.\n');
		await pastes(t, page);
		await page.locator('#write button[type=submit]').click();

		// Nobody reloads: the states of delivery come by themselves.
		const mine = page.locator('.rd-msg.is-outbound:not(.is-automatic)');
		await mine.getByText(/^Leaves in \d+ s$/).waitFor();
		await mine.getByText(/^Sent /).waitFor({ timeout: 30000 });
		const mails = await t.until('both mails at Anna', async () => { const all = await parts.inbox('anna'); return all.length === 2 && all; }, 20000);
		const told = mails.find((mail) => header(mail, 'Auto-Submitted')), answer = mails.find((mail) => !header(mail, 'Auto-Submitted'));
		t.expect(header(told, 'Auto-Submitted') === 'auto-replied' && header(told, 'In-Reply-To') === '<kettle@example.net>', told);
		t.expect(header(answer, 'In-Reply-To') === '<kettle@example.net>' && header(answer, 'References').includes('<kettle@example.net>') && /^Re: The kettle leaks/.test(header(answer, 'Subject')), answer);

		// The picture stands in the words: in her reader by its Content-ID, and here.
		const picture = /^Content-Id: <(.+)>/im.exec(answer)?.[1];
		t.expect(/Content-Type: multipart\/related/i.test(answer) && picture && answer.replace(/=\r?\n/g, '').includes(`src=3D"cid:${picture}"`), answer);
		const shown = mine.frameLocator('iframe.rd-mail').getByAltText('picture-1.png');
		await t.until('the picture on the case', async () => await shown.count() === 1 && await shown.evaluate((image) => image.complete && image.naturalWidth === 8));

		// Her out-of-office, and her answer, which refers to ours: one case, and nobody is answered by a machine again.
		await parts.deliver('desk', ANNA('away', `In-Reply-To: ${header(answer, 'Message-ID')}\nAuto-Submitted: auto-replied\n`, 'I am away until Monday.'));
		await parts.deliver('desk', ANNA('thanks', `In-Reply-To: ${header(answer, 'Message-ID')}\nReferences: ${header(answer, 'References')} ${header(answer, 'Message-ID')}\n`, 'Thank you very much.'));
		await t.sees(page, 'I am away until Monday.');
		await t.sees(page, 'Thank you very much.');
		t.expect((await parts.inbox('anna')).length === 2, 'somebody was answered by a machine');

		// Days later it comes back: said on the open page, and the address is closed until somebody says that it works.
		await parts.deliver('desk', `From: mailer-daemon@mx.example.net\nTo: desk@example.org\nSubject: Undelivered\nMessage-ID: <report@mx.example.net>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: ${header(answer, 'Message-ID')}\n\n--b--\n`);
		await mine.getByText(/^Came back from anna@example\.org/).waitFor();
		const allow = page.locator('form[action="/mail/allow"]').getByRole('button');
		await allow.first().waitFor();
		t.expect((await t.axe(page, 'a case whose mail came back')).length === 0, 'axe finds something');
		await allow.first().click();
		await t.until('the address to be open again', async () => await page.locator('form[action="/mail/allow"]').count() === 0);

		// What is counted: all that came is filed, and the server has as many as we saw.
		const tally = async (name) => Number((await admin.locator('.rd-tally div', { hasText: name }).first().locator('dd').innerText()).replace(/\D/g, ''));
		await save(admin, { name: 'Larch and Fern' }); // read again from the beginning: counted against the server
		const n = 14;
		await t.until('the count against the server', async () => { await admin.goto('/mail/journal'); return (await admin.locator('section[aria-labelledby="h-folders"] tbody tr').innerText()).match(/(\d+)\s+(\d+)/)?.[1] === String(n); });
		t.expect((await admin.locator('section[aria-labelledby="h-folders"] tbody tr').innerText()).includes(`${n}\t${n}`), 'the server and we count differently');
		t.expect(await tally('Came') === n && await tally('Filed') === n && await tally('Set aside') === 0 && await tally('Being filed') === 0, `the counts: ${await admin.locator('.rd-tally').innerText()}`);
	} finally {
		await parts.stop();
	}
}
