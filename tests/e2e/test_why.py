#!/usr/bin/python3
"""test_why.py - `wallctl why`: each fault of a camera is named by its place in the chain, on the slate and over the API."""
import json

import rig
import tap
from tap import case, check, equal

# camera, fault of the simulator, state and fault of its stream, first wrong step, a part of what is said
FAULTS = [
    (1, "hang", "retrying", None, "session", ""),
    (2, "refuse", "retrying", "closed", "session", "ended the session"),
    (3, "refuse=503", "retrying", "busy", "session", "no session left"),
    (4, "not-found", "retrying", "not_found", "session", "no such stream"),
    (5, "auth-wrong", "refused", "credentials", "session", "refuses user or password"),
    (6, "no-idr", "wait_keyframe", None, "keyframe", "no key frame"),
    (7, "silent", "retrying", "no_data", "rtp", "nothing has come"),
    (8, "garbage", None, None, ("keyframe", "decode"), ""),
]
HARMLESS = [
    (9, "wrong-clock=100000"),
    (10, "ignore-teardown"),
    (11, "ignore-get-parameter"),
    (12, "slow-connect=200"),
    (13, "resize"),
]
CLOSED = 14  # its port is closed
FOREIGN = 15  # sends H.263

sim = rig.Sim(13, "--main-size", "1280x720")
foreign = rig.Sim(1, "--codec", "h263", "--size", "352x288")
for number, spec, *_ in FAULTS + HARMLESS:
    sim.fault(f"cam-{number}", spec)
closed_port = rig.free_port()
cameras = [rig.camera(sim, n) for n in range(1, 14)]
cameras.append({"id": "cam-14", "name": "端口关闭", "main": f"rtsp://127.0.0.1:{closed_port}/x"})
cameras.append({"id": "cam-15", "name": "编码不支持", "main": foreign.address("cam-1", "main")})
daemon = rig.Daemon("why", cameras=cameras, walls=[rig.wall([f"cam-{n}" for n in range(1, 16)], "16")])


def why(tile):
    return daemon.api.get(f"/api/v1/walls/main/why/{tile}")


def first_wrong(tile):
    return why(tile)["steps"][-1]


@case("cameras with harmless faults are live: wrong clock, ignored requests, slow answers, changing size")
def harmless():
    daemon.start()
    tap.until(lambda: all(n in daemon.on_glass() for n, _ in HARMLESS), 20, lambda: f"only {daemon.on_glass()} live")
    for number, spec in HARMLESS:
        answer = why(number)
        check(answer["is_good"] and answer["verdict"] == "正常", f"cam-{number} ({spec}): {answer}")
        equal(
            [s["step"] for s in answer["steps"]],
            ["right", "address", "session", "rtp", "keyframe", "decode", "tile"],
            "steps",
        )


def named(number, spec, state, fault, step, text):
    steps = step if isinstance(step, tuple) else (step,)

    @case(f"{spec}: the first wrong step is {' or '.join(steps)}")
    def check_fault():
        def is_named():
            wrong = first_wrong(number)
            return not wrong["is_good"] and wrong["step"] in steps and text in wrong["text_en"]

        tap.until(is_named, 25, lambda: f"cam-{number} is explained: {why(number)}")
        answer = why(number)
        tap.note(f"{answer['verdict']} / {answer['verdict_en']}")
        check(any("一" <= c <= "鿿" for c in answer["verdict"]), f"a verdict in Chinese: {answer['verdict']}")
        glass = next(g for g in daemon.wall()["glass"] if g["tile"] == number)
        check(not glass["is_on_glass"], f"it is not on glass: {glass}")
        if state:
            tap.until(
                lambda: [s["state"] for s in streams(number)].count(state),
                15,
                lambda: f"a stream of cam-{number} is '{state}': {streams(number)}",
            )
        if fault:
            tap.until(
                lambda: fault in [s.get("fault") for s in streams(number)],
                15,
                lambda: f"a stream of cam-{number} tells '{fault}': {streams(number)}",
            )


def streams(number):
    return list(daemon.api.get(f"/api/v1/cameras/cam-{number}")["streams"].values())


for row in FAULTS:
    named(*row)
named(CLOSED, "a closed port", "retrying", "unreachable", "session", "network or the port")
named(FOREIGN, "H.263", "refused", "codec", "session", "cannot be decoded")


@case("an empty tile, a tile that is covered, and one that was live and fell silent")
def other_reasons():
    equal(first_wrong(16)["text_en"], "no camera is put into this tile")
    daemon.do("maximise", tile=9)
    tap.until(lambda: first_wrong(10)["text_en"] == "covered by other windows", 5, lambda: str(why(10)))
    daemon.do("restore")
    tap.until(lambda: 10 in daemon.on_glass(), 5, "cam-10 is back")
    sim.fault("cam-10", "silent")
    tap.until(lambda: "nothing received for" in first_wrong(10)["text_en"], 10, lambda: str(why(10)))
    tap.until(lambda: "stalled" in [s["state"] for s in streams(10)], 2, lambda: f"its stream: {streams(10)}")
    tap.until(
        lambda: "retrying" in [s["state"] for s in streams(10)], 10, lambda: f"the session is given up: {streams(10)}"
    )
    check(10 not in daemon.on_glass(), "a picture that stands still is not on glass")
    sim.fault("cam-10", "none")


@case("the command line says it in both languages, with an exit status of its own kind")
def command_line():
    text = daemon.cli("why", "5", language="zh")
    check("账号或密码被摄像机拒绝" in text, text)
    text = daemon.cli("why", "5")
    check("refuses user or password" in text, text)
    equal(json.loads(daemon.cli("why", "9", "--json"))["tile"], 9)
    check("all is well" in daemon.cli("why", "9"), "a good tile")


@case("when the faults are gone every camera comes back, and all is well")
def recover():
    sim.fault("*", "none")
    wanted = [n for n, *_ in FAULTS]
    for number in wanted:
        daemon.api.post(f"/api/v1/cameras/cam-{number}/retry")
    tap.until(lambda: all(n in daemon.on_glass() for n in wanted), 20, lambda: f"only {sorted(daemon.on_glass())} live")
    for number in wanted:
        check(why(number)["is_good"], f"{why(number)}")


tap.run(daemon.show_failure, rig.end)
