#!/usr/bin/python3
"""test_cameras.py - cameras over the API: found by what people type, in their regions, by whoever may see them."""
import json
import socket
import socketserver
import threading

import client
import rig
import tap
from tap import case, check, equal

sim = rig.Sim(2)
REGIONS = rig.SOURCE / "config" / "regions.csv"
ROWS = [
    ("cam-1", "研和路口", "530402008", "路口", ["防汛", "重点"]),
    ("cam-2", "水库大坝", "530402005", "水库", ["防汛"]),
    ("gate", "长安街东口", "530402008", "路口", []),
    ("far", "远处路口", "53040399", "路口", []),
    ("none", "没有区划的", "", "", []),
]


def entry(n, row):
    ident, name, region, kind, groups = row
    more = {"id": ident, "name": name, "region": region, "place_kind": kind, "groups": "|".join(groups), "number": 20 + n}
    made = {**rig.camera(sim, min(n, 2)), **{key: value for key, value in more.items() if value}}
    made.pop("region_name")
    if not region:
        made.pop("region")
    return made


daemon = rig.Daemon(
    "cameras",
    cameras=[entry(n, row) for n, row in enumerate(ROWS, 1)],
    regions=str(REGIONS),
    walls=[rig.wall(["cam-1", "cam-2"], "4")],
)


def find(via=None, **query):
    text = "&".join(f"{key}={client.quote(str(value))}" for key, value in query.items())
    return [c["id"] for c in (via or daemon.api).get(f"/api/v1/cameras?{text}")["cameras"]]


@case("a camera is found by its name, pinyin, initials, region, id, number, kind, group, and by whether it is live")
def search():
    for query, wanted in [
        ({"find": "研和路口"}, ["cam-1"]),
        ({"find": "yhlk"}, ["cam-1"]),
        ({"find": "YanHe"}, ["cam-1", "gate"]),  # 研和街道 is the region of both
        ({"find": "changan"}, ["gate"]),
        ({"find": "zhangan"}, ["gate"]),
        ({"find": "水库 chunhe"}, ["cam-2"]),
        ({"find": "#23"}, ["gate"]),
        ({"find": "cam-"}, ["cam-1", "cam-2"]),
        ({"find": "防汛"}, ["cam-1", "cam-2"]),
        ({"kind": "水库"}, ["cam-2"]),
        ({"group": "防汛"}, ["cam-1", "cam-2"]),
        ({"group": "防"}, []),
        ({"region": "530402008"}, ["cam-1", "gate"]),
        ({"region": "530402008", "find": "dongkou"}, ["gate"]),
        ({"find": "没有这样的地方"}, []),
        ({"find": ""}, [row[0] for row in ROWS]),
        ({"find": "", "offset": 1, "limit": 2}, ["cam-2", "gate"]),
        ({"online": 1}, ["cam-1", "cam-2"]),
        ({"online": 0}, ["gate", "far", "none"]),
        ({"online": 0, "kind": "路口"}, ["gate", "far"]),
    ]:
        equal(find(**query), wanted, f"cameras for {query}")
    equal(daemon.api.get("/api/v1/cameras?limit=1")["total"], len(ROWS), "all of them")
    refused = daemon.api.get("/api/v1/cameras?online=yes", 400)
    check("accepted: 0, 1" in refused["error"]["message"], f"{refused}")


@case("the camera that has the number comes first, before those that only hold it")
def number():
    daemon.config["cameras"][3]["name"] = "21 号地"
    daemon.write()
    daemon.cli("reload")
    equal(find(find="21"), ["cam-1", "far"], "cameras for 21")


@case("a camera tells how its name is typed and which groups it is in")
def readings():
    one = daemon.api.get("/api/v1/cameras/cam-1")
    equal((one["pinyin"], one["groups"]), (["yan he lu kou"], ["防汛", "重点"]), "of cam-1")
    equal(daemon.api.get("/api/v1/cameras/gate")["pinyin"], ["zhang an jie dong kou", "chang an jie dong kou"], "of gate")


@case("the tree of regions counts what lies inside, and has every region's way up")
def regions():
    got = {r["code"]: (r["name"], r.get("parent"), r["cameras"], r["live"]) for r in daemon.api.get("/api/v1/regions")["regions"]}
    equal(got["530402008"], ("研和街道", "530402", 2, 1), "the township")
    equal(got["530402"][2:], (3, 2), "the district")
    equal(got[""], ("", None, 1, 0), "cameras without a region")
    check(got["53040399"][1] in got, f"the unknown one hangs at a known one: {got}")
    for code, (_, parent, cameras, _) in got.items():
        check(parent is None or got[parent][2] >= cameras, f"{code} is counted in {parent}")


@case("who is of one region finds and counts only what lies in it")
def own_region():
    cookie = daemon.sign_in("village", "analyst", region="530402008")
    status, answer, _ = daemon.session_answer("GET", "cameras?find=lukou", None, cookie)
    equal((status, [c["id"] for c in answer["cameras"]]), (200, ["cam-1"]), "found")
    _, answer, _ = daemon.session_answer("GET", "regions", None, cookie)
    equal([(r["code"], r["cameras"]) for r in answer["regions"] if len(r["code"]) > 6], [("530402008", 2)], "townships")


@case("a camera that redirects is not followed, by the wall and by the probe; both say so, in Chinese too")
def redirect():
    trap = socket.create_server(("127.0.0.1", 0))
    trap.setblocking(False)
    elsewhere = f"rtsp://127.0.0.1:{trap.getsockname()[1]}/x"

    class Mover(socketserver.StreamRequestHandler):
        def handle(self):
            number = ""
            for line in self.rfile:
                if line.startswith(b"CSeq:"):
                    number = line.decode().strip()
                elif not line.strip():
                    self.wfile.write(f"RTSP/1.0 302 Moved\r\n{number}\r\nLocation: {elsewhere}\r\n\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Mover) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"rtsp://127.0.0.1:{server.server_address[1]}/x"
        daemon.config["cameras"].append({"id": "mover", "name": "转向的", "main": address})
        daemon.write()
        daemon.cli("reload")
        status, _, answer = daemon.api.raw("POST", "/api/v1/probe", json.dumps({"camera": "mover"}).encode(), {"Content-Type": "application/json"})
        error = json.loads(answer)["error"]
        equal((status, error["code"], "没有跟去" in error["message_zh"]), (403, "denied", True), f"the probe: {error}")
        daemon.cli("show", "1", "mover")
        tap.until(lambda: "转向别的地址" in daemon.cli("why", "1", language="zh"), 10, "it is said why there is no picture")
        feed = tap.until(lambda: [f for f in daemon.api.get("/api/v1/feeds")["feeds"] if f["camera"] == "mover"], 5, "its feed")
        equal((feed[0]["info"]["state"], feed[0]["info"]["fault"]), ("refused", "redirected"), "its state")
        try:
            trap.accept()
            check(False, "the trap was connected to")
        except BlockingIOError:
            pass
        server.shutdown()
    trap.close()
    daemon.config["cameras"].pop()
    daemon.write()
    daemon.cli("show", "1", "cam-1")
    daemon.cli("reload")


HEAD = "编号,名称,行政区划,主码流\n"
TABLE = HEAD + "t-1,新建村口,530402008,rtsp://192.0.2.1/1\nt-2,水库东岸,530402005,rtsp://192.0.2.1/2\n"
IMPORT = "/api/v1/cameras/import"


def send(text, status=200, query="", via=None):
    """The answer to a table, held against the document."""
    data = text.encode() if isinstance(text, str) else text
    got, kind, answer = (via or daemon.api).raw("POST", IMPORT + query, data, {"Content-Type": "text/csv"})
    answer = json.loads(answer)
    client.check_answer("POST", IMPORT, got, kind, answer)
    equal(got, status, f"{query}: {answer}")
    return answer


def ids(told):
    return [camera["id"] for camera in told["cameras"]]


@case("without a table of cameras in the configuration it is said what to write there")
def no_table():
    refused = send(TABLE, 404)["error"]
    check('"camera_csv"' in refused["message"] and '"camera_csv"' in refused["message_zh"], f"{refused}")


@case("a table is tried, nothing is written; then taken over at once, and the register says who did it")
def take_over():
    table = daemon.dir / "cameras.csv"
    table.write_text(HEAD + "old,旧机位,530402008,rtsp://192.0.2.1/9\n", encoding="utf-8")
    daemon.config["camera_csv"] = ["cameras.csv"]
    daemon.write()
    daemon.cli("reload")
    before = table.read_bytes()
    tried = send(TABLE)
    equal((ids(tried["added"]), ids(tried["changed"]), ids(tried["removed"])), (["t-1", "t-2"], [], ["old"]), "what changes")
    equal((tried["applied"], tried["writable"], tried["faults"], table.read_bytes()), (False, True, [], before), "only tried")
    taken = send(TABLE, query=f"?apply=1&base={tried['base']}")
    equal((taken["applied"], table.read_text("utf-8")), (True, TABLE), "taken over")
    equal(find(find="xjck"), ["t-1"], "the new camera is found")
    equal(find(find="jiujiwei"), [], "the old one is gone")
    equal(send(TABLE, 409, f"?apply=1&base={tried['base']}")["error"]["code"], "stale", "a base of before")
    again = send(TABLE)
    equal((again["added"]["total"], again["changed"]["total"], again["removed"]["total"]), (0, 0, 0), "the same once more")
    rows = tap.until(
        lambda: [(r["content"], r["object"]) for r in daemon.local.get("/api/v1/audit")["rows"] if "新增" in (r.get("content") or "")],
        10,
        "the row is in the register",
    )
    equal(rows, [("导入摄像机表：新增 2，变更 0，移除 1", "cameras.csv")], "rows of imports")


@case("every fault is told with its place, and such a table is not taken over even where bad rows may be left out")
def faults():
    daemon.config["camera_csv_bad_rows"] = "skip"
    daemon.config["presets"] = [{"name": "村口", "wall": "main", "layout": "4", "cameras": ["t-1"]}]
    daemon.write()
    daemon.cli("reload")
    before = (daemon.dir / "cameras.csv").read_bytes()
    bad = HEAD + "t-1,,530402008,http://x\nt-2,东岸,abc,rtsp://admin:hunter2@192.0.2.1/\nt-2,又一台,,rtsp://192.0.2.1/3\n"
    told = send(bad)
    equal((told["applied"], told["added"]["total"]), (False, 0), "of a table with faults")
    got = [(f.get("row"), f.get("column"), f.get("value")) for f in told["faults"] if "row" in f]
    equal(got, [(2, "name", None), (2, "main", "http://x"), (3, "region", "abc"), (3, "main", None), (4, "id", "t-2")], "faults")
    check("hunter2" not in json.dumps(told), "a password is repeated")
    check(all(f["text_zh"] for f in told["faults"]) and told["faults"][1]["column_zh"] == "主码流", f"{told['faults']}")
    send(bad, query=f"?apply=1&base={told['base']}")
    equal((daemon.dir / "cameras.csv").read_bytes(), before, "the table that lies there")
    gone = send(HEAD + "t-2,东岸,,rtsp://192.0.2.1/2\n")["faults"]
    check([f["place"] for f in gone] == ["presets[0].cameras[0]"] and "还在用" in gone[0]["text_zh"], f"{gone}")
    for text, word in ((b"", "空"), ("名称\n甲\n", "编号"), (b"\xff\xfea\x00", "UTF-16"), ("编号,名称,主码流\n\"a,b\n", "引号")):
        zh = [f["text_zh"] for f in send(text)["faults"]]
        check(any(word in line for line in zh), f"{text}: {zh}")


@case("an address where no camera may be is refused by the import and by a reload, in the same words")
def networks():
    before = (daemon.dir / "cameras.csv").read_bytes()
    held = send(TABLE)["base"]
    accepted = "site.camera_networks: 127.0.0.0/8, 10.0.0.0/8, 192.0.2.0/24"
    for host, address in (
        ("169.254.169.254", "169.254.169.254"),  # where clouds tell machines their secrets
        ("198.51.100.7:80", "198.51.100.7"),
        ("[::1]:8080", "::1"),
        ("[::ffff:169.254.1.1]", "::ffff:169.254.1.1"),
        ("3232235777", "192.168.1.1"),
        ("0.0.0.0", "0.0.0.0"),
    ):
        table = HEAD + f"t-1,村口,,rtsp://{host}/x\n"
        told = send(table)["faults"]
        words = f"leads to {address}, where no camera may be"
        equal([(f["row"], f["column"], f["value"]) for f in told], [(2, "main", f"rtsp://{host}/x")], "place and value")
        check(words in told[0]["text"] and accepted in told[0]["accepted"], f"{told[0]}")
        equal((told[0]["text_zh"], "10.0.0.0/8" in told[0]["accepted_zh"]), ("不在允许的摄像机网段或端口里", True), "in Chinese")
        taken = send(table, query=f"?apply=1&base={held}")
        equal((taken["applied"], (daemon.dir / "cameras.csv").read_bytes()), (False, before), "nothing is taken over")
    daemon.config["cameras"].append({"id": "meta", "name": "元数据", "main": "rtsp://169.254.169.254/latest"})
    daemon.write()
    line = f'cameras[{len(daemon.config["cameras"]) - 1}].main: "rtsp://169.254.169.254/latest" leads to 169.254.169.254, where no camera may be; accepted: addresses in {accepted}'
    told = daemon.cli("reload", status=65)
    check(line in told, told)
    check("meta" not in find(), "a camera of a refused file is there")
    daemon.config["cameras"].pop()
    daemon.write()


@case("a table of another encoding is taken, too large a one and one from who may not are refused")
def others():
    told = send(TABLE.encode("gb18030"))
    equal((told["faulty"], told["added"]["total"]), (0, 0), "GB18030")
    send(b"x" * (8 * 1024 * 1024 + 1), 413)
    status, kind, _ = daemon.api.raw("POST", IMPORT, b"{}", {"Content-Type": "application/json"})
    equal((status, kind), (415, "application/json"), "JSON")
    send(TABLE, 400, "?apply=1")
    send(TABLE, 400, "?apply=yes")
    send(TABLE, 400, "?file=other.csv")


daemon.start()
daemon.wait_live(2)
tap.run(daemon.show_failure, rig.end)
