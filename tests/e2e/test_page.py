#!/usr/bin/python3
"""test_page.py - the plain page in a real browser: what is on the wall is on the page, and trouble is told as such."""
import browser
import picture
import rig
import tap
from tap import case, check, equal

COUNT = 4
# The wall's picture is 1280 px wide in a window of this size, so that stamps are read pixel for pixel.
WIDE, HIGH = 1280 + 304 + 28, 900
sim = rig.Sim(COUNT + 1)
daemon = rig.Daemon("page", cameras=[rig.camera(sim, n) for n in range(1, COUNT + 2)],
                    walls=[rig.wall([f"cam-{n}" for n in range(1, COUNT + 1)])],
                    cases={"region": "530402", "vocabulary": "liubu"},
                    boards=[{"id": "tips", "title": "村级线索", "kind": "counter", "items": [{"name": "有效线索", "metrics": ["clue"]}]}])
pages = []


def page(script=None):
    """A browser with the page open; the same one until another is asked for with a script."""
    if script or not pages:
        while pages:
            pages.pop().close()
        pages.append(browser.Browser(WIDE, HIGH))
        if script:
            pages[0].before_load(script)
        pages[0].open(f"http://127.0.0.1:{daemon.http_port}/", daemon.cookie())
        pages[0].until("location.protocol === 'http:' && document.readyState === 'complete'", 20, "the page is loaded")
    return pages[0]


def text(selector):
    return f"document.querySelector({selector!r})?.textContent"


STATES = "[...document.querySelectorAll('#list .state')].map((n) => n.textContent)"


def wait_picture(wanted, within_s=20):
    """Until the browser shows these cameras: tile -> source number of its stamp."""
    seen = {}

    def is_seen():
        luma = picture.decode(page().picture("#stage"))
        seen.clear()
        seen.update(picture.sources(luma, daemon.wall()["tiles"]))
        return seen == wanted
    tap.until(is_seen, within_s, lambda: f"in the browser: {wanted}, but {seen}")


@case("the page shows the wall's picture with every camera in its place, and its names and states")
def shows_wall():
    daemon.start(*rig.PLAIN_PAGE)
    daemon.wait_live(COUNT)
    p = page()
    p.until(f"{text('#site')} === '测试中心'", 10, "the site's name")
    p.until(f"{STATES}.join() === '●,●,●,●'", 10, "four tiles live")
    equal(p.ask("[...document.querySelectorAll('#list .name')].map((n) => n.textContent).join()"),
          "测试机1,测试机2,测试机3,测试机4", "names")
    wait_picture({n: n for n in range(1, COUNT + 1)})
    check(not p.ask("document.querySelector('video').hidden"), "the picture comes as video")


@case("the moving picture moves: new pictures are presented all the time, the newest at once")
def moves():
    p = page()
    count = """(async () => {
      const video = document.querySelector('video');
      let frames = 0, behind = 0;
      const tell = (now, frame) => {
        frames += 1;
        behind = Math.max(behind, video.buffered.end(video.buffered.length - 1) - frame.mediaTime);
        video.requestVideoFrameCallback(tell);
      };
      video.requestVideoFrameCallback(tell);
      const before = await (await fetch('/api/v1/status')).json();
      await new Promise((done) => setTimeout(done, 4000));
      const after = await (await fetch('/api/v1/status')).json();
      const ticks = (status) => status.walls[0].screens[0].changed;
      return [frames, ticks(after) - ticks(before), behind];
    })()"""
    frames, changed, behind = p.ask(count)
    tap.note(f"{frames} pictures presented of {changed} composed in 4 s, at most {behind:.2f} s of video behind the newest")
    check(frames >= changed * 0.7, f"{frames} pictures presented of {changed}")
    check(behind < 2, f"{behind:.1f} s behind")


@case("a command is seen on the page: another layout, another camera")
def follows():
    p = page()
    daemon.do("layout", layout="1")
    daemon.do("show", tile=1, camera=f"cam-{COUNT + 1}")
    p.until("document.querySelectorAll('#list li').length === 1", 5, "one tile in the list")
    p.until(f"{text('#list .name')} === '测试机{COUNT + 1}'", 5, "its name")
    wait_picture({1: COUNT + 1})
    p.until(f"{text('#revision')} === 'r{daemon.wall()['revision']}'", 5, "the revision")


def board_told():
    """What the API, the command line and the page say of the first tile, which is no camera's."""
    tile = next(t for t in daemon.wall()["glass"] if t["tile"] == 1)
    why = daemon.api.get("/api/v1/walls/main/why/1")
    page_says = page().ask(f"[{text('#list .name')}, {STATES}[0]].join(' ')")
    return tile["state"], tile.get("name"), why["is_good"], page_says


@case("a board is well where a camera is live, and is no camera that was removed; one that is withdrawn is told as such")
def boards():
    daemon.do("show", tile=1, camera="board:tips")
    wanted = ("board", "今日村级线索", True, "今日村级线索 ▦")
    tap.until(lambda: board_told() == wanted, 10, lambda: f"{wanted}: {board_told()}")
    table = daemon.cli("wall", language="zh")
    check("看板" in table and "今日村级线索" in table and "已删除" not in table, table)
    boards = daemon.config.pop("boards")
    daemon.write()
    daemon.api.post("/api/v1/reload")
    wanted = ("no_board", None, False, "board:tips ✕ 看板已撤下")
    tap.until(lambda: board_told() == wanted, 10, lambda: f"{wanted}: {board_told()}")
    check("看板已撤下" in daemon.cli("wall", language="zh"), "the command line says so")
    daemon.config["boards"] = boards
    daemon.write()
    daemon.api.post("/api/v1/reload")
    tap.until(lambda: board_told()[0] == "board", 10, lambda: f"the board is back: {board_told()}")
    daemon.do("show", tile=1, camera=f"cam-{COUNT + 1}")
    wait_picture({1: COUNT + 1})


@case("a camera that fails is told by name and cause")
def tells_trouble():
    p = page()
    sim.fault(f"cam-{COUNT + 1}", "drop,refuse")
    p.until(f"/[✕▲]/.test({STATES}[0])", 20, "the tile's state is told")
    p.hover("#tiles .tile")
    p.until(f"{text('#tip .why')}?.length > 3", 10, "why, on hovering")
    tap.note(f"told: {p.ask(text('#tip'))}")
    sim.fault(f"cam-{COUNT + 1}", "none")
    p.until(f"{STATES}[0] === '●'", 40, "the camera is back")


@case("without the daemon nothing old is shown as live; with it the page goes on by itself")
def comes_back():
    p = page()
    port = daemon.http_port
    daemon.kill()
    p.until("document.body.classList.contains('offline')", 10, "the page says that it is offline")
    check("断开" in p.ask(text("#link")), "the link's state is told")
    equal(p.ask(text("#revision")), "–", "revision")
    daemon.start("--http-port", port, *rig.PLAIN_PAGE)
    p.until("!document.body.classList.contains('offline')", 30, "the page is back")
    wait_picture({1: COUNT + 1}, within_s=30)


@case("no script error, and nothing that the content security policy refuses")
def no_trouble():
    # A connection that is refused while the daemon was away is not the page's fault.
    trouble = [t for t in page().trouble if "ERR_CONNECTION_REFUSED" not in t and "WebSocket connection" not in t]
    equal(trouble, [], "trouble in the console")


@case("without Media Source Extensions, or without the codec, the picture comes as JPEG")
def falls_back():
    for script in "delete window.MediaSource", "MediaSource.isTypeSupported = () => false":
        p = page(script)
        wait_picture({1: COUNT + 1})
        check(not p.ask("document.querySelector('canvas').hidden"), "the picture comes as JPEG")
        p.until(text("#lag") + " === 'JPEG'", 10, "the delay says so")  # it is looked at now and then


@case("a page that is not looked at costs no encoding")
def hidden():
    p = page()
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["viewers"] == 1, 10, "one viewer")
    p.ask("Object.defineProperty(document, 'hidden', { get: () => true }), document.dispatchEvent(new Event('visibilitychange'))")
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["viewers"] == 0, 10, "no viewer")


tap.run(daemon.show_failure, rig.end)
