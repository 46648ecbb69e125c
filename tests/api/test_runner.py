#!/usr/bin/env python3
"""test_runner.py - the conversations' runner held against a small server of Python's: it must pass what is right and fail what is not."""
import http.server
import json
import pathlib
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib'), str(HERE.parent.parent / 'tools')]
sys.dont_write_bytecode = True
from conversation import BadConversation, Conversation, fill  # noqa: E402
from count_tests import count  # noqa: E402
from pattern import BadPattern, Parser, match, match_text  # noqa: E402
from run import Talk, hold  # noqa: E402


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked; /stream sends events, /count counts, /page is HTML."""
    protocol_version = 'HTTP/1.1'
    counted = 0

    def log_message(self, *_):
        pass

    def answer(self):
        size = int(self.headers.get('Content-Length') or 0)
        body = self.rfile.read(size)
        Echo.counted += 1
        value = {'method': self.command, 'path': self.path, 'body': body.decode('utf-8', 'replace'), 'size': size, 'ref': '7KQM-4TXB', 'version': 3,
                 'type': self.headers.get('Content-Type'), 'who': self.headers.get('Authorization'), 'cookie': self.headers.get('Cookie'),
                 'count': Echo.counted, 'list': [{'n': 1}, {'n': 2}, {'n': 3}]}
        kind, out = 'application/json', json.dumps(value).encode()
        if self.path == '/stream':
            kind, out = 'text/event-stream', b': beat\n\nid: 1\nevent: case.created\ndata: {}\n\nid: 2\ndata: {}\n\n'
        elif self.path == '/page':
            kind, out = 'text/html', b'<html>\n  <h1>Open   cases</h1>\n <a href="/cases/AB-12">x</a></html>'
        self.send_response(201 if self.command == 'POST' else 200)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(out)))
        self.send_header('ETag', '"v3"')
        if self.path == '/login':
            self.send_header('Set-Cookie', 'session=abc; HttpOnly')
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_POST = do_PATCH = answer


class RunnerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Echo)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def talk(self, text):
        talk = Talk(Conversation(pathlib.Path('x.http'), '# A sentence.\n' + text), address=self.server.server_address)
        talk.bound['ruth'] = 'tokenofruth'
        return hold(talk) + (talk.bound,)

    def holds(self, text):
        passed, report, bound = self.talk(text)
        self.assertIsNone(report)
        return bound

    def fails(self, text, part):
        _, report, _ = self.talk(text)
        self.assertIsNotNone(report, 'it passed, and should not have')
        self.assertIn(part, report)

    def test_a_ref_is_remembered_and_used(self):
        bound = self.holds('### make\nPOST /cases\nAs: ruth\n\n{"a": 1}\n\n-> 201\nETag: "v{{version}}"\n\n'
                           '{"ref": "{{ref}}", "who": "Bearer tokenofruth", "type": "application/json", ...}\n\n'
                           '### read\nGET /cases/{{ref}}\n\n-> 200\n\n{"path": "/cases/7KQM-4TXB", "ref": "{{ref}}", "version": {{version}}, ...}\n')
        self.assertEqual(bound['ref'], '7KQM-4TXB')

    def test_a_wrong_status_fails(self):
        self.fails('### x\nGET /\n\n-> 404\n', 'status 404 expected, got 200')

    def test_a_wrong_value_names_its_place(self):
        self.fails('### x\nGET /\n\n-> 200\n\n{"list": [{"n": 1}, {"n": 9}, ...], ...}', '/list[]/n: expected 9, got 2')

    def test_a_member_too_many_fails_without_dots(self):
        self.fails('### x\nGET /\n\n-> 200\n\n{"ref": ...}', 'not expected: body')

    def test_a_missing_member_fails(self):
        self.fails('### x\nGET /\n\n-> 200\n\n{"nothing": ..., ...}', '/nothing: missing')

    def test_a_missing_header_fails(self):
        self.fails('### x\nGET /\n\n-> 200\nLocation: ...\n', 'Location: header missing')

    def test_an_unwanted_header_fails(self):
        self.fails('### x\nGET /\n\n-> 200\n!ETag: -\n', 'ETag must not be there')

    def test_a_remembered_value_must_stay(self):
        self.fails('### x\nGET /\n\n-> 200\n\n{"count": {{n}}, ...}\n### y\nGET /\n\n-> 200\n\n{"count": {{n}}, ...}', 'as before')

    def test_dots_in_a_list_are_any_number(self):
        self.holds('### x\nGET /\n\n-> 200\n\n{"list": [..., {"n": 3}], ...}')
        self.holds('### x\nGET /\n\n-> 200\n\n{"list": [{"n": 1}, ..., {"n": 2}, ...], ...}')
        self.fails('### x\nGET /\n\n-> 200\n\n{"list": [{"n": 1}, {"n": 2}], ...}', '1 more than expected')

    def test_a_page_matches_whatever_its_white_space(self):
        bound = self.holds('### x\nGET /page\n\n-> 200\n\n...<h1>Open cases</h1>...href="/cases/{{ref}}"...')
        self.assertEqual(bound['ref'], 'AB-12')
        self.fails('### x\nGET /page\n\n-> 200\n\n...<h1>Closed cases</h1>...', 'Closed cases')

    def test_frames_of_a_stream(self):
        self.holds('### x\nGET /stream\nTake: 2\n\n-> 200\n\nid: 1\nevent: case.created\ndata: {}\n\nid: 2\n...\n')

    def test_until_asks_again(self):
        bound = self.holds('### x\nGET /\n\n-> 200\n\n{"count": {{n}}, ...}')
        self.holds('@let target %d\n### y\nGET /\nUntil: 5 s\n\n-> 200\n\n{"count": {{target}}, ...}' % (bound['n'] + 4))

    def test_repeat_sends_often(self):
        before = Echo.counted
        self.holds('### x\nGET /\nRepeat: 5\n\n-> 200\n')
        self.assertEqual(Echo.counted, before + 5)

    def test_cookies_stay_in_their_jar(self):
        self.holds('### in\nGET /login\nJar: a\n\n-> 200\n\n### on\nGET /\nJar: a\n\n-> 200\n\n{"cookie": "session=abc", ...}\n\n'
                   '### other\nGET /\n\n-> 200\n\n{"cookie": null, ...}')

    def test_forms_and_files(self):
        self.holds('### form\nPOST /\nContent-Type: application/x-www-form-urlencoded\n\na=1\nb=2\n\n-> 201\n\n{"body": "a=1&b=2", ...}')
        self.holds('### file\nPOST /\nContent-Type: multipart/form-data\n\nsubject=Late\nfile=@README.md;type=text/plain\n\n-> 201\n\n'
                   '{"body": "...name=\\"subject\\"\\r\\n\\r\\nLate...filename=\\"README.md\\"...", "type": "multipart/form-data; boundary=...", ...}')

    def test_awkward_input(self):
        self.assertEqual(fill('{{repeat ab 3}}{{hex ff 00}}', {}), b'ababab\xff\x00')
        with self.assertRaises(BadConversation):
            fill('{{nobody}}', {})

    def test_files_that_cannot_be_read_name_the_line(self):
        for text, part in (('### x\nGET\n', 'METHOD /path'), ('### x\nGET /\n', 'answer'), ('', 'no step'), ('### x\nGET /\n\n-> 20\n', 'three digits'),
                           ('text\n', '### what happens')):
            with self.assertRaises(BadConversation) as e:
                Conversation(pathlib.Path('x.http'), '# A sentence.\n' + text)
            self.assertIn(part, str(e.exception))
        with self.assertRaises(BadConversation):
            Conversation(pathlib.Path('x.http'), '### x\nGET /\n\n-> 200\n')

    def test_patterns_that_cannot_be_read(self):
        for text in ('{"a" 1}', '{"a": 1', '[1 2]', '{"a": }', '{} x'):
            with self.assertRaises(BadPattern):
                Parser(text).whole()

    def test_capture_with_a_form(self):
        self.assertIsNone(match(Parser('{"ref": {{r=[0-9A-Z]{4}-[0-9A-Z]{4}}} }').whole(), {'ref': '7KQM-4TXB'}, {}))
        self.assertIsNotNone(match(Parser('{"ref": {{r=\\d+}} }').whole(), {'ref': '7KQM'}, {}))
        self.assertIsNotNone(match_text('a{{x}}c{{x}}', 'abcd', {}))

    def test_true_is_not_one(self):
        self.assertIsNotNone(match(True, 1, {}))
        self.assertIsNotNone(match(1, True, {}))
        self.assertIsNone(match(1, 1.0, {}))


class CountTest(unittest.TestCase):
    def test_counts_of_meson(self):
        tap = '1..3\nok 1 /a\nnot ok 2 /b\nok 3 /c # SKIP no server\n'
        self.assertEqual(count({'name': 'x', 'stdout': tap, 'result': 'FAIL'}), (1, 1, 1, ['/b']))
        self.assertEqual(count({'name': 'x', 'stdout': '', 'result': 'OK'})[:3], (1, 0, 0))
        self.assertEqual(count({'name': 'x', 'stdout': 'ok 1 /a\n', 'result': 'ERROR', 'returncode': -6})[:3], (1, 1, 0))
        self.assertEqual(count({'name': 'x', 'stdout': '', 'result': 'TIMEOUT'})[:3], (0, 1, 0))


if __name__ == '__main__':
    unittest.main()
