#!/usr/bin/python3
"""test_devices.py - the pages of cameras and of health in Debian's Chromium, worked by playwright-core against the real daemon with
20,000 cameras, nine of which are there. The steps are console/devices.mjs.
"""
import csv
import io
import json

import console_rig
import onvif_peer
import rig

COUNT, MANY = 9, 20000
REGIONS = ["530402001", "530402002", "530402005", "530402007", "530402008", "530403", "530423"]
PLACES = "研和 大营 春和 玉带 凤凰 北城 李棋 高仓 洛河".split()
STREAMS = (("main", "v1", "H264", 1920, 1080), ("sub", "v1", "H264", 640, 360))
KINDS = "路口 水库 村口 广场 学校".split()


def rows():
    """The table of those that nobody opens."""
    yield ["编号", "序号", "名称", "行政区划", "场所类型", "分组", "主码流"]
    for n in range(COUNT + 1, MANY + 1):
        kind = KINDS[n % len(KINDS)]
        name = f"{PLACES[n % len(PLACES)]}{kind}{n}号"
        yield [f"far-{n}", n, name, REGIONS[n % len(REGIONS)], kind, "防汛|重点" if n % 11 == 0 else "", f"rtsp://192.0.2.1/{n}"]


def text(table):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue()


def main():
    console_rig.need()
    sim = rig.Sim(COUNT)
    cameras = [
        {**rig.camera(sim, n), "number": n, "region": "530402008", "region_name": "", "place_kind": "路口", "groups": "重点"} for n in range(1, COUNT + 1)
    ]
    cameras[0]["name"] = "=研和路口"  # a formula for a spreadsheet
    for camera in cameras:
        camera.pop("region_name")
    daemon = rig.Daemon(
        "devices",
        site={"name": "红塔区综治中心"},
        cameras=cameras,
        camera_csv=["cameras.csv"],
        regions=str(rig.SOURCE / "config" / "regions.csv"),
        walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "9")],
        outputs=[{"kind": "rtsp", "id": "hall", "wall": "main", "path": "/wall"}],
        quality={"enabled": False},  # a stamped picture has no colours, which is a fault of a real one
        cases={"region": "530402"},
        credentials="credentials.json",
        sources=[{"id": "grid", "name": "网格上报", "token": "grid", "silent_s": 0}],
    )
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({"grid": {"token": "e2e-token-0123456789"}, "other": {"user": "admin", "password": "canary-Ieh5oosh"}}))
    secrets.chmod(0o600)
    table = list(rows())
    (daemon.dir / "cameras.csv").write_text(text(table), encoding="utf-8")
    daemon.start(within_s=60)
    daemon.wait_live(COUNT, within_s=60)
    fresh = [row[:] for row in table if row[0] != "far-20000"] + [["new-1", 20001, "绿汁江渡口", "530402008", "渡口", "防汛", "rtsp://192.0.2.1/new"]]
    fresh[1][2] = "春和水库改名"
    broken = [row[:] for row in fresh[:40]]
    broken[2][6], broken[3][3], broken[4][0] = "http://192.0.2.1/", "红塔区", broken[5][0]
    street = [
        onvif_peer.Camera("gate", STREAMS, login=("admin", "canary-Chee7ahr"), clock_s=-3600),
        onvif_peer.Camera("yard", STREAMS),
        onvif_peer.Camera("old", (("a", "v", "MPEG4", 704, 576),)),
        onvif_peer.Camera("bomb", evil=onvif_peer.bomb),
    ]
    console_rig.run(
        "devices.mjs",
        daemon,
        {
            "session": lambda name, *roles: daemon.sign_in(name, *roles),
            "fault": lambda camera, spec: sim.fault(camera, spec),
            "table": lambda which: text({"fresh": fresh, "broken": broken}[which]),
            "written": lambda: (daemon.dir / "cameras.csv").read_bytes() == text(fresh).encode(),
            "street": lambda: " ".join(f"127.0.0.1:{camera.port}" for camera in street),
            "get": daemon.api.get,
            "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
        },
        within_s=280,
    )


main()
