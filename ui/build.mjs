// Builds what the browser gets: node ui/build.mjs OUTDIR [--check]
//   app.js, portal.js   the islands of ui/scripts, bundled with htmx and their words in every language
//   app.css             Tabler's rules that our pages use, then the files of ui/styles, one after the other as order.json has them
//   sprite.svg          the Tabler icons that our pages name, once
//   *.woff2             two variable fonts, latin subsets
// all named by their content, and manifest.json: {"app.css": "app-HASH.css", ...}. --check runs the type checker first.
// How the files get into the binary: ui/meson.build. What a template may say: ui/README.md.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { PurgeCSS } from 'purgecss';

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.join(here, '..', 'node_modules');
const out = path.resolve(process.argv[2] ?? 'build/ui');
const manifest = {};

async function filesOf(folder, ending) {
	const entries = await readdir(path.join(here, folder), { withFileTypes: true });
	return entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map((entry) => path.join(here, folder, entry.name)).sort();
}

async function textsOf(files) {
	return Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
}

async function put(name, content) {
	const { name: stem, ext } = path.parse(name);
	const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
	manifest[name] = `${stem}-${hash}${ext}`;
	await writeFile(path.join(out, manifest[name]), content);
}

// What a strict Content-Security-Policy stops, or the house does not write, is found here and not in a browser.
const FORBIDDEN = [
	[/\sstyle\s*=/, 'a style attribute: use a class, or an SVG attribute for a length'],
	[/\son[a-z]+\s*=\s*["']/, 'an event attribute: listen in ui/scripts'],
	[/hx-on[:\w-]*\s*=/, 'hx-on: it needs eval'],
	[/(hx-vals|hx-headers)\s*=\s*["']js:/, 'js: values need eval'],
	[/hx-trigger\s*=\s*["'][^"']*\[/, 'a trigger filter needs eval'],
	[/<script(?![^>]*\ssrc=)/, 'an inline script'],
	[/\u2014/, 'an em dash'],
];

function lint(sources) {
	const faults = [];
	for (const { file, text } of sources)
		if (file.endsWith('.html'))
			for (const [index, line] of text.split('\n').entries())
				for (const [pattern, why] of FORBIDDEN)
					if (pattern.test(line)) faults.push(`${path.relative(here, file)}:${index + 1}: ${why}`);
	if (faults.length) throw new Error(faults.join('\n'));
}

// An icon is named in a template as #i-mail, or by a word of the data as #i-channel-{{channel}}: those are the aliases.
async function sprite(sources) {
	const aliases = JSON.parse(await readFile(path.join(here, 'icons.json'), 'utf8'));
	const wanted = new Map(Object.entries(aliases));
	const faults = [];
	for (const { file, text } of sources)
		for (const [, name] of text.matchAll(/#i-([a-z0-9_-]+)(?!\{)["']/g))
			if (!wanted.has(name)) wanted.set(name, name);
	const symbols = [];
	for (const [name, icon] of [...wanted].sort()) {
		try {
			const svg = await readFile(path.join(packages, '@tabler/icons/icons/outline', `${icon}.svg`), 'utf8');
			const shapes = [...svg.matchAll(/<(path|circle|rect|line|polyline|ellipse)\b[^>]*\/>/g)].map(([shape]) => shape)
				.filter((shape) => !shape.includes('stroke="none"'));
			symbols.push(`<symbol id="i-${name}" viewBox="0 0 24 24">${shapes.join('')}</symbol>`);
		} catch {
			faults.push(`no icon is called ${icon} (named as #i-${name})`);
		}
	}
	if (faults.length) throw new Error(faults.join('\n'));
	await put('sprite.svg', `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`);
}

async function fonts() {
	for (const family of ['source-sans-3', 'source-serif-4']) {
		const file = path.join(packages, '@fontsource-variable', family, 'files', `${family}-latin-wght-normal.woff2`);
		await put(`${family}.woff2`, await readFile(file));
	}
}

// Later rules win over earlier ones, so the order is stated; a file that it does not name would be lost, and is a fault.
async function ownStyles() {
	const order = JSON.parse(await readFile(path.join(here, 'styles/order.json'), 'utf8')).map((name) => path.join(here, 'styles', `${name}.css`));
	const lost = (await filesOf('styles', '.css')).filter((file) => !order.includes(file));
	if (lost.length) throw new Error(`ui/styles/order.json does not name ${lost.map((file) => path.basename(file)).join(', ')}`);
	return (await textsOf(order)).map(({ text }) => text).join('');
}

async function styles(sources) {
	const content = sources.map(({ file, text }) => ({ raw: text, extension: path.extname(file).slice(1) }));
	const [tabler] = await new PurgeCSS().purge({
		content,
		css: [path.join(packages, '@tabler/core/dist/css/tabler.min.css')],
		defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+/g) ?? [],
		safelist: { standard: ['htmx-request', 'data-bs-theme'] },
		keyframes: true,
		fontFace: true,
	});
	let own = await ownStyles();
	own = own.replace(/url\("fonts\/([^"]+)"\)/g, (_, name) => `url("${manifest[name]}")`);
	const result = await build({
		stdin: { contents: `${tabler.css}\n${own}`, loader: 'css', resolveDir: here },
		minify: true, write: false, logLevel: 'warning', bundle: false,
	});
	await put('app.css', result.outputFiles[0].contents);
}

// What scripts say, by language: scripts/words.json has the English, the catalogues of words/ the rest. It goes into the bundle, so that
// no page carries it and no script waits for it. What a script asks for and nobody wrote is a fault.
async function scriptWords(sources) {
	const english = JSON.parse(await readFile(path.join(here, 'scripts/words.json'), 'utf8'));
	const all = { en: english };
	for (const { file, text } of sources)
		if (file.endsWith('.ts'))
			for (const [, name] of text.matchAll(/\bword\('(\w+)'/g))
				if (!(name in english)) throw new Error(`${path.relative(here, file)}: scripts/words.json has no ${name}`);
	for (const { file, text } of await textsOf(await filesOf('words', '.po'))) {
		const known = new Map([...text.matchAll(/^msgid (".*")\nmsgstr (".+")$/gm)].map(([, id, said]) => [JSON.parse(id), JSON.parse(said)]));
		all[path.basename(file, '.po')] = Object.fromEntries(Object.entries(english).filter(([, text]) => known.has(text)).map(([name, text]) => [name, known.get(text)]));
	}
	return { name: 'words', setup: (bundle) => {
		bundle.onResolve({ filter: /^words$/ }, () => ({ path: 'words', namespace: 'words' }));
		bundle.onLoad({ filter: /.*/, namespace: 'words' }, () => ({ contents: JSON.stringify(all), loader: 'json' }));
	} };
}

async function scripts(sources) {
	const result = await build({
		entryPoints: ['app.ts', 'portal.ts'].map((name) => path.join(here, 'scripts', name)),
		plugins: [await scriptWords(sources)],
		bundle: true, minify: true, format: 'esm', target: 'es2022', write: false, outdir: out, logLevel: 'warning', legalComments: 'none',
	});
	for (const file of result.outputFiles) await put(path.basename(file.path), file.contents);
}

if (process.argv.includes('--check')) {
	const tsc = createRequire(import.meta.url).resolve('typescript/package.json').replace(/package\.json$/, 'bin/tsc');
	const run = spawnSync(process.execPath, [tsc, '-p', path.join(here, 'scripts/tsconfig.json')], { stdio: 'inherit' });
	if (run.status !== 0) process.exit(1);
}
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const sources = await textsOf([
	...await filesOf('pages', '.html'), ...await filesOf('parts', '.html'), ...await filesOf('scripts', '.ts'),
]);
lint(sources);
await fonts();
await Promise.all([sprite(sources), styles(sources), scripts(sources)]);
await writeFile(path.join(out, 'manifest.json'), `${JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, '\t')}\n`);
