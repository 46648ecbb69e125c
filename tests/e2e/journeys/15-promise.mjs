// A promise, from the words to the customer's page.
export const sentence = 'An agent writes "I\'ll call you back tomorrow before noon", accepts the promise by a key, sends it, and keeps it; words that can be read two ways ask';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'agent', '/cases?view=unassigned&sort=oldest');
	await page.locator('.rd-case-subject').first().click();
	await page.locator('#write textarea[name=body]').waitFor();
	const url = page.url().replace(/[?#].*/, '');

	await page.keyboard.press('r');
	await page.keyboard.type("Dear customer, I am sorry. I'll call you back tomorrow before noon. Your money will be there by 31/11.");
	await t.sees(page.locator('[data-heard]'), 'You are promising 2 things');
	await t.sees(page.locator('[data-heard] li').first(), 'call you back');
	t.expect((await page.locator('[data-heard] li').first().innerText()).includes('12:00'), 'tomorrow before noon is 12:00');
	await t.sees(page.locator('[data-heard] li').nth(1), 'November has 30 days.');
	await t.until('the words underlined', async () => await page.locator('.rd-mirror mark').count() === 2);

	await page.keyboard.press('Alt+Enter');
	await t.sees(page.locator('[data-heard] li').first(), 'Watched');
	await page.locator('[data-heard] li').nth(1).getByRole('button', { name: 'Not a promise' }).click();
	await t.sees(page.locator('[data-heard]'), 'You are promising something');
	await page.locator('#write textarea[name=body]').focus();
	await page.keyboard.press('Control+Enter');
	await t.sees(page.locator('#promises'), 'call you back');
	t.expect(await page.locator('#talk mark.rd-promised').last().innerText() === "I'll call you back tomorrow before noon", 'the promised words are marked in the message');
	t.expect(!page.url().includes('heard='), 'nothing is asked again that was asked while writing');
	await page.locator('#promises').getByRole('button', { name: 'Kept', exact: true }).click();
	await t.sees(page.locator('#promises .is-kept').first(), 'Kept');

	// by hand, with a key and two fields; a colleague who has the case open sees it by itself
	const colleague = await t.page();
	await t.signIn(colleague, 'supervisor', new URL(url).pathname);
	await t.sees(colleague.locator('#promises .is-kept').first(), 'Kept');
	await page.locator('h1').first().click();
	await page.keyboard.press('p');
	await page.keyboard.type('send the label');
	await page.keyboard.press('Tab');
	await page.keyboard.type('soon');
	await page.keyboard.press('Enter');
	await t.sees(page.locator('#promises .rd-errors'), 'When is that?');
	await page.locator('#promises input[name=when]').first().fill('in 3 working days');
	await page.keyboard.press('Enter');
	await t.sees(page.locator('#promises .rd-plist'), 'send the label');
	await t.sees(colleague.locator('#promises .rd-plist'), 'send the label');
	await page.goto(url);
	await t.sees(page.locator('#promises .rd-plist li').first(), 'send the label');

	// without a script the page asks after sending
	const plain = await t.page({ javaScript: false });
	await t.signIn(plain, 'agent', new URL(url).pathname);
	await plain.fill('#write textarea[name=body]', 'I will write to you by Monday 14:00 next week, and the part will be with you within 5 working days.');
	await plain.locator('#write button[type=submit]').last().click();
	await t.sees(plain.locator('#heard'), 'the part with you');
	await plain.locator('#heard').getByRole('button', { name: 'Keep watch' }).last().click();
	await t.sees(plain.locator('#promises'), 'the part with you');
}
