// A mail's HTML as its writer made it, beside nothing of ours: the second lock behind text/clean_html.
//
//   <div data-mail-html="/messages/REF/html" data-mail-pictures="/messages/REF/picture?url="> the plain text </div>
//
// Without JavaScript, or when anything here fails, the plain text inside stays. The address answers JSON, {"html": "..."},
// never a page: so a stranger's HTML is no document of our origin even where somebody opens the address itself.
//
// DOMPurify cleans it again, as a browser reads it, and it goes into a frame that may not run scripts, send forms, or move
// the page. The frame may be looked into (allow-same-origin) because nothing in it can act: we measure it, and we set
// styles through the object model, since the page's policy lets no style attribute of markup count, there or here.
//
// Pictures of others stand in data-src until somebody asks. The page's policy loads nothing from elsewhere: what is asked
// for goes through data-mail-pictures (the address, encoded, behind it): our server fetches it, so its sender learns neither who
// looked nor from where. Without data-mail-pictures they stay away.
import DOMPurify from 'dompurify';
import { all, word } from './dom';

const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
const BODY = 'margin: 0; padding: 0 1px; background: #fff; color: #1c2b33; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; display: flow-root';
const MAX_HEIGHT = 20000;

function purified(html: string): DocumentFragment {
	const fragment = DOMPurify.sanitize(html, {
		RETURN_DOM_FRAGMENT: true,
		ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|\/files\/|data:image\/(?:png|gif|jpe?g|webp);base64,)/i,
		FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'svg', 'math', 'video', 'audio', 'picture', 'source', 'dialog'],
		FORBID_ATTR: ['id', 'name', 'srcset', 'background', 'poster', 'style'],
		ADD_ATTR: ['target'],
		ALLOW_DATA_ATTR: false,
		ADD_DATA_URI_TAGS: [],
	});
	for (const link of fragment.querySelectorAll('a')) {
		link.target = '_blank';
		link.rel = 'noopener noreferrer nofollow';
	}
	return fragment;
}

// Styles and the sources of others' pictures do not go through markup: they are taken off first, kept under a number that
// the element carries through DOMPurify, and set afterwards.
interface Carried {
	style: string;
	source: string;
}

const LOADS = /[\\@<]|\/\*|url|image|element|expression|var\(|attr\(|position|behaviou?r|binding/i;

function carry(html: string): { html: string; carried: Carried[] } {
	// The server writes no quotes in text or values, so this is found in tags alone. A browser that read "style" here would
	// only complain that the page's policy stops it.
	const page = new DOMParser().parseFromString(html.replaceAll(' style="', ' data-style="'), 'text/html');
	const carried: Carried[] = [];
	for (const element of page.body.querySelectorAll('*')) {
		const style = element.getAttribute('data-style') ?? '';
		const given = element instanceof HTMLImageElement ? element.getAttribute('src') ?? element.getAttribute('data-src') ?? '' : '';
		const source = /^https?:\/\//i.test(given) ? given : '';
		if (element.localName === 'img' && (source || !/^(?:data:image\/|\/)/.test(given))) element.removeAttribute('src');
		element.removeAttribute('aria-details');
		if (!style && !source) continue;
		element.setAttribute('aria-details', String(carried.length));
		carried.push({ style: LOADS.test(style) ? '' : style, source });
	}
	return { html: page.body.innerHTML, carried };
}

function fill(frame: HTMLIFrameElement, fragment: DocumentFragment, carried: Carried[]): HTMLImageElement[] {
	const page = frame.contentDocument;
	const pictures: HTMLImageElement[] = [];
	if (!page) return pictures;
	page.body.style.cssText = BODY;
	page.body.replaceChildren(page.adoptNode(fragment));
	for (const element of page.body.querySelectorAll<HTMLElement>('[aria-details]')) {
		const { style, source } = carried[Number(element.getAttribute('aria-details'))] ?? { style: '', source: '' };
		element.removeAttribute('aria-details');
		element.style.cssText = style;
		if (element.localName === 'img' && source) {
			element.dataset.src = source;
			pictures.push(element as HTMLImageElement);
		}
	}
	for (const image of page.images) image.style.maxWidth = '100%';
	return pictures;
}

function fit(frame: HTMLIFrameElement): void {
	const page = frame.contentDocument?.documentElement;
	if (page) frame.height = String(Math.min(Math.max(page.querySelector('body')?.scrollHeight ?? 0, 24) + 4, MAX_HEIGHT));
}

function showButton(box: HTMLElement, frame: HTMLIFrameElement, pictures: HTMLImageElement[]): void {
	const button = document.createElement('button');
	button.type = 'button';
	button.className = 'btn btn-sm btn-quiet';
	button.textContent = word('pictures', String(pictures.length));
	button.addEventListener('click', () => {
		for (const image of pictures) {
			const source = image.dataset.src ?? '';
			image.addEventListener('load', () => fit(frame));
			image.src = (box.dataset.mailPictures ?? '') + encodeURIComponent(source);
		}
		button.remove();
	});
	box.prepend(button);
}

async function show(box: HTMLElement): Promise<void> {
	const answer = await fetch(box.dataset.mailHtml ?? '', { headers: { Accept: 'application/json' } });
	if (!answer.ok) return;
	const { html, carried } = carry(String(((await answer.json()) as { html?: string }).html ?? ''));
	const fragment = purified(html);
	if (!fragment.textContent?.trim() && !fragment.querySelector('img')) return;
	const frame = document.createElement('iframe');
	frame.setAttribute('sandbox', SANDBOX);
	frame.referrerPolicy = 'no-referrer';
	frame.title = word('mail');
	frame.className = 'rd-mail';
	frame.srcdoc = '<!doctype html><html><head><meta name="referrer" content="no-referrer"></head><body></body></html>';
	const loaded = new Promise<void>((resolve) => { frame.addEventListener('load', () => resolve(), { once: true }); });
	box.replaceChildren(frame);
	await loaded;
	const pictures = fill(frame, fragment, carried);
	fit(frame);
	// Also when what it stands in is unfolded, and when its pictures come.
	const sizes = new ResizeObserver(() => fit(frame));
	sizes.observe(frame);
	if (frame.contentDocument) sizes.observe(frame.contentDocument.body);
	if (pictures.length && box.dataset.mailPictures) showButton(box, frame, pictures);
}

function showAll(): void {
	for (const box of all('[data-mail-html]:not([data-mail-shown])')) {
		box.dataset.mailShown = '';
		show(box).catch(() => {}).finally(() => { box.dataset.mailDone = ''; });
	}
}

export function startMailFrames(): void {
	showAll();
	document.addEventListener('htmx:after:swap', showAll);
}
