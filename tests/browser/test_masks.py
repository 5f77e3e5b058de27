#!/usr/bin/python3
"""test_masks.py - privacy masks drawn in Debian's Chromium, worked by playwright-core against the real daemon: by mouse, finger and
keyboard; what is saved is in the picture, and who may not draw is not offered it. The steps are console/masks.mjs.
"""
import json

import console_rig
import picture
import rig

LOWER = {"mode": "black", "points": [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]}


def main():
    console_rig.need()
    sim = rig.Sim(3)
    daemon = rig.Daemon(
        "browser-masks",
        site={"name": "红塔区综治中心"},
        cameras=[
            {**rig.camera(sim, 1), "name": "研和路口"},
            rig.camera(sim, 2, masks=[LOWER]),
            {**rig.camera(sim, 3), "name": "春和水库", "main": sim.address("nothing", "main"), "sub": sim.address("nothing", "sub")},
        ],
        walls=[rig.wall(["cam-1", "cam-2"], "2")],
        quality={"enabled": False},
        camera_masks="masks.json",
        credentials="credentials.json",
    )
    secrets = daemon.dir / "credentials.json"
    secrets.write_text("{}")
    secrets.chmod(0o600)
    (daemon.dir / "masks.json").write_text("{}")
    daemon.start()
    daemon.wait_live(2)

    def masks(camera):
        return daemon.api.get(f"/api/v1/cameras/{camera}/masks")["masks"]

    def draw(camera, drawn):
        revision = daemon.api.get(f"/api/v1/cameras/{camera}/masks")["revision"]
        daemon.api.put(f"/api/v1/cameras/{camera}/masks", {"revision": revision, "masks": drawn})

    def stamps(camera):
        """The numbers at the upper and the lower edge of its picture; None where a mask hides one."""
        luma = picture.decode(daemon.api.raw("GET", f"/api/v1/cameras/{camera}/still.jpg")[2])
        rect = (0, 0, luma.width, luma.height)
        return [found and found[0] for found in (picture.stamp(luma, rect), picture.lower_stamp(luma, rect))]

    console_rig.run(
        "masks.mjs",
        daemon,
        {
            "session": lambda name, *roles: daemon.sign_in(name, *roles),
            "masks": masks,
            "draw": draw,
            "stamps": stamps,
            "account": lambda camera: daemon.api.get(f"/api/v1/cameras/{camera}/credential"),
            "sealed": lambda: secrets.read_text().startswith("wallctl-sealed "),
            "kept": lambda: json.loads((daemon.dir / "masks.json").read_text()),
        },
        within_s=280,
    )


main()
