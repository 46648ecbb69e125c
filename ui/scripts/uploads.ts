// Sending a form with its files and showing how far it is; and the list of what was picked.
import { all, bytes, on, one } from './dom';

export interface Answer {
	status: number;
	text: string;
	url: string;
}

function hasFiles(data: FormData): boolean {
	for (const value of data.values()) if (value instanceof File && value.size > 0) return true;
	return false;
}

// A plain form post that we can watch. Rejects when there is no connection.
export function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Answer> {
	const data = new FormData(form, submitter);
	const progress = one<HTMLProgressElement>('progress', form);
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('POST', submitter?.getAttribute('formaction') ?? form.action);
		request.setRequestHeader('Accept', 'text/html');
		request.onload = () => resolve({ status: request.status, text: request.responseText, url: request.responseURL });
		request.onerror = () => reject(new Error('no connection'));
		request.onloadend = () => { if (progress) progress.hidden = true; };
		if (hasFiles(data)) {
			request.upload.onprogress = (event) => {
				if (!progress) return;
				progress.hidden = false;
				progress.value = event.lengthComputable ? (event.loaded / event.total) * 100 : 0;
			};
			request.send(data);
		} else {
			for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
			request.send(form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data as unknown as Record<string, string>));
		}
	});
}

function showPicked(input: HTMLInputElement): void {
	const list = one('[data-picked]', input.form ?? document);
	if (!list) return;
	list.replaceChildren(...[...(input.files ?? [])].map((file) => {
		const item = document.createElement('li');
		item.textContent = `${file.name}, ${bytes(file.size)}`;
		return item;
	}));
}

// Customers' forms are sent as they are; a script only shows the progress and puts the answer in place.
export function startUploads(): void {
	on('change', 'input[type="file"]', (_, input) => showPicked(input as HTMLInputElement));
	document.addEventListener('submit', (event) => {
		const form = event.target;
		if (!(form instanceof HTMLFormElement) || !form.matches('[data-upload]:not([data-send])') || form.dataset.busy !== undefined) return;
		if (!all<HTMLInputElement>('input[type="file"]', form).some((input) => (input.files?.length ?? 0) > 0)) return;
		event.preventDefault();
		form.dataset.busy = '';
		post(form, event.submitter).then((answer) => {
			const page = new DOMParser().parseFromString(answer.text, 'text/html');
			document.title = page.title;
			document.body.replaceWith(document.adoptNode(page.body));
			if (answer.status < 400) history.pushState(null, '', answer.url);
			scrollTo(0, 0);
			one('[autofocus], h1')?.focus();
		}).catch(() => {
			delete form.dataset.busy;
			form.submit();
		});
	});
}
