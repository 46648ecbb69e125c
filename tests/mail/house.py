#!/usr/bin/env python3
"""house.py --redress BINARY [NAME] - Redress between real mail servers (parts.py): mail comes by IMAP, by a pipe and by LMTP, answers leave
by SMTP, and nothing is lost or doubled when something dies.

Each function test_* is one test; NAME runs those whose name contains it. The last line counts, as script/test reads it."""
import argparse
import contextlib
import email
import email.policy
import email.utils
import json
import os
import pathlib
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from parts import PASSWORD, Missing, Parts  # noqa: E402
from redress import Failed, Instance, wait_until  # noqa: E402

MANY = 400
WRITTEN = email.utils.formatdate()  # lately: who wrote long ago is not acknowledged


def check(condition, *words):
    if not condition:
        raise Failed(' '.join(str(word) for word in words) or 'not so')


def mail(name, to='desk@example.org', sender='Anna <anna@example.org>', more='', body='It broke.'):
    return ('From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s@example.net>\r\nDate: %s\r\n%s\r\n%s\r\n' %
            (sender, to, name, name, WRITTEN, more, body)).encode()


class House:
    """One data folder with its mailbox, connected to the parts; a running server on it."""

    def __init__(self, binary, parts, mailboxes=('desk@example.org',), options=(), connected=True):
        self.parts, self.options = parts, options
        self.instance = Instance(binary)
        self.token = self.instance.user('ruth', 'admin')
        for address in mailboxes:
            words = ['--address', address, '--name', 'Larch & Fern']
            if connected:
                words += ['--imap', 'localhost:%d' % parts.imaps, '--smtp', 'localhost:%d' % parts.smtp, '--user', 'desk@example.org',
                          '--ca-file', parts.ca, '--secret-stdin']
            self.instance.run('mailbox', 'add', options=words, stdin=PASSWORD + '\n')
        self.server = None

    def __enter__(self):
        self.server = self.instance.start(options=self.options)
        return self

    def __exit__(self, *_):
        self.instance.__exit__()

    def ask(self, method, path, body=None):
        request = urllib.request.Request(self.server.url + '/api/v1' + path, method=method, data=json.dumps(body).encode() if body is not None else None,
                                         headers={'Authorization': 'Bearer ' + self.token, 'Content-Type': 'application/json'})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b'null')

    def etag(self, ref):
        request = urllib.request.Request(self.server.url + '/api/v1/cases/' + ref, headers={'Authorization': 'Bearer ' + self.token})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.headers['ETag']

    def cases(self):
        return self.ask('GET', '/cases?view=all&limit=200')['cases']

    def case(self, n=1, within=15):
        """The only case, whole, once there is one with @n messages."""
        def look():
            found = self.cases()
            return len(found) == 1 and found[0]['n_messages'] >= n
        wait_until(look, within, 'a case with %d messages' % n)
        return self.ask('GET', '/cases/' + self.cases()[0]['ref'])

    def journal(self):
        return self.ask('GET', '/mail/journal')

    def settled(self, seen, within=60):
        wait_until(lambda: (lambda j: j['seen'] >= seen and j['kept'] == 0)(self.journal()), within, '%d mails seen and none left to file' % seen)
        return self.journal()


REPORT = '''From: Mail Delivery System <mailer-daemon@mx.example.net>\r
To: desk@example.org\r
Subject: Delivery status\r
Message-ID: <report-%(action)s@mx.example.net>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r
\r
--b\r
\r
About your mail.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example.net\r
\r
Final-Recipient: rfc822; anna@example.org\r
Action: %(action)s\r
Status: %(status)s\r
Diagnostic-Code: smtp; 550 no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: %(id)s\r
To: anna@example.org\r
\r
--b--\r
'''


def box(parts, user):
    """The messages in Dovecot's mailbox of that user, oldest first."""
    found = []
    for folder in ('cur', 'new'):
        place = pathlib.Path(parts.maildir(user), folder)
        if place.is_dir():
            found += [p for p in place.iterdir() if p.is_file()]
    return [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in sorted(found, key=lambda p: p.name)]


def test_a_mail_becomes_a_case_and_the_answer_goes_back(binary, parts):
    with House(binary, parts) as house:
        wait_until(lambda: house.journal()['folders'], 15, 'the mailbox to be followed')
        started = time.monotonic()
        parts.deliver('desk', mail('kettle'))
        it = house.case()
        took = time.monotonic() - started
        check(took < 3, 'the case came after %.1f s' % took)
        check(it['channel'] == 'email' and it['customer']['name'] == 'Anna', it)
        # Told that it arrived, once.
        wait_until(lambda: len(box(parts, 'anna')) == 1, 20, 'the acknowledgement in her mailbox')
        told = box(parts, 'anna')[0]
        check(told['Auto-Submitted'] == 'auto-replied' and it['ref'] in told.as_string() and told['In-Reply-To'] == '<kettle@example.net>', told)
        check('Return-path: <>' in told.as_string() or told['Return-Path'] in (None, '<>', '<MAILER-DAEMON>'), told['Return-Path'])
        house.ask('POST', '/cases/%s/messages' % it['ref'],
                  {'direction': 'outbound', 'body': 'We send a new one.', 'by_mail': True, 'send_at': '2026-01-01T00:00:00Z'})
        wait_until(lambda: len(box(parts, 'anna')) == 2, 20, 'the answer in her mailbox')
        answer = next(m for m in box(parts, 'anna') if m['Auto-Submitted'] is None)
        check('kettle@example.net' in answer['References'] and 'We send a new one.' in answer.get_body(('plain',)).get_content(), answer)
        check(answer.get_body(('html',)) is not None, 'text alone')
        wait_until(lambda: house.case()['messages'][-1]['outbox']['state'] == 'sent', 10, 'the state of the answer')
        sent = house.case()['messages'][-1]
        check(sent['outbox']['queue_id'] and sent['delivery'][0]['state'] == 'sent', sent)
        # Ten times there and back stay one case.
        for n in range(10):
            last = [m for m in box(parts, 'anna') if m['Auto-Submitted'] is None][-1]
            parts.deliver('desk', mail('back%d' % n, more='In-Reply-To: %s\r\nReferences: %s %s\r\n' % (last['Message-ID'], last['References'], last['Message-ID'])))
            it = house.case(4 + 2 * n)
            house.ask('POST', '/cases/%s/messages' % it['ref'], {'direction': 'outbound', 'body': 'Answer %d.' % n, 'by_mail': True, 'send_at': '2026-01-01T00:00:00Z'})
            wait_until(lambda: len(box(parts, 'anna')) == 3 + n, 20, 'answer %d' % n)
        check(len(house.cases()) == 1, 'one case was wanted')


def test_an_out_of_office_does_not_loop(binary, parts):
    with House(binary, parts) as house:
        parts.deliver('desk', mail('first'))
        house.case(2)
        for n in range(4):
            parts.deliver('desk', mail('away%d' % n, more='In-Reply-To: <first@example.net>\r\nAuto-Submitted: auto-replied\r\n', body='I am away.'))
        it = house.case(6)
        kinds = [m['mail']['kind'] for m in it['messages'] if m['direction'] == 'inbound']
        check(kinds.count('auto_reply') == 4, kinds)
        check(sum(m['direction'] == 'outbound' for m in it['messages']) == 1, 'only the first was acknowledged')


def test_by_pipe_and_by_lmtp_from_an_mta(binary, parts):
    with House(binary, parts, ('pipe@example.org', 'lmtp@example.org'), ('--lmtp', 'unix:' + parts.socket), connected=False) as house:
        os.chmod(parts.socket, 0o777)
        pathlib.Path(parts.command + '.data').write_text(house.instance.data)
        os.system('chmod -R a+rwX %s' % house.instance.dir)
        for name in ('pipe', 'lmtp'):
            with smtplib.SMTP('127.0.0.1', parts.smtp) as client:
                client.sendmail('anna@example.org', ['%s@example.org' % name], mail('by-' + name, '%s@example.org' % name))
        wait_until(lambda: sorted(c['subject'] for c in house.cases()) == ['by-lmtp', 'by-pipe'], 30, 'both mails as cases')
        ways = {m['mail']['raw'] is not None for c in house.cases() for m in house.ask('GET', '/cases/' + c['ref'])['messages']}
        check(ways == {True}, 'the raw mail is kept')


def test_a_new_uidvalidity_reads_again_and_files_nothing_twice(binary, parts):
    with House(binary, parts) as house:
        for n in range(20):
            parts.deliver('desk', mail('u%d' % n))
        house.settled(20)
        parts.kill_dovecot(signal.SIGTERM)
        parts.forget_uids('desk')
        parts.start_dovecot()
        wait_until(lambda: house.journal()['known'] >= 20, 60, 'the mails to be known')
        check(len(house.cases()) == 20, len(house.cases()))


def test_several_folders_are_followed(binary, parts):
    """Each with a watermark of its own: what lies in them, and what comes later; one that is not there is named and keeps nobody up."""
    parts.fill('desk', [mail('in the inbox')])
    for name in ('.Reklamationen', '.Beschwerden &APw-ber uns'):
        parts.fill('desk/' + name, [mail('in ' + name, sender='F <f%d@example.net>' % len(name))])
    with House(binary, parts, (), connected=False) as house:
        house.ask('POST', '/mailboxes', {'address': 'desk@example.org', 'imap': {
            'host': 'localhost', 'port': parts.imaps, 'security': 'tls', 'ca_file': parts.ca, 'user': 'desk@example.org', 'secret': PASSWORD,
            'folders': ['INBOX', 'Reklamationen', 'Beschwerden über uns', 'Nowhere']}})
        journal = house.settled(3)
        check(journal['filed'] == 3, journal)
        wait_until(lambda: len([f for f in house.journal()['folders'] if f['name'] == 'Nowhere' and f['error']]) == 1, 20, 'the missing folder to be named')
        check(sorted(f['name'] for f in house.journal()['folders'] if not f['error']) == ['Beschwerden über uns', 'INBOX', 'Reklamationen'], house.journal()['folders'])
        # A word to the inbox has all of them looked at.
        parts.fill('desk/.Reklamationen', [mail('again', sender='G <g@example.net>')], first=1)
        parts.deliver('desk', mail('wake up', sender='H <h@example.net>'))
        house.settled(5)
        check(sorted(c['subject'] for c in house.cases()) == sorted(['in the inbox', 'in .Reklamationen', 'in .Beschwerden &APw-ber uns', 'again', 'wake up']), house.cases())


def test_killed_in_the_middle_each_mail_is_filed_once(binary, parts):
    house = House(binary, parts)
    with house:
        parts.fill('desk', [mail('k%d' % n, body='Mail %d.' % n) for n in range(MANY)])
        parts.deliver('desk', mail('k-last'))
        for _ in range(4):
            seen = house.journal()['seen']
            wait_until(lambda: house.journal()['seen'] > seen or house.journal()['filed'] > MANY, 30, 'a few more mails')
            house.server.process.kill()
            house.server.process.wait()
            house.server = house.instance.start(options=house.options)
        parts.kill_dovecot()
        parts.start_dovecot()
        wait_until(lambda: house.journal()['filed'] >= MANY + 1, 120, 'all mails to be filed')
        subjects = []
        after = ''
        while after is not None:
            page = house.ask('GET', '/cases?view=all&limit=200' + ('&after=' + after if after else ''))
            subjects += [c['subject'] for c in page['cases']]
            after = page['next']
        check(len(subjects) == MANY + 1 and len(set(subjects)) == MANY + 1, len(subjects), len(set(subjects)))
        journal = house.journal()
        check(journal['seen'] == journal['filed'] + journal['known'] and journal['set_aside_n'] == 0, journal)


def test_a_killed_import_leaves_nothing_half(binary, parts):
    """Killed in the middle again and again: each mail is there whole or not at all, and the next import files what is left, each once."""
    n = 3000
    with tempfile.TemporaryDirectory(prefix='rdi') as folder:
        data, mails = pathlib.Path(folder, 'data'), pathlib.Path(folder, 'mails')
        mails.mkdir()
        for k in range(n):
            (mails / ('%05d.eml' % k)).write_bytes(mail('i%d' % k, body='Mail %d.' % k))

        def value(sql):
            if not (data / 'redress.db').exists():
                return 0
            with contextlib.closing(sqlite3.connect('file:%s?mode=ro' % (data / 'redress.db'), uri=True, timeout=30)) as db:
                try:
                    return db.execute(sql).fetchone()[0]
                except sqlite3.OperationalError:  # its tables are being made
                    return 0
        command = [binary, 'mail', 'import', '--data', str(data), str(mails)]
        for after_death in (False, True, True):
            before = value('SELECT count(*) FROM mails')
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            wait_until(lambda: value('SELECT count(*) FROM mails') > before or process.poll() is not None, 60, 'a few mails')
            process.kill()
            check(process.wait() == -signal.SIGKILL and (data / 'importing').exists(), 'it was to die in the middle', after_death)
            check(value("SELECT count(*) FROM mails") == value('SELECT count(*) FROM mail_bytes'), 'bytes are missing')
            filed = value("SELECT count(*) FROM mails WHERE state = 'filed'")
            check(before < value('SELECT count(*) FROM mails') < n and filed == value('SELECT count(*) FROM messages') == value('SELECT count(*) FROM mail_heads'), before, filed)
            check(after_death or filed == value('SELECT count(*) FROM mails'), 'kept and not filed, though none died before')
        known = value('SELECT count(*) FROM mails')
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        check(said == 'filed %d, known %d, set aside 0' % (n - known, known), said, known)
        check(value("SELECT count(*) FROM mails WHERE state = 'filed'") == value('SELECT count(DISTINCT subject) FROM cases') == value('SELECT count(*) FROM cases') == n, 'each once')
        check(value('SELECT sum(n_seen) FROM mail_counts') == value('SELECT sum(n_filed) + sum(n_known) FROM mail_counts'), 'the counts')
        check(not (data / 'importing').exists(), 'the mark is left')


def test_a_refused_recipient_is_said(binary, parts):
    with House(binary, parts) as house:
        parts.deliver('desk', mail('refuse', sender='Nobody <nobody-here@example.org>'))
        it = house.case(2)
        wait_until(lambda: house.case()['messages'][-1]['outbox']['state'] == 'failed', 20, 'the acknowledgement to be refused')
        said = house.case()['messages'][-1]['delivery'][0]
        check(said['state'] == 'failed' and said['code'] == 550 and 'no such user' in said['words'], said)
        check(house.journal()['outbox'][0]['case']['ref'] == it['ref'], 'it stands in the journal')


def test_refused_for_one_and_taken_for_another(binary, parts):
    """Partly sent: on the case, in the list, told to its author, with another ETag; sent again it goes to the one alone. A report from
    somewhere behind the server closes the address, until somebody says that it works again."""
    with House(binary, parts) as house:
        parts.deliver('desk', mail('partly'))
        it = house.case(2)
        wait_until(lambda: house.case()['messages'][-1]['outbox']['state'] == 'sent', 20, 'the acknowledgement to be sent')
        before = house.etag(it['ref'])
        house.ask('POST', '/cases/%s/messages' % it['ref'], {'direction': 'outbound', 'body': 'To both.', 'by_mail': True, 'cc': ['nobody-here@example.org'], 'send_at': '2026-01-01T00:00:00Z'})
        wait_until(lambda: house.case()['messages'][-1]['outbox']['state'] == 'partly_sent', 20, 'the answer to be partly sent')
        last = house.case()['messages'][-1]
        check({d['address']: d['state'] for d in last['delivery']} == {'anna@example.org': 'sent', 'nobody-here@example.org': 'failed'}, last['delivery'])
        partly = house.etag(it['ref'])
        check(partly != before, partly)
        check([o['state'] for o in house.journal()['outbox']] == ['partly_sent'], house.journal()['outbox'])
        told = house.ask('GET', '/notices')['notices']
        check([n['facts']['state'] for n in told if n['kind'] == 'mail_failed'] == ['partly_sent'], told)
        check(any(e['kind'] == 'mail.partly_sent' for e in house.ask('GET', '/cases/%s/timeline' % it['ref'])['events']), 'the event')
        house.ask('POST', '/outbox/%s/withdraw' % last['outbox']['ref'])
        check(house.journal()['outbox'] == [] and house.etag(it['ref']) != partly, 'it was left as it is')
        # A server behind Exim took it, and reports later.
        wait_until(lambda: len(box(parts, 'anna')) == 2, 20, 'the answer in her mailbox')
        sent = [m for m in box(parts, 'anna') if m['Auto-Submitted'] is None][-1]
        parts.deliver('desk', (REPORT % {'id': sent['Message-ID'], 'action': 'delayed', 'status': '4.4.1'}).encode())
        wait_until(lambda: len(house.case()['messages']) == 4, 20, 'the delay to be filed')
        check(house.case()['closed_addresses'] == [] and last['delivery'][0]['state'] == 'sent', 'a delay closes nothing')
        parts.deliver('desk', (REPORT % {'id': sent['Message-ID'], 'action': 'failed', 'status': '5.1.1'}).encode())
        wait_until(lambda: house.case()['closed_addresses'], 20, 'the address to be closed')
        closed = house.case()['closed_addresses'][0]
        check(closed['address'] == 'anna@example.org' and house.etag(it['ref']) != partly, closed)
        customer = house.ask('GET', '/customers/' + it['customer']['ref'])
        check([one['address'] for one in customer['closed_addresses']] == ['anna@example.org'], customer)
        house.ask('POST', '/mail/allow', {'address': 'anna@example.org'})
        check(house.case()['closed_addresses'] == [], 'it is open again')


def test_a_stop_waits_for_no_silent_server(binary, parts):
    """An IMAP server that takes the connection and says nothing, a mail by LMTP that stops in the middle: the server ends all the same."""
    silent = socket.create_server(('127.0.0.1', 0))
    with House(binary, parts, (), ('--lmtp', 'unix:' + parts.socket), connected=False) as house:
        house.instance.run('mailbox', 'add', stdin='x\n', options=['--address', 'hangs@example.org', '--imap', '127.0.0.1:%d' % silent.getsockname()[1], '--user', 'x', '--secret-stdin'])
        silent.settimeout(15)
        taken = silent.accept()[0]
        lmtp = socket.socket(socket.AF_UNIX)
        lmtp.connect(parts.socket)
        file = lmtp.makefile('rb')
        for line in ('', 'LHLO x', 'MAIL FROM:<a@example.org>', 'RCPT TO:<hangs@example.org>', 'DATA'):
            if line:
                lmtp.sendall(line.encode() + b'\r\n')
            answer = file.readline()
            while answer[3:4] == b'-':
                answer = file.readline()
            check(answer[:1] in b'23', line, answer)
        lmtp.sendall(b'Subject: half\r\n\r\nHalf of')
        began = time.monotonic()
        house.server.stop(within=10)
        check(time.monotonic() - began < 6, 'stopped after %.1f s' % (time.monotonic() - began))
        taken.close()
        lmtp.close()
    silent.close()


def test_a_large_mail_is_cut_as_its_mailbox_says(binary, parts):
    """By pipe, by LMTP and from a file: its beginning is kept and marked as cut; one for nobody is kept whole."""
    def large(name, to):
        return mail(name, to=to, body='large words. ' * 230000)

    with House(binary, parts, (), ('--lmtp', 'unix:' + parts.socket), connected=False) as house:
        house.ask('POST', '/mailboxes', {'address': 'small@example.org', 'max_mb': 1})
        house.ask('POST', '/mailboxes', {'address': 'roomy@example.org', 'max_mb': 20})
        data, path = house.instance.data, pathlib.Path(house.instance.dir, 'large.eml')
        subprocess.run([binary, 'mail', 'receive', '--data', data], input=large('p1', 'small@example.org'), check=True)
        subprocess.run([binary, 'mail', 'receive', '--data', data], input=large('p2', 'list@example.net'), check=True, env=dict(os.environ, RECIPIENT='small@example.org'))
        subprocess.run([binary, 'mail', 'receive', '--data', data], input=large('p3', 'roomy@example.org'), check=True)
        path.write_bytes(large('i1', 'small@example.org'))
        house.instance.run('mail', 'import', options=[str(path)])
        with smtplib.LMTP(parts.socket) as lmtp:
            lmtp.sendmail('anna@example.org', ['small@example.org'], large('l1', 'small@example.org'))
        house.settled(5)
        with contextlib.closing(sqlite3.connect(os.path.join(data, 'redress.db'))) as db:
            kept = {row[0]: row[1:] for row in db.execute('SELECT way, group_concat(size), group_concat(cut) FROM mails GROUP BY way')}
        mib = 1024 * 1024
        check(kept['import'] == (str(mib), '1') and kept['lmtp'] == (str(mib), '1'), kept)
        sizes = sorted(int(size) for size in kept['pipe'][0].split(','))
        check(sizes[:2] == [mib, mib] and sizes[2] > 2 * mib and kept['pipe'][1].split(',').count('1') == 2, kept)


def test_the_pipe_says_by_its_status(binary, parts):
    """0: it is ours, however odd it is, and never 65. 75: keep it and try again; nothing is there then, and the same mail is taken afterwards. 64: called wrongly."""
    with House(binary, parts, ('desk@example.org',), connected=False) as house:
        def receive(content, *words, data=house.instance.data):
            return subprocess.run([binary, 'mail', 'receive', '--data', data, *words], input=content, capture_output=True, timeout=60)
        for odd in (mail('plain'), b'', b'\0\xff\xfe', b'From: >\r\n\r\nx', b'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b'):
            check(receive(odd, '--mailbox', 'desk@example.org').returncode == 0, odd)
        check(receive(mail('x'), '--what').returncode == 64, 'an option that is none')
        file = pathlib.Path(house.instance.dir, 'a file')
        file.write_text('no folder')
        said = receive(mail('late'), data=str(file))
        check(said.returncode == 75 and b'redress mail receive:' in said.stderr, said.returncode, said.stderr)
        check(house.settled(5)['seen'] == 5, house.journal())
        check(receive(mail('late')).returncode == 0, 'once there is a folder')
        house.settled(6)


def command_file(binary):
    """What Exim's pipe runs: it learns the data folder from the file beside it."""
    fd, path = tempfile.mkstemp(prefix='rdpipe', dir='/tmp')
    with open(fd, 'w') as file:
        file.write('#!/bin/sh\nexec %s mail receive --data "$(cat "$0.data")"\n' % binary)
    os.chmod(path, 0o755)
    return path


def run_all(binary, part):
    wanted = [(name, f) for name, f in globals().items() if name.startswith('test_') and part in name]
    command = command_file(binary)
    passed = failed = 0
    folder = tempfile.mkdtemp(prefix='rdw', dir='/tmp')
    os.chmod(folder, 0o777)
    try:
        for name, test in wanted:
            started = time.monotonic()
            with Parts(command=command, lmtp='unix:%s/s' % folder) as parts:
                parts.command, parts.socket = command, folder + '/s'
                try:
                    test(binary, parts)
                    passed += 1
                    print('ok %s, %.1f s' % (name, time.monotonic() - started), flush=True)
                except Exception:
                    failed += 1
                    print('not ok %s\n%s' % (name, traceback.format_exc()))
                    print('\n'.join((parts.text('dovecot.log') + parts.text('log/main')).splitlines()[-30:]), flush=True)
    except Missing as why:
        print('skip Redress between mail servers: %s' % why)
        print('counts: 0 passed, 0 failed, %d skipped' % len(wanted))
        return 0
    finally:
        for path in (command, command + '.data'):
            pathlib.Path(path).unlink(missing_ok=True)
        os.system('rm -rf %s' % folder)
    print('counts: %d passed, %d failed, 0 skipped' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--redress', required=True)
    parser.add_argument('name', nargs='?', default='')
    arguments = parser.parse_args()
    sys.exit(run_all(os.path.abspath(arguments.redress), arguments.name))
