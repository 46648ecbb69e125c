// A strip of tabs that is wider than the screen begins where its current tab is.
export function startTabs(): void {
	for (const current of document.querySelectorAll<HTMLElement>('.rd-tabs > [aria-current]')) {
		const strip = current.parentElement as HTMLElement;
		strip.scrollLeft += current.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - current.offsetWidth) / 2;
	}
}
