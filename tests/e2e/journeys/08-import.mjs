// A file from somewhere else.
export const sentence = 'A supervisor uploads a table, says which column is what, tries it, imports it, and gets the bad row back with its reason';

const table = ['Export of 3 November', '', 'Number;When;Who;What they said;How bad', 'A-1;03/04/2026;Ana Lima;The vase came broken;high',
	'A-2;13/04/2026;Piet Mulder;"Two lines\nof complaint";normal', 'A-3;31/02/2026;Nobody;A day that is none;low', ''].join('\r\n');

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'supervisor', '/imports/new');
	await page.setInputFiles('input[type=file]', { name: 'old-desk.csv', mimeType: 'text/csv', buffer: Buffer.from('\ufeff' + table) });
	await page.locator('main form button[type=submit]').first().click();
	await page.waitForURL(/\/imports\/[0-9A-Z-]{6,}/);
	// Without a column of words not one row could be taken: trying says why, importing is refused.
	await page.locator('button[formaction$="/try"]').click();
	await t.sees(page, 'Line 4');
	await page.locator('button[formaction$="/run"]').click();
	await t.sees(page.locator('[data-errors]'), 'without one no row can be taken');
	const choose = async (name, to) => page.locator('tr', { has: page.locator('th', { hasText: name }) }).locator('select').selectOption(to);
	await choose('Number', 'external_id');
	await choose('When', 'received_at');
	await choose('Who', 'customer.name');
	await choose('What they said', 'body');
	await choose('How bad', 'severity');
	const day = page.locator('input[value=day]').first();
	if (await day.count()) await day.check();
	await page.locator('button[formaction$="/try"]').click();
	await page.locator('#tr').waitFor();
	await page.locator('button[formaction$="/run"]').click();
	await t.until('the end of the import', async () => (await t.api(page, 'GET', new URL(page.url()).pathname)).json?.state === 'done');
	await page.reload();
	await t.sees(page, '31/02/2026');
	const found = (await t.api(page, 'GET', '/cases?view=all&q=id:A-2')).json.cases;
	t.expect(found.length === 1 && found[0].external_id === 'A-2', 'the second row became a case');
}
