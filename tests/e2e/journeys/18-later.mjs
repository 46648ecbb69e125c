// A customer is to hear on a certain day that somebody looks into it, and the case is to show that from then on.
import { addMailbox, receive } from '../mailing.mjs';

export const sentence = 'An answer for another day moves its case when it leaves: until then the case says so, and taken back, the choice is in the draft again';

const MAIL = 'From: Anna <anna@customer.example>\nTo: help@larch.example\nSubject: The lamp flickers\nMessage-ID: <lamp@customer.example>\n\nIt flickers.\n';

export default async function (t, house) {
	await addMailbox(house, 'help@larch.example', '--smtp', '127.0.0.1:1', '--smtp-security', 'none');
	await receive(house, MAIL);
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=unassigned&sort=newest');
	await t.until('the case', async () => { await page.reload(); return page.getByRole('link', { name: 'The lamp flickers' }).count(); });
	await page.getByRole('link', { name: 'The lamp flickers' }).click();
	// The server looks every few seconds which mailboxes there are.
	await t.until('that it can go by mail', async () => { await page.reload(); return page.locator('#write .rd-mail-more').count(); });
	const words = page.locator('#write textarea[name=body]'), then = page.locator('#write select[name=then]');
	await words.fill('We are looking into it.');
	await page.locator('#write .rd-mail-more summary').click();
	await page.fill('#write input[name=send_at]', '2031-01-01T12:00');
	await then.selectOption('investigating');
	await page.locator('#write button[type=submit]').click();

	const planned = page.locator('#planned');
	await t.until('a composer without words and choice', async () => await words.inputValue() === '' && await then.inputValue() === '');
	await t.sees(planned, 'Will be set Investigating when the answer leaves');
	const answer = page.locator('.rd-msg.is-outbound:not(.is-automatic)').first();
	await t.sees(answer, 'then set Investigating');
	t.expect(!(await page.locator('.rd-stages .is-now').innerText()).includes('Investigating'), 'the case is moved though the answer waits');
	await planned.getByRole('link', { name: 'The answer' }).click();
	t.expect(await answer.evaluate((it) => `#${it.id}` === location.hash), 'the case does not lead to the answer it waits for');
	for (const width of [1280, 390]) {
		await page.setViewportSize({ width, height: 900 });
		t.expect((await t.axe(page, 'a planned move')).length === 0 && await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `at ${width} px it is too wide, or axe finds something`);
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	await answer.getByRole('button', { name: 'Do not send' }).click();
	await t.sees(answer, 'Taken back. Nobody got it.');
	await t.until('nothing to be planned any more', async () => await planned.count() === 0);
	await t.until('the words and the choice, back where they were written', async () => await words.inputValue() === 'We are looking into it.' && await then.inputValue() === 'investigating');
	await page.reload();
	t.expect(await words.inputValue() === 'We are looking into it.' && await then.inputValue() === 'investigating', 'the words or the choice are not back in the draft');
}
