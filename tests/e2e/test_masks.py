#!/usr/bin/python3
"""test_masks.py - privacy masks drawn over the API: who may, what is refused, what is left of the picture, what the register
says, and that they outlast a restart, kill -9 and two people at once.

A stamped camera has its number at both edges (tests/support/stamp.h): the mask of the upper half takes one stamp away and
leaves the other, and what it covers is black in every picture.
"""
import json
import threading

import client
import picture
import rig
import tap
from tap import case, check, equal

UPPER = {"mode": "black", "points": [[0, 0], [1, 0], [1, 0.5], [0, 0.5]]}
LOWER = {"mode": "black", "points": [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]}
MOSAIC = {"mode": "mosaic", "points": [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6]]}
WIDTH, HEIGHT = 1280, 720
ROUNDS = 8
sim = rig.Sim(4)
daemon = rig.Daemon(
    "masks",
    cameras=[
        rig.camera(sim, 1, label="off"),
        rig.camera(sim, 2, label="off", masks=[LOWER]),
        rig.camera(sim, 3, region="530403"),
        {**rig.camera(sim, 4), "main": sim.address("nothing", "main"), "sub": sim.address("nothing", "sub")},
    ],
    walls=[rig.wall(["cam-1", "cam-2"], "2")],
    credentials="credentials.json",
)
secrets = daemon.dir / "credentials.json"
secrets.write_text("{}")
secrets.chmod(0o600)
kept = daemon.dir / "masks.json"


def get(camera="cam-1", status=200):
    return daemon.api.get(f"/api/v1/cameras/{camera}/masks", status)


def draw(masks, camera="cam-1", status=200, revision=None):
    body = {"revision": revision or get(camera)["revision"], "masks": masks}
    return daemon.api.put(f"/api/v1/cameras/{camera}/masks", body, status)


def still_file(camera="cam-1"):
    """(status, answer) of a picture of one camera, held against the document."""
    path = f"/api/v1/cameras/{camera}/still.jpg"
    status, kind, data = daemon.api.raw("GET", path)
    answer = json.loads(data) if kind == "application/json" else data
    client.check_answer("GET", path, status, kind, answer)
    return status, answer


def still(camera="cam-1"):
    status, data = still_file(camera)
    equal(status, 200, f"still of {camera}: {data[:200]!r}")
    luma = picture.decode(data)
    equal((luma.width, luma.height), (WIDTH, HEIGHT), "size of the still")
    return luma


def stamps(luma, rect=(0, 0, WIDTH, HEIGHT)):
    """The camera's numbers at the upper and the lower edge; None where there is none."""
    return tuple(found and found[0] for found in (picture.stamp(luma, rect), picture.lower_stamp(luma, rect)))


def brightest(luma, top, bottom, places=(0.2, 0.8)):
    """Of the rows between, at the columns where no watermark is."""
    rows = range(int(luma.height * top), int(luma.height * bottom))
    left, right = (int(luma.width * part) for part in places)
    return max(max(luma.data[y * luma.width + left : y * luma.width + right]) for y in rows)


def on_wall(number):
    """stamps() of tile `number` in a snapshot of the wall."""
    luma = picture.snapshot(daemon.api)
    rect = next(t["rect"] for t in daemon.wall()["tiles"] if t["tile"] == number)
    h = rect[2] * 9 // 16  # the camera's picture in the tile
    return stamps(luma, (rect[0], rect[1] + (rect[3] - h) // 2, rect[2], h)) if luma else None


def rows():
    listed = daemon.local.get("/api/v1/audit?limit=500")["rows"]
    return [r for r in listed if "隐私遮挡" in (r.get("content") or "")]


@case("without a file for masks it is said what to write into the configuration, and nothing changes")
def no_file():
    daemon.start()
    daemon.wait_live(2)
    equal((get()["writable"], get()["masks"], get("cam-2")["masks"]), (False, [], [LOWER]), "what the configuration has")
    refused = draw([UPPER], status=501)["error"]
    check('"camera_masks"' in refused["message"] and '"camera_masks"' in refused["message_zh"], f"{refused}")
    daemon.config["camera_masks"] = "masks.json"
    daemon.write()
    told = daemon.cli("reload", status=65)
    check("camera_masks" in told and "cannot read" in told, f"a file that is not there: {told}")
    kept.write_text("{}")
    daemon.cli("reload")
    equal((get()["writable"], get("cam-2")["masks"]), (True, [LOWER]), "with an empty one")


@case("a mask that is drawn is in the next picture and on the wall, black to the last pixel, without a new session")
def drawn():
    equal(stamps(still()), (1, 1), "before")
    tap.until(lambda: on_wall(1) == (1, 1), 10, "the wall shows it")
    opened = sim.stats("cam-1/sub")["opened"], sim.stats("cam-1/main")["opened"]
    answer = draw([UPPER])
    equal(answer, get(), "the answer, and what is asked for afterwards")
    equal(answer["masks"], [UPPER], "masks")
    luma = still()
    equal(stamps(luma), (None, 1), "the upper stamp is gone, the lower one is there")
    check(brightest(luma, 0, 0.05) <= 24, f"under the mask is {brightest(luma, 0, 0.05)}")  # 16 is black, and JPEG
    tap.until(lambda: on_wall(1) == (None, 1), 5, lambda: f"on the wall: {on_wall(1)}")
    wall = picture.snapshot(daemon.api)
    rect = next(t["rect"] for t in daemon.wall()["tiles"] if t["tile"] == 1)
    h = rect[2] * 9 // 16
    top = rect[1] + (rect[3] - h) // 2
    part = [max(wall.data[y * wall.width + rect[0] : y * wall.width + rect[0] + rect[2]]) for y in range(top, top + h // 20)]
    check(max(part) <= 16, f"the brightest pixel under it on the wall is {max(part)}")
    equal((sim.stats("cam-1/sub")["opened"], sim.stats("cam-1/main")["opened"]), opened, "sessions of the camera")
    equal(json.loads(kept.read_text())["cam-1"], [UPPER], "in the file")


@case("masks of the configuration are replaced as a whole, also by none")
def replaced():
    equal(stamps(still("cam-2")), (2, None), "as the configuration has it")
    draw([UPPER], "cam-2")
    equal(stamps(still("cam-2")), (None, 2), "the other way round")
    draw([UPPER, LOWER, MOSAIC], "cam-2")
    equal(stamps(still("cam-2")), (None, None), "all of it")
    draw([], "cam-2")
    equal(stamps(still("cam-2")), (2, 2), "none of it")
    equal(json.loads(kept.read_text())["cam-2"], [], "what was taken away stays away")


@case("the register has who changed whose masks, from how many to how many, added or taken away, and what was refused")
def register():
    told = [(r["camera"], r["content"], r["outcome"] == "refused") for r in rows()]
    found = [c for camera, c, refused in told if camera == "cam-2" and not refused]
    wanted = ["原有 1 块，现有 1 块（涂黑 1，马赛克 0）", "原有 1 块，现有 3 块（涂黑 2，马赛克 1）", "原有 3 块，现有 0 块（涂黑 0，马赛克 0）"]
    equal(sorted(found), sorted(f"修改隐私遮挡：{text}" for text in wanted), "rows of cam-2")
    check(any(camera == "cam-1" and refused for camera, _, refused in told), f"the refused one of before: {told}")
    listed = daemon.local.get("/api/v1/audit?limit=500")["rows"]
    stills = [r for r in listed if r["kind"] == "snapshot" and r.get("camera") == "cam-2" and "still.jpg" in r["content"]]
    equal(len(stills), 4, "pictures that were looked at")
    check(all(r["reason"] for r in stills if r["via"] == "web"), f"{stills}")


@case("two people: who has not seen the masks as they are does not replace them; two at once, and one of them wins")
def two_people():
    seen = get()["revision"]
    draw([UPPER, LOWER], revision=seen)
    refused = draw([], status=409, revision=seen)["error"]
    equal((refused["code"], "别人" in refused["message_zh"], len(get()["masks"])), ("stale", True, 2), f"{refused}")
    for _ in range(ROUNDS):
        now, statuses = get()["revision"], []

        def one(masks, now=now, statuses=statuses):
            body = json.dumps({"revision": now, "masks": masks}).encode()
            path = "/api/v1/cameras/cam-1/masks"
            statuses.append((daemon.api.raw("PUT", path, body, {"Content-Type": "application/json"})[0], masks))

        choices = [[UPPER], [LOWER]] if len(get()["masks"]) != 1 else [[], [UPPER, LOWER]]
        threads = [threading.Thread(target=one, args=(masks,)) for masks in choices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(sorted(status for status, _ in statuses), [200, 409], "answers")
        equal(get()["masks"], next(masks for status, masks in statuses if status == 200), "whose are in force")


@case("masks of different cameras that are drawn at the same time are all in force")
def at_once():
    for n in range(ROUNDS):
        masks = [UPPER] if n % 2 else [LOWER, UPPER]
        threads = [threading.Thread(target=draw, args=(masks, f"cam-{c}")) for c in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal([get(f"cam-{c}")["masks"] for c in (1, 2, 3)], [masks] * 3, f"round {n}")


@case("what is no mask is refused with its place, and nothing is changed; nor while the configuration has a fault")
def refused():
    before, text = get(), kept.read_bytes()
    square = UPPER["points"]
    for masks, place in [
        ([{"points": square[:2]}], "masks[0].points: 2 points are refused; accepted: 3 to 64"),
        ([UPPER, {"points": [[0, 0], [1, 0], [1.5, 1]]}], "masks[1].points[2]"),
        ([{"points": [[0, 0], [0.5, 0.5], [1, 1]]}], "cover nothing"),
        ([{**UPPER, "mode": "blur"}], "accepted: black, mosaic"),
        ([{**UPPER, "colour": "red"}], "colour"),
        ([{"points": [[n / 65, n % 2] for n in range(65)]}], "at most 64"),
        ([UPPER] * 33, "at most 32"),
        ({"0": UPPER}, "is not an array"),
        (None, "is not an array"),
    ]:
        answer = draw(masks, status=400)["error"]["message"]
        check(place in answer, f"{str(masks)[:80]}: {answer}")
    for body in ({"masks": []}, {"revision": before["revision"]}, {"revision": 5, "masks": []}, {"revision": "x", "masks": [], "y": 1}):
        daemon.api.put("/api/v1/cameras/cam-1/masks", body, 400)
    draw([], status=409, revision="x")
    daemon.api.put("/api/v1/cameras/nobody/masks", {"revision": "x", "masks": []}, 404)
    get("nobody", 404)
    equal(still_file("nobody")[0], 404, "a still of nobody")
    daemon.write({**daemon.config, "walls": 5})
    answer = draw([], status=400)["error"]
    check("walls" in answer["message"] and "没有保存" in answer["message_zh"], f"{answer}")
    daemon.write()
    equal((get(), kept.read_bytes()), (before, text), "as it was")


@case("only who administers cameras draws, in his region; pictures of single cameras are for who may see those")
def roles():
    body = {"revision": get()["revision"], "masks": get()["masks"]}
    may_look = {"supervisor", "dispatcher", "leader", "device_admin"}
    names = ["registrar", "mediator", "analyst", "supervisor", "dispatcher", "leader", "auditor", "sysadmin", "device_admin"]
    for role in names:
        cookie = daemon.sign_in(f"role-{role.replace('_', '-')}", role)
        got = [daemon.session_answer("GET", "cameras/cam-1/masks", None, cookie)[0], daemon.session_answer("PUT", "cameras/cam-1/masks", body, cookie)[0]]
        equal(got, [200, 200] if role == "device_admin" else [403, 403], role)
        token = client.tokens.pop(daemon.http_port)  # the cookie alone says who it is
        status = daemon.api.raw("GET", "/api/v1/cameras/cam-1/still.jpg", None, {"Cookie": f"{client.COOKIE}={cookie}"})[0]
        client.tokens[daemon.http_port] = token
        equal(status, 200 if role in may_look else 403, f"still for {role}")
    other = daemon.sign_in("elsewhere", "device_admin", region="530403")
    equal(daemon.session_answer("GET", "cameras/cam-1/masks", None, other)[0], 404, "a camera of another region")
    equal(daemon.session_answer("PUT", "cameras/cam-1/masks", body, other)[0], 404, "and to change it")
    equal(daemon.session_answer("GET", "cameras/cam-3/masks", None, other)[0], 200, "his own")


@case("a camera that nobody has open is opened for its picture and left again; one that is gone is told of in words")
def closed():
    check("cam-3" not in [f["camera"] for f in daemon.api.get("/api/v1/feeds")["feeds"]], "nobody looks at it")
    draw([], "cam-3")
    equal(stamps(still("cam-3"))[0], 3, "its picture")
    status, answer = still_file("cam-4")
    equal(status, 503, "one that sends nothing")
    check("没有画面" in answer["error"]["message_zh"] and "no picture" in answer["error"]["message"], f"{answer}")
    sim.fault("cam-1", "silent")
    tap.until(lambda: still_file("cam-1")[0] == 503, 30, "one that hangs gives no old picture")
    sim.fault("cam-1", "none")
    tap.until(lambda: still_file("cam-1")[0] == 200, 40, "it is back")


@case(f"masks outlast a restart, and a kill -9 at {ROUNDS} moments while they are drawn: those of before or those of after")
def kill():
    draw([UPPER], "cam-2")
    daemon.stop()
    daemon.start()
    equal(get("cam-2")["masks"], [UPPER], "after a restart")
    daemon.wait_live(2)
    tap.until(lambda: stamps(still("cam-2")) == (None, 2), 10, "and in the first picture")
    states = [[UPPER], [LOWER], [UPPER, LOWER]]
    for n in range(ROUNDS):
        before, after = get("cam-2")["masks"], states[n % 3]
        answered = []

        def one(after=after, answered=answered):
            try:
                answered.append(draw(after, "cam-2")["masks"])
            except (OSError, AssertionError, client.http.client.HTTPException):
                pass  # killed before it could answer

        thread = threading.Thread(target=one)
        thread.start()
        thread.join(n * 0.012)
        daemon.kill()
        thread.join()
        daemon.start()
        now = get("cam-2")["masks"]
        check(now in (before, after) and (now == after or not answered), f"round {n}: {now}, answered: {answered}")
        json.loads(kept.read_text())
    left = [f.name for f in daemon.dir.iterdir() if f.name.startswith("masks.json") and f != kept]
    tap.note(f"files beside it after {ROUNDS} kills: {left}")


@case("without its file the daemon does not start: pictures would be shown that nobody may see")
def lost():
    daemon.stop()
    kept.rename(daemon.dir / "away")
    daemon.launch()
    equal(daemon.process.wait(20), 78, "exit status")
    check("camera_masks" in daemon.log(False), "it says which file")


tap.run(daemon.show_failure, rig.end)
