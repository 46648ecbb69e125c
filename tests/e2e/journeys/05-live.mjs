// Nobody presses reload.
export const sentence = 'An open queue shows by itself what arrived and what changed, and no row moves under anybody\'s hand';

async function complain(t, name) {
	const stranger = await t.page();
	await stranger.goto('/complain');
	await stranger.fill('#what', 'Nobody came on Tuesday, though you said so.');
	await stranger.fill('#name', name);
	await stranger.fill('#reach', '+31 20 123 4567');
	await stranger.click('main form button[type=submit]');
	return (await stranger.locator('.rd-ref').innerText()).trim();
}

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=open&sort=newest');
	await page.locator('.rd-case').first().waitFor();
	const first = await page.locator('.rd-case').first().getAttribute('data-ref');
	const ref = await complain(t, 'Piet Mulder');
	await page.locator('#arrived:not([hidden]) a').waitFor();
	t.expect(await page.locator('.rd-case').first().getAttribute('data-ref') === first, 'the first row moved');
	await page.click('#arrived a');
	await t.sees(page.locator('#rows'), 'Piet Mulder');

	const other = await t.page();
	await t.signIn(other, 'supervisor', `/cases/${ref}`);
	await other.locator('form[action$="/assign"]:has(input[value=me]) button[type=submit]').first().click();
	await page.locator(`#case-${ref} .rd-who[aria-label="Sam Super"]`).waitFor();

	const empty = await t.page();
	await t.signIn(empty, 'auditor', '/cases?view=all&q=' + encodeURIComponent('"Griet Bakker"'));
	t.expect(await empty.locator('.rd-case').count() === 0, 'nobody of that name yet');
	await complain(t, 'Griet Bakker');
	await t.sees(empty.locator('#rows'), 'Griet Bakker');
}
