#!/usr/bin/python3
"""test_stage.py - hands on the stage of the console, against the real daemon: a wall of two screens side by side.

The steps are in console/stage.mjs.
"""
import pathlib

import console_rig
import picture
import rig

COUNT = 4


def source(path, rect):
    """Which camera's stamp is in this part of a picture file; None: none."""
    found = picture.stamp(picture.decode(pathlib.Path(path).read_bytes()), rect)
    return found and found[0]


def main():
    console_rig.need()
    sim = rig.Sim(COUNT)
    daemon = rig.Daemon(
        "stage",
        cameras=[rig.camera(sim, n) for n in range(1, COUNT + 1)],
        site={"name": "红塔区综治中心"},
        walls=[
            rig.wall(
                [f"cam-{n}" for n in range(1, COUNT + 1)],
                "4",
                screens=[rig.screen(name="左屏"), rig.screen(id="2", name="右屏", x=1280)],
            )
        ],
    )
    daemon.start()
    daemon.wait_live(COUNT, within_s=60)

    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "do": lambda op, members: daemon.do(op, **members),
        "wall": daemon.wall,
        "get": daemon.api.get,
        "source": source,
        "seen": lambda: picture.sources(picture.snapshot(daemon.api), daemon.wall()["tiles"]),
        "pin": lambda pin: daemon.local.put("/api/v1/visitor/pin", {"pin": pin}),
    }
    console_rig.run("stage.mjs", daemon, calls, within_s=280)


main()
