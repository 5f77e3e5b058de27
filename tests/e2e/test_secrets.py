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
        for path in daemon.path, secrets, daemon.log_path, daemon.dir, daemon.state, *daemon.state.iterdir():
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
