#!/usr/bin/python3
"""test_deadlines.py - clocks of cases: told once, missed ones are 督办, in the API, on consoles and on the wall.

The daemon's clock cannot be set from outside: events carry times that lie back so far that a mark is crossed now.
"""

import base64
import datetime
import hashlib
import json
import os
import time

import client
import picture
import rig
import tap
from tap import case, check, equal

TOKEN = "e2e-token-0123456789"
CHINA = datetime.timezone(datetime.timedelta(hours=8))
sim = rig.Sim(4)
daemon = rig.Daemon(
    "deadlines",
    cameras=[rig.camera(sim, n) for n in range(1, 5)],
    walls=[rig.wall([f"cam-{n}" for n in range(1, 5)])],
    credentials="credentials.json",
    site={"name": "孝感市综治中心"},
    cases={"deadlines": "xiaogan", "vocabulary": "xiaogan", "needs_revisit": True, "revisit_reopens": 3},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
os.chmod(secrets, 0o600)
_serial = [0]


def ago(**span):
    return datetime.datetime.now(CHINA) - datetime.timedelta(**span)


def send(kind, code, when=None, want="applied", **data):
    """One CloudEvent by webhook."""
    _serial[0] += 1
    event = {
        "specversion": "1.0",
        "id": f"e{_serial[0]}",
        "source": "/420900/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": (when or ago()).isoformat(),
        "data": {"category": "labour", "region": "420923", **data},
    }
    answer = daemon.api.event(event, TOKEN, 202 if want == "anomaly" else 200)
    equal(answer["events"][0]["status"], want, f"{kind} of {code}")


def get(code):
    return daemon.api.get(f"/api/v1/cases/{code}")


def block():
    """Mean grey of the block at the left of the first banner; a stamped picture lies there without one."""
    luma = picture.snapshot(daemon.api)
    rows = [luma.data[y * luma.width + 4 : y * luma.width + 40] for y in range(4, 12)]
    return sum(map(sum, rows)) // sum(map(len, rows))


@case("E4: a case is told at 50 and 80 %, and becomes 督办 when it is missed: once, red on the wall")
def missed():
    daemon.start()
    daemon.wait_seen({1: 1, 2: 2, 3: 3, 4: 4})
    calm = block()
    with daemon.events() as events:
        # 20 s given, of which 17 are over: 80 % is reached, 100 % comes in three seconds
        send("case.registered", "XG1", ago(seconds=17), level="general", due=(ago(seconds=-3)).isoformat())
        told = events.event("case.deadline")
        check(80 <= told["used"] < 100, f"80 %: {told}")
        equal((told["code"], told["kind"], told["name"]), ("XG1", "finish", "办结"))
        events.event("alarm.raised", lambda a: a["case"] == "XG1" and a["severity"] == "red")
        told = events.event("case.deadline")
        check(told["used"] >= 100, f"100 %: {told}")
    found = get("XG1")
    equal((found["supervise"], found["state"]), (1, "registered"), "the case")
    # red (#D7263D or so) is darker than a white stamp and lighter than a black one; the picture is not what it was
    tap.until(lambda: abs(block() - calm) > 20, 5, lambda: f"a banner over the picture: {block()} was {calm}")
    equal(daemon.api.get("/api/v1/cases?overdue=1&open=1")["cases"][0]["code"], "XG1", "overdue")


@case("nothing of it is told again after kill -9, and the case stays on the list")
def once():
    before = get("XG1")["events"]
    daemon.kill()
    daemon.start()
    with daemon.events() as events:
        # a second case is told, so the first would have been, too
        send("case.registered", "XG2", ago(days=30), level="general")
        told = events.event("case.deadline")
        equal((told["code"], told["used"] > 100), ("XG2", True), "who is told")
    equal(get("XG1")["events"], before, "events of the first case")
    tap.until(lambda: get("XG2")["supervise"] == 1, 5, "the second is 督办")


@case("a second clock that is missed raises the level, up to 3")
def levels():
    send("case.registered", "XG3", ago(days=40), level="larger")
    tap.until(lambda: get("XG3")["supervise"] == 1, 5, "one clock is missed")
    send("case.dispatched", "XG3", ago(days=2), to_org="人社局")
    tap.until(lambda: get("XG3")["supervise"] == 2, 5, "nobody took it over: two")
    send("case.accepted", "XG3", ago(days=1))
    equal(get("XG3")["state"], "accepted", "its state goes on")


@case("E2: the wage case has six workdays; an event from three weeks ago is over time at once")
def wages():
    daemon.config["cases"]["deadlines"] = "default"
    daemon.write()
    daemon.api.post("/api/v1/reload")
    send("case.registered", "SW1", ago(days=21), channel="wage")
    tap.until(lambda: get("SW1")["supervise"] == 1, 5, "the old one is 督办")
    send("case.registered", "SW2", channel="wage")
    row = next(c for c in daemon.api.get("/api/v1/cases?code=SW2")["cases"])
    due = datetime.datetime.fromtimestamp(row["due_ms"] / 1000, CHINA)
    equal((due.hour, due.minute, due.second), (23, 59, 59), "until the end of a day")
    check(6 <= (due.date() - ago().date()).days <= 16, f"six workdays from now, holidays between: {due}")
    equal(get("SW2")["supervise"], 0, "the new one")


@case("枝江: what a village misses on the same day goes to the town, and on when it is missed there")
def up():
    daemon.config["cases"]["deadlines"] = "zhijiang"
    daemon.write()
    daemon.api.post("/api/v1/reload")
    send("case.registered", "ZJ1", ago(days=3))
    tap.until(lambda: get("ZJ1")["escalated"] == 1, 5, "it goes up by itself")
    found = get("ZJ1")
    equal((found["supervise"], found["state"]), (1, "dispatched"), "the case")
    send("case.registered", "ZJ2", ago(days=100))
    send("case.escalated", "ZJ2", ago(days=99))
    tap.until(lambda: get("ZJ2")["escalated"] == 2, 5, "from the town to the county")


@case("E4: 派单, 接单, 督办单, 评单, 核单: numbered, printed, in the log; the case closes only after 核单")
def orders():
    daemon.config["cases"]["deadlines"] = "xiaogan"
    daemon.write()
    daemon.api.post("/api/v1/reload")
    send("case.registered", "WD1", level="larger", owner_title="政法委员")
    issue = lambda kind, **more: daemon.api.post("/api/v1/orders", {"case": "WD1", "kind": kind, "to": "人社局", **more})
    do = lambda order, **body: daemon.api.post(f"/api/v1/orders/{client.quote(order['no'])}", body)
    with daemon.events() as events:
        dispatch = issue("dispatch")
        year = datetime.datetime.now(CHINA).year
        equal(dispatch["no"], f"派单〔{year}〕1号", "its number")
        equal(events.event("order.issued")["no"], dispatch["no"], "is told")
    equal(get("WD1")["state"], "dispatched", "the case goes along")
    check(22 < (dispatch["ack_due_ms"] - dispatch["issued_ms"]) / 3600000 < 26, f"24 hours to take it over: {dispatch}")
    do(dispatch, **{"do": "accept"})
    daemon.api.post(f"/api/v1/orders/{client.quote(dispatch['no'])}", {"do": "accept"}, status=400)
    equal(get("WD1")["state"], "accepted", "it is taken over")
    supervise = issue("supervise")
    equal(get("WD1")["supervise"], 1, "督办单")
    listed = daemon.api.get("/api/v1/cases?supervised=1")
    check("WD1" in [c["code"] for c in listed["cases"]], f"the list: {listed}")
    equal(sum(a["n"] for a in listed["ages"]), len(listed["cases"]), "ages")
    do(supervise, **{"do": "done"})
    do(dispatch, **{"do": "done", "outcome": "settled"})
    equal(get("WD1")["state"], "resolved", "done")
    do(issue("appraise"), **{"do": "done", "score": 4})
    send("case.closed", "WD1", want="anomaly")
    equal(get("WD1")["state"], "resolved", "no 销号 before 核单")
    do(issue("verify"), **{"do": "done", "score": 5})
    send("case.closed", "WD1")
    equal(get("WD1")["state"], "closed", "销号 after it")
    equal(len(daemon.api.get("/api/v1/orders?case=WD1")["orders"]), 4, "papers")
    equal(daemon.api.get("/api/v1/orders?case=WD1&open=1")["orders"], [], "open ones")
    daemon.api.post("/api/v1/orders", {"case": "none", "kind": "verify", "to": "人社局"}, status=404)
    daemon.do("open", case="none", status=404)
    # In the register as it went, although that was known only later.
    newest = lambda: [(row["kind"], row["outcome"]) for row in daemon.api.get("/api/v1/audit?limit=2")["rows"]]
    tap.until(lambda: newest() == [("command", "refused"), ("case", "refused")], 30, lambda: f"the register: {newest()}")
    daemon.api.post("/api/v1/orders", {"case": "WD1", "kind": "verify", "to": "张三 13812345678"}, status=400)
    daemon.api.get("/api/v1/orders/none", status=404)


@case("the printed form: escaped, with QR, styled under the server's own policy, nothing from elsewhere")
def form():
    order = daemon.api.post("/api/v1/orders", {"case": "XG3", "kind": "risk-letter", "to": "<b>局&'\"</b>"})
    path = f"/api/v1/orders/{client.quote(order['no'])}/form"
    daemon.api.get(path)
    connection = daemon.api.connection()
    connection.request("GET", path, headers=client.authorization(daemon.http_port))
    answer = connection.getresponse()
    page = answer.read().decode("utf-8")
    check("<b>" not in page and "&lt;b&gt;局&amp;" in page, "the office's name is text")
    check("<svg" in page and "XG3" in page and order["no"] in page and "孝感市综治中心" in page, "what it says")
    check("<script" not in page and "src=" not in page and "href=" not in page, "nothing from elsewhere")
    style = page.partition("<style>")[2].partition("</style>")[0].encode()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    check(f"'sha256-{digest}'" in answer.getheader("content-security-policy"), f"the policy knows the style: {digest}")
    connection.close()


@case("an order that nobody takes over is told once, also over a restart; the command line shows it")
def overdue():
    soon = int(time.time() * 1000) + 1500
    with daemon.events() as events:
        no = daemon.api.post(
            "/api/v1/orders", {"case": "XG3", "kind": "assign", "to": "司法局", "ack_due_ms": soon}
        )["no"]
        equal(events.event("order.overdue")["no"], no, "told")
    daemon.kill()
    daemon.start()
    order = daemon.api.get(f"/api/v1/orders/{client.quote(no)}")
    check(order["overdue_ms"] >= soon, f"it is marked: {order}")
    check("overdue" in daemon.cli("order", "list"), "in the list")
    equal(daemon.cli("order", "accept", no).strip(), no)
    shown = json.loads(daemon.cli("order", "show", no))
    check(shown["accepted_ms"] > shown["ack_due_ms"], f"taken over, late: {shown}")
    issued = daemon.cli("order", "issue", "XG3", "supervise-notice", "人社局", "--ack", "2h", "--due", "3d").strip()
    check(issued.startswith("督办提示单〔"), issued)
    daemon.cli("order", "form", issued, str(daemon.dir / "form.html"))
    check("督办提示单" in (daemon.dir / "form.html").read_text("utf-8"), "the form as a file")
    equal(daemon.cli("order", "done", issued, "settled", "5").strip(), issued)
    check("XG3" in daemon.cli("cases", "--supervised"), "the list of 督办")


@case("E8: thirty revisits are drawn, the same by the same seed; who is not content has the case reopened")
def revisits():
    for n in range(40):
        send("case.registered", f"HF{n}", ago(hours=3), level="larger")
        send("case.resolved", f"HF{n}", ago(hours=2), outcome="settled")
    day = ago(hours=2).date().isoformat()
    span = ["--from", day, "--to", day, "--seed", "202505", "--json"]
    drawn = json.loads(daemon.cli("revisit", "sample", "--n", "30", *span))["revisits"]
    equal((len(drawn), len({r["case"] for r in drawn})), (30, 30), "cases drawn")
    equal(json.loads(daemon.cli("revisit", "sample", "--n", "30", *span))["revisits"], drawn, "drawn again")
    other = daemon.api.post("/api/v1/revisits", {"n": 5, "seed": 7, "from_ms": 0, "to_ms": 4102444800000})["revisits"]
    check([r["case"] for r in other] != [r["case"] for r in drawn[:5]], "another seed, another draw")
    content, doubtful = drawn[0], drawn[1]
    send("case.closed", content["case"], want="anomaly")
    daemon.cli("revisit", "done", str(content["id"]), "5", "phone")
    send("case.closed", content["case"])
    equal(get(content["case"])["state"], "closed", "closed after its revisit")
    check("reopened" in daemon.cli("revisit", "done", str(doubtful["id"]), "3"), "基本满意 is not enough here")
    found = get(doubtful["case"])
    equal((found["state"], found["reopened"], found["fields"]["satisfaction"]), ("registered", 1, 3), "the case")
    daemon.api.post(f"/api/v1/revisits/{doubtful['id']}", {"satisfaction": 5}, status=400)
    equal(len([r for r in daemon.api.get("/api/v1/revisits?open=1")["revisits"] if r["seed"] == 202505]), 28, "open")


tap.run(daemon.show_failure, rig.end)
