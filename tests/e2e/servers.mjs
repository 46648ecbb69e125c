// servers.mjs - a real Dovecot and Exim for a journey: tests/mail/parts.py in a process of its own, a line asked and a line answered.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Skip } from './traveller.mjs';

const PARTS = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'mail', 'parts.py');

// {imap, imaps, smtp, ca, user, password, deliver(user, mail), inbox(user) -> mails as text, oldest first, stop()}. Skip where they are not installed.
export async function startServers() {
	const it = spawn('python3', [PARTS, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise((done) => it.on('exit', done));
	const lines = readline.createInterface({ input: it.stdout })[Symbol.asyncIterator]();
	const ask = async (question) => {
		if (question) it.stdin.write(JSON.stringify(question) + '\n');
		const { value, done } = await lines.next();
		if (done) throw new Error('the mail servers ended');
		return JSON.parse(value);
	};
	const where = await ask();
	if (where.missing) throw new Skip(where.missing);
	return {
		...where,
		deliver: (user, mail) => ask({ deliver: user, mail: Buffer.from(mail.replaceAll('\n', '\r\n')).toString('base64') }),
		inbox: async (user) => (await ask({ inbox: user })).mails.map((mail) => Buffer.from(mail, 'base64').toString()),
		stop: async () => { it.stdin.end(); await ended; },
	};
}
