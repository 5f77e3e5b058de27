#!/usr/bin/python3
"""test_walls.py - a wall of 2x2 screens with bezels: layouts of single screens, pictures over several, presets of one."""

import picture
import rig
import tap
from tap import case, check, equal

WIDTH, HEIGHT, BEZEL_X, BEZEL_Y = 640, 360, 16, 12
ORIGIN = {"1": (0, 0), "2": (WIDTH + BEZEL_X, 0), "3": (0, HEIGHT + BEZEL_Y), "4": (WIDTH + BEZEL_X, HEIGHT + BEZEL_Y)}
PLANE = (2 * WIDTH + BEZEL_X, 2 * HEIGHT + BEZEL_Y)
sim = rig.Sim(8, "--fps", 1, "--gop", 1)  # so slow that the snapshots of four screens fit together
daemon = rig.Daemon(
    "walls",
    cameras=[rig.camera(sim, n) for n in range(1, 9)],
    walls=[
        rig.wall(
            [f"cam-{n}" for n in range(1, 5)],
            grid={"columns": 2, "rows": 2, "width": WIDTH, "height": HEIGHT, "bezel_x": BEZEL_X, "bezel_y": BEZEL_Y},
        )
    ],
)


def area(screen):
    return next(a for a in daemon.wall()["areas"] if a.get("screen") == screen)


def plane():
    """The wall as somebody sees it who stands before it: four screens, black behind the bezels."""
    files = {s: picture.snapshot_file(daemon.api, screen=s) for s in ORIGIN}  # close together, decoded later
    shots = {s: picture.decode(file) for s, file in files.items()}
    data = bytearray(PLANE[0] * PLANE[1])
    for s, (left, top) in ORIGIN.items():
        equal((shots[s].width, shots[s].height), (WIDTH, HEIGHT), f"size of screen {s}")
        for y in range(HEIGHT):
            at = (top + y) * PLANE[0] + left
            data[at : at + WIDTH] = shots[s].data[y * WIDTH : (y + 1) * WIDTH]
    return picture.Luma(bytes(data), *PLANE)


def stamp_over_screens(rect):
    """The source in rect, seen over all screens at once: in the second that a picture lasts, the snapshots are taken."""
    seen = []

    def look():
        seen.append(picture.stamp(plane(), rect))
        return seen[-1]

    return tap.until(look, 30, lambda: f"a stamp can be read in {rect}: {seen}")[0]


@case("the screens lie on one plane with the bezels between them")
def screens():
    daemon.start()
    equal(
        {s["id"]: tuple(s["rect"]) for s in daemon.wall()["screens"]},
        {s: (*o, WIDTH, HEIGHT) for s, o in ORIGIN.items()},
    )


@case("each screen has a layout of its own, and shows its own cameras")
def layouts():
    layouts = {"1": ("1", [1]), "2": ("4", [2, 3, 4, 5]), "3": ("1", [6]), "4": ("4", [7, 8, 1, 2])}
    for screen, (layout, _) in layouts.items():
        daemon.do("layout", layout=layout, screen=screen)
    wanted = {}
    for screen, (layout, cameras) in layouts.items():
        place = area(screen)
        equal(
            (place["layout"], place["count"], tuple(place["rect"][:2])),
            (layout, len(cameras), ORIGIN[screen]),
            f"area of screen {screen}",
        )
        wanted[screen] = {place["first"] + i: n for i, n in enumerate(cameras)}
        for tile, n in wanted[screen].items():
            daemon.do("show", tile=tile, camera=f"cam-{n}")
    for screen in layouts:
        daemon.wait_seen(wanted[screen], screen=screen, origin=ORIGIN[screen])


@case("a preset of one screen brings that screen back and leaves the others alone")
def preset():
    before = daemon.shown()
    daemon.api.put("/api/v1/walls/main/presets/right", {"screen": "2"})
    daemon.do("layout", layout="1", screen="2")
    daemon.do("show", tile=area("2")["first"], camera="cam-8")
    first = area("1")["first"]
    daemon.do("show", tile=first, camera="cam-3")
    daemon.do("recall", preset="right")
    equal(daemon.shown(), {**before, first: "cam-3"}, "tile -> camera")


@case("one picture over four screens goes on behind the bezels")
def spanning():
    daemon.do("layout", layout="1")
    daemon.do("show", tile=1, camera="cam-5")
    daemon.wait_live(1)
    rect = daemon.wall()["tiles"][0]["rect"]
    # 1296 x 732 holds a picture of 16:9 with hardly a bar; its stamp runs over both upper screens.
    equal(stamp_over_screens(rect), 5, "source in the stamp over screens 1 and 2")


@case("a free window over the middle of four screens lies above the cells")
def window():
    daemon.do("layout", layout="4")
    x, y = PLANE[0] // 2 - 320, PLANE[1] // 2 - 180
    tile = daemon.do("window-open", rect=[x, y, 640, 360], camera="cam-7")["tile"]
    equal(tile, 901, "number of the window")
    glass = next(g for g in daemon.wall()["glass"] if g["tile"] == tile)
    check(glass["is_visible"], f"{glass}")
    tap.until(lambda: tile in daemon.on_glass(), 10, "the window is on glass")
    rect = next(t for t in daemon.wall()["tiles"] if t["tile"] == tile)["rect"]
    equal(stamp_over_screens(rect), 7, "source in the stamp of the window over screens 1 and 2")
    with daemon.events() as events:
        revision = daemon.do("window-close", tile=tile)["revision"]
        equal(events.presented(revision)["empty"].count(tile), 0, "a closed window among the empty tiles")


tap.run(daemon.show_failure, rig.end)
