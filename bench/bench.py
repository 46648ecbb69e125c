#!/usr/bin/env python3
"""bench.py - every figure as a ratio to a ceiling of the same run. See docs/bench.md; called by script/bench.

  script/bench [--json] [--sizes 10000,100000,1000000] [--only creations,reads,...] [--rounds 3]

Ceilings: a bare loop of the same statements (bench/bare.c), the same server's static 1 kB answer, the same query at
10,000 cases. The machine is shared and noisy: each figure is the median of its rounds, and a ratio's two sides are
measured in turn, not minutes apart.
"""
import argparse, json, os, pathlib, re, resource, selectors, shutil, signal, socket, sqlite3, statistics, subprocess, sys, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / 'build' / 'release'
REDRESS, LOAD, BARE = BUILD / 'redress', BUILD / 'bench' / 'load', BUILD / 'bench' / 'bare'
MAIL_BARE, LMTP_LOAD = BUILD / 'bench' / 'mail_bare', BUILD / 'bench' / 'lmtp_load'
CACHE = pathlib.Path(os.environ.get('REDRESS_BENCH_CACHE', ROOT / 'build' / 'bench-data'))
PASSWORD = 'demo-password'
STATIC = '/site.webmanifest'  # 1 kB, sent as it is: the load asks for no compression
rows = []


def say(text):
    print(text, file=sys.stderr, flush=True)


def row(name, figure, unit, ratio=None, bound=None, at_most=False):
    ok = None if bound is None or ratio is None else (ratio <= bound if at_most else ratio >= bound)
    rows.append(dict(name=name, figure=figure, unit=unit, ratio=ratio, bound=bound, at_most=at_most, ok=ok))
    mark = '' if ok is None else ('ok' if ok else 'MISSED')
    text = '%-72s %12s %-5s' % (name, ('%.2f' % figure) if figure < 1000 else '{:,.0f}'.format(figure), unit)
    if ratio is not None:
        text += ' ratio %6.2f' % ratio
    if bound is not None:
        text += ' (%s %.2f) %s' % ('at most' if at_most else 'at least', bound, mark)
    say(text)


def demo(n):
    """A data folder with n demo cases, made once and kept."""
    folder = CACHE / ('demo-%d' % n)
    if not (folder / 'made').exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        subprocess.run([REDRESS, 'demo', '--data', folder, '--cases', str(n), '--seed', '7'], check=True, stdout=subprocess.DEVNULL)
        took = time.monotonic() - began
        (folder / 'made').write_text('%.1f' % took)
        say('made %d demo cases in %.0f s' % (n, took))
    return folder


def empty(name):
    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def fresh(n, name):
    """A copy that may be written to."""
    if n:
        folder = CACHE / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(demo(n), folder)
    else:
        folder = empty(name)
        add_user(folder, 'bench@example.org')
    return folder


def add_user(folder, email, options=()):
    subprocess.run([REDRESS, 'user', 'add', '--data', folder, *options, '--email', email, '--name', 'Bench', '--role', 'admin', '--password-stdin'],
                   input=b'bench-password\n', check=True, stdout=subprocess.DEVNULL)


def token(folder, email, options=()):
    return subprocess.run([REDRESS, 'token', 'add', '--data', folder, *options, '--email', email, '--name', 'bench'], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()


class Server:
    def __init__(self, folder, email='ruth.collins@larchandfern.example', options=()):
        self.folder, self.token = folder, token(folder, email, [word for word in options if word == '--database' or 'postgres' in word])
        began = time.monotonic()
        self.log = open(folder / 'bench.log', 'w')
        self.process = subprocess.Popen([REDRESS, 'serve', '--data', folder, '--listen', '127.0.0.1:0', '--rate', '100000000', *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            if line.startswith('taking mail by LMTP on '):
                self.lmtp = line.split()[-1]
            found = re.match(r'listening on http://(127\.0\.0\.1:\d+)', line)
            if found:
                self.where = found[1]
                break
        else:
            raise SystemExit('the server did not start: see %s' % (folder / 'bench.log'))
        self.get('/healthz')
        self.start_s = time.monotonic() - began

    def get(self, path):
        request = urllib.request.Request('http://%s%s' % (self.where, path), headers={'Authorization': 'Bearer ' + self.token})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read()

    def time_ms(self, path, times=15):
        """Median time of one request after another on one connection, and the server's processor time for each, in ms."""
        before = self.processor_ms()
        out = self.load('GET', path, connections=1, count=times, seconds=60)
        return out['p50_us'] / 1000, (self.processor_ms() - before) / times

    def processor_ms(self):
        """Of all its threads so far: what a busy machine does not add to as it does to the time."""
        tasks = pathlib.Path('/proc/%d/task' % self.process.pid).glob('*/schedstat')
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def load(self, method, path, body=None, connections=64, seconds=4, count=0, refs=None, first=0):
        words = [LOAD, '--connect', self.where, '--connections', str(connections), '--seconds', str(seconds), '--token', self.token]
        if count:
            words += ['--count', str(count)]
        if body:
            words += ['--body', body]
        if refs:
            words += ['--refs', refs]
        if first:
            words += ['--from', str(first)]
        done = subprocess.run(words + [method, path], stdout=subprocess.PIPE, text=True)
        out = json.loads(done.stdout)
        if out['errors']:
            say('%d errors on %s %s' % (out['errors'], method, path))
        return out

    def resident_kib(self):
        text = pathlib.Path('/proc/%d/status' % self.process.pid).read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', text)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            say('the server did not stop within 10 s')
            self.process.kill()
            self.process.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def bare(mode, folder, *more):
    out = subprocess.run([BARE, mode, str(folder), *map(str, more)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)['rate']


NEW_CASE = json.dumps(dict(
    kind='complaint', subject='Waiting nine days for a bookcase {n}', channel='api', severity='normal',
    body='I ordered a bookcase and took Tuesday off work because you said it would come. Nobody came and nobody rang. Order LF-{n}. Please tell me a day and keep to it.',
    customer=dict(name='Ruth Adeyemi {n}', email='ruth{n}@example.org'), desired_remedy='A firm date'))


SLICES = 10


class Bare:
    """The bare loop, its statements recorded beforehand, played a slice at a time."""

    def __init__(self, folder, n, group):
        self.process = subprocess.Popen([BARE, 'create', str(folder), str(n), str(group)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def rate(self, seconds):
        """None behind the end of what was recorded."""
        self.process.stdin.write('%s\n' % seconds)
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        return said['rate'] if said['units'] else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def creations(args):
    """In turn, a second of the bare loop and a second of the server, both all the time there: what the disk and the machine do besides meets both."""
    for connections, group, n in ((64, 64, 150000), (1, 1, 20000)):
        pairs, made = [], 0
        with Server(fresh(0, 'create'), 'bench@example.org') as server, Bare(fresh(0, 'bare'), n, group) as bare:
            server.load('POST', '/api/v1/cases', NEW_CASE, connections, 1)  # each thread of it has its pages
            bare.rate(0.2)
            made = 1000000
            for _ in range(SLICES):
                ceiling = bare.rate(1)
                if ceiling is None:
                    break
                out = server.load('POST', '/api/v1/cases', NEW_CASE, connections, 1, first=made)
                made += out['done']
                pairs.append((out['rps'], ceiling))
        ratios = sorted(rate / ceiling for rate, ceiling in pairs)
        row('durable creations, %d connection%s, %d slices, ratios %.2f to %.2f' % (connections, 's' if connections > 1 else '', len(pairs), ratios[0], ratios[-1]),
            statistics.median(rate for rate, _ in pairs), '/s', statistics.median(ratios), 0.7)


N_TIMERS = 100000


def fill_timers(folder, due_ms, n=N_TIMERS):
    """So many cases whose first clock runs out at one and the same moment, their warnings told."""
    db = sqlite3.connect(folder / 'redress.db')
    with db:
        db.execute("""WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, waiting, due_at, due_kind, received_at, logged_at, stage_at, changed_at, n_messages)
            SELECT i, 'c' || i, 'complaint', 'late', 'form', 1, 'received', 1, 0, ?, 'acknowledge', ?, ?, ?, ?, 0 FROM n""", (n, due_ms) + (due_ms - 86400000,) * 4)
        db.execute("""INSERT INTO case_clocks (case_id, policy_id, acknowledge_due, answer_due, answer_from, resolve_due, final_due, levels, next_at)
            SELECT c.id, (SELECT id FROM clock_policies WHERE name = 'Everything else'), c.due_at, c.due_at + 86400000, c.received_at, c.received_at + 28 * 86400000,
            c.received_at + 56 * 86400000, 2, c.due_at FROM cases c""")
    db.close()


FILL_TIMERS_PG = """
    INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, waiting, due_at, due_kind, received_at, logged_at, stage_at, changed_at, n_messages)
    SELECT i, 'c' || i, 'complaint', 'late', 'form', 1, 'received', TRUE, FALSE, {due}, 'acknowledge', {due} - 86400000, {due} - 86400000, {due} - 86400000, {due} - 86400000, 0
    FROM generate_series(1, {n}) AS i;
    INSERT INTO case_clocks (case_id, policy_id, acknowledge_due, answer_due, answer_from, resolve_due, final_due, levels, next_at)
    SELECT c.id, (SELECT id FROM clock_policies WHERE name = 'Everything else'), c.due_at, c.due_at + 86400000, c.received_at, c.received_at + CAST(28 AS BIGINT) * 86400000,
    c.received_at + CAST(56 AS BIGINT) * 86400000, 2, c.due_at FROM cases c"""


# What the server must write for them at the least, a thousand rows a statement, ten thousand a commit, inside PostgreSQL.
BARE_TIMERS_PG = """
    SET default_transaction_isolation = 'serializable';
    DO $$ BEGIN FOR b IN 0..{n} / 1000 - 1 LOOP
      UPDATE case_clocks k SET levels = 4, next_at = next_at + 1000 FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i WHERE k.case_id = i AND k.next_at = k.acknowledge_due;
      INSERT INTO events (at, kind, case_id, actor_kind, facts)
        SELECT 1, 'clock.breached', i, 'system', '{{"clock":"acknowledge","due_at":"2026-01-01T00:00:00Z","v":1}}' FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i ORDER BY i;
      INSERT INTO clock_results (case_id, clock, due_at, missed) SELECT i, 'acknowledge', 1, TRUE FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i;
      IF b % 10 = 9 THEN COMMIT; END IF;
    END LOOP; END $$"""


def told(folder):
    db = sqlite3.connect('file:%s?mode=ro' % (folder / 'redress.db'), uri=True)
    n = db.execute("SELECT count(*) FROM clock_results").fetchone()[0]
    db.close()
    return n


def timers(args):
    """Clocks that all run out at once: when the last of them is an event, and how that compares with the bare statements."""
    ratios, seconds = [], []
    for _ in range(args.rounds):
        folder = fresh(0, 'timers-bare')
        fill_timers(folder, int(time.time() * 1000) - 1000)
        ceiling = bare('timers', folder, 250)
        folder = fresh(0, 'timers')
        due = time.time() + 6
        fill_timers(folder, int(due * 1000))
        with Server(folder, 'bench@example.org'):
            early = told(folder)
            while told(folder) < N_TIMERS and time.time() < due + 120:
                time.sleep(0.05)
            seconds.append(time.time() - due)
        if early:
            sys.exit('timers: %d were told before their time' % early)
        ratios.append(N_TIMERS / seconds[-1] / ceiling)
    took = statistics.median(seconds)
    row('100,000 clocks due at once: until the last is an event', took, 's', took, 5, at_most=True)
    row('... as a rate, against the same statements bare', N_TIMERS / took, '/s', statistics.median(ratios), 0.5)
    exact(args.sizes[-1])


def exact(n):
    """So many cases with running clocks; a few of them run out in the next seconds, none at a full one."""
    folder, few = fresh(0, 'timers-exact'), 8
    fill_timers(folder, int(time.time() * 1000) + 30 * 86400000, n)
    with Server(folder, 'bench@example.org') as server:
        start = int(time.time() * 1000) + 3000
        due = {1 + i * (n // few): start + i * 370 + 113 for i in range(few)}
        db = sqlite3.connect(folder / 'redress.db', timeout=10)
        with db:
            for case, at in due.items():
                db.execute('UPDATE cases SET due_at = ? WHERE id = ?', (at, case))
                db.execute('UPDATE case_clocks SET acknowledge_due = ?, next_at = ? WHERE case_id = ?', (at, at, case))
        late = {}
        while len(late) < few and time.time() * 1000 < start + 30000:
            now = int(time.time() * 1000)
            for (case,) in db.execute("SELECT case_id FROM events WHERE kind = 'clock.breached'"):
                late.setdefault(case, now - due[case])
            time.sleep(0.01)
        db.close()
        if len(late) < few or min(late.values()) < 0:
            sys.exit('timers: %d of %d clocks were told, the earliest %s ms late' % (len(late), few, min(late.values(), default='-')))
        row('clocks among %d cases: the latest event after its time' % n, max(late.values()), 'ms', max(late.values()) / 1000, 1, True)


def pg(url, text):
    """What psql answers to it, a line a row."""
    return subprocess.run(['psql', '-X', '-At', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def fresh_pg(server, url):
    """An empty database with its clocks, and when they run out."""
    pg(server, 'DROP DATABASE IF EXISTS bench_timers')
    pg(server, 'CREATE DATABASE bench_timers')
    folder = empty('timers-pg')
    add_user(folder, 'bench@example.org', ['--database', url])
    due = time.time() + 30
    pg(url, FILL_TIMERS_PG.format(n=N_TIMERS, due=int(due * 1000)))
    pg(url, 'VACUUM ANALYZE')
    return folder, due


def timers_pg(args):
    """The same on PostgreSQL, on the server that TEST_PG names: tools/with_pg script/bench --only timers_pg."""
    server, seconds, ratios = os.environ.get('TEST_PG'), [], []
    if not server:
        return say('timers on PostgreSQL: TEST_PG names no server (tools/with_pg starts one)')
    url = re.sub(r'(postgres(?:ql)?://[^/]*/)[^?]*', r'\1bench_timers', server)
    for _ in range(args.rounds):
        folder, _ = fresh_pg(server, url)
        began = time.time()
        subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', url], input=BARE_TIMERS_PG.format(n=N_TIMERS), text=True, check=True)
        ceiling = time.time() - began
        folder, due = fresh_pg(server, url)
        with Server(folder, 'bench@example.org', ['--database', url]):
            early = int(pg(url, 'SELECT count(*) FROM clock_results'))
            if early or time.time() > due:
                sys.exit('timers on PostgreSQL: %d were told before the server had started' % early)
            while int(pg(url, 'SELECT count(*) FROM clock_results')) < N_TIMERS and time.time() < due + 300:
                time.sleep(0.2)
            seconds.append(time.time() - due)
        ratios.append(ceiling / seconds[-1])
    row('100,000 clocks due at once on PostgreSQL, against bare SQL in it', statistics.median(seconds), 's', statistics.median(ratios), 0.5)


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


VIEWS = ['mine', 'unassigned', 'late', 'waiting', 'open', 'all']
SEARCHES = {'rare word': 'catalogues', 'common word': 'nobody', 'two words': 'nobody rang', 'phrase': '%22late+refund%22'}


def growth(args):
    """The smallest and the largest are served at the same time and asked in turn, so that what else the machine does meets both."""
    small, large = args.sizes[0], args.sizes[-1]
    asks = {'queue page, view ' + view: ('/cases?view=' + view, 2) for view in VIEWS}
    asks.update({'search, ' + name: ('/api/v1/cases?q=' + words.replace(' ', '+'), 3) for name, words in SEARCHES.items()})
    rounds = max(args.rounds, 7)
    with Server(demo(small), 'amara.okafor@larchandfern.example') as first, Server(demo(large), 'amara.okafor@larchandfern.example') as last:
        for name, (path, bound) in asks.items():
            for server in (first, last):
                server.load('GET', path, connections=8, count=40, seconds=60)  # each thread of it has its pages
            pairs = [(first.time_ms(path), last.time_ms(path)) for _ in range(rounds)]
            processor = statistics.median(b[1] / a[1] for a, b in pairs)
            row('%s, %.2f ms at %d, processor time x %.2f' % (name, statistics.median(a[0] for a, _ in pairs), small, processor),
                statistics.median(b[0] for _, b in pairs), 'ms', statistics.median(b[0] / a[0] for a, b in pairs), bound, True)
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


def mail_files(n):
    """n mails of a plausible size in a folder: most plain, every fifth with HTML and a small picture."""
    folder = CACHE / ('mails-%d' % n)
    if (folder / '.made').exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = 'The kettle I bought last week leaks at the handle and I would like a new one or my money back please answer soon'.split()
    for i in range(n):
        text = '\r\n'.join(' '.join(words[(i * 7 + k * 3 + j) % len(words)] for j in range(12)) for k in range(12 + i % 20))
        head = ('From: Anna Lee <anna%d@example.net>\r\nTo: help@example.org\r\nSubject: Kettle %d leaks\r\nMessage-ID: <m%d@example.net>\r\n'
                'Date: Thu, 19 Nov 2026 10:00:00 +0000\r\nReceived: from a by b; Thu, 19 Nov 2026 10:00:01 +0000\r\nMIME-Version: 1.0\r\n' % (i % 997, i, i))
        if i % 5:
            mail = head + 'Content-Type: text/plain; charset=utf-8\r\n\r\n' + text + '\r\n\r\n-- \r\nAnna\r\n'
        else:
            mail = head + ('Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n--b\r\n'
                           'Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>%s</p></body></html>\r\n--b--\r\n' % (text, text.replace('\r\n', '<br>\r\n')))
        (folder / ('%06d.eml' % i)).write_bytes(mail.encode())
    (folder / '.made').write_text('')
    return folder


def mail(args):
    """Filing against GMime's bare parse, the pipe against a process that only stores, LMTP, and one large mail's memory."""
    n = 5000
    files = mail_files(n)
    rates, ceilings, statements = [], [], []
    for k in range(args.rounds):
        statements.append(bare('mail', fresh(0, 'bare'), files, 64))
        ceilings.append(float(subprocess.run([MAIL_BARE, 'parse'] + sorted(map(str, files.glob('*.eml'))), stdout=subprocess.PIPE, text=True, check=True).stdout))
        folder = fresh(0, 'mail-import')
        began = time.monotonic()
        said = subprocess.run([REDRESS, 'mail', 'import', '--data', folder, files], stdout=subprocess.PIPE, text=True, check=True).stdout
        rates.append(n / (time.monotonic() - began))
        if said.strip() != 'filed %d, known 0, set aside 0' % n:
            say('mail import: ' + said.strip())
    row('mail import, filed', statistics.median(rates), '/s', statistics.median(r / c for r, c in zip(rates, ceilings)))
    row('mail import against its statements played bare', statistics.median(rates), '/s', statistics.median(r / s for r, s in zip(rates, statements)), 0.6)
    row('these statements, against GMime (what filing could reach at most)', statistics.median(statements), '/s', statistics.median(s / c for s, c in zip(statements, ceilings)))
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


PARTS = dict(creations=creations, timers=timers, timers_pg=timers_pg, threading=threading, reads=reads, growth=growth, start=start, streams=streams, imports=imports, mail=mail, ledger=ledger)


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
