#!/usr/bin/env python3
"""replies.py PRINTER CORPUS - the replies of email_reply_parser's and talon's fixtures, told from their quotes.

PRINTER is words_print; CORPUS the folder that holds email_reply_parser/ and talon/ (not part of this project: without it
nothing is tried). What each file's reply is was read from those projects' tests; here it stands as a digest,
so that none of their text is ours. At least nine in ten are exactly right, or the test fails. In two files we say otherwise than those tests: a name above a rule
(reply-separated-by-hr) is the writer's own and stays; "Thank you, NAME" (short_url) stays too, and counts as missed."""
import email
import email.policy
import hashlib
import pathlib
import subprocess
import sys

BOUND = 0.9
ERP = 'email_reply_parser/test/emails/'
TALON = 'talon/tests/fixtures/'

# file: the part it is read from, and sha256 (12 digits) of the reply with every run of blanks as one space

def digest(text):
    return hashlib.sha256(' '.join(text.split()).encode()).hexdigest()[:12]


EXPECTED = {
    ERP + 'email_1_1.txt': ('plain', 'dc157ef2fe27'),
    ERP + 'email_1_2.txt': ('plain', 'ceb9a00f2ef8'),
    ERP + 'email_1_3.txt': ('plain', '9aae1f42b0b9'),
    ERP + 'email_1_4.txt': ('plain', 'd5df5f5ea29d'),
    ERP + 'email_1_5.txt': ('plain', '356199b270ff'),
    ERP + 'email_1_6.txt': ('plain', '3e9819ccafa7'),
    ERP + 'email_2_1.txt': ('plain', '6877eb4efc86'),
    ERP + 'email_2_2.txt': ('plain', 'c56b35a13dee'),
    ERP + 'email_2_3.txt': ('plain', 'c56b35a13dee'),
    ERP + 'email_BlackBerry.txt': ('plain', 'f00d7af645cd'),
    ERP + 'email_iPhone.txt': ('plain', 'f00d7af645cd'),
    ERP + 'email_multi_word_sent_from_my_mobile_device.txt': ('plain', 'f00d7af645cd'),
    ERP + 'email_bullets.txt': ('plain', 'd99512d2b314'),
    ERP + 'email_long_quote.txt': ('plain', 'b47abbafdb98'),
    ERP + 'email_sig_delimiter_in_middle_of_line.txt': ('plain', 'e324e13e32ec'),
    ERP + 'greedy_on.txt': ('plain', '3883c7459b8b'),
    TALON + 'standard_replies/android.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/apple_mail.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/apple_mail_2.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/comcast.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/gmail.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/hotmail.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/iphone.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/outlook.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/sparrow.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/thunderbird.eml': ('plain', '185f8db32271'),
    TALON + 'standard_replies/yahoo.eml': ('plain', '185f8db32271'),
    TALON + 'html_replies/gmail.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/hotmail.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/mail_ru.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/ms_outlook_2003.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/ms_outlook_2007.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/thunderbird.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/windows_mail.html': ('html', '431cafd9f3a5'),
    TALON + 'html_replies/yandex_ru.html': ('html', '431cafd9f3a5'),
    TALON + 'OLK_SRC_BODY_SECTION.html': ('html', 'c253f451bdd5'),
    TALON + 'reply-separated-by-hr.html': ('html', 'f4fcd0733a80'),
    TALON + 'reply-quotations-share-block.eml': ('plain', 'a9884a91bd7c'),
    TALON + 'signature/emails/stripped/camel_case_body': ('plain', 'b484c427ffca'),
    TALON + 'signature/emails/stripped/jeff_body': ('plain', 'dd27ecea5fe4'),
    TALON + 'signature/emails/stripped/johndoeexamplecom_body': ('plain', '1b0e9e8aa1de'),
    TALON + 'signature/emails/stripped/long_body': ('plain', '2e8dc6b22ce5'),
    TALON + 'signature/emails/stripped/short_url_body': ('plain', '67a51127c2d3'),
    TALON + 'signature/emails/stripped/sparse_body': ('plain', '2e8dc6b22ce5'),
}


def part_of(path, kind):
    """The body of a .eml, or the file's bytes as they are."""
    data = path.read_bytes()
    if path.suffix != '.eml':
        return data
    message = email.message_from_bytes(data, policy=email.policy.default)
    part = message.get_body((kind,))
    return part.get_content().encode() if part else b''


def run(printer, what, data):
    return subprocess.run([printer, what], input=data, capture_output=True, check=True, timeout=60).stdout


def main():
    printer, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    if not corpus.is_dir():
        print('1..0 # SKIP no corpus here')
        return 0
    missed, n = [], 0
    for name, (kind, want) in sorted(EXPECTED.items()):
        path = corpus / name
        if not path.is_file():
            continue
        n += 1
        data = part_of(path, 'html' if kind == 'html' else 'plain')
        if kind == 'html':
            data = run(printer, 'text', data)
        text = run(printer, 'reply', data)
        if digest(text.decode()) != want:
            missed.append(f'{name} ({kind}): {digest(text.decode())} {text.decode()[:200]!r} ... {text.decode()[-100:]!r}')
    for one in missed:
        print('# missed', one)
    print(f'# {n - len(missed)} of {n} replies exactly right')
    print('1..1')
    print('ok' if n > 0 and len(missed) <= n * (1 - BOUND) else 'not ok', '1 - at least nine in ten replies are exactly right')
    return 0


if __name__ == '__main__':
    sys.exit(main())
