// Who else reads or writes on this case. We say what we do every half minute and when it changes; others' words come over
// the live stream as "presence" and fade after a minute.
import { api, icon, one, word } from './dom';

type Doing = 'reading' | 'typing' | 'gone';
interface Viewer {
	ref: string;
	name: string;
	doing: Doing;
}

let doing: Doing = 'reading';
let shownAt = 0;
let said = 0;

function place(): string | undefined {
	return one('[data-live="case"]')?.dataset.case;
}

function tell(now: Doing, keepalive = false): void {
	const ref = place();
	if (!ref) return;
	doing = now;
	said = Date.now();
	api<{ viewers: Viewer[] }>('POST', `/cases/${ref}/presence`, { doing: now }, keepalive).then((answer) => show(answer.viewers)).catch(() => undefined);
}

function show(viewers: Viewer[]): void {
	const box = document.getElementById('who');
	if (!box) return;
	shownAt = Date.now();
	box.replaceChildren(...viewers.filter((viewer) => viewer.ref !== document.body.dataset.user).map((viewer) => {
		const tag = document.createElement('span');
		tag.className = 'rd-tag is-accent';
		tag.append(icon('eye'), word(viewer.doing === 'typing' ? 'typing' : 'reading', viewer.name));
		return tag;
	}));
}

export function startPresence(): void {
	document.addEventListener('rd:presence', (event) => {
		const said = JSON.parse((event as CustomEvent<string>).detail) as { case: string; viewers: Viewer[] };
		if (said.case === place()) show(said.viewers);
	});
	if (!place()) return;
	document.addEventListener('input', (event) => {
		const target = event.target;
		if (target instanceof HTMLTextAreaElement && target.closest('[data-compose]') && (doing !== 'typing' || Date.now() - said > 10_000)) tell('typing');
	});
	setInterval(() => {
		if (document.hidden) return;
		if (doing === 'typing' && Date.now() - said > 15_000) tell('reading');
		else if (Date.now() - said > 30_000) tell(doing);
		if (Date.now() - shownAt > 90_000) show([]);
	}, 5000);
	addEventListener('pagehide', () => tell('gone', true));
	tell('reading');
}
