#!/usr/bin/python3
"""test_first.py - the first minutes after an installation: a wall without cameras says so, and lives."""
import browser
import picture
import rig
import tap
from tap import case, check, equal

daemon = rig.Daemon("first", walls=[rig.wall(layout="16", clock=True)], outputs=[])
STRIP = 30  # px at the top of the wall, in which the notice's text stands


def n_bright(luma, rows=STRIP):
    return sum(value > 180 for value in luma.data[: rows * luma.width])


def wait_notice(is_there):
    tap.until(
        lambda: (luma := picture.snapshot(daemon.api)) and (n_bright(luma) > 200) == is_there,
        10,
        f"the notice on the wall {'comes' if is_there else 'goes'}",
    )


@case("a wall without cameras says so on the glass")
def says_so():
    daemon.start(*rig.PLAIN_PAGE)
    equal(daemon.api.get("/api/v1/status")["feeds"]["cameras"], 0)
    wait_notice(True)


@case("its clock goes, although nothing else changes")
def clock_goes():
    def corner():
        luma = picture.snapshot(daemon.api)
        rows = range(luma.height - luma.height // 16, luma.height)
        return b"".join(luma.data[row * luma.width + luma.width // 2 : (row + 1) * luma.width] for row in rows)

    before = corner()
    check(any(value > 180 for value in before), "a clock stands in the lower right corner")
    tap.until(lambda: corner() != before, 10, "the clock goes on")


@case("the page shows it")
def page_shows():
    page = browser.Browser(1400, 900)
    page.open(f"http://127.0.0.1:{daemon.http_port}/", daemon.cookie())
    page.until("document.querySelector('#site')?.textContent === '测试中心'", 20, "the page is loaded")
    page.until("document.querySelector('#stage').dataset.preview === 'playing'", 20, "the picture comes")
    tap.until(lambda: n_bright(picture.decode(page.picture("#stage"))) > 200, 10, "the notice is seen")
    equal(page.trouble, [], "errors of the page")
    page.close()


@case("the notice goes with the first camera and comes back without it")
def goes_and_comes():
    camera = {"id": "gate", "name": "大门", "main": "rtsp://127.0.0.1:1/main"}
    daemon.write({**daemon.config, "cameras": [camera]})
    daemon.cli("reload")
    wait_notice(False)
    daemon.write()
    daemon.cli("reload")
    wait_notice(True)
    check(daemon.is_running(), "it still runs")


tap.run(daemon.show_failure, rig.end)
