#!/usr/bin/python3
"""test_page.py - the plain page in Debian's Chromium: a moving picture, names, what is wrong, and what comes after a break.

What the player shows is read from its own pixels: the stamps of the simulated cameras say which camera and which frame.
Screenshots are left in BUILD/tests/browser for a person to look at.
"""
import base64
import os
import shutil
import time

import picture
import rig
import tap
from tap import Skip, case, check, equal

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
except ImportError as missing:
    print(f"1..0 # SKIP {missing}: install python3-selenium")
    raise SystemExit(0) from None
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    print("1..0 # SKIP install chromium and chromium-driver")
    raise SystemExit(0)

os.environ["NO_PROXY"] = "127.0.0.1,localhost"  # the driver's own connection
COUNT, OFFLINE = 9, 8
SHOTS = rig.BUILD / "tests" / "browser"
SIZES = [(1920, 1080), (1366, 768)]
sim = rig.Sim(COUNT)
sim.fault(f"cam-{OFFLINE}", "auth-wrong")
daemon = rig.Daemon(
    "page", cameras=[rig.camera(sim, n) for n in range(1, COUNT + 1)], site={"name": "红塔区综治中心"},
    walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)], "9", clock=True)],
    listen={"http_port": rig.free_port()})
WANTED = {n: n for n in range(1, COUNT + 1) if n != OFFLINE}


def open_browser(size=SIZES[0]):
    options = Options()
    options.binary_location = CHROMIUM
    for flag in "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", \
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--window-size={size[0]},{size[1]}", \
            f"--user-data-dir={rig.folder / 'chromium'}-{time.monotonic_ns()}":
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


browser = None


def js(text, *arguments):
    return browser.execute_script(text, *arguments)


def shown():
    """The picture that the player shows now, or None before the first."""
    url = js("""
        const video = document.querySelector('video'), canvas = document.querySelector('#picture');
        const from = video.hidden ? canvas : video;
        const width = video.hidden ? canvas.width : video.videoWidth, height = video.hidden ? canvas.height : video.videoHeight;
        if (!width || (!video.hidden && video.readyState < 2)) return null;
        const copy = document.createElement('canvas');
        [copy.width, copy.height] = [width, height];
        copy.getContext('2d').drawImage(from, 0, 0);
        return copy.toDataURL('image/png');""")
    return picture.decode(base64.b64decode(url.partition(",")[2])) if url else None


def sees(wanted, within_s=15):
    """Waits until the player shows these cameras; the stamps, tile -> (source, frame)."""
    tiles = {t["tile"]: t for t in daemon.wall()["tiles"]}
    stamps = {}

    def is_seen():
        luma = shown()
        if not luma:
            return False
        stamps.clear()
        stamps.update({n: picture.stamp(luma, tiles[n]["rect"]) for n in wanted})
        return {n: s and s[0] for n, s in stamps.items()} == wanted
    tap.until(is_seen, within_s, lambda: f"the page shows {wanted}, but {stamps}; {js('return document.body.innerText')[:300]}")
    return dict(stamps)


def moves(wanted):
    """Every camera's frame number changes in what the page shows."""
    first = sees(wanted)
    tap.until(lambda: all(s != first[n] for n, s in sees(wanted).items()), 5, lambda: f"pictures that move: {first} {sees(wanted)}")


def text(selector):
    return browser.find_element(By.CSS_SELECTOR, selector).text


@case("the page shows the wall as a moving picture within 5 s, by Media Source Extensions")
def moving():
    global browser
    daemon.start()
    daemon.wait_live(COUNT - 1)
    browser = open_browser()
    began = time.monotonic()
    browser.get(f"http://127.0.0.1:{daemon.http_port}/")
    sees(WANTED, 8)
    took = time.monotonic() - began
    moves(WANTED)
    equal(js("return document.querySelector('video').hidden"), False, "the video is hidden")
    before = js("return document.querySelector('video').currentTime")
    time.sleep(1)
    played = js("return document.querySelector('video').currentTime") - before
    quality = js("const q = document.querySelector('video').getVideoPlaybackQuality(); return [q.totalVideoFrames, q.droppedVideoFrames]")
    lag = js("const v = document.querySelector('video'); return v.buffered.end(v.buffered.length - 1) - v.currentTime")
    tap.note(f"first picture after {took:.1f} s; {played:.2f} s played in 1 s; {quality[0]} frames, {quality[1]} dropped; {lag:.2f} s behind")
    check(took <= 5, f"the first picture took {took:.1f} s")
    check(0.5 < played < 2, f"{played:.2f} s played in 1 s")
    check(lag < 1.5, f"{lag:.2f} s behind")


@case("names, regions and states are there in Chinese; nothing comes from elsewhere, and nothing is wrong in the console")
def words():
    equal(text("#site"), "红塔区综治中心")
    check("红塔区综治中心" in browser.title, browser.title)
    items = [i.text for i in browser.find_elements(By.CSS_SELECTOR, "#list > li")]
    equal(len(items), COUNT, "entries of the list")
    for n, item in enumerate(items, 1):
        check(f"测试机{n}" in item and "红塔区" in item, f"entry {n}: {item}")
    tap.until(lambda: "拒" in text(f"#list > li:nth-child({OFFLINE})"), 5, lambda: f"the refused camera says so: {text(f'#list > li:nth-child({OFFLINE})')}")
    check("已连接" in text("footer"), text("footer"))
    foreign = js("return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin) && !n.startsWith('blob:' + location.origin))")
    equal(foreign, [], "what was loaded from elsewhere")
    errors = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    equal(errors, [], "errors in the console")


@case("a tile that is pointed at tells why it has no picture")
def tip():
    ActionChains(browser).move_to_element(browser.find_elements(By.CSS_SELECTOR, "#tiles > *")[OFFLINE - 1]).perform()
    tap.until(lambda: "账号或密码" in text("#tip"), 5, lambda: f"the reason: {text('#tip')}")
    check(f"测试机{OFFLINE}" in text("#tip"), text("#tip"))
    ActionChains(browser).move_to_element(browser.find_element(By.CSS_SELECTOR, "#site")).perform()


@case("what is done to the wall is followed at once: another camera, another layout")
def follows():
    revision = daemon.do("show", tile=1, camera="cam-9")["revision"]
    tap.until(lambda: "测试机9" in text("#list > li:nth-child(1)"), 3, "the list follows")
    tap.until(lambda: f"r{revision}" in text("#revision"), 3, lambda: f"revision r{revision}: {text('#revision')}")
    sees({1: 9, 2: 2}, 3)
    daemon.do("layout", layout="4")
    tap.until(lambda: len(browser.find_elements(By.CSS_SELECTOR, "#list > li")) == 4, 3, "four entries")
    daemon.do("undo")
    daemon.do("undo")
    sees(WANTED, 3)
    tap.until(lambda: len(browser.find_elements(By.CSS_SELECTOR, "#list > li")) == COUNT, 3, "nine entries")


@case("the page fits its window: screenshots at 1920x1080 and 1366x768")
def fits():
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES:
        browser.set_window_size(width, height)
        frame = js("return [window.outerWidth - window.innerWidth, window.outerHeight - window.innerHeight]")
        browser.set_window_size(width + frame[0], height + frame[1])
        time.sleep(0.5)
        equal(js("return [innerWidth, innerHeight]"), [width, height], "window")
        over = js("return [document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]")
        check(over[0] <= 0 and over[1] <= 0, f"at {width}x{height} the page is {over} px larger than the window")
        sees(WANTED, 5)
        browser.save_screenshot(str(SHOTS / f"page-{width}x{height}.png"))
        box = js("const r = document.querySelector('#stage').getBoundingClientRect(); return [r.width, r.height]")
        check(abs(box[0] / box[1] - 16 / 9) < 0.02, f"the wall is drawn as {box}")
        check(box[0] > width * 0.6, f"the wall has {box[0]} of {width} px")
    tap.note(f"screenshots in {SHOTS}")


@case("after the daemon was killed and started again the page says so, comes back by itself and moves")
def restart():
    daemon.kill()
    tap.until(lambda: "断开" in text("footer"), 5, lambda: f"the page says that it is cut off: {text('footer')}")
    check("offline" in js("return document.body.className"), "old states are shown as if they were true")
    browser.save_screenshot(str(SHOTS / "page-cut-off.png"))
    daemon.start()
    began = time.monotonic()
    daemon.wait_live(COUNT - 1)
    tap.until(lambda: "已连接" in text("footer"), 20, lambda: f"connected again: {text('footer')}")
    moves(WANTED)
    tap.note(f"moving again {time.monotonic() - began:.1f} s after the daemon's start")


@case("without Media Source Extensions the wall comes as JPEG pictures")
def jpeg():
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.MediaSource; delete window.ManagedMediaSource"})
    browser.refresh()
    moves(WANTED)
    equal(js("return [document.querySelector('video').hidden, document.querySelector('#picture').hidden, 'MediaSource' in window]"), [True, False, False])
    viewers = daemon.api.get("/api/v1/status")["clients"]["viewers"]
    equal(viewers, 1, "viewers")


@case("a page that is closed leaves no viewer behind")
def closed():
    browser.get("about:blank")
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["viewers"] == 0, 5, "no viewers")
    equal(daemon.stop()[0], 0, "exit status")


def at_end():
    if browser:
        browser.quit()
    rig.end()


tap.run(daemon.show_failure, at_end)
