#!/usr/bin/python3
"""test_console.py - the operators' console in Debian's Chromium, worked by playwright-core against the real daemon.

The steps are in console/*.mjs, which print TAP; what they need of cameras and daemon they ask for at a door of this
program (POST /NAME with arguments as a JSON list). Pictures of what was seen are left in BUILD/tests/browser for people.
"""
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading

import rig

CONSOLE = rig.SOURCE / "web" / "console"
COUNT, OTHERS, MANY = 9, 2, 20000
SHOTS = rig.BUILD / "tests" / "browser"


def skip(why):
    print(f"1..0 # SKIP {why}", flush=True)
    rig.end()
    sys.exit(0)


def cameras(sim):
    """Those of the simulator, and as many more as a province has, which nobody opens."""
    yield from (rig.camera(sim, n) for n in range(1, COUNT + OTHERS + 1))
    first = rig.camera(sim, 1)
    for n in range(COUNT + OTHERS + 1, MANY + 1):
        yield {**first, "id": f"far-{n}", "number": n, "name": f"远处{n}号路口", "region": f"5304{n % 90 + 10}",
               "region_name": f"第{n % 90 + 10}区"}


class Door(http.server.BaseHTTPRequestHandler):
    calls = {}

    def do_POST(self):
        arguments = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"[]")
        try:
            status, answer = 200, self.calls[self.path[1:]](*arguments)
        except Exception as error:  # told to the steps, which fail by it
            status, answer = 500, repr(error)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    if not shutil.which("chromium") or not shutil.which("node"):
        skip("no chromium or no node here")
    if not (rig.BUILD / "web" / "console" / "dist" / "index.html").exists():
        skip("the console was not built: npm cannot have its packages")
    SHOTS.mkdir(parents=True, exist_ok=True)
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

    def account(name, *roles):
        """A new account; its one-time password."""
        body = {"name": "张三", "unit": "红塔区综治中心", "roles": list(roles)}
        return daemon.local.put(f"/api/v1/accounts/{name}", body)["one_time_password"]

    Door.calls = {
        "account": account,
        "fault": lambda camera, spec: sim.fault(camera, spec),
        "kill": daemon.kill,
        "start": restart,
        "do": lambda op, members: daemon.do(op, **members),
        "wall": daemon.wall,
        "glass": lambda: {str(tile): camera for tile, camera in daemon.on_glass().items()},
        "run": lambda rule: daemon.api.post(f"/api/v1/linkage/rules/{rule}/run", {}),
        "get": daemon.api.get,
    }
    # One thread for all calls: what is started by a thread ends with it (PR_SET_PDEATHSIG).
    door = http.server.HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    status = subprocess.run(
        ["node", rig.SOURCE / "tests" / "browser" / "console" / "wall.mjs", f"http://127.0.0.1:{daemon.http_port}/",
         f"http://127.0.0.1:{door.server_port}/", SHOTS, rig.BUILD / "web" / "console" / "dist"],
        env={**os.environ, "CONSOLE": str(CONSOLE)}, stdin=subprocess.DEVNULL, timeout=580,
    ).returncode
    if status:
        daemon.show_failure()
    rig.end()
    sys.stdout.flush()
    os._exit(status)


main()
