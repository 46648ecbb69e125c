// From received to closed, with what a complaint asks for at its end.
export const sentence = 'An agent resolves a complaint: the page asks for outcome and cause, and the history tells it';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'admin', '/root-causes');
	await page.locator('form[action="/root-causes"] input[name=name]').fill('Leaking handles, batch 7');
	await page.locator('form[action="/root-causes"] button[type=submit]').click();
	await t.sees(page, 'Leaking handles, batch 7');
	const made = await t.api(page, 'GET', '/cases?view=unassigned&q=is:open kind:complaint&limit=1');
	const ref = made.json.cases[0].ref;

	await page.goto(`/cases/${ref}`);
	await page.locator('.rd-case-top summary[data-key="s"]').click();
	await page.locator('input[name=stage][value=resolved]').check();
	await page.locator('form[action$="/stage"] button[type=submit]').click();
	await t.until('a word about the missing outcome', async () => /outcome/i.test(await page.locator('form[action$="/stage"]').innerText())
		&& await page.locator('form[action$="/stage"] .rd-say:visible, form[action$="/stage"] .rd-wrong:visible, form[action$="/stage"] :invalid').count() > 0);
	await page.selectOption('form[action$="/stage"] select[name=outcome]', 'upheld');
	await page.selectOption('form[action$="/stage"] select[name=root_cause]', { label: 'Leaking handles, batch 7' });
	await page.locator('form[action$="/stage"] button[type=submit]').click();
	await t.until('the case resolved', async () => (await t.api(page, 'GET', `/cases/${ref}`)).json.stage === 'resolved');
	await page.goto(`/cases/${ref}`);
	await t.until('the stage resolved on the page', async () => /Resolved/.test(await page.locator('.rd-stages [aria-current=step]').innerText()));
	t.expect(await page.locator('#timeline li').count() > 1, 'the timeline tells it');
}
