// What is promised in a reply, while it is written: underlined in the words, listed beneath with its date, and watched over with one key.
// Nothing is decided here: the server reads the words (POST /promises/read) and keeps what was accepted together with the message.
import { all, api, icon, on, one, speak, word } from './dom';

interface Meaning { due_at: string; whole_day: boolean }
interface Found extends Meaning { what: string; words: string; certainty: number; why: string | null; either: Meaning[] }
// What the writer made of it; kept by the words, so that it lasts while one writes on.
interface Decided { state: 'watched' | 'not' | 'changing'; what: string; due_at: string; whole_day: boolean }

const LONGEST = 60_000;
const MOST = 8; // rows of the form
let found: Found[] = [];
let asked = '';
let timer: ReturnType<typeof setTimeout> | undefined;
const decided = new Map<string, Decided>();

function form(): HTMLFormElement | null { return one<HTMLFormElement>('form[data-compose]'); }
function field(): HTMLTextAreaElement | null { return one<HTMLTextAreaElement>('form[data-compose] textarea[name="body"]'); }
function list(): HTMLElement | null { return one('form[data-compose] [data-heard]'); }
function isReply(): boolean { return (form()?.dataset.way ?? 'outbound') === 'outbound'; }

function key(promise: Found): string { return promise.words; }
function shown(): Found[] { return found.filter((promise) => decided.get(key(promise))?.state !== 'not'); }

function day(meaning: Meaning): string {
	const own = !meaning.due_at.endsWith('Z'); // typed here, in the reader's zone
	const at = new Date(own ? `${meaning.due_at}Z` : meaning.due_at);
	const zone = { timeZone: own ? 'UTC' : list()?.dataset.zone ?? 'UTC' };
	const lang = document.documentElement.lang === 'de' ? 'de' : 'en-GB';
	const date = at.toLocaleDateString(lang, { weekday: 'short', day: 'numeric', month: 'short', ...zone }).replace(',', '');
	return meaning.whole_day ? word('endOfDay', date) : `${date}, ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...zone })}`;
}

// Why it must be asked, in the reader's language: the server's own sentence is English.
function question(promise: Found): string {
	const name = (promise.why ?? '').replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
	const first = local(promise.either[0]?.due_at ?? '').slice(0, 10); // of no such day: the last one of its month
	const month = first === '' ? '' : new Date(`${first}T12:00:00Z`).toLocaleDateString(document.documentElement.lang === 'de' ? 'de' : 'en-GB', { month: 'long', timeZone: 'UTC' });
	return word(`why${name}`, month).replace('$2', String(Number(first.slice(8))));
}

function button(text: string, quiet: boolean, doing: string, index: number, extra = ''): HTMLButtonElement {
	const made = document.createElement('button');
	made.type = 'button';
	made.className = quiet ? 'btn btn-sm btn-quiet' : 'btn btn-sm';
	made.dataset.heardDo = doing;
	made.dataset.heardAt = String(index);
	made.dataset.heardMeaning = extra;
	made.append(text);
	return made;
}

function keys(): Node[] {
	return ['Alt', '↵'].map((name) => { const kbd = document.createElement('kbd'); kbd.textContent = name; return kbd; });
}

function line(promise: Found, index: number, first: boolean): HTMLLIElement {
	const item = document.createElement('li');
	const text = document.createElement('span');
	const side = document.createElement('span');
	const mine = decided.get(key(promise));
	side.className = 'rd-push rd-row';
	text.appendChild(document.createElement('b')).textContent = mine?.what ?? promise.what;
	if (mine?.state === 'changing') {
		side.append(change(promise, mine, index));
	} else if (mine?.state === 'watched') {
		text.append(` ${word('by', day(mine))}`);
		const kept = document.createElement('span');
		kept.className = 'rd-clock is-kept';
		kept.append(icon('circle-check'), word('watched'));
		side.append(kept, button(word('change'), true, 'change', index), button(word('notPromise'), true, 'not', index));
	} else if (promise.either.length > 0) {
		text.append(` ${question(promise)} ${word('didYouMean')}`);
		promise.either.forEach((meaning, at) => side.append(button(day(meaning), false, 'watch', index, String(at))));
		side.append(button(word('notPromise'), true, 'not', index));
	} else {
		text.append(` ${word('by', day(promise))}`);
		const watch = button(`${word('keepWatch')} `, false, 'watch', index);
		if (first) watch.append(...keys());
		side.append(watch, button(word('change'), true, 'change', index), button(word('notPromise'), true, 'not', index));
	}
	item.append(text, side);
	return item;
}

// What and when as fields; the time is the reader's own.
function change(promise: Found, mine: Decided, index: number): HTMLElement {
	const box = document.createElement('span');
	const what = document.createElement('input');
	const when = document.createElement('input');
	box.className = 'rd-row';
	what.className = when.className = 'form-control form-control-sm w-auto';
	what.value = mine.what;
	what.maxLength = 200;
	what.dataset.heardWhat = String(index);
	what.setAttribute('aria-label', word('what'));
	when.type = 'datetime-local';
	when.dataset.heardWhen = String(index);
	when.setAttribute('aria-label', word('when'));
	when.value = local(mine.due_at || promise.either[0]?.due_at || promise.due_at);
	box.append(what, when, button(word('keepWatch'), false, 'changed', index));
	return box;
}

function local(iso: string): string {
	if (!iso.endsWith('Z')) return iso.slice(0, 16);
	const text = new Date(iso).toLocaleString('sv-SE', { timeZone: list()?.dataset.zone ?? 'UTC' });
	return text.slice(0, 16).replace(' ', 'T');
}

function hidden(name: string, value: string): HTMLInputElement {
	const input = document.createElement('input');
	input.type = 'hidden';
	input.name = name;
	input.value = value;
	return input;
}

function inputs(): HTMLInputElement[] {
	const watched = shown().filter((promise) => decided.get(key(promise))?.state === 'watched').slice(0, MOST);
	return [hidden('heard', 'true'), ...watched.flatMap((promise, at) => {
		const mine = decided.get(key(promise)) as Decided;
		const name = `promise${at + 1}`;
		return [hidden(`${name}.what`, mine.what), hidden(`${name}.due_at`, mine.due_at), hidden(`${name}.whole_day`, String(mine.whole_day)),
			hidden(`${name}.words`, promise.words), hidden(`${name}.certainty`, String(promise.certainty))];
	})];
}

// The same words behind the text field, with the promised ones underlined: a text field itself cannot.
function mirror(): void {
	const behind = one('[data-mirror]');
	const text = field();
	if (!behind || !text) return;
	const parts: Node[] = [];
	const style = getComputedStyle(text);
	let at = 0;
	for (const name of ['fontFamily', 'fontSize', 'fontWeight', 'fontVariationSettings', 'fontFeatureSettings', 'fontKerning', 'fontVariantNumeric', 'lineHeight', 'letterSpacing', 'wordSpacing',
		'textRendering', 'wordBreak', 'overflowWrap', 'padding', 'boxSizing'] as const) behind.style[name] = style[name];
	/* to the fraction of a pixel: a word that just fits would else go to the next line */
	behind.style.width = `${text.getBoundingClientRect().width - (text.offsetWidth - text.clientWidth)}px`;
	behind.style.height = `${text.clientHeight}px`;
	behind.style.minHeight = '0';
	if (isReply()) {
		for (const promise of shown()) {
			const start = text.value.indexOf(promise.words, at);
			if (start < 0) continue;
			const mark = document.createElement('mark');
			mark.className = 'rd-promised';
			mark.textContent = promise.words;
			parts.push(document.createTextNode(text.value.slice(at, start)), mark);
			at = start + promise.words.length;
		}
	}
	behind.replaceChildren(...parts, document.createTextNode(`${text.value.slice(at)}\n`));
	behind.scrollTop = text.scrollTop;
}

function render(): void {
	const box = list();
	if (!box) return;
	const now = isReply() ? shown() : [];
	const focus = document.activeElement instanceof HTMLElement && box.contains(document.activeElement) ? document.activeElement.dataset.heardAt : undefined;
	box.hidden = now.length === 0;
	box.replaceChildren();
	if (isReply()) box.append(...inputs());
	if (now.length > 0) {
		const title = document.createElement('p');
		const items = document.createElement('ul');
		title.append(icon('heart-handshake'), now.length === 1 ? word('promisingOne') : word('promisingMany', String(now.length)));
		const next = now.findIndex((promise) => !decided.has(key(promise)) && promise.either.length === 0);
		items.append(...now.map((promise, index) => line(promise, index, index === next)));
		box.append(title, items);
	}
	mirror();
	if (focus !== undefined) (all('[data-heard-at]', box).find((made) => made.dataset.heardAt === focus) ?? field())?.focus();
}

async function read(): Promise<void> {
	const text = field()?.value ?? '';
	if (text === asked || !isReply()) { render(); return; }
	asked = text;
	if (text.trim().length < 8 || text.length > LONGEST) found = [];
	else found = (await api<{ promises: Found[] }>('POST', '/promises/read', { text, case: list()?.dataset.case }).catch(() => ({ promises: found }))).promises;
	if (asked === (field()?.value ?? '')) render();
}

function later(): void {
	clearTimeout(timer);
	mirror();
	timer = setTimeout(() => void read(), 500);
}

function watch(promise: Found, meaning: Meaning): void {
	decided.set(key(promise), { state: 'watched', what: promise.what, due_at: meaning.due_at, whole_day: meaning.whole_day });
	speak(`${promise.what}, ${word('watched')}`);
	render();
}

function act(doing: string, index: number, meaning: string): void {
	const promise = shown()[index];
	if (!promise) return;
	const mine = decided.get(key(promise));
	if (doing === 'watch') watch(promise, promise.either[Number(meaning)] ?? promise);
	else if (doing === 'not') decided.set(key(promise), { state: 'not', what: '', due_at: '', whole_day: false });
	else if (doing === 'change') decided.set(key(promise), { state: 'changing', what: mine?.what ?? promise.what, due_at: mine?.due_at ?? promise.due_at, whole_day: mine?.whole_day ?? promise.whole_day });
	else if (doing === 'changed') changed(promise, mine, index);
	render();
}

function changed(promise: Found, mine: Decided | undefined, index: number): void {
	const what = one<HTMLInputElement>(`[data-heard-what="${index}"]`)?.value.trim() || promise.what;
	const when = one<HTMLInputElement>(`[data-heard-when="${index}"]`)?.value ?? '';
	const before = local(mine?.due_at || promise.either[0]?.due_at || promise.due_at);
	// A time that was not touched stays as it was read, end of day and all; one without a zone is read in the writer's own.
	decided.set(key(promise), { state: 'watched', what, due_at: when === before ? mine?.due_at || promise.due_at : when, whole_day: when === before && (mine?.whole_day ?? false) });
}

export function startPromises(): void {
	if (!list()) return;
	on('input', 'form[data-compose] textarea', later);
	on('change', 'form[data-compose] input[name="direction"]', () => void read());
	field()?.addEventListener('scroll', mirror, { passive: true });
	on('click', '[data-heard-do]', (_, made) => act(made.dataset.heardDo ?? '', Number(made.dataset.heardAt), made.dataset.heardMeaning ?? ''));
	on('keydown', '[data-heard] input', (event, input) => {
		if ((event as KeyboardEvent).key !== 'Enter') return;
		event.preventDefault();
		one(`[data-heard-do="changed"][data-heard-at="${input.dataset.heardWhat ?? input.dataset.heardWhen ?? ''}"]`)?.click();
	});
	on('keydown', 'form[data-compose]', (event) => {
		const pressed = event as KeyboardEvent;
		if (!pressed.altKey || pressed.key !== 'Enter') return;
		const next = shown().find((promise) => !decided.has(key(promise)) && promise.either.length === 0);
		if (!next) return;
		pressed.preventDefault();
		watch(next, next);
	});
	document.addEventListener('rd:sent', (event) => {
		if (event.target !== form()) return;
		found = [];
		asked = '';
		decided.clear();
		render();
	});
	document.addEventListener('rd:swapped', () => { asked = ''; later(); });
	later();
	render();
}
