"""rig.py - the real camera-sim and the real daemon, started with a configuration of the test's own.

Everything a program starts lives in a folder of its own and ends with it: ports are free ones, state and sockets are in the
folder, and a child that outlives its parent is ended by the kernel.
"""
import atexit
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import client
import picture
import tap

BUILD = pathlib.Path(os.environ["WALLCTL_BUILD"])
SOURCE = pathlib.Path(os.environ["WALLCTL_SOURCE"])
WALLCTL = BUILD / "wallctl" / "wallctl"
CAMERA_SIM = BUILD / "tests" / "support" / "camera-sim"
CLIPS = BUILD / "tests" / "clips"
PLAIN_PAGE = ("--page-dir", SOURCE / "web" / "page")  # for Daemon.start(), instead of the console
PR_SET_PDEATHSIG = 1
HTTP = r"WEB: http://127\.0\.0\.1:(\d+)/"  # how the log says where it listens

_libc = ctypes.CDLL(None)
_running = []
folder = pathlib.Path(tempfile.mkdtemp(prefix="wallctl-e2e-"))


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _clean_up():
    for process in _running:
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(_clean_up)


def end():
    """What atexit would do: tap.run() leaves without it."""
    _clean_up()


def spawn(arguments, **options):
    process = subprocess.Popen(
        [str(a) for a in arguments], preexec_fn=_die_with_parent, stdin=subprocess.DEVNULL, **options
    )
    _running.append(process)
    return process


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sim:
    """Stamped cameras cam-1 to cam-N (tests/support/stamp.h: source is N), and others by options of camera-sim."""

    def __init__(self, count, *options, port=0):
        self.control = folder / f"sim-{len(_running)}.sock"
        self.process = spawn(
            [
                CAMERA_SIM,
                "--port",
                port,
                "--stamped",
                count,
                "--cache",
                CLIPS,
                "--control",
                self.control,
                "--die-with-parent",
                *options,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        tap.check("serving" in line, f"camera-sim does not start: {line}")
        self.port = int(line.rstrip("/\n").rpartition(":")[2])
        self.onvif = int(self.process.stdout.readline().rpartition(":")[2]) if "--onvif" in options else None

    def tell(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(self.control))
            s.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.splitlines() or not answer.splitlines()[-1].startswith((b"ok", b"error")):
                more = s.recv(65536)
                tap.check(more, f"camera-sim ended at '{line}'")
                answer += more
        text = answer.decode()
        tap.check(text.splitlines()[-1] == "ok", f"camera-sim: {line}: {text}")
        return text

    def fault(self, target, spec):
        self.tell(f"fault {target} {spec}")

    def stats(self, target):
        """opened, sessions ... of one stream, "cam-1/sub"."""
        line = self.tell(f"stats {target}").splitlines()[0]
        return {k: int(v) for k, v in (w.split("=", 1) for w in line.split()[1:]) if v.isdigit()}

    def address(self, camera, stream="sub"):
        return f"rtsp://127.0.0.1:{self.port}/{camera}/{stream}"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def camera(sim, n, **more):
    """A configuration entry for cam-N of the simulator."""
    return {
        "id": f"cam-{n}",
        "name": f"测试机{n}",
        "region": "530402",
        "region_name": "红塔区",
        "main": sim.address(f"cam-{n}", "main"),
        "sub": sim.address(f"cam-{n}", "sub"),
        **more,
    }


def sample(sim):
    """config/wallctl.json without its comments, its cameras those of the simulator: cam-1 is the first one."""
    text = (SOURCE / "config" / "wallctl.json").read_text("utf-8")
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.S)
    config = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    for n, entry in enumerate(config["cameras"], 1):
        entry["main"], entry["sub"] = sim.address(f"cam-{n}", "main"), sim.address(f"cam-{n}", "sub")
    config["regions"] = str(SOURCE / "config" / config["regions"])
    for tour in config["tours"]:
        tour.pop("schedule", None)  # the time of day must not matter here
    config.pop("briefings")
    config.pop("camera_masks")  # a file of masks is for who draws some
    config.pop("evidence")
    config["outputs"] = [o for o in config["outputs"] if o["kind"] == "rtsp"]
    config["site"].pop("state_dir")
    config["site"].pop("socket_path")
    config["listen"] = {}
    return config


def screen(**more):
    return {"id": "1", "x": 0, "y": 0, "width": 1280, "height": 720, **more}


def wall(cameras=(), layout="4", **more):
    if "grid" not in more:
        more.setdefault("screens", [screen()])
    return {"id": "main", "name": "主墙", "layout": layout, "cameras": list(cameras), "clock": False, "gap_px": 0, **more}


class Daemon:
    """`wallctl daemon` with a configuration given as members of the file; start() returns when the API answers."""

    def __init__(self, name="daemon", environment=None, prefix=(), **config):
        self.dir = folder / name
        self.dir.mkdir()
        self.state = self.dir / "state"
        self.socket = self.dir / "wallctl.sock"
        self.path = self.dir / "wallctl.json"
        self.log_path = self.dir / "log"
        self.environment = {**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": "", **(environment or {})}
        self.prefix = list(prefix)
        self.process = self.http_port = self.token = self.operator = None
        site = {
            "name": "测试中心",
            "state_dir": str(self.state),
            "socket_path": str(self.socket),
            "log_level": "info",
            "camera_networks": ["127.0.0.0/8", "10.0.0.0/8", "192.0.2.0/24"],  # the simulator, and addresses of nobody
        }
        listen = {"http_port": 0, "rtsp_port": 0}
        self.config = {
            **config,
            "site": {**site, **config.get("site", {})},
            "listen": {**listen, **config.get("listen", {})},
        }
        self.write()

    def write(self, config=None):
        self.path.write_text(json.dumps(config or self.config, ensure_ascii=False, indent=1), encoding="utf-8")

    def launch(self, *arguments):
        with open(self.log_path, "ab") as log:
            self.log_begin = log.tell()
            self.process = spawn(
                [*self.prefix, WALLCTL, "daemon", "--config", self.path, *arguments],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        return self

    def start(self, *arguments, within_s=20):
        self.launch(*arguments)
        tap.until(
            lambda: re.search(HTTP, self.log(False)) or self.process.poll() is not None,
            within_s,
            "the daemon says where it listens",
        )
        if self.process.poll() is not None:
            raise tap.Bail(f"the daemon ended with {self.process.poll()}")
        self.http_port = int(re.search(HTTP, self.log(False))[1])
        https = re.search(r"https://[^ ]+:(\d+)/", self.log(False))
        self.https_port = int(https[1]) if https else None
        self.api = client.Http(self.http_port)
        self.local = client.Http(str(self.socket))
        self.show_token()
        return self

    def show_token(self):
        """Every request over the network carries a token of all rights, made once at the UNIX socket."""
        if "e2e" not in [t["id"] for t in self.local.get("/api/v1/tokens")["tokens"]]:  # not yet, or the disk has lost it
            rights = sorted({right for role in self.local.get("/api/v1/rights")["roles"].values() for right in role})
            self.token = self.local.put("/api/v1/tokens/e2e", {"rights": rights})["token"]
        client.tokens[self.http_port] = self.token

    def sign_in(self, account, *roles, **more):
        """A new account of these roles, signed in: its cookie."""
        made = self.local.put(f"/api/v1/accounts/{account}", {"name": "测试员", "unit": "测试中心", "roles": list(roles), **more})
        first, second = made["one_time_password"], f"e2e {account} 7391 correct horse"
        cookie = self.session(account, first)
        return self.session_answer("POST", "session/password", {"old": first, "new": second}, cookie)[2]

    def cookie(self):
        """Of somebody who operates the wall, signed in once for all pages of a test."""
        if not self.operator:
            self.operator = self.sign_in("operator", "dispatcher")
        return self.operator

    def session(self, account, password):
        status, answer, cookie = self.session_answer("POST", "session", {"account": account, "password": password})
        tap.check(status == 200, f"{account} signs in: {answer}")
        return cookie

    def session_answer(self, method, path, body=None, cookie=None):
        """(status, answer, cookie it gives) of a request as a browser makes it."""
        connection = client.http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=client.WAIT_S)
        headers = {"Content-Type": "application/json", **({"Cookie": f"{client.COOKIE}={cookie}"} if cookie else {})}
        data = None if body is None and method == "GET" else json.dumps(body or {}, ensure_ascii=False).encode()
        try:
            connection.request(method, f"/api/v1/{path}", data, headers)
            answer = connection.getresponse()
            given = answer.getheader("set-cookie") or ""
            told = json.loads(answer.read())
            client.check_answer(method, f"/api/v1/{path}", answer.status, "application/json", told)
            return answer.status, told, given.partition(";")[0].partition("=")[2]
        finally:
            connection.close()

    def rtsp(self, output="stream"):
        """The address of an RTSP output, once it is served."""

        def find():
            outputs = self.api.get("/api/v1/status")["outputs"]
            return next((o["address"] for o in outputs if o["id"] == output and o["state"] == "on"), None)

        return tap.until(find, 10, f"output {output} is on")

    def log(self, is_whole=True):
        """What it wrote, from its last start on unless is_whole."""
        data = self.log_path.read_bytes() if self.log_path.exists() else b""
        return data[0 if is_whole else self.log_begin :].decode("utf-8", "replace")

    def events(self, **options):
        return client.Events(self.http_port, **options)

    def cli(self, *words, status=0, language="en"):
        """Runs the wallctl client; returns its standard output."""
        result = subprocess.run(
            [WALLCTL, *words, "--socket", self.socket, "--lang", language], capture_output=True, text=True, timeout=60
        )
        tap.check(
            result.returncode == status,
            f"wallctl {' '.join(map(str, words))} gave {result.returncode}, not {status}: "
            f"{result.stdout}{result.stderr}",
        )
        return result.stdout if status == 0 else result.stderr

    def stop(self, within_s=10):
        """SIGTERM; (exit status, seconds it took)."""
        began = time.monotonic()
        self.process.terminate()
        status = self.process.wait(within_s)
        return status, time.monotonic() - began

    def kill(self):
        self.process.kill()
        self.process.wait()

    def is_running(self):
        return self.process.poll() is None

    def children(self):
        """Process ids of what it has started and what still runs (a zombie does not)."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                state, parent = (
                    (entry / "stat").read_text().rpartition(")")[2].split()[:2] if entry.name.isdigit() else ("", "")
                )
            except OSError:
                continue  # just ended
            if parent == str(self.process.pid) and state != "Z":
                found.append(int(entry.name))
        return found

    # what tests ask for again and again

    def do(self, op, wall="main", status=200, via=None, **members):
        """One command; its answer."""
        return (via or self.api).post(f"/api/v1/walls/{wall}/commands", {"op": op, **members}, status=status)

    def wall(self, wall="main"):
        return self.api.get(f"/api/v1/walls/{wall}")

    def shown(self, wall="main"):
        """tile -> camera, on air"""
        return {t["tile"]: t.get("camera") for t in self.wall(wall)["tiles"]}

    def on_glass(self, wall="main"):
        """tile -> camera, as live pictures on glass"""
        return {g["tile"]: g.get("camera") for g in self.wall(wall)["glass"] if g.get("is_on_glass")}

    def wait_seen(self, wanted, screen="1", origin=(0, 0), wall="main", within_s=10):
        """Waits until a snapshot shows these cameras' stamps: tile -> source number, None for a tile without a picture."""
        tiles = self.wall(wall)["tiles"]
        seen = {}

        def is_seen():
            luma = picture.snapshot(self.api, wall, screen)
            found = picture.sources(luma, tiles, origin) if luma else {}
            seen.clear()
            seen.update({t: found.get(t) for t in wanted})
            return seen == wanted

        tap.until(is_seen, within_s, lambda: f"on screen {screen}: {wanted}, but {seen}")

    def wait_live(self, count, wall="main", within_s=15):
        """Waits until so many tiles have live pictures."""
        tap.until(
            lambda: len(self.on_glass(wall)) >= count, within_s, lambda: f"{count} tiles live: {self.on_glass(wall)}"
        )

    def show_failure(self):
        lines = [line for line in self.log().splitlines() if " debug " not in line]
        tap.note("the daemon's last lines:")
        for line in lines[-25:]:
            tap.note("  " + line[:240])


def fill(path):
    """Takes all the room that is left where path is."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        for size in 4096, 64:
            try:
                while True:
                    os.write(file, b"x" * size)
            except OSError:
                pass
    finally:
        os.close(file)
