// Words, operators, a filter, a saved view.
export const sentence = 'An agent searches with words and operators, sees what was understood, filters without typing, and saves the view';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=all');
	await page.fill('#q', 'channel:email is:open');
	await page.press('#q', 'Enter');
	await page.waitForURL(/q=channel/);
	t.expect(await page.locator('.rd-chips .rd-chip:not(.is-add)').count() >= 2, 'two chips say what the search means');
	const channels = await t.api(page, 'GET', '/cases?view=all&q=channel:email is:open&limit=50');
	t.expect(channels.json.cases.every((one) => one.channel === 'email' && one.is_open), 'the API answers the same search');

	await page.fill('#q', 'before:someday');
	await page.press('#q', 'Enter');
	await page.locator('.rd-chip.is-late').waitFor();

	await page.goto('/cases?view=all');
	await page.locator('.rd-pop summary.is-add').click();
	await page.locator('.rd-chips .rd-pop-box select').nth(2).selectOption('severity:high');
	await page.locator('.rd-chips .rd-pop-box button[type=submit]').click();
	await page.waitForURL(/severity/);
	t.expect(/severity:high/.test(await page.inputValue('#q')), 'the filter became words of the search');

	await page.locator('.rd-save summary').click();
	await page.fill('#save-name', 'High ones');
	await page.locator('.rd-save button[type=submit]').click();
	await t.sees(page.locator('#views'), 'High ones');

	const word = (await t.api(page, 'GET', '/cases?view=all&limit=1')).json.cases[0].subject.split(/\W+/).find((one) => one.length > 4);
	await page.fill('#q', word);
	await page.press('#q', 'Enter');
	await page.locator('.rd-case').first().waitFor();
	await page.locator('.rd-case-subject').first().click();
	await page.waitForURL(/\/cases\/[0-9A-Z]{4}-/);
	await page.goBack();
	await page.locator('.rd-case').first().waitFor();
}
