#!/usr/bin/python3
"""flow.py - events through the daemon's doors while 36 cameras are on the wall: one connection, fifty, a burst, a file.

usage: flow.py [-s SECONDS] [-f FEEDS] [--burst SECONDS] [--rate N]

  one      one platform, as fast as it is answered, 1,000 events under way, 20 s
  fifty    fifty connections the same way, 100 under way each, 20 s
  burst    the fifty offer ten times N = 2,000 events a second for 60 s without waiting for answers; then until all is answered
  file     9,000 reports in one file of the watched folder

An event counts when its receipt is there, that is when it is durable. Afterwards the daemon is stopped and the database looked
through: every event that was answered is there once, the chain holds, counters agree with a recount. Senders run on the same
processors. Exit status 1 when a goal is missed.
"""
import argparse
import json
import selectors
import time

import daemon_meter as meter
import intake
import rig
import tap
import wire

PEERS = 50
table = meter.Table()


class Peer:
    """One connection of a platform, and its book of what is on the way and what was answered."""

    def __init__(self, daemon, name):
        self.name, self.book = name, set()
        self.sent = self.answered = 0
        self.wire = wire.Wire(daemon.http_port, "/v1/events", "cloudevents.json", token=f"{intake.TOKEN}-{name}")

    def queue(self):
        self.wire.out += wire.frame(json.dumps(intake.event(self.name, self.sent)).encode())
        self.sent += 1

    def take(self):
        for text in self.wire.read():
            for fate in json.loads(text)["data"]["events"] if text[:1] == b"{" else []:
                tap.equal(fate["status"], "applied", f"status of {fate}")
                self.book.add(fate["id"])
                self.answered += 1


class Crowd:
    def __init__(self, daemon, names):
        self.peers = [Peer(daemon, name) for name in names]
        self.poll = selectors.DefaultSelector()
        for peer in self.peers:
            self.poll.register(peer.wire.sock, selectors.EVENT_READ, peer)

    def answered(self):
        return sum(peer.answered for peer in self.peers)

    def turn(self, wait_s):
        """Takes what was answered, writes what can be written."""
        for key, what in self.poll.select(wait_s):
            if what & selectors.EVENT_READ:
                key.data.take()
        for peer in self.peers:
            is_all = peer.wire.flush() if peer.wire.out else True
            self.poll.modify(peer.wire.sock, selectors.EVENT_READ | (0 if is_all else selectors.EVENT_WRITE), peer)

    def pace(self, seconds, ahead):
        """Answered events a second, with so many under way on each connection."""
        begin, first = time.monotonic(), self.answered()
        while (now := time.monotonic()) < begin + seconds:
            for peer in self.peers:
                while peer.sent - peer.answered < ahead:
                    peer.queue()
            self.turn(0.05)
        rate = (self.answered() - first) / (now - begin)
        self.drain()
        return rate

    def offer(self, seconds, rate):
        """So many events a second, answered or not; a peer whose socket is full keeps the rest. Seconds until all is answered."""
        begin, owed, offered = time.monotonic(), 0, 0
        while (elapsed := time.monotonic() - begin) < seconds:
            owed = int(min(elapsed, seconds) * rate)
            for n in range(offered, owed):
                peer = self.peers[n % len(self.peers)]
                if len(peer.wire.out) < 65536:
                    peer.queue()
                    offered += 1
                else:
                    break
            self.turn(0.01)
        for n in range(offered, int(seconds * rate)):
            while len((peer := self.peers[n % len(self.peers)]).wire.out) >= 65536:
                self.turn(0.05)
            peer.queue()
        self.drain(600)
        return time.monotonic() - begin

    def drain(self, within_s=60):
        end = time.monotonic() + within_s
        while any(peer.answered < peer.sent for peer in self.peers):
            tap.check(time.monotonic() < end, "events without an answer")
            self.turn(0.05)

    def close(self):
        for peer in self.peers:
            peer.wire.sock.close()


def wall_row(name, span):
    text = f"{span.fps:.2f} fps, {span.late} of {span.ticks} ticks late, {span.cores:.2f} cores"
    table.row(f"{name}: the wall meanwhile", text, "< 0.5 % late", span.late + span.skipped < span.ticks / 200)


def through_sockets(daemon, options, books):
    one = Crowd(daemon, ["one"])
    span = meter.Span(daemon)
    rate = one.pace(options.s, 1000)
    span.end()
    table.row("one: durable on one connection", f"{rate:.0f} events/s", ">= 5000/s", rate >= 5000)
    wall_row("one", span)
    one.close()
    fifty = Crowd(daemon, [f"p{n}" for n in range(PEERS)])
    span = meter.Span(daemon)
    rate = fifty.pace(options.s, 100)
    span.end()
    table.row("fifty: durable on 50 connections", f"{rate:.0f} events/s", ">= 2000/s", rate >= 2000)
    wall_row("fifty", span)
    before, memory = fifty.answered(), daemon.api.get("/api/v1/status")["memory"]
    span = meter.Span(daemon)
    seconds = fifty.offer(options.burst, 10 * options.rate)
    span.end()
    count, grown = fifty.answered() - before, (daemon.api.get("/api/v1/status")["memory"] - memory) / 1e6
    text = f"{count} offered in {options.burst} s, all answered after {seconds:.0f} s ({count / seconds:.0f}/s), {grown:+.0f} MB"
    table.row("burst: ten times the rate", text, "all answered", count == options.burst * 10 * options.rate)
    wall_row("burst", span)
    fifty.close()
    books.update({peer.name: peer.book for peer in one.peers + fifty.peers})


def through_a_file(daemon, folder, count=9000):
    lines = []
    for n in range(count):
        event = intake.event("file", n)
        event |= {"subject": f"FILE-{n}", "type": "org.wallctl.case.reported.v1"}
        lines.append(json.dumps(event))
    part = folder / ".reports.part"
    part.write_text("\n".join(lines) + "\n")
    begin, span = time.monotonic(), meter.Span(daemon)
    part.rename(folder / "reports.ndjson")
    tap.until(lambda: (folder / "done" / "reports.ndjson").exists(), 60, "the file is done")
    seconds = time.monotonic() - begin
    table.row("file: 9,000 reports", f"{seconds:.1f} s", "<= 10 s", seconds <= 10)
    wall_row("file", span.end())
    return {f"file-{n}" for n in range(count)}


def measure(options):
    names = ["one", *(f"p{n}" for n in range(PEERS))]
    with meter.simulator(max(options.f, 1)) as sim:
        folder = rig.folder / "flow-inbox"
        folder.mkdir()
        daemon = rig.Daemon(
            "flow",
            cameras=[rig.camera(sim, n, label="off") for n in range(1, max(options.f, 1) + 1)],
            walls=[rig.wall([f"cam-{n}" for n in range(1, options.f + 1)], "36", screens=[meter.full_hd()])],
            credentials="credentials.json",
            cases={"region": "530402"},
            sources=[intake.source(name) for name in names]
            + [{"id": "file", "name": "网闸", "transport": "folder", "folder": str(folder), "silent_s": 0}],
        )
        intake.configure(daemon, *names)
        books = {}
        with meter.running(daemon):
            meter.wait_glass(daemon, options.f, within_s=60)
            through_sockets(daemon, options, books)
            books["file"] = through_a_file(daemon, folder)
        stored = intake.check_database(daemon, books)
    table.row("afterwards", f"{sum(map(len, books.values()))} answered, {stored} stored; none lost or double", "exact", True)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("-s", type=int, default=20)
parser.add_argument("-f", type=int, default=36)
parser.add_argument("--burst", type=int, default=60)
parser.add_argument("--rate", type=int, default=2000)
options = parser.parse_args()
table.head()
try:
    measure(options)
except (AssertionError, tap.Bail) as fault:
    table.row("flow", str(fault)[:200], "it runs", False)
finally:
    rig.end()
raise SystemExit(1 if table.missed else 0)
