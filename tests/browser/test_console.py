#!/usr/bin/python3
"""test_console.py - the operators' console in Debian's Chromium, worked by playwright-core against the real daemon.

The steps are in console/wall.mjs.
"""
import console_rig
import rig

COUNT, OTHERS, MANY = 9, 2, 20000


def cameras(sim):
    """Those of the simulator, and as many more as a province has, which nobody opens."""
    yield from (rig.camera(sim, n) for n in range(1, COUNT + OTHERS + 1))
    first = rig.camera(sim, 1)
    for n in range(COUNT + OTHERS + 1, MANY + 1):
        yield {**first, "id": f"far-{n}", "number": n, "name": f"远处{n}号路口", "region": f"5304{n % 90 + 10}",
               "region_name": f"第{n % 90 + 10}区"}


def main():
    console_rig.need()
    sim = rig.Sim(COUNT + OTHERS)
    daemon = rig.Daemon(
        "console",
        cameras=list(cameras(sim)),
        site={"name": "红塔区综治中心"},
        walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "9", clock=True)],
        presets=[{"name": "路口", "wall": "main", "layout": "4", "cameras": ["cam-1", "cam-2", "cam-3", "cam-4"]}],
        tours=[{"id": "round", "name": "巡查", "wall": "main", "dwell_s": 600, "tiles": [9], "cameras": ["cam-9", "cam-10", "cam-11"]}],
        cases={"region": "530402", "vocabulary": "liubu"},
        linkage=[{"id": "plan", "name": "广场预案", "by_hand": True, "severity": "orange", "cameras": ["cam-10"], "procedure": "先派网格员到场"}],
    )
    daemon.start()
    daemon.wait_live(COUNT, within_s=60)

    def restart():
        daemon.start("--http-port", daemon.http_port)
        return True

    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "fault": lambda camera, spec: sim.fault(camera, spec),
        "kill": daemon.kill,
        "start": restart,
        "do": lambda op, members: daemon.do(op, **members),
        "wall": daemon.wall,
        "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
        "run": lambda rule: daemon.api.post(f"/api/v1/linkage/rules/{rule}/run", {}),
        "get": daemon.api.get,
        "pin": lambda pin: daemon.local.put("/api/v1/visitor/pin", {"pin": pin}),
    }
    console_rig.run("wall.mjs", daemon, calls)


main()
