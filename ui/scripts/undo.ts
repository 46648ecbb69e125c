// Ten seconds in which a mail can be taken back: the line under it counts them, and what is taken back is in the composer again.
// The server alone decides whether it was in time.
import { takeBack } from './composer';
import { all, one, word } from './dom';

const LONGEST = 10;

function tick(): void {
	for (const line of all('[data-undo-until]')) {
		const left = Math.ceil((Date.parse(line.dataset.undoUntil ?? '') - Date.now()) / 1000);
		const words = one('[data-undo-words]', line);
		const text = left > 0 ? word('leaves', String(Math.min(left, LONGEST))) : word('leaving');
		if (words && words.textContent !== text) words.textContent = text;
	}
}

export function startUndo(): void {
	setInterval(tick, 250);
	tick();
	// The words are taken while they stand there: the page may be made fresh before the answer comes, and its form be gone from it.
	document.addEventListener('submit', (event) => {
		const form = event.target;
		if (!(form instanceof HTMLElement) || !form.matches('[data-undo]')) return;
		const words = one('.rd-words', form.closest('.rd-msg') ?? form)?.innerText;
		if (words) form.addEventListener('rd:sent', () => takeBack(words), { once: true });
	}, true);
}
