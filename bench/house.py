"""house.py - what every part of the bench needs: where things are, demo and empty folders, a server, the load, the bare loop, and the table of figures."""
import json, os, pathlib, re, shutil, signal, sqlite3, subprocess, sys, time, urllib.request

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

    def settle(self, seconds=300):
        """Waits until what fell due since the folder was made is done: each commit of it lets go what readers keep."""
        db = sqlite3.connect('file:%s?mode=ro' % (self.folder / 'redress.db'), uri=True)
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            (left,), = db.execute("SELECT (SELECT count(*) FROM jobs WHERE state <> 'failed' AND due_at < ?1) + (SELECT count(*) FROM case_clocks WHERE next_at < ?1)", (int(time.time() * 1000) - 1000,))
            if left == 0:
                break
            time.sleep(0.2)
        else:
            say('%d jobs and clocks were still due after %d s' % (left, seconds))
        db.close()

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
