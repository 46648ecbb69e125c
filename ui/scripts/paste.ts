// A picture pasted or dropped into an answer is attached, and its place in the words is marked: "[image: picture-1.png]". Sent by mail it
// stands there (flow/mail/pictures.h); the mark is plain text that may be moved or taken out, and then it is an attachment like others.
import { insert } from './composer';
import { all, one } from './dom';

const ENDINGS = new Map([['image/png', 'png'], ['image/jpeg', 'jpg'], ['image/gif', 'gif'], ['image/webp', 'webp']]);

function attach(form: HTMLFormElement, pictures: File[]): void {
	const input = one<HTMLInputElement>('input[type="file"][name="files"]', form);
	if (!input) return;
	const files = new DataTransfer();
	const taken = new Set<string>();
	for (const file of input.files ?? []) {
		files.items.add(file);
		taken.add(file.name);
	}
	for (const again of all<HTMLInputElement>('[data-again] input', form)) taken.add(again.dataset.name ?? '');
	const marks: string[] = [];
	for (const picture of pictures) {
		let n = 1;
		while (taken.has(`picture-${n}.${ENDINGS.get(picture.type)}`)) n++;
		const name = `picture-${n}.${ENDINGS.get(picture.type)}`;
		taken.add(name);
		files.items.add(new File([picture], name, { type: picture.type }));
		marks.push(`[image: ${name}]`);
	}
	input.files = files.files;
	input.dispatchEvent(new Event('change', { bubbles: true }));
	insert(marks.join('\n'));
}

function take(event: Event, data: DataTransfer | null): void {
	const text = event.target;
	if (!(text instanceof HTMLTextAreaElement) || !text.form?.matches('form[data-compose]')) return;
	// What was copied from a text program carries a picture of the words, too: the words are meant.
	const pictures = [...(data?.files ?? [])].filter((file) => ENDINGS.has(file.type));
	if (!pictures.length || data?.types.includes('text/plain')) return;
	event.preventDefault();
	attach(text.form, pictures);
}

export function startPaste(): void {
	document.addEventListener('paste', (event) => take(event, event.clipboardData));
	document.addEventListener('drop', (event) => take(event, event.dataTransfer));
}
