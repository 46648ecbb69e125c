// run.mjs --redress BINARY [--only NAME] [--hits DIR] - the journeys of journeys/*.mjs in headless Chromium ($CHROMIUM).
// Each file exports a sentence and a default function; each has a house of its own, and two go at a time. What a journey may use: traveller.mjs.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { House, makeTemplate } from './house.mjs';
import { LAUNCH } from './launch.mjs';
import { Skip, Traveller } from './traveller.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({ options: { redress: { type: 'string' }, only: { type: 'string', default: '' }, hits: { type: 'string' },
	cases: { type: 'string', default: '1200' } } });

async function travel(browser, template, name, journey) {
	const faults = [];
	const house = new House(path.resolve(options.redress), journey.empty ? null : template.data, options.hits && path.join(options.hits, `journey-${name}`));
	let traveller, skip;
	try {
		await house.start(journey.serve ?? []);
		traveller = new Traveller(browser, house.url);
		const late = new Promise((_, fail) => setTimeout(() => fail(new Error('the journey took more than 10 minutes')), 600000).unref());
		await Promise.race([journey.default(traveller, house), late]);
	} catch (error) {
		if (error instanceof Skip) skip = error.message;
		else faults.push(error.message.split('\n').slice(0, 12).join('\n    '));
		const page = traveller?.contexts.at(-1)?.pages().at(-1);
		if (page && !skip) faults.push(`at ${page.url()}, which says: ${(await page.innerText('body').catch(() => '')).replace(/\s+/g, ' ').slice(0, 600)}`);
	}
	if (traveller) {
		faults.push(...traveller.faults.filter((one) => !(journey.expected ?? []).some((part) => one.includes(part))));
		await traveller.leave().catch(() => {});
	}
	if (house.process) faults.push(...await house.stop(journey.expectedLog));
	house.remove();
	return { faults, skip };
}

// The journey over every page takes as long as all others together: it goes first, on a lane of its own.
const LANES = 2, LONGEST = '10-every-page.mjs';
const files = fs.readdirSync(path.join(here, 'journeys')).filter((name) => name.endsWith('.mjs') && name.includes(options.only))
	.sort((a, b) => (b === LONGEST) - (a === LONGEST) || a.localeCompare(b));
let passed = 0, failed = 0, skipped = 0, template;

// Takes the next journey until there is none; each lane has a browser of its own, so that no page takes another's focus.
async function lane() {
	const browser = await chromium.launch(LAUNCH);
	try {
		for (let file = files.shift(); file; file = files.shift()) {
			const journey = await import(path.join(here, 'journeys', file));
			const started = Date.now();
			const { faults, skip } = await travel(browser, template, path.basename(file, '.mjs'), journey);
			if (skip && !faults.length) {
				console.log(`skip ${file}: ${skip}`);
				skipped++;
				continue;
			}
			console.log(`${faults.length ? 'FAIL' : 'ok  '} ${journey.sentence} (${file}, ${((Date.now() - started) / 1000).toFixed(1)} s)`);
			for (const fault of faults) console.log('    ' + fault);
			if (faults.length) failed++; else passed++;
		}
	} finally {
		await browser.close().catch(() => {});
	}
}

try {
	if (files.length) template = makeTemplate(path.resolve(options.redress), options.cases);
	await Promise.all(Array.from({ length: Math.min(LANES, files.length) }, lane));
} catch (error) {
	console.log('FAIL ' + error.stack);
	failed++;
} finally {
	if (template) fs.rmSync(template.dir, { recursive: true, force: true });
}
console.log(`counts: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed ? 1 : 0);
