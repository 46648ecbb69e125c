#!/usr/bin/env python3
"""mail_html.py PRINTER CORPUS - every HTML part of the corpus' mails is cleaned and read as words within a second a
megabyte (and two seconds of grace), by a program with sanitizers, and cleaned again it stays the same.

PRINTER is words_print; without CORPUS (not part of this project) nothing is tried."""
import email
import email.policy
import pathlib
import subprocess
import sys
import time


def html_of(path):
    data = path.read_bytes()
    if path.suffix in ('.html', '.htm'):
        return [data]
    if b'html' not in data.lower():
        return []
    try:
        parts = [part for part in email.message_from_bytes(data, policy=email.policy.compat32).walk() if part.get_content_type() == 'text/html']
        return [part.get_payload(decode=True) or b'' for part in parts] or [data]
    except (ValueError, LookupError, AssertionError, TypeError, AttributeError):
        return [data]  # it is HTML to us all the same


def run(printer, what, data):
    started = time.monotonic()
    out = subprocess.run([printer, what], input=data, capture_output=True, check=False, timeout=60)
    assert out.returncode == 0, f'{what}: exit {out.returncode}: {out.stderr.decode(errors="replace")[:2000]}'
    took = time.monotonic() - started
    assert took < 2 + len(data) / 1e6, f'{what}: {took:.1f} s for {len(data)} bytes'
    return out.stdout


def main():
    printer, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    if not corpus.is_dir():
        print('1..0 # SKIP no corpus here')
        return 0
    n, faults = 0, []
    for path in sorted(p for p in corpus.rglob('*') if p.is_file()):
        for html in html_of(path):
            n += 1
            try:
                clean = run(printer, 'clean', html)
                if run(printer, 'clean', clean) != clean:
                    faults.append(f'{path}: cleaned again it changes')
                run(printer, 'text', html)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                faults.append(f'{path}: {error}')
    for fault in faults:
        print('#', fault.replace('\n', '\n# '))
    print(f'# {n} HTML parts')
    print('1..1')
    print('not ok' if faults or n == 0 else 'ok', '1 - all HTML of the corpus is cleaned in time and for good')
    return 0


if __name__ == '__main__':
    sys.exit(main())
