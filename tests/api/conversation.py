"""conversation.py - reads a .http file into steps. How one is written: README.md; how they are run: run.py."""
import re
import urllib.parse

REQUEST = re.compile(r'(GET|POST|PATCH|PUT|DELETE|HEAD|OPTIONS|[A-Z]{3,10}) (\S+)$')
FILL = re.compile(r'\{\{\s*(.+?)\s*\}\}')


class BadConversation(Exception):
    """The file itself cannot be read; names the line."""


class Step:
    def __init__(self, line, title):
        self.line, self.title = line, title
        self.directives = []                            # (line, word, rest, expected output lines)
        self.method = self.path = self.status = None
        self.headers, self.body = [], ''                # sent
        self.want_headers, self.want_body = [], ''      # patterns


class Conversation:
    """One file: the sentence it proves, the directives before the first step, and the steps."""

    def __init__(self, path, text):
        self.path = path
        self.lines = text.split('\n')
        self.at = 0
        self.sentence = next((line[1:].strip() for line in self.lines if line.startswith('#') and not line.startswith('##')), '')
        if not self.sentence:
            self.fail('the first comment must say in a sentence what the conversation proves')
        first = Step(0, 'before')
        self.preamble(first)
        self.directives = first.directives
        self.steps = []
        while self.at < len(self.lines):
            self.steps.append(self.step())
        if not self.steps:
            self.fail('no step ("### what happens")')

    def fail(self, what):
        raise BadConversation('%s:%d: %s' % (self.path, self.at + 1, what))

    def line(self):
        return self.lines[self.at] if self.at < len(self.lines) else None

    def preamble(self, step):
        """Comments, empty lines, directives and the output lines ("| ...") that belong to them."""
        while self.line() is not None:
            line = self.line()
            if line.startswith('@'):
                word, _, rest = line[1:].partition(' ')
                step.directives.append((self.at + 1, word, rest.strip(), []))
            elif line.startswith('|'):
                if not step.directives:
                    self.fail('output without a command before it')
                step.directives[-1][3].append(line[1:].strip())
            elif line.strip() and (not line.startswith('#') or line.startswith('###')):
                return
            self.at += 1

    def header_lines(self):
        out = []
        while self.line() is not None and self.line().strip() and not self.line().startswith(('->', '###')):
            name, colon, value = self.line().partition(':')
            if not colon:
                self.fail('a header is "Name: value"; is an empty line missing before the body?')
            out.append((name.strip(), value.strip()))
            self.at += 1
        return out

    def text_until(self, *starts):
        from_line = self.at
        while self.line() is not None and not self.line().startswith(starts):
            self.at += 1
        return '\n'.join(self.lines[from_line:self.at]).strip('\n')

    def step(self):
        if not self.line().startswith('### '):
            self.fail('a step begins with "### what happens", not "%s"' % self.line())
        step = Step(self.at + 1, self.line()[4:].strip())
        self.at += 1
        self.preamble(step)
        if self.line() is None or self.line().startswith('###'):
            return step
        request = REQUEST.match(self.line().strip())
        if not request:
            self.fail('a request is "METHOD /path", not "%s"' % self.line())
        step.method, step.path = request[1], request[2]
        self.at += 1
        step.headers = self.header_lines()
        step.body = self.text_until('->', '###').strip('\n')
        if self.line() is None or not self.line().startswith('->'):
            self.fail('the answer ("-> 200") is missing')
        status = self.line()[2:].strip()
        if not re.fullmatch(r'\d{3}|\.\.\.', status):
            self.fail('a status is three digits, not "%s"' % status)
        step.status = status
        self.at += 1
        step.want_headers = self.header_lines()
        step.want_body = self.text_until('###')
        return step


def fill(text, bound, path='?', line=0):
    """{{name}} becomes what was remembered; {{repeat TEXT N}} and {{hex FF FE}} make awkward input. Gives bytes."""
    out, last = [], 0
    for found in FILL.finditer(text):
        out.append(text[last:found.start()].encode())
        last = found.end()
        word, _, rest = found[1].partition(' ')
        if word == 'repeat':
            what, _, times = rest.rpartition(' ')
            out.append((what or ' ').encode() * int(times))
        elif word == 'hex':
            out.append(bytes.fromhex(rest))
        elif re.fullmatch(r'url[ :]\w+', found[1]) and found[1][4:] in bound:
            out.append(urllib.parse.quote(str(bound[found[1][4:]]), safe='').encode())
        elif word in bound:
            out.append(str(bound[word]).encode())
        else:
            raise BadConversation('%s:%d: nothing is known of {{%s}}' % (path, line, word))
    out.append(text[last:].encode())
    return b''.join(out)
