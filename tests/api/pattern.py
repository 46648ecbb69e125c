"""pattern.py - what an answer should look like: JSON or text with `...` for "anything" and `{{name}}` for "remember this".

How it is written: README.md. The conversation around it: conversation.py."""
import json
import re

TOKEN = re.compile(r'\{\{\s*(?:(?P<plain>[A-Za-z_]\w*)\s*\}\}|(?P<formed>[A-Za-z_]\w*)=(?P<form>.*?)\s*\}\}(?!\}))|\.\.\.')
SCALAR = re.compile(r'true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?')
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


class BadPattern(Exception):
    """The pattern itself cannot be read."""


class Any:
    """`...` where a value stands."""


class Capture:
    """`{{name}}` where a value stands; with `=regex`, its text must match."""

    def __init__(self, name, regex=None):
        self.name, self.regex = name, regex


class Object:
    """members in any order; @open: others may stand beside them."""

    def __init__(self, members, is_open):
        self.members, self.open = members, is_open


class Array:
    """items in order; Any among them is any number of items."""

    def __init__(self, items):
        self.items = items


class Text:
    """A string with tokens in it."""

    def __init__(self, text):
        self.text = text


class Parser:
    """Reads the pattern language: JSON, with tokens wherever a value, member or item may stand."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def fail(self, what):
        raise BadPattern('line %d of the pattern: %s' % (self.text.count('\n', 0, self.at) + 1, what))

    def peek(self):
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at:self.at + 1]

    def take(self, regex):
        found = regex.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def whole(self):
        value = self.value()
        if self.peek():
            self.fail('something after the end: %s' % self.text[self.at:self.at + 20])
        return value

    def value(self):
        first = self.peek()
        token = self.take(TOKEN)
        if token:
            name = token['plain'] or token['formed']
            return Capture(name, token['form']) if name else Any
        if first == '{':
            return self.members()
        if first == '[':
            return Array(self.listed(']', self.value))
        if first == '"':
            return self.string()
        scalar = self.take(SCALAR)
        if not scalar:
            self.fail('no value at "%s"' % self.text[self.at:self.at + 20])
        return json.loads(scalar[0])

    def string(self):
        found = self.take(STRING)
        if not found:
            self.fail('a string without an end')
        text = json.loads(found[0])
        return Text(text) if TOKEN.search(text) else text

    def listed(self, end, item):
        self.at += 1
        out = []
        while self.peek() != end:
            out.append(item())
            if self.peek() == ',':
                self.at += 1
            elif self.peek() != end:
                self.fail('"," or "%s" expected at "%s"' % (end, self.text[self.at:self.at + 20]))
        self.at += 1
        return out

    def member(self):
        self.peek()
        if self.text.startswith('...', self.at):
            self.at += 3
            return None
        name = self.string()
        if self.peek() != ':':
            self.fail('":" expected')
        self.at += 1
        return name, self.value()

    def members(self):
        found = self.listed('}', self.member)
        return Object(dict(m for m in found if m), None in found)


def text_regex(text, bound, loose=False):
    """The regular expression of a text with tokens, and the names it captures. @loose: any white space equals any other."""
    out, names, last = [], [], 0

    def plain(part):
        return re.sub(r'(?:\\?\s)+', r'\\s+', re.escape(part)) if loose else re.escape(part)

    for token in TOKEN.finditer(text):
        out.append(plain(text[last:token.start()]))
        last = token.end()
        name = token['plain'] or token['formed']
        if not name:
            out.append('.*?')
        elif name in bound:
            out.append(re.escape(str(bound[name])))
        elif name in names:
            out.append('(?P=%s)' % name)
        else:
            names.append(name)
            out.append('(?P<%s>%s)' % (name, token['form'] or r'[^\s"<>&;,/?]+'))
    out.append(plain(text[last:]))
    return ''.join(out), names


def match_text(pattern, value, bound, at='', loose=False):
    """None when @value is as @pattern says, binding names; otherwise a sentence."""
    regex, names = text_regex(pattern, bound, loose)
    found = re.fullmatch(regex, value, re.S)
    if not found:
        return '%sexpected %s, got %s' % (at and at + ': ', json.dumps(pattern, ensure_ascii=False), json.dumps(value, ensure_ascii=False)[:800])
    bound.update({name: found[name] for name in names})
    return None


def match_list(items, values, bound, at):
    """Any among the items swallows as few values as it can."""
    if not items:
        return '%s: %d more than expected, first %s' % (at, len(values), json.dumps(values[0])[:300]) if values else None
    if items[0] is Any:
        fault = None
        for skip in range(len(values) + 1):
            trial = dict(bound)
            fault = match_list(items[1:], values[skip:], trial, at)
            if fault is None:
                bound.update(trial)
                return None
        return fault if len(items) == 1 else '%s: the item after "..." is nowhere; the last try said: %s' % (at, fault)
    if not values:
        return '%s: fewer items than expected' % at
    return match(items[0], values[0], bound, at + '[]') or match_list(items[1:], values[1:], bound, at)


def match_object(pattern, value, bound, at):
    for name, wanted in pattern.members.items():
        if name not in value:
            return '%s/%s: missing' % (at, name)
        fault = match(wanted, value[name], bound, '%s/%s' % (at, name))
        if fault:
            return fault
    extra = sorted(set(value) - set(pattern.members))
    if extra and not pattern.open:
        return '%s: not expected: %s (write ... if others may stand there)' % (at or 'the object', ', '.join(extra))
    return None


def match_capture(pattern, value, bound, at):
    if pattern.name in bound and str(bound[pattern.name]) != str(value):
        return '%s: expected %s as before (%s), got %s' % (at, bound[pattern.name], pattern.name, json.dumps(value))
    if pattern.regex and not re.fullmatch(pattern.regex, value if isinstance(value, str) else json.dumps(value)):
        return '%s: expected something like %s, got %s' % (at, pattern.regex, json.dumps(value))
    bound.setdefault(pattern.name, value)
    return None


def match(pattern, value, bound, at=''):
    """None when @value is as @pattern says (captures go to @bound); otherwise one sentence that names the place."""
    if pattern is Any:
        return None
    if isinstance(pattern, Capture):
        return match_capture(pattern, value, bound, at)
    kinds = ((Object, dict, 'an object'), (Array, list, 'a list'), (Text, str, 'a string'))
    for kind, plain, word in kinds:
        if isinstance(pattern, kind) and not isinstance(value, plain):
            return '%s: expected %s, got %s' % (at or 'the answer', word, json.dumps(value)[:300])
    if isinstance(pattern, Object):
        return match_object(pattern, value, bound, at)
    if isinstance(pattern, Array):
        return match_list(pattern.items, value, bound, at)
    if isinstance(pattern, Text):
        return match_text(pattern.text, value, bound, at)
    if type(pattern) is not type(value) and not {type(pattern), type(value)} <= {int, float} or pattern != value:
        return '%s: expected %s, got %s' % (at or 'the answer', json.dumps(pattern, ensure_ascii=False), json.dumps(value, ensure_ascii=False)[:500])
    return None


def match_body(pattern, body, is_json, bound):
    """A whole body against a whole pattern. An empty pattern says nothing about the body."""
    pattern = pattern.strip()
    if not pattern:
        return None
    text = body.decode('utf-8', 'replace')
    if not is_json or not re.match(r'[\[{"]|\.\.\.$|\d', pattern):
        return match_text(pattern, text.strip(), bound, loose=True)
    try:
        value = json.loads(text)
    except ValueError as e:
        return 'the answer is no JSON: %s: %s' % (e, text[:500])
    return match(Parser(pattern).whole(), value, bound)
