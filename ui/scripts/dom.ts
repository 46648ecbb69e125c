// Finding, listening, saying: what every island needs.
import words from 'words';

export function one<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T | null {
	return root.querySelector<T>(selector);
}

export function all<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T[] {
	return [...root.querySelectorAll<T>(selector)];
}

// Listens on the document for @type at elements that fit @selector, now or later.
export function on<K extends keyof DocumentEventMap>(type: K, selector: string, handle: (event: DocumentEventMap[K], element: HTMLElement) => void): void {
	document.addEventListener(type, (event) => {
		const element = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
		if (element) handle(event, element);
	});
}

// A visible word of words.json in the page's language, with $1 replaced.
export function word(name: string, value = ''): string {
	const text = words[document.documentElement.lang]?.[name] ?? words.en?.[name] ?? '';
	return text.replace('$1', () => value);
}

// Tells a screen reader, quietly.
export function speak(text: string): void {
	const spoken = document.getElementById('spoken');
	if (spoken) spoken.textContent = text;
}

export function toast(text: string, state: 'is-kept' | 'is-late' | '' = ''): void {
	const box = document.createElement('div');
	box.className = `rd-say ${state}`;
	box.setAttribute('role', state === 'is-late' ? 'alert' : 'status');
	box.textContent = text;
	document.getElementById('toasts')?.append(box);
	setTimeout(() => box.remove(), 8000);
}

// How much that is, as the pages write it: 3 kB, 26.1 MB.
export function bytes(size: number): string {
	return size < 1e6 ? `${Math.max(1, Math.round(size / 1000))} kB` : `${(size / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;
}

// The time as the pages write it: 15:04.
export function clock(): string {
	return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

export function icon(name: string): SVGSVGElement {
	const space = 'http://www.w3.org/2000/svg';
	const svg = document.createElementNS(space, 'svg');
	const use = document.createElementNS(space, 'use');
	svg.setAttribute('class', 'rd-i');
	svg.setAttribute('aria-hidden', 'true');
	use.setAttribute('href', `${document.body.dataset.sprite ?? ''}#i-${name}`);
	svg.append(use);
	return svg;
}

export function csrf(): string {
	return document.body.dataset.csrf ?? '';
}

// JSON to and from the API as the signed-in person; throws when it was not taken.
export async function api<T>(method: string, path: string, body?: unknown, keepalive = false): Promise<T> {
	const headers: Record<string, string> = { Accept: 'application/json', 'X-CSRF-Token': csrf() };
	if (body !== undefined) headers['Content-Type'] = 'application/json';
	const answer = await fetch(`/api/v1${path}`, { method, headers, keepalive, body: body === undefined ? null : JSON.stringify(body) });
	if (!answer.ok) throw new Error(`${answer.status}`);
	return (answer.status === 204 ? null : await answer.json()) as T;
}

// Something to write in has the focus, so single letters are letters.
export function isTyping(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	// A field of a box that has just closed has the focus until the next frame; a quick key after Escape is not meant for it.
	if (target.closest('dialog:not([open])')) return false;
	if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
	return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
}
