// One line below the bar while there is no connection. Drafts go on in the browser: composer.ts.
import { on, one } from './dom';

export function startOffline(): void {
	const show = () => {
		const line = one('#offline');
		if (line) line.hidden = navigator.onLine;
	};
	addEventListener('online', () => { show(); document.dispatchEvent(new CustomEvent('rd:online')); });
	addEventListener('offline', show);
	on('click', '[data-do="retry"]', () => {
		fetch('/healthz', { cache: 'no-store' }).then(() => {
			const line = one('#offline');
			if (line) line.hidden = true;
			document.dispatchEvent(new CustomEvent('rd:online'));
		}).catch(() => undefined);
	});
	show();
}
