#!/usr/bin/python3
"""test_alarms.py - an event drives the wall, and the wall comes back exactly, whatever happens meanwhile."""

import datetime
import json
import os
import time

import picture
import rig
import tap
from tap import case, check, equal

TOKEN = "e2e-token-0123456789"
CAMERAS = 10
sim = rig.Sim(CAMERAS)
# The cameras stand in a row from west to east, 101 m apart.
LON, LAT, STEP = 102.540, 24.350, 0.001
daemon = rig.Daemon(
    "alarms",
    cameras=[rig.camera(sim, n, position=[round(LON + n * STEP, 6), LAT], label="off") for n in range(1, CAMERAS + 1)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, 5)], alarm_tiles=[3, 4], alarm_dwell_s=0)],
    credentials="credentials.json",
    cases={"region": "530402", "whistle_show": "none"},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    linkage=[
        {
            "id": "whistle",
            "name": "吹哨",
            "when": {"types": ["case.whistled"]},
            "priority": 500,
            "preempts": True,
            "severity": "red",
            "nearest": 2,
            "radius_m": 500,
        },
        {
            "id": "report",
            "name": "上报",
            "when": {"types": ["case.reported"], "level": ["larger", "major"]},
            "nearest": 1,
            "radius_m": 500,
        },
    ],
    tours=[{"id": "night", "name": "夜间", "wall": "main", "dwell_s": 60, "tiles": [4], "cameras": ["cam-4", "cam-5"]}],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
os.chmod(secrets, 0o600)
_serial = [0]


def send(kind, code, at=None, status=200, age_s=0, **data):
    """One CloudEvent by webhook; its receipt."""
    _serial[0] += 1
    event = {
        "specversion": "1.0",
        "id": f"e{_serial[0]}",
        "source": "/530402/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age_s)).isoformat(),
        "data": {"category": "labour", "region": "530402005", **data},
    }
    if at:
        event["data"].update(lon=round(LON + at * STEP, 6), lat=LAT)
    answer = daemon.api.event(event, TOKEN, status)
    return answer["events"][0]["status"]


def alarms(state="raised"):
    return [a for a in daemon.api.get("/api/v1/alarms")["alarms"] if a["state"] == state]


def end(code):
    """The case is dealt with: its alarms go."""
    send("case.resolved", code)
    equal(send("case.closed", code), "applied", "the closing event")


def content():
    """What the wall holds, without revisions and times."""
    wall = daemon.wall()
    tiles = [{k: v for k, v in t.items() if k != "touched"} for t in wall["tiles"]]
    tours = [{k: v for k, v in t.items() if k in ("tour", "step", "tiles", "paused", "yields")} for t in wall["tours"]]
    return {"areas": wall["areas"], "tiles": tiles, "tours": tours, "maximised": wall["maximised"]}


def banner_colour():
    """Mean grey of the block at the left of the first banner's place; a picture lies there without a banner."""
    luma = picture.snapshot(daemon.api)
    rows = [luma.data[y * luma.width + 4 : y * luma.width + 40] for y in range(4, 12)]
    return sum(sum(row) for row in rows) // sum(len(row) for row in rows)


def calm():
    """As every case begins: nothing rings, four cameras."""
    for alarm in alarms():
        daemon.api.post(f"/api/v1/alarms/{alarm['id']}", {"do": "acknowledge"})
    for tour in daemon.wall()["tours"]:
        daemon.do("tour-stop", tour=tour["tour"])
    daemon.do("restore")
    daemon.do("layout", layout="4")
    for n in range(1, 5):
        daemon.do("show", tile=n, camera=f"cam-{n}")
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4}, within_s=15)


@case("a report takes an alarm tile with the nearest camera, and the wall comes back when it is closed")
def report():
    daemon.start()
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    equal(daemon.wall()["revision"], 1, "alarm tiles that nobody uses change nothing")
    before = content()
    equal(send("case.reported", "HT1", at=7, level="larger"), "applied", "the report")
    daemon.wait_seen({3: 7, 4: 4})
    equal(content(), before, "what the wall holds during the alarm")
    equal([(a["case"], a["cameras"], a["title"]) for a in alarms()], [("HT1", ["cam-7"], "劳动争议")], "the alarm")
    send("case.registered", "HT1")
    end("HT1")
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    equal((content(), alarms()), (before, []), "the wall afterwards")


@case("a report that no rule is about is stored and changes nothing")
def quiet():
    calm()
    revision = daemon.wall()["revision"]
    equal(send("case.reported", "HT2", at=7, level="general"), "applied", "the report")
    equal(daemon.api.get("/api/v1/cases/HT2")["state"], "reported", "its case")
    equal((daemon.wall()["revision"], alarms()), (revision, []), "the wall")


@case("a report that comes an hour late is a case, but nobody is called for it any more")
def late():
    calm()
    equal(send("case.reported", "late1", at=7, age_s=3700, level="larger"), "applied", "receipt")
    equal(daemon.api.get("/api/v1/cases/late1")["state"], "reported", "it is there")
    equal(alarms(), [], "alarms")
    equal(send("case.reported", "late2", at=7, age_s=3500, level="larger"), "applied", "receipt")
    equal([a["case"] for a in alarms()], ["late2"], "one that is less late rings")


@case("a whistle takes both tiles from a report at once; acknowledged, the report has its tile again")
def overlap():
    calm()
    send("case.reported", "HT3", at=7, level="larger")
    daemon.wait_seen({3: 7, 4: 4})
    send("case.registered", "HT4")
    equal(send("case.whistled", "HT4", at=8.8), "applied", "the whistle")
    daemon.wait_seen({3: 9, 4: 8})
    whistle = next(a for a in alarms() if a["rule"] == "whistle")
    daemon.api.post(f"/api/v1/alarms/{whistle['id']}", {"do": "acknowledge"})
    daemon.wait_seen({3: 7, 4: 4})
    equal(len(alarms()), 1, "alarms left")


@case("a comment is kept with who and when, told to consoles, and not on the wall; what may be a person's is refused and nowhere kept")
def comment():
    calm()
    send("case.reported", "HT-N", 2, level="major")
    tap.until(lambda: len(alarms()) == 1, 10, "it rings")
    path = f"/api/v1/alarms/{alarms()[0]['id']}"
    daemon.wait_seen({3: 2})
    shown = daemon.api.get("/api/v1/walls/main")
    with daemon.events() as events:
        daemon.api.post(path, {"do": "comment", "text": "已到现场，水位三米二"})
        told = events.event("alarm.changed")
        equal([c["text"] for c in told["comments"]], ["已到现场，水位三米二"], "the event")
    kept = alarms()[0]["comments"]
    equal((len(kept), abs(kept[0]["at_ms"] - time.time() * 1000) < 60000), (1, True), "kept")
    check(kept[0]["by"] and "水位" not in json.dumps(daemon.api.get("/api/v1/walls/main"), ensure_ascii=False), f"{kept}")
    equal(daemon.api.get("/api/v1/walls/main")["revision"], shown["revision"], "the wall")
    for text, kind in ("联系张建国电话13800138000", "电话"), ("身份证530402199001011237", "证件"), ("x" * 201, "200"), ("", "200"):
        said = daemon.api.post(path, {"do": "comment", "text": text}, 400)["error"]
        check(kind in said["message_zh"] and (not text or text not in json.dumps(said, ensure_ascii=False)), f"{said}")
    said = daemon.api.post(path, {"do": "forward", "to": "张建国 13800138000"}, 400)["error"]
    check("没有转交" in said["message_zh"] and "1380" not in json.dumps(said), f"{said}")
    equal((alarms()[0]["comments"], alarms()[0]["state"]), (kept, "raised"), "nothing else is kept")
    reader = daemon.sign_in("comment-analyst", "analyst")
    equal(daemon.session_answer("POST", path[8:], {"do": "comment", "text": "x"}, reader)[0], 403, "who may not answer alarms")
    elsewhere = daemon.sign_in("comment-elsewhere", "dispatcher", region="530499")
    equal(daemon.session_answer("POST", path[8:], {"do": "comment", "text": "x"}, elsewhere)[0], 404, "an alarm of another region")
    rows = [r for r in daemon.local.get("/api/v1/audit?limit=500")["rows"] if r["kind"] == "alarm" and "comment" in r["content"]]
    equal([r["outcome"] == "ok" for r in rows].count(True), 1, f"rows of the register: {rows}")
    daemon.kill()
    daemon.start()
    tap.until(lambda: len(alarms()) == 1, 20, "it is back")
    equal(alarms()[0]["comments"], kept, "after kill -9")
    text = daemon.log() + json.dumps(daemon.local.get("/api/v1/audit?limit=500"), ensure_ascii=False)
    files = b"".join(f.read_bytes() for f in daemon.state.rglob("*") if f.is_file())
    for secret in "13800138000", "530402199001011237", "张建国":
        check(secret not in text and secret.encode() not in files, f"{secret} is kept somewhere")
    check("水位三米二" in daemon.cli("alarms"), "at the terminal")
    daemon.cli("comment", alarms()[0]["id"], "人已散开")
    equal([c["text"] for c in alarms()[0]["comments"]], ["已到现场，水位三米二", "人已散开"], "both")
    send("case.registered", "HT-N")
    end("HT-N")


@case("the operator changes other tiles and the layout meanwhile; the alarm ends into what the operator made")
def meanwhile():
    calm()
    send("case.reported", "HT3b", at=7, level="larger")
    daemon.wait_seen({3: 7, 4: 4})
    daemon.do("show", tile=4, camera="cam-6")
    daemon.wait_seen({3: 7, 4: 6})
    daemon.do("layout", layout="1+5")
    daemon.do("show", tile=5, camera="cam-10")
    made = content()
    send("case.registered", "HT3b")
    end("HT3b")
    tap.until(lambda: not alarms(), 5, "the alarm is over")
    equal(content(), made, "the wall that the operator made")
    daemon.wait_seen({t["tile"]: int(t["camera"][4:]) for t in made["tiles"] if t.get("camera")})


@case("what a person puts into a lent tile is what is seen there")
def hand():
    calm()
    send("case.reported", "HT5", at=7, level="larger")
    daemon.wait_seen({3: 7})
    daemon.do("show", tile=3, camera="cam-5")
    daemon.wait_seen({3: 5})
    equal(len(alarms()), 1, "the alarm still rings")
    daemon.do("undo")
    daemon.wait_seen({3: 3})
    send("case.registered", "HT5")
    end("HT5")


@case("an alarm over a maximised tile comes up in a window of its own")
def maximised():
    calm()
    daemon.do("maximise", tile=1)
    send("case.reported", "HT6", at=7, level="larger")

    def window():
        luma = picture.snapshot(daemon.api)
        # A quarter of the wall's width at the right edge, in the second of three rows, as spotlight.c says.
        return picture.stamp(luma, [1280 - 320 - 2, 720 - 36 - 2 * (180 + 2), 320, 180])

    tap.until(lambda: (window() or [0])[0] == 7, 10, lambda: f"the window shows {window()}")
    send("case.registered", "HT6")
    end("HT6")
    tap.until(lambda: (window() or [0])[0] != 7, 10, "the window is gone")


@case("an alarm's camera goes offline: its tile is the wall's again, until it is back")
def offline():
    calm()
    send("case.registered", "HT7")
    send("case.whistled", "HT7", at=7.4)
    daemon.wait_seen({3: 7, 4: 8})
    sim.fault("cam-7", "drop,refuse")
    try:
        daemon.wait_seen({3: 3, 4: 8}, within_s=15)  # its tile is free again
    finally:
        sim.fault("cam-7", "none")
    daemon.wait_seen({3: 7, 4: 8}, within_s=40)
    send("case.handling", "HT7")
    end("HT7")
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4}, within_s=20)


@case("a tour whose tile is lent yields, and goes on with what was left of its step")
def tour():
    calm()
    daemon.do("tour-start", tour="night")
    daemon.wait_seen({4: 4})
    send("case.registered", "HT8")
    send("case.whistled", "HT8", at=8.8)
    daemon.wait_seen({3: 9, 4: 8})
    run = daemon.wall()["tours"][0]
    equal((run["tour"], run["yields"]), ("night", True), "the tour during the alarm")
    send("case.handling", "HT8")
    end("HT8")
    daemon.wait_seen({3: 3, 4: 4})
    tap.until(lambda: not daemon.wall()["tours"][0]["yields"], 5, "the tour goes on")
    check(daemon.wall()["tours"][0]["left_ms"] > 20000, "a step of 60 s has most of its time left")
    daemon.do("tour-stop", tour="night")


@case("kill -9 during an alarm: after the start it is on the wall again, and the way back is exact")
def killed():
    calm()
    before = content()
    send("case.reported", "HT9", at=7, level="major")
    daemon.wait_seen({3: 7})
    daemon.kill()
    daemon.start()
    daemon.wait_seen({3: 7, 4: 4}, within_s=20)
    equal([a["case"] for a in alarms()], ["HT9"], "alarms after the start")
    equal(content(), before, "what the wall holds")
    send("case.registered", "HT9")
    end("HT9")
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    equal(content(), before, "what the wall holds afterwards")


@case("a dry run says which rule fires and what would be seen, and nothing happens")
def dry():
    calm()
    before = (daemon.wall()["revision"], alarms())
    event = {
        "specversion": "1.0",
        "id": "dry",
        "source": "/530402/grid",
        "type": "org.wallctl.case.reported.v1",
        "subject": "HT30",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "level": "major", "lon": LON + 7 * STEP, "lat": LAT},
    }
    tried = daemon.api.post("/api/v1/linkage/test", {"source": "grid", "event": event})
    equal([(f["rule"], f["severity"], f["cameras"]) for f in tried["fires"]], [("report", "orange", ["cam-7"])], "fires")
    equal([s.get("camera") for s in tried["spots"]["main"]], ["cam-7", None], "cameras of the alarm tiles")
    event["type"] = "org.wallctl.case.closed.v1"
    daemon.api.post("/api/v1/linkage/test", {"source": "grid", "event": event}, status=400)
    equal((daemon.wall()["revision"], alarms()), before, "revision and alarms afterwards")
    daemon.api.get("/api/v1/cases/HT30", status=404)


@case("a stranger, a wrong token and what is no event are refused and counted")
def refused():
    event = {"specversion": "1.0", "id": "x", "source": "/x", "type": "org.wallctl.source.beat.v1"}
    daemon.api.event(event, "wrong-token-0123456789", 401)
    daemon.api.event(event, None, 401)
    daemon.api.event({**event, "time": "2025-05-22T09:14:03"}, TOKEN, 422)
    daemon.api.event({**event, "time": "2025-05-22T09:14:03Z", "dataclassification": "restricted"}, TOKEN, 422)
    source = daemon.api.get("/api/v1/sources")[0]
    equal(source["refused"], {"time": 1, "classification": 1}, "refusals by reason")


@case("one banner in the colour of the worst alarm, none when nothing rings")
def banner():
    calm()
    quiet_grey = banner_colour()
    send("case.reported", "HT10", at=7, level="larger")
    # yellow (#FFD021) is bright, the stamp of the picture below is black and white
    tap.until(lambda: 150 < banner_colour() < 235, 5, lambda: f"a yellow block: {banner_colour()}")
    send("case.registered", "HT10")
    end("HT10")
    tap.until(lambda: abs(banner_colour() - quiet_grey) < 20, 5, lambda: f"no block: {banner_colour()}")


@case("from the event to a warm picture: inside the norm of 4 s, whatever else runs here (what it takes is measured in tests/bench)")
def quick():
    calm()
    daemon.do("show", tile=1, camera="cam-7")  # so the camera is received and decoded already
    daemon.wait_seen({1: 7})
    worst = 0
    for n in range(5):
        began = time.monotonic()
        send("case.reported", f"HT2{n}", at=7, level="larger")
        tap.until(spot_is_live, 4, "the picture is on glass")
        worst = max(worst, time.monotonic() - began)
        send("case.registered", f"HT2{n}")
        end(f"HT2{n}")
        tap.until(lambda: not alarms(), 4, "the alarm is over")
    tap.note(f"event to live picture, warm, at worst of 5: {worst * 1000:.0f} ms")
    check(worst < 4, f"{worst:.2f} s")


def spot_is_live():
    luma = picture.snapshot(daemon.api)
    tile = next(t for t in daemon.wall()["tiles"] if t["tile"] == 3)
    return (picture.stamp(luma, tile["rect"]) or [0])[0] == 7


tap.run(daemon.show_failure, rig.end)
