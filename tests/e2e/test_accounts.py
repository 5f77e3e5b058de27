#!/usr/bin/python3
"""test_accounts.py - who may do what: sign-in, sessions, tokens, and every path of the API with every role."""
import datetime
import http.client
import json
import os
import socket
import stat
import threading
import time

import client
import otp
import picture
import rig
import tap
import websocket
from tap import case, check, equal

sim = rig.Sim(2)
SITE = "红塔区综治中心" * 9 + "一"  # as long as a name may be
daemon = rig.Daemon(
    "accounts",
    site={"name": SITE},
    cameras=[rig.camera(sim, 1, label="off"), rig.camera(sim, 2, label="off", region="530403")],
    walls=[rig.wall(["cam-1"], screens=[rig.screen(width=640, height=360)])],
    cases={"region": "530402"},
    credentials="credentials.json",
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    linkage=[{"id": "risk", "name": "高风险", "when": {"types": ["case.reported"]}, "severity": "yellow"}],
)
TOKEN = "e2e-token-0123456789"
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
secrets.chmod(0o600)
# Which role has which right, written down here a second time, by hand: the table of the program is held against it.
SHARED = {"status.read"}
CASES = {"case.read", "board.read"}
WALL = {"wall.view", "camera.list"}
RUN = {"wall.operate", "camera.view", "camera.ptz", "alarm.answer", "visitor.switch"}
ROLES = {
    "registrar": CASES | {"case.work"},
    "mediator": CASES | {"case.work"},
    "analyst": CASES | WALL | {"briefing.make"},
    "supervisor": CASES | WALL | {"case.work", "alarm.answer", "camera.view", "health.read", "export.request"},
    "dispatcher": CASES
    | WALL
    | RUN
    | {"wall.edit", "case.work", "briefing.make", "linkage.edit", "health.read", "export.request"},
    "leader": CASES | WALL | RUN | {"wall.override", "case.work", "briefing.make", "health.read", "export.approve"},
    "auditor": {"audit.read", "export.request"},
    "sysadmin": {"health.read", "account.admin", "system.admin"},
    "device_admin": {"camera.list", "camera.view", "camera.ptz", "camera.admin", "health.read"},
}
PASSWORD = "e2e {} 7391 correct horse"
cookies = {}


def ask(method, path, cookie=None, body=None, **headers):
    """(status, answer) with headers as they are given; the answer is not held against the document."""
    connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=client.WAIT_S)
    sent = {"Content-Type": "application/json", **({"Cookie": f"{client.COOKIE}={cookie}"} if cookie else {}), **headers}
    try:
        connection.request(method, path, None if method == "GET" else json.dumps(body or {}).encode(), sent)
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data) if answer.getheader("content-type") == "application/json" else data
    finally:
        connection.close()


def code_of(answer):
    return answer["error"]["code"]


@case("the first administrator has a one-time password that only the owner of the state folder can read")
def first():
    daemon.start()
    left = daemon.state / "first-login.txt"
    equal(stat.S_IMODE(os.stat(left).st_mode), 0o600, "mode of the file")
    name, password = left.read_text().split()
    equal(name, "admin")
    check(password not in daemon.log(), "the password is in the log")
    status, answer, cookie = daemon.session_answer("POST", "session", {"account": name, "password": password})
    equal((status, answer["must_change_password"], answer["rights"]), (200, True, []), "what it is good for")
    equal((ask("GET", "/api/v1/status", cookie)[0], code_of(ask("GET", "/api/v1/status", cookie)[1])), (403, "password_change"))
    for bad in "short", "1234567890", "password1234", "qwertyuiop12", "admin2026admin":
        status, answer, _ = daemon.session_answer("POST", "session/password", {"old": password, "new": bad}, cookie)
        equal(status, 400, f"new password '{bad}'")
    equal(daemon.session_answer("POST", "session/password", {"old": "wrong", "new": PASSWORD.format(1)}, cookie)[0], 403)
    new = {"old": password, "new": PASSWORD.format(name)}
    status, answer, second = daemon.session_answer("POST", "session/password", new, cookie)
    equal((status, answer["must_change_password"]), (200, False))
    check(second != cookie and ask("GET", "/api/v1/session", cookie)[0] == 401, "the session begins anew")
    check(not left.exists(), "the file is gone")
    other = rig.Daemon("reset", cameras=[], walls=[rig.wall([])]).start()
    check((other.state / "first-login.txt").exists(), "a fresh site")
    other.local.post("/api/v1/accounts/admin/password")
    check(not (other.state / "first-login.txt").exists(), "what is no longer good is not left lying about")
    other.stop()
    cookies["admin"] = second


@case("every path of the API answers 401 without a session, and 403 to each role without its right")
def table():
    for role in ROLES:
        cookies[role] = daemon.sign_in(f"the-{role.replace('_', '-')}", role)
    told = ask("GET", "/api/v1/rights", cookies["auditor"])[1]
    equal({r: set(rights) for r, rights in told["roles"].items()}, {r: v | SHARED for r, v in ROLES.items()}, "rights of roles")
    tried = refused = 0
    for row in told["paths"]:
        path = "/api/v1/" + row["path"].replace("walls/*", "walls/main").replace("*", "nothing")
        if row["right"] == "anybody":
            continue
        kind = {"Content-Type": "text/csv"} if path.endswith("/import") else {}
        equal(code_of(ask(row["method"], path, **kind)[1]), "signed_out", f"{row['method']} {path} without a session")
        if path.startswith("/api/v1/session") or path.endswith("/reload"):
            continue  # anybody's own, and what takes the wall anew
        for role, rights in ROLES.items():
            status, answer = ask(row["method"], path, cookies[role], {"dry_run": True}, **kind)
            may = row["right"] in rights | SHARED | {"signed_in"}
            denied = status == 403 and code_of(answer) == "denied" and row["right"] in answer["error"]["message"]
            equal(denied, not may, f"{role}: {row['method']} {path} ({row['right']}): {status} {str(answer)[:200]}")
            tried, refused = tried + 1, refused + denied
    tap.note(f"{len(told['paths'])} paths, {tried} calls, {refused} refused")
    check(refused > 200, "most of them are refused")


@case("events reach only who may hear them")
def hearing():
    def listen(role):
        peer = websocket.create_connection(
            f"ws://127.0.0.1:{daemon.http_port}/api/v1/ws",
            subprotocols=["wallctl.v1"],
            cookie=f"{client.COOKIE}={cookies[role]}",
            timeout=client.WAIT_S,
        )
        return peer

    def names(peer, last):
        heard = []
        while not heard or heard[-1] != last:
            message = json.loads(peer.recv())
            heard.append(message.get("event", message["type"]))
        return heard

    peers = {role: listen(role) for role in ("dispatcher", "auditor", "device_admin", "sysadmin")}
    daemon.do("show", tile=2, camera="cam-1")
    daemon.api.put("/api/v1/tours/heard", {"tiles": [1], "cameras": ["cam-1"], "dwell_s": 5})
    daemon.api.delete("/api/v1/tours/heard")
    daemon.api.post("/api/v1/reload")  # everybody hears of this one
    for role, peer in peers.items():
        heard = names(peer, "config.reloaded")
        equal("wall.changed" in heard, role == "dispatcher", f"{role} hears of the wall: {heard}")
        peer.close()


@case("a session ends everywhere when its account is disabled, deleted or gets another password")
def killed():
    def is_closed(peer):
        try:
            while True:
                opcode, frame = peer.recv_data()
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return int.from_bytes(frame[:2], "big")
        except (websocket.WebSocketConnectionClosedException, TimeoutError):
            return 0

    admin = cookies["admin"]
    body = {"name": "测试员", "unit": "测试中心", "roles": ["dispatcher"]}
    for how in "disable", "delete", "password":
        cookie = daemon.sign_in(f"going-{how}", "dispatcher")
        peer = websocket.create_connection(
            f"ws://127.0.0.1:{daemon.http_port}/api/v1/ws",
            subprotocols=["wallctl.v1"],
            cookie=f"{client.COOKIE}={cookie}",
            timeout=client.WAIT_S,
        )
        path = f"/api/v1/accounts/going-{how}"
        if how == "disable":
            equal(ask("PUT", path, admin, {**body, "disabled": True})[0], 200)
        elif how == "delete":
            equal(ask("DELETE", path, admin)[0], 200)
        else:
            equal(ask("POST", f"{path}/password", admin)[0], 200)
        equal(is_closed(peer), 4401, f"the WebSocket closes: {how}")
        equal(code_of(ask("GET", "/api/v1/session", cookie)[1]), "signed_out", how)
    status, answer = ask("DELETE", "/api/v1/accounts/admin", cookies["admin"])
    equal((status, code_of(answer)), (403, "denied"), "one's own account")
    daemon.api.delete("/api/v1/accounts/the-sysadmin")
    daemon.api.delete("/api/v1/accounts/admin", status=400)  # the last one stays
    equal(ask("GET", "/api/v1/accounts", admin)[0], 200)


@case("cookies, tokens and origins that are not right are refused")
def stolen():
    good = cookies["dispatcher"]
    for bad in "", "x", good[:-1], good + "a", good.swapcase(), "a" * 600, f'{good}; {client.COOKIE}={good}':
        equal(ask("GET", "/api/v1/session", bad)[0], 401, f"cookie {bad[:20]}")
    for bad in "Bearer x", "Bearer", f"Basic {good}", f"Bearer {good}", "Bearer " + "a" * 600:
        equal(ask("GET", "/api/v1/status", None, None, Authorization=bad)[0], 401, bad[:30])
    command = "/api/v1/walls/main/commands"
    for origin in "http://evil.example", "null", "https://127.0.0.1.evil.example":
        equal(ask("POST", command, good, {"op": "undo"}, Origin=origin)[0], 403, f"a page of {origin} commands the wall")
        equal(upgrade(good, origin), 403, f"a page of {origin} opens a WebSocket")
    equal(upgrade("x", f"http://127.0.0.1:{daemon.http_port}"), 401, "a WebSocket without a session")
    for text in "text/plain", "application/x-www-form-urlencoded":
        equal(ask("POST", command, good, {"op": "undo"}, **{"Content-Type": text})[0], 415, "a form of another page")


def upgrade(cookie, origin):
    try:
        websocket.create_connection(
            f"ws://127.0.0.1:{daemon.http_port}/api/v1/ws",
            subprotocols=["wallctl.v1"],
            cookie=f"{client.COOKIE}={cookie}",
            origin=origin,
            timeout=client.WAIT_S,
        ).close()
        return 101
    except websocket.WebSocketBadStatusException as refused:
        return refused.status_code


@case("who signs in, fails to, and signs out is in the register; what was typed is not")
def registered():
    typed = "my secret in the wrong field"
    daemon.session_answer("POST", "session", {"account": typed[:20], "password": "x" * 12})
    daemon.session_answer("POST", "session", {"account": "the-mediator", "password": "x" * 12})
    cookie = daemon.session("the-mediator", PASSWORD.format("the-mediator"))
    equal(ask("DELETE", "/api/v1/session", cookie)[0], 200)

    def rows():
        listed = daemon.api.get("/api/v1/audit?limit=60")["rows"]
        mine = [r for r in listed if r["kind"].startswith("sign_")]
        return [(r["kind"], r.get("account", "")) for r in mine[:4]]

    wanted = [("sign_out", "the-mediator"), ("sign_in", "the-mediator"), ("sign_in_refused", "the-mediator"), ("sign_in_refused", "")]
    tap.until(lambda: rows() == wanted, 30, lambda: f"rows: {rows()}")
    check(typed[:20] not in json.dumps(daemon.api.get("/api/v1/audit?limit=60")), "what was typed is told")


@case("an export takes two people: who asks and who agrees, in time, and both are in the register")
def two_people():
    asker, leader = cookies["auditor"], cookies["leader"]
    register = {"path": "audit/register.csv", "query": {"to": 99, "from": 1}, "reason": "季度检查"}
    target = "/api/v1/audit/register.csv?from=1&to=99"
    approvals = "/api/v1/approvals"
    equal(code_of(ask("GET", target, asker)[1]), "approval_needed", "nobody has agreed")
    status, asked = ask("POST", approvals, asker, register)
    equal((status, asked["state"], asked["what"]), (200, "waiting", "audit/register.csv?from=1&to=99"))
    mine = f"{approvals}/{asked['id']}"
    equal(ask("POST", approvals, asker, register)[1]["id"], asked["id"], "the same request twice")
    equal(ask("POST", approvals, cookies["dispatcher"], register)[0], 403, "who could not have it cannot ask for it")
    equal(ask("POST", approvals, asker, {**register, "reason": "查 13912345678"})[0], 400, "a phone number as reason")
    equal(ask("POST", approvals, asker, {**register, "path": "audit/key"})[0], 404, "what takes no second person")
    equal(ask("GET", approvals, cookies["dispatcher"])[1]["approvals"], [], "nobody else's business")
    equal([a["may_answer"] for a in ask("GET", approvals, leader)[1]["approvals"]], [True])
    equal(code_of(ask("GET", target, asker)[1]), "approval_needed", "it only waits")
    equal(daemon.local.post(mine, {"do": "grant"}, status=403)["error"]["code"], "denied", "no person at the machine's socket")
    equal(ask("POST", mine, leader, {"do": "perhaps"})[0], 400)
    equal(ask("POST", mine, leader, {"do": "grant"})[1]["state"], "granted")
    status, data = ask("GET", target, asker)
    check(status == 200 and data.startswith(b"\xef\xbb\xbf"), "the register as CSV")
    equal(code_of(ask("GET", target + "9", asker)[1]), "approval_needed", "another span is another request")
    equal(code_of(ask("GET", target, daemon.sign_in("second-auditor", "auditor"))[1]), "approval_needed", "another person")
    listed = daemon.api.get("/api/v1/audit?kind=approval&limit=10")["rows"]
    wanted = [("the-leader", "批准 the-auditor 的申请"), ("the-auditor", "申请 audit/register.csv")]
    mine_of = lambda row, who, text: row["account"] == who and row["content"].startswith(text)
    for who, text in wanted:
        check(any(mine_of(row, who, text) and row["reason"] == "季度检查" for row in listed), f"{who} {text}: {listed}")
    exports = daemon.api.get("/api/v1/audit?kind=export&limit=10")["rows"]
    check(any("批准人" in row["content"] and "the-leader" in row["content"] and row["reason"] == "季度检查" for row in exports), f"{exports}")
    again = ask("POST", approvals, asker, {"path": "audit/filing.csv", "reason": "备案"})[1]["id"]
    equal(ask("POST", f"{approvals}/{again}", leader, {"do": "refuse"})[1]["state"], "refused")
    equal(ask("POST", f"{approvals}/{again}", leader, {"do": "grant"})[0], 404, "it was answered")
    last = ask("POST", approvals, asker, {"path": "audit/filing.csv", "reason": "备案"})[1]["id"]
    equal(ask("DELETE", f"{approvals}/{last}", asker)[1]["state"], "withdrawn")
    equal(ask("DELETE", f"{approvals}/{last}", asker)[0], 404)


@case("an unknown account and a wrong password cannot be told apart, nor by the time they take")
def enumeration():
    def attempt(account, address):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", daemon.http_port), source_address=(address, 0)) as peer:
            body = json.dumps({"account": account, "password": "not this one 42"})
            peer.sendall(
                f"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            answer = b""
            while more := peer.recv(65536):
                answer += more
        head, _, text = answer.partition(b"\r\n\r\n")
        return time.monotonic() - began, head.split()[1], text

    times = {"the-leader": [], "nobody-here": []}
    answers = set()
    for n in range(4):
        for account in times:
            took, status, text = attempt(account, f"127.0.1.{n + 1}")
            times[account].append(took)
            answers.add((status, text))
    equal(len(answers), 1, f"answers: {answers}")
    known, unknown = (sorted(t)[1] for t in times.values())
    tap.note(f"known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms")
    check(0.4 < known / unknown < 2.5, f"an unknown account takes {unknown:.3f} s, a known one {known:.3f} s")


@case("who guesses waits, the owner at another place does not, and a flood costs others nothing")
def flood():
    wrong = {"account": "the-analyst", "password": "guess after guess"}
    statuses = [daemon.session_answer("POST", "session", wrong)[0] for _ in range(7)]
    equal((statuses[:5], statuses[5:]), ([401] * 5, statuses[5:]), "the first five are heard")
    check(429 in statuses[5:], f"then one waits: {statuses}")
    stop = threading.Event()
    sent = [0]

    def pour():
        while not stop.is_set():
            ask("POST", "/api/v1/session", None, wrong)
            sent[0] += 1

    threads = [threading.Thread(target=pour, daemon=True) for _ in range(8)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    took = []
    for _ in range(5):
        at = time.monotonic()
        daemon.session("the-leader", PASSWORD.format("the-leader"))
        took.append(time.monotonic() - at)
    stop.set()
    for thread in threads:
        thread.join()
    rate = sent[0] / (time.monotonic() - began)
    tap.note(f"{rate:.0f} attempts/s beside; others sign in after {sorted(took)[2] * 1000:.0f} ms, {max(took) * 1000:.0f} at most")
    check(sorted(took)[2] < 3, f"others sign in: {took}")


@case("with a second factor the password alone is not enough, and a code is taken once")
def second_factor():
    cookie = daemon.sign_in("careful", "leader")
    password = PASSWORD.format("careful")
    address = daemon.session_answer("POST", "session/code", {}, cookie)[1]["address"]
    check(address.startswith("otpauth://totp/"), address[:20])
    first = otp.code(address, -1)
    equal(daemon.session_answer("GET", "session", cookie=cookie)[1]["code"], False)
    status, answer, cookie = daemon.session_answer("PUT", "session/code", {"code": first}, cookie)
    equal((status, answer["code"]), (200, True))

    def attempt(**more):
        status, answer, given = daemon.session_answer("POST", "session", {"account": "careful", "password": password, **more})
        return status, answer.get("error", {}).get("code", "in")

    equal(attempt(), (401, "code_needed"))
    equal(attempt(code=first), (401, "denied"), "a code for the second time")
    equal(attempt(code=otp.code(address, 1)), (200, "in"))
    equal(attempt(code="000000"), (401, "denied"))
    daemon.api.delete("/api/v1/accounts/careful/code")
    equal(attempt(), (200, "in"), "whose phone is lost")
    secret = address.partition("secret=")[2].partition("&")[0]
    kept = b"".join(p.read_bytes() for p in daemon.state.iterdir() if p.is_file())
    check(secret.encode() not in kept and secret not in daemon.log(), "the seed is kept in the open")


@case("an account of a region sees its cameras and no others; one of a wall holds only there")
def regions():
    cookie = daemon.sign_in("village", "dispatcher", region="530402")
    listed = ask("GET", "/api/v1/cameras", cookie)[1]
    equal([c["id"] for c in listed["cameras"]], ["cam-1"], "cameras")
    equal(ask("GET", "/api/v1/cameras/cam-2", cookie)[0], 404, "another's camera")
    status, answer = ask("POST", "/api/v1/walls/main/commands", cookie, {"op": "show", "tile": 1, "camera": "cam-2"})
    equal((status, code_of(answer)), (403, "denied"), "another's camera on the wall")
    equal(ask("POST", "/api/v1/walls/main/commands", cookie, {"op": "show", "tile": 1, "camera": "cam-1"})[0], 200)
    equal(ask("GET", "/api/v1/metrics", cookie)[0], 403, "what knows no regions is of the whole site")
    viewer = daemon.sign_in("viewer", "dispatcher", walls=[{"wall": "main", "level": "view"}])
    equal(ask("GET", "/api/v1/walls/main", viewer)[0], 200)
    equal(ask("POST", "/api/v1/walls/main/commands", viewer, {"op": "undo"})[0], 403, "view is not operate")
    other = daemon.sign_in("other", "dispatcher", walls=[{"wall": "hall", "level": "override"}])
    equal(ask("GET", "/api/v1/walls/main", other)[0], 403, "another wall")
    equal(ask("GET", "/api/v1/walls", other)[1]["walls"], [], "list of walls")


def send(kind, code, **data):
    event = {
        "specversion": "1.0",
        "id": f"{code}-{kind}",
        "source": "/530402/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": data,
    }
    daemon.api.event(event, TOKEN)


def listen(cookie):
    address = f"ws://127.0.0.1:{daemon.http_port}/api/v1/ws"
    with_cookie = {"cookie": f"{client.COOKIE}={cookie}", "timeout": client.WAIT_S}
    return websocket.create_connection(address, subprotocols=["wallctl.v1"], **with_cookie)


def heard_until(peer, word):
    """All that is heard up to the first message with the word in it."""
    heard, limit = [], time.monotonic() + client.WAIT_S
    while not any(word in text for text in heard):
        heard.append(peer.recv())
        check(time.monotonic() < limit, f"nothing heard of {word}: {heard}")
    return heard


@case("cases and alarms of another region are neither listed, heard of, answered nor opened")
def cases_of_regions():
    cookie = daemon.sign_in("township", "dispatcher", region="530402005")
    peer = listen(cookie)
    for code, region in ("FAR-1", "530402001"), ("NEAR-1", "530402005001"):
        send("case.reported", code, category="neighbour", region=region, risk="high")
    heard = heard_until(peer, "NEAR-1")
    check(not any("FAR-1" in text for text in heard), f"heard: {heard}")
    peer.close()
    tap.until(lambda: len(daemon.api.get("/api/v1/alarms")["alarms"]) == 2, 30, "two alarms ring")
    for query in "", "?region=530402", "?region=530402005":
        equal([c["code"] for c in ask("GET", f"/api/v1/cases{query}", cookie)[1]["cases"]], ["NEAR-1"], f"cases{query}")
    equal(ask("GET", "/api/v1/cases?region=530402001", cookie)[0], 403, "another township's")
    equal((ask("GET", "/api/v1/cases/NEAR-1", cookie)[0], ask("GET", "/api/v1/cases/FAR-1", cookie)[0]), (200, 404))
    equal([a["case"] for a in ask("GET", "/api/v1/alarms", cookie)[1]["alarms"]], ["NEAR-1"], "alarms")
    far = next(a["id"] for a in daemon.api.get("/api/v1/alarms")["alarms"] if a["case"] == "FAR-1")
    equal(ask("POST", f"/api/v1/alarms/{far}", cookie, {"do": "acknowledge"})[0], 404, "another's alarm")
    command = "/api/v1/walls/main/commands"
    equal(ask("POST", command, cookie, {"op": "open", "case": "FAR-1"})[0], 404, "another's case on the wall")


@case("orders, revisits and whistles: two townships see, hear of, print and change each only their own")
def work_of_regions():
    units = {"WEST": "春和街道综治中心", "EAST": "研和街道综治中心"}
    people = {
        "WEST": daemon.sign_in("west", "dispatcher", region="530402001", unit=units["WEST"]),
        "EAST": daemon.sign_in("east", "dispatcher", region="530402005", unit=units["EAST"]),
    }
    peers = {side: listen(cookie) for side, cookie in people.items()}
    for code, region in ("WEST-1", "530402001"), ("EAST-1", "530402005001"):
        send("case.reported", code, category="neighbour", region=region, risk="low")

    def as_(side, method, path, body=None):
        return ask(method, f"/api/v1/{path}", people[side], body)

    def issue(side, case, to, status=200):
        got, order = as_(side, "POST", "orders", {"case": case, "kind": "dispatch", "to": to})
        equal(got, status, f"{side} issues an order in {case}: {order}")
        return order.get("no")

    def nos(side, query=""):
        return sorted(order["no"] for order in as_(side, "GET", f"orders{query}")[1]["orders"])

    equal(len(SITE), 64)
    issue("WEST", "EAST-1", "东派出所", 404)
    west, east = issue("WEST", "WEST-1", "西派出所"), issue("EAST", "EAST-1", "东派出所")
    shared = daemon.api.post("/api/v1/orders", {"case": "WEST-1", "kind": "verify", "to": units["EAST"]})["no"]
    heard = heard_until(peers["EAST"], shared)
    check(any(east in text for text in heard), f"its own order is heard of: {heard}")
    check(not any(west in text or "EAST-1" not in text and shared not in text and "order." in text for text in heard), f"heard: {heard}")
    equal((nos("WEST"), nos("EAST")), (sorted([west, shared]), sorted([east, shared])), "lists; what is addressed to one is one's own")
    equal((nos("EAST", "?case=WEST-1"), nos("WEST", "?case=EAST-1")), ([shared], []), "orders of a case")
    for side, no, status in ("WEST", west, 200), ("EAST", west, 404), ("WEST", east, 404), ("EAST", shared, 200):
        path = f"orders/{client.quote(no)}"
        equal(as_(side, "GET", path)[0], status, f"{side} reads {no}")
        equal(as_(side, "GET", f"{path}/form")[0], status, f"{side} prints {no}")
    equal(as_("WEST", "GET", f"orders/{client.quote(west)}")[1]["from"], SITE, "who issues it")
    for act in {"do": "accept"}, {"do": "done", "outcome": "settled"}:
        equal(as_("EAST", "POST", f"orders/{client.quote(west)}", act)[0], 404, f"another's: {act}")
        for side, no in ("WEST", west), ("EAST", east):
            status, answer = as_(side, "POST", f"orders/{client.quote(no)}", act)
            equal(status, 200, f"{side}: {act}: {answer}")
    draw = {"n": 9, "seed": 7, "from_ms": 0, "to_ms": 4102444800000}
    drawn = {side: as_(side, "POST", "revisits", draw)[1]["revisits"] for side in people}
    for side, rows in drawn.items():
        equal([row["case"] for row in rows], [f"{side}-1"], f"what {side} draws")
        equal([row["case"] for row in as_(side, "GET", "revisits?open=1")[1]["revisits"]], [f"{side}-1"], "to be made")
    visit = f"revisits/{drawn['WEST'][0]['id']}"
    equal(as_("EAST", "POST", visit, {"satisfaction": 1})[0], 404, "another's revisit")
    equal(as_("WEST", "POST", visit, {"satisfaction": 5})[0], 200, "its own")
    call = {"orgs": ["公安"]}
    equal(as_("EAST", "POST", "cases/WEST-2/whistle", call)[0], 404, "no such case")
    send("case.reported", "WEST-2", category="neighbour", region="530402001", risk="low")
    equal(as_("EAST", "POST", "cases/WEST-2/whistle", call)[0], 404, "another's case is whistled")
    equal(as_("WEST", "POST", "cases/WEST-2/whistle", call)[0], 200, "its own")
    equal([w["case"] for w in as_("WEST", "GET", "whistles")[1]["whistles"]], ["WEST-2"], "open whistles")
    equal(as_("EAST", "GET", "whistles")[1]["whistles"], [], "open whistles of others")
    answer = f"cases/WEST-2/whistle/{client.quote('公安')}"
    equal(as_("EAST", "POST", answer, {"do": "acknowledge"})[0], 404, "another's whistle is answered")
    equal(as_("EAST", "DELETE", "cases/WEST-2/whistle")[0], 404, "another's whistle is ended")
    opening = {"op": "open", "whistle": "WEST-2"}
    equal(as_("EAST", "POST", "walls/main/commands", opening)[0], 404, "another's whistle on the wall")
    check(heard_until(peers["WEST"], "whistle.changed"), "its own whistle is heard of")
    equal(as_("WEST", "POST", answer, {"do": "acknowledge"})[0], 200)
    equal(as_("WEST", "DELETE", "cases/WEST-2/whistle")[0], 200)
    send("case.reported", "EAST-END", category="neighbour", region="530402005001", risk="low")
    check(not any("WEST-2" in text for text in heard_until(peers["EAST"], "EAST-END")), "another's whistle is heard of")
    for peer in peers.values():
        peer.close()


@case("the boards of a township's person count the township and nothing else")
def boards_of_regions():
    cookie = daemon.sign_in("counts", "analyst", region="530402007")
    peer = listen(cookie)
    for n in range(7):
        region = "530402009" if n < 4 else "530402007002"
        send("case.reported", f"COUNT-{n}", category="neighbour", region=region, risk="low")
    heard_until(peer, "COUNT-6")
    peer.close()
    names = [board["name"] for board in ask("GET", "/api/v1/boards", cookie)[1]["boards"]]
    check("opened" in names and "sources" not in names, f"boards: {names}")

    def figures(name):
        status, board = ask("GET", f"/api/v1/boards/{name}", cookie)
        equal(status, 200, f"{name}: {board}")
        return board

    whole = daemon.api.get("/api/v1/boards/opened")
    own = figures("opened")
    equal((own["name"], own["items"][0]["value"]), ("opened:530402007", 3), "new cases of the township")
    check(whole["items"][0]["value"] >= 7, f"of the site: {whole}")
    equal(figures("opened:530402007")["items"][0]["value"], 3, "by its name")
    equal(sum(item["value"] for item in figures("funnel")["items"]), 3, "cases by stage")
    equal([row["code"] for row in figures("deadlines")["deadlines"] if row["code"] not in ("COUNT-4", "COUNT-5", "COUNT-6")], [], "clocks")
    for name in "opened:530402009", "opened:530402":
        equal(ask("GET", f"/api/v1/boards/{name}", cookie)[0], 403, f"{name} is another's")
    status, answer = ask("GET", "/api/v1/boards/sources", cookie, **{"Accept-Language": "zh-CN"})
    equal(status, 404, "what is of the whole site only")
    check("只有全站的" in json.dumps(answer, ensure_ascii=False), f"why: {answer}")
    equal(ask("GET", "/api/v1/briefings", cookie)[0], 403, "what was frozen is of the whole site")


WIDTH, HEIGHT = 640, 360
WINDOW = [100, 60, 320, 180]
# Wherever a whole picture of a camera can be in the course of the changes.
PLACES = [[0, 0, 320, 180], [320, 0, 320, 180], [0, 0, WIDTH, HEIGHT], WINDOW]


def stamps_in(luma):
    """Banners of alarms lie over the upper ones."""
    return {found[0] for found in (picture.lower_stamp(luma, rect) for rect in PLACES) if found}


class Viewer(threading.Thread):
    """All that a preview sends to who has this cookie."""

    def __init__(self, cookie, kind):
        super().__init__(daemon=True)
        address = f"ws://127.0.0.1:{daemon.http_port}/api/v1/walls/main/screens/1/preview?kind={kind}"
        with_cookie = {"cookie": f"{client.COOKIE}={cookie}", "timeout": client.WAIT_S}
        self.socket = websocket.create_connection(address, subprotocols=["wallctl.preview"], **with_cookie)
        self.hello, self.chunks = json.loads(self.socket.recv()), []
        self.start()

    def run(self):
        try:
            while data := self.socket.recv():
                if isinstance(data, bytes):
                    self.chunks.append(data)
        except (OSError, websocket.WebSocketException):
            pass

    def end(self):
        self.socket.close()
        self.join(client.WAIT_S)
        if self.hello["kind"] == "mp4":
            return picture.frames(b"".join(self.chunks), WIDTH, HEIGHT)
        return [picture.decode(chunk) for chunk in self.chunks]


@case("previews and snapshots of a region's person never show another region's camera, whatever the wall does")
def pictures_of_regions():
    cookie = daemon.sign_in("covered", "dispatcher", region="530402")
    with client.Events(daemon.http_port) as events:

        def do(op, **members):
            events.presented(daemon.do(op, **members)["revision"], is_full=False)

        daemon.do("layout", layout="4")
        daemon.do("clear", tile=0)
        daemon.do("show", tile=1, camera="cam-1")
        do("show", tile=2, camera="cam-2")
        tap.until(lambda: sorted(daemon.on_glass()) == [1, 2], 30, "both cameras are on glass")
        tap.until(lambda: stamps_in(picture.snapshot(daemon.api)) == {1, 2}, 30, "who may see all sees both")
        video, still = Viewer(cookie, "mp4"), Viewer(cookie, "jpeg")
        snapshots = []

        def snapshot():
            query = "/api/v1/walls/main/screens/1/snapshot.png"
            connection = http.client.HTTPConnection("127.0.0.1", daemon.http_port, timeout=client.WAIT_S)
            connection.request("GET", query, headers={"Cookie": f"{client.COOKIE}={cookie}"})
            answer = connection.getresponse()
            data = answer.read()
            check(answer.status == 200, f"snapshot: {answer.status} {data[:200]!r}")
            snapshots.append(picture.decode(data))
            connection.close()

        for turn in range(4):
            do("swap", tile=1, other=2)
            do("maximise", tile=1 + turn % 2)
            snapshot()
            do("restore")
            window = daemon.do("window-open", rect=WINDOW, camera=f"cam-{1 + turn % 2}")
            events.presented(window["revision"], is_full=False)
            do("adjust", tile=1, crop=[0.2, 0.2, 0.6, 0.6])
            do("undo")
            snapshot()
            do("window-close", tile=window["tile"])
        tiles = ask("GET", "/api/v1/walls/main", cookie)[1]
    seen = {name: [stamps_in(luma) for luma in viewer.end()] for name, viewer in (("mp4", video), ("jpeg", still))}
    seen["snapshot"] = [stamps_in(luma) for luma in snapshots]
    print("#", ", ".join(f"{len(found)} pictures of {name}" for name, found in seen.items()))
    for name, found in seen.items():
        check(not any(2 in stamps for stamps in found), f"{name}: the other region's camera is seen")
        check(sum(1 in stamps for stamps in found) >= 2, f"{name}: the own camera is seen {found}")
    number = next(t["tile"] for t in daemon.wall()["tiles"] if t.get("camera") == "cam-2")
    tile = next(t for t in tiles["tiles"] if t["tile"] == number)
    glass = next(g for g in tiles["glass"] if g["tile"] == number)
    equal((tile.get("camera"), tile.get("hidden")), (None, True), "the tile")
    equal((glass.get("camera"), glass["name"], glass["state"]), (None, "其他辖区", "hidden"), "what is on glass")
    check("cam-2" not in json.dumps(tiles), f"the camera is named: {tiles}")
    equal(ask("GET", f"/api/v1/walls/main/why/{number}", cookie)[0], 403, "why")
    equal(ask("GET", f"/api/v1/walls/main/screens/1/snapshot.png?tile={number}", cookie)[0], 403, "a snapshot of the tile")


@case("of too many regions the next ones see few pictures a second, and none sees another's")
def many_regions():
    viewers = []
    for n in range(6):
        token = daemon.api.put(f"/api/v1/tokens/region-{n}", {"rights": ["wall.view"], "region": f"53040200{n + 1}", "days": 1})["token"]
        address = f"ws://127.0.0.1:{daemon.http_port}/api/v1/walls/main/screens/1/preview?kind=mp4"
        peer = websocket.create_connection(address, subprotocols=["wallctl.preview"], header=[f"Authorization: Bearer {token}"], timeout=client.WAIT_S)
        viewers.append((json.loads(peer.recv())["kind"], peer))
    equal([kind for kind, _ in viewers], ["mp4"] * 4 + ["jpeg"] * 2, "kinds")
    data = viewers[-1][1].recv()
    equal(stamps_in(picture.decode(data)), set(), "cameras of none of them")
    for n, (_, peer) in enumerate(viewers):
        peer.close()
        daemon.api.delete(f"/api/v1/tokens/region-{n}")


@case("sessions and tokens outlive the daemon; what is kept of them is no secret")
def restart():
    token = daemon.api.put("/api/v1/tokens/desk", {"rights": ["wall.view"], "days": 30})["token"]
    cookie = cookies["dispatcher"]
    daemon.kill()
    daemon.start()
    equal(ask("GET", "/api/v1/session", cookie)[1]["account"], "the-dispatcher")
    equal(ask("GET", "/api/v1/walls/main", None, None, Authorization=f"Bearer {token}")[0], 200)
    equal(ask("GET", "/api/v1/cases", None, None, Authorization=f"Bearer {token}")[0], 403)
    equal(ask("DELETE", "/api/v1/session", cookie)[0], 200)
    equal(ask("GET", "/api/v1/session", cookie)[0], 401, "signed out")
    kept = b"".join(p.read_bytes() for p in daemon.state.iterdir() if p.is_file())
    for name, secret in {"token": token, "cookie": cookies["leader"], "password": PASSWORD.format("the-leader")}.items():
        check(secret.encode() not in kept, f"the {name} is in the state folder")
        check(secret not in daemon.log(), f"the {name} is in the log")
    daemon.api.delete("/api/v1/tokens/desk")
    equal(ask("GET", "/api/v1/walls/main", None, None, Authorization=f"Bearer {token}")[0], 401, "ended")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
