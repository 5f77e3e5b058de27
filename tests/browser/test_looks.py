#!/usr/bin/python3
"""test_looks.py - the plain page as a person meets it: at once, whole at usual window sizes, in Chinese, from here alone.

Screenshots of the wall, of a reason being told and of a page that is cut off are left in BUILD/tests/browser for a person
to look at.
"""
import base64
import time

import browser
import picture
import rig
import tap
from tap import case, check, equal

COUNT, REFUSED = 9, 8
SHOTS = rig.BUILD / "tests" / "browser"
SIZES = [(1920, 1080), (1366, 768)]
sim = rig.Sim(COUNT, "--gop", 10)  # so that even a daemon that sheds all but key frames shows different ones
sim.fault(f"cam-{REFUSED}", "auth-wrong")
daemon = rig.Daemon(
    "looks",
    cameras=[rig.camera(sim, n) for n in range(1, COUNT + 1)],
    site={"name": "红塔区综治中心"},
    walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "9", clock=True)],
)
WANTED = {n: n for n in range(1, COUNT + 1) if n != REFUSED}
page = None


def text(selector):
    return page.ask(f"document.querySelector({selector!r})?.innerText ?? ''")


def stamps():
    """tile -> (camera, frame) in the video itself, at its full size; {} before the first picture."""
    url = page.ask(
        """(() => {
          const video = document.querySelector('video');
          if (!video || video.readyState < 2) return '';
          const copy = document.createElement('canvas');
          [copy.width, copy.height] = [video.videoWidth, video.videoHeight];
          copy.getContext('2d').drawImage(video, 0, 0);
          return copy.toDataURL('image/png');
        })()"""
    )
    if not url:
        return {}
    luma = picture.decode(base64.b64decode(url.partition(",")[2]))
    return {t["tile"]: picture.stamp(luma, t["rect"]) for t in daemon.wall()["tiles"] if t["tile"] in WANTED}


def shoot(name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    (SHOTS / f"{name}.png").write_bytes(base64.b64decode(page.call("Page.captureScreenshot", format="png")["data"]))


@case("the wall is seen within 5 s of opening the page, and every camera in it moves")
def at_once():
    global page
    daemon.start(*rig.PLAIN_PAGE)
    daemon.wait_live(COUNT - 1)
    page = browser.Browser(*SIZES[0])
    began = time.monotonic()
    page.open(f"http://127.0.0.1:{daemon.http_port}/", daemon.cookie())
    first, moved = {}, set()

    def is_seen():
        first.update(stamps())
        return {n: s and s[0] for n, s in first.items()} == WANTED

    tap.until(is_seen, 10, lambda: f"the cameras in the video: {first}")
    took = time.monotonic() - began

    def all_moved():
        moved.update(n for n, s in stamps().items() if s and s != first[n])
        return len(moved) == len(WANTED)

    tap.until(all_moved, 10, lambda: f"cameras whose picture moves: {moved}")
    lag = page.ask(
        "(() => { const v = document.querySelector('video'); return v.buffered.end(v.buffered.length - 1) - v.currentTime; })()"
    )
    tap.note(f"first picture after {took:.1f} s, {lag:.2f} s behind the newest")
    check(took <= 5, f"the first picture took {took:.1f} s")


@case("site, cameras, regions and what is wrong are told in Chinese")
def words():
    equal(text("#site"), "红塔区综治中心")
    for n in range(1, COUNT + 1):
        item = text(f"#list > li:nth-child({n})")
        check(f"测试机{n}" in item and "红塔区" in item, f"entry {n}: {item}")
    tap.until(lambda: "拒" in text(f"#list > li:nth-child({REFUSED})"), 5, "the refused camera says so")
    check("已连接" in text("footer"), text("footer"))
    page.hover(f"#tiles > *:nth-child({REFUSED})")
    tap.until(lambda: "账号或密码" in text("#tip"), 5, lambda: f"the reason: {text('#tip')}")
    shoot("reason")
    page.hover("#site")


@case("the tip covers no row of the list, at either size, from the list or from a tile beside it")
def tip_beside_list():
    for width, height in SIZES:
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        page.until(f"innerWidth === {width}", 5, "the window's size")
        for selector in f"#list > *:nth-child({REFUSED})", "#list > *:nth-child(1)", "#tiles > *:nth-child(9)":
            page.hover("#site")
            page.hover(selector)
            if str(REFUSED) in selector:  # the reason makes the tip wider
                tap.until(lambda: "账号或密码被" in text("#tip .why"), 5, lambda: f"the reason: {text('#tip')}")
            tip, rail = page.ask(
                "['#tip', 'aside'].map((s) => { const r = document.querySelector(s).getBoundingClientRect();"
                " return [r.left, r.top, r.right, r.bottom]; })"
            )
            check(tip[2] <= rail[0], f"at {width}x{height} on {selector}: the tip {tip} covers the list {rail}")
            check(tip[0] >= 0 and tip[1] >= 0 and tip[3] <= height, f"the tip {tip} leaves the window")
    page.hover("#site")


@case("everything comes from the daemon itself")
def from_here():
    names = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    foreign = page.ask(
        f"{names}.filter((n) => !n.startsWith(location.origin) && !n.startsWith('blob:' + location.origin))"
    )
    equal(foreign, [], "what was loaded from elsewhere")
    equal(page.trouble, [], "trouble in the console")


@case("the page fits its window, the wall undistorted and the largest part of it: 1920x1080 and 1366x768")
def fits():
    for width, height in SIZES:
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        page.until(f"innerWidth === {width} && innerHeight === {height}", 5, "the window's size")
        over = page.ask(
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        check(over[0] <= 0 and over[1] <= 0, f"at {width}x{height} the page is {over} px larger than the window")
        wide, high = page.ask(
            "(() => { const r = document.querySelector('#stage').getBoundingClientRect(); return [r.width, r.height]; })()"
        )
        check(abs(wide / high - 16 / 9) < 0.02, f"the wall is drawn as {wide}x{high}")
        check(wide > width * 0.6, f"the wall has {wide} of {width} px")
        shoot(f"page-{width}x{height}")
    tap.note(f"screenshots in {SHOTS}")


@case("a page whose daemon is gone says so in plain words; one that is closed leaves no viewer behind")
def leaves():
    page.open("about:blank")
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["viewers"] == 0, 5, "no viewer is left")
    page.open(f"http://127.0.0.1:{daemon.http_port}/", daemon.cookie())
    page.until("document.querySelectorAll('#list > li').length === 9", 10, "the page is there again")
    equal(daemon.stop()[0], 0, "exit status")
    tap.until(
        lambda: "断开" in text("footer") and "中断" in text("#notice"),
        10,
        lambda: f"told: {text('footer')} {text('#notice')}",
    )
    shoot("cut-off")


tap.run(daemon.show_failure, rig.end)
