"""intake.py - a platform that sends events without end and keeps book of what was acknowledged; and what must hold of the
database afterwards. For test_crash.py and the benchmarks."""
import contextlib
import datetime
import itertools
import json
import os
import random
import select
import sqlite3
import threading

import rig
import tap
import websocket

TOKEN = "e2e-token-0123456789"
# Lately, so that nothing is overdue; fixed, because an event that is sent again must say the same. The platform "late" tells
# of what is overdue for months: the daemon tells that in events of its own, and all that follows comes late.
BEGAN = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=6)
LONG_AGO = BEGAN - datetime.timedelta(days=500)
STEPS = ("reported", "registered", "dispatched", "resolved", "closed")
# "Try again later" is registered (IANA), and this library of 2019 does not know it.
websocket._abnf.VALID_CLOSE_STATUS += (1013,)
GONE = (OSError, websocket.WebSocketException, ValueError)


def configure(daemon, *sources):
    """Writes the credentials that sources=[{"token": NAME}] refer to."""
    file = daemon.dir / "credentials.json"
    file.write_text(json.dumps({name: {"token": f"{TOKEN}-{name}"} for name in sources}))
    os.chmod(file, 0o600)


def source(name, **more):
    return {"id": name, "name": f"来源{name}", "token": name, "silent_s": 0, **more}


def event(name, number):
    """Number n of what this platform says: cases that live their five steps, in waves of forty."""
    wave, within = divmod(number, 40 * len(STEPS))
    step, n_case = divmod(within, 40)
    return {
        "specversion": "1.0",
        "id": f"{name}-{number}",
        "source": f"/530402/{name}",
        "type": f"org.wallctl.case.{STEPS[step]}.v1",
        "subject": f"{name.upper()}-{wave * 40 + n_case}",
        "time": ((LONG_AGO if name == "late" else BEGAN) + datetime.timedelta(milliseconds=10 * number)).isoformat(),
        "data": {"category": ("labour", "family", "neighbour")[n_case % 3], "region": f"53040200{1 + n_case % 9}"},
    }


class Sender(threading.Thread):
    """Sends over one WebSocket until that breaks, at most `ahead` unanswered; then what was not acknowledged is next."""

    def __init__(self, daemon, name, acked, ahead=50):
        super().__init__(daemon=True)
        self.daemon_, self.name_, self.acked, self.ahead = daemon, name, acked, ahead
        self.answered = 0
        self.closed = None  # code of the close
        self.stopping = threading.Event()

    def connect(self):
        return websocket.create_connection(
            f"ws://127.0.0.1:{self.daemon_.http_port}/v1/events",
            subprotocols=["cloudevents.json"],
            header=[f"Authorization: Bearer {TOKEN}-{self.name_}"],
            timeout=30,
        )

    def take(self, ws):
        frame = ws.recv_frame()  # recv() answers a close before it tells of it, and fails where nobody listens
        if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
            self.closed = int.from_bytes(frame.data[:2], "big")
            raise ConnectionError("closed")
        if frame.opcode != websocket.ABNF.OPCODE_TEXT:
            return
        receipt = json.loads(frame.data)
        self.acked.update((e["id"], e["status"]) for e in receipt["data"]["events"] if e["status"] != "refused")
        self.answered += len(receipt["data"]["events"])

    def run(self):
        first = next(n for n in itertools.count() if f"{self.name_}-{n}" not in self.acked)
        number = first
        try:
            ws = self.connect()
            while not self.stopping.is_set():
                # What was said is heard before more is sent: a close is not lost behind a broken pipe.
                while number - first - self.answered >= self.ahead or select.select([ws.sock], [], [], 0)[0]:
                    self.take(ws)
                ws.send(json.dumps(event(self.name_, number)))
                number += 1
            while self.answered < number - first:
                self.take(ws)
            ws.close()
        except GONE:
            pass  # killed, or refused: the book says what was acknowledged


def kill_once(daemon, dice, senders):
    """Kills the daemon at a random moment while these send; started again afterwards."""
    for sender in senders:
        sender.start()
    threading.Event().wait(dice.uniform(0.02, 0.8))
    daemon.kill()
    for sender in senders:
        sender.join(30)
        tap.check(not sender.is_alive(), "a sender still waits")
    daemon.start()


def check_database(daemon, books):
    """While the daemon stands still: all that was acknowledged is there, once; the chain holds; counters are exact."""
    with contextlib.closing(sqlite3.connect(f"file:{daemon.state / 'wallctl.db'}?mode=ro", uri=True)) as connection:
        stored = check_rows(connection, books)
    copy = daemon.dir / "check.db"
    daemon.cli("backup", copy, "--config", daemon.path)  # every page and the whole chain are read
    copy.unlink()
    return stored


def check_rows(connection, books):
    stored = [row[0] for row in connection.execute("SELECT id FROM inbox")]
    tap.equal(len(stored), len(set(stored)), "events that are there twice")
    for name, acked in books.items():
        lost = set(acked) - set(stored)
        tap.check(not lost, f"{name}: {len(lost)} of {len(acked)} acknowledged events are lost: {sorted(lost)[:5]}")
    n_cases, n_subjects = connection.execute(
        "SELECT (SELECT count(*) FROM case_), (SELECT count(DISTINCT subject) FROM inbox WHERE status = 'applied')"
    ).fetchone()
    tap.equal(n_cases, n_subjects, "cases")
    # A row for each event that moved its case; one that came late may have a second one, "reordered".
    n_missing, n_double = connection.execute(
        "SELECT (SELECT count(*) FROM inbox WHERE status = 'applied' AND source LIKE '/530402/%'"
        " AND seq NOT IN (SELECT event_seq FROM transition)),"
        " (SELECT count(*) FROM (SELECT 1 FROM transition GROUP BY event_seq, action HAVING count(*) > 1))"
    ).fetchone()
    tap.equal((n_missing, n_double), (0, 0), "applied events that are not in the chain, rows that are there twice")
    recount = (rig.SOURCE / "tests" / "unit" / "counter_faults.sql").read_text("utf-8")
    tap.equal(connection.execute(recount).fetchone()[0], 0, "counters that differ from a recount")
    return len(stored)


def dice(seed):
    return random.Random(seed)
