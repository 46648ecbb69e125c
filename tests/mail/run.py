#!/usr/bin/env python3
"""run.py --wire BINARY [NAME] - IMAP, SMTP and LMTP with real servers (parts.py): what works, and what each refusal says.

Each function test_* is one test; NAME runs those whose name contains it. The last line counts, as script/test reads it.
Servers that no real one would be are in tests/unit/mail; big_mailbox (100,000 messages) runs only when named."""
import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from parts import PASSWORD, Missing, Parts  # noqa: E402
from redress import Failed, wait_until  # noqa: E402

MAIL = b'From: Anna <anna@example.net>\r\nTo: desk@example.org\r\nSubject: %s\r\nMessage-ID: <%s@example.net>\r\n\r\nIt broke.\r\n..\r\n.x\r\n'


def mail(name):
    return MAIL.replace(b'%s', name.encode())


def check(condition, *words):
    if not condition:
        raise Failed(' '.join(str(word) for word in words) or 'not so')


class Wire:
    """One run of the binary: say() a command, hear() its answer."""

    def __init__(self, binary, kind, **options):
        argv = [binary, kind] + ['%s=%s' % item for item in options.items() if item[1] is not None]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
        self.errors = []
        self.reader = threading.Thread(target=lambda: self.errors.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed('the wire did not end') from None
        self.reader.join(5)
        check(not self.errors, 'the wire complained:', ''.join(self.errors)[-3000:])

    def say(self, line):
        self.process.stdin.write(line + '\n')

    def hear(self):
        line = self.process.stdout.readline()
        check(line, 'the wire said nothing:', ''.join(self.errors)[-3000:])
        return json.loads(line)

    def ask(self, line):
        self.say(line)
        return self.hear()


class World:
    """The parts, and how to speak to them."""

    def __init__(self, wire, parts, folder):
        self.binary, self.parts, self.dir = wire, parts, folder

    def imap(self, **options):
        known = {'host': 'localhost', 'port': self.parts.imaps, 'security': 'tls', 'ca': self.parts.ca, 'user': 'desk@example.org', 'secret': PASSWORD}
        return Wire(self.binary, 'imap', **{**known, **options})

    def smtp(self, **options):
        known = {'host': 'localhost', 'port': self.parts.smtp, 'security': 'starttls', 'ca': self.parts.ca}
        return Wire(self.binary, 'smtp', **{**known, **options})

    def file(self, content):
        fd, path = tempfile.mkstemp(dir=self.dir)
        with open(fd, 'wb') as file:
            file.write(content)
        return path

    def refusal(self, part, **options):
        """What opening says when it cannot; it must hold @part."""
        with self.imap(**options) as wire:
            answer = wire.hear()
        check(answer.get('code') == 'upstream' and part in answer['error'], 'wanted "%s", got' % part, answer)
        check(PASSWORD not in answer['error'], 'the secret is told:', answer)
        return answer['error']


@contextlib.contextmanager
def tls_server(parts, name, talk=lambda connection: None):
    """A server with the certificate @name; @talk says what comes after the handshake."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(parts.certificates.path(name + '.pem'), parts.certificates.path(name + '.key'))
    listener = socket.create_server(('127.0.0.1', 0))

    def serve():
        with contextlib.suppress(OSError):
            raw, _ = listener.accept()
            raw.settimeout(10)
            with context.wrap_socket(raw, server_side=True) as connection:
                talk(connection)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(10)


# ---- IMAP

def test_imap_ways_in(world):
    parts = world.parts
    for options in ({}, {'port': parts.imap, 'security': 'starttls'}, {'port': parts.imap, 'security': 'none'}, {'host': '127.0.0.1'},
                    {'xoauth2': 1, 'secret': parts.token()}):
        with world.imap(**options) as wire:
            check(wire.hear() == {'idle': True}, options)
            check('INBOX' in wire.ask('folders'), options)


def test_imap_refusals(world):
    parts = world.parts
    world.refusal('refused the sign-in of desk@example.org: [AUTHENTICATIONFAILED]', secret='wrong-' + PASSWORD[::-1])
    world.refusal('refused the sign-in', xoauth2=1, secret=parts.token(expires_in=-500))
    world.refusal('not trusted', ca=None)
    world.refusal('does not speak TLS here', port=parts.imap)
    world.refusal('timed out: no answer to the greeting within 1 s', security='starttls', timeout=1)
    world.refusal('nothing listens on that port', port=1)
    world.refusal('does not resolve', host='nosuch.invalid')
    world.refusal('holds no certificate', ca='/dev/null')


def test_certificates(world):
    for name, words in (('other', 'its certificate is for mail.elsewhere.example, not for localhost'), ('old', 'has expired'), ('stray', 'not trusted')):
        with tls_server(world.parts, name) as port:
            world.refusal(words, port=port)
            with tls_server(world.parts, name) as port_too, world.smtp(port=port_too, security='tls') as wire:
                answer = wire.ask('test')
                check(words in answer['error'], answer)


def test_tls_cut(world):
    """The connection is cut behind the handshake, without TLS's goodbye: no end of a message may be taken from that."""
    with tls_server(world.parts, 'good', lambda c: c.sendall(b'* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n')) as port:
        world.refusal('localhost:%d: ' % port, port=port)


def test_imap_fetch(world):
    parts = world.parts
    parts.deliver('anna', mail('one'))
    large = mail('large') + b'0123456789abcdef' * 64 * 1500  # 1.5 MB: three pieces
    parts.deliver('anna', large)
    with world.imap(user='anna@example.org') as wire:
        wire.hear()
        folder = wire.ask('select INBOX')
        check(folder['n'] == 2 and folder['uidnext'] == 3 and folder['uidvalidity'] > 0, folder)
        check(wire.ask('uids 0 100') == [1, 2] and wire.ask('uids 1 100') == [2] and wire.ask('uids 0 1') == [1] and wire.ask('uids 2 9') == [])
        check(wire.ask('all') == {'n': 2, 'last': 2})
        whole = wire.ask('fetch 2 100000000')
        check(not whole['cut'] and whole['size'] > len(large), whole)
        cut = wire.ask('fetch 2 700000')
        check(cut['cut'] and cut['size'] == 700000 and cut['sha256'] != whole['sha256'], cut)
        check(not wire.ask('fetch 2 %d' % whole['size'])['cut'])
        check(wire.ask('fetch 2 %d' % (whole['size'] - 1))['cut'])
        check(wire.ask('fetch 99 1000') == {'gone': True})
        missing = wire.ask('select No such folder')
        check(missing['code'] == 'not_found', missing)
        check(wire.ask('select INBOX')['n'] == 2)  # still of use
    # never marked seen
    names = os.listdir(os.path.join(parts.maildir('anna'), 'new')) + os.listdir(os.path.join(parts.maildir('anna'), 'cur'))
    check(len(names) == 2 and not any(name.endswith('S') for name in names), names)


def test_folder_names(world):
    names = ['Kunden &- Co', 'Entw&APw-rfe 2026', '&ZeVnLIqe-', 'A.B c']
    for name in names:
        path = os.path.join(world.parts.maildir('anna'), '.' + name, 'new')
        os.makedirs(path)
        pathlib.Path(path, '1.M1.x').write_bytes(mail(name.encode('utf-7').decode()))
    subprocess.run(['chown', '-R', '65534:65534', world.parts.maildir('anna')], check=False)
    with world.imap(user='anna@example.org') as wire:
        wire.hear()
        for name in wire.ask('folders'):
            check(wire.ask('select ' + name).get('uidvalidity'), name)
        check({'Kunden & Co', 'Entwürfe 2026', '日本語', 'A.B c'} <= set(wire.ask('folders')), wire.ask('folders'))
        check(wire.ask('select Entwürfe 2026')['n'] == 1)


def test_idle(world):
    with world.imap() as wire:
        wire.hear()
        wire.ask('select INBOX')
        wire.say('wait 20')
        started = time.monotonic()
        world.parts.deliver('desk', mail('wake up'))
        check(wire.hear() == {'changed': True})
        check(time.monotonic() - started < 2, 'IDLE took', time.monotonic() - started)
        check(len(wire.ask('uids 0 100')) >= 1)
        wire.say('wait 20')
        wire.say('wake')
        started = time.monotonic()
        check(wire.hear() == {'changed': False} and time.monotonic() - started < 2, 'a wake from another thread')
        # what comes between two waits is not lost
        world.parts.deliver('desk', mail('between'))
        check(wire.ask('wait 20') == {'changed': True})


def test_imap_killed(world):
    """Dovecot dies while we wait: told at once; back on the same port, everything is there; a new UIDVALIDITY is seen."""
    parts = world.parts
    parts.deliver('desk', mail('before'))
    with world.imap() as wire:
        wire.hear()
        before = wire.ask('select INBOX')
        wire.say('wait 60')
        # until it idles: its state is in the process's arguments, and a mail through IDLE proves it without looking there
        parts.deliver('desk', mail('it idles'))
        check(wire.hear() == {'changed': True})
        wire.say('wait 60')
        started = time.monotonic()
        parts.kill_dovecot()
        answer = wire.hear()
        check(answer.get('code') == 'upstream' and time.monotonic() - started < 2, answer)
        check(wire.ask('all')['code'] == 'upstream')
    world.refusal('nothing listens')
    parts.start_dovecot()
    with world.imap() as wire:
        wire.hear()
        after = wire.ask('select INBOX')
        check(after['uidvalidity'] == before['uidvalidity'] and after['n'] == before['n'] + 1, before, after)
    parts.kill_dovecot()
    wait_until(lambda: time.time() > before['uidvalidity'] + 1, 5, 'another second: Dovecot numbers by them')
    parts.forget_uids('desk')
    parts.start_dovecot()
    with world.imap() as wire:
        wire.hear()
        again = wire.ask('select INBOX')
        check(again['uidvalidity'] != before['uidvalidity'] and again['n'] == after['n'], before, again)


def big_mailbox(world):
    """100,000 messages: every UID in a moment and a little memory, the newest without reading the others."""
    world.parts.fill('big', (mail('m%d' % n) for n in range(100000)))
    with world.imap(user='big@example.org', timeout=120) as wire:
        wire.hear()
        started = time.monotonic()
        check(wire.ask('select INBOX')['n'] == 100000)
        selected = time.monotonic()
        check(wire.ask('all') == {'n': 100000, 'last': 100000})
        listed = time.monotonic()
        check(wire.ask('uids 99990 100') == list(range(99991, 100001)))
        newest = time.monotonic()
        peak = [line for line in pathlib.Path('/proc/%d/status' % wire.process.pid).read_text().splitlines() if line.startswith('VmHWM')][0].split()[1]
    print('big mailbox: select %.2f s (Dovecot reads the folder), all UIDs %.2f s, the newest ten %.3f s, %d MB at most' %
          (selected - started, listed - selected, newest - listed, int(peak) // 1024))


# ---- SMTP

def test_smtp_sent(world):
    parts, content = world.parts, mail('sent')
    with world.smtp() as wire:
        answer = wire.ask('send agent@example.org box-a@example.org,nobody-here@example.org,busy@example.org,desk@example.org ' + world.file(content))
    check(answer['outcome'] == 'sent' and answer['queue_id'] and len(answer['queue_id']) >= 16, answer)
    check([(r['outcome'], r['code']) for r in answer['recipients']] == [('sent', 250), ('refused', 550), ('later', 451), ('sent', 250)], answer)
    check('no such user' in answer['recipients'][1]['words'] and 'mailbox busy' in answer['recipients'][2]['words'], answer)
    check('<= agent@example.org' in parts.text('log/main') and answer['queue_id'] in parts.text('log/main'), 'the queue id stands in the log')


def test_smtp_round_trip(world):
    """Through Exim into Dovecot and back by IMAP: the same bytes, dots and all, behind the headers that were added."""
    content = mail('round trip')
    with world.imap() as box, world.smtp() as wire:
        box.hear()
        uidnext = box.ask('select INBOX')['uidnext']
        check(wire.ask('send - desk@example.org ' + world.file(content.replace(b'\r\n', b'\n')))['outcome'] == 'sent')
        found = wait_until(lambda: box.ask('uids %d 10' % (uidnext - 1)), 10, 'the delivery')
        size = box.ask('fetch %d 100000' % found[-1])['size']
        check(size > len(content), size)
    stored = [p.read_bytes() for p in pathlib.Path(world.parts.maildir('desk')).glob('*/*') if p.is_file() and b'Subject: round trip' in p.read_bytes()]
    check(len(stored) == 1 and stored[0].replace(b'\r\n', b'\n').endswith(b'It broke.\n..\n.x\n'), stored)
    check(b'Return-path: <>' in stored[0] or b'Return-Path: <>' in stored[0], stored[0][:200])


def test_smtp_refusals(world):
    parts, path = world.parts, world.file(mail('refused'))
    try:
        parts.set_defer()
        with world.smtp() as wire:
            check(wire.ask('send a@example.org desk@example.org ' + path)['outcome'] == 'later')
        parts.clear()
        parts.set_reject()
        with world.smtp() as wire:
            check(wire.ask('send a@example.org desk@example.org ' + path)['outcome'] == 'refused')
        parts.clear()
        parts.set_reject_data()
        with world.smtp() as wire:
            answer = wire.ask('send a@example.org desk@example.org ' + path)
            check(answer['outcome'] == 'refused' and 'we do not like' in answer['words'] and answer['recipients'][0]['code'] == 550, answer)
    finally:
        parts.clear()
    with world.smtp(ca=None) as wire:
        answer = wire.ask('send a@example.org desk@example.org ' + path)
        check(answer['outcome'] == 'later' and 'not trusted' in answer['words'], answer)
    with world.smtp(port=1) as wire:
        check(wire.ask('send a@example.org desk@example.org ' + path)['outcome'] == 'later')


def test_smtp_sign_in(world):
    with world.smtp(user='desk@example.org', secret=PASSWORD) as wire:
        check(wire.ask('test') == {'ok': True})
    with world.smtp(user='desk@example.org', secret='wrong') as wire:
        answer = wire.ask('test')
        check('refused the sign-in of desk@example.org: 535' in answer['error'], answer)
    with world.smtp(user='desk@example.org', secret='token', xoauth2=1) as wire:
        check('no AUTH XOAUTH2' in wire.ask('test')['error'])


def test_smtp_large(world):
    content = mail('large') + b'.0123456789abcde\r\n' * 600000  # 10 MB, each line with a dot
    with world.smtp() as wire:
        started = time.monotonic()
        check(wire.ask('send a@example.org box-large@example.org ' + world.file(content))['outcome'] == 'sent')
        print('10 MB by SMTP: %.2f s' % (time.monotonic() - started))


# ---- LMTP

def stored(folder):
    return [p.read_bytes() for p in sorted(pathlib.Path(folder).iterdir(), key=lambda p: int(p.name) if p.name.isdigit() else 0) if p.name.isdigit()]


def test_lmtp_swaks(world):
    if not shutil.which('swaks'):
        print('skip test_lmtp_swaks: swaks is not installed')
        return
    for where in ('127.0.0.1:0', 'unix:%s/swaks' % world.dir):
        folder = tempfile.mkdtemp(dir=world.dir)
        with Wire(world.binary, 'lmtp', where=where, dir=folder) as ours:
            at = ours.hear()['where']
            place = ['--socket', at[5:]] if at.startswith('unix:') else ['--server', at.split(':')[0], '--port', at.split(':')[1]]
            done = subprocess.run(['swaks', '--protocol', 'LMTP', *place, '--from', 'a@example.net', '--to', 'desk@example.org,later@example.org', '--body', '.\n..x',
                                   '--ehlo', 'test', '--pipeline'], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)
            check('250 2.0.0 filed' in done.stdout and '451 4.3.0 not now' in done.stdout, done.stdout, done.stderr)
        one = stored(folder)
        check(len(one) == 1 and one[0].startswith(b'a@example.net\ndesk@example.org,later@example.org\n') and b'\r\n.\r\n..x\r\n' in one[0], one)


def test_lmtp_from_exim(world):
    """Exim hands over by LMTP on a unix socket: taken, refused and put off, each recipient by itself; what was put off comes again."""
    folder = tempfile.mkdtemp(dir=world.dir)
    where = 'unix:%s/s' % world.dir
    with Wire(world.binary, 'lmtp', where=where, dir=folder) as ours:
        check(ours.hear()['where'] == where)
        with smtplib.SMTP('127.0.0.1', world.parts.smtp) as client:
            client.sendmail('anna@example.net', ['lmtp@example.org', 'lmtp-2@example.org'], mail('by lmtp'))
        wait_until(lambda: len(stored(folder)) >= 1, 10, 'the hand-over')
        first = stored(folder)[0]
        check(first.startswith(b'anna@example.net\nlmtp') and b'\r\nIt broke.\r\n..\r\n.x\r\n' in first, first)


def test_pipe_from_exim(world):
    """A command at the end of a pipe: 75 keeps the mail, 0 takes it."""
    with smtplib.SMTP('127.0.0.1', world.parts.smtp) as client:
        client.sendmail('anna@example.net', ['pipe@example.org'], mail('by pipe'))
    wait_until(lambda: '== pipe@example.org' in world.parts.text('log/main'), 10, 'a first try')
    pathlib.Path(world.parts.path('ctl', 'ready')).touch()
    wait_until(lambda: pathlib.Path(world.parts.path('ctl', 'piped')).exists() and '=> pipe <pipe@example.org>' in world.parts.text('log/main'), 10, 'the second try')
    check(pathlib.Path(world.parts.path('ctl', 'piped')).read_bytes().replace(b'\r\n', b'\n').endswith(b'It broke.\n..\n.x\n'))


# ---- files

def test_spool_real(world):
    """The real mailboxes beside the project, where they are: every byte of every file is passed."""
    folder = pathlib.Path(__file__).resolve().parents[3] / 'shared' / 'data' / 'mail'
    if not folder.is_dir():
        print('skip test_spool_real: no ../shared/data/mail here')
        return
    done = subprocess.run([world.binary, 'spool', str(folder)], capture_output=True, text=True, timeout=60)
    answer = json.loads(done.stdout)
    check(answer['n'] > 1000 and answer['done'] == answer['total'], answer, done.stderr)
    box = folder / 'bounces' / 'mailbox' / 'mbox-0'
    if box.is_file():
        text = box.read_bytes()
        begins = len(re.findall(rb'(?:\A|\n\r?\n)From \S.*\d\d:\d\d', text))
        answer = json.loads(subprocess.run([world.binary, 'spool', str(box)], capture_output=True, text=True, timeout=60).stdout)
        check(answer['n'] == begins, answer, begins)


def command_file():
    """A program for the pipe, which learns its folder from its own place."""
    fd, path = tempfile.mkstemp(prefix='rdpipe', dir='/tmp')
    with open(fd, 'w') as file:
        file.write('#!/bin/sh\nD=$(cat "$0.dir")\n[ -e "$D/ctl/ready" ] || exit 75\ncat >"$D/ctl/piped.new" && mv "$D/ctl/piped.new" "$D/ctl/piped"\n')
    os.chmod(path, 0o755)
    return path


def run_all(binary, part):
    wanted = [(name, f) for name, f in globals().items() if (name.startswith('test_') and part in name) or name == part]
    command = command_file()
    passed = failed = 0
    folder = tempfile.mkdtemp(prefix='rdw', dir='/tmp')
    os.chmod(folder, 0o777)  # Exim speaks to a socket in it
    try:
        with Parts(command=command, lmtp='unix:%s/s' % folder) as parts:
            pathlib.Path(command + '.dir').write_text(parts.dir)
            world = World(binary, parts, folder)
            for name, test in wanted:
                started = time.monotonic()
                try:
                    test(world)
                    passed += 1
                    print('ok %s, %.1f s' % (name, time.monotonic() - started))
                except Exception:
                    failed += 1
                    print('not ok %s\n%s' % (name, traceback.format_exc()))
                    print('\n'.join((parts.text('dovecot.log') + parts.text('log/main')).splitlines()[-30:]))
    except Missing as why:
        print('skip mail with real servers: %s' % why)
        print('counts: 0 passed, 0 failed, %d skipped' % len(wanted))
        return 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for path in (command, command + '.dir'):
            pathlib.Path(path).unlink(missing_ok=True)
    print('counts: %d passed, %d failed, 0 skipped' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--wire', required=True)
    parser.add_argument('name', nargs='?', default='')
    arguments = parser.parse_args()
    sys.exit(run_all(os.path.abspath(arguments.wire), arguments.name))
