#!/usr/bin/python3
"""test_briefing.py - 石首's day: thirteen sources, five feelings, briefings of the day, the week and the month.

What is frozen is compared with the database, the exports with what is frozen, and the wall with both by its boards.
"""

import csv
import datetime
import io
import json
import os
import sqlite3
import time

import picture
import rig
import tap
from tap import case, check, equal

ZONE = datetime.timezone(datetime.timedelta(hours=8))
TOWNS = ["421081001", "421081100", "421081101", "421081103", "421081106"]
# Where a report comes in decides which of the five feelings it is.
SOURCES = {
    "yzz": ("云综治", "grid"), "wgzmn": ("网格啄木鸟", "grid"), "dating": ("接待大厅", "counter"), "jz": ("警综非警务", "police"),
    "j110": ("110 联动", "police"), "rexian": ("12345 热线", "hotline"), "szrx": ("市长热线", "hotline"),
    "qunzhong": ("群众端", "public"), "qianxin": ("欠薪举报", "wage"), "xinfang": ("阳光信访", "visit"),
    "laixin": ("来信", "letter"), "liuyan": ("城市留言板", "web"), "yuqing": ("网络舆情", "web"),
}  # fmt: skip
FIVE = {
    "稳情": {"visit", "letter"}, "警情": {"police"}, "社情": {"grid", "counter"}, "民情": {"hotline", "public", "wage"},
    "舆情": {"web"},
}  # fmt: skip
A_SOURCE = 8
now = datetime.datetime.now(ZONE)
due = now.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1 if now.second < 35 else 2)
sim = rig.Sim(4)
daemon = rig.Daemon(
    "briefing",
    cameras=[rig.camera(sim, n) for n in range(1, 5)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, 5)])],
    credentials="credentials.json",
    cases={"region": "421081", "vocabulary": "shishou"},
    sources=[{"id": i, "name": name, "token": i, "silent_s": 0} for i, (name, _) in SOURCES.items()],
    briefings=[
        {"id": "daily", "name": "日分析", "at": due.strftime("%H:%M"), "shown_minutes": 1},
        {"id": "weekly", "name": "周研判", "kind": "week", "at": "23:59", "shown_minutes": 1},
        {"id": "monthly", "name": "月调度", "kind": "month", "at": "23:59", "day": 31, "shown_minutes": 1},
    ],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({i: {"token": f"e2e-token-of-{i:0<12}"} for i in SOURCES}))
os.chmod(secrets, 0o600)


def send(source, number, kind, code, status=200, **data):
    event = {
        "specversion": "1.0",
        "id": f"{source}-{number}-{kind}",
        "source": f"/421081/{source}",
        "type": f"org.wallctl.{kind}.v1",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": data,
    }
    if code:
        event["subject"] = code
    return daemon.api.event(event, f"e2e-token-of-{source:0<12}", status)["events"][0]["status"]


def sql(text):
    """One number of the database, read beside the daemon."""
    database = sqlite3.connect(f"file:{daemon.state}/wallctl.db?mode=ro", uri=True)
    try:
        return database.execute(text).fetchone()[0]
    finally:
        database.close()


def figure(paper, name, part="figures"):
    return next(item["value"] for item in paper[part] if item["name"] == name)


def made(config):
    papers = daemon.api.get("/api/v1/briefings")["briefings"]
    return next((p for p in papers if p["config"] == config), None)


def content():
    return [(t["tile"], t.get("camera")) for t in daemon.wall()["tiles"]]


def compare(paper):
    """A paper of today with the database."""
    day = "(opened_ms + 28800000) / 86400000 = (strftime('%s', 'now') + 28800) / 86400"
    equal(figure(paper, "新增案件"), sql(f"SELECT count(*) FROM case_ WHERE {day}"), "cases of the day")
    equal(figure(paper, "新增线索"), sql("SELECT count(*) FROM inbox WHERE type = 'clue.reported'"), "clues")
    equal(figure(paper, "在办案件"), sql("SELECT count(*) FROM case_ WHERE is_open = 1"), "open cases")
    resolved = "state IN ('resolved', 'verifying', 'closed')"
    equal(figure(paper, "化解案件"), sql(f"SELECT count(*) FROM case_ WHERE {resolved}"), "resolved cases")
    equal(figure(paper, "今年化解率"), figure(paper, "化解案件"), "the part of the rate")
    equal(sum(s["value"] for s in paper["stages"]), sql("SELECT count(*) FROM case_"), "all stages together")
    equal(sum(p["value"] for p in paper["places"]), figure(paper, "在办案件"), "all places together")
    got = []
    for name, channels in FIVE.items():
        words = ", ".join(f"'{c}'" for c in channels)
        want = sql(f"SELECT count(*) FROM case_ WHERE channel IN ({words})")
        # Of clues those that no office writes down itself.
        words = ", ".join(f"'{c}'" for c in channels - {"letter", "counter", "wage"})
        want += sql(f"SELECT count(*) FROM inbox WHERE type = 'clue.reported' AND body ->> '$.data.channel' IN ({words})")
        got.append(want)
        equal(figure(paper, name, "five"), want, name)
    check(all(got), f"the five feelings: {got}")


@case("a day's reports of thirteen sources come in by the real intake")
def reports():
    daemon.start()
    daemon.wait_live(4)
    for s, (source, (_, channel)) in enumerate(SOURCES.items()):
        for n in range(A_SOURCE):
            code = f"SS-{source}-{n}"
            town = TOWNS[(s + n) % len(TOWNS)]
            category = ["neighbour", "labour", "land", "family"][n % 4]
            status = send(source, n, "case.reported", code, category=category, region=town, channel=channel, level="general")
            equal(status, "applied", f"the report {code}")
            if n % 2 == 0:
                send(source, n, "case.registered", code)
            if n % 4 == 0:
                equal(send(source, n, "case.resolved", code, outcome="settled"), "applied", f"the end of {code}")
        equal(send(source, 99, "clue.reported", "", 202, channel=channel, region=TOWNS[0]), "noted", "a clue")
    equal(sql("SELECT count(*) FROM case_"), len(SOURCES) * A_SOURCE, "cases")


@case("the day's briefing comes at its minute, on its wall, and the wall comes back")
def scheduled():
    before = content()
    tap.until(lambda: made("daily"), 130, "the briefing is made")
    paper = daemon.api.get(f"/api/v1/briefings/{made('daily')['id']}")
    late_ms = paper["made_ms"] - due.timestamp() * 1000
    check(0 <= late_ms <= 1000, f"made {late_ms} ms after its minute")
    equal((paper["scheduled"], paper["until_ms"]), (True, int(due.timestamp() * 1000) + 60_000), "of the schedule")
    shown = [f"board:briefing:{paper['id']}{part}" for part in ("", ":funnel", ":five", ":map")]
    equal([c for _, c in content()], shown, "what the wall shows")
    picture.snapshot(daemon.api)
    daemon.stop()
    daemon.start()
    equal([c for _, c in content()], shown, "what the wall shows after a restart")
    equal(len(daemon.api.get("/api/v1/briefings")["briefings"]), 1, "briefings after a restart")
    left = due.timestamp() + 60 - time.time()
    check(left > 0, "the restart took longer than the briefing is shown")
    tap.until(lambda: content() == before, left + 10, "the wall is as it was")


@case("briefings of the day, the week and the month say what the database says, and so do their exports")
def exported():
    today = datetime.datetime.now(ZONE).strftime("%Y-%m-%d")
    for config, kind in (("daily", "day"), ("weekly", "week"), ("monthly", "month")):
        order = {"config": config, "day": today, "shown": config != "daily"}
        paper = daemon.api.post("/api/v1/briefings", order)
        equal((paper["kind"], paper["scheduled"]), (kind, False), "of the briefing")
        compare(paper)
        before = json.dumps(daemon.api.get(f"/api/v1/briefings/{paper['id']}"), sort_keys=True)
        _, _, text = daemon.api.raw("GET", f"/api/v1/briefings/{paper['id']}.csv")
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
        numbers = {(r[0], r[1]): int(r[3]) for r in rows[2:]}
        for part, title in (("figures", "指标"), ("stages", "案件流程"), ("five", "五情"), ("places", "在办案件分布")):
            for item in paper[part]:
                equal(numbers[title, item["name"]], item["value"], f"{title} {item['name']} of the table")
        _, _, page = daemon.api.raw("GET", f"/api/v1/briefings/{paper['id']}.html")
        check(f"{figure(paper, '新增案件')} 件" in page.decode(), "the page does not say how many cases are new")
        send("yzz", config, "case.reported", f"SS-later-{config}", category="labour", region=TOWNS[0], channel="grid")
        again = json.dumps(daemon.api.get(f"/api/v1/briefings/{paper['id']}"), sort_keys=True)
        equal(again, before, "what is frozen, after another case")


@case("from the command line: list, export; an unknown one is refused with what to do")
def terminal():
    name = made("monthly")["id"]
    check(name in daemon.cli("briefing", "list"), "the list has no such briefing")
    file = daemon.dir / "monthly.csv"
    daemon.cli("briefing", "export", name, str(file))
    check(file.read_text("utf-8-sig").startswith('"月调度"'), "the exported table")
    equal(daemon.api.post("/api/v1/briefings", {"config": "never"}, 404)["error"]["code"], "not_found", "an unknown one")
    equal(daemon.api.get("/api/v1/briefings/never", 404)["error"]["code"], "not_found", "an unknown paper")
    daemon.api.post("/api/v1/briefings", {"config": "daily", "day": "2025-02-30"}, 400)
    wrong = daemon.api.post("/api/v1/walls/main/commands", {"op": "show", "tile": 1, "camera": "board:briefing:x"}, 404)
    check("研判画面" in wrong["error"]["message_zh"], f"{wrong}")


@case("briefings that are older than briefing_days go: from the database, the list, the API and the boards")
def forgotten():
    shown = {"op": "show", "tile": 1, "camera": f"board:briefing:{made('monthly')['id']}"}
    daemon.api.post("/api/v1/walls/main/commands", shown)
    # The scheduled one of today stays: without it the daemon would make it up after the start.
    young = next(p["id"] for p in daemon.api.get("/api/v1/briefings")["briefings"] if p["scheduled"])
    daemon.stop()
    database = sqlite3.connect(f"{daemon.state}/wallctl.db")
    with database:
        back = "json = json_set(json, '$.made_ms', made_ms - 91 * 86400000), made_ms = made_ms - 91 * 86400000"
        old = database.execute(f"UPDATE briefing SET {back} WHERE id <> ?", (young,)).rowcount
    database.close()
    daemon.config["cases"]["briefing_days"] = 90
    daemon.write()
    daemon.start()
    equal(len(daemon.api.get("/api/v1/briefings")["briefings"]), old + 1, "before")
    with daemon.events() as events:
        daemon.cli("retention", "run")
        told = events.event("retention.done")
    equal(told["deleted"]["briefings"]["n"], old, "what is told")
    equal([b["id"] for b in daemon.api.get("/api/v1/briefings")["briefings"]], [young], "the list")
    equal(sql("SELECT count(*) FROM briefing"), 1, "the database")
    daemon.api.get(f"/api/v1/briefings/{young}")
    daemon.api.post("/api/v1/walls/main/commands", {**shown, "tile": 2}, 404)


tap.run(daemon.show_failure, rig.end)
