#!/usr/bin/env python3
"""remedies.py --redress BINARY [--cycles N] - kill -9 in the middle of every step of a remedy: nothing is paid twice, nothing is lost.

Four clients write complaints, offer, approve as somebody else, choose as the customer, mark as done, take back, as fast as they can, while a shop is
asked to pay by webhook, and to take back: it does each once for each key, and loses every third answer. After each kill the database must agree with itself: the ledger with
the events and with the remedies' states, budgets with what is set aside and used, each remedy in one state of its life; and the shop must have paid
each remedy at most once, and every one that is done. After the last start everything that was chosen is paid. How the cycles go: frame.py.
A short run (--cycles 12, under a minute) is part of script/test; the long one is --cycles 200."""
import http.client
import http.server
import json
import sys
import threading

from frame import Cycles, Failed, ask, main, wait_until

CHECKS = (
    ('rows of the ledger without their event',
     "SELECT count(*) FROM ledger l WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.subject_id = l.remedy_id AND e.kind = CASE l.entry WHEN 'done' THEN 'remedy.done' ELSE 'remedy.reversed' END)"),
    ('remedies with a value that are done and not in the ledger',
     "SELECT count(*) FROM remedies r WHERE r.state IN ('done', 'reversed') AND r.amount_minor > 0 AND (SELECT count(*) FROM ledger l WHERE l.remedy_id = r.id AND l.entry = 'done') <> 1"),
    ('rows of the ledger whose remedy was never done', "SELECT count(*) FROM ledger l JOIN remedies r ON r.id = l.remedy_id WHERE r.state NOT IN ('done', 'reversed')"),
    ('budgets that are not what is set aside',
     'SELECT count(*) FROM budget_periods p WHERE p.reserved_minor <> (SELECT COALESCE(sum(o.held_minor), 0) FROM offers o WHERE o.period_id = p.id)'),
    ('budgets that are not what was used',
     'SELECT count(*) FROM budget_periods p WHERE p.used_minor <> (SELECT COALESCE(sum(l.amount_minor), 0) FROM ledger l JOIN remedies r ON r.id = l.remedy_id JOIN offers o ON o.id = r.offer_id WHERE o.period_id = p.id)'),
    ('remedies whose last event is not their state',
     "SELECT count(*) FROM remedies r WHERE (SELECT e.kind FROM events e WHERE e.subject_id = r.id AND e.kind LIKE 'remedy.%' ORDER BY e.id DESC LIMIT 1) <> CASE r.state WHEN 'doing' THEN 'remedy.started' ELSE 'remedy.' || r.state END"),
    ('offers that are neither one thing nor the other',
     "SELECT count(*) FROM offers o WHERE o.state = 'open' AND EXISTS (SELECT 1 FROM remedies r WHERE r.offer_id = o.id AND r.state <> 'offered')"),
    ('what is being taken back and has no job', "SELECT count(*) FROM remedy_takebacks b WHERE b.state = 'asked' AND (SELECT count(*) FROM jobs j WHERE j.kind = 'remedy.takeback') = 0"),
    ('taken back by its system without being reversed', "SELECT count(*) FROM remedy_takebacks b JOIN remedies r ON r.id = b.remedy_id WHERE (b.state = 'done') <> (r.state = 'reversed')"),
    ('what is being paid and has no job', "SELECT count(*) FROM remedies r WHERE r.done_by = 'webhook' AND r.state IN ('chosen', 'doing') AND (SELECT count(*) FROM jobs j WHERE j.kind = 'remedy.pay') = 0"),
)


class Shop:
    """Pays once for each key; every third answer is lost."""

    def __init__(self):
        self.lock, self.paid, self.back, self.calls, self.twice = threading.Lock(), {}, {}, 0, []
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                key = self.headers['Idempotency-Key']
                known = shop.back if self.path == '/back' else shop.paid
                with shop.lock:
                    shop.calls += 1
                    lost = shop.calls % 3 == 0
                    if known.get(key, body) != body or (known is shop.back) != (body.get('action') == 'take_back'):
                        shop.twice.append(key)
                    known.setdefault(key, body)
                answer = json.dumps({'state': 'reversed' if known is shop.back else 'done', 'reference': 'SHOP-' + key, 'amount_minor': body['amount_minor'], 'currency': body['currency'], 'remedy': body['remedy']}).encode()
                try:
                    self.send_response(503 if lost else 200)
                    self.send_header('Content-Length', str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # killed while it was told

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def one_story(connection, tokens, chance):
    """A complaint, an offer, somebody else's yes, the customer's choice, and often the payment taken back."""
    _, case = ask(connection, tokens['ruth'], 'POST', '/cases', {'kind': 'complaint', 'subject': 'It broke', 'body': 'Again.'})
    ask(connection, tokens['ruth'], 'POST', '/cases/%s/assign' % case['ref'], {'team': tokens['team']})
    by_shop = chance.random() < 0.5
    status, offer = ask(connection, tokens['ruth'], 'POST', '/cases/%s/offers' % case['ref'],
                        {'direct': chance.random() < 0.5, 'option1': {'type': 'refund' if by_shop else 'compensation', 'amount': str(chance.choice((20, 180)))}})
    if status != 201:
        return  # the month's money is gone: a clear answer too
    remedy = offer['options'][0]['remedies'][0]['ref']
    _, shown = ask(connection, tokens['sam'], 'GET', '/remedies/' + remedy)
    if shown['approval'] and shown['approval']['state'] == 'waiting':
        ask(connection, tokens['sam'], 'POST', '/approvals/' + shown['approval']['ref'], {'decision': 'approve'})
    _, offer = ask(connection, tokens['ruth'], 'GET', '/offers/' + offer['ref'])
    if offer['state'] == 'open':
        _, link = ask(connection, tokens['ruth'], 'GET', '/cases/%s/link' % case['ref'])
        _, track = ask(connection, None, 'GET', '/track/' + link['url'].rsplit('/', 1)[1])
        if track['choose']:
            ask(connection, None, 'POST', '/choose/' + track['choose']['link'], {'option': '1'})
    if not by_shop:
        ask(connection, tokens['sam'], 'POST', '/remedies/%s/done' % remedy, {'reference': 'by hand'})
    tokens['earlier'].append(remedy)
    if chance.random() < 0.4:  # by hand, or the shop is asked to; what was not done yet is not taken back
        ask(connection, tokens['sam'], 'POST', '/remedies/%s/reverse' % chance.choice(tokens['earlier'][-40:]), {'reason': 'a mistake'})


class Remedies(Cycles):
    CHECKS = CHECKS

    def __init__(self, instance, seed):
        super().__init__(instance, seed)
        self.shop = Shop()
        self.tokens = {'earlier': [], 'ada': instance.user('ada', 'admin'), 'ruth': instance.user('ruth', 'agent'), 'sam': instance.user('sam', 'supervisor')}

    def work(self, connection, chance, n):
        one_story(connection, self.tokens, chance)

    def expected(self, line):
        return '(503)' in line or 'There was no answer' in line

    def refs(self, state):
        return [row['ref'] for row in self.rows("SELECT ref FROM remedies WHERE done_by = 'webhook' AND state %s" % state)]

    def set_up(self):
        server = self.instance.start()
        connection = http.client.HTTPConnection(*server.address, timeout=20)
        ada = self.tokens['ada']
        ask(connection, ada, 'PATCH', '/settings', {'currency': 'GBP', 'webhook_hosts': '127.0.0.1:%d' % self.shop.port})
        _, team = ask(connection, ada, 'POST', '/teams', {'name': 'Care'})
        self.tokens['team'] = team['ref']
        ask(connection, ada, 'POST', '/budgets', {'team': team['ref'], 'currency': 'GBP', 'period': 'month', 'amount': '9000000'})
        for role, most in (('agent', '100'), ('supervisor', '500')):
            ask(connection, ada, 'POST', '/authority', {'scope': 'role', 'role': role, 'currency': 'GBP', 'per_remedy': most})
        _, hook = ask(connection, ada, 'POST', '/remedy-hooks', {'name': 'Shop', 'url': 'http://127.0.0.1:%d/' % self.shop.port, 'back_url': 'http://127.0.0.1:%d/back' % self.shop.port, 'timeout_s': 5})
        _, types = ask(connection, ada, 'GET', '/remedy-types')
        refund = next(one for one in types['types'] if one['kind'] == 'refund')
        ask(connection, ada, 'PATCH', '/remedy-types/' + refund['ref'], {'done_by': 'webhook', 'hook': hook['ref']})
        connection.close()
        self.end_well(server)

    def check(self):
        super().check()
        if self.shop.twice:
            raise Failed('asked again with other words under the same key: %s' % self.shop.twice[:3])
        unpaid = [ref for ref in self.refs("= 'done'") if ref not in self.shop.paid]
        if unpaid:
            raise Failed('done, and the shop knows nothing of it: %s' % unpaid[:3])
        kept = [ref for ref in self.refs("= 'reversed'") if ref + '-back' not in self.shop.back]
        if kept:
            raise Failed('taken back, and the shop knows nothing of it: %s' % kept[:3])

    def last(self):
        """A last start without a kill: what was chosen is paid, by asking again where an answer was lost."""
        server = self.instance.start()
        connection = http.client.HTTPConnection(*server.address, timeout=20)

        def all_paid():
            for ref in self.refs("IN ('chosen', 'doing')"):
                ask(connection, self.tokens['sam'], 'POST', '/remedies/%s/retry' % ref)
            for row in self.rows("SELECT r.ref FROM remedies r JOIN remedy_takebacks b ON b.remedy_id = r.id WHERE b.state = 'asked'"):
                ask(connection, self.tokens['sam'], 'POST', '/remedies/%s/retry' % row['ref'])
            return not self.refs("IN ('chosen', 'doing')") and not self.rows("SELECT remedy_id FROM remedy_takebacks WHERE state = 'asked'")
        wait_until(all_paid, 60, 'everything to be paid, and taken back')
        connection.close()
        self.end_well(server)
        self.check()
        asked, done = set(self.shop.paid), set(self.refs("IN ('done', 'reversed')"))
        if asked != done:
            raise Failed('the shop paid %d, we know of %d' % (len(asked), len(done)))
        back, reversed_ = set(self.shop.back), {ref + '-back' for ref in self.refs("= 'reversed'")}
        if back != reversed_:
            raise Failed('the shop took back %d, we know of %d' % (len(back), len(reversed_)))

    def tally(self):
        return '%d stories, %d payments and %d takings back asked for in %d calls, each done once' % (self.told, len(self.shop.paid), len(self.shop.back), self.shop.calls)


if __name__ == '__main__':
    sys.exit(main(Remedies, __doc__))
