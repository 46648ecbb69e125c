// The mark tells where somebody is waiting to be read.
export const sentence = 'What a customer adds is marked as new in the queue and on the case, until it has been seen';

export default async function (t) {
	const stranger = await t.page();
	await stranger.goto('/complain');
	await stranger.fill('#what', 'The drawer sticks since the second day.');
	await stranger.fill('#name', 'Oda Blom');
	await stranger.fill('#reach', '+31 20 765 4321');
	await stranger.click('main form button[type=submit]');
	const ref = (await stranger.locator('.rd-ref').innerText()).trim();
	const link = await stranger.locator('a[href^="/track/"]').first().getAttribute('href');

	const page = await t.page();
	await t.signIn(page, 'agent', `/cases/${ref}`);
	await Promise.all([page.waitForResponse((answer) => answer.url().endsWith('/assign')),
		page.locator('form[action$="/assign"]:has(input[value=me]) button[type=submit]').first().click()]);
	await page.goto('/cases?view=mine&sort=newest');
	await page.locator(`#case-${ref}:not(.is-new)`).waitFor();

	const told = await t.api(stranger, 'POST', link, { body: 'Now the handle came off too.' });
	t.expect(told.status === 201, `adding words answered ${told.status}`);
	await page.locator(`#case-${ref}.is-new .rd-new`).waitFor();
	await Promise.all([page.waitForResponse((answer) => answer.url().endsWith(`/cases/${ref}/read`) && answer.ok()),
		page.click(`#case-${ref} .rd-case-subject`)]);
	t.expect(await page.locator('.rd-msg .rd-new').count() === 1, 'the new message alone is marked');
	await page.reload();
	await page.locator('.rd-msg').first().waitFor();
	t.expect(await page.locator('.rd-msg .rd-new').count() === 0, 'seen once, it is not new any more');
	await page.goto('/cases?view=mine&sort=newest');
	await page.locator(`#case-${ref}:not(.is-new)`).waitFor();
}
