#!/usr/bin/python3
"""console.py - what the wall page is like to work with in Debian's Chromium: one row of a table each

usage: console.py [NAME...]     all but soak, or some of these; exit status 1 when a goal is missed

  usable   20 visits, nothing kept from the one before: until the tiles are there to be worked with, until the picture moves;
           the scripts that were loaded for it
  idle     60 s without a hand on it while the picture plays: time of the page's own thread, which is what the page costs
           besides video; time of all of the browser's processes, video and all
  click    200 undoings and redoings by mouse, of a tile that is emptied: until the command is accepted, until the picture shows it
  lag      60 s: how far the picture in the page is behind the camera, by the stamps in it
  soak     30 minutes (or soak=MINUTES): a command each second, an alarm each ten; heap, nodes, listeners after a collection

A wall of nine live cameras at 1920x1080; simulator, daemon and browser, which draws by processor, are on this machine.
The steps are in console.mjs.
"""
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

import daemon_meter as meter
import rig
import tap

sys.path.insert(0, str(rig.SOURCE / "tests" / "browser"))
import console_rig  # noqa: E402

COUNT = 9
ALL = ["usable", "idle", "click", "lag"]
table = meter.Table()


def at(values, share):
    return sorted(values)[max(math.ceil(len(values) * share) - 1, 0)]


def usable(told):
    wall, picture = told["usable"], told["picture"]
    p95 = at(wall, 0.95)
    table.row("usable: tiles", f"median {statistics.median(wall):.0f}, p95 {p95:.0f} ms of {len(wall)}", "<= 1500 ms", p95 <= 1500)
    table.row("usable: moving picture", f"median {statistics.median(picture):.0f}, p95 {at(picture, 0.95):.0f} ms")
    table.row("usable: JavaScript", f"{told['script'] / 1024:.0f} KiB packed", "<= 400 KiB", told["script"] <= 400 * 1024)


def idle(told):
    table.row("idle: the page's thread", f"{told['thread'] * 100:.1f} % of a core", "<= 5 %", told["thread"] <= 0.05)
    table.row("idle: the browser, video and all", f"{told['browser'] * 100:.0f} % of a core")


def click(told):
    p99, p95 = at(told["accepted"], 0.99), at(told["seen"], 0.95)
    table.row("click: accepted", f"median {statistics.median(told['accepted']):.0f}, p99 {p99:.0f} ms of {len(told['accepted'])}",
              "<= 30 ms", p99 <= 30)
    table.row("click: seen in the preview", f"median {statistics.median(told['seen']):.0f}, p95 {p95:.0f} ms", "<= 400 ms", p95 <= 400)


def lag(told):
    p95 = at(told["behind"], 0.95)
    table.row("lag: behind the camera", f"median {statistics.median(told['behind']):.0f}, p95 {p95:.0f} ms of {len(told['behind'])}",
              "<= 500 ms", p95 <= 500)


def soak(told):
    for name, few in (("heap", 2e6), ("nodes", 500), ("listeners", 200), ("sockets", 0)):
        values = told[name]
        third = max(len(values) // 3, 1)
        begin, end = statistics.median(values[:third]), statistics.median(values[-third:])
        table.row(f"soak: {name}", f"{begin:.0f} in the first third, {end:.0f} in the last; {values[0]:.0f} .. {values[-1]:.0f}",
                  f"no growth (< {few:.0f})", end - begin <= few)


def browser_s():
    """Processor seconds of all of chromium's processes that this program has started."""
    mine, total = {os.getpid()}, 0
    for entry in sorted((e for e in pathlib.Path("/proc").iterdir() if e.name.isdigit()), key=lambda e: int(e.name)):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent in mine:
                mine.add(int(entry.name))
                if "chrom" in (entry / "comm").read_text():
                    total += meter.cpu_s(entry.name)
        except OSError:
            pass
    return total


def tell(line):
    """A line of the steps: a name and a JSON value."""
    name, _, value = line.partition(" ")
    if name in ALL + ["soak"]:
        globals()[name](json.loads(value))
    else:
        print(line, end="", flush=True)


def main(names):
    with meter.simulator(COUNT + 1) as sim:
        daemon = rig.Daemon(
            "console-bench",
            cameras=[rig.camera(sim, n, label="off") for n in range(1, COUNT + 2)],
            site={"name": "红塔区综治中心"},
            walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "9", screens=[meter.full_hd()], clock=True)],
            cases={"region": "530402"},
            linkage=[{"id": "plan", "name": "广场预案", "by_hand": True, "severity": "orange", "cameras": ["cam-10"]}],
        )
        with meter.running(daemon):
            meter.wait_glass(daemon, COUNT, within_s=60)

            def epoch_ms(stream):
                """When picture 0 of a camera was sent, on the clock that pages have, too."""
                return sim.stats(stream)["epoch_ns"] / 1e6 + (time.time() - time.monotonic()) * 1000

            calls = {
                "account": lambda name, *roles: console_rig.account(daemon, name, *roles),
                "alarm": lambda: daemon.api.post("/api/v1/linkage/rules/plan/run", {}),
                "browser": browser_s,
                "epoch": epoch_ms,
                "wall": daemon.wall,
            }
            console_rig.Door.calls = calls
            door = console_rig.http.server.HTTPServer(("127.0.0.1", 0), console_rig.Door)
            threading.Thread(target=door.serve_forever, daemon=True).start()
            steps = rig.spawn(
                ["node", rig.SOURCE / "tests/bench/console.mjs", f"http://127.0.0.1:{daemon.http_port}/",
                 f"http://127.0.0.1:{door.server_port}/", rig.folder, *names],
                env={**os.environ, "CONSOLE": str(console_rig.CONSOLE)}, stdout=subprocess.PIPE, text=True,
            )
            for line in steps.stdout:
                tell(line)
            tap.equal(steps.wait(), 0, "exit status of the steps")


names = sys.argv[1:] or ALL
if not all(name.partition("=")[0] in ALL + ["soak"] for name in names):
    print(__doc__.partition("\n\n")[2].strip())
    sys.exit(0 if {"-h", "--help"} & set(names) else 64)
table.head()
try:
    main(names)
except (AssertionError, tap.Bail) as fault:
    table.row("console", str(fault)[:200], "it runs", False)
finally:
    rig.end()
sys.stdout.flush()
os._exit(1 if table.missed else 0)
