"""daemon_meter.py - what tests/bench/daemon.py measures with: the table, processor time, events with their times, the RTSP
output as a client reads it, and when the simulator sent a camera's first key frame.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

import client
import picture
import rig
import tap

FPS, GOP = 25, 50  # of the simulated cameras
TICK_S = 1 / FPS
LOOP = 50  # pictures of a stamped clip
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

# Clips are kept for the next run, as bench-live keeps them.
rig.CLIPS = pathlib.Path(tempfile.gettempdir()) / "wallctl-bench-clips"


class Table:
    """One row a goal, printed as it is measured."""

    def __init__(self):
        self.missed = 0

    def head(self):
        print(f"{'what':<31} {'measured':<96} {'goal':<34} load", flush=True)

    def row(self, name, measured, goal="", is_met=None):
        verdict = "" if is_met is None else "ok" if is_met else "MISS"
        self.missed += is_met is False
        print(f"{name:<31} {measured:<96} {goal:<28} {verdict:<5} {os.getloadavg()[0]:.1f}", flush=True)


@contextlib.contextmanager
def simulator(count, *options):
    sim = rig.Sim(count, *options)
    try:
        yield sim
    finally:
        sim.stop()


def full_hd():
    return rig.screen(width=1920, height=1080)


def stream(bitrate_kbps=4000):
    return {"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall", "bitrate_kbps": bitrate_kbps}


@contextlib.contextmanager
def running(daemon):
    daemon.start()
    try:
        yield daemon
    except BaseException:
        daemon.show_failure()
        raise
    finally:
        if daemon.is_running():
            daemon.stop(30)


def cpu_s(pid):
    """Processor seconds of a process so far, all threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def rss_mb(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def look(daemon, path):
    """What the API answers, not held against the document: that would cost the processor that is measured."""
    status, _, body = daemon.api.raw("GET", path)
    tap.equal(status, 200, f"status of {path}")
    return json.loads(body)


def glass(daemon):
    """tile -> whether a live picture is on glass"""
    return {g["tile"]: g.get("is_on_glass", False) for g in look(daemon, "/api/v1/walls/main")["glass"]}


def wait_glass(daemon, count, within_s=30):
    tap.until(lambda: sum(glass(daemon).values()) >= count, within_s, lambda: f"{count} tiles live: {glass(daemon)}")


class Span:
    """What the daemon does between two moments: rates of the canvas, cores."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.begin = self._take()

    def _take(self):
        screen = look(self.daemon, "/api/v1/status")["walls"][0]["screens"][0]
        return {"s": time.monotonic(), "cpu": cpu_s(self.daemon.process.pid), **screen}

    def end(self):
        now = self._take()
        seconds = now["s"] - self.begin["s"]
        delta = {k: now[k] - self.begin[k] for k in ("ticks", "late", "skipped", "changed", "cpu")}
        self.seconds, self.ticks, self.late = seconds, delta["ticks"], delta["late"]
        self.skipped = delta["skipped"]
        self.fps, self.changed_fps = delta["ticks"] / seconds, delta["changed"] / seconds
        self.cores = delta["cpu"] / seconds
        return self


class Reader:
    """A client of the RTSP output that takes the stream as it is, into path or nowhere, and counts its pictures."""

    def __init__(self, address, path=None):
        target = ["-f", "matroska", str(path)] if path else ["-f", "null", "-"]
        command = ["ffmpeg", "-v", "error", "-nostdin", "-progress", "pipe:1", "-stats_period", "0.2"]
        command += ["-rtsp_transport", "tcp", "-analyzeduration", "500000", "-i", address, "-c", "copy", *target]
        self.process = rig.spawn(command, stdout=subprocess.PIPE, text=True)
        self.counts = [(time.monotonic(), 0)]
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self):
        for line in self.process.stdout:
            name, _, value = line.partition("=")
            if name == "frame":
                self.counts.append((time.monotonic(), int(value)))

    def wait(self, pictures=1):
        tap.until(lambda: self.counts[-1][1] >= pictures, 20, "the RTSP output is read")

    def fps(self, since, until):
        """Pictures a second between two times of time.monotonic()."""
        within = [c for c in self.counts if since <= c[0] <= until]
        tap.check(len(within) > 1 and self.process.poll() is None, "the reader of the RTSP output was cut off")
        return (within[-1][1] - within[0][1]) / (within[-1][0] - within[0][0])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.thread.join(10)


class Watch(threading.Thread):
    """All events of a daemon, with the time at which they came."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.connection = daemon.events()
        self.connection.ws.settimeout(None)
        self.seen = []
        self.start()

    def run(self):
        with contextlib.suppress(client.websocket.WebSocketException, OSError):
            while True:
                text = self.connection.ws.recv()
                if not text:
                    return
                message = json.loads(text)
                self.seen.append((time.monotonic(), message.get("event"), message.get("data", {})))

    def first(self, since, name, is_wanted):
        """(time, data) of the first such event since then, or None."""
        return next(((t, d) for t, e, d in list(self.seen) if t >= since and e == name and is_wanted(d)), None)

    def wait_shown(self, since, revision, within_s=15):
        """time.monotonic() at which this revision was on glass with a live picture in every tile, at the latest."""

        def find():
            return self.first(since, "wall.presented", lambda d: d["revision"] >= revision and not d["empty"])

        _, shown = tap.until(find, within_s, f"revision {revision} is on glass")
        return shown["at_ms"] / 1000 - time.time() + time.monotonic() + TICK_S

    def close(self):
        self.connection.ws.shutdown()
        self.join(5)


def first_key(sim, name, sent_before=0):
    """time.monotonic() at which the simulator sent the first picture and the first key frame of a stream since it had sent
    so many pictures. Its clock tells: asked in the middle between two pictures, none is counted twice or missed."""
    stats = sim.stats(name)
    phase = (time.monotonic() - stats["epoch_ns"] / 1e9) % TICK_S
    time.sleep((1.5 * TICK_S - phase) % TICK_S)
    stats = sim.stats(name)
    tap.equal(stats["dropped"], 0, f"pictures that the simulator dropped of {name}")
    first = stats["frame"] - (stats["sent"] - sent_before) + 1
    key = (first + GOP - 1) // GOP * GOP
    return stats["epoch_ns"] / 1e9 + first / FPS, stats["epoch_ns"] / 1e9 + key / FPS


def tile_rates(path, tiles, width, height, skip_s=1):
    """(tile -> pictures a second, share of stamps that could not be read) of a recording less its begin: each picture of a
    camera has a number; a tile's rate is how often another one is seen."""
    times = [float(p["pts_time"]) for p in picture.probe(str(path), "packet=pts_time")["packets"]]
    decoder = rig.spawn(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-vsync", "passthrough",
                         "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    shown, last = {t["tile"]: 0 for t in tiles}, {}
    pictures = unread = 0
    for at in times:
        data = decoder.stdout.read(width * height)
        tap.equal(len(data), width * height, f"{path}: bytes of the picture at {at} s")
        if at < skip_s:
            continue
        pictures += 1
        luma = picture.Luma(data, width, height)
        for tile in tiles:
            stamp = picture.stamp(luma, tile["rect"])
            unread += stamp is None
            if stamp and stamp != last.get(tile["tile"]):
                shown[tile["tile"]] += 1
                last[tile["tile"]] = stamp
    decoder.wait(10)
    tap.check(pictures > 1, f"{path} holds no pictures")
    seconds = times[-1] - times[-pictures] + TICK_S
    return {t: n / seconds for t, n in shown.items()}, unread / (pictures * len(tiles))


def saturation(jpeg, rect):
    """Mean distance from grey of the middle of a tile in a picture, 0 to 128."""
    x, y, w, h = rect
    crop = f"crop={w // 2}:{h // 2}:{x + w // 4}:{y + h // 4},format=yuv444p"
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-vf", crop, "-f", "rawvideo", "-"],
                         input=jpeg, capture_output=True, timeout=60, check=True).stdout
    chroma = raw[len(raw) // 3:]
    return sum(abs(v - 128) for v in chroma[::7]) / len(chroma[::7])
