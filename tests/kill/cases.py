#!/usr/bin/env python3
"""cases.py --redress BINARY [--cycles N] - kill -9 under load: acknowledged means durable.

Eight connections post cases as fast as they can, each post under an Idempotency-Key of its own; kill -9 after a moment. Then the database must
hold every acknowledged case, whole (its message and its event with it), and none twice. What was on its way at the kill is posted again, under the
same key, after the next start: it too must then be there once. How the cycles go: frame.py."""
import collections
import http.client
import sys
import threading

from frame import Cycles, Failed, exchange, main

WHOLE = ('SELECT c.id AS at, c.subject, c.ref, (SELECT count(*) FROM messages m WHERE m.case_id = c.id) AS messages,'
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


class Cases(Cycles):
    CLIENTS = 8

    def __init__(self, instance, seed):
        super().__init__(instance, seed)
        self.token, self.ledger = instance.user('ruth', 'agent'), Ledger()
        self.seen, self.last_id, self.told_of, self.again = collections.Counter(), 0, {}, []

    def begins(self, n_before):
        return len(self.ledger.acknowledged) > self.acknowledged and not self.again

    def work(self, connection, chance, n):
        """What was not acknowledged before the last kill comes first, under its old key."""
        try:
            key = self.again.pop()
        except IndexError:
            key = self.ledger.next()
        self.ledger.told(key, post(connection, self.token, key))

    def cycle(self):
        self.again, self.acknowledged = sorted(self.ledger.waiting), len(self.ledger.acknowledged)
        super().cycle()

    def check(self):
        """Nothing acknowledged is missing, nothing is there twice, nothing is half there."""
        for row in self.rows(WHOLE % self.last_id):
            self.last_id = max(self.last_id, row['at'])
            self.seen[row['subject']] += 1
            if self.seen[row['subject']] > 1:
                raise Failed('%s is there twice' % row['subject'])
            if row['messages'] != 1 or row['events'] != 1:
                raise Failed('%s is half there: %s messages, %s events' % (row['subject'], row['messages'], row['events']))
            self.told_of[row['subject']] = row['ref']
        for key, ref in self.ledger.acknowledged.items():
            if self.told_of.get(key) != ref:
                raise Failed('%s was acknowledged as %s, and the database says %s' % (key, ref, self.told_of.get(key, 'nothing')))

    def last(self):
        """Nothing waits any more."""
        server = self.instance.start()
        connection = http.client.HTTPConnection(*server.address, timeout=20)
        for key in sorted(self.ledger.waiting):
            self.ledger.told(key, post(connection, self.token, key))
        connection.close()
        self.end_well(server)
        self.check()
        if len(self.seen) != self.ledger.n:
            raise Failed('%d keys were used, %d cases are there' % (self.ledger.n, len(self.seen)))

    def tally(self):
        return '%d cases acknowledged, all there, none twice' % len(self.ledger.acknowledged)


if __name__ == '__main__':
    sys.exit(main(Cases, __doc__))
