// traveller.mjs - what a journey holds in its hands: a page, signing in, expectations with a deadline, axe.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { PASSWORD, PEOPLE } from './house.mjs';

const require = createRequire(import.meta.url);
const axeSource = fs.readFileSync(path.join(path.dirname(require.resolve('axe-core/package.json')), 'axe.min.js'), 'utf8');

export const VARIANTS = [
	{ name: 'wide-light', width: 1440, height: 900, scheme: 'light' },
	{ name: 'wide-dark', width: 1440, height: 900, scheme: 'dark' },
	{ name: 'phone-light', width: 390, height: 844, scheme: 'light' },
	{ name: 'phone-dark', width: 390, height: 844, scheme: 'dark' },
];

// Thrown by a journey that needs what is not installed here; the words say what.
export class Skip extends Error {}

// How long something may take to come on a busy machine; what is promised sooner is measured where it is promised.
const PATIENCE_MS = 30000;

export class Traveller {
	constructor(browser, url) {
		this.browser = browser;
		this.url = url;
		this.faults = [];
		this.contexts = [];
	}

	// A page in a context of its own. Whatever the browser complains of is a fault of the journey.
	async page({ variant = VARIANTS[0], javaScript = true, lang = 'en-GB', zone = 'Europe/London' } = {}) {
		const context = await this.browser.newContext({ baseURL: this.url, viewport: { width: variant.width, height: variant.height },
			colorScheme: variant.scheme, reducedMotion: 'reduce', javaScriptEnabled: javaScript, locale: lang, timezoneId: zone,
			hasTouch: variant.width < 768, isMobile: variant.width < 768 });
		this.contexts.push(context);
		context.setDefaultTimeout(PATIENCE_MS);
		const page = await context.newPage();
		page.on('pageerror', (error) => this.faults.push(`script error on ${page.url()}: ${error.message}`));
		page.on('console', (message) => {
			// A refused form (422, 409) is told by the browser as a failed load: that is the journey's own business.
			if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) this.faults.push(`console on ${page.url()}: ${message.text()}`);
		});
		page.on('response', (response) => {
			if (response.status() >= 500) this.faults.push(`${response.request().method()} ${response.url()} answered ${response.status()}`);
		});
		return page;
	}

	async signIn(page, role, next = '/cases') {
		const who = PEOPLE.find((one) => one.role === role);
		await page.goto('/login?next=' + encodeURIComponent(next));
		await page.fill('input[name=email]', who.email);
		await page.fill('input[name=password]', PASSWORD);
		await Promise.all([page.waitForURL((url) => url.pathname !== '/login'), page.click('form[action="/login"] button[type=submit]')]);
		return who;
	}

	// One request to the API, from the page's own session or with a token.
	async api(page, method, where, body, headers = {}) {
		const response = await page.request.fetch('/api/v1' + where, { method, data: body, headers });
		return { status: response.status(), headers: response.headers(), json: await response.json().catch(() => null) };
	}

	// Waits for @condition to give something true.
	async until(what, condition, within = PATIENCE_MS) {
		const deadline = Date.now() + within;
		for (;;) {
			const value = await condition();
			if (value) return value;
			if (Date.now() > deadline) throw new Error(`this did not come: ${what}`);
			await new Promise((done) => setTimeout(done, 30));
		}
	}

	expect(condition, what) {
		if (!condition) throw new Error(what);
	}

	async sees(page, text, within = PATIENCE_MS) {
		await page.getByText(text).first().waitFor({ state: 'visible', timeout: within })
			.catch(() => { throw new Error(`nobody sees "${text}" on ${(page.page?.() ?? page).url()}`); });
	}

	// axe with WCAG 2.2 AA and its best practices: what it finds serious or critical, as lines. @colours: what depends on the colours alone.
	async axe(page, where, colours = false) {
		if (!await page.evaluate(() => globalThis.axe !== undefined)) await page.evaluate(axeSource);
		const found = await page.evaluate((rules) => globalThis.axe.run(document, { resultTypes: ['violations'], ...rules && { runOnly: { type: 'rule', values: rules } } }),
			colours ? ['color-contrast', 'link-in-text-block'] : null);
		return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
			.map((one) => `${where}: ${one.id} (${one.impact}), ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`);
	}

	// Nothing may hang over the right edge.
	async overflow(page, where) {
		const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
		return wide > 0 ? [`${where}: the page scrolls sideways by ${wide} px`] : [];
	}

	async leave() {
		for (const context of this.contexts.splice(0)) await context.close();
	}
}
