// One stream of server-sent events a page, closed while the tab is hidden (a browser has six connections a host), taken up
// again where it ended. The queue refreshes its rows and counters, a case its parts. Who is there: presence.ts.
import { clock, one, speak, word } from './dom';
import { morph } from './htmx';
import { refreshRows } from './queue';

export interface LiveEvent {
	kind: string;
	case?: string;
	actor?: { ref?: string | null; name?: string | null } | null;
	facts?: Record<string, unknown>;
}

// What happens to a case and shows on a page, by subject; their sentences: ui/parts/event.html.
const STEPS: Record<string, string> = {
	case: 'received changed assigned stage_changed stage_kept move_dropped resolved reopened decided merged unmerged split linked unlinked',
	message: 'received written sent noted',
	mail: 'queued sent partly_sent delivered failed uncertain withdrawn retried bounced address_allowed',
	clock: 'warned breached escalated moved',
	promise: 'made changed due kept broken withdrawn',
	remedy: 'proposed approved refused offered chosen declined expired withdrawn started done failed reversed',
	takeback: 'asked failed',
	letter: 'sent',
	guide: 'ticked unticked',
	survey: 'sent answered expired stopped allowed',
	action: 'opened changed done dropped reopened',
	followup: 'asked answered silent',
	recovery: 'opened assigned late done',
};
const KINDS = Object.entries(STEPS).flatMap(([subject, steps]) => steps.split(' ').map((step) => `${subject}.${step}`));
let stream: EventSource | null = null;
let lastId = '';
let wanted: ReturnType<typeof setTimeout> | undefined;
let seen = 0;

function place(): HTMLElement | null {
	return one('[data-live]');
}

function say(text: string): void {
	const line = document.getElementById('live-word');
	if (line) line.textContent = text;
}

function soon(work: () => Promise<void>): void {
	seen++;
	if (wanted !== undefined) return;
	wanted = setTimeout(() => {
		const before = seen;
		work().catch(() => undefined).finally(() => {
			wanted = undefined;
			if (seen !== before) soon(work);
		});
	}, 400);
}

// A box that somebody has open is not taken from under their hand: its part is made fresh when it closes.
let held = false;

function isBusy(id: string, part: HTMLElement): boolean {
	return part.querySelector(id === 'panel' ? 'details[open]' : 'details.rd-pop[open], details.rd-menu[open]') !== null;
}

// Everything of the case but the composer, whose words are its writer's.
async function refreshCase(): Promise<void> {
	const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
	if (!answer.ok) return;
	const text = await answer.text();
	for (const id of ['head', 'talk', 'guide', 'timeline', 'panel']) {
		const part = document.getElementById(id);
		if (part && isBusy(id, part)) held = true;
		else if (part) await morph(part, text, `#${id}`);
	}
	const page = new DOMParser().parseFromString(text, 'text/html');
	const fresh = page.getElementById('case');
	const mine = document.getElementById('case');
	if (fresh && mine) {
		mine.dataset.version = fresh.dataset.version ?? '';
		if (fresh.dataset.unread) mine.dataset.unread = fresh.dataset.unread;
	}
	document.dispatchEvent(new CustomEvent('rd:case-fresh'));
}

function take(message: MessageEvent<string>): void {
	if (message.lastEventId) lastId = message.lastEventId;
	let event: LiveEvent;
	try {
		event = { kind: message.type, ...(JSON.parse(message.data) as object) };
	} catch {
		return;
	}
	say(word('live', clock()));
	const at = place();
	if (at?.dataset.live === 'queue') {
		soon(refreshRows);
	} else if (at?.dataset.live === 'case' && event.case === at.dataset.case) {
		soon(refreshCase);
		const other = event.actor?.ref !== document.body.dataset.user;
		if (other && event.kind === 'message.received') speak(word('wrote', event.actor?.name ?? ''));
		if (other && event.kind !== 'message.noted' && /^(case|message)\./.test(event.kind)) document.dispatchEvent(new CustomEvent('rd:case-moved', { detail: event }));
	} else if (at?.dataset.live === 'import' && event.kind.startsWith('import.')) {
		soon(refreshProgress);
	}
}

async function refreshProgress(): Promise<void> {
	const part = document.getElementById('progress');
	if (!part) return;
	const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
	if (answer.ok) await morph(part, await answer.text(), '#progress');
}

function open(): void {
	if (stream || !place()) return;
	const after = lastId || place()?.dataset.after || '';
	stream = new EventSource(`/api/v1/events${after ? `?after=${encodeURIComponent(after)}` : ''}`);
	for (const kind of KINDS) stream.addEventListener(kind, take as EventListener);
	for (const kind of ['presence', 'import.progress']) stream.addEventListener(kind, (event) => {
		if (kind === 'presence') document.dispatchEvent(new CustomEvent('rd:presence', { detail: (event as MessageEvent<string>).data }));
		else take(event as MessageEvent<string>);
	});
	stream.onerror = () => say(word('lost'));
	stream.onopen = () => say('');
}

function close(): void {
	stream?.close();
	stream = null;
}

export function startLive(): void {
	document.addEventListener('visibilitychange', () => {
		if (document.hidden) {
			close();
		} else if (!stream && place()) {
			open();
			if (place()?.dataset.live === 'queue') soon(refreshRows);
			if (place()?.dataset.live === 'case') soon(refreshCase);
		}
	});
	document.addEventListener('toggle', (event) => {
		if (!held || !(event.target instanceof HTMLDetailsElement) || event.target.open) return;
		held = false;
		soon(refreshCase);
	}, true);
	addEventListener('pagehide', close);
	// An import says how far it is about once a second; without a stream we ask.
	setInterval(() => { if (one('#progress[data-running]') && !document.hidden) void refreshProgress(); }, 2000);
	if (!document.hidden) open();
}
