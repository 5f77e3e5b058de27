#!/usr/bin/python3
"""test_av.py - the port of room control systems, met as they meet it: plain TCP, lines, whatever ends they have."""
import re
import socket
import time

import rig
import tap
from tap import case, check, equal

ANSWERS = ("OK ", "ERR ")
sim = rig.Sim(5)
cameras = [rig.camera(sim, n, number=100 + n) for n in range(1, 5)]
cameras.append({**rig.camera(sim, 5), "region": "530403", "region_name": "别的区"})
daemon = rig.Daemon(
    "av",
    cameras=cameras,
    walls=[rig.wall(["cam-1", "cam-2"]), rig.wall(["cam-3"], id="side", name="侧墙")],
    presets=[
        {"name": "日常 值班", "wall": "main", "layout": "4", "cameras": ["cam-1", "cam-2", "cam-3", "cam-4"]},
        {"name": "汛期\"甲\"", "wall": "main", "layout": "1", "cameras": ["cam-3"]},
    ],
    tours=[{"id": "day", "name": "白天", "wall": "main", "dwell_s": 60, "tiles": [1], "cameras": ["cam-2", "cam-3"]}],
    av_control={"host": "127.0.0.1", "port": 0, "allow": ["127.0.0.0/8"], "token": "crestron", "clients": 3, "idle_s": 10},
)


def port():
    address = daemon.local.get("/api/v1/status")["av_control"]["address"]
    return int(address.rpartition(":")[2])


class Room:
    """One connection; use with `with`."""

    def __init__(self, source=None, buffer=None):
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port()))
        self.data = b""
        self.events = []

    def __enter__(self):
        self.hello = self.line()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def line(self):
        """The next one without its end; None: the other side has hung up."""
        while b"\r\n" not in self.data:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.data += more
        line, _, self.data = self.data.partition(b"\r\n")
        return line.decode("utf-8")

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def ask(self, line, end="\r\n"):
        """[data lines, answer]; events that come meanwhile are kept."""
        self.send(line + end)
        return self.answer()

    def answer(self):
        lines = []
        while not lines or not lines[-1].startswith(ANSWERS):
            line = self.line()
            check(line is not None, f"hung up after {lines}")
            if line.startswith("EVENT "):
                self.events.append(line)
            else:
                lines.append(line)
        return lines

    def ok(self, line, end="\r\n"):
        answer = self.ask(line, end)
        check(answer[-1].startswith("OK "), f"{line}: {answer}")
        return answer

    def refused(self, line, code):
        answer = self.ask(line)
        check(len(answer) == 1 and answer[0].startswith(f"ERR {code} "), f"{line}: {answer}, not {code}")
        return answer[0]

    def event(self, beginning, within_s=15):
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            for i, event in enumerate(self.events):
                if event.startswith(beginning):
                    del self.events[: i + 1]
                    return event
            line = self.line()
            check(line is not None, f"hung up before {beginning}")
            self.events.append(line)
        raise AssertionError(f"no {beginning}: {self.events}")

    def is_over(self):
        while True:
            line = self.line()
            if line is None:
                return True


def token(rights, **more):
    if "crestron" in [t["id"] for t in daemon.local.get("/api/v1/tokens")["tokens"]]:
        daemon.local.delete("/api/v1/tokens/crestron")
    daemon.local.put("/api/v1/tokens/crestron", {"rights": rights, **more})


@case("before there is the token nobody may do anything; then what it allows")
def rights():
    daemon.start()
    daemon.wait_live(2)
    with Room() as room:
        equal(room.hello, "HELLO wallctl 1 wall=main", "the greeting")
        for line in "QUERY WALL", "TAKE", "SUBSCRIBE":
            check("crestron" in room.refused(line, "denied"), "it names the token")
        token(["wall.view"])
        room.ok("QUERY WALL")
        room.refused("QUERY STATUS", "denied")
        room.refused("SHOW 1 cam-3", "denied")
        token(["wall.view", "wall.operate", "status.read", "camera.list", "visitor.switch", "wall.override"])
        room.ok("QUERY STATUS")
    equal(daemon.shown()[1], "cam-1", "what was refused has changed nothing")


@case("a source on a tile by id and by number, clear, layout, preset: on glass as with any other command")
def commands():
    with Room() as room:
        revision = int(room.ok("SHOW 1 cam-3")[0].split()[2])
        equal(revision, daemon.wall()["revision"], "the revision in the answer")
        room.ok("show 2 104")
        daemon.wait_seen({1: 3, 2: 4})
        room.ok("CLEAR 2")
        equal(daemon.shown(), {1: "cam-3", 2: None, 3: None, 4: None}, "cleared")
        room.ok("PRESET 日常 值班")
        daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
        room.ok('PRESET "汛期\\"甲\\""')
        equal(daemon.shown(), {1: "cam-3"}, "the other preset")
        room.ok("LAYOUT 4")
        equal(len(daemon.wall()["tiles"]), 4, "tiles")
        room.ok("CLEAR ALL")
        equal(set(daemon.shown().values()), {None}, "all cleared")
        daemon.do("show", tile=1, camera="cam-4", preview=True)
        room.ok("TAKE")
        equal(daemon.shown()[1], "cam-4", "taken")
    equal(daemon.shown("side"), {1: "cam-3", 2: None, 3: None, 4: None}, "another wall is left alone")


@case("tours begin and end")
def tours():
    def state():
        return next(t for t in daemon.api.get("/api/v1/tours")["tours"] if t["id"] == "day")["is_running"]

    with Room() as room:
        room.ok("TOUR START day")
        check(state(), "it runs")
        check("DATA TOUR id=day running=1 paused=0 name=\"白天\"" in room.ok("QUERY TOURS"), "and says so")
        room.ok("TOUR STOP day")
        check(not state(), "it stands")


@case("questions: wall, tiles, presets, status")
def questions():
    with Room() as room:
        room.ok("SHOW 1 cam-1")
        room.ok("CLEAR 2")
        daemon.wait_seen({1: 1})
        tap.until(lambda: "on_glass=1 source=cam-1" in room.ok("QUERY TILES")[0], 10, "it is on glass")
        tiles = room.ok("QUERY TILES")
        equal(tiles[0], 'DATA TILE tile=1 state=live on_glass=1 source=cam-1 name="测试机1"', "tile 1")
        equal(tiles[1], 'DATA TILE tile=2 state=empty on_glass=0 source=- name=""', "tile 2")
        equal(tiles[-1], "OK QUERY TILES 4", "the end")
        wall = daemon.wall()
        line = room.ok("QUERY WALL")[0]
        check(line.startswith(f"DATA WALL id=main revision={wall['revision']} on_glass="), line)
        check(line.endswith('tiles=4 scenes=0 locked=0 prepared=0 layout="4" name="主墙"'), line)
        equal(
            room.ok("QUERY PRESETS"),
            ['DATA PRESET name="日常 值班"', 'DATA PRESET name="汛期\\"甲\\""', "OK QUERY PRESETS 2"],
            "presets",
        )
        check(room.ok("QUERY STATUS")[0].endswith('load=normal store=good site="测试中心"'), "status")


@case("who has subscribed hears what happens on the wall, and what becomes of its cameras")
def events():
    with Room() as room, Room() as other:
        room.ok("SUBSCRIBE")
        revision = daemon.do("show", tile=2, camera="cam-2")["revision"]
        equal(room.event("EVENT WALL "), f"EVENT WALL revision={revision} op=show", "another's command")
        equal(room.event(f"EVENT GLASS revision={revision}"), f"EVENT GLASS revision={revision}", "on glass")
        sim.fault("cam-2", "hang")
        check("source=cam-2" in room.event("EVENT SOURCE source=cam-2 stream=sub state=stalled"), "the camera stalls")
        sim.fault("cam-2", "none")
        daemon.do("clear", wall="side", tile=1)
        room.ok("UNSUBSCRIBE")
        daemon.do("clear", tile=2)
        room.ok("PING")
        check(not [e for e in room.events if "op=clear" in e], f"nothing of another wall, nothing afterwards: {room.events}")
        other.ok("PING")
        equal(other.events, [], "who has not subscribed hears nothing")


@case("ends of lines, telnet's negotiation, blanks, case; what is wrong says what is accepted")
def lines():
    with Room() as room:
        for end in "\n", "\r", "\r\n", "\r\0", "\r\n\r\n":
            room.ok("PING", end)
        room.send(b"\xff\xfb\x01\xff\xfd\x03PI\xff\xfa\x18\x00x\n\xff\xf0NG\r\n")
        equal(room.answer(), ["OK PING"], "after telnet's negotiation")
        room.send(b"PI")
        room.send(b"NG\r\nPI")
        room.send(b"NG\r\n")
        equal((room.answer(), room.answer()), (["OK PING"], ["OK PING"]), "in pieces")
        check("PRESET" in room.refused("FOO", "invalid"), "unknown command")
        room.refused("SHOW 0 cam-1", "invalid")
        room.refused("SHOW 1 no-such", "not_found")
        room.refused("SHOW 99 cam-1", "not_found")
        room.refused("PRESET 没有的", "not_found")
        room.refused("LAYOUT no-such", "not_found")
        room.refused("VISITOR OFF", "invalid")
        room.send(b"PRESET \xff\xc3\r\nPRESET \xc3(\r\n")
        check(all(room.answer()[0].startswith("ERR ") for _ in range(2)), "not UTF-8")
        room.send(b"x" * 600 + b"\r\nPING\r\n")
        check("512" in room.answer()[0] and room.answer() == ["OK PING"], "a line that is too long")
        room.send(b"y" * 200000 + b"\r\nPING\r\n")
        check("512" in room.answer()[0] and room.answer() == ["OK PING"], "one that is much too long")


@case("the example of the document")
def document():
    text = (rig.SOURCE / "docs" / "zh" / "中控对接.md").read_text("utf-8")
    told = re.search(r"^```text av\n(.*?)^```", text, flags=re.M | re.S)[1].splitlines()
    check(len(told) > 15, "the example is not found")
    for n in range(1, 5):
        daemon.do("show", tile=n, camera=f"cam-{n}")
    daemon.wait_seen({n: n for n in range(1, 5)})

    def plain(line):  # revisions are others each time
        return re.sub(r"(OK [A-Z ]+|revision=)\d{3,}", r"\1N", re.sub(r"(OK (?:PRESET|SHOW|CLEAR) |revision=)\d+", r"\1N", line))

    with Room() as room:
        room.data = room.hello.encode() + b"\r\n" + room.data
        for line in told:
            if line.startswith("→ "):
                if "query" in line:
                    tap.until(lambda: len(daemon.on_glass()) == 4, 10, "the wall is seen")
                room.send(line[2:] + "\r\n")
            else:
                equal(plain(room.line()), plain(line[2:]), "the next line")


@case("refused by the wall: a lock says so, and nothing happens")
def locked():
    daemon.do("lock")
    with Room() as room:
        room.refused("CLEAR ALL", "locked")
        check("locked=1" in room.ok("QUERY WALL")[0], "it can be asked")
    daemon.do("unlock")


@case("a token of one region shows its cameras only")
def region():
    token(["wall.view", "wall.operate"], region="530402")
    with Room() as room:
        room.ok("SHOW 1 cam-2")
        room.refused("SHOW 1 cam-5", "not_found")
    token(["wall.view", "wall.operate", "status.read", "camera.list"])
    with Room() as room:
        room.ok("SHOW 1 cam-5")


@case("what was asked stands in the register under the token's name, refused or not")
def register():
    def rows():
        found = daemon.api.get("/api/v1/audit?account=token:crestron&limit=200")["rows"]
        return {(r["content"], r["outcome"]) for r in found if r["kind"] == "command"}

    def is_there():
        told = rows()
        return any("日常 值班" in c and o == "ok" for c, o in told) and any("locked" in c and o == "refused" for c, o in told)

    tap.until(is_there, 10, lambda: f"{rows()}")
    check(not any("没有的" in c for c, _ in rows()), "what was no name of ours is not repeated")


@case("too fast: refused, then hung up on; others are served meanwhile")
def rate():
    with Room() as quick, Room() as other:
        quick.send(b"PING\r\n" * 150)
        answers = [quick.answer()[0] for _ in range(150)]
        check(answers[:40] == ["OK PING"] * 40, "a burst passes")
        check(sum(a.startswith("ERR limit ") for a in answers) > 50, "then lines are refused")
        other.ok("QUERY TILES")
        tap.until(lambda: quick.ask("PING") == ["OK PING"], 10, "and later taken again")
        try:
            quick.send(b"PING\r\n" * 5000)
        except ConnectionError:
            pass
        check(quick.is_over(), "who does not stop is hung up on")
        other.ok("PING")


@case("a client that takes no answers is dropped, and the wall does not notice")
def stalled():
    with Room(buffer=4096) as room, Room() as other:
        room.ok("SUBSCRIBE")
        began = time.monotonic()
        worst = 0
        asking = True
        while time.monotonic() - began < 40 and len(daemon_clients()) > 1:
            if asking:
                try:
                    room.socket.setblocking(False)
                    room.socket.send(b"QUERY TILES\r\n" * 10)
                except BlockingIOError:
                    pass
                except ConnectionError:
                    asking = False
            asked = time.monotonic()
            other.ask("PING")
            worst = max(worst, time.monotonic() - asked)
        equal(len(daemon_clients()), 1, "who takes nothing is gone")
        check(worst < 2, f"others have waited {worst:.1f} s")
        tap.until(lambda: other.ask("SHOW 1 cam-1")[-1].startswith("OK "), 10, "and the wall obeys")


def daemon_clients():
    return range(daemon.local.get("/api/v1/status")["av_control"]["clients"])


@case("as many as are allowed, no more; foreign addresses are turned away; idle ones go")
def doors():
    rooms = [Room().__enter__() for _ in range(3)]
    equal(Room().line(), None, "a fourth one")
    refused = daemon.local.get("/api/v1/status")["av_control"]["refused"]
    check(refused >= 1, "counted")
    began = time.monotonic()
    check(rooms[0].is_over(), "who says nothing goes")
    check(time.monotonic() - began < 15, "after idle_s")
    for room in rooms:
        room.socket.close()
    daemon.config["av_control"]["allow"] = ["127.0.0.2", "10.1.2.0/24", "::1"]
    daemon.write()
    daemon.api.post("/api/v1/reload")
    equal(Room().line(), None, "127.0.0.1 is not in the list any more")
    with Room("127.0.0.2") as room:
        room.ok("PING")
    check("not in av_control.allow" in daemon.log(), "the log says who and why")


@case("a token that is deleted ends it at once; a reload without the section closes the port")
def ends():
    with Room("127.0.0.2") as room:
        room.ok("SUBSCRIBE")
        daemon.local.delete("/api/v1/tokens/crestron")
        room.refused("QUERY WALL", "denied")
        daemon.do("show", tile=2, camera="cam-4")
        daemon.config.pop("av_control")
        daemon.write()
        where = port()
        daemon.api.post("/api/v1/reload")
        check(room.is_over(), "clients are gone")
        equal([e for e in room.events if "op=show" in e], [], "no news without a token")
    check("av_control" not in daemon.local.get("/api/v1/status"), "it is off")
    with socket.socket() as s:
        check(s.connect_ex(("127.0.0.1", where)) != 0, "nobody listens")


tap.run(daemon.show_failure, rig.end)
