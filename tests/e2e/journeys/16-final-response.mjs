// From the conversation's steps to what is changed because of it.
import fs from 'node:fs';
export const sentence = 'A complaint is resolved with reasons; its final response is looked at, sent and kept as a PDF; an action is opened against its cause';

export default async function (t) {
	const page = await t.page();
	await t.signIn(page, 'supervisor', '/cases?view=open');
	const made = await t.api(page, 'GET', '/cases?view=all&q=is:open kind:complaint&limit=1');
	const { ref, n_messages: n_before } = made.json.cases[0];

	// Sample words of a step, by their key, into the reply; what is sent ticks the step.
	await page.goto(`/cases/${ref}`);
	await t.until('six steps', async () => await page.locator('.rd-six li').count() === 6);
	await page.keyboard.press('2');
	await t.until('sample words in the reply', async () => /sorry/i.test(await page.locator('form[data-compose] textarea').inputValue()));
	await page.locator('form[data-compose] button[type=submit]').click();
	await t.until('the step ticked by the words', async () => {
		const now = (await t.api(page, 'GET', `/cases/${ref}`)).json;
		return now.n_messages > n_before && now.guide[1].how === 'apology'; // somebody may have said sorry before
	});

	// Resolved, with reasons the customer reads.
	await page.goto(`/cases/${ref}/resolve`);
	await page.locator('input[name=stage][value=resolved]').check();
	await page.selectOption('select[name=outcome]', 'partly_upheld');
	await page.locator('select[name=root_cause]').selectOption({ index: 1 });
	await page.fill('textarea[name=reasons]', 'We came a day late. The floor was wet before we came.');
	await page.locator('details:has(input[name="point1.text"]) > summary').click();
	await page.fill('input[name="point1.text"]', 'The late visit');
	await page.selectOption('select[name="point1.outcome"]', 'upheld');
	await page.fill('input[name="point2.text"]', 'The floor');
	await page.selectOption('select[name="point2.outcome"]', 'not_upheld');
	await Promise.all([page.waitForURL((url) => url.pathname === `/cases/${ref}`), page.locator('form[action$="/stage"] button[type=submit]').click()]);
	await t.until('the case decided', async () => (await t.api(page, 'GET', `/cases/${ref}`)).json.decision?.reasons?.startsWith('We came a day late'));

	// The letter: written, looked at as a PDF, sent.
	await page.goto(`/cases/${ref}`);
	await page.locator(`a[href="/cases/${ref}/letter"]`).click();
	await t.sees(page, 'Final response');
	const body = await page.locator('textarea[name=body]').inputValue();
	t.expect(body.includes('We came a day late') && body.includes('The floor: not upheld') && !body.includes('{{'), 'the letter is whole');
	const preview = await page.evaluate(async () => {
		const form = document.querySelector('form[action$="/letter"]');
		const answer = await fetch(form.action + '/preview', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
		return { type: answer.headers.get('Content-Type'), pages: answer.headers.get('Letter-Pages'), begin: (await answer.text()).slice(0, 5) };
	});
	t.expect(preview.type === 'application/pdf' && preview.begin === '%PDF-' && preview.pages === '1', `the preview is a PDF: ${JSON.stringify(preview)}`);
	await page.locator('form[action$="/letter"] button.btn-primary').click();
	await t.until('the letter sent', async () => /\/letters\//.test(page.url()));
	const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href^="/files/"]').click()]);
	t.expect(fs.readFileSync(await download.path()).subarray(0, 5).toString() === '%PDF-', 'the file is the PDF');
	t.expect(download.suggestedFilename() === `response-${ref}.pdf`, download.suggestedFilename());

	// So that it does not come again.
	await page.goto(`/cases/${ref}`);
	await page.locator(`a[href^="/actions?case=${ref}"]`).click();
	await page.fill('input[name=title]', 'Ring before each visit');
	await page.fill('input[name=due_at]', '2027-12-24');
	await page.locator('form[action="/actions"][method=post] button[type=submit]').click();
	await t.until('the action opened', async () => /\/actions\//.test(page.url()));
	await t.sees(page, 'Did it help?');
	t.expect((await t.api(page, 'GET', `/cases/${ref}`)).json.actions[0].title === 'Ring before each visit', 'the case knows the action');
}
