// Who else reads or writes on this case. We say what we do every half minute and when it changes; others' words come over
// the live stream as "presence" and fade after a minute.
import { api, icon, one, word } from './dom';

interface Presence {
	case: string;
	ref: string;
	name: string;
	doing: 'reading' | 'typing' | 'gone';
}

const others = new Map<string, { name: string; doing: string; at: number }>();
let doing: Presence['doing'] = 'reading';
let said = 0;

function place(): string | undefined {
	return one('[data-live="case"]')?.dataset.case;
}

function tell(now: Presence['doing'], keepalive = false): void {
	const ref = place();
	if (!ref) return;
	doing = now;
	said = Date.now();
	api('POST', `/cases/${ref}/presence`, { doing: now }, keepalive).catch(() => undefined);
}

function show(): void {
	const box = document.getElementById('who');
	if (!box) return;
	for (const [ref, other] of others) if (Date.now() - other.at > 60_000) others.delete(ref);
	box.replaceChildren(...[...others.values()].map((other) => {
		const tag = document.createElement('span');
		tag.className = 'rd-tag is-accent';
		tag.append(icon('eye'), word(other.doing === 'typing' ? 'typing' : 'reading', other.name));
		return tag;
	}));
}

export function startPresence(): void {
	document.addEventListener('rd:presence', (event) => {
		const other = JSON.parse((event as CustomEvent<string>).detail) as Presence;
		if (other.case !== place() || other.ref === document.body.dataset.user) return;
		if (other.doing === 'gone') others.delete(other.ref);
		else others.set(other.ref, { name: other.name, doing: other.doing, at: Date.now() });
		show();
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
		show();
	}, 5000);
	addEventListener('pagehide', () => tell('gone', true));
	tell('reading');
}
