#!/usr/bin/env python3
"""check_style ROOT - hold the tree against the house's habits (CONTRIBUTING.md); TAP, one line a habit.

Layers have their own: check_layers.py. Each message says what to write instead."""
import pathlib
import re
import subprocess
import sys

CODE = {'.c', '.h', '.py', '.mjs', '.ts', '.sql'}
LONG, TOO_LONG, FUNCTION = 400, 600, 70

# (pattern, what to write instead, files that are the one right place)
C_IDIOMS = (
    (r'\b(strcpy|strcat|sprintf|vsprintf|gets)\s*\(', 'bounded: g_strlcpy, g_snprintf, GString', ()),
    (r'\b(atoi|atol|atof|strtok)\s*\(', 'g_ascii_string_to_signed, g_strsplit: they say when it is no number', ()),
    (r'\b(localtime|gmtime|ctime|asctime|mktime)\s*\(', 'base/clock.h', ()),
    (r'\bg_get_real_time\s*\(|\btime\s*\(\s*NULL\s*\)|\bg_date_time_new_now|\bgettimeofday\s*\(', 'pass now_ms in; the clock is base/clock.h', ('src/base/clock.c',)),
    (r'\b(rand|random|srand|g_random_\w+)\s*\(', 'base/ids.h, or a seeded generator of your own', ('src/store/writer.c',)),
    (r'\bref_new\s*\(', 'ref_insert() of store/refs.h: a taken ref is drawn again', ('src/base/ids.c', 'src/base/ids.h', 'src/store/refs.c')),
    (r'\b(system|popen|g_spawn_command_line\w*)\s*\(', 'no shell: it reads what strangers wrote', ()),
    (r'\b(alloca|g_alloca|g_newa)\s*\(', 'the heap: a stranger sizes it', ()),
    (r'\bg_(message|warning|critical|print|printerr)\s*\(', 'log_*() of base/log.h, where the error stops', ('src/base/log.c',)),
)
TEST_IDIOMS = (
    (r'\b(sleep|usleep|nanosleep|g_usleep)\s*\(', 'wait on the event with a deadline', ()),
)
TEMPLATE_IDIOMS = (
    (r'<[^>{]*\sstyle\s*=', 'the policy drops style="..."; a class, or an SVG attribute', ()),
    (r'<[^>]*\son[a-z]+\s*=', 'the policy drops on...=; a script island listens', ()),
    (r'hx-on\b', 'hx-on needs eval; a script island listens', ()),
    (r'''["']\s*(js|javascript):''', 'js: values need eval', ()),
    (r'hx-trigger="[^"]*\[', 'trigger filters need eval', ()),
    (r'<style\b', 'styles live in ui/styles', ()),
    (r'<script(?![^>]*\ssrc=)[^>]*>', 'no inline script: the policy stops it', ()),
)
WORD_IDIOMS = (
    (r'\b(TODO|FIXME|HACK)\b|\bXXX:', 'finish it, or write it into the issue', ('tools/check_style.py', 'tests/style/test_style.py')),
    (r'(?<![\w/.])/(work/(wt|main|shared)\b|root/|home/\w+/)', 'a path of one machine', ('tools/check_style.py', 'tests/style/test_style.py')),
)


class Tree:
    """The files of a checkout: what git tracks or would track, or all of them outside git."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        listed = subprocess.run(['git', '-C', str(root), 'ls-files', '-z', '-co', '--exclude-standard'], capture_output=True, check=False)
        if listed.returncode == 0 and listed.stdout:
            names = [name for name in listed.stdout.decode().split('\0') if name]
        else:
            names = [str(p.relative_to(root)) for p in self.root.rglob('*') if p.is_file()]
        skip = ('build', 'node_modules', '.git', 'demo-data')
        self.names = sorted(n for n in names if n.split('/')[0] not in skip and '__pycache__' not in n and (self.root / n).is_file())
        self.texts = {}

    def text(self, name):
        if name not in self.texts:
            self.texts[name] = (self.root / name).read_text(encoding='utf-8', errors='replace')
        return self.texts[name]

    def some(self, *suffixes, under=''):
        return [n for n in self.names if n.startswith(under) and (not suffixes or pathlib.PurePath(n).suffix in suffixes)]


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def blank(found):
    return re.sub(r'[^\n]', ' ', found[0])


def bare_c(text):
    """C with comments and strings blanked, so that words in them are not taken for code."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', blank, text, flags=re.S)


def idioms(tree, names, rules, prepare=lambda text: text):
    for name in names:
        text = prepare(tree.text(name))
        for pattern, instead, places in rules:
            if name in places:
                continue
            for found in re.finditer(pattern, text):
                yield name, line_of(text, found.start()), '%s: %s' % (found[0].strip()[:60], instead)


def check_sizes(tree):
    """files of at most 600 lines, one subject each"""
    for name in tree.names:
        if pathlib.PurePath(name).suffix in CODE | {'.css', '.html'} and not name.startswith('tests/unit/text/spec'):
            n = tree.text(name).count('\n')
            if n > TOO_LONG and pathlib.PurePath(name).suffix in CODE:
                yield name, n, 'over %d lines: which two subjects are in here?' % TOO_LONG
            elif n > LONG and name.startswith('src/'):
                print('# %s: %d lines, soon two files' % (name, n))


def check_functions(tree):
    """functions that fit a screen"""
    for name in tree.some('.c'):
        lines = tree.text(name).split('\n')
        start = None
        for n, line in enumerate(lines):
            if line == '{':
                start = n
            elif line.startswith('}') and start is not None:
                if n - start > FUNCTION and not line.startswith('};'):
                    yield name, start, '%d lines in one function: name its parts (at most %d)' % (n - start, FUNCTION)
                start = None


def check_headers(tree):
    """each header opens with what it is"""
    for name in tree.some('.h', under='src/'):
        first = tree.text(name).split('\n', 1)[0]
        if not first.startswith('/* %s - ' % pathlib.PurePath(name).name):
            yield name, 1, 'the first line is "/* %s - what it is, and where else one may have meant to go"' % pathlib.PurePath(name).name
        if '#pragma once' not in tree.text(name):
            yield name, 1, '#pragma once'


def check_c(tree):
    """C idioms"""
    yield from idioms(tree, tree.some('.c', '.h', under='src/'), C_IDIOMS, bare_c)
    yield from idioms(tree, tree.some('.c', '.h', under='tests/'), TEST_IDIOMS, bare_c)


def check_sql_place(tree):
    """SQL lives in .sql files"""
    for name in tree.some('.c', under='src/'):
        if name.startswith('src/store/'):
            continue
        text = re.sub(r'/\*.*?\*/', blank, tree.text(name), flags=re.S)
        for found in re.finditer(r'"\s*(SELECT\s[^"]*\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s)', text):
            yield name, line_of(text, found.start()), 'a statement in C: put it into the folder\'s .sql as "-- name: ..."'


def check_sql_used(tree):
    """every statement is used"""
    used = {word for name in tree.some('.c', '.h') for word in re.findall(r'\bSQL_(\w+)', bare_c(tree.text(name)))}
    for name in tree.some('.sql', under='src/'):
        text = tree.text(name)
        for found in re.finditer(r'^-- name:\s*(\w+)', text, re.M):
            if found[1].upper() not in used:
                yield name, line_of(text, found.start()), '%s is used nowhere: take it out' % found[1]


def check_templates(tree):
    """templates obey the content security policy"""
    yield from idioms(tree, tree.some('.html', '.mustache', under='ui/'), TEMPLATE_IDIOMS)


def check_comments(tree):
    """template comments end where they are meant to"""
    for name in tree.some('.html', '.mustache', under='ui/'):
        text = tree.text(name)
        for found in re.finditer(r'\{\{!.*?\}\}(\}?)', text, re.S):
            if found[1] or '{{' in found[0][2:]:
                yield name, line_of(text, found.start()), 'a comment ends at its first "}}", and the rest stands on the page: write the braces apart'
        shown = re.sub(r'\{\{\{.*?\}\}\}|\{\{.*?\}\}', blank, text, flags=re.S)
        for found in re.finditer(r'\{\{|\}\}', shown):
            yield name, line_of(text, found.start()), '"%s" stands on the page' % found[0]


def check_words(tree):
    """no left-over marks, no paths of one machine"""
    yield from idioms(tree, [n for n in tree.some() if n != 'package-lock.json' and is_text(n)], WORD_IDIOMS)


def is_text(name):
    return pathlib.PurePath(name).suffix in CODE | {'.md', '.html', '.css', '.json', '.build', '.txt', '.http', '.sh', '.mustache', '.po', ''}


def check_dashes(tree):
    """no em dash in words that people read"""
    for name in tree.some('.html', '.md', '.json', '.txt', '.po', '.ini', '.mustache', '.c', '.h', '.ts', '.sql'):
        if name.startswith(('tests/', 'package-lock', 'src/demo/data')):
            continue
        text = tree.text(name)
        for found in re.finditer('\u2014', text):
            yield name, line_of(text, found.start()), 'an em dash: a comma, a colon or two sentences'


def check_lock(tree):
    """the lock file names no download hosts"""
    for name in tree.names:
        if name.endswith('package-lock.json'):
            text = tree.text(name)
            for found in re.finditer(r'"resolved": "https?://', text):
                yield name, line_of(text, found.start()), 'set omit-lockfile-registry-resolved=true in .npmrc and make it again'


def check_decisions(tree):
    """decisions are numbered once, named and listed"""
    seen = {}
    for name in tree.some('.md', under='docs/decisions/'):
        found = re.match(r'docs/decisions/(\d{4})-', name)
        if not found:
            continue
        number = int(found[1])
        if number in seen:
            yield name, 1, 'number %d is already %s' % (number, seen[number])
        seen[number] = name
        if not tree.text(name).startswith('# %d. ' % number):
            yield name, 1, 'the first line is "# %d. Title"' % number
        if pathlib.PurePath(name).name not in tree.text('docs/decisions/README.md'):
            yield name, 1, 'not listed in docs/decisions/README.md'


def check_scripts(tree):
    """scripts can be run and say what they are"""
    for name in tree.names:
        if not name.startswith(('script/', '.ci/')) or name.endswith('.sh'):
            continue
        path, lines = tree.root / name, tree.text(name).split('\n')
        if not path.stat().st_mode & 0o100:
            yield name, 1, 'chmod +x'
        if not lines[0].startswith('#!') or not lines[1].startswith('# '):
            yield name, 2, 'after the "#!" line: what it does, in a comment'


CHECKS = [value for name, value in sorted(globals().items()) if name.startswith('check_')]


def main(root):
    tree, failed = Tree(root), 0
    print('1..%d' % len(CHECKS))
    for number, check in enumerate(CHECKS, 1):
        faults = list(check(tree))
        for name, line, message in faults:
            print('# %s:%d: %s' % (name, line, message))
        print('%sok %d %s' % ('not ' if faults else '', number, check.__doc__))
        failed += bool(faults)
    return failed != 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
