#!/usr/bin/python3
"""test_intake.py - what must not come in does not, says why, and is counted; a platform that falls silent is on the wall."""
import datetime
import json

import client
import picture
import rig
import tap
from tap import case, check, equal

MANY = 16
names = ["grid", "police", *(f"p{n}" for n in range(1, MANY + 1))]
tokens = {name: f"token-of-{name}-0123456789" for name in names}
daemon = rig.Daemon(
    "intake",
    walls=[rig.wall([])],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[
        {"id": "grid", "name": "网格", "token": "grid", "silent_s": 0},
        {"id": "police", "name": "警综", "token": "police", "mapping": "police-nonpolice", "silent_s": 0},
        *({"id": f"p{n}", "name": f"平台{n}", "token": f"p{n}", "silent_s": 6} for n in range(1, MANY + 1)),
    ],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({name: {"token": token} for name, token in tokens.items()}))
secrets.chmod(0o600)
SAMPLES = rig.SOURCE / "config" / "connectors" / "samples" / "police-nonpolice"


def when(seconds=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(number, **changes):
    """A good report, with members put in, changed or (None) left out; those of data by data_NAME."""
    whole = {
        "specversion": "1.0",
        "id": f"b{number}",
        "source": "/530402/grid",
        "type": "org.wallctl.case.reported.v1",
        "subject": f"BAD{number}",
        "time": when(),
        "data": {"category": "labour", "region": "530402005"},
    }
    for key, value in changes.items():
        place, key = (whole["data"], key[5:]) if key.startswith("data_") else (whole, key)
        place[key] = value
    return {key: value for key, value in whole.items() if value is not None}


def text(number, old, new):
    """The same as bytes, in which something is replaced that JSON libraries would not write."""
    data = json.dumps(event(number)).encode()
    check(old in data, old)
    return data.replace(old, new, 1)


# what is wrong, the body, the status of the webhook, the word under which it is counted
ROWS = [
    ("no JSON", lambda n: b"{nonsense", 422, "malformed"),
    ("half of it", lambda n: json.dumps(event(n)).encode()[:60], 422, "malformed"),
    ("two of them", lambda n: json.dumps(event(n)).encode() * 2, 422, "malformed"),
    ("an equal key", lambda n: text(n, b'"specversion"', b'"id": "x", "specversion"'), 422, "malformed"),
    ("an equal key in data", lambda n: text(n, b'"category"', b'"category": "x", "category"'), 422, "malformed"),
    ("a lone surrogate", lambda n: text(n, b'"labour"', b'"\\ud800"'), 422, "malformed"),
    ("half a pair, twice", lambda n: text(n, b'"labour"', b'"\\udc00\\ud800"'), 422, "malformed"),
    ("NUL in a text", lambda n: text(n, b'"labour"', b'"a\\u0000b"'), 422, "malformed"),
    ("nested beyond reason", lambda n: text(n, b'"labour"', b"[" * 500 + b"]" * 500), 422, "malformed"),
    ("NaN", lambda n: text(n, b'"labour"', b"NaN"), 422, "malformed"),
    ("a list", lambda n: json.dumps([event(n)]).encode(), 422, "malformed"),
    ("a text", lambda n: b'"event"', 422, "malformed"),
    ("not UTF-8", lambda n: text(n, b'"labour"', b'"\xff\xfe"'), 400, "malformed"),
    ("nothing", lambda n: b"", 400, "malformed"),
    ("65 KiB", lambda n: json.dumps(event(n, padding="x" * 66560)).encode(), 413, None),
    ("data of another type", lambda n: event(n, data=[1]), 422, "malformed"),
    ("a number as id", lambda n: event(n, id=7), 422, "attribute"),
    ("no id", lambda n: event(n, id=None), 422, "attribute"),
    ("no source", lambda n: event(n, source=None), 422, "attribute"),
    ("our own name as source", lambda n: event(n, source="/wallctl"), 422, "source"),
    ("our site's own name as source", lambda n: event(n, source="/530402/wallctl"), 422, "source"),
    ("another version", lambda n: event(n, specversion="0.3"), 422, "attribute"),
    ("no subject", lambda n: event(n, subject=None), 422, "attribute"),
    ("a subject with blanks", lambda n: event(n, subject=f"BAD {n}"), 422, "attribute"),
    ("no type", lambda n: event(n, type=None), 422, "attribute"),
    ("an unknown type", lambda n: event(n, type="org.wallctl.case.forgotten.v1"), 422, "type"),
    ("a type of ours", lambda n: event(n, type="org.wallctl.wall.scene.v1"), 422, "type"),
    ("no time", lambda n: event(n, time=None), 422, "attribute"),
    ("a time without a zone", lambda n: event(n, time="2025-05-22T09:14:03"), 422, "time"),
    ("a day that is none", lambda n: event(n, time="2025-02-30T09:14:03Z"), 422, "time"),
    ("a number as time", lambda n: event(n, time=1747876443), 422, "attribute"),
    ("a time of tomorrow", lambda n: event(n, time=when(86400)), 422, "time"),
    ("a time in ten minutes", lambda n: event(n, time=when(600)), 422, "time"),
    ("unknown classification", lambda n: event(n, dataclassification="geheim"), 422, "classification"),
    ("restricted", lambda n: event(n, dataclassification="restricted"), 422, "classification"),
    ("a category of the police", lambda n: event(n, data_category="criminal"), 422, "classification"),
    ("an unknown category", lambda n: event(n, data_category="quarrel"), 422, "field"),
    ("a region elsewhere", lambda n: event(n, data_region="110105"), 422, "region"),
    ("a region that is a number", lambda n: event(n, data_region=530402005), 422, "field"),
    ("a count that is a text", lambda n: event(n, data_party_count="twelve"), 422, "field"),
    ("a count below zero", lambda n: event(n, data_party_count=-1), 422, "field"),
    ("a level nobody knows", lambda n: event(n, data_level="enormous"), 422, "field"),
    ("a place outside the world", lambda n: event(n, data_lon=181), 422, "field"),
    ("a phone number as an office", lambda n: event(n, data_lead_org="13800138000"), 422, "privacy"),
    ("an ID number as the case's code", lambda n: event(n, subject="530402198805203417"), 422, "privacy"),
]


def source(name):
    return next(s for s in daemon.api.get("/api/v1/sources") if s["id"] == name)


def post(body, name="grid", kind="application/cloudevents+json"):
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": kind, "Authorization": f"Bearer {tokens[name]}"}
    status, _, answer = daemon.api.raw("POST", "/v1/events", data, headers)
    return status, json.loads(answer)


def one_bad(name, make, status, word, number):
    @case(f"refused: {name}")
    def try_it():
        if not daemon.process:
            daemon.start()
        before = source("grid")
        got, answer = post(make(number))
        equal(got, status, f"answer: {answer}")
        said = answer["events"][0] if "events" in answer else answer["error"]
        reason = said.get("reason") or said.get("message")
        check(reason, f"a reason is given: {answer}")
        for secret in "13800138000", "530402198805203417":
            check(secret not in json.dumps(answer).replace(f'"id": "{secret}"', ""), f"not repeated: {answer}")
        after = source("grid")
        if word:
            counted = after["refused"].get(word, 0) - before["refused"].get(word, 0)
            equal(counted, 1, f"{word} of {after['refused']}; the answer was {answer}")
        equal((after["ok"], after["anomaly"]), (before["ok"], before["anomaly"]), "what is taken")
        daemon.api.get(f"/api/v1/cases/BAD{number}", status=404)


for number, row in enumerate(ROWS, 1):
    one_bad(*row, number)


@case("over a WebSocket the same: a receipt with the reason, and the connection goes on")
def over_websocket():
    websocket = client.websocket
    peer = websocket.create_connection(
        f"ws://127.0.0.1:{daemon.http_port}/v1/events",
        subprotocols=["cloudevents.json"],
        header={"Authorization": f"Bearer {tokens['grid']}"},
        timeout=20,
    )
    sent = 0
    for number, (name, make, status, _) in enumerate(ROWS, 100):
        body = make(number)
        if status != 422:
            continue  # the message ends the connection: see test_interop.py
        peer.send(body.decode() if isinstance(body, bytes) else json.dumps(body))
        sent += 1
    peer.send(json.dumps(event(200)))
    fates = []
    while len(fates) < sent + 1:
        fates += json.loads(peer.recv())["data"]["events"]
    peer.close()
    statuses = [f["status"] for f in fates]
    equal((statuses.count("refused"), statuses.count("applied")), (sent, 1), f"fates: {fates}")
    check(all(f.get("reason") for f in fates if f["status"] == "refused"), "each says why")
    check(any(f.get("number") == 1 for f in fates), "what has no id is told by its number")


@case("a step that is not possible is kept as an anomaly, and the case stays as it is")
def anomaly():
    equal(post(event(300))[1]["events"][0]["status"], "applied")
    before, row = source("grid")["anomaly"], daemon.api.get("/api/v1/cases/BAD300")
    status, answer = post(event("300-2", subject="BAD300", type="org.wallctl.case.closed.v1"))
    equal((status, answer["events"][0]["status"]), (202, "anomaly"), "closing what was only reported")
    check(answer["events"][0]["reason"], "the reason")
    after = daemon.api.get("/api/v1/cases/BAD300")
    equal((after["state"], after["fields"]), (row["state"], row["fields"]), "the case")
    equal(source("grid")["anomaly"], before + 1, "counted")


@case("what belongs to the police stays there: every sample of it is refused and counted")
def police():
    refused = sorted(SAMPLES.glob("refused*.json"))
    check(len(refused) >= 4, "samples")
    for path in refused:
        status, answer = post(path.read_bytes(), "police", "application/json")
        equal((status, answer["events"][0]["status"]), (422, "refused"), path.name)
    counts = source("police")["refused"]
    equal(sum(counts.values()), len(refused), f"counted: {counts}")
    check(counts.get("classification", 0) >= 3, f"by classification: {counts}")
    equal(source("police")["ok"], 0, "taken")


@case("the command shows the counts by reason, also after a restart")
def shown():
    table = daemon.cli("sources", language="zh")
    line = next(line for line in table.splitlines() if line.startswith("grid"))
    for words in "格式错误 ", "时间 ", "区划 ", "密级或警务 ", "个人信息 ":
        check(words in line, f"'{words}' in {line}")
    counts = source("grid")["refused"]
    tap.until(lambda: daemon.stop()[0] == 0, 20, "it ends")
    daemon.start()
    equal(source("grid")["refused"], counts, "counts after a restart")


beating = set()


def beat():
    """What a platform sends while nothing happens."""
    for name in beating:
        body = {
            "specversion": "1.0",
            "id": when(),
            "source": f"/{name}",
            "type": "org.wallctl.source.beat.v1",
            "time": when(),
        }
        equal(post(body, name)[0], 202, "a beat")


def states():
    beat()
    return {s["id"]: s["state"] for s in daemon.api.get("/api/v1/sources") if s["id"].startswith("p") and s["id"] != "police"}


@case("sixteen platforms, one is cut off: it is red within its limit, the others are not, and the wall names it")
def silent():
    beating.update(f"p{n}" for n in range(1, MANY + 1))
    tap.until(lambda: set(states().values()) == {"heard"}, 20, "all are heard")
    with daemon.events() as events:
        beating.discard("p7")
        tap.until(lambda: states()["p7"] == "silent", 30, "the one is silent")
        equal(events.event("source.state", lambda d: d["silent"])["id"], "p7", "told")
        equal({k for k, v in states().items() if v != "heard"}, {"p7"}, "the others")
        seen = []

        def is_read():
            beat()
            seen[:] = [picture.letters(daemon.api)]
            return "没有消息" in seen[0] and "平台7" in seen[0]

        tap.until(is_read, 60, lambda: f"the wall says so: {seen}")
        beating.add("p7")
        tap.until(lambda: states()["p7"] == "heard", 10, "it is back")
        tap.until(lambda: (beat(), "没有消息" not in picture.letters(daemon.api))[1], 60, "the wall is quiet again")


@case("all are cut off at once: one line on the wall, not sixteen")
def all_silent():
    beating.clear()
    tap.until(lambda: set(states().values()) == {"silent"}, 30, lambda: f"all are silent: {states()}")
    seen = []

    def is_read():
        seen[:] = [picture.letters(daemon.api)]
        return "16" in seen[0] and seen[0].count("没有消息") == 1

    tap.until(is_read, 60, lambda: f"one line: {seen}")
    equal(daemon.stop()[0], 0, "exit status")


tap.run(daemon.show_failure, rig.end)
