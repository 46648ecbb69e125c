// A picture among the attachments opens large, over the page; the link stays a link.
import { on } from './dom';

export function startPictures(): void {
	on('click', '[data-picture]', (event, link) => {
		const press = event as MouseEvent;
		if (press.ctrlKey || press.metaKey || press.shiftKey) return;
		event.preventDefault();
		const dialog = document.createElement('dialog');
		const image = document.createElement('img');
		dialog.className = 'rd-picture';
		image.src = (link as HTMLAnchorElement).href;
		image.alt = link.textContent?.trim() ?? '';
		dialog.append(image);
		dialog.addEventListener('click', () => dialog.close());
		dialog.addEventListener('close', () => { dialog.remove(); link.focus(); });
		document.body.append(dialog);
		dialog.showModal();
	});
}
