#!/usr/bin/env python3
"""count_tests TESTLOG.json - count single tests in meson's log (each TAP line one, each plain test one) and show what failed.

The last line is "counts: N passed, N failed, N skipped", as script/test reads it."""
import json
import re
import sys

TAP = re.compile(r'^(not )?ok\b[ \t]*\d*[ \t]*-?[ \t]*(.*?)(#[ \t]*(skip|todo)\b.*)?$', re.I)


def count(record):
    """(passed, failed, skipped, failed names) of one meson test."""
    passed = skipped = 0
    failed = []
    for line in (record.get('stdout') or '').splitlines():
        m = TAP.match(line)
        if not m:
            continue
        if m[4]:
            skipped += 1
        elif m[1]:
            failed.append(m[2].strip() or 'unnamed')
        else:
            passed += 1
    result = record['result']
    if not passed and not failed and not skipped:
        passed, skipped = int(result in ('OK', 'EXPECTEDFAIL')), int(result == 'SKIP')
    if result not in ('OK', 'SKIP', 'EXPECTEDFAIL') and not failed:
        failed = ['%s (%s, status %s)' % (record['name'], result.lower(), record.get('returncode'))]
    return passed, len(failed), skipped, failed


def main(path):
    passed = failed = skipped = 0
    with open(path, encoding='utf-8') as log:
        records = [json.loads(line) for line in log if line.strip()]
    for record in records:
        p, f, s, names = count(record)
        passed, failed, skipped = passed + p, failed + f, skipped + s
        if f:
            print('---- %s: %s' % (record['name'], '; '.join(names)))
            for stream in ('stdout', 'stderr'):
                text = (record.get(stream) or '').strip()
                if text:
                    print('\n'.join(l for l in text.splitlines()[-60:] if not re.match(r'ok\b', l)))
    slow = sorted(records, key=lambda r: -r['duration'])[:3]
    print('slowest: ' + ', '.join('%s %.1f s' % (r['name'], r['duration']) for r in slow))
    print('counts: %d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 0 if records else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
