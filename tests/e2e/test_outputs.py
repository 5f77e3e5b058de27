#!/usr/bin/python3
"""test_outputs.py - what leaves the wall: a window on an X server, RTSP; one that fails does not touch the others."""
import os
import shutil
import socket
import subprocess
import threading
import time

import picture
import rig
import tap
from tap import Skip, case, check, equal

WANTED = {1: 1, 2: 2, 3: 3, 4: 4}
sim = rig.Sim(4)
daemon = None


class Screen:
    """An X server without a monitor."""

    def __init__(self, number=None):
        reader, writer = os.pipe()
        arguments = [f":{number}"] if number else []
        self.process = rig.spawn(
            ["Xvfb", *arguments, "-displayfd", writer, "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as f:
            self.number = int(f.readline())
        self.name = f":{self.number}"

    def seen(self):
        shot = subprocess.run(
            [
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "x11grab",
                "-video_size",
                "1280x720",
                "-draw_mouse",
                "0",
                "-i",
                self.name,
                "-frames:v",
                "1",
                "-f",
                "image2pipe",
                "-c:v",
                "png",
                "-",
            ],
            capture_output=True,
            timeout=30,
        )
        return picture.sources(picture.decode(shot.stdout), daemon.wall()["tiles"]) if shot.returncode == 0 else {}

    def end(self):
        self.process.terminate()
        self.process.wait(10)


class Recorder(threading.Thread):
    """Reads the RTSP output as long as it is told to; gaps says how long it stood still at most."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.process = rig.spawn(
            [
                "ffmpeg",
                "-v",
                "error",
                "-rtsp_transport",
                "tcp",
                "-i",
                address,
                "-f",
                "rawvideo",
                "-pix_fmt",
                "gray",
                "-vf",
                "scale=64:36",
                "-",
            ],
            stdout=subprocess.PIPE,
        )
        self.times = []

    def run(self):
        while self.process.stdout.read(64 * 36):
            self.times.append(time.monotonic())

    def stop(self):
        """(pictures, the longest time between two of them)"""
        is_alive = self.process.poll() is None
        self.process.terminate()
        self.process.wait(10)
        check(is_alive, "the reader of the RTSP output was cut off")
        return len(self.times), max(b - a for a, b in zip(self.times, self.times[1:]))


def output(name):
    return next(o for o in daemon.api.get("/api/v1/status")["outputs"] if o["id"] == name)


def told(events, name, is_wanted):
    """What the next event of this kind says of an output."""
    return events.event("output.state", lambda d: d["id"] == name and is_wanted(d), 40)


@case("a window on an X server shows the wall")
def window():
    global daemon
    if not shutil.which("Xvfb"):
        raise Skip("Xvfb is not installed")
    window.screen = screen = Screen()
    daemon = rig.Daemon(
        "outputs",
        environment={"DISPLAY": screen.name},
        cameras=[rig.camera(sim, n) for n in WANTED],
        walls=[rig.wall([f"cam-{n}" for n in WANTED])],
        outputs=[
            {"kind": "display", "id": "window", "wall": "main", "fullscreen": True},
            {"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"},
        ],
    )
    daemon.start()
    tap.until(lambda: output("window")["state"] == "on", 15, lambda: f"the display is on: {output('window')}")
    daemon.wait_seen(WANTED)
    tap.until(lambda: screen.seen() == WANTED, 10, lambda: f"the cameras on the X screen: {screen.seen()}")


@case("the window's process is killed: another one comes, the RTSP output does not notice")
def killed():
    screen = window.screen
    recorder = Recorder(daemon.rtsp())
    recorder.start()
    tap.until(lambda: len(recorder.times) > 25, 20, "the RTSP output is read")
    before = daemon.children()
    equal(len(before), 1, "processes of the display")
    restarts = output("window")["restarts"]
    with daemon.events() as events:
        os.kill(before[0], 9)
        gone = told(events, "window", lambda d: d["state"] != "on")
        check(gone["state"] in ("retrying", "starting") and gone["detail"], f"the reason: {gone}")
        equal(told(events, "window", lambda d: d["state"] == "on")["restarts"], restarts + 1, "restarts")
    tap.until(
        lambda: output("window")["state"] == "on" and daemon.children() not in ([], before),
        20,
        lambda: f"the display is on again: {output('window')}",
    )
    tap.until(lambda: screen.seen() == WANTED, 10, lambda: f"the cameras on the X screen: {screen.seen()}")
    pictures, gap = recorder.stop()
    tap.note(f"RTSP meanwhile: {pictures} pictures, {gap * 1000:.0f} ms between two of them at most")
    check(gap < 1, f"the RTSP output stood still for {gap:.2f} s")


@case("the X server goes away and comes back: so does the window; the wall and the daemon stay")
def server_gone():
    screen = window.screen
    ticks = daemon.api.get("/api/v1/walls")["walls"][0]["screens"][0]["ticks"]
    with daemon.events() as events:
        screen.end()
        tap.note(f"without the X server: {told(events, 'window', lambda d: d['state'] != 'on')}")
    daemon.wait_seen(WANTED)
    check(daemon.api.get("/api/v1/walls")["walls"][0]["screens"][0]["ticks"] > ticks, "the canvas goes on")
    window.screen = screen = Screen(screen.number)
    tap.until(lambda: output("window")["state"] == "on", 45, lambda: f"the display is on again: {output('window')}")
    tap.until(lambda: screen.seen() == WANTED, 10, lambda: f"the cameras on the X screen: {screen.seen()}")


@case("RTSP over UDP, and several clients at once")
def clients():
    recorders = [Recorder(daemon.rtsp()) for _ in range(2)]
    for recorder in recorders:
        recorder.start()
    path = daemon.dir / "udp.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-rtsp_transport", "udp", "-i", daemon.rtsp(), "-t", "3", "-c", "copy", str(path)],
        check=True,
        timeout=60,
    )
    packets = picture.probe(str(path), "packet=pts_time")["packets"]
    # At full rate 75; a busy machine gives half of it (low_rate). A stream that does not flow has a picture or two.
    check(len(packets) > 25, f"{len(packets)} pictures in 3 s over UDP")
    tap.until(lambda: output("stream")["clients"] >= 2, 5, lambda: f"clients in the status: {output('stream')}")
    for recorder in recorders:
        check(recorder.stop()[0] > 25, "pictures of a client beside it")
    tap.until(lambda: output("stream")["clients"] == 0, 10, lambda: f"no client is left: {output('stream')}")


@case("the RTSP port is in use: the output says so and is there once the port is free, each as an event")
def port_in_use():
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        late = rig.Daemon(
            "port-in-use",
            cameras=[rig.camera(sim, 1)],
            walls=[rig.wall(["cam-1"])],
            outputs=[{"kind": "rtsp", "id": "stream", "path": "/wall"}],
            listen={"rtsp_port": port},
        ).start()
        before = late.api.get("/api/v1/status")["outputs"][0]
        equal(before["state"], "retrying", "while another program has the port")
        check(str(port) in before["detail"], f"the reason names the port: {before}")
        with late.events() as events:
            other.close()
            after = told(events, "stream", lambda d: d["state"] == "on")
    check("detail" not in after and after["address"].endswith(f":{port}/wall"), after)
    late.stop()


@case("SIGTERM ends the window's process, too")
def end():
    left = daemon.children()
    equal(daemon.stop()[0], 0, "exit status")
    tap.until(lambda: not any(os.path.exists(f"/proc/{p}") for p in left), 3, "no process is left")
    window.screen.end()


tap.run(lambda: daemon and daemon.show_failure(), rig.end)
