#!/usr/bin/env python3
"""long.py --redress BINARY [--many N] [NAME] - what takes long: servers killed in the middle of many mails, a week without us, a mailbox with
very many messages, and an access token that is asked for again. Real Dovecot and Exim (parts.py), as in house.py.

script/test runs it with a few hundred mails; by hand, for a release:
    python3 tests/mail/long.py --redress build/release/redress --many 5000 kill
    python3 tests/mail/long.py --redress build/release/redress --many 100000 large_mailbox"""
import argparse
import contextlib
import http.server
import json
import os
import pathlib
import signal
import smtplib
import sqlite3
import ssl
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from house import House, check, mail  # noqa: E402
from parts import PASSWORD, Missing, Parts  # noqa: E402
from redress import Failed, wait_until  # noqa: E402

DAY_S = 86400


class Sender(threading.Thread):
    """Hands mails to Exim one after the other; what it was told 250 for stands in @taken. One that was cut off is sent again."""

    def __init__(self, parts, n):
        super().__init__(daemon=True)
        self.parts, self.n, self.taken, self.failure = parts, n, [], None
        self.start()

    def run(self):
        try:
            for i in range(self.n):
                self.send('k%d' % i, 'desk@example.org' if i % 2 else 'lmtp@example.org')
        except Exception as why:
            self.failure = why

    def send(self, name, to, within=120):
        until = time.monotonic() + within
        while True:
            try:
                with smtplib.SMTP('127.0.0.1', self.parts.smtp, timeout=20) as client:
                    client.sendmail('anna@example.org', [to], mail(name, to=to, sender='Anna <anna-%s@example.net>' % name, body='Mail %s.' % name))
                self.taken.append(name)
                return
            except (OSError, smtplib.SMTPException):
                if time.monotonic() > until:
                    raise
                wait_until(lambda: self.parts.has_exim, within, 'Exim to be back')


def subjects_of(data):
    with contextlib.closing(sqlite3.connect(os.path.join(data, 'redress.db'), timeout=30)) as db:
        return [row[0] for row in db.execute('SELECT subject FROM cases')]


def kill_in_turn(house, parts, n):
    """Each of the three, at another moment."""
    if n % 3 == 0:
        house.server.process.kill()
        house.server.process.wait()
        house.server = house.instance.start(options=house.options)
        os.chmod(parts.socket, 0o777)
    elif n % 3 == 1:
        parts.kill_dovecot()
        parts.start_dovecot()
    else:
        parts.stop_exim(signal.SIGKILL)
        parts.start_exim()


def test_kill_each_of_them_in_the_middle(binary, parts, many):
    """Every mail that the MTA took becomes one case: none is lost, none is there twice."""
    with House(binary, parts, (), ('--lmtp', 'unix:' + parts.socket), connected=False) as house:
        os.chmod(parts.socket, 0o777)
        house.instance.run('mailbox', 'add', stdin=PASSWORD + '\n', options=['--address', 'desk@example.org', '--imap', 'localhost:%d' % parts.imaps,
                           '--user', 'desk@example.org', '--ca-file', parts.ca, '--secret-stdin'])
        house.instance.run('mailbox', 'add', options=['--address', 'lmtp@example.org'])
        sender = Sender(parts, many)
        for n in range(6):
            wait_until(lambda: len(sender.taken) >= many * (n + 1) // 7 or sender.failure, 1200, 'mails to be taken')
            kill_in_turn(house, parts, n)
        wait_until(lambda: not sender.is_alive(), 1200, 'all to be taken')
        check(sender.failure is None and len(sender.taken) == many, sender.failure, len(sender.taken))
        wait_until(lambda: len(subjects_of(house.instance.data)) >= many or not house.journal(), 1200, 'all to be filed')
        wait_until(lambda: house.journal()['kept'] == 0 and not parts.queue(), 300, 'nothing to wait any more')
        found = subjects_of(house.instance.data)
        check(len(found) == many and set(found) == set(sender.taken), len(found), sorted(set(sender.taken) - set(found))[:10])
        journal = house.journal()
        check(journal['filed'] == many and journal['set_aside_n'] == 0, journal)
        return '%d mails by IMAP and LMTP, six kills: %d cases, %d came a second time and were known' % (many, len(found), journal['known'])


def test_a_week_without_us(binary, parts, many):
    """What came meanwhile is caught up, read by somebody else or not, and old or not; what was there is known by its UID alone."""
    with House(binary, parts) as house:
        parts.deliver('desk', mail('before'))
        house.settled(1)
        house.server.stop()
        now, cur = time.time(), os.path.join(parts.maildir('desk'), 'cur')
        for i in range(70):
            path = os.path.join(cur, '%d.M%d.week:2,%s' % (now - 7 * DAY_S + i * 8000, i, 'S' if i % 2 else ''))
            pathlib.Path(path).write_bytes(mail('week%d' % i, sender='W <w%d@example.net>' % i))
            os.utime(path, (now - 7 * DAY_S + i * 8000,) * 2)
            os.chmod(path, 0o666)
        house.server = house.instance.start(options=house.options)
        house.settled(71)
        found = subjects_of(house.instance.data)
        check(sorted(found) == sorted(['before'] + ['week%d' % i for i in range(70)]), len(found))
        check(house.journal()['known'] == 0, house.journal()['known'])


def test_large_mailbox(binary, parts, many):
    """Very many messages through the worker; memory does not grow with their number."""
    parts.fill('desk', (mail('m%d' % n, sender='M <m%d@example.net>' % (n % 500), body='Mail %d.' % n) for n in range(many)))
    with House(binary, parts) as house:
        began = time.monotonic()
        wait_until(lambda: (lambda j: j['seen'] >= many and j['kept'] == 0)(house.journal()), 3600, 'all of them')
        took = time.monotonic() - began
        process = pathlib.Path('/proc/%d' % house.server.process.pid)
        peak = [line for line in (process / 'status').read_text().splitlines() if line.startswith('VmHWM')][0].split()[1]
        # A sanitizer keeps what was freed for a while (256 MiB) and shadows what is there.
        bound_mb = 800 if 'asan' in (process / 'maps').read_text() else 150
        journal = house.journal()
        check(journal['filed'] == many and journal['known'] == 0 and journal['set_aside_n'] == 0, journal)
        check(int(peak) < bound_mb * 1024, '%s kB' % peak)
        return '%d messages in %.0f s (%.0f/s), %d MiB at most' % (many, took, many / took, int(peak) // 1024)


class TokenServer:
    """A token endpoint: access tokens that Dovecot takes, each for a second of ours; @refuse: the refresh token was taken back. @renewing: each answer
    brings another refresh token, and voids the one it was asked with, as some providers do."""

    def __init__(self, parts, renewing=False):
        outer = self
        self.asked, self.refuse, self.parts = [], False, parts
        self.valid, self.lock = 'old&secret', threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length'])).decode()
                given = {name: values[0] for name, values in urllib.parse.parse_qs(body).items()}
                with outer.lock:
                    outer.asked.append(body)
                    if outer.refuse or given != {'refresh_token': outer.valid, 'client_id': 'redress', 'grant_type': 'refresh_token'}:
                        status, answer = 400, {'error': 'invalid_grant', 'error_description': 'The refresh token was revoked.'}
                    else:
                        status, answer = 200, {'access_token': parts.token(), 'expires_in': 61, 'token_type': 'Bearer'}
                        if renewing:
                            answer['refresh_token'] = outer.valid = 'renewed+%d' % len(outer.asked)
                words = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(parts.certificates.path('good.pem'), parts.certificates.path('good.key'))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = 'https://localhost:%d/token' % self.server.server_port


def test_an_access_token_is_asked_for_again(binary, parts, many):
    """XOAUTH2 with a refresh token: signed in by Dovecot's own check of the token, again after it ran out, and a refusal is said."""
    tokens = TokenServer(parts)
    with House(binary, parts, (), connected=False) as house:
        house.instance.run('mailbox', 'add', stdin='old&secret\n', options=['--address', 'desk@example.org', '--imap', 'localhost:%d' % parts.imaps, '--auth', 'xoauth2',
                           '--user', 'desk@example.org', '--ca-file', parts.ca, '--token-url', tokens.url, '--client-id', 'redress', '--secret-stdin'])
        said = house.instance.run('mailbox', 'test', options=['--address', 'desk@example.org'], check=False).stdout
        check('imap: fine' in said, said)
        parts.deliver('desk', mail('first'))
        house.case(1, within=30)
        first = len(tokens.asked)
        check(first >= 1, 'nobody asked for a token')
        parts.kill_dovecot()
        parts.start_dovecot()
        parts.deliver('desk', mail('second'))
        wait_until(lambda: len(house.cases()) == 2, 90, 'the second mail, with a new token')
        check(len(tokens.asked) > first, 'the old token was used again')
        tokens.refuse = True
        parts.kill_dovecot()
        parts.start_dovecot()
        wait_until(lambda: any('revoked' in (folder['error'] or '') for folder in house.journal()['folders']), 90, 'the refusal to be shown')
    tokens.server.shutdown()


def test_a_renewed_refresh_token_is_kept(binary, parts, many):
    """A provider that voids each refresh token with its first use: the next one is kept, also over a SIGKILL, and what another process was given is
    found by the server."""
    tokens = TokenServer(parts, renewing=True)
    with House(binary, parts, (), connected=False) as house:
        house.instance.run('mailbox', 'add', stdin='old&secret\n', options=['--address', 'desk@example.org', '--imap', 'localhost:%d' % parts.imaps, '--auth', 'xoauth2',
                           '--user', 'desk@example.org', '--ca-file', parts.ca, '--token-url', tokens.url, '--client-id', 'redress', '--secret-stdin'])
        parts.deliver('desk', mail('first'))
        house.case(1, within=30)
        for n in (2, 3):
            house.server.kill()
            house.server = house.instance.start(options=house.options)
            parts.deliver('desk', mail('mail %d' % n))
            wait_until(lambda: len(house.cases()) == n, 60, 'mail %d, with a renewed token' % n)
        said = house.instance.run('mailbox', 'test', options=['--address', 'desk@example.org'], check=False).stdout
        check('imap: fine' in said, said)
        parts.kill_dovecot()
        parts.start_dovecot()
        parts.deliver('desk', mail('fourth'))
        wait_until(lambda: len(house.cases()) == 4, 90, 'the fourth mail, with a token that another process was given')
        check(len(tokens.asked) >= 4, tokens.asked)
        check(not any('revoked' in (folder['error'] or '') for folder in house.journal()['folders']), house.journal()['folders'])
    tokens.server.shutdown()


def run_all(binary, part, many):
    wanted = [(name, f) for name, f in globals().items() if name.startswith('test_') and part in name]
    passed = failed = 0
    folder = tempfile.mkdtemp(prefix='rdl', dir='/tmp')
    os.chmod(folder, 0o777)
    try:
        for name, test in wanted:
            started = time.monotonic()
            with Parts(lmtp='unix:%s/s' % folder) as parts:
                parts.socket = folder + '/s'
                try:
                    said = test(binary, parts, many)
                    passed += 1
                    print('ok %s, %.1f s%s' % (name, time.monotonic() - started, ': ' + said if said else ''), flush=True)
                except Exception:
                    failed += 1
                    print('not ok %s\n%s' % (name, traceback.format_exc()))
                    print('\n'.join((parts.text('dovecot.log') + parts.text('log/main')).splitlines()[-30:]), flush=True)
    except Missing as why:
        print('skip %s' % why)
        print('counts: 0 passed, 0 failed, %d skipped' % len(wanted))
        return 0
    finally:
        with contextlib.suppress(OSError):
            os.unlink(folder + '/s')
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    print('counts: %d passed, %d failed, 0 skipped' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--redress', required=True)
    parser.add_argument('--many', type=int, default=300)
    parser.add_argument('name', nargs='?', default='')
    arguments = parser.parse_args()
    sys.exit(run_all(os.path.abspath(arguments.redress), arguments.name, arguments.many))
