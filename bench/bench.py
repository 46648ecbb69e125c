#!/usr/bin/env python3
"""bench.py - every figure as a ratio to a ceiling of the same run. See docs/bench.md; called by script/bench.

  script/bench [--json] [--sizes 10000,100000,1000000] [--only creations,reads,...] [--rounds 3]

Ceilings: a bare loop of the same statements (bench/bare.c), the same server's static 1 kB answer, the same query at
10,000 cases. The machine is shared and noisy: each figure is the median of its rounds, and a ratio's two sides are
measured in turn, not minutes apart.
"""
import argparse, base64, json, os, pathlib, re, resource, selectors, shutil, socket, statistics, subprocess, sys, time
from house import *
from timers import exact, timers, timers_pg

SLICES = 10


def creations(args):
    """In turn, a second of the bare loop and a second of the server, both all the time there: what the disk and the machine do besides meets both."""
    for connections, group, n in ((64, 64, 150000), (1, 1, 20000)):
        pairs, made = [], 0
        with Server(fresh(0, 'create'), 'bench@example.org') as server, Bare(fresh(0, 'bare'), n, group) as loop:
            server.load('POST', '/api/v1/cases', NEW_CASE, connections, 1)  # each thread of it has its pages
            loop.rate(0.2)
            made = 1000000
            for _ in range(SLICES):
                ceiling = loop.rate(1)
                if ceiling is None:
                    break
                out = server.load('POST', '/api/v1/cases', NEW_CASE, connections, 1, first=made)
                made += out['done']
                pairs.append((out['rps'], ceiling))
        ratios = sorted(rate / ceiling for rate, ceiling in pairs)
        row('durable creations, %d connection%s, %d slices, ratios %.2f to %.2f' % (connections, 's' if connections > 1 else '', len(pairs), ratios[0], ratios[-1]),
            statistics.median(rate for rate, _ in pairs), '/s', statistics.median(ratios), 0.7)


def threading(args):
    """The message an answer belongs to, among few and among many; made side by side, measured in turn."""
    small, large = args.sizes[0], args.sizes[-1]
    said = subprocess.run([BUILD / 'bench' / 'threading', empty('threading'), str(small), str(large)], stdout=subprocess.PIPE, text=True, check=True).stdout
    for key, what in (('any', 'of any age'), ('recent', 'of the newest 10,000')):
        ours = json.loads(said)[key]
        row('threading lookup, ids %s, %.1f us at %d messages, at %d' % (what, ours['few_us'], small, large), ours['many_us'], 'us', ours['ratio'], 1.5, True)


def some_refs(server, n=1):
    return [case['ref'] for case in json.loads(server.get('/api/v1/cases?view=all&sort=newest&limit=%d' % n))['cases']]


def many_refs(server, n):
    """A file with the refs of the newest n cases, one a line."""
    refs, after = [], ''
    while len(refs) < n and after is not None:
        page = json.loads(server.get('/api/v1/cases?view=all&sort=newest&limit=200' + ('&after=' + after if after else '')))
        refs += [case['ref'] for case in page['cases']]
        after = page['next']
    path = server.folder / 'bench-refs'
    path.write_text('\n'.join(refs[:n]) + '\n')
    return path


def reads(args):
    size = args.sizes[min(1, len(args.sizes) - 1)]
    with Server(demo(size)) as server:
        server.settle()
        ref = some_refs(server)[0]
        results, others = {'json': [], 'page': []}, {'json': [], 'page': []}
        refs = many_refs(server, 2000)
        for _ in range(args.rounds):
            static = server.load('GET', STATIC)['rps']
            results['json'].append((server.load('GET', '/api/v1/cases/' + ref)['rps'], static))
            results['page'].append((server.load('GET', '/cases/' + ref)['rps'], static))
            for kind, path in (('json', '/api/v1/cases/{ref}'), ('page', '/cases/{ref}')):
                others[kind].append((server.load('GET', path, refs=refs)['rps'], static))
        row('static 1 kB answer', statistics.median(s for _, s in results['json']), '/s')
        for kind, bound in (('json', 0.5), ('page', 0.2)):
            row('case as %s, at %d' % (kind, size), statistics.median(r for r, _ in results[kind]), '/s', statistics.median(r / s for r, s in results[kind]), bound)
        for kind, rates in others.items():  # without a bound: nothing that was read lately helps
            row('2,000 cases in turn as %s' % kind, statistics.median(r for r, _ in rates), '/s', statistics.median(r / s for r, s in rates))


VIEWS = ['mine', 'unassigned', 'late', 'promises', 'waiting', 'open', 'all']
SEARCHES = {'rare word': 'catalogues', 'common word': 'nobody', 'two words': 'nobody rang', 'phrase': '%22late+refund%22'}


def grown(first, last, small, name, path, rounds, bound=None):
    for server in (first, last):
        server.load('GET', path, connections=8, count=40, seconds=60)  # each thread of it has its pages
    pairs = [(first.time_ms(path), last.time_ms(path)) for _ in range(rounds)]
    processor = statistics.median(b[1] / a[1] for a, b in pairs)
    row('%s, %.2f ms at %d, processor time x %.2f' % (name, statistics.median(a[0] for a, _ in pairs), small, processor),
        statistics.median(b[0] for _, b in pairs), 'ms', statistics.median(b[0] / a[0] for a, b in pairs), bound, bound is not None)


def growth(args):
    """The smallest and the largest are served at the same time and asked in turn, so that what else the machine does meets both."""
    small, large = args.sizes[0], args.sizes[-1]
    asks = {'queue page, view ' + view: ('/cases?view=' + view, 2) for view in VIEWS}
    asks.update({'search, ' + name: ('/api/v1/cases?q=' + words.replace(' ', '+'), 3) for name, words in SEARCHES.items()})
    rounds = max(args.rounds, 7)
    with Server(demo(small), 'amara.okafor@larchandfern.example') as first, Server(demo(large), 'amara.okafor@larchandfern.example') as last:
        first.settle(), last.settle()
        for name, (path, bound) in asks.items():
            n, more = (len(json.loads(server.get(path if path.startswith('/api/v1') else '/api/v1' + path))['cases']) for server in (first, last))
            grown(first, last, small, '%s, %d rows' % (name, more), path, rounds, bound)
            if 0 < n < more:  # a longer page for its rows: beside it, without a bound, as many of them as the smallest has
                grown(first, last, small, '%s, %d rows' % (name, n), path + '&limit=%d' % n, rounds)
        mib = last.resident_kib() / 1024
        row('resident after these, at %d' % large, mib, 'MiB', mib / 250, 1, True)
        row('dashboard, a year, at %d' % large, last.time_ms('/api/v1/measures', 3)[0], 'ms')
        row('resident after that, at %d' % large, last.resident_kib() / 1024, 'MiB')


def start(args):
    folder, seconds = fresh(0, 'empty'), {'none': [], 'many': []}
    for turn in range(args.rounds):
        with Server(folder, 'bench@example.org') as server:
            seconds['none'].append(server.start_s)
            if turn == 0:
                time.sleep(1)
                row('resident, idle', server.resident_kib() / 1024, 'MiB', server.resident_kib() / 1024 / 40, 1, True)
        with Server(demo(args.sizes[-1])) as server:
            seconds['many'].append(server.start_s)
    more = statistics.median(b - a for a, b in zip(seconds['none'], seconds['many']))
    row('start to first answer, at %d; ratio: s more than with none' % args.sizes[-1], statistics.median(seconds['many']), 's', more, 0.5, True)


def streams(args):
    n = 10000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < n + 500:
        row('live connections: only %d files allowed here' % hard, 0, '')
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n + 500), hard))
    with Server(fresh(0, 'streams'), 'bench@example.org') as server:
        host, port = server.where.split(':')
        before = server.resident_kib()
        request = ('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n' % server.token).encode()
        picker, socks, answered = selectors.DefaultSelector(), [], set()
        for _ in range(n):
            sock = socket.create_connection((host, int(port)))
            sock.sendall(request)
            sock.setblocking(False)
            picker.register(sock, selectors.EVENT_READ)
            socks.append(sock)
        deadline = time.monotonic() + 30
        while len(answered) < n and time.monotonic() < deadline:
            for key, _ in picker.select(1):
                if key.fileobj.recv(4096):
                    answered.add(key.fileobj)
        grown = (server.resident_kib() - before) / n
        row('live connections open', len(answered), '', len(answered) / n, 1)
        row('resident a live connection', grown, 'KiB', grown / 16, 1, True)
        began, told = time.monotonic(), set()
        server.load('POST', '/api/v1/cases', NEW_CASE, 1, 30, 1)
        while len(told) < n and time.monotonic() < began + 30:
            for key, _ in picker.select(1):
                if b'case.received' in key.fileobj.recv(65536):
                    told.add(key.fileobj)
        row('all %d told of a new case' % len(told), (time.monotonic() - began) * 1000, 'ms', len(told) / n, 1)
        for sock in socks:
            sock.close()


def grow_csv(source, target, n):
    """The real file's rows over and over, each time with new complaint numbers."""
    import csv
    csv.field_size_limit(1 << 30)
    with open(source, newline='', encoding='utf-8') as file:
        reader = csv.reader(file)
        header, body = next(reader), list(reader)
    at = header.index('Complaint ID')
    with open(target, 'w', newline='', encoding='utf-8') as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for i in range(n):
            line = list(body[i % len(body)])
            line[at] = '%s%04d' % (line[at], i // len(body))
            writer.writerow(line)


def imports(args):
    source = ROOT.parent / 'shared' / 'data' / 'cfpb' / 'complaints_with_fields.csv'
    if not source.exists():
        say('import: skipped, ../shared/data is not here')
        return
    n = args.import_rows
    big = CACHE / ('cfpb-%d.csv' % n)
    if not big.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        grow_csv(source, big, n)
    ceiling = bare('import', fresh(0, 'bare-import'), big, 1)
    folder = fresh(0, 'import')
    began = time.monotonic()
    process = subprocess.Popen([REDRESS, 'import', '--data', folder, '--format', 'cfpb', big], stdout=subprocess.PIPE, text=True)
    peaks = []
    while process.poll() is None:
        try:
            peaks.append((time.monotonic() - began, int(re.search(r'VmRSS:\s+(\d+)', pathlib.Path('/proc/%d/status' % process.pid).read_text())[1])))
        except (OSError, TypeError):
            pass
        time.sleep(0.25)
    rate = n / (time.monotonic() - began)
    say('import: ' + process.stdout.read().strip().splitlines()[-1])
    row('import, %d rows' % n, rate, '/s', rate / ceiling, 0.6)
    third = len(peaks) // 3
    row('resident while importing', max(m for _, m in peaks) / 1024, 'MiB', max(m for _, m in peaks[third:]) / max(m for _, m in peaks[third:2 * third]), 1.2, True)


KETTLE = 'The kettle I bought last week leaks at the handle and I would like a new one or my money back please answer soon'.split()


def kettle_words(i, lines):
    return '\r\n'.join(' '.join(KETTLE[(i * 7 + k * 3 + j) % len(KETTLE)] for j in range(12)) for k in range(lines))


def write_mails(name, n, make):
    """n mails in a folder of the cache, made once."""
    folder = CACHE / ('%s-%d' % (name, n))
    if (folder / '.made').exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i in range(n):
        (folder / ('%06d.eml' % i)).write_bytes(make(i).encode())
    (folder / '.made').write_text('')
    return folder


def plain_mail(i):
    """As a mail program hands it over, seven header lines, 12 to 31 lines of words: most plain, every fifth with HTML beside."""
    text = kettle_words(i, 12 + i % 20)
    head = ('From: Anna Lee <anna%d@example.net>\r\nTo: help@example.org\r\nSubject: Kettle %d leaks\r\nMessage-ID: <m%d@example.net>\r\n'
            'Date: Thu, 19 Nov 2026 10:00:00 +0000\r\nReceived: from a by b; Thu, 19 Nov 2026 10:00:01 +0000\r\nMIME-Version: 1.0\r\n' % (i % 997, i, i))
    if i % 5:
        return head + 'Content-Type: text/plain; charset=utf-8\r\n\r\n' + text + '\r\n\r\n-- \r\nAnna\r\n'
    return head + ('Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n--b\r\n'
                   'Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>%s</p></body></html>\r\n--b--\r\n' % (text, text.replace('\r\n', '<br>\r\n')))


def noise(i, n):
    return ''.join('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'[(i * 31 + k * k * 7 + k) % 64] for k in range(n))


def photo(i, size=30000):
    """No two are the same."""
    return base64.encodebytes((b'%08d' % i) * (size // 8)).decode().replace('\n', '\r\n')


def travelled_mail(i, with_photos=False):
    """As it arrives. Measures are medians of real ones (../shared/data/mail): of 679 mails that arrived, in bounces, 12 header fields on 17 lines, 823 bytes, two of them
    Received (of 414 originals in them 11 and 705); of the replies two parts, 209 bytes of text and 525 of HTML. Every tenth has 20 fields, as one in ten of those that arrived,
    signed by those it passed. The words are our own. @with_photos: every tenth brings one of 30 kB."""
    day, ident = 'Thu, 19 Nov 2026 10:00:%02d +0000' % (i % 60), noise(i, 24).replace('+', 'x').replace('/', 'y')
    text = kettle_words(i, 4)[:150] + '\r\n\r\nOn Wed, 18 Nov 2026 at 09:12, Help wrote:\r\n> Which one is it?\r\n'
    html = ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body style="font-family: sans-serif; font-size: 10pt"><div dir="ltr">%s</div><br>'
            '<div class="quote">On Wed, 18 Nov 2026 at 09:12, Help wrote:<br><blockquote style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">Which one is it?'
            '</blockquote></div></body></html>' % kettle_words(i, 4)[:150].replace('\r\n', '<br>\r\n'))
    head = ['Return-Path: <anna%d@example.net>' % (i % 997), 'Delivered-To: help@example.org',
            'Received: from mx.example.net (mx.example.net [192.0.2.%d])\r\n\tby mail.example.org (Postfix) with ESMTPS id %s (TLSv1.3 TLS_AES_256_GCM_SHA384 256 bits)\r\n\tfor <help@example.org>; %s' % (i % 250, ident[:10], day),
            'Received: from [198.51.100.%d] (helo=home)\r\n\tby mx.example.net with esmtpsa (TLS1.3) tls TLS_AES_128_GCM_SHA256 (Exim 4.96)\r\n\tid %s; %s' % (i % 250, ident[:16], day),
            'From: Anna Lee <anna%d@example.net>' % (i % 997), 'To: Help <help@example.org>', 'Subject: Kettle %d leaks' % i, 'Date: ' + day,
            'Message-ID: <%s.%d@example.net>' % (ident, i), 'X-Mailer: Apple Mail (2.3774.500.171.1.1)', 'MIME-Version: 1.0',
            'Content-Type: multipart/alternative;\r\n\tboundary="Apple-Mail=_%s"' % ident]
    if i % 10 == 0:
        signature = '\r\n\tb=' + '\r\n\t '.join(noise(i, 340)[k:k + 68] for k in range(0, 340, 68))
        head[2:2] = ['Authentication-Results: mail.example.org;\r\n\tdkim=pass header.d=example.net header.s=k1;\r\n\tspf=pass smtp.mailfrom=example.net; dmarc=pass',
                     'Received-SPF: pass (example.net: 192.0.2.%d is permitted)' % (i % 250), 'X-Virus-Scanned: clean', 'X-Original-To: help@example.org',
                     'ARC-Seal: i=1; a=rsa-sha256; d=example.net; s=arc; t=1795082400; cv=none;' + signature,
                     'ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=arc;\r\n\th=from:to:subject:date:message-id;\r\n\tbh=%s;' % noise(i, 43) + signature,
                     'ARC-Authentication-Results: i=1; mx.example.net; auth=pass', 'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=k1;\r\n\tbh=%s;' % noise(i, 43) + signature]
    boundary = '--Apple-Mail=_' + ident
    parts = [boundary, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', text, boundary,
             'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', html]
    if with_photos and i % 10 == 5:
        parts += [boundary, 'Content-Type: image/jpeg; name=kettle.jpg', 'Content-Disposition: attachment; filename=kettle.jpg', 'Content-Transfer-Encoding: base64', '', photo(i)]
    return '\r\n'.join(head + [''] + parts + [boundary + '--', ''])


def first_mail(folder):
    """A folder as it is when mail has come before: its schema is made, one mail is in it. Returns how long that took."""
    path = CACHE / 'first.eml'
    path.write_bytes(b'From: Zed <zed@example.com>\r\nTo: help@example.org\r\nSubject: First\r\nMessage-ID: <first@example.com>\r\n\r\nThe first one.\r\n')
    began = time.monotonic()
    subprocess.run([REDRESS, 'mail', 'import', '--data', folder, path], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def file_mails(files, n, starts):
    """Mails a second, by GMime's bare parse and by an import into a folder that is ready."""
    ceiling = float(subprocess.run([MAIL_BARE, 'parse'] + sorted(map(str, files.glob('*.eml'))), stdout=subprocess.PIPE, text=True, check=True).stdout)
    folder = fresh(0, 'mail-import')
    starts.append(first_mail(folder))
    began = time.monotonic()
    said = subprocess.run([REDRESS, 'mail', 'import', '--data', folder, files], stdout=subprocess.PIPE, text=True, check=True).stdout
    rate = n / (time.monotonic() - began)
    if said.strip() != 'filed %d, known 0, set aside 0' % n:
        say('mail import: ' + said.strip())
    return rate, ceiling


def mail(args):
    """Filing against GMime's bare parse, the pipe against a process that only stores, LMTP, and one large mail's memory."""
    n = 5000
    files, travelled = write_mails('mails', n, plain_mail), write_mails('mails-travelled', n, travelled_mail)
    photos = write_mails('mails-photos', n, lambda i: travelled_mail(i, True))
    plain, real, pictured, statements, starts = [], [], [], [], []
    for k in range(args.rounds):
        statements.append(bare('mail', fresh(0, 'bare'), files, 1))
        plain.append(file_mails(files, n, starts))
        real.append(file_mails(travelled, n, starts))
        pictured.append(file_mails(photos, n, starts))
    rate = statistics.median(r for r, _ in plain)
    for what, pairs, bound in (('plain mails as a program hands them over', plain, None), ('mails as they arrive', real, 0.5), ('these, every tenth with a photo', pictured, None)):
        row('mail import, filed, ' + what, statistics.median(r for r, _ in pairs), '/s', statistics.median(r / c for r, c in pairs), bound)
    row('mail import, a fresh folder and one mail', statistics.median(starts) * 1000, 'ms')
    row('mail import against its statements played bare', rate, '/s', statistics.median(r / s for (r, _), s in zip(plain, statements)), 0.6)
    row('these statements, against GMime (what filing could reach at most)', statistics.median(statements), '/s', statistics.median(s / c for s, (_, c) in zip(statements, plain)))
    small = sorted(files.glob('*.eml'))[:60]
    took = {}
    for name, argv in (('bare', [MAIL_BARE, 'store', fresh(0, 'mail-store')]), ('pipe', [REDRESS, 'mail', 'receive', '--data', fresh(0, 'mail-pipe')])):
        began = time.monotonic()
        for path in small:
            with open(path, 'rb') as file:
                subprocess.run(argv, stdin=file, check=True)
        took[name] = (time.monotonic() - began) / len(small)
    row('mail by pipe', 1 / took['pipe'], '/s', took['bare'] / took['pipe'], 0.5)
    lmtp()
    large_mail()


def lmtp():
    """16 connections; the bound is 2,000 a second, or half the durable creations of this machine, whichever is less."""
    folder = fresh(0, 'mail-lmtp')
    subprocess.run([REDRESS, 'mailbox', 'add', '--data', folder, '--address', 'help@example.org'], check=True, stdout=subprocess.DEVNULL)
    with Server(folder, 'bench@example.org', options=['--lmtp', '127.0.0.1:0']) as server:
        creations = server.load('POST', '/api/v1/cases', NEW_CASE)['rps']
        taken = json.loads(subprocess.run([LMTP_LOAD, server.lmtp.rsplit(':', 1)[1], 'help@example.org', '16', '5'], stdout=subprocess.PIPE, text=True, check=True).stdout)
        least = min(2000, creations / 2)
        row('mail by LMTP, 16 connections', taken['per_s'], '/s', taken['per_s'] / least, 1.0)
        if taken['refused']:
            say('%d refused by LMTP' % taken['refused'])


def large_mail():
    folder, path = fresh(0, 'mail-large'), CACHE / 'large.eml'
    line = b'A' * 76 + b'\r\n'
    with open(path, 'wb') as file:
        file.write(b'From: a@example.net\r\nMessage-ID: <large@x>\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere.\r\n'
                   b'--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n')
        for _ in range(50 * 1024 * 1024 // len(line)):
            file.write(line)
        file.write(b'--b--\r\n')
    process = subprocess.Popen([REDRESS, 'mail', 'import', '--data', folder, path], stdout=subprocess.PIPE, text=True)
    _, status, used = os.wait4(process.pid, 0)
    row('memory for a mail of 50 MB', used.ru_maxrss / 1024, 'MiB', used.ru_maxrss / 1024 / 120, 1.0, True)
    path.unlink()


def ledger(args):
    """A ledger of a million rows: all its sums as GET /ledger makes them, against a bare SQL sum by currency of the same rows."""
    said = json.loads(subprocess.run([BUILD / 'bench' / 'ledger', fresh(0, 'ledger'), str(args.ledger_rows)], stdout=subprocess.PIPE, text=True, check=True).stdout)
    row('ledger sums, %d rows' % said['rows'], said['ours_ms'], 'ms', said['ours_ms'] / said['bare_ms'], 2, True)


PARTS = dict(creations=creations, timers=timers, exact=exact, timers_pg=timers_pg, threading=threading, reads=reads, growth=growth, start=start, streams=streams, imports=imports, mail=mail, ledger=ledger)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--sizes', default='10000,100000,1000000')
    parser.add_argument('--ledger-rows', type=int, default=1000000)
    parser.add_argument('--only', default=','.join(PARTS))
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--import-rows', type=int, default=500000)
    args = parser.parse_args()
    args.sizes = [int(size) for size in args.sizes.split(',')]
    for part in args.only.split(','):
        PARTS[part](args)
    if args.json:
        print(json.dumps(rows, indent=1))
    missed = [r['name'] for r in rows if r['ok'] is False]
    say('%d figures held, %d missed%s' % (sum(r['ok'] is True for r in rows), len(missed), ': ' + '; '.join(missed) if missed else ''))
    return 1 if missed else 0


sys.exit(main())
