#!/usr/bin/env python3
"""check_index.py - every test that tests/mail/README.md names is there, so that the index cannot grow old unseen."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[1]
units = ''.join(path.read_text() for path in (root / 'unit').rglob('*.c'))
served = ''.join(path.read_text() for path in (root / 'mail').glob('*.py'))
bad = []
named = re.findall(r'`([^`…]+)`', (root / 'mail' / 'README.md').read_text().split('\n|', 1)[1])
for name in named:
    if name.startswith('/'):
        found = '"%s"' % name in units
    elif name.startswith('test_'):
        found = 'def %s(' % name in served
    elif name.startswith('fuzz_'):
        found = (root / 'fuzz' / (name + '.c')).is_file() and any((root / 'fuzz' / 'corpus' / name[5:]).iterdir())
    elif name.startswith('words/'):
        found = (root / name).is_file() and name[6:] in (root / 'words' / 'meson.build').read_text()
    elif name.endswith('.mjs'):
        found = (root / 'e2e' / 'journeys' / name).is_file()
    elif name.endswith('.http'):
        found = (root / 'api' / name).is_file()
    else:
        continue
    if not found:
        bad.append(name)
for name in bad:
    print('not ok tests/mail/README.md names %s, which is nowhere' % name)
print('%d tests named, %d missing' % (len(named), len(bad)))
sys.exit(bool(bad) or len(named) < 100)
