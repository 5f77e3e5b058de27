#!/usr/bin/python3
"""test_audit.py - who looked at what is in the register, goes out as files that are verified offline, and what was
tampered with is found."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import time

import client
import rig
import tap
from tap import case, check, equal

sim = rig.Sim(3)
CAMERAS = [rig.camera(sim, n) for n in (1, 2, 3)]
CAMERAS[1]["name"] = "=HYPERLINK(\"http://example\")"
daemon = rig.Daemon("audit", cameras=CAMERAS, walls=[rig.wall(["cam-1"], layout="4")])
daemon.start()
export = daemon.dir / "register.ndjson"


def rows(**query):
    words = "".join(f"&{key}={value}" for key, value in query.items())
    return daemon.api.get(f"/api/v1/audit?limit=500{words}")["rows"]


def wait_rows(wanted, **query):
    deadline = time.monotonic() + 30
    while True:
        found = rows(**query)
        if wanted(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def fetch(target):
    status, kind, data = daemon.local.raw("GET", f"/api/v1/{target}")
    equal(status, 200)
    return kind, data


@case("what is put on a wall is recorded, with how long it was there")
def views():
    daemon.do("show", tile=2, camera="cam-2")
    daemon.do("show", tile=2, camera="cam-3")
    seen = rows(camera="cam-2")
    equal([row["kind"] for row in reversed(seen)], ["view", "command", "view_end"])
    check(all(row["outcome"] == "ok" and row["tile"] == 2 for row in seen), f"{seen}")
    check("seconds" in seen[0], f"{seen[0]}")
    equal(len(rows(camera="cam-1", kind="view")), 1)


@case("what is refused is recorded as asked, and nothing of a citizen")
def refused():
    daemon.do("show", status=404, tile=1, camera="no-such")
    daemon.do("recall", status=404, preset="打13987654321")
    last = wait_rows(lambda found: len(found) == 2, refused=1, kind="command")
    equal(last[1]["camera"], "（略）", "what is not here may be anybody's name")
    check("拒绝" in last[1]["content"], f"{last[1]}")
    check("13987654321" not in json.dumps(rows()), "a phone number is in the register")


@case("snapshots, settings and previews leave rows")
def others():
    fetch("walls/main/screens/1/snapshot.jpg")
    daemon.api.put("/api/v1/walls/main/presets/" + client.quote("早会"), {})
    check(wait_rows(lambda found: found, kind="snapshot"), "no row of the snapshot")
    equal(rows(kind="settings")[0]["object"], "早会")


@case("lists go page by page")
def pages():
    whole = rows()
    got, after = [], ""
    while True:
        page = daemon.api.get(f"/api/v1/audit?limit=3{after}")
        got += page["rows"]
        if "next" not in page:
            break
        after = "&after=" + page["next"]
    check([r["seq"] for r in got][-len(whole) :] == [r["seq"] for r in whole], "pages differ from the whole")
    for wrong in ("kind=nothing", "limit=0", "after=x", "from=-1", "unknown=1"):
        status, _, _ = daemon.api.raw("GET", f"/api/v1/audit?{wrong}")
        equal(status, 400)


@case("an export is verified offline, and tampering is found")
def exported():
    daemon.cli("audit", "export", str(export))
    key = daemon.cli("audit", "key").strip()
    check(re.fullmatch("[0-9a-f]{64}", key), key)
    environment = {**os.environ, "WALLCTL_SOCKET": "/nonexistent", "LC_ALL": "C.UTF-8"}

    def verify(*words):
        return subprocess.run(
            [rig.WALLCTL, "audit", "verify", *words], env=environment, cwd="/", capture_output=True, text=True, check=False
        )

    equal(verify(str(export), "--key", key).returncode, 0)
    equal(verify(str(export), "--key", "0" * 64).returncode, 1)
    equal(verify(str(export), "--key", "xyz").returncode, 64)
    equal(verify("/nonexistent/file").returncode, 66)
    lines = export.read_bytes().splitlines(keepends=True)
    broken = daemon.dir / "broken.ndjson"
    for name, changed in {
        "deleted": lines[:5] + lines[6:],
        "truncated": lines[:-1],
        "altered": [line.replace(b"cam-2", b"cam-1") for line in lines],
        "swapped": lines[:5] + [lines[6], lines[5]] + lines[7:],
    }.items():
        broken.write_bytes(b"".join(changed))
        done = verify(str(broken), "--lang", "zh")
        check(done.returncode == 1 and "行" in done.stderr, f"{name}: {done}")


@case("the access register: CSV that is no formula, a page with the style that is allowed")
def papers():
    kind, data = fetch("audit/register.csv")
    check(kind == "text/csv" and data.startswith(b"\xef\xbb\xbf"), kind)
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    equal(table[0][:9], ["序号", "时间", "调用人员姓名", "单位", "账号", "事由", "内容", "摄像机", "结果"])
    cells = [cell for row in table for cell in row]
    check(any("HYPERLINK" in cell for cell in cells), "the camera's name is not there")
    check(not [cell for cell in cells if cell[:1] in "=+-@\t" and cell], "a cell is a formula")
    for path in ("audit/register.html", "audit/filing.html"):
        kind, data = fetch(path)
        equal(kind, "text/html")
        text = data.decode()
        check("<script" not in text and "HYPERLINK(&quot;" in text, path)
        style = re.search("<style>(.*?)</style>", text, re.S)[1]
        wanted = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        check(wanted in (rig.SOURCE / "web" / "server.c").read_text(), "the policy does not know the style")
    kind, data = fetch("audit/filing.csv")
    equal(len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))), 4)
    check(wait_rows(lambda found: found, kind="export"), "exports are not recorded")


@case("kill -9: what was answered is there, and the register is whole")
def killed():
    for n in range(20):
        daemon.do("show", tile=3, camera=f"cam-{n % 3 + 1}")
    before = len(rows(kind="command"))
    daemon.kill()
    daemon.start()
    check(len(rows(kind="command")) >= before, "rows are missing")
    verdict = daemon.api.get("/api/v1/audit/verify")
    check(verdict["is_whole"], f"{verdict}")
    check(daemon.api.get("/api/v1/status")["audit"]["is_writable"], "not writable")


@case("what was tampered with in the database while it stood still is found, and said in the register")
def tampered():
    daemon.stop()
    connection = sqlite3.connect(daemon.state / "wallctl.db")
    with connection:
        connection.execute("DROP TRIGGER audit_update")
        connection.execute("UPDATE audit SET reason = 'x' WHERE seq = 3")
    connection.close()
    daemon.start()
    verdict = daemon.api.get("/api/v1/audit/verify")
    check(not verdict["is_whole"] and verdict["fault"] == "altered" and verdict["seq"] == 3, f"{verdict}")
    daemon.stop()
    connection = sqlite3.connect(daemon.state / "wallctl.db")
    with connection:
        connection.execute("DROP TRIGGER audit_delete")
        connection.execute("DELETE FROM audit WHERE seq > 10")
    connection.close()
    daemon.start()
    said = wait_rows(lambda found: found, kind="system", refused=1)
    check(said and "登记簿被改动过" in said[0]["content"], f"{said}")


@case("the key is the daemon's alone, and in no log")
def key_file():
    path = daemon.state / "audit.key"
    equal(path.stat().st_mode & 0o777, 0o400)
    check(path.read_text().strip() not in daemon.log(), "the secret key is in the log")


tap.run(daemon.show_failure, rig.end)
