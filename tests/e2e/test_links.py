#!/usr/bin/python3
"""test_links.py - what happens here is reported to the platform above: once each, in order, whatever fails meanwhile."""
import datetime
import json

import client
import rig
import tap
import upper
from tap import case, check, equal

TOKEN, ABOVE = "e2e-token-0123456789", "upper-token-0123456789"
sim = rig.Sim(3)
platform = upper.Platform(rig.free_port(), ABOVE)
inbox = rig.folder / "ferry"
inbox.mkdir()
daemon = rig.Daemon(
    "links",
    # Only cam-2 is to go: the others are patient, or a machine that is held up for a second takes them along.
    cameras=[rig.camera(sim, n, stall_ms=300, offline_ms=1000 if n == 2 else 30000) for n in (1, 2, 3)],
    walls=[rig.wall(["cam-1", "cam-2"])],
    presets=[{"name": "汛期", "layout": "1", "cameras": ["cam-1"]}],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[
        {"id": "grid", "name": "网格", "token": "grid", "silent_s": 0},
        {"id": "ferry", "name": "网闸", "transport": "folder", "folder": str(inbox), "silent_s": 0},
    ],
    linkage=[
        {
            "id": "report",
            "name": "上报",
            "when": {"types": ["case.reported"], "risk": ["high"]},
            "severity": "red",
            "escalate_s": 1,
        }
    ],
    upstreams=[{"id": "city", "url": f"http://127.0.0.1:{platform.port}/events", "token": "city"}],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}, "city": {"token": ABOVE}}))
secrets.chmod(0o600)


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat()


def event(kind, code, number=0, **data):
    return {
        "specversion": "1.0",
        "id": f"{kind}-{code}-{number}",
        "source": "/530402/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": now(),
        "data": {"category": "labour", "region": "530402005", **data},
    }


def link(name):
    return next(item for item in daemon.api.get("/api/v1/links")["links"] if item["id"] == name)


def wait_sent(kind, count, within_s=15, **data):
    tap.until(
        lambda: len(platform.of(kind, **data)) >= count,
        within_s,
        lambda: f"{count} {kind} {data}: {[(e['type'], e['data']) for _, e in platform.events]}",
    )


@case("cameras are reported once they are known, and say which site they are of")
def start():
    platform.listen()
    daemon.start()
    daemon.wait_live(2)
    for camera in "cam-1", "cam-2":
        wait_sent("camera.online", 1, camera=camera, region="530402")
    kind, first = platform.events[0]
    equal(kind.partition(";")[0], "application/cloudevents+json", "content type")
    equal((first["specversion"], first["source"]), ("1.0", "/530402/wallctl"), "its envelope")
    tap.until(lambda: link("city")["waiting"] == 0, 5, lambda: f"nothing waits: {link('city')}")
    equal((link("city")["kind"], link("city")["state"]), ("upstream", "open"), "the link")


@case("a camera that goes is reported with the reason, one that only flickers is not")
def cameras():
    sim.fault("cam-1", "drop")  # one connection lost: back within a moment
    daemon.wait_live(2)
    sim.fault("cam-2", "drop,refuse")
    try:
        wait_sent("camera.offline", 1, 30, camera="cam-2")
    finally:
        sim.fault("cam-2", "none")
    reason = platform.of("camera.offline", camera="cam-2")[0]["data"]["reason"]
    check(reason in ("unreachable", "closed", "no_answer", "not_found", "credentials", "protocol"), reason)
    daemon.api.post("/api/v1/cameras/cam-2/retry")
    wait_sent("camera.online", 2, camera="cam-2")
    equal(platform.of("camera.offline", camera="cam-1"), [], "the camera that flickered")
    equal(platform.of("camera.offline", camera="cam-3"), [], "a camera that nobody looks at")


@case("a scene is reported when it is on glass, and when the wall is back; single tiles are not")
def scenes():
    before = len(platform.events)
    daemon.do("show", tile=3, camera="cam-3")
    wait_sent("camera.online", 1, camera="cam-3")
    daemon.do("open", preset="汛期")
    wait_sent("wall.scene", 1, wall="main", scene="preset:汛期")
    daemon.do("back")
    wait_sent("wall.scene", 2, wall="main")
    told = [e for _, e in platform.events[before:] if e["data"].get("camera") != "cam-2"]  # may flicker
    kinds = [e["type"].split(".", 2)[2] for e in told]
    equal(kinds, ["camera.online.v1", "wall.scene.v1", "wall.scene.v1"], "reports")
    check("scene" not in platform.events[-1][1]["data"], "the wall itself has no scene")


@case("an alarm that nobody answers is reported with its case")
def escalation():
    daemon.api.event(event("case.reported", "L1", risk="high"), TOKEN)
    wait_sent("alarm.raised", 1)
    equal(platform.of("alarm.raised")[0]["subject"], "L1", "its case")
    alarm = daemon.api.get("/api/v1/alarms")["alarms"][0]
    daemon.api.post(f"/api/v1/alarms/{alarm['id']}", {"do": "acknowledge"})


@case("the peer is down, the daemon is killed and starts again: then all has come once, in order")
def down():
    tap.until(lambda: link("city")["waiting"] == 0, 5, "nothing waits")
    platform.stop()
    del platform.events[:]
    wanted = []
    for n in range(6):
        daemon.api.event(event("case.registered", f"L2-{n}"), TOKEN)
        daemon.do("open", case=f"L2-{n}")
        wanted.append(f"case:L2-{n}")
        tap.until(lambda: link("city")["waiting"] >= len(wanted), 10, lambda: f"reports that wait: {link('city')}")
        if n == 2:
            daemon.kill()
            daemon.start()
    equal(link("city")["state"], "waiting", "the link meanwhile")
    check("等待重试" in daemon.cli("links", language="zh"), "the command says the same")
    platform.retry_after, platform.answer = 1, 503  # there again, but not yet well
    platform.listen()
    tap.until(lambda: "503" in link("city").get("detail", ""), 40, lambda: f"refused for now: {link('city')}")
    platform.retry_after, platform.answer = None, 200
    tap.until(lambda: link("city")["waiting"] == 0, 60, lambda: f"all is sent: {link('city')}")
    scenes = [e["data"].get("scene") for e in platform.of("wall.scene", wall="main")]
    equal(sorted(scenes), sorted(wanted), "each scene once")
    ids = [(e["source"], e["id"]) for _, e in platform.events]
    equal(len(set(ids)), len(ids), "no event twice")
    for n in range(6):
        daemon.do("back")


@case("files of the ferry folder are read, and a link says what is wrong with one")
def ferry():
    lines = [json.dumps(event("case.reported", f"F{n}", n)) for n in range(20)]
    (inbox / "a.part").write_text("\n".join(lines) + "\n")
    (inbox / "a.part").rename(inbox / "a.ndjson")
    tap.until(lambda: len(daemon.api.get("/api/v1/cases?code=F")["cases"]) == 20, 20, "twenty cases from the file")
    equal((link("ferry")["kind"], link("ferry")["state"]), ("folder", "open"), "the link")


@case("a console hears of links and sources as they change")
def told():
    with client.Events(daemon.http_port) as events:
        platform.stop()
        daemon.do("open", preset="汛期")
        equal(events.event("link.state", lambda d: d["id"] == "city", 20)["state"], "waiting", "when it is down")
        platform.listen()
        equal(events.event("link.state", lambda d: d["state"] == "open", 60)["id"], "city", "when it is back")
    equal(daemon.stop()[0], 0, "exit status")
    platform.stop()


tap.run(daemon.show_failure, rig.end)
