// A customer, on a phone, without a script: the form, the thanks, the private link, more words; and staff who answer.
import { VARIANTS } from '../traveller.mjs';

export const sentence = 'A customer complains on a phone without JavaScript, follows the private link, and reads the answer there';

export default async function (t) {
	const phone = await t.page({ variant: VARIANTS[2], javaScript: false });
	await phone.goto('/complain');
	await phone.fill('#what', 'The kettle I bought from you leaks at the handle.\nIt was a present.');
	await phone.check('input[name=remedy][value=replacement]', { force: true });
	await phone.fill('#order', 'LF-20133');
	await phone.fill('#name', 'Margarethe Vollmer');
	await phone.fill('#reach', 'margarethe@example.org');
	await phone.setInputFiles('#files', { name: 'kettle.txt', mimeType: 'text/plain', buffer: Buffer.from('a drawing of the leak') });
	await phone.click('main form button[type=submit]');
	const ref = (await phone.locator('.rd-ref').innerText()).trim();
	t.expect(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(ref), `no number on the thanks page: ${ref}`);
	await phone.click('main a.btn-primary');
	await t.sees(phone, 'The kettle I bought from you leaks');

	await phone.fill('#more', 'I forgot: it is the red one.');
	await phone.click('main form button[type=submit]');
	await t.sees(phone, 'I forgot: it is the red one.');

	const desk = await t.page();
	await t.signIn(desk, 'agent', `/cases/${ref}`);
	await t.sees(desk, 'I forgot: it is the red one.');
	await t.sees(desk, 'kettle.txt');
	await desk.fill('#write textarea[name=body]', 'A new kettle leaves tomorrow, Margarethe. We are sorry.');
	await desk.click('#write button[type=submit]');
	await t.sees(desk.locator('#talk'), 'A new kettle leaves tomorrow');
	await desk.check('#write input[value=note]', { force: true });
	await desk.fill('#write textarea[name=body]', 'Fourth leaking handle of this batch.');
	await desk.click('#write button[type=submit]');
	await t.sees(desk.locator('#talk'), 'Fourth leaking handle');

	await phone.reload();
	await t.sees(phone, 'A new kettle leaves tomorrow');
	t.expect(!(await phone.content()).includes('Fourth leaking handle'), 'the customer sees a note for staff');
}
