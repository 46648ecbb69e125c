#!/usr/bin/env python3
"""test_style.py - each check of tools/check_style.py finds the fault it is there for, and lets what is right pass."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tools'))
sys.dont_write_bytecode = True
import check_style as style  # noqa: E402

RIGHT = {
    'src/cases/case.h': '/* case.h - the complaint itself. */\n#pragma once\n',
    'src/cases/case.c': 'static void\nf(void)\n{\n\t/* TIME: "strcpy(" is a word here */\n\tlog_info("x", "SELECT one of these");\n\tuse(&SQL_CASE_GET);\n}\n',
    'src/cases/case.sql': '-- name: case_get\nSELECT 1\n',
    'ui/pages/case.html': '<p class="rd-say">{{subject}}</p><script src="/a.js"></script>\n',
    'docs/decisions/0001-parts.md': '# 1. Parts\n',
    'docs/decisions/README.md': '[Parts](0001-parts.md)\n',
    'package-lock.json': '{"packages": {"node_modules/x": {"version": "1.0.0"}}}\n',
}
WRONG = {
    'check_sizes': {'src/cases/all.c': 'int x;\n' * 601},
    'check_functions': {'src/cases/all.c': 'void\nf(void)\n{\n' + '\tx();\n' * 71 + '}\n'},
    'check_headers': {'src/cases/list.h': '#pragma once\n'},
    'check_c': {'src/cases/a.c': 'void\nf(void)\n{\n\tstrcpy(a, b);\n}\n'},
    'check_sql_place': {'src/cases/a.c': 'const char *s = "SELECT id FROM cases";\n'},
    'check_sql_used': {'src/cases/a.sql': '-- name: nobody\nSELECT 1\n'},
    'check_templates': {'ui/pages/a.html': '<p style="color: red">x</p>\n'},
    'check_words': {'src/cases/a.c': '/* ' + 'TO' + 'DO */\n'},
    'check_comments': {'ui/pages/a.html': '{{! Expects offer{options[{ref}], customer{name}} and more. }}\n<p>x</p>\n'},
    'check_dashes': {'ui/pages/a.html': '<p>late \u2014 sorry</p>\n'},
    'check_lock': {'package-lock.json': '{"resolved": "https://example.org/x.tgz"}\n'},
    'check_decisions': {'docs/decisions/0001-again.md': '# 1. Again\n'},
    'check_scripts': {'script/run': 'echo\n'},
}


def faults(check, files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
        return list(check(style.Tree(root)))


class StyleTest(unittest.TestCase):
    def test_what_is_right_passes(self):
        for check in style.CHECKS:
            self.assertEqual(faults(check, RIGHT), [], check.__name__)

    def test_each_check_finds_its_fault(self):
        for check in style.CHECKS:
            self.assertNotEqual(faults(check, {**RIGHT, **WRONG[check.__name__]}), [], check.__name__)

    def test_more_of_what_the_policy_forbids(self):
        for text in ('<a onclick="x()">', '<a hx-on:click="x">', '<a hx-vals="js:{}">', '<script>x</script>', '<style>', '<a hx-trigger="click[ctrlKey]">'):
            self.assertNotEqual(faults(style.check_templates, {'ui/parts/a.html': text}), [], text)

    def test_comments_may_hold_braces_that_do_not_end_them(self):
        self.assertEqual(faults(style.check_comments, {'ui/parts/a.html': '{{! Expects rows[{ref}] and who {name}. }}<p>{{{html}}}</p>'}), [])
        for text in ('{{! Expects who{name}}}', '{{! Expects who{a{b}}. }}', '{{! As {{name}} }}', '<p>{{a}} }}</p>'):
            self.assertNotEqual(faults(style.check_comments, {'ui/parts/a.html': text}), [], text)

    def test_the_clock_may_be_read_in_one_place(self):
        code = 'x = g_get_real_time();\n'
        self.assertEqual(faults(style.check_c, {'src/base/clock.c': code}), [])
        self.assertNotEqual(faults(style.check_c, {'src/cases/due.c': code}), [])


if __name__ == '__main__':
    unittest.main()
