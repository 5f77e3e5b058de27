#!/usr/bin/python3
"""test_start.py - from nothing to a wall that is seen: first picture, the right cameras, outputs, the end."""
import os
import subprocess
import time

import picture
import rig
import tap
from tap import case, check, equal

COUNT = 16
sim = rig.Sim(COUNT)
daemon = rig.Daemon(
    "start",
    cameras=[rig.camera(sim, n) for n in range(1, COUNT + 1)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "16")],
    outputs=[
        {"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"},
        {"kind": "display", "id": "window", "wall": "main"},
    ],
)


@case("sixteen cameras: the first picture within 3 s of the start, all of them soon after")
def first_picture():
    began = time.monotonic()
    daemon.start()
    tap.until(lambda: daemon.on_glass(), 15, "a picture on glass")
    first = time.monotonic() - began
    daemon.wait_live(COUNT)
    tap.note(f"first picture after {first:.2f} s, all {COUNT} after {time.monotonic() - began:.2f} s")
    check(first <= 3, f"the first picture took {first:.2f} s")


@case("a snapshot shows every camera in its tile: PNG and JPEG, over HTTP and the command line")
def snapshot():
    tiles = daemon.wall()["tiles"]
    wanted = {n: n for n in range(1, COUNT + 1)}
    daemon.wait_seen(wanted)
    for kind in "png", "jpg":
        luma = picture.snapshot(daemon.api, kind=kind)
        equal((luma.width, luma.height), (1280, 720), "size")
        equal(picture.sources(luma, tiles), wanted, f"{kind}: tile -> camera seen")
    path = daemon.dir / "wall.png"
    daemon.cli("snapshot", path)
    equal(picture.sources(picture.decode(path.read_bytes()), tiles), wanted, "wallctl snapshot: tile -> camera seen")


@case("without a display the daemon runs, and says so")
def no_display():
    window = next(o for o in daemon.api.get("/api/v1/status")["outputs"] if o["id"] == "window")
    tap.note(f"state of the display output: {window['state']} {window.get('detail', '')}")
    check(window["state"] in ("none", "unsupported"), f"the display output is '{window['state']}'")


@case("the RTSP output is H.264 without B-frames, a key frame every 2 s at most, and shows the wall")
def rtsp():
    address = daemon.rtsp()
    found = picture.probe(
        address, "stream=codec_name,width,height,has_b_frames,avg_frame_rate", options=["-rtsp_transport", "tcp"]
    )["streams"][0]
    equal((found["codec_name"], found["width"], found["height"], found["has_b_frames"]), ("h264", 1280, 720, 0))
    seconds = 5
    path = daemon.dir / "stream.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", address, "-t", str(seconds), "-c", "copy", str(path)],
        check=True,
        timeout=60,
    )
    packets = picture.probe(str(path), "packet=pts_time,flags")["packets"]
    types = {
        f["pict_type"]
        for f in picture.probe(str(path), "frame=pict_type", options=["-read_intervals", "%+3"])["frames"]
    }
    keys = [float(p["pts_time"]) for p in packets if "K" in p["flags"]]
    gaps = [b - a for a, b in zip(keys, keys[1:])]
    tap.note(
        f"{len(packets) / seconds:.1f} pictures/s, key frames {max(gaps, default=0):.2f} s apart at most, types {types}"
    )
    check("B" not in types, f"B-frames: {types}")
    check(keys and max(gaps, default=0) <= 2.05 and seconds - keys[-1] <= 2.5, f"key frames at {keys}")
    data = subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-ss",
            "2",
            "-i",
            str(path),
            "-frames:v",
            "1",
            "-f",
            "image2pipe",
            "-c:v",
            "png",
            "-",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    equal(
        picture.sources(picture.decode(data), daemon.wall()["tiles"]),
        {n: n for n in range(1, COUNT + 1)},
        "tile -> camera seen",
    )


@case("SIGTERM: a clean end within 3 s, nothing left behind")
def terminate():
    children = daemon.children()
    status, seconds = daemon.stop()
    tap.note(f"ended after {seconds:.2f} s")
    equal(status, 0, "exit status")
    check(seconds <= 3, f"it took {seconds:.2f} s")
    tap.until(lambda: not any(os.path.exists(f"/proc/{c}") for c in children), 3, f"no child of {children} is left")
    check(not daemon.socket.exists(), "the socket is still there")


tap.run(daemon.show_failure, rig.end)
