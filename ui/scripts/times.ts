// Clocks in words go on while the page stands. The server wrote them; from here on we only keep the near ones true.
import { all, word } from './dom';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function span(ms: number): string {
	const minutes = Math.max(1, Math.round(ms / MINUTE));
	if (minutes < 60) return `${minutes} min`;
	if (minutes < 24 * 60) {
		const rest = minutes % 60;
		return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, '0')} min`;
	}
	const days = Math.floor(minutes / 60 / 24);
	return days === 1 ? word('day') : word('days', String(days));
}

function tick(): void {
	const now = Date.now();
	for (const time of all<HTMLTimeElement>('time[data-due]')) {
		const left = Date.parse(time.dateTime) - now;
		if (Number.isNaN(left) || left > 2 * HOUR || left < -30 * DAY) continue;
		const text = left <= 0 ? word('late', span(-left)) : word('in', span(left));
		if (time.textContent !== text) time.textContent = text;
		const clock = time.closest('.rd-clock');
		if (clock && left <= 0 && !clock.classList.contains('is-late')) {
			clock.classList.remove('is-soon', 'is-plain');
			clock.classList.add('is-late');
			time.closest('.rd-now')?.classList.add('is-late');
		}
	}
}

export function startTimes(): void {
	setInterval(tick, 15_000);
	document.addEventListener('visibilitychange', () => { if (!document.hidden) tick(); });
}
