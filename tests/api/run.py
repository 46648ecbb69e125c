#!/usr/bin/env python3
"""run.py --redress BINARY [--hits DIR] [--only TEXT] - runs every tests/api/*.http against the real binary.

Each conversation has a data folder and a server of its own; all of them once on SQLite, and once more on PostgreSQL where
TEST_PG names a server. At the end every API row of the route table must have been hit. The format: README.md."""
import argparse
import base64
import concurrent.futures
import gzip
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parents[1] / 'tools')]
from conversation import BadConversation, Conversation, fill  # noqa: E402
from pattern import BadPattern, match_body, match_text  # noqa: E402
from check_routes import route_hits  # noqa: E402
from redress import Failed, Instance, Postgres  # noqa: E402

OURS = ('as', 'jar', 'repeat', 'until', 'take', 'signed')  # headers to the runner, not to the server


def signature(asked, body):
    """As a system of the house signs a report: KEY, or KEY; SECONDS (of the clock it signs by, from ours)."""
    key, _, off = asked.partition(';')
    at = int(time.time()) + int(off or 0)
    content = body.encode() if isinstance(body, str) else body
    return 't=%d,v1=%s' % (at, hmac.new(key.encode(), b'%d.' % at + content, 'sha256').hexdigest())


class Talk:
    """One conversation being held: what is remembered, the cookie jars, the server's address."""

    def __init__(self, conversation, instance=None, address=None):
        self.conversation, self.instance, self.fixed = conversation, instance, address
        self.bound = {'here': str(HERE), 'dir': instance.dir if instance else ''}
        self.jars, self.expected_log, self.serve_options, self.wants_server = {}, [], [], True

    @property
    def address(self):
        if self.fixed:
            return self.fixed
        if not self.instance.server:
            raise Failed('no server is running here (@start)')
        return self.instance.server.address

    def text(self, text, line):
        return fill(text, self.bound, self.conversation.path, line).decode()

    # ---- directives

    def direct(self, directives):
        for line, word, rest, output in directives:
            act = getattr(self, 'do_' + word.rstrip('!').replace('-', '_'), None)
            if not act:
                raise BadConversation('%s:%d: no directive @%s' % (self.conversation.path, line, word))
            try:
                act(self.text(rest, line), output, word.endswith('!'))
            except Failed as e:
                raise Failed('line %d, @%s: %s' % (line, word, e)) from None

    def do_user(self, rest, *_):
        name, role = rest.split()
        self.bound[name] = self.instance.user(name, role)
        self.bound[name + '_email'] = '%s@example.org' % name

    def do_let(self, rest, *_):
        name, _, value = rest.partition(' ')
        self.bound[name] = value

    def do_file(self, rest, output, _):
        """A file below {{dir}} with the lines that follow; of {{ }} only {{repeat ..}} is filled in, files may hold others of their own."""
        (pathlib.Path(self.instance.dir) / rest).write_text(''.join((self.text(line, 0) if '{{repeat ' in line else line) + '\n' for line in output), encoding='utf-8')

    def do_expect_log(self, rest, *_):
        self.expected_log.append(rest)

    def do_said(self, rest, output, _):
        """What the server has said so far."""
        deadline = time.monotonic() + 5
        while True:
            fault = match_text('\n'.join(output), '\n'.join(self.instance.server.log), self.bound, loose=True)
            if not fault:
                return
            if time.monotonic() > deadline:
                raise Failed(fault)
            time.sleep(0.02)

    def do_serve(self, rest, *_):
        self.serve_options = shlex.split(rest)

    def do_no_server(self, *_):
        self.wants_server = False

    def do_start(self, *_):
        self.instance.start(self.serve_options)

    def do_stop(self, *_):
        server, self.instance.server = self.instance.server, None
        if server:
            status = server.stop()
            trouble = server.trouble(self.expected_log)
            if status or trouble:
                raise Failed('the server ended with status %d and had said:\n%s' % (status, '\n'.join(trouble or server.log[-20:])))

    def do_kill(self, *_):
        self.instance.server.kill()
        self.instance.server = None

    def do_value(self, rest, *_):
        """NAME SQL: what the product tells nobody."""
        name, _, sql = rest.partition(' ')
        self.bound[name] = self.instance.value(sql)

    def do_link(self, rest, *_):
        """NAME PURPOSE REF DAYS: a customer's link as the house signs it, that ends so many days from now (below 0: it has ended)."""
        name, purpose, ref, days = rest.split()
        scoped = '%s.%d' % (ref, int(time.time()) // 86400 + int(days))
        key = bytes.fromhex(self.instance.value("SELECT value FROM settings WHERE name = 'link_key'"))
        digest = hashlib.blake2b(('%s:%s' % (purpose, scoped)).encode(), digest_size=16, key=key).digest()
        self.bound[name] = '%s.%s' % (scoped, base64.urlsafe_b64encode(digest).decode().rstrip('='))

    def do_redress(self, rest, output, must_fail):
        words = shlex.split(rest)
        cut = next((n for n, word in enumerate(words) if word.startswith('-') or '/' in word), len(words))
        done = self.instance.run(*words[:cut], options=words[cut:], check=False, merged=True)
        said = done.stdout
        if bool(done.returncode) != must_fail:
            raise Failed('status %d:\n%s' % (done.returncode, said))
        if output:
            fault = match_text('\n'.join(output), said.strip(), self.bound, loose=True)
            if fault:
                raise Failed(fault)

    # ---- requests

    def multipart(self, body, line):
        """name=value and name=@file;type=x lines become parts."""
        mark, out = b'redressparts', []
        for part in body.splitlines():
            name, _, value = part.partition('=')
            head, content = 'Content-Disposition: form-data; name="%s"' % name, fill(value, self.bound, self.conversation.path, line)
            if value.startswith('@'):
                file, _, kind = value[1:].partition(';type=')
                file = pathlib.Path(self.text(file, line))
                head += '; filename="%s"\r\nContent-Type: %s' % (file.name, kind or 'application/octet-stream')
                content = (HERE / file).read_bytes()
            out.append(b'--%s\r\n%s\r\n\r\n%s\r\n' % (mark, head.encode(), content))
        return b''.join(out) + b'--%s--\r\n' % mark, 'multipart/form-data; boundary=' + mark.decode()

    def prepare(self, step):
        """(headers, body, our own wishes) of a step."""
        headers, ours = [], {}
        for name, value in step.headers:
            value = self.text(value, step.line)
            if name.lower() in OURS:
                ours[name.lower()] = value
            else:
                headers.append((name, value))
        given = {name.lower(): value for name, value in headers}
        kind = given.get('content-type', '')
        if kind.startswith('multipart/form-data') and 'boundary' not in kind:
            body, kind = self.multipart(step.body, step.line)
            headers = [(n, v) for n, v in headers if n.lower() != 'content-type'] + [('Content-Type', kind)]
        else:
            if kind.startswith('application/x-www-form-urlencoded'):
                step_body = '&'.join(step.body.splitlines())
            else:
                step_body = step.body
            body = fill(step_body, self.bound, self.conversation.path, step.line)
            if body and not kind:
                headers.append(('Content-Type', 'application/json'))
        if 'as' in ours:
            headers.append(('Authorization', 'Bearer ' + self.bound[ours['as']]))
        if 'signed' in ours:
            headers.append(('X-Redress-Signature', signature(ours['signed'], body)))
        jar = self.jars.setdefault(ours['jar'], {}) if 'jar' in ours else None
        if jar:
            headers.append(('Cookie', '; '.join('%s=%s' % pair for pair in jar.items())))
        return headers, body, ours, jar

    def send(self, step):
        """(status, headers, body) of the step's request."""
        headers, body, ours, jar = self.prepare(step)
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            for _ in range(int(ours.get('repeat', 1))):
                connection.putrequest(step.method, self.text(step.path, step.line), skip_accept_encoding=True)
                for name, value in headers:
                    connection.putheader(name, value)
                if body or step.method in ('POST', 'PUT', 'PATCH'):
                    connection.putheader('Content-Length', str(len(body)))
                connection.endheaders(body or None)
                reply = connection.getresponse()
                got = take_frames(reply, int(ours['take'])) if 'take' in ours else reply.read()
        finally:
            connection.close()
        if reply.headers.get('Content-Encoding') == 'gzip':
            got = gzip.decompress(got)
        if jar is not None:
            for cookie in reply.headers.get_all('Set-Cookie') or []:
                name, _, value = cookie.split(';')[0].partition('=')
                jar.pop(name, None) if not value else jar.update({name: value})
        return reply.status, reply.headers, got

    def compare(self, step, status, headers, body, bound):
        if step.status not in ('...', str(status)):
            return 'status %s expected, got %d' % (step.status, status)
        for name, pattern in step.want_headers:
            values = headers.get_all(name.lstrip('!')) or []
            if name.startswith('!'):
                if values:
                    return '%s must not be there, but is: %s' % (name[1:], values[0])
                continue
            faults = [match_text(pattern, value, bound, name) for value in values] or ['%s: header missing' % name]
            if all(faults):
                return faults[0]
        is_json = 'json' in (headers.get('Content-Type') or '')
        return match_body(step.want_body, body, is_json, bound)

    def hold(self, step):
        """Runs one step; raises Failed with all there is to know."""
        self.direct(step.directives)
        if not step.method:
            return
        until = next((float(v.split()[0]) for n, v in step.headers if n.lower() == 'until'), 0)
        deadline = time.monotonic() + until
        while True:
            status, headers, body = self.send(step)
            bound = dict(self.bound)
            fault = self.compare(step, status, headers, body, bound)
            if not fault:
                self.bound = bound
                return
            if time.monotonic() > deadline:
                raise Failed('%s\n    %s %s answered %d\n%s\n    %s' % (
                    fault, step.method, self.text(step.path, step.line), status,
                    '\n'.join('    %s: %s' % pair for pair in headers.items()), body.decode('utf-8', 'replace')[:1500]))
            time.sleep(0.02)


def take_frames(reply, n):
    """The first @n frames of an event stream (comments and beats are passed over)."""
    frames, lines = [], []
    while len(frames) < n:
        line = reply.readline()
        if not line:
            raise Failed('the stream ended after %d of %d frames' % (len(frames), n))
        line = line.rstrip(b'\r\n')
        if line and not line.startswith(b':') and not line.startswith(b'retry:'):
            lines.append(line)
        elif not line and lines:
            frames.append(b'\n'.join(lines))
            lines = []
    return b'\n\n'.join(frames)


def hold(talk):
    """All steps of a talk, to the first that fails: (passed, report or None)."""
    passed = 0
    for step in talk.conversation.steps:
        try:
            talk.hold(step)
        except (Failed, BadConversation, BadPattern, OSError, http.client.HTTPException) as e:
            return passed, '%s:%d: "%s"\n    %s' % (talk.conversation.path.name, step.line, step.title, e)
        passed += 1
    return passed, None


def converse(path, binary, postgres, hits):
    """(name, engine, passed, report or None, seconds) of one file on one engine."""
    engine, started, passed = 'pg' if postgres else 'sqlite', time.monotonic(), 0
    try:
        conversation = Conversation(path, path.read_text(encoding='utf-8'))
        env = {'REDRESS_ROUTES_HIT': os.path.join(hits, '%s-%s' % (path.stem, engine))}
        with Instance(binary, postgres, env) as instance:
            talk = Talk(conversation, instance)
            talk.direct(conversation.directives)
            if talk.wants_server:
                talk.do_start()
            passed, report = hold(talk)
            server = instance.server
            if report and server:
                report += '\n    the server said:\n%s' % '\n'.join('    ' + line for line in server.log[-15:])
            elif not report:
                talk.do_stop()
    except (Failed, BadConversation, BadPattern) as e:
        report = '%s: %s' % (path.name, e)
    return path.stem, engine, passed, report, time.monotonic() - started


def unhit_routes(binary, hits):
    """API rows of the route table that no conversation reached, "METHOD /path"."""
    with Instance(binary) as instance:
        server = instance.start()
        status, _, body = server.request('GET', '/api/v1/openapi.json')
        server.stop()
    if status != 200:
        raise Failed('/api/v1/openapi.json answered %d' % status)
    rows = {'%s %s' % (method.upper(), re.sub('^/api/v1', '', path)) for path, methods in json.loads(body)['paths'].items()
            for method in methods if method in ('get', 'post', 'patch', 'put', 'delete')}
    reached = {row for row, n in route_hits(hits).items() if n}
    return sorted(row for row in rows if row not in reached)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--redress', required=True)
    options.add_argument('--hits', help='a folder to keep the routes that were hit in')
    options.add_argument('--only', default='', help='files whose name contains this')
    options.add_argument('--sqlite', action='store_true', help='SQLite alone, whatever TEST_PG says')
    options = options.parse_args()
    hits = options.hits or tempfile.mkdtemp(prefix='rdhits-')
    os.makedirs(hits, exist_ok=True)
    binary = os.path.abspath(options.redress)
    engines = [None] + ([Postgres(os.environ['TEST_PG'])] if os.environ.get('TEST_PG') and not options.sqlite else [])
    files = [path for path in sorted(HERE.glob('*.http')) if options.only in path.stem]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        jobs = [pool.submit(converse, path, binary, engine, hits) for engine in engines for path in files]
        for job in concurrent.futures.as_completed(jobs):
            name, engine, ok, report, seconds = job.result()
            passed, failed = passed + ok, failed + bool(report)
            print('%s %-6s %-24s %3d steps, %.1f s' % ('FAIL' if report else 'ok  ', engine, name, ok, seconds))
            if report:
                print(report)
    if files and not options.only:
        missed = unhit_routes(binary, hits)
        for row in missed:
            print('FAIL: no conversation reaches %s' % row)
        passed, failed = passed + (not missed), failed + len(missed)
    if not options.hits:
        shutil.rmtree(hits, ignore_errors=True)
    print('counts: %d passed, %d failed, 0 skipped' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
