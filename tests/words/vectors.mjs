// vectors.mjs WORDS_PRINT - what is left of every attack in vectors.txt, read by Chromium ($CHROMIUM): three times over. As the
// server cleans it, in a page without any policy: nothing may run, ask the network, open a dialog or leave. Then through
// the island ui/scripts/mail_frame.ts under the policy of our pages, which is how it is shown; and the attacks as they came
// in, through the island alone, since each of the two locks has to hold by itself. Prints TAP.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const printer = process.argv[2];
const skip = (why) => { console.log(`1..0 # SKIP ${why}`); process.exit(0); };
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
if (!fs.existsSync(chromiumPath)) skip('no browser here');
const { chromium, build } = await Promise.all([import('playwright-core'), import('esbuild')]).then(([a, b]) => ({ ...a, ...b })).catch(() => skip('no node_modules here'));
const { LAUNCH } = await import('../e2e/launch.mjs');

const ESCAPES = { n: 10, t: 9, r: 13, 0: 0, f: 12, '\\': 92 };
function bytesOf(line) {
	const out = [];
	const text = Buffer.from(line);
	for (let i = 0; i < text.length; i++) {
		const next = String.fromCharCode(text[i + 1] ?? 0);
		const hex = text.toString('latin1', i + 2, i + 4);
		if (text[i] !== 92) out.push(text[i]);
		else if (next === 'x' && /^[0-9a-fA-F]{2}$/.test(hex)) { out.push(parseInt(hex, 16)); i += 3; }
		else if (next in ESCAPES) { out.push(ESCAPES[next]); i++; }
		else out.push(text[i]);
	}
	return Buffer.from(out);
}

const lines = fs.readFileSync(path.join(here, 'vectors.txt'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
const vectors = lines.map((line) => {
	const raw = bytesOf(line);
	const run = spawnSync(printer, ['clean'], { input: raw });
	if (run.status !== 0) throw new Error(`${line}: ${run.stderr}`);
	return { line, raw: raw.toString('utf8'), clean: run.stdout.toString('utf8') };
});

const bundle = await build({
	stdin: { contents: "import { startMailFrames } from './mail_frame'; startMailFrames();", resolveDir: path.join(here, '../../ui/scripts'), loader: 'ts' },
	bundle: true, write: false, format: 'esm', target: 'es2022',
	plugins: [{ name: 'words', setup: (own) => { // as ui/build.mjs gives them, in one language
		own.onResolve({ filter: /^words$/ }, () => ({ path: 'words', namespace: 'words' }));
		own.onLoad({ filter: /.*/, namespace: 'words' }, () => ({ contents: `{"en": ${fs.readFileSync(path.join(here, '../../ui/scripts/words.json'), 'utf8')}}`, loader: 'json' }));
	} }],
});
const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const BATCH = 24; // so many mails stand on one page
let mails = [];
const asked = [];
const server = http.createServer((request, response) => {
	const { pathname, searchParams } = new URL(request.url, 'http://localhost');
	const boxes = mails.map((_, index) => `<div data-mail-html="/html?${index}" data-mail-pictures="/picture?url=">plain words</div>`).join('');
	const send = (type, body, policy) => response.writeHead(200, { 'Content-Type': type, ...(policy && { 'Content-Security-Policy': policy }) }).end(body);
	if (pathname === '/bare') send('text/html; charset=utf-8', '<!doctype html><title>t</title><div id="at"></div>');
	else if (pathname === '/desk') send('text/html; charset=utf-8', `<!doctype html><html lang="en"><title>t</title>${boxes}<script type="module" src="/island.js"></script>`, POLICY);
	else if (pathname === '/island.js') send('text/javascript', bundle.outputFiles[0].contents);
	else if (pathname === '/html') send('application/json', JSON.stringify({ html: mails[Number([...searchParams.keys()][0])] }));
	else if (pathname === '/picture') { asked.push(request.url); send('image/gif', Buffer.from('R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==', 'base64')); }
	else { asked.push(request.url); response.writeHead(404).end(); }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const home = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch(LAUNCH);
let n = 0, failed = 0;
const say = (ok, what) => { n++; if (!ok) failed++; console.log(`${ok ? 'ok' : 'not ok'} ${n} - ${what}`); };
const OURS = new Set(['/bare', '/desk', '/island.js', '/html', '/favicon.ico'].map((one) => home + one));
const isOurs = (url) => OURS.has(url.split('?')[0]) || /^(data|about):/.test(url);

async function watched(faults) {
	const page = await browser.newPage();
	await page.exposeFunction('boomed', () => faults.push('a script ran'));
	await page.addInitScript(() => { window.boom = () => window.boomed(); window.alert = window.confirm = window.prompt = window.boom; window.open = window.boom; });
	page.on('request', (request) => { if (!isOurs(request.url())) faults.push(`asked for ${request.url().slice(0, 120)}`); });
	page.on('dialog', (dialog) => { faults.push('a dialog'); dialog.dismiss(); });
	page.on('popup', () => faults.push('a window'));
	page.on('framenavigated', (frame) => { if (!/^(http:\/\/127\.0\.0\.1:\d+\/(bare|desk)|about:(blank|srcdoc))$/.test(frame.url())) faults.push(`went to ${frame.url().slice(0, 120)}`); });
	return page;
}

// Everything a person might do to it by accident.
function stir(root) {
	for (const element of root.querySelectorAll('*')) {
		for (const type of ['mouseover', 'pointerenter', 'focus', 'focusin', 'toggle', 'wheel', 'scroll', 'copy', 'animationstart', 'begin', 'load', 'error'])
			element.dispatchEvent(new Event(type, { bubbles: false }));
		if (element.id || element.getAttribute('name')) throw new Error('an id or a name is left');
	}
}

async function readBare(page, faults) {
	for (const html of mails)
		await page.evaluate(({ html, stirring }) => {
			const at = document.getElementById('at');
			const again = document.createElement('div');
			at.innerHTML = html;
			again.innerHTML = at.innerHTML; // read, written and read again: nothing new may come of it
			eval(`(${stirring})`)(at);
			eval(`(${stirring})`)(again);
		}, { html, stirring: stir.toString() }).catch((error) => faults.push(error.message.split('\n')[0]));
}

async function readFramed(page, faults) {
	await page.goto(`${home}/desk`);
	const ready = () => [...document.querySelectorAll('[data-mail-html]')].every((box) => box.dataset.mailShown !== undefined && (box.dataset.mailDone !== undefined));
	await page.waitForFunction(ready, null, { timeout: 20000 }).catch(() => faults.push('a frame was not filled'));
	for (const frame of page.frames().slice(1)) {
		const element = await frame.frameElement();
		if (await element.getAttribute('sandbox') !== SANDBOX) faults.push('the sandbox is another one');
	}
	// From the page, since scripts do not run in there: what is left has no names and no handlers.
	faults.push(...await page.evaluate(() => [...document.querySelectorAll('iframe')].flatMap((frame) => [...frame.contentDocument.body.querySelectorAll('*')])
		.filter((element) => element.id || [...element.attributes].some(({ name }) => name === 'name' || name.startsWith('on')))
		.map((element) => `left: ${element.outerHTML.slice(0, 100)}`)));
}

try {
	for (const how of ['bare', 'desk', 'island alone']) {
		const faults = [];
		const page = await watched(faults);
		const bad = [];
		await page.goto(`${home}/bare`);
		for (let from = 0; from < vectors.length; from += BATCH) {
			const batch = vectors.slice(from, from + BATCH);
			faults.length = 0;
			mails = batch.map(({ raw, clean }) => how === 'island alone' ? raw : clean);
			await (how === 'bare' ? readBare(page, faults) : readFramed(page, faults));
			if (faults.length) bad.push(`${[...new Set(faults)].join(', ')}: one of\n#   ${batch.map(({ line }) => line).join('\n#   ')}`);
		}
		await page.waitForTimeout(200);
		if (faults.length && !bad.length) bad.push(faults.join(', '));
		for (const one of bad) console.log('# ' + one);
		say(bad.length === 0, `${vectors.length} vectors, ${how}: nothing runs, asks, opens or leaves`);
		await page.close();
	}

	const faults = [];
	const page = await watched([]);
	page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
	mails = ['<p style="color: rgb(255, 0, 0)">Hello</p><img data-src="https://load.example/1.png?a=1&amp;b" width="10"><a href="https://www.example.org">x</a><p>'
		+ 'long<br>'.repeat(100) + '</p>'];
	asked.length = 0;
	await page.goto(`${home}/desk`);
	await page.waitForFunction(() => document.querySelector('iframe')?.height > 1000);
	say(await page.evaluate(() => getComputedStyle(document.querySelector('iframe').contentDocument.querySelector('p')).color) === 'rgb(255, 0, 0)', 'its colours are there, under the policy');
	say(asked.length === 0, 'no picture was asked for');
	await page.click('text=Show pictures from outside (1)');
	await page.waitForFunction(() => document.querySelector('iframe').contentDocument.images[0].naturalWidth > 0);
	say(asked.join() === '/picture?url=' + encodeURIComponent('https://load.example/1.png?a=1&b'), 'the picture comes through us, once asked for');
	say(faults.length === 0, `the policy had nothing to complain of ${faults.join('; ')}`);
} catch (error) {
	say(false, error.stack.split('\n').join('\n# '));
} finally {
	await browser.close();
	server.close();
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
