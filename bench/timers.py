"""timers.py - clocks that run out: very many at once, and a few among very many cases."""
import os, re, shutil, sqlite3, statistics, subprocess, sys, time
from house import *

N_TIMERS = 100000


def fill_timers(folder, due_ms, n=N_TIMERS):
    """So many cases whose first clock runs out at one and the same moment, their warnings told."""
    db = sqlite3.connect(folder / 'redress.db')
    with db:
        db.execute("""WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, waiting, due_at, due_kind, received_at, logged_at, stage_at, changed_at, n_messages)
            SELECT i, 'c' || i, 'complaint', 'late', 'form', 1, 'received', 1, 0, ?, 'acknowledge', ?, ?, ?, ?, 0 FROM n""", (n, due_ms) + (due_ms - 86400000,) * 4)
        db.execute("""INSERT INTO case_clocks (case_id, policy_id, acknowledge_due, answer_due, answer_from, resolve_due, final_due, levels, next_at)
            SELECT c.id, (SELECT id FROM clock_policies WHERE name = 'Everything else'), c.due_at, c.due_at + 86400000, c.received_at, c.received_at + 28 * 86400000,
            c.received_at + 56 * 86400000, 2, c.due_at FROM cases c""")
    db.close()


FILL_TIMERS_PG = """
    INSERT INTO cases (id, ref, kind, subject, channel, severity, stage, is_open, waiting, due_at, due_kind, received_at, logged_at, stage_at, changed_at, n_messages)
    SELECT i, 'c' || i, 'complaint', 'late', 'form', 1, 'received', TRUE, FALSE, {due}, 'acknowledge', {due} - 86400000, {due} - 86400000, {due} - 86400000, {due} - 86400000, 0
    FROM generate_series(1, {n}) AS i;
    INSERT INTO case_clocks (case_id, policy_id, acknowledge_due, answer_due, answer_from, resolve_due, final_due, levels, next_at)
    SELECT c.id, (SELECT id FROM clock_policies WHERE name = 'Everything else'), c.due_at, c.due_at + 86400000, c.received_at, c.received_at + CAST(28 AS BIGINT) * 86400000,
    c.received_at + CAST(56 AS BIGINT) * 86400000, 2, c.due_at FROM cases c"""


# What the server must write for them at the least, a thousand rows a statement, ten thousand a commit, inside PostgreSQL.
BARE_TIMERS_PG = """
    SET default_transaction_isolation = 'serializable';
    DO $$ BEGIN FOR b IN 0..{n} / 1000 - 1 LOOP
      UPDATE case_clocks k SET levels = 4, next_at = next_at + 1000 FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i WHERE k.case_id = i AND k.next_at = k.acknowledge_due;
      INSERT INTO events (at, kind, case_id, actor_kind, facts)
        SELECT 1, 'clock.breached', i, 'system', '{{"clock":"acknowledge","due_at":"2026-01-01T00:00:00Z","v":1}}' FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i ORDER BY i;
      INSERT INTO clock_results (case_id, clock, due_at, missed) SELECT i, 'acknowledge', 1, TRUE FROM generate_series(b * 1000 + 1, b * 1000 + 1000) AS i;
      IF b % 10 = 9 THEN COMMIT; END IF;
    END LOOP; END $$"""


def told(folder):
    db = sqlite3.connect('file:%s?mode=ro' % (folder / 'redress.db'), uri=True)
    n = db.execute("SELECT count(*) FROM clock_results").fetchone()[0]
    db.close()
    return n


def timers(args):
    """Clocks that all run out at once: when the last of them is an event, and how that compares with the bare statements."""
    ratios, seconds = [], []
    for _ in range(args.rounds):
        folder = fresh(0, 'timers-bare')
        fill_timers(folder, int(time.time() * 1000) - 1000)
        ceiling = bare('timers', folder, 250)
        folder = fresh(0, 'timers')
        due = time.time() + 6
        fill_timers(folder, int(due * 1000))
        with Server(folder, 'bench@example.org'):
            early = told(folder)
            while told(folder) < N_TIMERS and time.time() < due + 120:
                time.sleep(0.05)
            seconds.append(time.time() - due)
        if early:
            sys.exit('timers: %d were told before their time' % early)
        ratios.append(N_TIMERS / seconds[-1] / ceiling)
    took = statistics.median(seconds)
    row('100,000 clocks due at once: until the last is an event', took, 's', took, 5, at_most=True)
    row('... as a rate, against the same statements bare', N_TIMERS / took, '/s', statistics.median(ratios), 0.5)


FINAL = 3 * 5  # where the steps told of the last answer's clock stand in levels (promise/case_clocks.h)


def exact(args):
    """The clocks of so many cases of the demo run; those of a few are set to run out in the next seconds, none at a full one, their warnings told."""
    n, few = args.sizes[-1], 8
    folder = fresh(n, 'timers-exact')
    with Server(folder) as server:
        server.settle()
        db = sqlite3.connect(folder / 'redress.db', timeout=10)
        start = int(time.time() * 1000) + 5000
        cases = [case for (case,) in db.execute("""SELECT k.case_id FROM case_clocks k JOIN cases c ON c.id = k.case_id
            WHERE c.is_open AND k.final_due IS NOT NULL AND k.final_met IS NULL AND k.next_at > ? ORDER BY k.case_id % 997, k.case_id LIMIT ?""", (start + 3600000, few))]
        due = {case: start + i * 370 + 113 for i, case in enumerate(cases)}
        (before,), = db.execute('SELECT max(id) FROM events')
        with db:
            for case, at in due.items():
                db.execute("UPDATE cases SET due_at = ?, due_kind = 'final' WHERE id = ?", (at, case))
                db.execute('UPDATE case_clocks SET final_due = ?1, next_at = ?1, levels = (levels & ~(7 << %d)) | (2 << %d) WHERE case_id = ?2' % (FINAL, FINAL), (at, case))
        late = {}
        while len(late) < few and time.time() * 1000 < start + 30000:
            now = int(time.time() * 1000)
            for (case,) in db.execute("SELECT case_id FROM events WHERE id > ? AND kind = 'clock.breached'", (before,)):
                if case in due:
                    late.setdefault(case, now - due[case])
            time.sleep(0.01)
        db.close()
    if len(late) < few or min(late.values()) < 0:
        sys.exit('timers: %d of %d clocks were told, the earliest %s ms late' % (len(late), len(due), min(late.values(), default='-')))
    row('clocks among %d cases: the latest event after its time' % n, max(late.values()), 'ms', max(late.values()) / 1000, 1, True)
    shutil.rmtree(folder)


def pg(url, text):
    """What psql answers to it, a line a row."""
    return subprocess.run(['psql', '-X', '-At', '-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def fresh_pg(server, url):
    """An empty database with its clocks, and when they run out."""
    pg(server, 'DROP DATABASE IF EXISTS bench_timers')
    pg(server, 'CREATE DATABASE bench_timers')
    folder = empty('timers-pg')
    add_user(folder, 'bench@example.org', ['--database', url])
    due = time.time() + 30
    pg(url, FILL_TIMERS_PG.format(n=N_TIMERS, due=int(due * 1000)))
    pg(url, 'VACUUM ANALYZE')
    return folder, due


def timers_pg(args):
    """The same on PostgreSQL, on the server that TEST_PG names: tools/with_pg script/bench --only timers_pg."""
    server, seconds, ratios = os.environ.get('TEST_PG'), [], []
    if not server:
        return say('timers on PostgreSQL: TEST_PG names no server (tools/with_pg starts one)')
    url = re.sub(r'(postgres(?:ql)?://[^/]*/)[^?]*', r'\1bench_timers', server)
    for _ in range(args.rounds):
        folder, _ = fresh_pg(server, url)
        began = time.time()
        subprocess.run(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', url], input=BARE_TIMERS_PG.format(n=N_TIMERS), text=True, check=True)
        ceiling = time.time() - began
        folder, due = fresh_pg(server, url)
        with Server(folder, 'bench@example.org', ['--database', url]):
            early = int(pg(url, 'SELECT count(*) FROM clock_results'))
            if early or time.time() > due:
                sys.exit('timers on PostgreSQL: %d were told before the server had started' % early)
            while int(pg(url, 'SELECT count(*) FROM clock_results')) < N_TIMERS and time.time() < due + 300:
                time.sleep(0.2)
            seconds.append(time.time() - due)
        ratios.append(ceiling / seconds[-1])
    row('100,000 clocks due at once on PostgreSQL, against bare SQL in it', statistics.median(seconds), 's', statistics.median(ratios), 0.5)
