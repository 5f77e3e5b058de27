#!/usr/bin/python3
"""test_watermark.py - whose picture it is, and of when: on snapshots and what leaves the room always, on the wall by policy."""
import shutil
import subprocess
import time

import picture
import rig
import tap
from tap import case, check, equal

WIDTH, HEIGHT = 1280, 720
TEXT = "水印核对"
sim = rig.Sim(1)


def config(**privacy):
    return {
        "cameras": [rig.camera(sim, 1)],
        "walls": [rig.wall(["cam-1"], layout="4", screens=[rig.screen(width=WIDTH, height=HEIGHT)])],
        "outputs": [{"kind": "rtsp", "id": "stream", "path": "/wall"}],
        "privacy": {"watermark_text": TEXT, **privacy},
    }


daemon = rig.Daemon("watermark", **config())
EMPTY = (WIDTH // 2, HEIGHT // 2, WIDTH // 2, HEIGHT // 2)  # a tile without camera: dark, but for its number


def places(line=0):
    """As pipelines/watermark.h has them: the last of the four lies in the empty tile."""
    step = HEIGHT // 4
    return [((WIDTH * (53 if n % 2 else 3) // 100) & ~1, (step * n + step // 2 + line * HEIGHT // 22) & ~1) for n in range(4)]


def ink(luma, line=0):
    """How many pixels at the fourth place are brighter than the dark tile around them."""
    x, y = places(line)[3]
    rows = [luma.data[row * WIDTH + x : row * WIDTH + x + 300] for row in range(y, y + 20)]
    ground = sorted(rows[0])[len(rows[0]) // 2]
    return sum(value > ground + 30 for row in rows for value in row)


def streamed():
    """A picture of the RTSP output, once the camera is in it."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", daemon.rtsp(), "-frames:v", "30", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        capture_output=True,
        timeout=60,
        check=True,
    ).stdout
    return picture.Luma(raw[-WIDTH * HEIGHT :], WIDTH, HEIGHT)


def read(file):
    """What a program that knows letters reads of the fourth place: enlarged, and its contrast spread."""
    x, y = places()[3]
    crop = f"crop=420:30:{x - 6}:{y - 4},scale=iw*4:ih*4:flags=lanczos,lutyuv=y='clip((val-16)*4,0,255)':u=128:v=128,negate"
    big = subprocess.run(["ffmpeg", "-v", "error", "-i", "-", "-vf", crop, "-frames:v", "1", "-f", "image2", "-c:v", "png", "-"], input=file, capture_output=True, check=True).stdout
    words = subprocess.run(["tesseract", "-", "-", "-l", "eng", "--psm", "7"], input=big, capture_output=True, timeout=60, check=True)
    return words.stdout.decode("utf-8", "replace").replace(" ", "")


@case("a snapshot says who asked for it, of which wall, and when")
def snapshot():
    daemon.start()
    daemon.wait_seen({1: 1})
    file = picture.snapshot_file(daemon.api)
    luma = picture.decode(file)
    check(ink(luma) > 300, f"{ink(luma)} pixels at its place")
    equal(picture.stamp(luma, (0, 0, WIDTH // 2, HEIGHT // 2))[0], 1, "the camera below it")
    if not shutil.which("tesseract"):
        raise tap.Skip("tesseract is not installed")
    words = read(file)
    for wanted in "e2e", "main", time.strftime("%Y"):
        check(wanted in words, f"'{wanted}' in what is read: {words}")


@case("the RTSP output has it, and none by policy; the wall by policy, and everything that shows it")
def policy():
    check(ink(streamed()) > 200, "the stream is marked")
    for privacy, is_marked in (({"watermark_rtsp": False}, False), ({"watermark_rtsp": False, "watermark_wall": True}, True), ({}, True)):
        daemon.write({**daemon.config, "privacy": {"watermark_text": TEXT, **privacy}})
        daemon.api.post("/api/v1/reload", {})
        found = []

        def is_so():
            found[:] = [ink(streamed())]
            return (found[0] > 200) == is_marked

        tap.until(is_so, 30, lambda: f"{privacy}: {found} pixels in the stream")
        luma = picture.snapshot(daemon.api)
        has_wall = bool(privacy.get("watermark_wall"))
        check(ink(luma) > 200, "the snapshot is marked")
        equal(ink(luma, line=1) > 200, has_wall, f"{privacy}: the snapshot's own line stands below the wall's")


tap.run(daemon.show_failure, rig.end)
