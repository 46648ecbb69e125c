"""frame.py - killing a server in the middle, again and again: what cases.py, remedies.py and service.py share.

A test is a Cycles: what is set up, what each client does as fast as it can, and what must hold afterwards. A cycle starts the server on the same
data folder, lets the clients work, kills it with SIGKILL after a moment, and checks the database. After the last cycle comes a start without a kill.
SQLite so often as --cycles says; PostgreSQL, where TEST_PG names one, a tenth as often. The seed is printed: --seed repeats a run."""
import argparse
import http.client
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
from redress import Failed, Instance, Postgres, exchange, wait_until  # noqa: E402


def ask(connection, token, method, path, body=None):
    """One call of the API: its status and its JSON. A server's fault is a failure of the test."""
    status, _, answer = exchange(connection, method, '/api/v1' + path, body, token)
    if status >= 500:
        raise Failed('%s %s answered %d: %s' % (method, path, status, answer[:200]))
    return status, json.loads(answer) if answer else None


def must(connection, token, method, path, body=None):
    """As ask(), where only a yes will do."""
    status, answer = ask(connection, token, method, path, body)
    if status >= 400:
        raise Failed('%s %s answered %d: %s' % (method, path, status, json.dumps(answer)[:300]))
    return answer


class Cycles:
    CLIENTS = 4
    CHECKS = ()  # (what is wrong, the SELECT that counts it)

    def __init__(self, instance, seed):
        self.instance, self.chance, self.told = instance, random.Random(seed), 0

    # What a test says of itself; `connection` and `chance` are the client's own.
    def set_up(self):
        """Before the first cycle; starts and ends a server itself where it needs one."""

    def begins(self, n_before):
        """What the clients must have done before the kill is due: at least one whole step more than @n_before."""
        return self.told > n_before

    def work(self, connection, chance, n):
        """One step of client @n; it is called again until the server is gone."""
        raise NotImplementedError

    def check(self):
        for what, sql in self.CHECKS:
            found = self.value(sql)
            if found:
                raise Failed('%s: %d' % (what, found))

    def last(self):
        """After the last kill: whatever must come to its end."""

    def tally(self):
        return '%d steps' % self.told

    def expected(self, line):
        """A line of the server's log that the test itself brings about."""
        return False

    # What all of them do.
    def rows(self, sql):
        """The rows of a query as dicts of what SQLite gives; texts on PostgreSQL."""
        if self.instance.url:
            done = subprocess.run(['psql', '-X', '-q', '-At', '-d', self.instance.url, '-c', 'SELECT row_to_json(x) FROM (%s) x' % sql],
                                  capture_output=True, text=True, check=True)
            return [json.loads(line) for line in done.stdout.splitlines()]
        with sqlite3.connect('file:%s/redress.db?mode=ro' % self.instance.data, uri=True) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql)]

    def value(self, sql):
        return next(iter(self.rows(sql)[0].values()))

    def change(self, *statements):
        """What nobody's request does: time that passes while the server is down."""
        if self.instance.url:
            subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', self.instance.url, '-c', ';'.join(statements)], check=True, capture_output=True, text=True)
            return
        with sqlite3.connect('%s/redress.db' % self.instance.data) as db:
            for one in statements:
                db.execute(one)

    def client(self, server, seed, n, faults):
        chance = random.Random(seed)
        try:
            connection = http.client.HTTPConnection(*server.address, timeout=20)
            while True:
                self.work(connection, chance, n)
                self.told += 1
        except Failed as e:
            faults.append(str(e))
        except (OSError, http.client.HTTPException, ValueError):
            pass  # killed

    def cycle(self):
        server, faults, before = self.instance.start(), [], self.told
        threads = [threading.Thread(target=self.client, args=(server, self.chance.random(), n, faults), daemon=True) for n in range(self.CLIENTS)]
        for thread in threads:
            thread.start()
        wait_until(lambda: faults or self.begins(before), 30, 'a first whole step')
        time.sleep(self.chance.uniform(0, 0.2))  # not to wait for anything: the kill must come at no time in particular
        server.kill()
        for thread in threads:
            thread.join(20)
        trouble = [line for line in server.trouble() if not self.expected(line)]
        if faults or trouble:
            raise Failed('; '.join(faults + trouble))
        self.check()

    def end_well(self, server):
        if server.stop():
            raise Failed('the server did not end well:\n%s' % '\n'.join(server.log[-10:]))

    def sound(self):
        """SQLite's own opinion of the file."""
        if self.instance.url:
            return
        with sqlite3.connect('file:%s/redress.db?mode=ro' % self.instance.data, uri=True) as db:
            for pragma, sound in (('integrity_check', [('ok',)]), ('foreign_key_check', [])):
                found = db.execute('PRAGMA %s' % pragma).fetchall()
                if found != sound:
                    raise Failed('%s: %s' % (pragma, found[:5]))


def run(kind, binary, postgres, cycles, seed):
    engine, n, started = 'PostgreSQL' if postgres else 'SQLite', 0, time.monotonic()
    with Instance(binary, postgres) as instance:
        work = kind(instance, seed)
        try:
            work.set_up()
            for n in range(cycles):
                work.cycle()
            work.last()
            work.sound()
        except (Failed, subprocess.CalledProcessError, sqlite3.Error) as e:
            print('FAIL: %s, cycle %d (seed %d): %s' % (engine, n + 1, seed, e))
            return False
        print('%s: killed %d times, %s, %.0f s' % (engine, cycles, work.tally(), time.monotonic() - started))
    return True


def main(kind, doc):
    options = argparse.ArgumentParser(description=doc.split('\n')[0])
    options.add_argument('--redress', required=True)
    options.add_argument('--cycles', type=int, default=200)
    options.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 30))
    options = options.parse_args()
    print('seed %d' % options.seed)
    binary = os.path.abspath(options.redress)
    results = [run(kind, binary, None, options.cycles, options.seed)]
    if os.environ.get('TEST_PG'):
        results.append(run(kind, binary, Postgres(os.environ['TEST_PG']), max(1, options.cycles // 10), options.seed))
    print('counts: %d passed, %d failed, 0 skipped' % (sum(results), len(results) - sum(results)))
    return not all(results)
