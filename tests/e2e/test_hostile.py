#!/usr/bin/python3
"""test_hostile.py - names, paths, headers and files as somebody sends them who means harm, over TLS: refused in plain words.

A stolen cookie, foreign origins and sessions that have ended are in test_accounts.py and test_asvs.py, messages too large or
broken in test_api.py, two operators in test_commands.py, names in a browser in tests/browser.
"""
import csv
import datetime
import io
import json
import socket
import zipfile

import client
import rig
import tap
import tls
from tap import case, check, equal

FORMULAS = ['=HYPERLINK("http://192.0.2.9/","点我")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", " =1+1", "＝1+1"]
MARKUP = "\"><svg onload=alert(1)><img src=x onerror=alert(1)>'"
HEAD = "编号,名称,行政区划,主码流\n"
TOKEN = "hostile-source-token-0815"
sim = rig.Sim(2)
PAGE = rig.folder / "page"
PAGE.mkdir()
(PAGE / "index.html").write_text("<!doctype html><title>wall</title>")
(rig.folder / "outside.txt").write_text("kanari-ausserhalb")
(PAGE / "link.txt").symlink_to("/etc/hostname")
daemon = rig.Daemon(
    "hostile",
    listen={"https_host": "127.0.0.1", "https_port": 0, "names": ["wall.example"]},
    site={"name": "=1+1综治中心"},
    cameras=[{**rig.camera(sim, n), "name": name, "region_name": FORMULAS[n]} for n, name in ((1, FORMULAS[0]), (2, MARKUP))],
    camera_csv=["cameras.csv"],
    walls=[rig.wall(["cam-1", "cam-2"])],
    cases={"region": "530402"},
    credentials="credentials.json",
    sources=[{"id": "grid", "name": FORMULAS[1], "token": "grid", "silent_s": 0}],
    briefings=[{"id": "daily", "name": FORMULAS[3], "at": "23:59", "shown_minutes": 1}],
    outputs=[],
)
table = daemon.dir / "cameras.csv"
table.write_text(HEAD, "utf-8")
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
secrets.chmod(0o600)
site = None
cookies = {}


def raw(data, is_secure=True):
    """The whole answer to these bytes, b"" where there is none."""
    plain = socket.create_connection(("127.0.0.1", site.port), timeout=10)
    with site.trusting.wrap_socket(plain, server_hostname="localhost") if is_secure else plain as peer:
        answer = b""
        try:
            peer.sendall(data)
            while piece := peer.recv(65536):
                answer += piece
        except OSError:
            pass  # hung up on
        return answer


@case("path traversal: no form of it leaves the page's folder, which holds nothing but what was there at the start")
def traversal():
    global site
    daemon.start("--page-dir", PAGE)
    site = tls.Site(daemon, rig.folder)
    cookies["boss"] = daemon.sign_in("boss", "dispatcher")
    cookies["root"] = daemon.sign_in("root", "sysadmin", "device_admin")
    (PAGE / "later.txt").write_text("kanari-spaeter")
    ways = ["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/%2e%2e%2foutside.txt", "/..%5coutside.txt",
            "/..%252foutside.txt", "/....//outside.txt", "//etc/passwd", "/./../outside.txt", "/%c0%ae%c0%ae/outside.txt",
            "/assets/../../outside.txt", "/index.html/../../outside.txt", "/index.html%00.txt", "/later.txt", "/.git/config",
            "/etc/passwd", "/proc/self/environ", "/api/v1/../../outside.txt", "/api/v1/evidence/..%2f..%2foutside.txt",
            "/api/v1/evidence/x/files/..%2f..%2foutside.txt", "/api/v1/walls/main/screens/1/..%2fsnapshot.png"]
    for way in ways:
        answer = raw(f"GET {way} HTTP/1.1\r\nHost: localhost\r\nCookie: {client.COOKIE}={cookies['boss']}\r\n\r\n".encode())
        status = int(answer.split()[1]) if answer else 0
        check(status in (0, 400, 403, 404), f"{way}: {status}")
        check(b"kanari" not in answer and b"root:" not in answer, f"{way}: {answer[-200:]}")
    for method, path, body in (
        ("PUT", "/api/v1/walls/main/presets/..%2f..%2fx", {}), ("GET", "/api/v1/boards/..%2f..%2fetc%2fpasswd", None),
        ("PUT", "/api/v1/tours/..%2fx", {"tiles": [1], "cameras": ["cam-1"]}),
    ):
        answer = site.call(method, path, cookies["boss"], body)
        check(answer.status in (400, 404, 405), f"{method} {path}: {answer.status} {answer.body[:200]}")
    answer = site.call("GET", "/api/v1/cameras/..%2faccounts", cookies["boss"])
    equal((answer.status, answer.code()), (403, "denied"), "the right is that of the path which is meant")
    tap.note(f"{len(ways)} ways")


@case("header injection: what a client says never becomes a header of an answer; a line that is none is refused")
def injection():
    evil = "x%0d%0aSet-Cookie:%20__Host-wallctl=evil%0d%0a%0d%0a<script>"
    for path in f"/{evil}", f"/api/v1/cameras/{evil}", f"/api/v1/cameras?find={evil}", f"/api/v1/boards/{evil}":
        answer = site.call("GET", path, cookies["boss"])
        equal((answer.header("set-cookie"), answer.header("content-type").partition(";")[0]), ("", "application/json"), path)
    for header in b"Host: localhost\rSet-Cookie: a=b", b"Host: localhost\nSet-Cookie: a=b", b"Host: local\x00host", b"Host: localhost evil":
        answer = raw(b"GET /x HTTP/1.1\r\n" + header + b"\r\n\r\n")
        head = answer.partition(b"\r\n\r\n")[0].lower()
        check(b"set-cookie" not in head and b"evil" not in head, f"{header}: {head}")
    origin = b"OPTIONS /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN.encode()
    for value in b"eventemitter.example", b"a.example\rX-Evil: 1", b"a.example\x00X-Evil: 1", b"a.example\x0bX-Evil: 1":
        head = raw(origin + b"\r\nWebHook-Request-Origin: " + value + b"\r\n\r\n").partition(b"\r\n\r\n")[0]
        check(not [line for line in head.splitlines() if line.lower().startswith(b"x-evil")], f"{value}: {head}")
    for host in b"evil.example", b"localhost@evil.example", b"localhost.evil.example", b"localhost/evil":
        answer = raw(b"GET /x HTTP/1.1\r\nHost: " + host + b"\r\n\r\n", is_secure=False)
        check(b"evil" not in answer.partition(b"\r\n\r\n")[0].lower(), f"sent on to {host}: {answer[:300]}")
        check(raw(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n").startswith(b"HTTP/1.1 403"), f"served as {host}")
    check(raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 20000 + b"\r\n\r\n")[:12] in (b"", b"HTTP/1.1 431", b"HTTP/1.1 400"), "a long header")
    equal(site.call("GET", "/api/v1/session", cookies["boss"]).status, 200, "afterwards")


def cells(data):
    check(data.startswith(b"\xef\xbb\xbf"), "without a mark of UTF-8")
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]


@case("CSV: no cell of any table that leaves the house is a formula, whatever cameras, regions, sites and reasons are called")
def formulas():
    for n, text in enumerate(FORMULAS):
        answer = site.call("PUT", "/api/v1/session", cookies["boss"], {"reason": text})
        check(answer.status == 200, f"{text}: {answer.body}")
        equal(site.call("POST", "/api/v1/walls/main/commands", cookies["boss"], {"op": "show", "tile": 3, "camera": f"cam-{n % 2 + 1}"}).status, 200)
    event = {"specversion": "1.0", "id": "1", "source": "/530402/grid", "type": "org.wallctl.case.reported.v1", "subject": "=1+1",
             "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
             "data": {"category": "labour", "region": "530402005"}}
    daemon.api.raw("POST", "/v1/events", json.dumps(event).encode(),
                   {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {TOKEN}"})
    paper = daemon.api.post("/api/v1/briefings", {"config": "daily", "shown": False})["id"]
    tables = {path: daemon.local.raw("GET", f"/api/v1/{path}") for path in (
        "audit/register.csv", "audit/filing.csv", "health/online.csv", f"briefings/{paper}.csv")}
    for path, (status, kind, data) in tables.items():
        equal((status, kind), (200, "text/csv"), path)
        found = [cell for cell in cells(data) if cell.lstrip(" ")[:1] in tuple("=+-@\t\r＝＋－＠") and cell.strip()]
        equal(found, [], f"formulas of {path}")
    whole = "".join(data.decode() for _, _, data in tables.values())
    for text in FORMULAS[0], FORMULAS[2], FORMULAS[5]:
        check("'" + text.replace('"', '""') in whole, f"{text} is in no table: nothing was tested")


@case("names with markup are text in every page that is printed")
def markup():
    paper = daemon.api.get("/api/v1/briefings")["briefings"][0]["id"]
    pages = [daemon.local.raw("GET", f"/api/v1/{path}")[2].decode() for path in ("audit/register.html", "audit/filing.html", "audit/deletion.html", f"briefings/{paper}.html")]
    for page in pages:
        check("<svg onload" not in page and "<img src" not in page and "<script" not in page, page[:400])
    check("&lt;svg onload=alert(1)&gt;" in "".join(pages), "the name is in no page: nothing was tested")


def send(data, kind="text/csv; charset=utf-8", query=""):
    return site.call("POST", "/api/v1/cameras/import" + query, cookies["root"], data, Content_Type=kind)


@case("a workbook, a ZIP, an SVG, a picture in place of a table: said in Chinese what it is, and the table stays as it was")
def uploads():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("../../evil.csv", HEAD)
        book.writestr("xl/workbook.xml", "<workbook/>")
    before = table.read_bytes()
    svg = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for data, word in (
        (packed.getvalue(), "Excel"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"), (svg, "SVG"),
        (b"\xef\xbb\xbf" + svg, "SVG"), (b"<!doctype html><script>alert(1)</script>", "网页"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "图片"), (b"%PDF-1.7\n", "PDF"),
    ):
        for query in "", "?apply=1&base=none":
            answer = send(data, query=query)
            told = answer.json()
            if query and answer.status != 200:
                check(answer.status in (400, 409), f"{answer.status}")
                continue
            equal((answer.status, told["applied"], told["added"]["total"]), (200, False, 0), f"{data[:8]}")
            check(any(word in fault["text_zh"] for fault in told["faults"]), f"{data[:8]}: {told['faults']}")
    for kind in "application/zip", "image/svg+xml", "application/vnd.ms-excel", "multipart/form-data; boundary=x", "application/octet-stream":
        equal(send(HEAD.encode(), kind).status, 415, kind)
        equal(site.call("PUT", "/api/v1/accounts/x", cookies["root"], svg, Content_Type=kind).status, 415, f"an account as {kind}")
    for path in "/index.html", "/upload", "/assets/x.svg":
        equal(site.call("PUT", path, cookies["root"], svg, Content_Type="image/svg+xml").status, 415, path)
        equal(site.call("PUT", path, cookies["root"], svg).status, 405, path)
    equal(table.read_bytes(), before, "the table")
    check(not (daemon.dir.parent / "evil.csv").exists() and not (daemon.dir / "evil.csv").exists(), "something was unpacked")


@case("what was refused is in the register: who tried it, and why not")
def registered():
    site.call("POST", "/api/v1/walls/main/commands", cookies["root"], {"op": "undo"})
    site.call("GET", "/api/v1/diagnostics", cookies["boss"])
    good = send((HEAD + "a,甲,,rtsp://192.0.2.1/\n").encode()).json()
    equal(send(b"<svg/>", query=f"?apply=1&base={good['base']}").status, 200)

    def rows():
        return {(r.get("account", ""), r["kind"]) for r in daemon.api.get("/api/v1/audit?refused=1&limit=100")["rows"]}

    for n in range(3):  # a page that goes on asking is one row a minute
        site.call("POST", "/api/v1/walls/main/commands", cookies["boss"], {"op": "undo"}, Origin="https://evil.example")
        site.upgrade("/api/v1/ws", "wallctl.v1", None, "https://evil.example\xff" if n else "https://evil.example")
    wanted = {("root", "command"), ("boss", "export"), ("root", "settings"), ("boss", "system")}
    tap.until(lambda: wanted <= rows(), 15, lambda: f"refusals: {rows()}")
    foreign = [r for r in daemon.api.get("/api/v1/audit?refused=1&limit=100")["rows"] if "别处的网页" in r.get("content", "")]
    equal([(r["content"], r["account"], r["address"]) for r in foreign], [("别处的网页要操作控制台：https://evil.example", "boss", "127.0.0.1")], "foreign pages")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
