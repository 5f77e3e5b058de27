#!/usr/bin/python3
"""test_onvif.py - cameras are looked for by ONVIF: honest ones are found and imported, the others are told and left alone."""
import json
import socket
import time

import npm
import onvif_peer
import rig
import tap
from onvif_peer import Camera
from tap import case, check, equal

PASSWORD = "canary-Ohz4aeTh"
BOTH = (("main", "v1", "H264", 1920, 1080), ("sub", "v1", "H264", 640, 360), ("jpeg", "v1", "JPEG", 320, 180))
LOGIN = ("admin", PASSWORD)

(rig.folder / "sim-password").write_text(PASSWORD)
sim = rig.Sim(2, "--onvif", 0, "--options", f"user={LOGIN[0]},password-file={rig.folder / 'sim-password'}")
trap = socket.create_server(("127.0.0.1", 0))
trap.setblocking(False)
trapped = f"http://127.0.0.1:{trap.getsockname()[1]}/"
street = onvif_peer.Street(
    [
        Camera("open", BOTH),
        Camera("locked", BOTH, login=LOGIN),
        Camera("ahead", BOTH, login=LOGIN, clock_s=3600),
        Camera("behind", BOTH, login=LOGIN, clock_s=-3600),
        Camera("digest", BOTH, login=LOGIN, http_digest=True),
        Camera("recorder", [(f"{n}{size}", f"v{n}", "H264", *area) for n in (1, 2, 3) for size, area in (("m", (2560, 1440)), ("s", (704, 576)))], login=LOGIN),
        Camera("hevc", (("a", "v", "H265", 3840, 2160), ("b", "v", "H264", 1280, 720), ("c", "v", "H265", 640, 360)), media2=True),
        Camera("jpeg", (("a", "v", "JPEG", 1920, 1080),)),
        Camera("leaky", BOTH, uri=lambda token: f"rtsp://root:{PASSWORD}@127.0.0.1:8554/leaky/{token}"),
        Camera("uri-outside", BOTH, uri=lambda token: "rtsp://169.254.169.254/latest"),
        Camera("uri-foreign", BOTH, uri=lambda token: "rtsp://10.1.2.3/main"),
        Camera("media-foreign", BOTH, media="http://127.0.0.9:80/onvif/media"),
        Camera("x-metadata", announced="http://169.254.169.254/onvif/device_service"),
        Camera("x-outside", announced="http://198.51.100.7/onvif/device_service"),
        Camera("x-foreign", announced="http://10.1.2.3/onvif/device_service"),
        Camera("x-named", announced="http://camera.example/onvif/device_service"),
        Camera("redirect", evil=onvif_peer.redirect),
        Camera("drip", evil=onvif_peer.drip),
        Camera("flood", evil=onvif_peer.flood),
        Camera("bomb", evil=onvif_peer.bomb),
        Camera("nonsense", evil=onvif_peer.nonsense),
    ]
)
cameras = {camera.name: camera for camera in street.cameras}
daemon = rig.Daemon(
    "onvif",
    walls=[rig.wall([])],
    regions=str(rig.SOURCE / "config" / "regions.csv"),
    credentials="credentials.json",
    camera_csv=["cameras.csv"],
)
(daemon.dir / "cameras.csv").write_text("编号,名称,主码流\nold,旧机位,rtsp://192.0.2.1/9\n", encoding="utf-8")
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"street": {"user": LOGIN[0], "password": PASSWORD}, "other": {"user": "admin", "password": "wrong-one"}, "grid": {"token": "e2e-token-0123456789"}}))
secrets.chmod(0o600)


def told():
    return daemon.api.get("/api/v1/onvif")


def finished(within_s=40):
    return tap.until(lambda: (lambda now: now if now["state"] in ("done", "stopped") else None)(told()), within_s, "the search ends")


def search(addresses, status=202, port=None, **more):
    return daemon.api.post("/api/v1/onvif/search", {"addresses": addresses, "port": port or street.port, **more}, status=status)


def by_name(now):
    return {device["name"]: device for device in now["devices"] if "name" in device}


def fault_of(device):
    return device.get("trouble", {}).get("code")


@case("a search finds every device once, asks it, and says of each that is of no use why, in Chinese")
def find():
    began = search(["127.0.0.1"])
    equal((began["state"], began["credentials"], began["tables"]), ("looking", ["other", "street"], ["cameras.csv"]), "at once")
    daemon.api.post("/api/v1/onvif/search", {}, status=423)
    now = finished()
    equal((now["state"], sorted(by_name(now))), ("done", sorted(cameras)), "who is there")
    equal(len(now["devices"]), len(cameras), "each once, though asked twice")
    got = {name: fault_of(device) for name, device in by_name(now).items()}
    login = {name: "login" for name in ("locked", "ahead", "behind", "digest", "recorder")}
    evil = {"redirect": "redirected", "drip": "slow", "flood": "too_large", "bomb": "entities", "nonsense": "malformed", "jpeg": "no_h264"}
    outside = {"uri-outside": "outside", "uri-foreign": "foreign", "media-foreign": "foreign", "x-metadata": "outside", "x-outside": "outside", "x-foreign": "foreign", "x-named": "foreign"}
    equal(got, {"open": None, "hevc": None, "leaky": None, **login, **evil, **outside}, "what is said of them")
    words = {"redirect": "192.0.2.66", "drip": "时限", "flood": "1 MB", "bomb": "实体", "nonsense": "XML", "jpeg": "JPEG", "x-metadata": "169.254.169.254", "uri-foreign": "10.1.2.3"}
    for name, word in words.items():
        check(word in by_name(now)[name]["trouble"]["text_zh"], f"{name}: {by_name(now)[name]}")
    check(now["took_ms"] < 20_000, f"it took {now['took_ms']} ms")
    check(cameras["flood"].sent < 10_000_000, f"{cameras['flood'].sent} bytes of 50 MB were taken")
    check(street.probes == 2, f"{street.probes} probes")


@case("what a device is, and which of its streams are for large and small tiles")
def honest():
    open_one = by_name(told())["open"]
    equal([open_one[key] for key in ("maker", "model", "firmware", "serial", "profiles", "clock_off_s")], ["海安", "HA-2000", "V5.1", "0001", 3, 0], "what it is")
    channel = open_one["channels"][0]
    equal((channel["main"]["address"], channel["main"]["width"], channel["sub"]["address"], channel["sub"]["height"]), ("rtsp://127.0.0.1:8554/open/main", 1920, "rtsp://127.0.0.1:8554/open/sub", 360), "streams")
    hevc = by_name(told())["hevc"]["channels"][0]
    equal((hevc["main"]["codec"], hevc["sub"]["codec"], hevc["sub"]["width"]), ("H264", "H265", 640), "H.264 is taken before H.265 for the large one")
    leaky = by_name(told())["leaky"]["channels"][0]["main"]["address"]
    equal(leaky, "rtsp://127.0.0.1:8554/leaky/main", "a password that it puts into an address")


@case("nobody is asked at an address that is not the device's own")
def nowhere_else():
    for name in ("x-metadata", "x-outside", "x-foreign", "x-named"):
        equal((cameras[name].asked, by_name(told())[name].get("service")), ([], None), name)
    check("GetProfiles" not in cameras["media-foreign"].asked, "its media service is asked")
    near = onvif_peer.Street([Camera("lure", BOTH, media=trapped.replace("127.0.0.1", "localhost.example"))])
    search(["127.0.0.1"], port=near.port)
    equal(fault_of(by_name(finished())["lure"]), "foreign", "a name")
    try:
        trap.accept()
        check(False, "the trap was connected to")
    except BlockingIOError:
        pass


@case("a login opens those that want one, also an hour off; a wrong one is refused and said")
def login():
    search(["127.0.0.1"])
    now = by_name(finished())
    wanted = [now[name]["id"] for name in ("locked", "ahead", "behind", "digest", "recorder")]
    daemon.api.post("/api/v1/onvif/login", {"devices": wanted, "credential": "other"}, status=202)
    wrong = by_name(finished())
    equal({name: fault_of(wrong[name]) for name in ("locked", "ahead", "digest")}, {"locked": "denied", "ahead": "denied", "digest": "denied"}, "a wrong password")
    daemon.api.post("/api/v1/onvif/login", {"devices": wanted, "user": LOGIN[0], "password": PASSWORD}, status=202)
    right = by_name(finished())
    for name in ("locked", "ahead", "behind", "digest", "recorder"):
        equal((fault_of(right[name]), right[name]["credential"]), (None, "street"), f"{name}, and which reference it is")
    check(abs(right["ahead"]["clock_off_s"] - 3600) < 5 and abs(right["behind"]["clock_off_s"] + 3600) < 5, f"{right['ahead']}")
    equal([channel["main"]["address"][-2:] for channel in right["recorder"]["channels"]], ["1m", "2m", "3m"], "channels of a recorder")
    check(fault_of(right["open"]) is None, "who was not asked again stays as it was")


@case("what is chosen is put behind the table that is there, tried, and imported; then it is known")
def take_over():
    now = by_name(told())
    chosen = [
        {"device": now["locked"]["id"], "channel": 1, "id": "gate-1", "name": "东门,外侧", "region": "530402008", "place_kind": "路口", "credential": "street"},
        {"device": now["recorder"]["id"], "channel": 2, "id": "gate-2", "name": "西门", "credential": "street"},
    ]
    made = daemon.api.post("/api/v1/onvif/table", {"cameras": chosen})
    equal((made["file"], made["rows"], made["first_row"], made["table"].startswith("编号,名称,主码流,行政区划,")), ("cameras.csv", 2, 3, True), "the table")
    tried = import_table(made["table"])
    equal((tried["faulty"], [c["id"] for c in tried["added"]["cameras"]], tried["changed"]["total"], tried["removed"]["total"]), (0, ["gate-1", "gate-2"], 0, 0), f"{tried}")
    bad = daemon.api.post("/api/v1/onvif/table", {"cameras": [{**chosen[0], "id": "old", "region": "红塔", "credential": "nobody"}]})
    faults = import_table(bad["table"])["faults"]
    equal(sorted((f["row"], f["column"]) for f in faults), [(3, "id"), (3, "region")], f"{faults}")
    check(all(f["text_zh"] and f["accepted_zh"] for f in faults if f["column"] == "region"), f"{faults}")
    bad = daemon.api.post("/api/v1/onvif/table", {"cameras": [{**chosen[0], "credential": "nobody"}]})
    check(any("凭据" in f["text_zh"] for f in import_table(bad["table"])["faults"]), "an unknown reference")
    taken = import_table(made["table"], f"?apply=1&base={tried['base']}")
    equal(taken["applied"], True, "taken over")
    one = daemon.api.get("/api/v1/cameras/gate-1")
    equal((one["name"], one["main"], one["sub"]), ("东门,外侧", "rtsp://127.0.0.1:8554/locked/main", "rtsp://127.0.0.1:8554/locked/sub"), "the camera")
    equal(by_name(told())["locked"]["channels"][0]["camera"], "gate-1", "it is known now")


def import_table(text, query=""):
    path = "/api/v1/cameras/import"
    status, kind, answer = daemon.api.raw("POST", path + query, text.encode(), {"Content-Type": "text/csv"})
    equal(status, 200, f"{answer}")
    return json.loads(answer)


@case("who does not answer the probe is asked where somebody said; who is not there is said so")
def silent():
    silent_one, closed = Camera("silent", BOTH), rig.free_port()
    other = Camera("other", BOTH)
    search([f"127.0.0.1:{silent_one.port}", f"127.0.0.1:{other.port}"], port=rig.free_port())
    now = finished()["devices"]
    equal([(device["service"], device["state"]) for device in now], [(one.service, "ready") for one in (silent_one, other)], "asked by its address")
    search([f"127.0.0.1:{closed}"], port=rig.free_port())
    equal([fault_of(device) for device in finished()["devices"]], ["unreachable"], "nobody is there")


@case("camera-sim answers as a camera does: npm's onvif client opens it, and so does a search of the wall, which then shows it")
def simulator():
    search(["127.0.0.1"], port=sim.onvif)
    found = finished()["devices"]
    equal(sorted((device["name"], fault_of(device)) for device in found), [("cam-1", "login"), ("cam-2", "login")], "found")
    daemon.api.post("/api/v1/onvif/login", {"devices": [device["id"] for device in found], "credential": "street"}, status=202)
    first = by_name(finished())["cam-1"]
    channel = first["channels"][0]
    equal((first["model"], channel["main"]["address"], channel["main"]["width"]), ("camera-sim", sim.address("cam-1", "main"), 640), "what it is")
    made = daemon.api.post("/api/v1/onvif/table", {"cameras": [{"device": first["id"], "id": "sim-1", "name": "模拟机", "credential": "street"}]})
    tried = import_table(made["table"])
    equal(import_table(made["table"], f"?apply=1&base={tried['base']}")["applied"], True, f"{tried}")
    daemon.cli("show", "1", "sim-1")
    tap.until(lambda: daemon.on_glass().get(1) == "sim-1" and any(f["camera"] == "sim-1" and f["info"]["state"] == "live" for f in daemon.api.get("/api/v1/feeds")["feeds"]), 20, "it is seen")
    for password, wanted in ((PASSWORD, sim.address("cam-1", "sub")), ("wrong", None)):
        told_by = json.loads(npm.node("onvif_peer.js", str(sim.onvif), "/onvif/cam-1/device_service", LOGIN[0], password, text="", needs_npm=True))
        equal(told_by.get("uri"), wanted, f"{told_by}")
    equal(told_by.get("error") is not None, True, "a wrong password is refused")


@case("a search can be stopped, and is over at once")
def stop():
    slow = onvif_peer.Street([Camera(f"slow-{n}", evil=onvif_peer.drip) for n in range(3)])
    search(["127.0.0.1"], port=slow.port)
    tap.until(lambda: told()["to_ask"] >= 1, 10, "one is being asked")
    began = time.monotonic()
    stopped = daemon.api.delete("/api/v1/onvif/search")
    equal(stopped["state"], "stopped", "at once")
    check(time.monotonic() - began < 2 and all(fault_of(device) == "stopped" for device in stopped["devices"]), f"{stopped}")
    search([])
    equal(finished()["state"], "done", "another one begins and ends")


@case("what may not be searched is refused with what may be")
def refused():
    for text in ("", "router", "10.0.0.0/8", "10.1.2.3/24", "127.0.0.1:0", "10.0.0.1:99999", "fe80::1"):
        error = search([text], 400)["error"]
        check("accepted" in error["message"] and "可以用" in error["message_zh"], f"{text}: {error}")
    for text in ("169.254.169.254", "198.51.100.0/24"):
        error = search([text], 400)["error"]
        check("site.camera_networks" in error["message"] and text in error["message_zh"], f"{text}: {error}")
    daemon.api.post("/api/v1/onvif/login", {"devices": ["d999"], "credential": "street"}, status=404)
    daemon.api.post("/api/v1/onvif/login", {"devices": ["d1"], "credential": "grid"}, status=404)
    daemon.api.post("/api/v1/onvif/login", {"devices": ["d1"]}, status=400)
    daemon.api.post("/api/v1/onvif/table", {"cameras": [{"device": "d999"}]}, status=400)


@case("only who administers the devices of the whole site may search; the password is nowhere")
def rights():
    for account, role, more, wanted in (("dev", "device_admin", {}, 200), ("dev-part", "device_admin", {"region": "530402008"}, 403), ("disp", "dispatcher", {}, 403)):
        cookie = daemon.sign_in(account, role, **more)
        equal(daemon.session_answer("GET", "onvif", None, cookie)[0], wanted, account)
    for where, text in (("log", daemon.log()), ("answer", json.dumps(told())), ("register", json.dumps(daemon.local.get("/api/v1/audit?limit=200")))):
        check(PASSWORD not in text, f"the password stands in the {where}")


daemon.start()
tap.run(daemon.show_failure, rig.end)
