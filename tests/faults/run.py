#!/usr/bin/env python3
"""run.py --redress BINARY - what can go wrong around a server, once each: one clear message, nothing lost.

Each function here is one test; its first line is what it proves. Bad requests are conversations (tests/api); kill -9 is tests/kill."""
import argparse
import http.client
import inspect
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
from redress import Failed, Instance, Server, unprivileged, wait_until  # noqa: E402

CASE = {'kind': 'complaint', 'subject': 'Late refund', 'body': 'Still nothing.', 'channel': 'phone'}


class Skipped(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failed(what)


def refused(argv, *parts, preexec_fn=None, timeout=30, lines=3):
    """The command ends with a status of its own accord and says why in a few lines, with all of @parts."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, preexec_fn=preexec_fn)
    said = done.stderr.strip()
    expect(done.returncode in (1, 2), 'status %d: %s' % (done.returncode, said[-1500:]))
    expect(said and len(said.splitlines()) <= lines, 'not one clear message: %r' % said[-1500:])
    for part in parts:
        expect(part.lower() in said.lower(), 'the message does not say "%s": %s' % (part, said))
    expect('listening' not in done.stdout, 'it said that it listens')
    return said


def serve(instance, listen='127.0.0.1:0'):
    return [instance.binary, *instance.arguments(['serve']), '--listen', listen]


def makes_case(server, token):
    status, headers, body = server.request('POST', '/api/v1/cases', CASE, token)
    expect(status == 201, 'POST answered %d: %s' % (status, body[:300]))
    return headers['Location']


def fault_port_in_use(binary):
    """a port in use is named, with what to do"""
    with Instance(binary) as one, Instance(binary) as other:
        host, port = one.start().address
        refused(serve(other, '%s:%d' % (host, port)), str(port), 'in use')


def fault_bad_listen(binary):
    """an address that is none is refused"""
    with Instance(binary) as one:
        refused(serve(one, 'nowhere'), 'listen')


def fault_folder_in_use(binary):
    """a second server on the same folder is refused, and the first goes on"""
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        server = one.start()
        refused(serve(one))
        makes_case(server, token)
        expect(server.stop() == 0, 'status of the first')


def fault_read_only_folder(binary):
    """a folder that cannot be written is named"""
    with Instance(binary) as one:
        one.run('user', 'add', options=['--email', 'a@example.org', '--name', 'A', '--role', 'admin', '--password-stdin'], stdin='correct horse battery\n')
        os.chmod(one.dir, 0o755)
        for root, folders, files in os.walk(one.data):
            for name in folders + files:
                os.chmod(os.path.join(root, name), 0o555 if name in folders else 0o444)
        os.chmod(one.data, 0o555)
        try:
            refused(serve(one), one.data, preexec_fn=unprivileged())
        finally:
            os.chmod(one.data, 0o755)


def fault_no_folder_possible(binary):
    """a data folder that cannot be made is named"""
    with Instance(binary) as one:
        path = os.path.join(one.dir, 'file')
        pathlib.Path(path).write_text('x')
        refused([binary, 'serve', '--data', path + '/data', '--listen', '127.0.0.1:0'], path)


def fault_foreign_file(binary):
    """a redress.db that is no database is left as it is"""
    with Instance(binary) as one:
        file = pathlib.Path(one.data, 'redress.db')
        file.write_text('Dear diary, ' * 500)
        refused(serve(one), 'redress.db')
        expect(file.read_text() == 'Dear diary, ' * 500, 'the foreign file was changed')


def fault_foreign_database(binary):
    """somebody else's database is left as it is"""
    with Instance(binary) as one:
        file = os.path.join(one.data, 'redress.db')
        with sqlite3.connect(file) as db:
            db.execute('CREATE TABLE recipes (name TEXT)')
        refused(serve(one), 'another program')
        with sqlite3.connect(file) as db:
            expect([row[0] for row in db.execute('SELECT name FROM sqlite_master')] == ['recipes'], 'tables were added')


def fault_newer_schema(binary):
    """a database of a newer program is refused, unharmed"""
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        with sqlite3.connect(os.path.join(one.data, 'redress.db')) as db:
            columns = [row[1] for row in db.execute('PRAGMA table_info(migrations)')]
            last = dict(zip(columns, db.execute('SELECT * FROM migrations ORDER BY number DESC LIMIT 1').fetchone()))
            last['number'] = 9999
            db.execute('INSERT INTO migrations (%s) VALUES (%s)' % (', '.join(last), ', '.join('?' * len(last))), list(last.values()))
        refused(serve(one), 'newer', '9999')
        with sqlite3.connect(os.path.join(one.data, 'redress.db')) as db:
            db.execute('DELETE FROM migrations WHERE number = 9999')
        makes_case(one.start(), token)


def fault_tampered_step(binary):
    """a step whose text is not ours is refused"""
    with Instance(binary) as one:
        one.user('ruth', 'agent')
        with sqlite3.connect(os.path.join(one.data, 'redress.db')) as db:
            db.execute("UPDATE migrations SET hash = 'something else' WHERE number = 1")
        refused(serve(one), 'step 1')


def fault_no_database_server(binary):
    """a PostgreSQL that is not there is said in one message"""
    with Instance(binary) as one:
        refused(serve(one) + ['--database', 'postgresql:///redress?host=%s' % one.dir])


def fault_wrong_use(binary):
    """wrong usage says what is right"""
    refused([binary], 'redress COMMAND', lines=20)
    refused([binary, 'fly'], 'fly', lines=20)
    refused([binary, 'serve'], '--data')
    with Instance(binary) as one:
        refused(serve(one) + ['--no-such-option'], 'no-such-option')
        said = one.run('user', 'add', options=['--email', 'x', '--name', 'X', '--role', 'king', '--password-stdin'], stdin='correct horse battery\n', check=False)
        expect(said.returncode == 1 and 'role' in said.stderr, 'a role that is none: %s' % said.stderr)


def fault_full_disk(binary):
    """a full disk refuses writes, keeps what was acknowledged, goes on reading, and writes again when there is room"""
    if os.getuid() != 0 or not shutil.which('unshare'):
        raise Skipped('needs root to make a small file system')
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        # A file system of a few megabytes, seen by the server alone; the folder's content is copied onto it.
        script = 'mount -t tmpfs -o size=6m tmpfs "$1" 2>/dev/null || exit 77; cp -a "$2"/. "$1"/; shift 2; exec "$@"'
        small = os.path.join(one.dir, 'small')
        os.mkdir(small)
        pathlib.Path(one.data, 'filler').write_bytes(b'x' * 1500000)
        argv = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', small, one.data, binary, 'serve', '--data', small, '--listen', '127.0.0.1:0']
        try:
            server = Server(argv, one.env)
        except Failed as e:
            raise Skipped('no file system could be mounted here') if 'mount' in str(e) or str(e).endswith(':\n') else e from None
        try:
            locations, big = [makes_case(server, token)], dict(CASE, body='late ' * 10000)
            for _ in range(400):
                status, headers, body = server.request('POST', '/api/v1/cases', big, token)
                if status != 201:
                    break
                locations.append(headers['Location'])
            expect(status in (503, 507), 'when full, a write answered %d: %s' % (status, body[:200]))
            expect(json.loads(body)['message'], 'a message is there')
            for path in locations:
                status, _, body = server.request('GET', path if path.startswith('/api') else '/api/v1' + path, token=token)
                expect(status == 200, '%s was acknowledged and answers %d when the disk is full' % (path, status))
            os.remove('/proc/%d/root%s/filler' % (server.process.pid, small))  # as the server sees it
            wait_until(lambda: server.request('POST', '/api/v1/cases', CASE, token)[0] == 201, 10, 'a write after there was room again')
        finally:
            server.kill()


def fault_sigterm_ends_all(binary):
    """SIGTERM ends a busy server within 5 s: live streams, half a body, idle connections"""
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        server = one.start()
        idle = [socket.create_connection(server.address) for _ in range(20)]
        half = socket.create_connection(server.address)
        half.sendall(b'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"kind":' % token.encode())
        streams = []
        for _ in range(5):
            stream = http.client.HTTPConnection(*server.address, timeout=20)
            stream.request('GET', '/api/v1/events', headers={'Authorization': 'Bearer ' + token})
            reply = stream.getresponse()
            expect(reply.status == 200, 'the stream answered %d' % reply.status)
            streams.append((stream, reply))
        started = time.monotonic()
        status = server.stop(within=15)
        took = time.monotonic() - started
        expect(status == 0 and took < 5, 'status %d after %.1f s' % (status, took))
        for connection in idle + [half]:
            connection.close()
        expect(not server.trouble(), 'the log says: %s' % server.trouble())


def fault_sigterm_loses_nothing(binary):
    """what was acknowledged before SIGTERM is there afterwards"""
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        server, locations = one.start(), []

        def writes():
            try:
                while True:
                    locations.append(makes_case(server, token))
            except (Failed, OSError, http.client.HTTPException):
                pass
        threads = [threading.Thread(target=writes) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(locations) > 40, 20, 'a load')
        expect(server.stop() == 0, 'status')
        for thread in threads:
            thread.join()
        server = one.start()
        for path in locations:
            status, _, _ = server.request('GET', path if path.startswith('/api') else '/api/v1' + path, token=token)
            expect(status == 200, '%s answers %d' % (path, status))


def fault_half_closed(binary):
    """a client that closes its sending half still gets its answer"""
    with Instance(binary) as one:
        server = one.start()
        with socket.create_connection(server.address, timeout=10) as s:
            s.sendall(b'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
            s.shutdown(socket.SHUT_WR)
            expect(s.recv(100).startswith(b'HTTP/1.1 200'), 'no answer')


def fault_slow_clients(binary):
    """slow bodies and slow readers hold up nobody else"""
    with Instance(binary) as one:
        token = one.user('ruth', 'agent')
        server = one.start()
        for _ in range(60):
            makes_case(server, token)
        slow = []
        for n in range(100):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.connect(server.address)
            if n % 2:
                s.sendall(b'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{' % token.encode())
            else:
                for _ in range(20):
                    s.sendall(b'GET /api/v1/cases?limit=50 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n' % token.encode())
            slow.append(s)
        started = time.monotonic()
        for _ in range(10):
            makes_case(server, token)
        expect(time.monotonic() - started < 20, 'ten writes took %.1f s beside slow clients' % (time.monotonic() - started))
        for s in slow:
            s.close()
        expect(server.stop() == 0 and not server.trouble(), 'status, or the log: %s' % server.trouble())


def fault_garbage(binary):
    """what is no HTTP is refused, and the server goes on"""
    with Instance(binary) as one:
        server = one.start()
        for junk in (b'\x16\x03\x01\x02\x00\x01\x00', b'GET\r\n\r\n', b'GET / HTTP/9.9\r\n\r\n', b'\x00' * 5000, b'GET /' + b'a' * 200000 + b' HTTP/1.1\r\nHost: x\r\n\r\n',
                     b'GET / HTTP/1.1\r\n' + b''.join(b'X-%d: y\r\n' % n for n in range(5000)) + b'\r\n',
                     b'POST /complain HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nZZZ\r\n',
                     b'POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n', b'GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
                     b'GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n'):
            with socket.create_connection(server.address, timeout=10) as s:
                try:
                    s.sendall(junk)
                    s.shutdown(socket.SHUT_WR)
                    answer = s.recv(4096)
                except OSError:
                    answer = b''
                expect(not answer or answer.split(b' ')[1][:1] in (b'4', b'5', b'3'), '%r was answered %r' % (junk[:30], answer[:80]))
        expect(server.request('GET', '/healthz')[0] == 200, 'the server is gone')
        expect(server.stop() == 0, 'status')


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--redress', required=True)
    options.add_argument('--only', default='')
    options = options.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    binary, counts = os.path.abspath(options.redress), {'passed': 0, 'failed': 0, 'skipped': 0}
    # A copy that nobody may run too: the checkout's folders need not be open to others.
    with tempfile.TemporaryDirectory(prefix='rdbin-', dir='/tmp') as folder:
        os.chmod(folder, 0o755)
        copy = shutil.copy(binary, folder)
        os.chmod(copy, 0o755)
        for name, test in sorted(globals().items()):
            if not name.startswith('fault_') or options.only not in name or not inspect.isfunction(test):
                continue
            started = time.monotonic()
            try:
                test(copy)
                result, report = 'passed', ''
            except Skipped as e:
                result, report = 'skipped', ': %s' % e
            except (Failed, OSError, subprocess.SubprocessError, http.client.HTTPException, sqlite3.Error) as e:
                result, report = 'failed', ': %s' % (e or repr(e))
            counts[result] += 1
            word = {'passed': 'ok  ', 'failed': 'FAIL', 'skipped': 'skip'}[result]
            print('%s %s (%.1f s)%s' % (word, test.__doc__.split('\n')[0], time.monotonic() - started, report), flush=True)
    print('counts: %(passed)d passed, %(failed)d failed, %(skipped)d skipped' % counts)
    return counts['failed'] != 0


if __name__ == '__main__':
    sys.exit(main())
