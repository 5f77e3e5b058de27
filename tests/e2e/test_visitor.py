#!/usr/bin/python3
"""test_visitor.py - a hall screen and visitor mode: what is covered is in no picture of that screen, whatever happens."""
import subprocess
import threading
import time

import picture
import rig
import tap
from tap import case, check, equal

WIDTH, HEIGHT = 1280, 720
SMALL = 0.5  # of what watchers look at: stamps can be read all the same, and twice as many pictures
PIN, OTHER = "730158", "918273"
SECRET, PUBLIC, ALONE = (1, 2, 3), 4, 5  # cameras: internal, public, internal
sim = rig.Sim(5)
daemon = rig.Daemon(
    "visitor",
    cameras=[rig.camera(sim, n, **({"public": True} if n == PUBLIC else {})) for n in range(1, 6)],
    walls=[
        rig.wall(
            alarm_tiles=[60],  # there is none: a window at the right edge, in the hall
            screens=[
                rig.screen(id="desk", width=WIDTH, height=HEIGHT),
                rig.screen(id="hall", x=WIDTH, width=WIDTH, height=HEIGHT, content="public"),
            ],
        )
    ],
    outputs=[
        {"kind": "rtsp", "id": name, "wall": "main", "screen": name, "path": f"/{name}", "bitrate_kbps": 4000}
        for name in ("desk", "hall")
    ],
    cases={"region": "530402"},
    regions=str(rig.SOURCE / "config" / "regions.csv"),
    privacy={"public_boards": ["opened"]},
    linkage=[{"id": "plan", "name": "演练预案", "by_hand": True, "severity": "orange", "cameras": ["cam-3"], "procedure": "先派网格员到场"}],
)
# A covered wall stands still, so its stream has a picture a second: what is known after the first one must do.
RTSP = ["ffmpeg", "-v", "error", "-analyzeduration", "0", "-rtsp_transport", "tcp", "-i"]
ORIGIN = {"desk": (0, 0), "hall": (WIDTH, 0)}


class Watcher(threading.Thread):
    """Every picture of an RTSP output, from the moment it can be had: the sources of all stamps that are seen in it."""

    def __init__(self, screen):
        super().__init__(daemon=True)
        self.screen, self.seen, self.pictures, self.trouble = screen, set(), 0, None
        self.tiles = daemon.wall()["tiles"]
        self.process = rig.spawn(
            [*RTSP, daemon.rtsp(screen), "-vf", f"scale={int(WIDTH * SMALL)}:{int(HEIGHT * SMALL)}", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
            stdout=subprocess.PIPE,
        )
        self.start()

    def run(self):
        width, height = int(WIDTH * SMALL), int(HEIGHT * SMALL)
        while len(data := self.process.stdout.read(width * height)) == width * height:
            found = picture.sources(picture.Luma(data, width, height), self.tiles, ORIGIN[self.screen], SMALL)
            self.pictures += 1
            self.seen |= {n for n in found.values() if n}

    def end(self):
        self.process.terminate()
        self.process.wait(10)
        self.join(10)
        check(self.pictures > 0, f"no picture of {self.screen} came")
        return self.seen


def stamps(screen):
    """The sources of all stamps in a snapshot; None: none can be had now."""
    luma = picture.snapshot(daemon.api, screen=screen)
    return luma and {n for n in picture.sources(luma, daemon.wall()["tiles"], ORIGIN[screen]).values() if n}


def has_banner(screen):
    """Is the block of an orange alarm there, at the left of the upper edge?"""
    return sum(r > 150 and 60 < g < 200 and b < 90 for r, g, b in picture.colours(daemon.api, (0, 0, 60, 40), screen=screen)) > 500


def glass(tile):
    return next(g for g in daemon.wall()["glass"] if g["tile"] == tile)


def first(screen):
    return next(a for a in daemon.wall()["areas"] if a.get("screen") == screen)["first"]


def leave(pin, status=200, **more):
    return daemon.api.post("/api/v1/visitor/leave", {"pin": pin, **more}, status=status)


def fill():
    """The same on both screens: two internal cameras, the public one, a public board; over both a window."""
    for screen in ORIGIN:
        daemon.do("layout", layout="4", screen=screen)
        for i, source in enumerate(("cam-1", "cam-2", f"cam-{PUBLIC}", "board:opened")):
            daemon.do("show", tile=first(screen) + i, camera=source)


@case("a hall screen shows its public camera and its public board, and plates instead of everything else")
def hall():
    daemon.start()
    fill()
    desk, there = first("desk"), first("hall")
    daemon.wait_seen({desk: 1, desk + 1: 2, desk + 2: PUBLIC}, screen="desk")
    daemon.wait_seen({there: None, there + 1: None, there + 2: PUBLIC}, screen="hall", origin=ORIGIN["hall"])
    tap.until(lambda: glass(there + 3).get("is_on_glass"), 10, lambda: f"the board is on glass: {glass(there + 3)}")
    equal(glass(there)["state"], "private", "state of a covered tile")
    check("camera" not in glass(there), f"{glass(there)}")
    why = daemon.api.get(f"/api/v1/walls/main/why/{there}")
    equal([s["step"] for s in why["steps"] if not s["is_good"]], ["cover"], "why it is dark")
    equal([(s["id"], s["content"]) for s in daemon.wall()["screens"]], [("desk", "internal"), ("hall", "public")], "screens")


@case("a covered camera's stamp is nowhere in the hall: cells, a window over both screens, full, swapped, undone")
def nowhere():
    desk, there = first("desk"), first("hall")
    watcher = Watcher("hall")
    daemon.do("show", tile=there + 2, camera="cam-3")
    daemon.wait_seen({there + 2: None}, screen="hall", origin=ORIGIN["hall"])
    daemon.do("swap", tile=desk, other=there)
    window = daemon.do("window-open", rect=[WIDTH - 160, 90, 320, 180], camera="cam-5")["tile"]
    tap.until(lambda: glass(window).get("is_on_glass"), 10, "the window is on glass where it may be")
    daemon.do("maximise", tile=there + 1)
    daemon.do("restore")
    daemon.do("window-close", tile=window)
    daemon.do("undo")
    daemon.do("window-close", tile=window)
    daemon.do("show", tile=there + 2, camera=f"cam-{PUBLIC}")
    daemon.wait_seen({there + 2: PUBLIC}, screen="hall", origin=ORIGIN["hall"])
    tap.until(lambda: PUBLIC in watcher.seen, 10, lambda: f"the public camera is in the stream: {watcher.seen}")
    equal(watcher.end(), {PUBLIC}, "stamps in the stream of the hall")
    tap.note(f"{watcher.pictures} pictures")


@case("visitor mode covers all but public boards at once: no snapshot after the answer shows what is covered")
def begin():
    daemon.api.get("/api/v1/visitor")
    daemon.wait_seen({first("desk") + 1: 2}, screen="desk")
    with daemon.events() as events:
        began = time.time()
        answer = daemon.api.post("/api/v1/visitor", {})
        for _ in range(5):
            check(stamps("desk") in (None, set()), "a stamp in a snapshot after the answer")
        equal([w["wall"] for w in answer["walls"]], ["main"], "walls in visitor mode")
        told = events.event("wall.visitor", lambda d: d["wall"] == "main", 10)
        check(told["is_on"], f"{told}")
        revision = daemon.wall()["revision"]
        at_ms = events.presented(revision)["at_ms"]
    tap.note(f"on glass {at_ms - began * 1000:.0f} ms after the request was sent")
    equal([s["visitor"] for s in daemon.wall()["screens"]], [True, True], "screens in visitor mode")
    board = first("desk") + 3
    tap.until(lambda: glass(board).get("is_on_glass"), 10, lambda: f"the public board stays: {glass(board)}")
    check("visitor mode" in daemon.cli("status"), "status says so")
    ended = {r.get("camera") for r in daemon.api.get("/api/v1/audit?kind=view_end&limit=500")["rows"]}
    check({"cam-1", "cam-2", f"cam-{PUBLIC}"} <= ended, f"what is covered is no longer seen, the register says: {ended}")


@case("nobody leaves while no PIN is set")
def no_pin():
    equal(leave(PIN, status=409)["error"]["code"], "no_pin", "without a PIN")
    check(stamps("desk") == set(), "still covered")


@case("the sign of visitor mode can be read on the wall, and so can why the rest is covered")
def sign():
    read = []

    def is_read():
        read[:] = [read_screen("desk")]
        return "参观模式" in read[0] and "仅内部" in read[0]

    def read_screen(screen):
        class Api:
            raw = staticmethod(lambda method, path: daemon.api.raw(method, path.replace("screens/1/", f"screens/{screen}/")))

        return picture.letters(Api)

    tap.until(is_read, 20, lambda: f"read: {read}")


@case("whatever is done to the wall meanwhile stays behind the plates")
def stays():
    watchers = [Watcher(screen) for screen in ORIGIN]
    desk = first("desk")
    for n in (3, 5, 1):
        daemon.do("show", tile=desk, camera=f"cam-{n}")
    daemon.do("layout", layout="1", screen="desk")
    daemon.do("undo")
    daemon.do("window-open", rect=[0, 0, 320, 180], camera=f"cam-{PUBLIC}")
    daemon.do("undo")
    equal(daemon.api.post("/api/v1/reload", {})["status"], "reloaded", "reload")
    for watcher in watchers:
        tap.until(lambda w=watcher: w.pictures > 3 or not w.is_alive(), 30, "pictures")
        equal(watcher.end(), set(), f"stamps in the stream of {watcher.screen}")


@case("an alarm rings at the consoles; neither its banner nor its camera comes onto a covered screen or into the hall")
def alarm():
    with daemon.events() as events:
        daemon.api.post("/api/v1/linkage/rules/plan/run", {})
        raised = events.event("alarm.raised", lambda d: True, 10)
    tap.until(lambda: any(c["op"] == "spotlight" for c in daemon.api.get("/api/v1/walls/main/journal")["changes"]), 10, "its camera comes up")
    tap.until(lambda: daemon.wall()["on_glass"] == daemon.wall()["revision"], 10, "that is on glass")
    for screen in ORIGIN:
        check(stamps(screen) == set(), f"the alarm's camera on {screen}")
        check(not has_banner(screen), f"a banner on {screen}")
    leave_for_a_look(raised["id"])


def leave_for_a_look(alarm_id):
    """The same alarm where it may be seen: on the desk, and there only."""
    daemon.api.put("/api/v1/visitor/pin", {"pin": PIN})
    leave(PIN)
    tap.until(lambda: has_banner("desk"), 10, "the banner comes onto the desk")
    check(not has_banner("hall"), "a banner in the hall")
    check(3 not in stamps("hall"), "the alarm's camera in the hall")
    daemon.api.post("/api/v1/visitor", {})
    check(stamps("desk") in (None, set()), "covered again")
    daemon.api.post(f"/api/v1/alarms/{alarm_id}", {"do": "acknowledge"})
    tap.until(lambda: not [g for g in daemon.wall()["glass"] if g["tile"] > 900 and g["is_visible"]], 10, "its window goes")


@case("kill -9 in visitor mode: from its first picture on the wall that comes back shows nothing covered")
def killed():
    for _ in range(2):
        daemon.kill()
        daemon.start()
        watchers = [Watcher(screen) for screen in ORIGIN]
        for _ in range(5):
            for screen in ORIGIN:
                check(stamps(screen) in (None, set()), f"a stamp on {screen} after the start")
        tap.until(lambda: all(w.pictures > 2 for w in watchers), 30, "pictures after the start")
        for watcher in watchers:
            equal(watcher.end(), set(), f"stamps in the stream of {watcher.screen}")
    board = first("desk") + 3
    tap.until(lambda: glass(board).get("is_on_glass"), 10, "the public board is back")


@case("leaving needs the PIN: wrong ones are counted over a restart and waited for")
def pin():
    for bad in ("12345", "123456", "111111", "12345a"):
        daemon.api.put("/api/v1/visitor/pin", {"pin": bad}, status=400)
    file = rig.folder / "pin"
    file.write_text(PIN + "\n")
    daemon.cli("visitor", "pin", "--password-file", file)
    check(daemon.api.get("/api/v1/visitor")["has_pin"], "a PIN is set")
    for n in range(2):
        equal(leave(OTHER, status=403)["error"]["code"], "pin", f"wrong PIN {n + 1}")
    daemon.kill()
    daemon.start()
    refused = leave(OTHER, status=403)["error"]
    check(refused["wait_s"] > 0, f"{refused}")
    equal(leave(PIN, status=429)["error"]["code"], "limit", "the right PIN, too early")
    check(stamps("desk") in (None, set()), "still covered")
    equal(daemon.api.get("/api/v1/visitor")["failures"], 3, "wrong ones")


@case("with the right PIN the wall is back as it was, one screen at a time where that is asked for")
def end():
    tap.until(lambda: daemon.api.get("/api/v1/visitor")["wait_s"] == 0, 15, "the wait is over")
    leave(PIN, wall="main", screens=["hall"])
    equal({s["id"]: s["visitor"] for s in daemon.wall()["screens"]}, {"desk": True, "hall": False}, "screens in visitor mode")
    daemon.wait_seen({first("hall") + 2: PUBLIC}, screen="hall", origin=ORIGIN["hall"])
    check(stamps("desk") == set(), "the desk is still covered")
    leave(PIN)
    equal(daemon.api.get("/api/v1/visitor"), {"has_pin": True, "failures": 0, "wait_s": 0, "walls": []}, "state")
    daemon.wait_seen({first("desk"): 1, first("desk") + 1: 2, first("desk") + 2: PUBLIC}, screen="desk")


@case("one screen of one wall; a wall or screen that is not there; who may: operators, and only an administrator the PIN")
def rights():
    daemon.api.post("/api/v1/visitor", {"wall": "main", "screens": ["desk"]})
    equal({s["id"]: s["visitor"] for s in daemon.wall()["screens"]}, {"desk": True, "hall": False}, "screens in visitor mode")
    leave(PIN, wall="main")
    for body in {"wall": "no"}, {"wall": "main", "screens": ["no"]}:
        daemon.api.post("/api/v1/visitor", body, status=404)
    for body in {"screens": ["desk"]}, {"wall": "main", "screens": []}, {"wall": 1}, {"on": True}:
        daemon.api.post("/api/v1/visitor", body, status=400)
    operator, admin = daemon.cookie(), daemon.sign_in("boss", "sysadmin")
    equal(daemon.session_answer("PUT", "visitor/pin", {"pin": OTHER}, operator)[0], 403, "an operator sets the PIN")
    equal(daemon.session_answer("POST", "visitor", {}, admin)[0], 403, "an administrator covers the wall")
    equal(daemon.session_answer("POST", "visitor", {}, operator)[0], 200, "an operator covers the wall")
    equal(daemon.session_answer("POST", "visitor/leave", {"pin": PIN}, operator)[0], 200, "and leaves")


@case("the register knows who, when and which wall; the PIN is nowhere")
def register():
    rows = daemon.api.get("/api/v1/audit?kind=visitor&limit=100")["rows"]
    contents = [(r.get("content", ""), r["outcome"] == "refused") for r in rows]
    for wanted in (("进入参观模式：全部屏", False), ("退出参观模式：全部屏", False), ("退出参观模式：PIN 不对", True), ("设置参观模式 PIN", False)):
        check(wanted in contents, f"{wanted} in {contents}")
    check(all(r["account"] for r in rows), "each row has an account")
    kept = b"".join(f.read_bytes() for f in daemon.state.rglob("*") if f.is_file()) + daemon.log().encode()
    for secret in PIN, OTHER:
        check(secret.encode() not in kept, "a PIN is on disk")


tap.run(daemon.show_failure, rig.end)
