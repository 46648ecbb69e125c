// Words translate, dates and numbers follow.
export const sentence = 'A colleague who reads German gets the desk in German, and a customer with a German browser the form';

export default async function (t) {
	const stranger = await t.page({ lang: 'de-DE', zone: 'Europe/Berlin' });
	await stranger.goto('/complain');
	t.expect(await stranger.getAttribute('html', 'lang') === 'de', 'the form says that it is German');
	await t.sees(stranger, 'Was ist passiert?');

	const page = await t.page();
	await t.signIn(page, 'agent', '/account');
	await page.selectOption('select[name=lang]', 'de');
	await page.locator('form:has(select[name=lang]) button[type=submit]').first().click();
	await t.until('the page in German', async () => { await page.goto('/cases?view=open'); return await page.getAttribute('html', 'lang') === 'de'; });
	await page.keyboard.press('Control+k');
	t.expect(await page.getAttribute('dialog input', 'placeholder') === 'Einen Befehl, einen Fall oder einen Namen eingeben', 'what scripts say is German too');
	await page.keyboard.press('Escape');
	await page.keyboard.press('?');
	await t.sees(page.locator('#keys'), 'Nächster und voriger Fall');
	await page.keyboard.press('Escape');
	const words = await page.locator('body').innerText();
	for (const left of ['Nobody’s yet', 'Search', 'New case', 'What is due first']) t.expect(!words.includes(left), `still English: ${left}`);
}
