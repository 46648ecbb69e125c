#!/usr/bin/env python3
"""test_start.py REDRESS - the program starts with few libraries: an MTA starts it for each mail, and the loader's work for all that
the server uses was ten times that of keeping one. What is used seldom is loaded at its first use: docs/adding.md, "A library"."""
import re
import subprocess
import sys

ALLOWED = {'libglib-2.0', 'libgobject-2.0', 'libsodium', 'libsqlite3', 'libz', 'libm', 'libc', 'ld-linux-x86-64', 'ld-linux-aarch64',
           'libasan', 'libubsan', 'libtsan', 'libgcov', 'libdl', 'libpthread', 'libgcc_s'}
listed = subprocess.run(['readelf', '-d', sys.argv[1]], check=True, stdout=subprocess.PIPE, text=True).stdout
needed = {name.split('.so')[0] for name in re.findall(r'NEEDED.*\[(.*)\]', listed)}
strange = sorted(needed - ALLOWED)
if not needed or strange:
    sys.exit('redress is linked with %s: load it at its first use instead (docs/adding.md, "A library")' % (', '.join(strange) or 'nothing that readelf can tell'))
print('ok: %d libraries at the start' % len(needed))
