#!/usr/bin/env python3
"""run.py --redress BINARY - what a look at a case costs, in what is the same on every machine: statements, template nodes, bytes.

The server counts them by route (GET /metrics). How long it takes: script/bench."""
import argparse
import gzip
import http.client
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
from redress import Failed, Instance, exchange  # noqa: E402

CASES, PATIENCE, ROUTE = 150, 100, 'route="/cases/{ref}"'
# At most, of every case of the demo. Who needs more raises it here, and says why in the same commit.
FIRST = {'json': 14, 'page': 27}  # statements of the first look: of mail, promises, surveys and remedies a case has some or none
AGAIN = {'json': 0, 'page': 2}    # of a later look, when nothing was written in between
NODES, BYTES = 2000, 56 * 1024   # of a page; the longest of these has a dozen messages and twenty events
PLAIN_NODES, PLAIN_BYTES = 950, 36 * 1024  # of a case of one or two messages


class Meter:
    """One connection: what was read lately is kept by the thread that reads."""

    def __init__(self, server, token):
        self.connection, self.token = http.client.HTTPConnection(*server.address, timeout=30), token

    def get(self, path):
        status, _, body = exchange(self.connection, 'GET', path, token=self.token, headers={'Accept-Encoding': 'identity'})
        if status != 200:
            raise Failed('GET %s: %d' % (path, status))
        return body

    def counts(self):
        text = self.get('/metrics').decode()
        return {found[1] + (found[2] or ''): int(found[3]) for found in
                re.finditer(r'^redress_(statements|template_nodes)_total\{method="GET",%s(?:,as="(\w+)")?\} (\d+)$' % re.escape(ROUTE), text, re.M)}

    def look(self, path):
        """One GET of a case: (its body, what it took)."""
        before = self.counts()
        body = self.get(path)
        return body, {name: n - before.get(name, 0) for name, n in self.counts().items()}

    def look_again(self, path, name):
        """The third look, or a later one: what a job writes in between, or a full memory, makes one the first again."""
        self.get(path)
        for _ in range(PATIENCE):
            took = self.look(path)[1]
            if took.get(name, 0) <= AGAIN[name.removeprefix('statements')]:
                break
        return took


def hold(what, n, most):
    if n > most:
        raise Failed('%s: %d, at most %d' % (what, n, most))


def prove(meter, ref, seen):
    """The page first: what a look at the case as JSON kept would be found by it, unless a job wrote in between."""
    bodies = {}
    for kind, path in (('page', '/cases/' + ref), ('json', '/api/v1/cases/' + ref)):
        bodies[kind], first = meter.look(path)
        name = 'statements' + kind
        again = meter.look_again(path, name)
        hold('statements of the first look at %s as %s' % (ref, kind), first.get(name, 0), FIRST[kind])
        hold('statements of a later look at %s as %s' % (ref, kind), again.get(name, 0), AGAIN[kind])
        seen['first ' + kind] = max(seen.get('first ' + kind, 0), first.get(name, 0))
        seen['again ' + kind] = max(seen.get('again ' + kind, 0), again.get(name, 0))
        if kind == 'page':
            nodes = again['template_nodes']
    plain = len(json.loads(bodies['json'])['messages']) <= 2
    hold('nodes of the page of %s' % ref, nodes, PLAIN_NODES if plain else NODES)
    hold('bytes of the page of %s' % ref, len(bodies['page']), PLAIN_BYTES if plain else BYTES)
    for word, n in (('nodes', nodes), ('bytes', len(bodies['page'])), ('bytes compressed', len(gzip.compress(bodies['page'])))):
        word += ', of a case of one or two messages' if plain else ''
        seen[word] = max(seen.get(word, 0), n)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--redress', required=True)
    with Instance(parser.parse_args().redress) as instance:
        instance.run('demo', options=['--cases', str(CASES), '--seed', '7'])
        token = instance.run('token', 'add', options=['--email', 'ruth.collins@larchandfern.example', '--name', 'tests']).stdout.strip()
        meter, seen, after, refs = Meter(instance.start(options=['--rate', '1000000']), token), {}, '', []
        while after is not None:
            page = json.loads(meter.get('/api/v1/cases?view=all&sort=newest&limit=100' + ('&after=' + after if after else '')))
            refs, after = refs + [case['ref'] for case in page['cases']], page['next']
        for ref in refs:
            prove(meter, ref, seen)
        instance.server.stop()
    if len(refs) < CASES:
        raise Failed('only %d of %d cases were looked at' % (len(refs), CASES))
    print('at most %s' % ', '.join('%s %d' % pair for pair in seen.items()))
    return len(refs)


if __name__ == '__main__':
    try:
        print('ok   %d cases' % main())
        print('counts: 1 passed, 0 failed, 0 skipped')
    except Failed as failure:
        print('FAIL %s\ncounts: 0 passed, 1 failed, 0 skipped' % failure)
        sys.exit(1)
