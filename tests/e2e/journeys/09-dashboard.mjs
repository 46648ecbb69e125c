// Every figure opens to its rows.
export const sentence = 'A supervisor reads the figures of a quarter, and each opens to exactly the cases it counts';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'supervisor', '/dashboard?period=year');
	await page.locator('.rd-kpi').first().waitFor();
	const cards = await page.locator('a.rd-kpi').evaluateAll((all) => all.map((one) => ({ href: one.getAttribute('href'), name: one.querySelector('h2').textContent,
		figure: one.querySelector('.rd-fig').textContent, about: one.querySelector('.rd-def')?.textContent ?? '' })));
	t.expect(cards.length >= 5, 'five figures at least');
	for (const card of cards) t.expect(card.about.length > 20, `${card.name} has no definition`);

	const received = cards.find((card) => card.name.includes('Received'));
	const wanted = Number(received.figure.replace(/\D/g, ''));
	let query = received.href.split('?')[1], n = 0, after = '';
	do {
		const { json } = await t.api(page, 'GET', `/cases?${query}&limit=200${after && '&after=' + encodeURIComponent(after)}`);
		n += json.cases.length;
		after = json.next;
	} while (after);
	t.expect(n === wanted, `"Received" says ${wanted}, and opens to ${n} cases`);

	await page.locator('a.rd-kpi').first().click();
	await page.waitForURL(/\/cases\?/);
	await page.locator('.rd-case').first().waitFor();

	await page.goto('/dashboard?period=year');
	const csv = await page.request.get((await page.locator('a[href*="/measures.csv"]').first().getAttribute('href')));
	t.expect(csv.status() === 200 && /text\/csv/.test(csv.headers()['content-type']), `the CSV answers ${csv.status()}`);
	t.expect((await csv.text()).trim().split('\n').length > 2, 'the CSV has rows');
}
