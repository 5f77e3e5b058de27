#!/usr/bin/python3
"""test_cases.py - the cases page in Debian's Chromium, worked by playwright-core against the real daemon: the sample
configuration with the demo's cases, and a few of our own whose deadlines are known. The steps are console/cases.mjs.
"""
import datetime
import json
import os

import console_rig
import rig
import tap

TOKEN = "demo-e2e-own-0123456789"
YANHE, CHUNHE = "530402008", "530402005"
HERE = {"lon": 102.512, "lat": 24.27}  # beside 研和路口
serial = iter(range(1, 1000000))


def main():
    console_rig.need()
    config = rig.sample(rig.Sim(16))
    config["walls"][0].update(layout="4", cameras=[c["id"] for c in config["cameras"][:4]])
    config["sources"].append({"id": "own", "name": "本级", "token": "own", "silent_s": 0})
    config["linkage"] += [
        {"id": "mass", "name": "群体性事件", "when": {"types": ["case.reported"], "level": ["extra"]}, "severity": "red", "sound": 3},
        {"id": "note", "name": "留意", "when": {"types": ["case.reported"], "category": ["tourism"]}, "severity": "blue", "sound": 1},
    ]
    daemon = rig.Daemon("cases", **config)
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({s["token"]: {"token": f"demo-e2e-{s['id']}-0123456789"} for s in config["sources"]}))
    os.chmod(secrets, 0o600)
    daemon.start()

    def send(kind, code, hours_ago=0.0, data=None):
        """One event of a case; what became of it."""
        when = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours_ago)
        event = {
            "specversion": "1.0", "id": f"own-{next(serial)}", "source": "/530402/own", "type": f"org.wallctl.{kind}.v1",
            "subject": code, "time": when.isoformat(), "data": data or {},
        }
        status = 202 if kind.startswith("whistle.") else 200  # an answer to a whistle is noted, not a step of the case
        return daemon.api.event(event, TOKEN, status)["events"][0]["status"]

    def way(code, hours_ago, states, **data):
        for n, state in enumerate(states):
            status = send(f"case.{state}", code, hours_ago - n / 2, {**data, **({"to_org": "区司法局"} if state == "dispatched" else {})})
            tap.check(status == "applied", f"{code} {state}: {status}")

    daemon.cli("demo", "hongta")
    plain = {"level": "general", "risk": "mid", "lead_org": "研和街道综治中心", "party_count": 4}
    way("HT-A1", 100, ["reported", "registered", "mediating"], category="neighbour", region=YANHE, **{**plain, "risk": "high"}, **HERE)
    way("HT-A2", 20, ["reported", "registered", "mediating", "assessed", "dispatched"], category="land", region=YANHE, **plain, **HERE)
    way("HT-A3", 8, ["reported", "registered"], category="property", region=CHUNHE, **{**plain, "risk": "low", "level": "larger"})
    way("HT-A4", 6, ["reported"], category="consumer", region=CHUNHE, risk="low", party_count=2)
    way("HT-A5", 5, ["reported", "registered"], category="family", region=YANHE + "001", **plain, **HERE)

    def quiet():
        """Every alarm is answered."""
        for alarm in daemon.api.get("/api/v1/alarms")["alarms"]:
            if alarm["state"] in ("raised", "expired"):
                daemon.api.post(f"/api/v1/alarms/{alarm['id']}", {"do": "acknowledge"})

    calls = {
        "quiet": quiet,
        "account": lambda name, roles, more: console_rig.account(daemon, name, *roles, **more),
        "send": send,
        "wall": daemon.wall,
        "get": daemon.api.get,
    }
    console_rig.run("cases.mjs", daemon, calls, within_s=280)


main()
