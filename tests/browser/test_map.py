#!/usr/bin/python3
"""test_map.py - the map of the page of cameras in Debian's Chromium, worked by playwright-core against the real daemon with 20,000
cameras on a plain of four townships, three of which share a pole, and open cases. The steps are console/map.mjs.
"""
import csv
import datetime
import json
import os

import console_rig
import rig

MANY = 20000
TOKEN = "demo-e2e-own-0123456789"
TOWNS = ["530402001", "530402002", "530402005", "530402008"]
POLE = (102.6, 24.5)


def table():
    yield ["编号", "序号", "名称", "行政区划", "场所类型", "经度", "纬度", "主码流"]
    for n in range(5, MANY + 1):
        east, north = n % 200, n // 200 % 100
        lon, lat = POLE if n in (100, 101, 102) else (102.45 + east * 0.001, 24.25 + north * 0.002)
        yield [f"far-{n}", n, f"{'杆上' if (lon, lat) == POLE else '路口'}{n}号", TOWNS[east // 50], "路口", f"{lon:.4f}", f"{lat:.4f}", f"rtsp://192.0.2.1/{n}"]


def main():
    console_rig.need()
    sim = rig.Sim(4)
    near = [rig.camera(sim, n, number=n, region=TOWNS[n - 1], position=[102.4 + n / 1000, 24.2]) for n in range(1, 5)]
    for camera in near:
        camera.pop("region_name")
    near[3].pop("position")
    daemon = rig.Daemon(
        "map",
        site={"name": "红塔区综治中心"},
        cameras=near,
        camera_csv=["cameras.csv"],
        regions=str(rig.SOURCE / "config" / "regions.csv"),
        borders="borders.geojson",
        walls=[rig.wall(["cam-1", "cam-2"], "4")],
        cases={"region": "530402", "vocabulary": "liubu"},
        credentials="credentials.json",
        sources=[{"id": "own", "name": "本级", "token": "own", "silent_s": 0}],
    )
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({"own": {"token": TOKEN}}))
    os.chmod(secrets, 0o600)
    with open(daemon.dir / "cameras.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table())
    ring = [[102.40, 24.20], [102.62, 24.22], [102.66, 24.44], [102.44, 24.46], [102.40, 24.20]]
    feature = {"type": "Feature", "properties": {"name": "红塔区"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (daemon.dir / "borders.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    daemon.start(within_s=60)
    for code, level, category, place in (
        ("HT-M1", "extra", "land", {"lon": 102.42, "lat": 24.22}),
        ("HT-M2", "general", "neighbour", {"lon": 102.66, "lat": 24.46}),
        ("HT-M3", "larger", "family", {"lon": 102.43, "lat": 24.23}),
        ("HT-M4", "larger", "labour", {}),
    ):
        data = {"category": category, "region": "530402008", "level": level, **place}
        event = {
            "specversion": "1.0", "id": code, "source": "/530402/own", "type": "org.wallctl.case.reported.v1", "subject": code,
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(), "data": data,
        }  # fmt: skip
        daemon.api.event(event, TOKEN, 200)
    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "get": daemon.api.get,
        "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
    }
    console_rig.run("map.mjs", daemon, calls, within_s=280)


main()
