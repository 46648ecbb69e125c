// What a customer's page and the pages of signing in run. They all work without it.
import { all } from './dom';
import { startUploads } from './uploads';

// A first guess where the server has none: the reader's own time zone.
for (const field of all<HTMLInputElement>('input[data-zone]')) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
// A link to keep is shown with its host, as it would be written down.
for (const link of all<HTMLAnchorElement>('a[data-whole]')) link.textContent = link.href;

startUploads();
