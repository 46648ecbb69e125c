// mailing.mjs - mail for journeys and pictures: a company's mailbox, a server that takes what we send, and a mail with all
// that a page must show well. Mails come in by the pipe (redress mail receive), as from a house's own mail server.
import net from 'node:net';
import { spawn } from 'node:child_process';

// A mail server that takes everything and keeps it: the least of RFC 5321 that our side speaks.
export async function takeMail() {
	const taken = [];
	const server = net.createServer((socket) => {
		let text = '', inData = false;
		socket.on('error', () => {});
		socket.setEncoding('utf8').write('220 mail.larch.example ESMTP\r\n');
		socket.on('data', (piece) => {
			text += piece;
			for (;;) {
				const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n');
				if (end < 0) return;
				const line = text.slice(0, end);
				text = text.slice(end + (inData ? 5 : 2));
				if (inData) { taken.push(line); inData = false; socket.write('250 2.0.0 queued as 4TXk2\r\n'); continue; }
				inData = /^DATA/i.test(line);
				socket.write(inData ? '354 go on\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
			}
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return { port: server.address().port, taken, close: () => server.close() };
}

function run(binary, words, input, env = {}) {
	return new Promise((done, fail) => {
		const it = spawn(binary, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
		let said = '';
		it.stdout.on('data', (text) => { said += text; });
		it.stderr.on('data', (text) => { said += text; });
		it.on('exit', (status) => (status === 0 ? done(said) : fail(new Error(`redress ${words.slice(0, 2).join(' ')}: ${status}\n${said}`))));
		it.stdin.end(input);
	});
}

export function receive(house, mail, sender = 'anna@customer.example', recipient = 'help@larch.example') {
	return run(house.binary, ['mail', 'receive', '--data', house.data], mail.replaceAll('\n', '\r\n'), { SENDER: sender, RECIPIENT: recipient });
}

export function addMailbox(house, address, ...more) {
	return run(house.binary, ['mailbox', 'add', '--data', house.data, '--address', address, ...more], '');
}

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAHgAAAA8CAIAAAAiz+n/AAAAj0lEQVR42u3ZQQkAMAwEwTiqgXqqj6irpHrIowQysP+D+V6sk+Vu7nLTdgM0aNCgQYMGDRo0aNCgQYMGDRo0aNCgQYMGDRo06KbQsP7sggYNGjRo0KBBgwYNGjRo0KBBgwYNGjRo0KBBgwbdFRqWFxw0aNCgQYMGDRo0aNCgQYMGDRo0aNCgQYMGDRr0aOgHODuSGy5z2nwAAAAASUVORK5CYII='; // 120 by 60, two colours

// A picture from the clipboard, as a browser hands it over, at the end of the answer's words.
export function pastePicture(page) {
	return page.locator('#write textarea[name=body]').evaluate(async (text) => {
		const canvas = document.createElement('canvas');
		canvas.width = canvas.height = 8;
		canvas.getContext('2d').fillRect(0, 0, 8, 8);
		const bytes = await new Promise((done) => canvas.toBlob(done, 'image/png'));
		const clipboardData = new DataTransfer();
		clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
		text.setSelectionRange(text.value.length, text.value.length);
		text.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
	});
}

export function htmlMail({ subject = 'The kettle leaks again', id = 'kettle-1', remote = '', from = 'Anna Lindqvist <anna@customer.example>' } = {}) {
	return `From: ${from}
To: Larch & Fern <help@larch.example>
Subject: ${subject}
Message-ID: <${id}@customer.example>
Date: Thu, 19 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: multipart/related; boundary=related

--related
Content-Type: multipart/alternative; boundary=either

--either
Content-Type: text/plain; charset=utf-8

The kettle you sent as a replacement leaks as well. See the picture.

Anna

--either
Content-Type: text/html; charset=utf-8

<div style="color: #222"><p>The kettle you sent as a replacement <b>leaks as well</b>. See the picture:</p>
<p><img src="cid:leak@customer.example" alt="the leak" width="120" height="60"></p>
<table border="1" cellpadding="6"><tr><th>Bought</th><th>Price</th></tr><tr><td>3 November</td><td>49.90</td></tr></table>
<p>It came <a href="https://shop.larch.example/orders/1">with this order</a>.</p>${remote ? `<p><img src="${remote}" alt="our logo"></p>` : ''}<script>document.title = 'taken'</script><p>Anna</p></div>

--either--

--related
Content-Type: image/png
Content-ID: <leak@customer.example>
Content-Disposition: inline; filename="leak.png"
Content-Transfer-Encoding: base64

${PICTURE.replace(/.{76}/g, '$&\n')}

--related--

--mixed
Content-Type: application/pdf
Content-Disposition: attachment; filename="invoice 2026-1103.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQKJcOkw7zDtsOfCg==

--mixed--
`;
}
