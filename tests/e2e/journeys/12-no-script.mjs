// The desk without JavaScript.
export const sentence = 'An agent without JavaScript signs in, writes a phone complaint down, answers it, and assigns it by plain forms';

export default async function (t) {
	const page = await t.page({ javaScript: false });
	await t.signIn(page, 'agent', '/cases/new');
	await page.fill('#f-body', 'She called: the second parcel is missing.');
	await page.fill('#f-name', 'Ines Duarte');
	await page.fill('#f-phone', '+351 21 000 1234');
	await page.selectOption('#f-sev', 'high');
	await page.locator('main form button[type=submit]').click();
	await page.waitForURL(/\/cases\/[0-9A-Z]{4}-/);
	await t.sees(page, 'the second parcel is missing');
	await page.fill('#write textarea[name=body]', 'We are looking for it.');
	await page.locator('#write button[type=submit]').click();
	await t.sees(page.locator('#talk'), 'We are looking for it.');
	await page.locator('form[action$="/assign"]:has(input[value=me]) button[type=submit]').first().click();
	await t.until('the owner', async () => (await page.locator('.rd-facts').innerText()).includes('Ruth'));
	await page.locator('summary.rd-who').click();
	await page.locator('a[href="/keys"]').click();
	await t.sees(page.locator('main'), 'Next and previous case');
}
