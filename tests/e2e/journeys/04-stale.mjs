// Two people on one case.
export const sentence = 'An agent who answers past what just arrived is shown it first, and keeps every word';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent');
	const ref = (await t.api(page, 'GET', '/cases?view=open&limit=1')).json.cases[0].ref;
	await page.goto(`/cases/${ref}`);
	await page.fill('#write textarea[name=body]', 'We are sorry, here is what we will do.');

	const other = await t.page();
	await t.signIn(other, 'supervisor');
	const csrf = await other.getAttribute('body', 'data-csrf');
	const said = await t.api(other, 'POST', `/cases/${ref}/messages`, { direction: 'inbound', body: 'Wait: I found the receipt after all.', channel: 'phone' },
		{ 'X-CSRF-Token': csrf });
	t.expect(said.status === 201, `writing down a call answered ${said.status}`);

	await page.locator('[data-stale] .rd-say').waitFor();
	t.expect(await page.locator('#write button[type=submit]').isDisabled(), 'sending does not wait until it was read');
	t.expect(await page.inputValue('#write textarea[name=body]') === 'We are sorry, here is what we will do.', 'the words were lost');
	const now = (await t.api(page, 'GET', `/cases/${ref}`)).json;
	t.expect(!now.messages.some((one) => one.body.startsWith('We are sorry, here is what')), 'the stale reply went out');
	await page.click('[data-stale] button');
	await t.until('the way free to send', () => page.locator('#write button[type=submit]').isEnabled());
	await page.click('#write button[type=submit]');
	await t.until('the reply, now that it was read', async () => (await t.api(page, 'GET', `/cases/${ref}`)).json.messages.some((one) => one.body.startsWith('We are sorry, here is what')));
}

export const expected = ['status of 409'];
