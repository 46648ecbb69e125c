// Small boxes that open from a button (<details class="rd-pop">, .rd-menu): one at a time, closed by Escape or a press elsewhere.
import { all, on, one } from './dom';

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
	one('input:not([type="hidden"]), select, textarea', box)?.focus();
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

export function startPops(): void {
	document.addEventListener('click', (event) => closePops(event.target instanceof Element ? event.target : null));
	document.addEventListener('toggle', (event) => {
		const pop = event.target;
		if (!(pop instanceof HTMLDetailsElement) || !pop.open) return;
		void filled(pop);
		if (pop.matches('.rd-pop')) focusFirst(pop);
	}, true);
	on('click', '[data-do="close"]', (_, button) => button.closest('dialog')?.close());
	on('click', '[data-do="help"]', () => { closePops(); one<HTMLDialogElement>('#keys')?.showModal(); });
	on('change', '[data-submit]', (_, field) => (field as HTMLSelectElement).form?.requestSubmit());
}
