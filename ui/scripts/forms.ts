// Forms marked data-send are posted in place: what was typed stays until the server took it, faults stand above the form
// and beneath their fields, and the page's changed parts are swapped in. Without this file they are plain posts.
import { all, one, speak, toast, word } from './dom';
import { morph } from './htmx';
import { closePops } from './pops';
import { post, startUploads, type Answer } from './uploads';

function clearFaults(form: HTMLFormElement): void {
	one('[data-errors]', form)?.replaceChildren();
	for (const wrong of all('.rd-wrong', form)) wrong.remove();
	for (const field of all('[aria-invalid]', form)) {
		field.removeAttribute('aria-invalid');
		field.removeAttribute('aria-describedby');
	}
}

// "/customer/email" -> the input customer.email
function fieldOf(form: HTMLFormElement, pointer: string): HTMLElement | null {
	const found = form.elements.namedItem(pointer.replace(/^\//, '').replaceAll('/', '.'));
	return found instanceof RadioNodeList ? (found[0] as HTMLElement | undefined) ?? null : found as HTMLElement | null;
}

// What the page calls a field: the words of its label, without what stands in the field.
function nameOf(field: HTMLElement): string {
	const label = (field as HTMLInputElement).labels?.[0];
	const words = [...label?.childNodes ?? []].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
	return words?.textContent?.trim() ?? '';
}

function showFaults(form: HTMLFormElement, answer: Answer): void {
	const page = new DOMParser().parseFromString(answer.text, 'text/html');
	const summary = page.getElementById('errors');
	const box = one('[data-errors]', form);
	if (!summary || !box) {
		toast(summary?.textContent?.trim() || word('failed'), 'is-late');
		return;
	}
	summary.removeAttribute('id');
	box.replaceChildren(document.importNode(summary, true));
	let count = 0;
	for (const item of all('[data-field]', box)) {
		const field = fieldOf(form, item.dataset.field ?? '');
		if (!field) continue;
		const wrong = document.createElement('p');
		wrong.className = 'rd-wrong';
		wrong.id = `wrong-${++count}-${Date.now()}`;
		wrong.textContent = item.dataset.message ?? '';
		field.setAttribute('aria-invalid', 'true');
		field.setAttribute('aria-describedby', wrong.id);
		field.id ||= `field-${wrong.id}`;
		field.after(wrong);
		const link = document.createElement('a');
		link.href = `#${field.id}`;
		const name = nameOf(field);
		link.append(...name ? [`${name}: ${item.dataset.message ?? ''}`] : item.childNodes);
		if (name) item.replaceChildren();
		item.append(link);
	}
	const say = one('.rd-say', box);
	say?.setAttribute('tabindex', '-1');
	say?.focus();
}

// An answer that came by a redirect is the page to be on; one that came at once is this page, changed.
async function take(form: HTMLFormElement, answer: Answer, sentTo: string): Promise<void> {
	form.dispatchEvent(new CustomEvent('rd:sent', { bubbles: true, detail: answer }));
	closePops();
	const page = document.getElementById('page');
	if (!page || !answer.text.includes('id="page"')) {
		location.assign(answer.url);
		return;
	}
	const redirected = answer.url !== sentTo;
	if (redirected && new URL(answer.url).pathname !== location.pathname) {
		location.assign(answer.url);
		return;
	}
	if (redirected && answer.url !== location.href) history.replaceState(null, '', answer.url);
	await morph(page, answer.text, '#page');
	document.dispatchEvent(new CustomEvent('rd:swapped'));
}

export async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
	if (form.dataset.busy !== undefined) return;
	form.dataset.busy = '';
	document.body.classList.add('htmx-request');
	clearFaults(form);
	try {
		const answer = await post(form, submitter);
		if (answer.status === 401) {
			location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
		} else if (answer.status >= 400) {
			const event = new CustomEvent('rd:refused', { bubbles: true, cancelable: true, detail: answer });
			if (form.dispatchEvent(event)) showFaults(form, answer);
		} else {
			await take(form, answer, new URL(submitter?.getAttribute('formaction') ?? form.action, location.href).href);
		}
	} catch {
		speak(word('failed'));
		toast(word('failed'), 'is-late');
	} finally {
		delete form.dataset.busy;
		document.body.classList.remove('htmx-request');
	}
}

export function startForms(): void {
	startUploads();
	document.addEventListener('submit', (event) => {
		const form = event.target;
		if (!(form instanceof HTMLFormElement) || !form.matches('[data-send]')) return;
		event.preventDefault();
		void send(form, event.submitter);
	});
	// The stage form asks for outcome and cause only where they are needed.
	document.addEventListener('change', (event) => {
		const radio = event.target;
		if (!(radio instanceof HTMLInputElement) || radio.name !== 'stage' || !radio.form?.matches('[data-stage]')) return;
		const needed = radio.dataset.needsOutcome !== undefined;
		for (const name of ['outcome', 'root_cause']) {
			const field = radio.form.elements.namedItem(name);
			if (field instanceof HTMLSelectElement) field.required = needed;
		}
	});
}
