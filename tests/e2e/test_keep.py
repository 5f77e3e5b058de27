#!/usr/bin/python3
"""test_keep.py - what is old is deleted and told; copies are made, checked and brought back."""

import datetime
import json
import os
import sqlite3
import time

import rig
import tap
from tap import case, check, equal

TOKEN = "e2e-token-0123456789"
DAY_MS = 86400_000
CHINA = datetime.timezone(datetime.timedelta(hours=8))  # the daemon's days, whatever zone this machine is in
CLASSES = ["event-bodies", "events", "cases", "transitions", "orders", "outbox", "briefings"]
sim = rig.Sim(1)
daemon = rig.Daemon(
    "keep",
    cameras=[rig.camera(sim, 1)],
    walls=[rig.wall(["cam-1"], layout="1")],
    credentials="credentials.json",
    # At a time of day that is far away, so that the clock begins nothing by itself.
    cases={
        "region": "530402",
        "event_days": 30,
        "case_days": 60,
        "transition_days": 90,
        "backup_keep": 2,
        "night_at": (datetime.datetime.now(CHINA) + datetime.timedelta(hours=12)).strftime("%H:%M"),
    },
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
os.chmod(secrets, 0o600)
database = daemon.state / "wallctl.db"
copies = daemon.state / "backup"
_serial = [0]


def send(kind, code):
    _serial[0] += 1
    event = {
        "specversion": "1.0",
        "id": f"e{_serial[0]}",
        "source": "/530402/grid",
        "type": f"org.wallctl.case.{kind}.v1",
        "subject": code,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "region": "530402005"},
    }
    return daemon.api.event(event, TOKEN)["events"][0]["status"]


def now_ms():
    return int(time.time() * 1000)


def run_sql(sql, *values):
    """While the daemon stands still."""
    connection = sqlite3.connect(database)
    with connection:
        rows = connection.execute(sql, values).fetchall()
    connection.close()
    return rows


def make_old(days):
    """All that is there came so many days ago."""
    daemon.stop()
    for table, column in ("inbox", "recorded_ms"), ("case_", "changed_ms"):
        run_sql(f"UPDATE {table} SET {column} = {column} - ?", days * DAY_MS)
    daemon.start()


def counts(deleted):
    return {c: deleted[c]["n"] for c in CLASSES if deleted[c]["n"]}


def cases():
    return sorted(c["code"] for c in daemon.api.get("/api/v1/cases")["cases"])


@case("a dry run counts and deletes nothing; a run deletes the same, says so to all, and remembers it")
def retention():
    daemon.start()
    for kind in "reported", "registered", "handling", "resolved", "closed":
        equal(send(kind, "OLD"), "applied", kind)
    send("reported", "OPEN")
    make_old(100)
    send("reported", "YOUNG")
    would = daemon.api.post("/api/v1/retention", {"dry_run": True})["would"]
    equal(counts(would), {"event-bodies": 5, "events": 5, "cases": 1}, "would go")
    check("1" in daemon.cli("retention", "run", "--dry-run"), "the same at a terminal")
    equal(cases(), ["OLD", "OPEN", "YOUNG"], "cases before")
    with daemon.events() as events:
        daemon.cli("retention", "run")
        told = events.event("retention.done")
    equal((told["cause"], counts(told["deleted"])), ("asked", counts(would)), "what is told")
    equal(cases(), ["OPEN", "YOUNG"], "cases afterwards")
    state = daemon.api.get("/api/v1/retention")
    equal(state["reports"], [told], "the reports")
    check(state["next_ms"] > now_ms(), "the next night is to come")
    check("retention: deleted" in daemon.log(), "the log says so")
    daemon.kill()
    daemon.start()
    tap.until(lambda: daemon.api.get("/api/v1/retention")["reports"] == [told], 5, "the report after a kill")
    check("case" in daemon.cli("retention", "report"), "the report at a terminal")


@case("the head of the chain is in the report, the log and at the terminal; a copy is held against it")
def chain():
    report = daemon.api.get("/api/v1/retention")["reports"][0]
    told = report["chain_head"]
    daemon.stop()
    number, head = run_sql("SELECT seq, lower(hex(hash)) FROM chain_end WHERE which = 'head'")[0]
    equal(told, f"{number}:{head}", "what is told")
    daemon.start()
    check(f"head of the log of transitions: {told}" in daemon.log(), "the log says so")
    check(f"链头：{told}" in daemon.cli("retention", "report", language="zh"), "the terminal says so")
    send("registered", "YOUNG")
    target = daemon.dir / "for-the-auditor.db"
    daemon.cli("backup", target, "--config", daemon.path)
    daemon.cli("backup", "check", target, told)
    other = told[:-1] + ("0" if told[-1] != "0" else "1")
    check("does not hold the head" in daemon.cli("backup", "check", target, other, status=65), "another head")
    refusal = daemon.cli("backup", "check", target, "nonsense", status=65, language="zh")
    check("链头" in refusal, refusal)


@case("copies by hand while the daemon runs: checked, whole, nobody else's to read")
def backup():
    target = daemon.dir / "by-hand.db"
    daemon.cli("backup", target, "--config", daemon.path)
    daemon.cli("backup", "check", target)
    equal(target.stat().st_mode & 0o777, 0o600, "mode of the copy")
    daemon.cli("backup", "--config", daemon.path)
    names = sorted(p.name for p in copies.iterdir())
    equal(names, [f"wallctl-{datetime.datetime.now(CHINA):%Y-%m-%d}.db"], "in the folder of the copies")
    damaged = daemon.dir / "damaged.db"
    data = bytearray(target.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = b"x" * 3000
    damaged.write_bytes(data)
    daemon.cli("backup", "check", damaged, status=65)
    daemon.cli("backup", "restore", damaged, "--config", daemon.path, status=65)


@case(
    "a restore is refused while the daemon runs; after it the daemon has the cases of the copy, the former file is kept"
)
def restore():
    target = daemon.dir / "by-hand.db"
    send("reported", "LATER")
    refusal = daemon.cli("backup", "restore", target, "--config", daemon.path, status=75)
    check("in use" in refusal, f"says why: {refusal}")
    equal(cases(), ["LATER", "OPEN", "YOUNG"], "cases after the refusal")
    equal(daemon.stop()[0], 0, "exit status")
    daemon.cli("backup", "restore", target, "--config", daemon.path)
    kept = list(daemon.state.glob("wallctl.db.before-restore-*"))
    equal(len(kept), 1, "the former file")
    daemon.start()
    equal(cases(), ["OPEN", "YOUNG"], "cases of the copy")
    daemon.stop()
    kept[0].replace(database)
    daemon.start()
    equal(cases(), ["LATER", "OPEN", "YOUNG"], "cases of the former file")


@case("a night that was missed is made up after the start: what is old goes, a copy is made, the oldest copy goes")
def missed():
    for kind in "handling", "resolved", "closed":
        equal(send(kind, "YOUNG"), "applied", kind)
    equal(daemon.stop()[0], 0, "exit status")
    run_sql("UPDATE retention_report SET started_ms = started_ms - ? WHERE cause = 'first'", 3 * DAY_MS)
    run_sql("DELETE FROM retention_report WHERE cause <> 'first'")
    run_sql("UPDATE inbox SET recorded_ms = recorded_ms - ? WHERE subject = 'YOUNG'", 40 * DAY_MS)
    run_sql("UPDATE case_ SET changed_ms = changed_ms - ? WHERE code = 'YOUNG'", 70 * DAY_MS)
    for day in "2025-05-20", "2025-05-21":
        (copies / f"wallctl-{day}.db").write_bytes(b"old")
    daemon.start()
    with daemon.events() as events:
        told = events.event("retention.done", within_s=40)
    equal((told["cause"], told.get("fault")), ("clock", None), "what is told")
    equal(cases(), ["LATER", "OPEN"], "cases")
    equal(counts(told["deleted"]), {"event-bodies": 5, "cases": 1}, "what went")
    today = f"wallctl-{datetime.datetime.now(CHINA):%Y-%m-%d}.db"
    equal(told["copy"], today, "the copy")
    equal(sorted(p.name for p in copies.iterdir()), ["wallctl-2025-05-21.db", today], "the newest two are kept")
    daemon.cli("backup", "check", copies / today)
    check(daemon.api.get("/api/v1/retention")["next_ms"] > now_ms(), "the next night is to come")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
