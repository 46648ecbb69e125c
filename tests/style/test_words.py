#!/usr/bin/env python3
"""What tools/words.py finds, keeps, misses and compiles."""
import importlib.util
import pathlib
import tempfile
import unittest

tool = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'words.py'
spec = importlib.util.spec_from_file_location('words', tool)
words = importlib.util.module_from_spec(spec)
spec.loader.exec_module(words)

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


class Words(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(self.folder.name)
        self.ui, self.src = root / 'ui', root / 'src'
        for folder in ('ui/pages', 'ui/parts', 'ui/words', 'src/http'):
            (root / folder).mkdir(parents=True)
        self.po = self.ui / 'words' / 'de.po'
        self.po.write_text(HEAD)

    def tearDown(self):
        self.folder.cleanup()

    def page(self, text):
        (self.ui / 'pages' / 'a.html').write_text(text)

    def found(self):
        return set(words.texts_of(self.ui, self.src))

    def test_texts_of_pages(self):
        self.page('{{_ Open\n   cases}} {{&_ <b>Yes</b>}} {{_name}} {{_}} {{x}} {{! {{_ no}} }} {{_@verb Open}}')
        self.assertEqual(self.found(), {('', 'Open cases', ''), ('', '<b>Yes</b>', ''), ('verb', 'Open', '')})

    def test_plurals_with_formatters_inside(self):
        self.page('{{_n n|%who|loud% has %n% case|%who|loud% has %n% cases}}')
        self.assertEqual(self.found(), {('', '%who|loud% has %n% case', '%who|loud% has %n% cases')})

    def test_texts_of_c(self):
        (self.src / 'http' / 'a.c').write_text('x(WORD("one"), WORD("two "\n\t"parts"), WORD_N("{n} day", "{n} days"), PASSWORD("no"), WORD(no));')
        self.assertEqual(self.found(), {('', 'one', ''), ('', 'two parts', ''), ('', '{n} day', '{n} days')})

    def test_extract_keeps_translations_and_sets_old_ones_aside(self):
        self.page('{{_ Open}} {{_ New}}')
        self.po.write_text(HEAD + 'msgid "Open"\nmsgstr "Offen"\n\nmsgid "Gone"\nmsgstr "Fort"\n')
        words.extract(self.ui, self.src)
        text = self.po.read_text()
        self.assertIn('msgid "Open"\nmsgstr "Offen"\n', text)
        self.assertIn('msgid "New"\nmsgstr ""\n', text)
        self.assertIn('#~ msgid "Gone"\n#~ msgstr "Fort"\n', text)
        self.assertIn('charset=UTF-8', text)
        words.extract(self.ui, self.src)
        self.assertEqual(self.po.read_text(), text)
        self.page('{{_ Gone}}')
        words.extract(self.ui, self.src)
        self.assertIn('\nmsgid "Gone"\nmsgstr "Fort"\n', self.po.read_text())

    def test_missing(self):
        self.page('{{_ Open}}')
        words.extract(self.ui, self.src)
        self.assertTrue(words.missing(self.ui, self.src))
        self.po.write_text(self.po.read_text().replace('msgstr ""\n', 'msgstr "Offen"\n').replace('msgid ""\nmsgstr "Offen"', 'msgid ""\nmsgstr ""'))
        self.assertFalse(words.missing(self.ui, self.src))

    def test_a_lost_value_is_a_fault(self):
        self.page('{{_ %name% wrote at %at|time%}}')
        entry = 'msgid "%%name%% wrote at %%at|time%%"\nmsgstr "%s"\n'
        self.po.write_text(HEAD + entry % 'Um %at|time% schrieb %name%')
        self.assertFalse(words.missing(self.ui, self.src))
        self.po.write_text(HEAD + entry % '%name% schrieb')
        self.assertTrue(words.missing(self.ui, self.src))

    def test_compiled_tables(self):
        self.po.write_text(HEAD + 'msgctxt "verb"\nmsgid "Open"\nmsgstr "Öffnen"\n\nmsgid "%n% case"\nmsgid_plural "%n% cases"\nmsgstr[0] "%n% Fall"\nmsgstr[1] "%n% \\"Fälle\\""\n'
                           '\nmsgid "Not yet"\nmsgstr ""\n')
        out = self.ui / 'words.c'
        words.compile_tables(out, [self.po])
        text = out.read_text()
        self.assertIn('"verb\\004Open", "\\303\\226ffnen",', text)
        self.assertIn('"%n% case\\0050", "%n% Fall",', text)
        self.assertIn('"%n% case\\0051", "%n% \\042F\\303\\244lle\\042",', text)
        self.assertNotIn('Not yet', text)


if __name__ == '__main__':
    unittest.main()
