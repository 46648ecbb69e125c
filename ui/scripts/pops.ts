// Small boxes that open from a button (<details class="rd-pop">, .rd-menu): one at a time, closed by Escape or a press elsewhere.
import { all, icon, on, one, word } from './dom';

const POPS = 'details.rd-pop[open], details.rd-menu[open]';

export function closePops(except: Element | null = null): boolean {
	let any = false;
	for (const pop of all<HTMLDetailsElement>(POPS))
		if (!except || !pop.contains(except)) {
			pop.open = false;
			any = true;
		}
	return any;
}

function focusFirst(box: Element): void {
	// A bar that is fixed to the screen's edge is in sight already; scrolling to it would move the list.
	one('input:not([type="hidden"]), select, textarea', box)?.focus({ preventScroll: box.closest('.rd-bulk') !== null });
}

// What few people open is fetched when it is: the link inside, which leads to it as a page, gives way to that page's form
// and what is said above it. Where that does not work it stays a link.
async function fill(box: Element, link: HTMLAnchorElement): Promise<void> {
	const answer = await fetch(link.href, { headers: { Accept: 'text/html', 'HX-Request': 'true', 'HX-Target': 'form' } });
	const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : '', 'text/html');
	if (!page.querySelector('form') || page.querySelector('main')) return;
	link.replaceWith(...page.body.childNodes);
	if (box instanceof HTMLDetailsElement && box.open) focusFirst(box);
}

const filling = new WeakMap<Element, Promise<void>>();

export function filled(box: Element): Promise<void> {
	const link = one<HTMLAnchorElement>('a[data-fill]', box);
	if (!link) return Promise.resolve();
	const work = filling.get(link) ?? fill(box, link).catch(() => undefined).finally(() => filling.delete(link));
	filling.set(link, work);
	return work;
}

// The keys, over the page one is on; the same list is a page of its own, which is where one lands when it cannot be fetched.
export async function openHelp(): Promise<void> {
	if (one('dialog[open]')) return;
	const answer = await fetch('/keys', { headers: { Accept: 'text/html', 'HX-Request': 'true', 'HX-Target': 'list' } }).catch(() => null);
	const list = new DOMParser().parseFromString(answer?.ok ? await answer.text() : '', 'text/html');
	if (!list.querySelector('dl') || list.querySelector('main')) {
		location.assign('/keys');
		return;
	}
	if (one('dialog[open]')) return;
	const dialog = Object.assign(document.createElement('dialog'), { id: 'keys', className: 'rd-help' });
	const close = Object.assign(document.createElement('button'), { type: 'button', className: 'rd-iconbtn rd-push', ariaLabel: word('close') });
	close.dataset.do = 'close';
	close.append(icon('x'));
	const head = Object.assign(document.createElement('div'), { className: 'rd-row' });
	head.append(Object.assign(document.createElement('h2'), { id: 'keys-h', textContent: word('keys') }), close);
	dialog.setAttribute('aria-labelledby', 'keys-h');
	dialog.append(head, ...list.body.childNodes);
	dialog.addEventListener('close', () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
}

export function startPops(): void {
	document.addEventListener('click', (event) => closePops(event.target instanceof Element ? event.target : null));
	document.addEventListener('toggle', (event) => {
		const pop = event.target;
		if (!(pop instanceof HTMLDetailsElement) || !pop.open) return;
		void filled(pop);
		if (pop.matches('.rd-pop')) focusFirst(pop);
	}, true);
	on('click', '[data-do="close"]', (_, button) => button.closest('dialog')?.close());
	on('click', '[data-do="help"]', (event) => { event.preventDefault(); closePops(); void openHelp(); });
	on('change', '[data-submit]', (_, field) => (field as HTMLSelectElement).form?.requestSubmit());
}
