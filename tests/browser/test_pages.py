#!/usr/bin/python3
"""test_pages.py - the console's pages of settings, register, boards and briefings in Debian's Chromium.

The steps are in console/pages.mjs; each of them is somebody of the site in a session of his own.
"""
import datetime
import json
import os
import urllib.parse

import console_rig
import otp
import rig

TOKEN = "e2e-token-0123456789"
CAMERAS = 4
NAMES = ["研和路口", "春和水库大坝", "玉带大桥", "高仓安置房工地"]
TOWNS = ["530402005", "530402008", "530402001", "530402002"]
KINDS = ["neighbour", "labour", "property", "traffic", "contract", "neighbour", "homestead"]
STEPS = ["reported", "registered", "dispatched", "resolved", "closed"]
FLOOD = {
    "by_hand": True, "name": "防汛一键指挥", "severity": "orange", "cameras": ["cam-2"], "preset": "汛期",
    "procedure": "一查水位，二派巡坝，三报区指挥部",
}  # fmt: skip


def other_hours():
    """Hours of the day that are not now, whenever this runs: the tour must leave the wall alone."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).hour
    return {"from": "20:00", "to": "22:00"} if 7 <= now < 18 else {"from": "08:00", "to": "18:00"}


def events(daemon):
    """Two days of cases, each somewhere on its way."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for n in range(36):
        opened = now - datetime.timedelta(hours=n + 1)
        for step in STEPS[: 1 + n % len(STEPS)]:
            opened += datetime.timedelta(minutes=5)
            event = {
                "specversion": "1.0", "id": f"{n}-{step}", "source": "/530402/grid", "type": f"org.wallctl.case.{step}.v1",
                "subject": f"HT{n:04}", "time": opened.isoformat(),
                "data": {"category": KINDS[n % len(KINDS)], "region": TOWNS[n % len(TOWNS)], "channel": "grid"},
            }  # fmt: skip
            daemon.api.event(event, TOKEN, 200)


def main():
    console_rig.need()
    sim = rig.Sim(CAMERAS)
    daemon = rig.Daemon(
        "pages",
        site={"name": "红塔区综治中心"},
        regions=str(rig.SOURCE / "config" / "regions.csv"),
        cameras=[{**rig.camera(sim, n + 1), "name": NAMES[n], "region": TOWNS[n]} for n in range(CAMERAS)],
        walls=[rig.wall([f"cam-{n}" for n in range(1, 4)], alarm_tiles=[3, 4])],
        presets=[{"name": "汛期", "wall": "main", "layout": "4", "cameras": ["cam-2", "cam-3", "cam-1"]}],
        tours=[
            {"id": "rivers", "name": "河道巡查", "wall": "main", "dwell_s": 20, "tiles": [4], "cameras": ["cam-2", "cam-4"],
             "schedule": [{"days": [1, 2, 3, 4, 5], **other_hours()}]},
        ],  # fmt: skip
        credentials="credentials.json",
        cases={"region": "530402", "vocabulary": "liubu"},
        sources=[{"id": "grid", "name": "网格平台", "token": "grid", "silent_s": 0}],
        linkage=[
            {"id": "high", "name": "高风险上墙", "when": {"types": ["case.reported"], "risk": ["high"]}, "severity": "orange",
             "cameras": ["cam-4"], "procedure": "先核实，再派单"},
            {"id": "night", "name": "夜间欠薪", "when": {"types": ["case.reported"], "category": ["labour"], "hours": "22:00-06:00",
             "days": [1, 2, 3, 4, 5]}, "severity": "yellow"},
            {"id": "flood", **FLOOD},
        ],  # fmt: skip
        briefings=[{"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 5}],
    )
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
    os.chmod(secrets, 0o600)
    daemon.start()
    events(daemon)
    daemon.api.put("/api/v1/linkage/rules/square", {"name": "广场应急预案", "by_hand": True, "cameras": ["cam-3"]})
    daemon.api.put(f"/api/v1/walls/main/presets/{urllib.parse.quote('夜间')}", {})
    daemon.wait_live(3, within_s=60)
    calls = {
        "account": lambda *given: console_rig.account(daemon, *given),
        "otp": lambda secret, step: otp.code(f"otpauth://totp/x?secret={secret}", step),
        "get": daemon.api.get,
        "do": lambda op, members: daemon.do(op, **members),
        "refused": lambda op, members: daemon.do(op, status=404, **members),
        "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
        "wall": daemon.wall,
    }
    console_rig.run("pages.mjs", daemon, calls)


main()
