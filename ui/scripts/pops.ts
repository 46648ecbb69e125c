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

export function startPops(): void {
	document.addEventListener('click', (event) => closePops(event.target instanceof Element ? event.target : null));
	document.addEventListener('toggle', (event) => {
		const pop = event.target;
		if (pop instanceof HTMLDetailsElement && pop.open && pop.matches('.rd-pop'))
			one('input:not([type="hidden"]), select, textarea', pop)?.focus();
	}, true);
	on('click', '[data-do="close"]', (_, button) => button.closest('dialog')?.close());
	on('click', '[data-do="help"]', () => { closePops(); one<HTMLDialogElement>('#keys')?.showModal(); });
	on('change', '[data-submit]', (_, field) => (field as HTMLSelectElement).form?.requestSubmit());
}
