#!/usr/bin/python3
"""test_diagnose.py - the bundle for a technician: what is needed is in it; secrets, addresses, cases and people are not.

Canaries are planted wherever something of the kind can come in: in the credential file, in a configuration that somebody has
broken by hand, in accounts and tokens, in cases and tickers. Then every byte of the bundle is searched.
"""
import datetime
import io
import json
import re
import stat
import subprocess
import tarfile

import rig
import tap
from tap import case, check, equal

PASSWORD = "Kanarienvogel-4711"
SOURCE_TOKEN = "source-token-Zeisig-0815"
TYPED = "getippt-Stieglitz-2342"  # by hand, into the configuration
PHONE = "13800138000"
CASE = "DIAG-CASE-77"
TICKER = "今日十六时全区视频调度会"
STAFF = "司马调度"
password_file = rig.folder / "password"
password_file.write_text(PASSWORD + "\n", "utf-8")
sim = rig.Sim(2, "--options", f"user=viewer,password-file={password_file}")
cameras = [rig.camera(sim, 1, credential="good"), rig.camera(sim, 2, credential="wrong")]
cameras.append({"id": "far", "name": "远处", "region": "530402", "main": "rtsp://192.0.2.77:554/main"})
daemon = rig.Daemon(
    "diagnose",
    cameras=cameras,
    walls=[rig.wall(["cam-1", "cam-2", "far"])],
    outputs=[{"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"}],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    linkage=[{"id": "any", "name": "都响", "when": {"types": ["case.reported"]}, "severity": "red"}],
    site={"log_level": "debug"},
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(
    json.dumps(
        {
            "good": {"user": "viewer", "password": PASSWORD},
            "wrong": {"user": "viewer", "password": PASSWORD + "-not"},
            "grid": {"token": SOURCE_TOKEN},
        }
    )
)
secrets.chmod(0o600)


def unpack(data):
    """{name without its folder: bytes}"""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        members = tar.getmembers()
        folders = {m.name.partition("/")[0] for m in members}
        check(len(folders) == 1 and folders.pop().startswith("wallctl-diagnose-"), "one folder")
        check(all(m.isfile() and m.mode == 0o600 for m in members), "plain files, for their owner")
        return {m.name.partition("/")[2]: tar.extractfile(m).read() for m in members}


def bundle():
    status, kind, data = daemon.api.raw("GET", "/api/v1/diagnostics")
    equal((status, kind), (200, "application/gzip"), "answer")
    return unpack(data)


def part(files, name):
    return json.loads(files[name])


def search(files, *words):
    for word in words:
        found = [name for name, data in files.items() if word.encode() in data]
        check(not found, f"{word} is in {found}")


@case("what a technician needs is in it")
def contents():
    daemon.start()
    daemon.wait_live(1)
    tap.until(lambda: "refused" in daemon.log() and "far/main: retrying" in daemon.log(), 60, "the others fail")
    files = bundle()
    equal(
        set(files),
        {"README.txt", "config.json", "log.txt", "metrics.txt", "plugins.txt"}
        | {f"{n}.json" for n in ("status", "feeds", "why", "sources", "links", "machine", "process", "versions")},
        "files",
    )
    check(all(name in files["README.txt"].decode() for name in files if name != "README.txt"), "each is explained")
    equal([c["id"] for c in part(files, "config.json")["cameras"]], ["cam-1", "cam-2", "far"], "cameras")
    why = part(files, "why.json")
    equal({(w["wall"], w["camera"]) for w in why}, {("main", "cam-2"), ("main", "far")}, "tiles that are not good")
    check(all(w["verdict"] and w["steps"] for w in why), "why")
    equal({f["id"]: f["state"] for f in part(files, "feeds.json")}["cam-1"], "live", "feeds")
    equal(part(files, "status.json")["version"], part(files, "versions.json")["wallctl"], "version")
    check({"gstreamer", "libavcodec", "sqlite"} <= set(part(files, "versions.json")), "libraries")
    check(re.search(r"^rtp?sp? |^rtsp ", files["plugins.txt"].decode(), flags=re.M), "GStreamer's plugins")
    process = part(files, "process.json")
    check(process["files"]["socket"] > 1 and process["memory_kb"]["VmRSS"] > 1000, f"the process: {process['files']}")
    check({"store", "wallctl"} <= {t["name"] for t in process["threads"]}, "threads by name")
    machine = part(files, "machine.json")
    check(machine["cores"] > 0 and machine["memory_kb"] > 0 and machine["disk"]["bytes"] > 0, f"the machine: {machine}")
    log = files["log.txt"].decode()
    check("cam-1/sub: live" in log and re.match(r"\d{4}-\d\d-\d\d \d\d:", log), "the log, with its times")
    check("wallctl_build_info" in files["metrics.txt"].decode(), "figures")


@case("no password, no token, no case, nobody's name or number, no address")
def canaries():
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/530402/grid",
        "type": "org.wallctl.case.reported.v1",
        "subject": CASE,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "region": "530402005"},
    }
    daemon.api.event(event, SOURCE_TOKEN)
    daemon.api.event({**event, "id": "2", "data": {"category": "labour", "region": PHONE}}, SOURCE_TOKEN, status=422)
    daemon.api.put("/api/v1/walls/main/ticker", {"text": TICKER})
    made = daemon.local.put("/api/v1/accounts/sima", {"name": STAFF, "unit": "中心", "roles": ["dispatcher"]})
    token = daemon.local.put("/api/v1/tokens/other", {"rights": ["wall.view"]})["token"]
    daemon.session_answer("POST", "session", {"account": "sima", "password": TYPED})
    daemon.api.raw("GET", f"/api/v1/status?token={TYPED}", headers={"Authorization": f"Bearer {TYPED}"})
    # Somebody has typed into the file what does not belong there; the daemon would refuse it.
    broken = {**daemon.config, "password": TYPED, "tokens": {"api_token": TYPED}}
    broken["cameras"] = [{**cameras[0], "main": f"rtsp://viewer:{TYPED}@192.0.2.78/main", "place": f"找 {PHONE}"}]
    daemon.write(broken)
    tap.until(lambda: daemon.api.get("/api/v1/alarms")["alarms"], 10, "the alarm")
    files = bundle()
    search(files, PASSWORD, SOURCE_TOKEN, TYPED, daemon.token, token, made["one_time_password"])
    search(files, PHONE, CASE, TICKER, STAFF, "192.0.2.77", "192.0.2.78", "sima")
    check("rtsp://***@ip-" in files["config.json"].decode(), "an address is there as one that cannot be dialled")
    daemon.write()


@case("the same address has the same name everywhere")
def names():
    files = bundle()
    name = re.search(r"rtsp://(ip-\d+):554/main", files["config.json"].decode())[1]
    check(name in files["why.json"].decode() + files["feeds.json"].decode() + files["log.txt"].decode(), "it is told")


@case("a configuration that is no JSON: said, and not in the bundle")
def broken():
    daemon.path.write_text('{"site": {"name": "x"}, password: "' + TYPED + '"', encoding="utf-8")
    files = bundle()
    check("config.json" not in files and files["config.txt"], "why it is not there")
    search(files, TYPED)
    daemon.write()


@case("at a terminal: a file for its owner alone; for who administers the system only; in the register")
def rights():
    path = rig.folder / "bundle.tar.gz"
    daemon.cli("diagnose", path)
    equal(stat.S_IMODE(path.stat().st_mode), 0o600, "its mode")
    check("config.json" in unpack(path.read_bytes()), "the file")
    listed = subprocess.run(["tar", "-tzf", path], capture_output=True, text=True, check=True).stdout
    check("README.txt" in listed, "tar reads it")
    token = daemon.local.put("/api/v1/tokens/watch", {"rights": ["health.read", "status.read"]})["token"]
    equal(daemon.api.raw("GET", "/api/v1/diagnostics", headers={"Authorization": f"Bearer {token}"})[0], 403, "no right")
    def told():
        rows = daemon.api.get("/api/v1/audit?kind=export")["rows"]
        return {(r["account"], r["outcome"]) for r in rows if "diagnostics" in r["content"]}

    wanted = {("local", "ok"), ("token:watch", "refused")}
    tap.until(lambda: wanted <= told(), 10, lambda: f"in the register: {told()}")


tap.run(daemon.show_failure, rig.end)
