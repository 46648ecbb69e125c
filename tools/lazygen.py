#!/usr/bin/env python3
"""lazygen IN.lazy OUT.h OUT.c - a library that is loaded when its first function is called, not when the program starts.

IN.lazy: a line `package NAME` of pkg-config, lines `include HEADER`, then the names that are used, one a line. OUT.h includes
those headers and makes each name a call through a table with the header's own type, so that nothing else changes where it is
used; a function that is not listed does not link. The loading itself: base/lazy.h."""
import pathlib
import re
import subprocess
import sys

HEAD = '/* Made by tools/lazygen.py from %s. Do not edit. */\n'


def ask(*argv):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def soname(package):
    """The name the linker would have recorded: of the first library the package is linked with."""
    name = 'lib%s.so' % next(word for word in ask('pkg-config', '--libs-only-l', package) if word.startswith('-l'))[2:]
    path = subprocess.run(['cc', '-print-file-name=' + name], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    if '/' not in path:
        path = ask('pkg-config', '--variable=libdir', package)[0] + '/' + name
    dynamic = subprocess.run(['readelf', '-d', path], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.search(r'SONAME.*\[(.*)\]', dynamic)[1]


def read(path):
    package, includes, names = '', [], []
    for line in path.read_text().splitlines():
        words = line.split('#', 1)[0].split()
        if not words:
            continue
        if words[0] == 'package':
            package = words[1]
        elif words[0] == 'include':
            includes.append(words[1])
        else:
            names += words
    if not package or not includes or len(names) != len(set(names)):
        sys.exit('%s: a package, an include, and each name once' % path)
    return package, includes, names


def main(source, header, code):
    path = pathlib.Path(source)
    package, includes, names = read(path)
    word = re.sub(r'\W', '_', path.stem)
    out = [HEAD % path.name, '#pragma once\n#include "base/lazy.h"\n']
    out += ['#include <%s>\n' % one for one in includes]
    out.append('\nstruct Lazy_%s {\n' % word)
    out += ['\t__typeof__(%s) *%s;\n' % (name, name) for name in names]
    out.append('};\nextern struct Lazy_%s lazy_%s_table;\nextern LazyLibrary lazy_%s;\n\n' % (word, word, word))
    out.append('static inline const struct Lazy_%s *\nlazy_%s_loaded(void)\n{\n\tlazy_need(&lazy_%s);\n\treturn &lazy_%s_table;\n}\n\n' % (word, word, word, word))
    for name in names:
        out.append('#undef %s\n#define %s (*lazy_%s_loaded()->%s)\n' % (name, name, word, name))
    pathlib.Path(header).write_text(''.join(out))
    out = [HEAD % path.name, '#include "%s"\n\n' % pathlib.Path(header).name, 'struct Lazy_%s lazy_%s_table;\n\n' % (word, word)]
    out.append('static const char *const names[] = {\n' + ''.join('\t"%s",\n' % name for name in names) + '\tNULL,\n};\n\n')
    out.append('G_STATIC_ASSERT(sizeof lazy_%s_table == (G_N_ELEMENTS(names) - 1) * sizeof(void *));\n\n' % word)
    out.append('LazyLibrary lazy_%s = { .file = "%s", .names = names, .table = &lazy_%s_table };\n' % (word, soname(package), word))
    pathlib.Path(code).write_text(''.join(out))


if __name__ == '__main__':
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
