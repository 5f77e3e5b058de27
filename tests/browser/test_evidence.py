#!/usr/bin/python3
"""test_evidence.py - the page of evidence in Debian's Chromium, worked by playwright-core against the real daemon with real RTSP
cameras, one of them masked, and a case beside two of them. The steps are console/evidence.mjs.
"""
import datetime
import hashlib
import json
import os

import console_rig
import rig

TOKEN = "demo-e2e-own-0123456789"
HERE = {"lon": 102.512, "lat": 24.27}  # beside 研和路口
MASK = {"mode": "black", "points": [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]}


def main():
    console_rig.need()
    config = rig.sample(rig.Sim(16))
    config["walls"][0].update(layout="4", cameras=[c["id"] for c in config["cameras"][:4]])
    config["sources"] = [{"id": "own", "name": "本级", "token": "own", "silent_s": 0}]
    next(c for c in config["cameras"] if c["name"] == "研和路口")["masks"] = [MASK]
    folder = rig.folder / "vault"
    folder.mkdir(mode=0o700)
    daemon = rig.Daemon("evidence", **config, evidence={"folder": str(folder), "seconds": 15, "keep_days": 7})
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({"own": {"token": TOKEN}}))
    os.chmod(secrets, 0o600)
    daemon.start()
    daemon.wait_live(4, within_s=60)
    daemon.api.event(
        {
            "specversion": "1.0", "id": "own-1", "source": "/530402/own", "type": "org.wallctl.case.reported.v1", "subject": "HT-E1",
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "data": {"category": "neighbour", "region": "530402008", "level": "general", "risk": "mid", "party_count": 4, **HERE},
        },
        TOKEN, 200,
    )  # fmt: skip

    def flip(ident, name):
        """One bit of a saved file; a second time puts it back."""
        path = folder / ident / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    def away(is_away):
        here, there = folder, folder.with_name("unplugged")
        os.rename(*((here, there) if is_away else (there, here)))

    calls = {
        "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
        "get": daemon.api.get,
        "flip": flip,
        "away": away,
        "sha256": lambda ident, name: hashlib.sha256((folder / ident / name).read_bytes()).hexdigest(),
        "names": lambda: sorted(path.name for path in folder.iterdir()),
    }
    console_rig.run("evidence.mjs", daemon, calls, within_s=280)


main()
