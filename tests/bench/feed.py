#!/usr/bin/python3
"""feed.py - 500 consoles on wallctl.v1, of which 50 read nothing; exit status 1 when a goal is missed

usage: feed.py [CLIENTS [STALLED]]

A wall without cameras is locked and unlocked: each is a command over one more WebSocket, an event to everybody, and one
more when it is on glass. Time is from before the command is sent until a client has the event, so it holds the command, too.

  paced   10 commands a second for 20 s, while the stalled ones take nothing
  flood   3,000 commands as fast as they are answered: more events than the ring holds; then the stalled ones read again

Memory is the daemon's resident set: what all clients together cost, and what it grows by during the flood, for each client
that reads nothing. All runs on this machine's processors, clients included.
"""
import json
import math
import re
import select
import sys
import time

import client
import daemon_meter as meter
import rig
import tap
import wire

SEQ = re.compile(rb'"revision":(\d+)')
table = meter.Table()


def console(daemon, is_stalled=False):
    return wire.Wire(daemon.http_port, "/api/v1/ws", "wallctl.v1", daemon.token, receive_buffer=4096 if is_stalled else None)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, math.ceil(len(values) * share) - 1)] if values else math.inf


class Room:
    """Readers, and when each of them has seen what."""

    def __init__(self, daemon, count):
        self.readers = {}
        self.poll = select.epoll()
        for _ in range(count):
            reader = console(daemon)
            self.readers[reader.sock.fileno()] = reader
            self.poll.register(reader.sock, select.EPOLLIN)
        self.sent = {}  # revision -> when its command was sent
        self.took = []
        self.n_events = 0

    def turn(self, wait_s):
        for fd, _ in self.poll.poll(max(wait_s, 0)):
            texts = self.readers[fd].read()
            now = time.monotonic()
            self.n_events += len(texts)
            for text in texts:
                if b'"wall.changed"' not in text:
                    continue
                revision = int(SEQ.search(text)[1])
                if revision in self.sent:
                    self.took.append(now - self.sent[revision])


def command(socket_, number):
    """A masked frame with one command."""
    text = json.dumps(
        {
            "type": "request",
            "id": number,
            "method": "POST",
            "path": "/api/v1/walls/main/commands",
            "body": {"op": "unlock" if number % 2 else "lock"},
        }
    ).encode()
    socket_.sendall(wire.frame(text))


def paced(room, commander, first, seconds=20, rate=10):
    end, due, revision, n = time.monotonic() + seconds, time.monotonic(), first, 0
    while time.monotonic() < end + 1:
        if time.monotonic() >= due and time.monotonic() < end:
            revision += 1
            room.sent[revision] = time.monotonic()
            command(commander.sock, n)
            n, due = n + 1, due + 1 / rate
        room.turn(min(due - time.monotonic(), 0.05))
        while commander.poll():
            pass
    tap.equal(len(room.took), len(room.readers) * len(room.sent), "events that readers have seen")
    return n


def flood(room, commander, count=3000):
    n, answered = 0, 0
    while answered < count:
        while n < count and n - answered < 20:
            command(commander.sock, n)
            n += 1
        room.turn(0.001)
        while texts := commander.poll():
            answered += sum(b'"reply"' in text for text in texts)
    quiet = room.n_events
    while True:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            room.turn(0.1)
        if room.n_events == quiet:
            return
        quiet = room.n_events


def resident(daemon):
    return daemon.api.get("/api/v1/status")["memory"]


def measure(daemon, clients, stalled):
    empty = resident(daemon)
    room = Room(daemon, clients - stalled)
    sleepers = [console(daemon, is_stalled=True) for _ in range(stalled)]
    commander = console(daemon)
    paced(room, commander, daemon.wall()["revision"])
    times = [t * 1000 for t in room.took]
    p50, p99, worst = percentile(times, 0.5), percentile(times, 0.99), max(times)
    table.row(
        f"feed: {clients - stalled} readers beside {stalled} stalled",
        f"p50 {p50:.1f}, p99 {p99:.1f}, worst {worst:.1f} ms",
        "p99 <= 100 ms",
        p99 <= 100,
    )
    before = resident(daemon)
    each = (before - empty) / clients / 1024
    table.row("feed: memory of a client", f"{each:.1f} KiB", "<= 64 KiB", each <= 64)
    flood(room, commander)
    grown = (resident(daemon) - before) / stalled / 1024
    table.row("feed: growth for each stalled one", f"{grown:.1f} KiB of 6,000 events", "<= 64 KiB", grown <= 64)
    told = sum(is_told(sleeper) for sleeper in sleepers)
    table.row("feed: stalled ones, when they read", f"{told} are told to take a snapshot", f"all {stalled}", told == stalled)
    whole = daemon.api.get("/api/v1/snapshot")
    client.hold_against("Snapshot", whole)


def is_told(sleeper):
    """Reads what was kept for it, up to the notice; a connection that was cut for its silence counts as told, too."""
    sleeper.sock.settimeout(5)
    try:
        while True:
            texts = sleeper.read()
            if any(b'"snapshot-needed"' in text for text in texts):
                return True
            if not texts and not sleeper.data:
                return True
    except (TimeoutError, OSError):
        return False


def main():
    numbers = sys.argv[1:]
    if not all(n.isdigit() for n in numbers) or len(numbers) > 2:
        print(__doc__.partition("\n\n")[2].strip())
        return 0 if {"-h", "--help"} & set(numbers) else 64
    clients, stalled = ([int(n) for n in numbers] + [500, 50][len(numbers) :])[:2]
    table.head()
    daemon = rig.Daemon("feed", walls=[rig.wall([])])
    try:
        with meter.running(daemon):
            measure(daemon, clients, stalled)
    except (AssertionError, tap.Bail) as error:
        table.row("feed", str(error)[:200], "it runs", False)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
