// Writing on a case: three ways to say something, each with its own draft kept on the server (and in the browser while there
// is no connection), wordings with a preview, Ctrl Enter, and the guard against answering past what just arrived.
import { all, api, bytes, clock, on, one, word } from './dom';
import type { Answer } from './uploads';

type Way = 'outbound' | 'note' | 'inbound';

const texts = new Map<Way, string>();
let way: Way = 'outbound';
let timer: ReturnType<typeof setTimeout> | undefined;

function form(): HTMLFormElement | null {
	return one<HTMLFormElement>('form[data-compose]');
}

function field(): HTMLTextAreaElement | null {
	return one<HTMLTextAreaElement>('textarea[name="body"]', form() ?? document.createElement('div'));
}

function ref(): string {
	return one('[data-live="case"]')?.dataset.case ?? '';
}

function version(): HTMLInputElement | null {
	return form()?.elements.namedItem('version') as HTMLInputElement | null;
}

function kind(of: Way): string {
	return of === 'note' ? 'note' : 'reply';
}

function local(of: Way): string {
	return `draft ${document.body.dataset.user ?? ''} ${ref()} ${kind(of)}`;
}

function say(text: string): void {
	const line = one('[data-draft-word]');
	if (line) line.textContent = text;
}

// A call that is being logged has no draft on the server: it is kept in the browser alone.
function keep(): void {
	const text = field()?.value ?? '';
	const of = way;
	texts.set(of, text);
	try {
		if (text) localStorage.setItem(local(of), text);
		else localStorage.removeItem(local(of));
	} catch { /* a browser without storage */ }
	clearTimeout(timer);
	timer = setTimeout(() => {
		if (of === 'inbound') return;
		api('PUT', `/cases/${ref()}/drafts/${kind(of)}`, { body: text, base_version: Number(version()?.value ?? 0) })
			.then(() => { try { localStorage.removeItem(local(of)); } catch { /* none */ } say(text ? word('kept', clock()) : ''); })
			.catch(() => say(word('notKept')));
	}, 900);
}

function grow(): void {
	const text = field();
	if (!text) return;
	text.style.height = 'auto';
	text.style.height = `${Math.min(text.scrollHeight + 2, innerHeight * 0.6)}px`;
}

function show(next: Way): void {
	const box = form();
	const text = field();
	if (!box || !text) return;
	texts.set(way, text.value);
	way = next;
	text.value = texts.get(way) ?? '';
	box.dataset.way = way;
	const radio = one<HTMLInputElement>(`input[name="direction"][value="${way}"]`, box);
	if (radio) radio.checked = true;
	grow();
}

export function write(next: Way): void {
	if (!form()) return;
	show(next);
	document.getElementById('write')?.scrollIntoView({ block: 'center' });
	field()?.focus();
}

interface Kept {
	then?: string | null; // the stage to be set when it leaves
	body: string;
	files?: { ref: string; name: string; size: number }[];
	cc?: string[];
	bcc?: string[];
	send_at?: string | null;
	quote?: boolean;
}

// A file that is on the case already and goes with the answer again, unless its mark is taken out.
function fileAgain(file: { ref: string; name: string; size: number }): HTMLLIElement {
	const item = document.createElement('li');
	const label = item.appendChild(document.createElement('label'));
	const input = label.appendChild(document.createElement('input'));
	Object.assign(input, { type: 'checkbox', name: 'again', value: file.ref, checked: true });
	input.dataset.name = file.name;
	label.append(` ${file.name}, ${bytes(file.size)}`);
	return item;
}

function fillMore(kept: Kept): void {
	const box = form();
	if (!box) return;
	one('[data-again]', box)?.replaceChildren(...(kept.files ?? []).map(fileAgain));
	for (const name of ['cc', 'bcc'] as const) {
		const input = box.elements.namedItem(name);
		if (input instanceof HTMLInputElement) input.value = (kept[name] ?? []).join(', ');
	}
	const later = box.elements.namedItem('send_at');
	if (later instanceof HTMLInputElement && !kept.send_at) later.value = ''; // the page has it, in the reader's zone
	const then = box.elements.namedItem('then');
	if (then instanceof HTMLSelectElement) then.value = [...then.options].some((option) => option.value === kept.then) ? kept.then ?? '' : '';
	const quote = one<HTMLInputElement>('input[name="quote"]', box);
	if (quote) quote.checked = kept.quote ?? false;
	const more = one<HTMLDetailsElement>('.rd-mail-more', box);
	if (more && (kept.cc?.length || kept.bcc?.length)) more.open = true;
}

// What was sent and taken back stands here again, with its files and copies, unless something else was begun since. The server made it the draft.
export async function takeBack(): Promise<void> {
	write('outbound');
	if (!field() || field()?.value.trim()) return;
	const kept = (await api<{ reply: Kept | null }>('GET', `/cases/${ref()}/drafts`).catch(() => null))?.reply;
	const box = field();
	if (!kept || !box || box.value.trim()) return;
	box.value = kept.body;
	fillMore(kept);
	box.dispatchEvent(new Event('input', { bubbles: true })); // whoever reads along reads it again
}

function begin(): void {
	const text = field();
	const box = form();
	if (!text || !box || box.dataset.way) return;
	texts.clear();
	for (const of of ['outbound', 'note'] as const) {
		let words = text.dataset[of === 'note' ? 'draftNote' : 'draftOutbound'] ?? '';
		try { words = localStorage.getItem(local(of)) ?? words; } catch { /* none */ }
		texts.set(of, words);
	}
	text.value = texts.get('outbound') ?? '';
	// What the server chose again with the words it gave back; a list that was touched does not follow by itself.
	const then = box.elements.namedItem('then');
	const again = then instanceof HTMLSelectElement ? [...then.options].find((option) => option.defaultSelected) : undefined;
	if (again) (then as HTMLSelectElement).value = again.value;
	way = 'outbound';
	box.dataset.way = way;
	const base = Number(text.dataset.baseOutbound ?? 0);
	const now = version();
	if (now && text.value && base > 0 && base < Number(now.value)) {
		now.value = String(base);
		stale(null);
	}
	grow();
}

// Something arrived since this was begun: show it, and wait until it was read.
function stale(since: Element | null): void {
	const box = one('[data-stale]');
	if (!box) return;
	const say = document.createElement('div');
	say.className = 'rd-say is-soon';
	say.setAttribute('role', 'alert');
	const inner = document.createElement('div');
	const line = document.createElement('p');
	line.textContent = word('stale');
	const read = document.createElement('button');
	read.type = 'button';
	read.className = 'btn btn-sm';
	read.dataset.do = 'read-it';
	read.textContent = word('read');
	inner.append(line, ...(since ? [since] : []), read);
	say.append(inner);
	box.replaceChildren(say);
	box.hidden = false;
	setSending(false);
}

// What is written now is written against what the page shows, unless that waits to be read.
function goOn(): void {
	const now = version();
	if (now && one('[data-stale]')?.hidden) now.value = one('[data-live="case"]')?.dataset.version ?? now.value;
}

function setSending(may: boolean): void {
	const button = one<HTMLButtonElement>('button[type="submit"]', form() ?? document.createElement('div'));
	if (button) button.disabled = !may;
}

export function insert(text: string): void {
	const box = field();
	if (!box) return;
	box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
	box.focus();
	keep();
	grow();
}

// A wording shows as it would stand on this case once it is looked at: names and numbers filled in by the server.
async function fill(button: HTMLElement): Promise<string> {
	const text = one('.rd-macro-text', button);
	if (text && button.dataset.filled === undefined) {
		button.dataset.filled = '';
		const macro = await api<{ preview?: { text: string } }>('GET', `/macros/${button.dataset.macro ?? ''}?case=${ref()}`).catch(() => null);
		if (macro?.preview) text.textContent = macro.preview.text;
	}
	return text?.textContent ?? '';
}

// The wordings come when the box is opened for the first time: most visits to a case need none.
async function list(box: HTMLDetailsElement): Promise<void> {
	const place = one('.rd-macro-list', box);
	if (!place || !box.open || box.dataset.filled !== undefined) return;
	box.dataset.filled = '';
	const answer = await api<{ macros: { ref: string; name: string; body: string }[] }>('GET', '/macros').catch(() => null);
	if (!answer) delete box.dataset.filled;
	for (const macro of answer?.macros ?? []) {
		const item = document.createElement('li');
		const button = item.appendChild(document.createElement('button'));
		button.type = 'button';
		button.dataset.macro = macro.ref;
		button.appendChild(document.createElement('b')).textContent = macro.name;
		const text = button.appendChild(document.createElement('span'));
		text.className = 'rd-macro-text';
		text.textContent = macro.body;
		place.append(item);
	}
}

function startMacros(): void {
	document.addEventListener('toggle', (event) => {
		if (event.target instanceof HTMLDetailsElement && event.target.matches('.rd-macros')) void list(event.target);
	}, true);
	on('focusin', '[data-macro]', (_, button) => void fill(button));
	on('mouseover', '[data-macro]', (_, button) => void fill(button));
	on('click', '[data-macro]', (_, button) => {
		void fill(button).then((text) => {
			const details = button.closest('details');
			if (details) details.open = false;
			insert(text);
		});
	});
	on('input', '[data-macro-find]', (_, input) => {
		const find = (input as HTMLInputElement).value.toLocaleLowerCase();
		for (const item of all('.rd-macro-list li')) item.hidden = !(item.textContent ?? '').toLocaleLowerCase().includes(find);
	});
	on('keydown', '[data-macro-find]', (event, input) => {
		if ((event as KeyboardEvent).key !== 'Enter') return;
		event.preventDefault();
		one('.rd-macro-list li:not([hidden]) button', input.parentElement ?? document)?.click();
	});
}

// Sample words of a step of the conversation, into the reply: the first that fits; the page behind the link has them all.
export async function sample(step: string): Promise<void> {
	const answer = await api<{ samples: { text: string }[] }>('GET', `/cases/${ref()}/guide?step=${step}`).catch(() => null);
	const first = answer?.samples[0];
	if (!first) return;
	write('outbound');
	insert(first.text);
}

export function startComposer(): void {
	begin();
	startMacros();
	document.addEventListener('rd:swapped', () => { begin(); goOn(); });
	on('change', 'form[data-compose] input[name="direction"]', (_, radio) => { show((radio as HTMLInputElement).value as Way); field()?.focus(); });
	on('input', 'form[data-compose] textarea', () => { say(word('keeping')); keep(); grow(); });
	on('keydown', 'form[data-compose] textarea', (event) => {
		const key = event as KeyboardEvent;
		if (!key.ctrlKey && !key.metaKey) return;
		if (key.key === 'Enter') {
			key.preventDefault();
			form()?.requestSubmit();
		} else if (key.key === '.') {
			key.preventDefault();
			const details = one<HTMLDetailsElement>('.rd-macros');
			if (details) details.open = true;
		}
	});
	on('click', '[data-do="reply"]', (event) => { event.preventDefault(); write('outbound'); });
	on('click', '[data-sample]', (event, link) => { if (!field()) return; event.preventDefault(); void sample(link.dataset.sample ?? ''); });
	on('click', '[data-do="note"]', (event) => { event.preventDefault(); write('note'); });
	on('click', '[data-do="read-it"]', () => {
		const now = version();
		const place = one('[data-live="case"]');
		if (now && place) now.value = place.dataset.version ?? now.value;
		const box = one('[data-stale]');
		if (box) { box.replaceChildren(); box.hidden = true; }
		setSending(true);
		field()?.focus();
	});
	document.addEventListener('rd:sent', (event) => {
		if (event.target !== form()) return;
		clearTimeout(timer);
		texts.set(way, '');
		try { localStorage.removeItem(local(way)); } catch { /* none */ }
		const text = field();
		if (text) text.value = '';
		const files = one<HTMLInputElement>('input[type="file"]', form() ?? document);
		if (files) files.value = '';
		one('[data-picked]')?.replaceChildren();
		if (way === 'outbound') fillMore({ body: '' });
		say('');
		grow();
	});
	document.addEventListener('rd:refused', (event) => {
		const answer = (event as CustomEvent<Answer>).detail;
		if (event.target !== form() || answer.status !== 409) return;
		event.preventDefault();
		const page = new DOMParser().parseFromString(answer.text, 'text/html');
		const since = page.querySelector('[data-since]');
		const place = one('[data-live="case"]');
		if (place && since instanceof HTMLElement && since.dataset.version) place.dataset.version = since.dataset.version;
		stale(since ? document.importNode(since, true) : null);
	});
	// The live stream saw it first: with words begun, wait; without, go on from the new state.
	let moved = false;
	document.addEventListener('rd:case-moved', () => { moved = true; });
	document.addEventListener('rd:case-fresh', () => {
		if (moved && field()?.value.trim() && way === 'outbound') stale(null);
		moved = false;
		goOn();
	});
	document.addEventListener('rd:online', keep);
}
