// Nobody presses reload.
export const sentence = 'A new complaint appears in an open queue by itself; under a cursor the rows stay, and the news waits above them';

async function complain(t, name) {
	const stranger = await t.page();
	await stranger.goto('/complain');
	await stranger.fill('#what', 'Nobody came on Tuesday, though you said so.');
	await stranger.fill('#name', name);
	await stranger.fill('#reach', '+31 20 123 4567');
	await stranger.click('main form button[type=submit]');
	await stranger.locator('.rd-ref').waitFor();
}

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=unassigned&sort=newest');
	await page.locator('.rd-case').first().waitFor();
	await complain(t, 'Piet Mulder');
	await t.sees(page.locator('#rows'), 'Piet Mulder');

	await page.keyboard.press('j');
	const first = await page.locator('.rd-case').first().getAttribute('data-ref');
	await complain(t, 'Griet Bakker');
	await page.locator('#arrived:not([hidden]) a').waitFor();
	t.expect(await page.locator('.rd-case').first().getAttribute('data-ref') === first, 'the first row moved under the cursor');
	await page.click('#arrived a');
	await t.sees(page.locator('#rows'), 'Griet Bakker');
}
