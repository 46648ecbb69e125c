// The queue: a cursor row, selecting with a range, the bar for the selected, and rows that come and change while one looks.
import { all, on, one, speak, toast, word } from './dom';
import { morph } from './htmx';

let last: HTMLElement | null = null; // the row selected last, where a range begins

export function rows(): HTMLElement[] {
	return all('.rd-case');
}

export function here(): HTMLElement | null {
	return one('.rd-case.is-here');
}

export function moveTo(row: HTMLElement | undefined): void {
	if (!row) return;
	const old = here();
	old?.classList.remove('is-here');
	old?.removeAttribute('aria-current');
	row.classList.add('is-here');
	row.setAttribute('aria-current', 'true');
	row.scrollIntoView({ block: 'nearest' });
	one('.rd-case-subject', row)?.focus({ preventScroll: true });
}

export function move(by: number): void {
	const list = rows();
	const at = list.indexOf(here() as HTMLElement);
	moveTo(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]);
}

function box(row: Element): HTMLInputElement | null {
	return row.querySelector<HTMLInputElement>('input[name="pick"]');
}

export function picked(): HTMLInputElement[] {
	return all<HTMLInputElement>('input[name="pick"]:checked');
}

export function showPicked(): void {
	for (const row of rows()) row.classList.toggle('is-picked', box(row)?.checked ?? false);
	const count = picked().length;
	const bar = one('.rd-bulk-form');
	bar?.classList.toggle('is-on', count > 0);
	const text = one('.rd-bulk [data-selected]');
	if (text) text.textContent = word('selected', String(count));
}

export function pick(row: HTMLElement, range: boolean): void {
	const input = box(row);
	if (!input) return;
	input.checked = !input.checked;
	ranged(row, range, input.checked);
}

function ranged(row: HTMLElement, range: boolean, checked: boolean): void {
	if (range && last?.isConnected) {
		const list = rows();
		const [from, to] = [list.indexOf(last), list.indexOf(row)].sort((a, b) => a - b);
		for (const between of list.slice(from, (to ?? 0) + 1)) {
			const input = box(between);
			if (input) input.checked = checked;
		}
	}
	last = row;
	showPicked();
}

export function clearPicked(): boolean {
	const list = picked();
	for (const input of list) input.checked = false;
	one('.rd-list')?.classList.remove('is-selecting');
	showPicked();
	return list.length > 0;
}

// The list as it is now on the server. What changed changes in its place; nothing moves under anybody's hand: what is new
// waits above the list until it is asked for, or fills a list that was empty.
export async function refreshRows(): Promise<void> {
	const box = document.getElementById('rows');
	if (!box) return;
	const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
	if (!answer.ok) return;
	const text = await answer.text();
	const page = new DOMParser().parseFromString(text, 'text/html');
	const counters = document.getElementById('views');
	if (counters) await morph(counters, text, '#views');
	const known = new Map(rows().map((row) => [row.dataset.ref, row]));
	const fresh = all('#rows .rd-case', page);
	const arrived = fresh.filter((row) => !known.has(row.dataset.ref));
	const busy = here() !== null || picked().length > 0 || scrollY > 40 || box.contains(document.activeElement) || box.matches(':hover');
	for (const row of fresh) {
		const old = known.get(row.dataset.ref);
		if (old && !same(old, row)) await change(old, row);
	}
	if (arrived.length > 0 && known.size > 0) {
		offer(arrived.length);
	} else if (arrived.length > 0 || (fresh.length < known.size && !busy && !document.getElementById('more'))) {
		await morph(box, text, '#rows');
		for (const row of arrived) document.getElementById(row.id)?.classList.add('is-arrived');
		if (arrived.length > 0) speak(arrived.length === 1 ? word('newOne') : word('newMany', String(arrived.length)));
	}
}

function same(old: HTMLElement, row: HTMLElement): boolean {
	const plain = (element: HTMLElement) => (element.textContent ?? '').replace(/\s+/g, ' ').replace(one('[data-due]', element)?.textContent ?? '', '');
	return plain(old) === plain(row);
}

async function change(old: HTMLElement, row: HTMLElement): Promise<void> {
	const state = ['is-here', 'is-picked'].filter((name) => old.classList.contains(name));
	const checked = box(old)?.checked ?? false;
	await morph(old, row.outerHTML, '.rd-case');
	const now = document.getElementById(row.id);
	now?.classList.add(...state, 'is-arrived');
	const input = now && box(now);
	if (input) input.checked = checked;
}

function offer(count: number): void {
	const pill = document.getElementById('arrived');
	const link = one<HTMLAnchorElement>('a', pill ?? document);
	if (!pill || !link) return;
	link.textContent = `${count === 1 ? word('newOne') : word('newMany', String(count))}, ${word('show')}`;
	link.href = location.href;
	if (pill.hidden) speak(link.textContent);
	pill.hidden = false;
}

// The next page's first heading is often the last one's: one heading, one list.
function join(): void {
	const sets = all('.rd-set');
	for (let i = 1; i < sets.length; i++) {
		const before = sets[i - 1];
		const set = sets[i];
		if (!before || !set || before.dataset.group !== set.dataset.group) continue;
		const list = one('.rd-rows', before);
		list?.append(...all('.rd-case', set));
		const count = one('.rd-group small', before);
		if (count && list) count.textContent = String(list.children.length);
		set.remove();
		sets[i] = before;
	}
}

export function startQueue(): void {
	on('click', 'input[name="pick"]', (event, input) => {
		const row = input.closest<HTMLElement>('.rd-case');
		if (row) ranged(row, (event as MouseEvent).shiftKey, (input as HTMLInputElement).checked);
	});
	on('click', '[data-do="clear"]', () => clearPicked());
	on('click', '[data-do="select"]', () => one('.rd-list')?.classList.toggle('is-selecting'));
	document.addEventListener('htmx:after:swap', () => { join(); showPicked(); });
	document.addEventListener('rd:swapped', showPicked);
	document.addEventListener('rd:sent', (event) => {
		if (!(event.target instanceof HTMLFormElement) || event.target.id !== 'bulk') return;
		const count = picked().length;
		clearPicked();
		toast(count === 1 ? word('doneOne') : word('doneMany', String(count)), 'is-kept');
	});
	showPicked();
}
