// Nobody presses reload.
export const sentence = 'A new complaint appears in an open queue by itself, and rows do not move under the cursor';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=unassigned&sort=newest');
	await page.locator('.rd-case').first().waitFor();
	const first = await page.locator('.rd-case').first().getAttribute('data-ref');

	const stranger = await t.page();
	await stranger.goto('/complain');
	await stranger.fill('#what', 'Nobody came on Tuesday, though you said so.');
	await stranger.fill('#name', 'Piet Mulder');
	await stranger.fill('#reach', '+31 20 123 4567');
	await stranger.click('main form button[type=submit]');
	await stranger.locator('.rd-ref').waitFor();

	await page.locator('#arrived:not([hidden]) a').waitFor();
	t.expect(await page.locator('.rd-case').first().getAttribute('data-ref') === first, 'the first row moved');
	await page.click('#arrived a');
	await t.sees(page.locator('#rows'), 'Piet Mulder');
}
