// From a list into its cases and on to the next: the list one came from is kept for the tab, so that a case knows its place
// ("3 of 50") and j and k lead on.
import { all, icon, one, word } from './dom';

interface List { href: string; name: string; refs: string[] }

const KEY = 'list';

function read(): List | null {
	try {
		return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as List | null;
	} catch {
		return null;
	}
}

function keep(): void {
	const refs = all('#rows .rd-case').map((row) => row.dataset.ref ?? '');
	if (refs.length === 0) return;
	const list: List = { href: location.pathname + location.search, name: one('h1')?.textContent?.trim() ?? '', refs };
	try {
		sessionStorage.setItem(KEY, JSON.stringify(list));
	} catch { /* a browser without storage */ }
}

function step(ref: string, label: string, symbol: string, key: string): HTMLAnchorElement {
	const link = document.createElement('a');
	link.className = 'rd-step-nav';
	link.href = `/cases/${ref}`;
	link.dataset.step = key;
	link.setAttribute('aria-label', label);
	link.append(icon(symbol), Object.assign(document.createElement('kbd'), { textContent: key }));
	return link;
}

function show(): void {
	const box = document.getElementById('neighbours');
	const ref = one('[data-live="case"]')?.dataset.case;
	const list = read();
	const at = list && ref ? list.refs.indexOf(ref) : -1;
	if (!box || !list || at < 0) return;
	const back = Object.assign(document.createElement('a'), { href: list.href, textContent: list.name });
	const place = Object.assign(document.createElement('span'), { textContent: word('place', String(at + 1)).replace('$2', String(list.refs.length)) });
	const previous = list.refs[at - 1];
	const next = list.refs[at + 1];
	box.replaceChildren(back, place, ...(previous ? [step(previous, word('previous'), 'chevron-up', 'k')] : []), ...(next ? [step(next, word('next'), 'chevron-down', 'j')] : []));
}

export function startNeighbours(): void {
	show();
	document.addEventListener('rd:swapped', show);
	document.addEventListener('rd:case-fresh', show);
	addEventListener('pagehide', keep);
}
