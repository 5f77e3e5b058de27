#!/usr/bin/python3
"""test_hostile.py - the console among names that are markup, asleep for an hour, and left by its daemon in mid-drag.

The steps are in console/hostile.mjs.
"""
import contextlib
import datetime
import json
import os
import pathlib
import signal
import sqlite3

import console_rig
import rig

EVIL = "\"><svg onload=alert(1)><img src=x onerror=alert(1)>'"
TOKEN = "e2e-token-0123456789"


def browsers():
    """Process ids of Chromium below this program."""
    parents, names = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                head, _, rest = (entry / "stat").read_text().rpartition(")")
                parents[int(entry.name)], names[int(entry.name)] = int(rest.split()[1]), head.partition("(")[2]

    def is_ours(pid):
        while pid and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return [pid for pid in names if names[pid].startswith("chrom") and is_ours(pid)]


def cases(daemon):
    now = datetime.datetime.now(datetime.timezone.utc)
    for n in range(3):
        event = {
            "specversion": "1.0", "id": f"e{n}", "source": "/530402/grid", "type": "org.wallctl.case.reported.v1",
            "subject": f"HT{n}", "time": now.isoformat(),
            "data": {"category": "labour", "region": "530402005", "risk": "high"},
        }  # fmt: skip
        daemon.api.event(event, TOKEN, 200)


def main():
    console_rig.need()
    sim = rig.Sim(3)
    daemon = rig.Daemon(
        "browser-hostile",
        site={"name": "红塔区" + EVIL[:30]},
        regions=str(rig.SOURCE / "config" / "regions.csv"),
        cameras=[{**rig.camera(sim, n), "name": name + EVIL, "region": "530402005"} for n, name in enumerate("甲乙丙", 1)],
        walls=[rig.wall(["cam-1", "cam-2"])],
        presets=[{"name": "<svg onload=alert(1)>预案", "wall": "main", "layout": "4", "cameras": ["cam-2"]}],
        tours=[{"id": "t", "name": "<svg onload=alert(1)>轮巡", "wall": "main", "dwell_s": 20, "tiles": [4], "cameras": ["cam-2", "cam-3"]}],
        credentials="credentials.json",
        cases={"region": "530402"},
        sources=[{"id": "grid", "name": "网格" + EVIL[:40], "token": "grid", "silent_s": 0}],
        linkage=[{"id": "risk", "name": "<svg onload=alert(1)>", "when": {"types": ["case.reported"]}, "severity": "orange",
                  "procedure": EVIL}],
        briefings=[{"id": "daily", "name": "<svg onload=alert(1)>", "at": "23:59", "shown_minutes": 1}],
    )  # fmt: skip
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
    secrets.chmod(0o600)
    daemon.start()
    daemon.wait_live(2, within_s=60)
    cases(daemon)
    daemon.api.post("/api/v1/orders", {"case": "HT0", "kind": "assign", "to": EVIL[:40]})
    daemon.local.put("/api/v1/accounts/evil", {"name": EVIL[:40], "unit": EVIL[:40], "roles": ["leader"]})
    daemon.api.post("/api/v1/briefings", {"config": "daily", "shown": False})

    def restart():
        daemon.start("--http-port", daemon.http_port)
        return True

    def nap(seconds):
        """The browser stands still; when it goes on, so much time has gone by for everybody else."""
        pids = browsers()
        assert pids, "no browser"
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        daemon.do("show", tile=1, camera="cam-3")
        daemon.stop()
        with contextlib.closing(sqlite3.connect(daemon.state / "wallctl.db", isolation_level=None)) as db:
            db.execute("UPDATE session SET began_ms = began_ms - ?1, active_ms = active_ms - ?1", (seconds * 1000,))
        restart()
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "kill": daemon.kill,
        "start": restart,
        "nap": nap,
        "preset": lambda name: daemon.api.put(f"/api/v1/walls/main/presets/{rig.client.quote(name)}", {}) and True,
        "wall": daemon.wall,
    }
    console_rig.run("hostile.mjs", daemon, calls)


main()
