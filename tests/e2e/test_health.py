#!/usr/bin/python3
"""test_health.py - what is wrong with a picture is found, told over every way, and kept to what a camera's own limits say."""
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

sim = rig.Sim(2, "--camera", f"lens-cap={BLACK}", "--camera", f"cellar={BLACK}")


def black(name, **more):
    return {"id": name, "name": "黑画面", "region": "530402", "main": sim.address(name, "main"), **more}


cameras = [rig.camera(sim, 1), black("lens-cap"), black("cellar", quality={"black": 0, "dark": 0}), rig.camera(sim, 2)]
daemon = rig.Daemon("health", cameras=cameras, walls=[rig.wall(["cam-1", "lens-cap", "cellar"], "4")])


def quality(camera):
    return daemon.api.get(f"/api/v1/cameras/{camera}").get("quality")


@case("a black picture is told as an event, a good one is not")
def told():
    daemon.start()
    with daemon.events() as events:
        event = events.event("camera.quality", within_s=60)
    equal(event["id"], "lens-cap", "camera")
    equal(event["faults"], ["black"], "faults")
    equal(quality("lens-cap")["faults"], ["black"], "faults of the camera")
    equal(quality("lens-cap")["since"], event["since"], "since")
    tap.until(lambda: quality("cam-1") and quality("cellar"), 20, "all on the wall are looked at")
    equal(quality("cam-1")["faults"], [], "a good picture")
    check(quality("cam-2") is None, "a camera that is not shown is not looked at")


@case("a limit of 0: not looked for")
def off():
    equal(quality("cellar")["faults"], [], "the cellar is as it should be")
    check(quality("cellar")["high"] < 20, "though it is black")


@case("status, why and the terminal say it in words")
def words():
    state = daemon.api.get("/api/v1/status")["quality"]
    equal(state["faulty"], 1, "cameras with faults")
    equal(state["kinds"], {"black": 1}, "by kind")
    equal(state["watched"], 3, "cameras looked at")
    why = daemon.api.get("/api/v1/walls/main/why/2")
    equal(why["steps"][-1]["step"], "quality", "the last step")
    check("黑屏" in why["verdict"], why["verdict"])
    check("黑屏" in daemon.cli("cameras", language="zh"), "cameras at a terminal")
    check("黑屏 1" in daemon.cli("status", language="zh"), "status at a terminal")


@case("who is online by region: as JSON, as a table for a spreadsheet, at a terminal")
def online():
    health = daemon.api.get("/api/v1/health")
    region = next(r for r in health["regions"] if r["region"] == "530402")
    equal((region["cameras"], region["online"], region["offline"]), (4, 3, 0), "cameras")
    equal(region["faults"], {"black": 1}, "faults")
    equal([c["id"] for c in health["cameras"]], ["lens-cap"], "cameras with faults")
    status, headers, body = daemon.api.raw("GET", "/api/v1/health/online.csv")
    text = body.decode("utf-8")
    equal(status, 200, "status")
    check(text.startswith("\ufeff"), "a byte order mark")
    check('"530402","红塔区",4,3,0,1,100.0,' in text and "黑屏 1" in text, text)
    check('"","合计",4,3,0,1,100.0,' in text, text)
    status, _, body = daemon.api.raw("GET", "/api/v1/health/online.csv?day=2001-02-03")
    check(status == 200 and "2001-02-03" in body.decode("utf-8"), "a day of which nothing is known")
    equal(daemon.api.raw("GET", "/api/v1/health/online.csv?day=2001-02-30")[0], 400, "no such day")
    check("黑屏" in daemon.cli("health", language="zh"), "at a terminal")


@case("a name that begins like a formula is text in the table")
def formula():
    daemon.config["cameras"][3]["region_name"] = "=1+1"
    daemon.config["cameras"][3]["region"] = "530499"
    daemon.write()
    daemon.api.post("/api/v1/reload")
    tap.until(lambda: "\"'=1+1\"" in daemon.api.raw("GET", "/api/v1/health/online.csv")[2].decode("utf-8"), 10, "it is text")


@case("a camera that is taken off the limits by a reload has no faults")
def reload():
    daemon.config["cameras"][1]["quality"] = {"enabled": False}
    daemon.write()
    with daemon.events() as events:
        daemon.api.post("/api/v1/reload")
        event = events.event("camera.quality", within_s=20)
    equal((event["id"], event["faults"]), ("lens-cap", []), "taken back")
    check(quality("lens-cap") is None, "not looked at")


tap.run(daemon.show_failure, rig.end)
