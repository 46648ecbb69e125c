// What is above an agent's authority is approved by somebody else, chosen by the customer on a phone, and paid by the shop once.
import crypto from 'node:crypto';
import http from 'node:http';
import { VARIANTS } from '../traveller.mjs';

export const sentence = 'An offer above authority is approved by somebody else, the customer chooses on a phone without a script, and a system of the house pays it exactly once';
export const expectedLog = ['It cannot answer right now (503)'];

// A shop that pays once for each key, says 503 the first time after it has paid, and keeps what it was sent.
async function openShop() {
	const shop = { calls: [], paid: new Map(), secret: '' };
	const server = http.createServer((request, answer) => {
		let body = '';
		request.setEncoding('utf8').on('data', (part) => { body += part; }).on('end', () => {
			const key = request.headers['idempotency-key'], [, at, hex] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(request.headers['x-redress-signature']) ?? [];
			const ours = crypto.createHmac('sha256', shop.secret).update(`${at}.${body}`).digest('hex');
			shop.calls.push({ key, body, signed: hex === ours });
			const first = !shop.paid.has(key);
			if (first) shop.paid.set(key, { reference: `SHOP-${shop.paid.size + 1}`, ...JSON.parse(body) });
			const { reference, remedy, amount_minor, currency } = shop.paid.get(key);
			answer.writeHead(first ? 503 : 200, { 'Content-Type': 'application/json' });
			answer.end(first ? 'the answer is lost' : JSON.stringify({ reference, remedy, amount_minor, currency }));
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return Object.assign(shop, { port: server.address().port, close: () => server.close() });
}

// The shop is named in the settings, its key told once, and money back is its business from now on.
async function connect(t, shop) {
	const page = await t.page();
	await t.signIn(page, 'admin', '/settings');
	await page.fill('input[name=webhook_hosts]', `127.0.0.1:${shop.port}`);
	await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST'), page.getByRole('button', { name: 'Save', exact: true }).click()]);
	await page.goto('/remedy-types');
	const system = page.locator('form[action="/remedy-hooks"]');
	await system.locator('input[name=name]').fill('The shop');
	await system.locator('input[name=url]').fill(`http://127.0.0.1:${shop.port}/pay`);
	await system.getByRole('button', { name: 'Add a system' }).click();
	shop.secret = await page.locator('code').first().innerText();
	t.expect(shop.secret.length > 30, 'the key is not told');
	await page.goto('/remedy-types');
	await page.getByRole('link', { name: 'Compensation for distress' }).click();
	await page.selectOption('select[name=done_by]', 'webhook');
	await page.selectOption('select[name=hook]', { label: 'The shop' });
	await Promise.all([page.waitForURL('**/remedy-types'), page.getByRole('button', { name: 'Save', exact: true }).click()]);
	await page.context().close();
}

export default async function (t) {
	const shop = await openShop();
	try {
		await connect(t, shop);
		const form = await t.page();
		await form.goto('/complain');
		await form.fill('textarea[name=body]', 'The dishwasher leaked through my floor and nobody rang.');
		await form.fill('input[name=name]', 'Rita Farrow');
		await form.fill('input[name=reach]', 'rita@customer.example');
		await form.locator('form[action="/complain"] button[type=submit]').click();
		const track = await form.locator('a[href*="/track/"]').first().getAttribute('href');

		const desk = await t.page();
		await t.signIn(desk, 'agent', '/cases?view=unassigned&sort=newest');
		await desk.getByRole('link', { name: /dishwasher leaked through my floor/ }).first().click();
		await desk.locator('#remedies').waitFor();
		await desk.locator('body').press('m');
		await desk.waitForURL(/\/offer$/);
		await desk.selectOption('select[name="option1.type"]', { label: 'Compensation for distress' });
		await desk.fill('input[name="option1.amount"]', '£180');
		await desk.fill('textarea[name="option1.words"]', 'For the boards and for the trouble.');
		await desk.locator('summary', { hasText: 'Option 2' }).click();
		await desk.selectOption('select[name="option2.type"]', { label: 'A repair' });
		await desk.fill('textarea[name=words]', 'Dear Rita, please choose what suits you.');
		await desk.fill('textarea[name=reason]', 'Two missed visits, and nine days of silence.');
		t.expect((await t.axe(desk, 'the offer')).length === 0, 'axe finds something on the offer');
		await Promise.all([desk.waitForURL(/\/cases\/[A-Z0-9-]+(#remedies)?$/), desk.getByRole('button', { name: 'Offer it' }).click()]);
		await t.sees(desk.locator('#remedies'), 'To approve');
		await t.sees(desk.locator('#remedies'), 'above your limit');

		const boss = await t.page();
		await t.signIn(boss, 'supervisor', '/approvals?all=1');
		await boss.getByRole('row', { name: /dishwasher leaked/ }).getByRole('link').first().click();
		await t.sees(boss, 'Two missed visits');
		t.expect((await t.axe(boss, 'the approval')).length === 0, 'axe finds something on the approval');
		await boss.locator('label', { hasText: 'Approve £180.00' }).click();
		await boss.getByRole('button', { name: 'Decide' }).click();
		await boss.waitForURL('**/approvals');

		const phone = await t.page({ variant: VARIANTS[2], javaScript: false });
		await phone.goto(track);
		await phone.getByRole('link', { name: 'See the choices' }).click();
		await t.sees(phone, 'Rita, how shall we put it right?');
		t.expect(await phone.locator('input[name=option]:checked').count() === 0, 'something is chosen for the customer');
		t.expect((await t.overflow(phone, 'the choice')).length === 0, 'the choice scrolls sideways on a phone');
		await phone.locator('label', { hasText: 'For the boards and for the trouble.' }).click();
		await phone.getByRole('button', { name: 'This is my choice' }).click();
		await phone.getByText(/We have your choice|We are on it/).first().waitFor();

		await t.until('the first call', () => shop.calls.length === 1);
		await desk.reload();
		await t.sees(desk.locator('#remedies'), 'Being done');
		const ref = /([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(desk.url())[1];
		await t.signIn(await t.page(), 'agent').catch(() => {});
		const [remedy] = (await t.api(boss, 'GET', `/cases/${ref}`)).json.remedies.filter((one) => one.kind === 'compensation');
		await boss.goto(`/cases/${ref}`);
		const row = boss.locator('#remedies li', { hasText: '£180.00' });
		await row.locator('summary', { hasText: 'Do it' }).click();
		await row.getByRole('button', { name: 'Try again now' }).click();
		await t.until('the remedy to be done', async () => (await t.api(boss, 'GET', `/remedies/${remedy.ref}`)).json.state === 'done');
		await boss.reload();
		await t.sees(boss.locator('#remedies'), 'SHOP-1');
		t.expect(shop.paid.size === 1 && shop.calls.length === 2, `paid ${shop.paid.size} times in ${shop.calls.length} calls`);
		t.expect(shop.calls.every((one) => one.signed && one.key === remedy.ref && one.body === shop.calls[0].body), 'a call was not signed, or not the same as the first');
		await phone.reload();
		await t.sees(phone, 'We are on it');

		await boss.goto('/ledger?period=7d');
		await t.sees(boss, 'SHOP-1');
		await boss.goto('/figures/remedies?period=7d');
		await t.sees(boss, 'On one’s own authority').catch(() => t.sees(boss, "On one's own authority"));
	} finally {
		shop.close();
	}
}
