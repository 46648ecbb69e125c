// The queue by keyboard alone.
export const sentence = 'An agent works the queue with keys alone: moves, selects, takes, opens, replies, and finds all keys printed';

export default async function (t) {
	const page = await t.page();
	const who = await t.signIn(page, 'agent', '/cases?view=unassigned&sort=oldest');
	await page.locator('.rd-case').first().waitFor();
	const refs = await page.locator('.rd-case').evaluateAll((rows) => rows.map((row) => row.dataset.ref));
	t.expect(refs.length > 3, 'the demo has cases that nobody has');

	await page.keyboard.press('j');
	await t.until('a cursor on the first row', async () => await page.locator('.rd-case.is-here').count() === 1);
	await page.keyboard.press('j');
	t.expect(await page.locator('.rd-case.is-here').getAttribute('data-ref') === refs[1], 'j moves to the second row');
	await page.keyboard.press('k');
	await page.keyboard.press('x');
	await t.until('a selected row', async () => await page.locator('.rd-case.is-picked, .rd-case input:checked').count() > 0);
	await page.keyboard.press('Escape');

	await page.keyboard.press('?');
	await page.locator('#keys[open]').waitFor();
	await page.keyboard.press('Escape');

	// A quick hand: the next key comes before the browser has moved the focus out of the box that Escape closed.
	await page.keyboard.press('Control+k');
	await page.locator('dialog[open] input').waitFor();
	await page.evaluate(() => {
		const field = document.querySelector('dialog[open] input');
		field.closest('dialog').close();
		field.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, cancelable: true }));
	});
	await page.locator('#keys[open]').waitFor();
	await page.keyboard.press('Escape');

	await page.keyboard.press('r');
	await page.waitForURL(new RegExp(`/cases/${refs[0]}`));
	await t.until('the cursor in the reply', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'body'));
	await page.keyboard.type('We have your letter and look into it today.');
	await page.keyboard.press('Control+Enter');
	await t.sees(page.locator('#talk'), 'look into it today');

	await page.locator('#write textarea[name=body]').focus();
	await page.keyboard.press('Control+.');
	await page.locator('.rd-macro-list button').first().click();
	await t.until('a wording in the reply', async () => (await page.inputValue('#write textarea[name=body]')).length > 20);
	await page.fill('#write textarea[name=body]', '');

	await page.keyboard.press('Escape');
	await page.locator('h1').first().click();
	await page.keyboard.press('a');
	await page.locator('.rd-case-top select[name=owner]').selectOption('me');
	await page.locator('.rd-case-top form[action$="/assign"] button[type=submit]:visible').first().click();
	await t.until('the agent as owner', async () => (await page.locator('.rd-facts').innerText()).includes(who.name));

	await page.keyboard.press('Control+k');
	await page.locator('dialog[open] input').first().waitFor();
	await page.keyboard.press('Escape');
	await page.goto('/cases?view=mine');
	await page.keyboard.press('/');
	await t.until('the cursor in the search', () => page.evaluate(() => document.activeElement?.id === 'q'));
}
