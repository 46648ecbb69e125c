#!/usr/bin/env python3
"""check_routes HITS - every row of the route table was reached by a conversation or a journey.

HITS holds what servers wrote where REDRESS_ROUTES_HIT named a file: "METHOD /path COUNT", a line a row, at their end."""
import collections
import pathlib
import sys


def route_hits(folder):
    """How often each row, "METHOD /path", was reached by all servers together."""
    hits = collections.Counter()
    for file in pathlib.Path(folder).iterdir():
        for line in file.read_text().splitlines():
            row, _, count = line.rpartition(' ')
            hits[row] += int(count)
    return hits


def main(folder):
    hits = route_hits(folder)
    missed = sorted(row for row, n in hits.items() if not n)
    for row in missed:
        print('FAIL: no conversation and no journey reaches %s' % row)
    print('counts: %d passed, %d failed, 0 skipped' % (bool(hits and not missed), len(missed) or not hits))
    return bool(missed) or not hits


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
