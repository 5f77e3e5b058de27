#!/usr/bin/python3
"""test_interop.py - clients that others wrote: node's ws, the CloudEvents SDK, python3-websockets, curl; polite and rude."""
import asyncio
import datetime
import json
import socket
import subprocess

import client
import npm
import rig
import tap
import upper
from tap import case, check, equal

try:
    import websockets
except ImportError:
    print("1..0 # SKIP install python3-websockets")
    raise SystemExit(0) from None

TOKEN, ABOVE = "e2e-token-0123456789", "upper-token-0123456789"
EVENTS = "/v1/events"
platform = upper.Platform(rig.free_port(), ABOVE)
daemon = rig.Daemon(
    "interop",
    walls=[rig.wall([])],
    presets=[{"name": "汛期", "layout": "1", "cameras": []}],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[{"id": name, "name": name, "token": name, "silent_s": 0} for name in ("grid", "flood", "door")],
    upstreams=[{"id": "city", "url": f"http://127.0.0.1:{platform.port}/events", "token": "city"}],
)
secrets = daemon.dir / "credentials.json"
tokens = {"grid": TOKEN, "flood": "flood-token-0123456789", "door": "door-token-0123456789", "city": ABOVE}
secrets.write_text(json.dumps({name: {"token": token} for name, token in tokens.items()}))
secrets.chmod(0o600)


def event(code, number=0, kind="case.reported", **data):
    return {
        "specversion": "1.0",
        "id": f"{code}-{number}",
        "source": "/530402/grid",
        "type": f"org.wallctl.{kind}.v1",
        "subject": code,
        "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "dataclassification": "internal",
        "data": {"category": "labour", "region": "530402005", **data},
    }


def address(scheme):
    return f"{scheme}://127.0.0.1:{daemon.http_port}{EVENTS}"


def state(code):
    return daemon.api.get(f"/api/v1/cases/{code}")["state"]


def ws_peer(lines, protocol="cloudevents.json", token=TOKEN):
    said = npm.node("ws_peer.js", address("ws"), token, protocol, text="\n".join(lines) + "\n", needs_npm=False)
    return [json.loads(line) for line in said.splitlines()]


receipts = []  # messages of the daemon, as they came


@case("ws of node: structured events over a WebSocket, with receipts for all")
def node_ws():
    platform.listen()
    daemon.start()
    said = ws_peer([json.dumps(event(f"WS{n}")) for n in range(50)])
    equal(said[0], {"protocol": "cloudevents.json", "extensions": ""}, "what was agreed on")
    equal(said[-1], {"close": 1000}, "the close")
    receipts.extend(s["message"] for s in said[1:-1])
    fates = [e["status"] for r in receipts for e in r["data"]["events"]]
    equal(fates, ["applied"] * 50, "receipts")
    check(not any(s["isBinary"] for s in said[1:-1]), "text messages")
    again = ws_peer([json.dumps(event("WS0"))], protocol="chat, cloudevents.json".replace(" ", ""))
    equal((again[0]["protocol"], again[1]["message"]["data"]["events"][0]["status"]), ("cloudevents.json", "refused"))
    check("known" in again[1]["message"]["data"]["events"][0]["reason"], f"same id, another time: {again[1]}")


@case("ws of node: without our subprotocol, or with a wrong token, there is no WebSocket")
def node_ws_refused():
    for protocol in "chat", "wallctl.v1", "cloudevents.avro":
        equal(ws_peer([], protocol)[0], {"status": 400}, protocol)
    equal(ws_peer([], token="nobody")[0], {"status": 401}, "wrong token")


@case("the CloudEvents SDK: structured and binary mode of the webhook")
def sdk_sends():
    events = [event("SDK1", level="major"), event("SDK2", partitionkey="SDK2"), event("SDK3", party_count=12)]
    events[1]["sequence"] = "000000000231"
    events[2]["type"] = "org.wallctl.clue.reported.v1"
    said = npm.node("cloudevents_peer.js", "send", address("http"), TOKEN, text=json.dumps(events), needs_npm=True)
    answers = json.loads(said)
    fates = [(a["status"], a["body"]["events"][0]["status"]) for a in answers]
    equal(fates[::2], [(200, "applied"), (200, "applied"), (202, "noted")], "structured")
    # The same report again under another id: it does not fit the case, which is kept as it is.
    equal([f[0] for f in fates[1::2]], [202, 202, 202], "binary")
    equal([e["id"] for a in answers[1::2] for e in a["body"]["events"]], [f"{e['id']}-binary" for e in events], "ids")
    equal(daemon.api.get("/api/v1/cases/SDK1")["fields"]["level"], "major", "a field")


@case("the CloudEvents SDK: reads our receipts and our reports")
def sdk_reads():
    with daemon.events() as events:
        events.presented(daemon.do("open", preset="汛期")["revision"])
        events.presented(daemon.do("back")["revision"])
    tap.until(lambda: len(platform.of("wall.scene")) == 2, 20, "two reports")
    ours = receipts + [e for _, e in platform.events]
    messages = [
        {"headers": {"content-type": "application/cloudevents+json"}, "body": json.dumps(message)} for message in ours
    ]
    read = json.loads(npm.node("cloudevents_peer.js", "check", text=json.dumps(messages), needs_npm=True))
    check(all(r["isValid"] for r in read), "valid")
    equal([r["id"] for r in read], [m["id"] for m in ours], "ids")


def curl(*arguments):
    """(status, headers in lower case, body)"""
    result = subprocess.run(
        ["curl", "-s", "-i", "--max-time", "20", *arguments, address("http")], capture_output=True, timeout=30
    )
    head, _, body = result.stdout.partition(b"\r\n\r\n")
    while head.startswith(b"HTTP/1.1 100"):
        head, _, body = body.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return int(lines[0].split()[1]), headers, body


def post(body, kind="application/cloudevents+json", token=TOKEN, *more):
    path = rig.folder / "body"
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    bearer = ["-H", f"Authorization: Bearer {token}"] if token else []
    return curl("-H", f"Content-Type: {kind}", *bearer, *more, "--data-binary", f"@{path}")


@case("curl: the handshake of web hooks, and what is refused is said clearly")
def webhook():
    status, headers, _ = curl("-X", "OPTIONS", "-H", "WebHook-Request-Origin: platform.example", "-H",
                              "WebHook-Request-Rate: 120")  # fmt: skip
    equal(status, 200, "OPTIONS")
    equal((headers["webhook-allowed-origin"], headers["webhook-allowed-rate"]), ("platform.example", "*"), "handshake")
    check("POST" in headers["allow"].upper(), f"allow: {headers['allow']}")
    status, _, body = post([event("B1")], "application/cloudevents-batch+json")
    equal((status, b"batches are not taken" in body), (415, True), "a batch")
    status, _, body = post([event("B1")])
    equal((status, b"object" in body), (422, True), f"a list as one event: {body}")
    equal(post(event("B1"), "text/xml")[0], 415, "another type")
    equal(post(b"x" * 65537)[0], 413, "65,537 bytes")
    big = event("B2")
    big["ext"] = "x" * (65536 - len(json.dumps(big)) - len(', "ext": ""'))
    equal(len(json.dumps(big)), 65536, "bytes")
    equal(post(big)[0], 200, "65,536 bytes")
    equal(curl("-X", "PUT", "-d", "{}")[0], 405, "another method")
    status, headers, _ = post(event("B3"), token=None)
    equal((status, headers["www-authenticate"].startswith("bearer")), (401, True), "without a token")


@case("wrong tokens again and again: 429 with Retry-After for who guesses")
def door():
    for _ in range(40):
        status, headers, _ = post(event("D1"), token="guess")
        if status == 429:
            break
        equal(status, 401, "a wrong token")
    equal(status, 429, "after many of them")
    check(1 <= int(headers["retry-after"]) <= 3600, headers["retry-after"])
    wait = int(headers["retry-after"])
    tap.until(lambda: post(event("D2"))[0] == 200, wait + 10, "the right token after the wait")


def connect(**options):
    headers = {"Authorization": f"Bearer {options.pop('token', TOKEN)}"}
    options.setdefault("subprotocols", ["cloudevents.json"])
    return websockets.connect(address("ws"), extra_headers=headers, **options)


async def receipts_of(peer, count):
    found = []
    while len(found) < count:
        found += json.loads(await asyncio.wait_for(peer.recv(), 20))["data"]["events"]
    return found


@case("python3-websockets: fragments, pings, and who closes in mid-message leaves nothing behind")
def pieces():
    async def talk():
        async with connect() as peer:
            equal(peer.extensions, [], "no compression is agreed on")
            text = json.dumps(event("PY1"))
            await peer.send(iter([text[:10], text[10:50], text[50:]]))
            await asyncio.wait_for(await peer.ping(), 10)
            equal((await receipts_of(peer, 1))[0]["status"], "applied", "in three fragments")
        async with connect() as peer:  # half an event, then the line is cut
            await peer.write_frame(False, 1, json.dumps(event("PY2"))[:40].encode())
            peer.transport.abort()
        async with connect() as peer:
            await peer.send(b"{}")
            await asyncio.wait_for(peer.wait_closed(), 10)
            equal(peer.close_code, 1003, "a binary message")
        async with connect() as peer:
            await peer.send("x" * 65537)
            await asyncio.wait_for(peer.wait_closed(), 10)
            equal(peer.close_code, 1009, "65,537 bytes")

    asyncio.run(talk())
    equal(state("PY1"), "reported")
    daemon.api.get("/api/v1/cases/PY2", status=404)
    refused = next(s for s in daemon.api.get("/api/v1/sources") if s["id"] == "grid")["refused"]
    check(refused.get("too_large", 0) >= 1 and refused.get("malformed", 0) >= 1, f"counted: {refused}")


@case("python3-websockets on wallctl.v1: a command and its events")
def console():
    async def talk():
        where = f"ws://127.0.0.1:{daemon.http_port}/api/v1/ws"
        headers = client.authorization(daemon.http_port)
        async with websockets.connect(where, subprotocols=["wallctl.v1"], extra_headers=headers) as peer:
            equal(json.loads(await peer.recv())["type"], "hello")
            body = {"op": "lock"}
            request = {"type": "request", "id": 1, "method": "POST", "path": "/api/v1/walls/main/commands", "body": body}
            await peer.send(json.dumps(request))
            seen = set()
            while not {"reply", "wall.changed", "wall.presented"} <= seen:
                message = json.loads(await asyncio.wait_for(peer.recv(), 10))
                client.hold_against("WsMessage", message)
                seen.add(message.get("event", message["type"]))

    asyncio.run(talk())
    daemon.do("unlock")


@case("one that floods and reads nothing is held, the others do not notice; when it reads, it has all its receipts")
def flood():
    count = 6000

    async def talk():
        async with connect(token=tokens["flood"], max_queue=1, ping_interval=None) as peer:
            one = json.dumps({**event("x"), "source": "/flood", "subject": "CODE", "id": "CODE"})

            async def send():
                for n in range(count):
                    await peer.send(one.replace("CODE", f"FL{n}"))

            sending = asyncio.create_task(send())
            await asyncio.sleep(0)
            loop = asyncio.get_running_loop()
            slowest = 0
            for n in range(5):
                began = loop.time()
                equal((await loop.run_in_executor(None, post, event(f"BESIDE{n}")))[0], 200, "an event of another")
                slowest = max(slowest, loop.time() - began)
            found = await receipts_of(peer, count)
            await sending
            equal({r["status"] for r in found}, {"applied"}, "fates")
            equal(len({r["id"] for r in found}), count, "receipts")
            return slowest

    slowest = asyncio.run(talk())
    tap.note(f"slowest event of another platform meanwhile: {slowest * 1000:.0f} ms")
    check(slowest < 5, f"{slowest:.1f} s")


@case("peers that stall - in the handshake, in a frame, in a body - keep nobody else waiting")
def stalls():
    upgrade = (
        f"GET {EVENTS} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Authorization: Bearer {TOKEN}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: cloudevents.json\r\n\r\n"
    ).encode()
    body = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 500\r\n\r\n{{".encode()
    stalled = []
    for data in upgrade[:60], upgrade + b"\x81\xfe\x20\x00", upgrade + b"\x01\x85\0\0\0\0hello", body:
        for _ in range(10):
            peer = socket.create_connection(("127.0.0.1", daemon.http_port))
            peer.sendall(data)
            stalled.append(peer)
    for n in range(5):
        equal(post(event(f"ST{n}"))[0], 200, "an event beside them")
    for peer in stalled:
        peer.close()
    tap.until(lambda: daemon.api.get("/api/v1/status")["clients"]["connections"] <= 2, 10, "they are forgotten")
    equal(daemon.stop()[0], 0, "exit status")
    platform.stop()


tap.run(daemon.show_failure, rig.end)
