#!/usr/bin/python3
"""test_reload.py - the configuration while the wall runs: only what changed restarts, what is wrong changes nothing."""
import copy
import json
import os
import signal
import subprocess

import rig
import tap
from tap import case, check, equal

COUNT = 4
sim = rig.Sim(COUNT + 1)
daemon = rig.Daemon(
    "reload",
    cameras=[rig.camera(sim, n) for n in range(1, COUNT + 1)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)])],
    outputs=[{"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"}],
    presets=[{"name": "四", "layout": "4", "cameras": [f"cam-{n}" for n in range(1, COUNT + 1)]}],
)


def opened():
    """Sessions ever set up, camera -> count over both its streams."""
    return {n: sum(sim.stats(f"cam-{n}/{s}")["opened"] for s in ("main", "sub")) for n in range(1, COUNT + 2)}


def changed(**members):
    return {**copy.deepcopy(daemon.config), **members}


def reload(config, status=200):
    daemon.write(config)
    return daemon.api.post("/api/v1/reload", status=status)


def cameras(change):
    """The cameras of the configuration, changed by change(list)."""
    entries = copy.deepcopy(daemon.config["cameras"])
    change(entries)
    return entries


def state():
    wall = daemon.wall()
    return wall["revision"], [(t["tile"], t.get("camera")) for t in wall["tiles"]]


@case("a reload of the same file restarts nothing: by the API, SIGHUP and the command line")
def same():
    daemon.start()
    daemon.wait_live(COUNT)
    same.before = before = opened()
    ticks = daemon.api.get("/api/v1/walls")["walls"][0]["screens"][0]["ticks"]
    with daemon.events() as events:
        equal(reload(daemon.config)["status"], "reloaded")
        equal(events.event("config.reloaded")["cameras"], COUNT)
        daemon.process.send_signal(signal.SIGHUP)
        events.event("config.reloaded")
        daemon.cli("reload")
        events.event("config.reloaded")
    equal(opened(), before, "sessions ever opened")
    check(daemon.api.get("/api/v1/walls")["walls"][0]["screens"][0]["ticks"] > ticks, "the canvas went on counting")
    equal(len(daemon.on_glass()), COUNT, "tiles on glass")


@case("a new name keeps the session, a new address restarts that camera alone, a new camera comes, an old one goes")
def some():
    before = opened()
    reload(changed(cameras=cameras(lambda c: c[0].update(name="新名字"))))
    equal(daemon.api.get("/api/v1/cameras/cam-1")["name"], "新名字")
    equal(opened(), before, "sessions after a new name")

    def move(entries):
        entries[1].update(main=sim.address("cam-5", "main"), sub=sim.address("cam-5", "sub"))

    reload(changed(cameras=cameras(move)))
    daemon.wait_seen({1: 1, 2: 5, 3: 3, 4: 4})
    after = opened()
    equal({n: after[n] - before[n] for n in (1, 3, 4)}, {1: 0, 3: 0, 4: 0}, "sessions that others had to open")

    reload(changed(cameras=cameras(lambda c: c.append(rig.camera(sim, 5)))))
    daemon.do("show", tile=1, camera="cam-5")
    daemon.wait_seen({1: 5, 2: 2})
    after = opened()
    equal({n: after[n] - before[n] for n in (3, 4)}, {3: 0, 4: 0}, "sessions that others had to open")
    reload(daemon.config)


@case("a camera that is removed leaves a tile that says so; a preset that names it is refused by name")
def removed():
    daemon.do("recall", preset="四")
    daemon.api.put("/api/v1/walls/main/presets/mine", {})
    config = changed(cameras=cameras(lambda c: c.pop(3)))
    answer = reload(config, status=400)
    for place in "walls[0].cameras[3]", "presets[0].cameras[3]":
        check(place in answer["error"]["message"], f"{place}: {answer}")
    config["presets"][0]["cameras"] = config["walls"][0]["cameras"] = ["cam-1"]
    reload(config)
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: None})
    glass = {tile["tile"]: tile["state"] for tile in daemon.wall()["glass"]}
    equal(glass[4], "gone", f"the tile of a removed camera: {glass}")
    why = daemon.api.get("/api/v1/walls/main/why/4")
    equal((why["is_good"], why["steps"][-1]["step"], why["verdict"]), (False, "address", "摄像机已不在配置中"))
    before = state()
    answer = daemon.do("recall", preset="mine", status=404)
    check("mine" in answer["error"]["message"] and "cam-4" in answer["error"]["message"], f"{answer}")
    daemon.do("show", tile=3, camera="cam-4", status=404)
    equal(state(), before, "the wall after the refusals")
    reload(daemon.config)
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})


@case("a configuration with faults changes nothing, and every fault is named: file, place, value, what is accepted")
def faulty():
    before, sessions = state(), opened()
    bad = changed()
    bad["cameras"][0]["stall_ms"] = 50
    bad["cameras"][1]["main"] = "http://127.0.0.1/"
    bad["cameras"][2]["nmae"] = "x"
    bad["walls"][0]["screens"].append({**bad["walls"][0]["screens"][0], "id": "2", "x": 640})
    bad["layouts"] = [{"id": "broken", "name": "重叠", "cells": [[0, 0, 0.6, 1], [0.5, 0, 0.5, 1]]}]
    bad["tours"] = [{"id": "t", "name": "t", "dwell_s": 1, "tiles": [1], "cameras": ["cam-1"]}]
    message = reload(bad, status=400)["error"]["message"]
    wanted = [
        "cameras[0].stall_ms",
        "50",
        "200",
        "cameras[1].main",
        "http://127.0.0.1/",
        "rtsp",
        "cameras[2]",
        "nmae",
        "name",
        "walls[0].screens",
        "overlap",
        "layouts[0]",
        "tours[0].dwell_s",
        "5",
    ]
    for text in wanted:
        check(text in message, f"'{text}' is not in\n{message}")
    for line in message.splitlines():
        check(line.startswith(str(daemon.path)), f"which file: {line}")
    bad = changed()
    bad["walls"][0]["layout"] = "17"
    bad["outputs"][0]["screen"] = "9"
    bad["tours"] = [{"id": "t", "name": "t", "tiles": [1], "cameras": ["cam-9"]}]
    message = reload(bad, status=400)["error"]["message"]
    for text in "walls[0].layout", '"17"', "outputs[0].screen", '"9"', "tours[0].cameras[0]", "cam-9":
        check(text in message, f"'{text}' is not in\n{message}")
    daemon.path.write_text('{"cameras": [', "utf-8")
    message = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
    check("line 1" in message or ":1:" in message, f"the place of a syntax error: {message}")
    daemon.path.unlink()
    message = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
    check("wallctl.json" in message and "No such file" in message, message)
    daemon.process.send_signal(signal.SIGHUP)
    tap.until(lambda: daemon.log().count("not reloaded, nothing is changed") >= 4, 5, "the log tells of it")
    daemon.write()
    equal((state(), opened()), (before, sessions), "wall and sessions afterwards")
    equal(len(daemon.on_glass()), COUNT, "tiles on glass")


@case("`wallctl --check` tells the same and starts nothing; 78 is its status")
def offline_check():
    bad = changed()
    bad["layouts"] = [{"id": "broken", "name": "重叠", "cells": [[0, 0, 0.6, 1], [0.5, 0, 0.5, 1]]}]
    bad["cameras"][0]["stall_ms"] = 50
    path = daemon.dir / "bad.json"
    path.write_text(json.dumps(bad, ensure_ascii=False), "utf-8")
    result = subprocess.run([rig.WALLCTL, "--check", path], capture_output=True, text=True, timeout=20)
    equal(result.returncode, 78, "exit status")
    check("stall_ms" in result.stderr and "layouts[0]" in result.stderr and "overlap" in result.stderr, result.stderr)
    result = subprocess.run([rig.WALLCTL, "daemon", "--config", path], capture_output=True, text=True, timeout=20)
    equal(result.returncode, 78, "exit status of the daemon")
    check("stall_ms" in result.stderr, result.stderr)
    good = subprocess.run([rig.WALLCTL, "--check", daemon.path], capture_output=True, text=True, timeout=20)
    equal(good.returncode, 0, f"exit status for the good one: {good.stderr}")


@case("new screens make the wall anew; the cameras' sessions stay, viewers connect again")
def screens():
    before, revision = opened(), daemon.wall()["revision"]
    config = changed()
    config["walls"][0]["screens"] = [rig.screen(width=960, height=540)]
    with rig.client.Preview(daemon.http_port) as viewer:
        viewer.chunk()
        reload(config)
        code = 0
        while not code:
            opcode, data = viewer.ws.recv_data()
            code = int.from_bytes(data[:2], "big") if opcode == 8 else 0
        equal(code, 1001, "close code of the preview")
    check(daemon.wall()["revision"] > revision, "the revision goes on")
    tap.until(lambda: len(daemon.on_glass()) == COUNT, 10, "all tiles are back")
    equal(opened(), before, "sessions ever opened")
    found = rig.picture.probe(daemon.rtsp(), "stream=width,height", options=["-rtsp_transport", "tcp"])["streams"][0]
    equal((found["width"], found["height"]), (960, 540), "size of the RTSP output")


@case("an output can be taken away and brought back; a new port waits for the next start, and the log says so")
def outputs():
    before = opened()
    reload(changed(outputs=[]))
    equal(daemon.api.get("/api/v1/status")["outputs"], [])
    reload(daemon.config)
    rig.picture.probe(daemon.rtsp(), "stream=width", options=["-rtsp_transport", "tcp"])
    config = changed()
    config["listen"]["http_port"] = rig.free_port()
    reload(config)
    check("take effect at the next start" in daemon.log(), "the log says when a new port counts")
    equal(opened(), before, "sessions ever opened")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
