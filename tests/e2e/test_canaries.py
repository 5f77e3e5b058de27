#!/usr/bin/python3
"""test_canaries.py - secrets of every kind are planted, and then every place that they could come to is searched.

A camera's password and a platform's token (credential file), an account's first and second password, a second factor's seed, an
API token, a PIN. GStreamer and libav write all they can (GST_DEBUG=9). test_secrets.py has what a camera's password does beyond
that: wrong credential files, core files, the memory; test_diagnose.py more of the bundle.
"""
import base64
import io
import json
import re
import tarfile
import urllib.parse

import client
import otp
import rig
import tap
from tap import case, check, equal

CAMERA = "Kanari-密码/Zeisig @:x"
PLATFORM = "kanari-plattform-token-0815"
OWN = "kanarigelb fliegt um 7391 Ecken"
PIN = "730158"
password_file = rig.folder / "password"
password_file.write_text(CAMERA + "\n", "utf-8")
sims = [rig.Sim(1, "--options", f"user=viewer,password-file={password_file}{auth}") for auth in ("", ",auth=basic")]
daemon = rig.Daemon(
    "canaries",
    environment={"GST_DEBUG": "9", "GST_DEBUG_NO_COLOR": "1"},
    cameras=[{**rig.camera(sim, 1, credential="good"), "id": f"cam-{n}"} for n, sim in enumerate(sims, 1)],
    walls=[rig.wall(["cam-1", "cam-2"])],
    cases={"region": "530402"},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    credentials="credentials.json",
    site={"log_level": "debug"},
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"good": {"user": "viewer", "password": CAMERA}, "grid": {"token": PLATFORM}}, ensure_ascii=False), "utf-8")
secrets.chmod(0o600)
planted = {
    "the camera's password": {CAMERA, "Kanari-", "Zeisig", urllib.parse.quote(CAMERA, safe=""), json.dumps(CAMERA)[1:-1],
                              base64.b64encode(f"viewer:{CAMERA}".encode()).decode()},
    "the platform's token": {PLATFORM},
    "an account's password": {OWN, urllib.parse.quote(OWN)},
    "the PIN": {PIN},
}  # fmt: skip
cookies = {}


def clean(data, where):
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    for name, forms in planted.items():
        for form in forms:
            if form not in text:
                continue
            found = re.search(rf"(?<![0-9a-z.]){form}(?![0-9a-z])" if form.isdigit() else re.escape(form), text)  # six digits are often a time
            check(not found, f"{where} holds {name}: ...{found and text[max(0, found.start() - 80) : found.end() + 80]!r}...")


@case("all of them are in use: cameras are live by password, somebody is in by password and code, machines by tokens")
def in_use():
    daemon.start("--verbose")
    daemon.wait_live(2, within_s=60)
    made = daemon.local.put("/api/v1/accounts/zhang", {"name": "张三", "unit": "中心", "roles": ["dispatcher"]})
    first = made["one_time_password"]
    cookie = daemon.session("zhang", first)
    cookie = daemon.session_answer("POST", "session/password", {"old": first, "new": OWN}, cookie)[2]
    address = daemon.session_answer("POST", "session/code", {}, cookie)[1]["address"]
    seed = re.search("secret=([A-Z2-7]+)", address)[1]
    cookies["before"] = cookie
    cookie = daemon.session_answer("PUT", "session/code", {"code": otp.code(address, -1)}, cookie)[2]
    body = {"account": "zhang", "password": OWN, "code": otp.code(address, 1)}
    status, _, cookies["zhang"] = daemon.session_answer("POST", "session", body)
    equal(status, 200, "signed in by password and code")
    daemon.session_answer("POST", "session", {"account": OWN, "password": PIN * 2})  # in the wrong field
    token = daemon.local.put("/api/v1/tokens/desk", {"rights": ["wall.view"]})["token"]
    equal(daemon.api.raw("GET", "/api/v1/walls", headers={"Authorization": f"Bearer {token}"})[0], 200, "by token")
    equal(daemon.api.raw("POST", "/v1/events", b"{}", {"Authorization": f"Bearer {PLATFORM}", "Content-Type": "application/cloudevents+json"})[0], 422)
    file = rig.folder / "pin"
    file.write_text(PIN + "\n")
    daemon.cli("visitor", "pin", "--password-file", file)
    daemon.api.post("/api/v1/visitor", {})
    daemon.api.post("/api/v1/visitor/leave", {"pin": PIN})
    planted["an account's password"].add(first)
    planted["the seed of a second factor"] = {seed, base64.b32decode(seed).hex(), base64.b64encode(base64.b32decode(seed)).decode()}
    planted["an API token"] = {token, daemon.token}
    planted["a cookie"] = {c for c in cookies.values()} | {cookie}
    sims[0].fault("cam-1", "drop")  # the library says most about what fails
    daemon.api.post("/api/v1/probe", {"camera": "cam-2", "stream": "sub"})
    daemon.wait_live(2, within_s=60)


@case("no log at any level has one: GStreamer's and libav's everything, the daemon's debug lines")
def log():
    text = daemon.log()
    for part in "GST: rtspsrc", "GST: GST_PROPERTIES", "LIBAV", " debug ":
        check(part in text, f"'{part}' is nowhere in the log: nothing was tested")
    tap.note(f"{len(text) >> 20} MiB, {text.count(chr(10))} lines")
    clean(text, "the log")


@case("nothing of them is in any answer: every path that is read, by token, session and socket, and the events")
def answers():
    rows = daemon.local.get("/api/v1/rights")["paths"]
    with daemon.events() as events:
        count = 0
        for row in rows:
            path = "/api/v1/" + row["path"].replace("walls/*", "walls/main").replace("cameras/*", "cameras/cam-1")
            path = path.replace("why/*", "why/1").replace("accounts/*", "accounts/zhang").replace("tokens/*", "tokens/desk")
            path = path.replace("*", "nothing")
            if row["method"] != "GET":
                continue
            for way in daemon.api, daemon.local:
                clean(way.raw("GET", path)[2], path)
            clean(daemon.api.raw("GET", path, headers={"Authorization": "", "Cookie": f"{client.COOKIE}={cookies['zhang']}"})[2], path)
            count += 3
        for method, path, body in (
            ("PUT", "accounts/zhang2", {"name": "x", "password": OWN}), ("PUT", "visitor/pin", {"pin": PIN, "old": PIN}),
            ("POST", "session", {"account": "zhang", "password": OWN, "pin": PIN}), ("POST", "session/password", {"old": OWN, "neu": OWN}),
        ):
            clean(daemon.api.raw(method, f"/api/v1/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})[2], path)
        daemon.do("lock")
        daemon.do("unlock")
        events.event("wall.changed", lambda d: d["op"] == "unlock")
        clean(json.dumps([events.hello, events.waiting], ensure_ascii=False), "events")
    clean(daemon.api.raw("GET", "/metrics")[2], "/metrics")
    tap.note(f"{count} answers")


@case("the processes, the disk and the bundle for technicians are clean; a core file is not written")
def elsewhere():
    for pid in daemon.process.pid, *daemon.children():
        for name in "cmdline", "environ", "comm", "status":
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    clean(file.read(), f"/proc/{pid}/{name}")
            except PermissionError:
                pass  # not even readable: better still
    with open(f"/proc/{daemon.process.pid}/coredump_filter") as file:
        tap.note(f"coredump_filter {file.read().strip() or 'none: not dumpable'}")
    with tarfile.open(fileobj=io.BytesIO(daemon.api.raw("GET", "/api/v1/diagnostics")[2]), mode="r:gz") as tar:
        members = tar.getmembers()
        check(len(members) > 5, f"{members}")
        for member in members:
            clean(tar.extractfile(member).read(), f"the bundle's {member.name}")
    files = [file for file in daemon.state.rglob("*") if file.is_file()]
    check(any(file.name == "wallctl.db" for file in files), f"{files}")
    for file in files:
        clean(file.read_bytes(), str(file))
    for file in daemon.dir.iterdir():  # beside the state: what it may have written there
        if file.is_file() and file not in (secrets, daemon.log_path):
            clean(file.read_bytes(), str(file))
    equal(daemon.stop()[0], 0, "exit status")
    clean(daemon.log(), "the log to its end")
    for file in files:
        if file.exists():
            clean(file.read_bytes(), f"{file} afterwards")


tap.run(lambda: None, rig.end)
