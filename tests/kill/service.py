#!/usr/bin/env python3
"""service.py --redress BINARY [--cycles N] - kill -9 while clocks run out, promises fall due, letters, surveys and recoveries go their way.

Agents take in complaints whose clock runs out within the second, promise, keep and withdraw, decide, send the final response and resolve; a customer
answers each survey that comes by mail, often with a low score; a lead puts right what that opens. While the server is down the promises' time passes.
After each kill everything stands once or not at all: a breach has its event and its row of the figures, a promise is what its last event says, a
letter has its message and its event, no customer is asked twice, an answer under the bar has its one recovery, and what must come later has its job.
After the last start nothing that is due is left, and no mail left twice. How the cycles go: frame.py.
A short run (--cycles 12) is part of script/test; the long one is --cycles 200."""
import datetime
import email
import email.policy
import http.client
import itertools
import re
import socketserver
import sys
import threading
import time

from frame import Cycles, Failed, ask, main, must, wait_until

DAY_MS = 24 * 3600 * 1000
PASSES_MS = 10 * 60 * 1000  # while the server is down: more than a promise's time and its grace
ANSWERS = 8                 # after each start: the house takes ten answers a minute from one address
LAST_EVENT = "(SELECT e.kind FROM events e WHERE e.subject_id = %s.id AND e.kind LIKE '%s.%%' ORDER BY e.id DESC LIMIT 1)"
CHECKS = (
    ('clocks said to be missed twice', "SELECT count(*) FROM (SELECT case_id, clock, due_at FROM clock_results WHERE missed GROUP BY case_id, clock, due_at HAVING count(*) > 1) x"),
    ('missed clocks that are not one event each',
     "SELECT abs((SELECT count(*) FROM clock_results WHERE missed) - (SELECT count(*) FROM events WHERE kind = 'clock.breached'))"),
    ('promises whose last event is not their state',
     "SELECT count(*) FROM promises p WHERE CASE p.state WHEN 'open' THEN %(e)s NOT IN ('promise.made', 'promise.due', 'promise.changed') ELSE %(e)s <> 'promise.' || p.state END"
     % {'e': LAST_EVENT % ('p', 'promise')}),
    ('promises made twice, or by nobody',
     "SELECT count(*) FROM promises p WHERE (SELECT count(*) FROM events e WHERE e.kind = 'promise.made' AND e.subject_id = p.id) <> 1"),
    ('promises broken twice', "SELECT count(*) FROM (SELECT subject_id FROM events WHERE kind = 'promise.broken' GROUP BY subject_id HAVING count(*) > 1) x"),
    ('cases whose next promise is another one',
     "SELECT count(*) FROM cases c WHERE c.n_promises > 0 AND COALESCE(c.promise_due_at, 0) <> COALESCE((SELECT min(p.due_at) FROM promises p WHERE p.case_id = c.id AND p.state = 'open'), 0)"),
    ('letters without their message, or their event',
     "SELECT count(*) FROM letters l WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = l.message_id) OR (SELECT count(*) FROM events e WHERE e.kind = 'letter.sent' AND e.subject_id = l.id) <> 1"),
    ('letters sent twice', 'SELECT count(*) FROM (SELECT case_id FROM letters GROUP BY case_id HAVING count(*) > 1) x'),
    ('customers asked twice', "SELECT count(*) FROM (SELECT customer_id FROM survey_asked WHERE sent_at IS NOT NULL GROUP BY customer_id HAVING count(*) > 1) x"),
    ('surveys sent without a mail, or with two',
     "SELECT count(*) FROM survey_asked a WHERE a.sent_at IS NOT NULL AND (SELECT count(*) FROM outbox o WHERE o.message_id = a.message_id) <> 1"),
    ('surveys without their events',
     "SELECT count(*) FROM survey_asked a WHERE (a.sent_at IS NOT NULL AND (SELECT count(*) FROM events e WHERE e.kind = 'survey.sent' AND e.subject_id = a.id) <> 1)"
     " OR ((a.state = 'answered') <> ((SELECT count(*) FROM events e WHERE e.kind = 'survey.answered' AND e.subject_id = a.id) = 1))"),
    ('surveys that wait without a job', "SELECT count(*) FROM survey_asked a WHERE a.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind LIKE 'survey.%')"),
    ('answers under the bar without their one recovery',
     "SELECT count(*) FROM survey_answers a WHERE a.kind = 'csat' AND a.score <= 2 AND (SELECT count(*) FROM recoveries r WHERE r.asked_id = a.asked_id) <> 1"),
    ('recoveries of a score above it', "SELECT count(*) FROM recoveries r JOIN survey_answers a ON a.asked_id = r.asked_id WHERE a.kind = 'csat' AND a.score > 2"),
    ('recoveries whose last event is not their state',
     "SELECT count(*) FROM recoveries r WHERE %s <> CASE r.state WHEN 'open' THEN 'recovery.opened' ELSE 'recovery.done' END" % (LAST_EVENT % ('r', 'recovery'))),
    ('cases that ask twice whether it is still right', "SELECT count(*) FROM (SELECT case_id FROM follow_ups WHERE state IN ('waiting', 'asked') GROUP BY case_id HAVING count(*) > 1) x"),
)


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes every mail, and keeps the surveys' links by whom they went to: what RFC 5321 needs at least."""
    allow_reuse_address, daemon_threads = True, True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                self.wfile.write(b'220 mail.larch.example ESMTP\r\n')
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b'DATA':
                        self.wfile.write(b'354 go on\r\n')
                        self.server.take(b''.join(iter(self.rfile.readline, b'.\r\n')))
                    self.wfile.write(b'221 bye\r\n' if word == b'QUIT' else b'250 ok\r\n')
                    if word == b'QUIT':
                        return
            except OSError:
                pass  # killed in the middle

    def __init__(self):
        super().__init__(('127.0.0.1', 0), self.Handler)
        self.lock, self.ids, self.twice, self.links = threading.Lock(), set(), [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def take(self, raw):
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        text = mail.get_body(('plain',)).get_content()
        link = re.search(r'/survey/([^?\s]+)\?score=1\b', text)
        with self.lock:
            if mail['Message-ID'] in self.ids:
                self.twice.append(mail['Message-ID'])
            self.ids.add(mail['Message-ID'])
            if link:
                self.links.append(link[1])


def stamp(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


class Service(Cycles):
    CHECKS = CHECKS

    def __init__(self, instance, seed):
        super().__init__(instance, seed)
        self.post, self.number = PostOffice(), itertools.count(1)
        self.tokens = {'ada': instance.user('ada', 'admin'), 'ruth': instance.user('ruth', 'agent'), 'sam': instance.user('sam', 'supervisor')}
        self.answered = self.put_right = self.left = 0

    def set_up(self):
        server = self.instance.start()
        connection, ada = http.client.HTTPConnection(*server.address, timeout=20), self.tokens['ada']
        must(connection, ada, 'PATCH', '/settings', {'base_url': 'https://help.larch.example'})
        must(connection, ada, 'POST', '/mailboxes', {'address': 'help@larch.example', 'name': 'Larch', 'paused': True, 'imap': {'host': '127.0.0.1', 'port': 1, 'security': 'none'},
                                                     'smtp': {'host': '127.0.0.1', 'port': self.post.server_address[1], 'security': 'none', 'auth': 'none'}})
        must(connection, ada, 'POST', '/root-causes', {'name': 'Late parts'})
        survey = must(connection, ada, 'POST', '/surveys', {'name': 'Straight after', 'standard': 'csat', 'event': 'case.resolved', 'delay_minutes': 0, 'valid_days': 10})
        must(connection, ada, 'PATCH', '/surveys/' + survey['ref'], {'is_active': True})
        connection.close()
        self.end_well(server)

    def cycle(self):
        self.left = ANSWERS
        super().cycle()
        self.change('UPDATE promises SET due_at = due_at - %d, first_due_at = first_due_at - %d, next_at = next_at - %d, made_at = made_at - %d'
                    % ((PASSES_MS,) * 4),
                    "UPDATE cases SET promise_due_at = promise_due_at - %d WHERE promise_due_at IS NOT NULL" % PASSES_MS,
                    "UPDATE case_clocks SET promise_due = promise_due - %d WHERE promise_due IS NOT NULL" % PASSES_MS,
                    "UPDATE jobs SET due_at = due_at - %d WHERE kind LIKE 'promise.%%'" % PASSES_MS)

    def work(self, connection, chance, n):
        if n == 0 and self.customer_answers(connection, chance):
            return
        if n == 1 and self.lead_puts_right(connection):
            return
        self.complaint(connection, chance)

    def complaint(self, connection, chance):
        """From the first word to the final response; its first clock runs out about now."""
        ruth, now, n = self.tokens['ruth'], time.time() * 1000, next(self.number)
        case = must(connection, ruth, 'POST', '/cases', {'kind': 'complaint', 'subject': 'It broke', 'body': 'Again.', 'channel': 'phone',
                                                         'received_at': stamp(now - DAY_MS + chance.uniform(-100, 400)),
                                                         'customer': {'name': 'Ann %d' % n, 'email': 'ann%d@customer.example' % n}})
        where = '/cases/' + case['ref']
        must(connection, ruth, 'POST', where + '/assign', {'owner': 'me'})
        must(connection, ruth, 'POST', where + '/messages', {'direction': 'outbound', 'body': 'We call you back.',
                                                             'promises': [{'what': 'call back', 'due_at': stamp(now + 4 * 60 * 1000)}]})
        promise = must(connection, ruth, 'GET', where + '/promises')['promises'][0]
        end = chance.choice(('kept', 'withdraw', None))
        if end:
            must(connection, ruth, 'POST', '/promises/%s/%s' % (promise['ref'], end), {})
        must(connection, ruth, 'POST', where + '/decision', {'outcome': 'upheld', 'reasons': 'It lay in the depot.'})
        must(connection, ruth, 'POST', where + '/letter', {'subject': 'Our final response', 'body': 'You were right.'})
        must(connection, ruth, 'POST', where + '/stage', {'stage': 'resolved', 'outcome': 'upheld', 'root_cause': 'Late parts', 'reasons': 'It lay in the depot.'})

    def customer_answers(self, connection, chance):
        with self.post.lock:
            if not self.post.links or self.left == 0:
                return False
            link = self.post.links.pop(0)
        self.left -= 1
        status, answer = ask(connection, None, 'POST', '/survey/' + link, {'q1': str(chance.choice((1, 2, 4, 5)))})
        if status != 200:
            raise Failed('an answer to a survey: %d %s' % (status, answer))
        self.answered += 1
        return True

    def lead_puts_right(self, connection):
        for one in must(connection, self.tokens['sam'], 'GET', '/recoveries')['recoveries'][:1]:
            must(connection, self.tokens['sam'], 'POST', '/recoveries/%s/done' % one['ref'], {'words': 'Rang, and said sorry.'})
            self.put_right += 1
            return True
        return False

    def check(self):
        super().check()
        if self.post.twice:
            raise Failed('mails that left twice: %s' % self.post.twice[:3])

    def last(self):
        """Nothing that is due is left: not a clock, not a promise, not a survey."""
        server = self.instance.start()
        due = ('SELECT (SELECT count(*) FROM case_clocks WHERE next_at < %(now)d) + (SELECT count(*) FROM promises WHERE next_at < %(now)d AND state = \'open\')'
               " + (SELECT count(*) FROM survey_asked WHERE state = 'waiting') AS left" % {'now': time.time() * 1000})
        wait_until(lambda: self.value(due) == 0, 60, 'everything that is due')
        self.end_well(server)
        self.check()

    def tally(self):
        return '%d steps; %d clocks missed, %d promises broken, %d final responses, %d surveys sent, %d answered, %d put right, each once' % (
            self.told, *(self.value(one) for one in ("SELECT count(*) FROM clock_results WHERE missed", "SELECT count(*) FROM promises WHERE state = 'broken'",
                                                     'SELECT count(*) FROM letters', 'SELECT count(*) FROM survey_asked WHERE sent_at IS NOT NULL')), self.answered, self.put_right)


if __name__ == '__main__':
    sys.exit(main(Service, __doc__))
