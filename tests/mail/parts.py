"""parts.py - real mail servers for tests: Debian's Dovecot (IMAP, LMTP in) and Exim (SMTP) in a temporary folder, as an
unprivileged user, on loopback ports, with certificates of a CA made on the fly. Standard library and openssl alone.

    with Parts() as mail:                      # or Parts(command='/path/to/a program'), Parts(lmtp='unix:/path')
        mail.deliver('desk', b'From: ...')     # into Dovecot, by its LMTP
        mail.imap, mail.imaps, mail.lmtp, mail.smtp   # ports on 127.0.0.1; mail.ca: the CA's file; password: 'secret'
        mail.set_defer(); mail.set_reject(); mail.clear()

Exim's ways: desk@, anna@ and box-*@example.org go to Dovecot by LMTP; pipe@ and pipe-*@ to @command's standard input (75 keeps and
retries every second); lmtp@ and lmtp-*@ to the LMTP server that @lmtp names; everything else onward to port @relay, or is refused.
What is not installed raises Missing, whose words say which package."""
import base64
import grp
import hashlib
import hmac
import json
import os
import pathlib
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'lib'))
from redress import Failed, wait_until  # noqa: E402

PASSWORD = 'secret'
JWT_KEY = b'a key that only this test knows!'
USERS = ('desk', 'anna', 'big')


class Missing(Exception):
    """A part is not installed here; the words name its package."""


def free_ports(n):
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def holds(path):
    """Whether somebody answers at a unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def is_listening(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return True
    except OSError:
        return False


def dropped(argv):
    """@argv as nobody, when we are root; the rest of a server's environment is cleared by the caller."""
    if os.getuid() != 0:
        return argv
    return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', *argv]


def find(program, package):
    for folder in ('/usr/sbin', '/usr/bin'):
        if os.access('%s/%s' % (folder, program), os.X_OK):
            return '%s/%s' % (folder, program)
    raise Missing('%s is not installed (package %s)' % (program, package))


class Certificates:
    """A CA of our own and what it signed: good (localhost, 127.0.0.1), other (another name), old (expired); stray is nobody's."""

    def __init__(self, folder):
        self.dir = folder
        self.ca = self.path('ca.pem')
        self.openssl('req', '-x509', *self.key('ca'), '-subj', '/CN=Test authority', '-days', '2', '-out', self.ca,
                     '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
        self.sign('good', 'DNS:localhost,IP:127.0.0.1')
        self.sign('other', 'DNS:mail.elsewhere.example')
        self.sign('old', 'DNS:localhost,IP:127.0.0.1', '-days', '-1')
        self.openssl('req', '-x509', *self.key('stray'), '-subj', '/CN=localhost', '-days', '2', '-out', self.path('stray.pem'),
                     '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1')

    def path(self, name):
        return os.path.join(self.dir, name)

    def key(self, name):
        return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', self.path(name + '.key')]

    def openssl(self, *words):
        done = subprocess.run([find('openssl', 'openssl'), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise Failed('openssl %s: %s' % (words[0], done.stderr))

    def sign(self, name, names, *more):
        request, extra = self.path(name + '.csr'), self.path(name + '.ext')
        pathlib.Path(extra).write_text('subjectAltName=%s\nextendedKeyUsage=serverAuth\n' % names)
        self.openssl('req', '-new', *self.key(name), '-subj', '/CN=%s' % name, '-out', request)
        self.openssl('x509', '-req', '-in', request, '-CA', self.ca, '-CAkey', self.path('ca.key'), '-CAcreateserial',
                     '-extfile', extra, '-out', self.path(name + '.pem'), *(more or ('-days', '2')))


DOVECOT = """
base_dir = {D}/run
state_dir = {D}/state
log_path = {D}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1, 127.0.0.2
default_internal_user = {U}
default_internal_group = {G}
default_login_user = {U}
first_valid_uid = 1
auth_failure_delay = 0
auth_verbose = yes
auth_mechanisms = plain login xoauth2
ssl = yes
ssl_cert = <{D}/good.pem
ssl_key = <{D}/good.key
disable_plaintext_auth = no
mail_location = maildir:{D}/mail/%n
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = {D}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {D}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={N} gid={M} home={D}/mail/%n allow_all_users=yes
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
"""

OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={D}/keys/
username_attribute = email
"""

EXIM = """
primary_hostname = mx.example.org
exim_user = {U}
exim_group = {G}
exim_path = {exim}
spool_directory = {D}/spool
log_file_path = {D}/log/%s
pid_file_path = {D}/exim.pid
process_log_path = {D}/log/process
local_interfaces = 127.0.0.1
daemon_smtp_ports = {smtp}
deliver_drop_privilege
keep_environment = PATH
add_environment =
tls_advertise_hosts = *
tls_certificate = {D}/good.pem
tls_privatekey = {D}/good.key
never_users =
smtp_accept_max = 200
smtp_accept_max_per_connection = 100000
smtp_accept_queue_per_connection = 100000
smtputf8_advertise_hosts = *
message_size_limit = 60M
acl_smtp_rcpt = rcpt
acl_smtp_data = data
begin acl
rcpt:
  defer condition = ${{if exists{{{D}/ctl/defer}}}}
        message = 4.7.1 try again later
  deny  condition = ${{if exists{{{D}/ctl/reject}}}}
        message = 5.1.1 no such user here
  deny  local_parts = nobody-here
        message = 5.1.1 no such user here
  defer local_parts = busy
        message = 4.2.2 mailbox busy
  accept
data:
  deny  condition = ${{if exists{{{D}/ctl/reject-data}}}}
        message = 5.7.1 we do not like what it says
  accept
begin routers
box:
  driver = accept
  local_parts = desk : anna : big : ^box-
  domains = example.org
  transport = box
command:
  driver = accept
  local_parts = pipe : ^pipe-
  domains = example.org
  transport = command
ours:
  driver = accept
  local_parts = lmtp : ^lmtp-
  domains = example.org
  transport = ours
onward:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onward
begin transports
box:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  hosts_override
  allow_localhost
  port = {lmtp}
  hosts_avoid_tls = *
command:
  driver = pipe
  command = {command}
  message_prefix =
  message_suffix =
  return_fail_output
  timeout = 30s
{ours}
onward:
  driver = smtp
  allow_localhost
  port = {relay}
begin retry
* * F,1h,1s
begin authenticators
PLAIN:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{desk@example.org}}}}{{eq{{$auth3}}{{secret}}}}}}}}
  server_set_id = $auth2
"""


def ours(where):
    """Exim's transport to an LMTP server of ours: "unix:/path" or "127.0.0.1:port"."""
    if where and where.startswith('unix:'):
        return 'ours:\n  driver = lmtp\n  socket = %s\n  batch_max = 50\n' % where[5:]
    port = where.rsplit(':', 1)[1] if where else '9'
    return ('ours:\n  driver = smtp\n  protocol = lmtp\n  hosts = 127.0.0.1\n  hosts_override\n  allow_localhost\n'
            '  port = %s\n  hosts_avoid_tls = *\n' % port)


class Parts:
    def __init__(self, command='/bin/false', lmtp=None, relay=9, exim=True, dovecot=True):
        """Starts what is asked for; Missing when it is not installed."""
        self.programs = {'dovecot': find('dovecot', 'dovecot-imapd') if dovecot else None, 'exim': find('exim4', 'exim4-daemon-light') if exim else None}
        if dovecot and not os.path.exists('/usr/lib/dovecot/lmtp'):
            raise Missing('Dovecot\'s LMTP is not installed (package dovecot-lmtpd)')
        self.dir = tempfile.mkdtemp(prefix='rdm', dir='/tmp')
        self.dovecot, self.has_exim = None, False
        self.imap, self.imaps, self.lmtp, self.smtp = free_ports(4)
        try:
            self.certificates = Certificates(self.dir)
            self.ca = self.certificates.ca
            self.configure(command, lmtp, relay)
            if dovecot:
                self.start_dovecot()
            if exim:
                self.start_exim()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, text):
        pathlib.Path(self.path(name)).write_text(text)

    def configure(self, command, lmtp, relay):
        uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
        words = {'D': self.dir, 'U': pwd.getpwuid(uid).pw_name, 'G': grp.getgrgid(gid).gr_name, 'N': uid, 'M': gid, 'imap': self.imap,
                 'imaps': self.imaps, 'lmtp': self.lmtp, 'smtp': self.smtp, 'relay': relay, 'command': command, 'ours': ours(lmtp), 'exim': self.programs['exim']}
        for name in ('run', 'state', 'mail', 'spool', 'log', 'ctl', 'keys/default/HS256'):
            os.makedirs(self.path(name))
        self.write('users', ''.join('%s@example.org:{PLAIN}%s\n' % (user, PASSWORD) for user in USERS))
        self.write('keys/default/HS256/default', base64.b64encode(JWT_KEY).decode())
        self.write('oauth2.conf', OAUTH2.format(**words))
        self.write('dovecot.conf', DOVECOT.format(**words))
        self.write('exim.conf', EXIM.format(**words))
        if os.getuid() == 0:
            os.chmod(self.dir, 0o755)
            for top, folders, files in os.walk(self.dir):
                for name in ['.', *folders, *files]:
                    os.lchown(os.path.join(top, name), uid, gid)

    # ---- Dovecot

    def start_dovecot(self):
        log = open(self.path('dovecot.out'), 'ab')
        self.dovecot = subprocess.Popen(dropped([self.programs['dovecot'], '-F', '-c', self.path('dovecot.conf')]), stdin=subprocess.DEVNULL, stdout=log,
                                        stderr=log, env={'PATH': '/usr/sbin:/usr/bin:/bin'}, start_new_session=True)
        log.close()
        wait_until(lambda: self.dovecot.poll() is not None or (is_listening(self.imap) and is_listening(self.lmtp)), 10, 'Dovecot')
        if self.dovecot.poll() is not None:
            raise Failed('Dovecot did not start: %s' % (self.text('dovecot.out') + self.text('dovecot.log'))[-2000:])

    def kill_dovecot(self, how=signal.SIGKILL):
        """All of its processes at once. start_dovecot() brings it back on the same ports, with its mail."""
        if self.dovecot:
            try:
                os.killpg(self.dovecot.pid, how)
            except ProcessLookupError:
                pass
            self.dovecot.wait()
            self.dovecot = None
            # Its children end a moment later; while one still holds a socket, a new Dovecot takes it for a running one.
            wait_until(lambda: not any(holds(path) for path in pathlib.Path(self.path('run')).rglob('*') if path.is_socket()), 10, 'the end of Dovecot')

    def text(self, name):
        try:
            return pathlib.Path(self.path(name)).read_text(errors='replace')
        except OSError:
            return ''

    def deliver(self, user, message):
        """One message into Dovecot by its LMTP; returns once it is there."""
        with smtplib.LMTP('127.0.0.1', self.lmtp) as client:
            client.sendmail('tests@example.net', ['%s@example.org' % user], message)

    def token(self, user='desk', expires_in=600):
        """An OAuth access token that Dovecot takes (XOAUTH2)."""
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b'=')
        now = int(time.time())
        body = b'.'.join((part({'alg': 'HS256', 'typ': 'JWT'}), part({'email': '%s@example.org' % user, 'sub': user, 'iat': now - 1000, 'exp': now + expires_in})))
        return (body + b'.' + base64.urlsafe_b64encode(hmac.new(JWT_KEY, body, hashlib.sha256).digest()).rstrip(b'=')).decode()

    def maildir(self, user):
        """Where Dovecot keeps that user's mail: to fill it cheaply by files, or to take its UIDVALIDITY away."""
        return self.path('mail', user)

    def fill(self, user, messages, first=0):
        """Messages as files, thousands of them a second; Dovecot sees them at the next look. @first: how many there are already."""
        box = self.maildir(user)
        for name in ('cur', 'new', 'tmp'):
            os.makedirs(os.path.join(box, name), exist_ok=True)
        for n, message in enumerate(messages, first):
            path = os.path.join(box, 'cur', '%010d.M%d.filled:2,' % (n, n))
            with open(path, 'wb') as file:
                file.write(message)
            if os.getuid() == 0:
                os.chown(path, 65534, 65534)
        if os.getuid() == 0:
            for name in ('', 'cur', 'new', 'tmp'):
                os.chown(os.path.join(box, name), 65534, 65534)

    def forget_uids(self, user):
        """A new UIDVALIDITY, as after a mailbox was restored: Dovecot must not be running."""
        for name in os.listdir(self.maildir(user)):
            if name.startswith('dovecot'):
                path = os.path.join(self.maildir(user), name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    # ---- Exim

    def start_exim(self):
        with open(self.path('exim.out'), 'ab') as log:
            done = subprocess.run(dropped([self.programs['exim'], '-C', self.path('exim.conf'), '-bd', '-q1s']), stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=log, env={'PATH': '/usr/sbin:/usr/bin:/bin'}, cwd=self.dir, timeout=30, start_new_session=True)
        if done.returncode:
            raise Failed('Exim did not start: %s' % (self.text('exim.out') + self.text('log/panic'))[-2000:])
        self.has_exim = True
        wait_until(lambda: is_listening(self.smtp), 10, 'Exim')

    def stop_exim(self, how=signal.SIGTERM):
        """The daemon alone, as its pid file names it; what it began to deliver ends by itself. start_exim() goes on with its queue."""
        try:
            pid = int(self.text('exim.pid') or 0)
            if self.has_exim and pid > 1:
                os.kill(pid, how)
                wait_until(lambda: not is_listening(self.smtp), 10, 'the end of Exim')
        except ProcessLookupError:
            pass
        self.has_exim = False

    def switch(self, name, on):
        path = pathlib.Path(self.path('ctl', name))
        path.touch() if on else path.unlink(missing_ok=True)

    def set_defer(self, on=True):
        self.switch('defer', on)

    def set_reject(self, on=True):
        self.switch('reject', on)

    def set_reject_data(self, on=True):
        self.switch('reject-data', on)

    def clear(self):
        for name in ('defer', 'reject', 'reject-data'):
            self.switch(name, False)

    def queue(self):
        """Ids of what waits in Exim's spool."""
        found = []
        for _, _, files in os.walk(self.path('spool', 'input')):
            found += [name[:-2] for name in files if name.endswith('-H')]
        return found

    def stop(self):
        self.stop_exim()
        self.kill_dovecot(signal.SIGTERM)
        # A delivery that Exim began may still write for a moment.
        for _ in range(5):
            shutil.rmtree(self.dir, ignore_errors=True)
            if not os.path.exists(self.dir):
                break


def inbox(parts, user):
    """That user's mails as Dovecot keeps them, oldest first."""
    paths = [path for folder in ('cur', 'new') for path in pathlib.Path(parts.maildir(user), folder).glob('*')]
    return [path.read_bytes() for path in sorted(paths, key=lambda path: path.name)]


def serve():
    """For a test in another language: a line of JSON says where everything is, then a request a line gets an answer a line.
    {"deliver": USER, "mail": base64} -> {}; {"inbox": USER} -> {"mails": [base64]}. Ends with its input."""
    try:
        parts = Parts()
    except Missing as why:
        print(json.dumps({'missing': str(why)}), flush=True)
        return
    with parts:
        print(json.dumps({'imap': parts.imap, 'imaps': parts.imaps, 'smtp': parts.smtp, 'ca': parts.ca, 'user': 'desk@example.org', 'password': PASSWORD}), flush=True)
        for line in sys.stdin:
            asked, answer = json.loads(line), {}
            if 'deliver' in asked:
                parts.deliver(asked['deliver'], base64.b64decode(asked['mail']))
            elif 'inbox' in asked:
                answer['mails'] = [base64.b64encode(mail).decode() for mail in inbox(parts, asked['inbox'])]
            print(json.dumps(answer), flush=True)


if __name__ == '__main__' and sys.argv[1:2] == ['serve']:
    serve()
elif __name__ == '__main__':
    # By hand: the parts run until Enter.
    with Parts(*sys.argv[1:2]) as parts:
        print('folder %s\nimap %d imaps %d lmtp %d smtp %d, CA %s, desk@example.org / %s' %
              (parts.dir, parts.imap, parts.imaps, parts.lmtp, parts.smtp, parts.ca, PASSWORD))
        input()
