// The account page shows a theme as soon as it is chosen; saving it is an ordinary form.
import { on } from './dom';

export function startTheme(): void {
	on('change', 'input[name="theme"], select[name="theme"]', (_, field) => {
		document.documentElement.dataset.bsTheme = (field as HTMLInputElement).value;
	});
}
