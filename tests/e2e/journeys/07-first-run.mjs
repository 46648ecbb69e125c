// An empty folder, ten minutes later.
export const sentence = 'A new owner opens the one-time link, names the company, invites an agent, and the agent signs in';

export const empty = true;

export default async function (t, house) {
	const link = await t.until('the one-time link', () => /(\/welcome\/\S+)/.exec(house.said())?.[1]);
	const page = await t.page();
	await page.goto(link);
	await page.fill('#company', 'Larch & Fern');
	await page.fill('#name', 'Greta Lund');
	await page.fill('#email', 'greta@example.org');
	await page.fill('#pw', 'a quiet house by the lake');
	await page.click('form button[type=submit]');
	await page.waitForURL((url) => !url.pathname.startsWith('/welcome'));

	await page.goto('/cases');
	await t.sees(page, 'No cases yet');
	for (const way of ['New case', 'The customers\' form', 'Import', 'Connect a mailbox'])
		t.expect(await page.locator('.rd-empty').getByRole('link', { name: way }).count() === 1, `the empty house does not offer: ${way}`);

	await page.goto('/users');
	await page.fill('form[action="/users"] input[name=name]', 'Timo Aalto');
	await page.fill('form[action="/users"] input[name=email]', 'timo@example.org');
	await page.click('form[action="/users"] button[type=submit]');
	const invite = await t.until('the link for the new colleague', async () => /https?:\/\/\S+(\/invite\/[\w-]+)/.exec(await page.locator('main').innerText()
		+ ' ' + (await page.locator('main input').evaluateAll((all) => all.map((one) => one.value).join(' '))))?.[1]);

	const timo = await t.page();
	await timo.goto(invite);
	await timo.fill('input[name=password]', 'another quiet house');
	await timo.click('form button[type=submit]');
	await timo.waitForURL((url) => !url.pathname.startsWith('/invite'));
	if (new URL(timo.url()).pathname === '/login') {
		await timo.fill('input[name=email]', 'timo@example.org');
		await timo.fill('input[name=password]', 'another quiet house');
		await timo.click('form button[type=submit]');
	}
	await timo.goto('/cases?view=mine');
	t.expect(new URL(timo.url()).pathname === '/cases', 'Timo is not in');
	await t.sees(timo, 'No cases yet');
	t.expect(await timo.locator('.rd-empty').getByRole('link', { name: 'Connect a mailbox' }).count() === 0, 'an agent is sent to the mailboxes');

	const late = await t.page();
	const answer = await late.goto(link);
	t.expect(answer.status() === 404, `the one-time link opens twice (${answer.status()})`);
	t.expect((await timo.goto('/settings')).status() === 403, 'an agent sees the settings');
}

export const expected = ['status of 40'];
