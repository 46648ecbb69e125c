// house.mjs - a running Redress for one journey: a data folder (a copy of one demo company), its people, a server.
// The journeys: journeys/*.mjs; how they are run: run.mjs.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const PASSWORD = 'correct horse battery staple';
export const PEOPLE = [
	{ name: 'Ruth Agent', email: 'ruth.agent@example.org', role: 'agent' },
	{ name: 'Sam Super', email: 'sam.super@example.org', role: 'supervisor' },
	{ name: 'Ada Admin', email: 'ada.admin@example.org', role: 'admin' },
	{ name: 'Otto Auditor', email: 'otto.auditor@example.org', role: 'auditor' },
];

function command(binary, words, options, input = '') {
	const done = spawnSync(binary, [...words, ...options], { input, encoding: 'utf8', timeout: 300000 });
	if (done.status !== 0) throw new Error(`redress ${words.join(' ')}: status ${done.status}\n${done.stdout}${done.stderr}`);
	return done.stdout;
}

// Complaints that nobody has yet: how many of the demo's own are left depends on the time of day.
function addNew(binary, dir, data) {
	const file = path.join(dir, 'new.ndjson');
	const lines = [['The kettle drips', 'Ines Moreau'], ['Paid twice for one lamp', 'Tariq Aziz'], ['No answer since Monday', 'Freya Lund'], ['The drawer is split', 'Owen Clarke'],
		['Wrong chair, wrong colour', 'Dana Kovac'], ['Where is my parcel?', 'Luis Prado']].map(([subject, name], n) => JSON.stringify({
		kind: 'complaint', subject, body: `${subject}. Please put it right.`, channel: 'email', external_id: `new-${n}`, received_at: new Date(Date.now() - (n + 5) * 60000).toISOString(),
		customer: { name, email: `${name.toLowerCase().replace(' ', '.')}@customer.example` } }));
	fs.writeFileSync(file, lines.join('\n') + '\n');
	command(binary, ['import'], ['--data', data, '--format', 'ndjson', file]);
}

// The company that every journey begins with: made once, copied for each.
export function makeTemplate(binary, cases) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rde2e-'));
	const data = path.join(dir, 'data');
	fs.mkdirSync(data);
	command(binary, ['demo'], ['--data', data, '--cases', String(cases), '--seed', '1']);
	addNew(binary, dir, data);
	for (const { name, email, role } of PEOPLE) {
		command(binary, ['user', 'add'], ['--data', data, '--email', email, '--name', name, '--role', role, '--password-stdin'], PASSWORD + '\n');
	}
	return { dir, data, token: (role) => command(binary, ['token', 'add'],
		['--data', data, '--email', PEOPLE.find((one) => one.role === role).email, '--name', 'journeys']).trim() };
}

export class House {
	constructor(binary, data, hits) {
		this.binary = binary;
		this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rde2e-'));
		this.data = path.join(this.dir, 'data');
		if (data) fs.cpSync(data, this.data, { recursive: true });
		else fs.mkdirSync(this.data);
		this.hits = hits;
		this.log = [];
	}

	async start(options = []) {
		this.process = spawn(this.binary, ['serve', '--data', this.data, '--listen', '127.0.0.1:0', ...options],
			{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(this.hits ? { REDRESS_ROUTES_HIT: this.hits } : {}) } });
		this.ended = new Promise((done) => this.process.on('exit', (status, signal) => done(signal ?? status)));
		this.process.stderr.setEncoding('utf8').on('data', (text) => this.log.push(...text.split('\n').filter(Boolean)));
		let said = '';
		this.url = await new Promise((done, fail) => {
			const late = setTimeout(() => fail(new Error('the server did not come up: ' + this.log.join('\n'))), 60000);
			this.process.stdout.setEncoding('utf8').on('data', (text) => {
				said += text;
				const found = /^listening on (http:\S+)$/m.exec(said);
				if (found) { clearTimeout(late); done(found[1]); }
			});
			this.ended.then((status) => fail(new Error(`the server ended (${status}): ${this.log.join('\n')}`)));
		});
		this.said = () => said;
		return this.url;
	}

	// SIGTERM, then what is wrong with how it went: a status, or lines of the log that nobody expected.
	async stop(expected = []) {
		if (!this.process || this.process.exitCode !== null) return ['the server had ended before'];
		this.process.kill('SIGTERM');
		const late = setTimeout(() => this.process.kill('SIGKILL'), 15000);
		const status = await this.ended;
		clearTimeout(late);
		const bad = this.log.filter((line) => !line.includes('the server is stopping') && /^\S+ (error|warning) |runtime error:|Sanitizer|CRITICAL/.test(line) && !expected.some((part) => line.includes(part)));
		return status === 0 ? bad : [`the server ended with ${status}`, ...bad, ...this.log.slice(-10)];
	}

	remove() {
		if (this.process && this.process.exitCode === null) this.process.kill('SIGKILL');
		fs.rmSync(this.dir, { recursive: true, force: true });
	}
}
