#!/usr/bin/python3
"""test_sources.py - no platform speaks in another's name, whichever of the four doors it comes by: webhook, WebSocket, the
connection that we open, files; in our own form or by a mapping. What is refused is not stored, so the number is still free.
"""
import asyncio
import datetime
import json
import os
import sqlite3
import threading

import rig
import tap
import websocket
from tap import case, check, equal

try:
    import websockets
except ImportError:
    print("1..0 # SKIP install python3-websockets")
    raise SystemExit(0)

TOWN = "/530402/town"  # who may use it: town
names = ["town", "open", "relay", "yzz", "police", "dialled"]
tokens = {name: f"token-of-{name}-0123456789" for name in names}
files = rig.folder / "ferry"
files.mkdir()


def source(name, **more):
    return {"id": name, "name": f"来源{name}", "token": name, "silent_s": 0, **more}


class Dialled:
    """A platform that waits to be dialled: sends what it is given, keeps the receipts."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.queue = asyncio.Queue()
        self.receipts = []
        self.port = None
        threading.Thread(target=self.run, daemon=True).start()
        tap.until(lambda: self.port, 10, "it listens")

    def run(self):
        self.loop.run_until_complete(self.serve())

    async def serve(self):
        async with websockets.serve(self.talk, "127.0.0.1", 0, subprotocols=["cloudevents.json"]) as server:
            self.port = server.sockets[0].getsockname()[1]
            await asyncio.Future()

    async def talk(self, peer, *_):
        await peer.recv()  # from where on
        while True:
            await peer.send(await self.queue.get())
            self.receipts.append(json.loads(await peer.recv()))

    def send(self, event):
        before = len(self.receipts)
        self.loop.call_soon_threadsafe(self.queue.put_nowait, json.dumps(event))
        tap.until(lambda: len(self.receipts) > before, 20, "a receipt")
        return self.receipts[-1]["data"]["events"][0]


dialled = Dialled()
daemon = rig.Daemon(
    "sources",
    walls=[rig.wall([])],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[
        source("town", speaks_for=[TOWN]),
        source("open"),
        source("relay", speaks_for=["/530402/east", "/530402/west"]),
        source("yzz", mapping="yunzongzhi", uri="/530402/yzz"),
        source("police", mapping="police-nonpolice"),
        source("dialled", transport="dial", url=f"ws://127.0.0.1:{dialled.port}/events"),
        {"id": "ferry", "name": "网闸", "transport": "folder", "folder": str(files)},
    ],
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({name: {"token": token} for name, token in tokens.items()}))
os.chmod(secrets, 0o600)


def event(number, speaker=TOWN, **more):
    return {
        "specversion": "1.0",
        "id": f"n{number}",
        "source": speaker,
        "type": "org.wallctl.case.reported.v1",
        "subject": f"TOWN-{number}",
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "data": {"category": "labour", "region": "530402005"},
        **more,
    }


def hook(name, body):
    headers = {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {tokens[name]}"}
    status, _, answer = daemon.api.raw("POST", "/v1/events", json.dumps(body).encode(), headers)
    fate = json.loads(answer)["events"][0]
    equal(status, 422 if fate["status"] == "refused" else 200, "status of the answer")
    return fate


def refusals(name):
    return next(s for s in daemon.api.get("/api/v1/sources") if s["id"] == name)["refused"].get("source", 0)


def stored(number):
    database = sqlite3.connect(f"file:{daemon.state}/wallctl.db?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM inbox WHERE id = ?", (f"n{number}",)).fetchone()[0]
    finally:
        database.close()


def check_refused(fate, name, number, before):
    equal(fate["status"], "refused", f"{fate}")
    check("another platform" in fate["reason"] and "别的来源" in fate["reason"], f"in both languages: {fate['reason']}")
    check(TOWN not in fate["reason"], "the value is not repeated")
    equal(refusals(name), before + 1, "counted")
    equal(stored(number), 0, "rows")


def check_free(number):
    """What was refused has not taken the number."""
    equal(hook("town", event(number))["status"], "applied", "the same from whose it is")


@case("webhook: another's source is refused, its own and nobody's are taken")
def webhook():
    daemon.start()
    check_refused(hook("open", event(1)), "open", 1, 0)
    check_refused(hook("open", event(1, TOWN + "/hall")), "open", 1, 1)
    check_free(1)
    equal(hook("open", event(2, "/open"))["status"], "applied", "its own")
    equal(hook("open", event(3, "/somebody"))["status"], "applied", "nobody's")
    check("open: sends under a \"source\" that belongs to town" in daemon.log(), "the log says whose")


@case("WebSocket: a relay may use what is on its list, and nothing else")
def socket():
    ws = websocket.create_connection(
        f"ws://127.0.0.1:{daemon.http_port}/v1/events",
        subprotocols=["cloudevents.json"],
        header=[f"Authorization: Bearer {tokens['relay']}"],
        timeout=30,
    )

    def send(body):
        ws.send(json.dumps(body))
        return json.loads(ws.recv())["data"]["events"][0]

    check_refused(send(event(10)), "relay", 10, 0)
    check_free(10)
    equal(send(event(11, "/530402/east"))["status"], "applied", "the first of the list")
    equal(send(event(12, "/530402/west/hall"))["status"], "applied", "below the second")
    other = send(event(13, "/530402/eastern"))
    equal((other["status"], "may not use" in other["reason"]), ("refused", True), f"a longer word: {other}")
    ws.close()


@case("the connection that we open: another's source is refused")
def dial():
    check_refused(dialled.send(event(20)), "dialled", 20, 0)
    check_free(20)
    equal(dialled.send(event(21, "/dialled"))["status"], "applied", "its own")


@case("files: another's source is refused, with line and reason in the report")
def folder():
    lines = [json.dumps(event(30)), json.dumps(event(31, "/ferry"))]
    (files / "a.part").write_text("\n".join(lines) + "\n", "utf-8")
    (files / "a.part").rename(files / "a.ndjson")
    report = tap.until(lambda: next(iter(files.glob("failed/*.report.txt")), None), 20, "the report")
    said = report.read_text("utf-8")
    check("line 1: refused" in said and "别的来源" in said, said)
    equal((stored(30), stored(31), refusals("ferry")), (0, 1, 1), "rows, refusals")
    check_free(30)


@case("by a mapping: one platform's records cannot come in another's name, in the envelope neither")
def mapped():
    samples = rig.SOURCE / "config" / "connectors" / "samples"
    record = json.loads(next((samples / "police-nonpolice").glob("*.json")).read_text("utf-8"))
    record = record[0] if isinstance(record, list) else record
    for number, whose in (40, TOWN), (41, "/530402/yzz"):
        check_refused(hook("police", event(number, whose, data=record)), "police", number, number - 40)
    beat = event(42, "/530402/yzz", type="org.wallctl.source.beat.v1", data={})
    check_refused(hook("police", beat), "police", 42, 2)
    check_free(40)


@case("the command says so; what is reloaded counts from then on")
def shown():
    line = next(line for line in daemon.cli("sources", language="zh").splitlines() if line.startswith("open"))
    check("冒用来源 2" in line, line)
    daemon.config["sources"][0]["speaks_for"] = []
    daemon.write()
    daemon.cli("reload")
    equal(hook("open", event(50))["status"], "applied", "nobody's now")
    own = hook("town", event(51))
    equal((own["status"], "may not use" in own["reason"]), ("refused", True), f"an empty list: {own}")


tap.run(daemon.show_failure, rig.end)
