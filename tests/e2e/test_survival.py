#!/usr/bin/python3
"""test_survival.py - the wall comes back: killed at any moment, its database gone, its disk full, its ports taken."""
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time

import picture
import rig
import tap
from tap import Skip, case, check, equal

CAMERAS = [f"cam-{n}" for n in range(1, 9)]
KILLS = 20
sim = rig.Sim(8)


def config(**more):
    return {
        "cameras": [rig.camera(sim, n) for n in range(1, 9)],
        "walls": [rig.wall(CAMERAS[:4])],
        "tours": [{"id": "round", "name": "轮巡", "dwell_s": 3600, "tiles": [3, 4], "cameras": CAMERAS}],
        **more,
    }


daemon = rig.Daemon("survival", **config())


def content(wall):
    """What must come back: everything but counters, and what is on glass."""
    kept = {k: v for k, v in wall.items() if k not in ("revision", "on_glass", "glass", "undo", "redo")}
    return {**kept, "tours": [{k: v for k, v in t.items() if k != "left_ms"} for t in wall["tours"]]}


class Commander(threading.Thread):
    """Sends commands as fast as they are answered; remembers the wall that each answered one must have left."""

    def __init__(self, seed):
        super().__init__(daemon=True)
        self.random = random.Random(seed)
        self.revision = 0  # of the last answer
        self.answered = 0
        self.asked = None  # under way: (tile, camera)
        self.tiles = {}

    def run(self):
        while True:
            tile, camera = self.random.choice((1, 2)), self.random.choice(CAMERAS)
            self.asked = tile, camera
            try:
                answer = daemon.do("show", tile=tile, camera=camera)
            except (OSError, rig.client.http.client.HTTPException):
                return  # killed
            self.tiles[tile], self.revision = camera, answer["revision"]
            self.answered += 1


@case(f"killed {KILLS} times at random moments during commands: the wall as last answered, the revision never lower")
def kill():
    daemon.start()
    daemon.do("window-open", rect=[100, 100, 320, 180], camera="cam-8")
    daemon.do("tour-start", tour="round")
    daemon.do("tour-step", tour="round", step=4)
    daemon.do("tour-pause", tour="round")
    daemon.do("show", tile=1, camera="cam-3", preview=True)
    daemon.do("lock")
    rest = content(daemon.wall())
    dice = random.Random(7)
    commands, restarts = 0, []
    for round_number in range(KILLS):
        commander = Commander(round_number)
        commander.tiles = {t: daemon.shown()[t] for t in (1, 2)}
        commander.start()
        time.sleep(dice.uniform(0.02, 0.3))
        daemon.kill()
        commander.join(10)
        check(not commander.is_alive(), "the commander still waits")
        commands += commander.answered
        began = time.monotonic()
        daemon.start()
        wall = daemon.wall()
        restarts.append(time.monotonic() - began)
        check(
            wall["revision"] >= commander.revision,
            f"revision {wall['revision']} after {commander.revision} was answered",
        )
        shown = {t["tile"]: t["camera"] for t in wall["tiles"] if t["tile"] in (1, 2)}
        in_flight = {**commander.tiles, commander.asked[0]: commander.asked[1]}
        check(
            shown in (commander.tiles, in_flight),
            f"round {round_number}: {shown} came back; {commander.tiles} was answered "
            f"last of {commander.answered}, {commander.asked} was under way",
        )
        for kept in "areas", "tours", "maximised", "locked", "locked_by", "preview", "screens":
            equal(content(wall)[kept], rest[kept], kept)
        equal(next(t["camera"] for t in wall["tiles"] if t["tile"] == 901), "cam-8", "the window")
    tap.note(f"{commands} commands answered in {KILLS} rounds; back after {max(restarts):.2f} s at most")
    undo = daemon.wall()["undo"]
    check(undo >= min(50, commands), f"{undo} steps to undo after {commands} commands")
    before = daemon.shown()
    daemon.do("undo")
    daemon.do("redo")
    equal(daemon.shown(), before, "undo and redo over the restart")


@case("a tour goes on after the kill, where it stood; a paused one stays paused")
def tours():
    run = daemon.wall()["tours"][0]
    equal((run["tour"], run["step"], run["paused"]), ("round", 4, True))
    equal([daemon.shown()[t] for t in (3, 4)], ["cam-5", "cam-6"])
    daemon.do("tour-resume", tour="round")
    daemon.do("tour-step", tour="round")
    daemon.do("unlock")
    daemon.do("prepare", on=False)
    daemon.kill()
    daemon.start()
    run = next(t for t in daemon.api.get("/api/v1/tours")["tours"] if t["id"] == "round")
    equal((run["is_running"], run["step"], run["is_paused"]), (True, 6, False))
    check(0 < run["clock"]["left_ms"] <= 3600_000, f"{run['clock']}")


@case("a ticker runs on after kill -9 and after a stop, with its last text; one that was taken away stays away")
def ticker():
    if not daemon.is_running():
        daemon.start()
    line = "/api/v1/walls/main/ticker"
    words = ("全区", "视频", "调度", "会议")
    for end in (daemon.kill, daemon.stop):
        daemon.api.put(line, {"text": "这一行是从前的"})
        daemon.api.put(line, {"text": "".join(words)})
        end()
        daemon.start()
        equal(daemon.api.get(line)["text"], "".join(words), f"the line after {end.__name__}")
        seen = []

        def is_read():
            if picture.snapshot_file(daemon.api):
                seen.append(picture.letters(daemon.api))
            return sum(any(word in text for text in seen) for word in words) >= 3

        tap.until(is_read, 40, lambda: f"the line is read on the wall after {end.__name__}: {seen[-3:]}")
        check(not any("从前" in text for text in seen), f"the former line is on the wall: {seen}")
        daemon.api.put(line, {"text": ""})
        end()
        daemon.start()
        equal(daemon.api.get(line)["text"], "", f"the line that was taken away, after {end.__name__}")


@case("the database file is deleted while the wall runs: it goes on, and what was saved is there at the next start")
def deleted():
    daemon.api.put("/api/v1/walls/main/presets/kept", {})
    for file in daemon.state.iterdir():
        file.unlink()
    daemon.do("show", tile=1, camera="cam-7")
    tap.until(lambda: (daemon.state / "wallctl.db").exists(), 10, "the database is written anew")
    daemon.do("show", tile=2, camera="cam-6")
    tap.until(lambda: daemon.api.get("/api/v1/status")["store"]["is_good"], 10, "the store is well")
    equal(daemon.stop()[0], 0, "exit status")
    daemon.start()
    equal([daemon.shown()[t] for t in (1, 2)], ["cam-7", "cam-6"])
    equal([p["name"] for p in daemon.api.get("/api/v1/walls/main/presets")["presets"]], ["kept"])


@case("a damaged database does not keep the wall from starting, nor is it overwritten")
def damaged():
    daemon.stop()
    path = daemon.state / "wallctl.db"
    path.write_bytes(b"this is no database" * 1000)
    for leftover in daemon.state.glob("wallctl.db-*"):
        leftover.unlink()
    daemon.launch()
    status = daemon.process.wait(20)
    equal(status, 73, "exit status")
    check(str(path) in daemon.log(False), f"the message names the file: {daemon.log(False)}")
    check(path.read_bytes().startswith(b"this is no database"), "the file is as it was")
    shutil.rmtree(daemon.state)


@case("a full disk: the wall obeys on, says so in status, log and events, and saves all when there is room again")
def full():
    if os.geteuid() != 0:
        raise Skip("only root can mount a small tmpfs")
    daemon.state.mkdir(mode=0o700, exist_ok=True)
    if (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", daemon.state], capture_output=True).returncode
        != 0
    ):
        raise Skip("a small tmpfs cannot be mounted here")
    try:
        daemon.start()
        with daemon.events() as events:
            filler = daemon.state / "filler"
            rig.fill(filler)
            for n in range(200):
                daemon.do("show", tile=1, camera=CAMERAS[n % 8])
                if not daemon.api.get("/api/v1/status")["store"]["is_good"]:
                    break
            told = events.event("store.state", lambda d: not d["is_good"], 20)
            check("满" in told["detail"], f"what is told: {told}")
            # A tile of the lower row: the banner that says so lies over the upper one.
            daemon.do("show", tile=4, camera="cam-8")
            equal(daemon.shown()[4], "cam-8", "the wall obeys")
            daemon.wait_seen({4: 8})
            filler.unlink()
            events.event("store.state", lambda d: d["is_good"], 40)
        daemon.do("show", tile=1, camera="cam-7")  # its answer waits for the disk, and so for all before it
        wanted = daemon.shown()
        daemon.kill()
        daemon.start()
        equal(daemon.shown(), wanted, "the wall after the disk had room and a kill")
        daemon.stop()
    finally:
        if daemon.is_running():
            daemon.kill()
        subprocess.run(["umount", daemon.state], check=True)


def refused_start(instance, status, *texts):
    """launch() must end with this status and these words."""
    instance.launch()
    got = instance.process.wait(20)
    log = instance.log(False)
    equal(got, status, f"exit status; {log}")
    for text in texts:
        check(text in log, f"'{text}' is not in: {log}")


@case("a port that is in use: HTTP ends with a clear message and 69; RTSP is tried again until it is free")
def ports():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused_start(
            rig.Daemon("port", **config(listen={"http_port": port})),
            69,
            "cannot listen on 127.0.0.1",
            str(port),
            "in use",
        )
        other = rig.Daemon(
            "rtsp", **config(listen={"rtsp_port": port}, outputs=[{"kind": "rtsp", "id": "stream", "path": "/wall"}])
        )
        other.start()
        output = other.api.get("/api/v1/status")["outputs"][0]
        equal(output["state"], "retrying")
        check(str(port) in output["detail"], f"detail: {output['detail']}")
        other.wait_live(1)
    tap.until(lambda: other.api.get("/api/v1/status")["outputs"][0]["state"] == "on", 40, "the RTSP output is on")
    rig.picture.probe(other.rtsp(), "stream=codec_name", options=["-rtsp_transport", "tcp"])
    equal(other.stop()[0], 0, "exit status")


@case("a second daemon on the same socket is refused; a socket that was left behind is not in the way")
def sockets():
    daemon.start()
    second = rig.Daemon("second", **config(site={"socket_path": str(daemon.socket)}))
    refused_start(second, 69, str(daemon.socket), "another wallctl")
    daemon.api.get("/api/v1/status")
    daemon.kill()
    check(daemon.socket.exists(), "the killed one left its socket")
    daemon.start()
    daemon.cli("status")
    equal(daemon.stop()[0], 0, "exit status")


def stamps(path):
    """name -> (inode, size, time written) of all that lies there"""
    return {f.name: (f.stat().st_ino, f.stat().st_size, f.stat().st_mtime_ns) for f in path.iterdir()}


@case("a second daemon on the same state folder is refused before it touches the database; kill -9 frees it")
def state_folders():
    daemon.start()
    second = rig.Daemon("beside", **config(site={"state_dir": str(daemon.state)}))
    # The first one stands still: what changes now, the second one has done.
    daemon.process.send_signal(signal.SIGSTOP)
    try:
        before = stamps(daemon.state)
        refused_start(second, 69, f"{daemon.state}: another wallctl", f"process {daemon.process.pid}")
        equal(stamps(daemon.state), before, "the state folder")
    finally:
        daemon.process.send_signal(signal.SIGCONT)
    daemon.api.get("/api/v1/status")
    daemon.cli("backup", "--config", daemon.path)
    daemon.kill()
    second.start()
    refused_start(daemon, 69, f"process {second.process.pid}")
    equal(second.stop()[0], 0, "exit status")
    daemon.start()
    equal(daemon.stop()[0], 0, "exit status")


@case("a state folder that cannot be written: 73 and its name")
def unwritable():
    file = rig.folder / "a-file"
    file.write_text("x")
    refused_start(rig.Daemon("unwritable", **config(site={"state_dir": str(file / "below")})), 73, str(file))


@case("SIGTERM while cameras hang and ignore TEARDOWN: a clean end within 3 s")
def terminate():
    daemon.start()
    daemon.wait_live(3)
    for target, spec in [("cam-1", "ignore-teardown"), ("cam-2", "hang"), ("cam-3", "silent")]:
        sim.fault(target, spec)
    daemon.do("show", tile=4, camera="cam-2")
    status, seconds = daemon.stop()
    sim.fault("*", "none")
    tap.note(f"ended after {seconds:.2f} s")
    equal(status, 0, "exit status")
    check(seconds <= 3, f"it took {seconds:.2f} s")
    daemon.start()
    daemon.process.send_signal(signal.SIGINT)
    equal(daemon.process.wait(5), 0, "exit status after SIGINT, right after the start")


def at_end():
    if os.path.ismount(daemon.state):
        subprocess.run(["umount", "-l", daemon.state])
    rig.end()


tap.run(daemon.show_failure, at_end)
