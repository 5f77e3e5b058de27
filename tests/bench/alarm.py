#!/usr/bin/python3
"""alarm.py - from an event to the glass while 36 cameras are on the wall: the banner, a camera that is received already, a
camera that nobody receives yet.

usage: alarm.py [-n TIMES] [-c COLD]     100 alarms on a warm camera, 20 on cold ones; exit status 1 when a goal is missed

How it is measured: the clock starts before the webhook's request is written and stops when the picture is on glass. For
cameras the daemon says when (wall.presented of the spotlight's revision), and the camera's stamp in the RTSP output says that
it is true. The banner is no revision: it is looked for in the pictures of the RTSP output, and the way from glass to that
reader, known from the cameras of the same run, is taken off.
"""
import argparse
import datetime
import json
import math
import os
import statistics
import subprocess
import threading
import time

import daemon_meter as meter
import picture
import rig
import tap

TOKEN = "bench-token-0123456789"
WALL, TILE, HEIGHT = 36, 6, 180  # the alarm tile is at the upper right; only that row of the wall is looked at
YELLOW = range(196, 217)  # luma of the block of a new banner: 206, and what the encoder makes of it
table = meter.Table()
serial = 0


class Eye(threading.Thread):
    """Decodes the upper row of the RTSP output; (time, is there a banner, source of the alarm tile) a picture."""

    def __init__(self, address, rect):
        super().__init__(daemon=True)
        self.rect, self.seen = rect, []
        command = ["ffmpeg", "-v", "error", "-nostdin", "-fflags", "nobuffer", "-flags", "low_delay", "-rtsp_transport", "tcp"]
        command += ["-analyzeduration", "500000", "-i", address, "-vf", f"crop=1920:{HEIGHT}:0:0", "-f", "rawvideo"]
        command += ["-pix_fmt", "gray", "-vsync", "passthrough", "-"]
        self.process = rig.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.start()

    def run(self):
        size = 1920 * HEIGHT
        while len(data := self.process.stdout.read(size)) == size:
            now, luma = time.monotonic(), picture.Luma(data, 1920, HEIGHT)
            block = [v for y in range(4, 12) for v in data[y * 1920 + 4 : y * 1920 + 24]]
            has_banner = min(block) in YELLOW and max(block) in YELLOW
            stamp = picture.lower_stamp(luma, self.rect)
            self.seen.append((now, has_banner, stamp[0] if stamp else None))

    def first(self, since, is_wanted, within_s=10):
        def find():
            return next((s for s in self.seen[-500:] if s[0] >= since and is_wanted(s)), None)

        return tap.until(find, within_s, lambda: f"seen in the RTSP output: {self.seen[-1:]}")[0]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def send(daemon, kind, camera):
    """time.monotonic() before the event was sent."""
    global serial
    serial += 1
    event = {"specversion": "1.0", "id": f"b{serial}", "source": "/bench", "type": f"org.wallctl.{kind}.v1",
             "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": {"camera": camera}}
    body = json.dumps(event).encode()
    headers = {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {TOKEN}"}
    began = time.monotonic()
    status, _, answer = daemon.api.raw("POST", "/v1/events", body, headers)
    tap.check(status in (200, 202), f"{status}: {answer[:200]}")
    return began


def one(daemon, watch, eye, n):
    """Event to banner as the eye has it, event to picture on glass, glass to eye: seconds."""
    began = send(daemon, "camera.alarm", f"cam-{n}")
    banner = eye.first(began, lambda s: s[1]) - began
    live = eye.first(began, lambda s: s[2] == n)
    glass = tap.until(
        lambda: watch.first(began, "wall.presented", lambda d: not d["empty"]), 10, "the spotlight is on glass"
    )[1]["at_ms"] / 1000 - time.time() + time.monotonic() + meter.TICK_S
    ended = send(daemon, "alarm.cleared", f"cam-{n}")
    eye.first(ended, lambda s: not s[1] and s[2] == TILE)
    return banner, min(glass, live) - began, live - glass


def percentile(values, share):
    return sorted(values)[max(math.ceil(len(values) * share) - 1, 0)] * 1000


def report(name, values, p95_ms, p99_ms=None):
    p95, p99 = percentile(values, 0.95), percentile(values, 0.99)
    goal = f"p95 <= {p95_ms}" + (f", p99 <= {p99_ms} ms" if p99_ms else " ms")
    text = f"median {statistics.median(values) * 1000:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms of {len(values)}"
    table.row(name, text, goal, p95 <= p95_ms and (not p99_ms or p99 <= p99_ms))


def measure(n_warm, n_cold):
    warm = WALL + 1
    with meter.simulator(warm + n_cold) as sim:
        daemon = rig.Daemon(
            "alarm",
            cameras=[rig.camera(sim, n, label="off") for n in range(1, warm + n_cold + 1)],
            walls=[rig.wall([f"cam-{n}" for n in range(1, WALL + 1)], "36", screens=[meter.full_hd()],
                            alarm_tiles=[TILE], alarm_dwell_s=0)],
            outputs=[meter.stream(8000)],
            credentials="credentials.json",
            cases={"region": "530402"},
            sources=[{"id": "bench", "name": "测量", "token": "bench", "silent_s": 0}],
            linkage=[{"id": "alarm", "name": "报警", "when": {"types": ["camera.alarm"]}, "severity": "yellow", "group_s": 0}],
        )
        secrets = daemon.dir / "credentials.json"
        secrets.write_text(json.dumps({"bench": {"token": TOKEN}}))
        os.chmod(secrets, 0o600)
        with meter.running(daemon):
            meter.wait_glass(daemon, WALL, within_s=60)
            rect = next(t["rect"] for t in daemon.wall()["tiles"] if t["tile"] == TILE)
            watch, eye = meter.Watch(daemon), Eye(daemon.rtsp(), rect)
            eye.first(0, lambda s: s[2] == TILE, 20)
            one(daemon, watch, eye, warm)  # from here on it is received
            span = meter.Span(daemon)
            warm_ones = [one(daemon, watch, eye, warm) for _ in range(n_warm)]
            cold_ones = [one(daemon, watch, eye, n) for n in range(warm + 1, warm + n_cold + 1)]
            span.end()
            eye.stop()
            watch.close()
    delay = max(statistics.median(w[2] for w in warm_ones), 0)
    table.row("alarm: glass to the reader", f"median {delay * 1000:.0f} ms, taken off the banner's times")
    report("alarm: event to banner", [max(w[0] - delay, 0) for w in warm_ones + cold_ones], 120, 200)
    report("alarm: event to warm camera", [w[1] for w in warm_ones], 500)
    report("alarm: event to cold camera", [c[1] for c in cold_ones], 2000)
    table.row("alarm: the wall meanwhile", f"{span.fps:.2f} fps, {span.late} of {span.ticks} ticks late, {span.cores:.2f} cores")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("-n", type=int, default=100)
parser.add_argument("-c", type=int, default=20)
options = parser.parse_args()
table.head()
try:
    measure(options.n, options.c)
finally:
    rig.end()
raise SystemExit(1 if table.missed else 0)
