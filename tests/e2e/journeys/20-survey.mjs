// After it is resolved: how was it? By mail, on a telephone, without a script; and what a low score brings about.
import { VARIANTS } from '../traveller.mjs';
import { takeMail } from '../mailing.mjs';

export const sentence = 'A case is resolved, its customer answers the survey from the mail on a telephone without JavaScript, and the low score is put right by somebody else, with words';

const PHONE = VARIANTS.find((one) => one.name === 'phone-light');

// The mail's own text, its encoding undone: what a plain reader shows.
function textOf(mail) {
	const part = mail.split(/^--/m).find((one) => /content-type: text\/plain/i.test(one)) ?? mail;
	const body = part.slice(part.indexOf('\r\n\r\n') + 4);
	if (!/quoted-printable/i.test(part)) return body;
	const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}

async function setUp(t, page, port) {
	const csrf = await page.locator('body').getAttribute('data-csrf');
	const post = (method, where, body) => t.api(page, method, where, body, { 'X-CSRF-Token': csrf });
	await post('PATCH', '/settings', { base_url: t.url });
	await post('POST', '/mailboxes', { address: 'help@larch.example', name: 'Larch & Fern', paused: true, imap: { host: '127.0.0.1', port: 1, security: 'none' },
		smtp: { host: '127.0.0.1', port, security: 'none', auth: 'none' } });
	await page.goto('/surveys');
	await page.fill('input[name=name]', 'Straight after');
	await page.selectOption('select[name=standard]', 'csat');
	await Promise.all([page.waitForURL(/\/surveys\/[A-Z0-9-]+/), page.getByRole('button', { name: 'Add', exact: true }).click()]);
	await page.fill('input[name=delay]', '0');
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), page.getByRole('button', { name: 'Save', exact: true }).first().click()]);
	await page.reload();
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), page.getByRole('button', { name: 'Switch on' }).click()]);
	await page.getByRole('link', { name: 'See it as a customer' }).click();
	await t.sees(page, 'How satisfied are you with how we handled this?');
}

async function resolve(t, page) {
	const csrf = await page.locator('body').getAttribute('data-csrf');
	const made = (await t.api(page, 'POST', '/cases', { kind: 'question', subject: 'Kettle leaks', body: 'It leaks.', channel: 'phone',
		customer: { name: 'Ann Lee', email: 'ann@customer.example' } }, { 'X-CSRF-Token': csrf })).json;
	await t.api(page, 'POST', `/cases/${made.ref}/assign`, { owner: 'me' }, { 'X-CSRF-Token': csrf });
	await t.api(page, 'POST', `/cases/${made.ref}/stage`, { stage: 'resolved' }, { 'X-CSRF-Token': csrf });
	return made.ref;
}

async function answers(t, mail, ref) {
	const text = textOf(mail), link = text.match(/^2: (\S+\?score=2)$/m)?.[1], stop = mail.replace(/\r\n\s/g, '').match(/List-Unsubscribe: <(\S+)>/i)?.[1];
	t.expect(link, `no link for a 2 in the mail:\n${text}`);
	t.expect(stop?.startsWith(t.url + '/no-surveys/'), 'the mail has no List-Unsubscribe');
	const page = await t.page({ variant: PHONE, javaScript: false });
	// Whoever scans mail follows every link in it: nothing is answered by that.
	for (const one of text.match(/http\S+\?score=\d/g)) await page.request.get(one);
	await page.goto(link);
	t.expect(await page.locator('input[name=q1][value="2"]').isChecked(), 'the click in the mail did not choose');
	const send = page.getByRole('button', { name: 'Send this answer' });
	t.expect(await send.isVisible() && (await send.boundingBox()).y < PHONE.height - 44, 'the one button is not within the first screen of a telephone');
	await page.fill('#why', 'Nobody rang.');
	await Promise.all([page.waitForURL(/\/survey\/[^?]+\?lang=en$/), page.getByRole('button', { name: 'Send', exact: true }).click()]);
	await t.sees(page, 'Thank you. We read every answer.');
	await page.getByRole('link', { name: 'Change my answer' }).click();
	t.expect(await page.locator('input[name=q1][value="2"]').isChecked() && await page.inputValue('#why') === 'Nobody rang.', 'what was answered is not there to be changed');
	const altered = link.replace(/survey\/(.)/, (_, first) => `survey/${first === 'A' ? 'B' : 'A'}`);
	t.expect((await page.goto(altered)).status() === 404, 'an altered link opens something');
	await t.sees(page, 'This link does not open anything any more');
	// One click of a mail reader, without a page: RFC 8058.
	const gone = await page.request.post(stop, { form: { 'List-Unsubscribe': 'One-Click' }, maxRedirects: 0 });
	t.expect(gone.status() === 200, `one click answered ${gone.status()}`);
	await page.goto(stop);
	await t.sees(page, 'We ask you no more');
}

async function putRight(t, ref) {
	const page = await t.page();
	await t.signIn(page, 'supervisor', `/cases/${ref}`);
	await t.sees(page.locator('#felt'), 'CSAT 2 of 5');
	await t.sees(page.locator('#felt'), 'Nobody rang.');
	await page.goto('/recoveries');
	const row = page.locator('main li').filter({ hasText: 'Kettle leaks' });
	await row.locator('summary').click();
	await row.locator('textarea[name=words]').fill('Rang her, sent a new kettle today.');
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), row.getByRole('button', { name: 'Done', exact: true }).click()]);
	await page.goto('/recoveries?state=done');
	await t.sees(page, 'Rang her, sent a new kettle today.');
	await page.goto('/answers?kind=csat&score=1-2&period=7d');
	await t.sees(page, 'Nobody rang.');
	await page.goto('/cases?view=all&q=' + encodeURIComponent('csat:1-2 received:1d'));
	await t.sees(page, 'Kettle leaks');
	for (const where of ['/recoveries?state=done', '/figures/satisfaction?period=7d', `/cases/${ref}`]) {
		await page.goto(where);
		const found = await t.axe(page, where);
		t.expect(found.length === 0, found.join('\n'));
	}
}

export default async function (t) {
	const server = await takeMail();
	try {
		const admin = await t.page(), agent = await t.page();
		await t.signIn(admin, 'admin', '/surveys');
		await setUp(t, admin, server.port);
		await t.signIn(agent, 'agent');
		const ref = await resolve(t, agent);
		const mail = await t.until('the survey by mail', () => server.taken.find((one) => one.includes('/survey/')), 20000);
		await answers(t, mail, ref);
		await putRight(t, ref);
	} finally {
		server.close();
	}
}
