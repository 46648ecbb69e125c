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
	// A part that is made fresh brings the server's words; ours are back before they are painted, so that the button beside
	// them does not move under a hand.
	new MutationObserver(tick).observe(document.body, { childList: true, characterData: true, subtree: true });
	document.addEventListener('submit', (event) => {
		const form = event.target;
		if (!(form instanceof HTMLElement) || !form.matches('[data-undo]')) return;
		form.addEventListener('rd:sent', () => void takeBack(), { once: true });
	}, true);
}
