// A strip of tabs or views that is wider than the screen begins where its current tab is.
export function startTabs(): void {
	for (const current of document.querySelectorAll<HTMLElement>('.rd-tabs > [aria-current], .rd-views [aria-current]')) {
		const strip = current.closest<HTMLElement>('.rd-tabs, .rd-views') as HTMLElement;
		strip.scrollLeft += current.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - current.offsetWidth) / 2;
	}
}
