// What opens on a telephone has to be within it.
import { VARIANTS } from '../traveller.mjs';

export const sentence = 'On a telephone several cases are taken at once, and every box that opens stands within the screen';

const PHONE = VARIANTS.find((one) => one.name === 'phone-light');

async function within(t, page, box, what) {
	const at = await box.boundingBox();
	t.expect(at && at.x >= 0 && at.y >= 0 && at.x + at.width <= PHONE.width && at.y < PHONE.height && at.y + Math.min(at.height, 100) <= PHONE.height,
		`${what} stands outside of the screen: ${JSON.stringify(at)}`);
}

export default async function (t) {
	const page = await t.page({ variant: PHONE });
	await t.signIn(page, 'agent', '/cases?view=open&sort=newest');
	await page.getByRole('button', { name: 'Select' }).click();
	await page.locator('.rd-case input[type=checkbox]').nth(0).check();
	await page.locator('.rd-case input[type=checkbox]').nth(1).check();
	const refs = await page.locator('.rd-case').evaluateAll((rows) => rows.slice(0, 2).map((row) => row.dataset.ref));
	await page.locator('.rd-bulk summary').first().click();
	await within(t, page, page.locator('.rd-bulk details[open] .rd-pop-box'), 'who gets them');
	await page.locator('.rd-bulk details[open] select[name=owner]').selectOption('me');
	await page.locator('.rd-bulk details[open] button[value=assign]').click();
	await t.until('both are mine', async () => {
		const mine = (await t.api(page, 'GET', '/cases?view=mine')).json.cases.map((one) => one.ref);
		return refs.every((ref) => mine.includes(ref));
	});

	await page.goto('/cases/' + refs[0]);
	const boxes = page.locator('.rd-case-top details:is(.rd-pop, .rd-menu)');
	const count = await boxes.count();
	t.expect(count >= 3, `${count} boxes in the head of a case`);
	for (let i = 0; i < count; i++) {
		await boxes.nth(i).locator('summary').first().click();
		const box = boxes.nth(i).locator('> :not(summary)').first();
		await box.waitFor();
		await within(t, page, box, `box ${i + 1}`);
		await page.keyboard.press('Escape');
	}
	t.expect((await t.overflow(page, 'the case')).length === 0, 'the case scrolls sideways');
}
