"""console_rig.py - what programs that work the console by playwright-core share: the door through which their steps
(console/*.mjs, which print TAP) ask for cameras and the daemon, and the run of them.
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
DIST = rig.BUILD / "web" / "console" / "dist"
SHOTS = rig.BUILD / "tests" / "browser"  # pictures of what was seen are left there for people


def skip(why):
    print(f"1..0 # SKIP {why}", flush=True)
    rig.end()
    sys.exit(0)


def need():
    """Skips the whole program where there is nothing to work, or nobody to work it."""
    if not shutil.which("chromium") or not shutil.which("node"):
        skip("no chromium or no node here")
    if not (DIST / "index.html").exists():
        skip("the console was not built: npm cannot have its packages")
    SHOTS.mkdir(parents=True, exist_ok=True)


class Door(http.server.BaseHTTPRequestHandler):
    """POST /NAME with arguments as a JSON list."""

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


def account(daemon, name, *roles, **more):
    """A new account; its one-time password."""
    body = {"name": "张三", "unit": "红塔区综治中心", "roles": list(roles), **more}
    return daemon.local.put(f"/api/v1/accounts/{name}", body)["one_time_password"]


def run(steps, daemon, calls, within_s=580):
    """Runs console/STEPS against the daemon, and ends the program."""
    Door.calls = calls
    # One thread for all calls: what is started by a thread ends with it (PR_SET_PDEATHSIG).
    door = http.server.HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    status = subprocess.run(
        ["node", rig.SOURCE / "tests" / "browser" / "console" / steps, f"http://127.0.0.1:{daemon.http_port}/",
         f"http://127.0.0.1:{door.server_port}/", SHOTS, DIST],
        env={**os.environ, "CONSOLE": str(CONSOLE)}, stdin=subprocess.DEVNULL, timeout=within_s,
    ).returncode
    if status:
        daemon.show_failure()
    rig.end()
    sys.stdout.flush()
    os._exit(status)
