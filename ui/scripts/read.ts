// What is new on a case is seen when its page is: said once, and only where the server marked something (data-unread).
import { all, api, one } from './dom';

function tell(): void {
	const page = one('[data-live="case"][data-unread]');
	if (!page || document.hidden) return;
	const upto = page.dataset.unread;
	delete page.dataset.unread;
	api<{ n_notices: number }>('POST', `/cases/${page.dataset.case ?? ''}/read`, { upto }).then((answer) => {
		if (answer.n_notices === 0) for (const dot of all('.rd-iconbtn .rd-dot')) dot.remove();
	}).catch(() => undefined);
}

export function startRead(): void {
	tell();
	document.addEventListener('visibilitychange', tell);
	document.addEventListener('rd:case-fresh', tell);
	document.addEventListener('rd:swapped', tell);
}
