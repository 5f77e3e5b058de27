#!/usr/bin/python3
"""test_days.py - one day of a centre in Debian's Chromium: each of the nine posts does its work in a session of its own, against the
real daemon with simulated cameras and the demo's cases, and what one has done is there for the next. The steps are console/days.mjs.
"""
import datetime
import hashlib
import json
import os

import console_rig
import rig

TOKEN = "demo-e2e-own-0123456789"
HERE = {"lon": 102.512, "lat": 24.27}  # beside 研和路口
TABLE = "编号,序号,名称,行政区划,场所类型,分组,主码流\nferry,90,绿汁江渡口,530402008,渡口,防汛,{}\n"


def main():
    console_rig.need()
    sim = rig.Sim(16)
    config = rig.sample(sim)
    config["walls"][0].update(layout="4", cameras=[c["id"] for c in config["cameras"][:4]])
    config["sources"].append({"id": "own", "name": "本级", "token": "own", "silent_s": 0})
    config["camera_csv"] = ["cameras.csv"]
    config["camera_masks"] = "masks.json"
    config["briefings"] = [{"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 5}]
    config["linkage"] += [
        {"id": "mass", "name": "群体性事件", "when": {"types": ["case.reported"], "level": ["extra"]}, "severity": "red", "sound": 3},
    ]  # fmt: skip
    folder = rig.folder / "vault"
    folder.mkdir(mode=0o700)
    daemon = rig.Daemon("days", **config, evidence={"folder": str(folder), "seconds": 15, "keep_days": 7})
    (daemon.dir / "cameras.csv").write_text(TABLE.splitlines()[0] + "\n", "utf-8")
    (daemon.dir / "masks.json").write_text("{}")
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({s["token"]: {"token": f"demo-e2e-{s['id']}-0123456789"} for s in config["sources"]}))
    os.chmod(secrets, 0o600)
    daemon.start()
    daemon.cli("demo", "hongta")
    daemon.wait_live(4, within_s=60)
    sent = iter(range(1, 100))

    def send(kind, code, data):
        event = {
            "specversion": "1.0", "id": f"own-{next(sent)}", "source": "/530402/own", "type": f"org.wallctl.{kind}.v1",
            "subject": code, "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": data,
        }  # fmt: skip
        return daemon.api.event(event, TOKEN, 202 if kind.startswith("whistle.") else 200)["events"][0]["status"]

    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "table": lambda: TABLE.format(sim.address("cam-1", "main")),
        "send": send,
        "here": lambda: HERE,
        "wall": daemon.wall,
        "get": daemon.api.get,
        "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
        "sha256": lambda ident: hashlib.sha256((folder / ident / "original.mp4").read_bytes()).hexdigest(),
    }
    console_rig.run("days.mjs", daemon, calls, within_s=280)


main()
