// pages.mjs - every page there is, who may see it, and how to come to one of its kind: for axe and the width check
// (journeys/10-every-page.mjs) and the screenshots (shoot.mjs).
// What strains a page: names and words with no place to break, words from right to left.
const LONG = { kind: 'complaint', subject: 'The dishwasher that I bought in August leaks and nobody has called me back yet', body: 'Supercalifragilistic'.repeat(12), channel: 'email', severity: 'critical',
	tags: ['a-long-tag-somebody-typed-without-a-space', 'vip'], customer: { name: 'Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff von Habsburg',
		email: 'maximiliane.wolfeschlegelsteinhausenbergerdorff.long@customer-service-of-an-even-longer-domain.example', phone: '+49 30 1234567890' } };
const RIGHT_TO_LEFT = { kind: 'complaint', subject: 'لم تصل الثلاجة حتى الآن', body: 'أريد استرداد أموالي.', channel: 'form', customer: { name: 'فاطمة بنت محمد الزهراني', email: 'fatima@example.org' } };
const TWICE = { kind: 'complaint', subject: 'Twice the same', body: 'Twice the same.', channel: 'phone', customer: { name: 'Mo Twice', email: 'mo@example.org' } };

export const PAGES = [
	{ name: 'login', path: '/login', role: null },
	{ name: 'complain', path: '/complain', role: null },
	{ name: 'track', path: async (ask, post) => (await post('/complain', { body: 'The lamp hums.', name: 'Ana Lima', reach: 'ana@example.org' })).url, role: null },
	{ name: 'thanks', path: async (ask, post) => (await post('/complain', { body: 'It hums.', name: 'Ana Lima', reach: 'ana@example.org' })).url.replace('/track/', '/complain/thanks?track='), role: null },
	{ name: 'track-find', path: '/track', role: null },
	{ name: 'track-gone', path: '/track/ZZZZ-ZZZZ.1.abc', role: null, status: 404 },
	{ name: 'nowhere', path: '/nowhere', role: null, status: 404 },
	{ name: 'queue', path: '/cases?view=open', role: 'agent' },
	{ name: 'queue-no-hits', path: '/cases?view=all&q=zzzqqq', role: 'agent' },
	{ name: 'queue-newest', path: '/cases?view=open&sort=newest', role: 'agent' },
	{ name: 'queue-search', path: '/cases?view=all&q=' + encodeURIComponent('late channel:email before:someday'), role: 'agent' },
	{ name: 'queue-empty', path: '/cases?view=mine', role: 'auditor' },
	{ name: 'case', path: async (ask) => '/cases/' + (await ask('/cases?view=open&q=' + encodeURIComponent('is:reopened') + '&limit=1', '/cases?view=open&limit=1')).cases[0].ref, role: 'agent' },
	{ name: 'case-closed', path: async (ask) => '/cases/' + (await ask('/cases?view=all&q=is:closed&limit=1')).cases[0].ref, role: 'supervisor' },
	{ name: 'case-edit', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/edit`, role: 'agent' },
	{ name: 'case-resolve', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/resolve`, role: 'agent' },
	{ name: 'case-link', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/link`, role: 'agent' },
	{ name: 'timeline', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/timeline`, role: 'agent' },
	{ name: 'earlier-messages', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/messages`, role: 'agent' },
	{ name: 'case-long-names', path: async (ask, post) => '/cases/' + (await post('/cases', LONG)).ref, role: 'agent' },
	{ name: 'customer-long-names', path: async (ask) => '/customers/' + (await ask('/cases?view=all&q=' + encodeURIComponent('Supercalifragilistic') + '&limit=1')).cases[0].customer.ref, role: 'agent' },
	{ name: 'case-right-to-left', path: async (ask, post) => '/cases/' + (await post('/cases', RIGHT_TO_LEFT)).ref, role: 'agent' },
	{ name: 'case-merged', path: async (ask, post) => {
		const [one, two] = [await post('/cases', TWICE), await post('/cases', TWICE)];
		await post(`/cases/${one.ref}/merge`, { into: two.ref });
		return '/cases/' + one.ref;
	}, role: 'supervisor' },
	{ name: 'keys', path: '/keys', role: 'agent' },
	{ name: 'not-yours', path: '/settings', role: 'agent', status: 403 },
	{ name: 'case-new', path: '/cases/new', role: 'agent' },
	{ name: 'customers', path: '/customers', role: 'agent' },
	{ name: 'customer', path: async (ask) => '/customers/' + (await ask('/cases?view=open&limit=50')).cases.find((one) => one.customer).customer.ref, role: 'agent' },
	{ name: 'customers-none', path: '/customers?q=zzzqqq', role: 'agent' },
	{ name: 'dashboard', path: '/dashboard?period=year', role: 'supervisor' },
	{ name: 'dashboard-empty', path: '/dashboard?period=own&from=2019-01-01&to=2019-01-31', role: 'supervisor' },
	{ name: 'dashboard-one-day', path: '/dashboard?period=own&from=2019-01-01&to=2019-01-01', role: 'supervisor' },
	{ name: 'figures-remedies-empty', path: '/figures/remedies?period=own&from=2019-01-01&to=2019-01-31', role: 'supervisor' },
	{ name: 'figures-promises', path: '/figures/promises?period=year', role: 'supervisor' },
	{ name: 'promises', path: '/promises?state=over', role: 'agent' },
	{ name: 'causes', path: '/causes?weeks=52', role: 'supervisor' },
	{ name: 'effects', path: '/effects', role: 'supervisor' },
	{ name: 'remedy-rows', path: '/figures/remedies/rows?of=approvals&period=year', role: 'supervisor' },
	{ name: 'actions', path: '/actions', role: 'supervisor' },
	{ name: 'action', path: async (ask) => '/actions/' + (await ask('/actions?state=done')).actions[0].ref, role: 'supervisor' },
	{ name: 'decision', path: async (ask) => `/cases/${(await ask('/cases?view=all&q=' + encodeURIComponent('is:closed kind:complaint outcome:upheld') + '&limit=1')).cases[0].ref}/decision`, role: 'agent' },
	{ name: 'letter', path: async (ask) => `/cases/${(await ask('/cases?view=all&q=' + encodeURIComponent('is:closed kind:complaint outcome:upheld') + '&limit=1')).cases[0].ref}/letter`, role: 'agent' },
	{ name: 'guide', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/guide?step=offer`, role: 'agent' },
	{ name: 'letter-words', path: '/letter-words', role: 'admin' },
	{ name: 'letter-word', path: '/letter-words/upheld/de', role: 'admin' },
	{ name: 'notices', path: '/notices', role: 'agent' },
	{ name: 'figures-satisfaction', path: '/figures/satisfaction?period=year', role: 'supervisor' },
	{ name: 'figures-follow-up', path: '/figures/follow-up?period=year', role: 'supervisor' },
	{ name: 'answers', path: '/answers?period=year&kind=csat&score=1-2', role: 'supervisor' },
	{ name: 'answers-sent', path: '/answers?period=4w&of=sent', role: 'supervisor' },
	{ name: 'follow-ups', path: '/follow-ups?period=year', role: 'supervisor' },
	{ name: 'recoveries', path: '/recoveries', role: 'supervisor' },
	{ name: 'recoveries-done', path: '/recoveries?state=done', role: 'supervisor' },
	{ name: 'case-felt', path: async (ask) => `/cases/${(await ask('/cases?view=all&q=' + encodeURIComponent('csat:1-2') + '&limit=1', '/cases?view=all&limit=1')).cases[0].ref}`, role: 'supervisor' },
	{ name: 'surveys', path: '/surveys', role: 'admin' },
	{ name: 'survey-edit', path: async (ask) => '/surveys/' + (await ask('/surveys')).surveys[0].ref, role: 'admin' },
	{ name: 'survey-preview', path: async (ask) => `/surveys/${(await ask('/surveys')).surveys.find((one) => one.name.includes('recommend'))?.ref ?? (await ask('/surveys')).surveys[0].ref}/preview`, role: 'admin' },
	{ name: 'survey-gone', path: '/survey/7KQM-4TXB.20789.qWk', role: null, status: 404 },
	{ name: 'account', path: '/account', role: 'agent' },
	{ name: 'api', path: '/api', role: 'agent' },
	{ name: 'imports', path: '/imports', role: 'supervisor' },
	{ name: 'import-new', path: '/imports/new', role: 'supervisor' },
	{ name: 'settings', path: '/settings', role: 'admin' },
	{ name: 'users', path: '/users', role: 'admin' },
	{ name: 'user', path: async (ask) => '/users/' + (await ask('/users')).users[0].ref, role: 'admin' },
	{ name: 'teams', path: '/teams', role: 'admin' },
	{ name: 'policies', path: '/policies', role: 'admin' },
	{ name: 'policy', path: async (ask) => '/policies/' + (await ask('/policies')).policies[0].ref, role: 'admin' },
	{ name: 'calendars', path: '/calendars', role: 'admin' },
	{ name: 'calendar', path: async (ask) => '/calendars/' + (await ask('/calendars')).calendars[0].ref, role: 'admin' },
	{ name: 'figures_clocks', path: '/figures/clocks?period=year', role: 'admin' },
	{ name: 'clock_rows', path: '/figures/clocks/rows?period=year', role: 'admin' },
	{ name: 'team', path: async (ask) => '/teams/' + (await ask('/teams')).teams[0].ref, role: 'admin' },
	{ name: 'categories', path: '/categories', role: 'admin' },
	{ name: 'products', path: '/products', role: 'admin' },
	{ name: 'root-causes', path: '/root-causes', role: 'admin' },
	{ name: 'macros', path: '/macros', role: 'admin' },
	{ name: 'mailboxes', path: '/mailboxes', role: 'admin' },
	{ name: 'mailbox', path: async (ask, post) => {
		const [one] = (await ask('/mailboxes')).mailboxes;
		return '/mailboxes/' + (one ?? await post('/mailboxes', { address: 'help@larch.example', imap: { host: '127.0.0.1', port: 1, security: 'none' }, smtp: { host: '127.0.0.1', port: 1, security: 'none', auth: 'none' }, paused: true })).ref;
	}, role: 'admin' },
	{ name: 'mail-journal', path: '/mail/journal', role: 'agent' },
	{ name: 'case-offer', path: async (ask) => `/cases/${(await ask('/cases?view=open&limit=1')).cases[0].ref}/offer`, role: 'agent' },
	{ name: 'case-promised', path: async (ask, post) => { // all that can be done now stands in one line: keep it, move it, write, call
		const { ref } = await post('/cases', { ...TWICE, customer: { name: 'Mo Called', phone: '07700 900809' } });
		await post(`/cases/${ref}/messages`, { direction: 'outbound', body: 'I will look into it.', promises: [{ what: 'look', due_at: new Date(Date.now() + 4 * 86400000).toISOString(), words: 'I will look into it', certainty: 90 }] });
		return '/cases/' + ref;
	}, role: 'supervisor' },
	{ name: 'case-remedies', path: async (ask) => '/cases/' + (await ask('/ledger?period=year')).rows[0].case.ref, role: 'supervisor' },
	{ name: 'approvals', path: '/approvals?all=1', role: 'supervisor' },
	{ name: 'approve', path: async (ask, post) => {
		const { ref } = await post('/cases', TWICE);
		await post(`/cases/${ref}/offers`, { option1: { type: 'refund', amount: '£900' }, reason: 'The floor has to be laid again.' }); // more than a supervisor may alone
		return '/approvals/' + (await ask(`/cases/${ref}`)).remedies[0].approval.ref;
	}, role: 'supervisor' },
	{ name: 'approvals-mine', path: '/approvals', role: 'supervisor' },
	{ name: 'ledger', path: '/ledger?period=year', role: 'supervisor' },
	{ name: 'figures-remedies', path: '/figures/remedies?period=year', role: 'supervisor' },
	{ name: 'remedy-types', path: '/remedy-types', role: 'admin' },
	{ name: 'remedy-type', path: async (ask) => '/remedy-types/' + (await ask('/remedy-types')).types[5].ref, role: 'admin' },
	{ name: 'authority', path: '/authority', role: 'admin' },
	{ name: 'authority-rule', path: async (ask) => '/authority/' + (await ask('/authority')).rules[1].ref, role: 'admin' },
	{ name: 'budgets', path: '/budgets', role: 'admin' },
	{ name: 'budget', path: async (ask) => '/budgets/' + (await ask('/budgets')).budgets[0].ref, role: 'admin' },
	{ name: 'tokens', path: '/tokens', role: 'admin' },
	{ name: 'log', path: '/log', role: 'auditor' },
	{ name: 'not-found', path: '/cases/ZZZZ-ZZZZ', role: 'agent', status: 404 },
];

// A page's path; it may ask the API (the first of several paths whose list is not empty) and post to it.
export async function pathOf(entry, t, page) {
	if (typeof entry.path === 'string') return entry.path;
	return entry.path(async (...wheres) => {
		let json;
		for (const where of wheres) {
			({ json } = await t.api(page, 'GET', where));
			if (json?.cases?.length !== 0) break;
		}
		return json;
	}, async (where, body) => {
		const csrf = await page.locator('body').getAttribute('data-csrf');
		return (await t.api(page, 'POST', where, body, csrf ? { 'X-CSRF-Token': csrf } : {})).json;
	});
}
