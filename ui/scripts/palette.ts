// Ctrl K: commands of this page, cases and people, by a few letters. Without a script the field in the bar searches cases.
import { all, api, icon, on, one, word } from './dom';

interface Entry {
	group: string;
	text: string;
	more?: string;
	icon: string;
	key?: string;
	act: () => void;
}
interface Found {
	cases: { ref: string; subject: string; channel: string; customer: { name: string } | null }[];
	customers: { ref: string; name: string }[];
}

let entries: Entry[] = [];
let at = 0;
let asked = 0;

function commands(find: string): Entry[] {
	const list: Entry[] = [];
	for (const summary of all('.rd-case-top summary[data-key]'))
		list.push({ group: word('with'), text: summary.textContent?.trim() ?? '', icon: 'arrow-right', key: summary.dataset.key ?? '', act: () => summary.click() });
	for (const button of all('.rd-now [data-do]'))
		list.push({ group: word('with'), text: button.textContent?.trim() ?? '', icon: 'mail', key: 'r', act: () => button.click() });
	let view = 0;
	for (const link of all<HTMLAnchorElement>('a[data-command]')) {
		const inViews = link.closest('.rd-views') !== null;
		const count = one('.rd-count', link)?.textContent ?? '';
		const text = (link.textContent ?? '').trim().slice(0, count ? -count.length : undefined).trim();
		const key = inViews ? `g ${++view}` : link.dataset.key ? `g ${link.dataset.key}` : '';
		list.push({ group: word('commands'), text, more: count, icon: inViews ? 'stack-2' : 'arrow-right', key, act: () => location.assign(link.href) });
	}
	const small = find.toLocaleLowerCase();
	return list.filter((entry) => entry.text.toLocaleLowerCase().includes(small)).slice(0, find ? 8 : 14);
}

async function search(find: string): Promise<Entry[]> {
	if (find.length < 2) return [];
	const query = encodeURIComponent(find);
	const found = await api<Found>('GET', `/find?q=${query}`).catch((): Found => ({ cases: [], customers: [] }));
	return [
		...found.cases.map((it): Entry => ({ group: word('found'), text: it.subject, more: `${it.customer?.name ?? ''} ${it.ref}`.trim(), icon: `channel-${it.channel}`, act: () => location.assign(`/cases/${it.ref}`) })),
		...found.customers.map((it): Entry => ({ group: word('people'), text: it.name, icon: 'user', act: () => location.assign(`/customers/${it.ref}`) })),
	];
}

function marked(text: string, find: string): Node[] {
	const from = find ? text.toLocaleLowerCase().indexOf(find.toLocaleLowerCase()) : -1;
	if (from < 0) return [document.createTextNode(text)];
	const mark = document.createElement('mark');
	mark.textContent = text.slice(from, from + find.length);
	return [document.createTextNode(text.slice(0, from)), mark, document.createTextNode(text.slice(from + find.length))];
}

function option(entry: Entry, index: number, find: string): HTMLElement {
	const row = document.createElement('div');
	row.id = `o-${index}`;
	row.setAttribute('role', 'option');
	row.setAttribute('aria-selected', String(index === at));
	const text = document.createElement('span');
	text.className = 'rd-cut';
	text.append(...marked(entry.text, find));
	row.append(icon(entry.icon), text);
	if (entry.more) {
		const more = document.createElement('span');
		more.className = 'rd-quiet rd-small rd-cut';
		more.textContent = entry.more;
		row.append(more);
	}
	if (entry.key) {
		const keys = document.createElement('span');
		keys.className = 'rd-push rd-row';
		for (const key of entry.key.split(' ')) keys.append(Object.assign(document.createElement('kbd'), { textContent: key }));
		row.append(keys);
	}
	row.addEventListener('click', () => run(index));
	row.addEventListener('mousemove', () => choose(index));
	return row;
}

function draw(find: string): void {
	const list = document.getElementById('found');
	if (!list) return;
	const groups = new Map<string, HTMLElement>();
	list.replaceChildren();
	entries.forEach((entry, index) => {
		let group = groups.get(entry.group);
		if (!group) {
			group = document.createElement('div');
			group.setAttribute('role', 'group');
			const name = Object.assign(document.createElement('div'), { textContent: entry.group, id: `g-${groups.size}` });
			group.setAttribute('aria-labelledby', name.id);
			group.append(name);
			groups.set(entry.group, group);
			list.append(group);
		}
		group.append(option(entry, index, find));
	});
	choose(Math.min(at, entries.length - 1));
}

function choose(index: number): void {
	at = Math.max(0, index);
	for (const row of all('#found [role="option"]')) row.setAttribute('aria-selected', String(row.id === `o-${at}`));
	const row = document.getElementById(`o-${at}`);
	const input = one('.rd-palette input');
	if (row) input?.setAttribute('aria-activedescendant', row.id);
	else input?.removeAttribute('aria-activedescendant');
	row?.scrollIntoView({ block: 'nearest' });
}

function run(index: number): void {
	const entry = entries[index];
	one<HTMLDialogElement>('.rd-palette')?.close();
	entry?.act();
}

async function fill(find: string): Promise<void> {
	const mine = ++asked;
	const everywhere: Entry = { group: word('found'), text: word('searchAll', find), icon: 'search', act: () => location.assign(`/cases?view=all&q=${encodeURIComponent(find)}`) };
	const ref = /^[0-9a-z]{4}-?[0-9a-z]{4}$/i.test(find);
	const first: Entry[] = ref ? [{ group: word('found'), text: word('openCase', find.toUpperCase()), icon: 'arrow-right', act: () => location.assign(`/cases/${encodeURIComponent(find)}`) }] : [];
	at = 0;
	entries = [...first, ...commands(find), ...(find ? [everywhere] : [])];
	draw(find);
	if (find.length < 2) return;
	await new Promise((resolve) => setTimeout(resolve, 150));
	if (mine !== asked) return;
	const found = await search(find);
	if (mine !== asked) return;
	entries = [...first, ...commands(find), ...found, everywhere];
	draw(find);
}

function foot(): HTMLElement {
	const keys = document.createElement('div');
	keys.className = 'rd-keys';
	for (const [names, text] of [['↑ ↓', 'choose'], ['↵', 'do'], ['Tab', 'everything'], ['Esc', 'close']] as const) {
		const span = document.createElement('span');
		for (const name of names.split(' ')) span.append(Object.assign(document.createElement('kbd'), { textContent: name }));
		span.append(` ${word(text)}`);
		keys.append(span);
	}
	return keys;
}

export function openPalette(): void {
	if (document.querySelector('dialog[open]')) return;
	const dialog = document.createElement('dialog');
	dialog.className = 'rd-palette';
	dialog.setAttribute('aria-label', word('palette'));
	const input = document.createElement('input');
	for (const [name, value] of Object.entries({ type: 'text', name: 'q', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'found', autocomplete: 'off', spellcheck: 'false', 'aria-label': word('palette'), placeholder: word('palette') }))
		input.setAttribute(name, value);
	const list = Object.assign(document.createElement('div'), { id: 'found' });
	list.setAttribute('role', 'listbox');
	list.setAttribute('aria-label', word('palette'));
	const top = document.createElement('div');
	top.className = 'rd-palette-field';
	top.append(input);
	dialog.append(top, list, foot());
	input.addEventListener('input', () => void fill(input.value.trim()));
	input.addEventListener('keydown', (event) => {
		if (event.key === 'ArrowDown') choose(Math.min(at + 1, entries.length - 1));
		else if (event.key === 'ArrowUp') choose(at - 1);
		else if (event.key === 'Enter') run(at);
		else if (event.key === 'Tab' && input.value.trim()) location.assign(`/cases?view=all&q=${encodeURIComponent(input.value.trim())}`);
		else return;
		event.preventDefault();
	});
	dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
	dialog.addEventListener('close', () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
	void fill('');
}

export function startPalette(): void {
	document.addEventListener('keydown', (event) => {
		if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'k') {
			event.preventDefault();
			openPalette();
		}
	});
	on('click', '[data-do="palette"]', () => { if (matchMedia('(min-width: 768px)').matches) openPalette(); });
}
