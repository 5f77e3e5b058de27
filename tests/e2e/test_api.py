#!/usr/bin/python3
"""test_api.py - the API is as docs/openapi.json says, and stands whatever is sent to it."""
import base64
import datetime
import json
import re
import socket

import client
import otp
import picture
import rig
import tap
from tap import case, check, equal

CAMERAS = [f"cam-{n}" for n in range(1, 5)]
TOKEN = "e2e-token-0123456789"
sim = rig.Sim(4, "--options", "tone=1000")
evidence = rig.folder / "evidence"
evidence.mkdir(mode=0o700)
daemon = rig.Daemon(
    "api",
    evidence={"folder": str(evidence), "seconds": 10},
    camera_masks="masks.json",
    cameras=[
        rig.camera(
            sim,
            n,
            place="路口东",
            place_kind="路口",
            gbid=f"5304020000132000000{n}",
            number=100 + n,
            position=[102.5, 24.35],
            audio=True,
        )
        for n in range(1, 5)
    ],
    walls=[rig.wall(CAMERAS)],
    outputs=[{"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"}],
    credentials="credentials.json",
    cases={"region": "530402"},
    briefings=[{"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 1}],
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    linkage=[
        {"id": "major", "name": "重大", "when": {"types": ["case.reported"], "level": ["major"]}, "severity": "red"}
    ],
    camera_csv=["more.csv"],
    presets=[{"name": "日常", "layout": "4", "cameras": CAMERAS}],
    tours=[
        {
            "id": "scenes",
            "name": "场景轮巡",
            "dwell_s": 60,
            "presets": ["日常"],
            "schedule": [{"days": [1], "from": "03:00", "to": "03:01"}],
        }
    ],
)
MORE = "编号,名称,主码流\n"
(daemon.dir / "more.csv").write_text(MORE, encoding="utf-8")
(daemon.dir / "masks.json").write_text("{}")
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
secrets.chmod(0o600)
JSON = {"Content-Type": "application/json"}
COMMANDS = "/api/v1/walls/main/commands"


@case("the table of routes and the document list the same paths")
def routes():
    source = (rig.SOURCE / "wallctl" / "api.c").read_text("utf-8")
    table = set(re.findall(r'\{ "([A-Z]+)", "([^"]+)", RIGHT_\w+,\s+\w+(?:,\s+WHOLE_SITE)?(?:,\s+\.kind = AUDIT_\w+)?(?:,\s+FOR_TWO)? \}', source))
    check(len(table) > 10, "the table of routes is not found in wallctl/api.c")
    documented = {
        (method.upper(), re.sub(r"{[^}]+}", "*", path.removeprefix("/api/v1/")))
        for path, item in client.DOCUMENT["paths"].items()
        for method in item
        if method != "parameters" and "101" not in item[method]["responses"]
    }
    equal(documented, table, "documented paths")


@case("every reference in the document leads somewhere, and every schema is used")
def references():
    text = json.dumps(client.DOCUMENT)
    used = set(re.findall(r"#/components/schemas/(\w+)", text))
    spoken = {"WsRequest", "WsResume", "WsMessage", "PreviewHello"}  # over WebSockets: no response refers to them
    equal(used | spoken, set(client.DOCUMENT["components"]["schemas"]), "schemas")


def report(code):
    """A case's first event, which rings."""
    event = {
        "specversion": "1.0",
        "id": f"of {code}",
        "source": "/530402/grid",
        "type": "org.wallctl.case.reported.v1",
        "subject": code,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "region": "530402005", "level": "major"},
    }
    equal(daemon.api.event(event, TOKEN)["events"][0]["status"], "applied", "the report")
    return event


def orders():
    """Work orders of that case; test_deadlines.py has their meaning."""
    api = daemon.api
    order = api.post("/api/v1/orders", {"case": "API1", "kind": "assign", "to": "司法局"})
    equal(api.get("/api/v1/orders?case=API1"), {"orders": [order]}, "orders of the case")
    path = f"/api/v1/orders/{client.quote(order['no'])}"
    equal(api.get(path), order, "the order")
    api.get(f"{path}/form")
    equal(api.post(path, {"do": "done", "outcome": "settled", "score": 4})["score"], 4, "its score")
    equal(api.get("/api/v1/cases?supervised=1")["cases"], [], "cases under supervision")
    drawn = api.post("/api/v1/revisits", {"n": 30, "seed": 1, "from_ms": 0, "to_ms": 4102444800000})
    equal([r["case"] for r in drawn["revisits"]], ["API1"], "the draw")
    equal(api.get("/api/v1/revisits?open=1"), drawn, "to be made")
    outcome = api.post(f"/api/v1/revisits/{drawn['revisits'][0]['id']}", {"satisfaction": 5, "method": "phone"})
    equal((outcome["satisfaction"], outcome["reopened"]), (5, False), "the outcome")


def cases():
    """What there is of cases and alarms, asked over HTTP."""
    api = daemon.api
    event = report("API1")
    equal([c["code"] for c in api.get("/api/v1/cases?open=1")["cases"]], ["API1"], "open cases")
    whole = api.get("/api/v1/cases/API1")
    equal(whole["fields"]["level"], "major", "a field of the case")
    equal([(s["type"], s["at_ms"]) for s in whole["history"]], [("reported", whole["opened_ms"])], "its history")
    words = api.get("/api/v1/words")
    stage = next(s["name"] for s in words["stages"] if whole["state"] in s["states"])
    equal((stage, words["states"]["reported"], words["states"]["declined"]), ("登记受理", "登记受理", "不予受理"), "words of the site")
    check({"code": "530402005", "name": "春和街道"} in words["regions"], "a region of the site")
    check("police" not in [c["code"] for c in words["categories"]], "what does not come in has no word")
    equal((api.get("/api/v1/sources")[0]["ok"], api.get("/api/v1/sources")[0]["refused"]), (1, {}), "of the source")
    equal(api.get("/api/v1/links"), {"links": []}, "links of a site without any")
    check(api.get("/api/v1/diagnostics").startswith(b"\x1f\x8b"), "what a technician needs")
    check(b"wallctl_build_info" in api.get("/api/v1/metrics"), "figures")
    whole = api.get("/api/v1/snapshot")
    equal([c["code"] for c in whole["cases"]], ["API1"], "cases of the snapshot")
    equal((len(whole["walls"]), len(whole["alarms"]["alarms"]), len(whole["sources"])), (1, 1, 1), "in the snapshot")
    line = {"text": "今日 16:00 全区视频调度会"}
    equal(api.put("/api/v1/walls/main/ticker", line), {"wall": "main", **line}, "the ticker's answer")
    refusal = api.put("/api/v1/walls/main/ticker", {"text": "请致电 13800138000"}, 400)
    check("13800138000" not in str(refusal) and "个人信息" in refusal["error"]["message_zh"], f"{refusal}")
    equal(api.get("/api/v1/walls/main/ticker")["text"], line["text"], "the line that runs")
    api.put("/api/v1/walls/main/ticker", {"text": ""})
    api.put("/api/v1/visitor/pin", {"pin": "730158"})
    equal([w["wall"] for w in api.post("/api/v1/visitor", {})["walls"]], ["main"], "walls in visitor mode")
    equal(api.post("/api/v1/visitor/leave", {"pin": "730158"}), api.get("/api/v1/visitor"), "visitor mode")
    paper = api.post("/api/v1/briefings", {"config": "daily", "shown": False})
    equal(api.get("/api/v1/briefings")["briefings"][0]["id"], paper["id"], "the newest briefing")
    equal(api.get(f"/api/v1/briefings/{paper['id']}"), paper, "the briefing")
    names = {b["name"] for b in api.get("/api/v1/boards")["boards"]}
    check({"funnel", "opened", "five"} <= names, "boards are missing")
    for name in names:
        equal(api.get(f"/api/v1/boards/{name}")["name"], name, "a board")
    check(api.get("/api/v1/boards/opened-week")["title"].startswith("本周"), "a board of a week")
    equal(sum(item["value"] for item in api.get("/api/v1/boards/funnel")["items"]) > 0, True, "cases in the funnel")
    for wrong in "nothing", "funnel-week", "funnel:99", "sources:530402":
        api.get(f"/api/v1/boards/{wrong}", status=404)
    equal(api.post("/api/v1/cases/API1/whistle", {"orgs": ["公安"]}), {"status": "applied"}, "a whistle")
    tap.until(lambda: api.get("/api/v1/whistles")["whistles"], 5, "it is open")
    api.post(f"/api/v1/cases/API1/whistle/{client.quote('公安')}", {"do": "arrive"})
    api.delete("/api/v1/cases/API1/whistle")
    tap.until(lambda: not api.get("/api/v1/whistles")["whistles"], 5, "it is over")
    alarm = api.get("/api/v1/alarms")["alarms"][0]
    equal(api.post(f"/api/v1/alarms/{alarm['id']}", {"do": "acknowledge"}), {"alarm": alarm["id"]}, "the answer")
    orders()
    event.update(id="other", subject="API2")
    equal(api.post("/api/v1/linkage/test", {"source": "grid", "event": event})["fires"][0]["rule"], "major", "the rule")
    plan = {"name": "防汛预案", "by_hand": True, "cameras": ["cam-2"], "procedure": "先通知水库值守"}
    equal(api.put("/api/v1/linkage/rules/flood", plan)["origin"], "saved", "a plan that was saved")
    equal([r["id"] for r in api.get("/api/v1/linkage/rules")["rules"]], ["major", "flood"], "rules in their order")
    ran = api.post("/api/v1/linkage/rules/flood/run?dry_run=1", {})
    equal((ran["dry_run"], ran["cameras"][0]["id"], ran["problems"]), (True, "cam-2", []), "the plan's dry run")
    api.delete("/api/v1/linkage/rules/flood")


def accounts():
    """Of a person: everything that needs a session, and of an administrator."""
    api, ask = daemon.api, daemon.session_answer
    person = {"name": "测试员", "unit": "测试中心", "roles": ["dispatcher"], "region": "530402"}
    first = api.put("/api/v1/accounts/walker", person)["one_time_password"]
    cookie = ask("POST", "session", {"account": "Walker", "password": first})[2]
    equal(ask("POST", "session/active", None, cookie)[0], 200)
    status, session, cookie = ask("POST", "session/password", {"old": first, "new": "correct horse 7391"}, cookie)
    equal((status, session["must_change_password"]), (200, False))
    equal(ask("PUT", "session", {"reason": "汛期值守"}, cookie)[1]["reason"], "汛期值守")
    equal(ask("GET", "session", None, cookie)[1]["account"], "walker")
    address = ask("POST", "session/code", {}, cookie)[1]["address"]
    equal(ask("PUT", "session/code", {"code": "12345"}, cookie)[0], 400)
    status, session, cookie = ask("PUT", "session/code", {"code": otp.code(address)}, cookie)
    equal((status, session["account"]), (200, "walker"))
    equal(ask("DELETE", "session", None, cookie)[0], 200)
    equal([a["id"] for a in api.get("/api/v1/accounts")["accounts"]], ["admin", "approver", "walker"])
    api.post("/api/v1/accounts/walker/password")
    api.delete("/api/v1/accounts/walker/code")
    api.delete("/api/v1/accounts/walker")
    api.put("/api/v1/tokens/walker", {"rights": ["wall.view"], "days": 1})
    equal({t["id"] for t in api.get("/api/v1/tokens")["tokens"]}, {"e2e", "walker"})
    api.delete("/api/v1/tokens/walker")
    api.get("/api/v1/rights")


def save_evidence(api):
    """Everything that can be done with a clip and a picture, until they are deleted."""

    def wait_state(ident, state):
        tap.until(lambda: api.get(f"/api/v1/evidence/{ident}")["state"] == state, 30, f"{ident} is {state}")

    clip = daemon.local.post("/api/v1/cameras/cam-1/clip", {"before_s": 2, "after_s": 0, "reason": "核查"})["id"]
    still = api.post("/api/v1/cameras/cam-1/snapshot", {"reason": "核查"})["id"]
    wait_state(clip, "kept")
    wait_state(still, "kept")
    equal(api.get("/api/v1/evidence?camera=cam-1")["total"], 2)
    equal(api.get(f"/api/v1/evidence/{clip}/verify"), {"is_good": True, "faults": []})
    files = ((clip, "view.mp4"), (clip, "manifest.json"), (clip, "manifest.sig"), (still, "picture.jpg"))
    for path in [f"/api/v1/evidence/{ident}/files/{name}" for ident, name in files]:
        status, kind, _ = api.raw("GET", path)
        client.check_answer("GET", path, status, kind, None)
    copy = daemon.local.post(f"/api/v1/evidence/{still}/public", {"cover": "reduce", "reason": "核查"})["id"]
    wait_state(copy, "kept")
    for path in f"/api/v1/evidence/{clip}/original", f"/api/v1/evidence/{copy}/public":
        status, kind, _ = daemon.local.raw("GET", path)
        client.check_answer("GET", path, status, kind, None)
    api.put(f"/api/v1/evidence/{clip}/hold", {"reason": "核查"})
    api.post(f"/api/v1/evidence/{clip}/delete", {"reason": "误存"}, status=423)
    api.delete(f"/api/v1/evidence/{clip}/hold")
    api.post(f"/api/v1/evidence/{clip}/delete", {"reason": "误存"})
    wait_state(clip, "deleted")
    path = f"/api/v1/evidence/{clip}/certificate"
    status, kind, _ = api.raw("GET", path)
    client.check_answer("GET", path, status, kind, None)


@case("every operation answers as documented")
def operations():
    api = daemon.start().api
    daemon.wait_live(4)
    for path in (
        "status",
        "cameras",
        "cameras/cam-1",
        "layouts",
        "walls",
        "walls/main",
        "walls/main/why/1",
        "walls/main/journal",
        "walls/main/presets",
        "tours",
    ):
        api.get(f"/api/v1/{path}")
    for name in "snapshot.png", "snapshot.jpg":
        api.get(f"/api/v1/walls/main/screens/1/{name}")
        api.get(f"/api/v1/walls/main/screens/1/{name}?tile=1")
    presets = "/api/v1/walls/main/presets/"
    api.put(presets + "a", {})
    api.post(presets + "a", {"rename": "b"})
    api.delete(presets + "b")
    api.put(
        "/api/v1/tours/t",
        {"tiles": [1, 2], "cameras": CAMERAS, "dwell_s": 5, "schedule": [{"from": "03:00", "to": "03:01"}]},
    )
    daemon.do("tour-start", tour="t")
    running = next(t for t in api.get("/api/v1/tours")["tours"] if t["id"] == "t")
    equal((running["is_running"], running["steps"], running["schedule"][0]["days"]), (True, 2, [1, 2, 3, 4, 5, 6, 7]))
    api.get("/api/v1/walls/main")
    api.delete("/api/v1/tours/t")
    equal(daemon.wall()["tours"], [], "tours that run after the definition is deleted")
    equal([r["code"] for r in api.get("/api/v1/regions")["regions"]], ["530402"], "regions with cameras")
    equal(api.get("/api/v1/borders"), {"borders": []}, "outlines that nobody has configured")
    api.post("/api/v1/cameras/cam-1/retry")
    api.get("/api/v1/cameras/cam-1/credential")
    api.put("/api/v1/cameras/cam-1/credential", {"user": "viewer", "password": "of this test"})
    api.delete("/api/v1/cameras/cam-1/credential")
    masks = api.get("/api/v1/cameras/cam-1/masks")
    api.put("/api/v1/cameras/cam-1/masks", {"revision": masks["revision"], "masks": masks["masks"]})
    api.get("/api/v1/cameras/cam-1/still.jpg")
    equal((api.get("/api/v1/onvif")["devices"], api.delete("/api/v1/onvif/search")["devices"]), ([], []), "no search so far")
    api.post("/api/v1/onvif/table", {"cameras": [{"device": "d1"}]}, 400)
    api.post("/api/v1/reload")
    api.get("/api/v1/health")
    status, kind, answer = api.raw("POST", "/api/v1/cameras/import", MORE.encode(), {"Content-Type": "text/csv"})
    client.check_answer("POST", "/api/v1/cameras/import", status, kind, json.loads(answer))
    feeds = api.get("/api/v1/feeds")["feeds"]
    check({(f["camera"], f["tiles"][0]["tile"]) for f in feeds} >= {("cam-1", 1)}, f"streams that are received: {feeds}")
    api.get("/api/v1/health/online.csv")
    save_evidence(api)
    api.get("/api/v1/retention")
    api.post("/api/v1/retention", {"dry_run": True})
    api.post("/api/v1/retention", {})
    tap.until(lambda: api.get("/api/v1/retention")["reports"], 30, "the report of the deletion")
    for path in ("", "/key", "/verify", "/deletion.html"):
        api.get("/api/v1/audit" + path)
    for path in ("/filing.csv", "/filing.html", "/register.csv", "/register.html"):
        api.get("/api/v1/audit" + path, status=403)  # it takes two
        daemon.local.get("/api/v1/audit" + path)
    status, kind, _ = daemon.local.raw("GET", "/api/v1/audit/export")
    client.check_answer("GET", "/api/v1/audit/export", status, kind, None)
    asked = api.post("/api/v1/approvals", {"path": "audit/register.csv", "query": {"from": 1}, "reason": "检查"})
    equal([a["what"] for a in api.get("/api/v1/approvals")["approvals"]], ["audit/register.csv?from=1"])
    api.post(f"/api/v1/approvals/{asked['id']}", {"do": "grant"}, status=403)
    leader = daemon.sign_in("approver", "leader")
    equal(daemon.session_answer("POST", f"approvals/{asked['id']}", {"do": "grant"}, leader)[1]["state"], "granted")
    equal(api.raw("GET", "/api/v1/audit/register.csv?from=1")[0], 200, "what was agreed to")
    api.delete(f"/api/v1/approvals/{asked['id']}")
    probe = api.post("/api/v1/probe", {"camera": "cam-1", "stream": "sub"})
    found = tuple(probe[k] for k in ("codec", "width", "height", "has_b_frames", "audio"))
    equal(found, ("h264", 640, 360, False, "pcm_alaw"), "probe")
    stream = api.get("/api/v1/cameras/cam-1")["streams"]["sub"]
    equal((stream["codec"], stream["audio"]), ("h264", "PCMA"), "codecs of the stream")
    cases()
    accounts()
    wanted = {
        (method.upper(), path, 200)
        for path, item in client.DOCUMENT["paths"].items()
        for method in item
        if method != "parameters" and "200" in item[method]["responses"]
    }
    wanted.discard(("POST", "/api/v1/onvif/table", 200))  # of cameras that were found: test_onvif.py
    equal(wanted - client.used, set(), "operations never seen to answer 200")


@case("a preset keeps how each tile shows its camera, and its tours; a tour all its members")
def kept():
    api = daemon.api
    saved = {
        "name": "工作日",
        "wall": "main",
        "dwell_s": 60,
        "presets": ["日常"],
        "schedule": [{"days": [1, 5], "from": "03:00", "to": "03:01"}],
    }
    with daemon.events() as events:
        answer = api.put("/api/v1/tours/week", saved)
        equal(events.event("tour.changed")["tour"], "week")
    equal({k: answer[k] for k in saved}, saved, "the tour")
    daemon.do("layout", layout="4")
    daemon.do("show", tile=1, camera="cam-1", stream="main", crop=[0.1, 0.2, 0.5, 0.5])
    daemon.do("show", tile=2, camera="cam-2", fit="stretch", rotation=180)
    daemon.do("adjust", tile=3, rotation=270)
    api.put("/api/v1/tours/pair", {"tiles": [4], "cameras": CAMERAS})
    daemon.do("tour-start", tour="pair")
    daemon.do("tour-pause", tour="pair")
    daemon.do("maximise", tile=2)
    before = daemon.wall()
    api.put("/api/v1/walls/main/presets/whole", {})
    preset = next(p for p in api.get("/api/v1/walls/main/presets")["presets"] if p["name"] == "whole")
    equal((preset["content"]["maximised"], preset["content"]["tours"][0]["paused"]), (2, True), "in the preset")
    daemon.do("layout", layout="1")
    daemon.do("recall", preset="whole")
    after = daemon.wall()
    equal((after["tours"], after["maximised"]), (before["tours"], 0), "tours; a recall ends maximising")
    for was, tile in zip(before["tiles"], after["tiles"]):
        for member in set(was) - {"touched", "shown"}:
            equal(tile.get(member), was[member], f"{member} of tile {was['tile']}")
    for tour in "week", "pair":
        api.delete(f"/api/v1/tours/{tour}")
    api.delete("/api/v1/walls/main/presets/whole")
    daemon.do("recall", preset="日常")


@case("cameras are found by name, id, number, region and GB/T 28181 id, a page at a time")
def find():
    quote = client.quote
    for query, total in [
        ("", 4),
        ("find=" + quote("测试机2"), 1),
        ("find=cam-3", 1),
        ("find=104", 1),
        ("find=" + quote("红塔"), 4),
        ("find=53040200001320000001", 1),
        ("region=5304", 4),
        ("region=9", 0),
        ("find=none", 0),
    ]:
        equal(daemon.api.get("/api/v1/cameras?" + query)["total"], total, f"cameras of '{query}'")
    page = daemon.api.get("/api/v1/cameras?offset=1&limit=2")
    equal((page["total"], [c["id"] for c in page["cameras"]]), (4, ["cam-2", "cam-3"]))


# method, path, body, status, a part of the message
REFUSED = [
    ("GET", "/api/v1/nothing", None, 404, "no such path"),
    ("GET", "/api/v2/status", None, 404, "no such path"),
    ("DELETE", "/api/v1/status", None, 405, "method"),
    ("GET", "/api/v1/cameras/nobody", None, 404, "no camera 'nobody'"),
    ("GET", "/api/v1/cameras?offset=-1", None, 400, "offset: '-1' is not a whole number"),
    ("GET", "/api/v1/cameras?limit=1001", None, 400, "0 to 1000"),
    ("POST", "/api/v1/cameras/nobody/retry", None, 404, "nobody"),
    ("GET", "/api/v1/walls/none", None, 404, "no wall 'none'"),
    ("GET", "/api/v1/walls/none/journal", None, 404, "no wall 'none'"),
    ("GET", "/api/v1/walls/main/journal?since=soon", None, 400, "since: 'soon'"),
    ("GET", "/api/v1/walls/none/presets", None, 404, "no wall 'none'"),
    ("GET", "/api/v1/walls/main/why/77", None, 404, "no tile 77"),
    ("GET", "/api/v1/walls/main/why/x", None, 400, "'x' is not a tile number"),
    ("GET", "/api/v1/walls/main/why/-1", None, 400, "tile number"),
    ("GET", "/api/v1/walls/main/screens/9/snapshot.png", None, 404, "no screen '9'"),
    ("GET", "/api/v1/walls/main/screens/1/snapshot.png?tile=77", None, 404, "tile 77 is not seen"),
    ("GET", "/api/v1/walls/main/screens/1/snapshot.png?tile=one", None, 400, "tile: 'one' is not a whole number"),
    ("GET", "/api/v1/walls/main/screens/1/snapshot.gif", None, 404, "snapshot.png and snapshot.jpg"),
    ("POST", "/api/v1/walls/none/commands", {"op": "undo"}, 404, "no wall 'none'"),
    ("POST", COMMANDS, {}, 400, "op: is missing"),
    ("POST", COMMANDS, {"op": "shw"}, 400, 'did you mean "show"'),
    ("POST", COMMANDS, {"op": "show"}, 400, "tile: is missing"),
    ("POST", COMMANDS, {"op": "show", "tile": 3}, 400, "camera: is missing"),
    ("POST", COMMANDS, {"op": "show", "tile": 3, "camera": "cam-9"}, 404, "cam-9"),
    ("POST", COMMANDS, {"op": "show", "tile": 5, "camera": "cam-1"}, 404, "5"),
    ("POST", COMMANDS, {"op": "show", "tile": 1000, "camera": "cam-1"}, 400, "999"),
    ("POST", COMMANDS, {"op": "show", "tile": 0, "camera": "cam-1"}, 400, "tile"),
    ("POST", COMMANDS, {"op": "show", "tile": "1", "camera": "cam-1"}, 400, "tile"),
    ("POST", COMMANDS, {"op": "show", "tile": 1.0, "camera": "cam-1"}, 400, "tile"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": ""}, 400, "1 to 64 bytes"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": "cam-1", "colour": 1}, 400, "colour"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": "cam-1", "fit": "round"}, 400, "contain, cover, stretch"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": "cam-1", "crop": [0, 0, 2, 2]}, 400, "fractions"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": "cam-1", "rotation": 45}, 400, "0, 90, 180, 270"),
    ("POST", COMMANDS, {"op": "show", "tile": 1, "camera": "cam-1", "revision": -1}, 400, "revision"),
    ("POST", COMMANDS, {"op": "adjust", "tile": 1}, 400, "one or more of stream, fit, crop, rotation"),
    ("POST", COMMANDS, {"op": "swap", "tile": 1, "other": 9}, 404, "9"),
    ("POST", COMMANDS, {"op": "layout", "layout": "17"}, 404, "no layout '17'"),
    ("POST", COMMANDS, {"op": "layout", "layout": "4", "screen": "9"}, 404, "no screen '9'"),
    ("POST", COMMANDS, {"op": "recall", "preset": "none"}, 404, "no preset 'none'"),
    ("POST", COMMANDS, {"op": "window-open", "rect": [0, 0, 10, 10]}, 400, "64"),
    ("POST", COMMANDS, {"op": "window-open", "rect": [1200, 0, 640, 360]}, 400, "must lie inside"),
    ("POST", COMMANDS, {"op": "window-open", "rect": [0, 0, 640]}, 400, "[x, y, width, height]"),
    ("POST", COMMANDS, {"op": "window-close", "tile": 1}, 400, "window"),
    ("POST", COMMANDS, {"op": "tour-start", "tour": "none"}, 404, "no tour 'none'"),
    ("POST", COMMANDS, {"op": "tour-pause", "tour": "scenes"}, 404, "scenes"),
    ("POST", COMMANDS, [], 400, "object"),
    ("PUT", "/api/v1/walls/none/presets/x", {}, 404, "no wall 'none'"),
    ("PUT", "/api/v1/walls/main/presets/x", {"screen": "9"}, 404, "no screen '9'"),
    ("PUT", "/api/v1/walls/main/presets/x", {"scren": "1"}, 400, "scren"),
    ("PUT", "/api/v1/walls/main/presets/" + "x" * 65, {}, 400, "1 to 64 characters"),
    ("POST", "/api/v1/walls/main/presets/x", {}, 400, "rename"),
    ("DELETE", "/api/v1/walls/main/presets/" + client.quote("日常"), None, 403, "configuration"),
    ("DELETE", "/api/v1/tours/scenes", None, 403, "configuration"),
    ("DELETE", "/api/v1/tours/none", None, 404, "no tour 'none'"),
    ("PUT", "/api/v1/tours/t", {}, 400, "either cameras with tiles, or presets"),
    ("PUT", "/api/v1/tours/t", {"tiles": [1], "cameras": ["nobody"]}, 404, "no camera 'nobody'"),
    ("PUT", "/api/v1/tours/t", {"tiles": [1, 1], "cameras": CAMERAS}, 400, "tile 1 is named twice"),
    ("PUT", "/api/v1/tours/t", {"tiles": [1], "cameras": ["cam-1", "cam-1"]}, 400, "'cam-1' is named twice"),
    ("PUT", "/api/v1/tours/t", {"tiles": [0], "cameras": CAMERAS}, 400, "tile number"),
    ("PUT", "/api/v1/tours/t", {"tiles": [1], "cameras": CAMERAS, "dwell_s": 4}, 400, "5 to 86400"),
    ("PUT", "/api/v1/tours/t", {"presets": ["none"]}, 404, "no preset 'none'"),
    ("PUT", "/api/v1/tours/t", {"presets": ["日常"], "wall": "none"}, 404, "no wall 'none'"),
    ("PUT", "/api/v1/tours/t", {"presets": ["日常"], "schedule": [{"from": "8:00", "to": "24:01"}]}, 400, "time of day"),
    (
        "PUT",
        "/api/v1/tours/t",
        {"presets": ["日常"], "schedule": [{"days": [8], "from": "08:00", "to": "09:00"}]},
        400,
        "1 (Monday)",
    ),
    ("PUT", "/api/v1/tours/t", {"presets": ["日常"], "schedule": [{"form": "08:00"}]}, 400, "form"),
    ("PUT", "/api/v1/tours/t", {"presets": ["日常"], "schedule": [{"from": "08:00", "to": "08:00"}]}, 400, "equal"),
    ("GET", "/api/v1/cases/none", None, 404, "no such case"),
    ("GET", "/api/v1/cases?supervised=1&order=due", None, 400, "order"),
    ("GET", "/api/v1/orders?late=2", None, 400, "late"),
    ("GET", "/api/v1/orders/none", None, 404, "no such order"),
    ("POST", "/api/v1/revisits", {"n": 0, "seed": 1, "from_ms": 0, "to_ms": 1}, 400, "n:"),
    ("POST", "/api/v1/revisits/99", {"satisfaction": 5}, 404, "no such revisit"),
    ("POST", "/api/v1/revisits/1", {"satisfaction": 6}, 400, "satisfaction"),
    ("POST", "/api/v1/orders", {}, 400, "case: is missing"),
    ("POST", "/api/v1/orders", {"case": "API1", "kind": "gift", "to": "x"}, 400, "kind"),
    ("POST", "/api/v1/orders/none", {"do": "forget"}, 400, "accept, done"),
    ("POST", "/api/v1/orders/none", {"do": "accept"}, 404, "no such order"),
    ("GET", "/api/v1/cases?state=lost", None, 400, "registered, dispatched, closed"),
    ("GET", "/api/v1/cases?limit=501", None, 400, "0 to 500"),
    ("GET", "/api/v1/cases?colour=red", None, 400, "colour"),
    ("POST", "/api/v1/alarms/none", {"do": "acknowledge"}, 404, "none"),
    ("POST", "/api/v1/alarms/none", {"do": "forget"}, 400, "acknowledge, snooze, forward, comment"),
    ("POST", "/api/v1/alarms/none", {"do": "comment"}, 400, "text: is missing"),
    ("POST", "/api/v1/alarms/none", {"do": "acknowledge", "text": "x"}, 400, "goes with 'comment' only"),
    ("POST", "/api/v1/alarms/none", {"do": "snooze"}, 400, "minutes: is missing"),
    ("POST", "/api/v1/linkage/test", {}, 400, "event: is missing"),
    ("PUT", "/api/v1/linkage/rules/r", {"name": "r"}, 400, 'needs "when"'),
    ("DELETE", "/api/v1/linkage/rules/major", None, 403, "comes from the configuration file"),
    ("DELETE", "/api/v1/linkage/rules/none", None, 404, "no saved rule"),
    ("POST", "/api/v1/linkage/rules/none/run", {}, 404, "no linkage rule"),
    ("POST", "/api/v1/linkage/rules/major/run", {"case": "NONE"}, 404, "no such case"),
    ("POST", "/api/v1/linkage/rules/major/run", {"kase": "x"}, 400, "kase"),
    ("POST", "/api/v1/linkage/test", {"event": {"id": "x"}}, 400, "event"),
    ("POST", COMMANDS, {"op": "open"}, 400, "one of case, whistle, preset"),
    ("POST", COMMANDS, {"op": "open", "case": "none"}, 404, "no such case"),
    ("POST", COMMANDS, {"op": "open", "whistle": "none"}, 404, "no whistle"),
    ("POST", "/api/v1/cases/none/whistle", {"orgs": ["公安"]}, 404, "no such case"),
    ("POST", "/api/v1/cases/none/whistle", {"orgs": []}, 400, "1 to 12"),
    ("DELETE", "/api/v1/cases/none/whistle", None, 404, "no whistle is open"),
    ("POST", COMMANDS, {"op": "open", "preset": "none"}, 404, "no preset 'none'"),
    ("POST", COMMANDS, {"op": "back"}, 404, "nothing is open"),
    ("POST", "/api/v1/probe", {}, 400, "camera: is missing"),
    ("POST", "/api/v1/probe", {"camera": "nobody"}, 404, "nobody"),
    ("POST", "/api/v1/probe", {"camera": "cam-1", "stream": "third"}, 400, "main, sub"),
    ("POST", "/api/v1/probe", {"camera": "rtsp://10.0.0.1/"}, 404, "no camera"),
]


@case("what is wrong is refused by name, over HTTP and over the WebSocket alike, and changes nothing")
def refused():
    before = daemon.wall()
    codes = {400: "invalid", 403: "denied", 404: "not_found", 405: "method"}
    with daemon.events() as events:
        for method, path, body, status, text in REFUSED:
            for way in daemon.api.ask, events.ask:
                got, answer = way(method, path, body)
                check(got == status, f"{method} {path} {body}: {got}, not {status}: {answer}")
                equal(answer["error"]["code"], codes[status], f"code of {method} {path} {body}")
                check(text in answer["error"]["message"], f"{method} {path} {body}: '{text}' is not in {answer}")
    after = daemon.wall()
    equal((after["revision"], after["tiles"]), (before["revision"], before["tiles"]), "the wall afterwards")


def raw(data, is_local=False, wait_s=30):
    """Sends bytes as they are; status of the answer, 0 for a connection that is closed without one."""
    family = socket.AF_UNIX if is_local else socket.AF_INET
    with socket.socket(family) as s:
        s.settimeout(wait_s)
        s.connect(str(daemon.socket) if is_local else ("127.0.0.1", daemon.http_port))
        try:
            s.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # answered and closed before all was taken
        try:
            first = s.recv(64)
        except ConnectionResetError:
            return 0
        return int(first.split()[1]) if first.startswith(b"HTTP/") else 0


def post(body, *headers):
    lines = [
        "POST " + COMMANDS + " HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: Bearer {daemon.token}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@case("a command of 20 MB, invalid UTF-8, twenty thousand brackets: refused, and the daemon goes on")
def bad_bytes():
    before = daemon.wall()["revision"]
    memory = daemon.api.get("/api/v1/status")["memory"]
    huge = b'{"op":"show","camera":"' + b"x" * (20 << 20) + b'"}'
    bodies = [
        ("20 MB", huge, 413),
        ("invalid UTF-8", b'{"op":"undo\xff"}', 400),
        ("an overlong form of '/'", b'{"op":"show","tile":1,"camera":"\xc0\xaf"}', 400),
        ("a lone surrogate", b'{"op":"show","tile":1,"camera":"\\ud800"}', 400),
        ("NUL in a text", b'{"op":"show","tile":1,"camera":"cam-1\\u0000"}', 400),
        ("nesting", b"[" * 20000, 400),
        ("an equal key", b'{"op":"undo","op":"redo"}', 400),
        ("half of it", b'{"op":"undo"', 400),
        ("more than it", b'{"op":"undo"} {}', 400),
        ("a number that is none", b'{"op":"show","tile":NaN,"camera":"cam-1"}', 400),
        ("nothing", b"", 400),
        ("a text", b'"undo"', 400),
    ]
    for is_local in False, True:
        for name, body, status in bodies:
            equal(raw(post(body), is_local), status, f"answer to {name}{' over the UNIX socket' if is_local else ''}")
        equal(
            raw(
                b"POST " + COMMANDS.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                is_local,
            ),
            411,
            "answer to a chunked body",
        )
        check(
            raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, is_local) in (0, 400, 403),
            "answer to a TLS hello",
        )
    equal(daemon.wall()["revision"], before, "revision")
    grown = daemon.api.get("/api/v1/status")["memory"] - memory
    check(grown < 20 << 20, f"memory grew by {grown >> 20} MiB")


@case("pages of other origins, other Host names and other types are refused")
def foreign():
    undo = b'{"op":"undo"}'
    equal(raw(post(undo, "Origin: http://evil.example")), 403, "foreign origin")
    equal(raw(post(undo).replace(b"Host: 127.0.0.1", b"Host: evil.example")), 403, "foreign Host")
    equal(raw(post(undo).replace(b"application/json", b"text/plain")), 415, "text/plain")
    equal(raw(b"GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 403, "reading by a foreign Host")
    equal(raw(b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404, "a path with '..'")


@case("the WebSocket: what is no request is told so, binary messages close it, a snapshot comes as base64")
def websocket():
    with daemon.events() as events:
        for bad in (
            "undo",
            "[]",
            '{"type":"shout"}',
            '{"type":"request","id":1}',
            '{"type":"request","method":"GET","path":"/api/v1/walls"}',
        ):
            events.send(bad)
            answer = events.read()
            while answer["type"] == "event":
                answer = events.read()
            equal((answer["type"], answer["status"], answer["body"]["error"]["code"]), ("reply", 400, "invalid"), bad)
        _, answer = events.ask("GET", "/api/v1/walls/main/screens/1/snapshot.png")
        equal(answer["content_type"], "image/png")
        luma = picture.decode(base64.b64decode(answer["base64"]))
        equal((luma.width, luma.height), (1280, 720))
        events.ws.send_binary(b"\x00\x01")
        code = 0
        while True:
            opcode, data = events.ws.recv_data()
            if opcode == 8:
                code = int.from_bytes(data[:2], "big")
                break
        equal(code, 1003, "close code")


@case("events missed over a lost connection come again, or the client is told to read anew")
def resume():
    with daemon.events() as events:
        last = events.hello["seq"]
        daemon.do("lock")
        daemon.do("unlock")
    with client.Events(daemon.http_port, resume=last) as events:
        ops = [events.event("wall.changed")["op"] for _ in range(2)]
        equal(ops, ["lock", "unlock"], "events in between")
        events.send({"type": "resume", "seq": last})
        while (message := events.read())["type"] == "event":
            pass
        equal(message["type"], "resumed")
        events.send({"type": "resume", "seq": 7})
        while (message := events.read())["type"] != "snapshot-needed":
            pass
        whole = daemon.api.get("/api/v1/snapshot")
        check(whole["seq"] >= message["seq"], "the snapshot is not older than the notice")
        equal([w["revision"] for w in whole["walls"]], [daemon.wall()["revision"]], "the wall in it")
        events.send({"type": "resume", "seq": whole["seq"]})
        while (message := events.read())["type"] != "resumed":
            pass
        daemon.do("lock")
        daemon.do("unlock")
        equal(events.event("wall.changed")["op"], "lock", "the first event after the snapshot")


@case("the preview is fragmented MP4 that plays, showing the wall; and JPEG pictures")
def preview():
    wanted = {n: n for n in (1, 2, 3, 4)}
    tiles = daemon.wall()["tiles"]
    with client.Preview(daemon.http_port) as viewer:
        check(viewer.hello["mime"].startswith('video/mp4; codecs="avc1.'), f"type {viewer.hello['mime']}")
        chunks = [viewer.chunk() for _ in range(51)]
        until_live = daemon.api.get("/api/v1/status")["clients"]["viewers"]
        equal(until_live, 1, "viewers in the status")
    data = b"".join(chunks)
    stream = picture.probe("-", "stream=codec_name,width,height,has_b_frames", data=data)["streams"][0]
    equal((stream["codec_name"], stream["width"], stream["height"], stream["has_b_frames"]), ("h264", 1280, 720, 0))
    shown = picture.frames(data, 1280, 720)
    equal(len(shown), 50, "pictures of 50 fragments")
    equal(picture.sources(shown[-1], tiles), wanted, "tile -> camera in the last picture")
    moved = {picture.stamp(luma, tiles[0]["rect"]) for luma in shown}
    check(len(moved) > 25, f"only {len(moved)} different pictures of 50")
    with client.Preview(daemon.http_port, kind="jpeg") as viewer:
        equal(viewer.hello, {"kind": "jpeg", "mime": "image/jpeg"})
        equal(picture.sources(picture.decode(viewer.chunk()), tiles), wanted, "tile -> camera in the JPEG")
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["viewers"] == 0, 5, "no viewer is left")


@case("after all this the daemon is well")
def well():
    status = daemon.api.get("/api/v1/status")
    check(status["store"]["is_good"] and status["feeds"]["live"] >= 4, f"{status['store']} {status['feeds']}")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
