// Every page, four ways: 1440 and 390 px, light and dark.
import { PAGES, pathOf } from '../pages.mjs';
import { VARIANTS } from '../traveller.mjs';

export const sentence = 'Every page is whole at 1440 and 390 px, light and dark: axe finds nothing serious, nothing scrolls sideways';
export const expected = ['status of 404'];

export default async function (t) {
	const found = [];
	for (const role of [null, 'agent', 'supervisor', 'admin', 'auditor']) {
		const page = await t.page();
		if (role) await t.signIn(page, role);
		for (const entry of PAGES.filter((one) => one.role === role)) {
			const path = await pathOf(entry, t, page);
			const answer = await page.goto(path);
			if (answer.status() !== (entry.status ?? 200)) {
				found.push(`${entry.name} (${path}) answered ${answer.status()}`);
				continue;
			}
			for (const variant of VARIANTS) {
				await page.setViewportSize({ width: variant.width, height: variant.height });
				await page.emulateMedia({ colorScheme: variant.scheme, reducedMotion: 'reduce' });
				// The dark pages are the light ones in other colours.
				found.push(...await t.axe(page, `${entry.name}, ${variant.name}`, variant.scheme === 'dark'), ...await t.overflow(page, `${entry.name}, ${variant.name}`));
			}
			await page.setViewportSize({ width: 320, height: 700 });
			found.push(...await t.overflow(page, `${entry.name} at 320 px`));
			await page.setViewportSize({ width: VARIANTS[0].width, height: VARIANTS[0].height });
		}
		await page.context().close();
	}
	t.contexts = [];
	t.expect(found.length === 0, found.slice(0, 60).join('\n'));
}
