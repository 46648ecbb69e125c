// shoot.mjs --redress BINARY --out DIR [--cases N] [--only NAME] - pictures of the pages at 1440 and 390 px, light and dark, over the
// demo company. Called by script/screenshots.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { House, makeTemplate } from './house.mjs';
import { LAUNCH } from './launch.mjs';
import { PAGES, pathOf } from './pages.mjs';
import { Traveller, VARIANTS } from './traveller.mjs';

const { values: options } = parseArgs({ options: { redress: { type: 'string' }, out: { type: 'string' }, cases: { type: 'string', default: '3000' },
	only: { type: 'string', default: '' }, all: { type: 'boolean', default: false } } });
const SHOWN = ['queue', 'case', 'dashboard', 'complain', 'track', 'customer', 'login', 'settings', 'import-new', 'case-new',
	'causes', 'figures-remedies', 'figures-satisfaction', 'survey-preview'];
const binary = path.resolve(options.redress);
const template = makeTemplate(binary, options.cases);
const house = new House(binary, template.data);
const browser = await chromium.launch(LAUNCH);
fs.mkdirSync(options.out, { recursive: true });
try {
	const t = new Traveller(browser, await house.start());
	for (const variant of VARIANTS) {
		for (const role of [null, 'agent', 'supervisor', 'admin']) {
			const entries = PAGES.filter((one) => one.role === role && one.name.includes(options.only) && (options.all || SHOWN.includes(one.name)));
			if (!entries.length) continue;
			const page = await t.page({ variant });
			if (role) await t.signIn(page, role);
			for (const entry of entries) {
				await page.goto(await pathOf(entry, t, page));
				await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => {});
				await page.evaluate(() => document.fonts.ready);
				const file = path.join(options.out, `${entry.name}-${variant.name}.png`);
				await page.screenshot({ path: file });
				console.log(file);
			}
			await page.context().close();
		}
	}
	for (const fault of t.faults) console.log('fault: ' + fault);
} finally {
	await browser.close();
	house.remove();
	fs.rmSync(template.dir, { recursive: true, force: true });
}
