#!/usr/bin/env python3
"""run.py --redress BINARY [--cycles N] - kill -9 under load: acknowledged means durable.

A cycle: start on the same data folder, eight connections post cases as fast as they can, each post under an
Idempotency-Key of its own; kill -9 after a moment. Then the database must hold every acknowledged case, whole (its message
and its event with it), and none twice. What was on its way at the kill is posted again, under the same key, after the next
start: it too must then be there once. SQLite 200 times; PostgreSQL, where TEST_PG names one, 20 times. The seed is printed."""
import argparse
import collections
import csv
import http.client
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

CONNECTIONS = 8
WHOLE = ('SELECT c.subject, c.ref, (SELECT count(*) FROM messages m WHERE m.case_id = c.id) AS messages,'
         " (SELECT count(*) FROM events e WHERE e.case_id = c.id AND e.kind = 'case.received') AS events FROM cases c WHERE c.id > %d")


class Ledger:
    """What the clients were told, and what they still wait for."""

    def __init__(self):
        self.lock, self.acknowledged, self.waiting, self.n = threading.Lock(), {}, set(), 0

    def next(self):
        with self.lock:
            self.n += 1
            key = 'case-%07d' % self.n
            self.waiting.add(key)
            return key

    def told(self, key, ref):
        """@ref None: it is there, we are told, and must look ourselves."""
        with self.lock:
            if ref is None:
                self.waiting.discard(key)
                return
            if self.acknowledged.setdefault(key, ref) != ref:
                raise Failed('%s was told two refs, %s and %s' % (key, self.acknowledged[key], ref))
            self.waiting.discard(key)


def post(connection, token, key):
    status, headers, body = exchange(connection, 'POST', '/api/v1/cases', {'kind': 'complaint', 'subject': key, 'body': 'It broke again.', 'channel': 'api'},
                                     token, {'Idempotency-Key': key})
    if status == 409 and b'answer was lost' in body:
        return None  # PostgreSQL alone: done, and killed before the answer was kept
    if status != 201:
        raise Failed('a post answered %d: %s' % (status, body[:300]))
    return headers['Location'].rsplit('/', 1)[1]


def client(server, token, ledger, again, faults):
    """Posts until the connection is gone; @again: keys to post once more first."""
    try:
        connection = http.client.HTTPConnection(*server.address, timeout=20)
        for key in again:
            ledger.told(key, post(connection, token, key))
        while True:
            key = ledger.next()
            ledger.told(key, post(connection, token, key))
    except Failed as e:
        faults.append(str(e))
    except (OSError, http.client.HTTPException, ValueError):
        pass  # killed: what we were not told of waits in the ledger


class Cycles:
    def __init__(self, instance, token, seed):
        self.instance, self.token, self.ledger, self.chance = instance, token, Ledger(), random.Random(seed)
        self.seen, self.last_id, self.told_of = collections.Counter(), 0, {}

    def rows(self):
        """Cases written since the last look, as dicts."""
        if self.instance.url:
            sql = 'COPY (%s) TO STDOUT CSV HEADER' % ('SELECT id AS at, * FROM (%s) x' % WHOLE.replace('c.subject', 'c.id, c.subject', 1)) % self.last_id
            done = subprocess.run(['psql', '-X', '-q', '-d', self.instance.url, '-c', sql], capture_output=True, text=True, check=True)
            return list(csv.DictReader(done.stdout.splitlines()))
        with sqlite3.connect('file:%s/redress.db?mode=ro' % self.instance.data, uri=True) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(WHOLE.replace('c.subject', 'c.id AS at, c.subject', 1) % self.last_id)]

    def check(self):
        """Nothing acknowledged is missing, nothing is there twice, nothing is half there."""
        for row in self.rows():
            self.last_id = max(self.last_id, int(row['at']))
            self.seen[row['subject']] += 1
            if self.seen[row['subject']] > 1:
                raise Failed('%s is there twice' % row['subject'])
            if int(row['messages']) != 1 or int(row['events']) != 1:
                raise Failed('%s is half there: %s messages, %s events' % (row['subject'], row['messages'], row['events']))
            self.told_of[row['subject']] = row['ref']
        for key, ref in self.ledger.acknowledged.items():
            if self.told_of.get(key) != ref:
                raise Failed('%s was acknowledged as %s, and the database says %s' % (key, ref, self.told_of.get(key, 'nothing')))

    def cycle(self):
        server, faults = self.instance.start(), []
        before = len(self.ledger.acknowledged)
        again = sorted(self.ledger.waiting)
        threads = [threading.Thread(target=client, args=(server, self.token, self.ledger, again[n::CONNECTIONS], faults), daemon=True)
                   for n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        wait_until(lambda: faults or len(self.ledger.acknowledged) > before + len(again), 20, 'a first acknowledged case')
        time.sleep(self.chance.uniform(0, 0.15))  # not to wait for anything: the kill must come at no time in particular
        server.kill()
        for thread in threads:
            thread.join(20)
        trouble = server.trouble()
        if faults or trouble:
            raise Failed('; '.join(faults + trouble))
        self.check()

    def last(self):
        """A last start without a kill: nothing waits any more, and the file is sound."""
        server = self.instance.start()
        connection = http.client.HTTPConnection(*server.address, timeout=20)
        for key in sorted(self.ledger.waiting):
            self.ledger.told(key, post(connection, self.token, key))
        connection.close()
        if server.stop():
            raise Failed('the server did not end well:\n%s' % '\n'.join(server.log[-10:]))
        self.check()
        if len(self.seen) != self.ledger.n:
            raise Failed('%d keys were used, %d cases are there' % (self.ledger.n, len(self.seen)))
        if not self.instance.url:
            with sqlite3.connect('file:%s/redress.db?mode=ro' % self.instance.data, uri=True) as db:
                for pragma, sound in (('integrity_check', [('ok',)]), ('foreign_key_check', [])):
                    found = db.execute('PRAGMA %s' % pragma).fetchall()
                    if found != sound:
                        raise Failed('%s: %s' % (pragma, found[:5]))


def run(binary, postgres, cycles, seed):
    engine, n, started = 'PostgreSQL' if postgres else 'SQLite', 0, time.monotonic()
    with Instance(binary, postgres) as instance:
        work = Cycles(instance, instance.user('ruth', 'agent'), seed)
        try:
            for n in range(cycles):
                work.cycle()
            work.last()
        except (Failed, subprocess.CalledProcessError, sqlite3.Error) as e:
            print('FAIL: %s, cycle %d (seed %d): %s' % (engine, n + 1, seed, e))
            return False
        print('%s: killed %d times, %d cases acknowledged, all there, none twice, %.0f s'
              % (engine, cycles, len(work.ledger.acknowledged), time.monotonic() - started))
    return True


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--redress', required=True)
    options.add_argument('--cycles', type=int, default=200)
    options.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 30))
    options = options.parse_args()
    print('seed %d' % options.seed)
    binary = os.path.abspath(options.redress)
    results = [run(binary, None, options.cycles, options.seed)]
    if os.environ.get('TEST_PG'):
        results.append(run(binary, Postgres(os.environ['TEST_PG']), max(1, options.cycles // 10), options.seed))
    print('counts: %d passed, %d failed, 0 skipped' % (sum(results), len(results) - sum(results)))
    return not all(results)


if __name__ == '__main__':
    sys.exit(main())
