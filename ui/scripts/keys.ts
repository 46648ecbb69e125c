// Single letters, outside fields only, and only for who has them on (WCAG 2.1.4). The list people see: pages/keys.html.
import { sample, write } from './composer';
import { isTyping, one } from './dom';
import { openPalette } from './palette';
import { closePops, filled, openHelp } from './pops';
import { clearPicked, here, move, pick, picked } from './queue';

const steps = ['listen', 'empathise', 'clarify', 'offer', 'act', 'learn']; // cases/guide.h
let waiting = 0; // until when the second key of "g ..." counts

function go(href: string | null | undefined): void {
	if (href) location.assign(href);
}

function press(selector: string): boolean {
	const target = one(selector);
	if (!target) return false;
	if (target instanceof HTMLElement && target.tagName === 'SUMMARY') {
		const details = target.parentElement as HTMLDetailsElement;
		details.open = true;
		one('select, input:not([type="hidden"])', details)?.focus();
	} else {
		target.click();
	}
	return true;
}

function hrefOf(row: HTMLElement | null, anchor = ''): string | null {
	const link = row && one<HTMLAnchorElement>('.rd-case-subject', row);
	return link ? link.href + anchor : null;
}

// With a cursor and nothing selected, acting on the selection means the row one is on.
function withRow(act: () => void): void {
	const row = here();
	if (picked().length === 0 && row) pick(row, false);
	if (picked().length > 0) act();
}

function second(key: string): void {
	waiting = 0;
	const number = Number(key);
	if (number >= 1 && number <= 9) go(document.querySelectorAll<HTMLAnchorElement>('.rd-views a[data-command]')[number - 1]?.href);
	else go(one<HTMLAnchorElement>(`.rd-top nav a[data-key="${CSS.escape(key)}"]`)?.href);
}

function inQueue(event: KeyboardEvent): boolean {
	switch (event.key) {
	case 'j': move(1); return true;
	case 'k': move(-1); return true;
	case 'x': case 'X': { const row = here(); if (row) pick(row, event.shiftKey); return true; }
	case 'o': go(hrefOf(here())); return true;
	case 'Enter': if (document.activeElement?.matches('a, button, summary, input')) return false; go(hrefOf(here())); return true;
	case 'r': go(hrefOf(here(), '#reply')); return true;
	case 'n': go(hrefOf(here(), '#note')); return true;
	case 'a': withRow(() => press('.rd-bulk summary[data-key="a"]')); return true;
	case 't': withRow(() => press('.rd-bulk summary[data-key="t"]')); return true;
	default: return false;
	}
}

async function resolving(): Promise<void> {
	const box = one('.rd-case-top details:has(> summary[data-key="s"])');
	if (box) await filled(box);
	const resolved = one<HTMLInputElement>('.rd-case-top input[name="stage"][value="resolved"]');
	if (resolved) { resolved.click(); resolved.focus(); }
}

function inCase(event: KeyboardEvent): boolean {
	switch (event.key) {
	case 'j': case 'k': press(`[data-step="${event.key}"]`); return true;
	case 'r': write('outbound'); return true;
	case 'n': write('note'); return true;
	case '1': case '2': case '3': case '4': case '5': case '6': void sample(steps[Number(event.key) - 1] ?? ''); return true;
	case 'p': return press('#promises summary[data-key="p"]');
	case 'm': return press('#remedies a[data-key="m"]');
	case 's': return press('.rd-case-top summary[data-key="s"]');
	case 'a': return press('.rd-case-top summary[data-key="a"]');
	case 'e': {
		if (press('.rd-case-top summary[data-key="s"]')) void resolving();
		return true;
	}
	default: return false;
	}
}

function escape(event: KeyboardEvent): void {
	if (document.querySelector('dialog[open]')) return;
	if (closePops()) { event.preventDefault(); return; }
	if (isTyping(event.target)) { (event.target as HTMLElement).blur(); return; }
	clearPicked();
}

function search(): void {
	const field = one<HTMLInputElement>('#q');
	if (!field) { openPalette(); return; }
	field.focus();
	field.select();
}

export function startKeys(): void {
	document.addEventListener('keydown', (event) => {
		if (event.defaultPrevented) return;
		if (event.key === 'Escape') { escape(event); return; }
		if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
		if (document.body.dataset.keys === undefined || document.querySelector('dialog[open]')) return;
		if (waiting > Date.now()) { event.preventDefault(); second(event.key); return; }
		let done = true;
		if (event.key === '/') search();
		else if (event.key === '?') void openHelp();
		else if (event.key === 'g') waiting = Date.now() + 1500;
		else done = one('[data-live="case"]') ? inCase(event) : one('.rd-case') ? inQueue(event) : false;
		if (done) event.preventDefault();
	});
	if (location.hash === '#reply') write('outbound');
	if (location.hash === '#note') write('note');
}
