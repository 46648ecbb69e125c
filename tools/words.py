#!/usr/bin/env python3
"""words - the catalogues of ui/words, one gettext .po a language, without needing gettext.

  words.py extract UI SRC       brings ui/words/*.po up to date: texts of {{_ }} in pages and parts, of scripts/words.json, of WORD("..") in
                                src/ and of what its rules say to people; translations are kept, what nobody uses any more goes to the end as obsolete
  words.py missing UI SRC       lists what is not translated, or not in the catalogue, as file:line; exit 1 when any
  words.py compile OUT.c PO...  the catalogues as C tables (text/template.h: template_set_words)
"""
import json, pathlib, re, sys

TAG = re.compile(r'\{\{(&?)\s*_(?:(n)\s|@(\S+)\s|\s)(.*?)\}\}', re.S)
CALL = re.compile(r'\bWORD(_N)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)(?:,\s*((?:"(?:[^"\\]|\\.)*"\s*)+))?\)')

# What the rules say to people: err_add_field(.., field, "text"), draft_fault(.., "text"), and conflicts. Values become {a}, {b} ...
TEXT = r'((?:"(?:[^"\\]|\\.)*"|\s|G_\w+_FORMAT)+)[,)]'
SAID = (re.compile(r'\berr_add_field\(\s*[^,"()]+,\s*(?:"[^"]*"|[^,"]+),\s*' + TEXT), re.compile(r'\bdraft_fault\(\s*[^,"]+,\s*[^,"]+,\s*' + TEXT),
        re.compile(r'\bg_set_error(?:_literal)?\(\s*[^,"]+,\s*ERR,\s*ERR_(?:CONFLICT|DENIED|LIMIT),\s*' + TEXT))
# What mail servers are said to have done wrong (mail/stream.h puts the server's name before it), and what is marked: ERR_.., /* said */ "text".
SAID_ANYWHERE = ((re.compile(r'\bmail_stream_fail\(\s*[^,"]+,\s*[^,"]+,\s*' + TEXT), '"%s: "'), (re.compile(r'/\* said \*/\s*' + TEXT), ''))
UNSEEN = ('src/flow/import/', 'src/flow/export/', 'src/flow/mail', 'src/flow/customer', 'src/mail/', 'src/http/body.c', 'src/http/replay.c', 'src/http/form.c', 'src/http/draft_json.c', 'src/insight/measures_csv.c') # no page shows these


def said_text(source):
    text = ''.join(json.loads(part) if part.startswith('"') else 'd' for part in re.findall(r'"(?:[^"\\]|\\.)*"|G_\w+_FORMAT', source))
    letters = iter('abcdefgh')
    return re.sub(r'%[-+0# ]*\d*(?:\.\d+)?(?:ll?|z)?[diuxcs]', lambda _: '{%s}' % next(letters), text).replace('%%', '%')


def split_forms(body):
    """'n|%n% case|%n% cases' at bars outside of %value|formatter%."""
    forms, at, now = [], 0, ''
    while at < len(body):
        inside = re.match(r'%%|%[A-Za-z_.@\'"][^%]*%', body[at:])
        if inside and forms:
            now += inside[0]
            at += len(inside[0])
        elif body[at] == '|':
            forms.append(now.strip())
            now, at = '', at + 1
        else:
            now, at = now + body[at], at + 1
    return forms + [now.strip()]


def texts_of(ui, src):
    """{(context, one, many): [places]} in the order they are met."""
    found = {}

    def add(context, one, many, place):
        places = found.setdefault((context, one, many), [])
        if place not in places:
            places.append(place)
    for path in sorted((ui / 'pages').glob('*.html')) + sorted((ui / 'parts').glob('*.html')):
        source = path.read_text()
        for tag in TAG.finditer(re.sub(r'\{\{!.*?\}\}', lambda m: re.sub(r'[^\n]', ' ', m[0]), source, flags=re.S)):
            line = source.count('\n', 0, tag.start()) + 1
            place = '%s:%d' % (path.relative_to(ui.parent).as_posix(), line)
            body = re.sub(r'\s+', ' ', tag[4]).strip()
            if tag[2]:
                _, one, many = (split_forms(body) + ['', ''])[:3]
                add('', one, many, place)
            else:
                add(tag[3] or '', body, '', place)
    scripts = ui / 'scripts/words.json'
    if scripts.exists():
        for line, text in enumerate(scripts.read_text().splitlines(), 1):
            if said := re.match(r'\s*"\w+": ("(?:[^"\\]|\\.)*"),?$', text):
                add('', json.loads(said[1]), '', 'ui/scripts/words.json:%d' % line)
    for path in sorted(src.rglob('*.c')):
        source = path.read_text()
        for call in CALL.finditer(source):
            line = source.count('\n', 0, call.start()) + 1
            place = '%s:%d' % (path.relative_to(src.parent).as_posix(), line)
            one, two = (''.join(json.loads('"%s"' % part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', text or '')) for text in (call[2], call[3]))
            add('', one, two, place)
        place = path.relative_to(src.parent).as_posix()
        for said, before in SAID_ANYWHERE:
            for call in said.finditer(source):
                text = said_text(before + call[1])
                if re.search('[a-z]{3}', re.sub(r'\{.\}', '', text)):
                    add('', text, '', '%s:%d' % (place, source.count('\n', 0, call.start()) + 1))
        for said in () if place.startswith(UNSEEN) else SAID:
            for call in said.finditer(source):
                text = said_text(call[1])
                if text != '{a}':
                    add('', text, '', '%s:%d' % (place, source.count('\n', 0, call.start()) + 1))
    return found


def unquote(text):
    return json.loads(text)


def read(path):
    """(header lines, {(context, one, many): [forms]}) of a .po."""
    entries, entry, field, header = {}, {}, None, []

    def done():
        if 'msgid' in entry:
            forms = [entry[k] for k in sorted(k for k in entry if k.startswith('msgstr'))]
            entries[(entry.get('msgctxt', ''), entry['msgid'], entry.get('msgid_plural', ''))] = forms
        entry.clear()
    for line in path.read_text().splitlines():
        obsolete = line.startswith('#~')
        line = line[2:].strip() if obsolete else line.strip()
        if not line:
            done()
            continue
        if line.startswith('#'):
            if not entries and not entry and not line.startswith('#:'):
                header.append(line)
            continue
        match = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$', line)
        if match:
            if match[1] in ('msgctxt', 'msgid') and 'msgid' in entry:
                done()
            field = match[1]
            entry[field] = unquote(match[2])
        elif line.startswith('"') and field:
            entry[field] += unquote(line)
        else:
            sys.exit('%s: not understood: %s' % (path, line))
    done()
    return header, entries


def quote(text):
    return json.dumps(text, ensure_ascii=False)


def block(key, forms, places, mark=''):
    context, one, many = key
    # Files without lines: otherwise every edit of a page would change the catalogue.
    files = sorted({place.rsplit(':', 1)[0] for place in places})
    lines = ['#: ' + ' '.join(files[i:i + 4]) for i in range(0, len(files), 4)]
    rows = ['msgctxt ' + quote(context)] if context else []
    rows.append('msgid ' + quote(one))
    if many:
        rows.append('msgid_plural ' + quote(many))
        rows += ['msgstr[%d] %s' % (i, quote(form)) for i, form in enumerate(forms or ['', ''])]
    else:
        rows.append('msgstr ' + quote(forms[0] if forms else ''))
    return '\n'.join(lines + [mark + row for row in rows]) + '\n'


def extract(ui, src):
    found = texts_of(ui, src)
    for path in sorted((ui / 'words').glob('*.po')):
        header, old = read(path)
        head = old.pop(('', '', ''), ['Content-Type: text/plain; charset=UTF-8\n'])
        out = ['\n'.join(header + ['msgid ""', 'msgstr ""'] + [quote(line + '\n') for line in head[0].rstrip('\n').split('\n')]) + '\n']
        # A text that moved between plain and plural, or lost its context, starts anew: its words are other words.
        out += [block(key, old.get(key), places) for key, places in found.items()]
        out += [block(key, forms, [], '#~ ') for key, forms in old.items() if key not in found and any(forms)]
        path.write_text('\n'.join(out))


def values(text):
    return sorted(re.findall(r'%[A-Za-z_.@\'"][^%]*%|\{[a-z]+\}|\$\d', text.replace('%%', '')))


def missing(ui, src):
    found, bad = texts_of(ui, src), 0
    for path in sorted((ui / 'words').glob('*.po')):
        _, known = read(path)
        for key, places in found.items():
            forms = known.get(key) or ['']
            if not all(forms):
                print('%s: %s has no translation: %s' % (places[0], path.name, ' / '.join(filter(None, key))))
                bad += 1
                continue
            for form in forms:
                wanted, given = values(key[1]), values(form)
                if wanted != given and given != values(key[2] or key[1]) and not (key[2] and set(given) <= set(wanted)):
                    print('%s: %s: the values of %s differ in: %s' % (places[0], path.name, quote(key[1]), quote(form)))
                    bad += 1
    print('%d texts, %d faults' % (len(found), bad))
    return bad > 0


def c_text(text):
    return '"%s"' % ''.join(c if 32 <= ord(c) < 127 and c not in '"\\?' else ''.join('\\%03o' % byte for byte in c.encode()) for c in text)


def compile_tables(out, paths):
    o, tables = ['/* generated by tools/words.py - do not edit */', '#include "http/page_embed.h"'], []
    for path in sorted(map(pathlib.Path, paths)):
        _, entries = read(path)
        o.append('static const char *const words_%s[] = {' % path.stem)
        for (context, one, many), forms in entries.items():
            if not one:
                continue
            key = (context + '\x04' if context else '') + one
            for i, form in enumerate(forms):
                if form:
                    o.append('\t%s, %s,' % (c_text(key + ('\x05%d' % i if many else '')), c_text(form)))
        o.append('\tNULL,\n};')
        tables.append('\t{ "%s", words_%s },' % (path.stem, path.stem))
    o += ['const EmbeddedWords embedded_words[] = {'] + tables + ['\t{ NULL, NULL },', '};']
    pathlib.Path(out).write_text('\n'.join(o) + '\n')


def main(args):
    if len(args) == 3 and args[0] in ('extract', 'missing'):
        return (extract if args[0] == 'extract' else missing)(pathlib.Path(args[1]).resolve(), pathlib.Path(args[2]).resolve())
    if len(args) >= 3 and args[0] == 'compile':
        return compile_tables(args[1], args[2:])
    sys.exit(__doc__)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
