#!/usr/bin/python3
"""test_linkage.py - rules in other hands than the file's: by API, as plans (咸安 一键指挥, E8), and what else a rule does."""

import datetime
import http.server
import json
import os
import threading
import time

import picture
import rig
import tap
from tap import case, check, equal

TOKEN = "e2e-token-0123456789"
CAMERAS = 8
sim = rig.Sim(CAMERAS)
LON, LAT, STEP = 102.540, 24.350, 0.001
upstream = []


class Upstream(http.server.BaseHTTPRequestHandler):
    """The platform above: takes one event a request."""

    def do_POST(self):
        upstream.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


above = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
threading.Thread(target=above.serve_forever, daemon=True).start()
FLOOD_PLAN = {
    "name": "防汛一键指挥",
    "by_hand": True,
    "severity": "orange",
    "priority": 900,
    "preempts": True,
    "preset": "汛期画面",
    "cameras": ["cam-7", "cam-8"],
    "ptz_preset": "坝顶",
    "sound": 2,
    "orders": [{"kind": "dispatch", "to": "水利站"}, {"kind": "risk-letter", "to": "应急办"}],
    "procedure": "一查水位，二派巡坝，三报区指挥部",
}
daemon = rig.Daemon(
    "linkage",
    cameras=[rig.camera(sim, n, position=[round(LON + n * STEP, 6), LAT], label="off") for n in range(1, CAMERAS + 1)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, 5)], alarm_tiles=[3, 4], alarm_dwell_s=0)],
    credentials="credentials.json",
    cases={"region": "421202"},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    upstreams=[{"id": "up", "url": f"http://127.0.0.1:{above.server_port}/", "events": ["camera.preset", "alarm.raised"]}],
    presets=[{"name": "汛期画面", "layout": "4", "cameras": ["cam-5", "cam-6", "cam-1", "cam-2"]}],
    linkage=[
        {
            "id": "report",
            "name": "上报",
            "when": {"types": ["case.reported"], "level": ["larger", "major"]},
            "nearest": 1,
            "radius_m": 500,
            "sound": 1,
        },
        {
            "id": "open",
            "name": "重大案件开屏",
            "when": {"types": ["case.reported"], "level": ["extra"]},
            "opens_case": True,
            "procedure": "先核实再处置",
            "escalate_s": 1,
        },
        {"id": "traffic", "name": "交通", "when": {"types": ["case.reported"], "category": ["traffic"]}, "severity": "orange", "priority": 1},
        {"id": "flood", **FLOOD_PLAN},
    ],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
os.chmod(secrets, 0o600)
_serial = [0]


def send(kind, code, at=None, **data):
    _serial[0] += 1
    event = {
        "specversion": "1.0",
        "id": f"e{_serial[0]}",
        "source": "/421202/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "region": "421202001", **data},
    }
    if at:
        event["data"].update(lon=round(LON + at * STEP, 6), lat=LAT)
    return daemon.api.event(event, TOKEN)["events"][0]["status"]


def alarms(state="raised"):
    return [a for a in daemon.api.get("/api/v1/alarms")["alarms"] if a["state"] == state]


def acknowledge(alarm):
    daemon.api.post(f"/api/v1/alarms/{alarm}", {"do": "acknowledge"})


def calm():
    for alarm in alarms():
        acknowledge(alarm["id"])
    while daemon.wall().get("below"):
        daemon.do("back")
    daemon.do("layout", layout="4")
    for n in range(1, 5):
        daemon.do("show", tile=n, camera=f"cam-{n}")
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4}, within_s=15)


def content():
    wall = daemon.wall()
    return {"areas": wall["areas"], "tiles": [{k: v for k, v in t.items() if k != "touched"} for t in wall["tiles"]]}


def run(rule, status=200, dry=False, **body):
    return daemon.api.post(f"/api/v1/linkage/rules/{rule}/run{'?dry_run=1' if dry else ''}", body, status)


def low_stamps():
    """What the tiles show, by the stamps at their lower edge: the banner lies over the upper ones."""
    luma = picture.snapshot(daemon.api)
    return [(picture.lower_stamp(luma, t["rect"]) or [None])[0] for t in daemon.wall()["tiles"]]


@case("E8 咸安: the plan's dry run says what it would do and what is in the way; nothing happens")
def dry():
    daemon.start()
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    send("case.reported", "XA1", at=1, level="general")
    before = (daemon.wall()["revision"], content(), alarms())
    told = run("flood", dry=True, case="XA1")
    equal((told["dry_run"], told["name"], told["opens"]), (True, "防汛一键指挥", "preset:汛期画面"), "the report")
    equal([c["id"] for c in told["cameras"]], ["cam-7", "cam-8"], "cameras")
    equal([o["to"] for o in told["orders"]], ["水利站", "应急办"], "orders")
    equal((told["ptz_preset"], told["procedure"]), ("坝顶", FLOOD_PLAN["procedure"]), "turns, procedure")
    equal([s["camera"] for s in told["spots"]["main"]], ["cam-7", "cam-8"], "alarm tiles")
    run("flood", 400, dry=True)  # orders need a case
    equal((daemon.wall()["revision"], content(), alarms()), before, "the wall, afterwards")
    equal(upstream, [], "what those above were told")
    text = daemon.cli("plan", "run", "flood", "--case", "XA1", "--dry-run", language="zh")
    for word in ("演练", "preset:汛期画面", "坝顶", "水利站", "cam-7", FLOOD_PLAN["procedure"]):
        check(word in text, f"{word} is not in: {text}")


@case("E8 咸安: one command runs the plan within a second when its cameras are warm; acknowledged, the wall is back")
def plan():
    calm()
    before = content()
    for n in (5, 6, 7, 8):  # received already: shown once, kept warm
        daemon.do("show", tile=1, camera=f"cam-{n}")
        daemon.wait_seen({1: n})
    daemon.do("show", tile=1, camera="cam-1")
    daemon.wait_seen({1: 1})
    upstream.clear()
    with daemon.events() as events:
        began = time.monotonic()
        ran = run("flood", case="XA1")
        tap.until(lambda: low_stamps() == [5, 6, 7, 8], 10, lambda: f"all four pictures: {low_stamps()}")
        took = time.monotonic() - began
        raised = events.event("alarm.raised")
    tap.note(f"plan to all four pictures on glass: {took * 1000:.0f} ms")
    equal((raised["sound"], raised["procedure"], raised["title"]), (2, FLOOD_PLAN["procedure"], "防汛一键指挥"), "told")
    check(raised["run_by"], "who ran it is not told")
    run("flood", 400, case="XA1")  # it runs already
    turned = tap.until(lambda: len(upstream) >= 2 and upstream, 10, "cameras are asked to turn")
    equal(sorted(e["data"]["camera"] for e in turned), ["cam-7", "cam-8"], "cameras that turn")
    equal({(e["type"], e["data"]["preset"]) for e in turned}, {("org.wallctl.camera.preset.v1", "坝顶")}, "as events")
    acknowledge(ran["alarm"])
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    equal((content(), alarms()), (before, []), "the wall afterwards")


@case("a plan's orders are made out to its case")
def made_out():
    import sqlite3

    with sqlite3.connect(f"file:{daemon.state}/wallctl.db?mode=ro", uri=True) as db:
        tap.until(
            lambda: db.execute("SELECT count(*) FROM work_order WHERE case_code = 'XA1'").fetchone()[0] == 2,
            5,
            "two orders",
        )
        rows = db.execute("SELECT kind, to_org FROM work_order WHERE case_code = 'XA1'").fetchall()
    equal(sorted(rows), [("dispatch", "水利站"), ("risk-letter", "应急办")], "orders")


@case("a rule saved by API is in force at once, wins over the file's, survives kill -9 and reload, and goes")
def saved():
    calm()
    rule = {"name": "上报（夜班）", "when": {"types": ["case.reported"]}, "cameras": ["cam-8"], "severity": "red"}
    answer = daemon.api.put("/api/v1/linkage/rules/report", rule)
    equal((answer["origin"], answer["replaces"], answer["in_force"]), ("saved", True, True), "the answer")
    daemon.kill()
    daemon.start()
    daemon.api.post("/api/v1/reload")
    listed = daemon.api.get("/api/v1/linkage/rules")["rules"]
    equal([(r["id"], r["origin"]) for r in listed], [("report", "saved"), ("open", "file"), ("traffic", "file"), ("flood", "file")], "rules")
    send("case.reported", "XA2", at=1, level="general")
    daemon.wait_seen({3: 8}, within_s=20)
    equal([(a["rule"], a["severity"]) for a in alarms()], [("report", "red")], "the alarm")
    daemon.api.delete("/api/v1/linkage/rules/report")
    calm()
    send("case.reported", "XA3", at=7, level="general")
    equal(alarms(), [], "the file's rule is in force again")
    bad = daemon.api.put("/api/v1/linkage/rules/report", {"name": "x", "when": {"risk": ["huge"]}, "cameras": ["no"]}, 400)
    for word in ("rule.when.risk[0]", "rule.cameras[0]"):
        check(word in bad["error"]["message"], f"{word} is not in {bad}")


@case("rules by the command line: set, list, remove")
def by_cli():
    path = daemon.dir / "rule.json"
    path.write_text(json.dumps({"name": "夜查", "by_hand": True, "cameras": ["cam-6"]}, ensure_ascii=False))
    daemon.cli("linkage", "set", "night", path)
    check("夜查" in daemon.cli("linkage", "list", language="zh"), "the plan is not listed")
    text = daemon.cli("plan", "run", "night")
    alarm = alarms()[0]
    check(alarm["id"] in text, f"{alarm['id']} is not in {text}")
    acknowledge(alarm["id"])
    daemon.cli("linkage", "remove", "night")
    check("夜查" not in daemon.cli("linkage", "list", language="zh"), "the plan is still listed")


@case("a rule opens the case over the wall; closed with it, also over a restart; unanswered, those above are told")
def opens():
    calm()
    before = content()
    upstream.clear()
    send("case.reported", "XA4", at=6, level="extra")
    tap.until(lambda: daemon.wall().get("label") == "case:XA4", 5, "the case is open")
    tap.until(lambda: upstream, 10, "those above are told")
    told = upstream[0]
    equal((told["type"], told["subject"]), ("org.wallctl.alarm.raised.v1", "XA4"), "the event")
    equal(alarms()[0]["scene"], "case:XA4", "the alarm's scene")
    daemon.kill()
    daemon.start()
    equal(daemon.wall().get("label"), "case:XA4", "the case is open after the start")
    acknowledge(alarms()[0]["id"])
    tap.until(lambda: daemon.wall().get("label", "") == "", 5, "the case is closed")
    equal(content(), before, "the wall afterwards")


@case("a scene that a person has changed, or opened, stays when the alarm ends")
def kept():
    calm()
    send("case.reported", "XA5", at=6, level="extra")
    tap.until(lambda: daemon.wall().get("label") == "case:XA5", 5, "the case is open")
    daemon.do("show", tile=2, camera="cam-2")
    acknowledge(alarms()[0]["id"])
    tap.until(lambda: not alarms(), 5, "the alarm is over")
    equal(daemon.wall().get("label"), "case:XA5", "the scene that a person has changed")
    daemon.do("back")
    send("case.reported", "XA6", at=6, level="general")
    daemon.do("open", case="XA6")
    send("case.updated", "XA6", level="extra")
    send("case.reported", "XA7", at=6, level="extra")
    tap.until(lambda: daemon.wall().get("label") == "case:XA7", 5, "the second case is open")
    acknowledge(alarms()[0]["id"])
    tap.until(lambda: daemon.wall().get("label") == "case:XA6", 5, "the way back leads to what the person opened")
    daemon.do("back")


def orange_on_card():
    """Parts of a thousand of the card, below the banner, that have the colour of 重大."""
    pixels = picture.colours(daemon.api, (0, 72, 640, 288))
    return sum(1 for r, g, b in pixels if r > 220 and 110 < g < 175 and b < 80) * 1000 // len(pixels)


@case("the card says what the case's banner says, also after kill -9; a case with one camera leaves no tile empty")
def card():
    calm()
    send("case.reported", "XC1", at=CAMERAS + 19, level="general", category="traffic")  # 2 km: one camera
    tap.until(lambda: [a["severity"] for a in alarms()] == ["orange"], 5, lambda: f"the alarm: {alarms()}")
    daemon.do("open", case="XC1")
    shown = ["board:case:XC1", f"cam-{CAMERAS}", "board:map", "board:deadlines"]
    equal([t.get("camera") for t in daemon.wall()["tiles"]], shown, "the scene's tiles")

    def is_all_there():
        return all(t["is_on_glass"] for t in daemon.wall()["glass"]) and daemon.wall()["on_glass"] > 0

    tap.until(is_all_there, 15, lambda: f"{daemon.wall()['glass']}")
    tap.until(lambda: orange_on_card() > 5, 10, lambda: f"the card as its banner: {orange_on_card()}")
    daemon.kill()
    daemon.start()
    tap.until(is_all_there, 20, lambda: f"after the start: {daemon.wall()['glass']}")
    tap.until(lambda: orange_on_card() > 5, 5, lambda: f"the card after the start: {orange_on_card()}")
    acknowledge(alarms()[0]["id"])
    tap.until(lambda: orange_on_card() == 0, 10, lambda: f"the card by the case's own level: {orange_on_card()}")
    daemon.do("back")


@case("a tile that a person took back is that person's for the alarms that ring, also after kill -9, until a new one")
def taken_back():
    calm()
    send("case.reported", "XB1", at=5, level="major")
    send("case.reported", "XB2", at=6, level="larger")
    send("case.reported", "XB3", at=7, level="larger")  # waits: two tiles
    daemon.wait_seen({3: 5, 4: 6}, within_s=15)
    check("cam-5 (over cam-3)" in daemon.cli("wall"), "the command line tells the alarm's camera and the tile's own")
    daemon.do("show", tile=3, camera="cam-1")
    daemon.wait_seen({3: 1, 4: 6})
    daemon.kill()
    daemon.start()
    daemon.wait_seen({3: 1, 4: 6}, within_s=20)
    equal(len(alarms()), 3, "alarms that ring")
    send("case.reported", "XB4", at=8, level="major")
    daemon.wait_seen({3: 8}, within_s=15)
    calm()


@case("eleven alarms in ten minutes: one banner with the rate and where they are, one picture, then all of it back")
def flood():
    calm()
    before = content()
    # Alarms of the cases above are within the ten minutes: as many as are missing.
    n = 0
    while not daemon.api.get("/api/v1/alarms")["flood"]:
        n += 1
        check(n <= 11, "no flood")
        send("case.reported", f"XF{n}", at=5 + n % 4, level="larger")
        tap.until(lambda n=n: any(a["case"] == f"XF{n}" for a in alarms()), 5, "the alarm")
    state = daemon.api.get("/api/v1/alarms")
    check(state["rate"] >= 11, f"rate {state['rate']}")
    tap.until(lambda: sum(n > 4 for n in low_stamps()) == 1, 10, lambda: f"one alarm camera: {low_stamps()}")
    for alarm in alarms():
        acknowledge(alarm["id"])
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4}, within_s=15)
    equal(content(), before, "the wall afterwards")


tap.run(daemon.show_failure, rig.end)
