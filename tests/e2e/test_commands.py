#!/usr/bin/python3
"""test_commands.py - every command over every way in; who may, what is stale, what comes back, what is on glass."""
import subprocess

import rig
import tap
from tap import case, check, equal

COUNT = 8
CAMERAS = [f"cam-{n}" for n in range(1, COUNT + 1)]
sim = rig.Sim(COUNT + 1)
daemon = rig.Daemon(
    "commands",
    cameras=[rig.camera(sim, n) for n in range(1, COUNT + 2)],
    walls=[rig.wall(CAMERAS[:4]), rig.wall(CAMERAS[:2], id="second", name="副墙")],
    presets=[{"name": "汛期", "layout": "1+5", "cameras": CAMERAS[:6]}],
    tours=[{"id": "round", "name": "全区轮巡", "dwell_s": 3600, "tiles": [1, 2], "cameras": CAMERAS}],
)


def tile(wall, number, preview=False):
    return next(t for t in (wall["preview"] if preview else wall)["tiles"] if t["tile"] == number)


def shows(*cameras):
    return lambda w: [t.get("camera") for t in w["tiles"]][: len(cameras)] == list(cameras)


def has(number, **members):
    return lambda w: all(tile(w, number).get(k) == v for k, v in members.items())


def windows(*numbers):
    """The windows there are, from the lowest to the highest."""
    return lambda w: [t["tile"] for t in sorted(w["tiles"], key=lambda t: t.get("z", 0)) if "window" in t] == list(
        numbers
    )


def tours(**members):
    return lambda w: len(w["tours"]) == 1 and all(w["tours"][0][k] == v for k, v in members.items())


# op, members, the same for the command line (None: it has no words for it), what holds afterwards
STEPS = [
    ("layout", {"layout": "9"}, "layout 9", lambda w: len(w["tiles"]) == 9),
    ("layout", {"layout": "4"}, "layout 4", lambda w: len(w["tiles"]) == 4),
    ("show", {"tile": 1, "camera": "cam-5"}, "show 1 cam-5", has(1, camera="cam-5", stream="auto")),
    (
        "show",
        {"tile": 2, "camera": "cam-6", "stream": "main"},
        "show 2 测试机6 --main",
        has(2, camera="cam-6", stream="main"),
    ),
    (
        "adjust",
        {"tile": 2, "fit": "cover", "crop": [0.25, 0.25, 0.5, 0.5], "rotation": 90},
        None,
        has(2, fit="cover", crop=[0.25, 0.25, 0.5, 0.5], rotation=90),
    ),
    ("swap", {"tile": 1, "other": 2}, "swap 1 2", shows("cam-6", "cam-5")),
    ("maximise", {"tile": 2}, "max 2", lambda w: w["maximised"] == 2 and tile(w, 2)["shown"] == [0, 0, 1280, 720]),
    ("restore", {}, "restore", lambda w: w["maximised"] == 0 and "shown" not in tile(w, 2)),
    (
        "window-open",
        {"rect": [320, 180, 640, 360], "camera": "cam-7"},
        "window open 25% 25% 50% 50% cam-7",
        has(901, camera="cam-7", rect=[320, 180, 640, 360], window=True),
    ),
    ("window-open", {"rect": [0, 0, 200, 100]}, "window open 0 0 200 100", windows(901, 902)),
    (
        "window-move",
        {"tile": 902, "rect": [100, 100, 320, 180]},
        "window move 902 100 100 320 180",
        has(902, rect=[100, 100, 320, 180]),
    ),
    ("window-raise", {"tile": 901}, "window raise 901", windows(902, 901)),
    ("window-close", {"tile": 902}, "window close 902", windows(901)),
    ("clear", {"tile": 901}, "clear 901", lambda w: "camera" not in tile(w, 901)),
    ("undo", {}, "undo", has(901, camera="cam-7")),
    ("redo", {}, "redo", lambda w: "camera" not in tile(w, 901)),
    ("window-close", {"tile": 901}, "window close 901", windows()),
    (
        "layout",
        {"layout": "9", "screen": "1"},
        "layout 9 --screen 1",
        lambda w: w["areas"][0]["screen"] == "1" and len(w["tiles"]) == 9,
    ),
    ("recall", {"preset": "汛期"}, "preset recall 汛期", lambda w: shows(*CAMERAS[:6])(w) and len(w["tiles"]) == 6),
    ("prepare", {}, "prepare", lambda w: len(w["preview"]["tiles"]) == 6),
    (
        "layout",
        {"layout": "1", "preview": True},
        "layout 1 --preview",
        lambda w: len(w["tiles"]) == 6 and len(w["preview"]["tiles"]) == 1,
    ),
    (
        "show",
        {"tile": 1, "camera": "cam-8", "preview": True},
        "show 1 cam-8 --preview",
        lambda w: tile(w, 1)["camera"] == "cam-1" and tile(w, 1, True)["camera"] == "cam-8",
    ),
    ("take", {}, "take", lambda w: "preview" not in w and shows("cam-8")(w) and len(w["tiles"]) == 1),
    ("undo", {}, "undo", shows(*CAMERAS[:6])),
    ("prepare", {}, "prepare", lambda w: "preview" in w),
    ("prepare", {"on": False}, "prepare off", lambda w: "preview" not in w),
    ("lock", {}, "lock", lambda w: w["locked"]),
    ("unlock", {}, "unlock", lambda w: not w["locked"]),
    (
        "tour-start",
        {"tour": "round"},
        "tour start 全区轮巡",
        lambda w: tours(tour="round", step=0)(w) and tile(w, 1)["tour"] == "round",
    ),
    ("tour-step", {"tour": "round"}, "tour step round", lambda w: tours(step=2)(w) and shows("cam-3", "cam-4")(w)),
    ("tour-pause", {"tour": "round"}, "tour pause round", tours(paused=True)),
    ("tour-resume", {"tour": "round"}, "tour resume round", tours(paused=False)),
    ("tour-stop", {"tour": "round"}, "tour stop round", lambda w: not w["tours"] and shows("cam-3", "cam-4")(w)),
    (
        "open",
        {"preset": "汛期"},
        "open 汛期",
        lambda w: w["label"] == "preset:汛期" and w["below"] == [""] and shows(*CAMERAS[:6])(w),
    ),
    ("back", {}, "back", lambda w: "label" not in w and shows("cam-3", "cam-4")(w)),
    ("clear", {"tile": 0}, "clear all", lambda w: not any("camera" in t for t in w["tiles"])),
]


def walk(send, actor):
    """All steps, each sent by send(op, members, words) -> revision."""
    with daemon.events() as events:
        revision = daemon.wall()["revision"]
        states = []
        for op, members, words, holds in STEPS:
            answered = send(op, members, words)
            wall = daemon.wall()
            equal(answered, revision + 1, f"revision of the answer to {op} {members}")
            equal(wall["revision"], answered, "revision of the wall")
            check(
                holds(wall),
                f"after {op} {members}: {wall['areas']} {wall['tiles']} {wall['tours']} {wall.get('preview')}",
            )
            told = events.event("wall.changed", lambda d, r=answered: d["revision"] == r)
            equal((told["op"], told["by"]), (op, actor), "event")
            revision = answered
            states.append([{k: v for k, v in t.items() if k != "touched"} for t in wall["tiles"]])
        events.presented(revision)
        return states


@case("every command over HTTP")
def over_http():
    daemon.start()
    daemon.do("clear", tile=0, revision=daemon.wall()["revision"])  # who sees a new wall is not too late for it
    check(
        {s[0] for s in STEPS} == set(rig.client.DOCUMENT["components"]["schemas"]["Op"]["enum"]), "an op is not tried"
    )
    walk.http = walk(lambda op, members, words: daemon.do(op, **members)["revision"], "token:e2e")


@case("every command over the WebSocket")
def over_websocket():
    with daemon.events() as commander:

        def send(op, members, words):
            return commander.post("/api/v1/walls/main/commands", {"op": op, **members})["revision"]

        equal(walk(send, "token:e2e"), walk.http, "tiles after each step")


@case("every command over the UNIX socket, by the wallctl client")
def over_unix_socket():
    def send(op, members, words):
        if words is None:
            return daemon.do(op, via=daemon.local, **members)["revision"]
        import json

        return json.loads(daemon.cli(*words.split(), "--json"))["revision"]

    equal(walk(send, "local"), walk.http, "tiles after each step")


@case("presented comes after the command, with its pictures on glass; empty tells which tiles have none")
def presented():
    with daemon.events() as events:
        daemon.do("layout", layout="4")
        revision = daemon.do("clear", tile=0)["revision"]  # changes nothing: the layout's own revision
        equal(events.presented(revision)["empty"], [], "empty tiles are not waited for")
        for number in 1, 2, 3, 4:
            revision = daemon.do("show", tile=number, camera=f"cam-{number}")["revision"]
        events.presented(revision, is_full=True)
        check(daemon.wall()["on_glass"] >= revision, "the wall tells the same")
        daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
        sim.fault("cam-9", "refuse")
        revision = daemon.do("show", tile=4, camera="cam-9")["revision"]
        equal(events.presented(revision)["empty"], [4], "a camera that does not come")
        sim.fault("cam-9", "none")
        daemon.api.post("/api/v1/cameras/cam-9/retry")
        events.presented(revision, is_full=True)
        daemon.wait_seen({4: 9})


@case("a command based on an older revision is refused when it touches what changed since, and tells what")
def stale():
    base = daemon.wall()["revision"]
    first = daemon.do("show", tile=1, camera="cam-5", revision=base)["revision"]
    daemon.do("show", tile=2, camera="cam-6", revision=base)
    answer = daemon.do("show", tile=1, camera="cam-7", revision=base, status=409)
    equal(
        [(c["revision"], c["op"], c["tile"], c["by"]) for c in answer["changes"]],
        [(first, "show", 1, "token:e2e"), (first + 1, "show", 2, "token:e2e")],
        "what changed",
    )
    equal(answer["revision"], first + 1, "revision")
    equal(daemon.shown()[1], "cam-5", "tile 1")
    equal(daemon.wall()["revision"], first + 1, "a refusal changes nothing")
    equal(daemon.do("show", tile=1, camera="cam-7", revision=first + 50, status=409)["error"]["code"], "stale")
    text = daemon.cli("show", "1", "cam-7", "--revision", str(base), status=75)
    check(f"r{first} show tile 1 (token:e2e)" in text, f"the command line tells what changed: {text}")
    with daemon.events() as events:
        status, body = events.ask("POST", "/api/v1/walls/main/commands", {"op": "clear", "tile": 1, "revision": base})
        equal((status, body["error"]["code"], len(body["changes"])), (409, "stale", 2))
    journal = daemon.api.get(f"/api/v1/walls/main/journal?since={base}")["changes"]
    equal(journal, answer["changes"], "the journal")


@case("a locked wall obeys its owner; others may prepare, and unlock only by override")
def lock():
    daemon.do("lock")
    equal(daemon.wall()["locked_by"], "token:e2e")
    daemon.do("show", tile=1, camera="cam-1")
    answer = daemon.do("show", tile=1, camera="cam-2", via=daemon.local, status=423)
    equal(answer["error"]["code"], "locked")
    equal(daemon.shown()[1], "cam-1")
    daemon.do("show", tile=1, camera="cam-3", preview=True, via=daemon.local)
    daemon.do("take", via=daemon.local, status=423)
    daemon.cli("unlock", status=65)
    daemon.cli("unlock", "--override")
    daemon.do("take", via=daemon.local)
    equal(daemon.shown()[1], "cam-3")
    daemon.do("lock")
    daemon.cli("lock", "--override")
    check(daemon.wall()["locked_by"] != "token:e2e", "who has taken it over has the lock")
    daemon.do("show", tile=1, camera="cam-1", status=423)
    daemon.do("unlock", via=daemon.local)


@case("sixty changes are undone and done again, one by one")
def undo():
    daemon.do("layout", layout="1")
    trail = []
    for n in range(60):
        daemon.do("show", tile=1, camera=CAMERAS[(n * 3 + 1) % COUNT])
        trail.append(daemon.shown()[1])
    for wanted in trail[-2::-1]:
        daemon.do("undo")
        equal(daemon.shown()[1], wanted, "after undo")
    for wanted in trail[1:]:
        daemon.do("redo")
        equal(daemon.shown()[1], wanted, "after redo")
    check(daemon.wall()["undo"] >= 60, "steps to undo")


@case("presets: save, list, recall, rename, delete; of the wall and of one screen; the file's are kept")
def presets():
    api, path = daemon.api, "/api/v1/walls/main/presets/"
    names = lambda: [p["name"] for p in api.get("/api/v1/walls/main/presets")["presets"]]
    quote = rig.client.quote
    daemon.do("layout", layout="4")
    for number in 1, 2, 3, 4:
        daemon.do("show", tile=number, camera=CAMERAS[number + 2])
    before = daemon.shown()
    with daemon.events() as events:
        api.put(path + quote("夜间 重点"), {})
        equal(events.event("presets.changed")["wall"], "main")
    equal(names(), ["夜间 重点", "汛期"])
    api.put(path + "screen", {"screen": "1"})
    daemon.do("clear", tile=0)
    daemon.do("recall", preset="夜间 重点")
    equal(daemon.shown(), before, "recalled")
    daemon.do("clear", tile=0)
    daemon.do("recall", preset="screen")
    equal(daemon.shown(), before, "recalled for one screen")
    api.post(path + quote("夜间 重点"), {"rename": "夜间"})
    equal(names(), ["screen", "夜间", "汛期"])
    api.post(path + "screen", {"rename": "夜间"}, status=400)
    daemon.do("recall", preset="夜间 重点", status=404)
    daemon.cli("preset", "delete", "夜间")
    api.delete(path + "screen")
    equal(names(), ["汛期"])
    api.delete(path + quote("汛期"), status=403)
    api.delete(path + "nothing", status=404)
    api.post(path + "nothing", {"rename": "x"}, status=404)


@case("what is prepared off air goes on air as a whole, on one revision")
def take():
    daemon.do("layout", layout="4")
    daemon.do("recall", preset="汛期", preview=True)
    daemon.do("show", tile=1, camera="cam-8", preview=True)
    wall = daemon.wall()
    equal(len(wall["tiles"]), 4, "on air meanwhile")
    equal([t.get("camera") for t in wall["preview"]["tiles"]], ["cam-8", *CAMERAS[1:6]], "prepared")
    with daemon.events() as events:
        revision = daemon.do("take")["revision"]
        events.presented(revision, is_full=True)
    daemon.wait_seen({1: 8, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6})
    equal(daemon.wall()["revision"], revision)


# What an operator mistypes, and what the client answers in Chinese.
MISTAKES = [
    ("show 9 cam-1", 65, "没有窗格 9：这面墙有 1 到 4 号"),
    ("layout 44", 65, "没有布局“44”"),
    ("layout 4 --wall west", 65, "没有叫“west”的墙"),
    ("preset recall 没有", 65, "没有预案“没有”"),
    ("preset save 一/二", 64, "预案名“一/二”里不能有“/”"),
    ("preset delete 汛期", 65, "预案“汛期”来自配置文件"),
    ("tour stop round", 65, "轮巡“round”没有在运行"),
    ("take", 65, "没有预演画面"),
    ("window close 901", 65, "窗口 901 没有打开"),
    ("why 88", 65, "没有窗格 88"),
    ("snapshot x.png --screen 7", 65, "没有屏“7”"),
    ("snapshot /nonexistent/x.png", 73, "写不了 /nonexistent/x.png"),
    ("show 1 cam-2 --revision 1", 75, "窗格 1 已在修订号"),
    ("undo --revision 99999", 75, "这面墙的修订号是"),
    ("probe http://x/", 69, "“http://x/”不行：地址形如"),
]


@case("refusals are Chinese for who speaks Chinese, down to what changed")
def refusals():
    daemon.do("layout", layout="4")
    daemon.do("show", tile=1, camera="cam-1")
    for words, status, answer in MISTAKES:
        said = daemon.cli(*words.split(), status=status, language="zh")
        check(said.startswith("wallctl: " + answer), f"{words}: {said}")
    check("显示 窗格 1" in daemon.cli("clear", "1", "--revision", "1", status=75, language="zh"), "what changed")
    daemon.do("lock")
    said = daemon.cli("clear", "1", status=65, language="zh")
    check("墙已被 token:e2e 锁定" in said and "unlock --override" in said, said)
    daemon.do("unlock")
    missing = subprocess.run(
        [rig.WALLCTL, "status", "--socket", "/nonexistent", "--lang", "zh"], capture_output=True, text=True
    )
    equal(missing.stderr, "wallctl: 连不上守护进程（/nonexistent）：守护进程没有运行\n")


@case("two walls show the same cameras independently, over one session each")
def walls():
    daemon.do("layout", layout="4")
    daemon.do("clear", tile=0)
    daemon.do("show", tile=1, camera="cam-2")
    daemon.do("show", tile=2, camera="cam-1")
    for wall in "main", "second":
        for number in 1, 2:
            daemon.do("adjust", wall=wall, tile=number, stream="sub")
    daemon.wait_seen({1: 2, 2: 1})
    daemon.wait_seen({1: 1, 2: 2}, wall="second")
    before = daemon.wall()["revision"]
    daemon.do("swap", wall="second", tile=1, other=2)
    daemon.wait_seen({1: 2, 2: 1}, wall="second")
    equal(daemon.wall()["revision"], before, "revision of the other wall")
    for n in 1, 2:
        tap.until(
            lambda c=f"cam-{n}/sub": sim.stats(c)["sessions"] == 1,
            5,
            f"one session of cam-{n}/sub: {sim.stats(f'cam-{n}/sub')}",
        )


tap.run(daemon.show_failure, rig.end)
