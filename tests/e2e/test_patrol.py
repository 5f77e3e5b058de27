#!/usr/bin/python3
"""test_patrol.py - cameras that nobody looks at are looked at in turn, a few at a time, and nobody notices.

Rounds are a minute apart: what is wrong at one visit and at the next is told, so this takes a little over a minute.
"""
import subprocess

import rig
import tap
from tap import case, check, equal

BLACK = rig.folder / "black.mp4"
subprocess.run(
    ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "color=black:size=640x360:rate=25", "-t", "4"]
    + ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-g", "50", "-pix_fmt", "yuv420p", BLACK],
    check=True,
)
sim = rig.Sim(5, "--camera", f"lens-cap={BLACK}")
cameras = [rig.camera(sim, n) for n in range(1, 6)]
cameras[4]["quality"] = {"enabled": False}
cameras.append({"id": "lens-cap", "name": "黑画面", "region": "530402", "main": sim.address("lens-cap", "main")})
cameras.append({"id": "dead", "name": "坏的", "region": "530402", "main": f"rtsp://127.0.0.1:{rig.free_port()}/x"})
NOT_SHOWN = ["cam-2", "cam-3", "cam-4", "lens-cap"]
daemon = rig.Daemon("patrol", cameras=cameras, walls=[rig.wall(["cam-1"], "1")], feeds={"warm_keep_ms": 60000})


def quality(camera):
    return daemon.api.get(f"/api/v1/cameras/{camera}").get("quality")


def state():
    return daemon.api.get("/api/v1/status")["quality"]["patrol"]


def open_ones():
    """Cameras beside the wall's that have a session now."""
    return [c for c in NOT_SHOWN + ["cam-5", "dead"] if daemon.api.get(f"/api/v1/cameras/{c}")["streams"]]


@case("off unless it is asked for")
def off():
    daemon.start()
    daemon.wait_live(1)
    tap.until(lambda: quality("cam-1"), 20, "the wall's camera is looked at")
    check("patrol" not in daemon.api.get("/api/v1/status")["quality"], "nothing is told of a patrol")
    equal(open_ones(), [], "sessions")


@case("each camera is looked at, no more than two at a time, and left alone again")
def visits():
    daemon.config["patrol"] = {"every_min": 1, "at_once": 2}
    daemon.write()
    daemon.api.post("/api/v1/reload")
    most = 0

    def all_looked():
        nonlocal most
        most = max(most, daemon.api.get("/api/v1/status")["feeds"]["sessions"] - 1)  # one is the wall's
        return all(quality(c) for c in NOT_SHOWN) and state()["no_picture"] >= 1

    tap.until(all_looked, 120, lambda: f"all were looked at: {[c for c in NOT_SHOWN if not quality(c)]}, {state()}")
    check(1 <= most <= 2, f"{most} at a time")
    equal(quality("cam-2")["faults"], [], "a good picture")
    check(quality("lens-cap")["high"] < 20, "a black one: seen, and not believed yet")
    tap.until(lambda: not open_ones() and state()["visiting"] == 0, 30, lambda: f"all are closed: {open_ones()}, {state()}")
    check(quality("cam-5") is None, "one whose diagnosis is off is not visited")
    equal(sim.stats("cam-2/sub")["opened"], 1, "sessions with cam-2")
    equal(sim.stats("cam-2/main")["opened"], 0, "the small stream is enough")
    equal(sim.stats("cam-5/sub")["opened"], 0, "sessions with cam-5")


@case("nobody has seen anything: nothing in the register, the wall as it was")
def unseen():
    rows = daemon.api.get("/api/v1/audit?limit=200")["rows"]
    equal({r["camera"] for r in rows if r["kind"] == "view"}, {"cam-1"}, "views in the register")
    equal(daemon.shown(), {1: "cam-1"}, "the wall")


@case("what is wrong at two visits is told; the second one comes a minute later")
def told():
    with daemon.events() as events:
        event = events.event("camera.quality", lambda d: d["id"] == "lens-cap", within_s=150)
    equal(event["faults"], ["black"], "faults")
    opened = sim.stats("cam-2/sub")["opened"]
    check(opened <= 3, f"{opened} sessions with cam-2 in about two minutes")
    check("黑屏" in daemon.cli("health", language="zh"), "at a terminal")


@case("a camera that a wall wants is the wall's, and reload ends what is under way")
def wanted():
    daemon.do("show", tile=1, camera="cam-2")
    daemon.wait_seen({1: 2})
    daemon.config["patrol"] = {"every_min": 0}
    daemon.write()
    daemon.api.post("/api/v1/reload")
    tap.until(lambda: [c for c in open_ones() if c != "cam-2"] == [], 10, lambda: f"all are closed: {open_ones()}")
    check("patrol" not in daemon.api.get("/api/v1/status")["quality"], "it is off")
    equal(quality("lens-cap")["faults"], ["black"], "what is known is kept for a while")


tap.run(daemon.show_failure, rig.end)
