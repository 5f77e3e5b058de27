#!/usr/bin/python3
"""test_secrets.py - a camera's password reaches the camera and nothing else.

It is looked for, as it is and percent-escaped and in base64, in the log at debug level, in every answer and event, in
process lists and environments, in the database, in a core file, and in what is said about wrong files that hold it.
"""
import base64
import ctypes
import json
import os
import resource
import signal
import subprocess
import urllib.parse

import rig
import tap
from tap import Skip, case, check, equal

CANARY = "Kanari-密码/4711 @:x"
FORMS = {
    CANARY,
    urllib.parse.quote(CANARY, safe=""),
    urllib.parse.quote(CANARY),
    json.dumps(CANARY)[1:-1],
    "Kanari-",
    "4711",
    base64.b64encode(f"viewer:{CANARY}".encode()).decode(),
}
password_file = rig.folder / "password"
password_file.write_text(CANARY + "\n", "utf-8")
ROUNDS = 12
sim = rig.Sim(3, "--options", f"user=viewer,password-file={password_file}")
basic = rig.Sim(1, "--options", f"user=viewer,password-file={password_file},auth=basic")


def entries():
    one = [rig.camera(sim, n, credential="good") for n in (1, 2)]
    one.append(rig.camera(sim, 3, credential="wrong"))
    one.append({**rig.camera(basic, 1, credential="good"), "id": "cam-4"})
    return one


daemon = rig.Daemon(
    "secrets",
    cameras=entries(),
    walls=[rig.wall([f"cam-{n}" for n in range(1, 5)])],
    credentials="credentials.json",
    site={"log_level": "debug"},
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(
    json.dumps(
        {"good": {"user": "viewer", "password": CANARY}, "wrong": {"user": "viewer", "password": CANARY + "-not"}},
        ensure_ascii=False,
    ),
    "utf-8",
)
secrets.chmod(0o600)


def clean(text, where):
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    for form in FORMS:
        at = text.find(form)
        check(at < 0, f"{where} holds '{form}': ...{text[max(0, at - 80):at + 80]}...")


@case("cameras with digest and basic authentication are live; a wrong password is refused in plain words")
def live():
    daemon.start("--verbose")
    daemon.wait_seen({1: 1, 2: 2, 4: 1})
    tap.until(lambda: daemon.api.get("/api/v1/cameras/cam-3")["state"] == "refused", 10, "cam-3 is refused")
    equal(daemon.api.get("/api/v1/walls/main/why/3")["steps"][-1]["text"][:9], "账号或密码被摄像机")


@case("no answer and no event holds it")
def answers():
    with daemon.events() as events:
        sim.fault("cam-1", "drop")
        daemon.api.post("/api/v1/cameras/cam-3/retry")
        for path in (
            "status",
            "cameras",
            "layouts",
            "walls",
            "walls/main",
            "walls/main/journal",
            "walls/main/presets",
            "tours",
            *[f"cameras/cam-{n}" for n in range(1, 5)],
            *[f"walls/main/why/{n}" for n in range(1, 5)],
        ):
            clean(daemon.api.raw("GET", f"/api/v1/{path}")[2], path)
        for number in 3, 4:
            status, answer = daemon.api.ask("POST", "/api/v1/probe", {"camera": f"cam-{number}", "stream": "sub"})
            equal(status, 403 if number == 3 else 200, f"probe of cam-{number}: {answer}")
            clean(json.dumps(answer, ensure_ascii=False), "probe")
        daemon.wait_seen({1: 1})
        daemon.do("lock")
        daemon.do("unlock")
        events.event("wall.changed", lambda d: d["op"] == "unlock")
        clean(json.dumps(events.waiting, ensure_ascii=False), "events")


@case("the log at debug level, GStreamer's and libav's lines included, does not hold it")
def log():
    text = daemon.log()
    check(" debug " in text and "cam-3" in text, "the log is at debug level")
    clean(text, "log")


@case("process lists and environments do not hold it, of the daemon and of what it starts")
def processes():
    for pid in daemon.process.pid, *daemon.children():
        for name in "cmdline", "environ", "comm":
            try:
                clean(open(f"/proc/{pid}/{name}", "rb").read(), f"/proc/{pid}/{name}")
            except PermissionError:
                pass  # not even readable: better still


@case("the database does not hold it")
def database():
    daemon.do("show", tile=1, camera="cam-3")
    daemon.api.put("/api/v1/walls/main/presets/p", {})
    files = list(daemon.state.rglob("*"))
    check(files, "there is a database")
    for file in files:
        clean(file.read_bytes(), str(file))


@case("a credential file that others can read, or that is broken, is refused without telling what is in it")
def bad_files():
    secrets.chmod(0o644)
    message = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
    check("0600" in message or "600" in message, message)
    clean(message, "refusal of an open file")
    secrets.chmod(0o600)
    good = secrets.read_text("utf-8")
    for bad in (
        good[:-3],
        good.replace('"password": "', '"passwort": "'),
        good.replace('"viewer", "password": ', '"viewer" "password": '),
        good.replace(f'"{CANARY}"', f'["{CANARY}"]', 1),
        f'"{CANARY}"',
        f'{{"good": "{CANARY}"}}',
    ):
        secrets.write_text(bad, "utf-8")
        message = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
        check("credentials.json" in message, message)
        clean(message, f"refusal of {bad[:30]}...")
        clean(subprocess.run([rig.WALLCTL, "--check", daemon.path], capture_output=True).stderr, "wallctl --check")
    secrets.write_text(good, "utf-8")


@case("a password in an address is refused, and not repeated")
def address():
    secret = urllib.parse.quote(CANARY, safe="")
    bad = json.loads(json.dumps(daemon.config))
    bad["cameras"][0]["main"] = f"rtsp://viewer:{secret}@127.0.0.1/x"
    bad["cameras"][1]["sub"] = f"rtsp://127.0.0.1/x?user=viewer&password={secret}"
    daemon.write(bad)
    message = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
    check("cameras[0].main" in message and "password" in message, message)
    clean(message, "refusal of an address")
    daemon.write()
    daemon.api.post("/api/v1/reload")
    clean(daemon.log(), "log")


def on_disk():
    """Nothing that lies beside the configuration, or in the state folder, has it."""
    for file in daemon.dir.rglob("*"):
        if file.is_file() and not file.is_socket() and file != daemon.log_path:
            clean(file.read_bytes(), str(file))


def credential(camera, body=None, status=200, method="PUT"):
    path = f"/api/v1/cameras/{camera}/credential"
    return daemon.api.put(path, body, status) if method == "PUT" else daemon.api.delete(path, status)


@case("a plain file is warned of; sealed in its place nothing on the disk has it, and cameras stay as they are")
def sealed():
    check("seal it with: wallctl secret seal" in daemon.log(), "the warning")
    equal(daemon.api.get("/api/v1/status")["credentials"]["state"], "plain", "before")
    opened = sim.stats("cam-1/main")["opened"]
    told = subprocess.run([rig.WALLCTL, "secret", "seal", secrets], capture_output=True, text=True)
    equal((told.returncode, told.stderr), (0, ""), "seal")
    check(secrets.read_text().startswith("wallctl-sealed 1 "), "it is sealed")
    equal(oct((daemon.dir / "credentials.json.key").stat().st_mode & 0o777), "0o400", "mode of the key")
    on_disk()
    daemon.api.post("/api/v1/reload")
    state = daemon.api.get("/api/v1/status")["credentials"]
    equal((state["state"], state["file"]), ("sealed", str(secrets)), "state")
    equal(sim.stats("cam-1/main")["opened"], opened, "sessions of a camera whose account is the same")
    listed = subprocess.run([rig.WALLCTL, "secret", "list", secrets], capture_output=True, text=True).stdout
    check("good" in listed and "wrong" in listed, listed)
    clean(listed, "secret list")


@case("an account that is set for a camera alone is used at once, is never told, and stands in the register without its password")
def own_account():
    equal(daemon.api.get("/api/v1/cameras/cam-3/credential"), {
        "camera": "cam-3", "source": "reference", "reference": "wrong", "kept": "sealed", "writable": True,
    }, "before")  # fmt: skip
    with daemon.events() as events:
        answer = credential("cam-3", {"user": "viewer", "password": CANARY})
        equal((answer["source"], answer["kept"]), ("own", "sealed"), "answer")
        tap.until(lambda: daemon.api.get("/api/v1/cameras/cam-3")["state"] == "live", 20, "cam-3 is live with it")
        clean(json.dumps([answer, events.waiting], ensure_ascii=False), "answer and events")
    on_disk()
    clean(daemon.log(), "log")
    told = [r for r in daemon.local.get("/api/v1/audit?limit=200")["rows"] if "账号密码" in (r.get("content") or "")]
    equal([(r["camera"], r["content"], r["outcome"]) for r in told], [("cam-3", "设置摄像机账号密码（密封保存）", "ok")], "register")
    clean(json.dumps(told, ensure_ascii=False), "register")
    for body in (
        {"user": "viewer", "passwort": CANARY}, {"user": CANARY}, {"user": "", "password": CANARY}, {"user": "v", "password": [CANARY]},
        {"user": "v", "password": CANARY * 20}, {"user": "v", "password": CANARY, CANARY: 1}, [CANARY],
    ):  # fmt: skip
        clean(json.dumps(credential("cam-3", body, 400), ensure_ascii=False), f"refusal of {str(body)[:30]}")
    credential("nobody", {"user": "v", "password": "p"}, 404)
    clean(json.dumps(daemon.local.get("/api/v1/audit?limit=200"), ensure_ascii=False), "register")
    equal(credential("cam-3", method="DELETE")["source"], "reference", "taken away")
    credential("cam-3", status=404, method="DELETE")
    tap.until(lambda: daemon.api.get("/api/v1/cameras/cam-3")["state"] == "refused", 20, "the wrong one holds again")


@case("only who administers cameras sets an account, in his region")
def who_sets():
    for role in "dispatcher", "leader", "auditor", "sysadmin", "supervisor":
        cookie = daemon.sign_in(f"role-{role}", role)
        got = [daemon.session_answer(m, "cameras/cam-1/credential", b, cookie)[0] for m, b in (("GET", None), ("PUT", {"user": "v", "password": "p"}), ("DELETE", None))]
        equal(got, [403, 403, 403], role)
    elsewhere = daemon.sign_in("elsewhere", "device_admin", region="530499")
    equal(daemon.session_answer("PUT", "cameras/cam-1/credential", {"user": "v", "password": "p"}, elsewhere)[0], 404, "another region")
    admin = daemon.sign_in("devices", "device_admin")
    equal(daemon.session_answer("GET", "cameras/cam-1/credential", None, admin)[0], 200, "his own")


@case("keys change while it runs, and kill -9 in the midst of it, at the terminal or of the daemon, leaves a file that opens")
def keys():
    key = daemon.dir / "credentials.json.key"
    before = key.read_bytes()
    check(subprocess.run([rig.WALLCTL, "secret", "rotate", secrets], capture_output=True).returncode == 0, "rotate")
    check(key.read_bytes() != before, "the key is another one")
    daemon.api.post("/api/v1/reload")
    for n in range(ROUNDS):
        process = subprocess.Popen([rig.WALLCTL, "secret", "rotate", secrets], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(0.004 * n)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        equal(subprocess.run([rig.WALLCTL, "secret", "list", secrets], capture_output=True).returncode, 0, f"round {n}")
    on_disk()
    daemon.api.post("/api/v1/reload")
    equal(daemon.api.get("/api/v1/status")["credentials"]["state"], "sealed", "after all of them")


@case("a file that is damaged while it runs changes nothing; after a restart cameras say that they have no account, till it is back")
def damaged():
    good = secrets.read_bytes()
    for broken in good[:-9], good[:40] + bytes([good[40] ^ 1]) + good[41:], b"", b"\xff" * 200:
        secrets.write_bytes(broken)
        refused = daemon.api.post("/api/v1/reload", status=400)["error"]["message"]
        check("credentials.json" in refused, refused)
    equal([daemon.api.get(f"/api/v1/cameras/cam-{n}")["state"] for n in (2, 4)], ["live"] * 2, "what runs")
    daemon.stop()
    daemon.start()
    state = daemon.api.get("/api/v1/status")["credentials"]
    check(state["state"] == "broken" and "credentials.json" in state["trouble"] and "credentials.json" in state["trouble_zh"], f"{state}")
    tap.until(lambda: daemon.api.get("/api/v1/cameras/cam-2")["state"] == "refused", 20, "cam-2 has no account")
    stream = next(iter(daemon.api.get("/api/v1/cameras/cam-2")["streams"].values()))
    equal((stream["fault"], "credentials.json" in stream["detail"]), ("no_account", True), "why")
    check("没有可用的摄像机账号" in daemon.api.get("/api/v1/walls/main/why/2")["steps"][-1]["text"], "the chain of why")
    credential("cam-2", {"user": "v", "password": CANARY}, 400)
    secrets.write_bytes(good)
    key = daemon.dir / "credentials.json.key"
    key.rename(daemon.dir / "away")
    daemon.api.post("/api/v1/reload")  # was broken before: nothing gets worse by it
    check("which is not there" in daemon.api.get("/api/v1/status")["credentials"]["trouble"], "the key is away")
    (daemon.dir / "away").rename(key)
    daemon.api.post("/api/v1/reload")
    daemon.wait_seen({2: 2, 4: 1})
    clean(daemon.log(), "log")


def dumps_core(command):
    """Whether a core was written when this is killed by SIGSEGV; command is a function that gives a process."""
    process = command()
    process.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(process.pid, 0)
    return os.WIFSIGNALED(status) and os.WCOREDUMP(status)


@case("no core file is written, where one would be of another program")
def core():
    old = resource.getrlimit(resource.RLIMIT_CORE)
    os.chdir(daemon.dir)
    try:
        try:
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        except (ValueError, PermissionError):
            resource.setrlimit(resource.RLIMIT_CORE, (old[1], old[1]))
        if not dumps_core(lambda: rig.spawn(["sleep", "60"])):
            raise Skip("no program writes core files here (kernel.core_pattern, or the limit)")
        daemon.kill()
        check(not dumps_core(lambda: daemon.start().process), "the daemon wrote a core file")
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, old)


@case("another process of the same user cannot look into its memory")
def memory():
    runner = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    if runner:
        for path in rig.folder, daemon.dir:
            path.chmod(0o755)
        for path in daemon.path, *daemon.dir.glob("credentials.json*"), daemon.log_path, daemon.dir, daemon.state, *daemon.state.iterdir():
            os.chown(path, 65534, 65534)
        if subprocess.run([*runner, rig.WALLCTL, "--version"], capture_output=True).returncode != 0:
            raise Skip("an unprivileged user cannot reach the build folder")
    if daemon.is_running():
        daemon.stop()
    daemon.socket.unlink(missing_ok=True)  # left behind by root
    daemon.prefix = runner
    daemon.start()
    owner = os.stat(f"/proc/{daemon.process.pid}/environ").st_uid
    equal(owner, 0, "owner of /proc/PID/environ (root: not dumpable)")
    peek = subprocess.run([*runner, "head", "-c", "1", f"/proc/{daemon.process.pid}/environ"], capture_output=True)
    check(peek.returncode != 0, "its environment can be read by another process of the same user")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
