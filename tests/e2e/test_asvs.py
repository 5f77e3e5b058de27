#!/usr/bin/python3
"""test_asvs.py - items of OWASP ASVS 5.0 by their numbers, over TLS and with real accounts.

Which items are adopted, what wallctl does about each and which test proves it: docs/zh/安全核对表.md. Here are those that no other
test has.
"""
import collections
import contextlib
import json
import re
import socket
import sqlite3
import statistics
import subprocess
import time

import client
import rig
import tap
import tls
from tap import case, check, equal

sim = rig.Sim(1)
daemon = rig.Daemon(
    "asvs",
    listen={"https_host": "127.0.0.1", "https_port": 0, "names": ["wall.example"]},
    site={"name": "红塔区综治中心"},
    cameras=[rig.camera(sim, 1)],
    walls=[rig.wall(["cam-1"], layout="1")],
    presets=[{"name": "日常", "layout": "1", "cameras": ["cam-1"]}],
    cases={"region": "530402"},
    credentials="credentials.json",
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    linkage=[{"id": "plan", "name": "预案", "by_hand": True, "severity": "orange", "cameras": ["cam-1"]}],
    briefings=[{"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 1}],
    outputs=[],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": "asvs-source-token-0815"}}))
secrets.chmod(0o600)
PAGE = rig.folder / "page"
PAGE.mkdir()
(PAGE / "index.html").write_text("<!doctype html><title>wall</title>")
site = None
cookies = {}
SOCKETS = {
    "/api/v1/ws": "wallctl.v1",
    "/api/v1/walls/main/screens/1/preview?kind=mp4": "wallctl.preview",
}
EVIL = "https://evil.example"


def password_of(account):
    return f"e2e {account} 7391 correct horse"


def database():
    """Of the daemon, closed by `with`; what was written is there afterwards."""
    connection = sqlite3.connect(daemon.state / "wallctl.db", isolation_level=None)
    return contextlib.closing(connection)


def bearer():
    return {"Authorization": f"Bearer {daemon.token}"}


def routes():
    """(method, path with names that exist where one is needed) of the whole API."""
    for row in site.call("GET", "/api/v1/rights", cookies["boss"]).json()["paths"]:
        path = "/api/v1/" + row["path"].replace("walls/*", "walls/main").replace("screens/*/*", "screens/1/snapshot.jpg")
        path = path.replace("cameras/*", "cameras/cam-1").replace("rules/*", "rules/plan").replace("why/*", "why/1")
        yield row["method"], path.replace("*", "nothing")


@case("6.3.2 there is no default account: one administrator, by a password of this machine's own, and no usual one works")
def no_default():
    global site
    daemon.start("--page-dir", PAGE)
    site = tls.Site(daemon, rig.folder)
    name, first = (daemon.state / "first-login.txt").read_text().split()
    equal([a["id"] for a in daemon.local.get("/api/v1/accounts")["accounts"]], [name], "accounts of a fresh site")
    other = rig.Daemon("asvs-other", walls=[rig.wall()], outputs=[]).start()
    check((other.state / "first-login.txt").read_text().split()[1] != first, "two machines begin with the same password")
    other.stop()
    for n, (account, password) in enumerate(
        [("admin", "admin"), ("admin", "123456"), ("admin", "wallctl"), ("root", "root"), ("admin", ""), ("guest", "guest")]
    ):
        answer = site.sign_in(account, password, address=f"127.0.9.{n + 1}")
        check(answer.status in (401, 429) and answer.cookie() is None, f"{account}/{password}: {answer.status}")
    cookies["boss"] = daemon.sign_in("boss", "dispatcher", "leader")
    cookies["root"] = daemon.sign_in("root", "sysadmin", "device_admin")


@case("3.3.1 3.3.2 3.3.3 3.3.4 the cookie is __Host-, Secure, HttpOnly, SameSite=Strict, of this host and path alone")
def cookie():
    made = daemon.local.put("/api/v1/accounts/zhang", {"name": "张三", "unit": "中心", "roles": ["dispatcher"]})
    first, second = made["one_time_password"], password_of("zhang")
    answers = [site.sign_in("zhang", first)]
    change = {"old": first, "new": second}
    answers.append(site.call("POST", "/api/v1/session/password", answers[0].cookie(), change))
    answers.append(site.sign_in("zhang", second))
    cookies["zhang"] = answers[1].cookie()
    answers.append(site.call("DELETE", "/api/v1/session", answers[2].cookie()))
    for answer in answers:
        equal(answer.status, 200, "status")
        given = [v for k, v in answer.headers if k == "set-cookie"]
        equal(len(given), 1, "cookies")
        pair, *attributes = [part.strip() for part in given[0].split(";")]
        equal(pair.partition("=")[0], "__Host-wallctl", "name")
        wanted = {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} | ({"Max-Age=0"} if answer is answers[3] else set())
        equal(set(attributes), wanted, "attributes")
        check(len(given[0]) < 4096, "3.3.5: longer than a browser keeps")


@case("3.4.1 3.4.3 3.4.4 3.4.6 14.3.2 HSTS, CSP, nosniff, frame-ancestors and no-store on pages, answers, files and refusals")
def headers():
    api = [path for method, path in routes() if method == "GET"]
    paths = ["/", "/nothing.html", "/../etc/passwd", "/metrics", *api]
    for path in paths:
        for who in {}, bearer():
            answer = site.call("GET", path, host="wall.example", **who)
            where = f"{path} ({answer.status})"
            policy = dict(part.strip().partition(" ")[::2] for part in answer.header("content-security-policy").split(";"))
            check(int(re.match(r"max-age=(\d+)", answer.header("strict-transport-security"))[1]) >= 31536000, f"HSTS: {where}")
            equal((policy.get("default-src"), policy.get("object-src"), policy.get("base-uri")), ("'self'", "'none'", "'none'"), where)
            equal(policy.get("frame-ancestors"), "'none'", f"frames: {where}")
            check("script-src" not in policy and "unsafe" not in str(policy), f"scripts: {where}: {policy}")
            equal(answer.header("x-content-type-options"), "nosniff", where)
            equal(answer.header("referrer-policy"), "no-referrer", where)
            equal(answer.header("access-control-allow-origin"), "", where)
            check(answer.header("content-type"), f"without a type: {where}")
            if path != "/":
                equal(answer.header("cache-control"), "no-store", where)
    tap.note(f"{2 * len(paths)} answers")
    equal(site.call("GET", "/", host="wall.example").header("cache-control"), "no-cache", "the page, which has no data in it")


@case("3.5.1 3.5.2 a page of another origin changes nothing, whatever it sends: every path that changes")
def csrf():
    before = site.call("GET", "/api/v1/walls/main", cookies["boss"]).json()["revision"]
    changing = [(m, p) for m, p in routes() if m != "GET"]
    for method, path in changing:
        answer = site.call(method, path, cookies["boss"], Origin=EVIL)
        equal((answer.status, answer.code()), (403, "denied"), f"{method} {path} by a page of {EVIL}")
        answer = site.call(method, path, cookies["boss"], b'{"op":"undo"}', Content_Type="text/plain")
        equal(answer.status, 415, f"{method} {path} as a form sends it")
    command = "/api/v1/walls/main/commands"
    for origin in "null", f"http://localhost:{site.port}", f"https://localhost:{site.port + 1}", "https://localhost":
        equal(site.call("POST", command, cookies["boss"], {"op": "undo"}, Origin=origin).status, 403, f"by a page of {origin}")
    for kind in "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/csv", None:
        equal(site.call("POST", command, cookies["boss"], b'{"op":"undo"}', Content_Type=kind).status, 415, f"as {kind}")
    preflight = site.call("OPTIONS", "/api/v1/walls/main/commands", None, b"", Origin=EVIL, Content_Type=None)
    equal((preflight.status, preflight.header("access-control-allow-origin")), (403, ""), "asked beforehand")
    equal(site.call("GET", "/api/v1/walls/main", cookies["boss"]).json()["revision"], before, "revision")
    tap.note(f"{len(changing)} paths")


@case("3.5.3 nothing changes by reading: every path asked with GET, with a change in the query, and with HEAD")
def reading():
    kept = "walls/main walls/main/presets walls/main/ticker tours accounts tokens linkage/rules visitor approvals cases retention".split()

    def state():
        told = {path: daemon.api.get(f"/api/v1/{path}") for path in kept}
        told["wall"] = {k: v for k, v in told.pop("walls/main").items() if k in ("revision", "tiles", "locked", "layout")}
        return json.loads(re.sub(r'"(shown|used_ms|touched)": [^,}]*', '"":0', json.dumps(told)))

    before, config = state(), daemon.path.read_bytes()
    for path in sorted({path for _, path in routes()}):
        query = "?op=clear&tile=1&do=delete&apply=1&pin=730158&dry_run=0&_method=DELETE&reason=x"
        answer = site.call("GET", path + query, cookies["boss"], X_HTTP_Method_Override="DELETE")
        if answer.status == 403:
            site.call("GET", path + query, cookies["root"], X_HTTP_Method_Override="DELETE")
        answer = site.call("HEAD", path, cookies["boss"])
        equal((answer.status, answer.body), (405, b""), f"HEAD {path}")
    equal(state(), before, "state")
    equal(daemon.path.read_bytes(), config, "configuration")


@case("4.4.1 WebSockets by TLS: plain ones are not taken at that port, and plain HTTP is of this machine alone")
def wss():
    for path, protocol in SOCKETS.items():
        status, peer = site.upgrade(path, protocol, cookies["boss"])
        equal(status, 101, path)
        peer.close()
        with socket.create_connection(("127.0.0.1", site.port), timeout=client.WAIT_S) as plain:
            plain.sendall(
                f"GET {path} HTTP/1.1\r\nHost: localhost:{site.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"Sec-WebSocket-Protocol: {protocol}\r\nCookie: {client.COOKIE}={cookies['boss']}\r\n\r\n".encode()
            )
            first = plain.recv(64)
        check(not first.startswith(b"HTTP/1.1 101"), f"{path} without TLS: {first}")
    for host in "0.0.0.0", "::", "192.0.2.1":
        config = {**daemon.config, "listen": {**daemon.config["listen"], "http_host": host}}
        other = daemon.dir / "open.json"
        other.write_text(json.dumps(config))
        done = subprocess.run([rig.WALLCTL, "--check", other], capture_output=True, text=True, check=False)
        check(done.returncode == 78 and "http_host" in done.stderr, f"plain HTTP at {host}: {done}")


@case("4.4.2 4.4.3 4.4.4 a WebSocket opens for a page of this origin with the session's cookie, and for nothing else")
def sockets():
    for path, protocol in SOCKETS.items():
        for origin in EVIL, "null", f"http://localhost:{site.port}", f"https://localhost.evil.example:{site.port}", "https://localhost":
            status, _ = site.upgrade(path, protocol, cookies["boss"], origin)
            equal(status, 403, f"{path} by a page of {origin}")
        for stolen in None, "x", cookies["boss"][:-1], cookies["boss"].swapcase():
            status, _ = site.upgrade(path, protocol, stolen)
            equal(status, 401, f"{path} with the cookie {str(stolen)[:6]}")
        joined = path + ("&" if "?" in path else "?")
        for name in "token", "access_token", "authorization", client.COOKIE:
            equal(site.upgrade(f"{joined}{name}={daemon.token}", protocol)[0], 401, f"{path} with {name} in the address")
    for origin in EVIL, site.origin():  # events come from machines, which have a token and no cookie
        equal(site.upgrade("/v1/events", "cloudevents.json", cookies["boss"], origin)[0], 401, f"events by a page of {origin}")


@case("6.2.1 6.2.4 6.2.5 6.2.9 passwords: length counts, what others have had is refused, any characters, all of them kept")
def passwords():
    asked = 0

    def change(old, new):
        nonlocal asked
        answer = site.call("POST", "/api/v1/session/password", cookies["zhang"], {"old": old, "new": new})
        if answer.status == 200:
            cookies["zhang"] = answer.cookie()
        asked += 1
        return answer

    now = password_of("zhang")
    # Short ones, and what stands on top of lists of stolen passwords, English and Chinese; also this site's own words.
    for bad in (
        "x9K#mq2vL", "七个字的密码吧", "1234567890", "password123", "qwertyuiop", "1q2w3e4r5t", "iloveyou123", "a123456789",
        "woaini1314520", "5201314520", "Admin@123456", "1qaz2wsx3edc", "zhangsan2025", "hongtaqu2025", "ZongZhi12345",
    ):
        answer = change(now, bad)
        equal((answer.status, answer.code()), (400, "invalid"), f"new password {bad}")
        told = answer.json()["error"]
        check("密码" in told["message_zh"] and bad not in answer.body.decode(), f"{told}")
    for good in (
        "lantern river oboe", "LANTERNRIVEROBOE", "研和街道的石榴花开了五朵", "84 71 22 90 36 15", "🦆🌶🪁 kites over mud",
        "a sentence as long as this one is has well over sixty four characters, and is taken!", "汛" * 20 + "值守七号水库的夜晚有风" * 4,
    ):
        answer = change(now, good)
        equal(answer.status, 200, f"new password {good}: {answer.body.decode()}")
        now = good
    check(len(now) >= 64, f"{len(now)} characters")
    equal(site.sign_in("zhang", now[:-1], address="127.0.8.1").status, 401, "all but its last character")
    equal(site.sign_in("zhang", now, address="127.0.8.2").status, 200, "the whole of it")
    equal(change(now, password_of("zhang")).status, 200)
    tap.note(f"{asked} passwords")


@case("6.3.8 an unknown account and a wrong password answer alike: in status, headers, body, time, and in when one has to wait")
def enumeration():
    def attempts(account, net):
        told, times = [], []
        for n in range(7):
            began = time.monotonic()
            answer = site.sign_in(account, "not this one 42", address=f"127.0.{net}.1")
            times.append(time.monotonic() - began)
            shape = re.sub(r"\d+", "N", answer.body.decode())
            told.append((answer.status, sorted(k for k, _ in answer.headers), shape))
        return told, times

    known, known_s = attempts("zhang", 11)
    unknown, unknown_s = attempts("nobody-here", 12)
    odd, _ = attempts("' OR 1=1 --", 13)
    equal(unknown, known, "answers for an unknown account")
    equal(odd, known, "answers for what is no account's name")
    equal([s for s, _, _ in known][:5], [401] * 5, "the first five are heard")
    check(429 in [s for s, _, _ in known][5:], "then one waits")
    check(not any("set-cookie" in names for _, names, _ in known), "a refusal sets a cookie")
    a, b = statistics.median(known_s[:5]), statistics.median(unknown_s[:5])
    tap.note(f"known {a * 1000:.0f} ms, unknown {b * 1000:.0f} ms")
    check(0.4 < a / b < 2.5, f"an unknown account takes {b:.3f} s, a known one {a:.3f} s")
    daemon.sign_in("silent", "dispatcher")
    daemon.local.put("/api/v1/accounts/silent", {"name": "测试员", "unit": "测试中心", "roles": ["dispatcher"], "disabled": True})
    answer = site.sign_in("silent", password_of("silent"), address="127.0.14.1")
    equal((answer.status, re.sub(r"\d+", "N", answer.body.decode())), (401, known[0][2]), "a disabled account's right password")


@case("7.2.3 tokens and cookies are random: 256 bits, none twice, every letter as often as every other")
def random():
    letters, seen = collections.Counter(), set()
    for n in range(150):
        daemon.local.put(f"/api/v1/tokens/r{n}", {"rights": ["wall.view"]})
        daemon.local.delete(f"/api/v1/tokens/r{n}")
    for n in range(150):
        token = daemon.local.put(f"/api/v1/tokens/r{n}", {"rights": ["wall.view"]})["token"]
        check(re.fullmatch(r"wct_[A-Za-z0-9_-]{43}", token), f"a token of {len(token)} letters")
        seen.add(token)
        letters.update(token[4:-1])  # the last letter has four bits only
        daemon.local.delete(f"/api/v1/tokens/r{n}")
    equal(len(seen), 150, "different tokens")
    total = sum(letters.values())
    chi2 = sum((letters[c] - total / 64) ** 2 / (total / 64) for c in letters) + (64 - len(letters)) * total / 64
    tap.note(f"chi-square of {total} letters: {chi2:.0f} (63 degrees of freedom)")
    check(chi2 < 140, "letters are not equally frequent")  # by chance once in ten million runs
    check(all(re.fullmatch(r"[A-Za-z0-9_-]{43}", c) for c in cookies.values()), "cookies")


@case("7.2.4 signing in gives a new session and ends the former one; a cookie that was planted is never taken over")
def renewed():
    planted = "A" * 43
    first = site.sign_in("zhang", password_of("zhang"), cookie=planted)
    equal((first.status, first.cookie() == planted), (200, False), "with a planted cookie")
    equal(site.call("GET", "/api/v1/session", planted).status, 401, "the planted one")
    status, peer = site.upgrade("/api/v1/ws", "wallctl.v1", first.cookie())
    equal(status, 101)
    second = site.sign_in("zhang", password_of("zhang"), cookie=first.cookie())
    check(second.status == 200 and second.cookie() != first.cookie(), "a new cookie")
    equal(site.call("GET", "/api/v1/session", first.cookie()).code(), "signed_out", "the former session")
    equal(site.call("GET", "/api/v1/session", second.cookie()).status, 200, "the new one")
    equal(close_code(peer), 4401, "the former one's WebSocket")
    failed = site.sign_in("zhang", "not this one 42", cookie=second.cookie())
    equal(failed.status, 401)
    equal(site.call("GET", "/api/v1/session", second.cookie()).status, 200, "one who fails to sign in keeps what he has")
    cookies["zhang"] = second.cookie()


def close_code(peer):
    try:
        while True:
            opcode, frame = peer.recv_data()
            if opcode == client.websocket.ABNF.OPCODE_CLOSE:
                return int.from_bytes(frame[:2], "big")
    except (client.websocket.WebSocketConnectionClosedException, TimeoutError):
        return 0


@case("7.3.1 7.3.2 a session ends without a person after its idle time, and in any case after its whole time")
def expired():
    minute = 60 * 1000
    at = {"idle": (0, 31 * minute), "old": (12 * 60 * minute + 1, 0), "good": (60 * minute, 20 * minute)}
    made = {name: daemon.sign_in(f"{name}-one", "dispatcher") for name in at}
    daemon.stop()
    with database() as db:
        for name, (began, active) in at.items():
            db.execute(
                "UPDATE session SET began_ms = began_ms - ?, active_ms = active_ms - ? WHERE account = ?", (began, active, f"{name}-one")
            )
    port = daemon.http_port
    daemon.start("--page-dir", PAGE, "--http-port", port)
    site.moved(daemon)
    for name, cookie_ in made.items():
        status, peer = site.upgrade("/api/v1/ws", "wallctl.v1", cookie_)
        equal(status, 101 if name == "good" else 401, f"a WebSocket with the {name} cookie")
        if peer:
            peer.close()
        answer = site.call("GET", "/api/v1/session", cookie_)
        equal((answer.status, answer.code()), (200, "") if name == "good" else (401, "signed_out"), f"the {name} session")
        check(name == "good" or re.search("登录", answer.json()["error"]["message_zh"]), f"in Chinese: {answer.body.decode()}")
    with database() as db:
        left = db.execute("SELECT account FROM session").fetchall()
    check(("idle-one",) not in left and ("old-one",) not in left, f"they are gone from the disk: {left}")


@case("11.4.2 passwords lie in the database as Argon2id of 46 MiB, no two alike, and nothing else does")
def hashed():
    with database() as db:
        rows = [row[0] for row in db.execute("SELECT password FROM account WHERE password IS NOT NULL")]
    check(len(rows) >= 6, f"{len(rows)} passwords")
    for row in rows:
        check(re.fullmatch(r"\$argon2id\$v=19\$m=47104,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", row), row[:40])
    equal(len(set(rows)), len(rows), "salts")


@case("14.2.1 no secret is taken from an address, none is in an address that is documented, and none comes into the log")
def addresses():
    canary = "wct_kanari-in-der-adresse-4711"
    for name in "token", "access_token", "api_key", "authorization", client.COOKIE, "cookie", "session", "password":
        answer = site.call("GET", f"/api/v1/status?{name}={daemon.token}")
        equal((answer.status, answer.code()), (401, "signed_out"), f"a token as ?{name}=")
        site.call("GET", f"/api/v1/status?{name}={canary}", cookies["boss"])
    for path, item in client.DOCUMENT["paths"].items():
        for operation in [o for m, o in item.items() if m != "parameters"]:
            asked = [p["name"] for p in [*item.get("parameters", []), *operation.get("parameters", [])] if p.get("in") == "query"]
            check(not any(re.search("token|password|secret|pin|cookie|key", n) for n in asked), f"{path}: {asked}")
    check(canary not in daemon.log() and daemon.token not in daemon.log(), "the log holds what stood in an address")


@case("14.2.6 no answer of the API gives back a secret, not even to who has set it")
def minimum():
    secret = daemon.local.put("/api/v1/tokens/seen-once", {"rights": ["wall.view"]})["token"]
    daemon.local.put("/api/v1/visitor/pin", {"pin": "730158"})
    address = site.call("POST", "/api/v1/session/code", cookies["zhang"]).json()["address"]
    seed = re.search("secret=([A-Z2-7]+)", address)[1]
    words = [secret, seed, "730158", "asvs-source-token-0815", "$argon2id", password_of("zhang"), daemon.token, *cookies.values()]
    count = 0
    for method, path in routes():
        if method == "GET":
            answer = site.call("GET", path, cookies["boss"]) if "/session" in path else site.call("GET", path, **bearer())
            found = [w[:6] for w in words if w.encode() in answer.body]
            check(not found, f"{path} holds {found}")
            count += 1
    status, peer = site.upgrade("/api/v1/ws", "wallctl.v1", cookies["boss"])
    hello = peer.recv()
    check(status == 101 and not [w for w in words if w in hello], "the first message of the events")
    peer.close()
    tap.note(f"{count} answers")


@case("16.2.1 16.2.2 16.4.1 every line of the log has its time with offset, level and part; nobody forges a second one")
def log_lines():
    forged = "x\r\n2026-01-01 00:00:00.000+08:00 error   AUDIT: forged"
    site.sign_in(forged, forged)
    site.call("GET", "/api/v1/cameras/" + client.quote(forged), cookies["boss"])
    site.call("PUT", "/api/v1/walls/main/presets/" + client.quote("预案\n2026 error"), cookies["boss"])
    site.call("GET", "/api/v1/status", cookies["boss"], User_Agent="a\tb")
    site.call("PUT", "/api/v1/session", cookies["boss"], {"reason": forged})
    line = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d (error  |warning|info   |debug  ) [A-Z0-9-]+: .+")
    wrong = [text for text in daemon.log().splitlines() if not line.fullmatch(text)]
    equal(wrong[:3], [], "lines of another form")
    check("AUDIT: forged" not in daemon.log(), "a line was forged")


@case("16.2.1 16.3.1 16.3.2 each row of the register says who, when, from where, what and how it ended; refusals too")
def register():
    site.sign_in("zhang", "not this one 42", address="127.0.15.1")
    site.call("GET", "/api/v1/accounts", cookies["zhang"])
    site.call("PUT", "/api/v1/accounts/zhang", cookies["zhang"], {"name": "x", "unit": "y", "roles": ["sysadmin"]})
    wanted = {("sign_in_refused", "zhang", "127.0.15.1"), ("account", "zhang", "127.0.0.1")}

    def rows():
        return daemon.api.get("/api/v1/audit?refused=1&limit=200")["rows"]

    tap.until(lambda: wanted <= {(r["kind"], r.get("account", ""), r.get("address", "")) for r in rows()}, 15, lambda: f"refusals: {rows()[:4]}")
    for row in daemon.api.get("/api/v1/audit?limit=500")["rows"]:
        check({"seq", "at_ms", "kind", "outcome"} <= set(row), f"{row}")
        check(row.get("account") or row.get("via") == "system" or row["kind"] == "sign_in_refused", f"nobody did it: {row}")
        check(0 <= time.time() * 1000 - row["at_ms"] < 3600e3, f"when: {row}")


@case("16.4.2 16.4.3 the register's signed checkpoint goes to the log, which leaves the machine by the journal")
def checkpoint():
    told = re.findall(r"AUDIT: checkpoint (\d+): row (\d+) of the register is ([0-9a-f]{16,})", daemon.log())
    check(told, "no checkpoint in the log")
    equal(daemon.api.get("/api/v1/audit/verify")["is_whole"], True, "the register")
    with database() as db:
        for statement in "UPDATE audit SET reason = 'x'", "DELETE FROM audit":
            try:
                db.execute(statement)
            except sqlite3.DatabaseError:
                continue
            raise AssertionError(f"the database lets anybody {statement}")


@case("16.5.3 what cannot be decided is refused: without its register of sessions the daemon lets nobody in, and does not start")
def fail_closed():
    daemon.stop()
    with database() as db:
        whole = db.execute("SELECT id, json FROM account").fetchall()
        db.execute("UPDATE account SET json = '{'")
    daemon.launch()
    try:
        status = daemon.process.wait(20)
    except subprocess.TimeoutExpired:
        raise AssertionError("it runs on without accounts") from None
    check(status != 0 and "account 'admin' in the database" in daemon.log(False), f"{status}: {daemon.log(False)}")
    with database() as db:
        db.executemany("UPDATE account SET json = ?2 WHERE id = ?1", whole)
    daemon.start("--page-dir", PAGE)
    site.moved(daemon)
    equal(site.call("GET", "/api/v1/session", cookies["boss"]).status, 200, "with its database everything is as it was")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
