#!/usr/bin/python3
"""test_tours.py - tours (轮巡) by the clock: cameras over tiles, whole scenes, pause, offline cameras, schedules."""
import time

import rig
import tap
from tap import case, check, equal

DWELL_S = 5
OFFLINE = 5


def hhmm(minutes_from_now):
    return time.strftime("%H:%M", time.gmtime(time.time() + 8 * 3600 + 60 * minutes_from_now))  # China time


def scheduled(from_minutes, to_minutes):
    return {
        "id": "clocked",
        "name": "定时轮巡",
        "wall": "third",
        "dwell_s": DWELL_S,
        "tiles": [1],
        "cameras": ["cam-1", "cam-2"],
        "schedule": [{"from": hhmm(from_minutes), "to": hhmm(to_minutes)}],
    }


TOURS = [
    {
        "id": "round",
        "name": "全区轮巡",
        "wall": "main",
        "dwell_s": DWELL_S,
        "tiles": [1, 2],
        "cameras": [f"cam-{n}" for n in range(1, 8)],
    },
    {"id": "other", "name": "另一组", "wall": "main", "dwell_s": DWELL_S, "tiles": [4], "cameras": ["cam-8", "cam-1"]},
    {"id": "scenes", "name": "场景轮巡", "wall": "second", "dwell_s": DWELL_S, "presets": ["甲", "乙"]},
]
sim = rig.Sim(8)
sim.fault(f"cam-{OFFLINE}", "refuse")
small = [rig.screen(width=640, height=360)]
daemon = rig.Daemon(
    "tours",
    cameras=[rig.camera(sim, n) for n in range(1, 9)],
    walls=[
        rig.wall(["cam-1", "cam-2", f"cam-{OFFLINE}"], id="main"),
        rig.wall(id="second", screens=small),
        rig.wall(id="third", screens=small),
    ],
    presets=[
        {"name": "甲", "wall": "second", "layout": "1", "cameras": ["cam-3"]},
        {"name": "乙", "wall": "second", "layout": "4", "cameras": ["cam-4", "cam-6", "cam-7", "cam-8"]},
    ],
    tours=TOURS + [scheduled(-2, 30)],
)


def tour(id):
    return next(t for t in daemon.api.get("/api/v1/tours")["tours"] if t["id"] == id)


def pair():
    """What the tiles of the tour "round" are told to show."""
    shown = daemon.shown()
    return [shown[1], shown[2]]


@case("a tour whose schedule says so starts by itself")
def schedule_start():
    daemon.start()
    tap.until(lambda: tour("clocked")["is_running"], 12, "the scheduled tour runs")
    journal = daemon.api.get("/api/v1/walls/third/journal")["changes"]
    equal((journal[0]["op"], journal[0]["by"]), ("tour-start", "schedule"), "the first change of that wall")


@case("cameras go over their tiles together every dwell time, opened beforehand; offline ones are skipped and listed")
def cameras():
    tap.until(
        lambda: daemon.api.get(f"/api/v1/cameras/cam-{OFFLINE}")["state"] == "retrying",
        10,
        f"cam-{OFFLINE} is known to be offline",
    )
    with daemon.events() as events:
        daemon.do("tour-start", tour="round")
        daemon.do("tour-start", tour="other")
        began = time.monotonic()
        daemon.do("tour-start", wall="second", tour="scenes")
        equal(pair(), ["cam-1", "cam-2"], "first step")
        seen, times, waits = [], [], []
        while len(seen) < 3:
            told = events.event(
                "wall.changed", lambda d: d["wall"] == "main" and d["op"] == "tour-step" and d["by"] == "tour", 12
            )
            wall = daemon.wall()
            run = next(t for t in wall["tours"] if t["tour"] == "round")
            if wall["revision"] != told["revision"] or (seen and run["step"] == seen[-1][0]):
                continue
            times.append(time.monotonic() - began)
            seen.append((run["step"], pair()))
            # Opened beforehand: no key frame is waited for. (On a busy machine the decoder may be late by a little.)
            asked = time.monotonic()
            events.event(
                "wall.presented",
                lambda d: d["wall"] == "main" and d["revision"] >= told["revision"] and not {1, 2} & set(d["empty"]),
                within_s=1,
            )
            waits.append(time.monotonic() - asked)
            daemon.wait_seen({t: int(c.removeprefix("cam-")) for t, c in zip((1, 2), seen[-1][1])}, within_s=2)
    tap.note(f"steps {seen} after {[round(t, 2) for t in times]} s, on glass {max(waits) * 1000:.0f} ms later at most")
    equal([s[1] for s in seen], [["cam-3", "cam-4"], ["cam-6", "cam-7"], ["cam-1", "cam-2"]], "the following steps")
    for n, at in enumerate(times, 1):
        check(abs(at - n * DWELL_S) < 1, f"step {n} came after {at:.2f} s, not {n * DWELL_S}")


@case("several tours run at once, each in its own tiles, and their state is told")
def several():
    walls = {t["id"]: t for t in daemon.api.get("/api/v1/tours")["tours"]}
    equal([walls[t]["is_running"] for t in ("round", "other", "scenes", "clocked")], [True] * 4)
    check(daemon.shown()[4] in ("cam-8", "cam-1"), "tile 4")
    equal(daemon.shown()[3], f"cam-{OFFLINE}", "tile 3, which is no tour's")
    daemon.do("tour-step", tour="round", step=4)
    now = tour("round")
    equal(now["clock"]["skipped"], [f"cam-{OFFLINE}"], "cameras that were skipped")
    equal((now["position"], now["steps"]), (3, 4), "the step as people count")


@case("a tour of presets changes the whole wall, layout and all")
def scenes():
    def state():
        tiles = daemon.wall("second")["tiles"]
        return len(tiles), tiles[0].get("camera")

    states = set()
    tap.until(lambda: states.add(state()) or len(states) >= 2, DWELL_S * 2 + 2, lambda: f"both presets: {states}")
    equal(states, {(1, "cam-3"), (4, "cam-4")}, "arrangements of the wall")


@case("paused, it goes on where it stood: the same pictures, for what was left of their time")
def pause():
    daemon.do("tour-step", tour="round", step=0)
    time.sleep(1.5)
    daemon.do("tour-pause", tour="round")
    run = daemon.wall()["tours"][0]
    paused = run["left_ms"] / 1000
    check(DWELL_S - 2.5 < paused < DWELL_S - 1.4, f"{paused:.2f} s were left")
    time.sleep(paused + 1)
    equal(pair(), ["cam-1", "cam-2"], "pictures while paused")
    check("left_ms" not in tour("round")["clock"], "a paused tour has no running clock")
    daemon.do("tour-resume", tour="round")
    began = time.monotonic()
    tap.until(lambda: daemon.shown()[1] == "cam-3", paused + 2, "the next step")
    took = time.monotonic() - began
    tap.note(f"{paused:.2f} s were left, the next step came {took:.2f} s after going on")
    check(abs(took - paused) < 0.6, f"the next step came after {took:.2f} s instead of {paused:.2f} s")


@case("what a person puts into a tour's tile stays until the next step; undo brings the tour back")
def person():
    daemon.do("show", tile=1, camera="cam-8")
    equal(daemon.shown()[1], "cam-8")
    tap.until(lambda: daemon.shown()[1] != "cam-8", DWELL_S + 2, "the tour's next step")
    daemon.do("tour-stop", tour="round")
    daemon.do("undo")
    check(tour("round")["is_running"], "undo of tour-stop")
    daemon.do("tour-stop", tour="round")
    daemon.do("tour-stop", tour="other")
    equal(daemon.wall()["tours"], [], "tours of the wall")


@case("a lock does not stop a tour; others may not start one")
def locked():
    daemon.do("lock")
    daemon.do("tour-start", tour="other", status=423, via=daemon.local)
    daemon.do("tour-start", tour="other")
    daemon.do("lock")
    first = daemon.shown()[4]
    tap.until(lambda: daemon.shown()[4] != first, DWELL_S + 2, "a step on the locked wall")
    daemon.do("unlock")
    daemon.do("tour-stop", tour="other")


@case("a schedule that is over ends its tour; by reload, too")
def schedule_end():
    config = {**daemon.config, "tours": TOURS + [scheduled(-30, -2)]}
    daemon.write(config)
    daemon.api.post("/api/v1/reload")
    tap.until(lambda: not tour("clocked")["is_running"], 12, "the scheduled tour has ended")
    check("clocked: stopped by its schedule" in daemon.log(), "the log says why")


tap.run(daemon.show_failure, rig.end)
