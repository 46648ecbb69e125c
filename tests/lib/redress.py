"""redress.py - the real binary as tests drive it: a data folder, its commands, a running server. Standard library alone.

Used by tests/api (conversations), tests/faults, tests/kill. A unit of C is tested in tests/unit."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time

LISTENING = re.compile(r'^listening on (http://\S+|unix:\S+)$')
TROUBLE = re.compile(r'^\S+ (?:error|warning) |runtime error:|Sanitizer|CRITICAL|WARNING|Assertion')


class Failed(Exception):
    """What the test wanted did not happen; the message is for the reader of the report."""


def unprivileged():
    """A preexec_fn that makes a child nobody, where we are root: permission bits mean nothing to root."""
    if os.getuid() != 0:
        return None

    def drop():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    return drop


class Postgres:
    """Databases of our own on the server that a URL names; made and dropped by psql."""

    def __init__(self, url):
        self.url = url

    def psql(self, sql):
        done = subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', self.url, '-c', sql], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        if done.returncode:
            raise Failed('psql: %s' % done.stderr.strip())

    def create(self):
        name = 'rd_%s' % secrets.token_hex(6)
        self.psql('CREATE DATABASE %s' % name)
        return name, re.sub(r'^(postgresql://[^/]*/)[^?]*', lambda m: m[1] + name, self.url)

    def drop(self, name):
        self.psql('DROP DATABASE IF EXISTS %s WITH (FORCE)' % name)


class Instance:
    """A data folder (and database) with the commands that work on it. Use as a context: it is gone afterwards."""

    def __init__(self, binary, postgres=None, env=None):
        self.binary, self.postgres = binary, postgres
        self.env = dict(os.environ, **(env or {}))
        self.dir = tempfile.mkdtemp(prefix='rd-', dir='/tmp')
        self.data = os.path.join(self.dir, 'data')
        os.mkdir(self.data)
        self.database, self.url = postgres.create() if postgres else (None, None)
        self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.kill()
        if self.database:
            self.postgres.drop(self.database)
        shutil.rmtree(self.dir, ignore_errors=True)

    def arguments(self, command):
        """--data and --database belong right after the command's words."""
        out = list(command) + ['--data', self.data]
        return out + (['--database', self.url] if self.url else [])

    def run(self, *words, options=(), stdin='', check=True, timeout=120, merged=False):
        """redress WORDS --data DIR OPTIONS, to its end. @merged: stdout holds both streams, as a terminal shows them."""
        done = subprocess.run([self.binary, *self.arguments(words), *options], input=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT if merged else subprocess.PIPE, text=True, env=self.env, timeout=timeout)
        if check and done.returncode:
            raise Failed('redress %s: status %d\n%s%s' % (' '.join(words), done.returncode, done.stdout, done.stderr or ''))
        return done

    def user(self, name, role, password='correct horse battery staple'):
        """A user NAME@example.org with that role, and a token of theirs."""
        email = '%s@example.org' % name
        self.run('user', 'add', options=['--email', email, '--name', name.capitalize(), '--role', role, '--password-stdin'],
                 stdin=password + '\n')
        return self.run('token', 'add', options=['--email', email, '--name', 'tests']).stdout.strip()

    def value(self, sql):
        """One value of the database, as text, past the product: for what it tells nobody."""
        if self.url:
            done = subprocess.run(['psql', '-X', '-q', '-t', '-A', '-v', 'ON_ERROR_STOP=1', '-d', self.url, '-c', sql], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, check=True)
            return done.stdout.strip()
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, 'redress.db'))) as db:
            return str(db.execute(sql).fetchone()[0])

    def start(self, options=(), **more):
        self.server = Server([self.binary, *self.arguments(['serve']), '--listen', '127.0.0.1:0', *options], self.env, **more)
        return self.server


class Server:
    """A running `redress serve`; url is known once it answers."""

    def __init__(self, argv, env, timeout=60, preexec_fn=None):
        self.log, self.url = [], None
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        errors='replace', env=env, preexec_fn=preexec_fn)
        self.ready = threading.Event()
        self.readers = [threading.Thread(target=self.read, args=(stream, words), daemon=True)
                        for stream, words in ((self.process.stdout, True), (self.process.stderr, False))]
        for reader in self.readers:
            reader.start()
        self.ready.wait(timeout)
        if not self.url:
            self.kill()
            raise Failed('the server did not come up:\n%s' % '\n'.join(self.log))

    def read(self, stream, is_stdout):
        for line in stream:
            line = line.rstrip('\n')
            found = LISTENING.match(line) if is_stdout else None
            if found:
                self.url = found[1]
                self.ready.set()
            else:
                self.log.append(line)
        if is_stdout:
            self.ready.set()

    @property
    def address(self):
        host, port = self.url[len('http://'):].rstrip('/').rsplit(':', 1)
        return host, int(port)

    def stop(self, within=10):
        """SIGTERM; the exit status. Later than @within is a failure."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            where = self.threads()
            self.kill()
            raise Failed('the server did not end within %d s of SIGTERM\n%s\n%s' % (within, where, '\n'.join(self.log[-10:]))) from None
        for reader in self.readers:
            reader.join(5)
        return status

    def threads(self):
        """What each thread waits in: a line each, for whoever has to find out why it does not end."""
        lines = []
        for task in sorted(pathlib.Path('/proc/%d/task' % self.process.pid).iterdir()):
            try:
                lines.append(' '.join((task / name).read_text().strip() for name in ('comm', 'wchan', 'syscall')))
            except OSError:
                pass
        return '\n'.join(lines)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self.readers:
            reader.join(5)

    def trouble(self, expected=()):
        """Lines of the log that nobody expected: warnings, errors, words of a sanitizer."""
        return [line for line in self.log if TROUBLE.search(line) and 'the server is stopping' not in line and not any(part in line for part in expected)]

    def request(self, method, path, body=None, token=None, headers=None, timeout=30):
        """One request on a connection of its own: status, headers, bytes."""
        connection = http.client.HTTPConnection(*self.address, timeout=timeout)
        try:
            return exchange(connection, method, path, body, token, headers)
        finally:
            connection.close()


def exchange(connection, method, path, body=None, token=None, headers=None):
    """One request on @connection. A dict as body goes as JSON."""
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers.setdefault('Content-Type', 'application/json')
    if isinstance(body, str):
        body = body.encode()
    if token:
        headers.setdefault('Authorization', 'Bearer ' + token)
    connection.request(method, path, body=body, headers=headers)
    reply = connection.getresponse()
    return reply.status, reply.headers, reply.read()


def wait_until(condition, within=10, what='it'):
    """Polls @condition until it gives something true; no fixed sleeps in tests."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed('%s did not happen within %s s' % (what, within))
        time.sleep(0.01)
