#!/usr/bin/python3
"""login.py - a flood of sign-ins on one account, and how long it takes somebody else to come in meanwhile

usage: login.py [RATE [SECONDS]]

  one place     all from one address: what one computer that guesses does
  many places   each attempt from another of 250 addresses: what many of them do
  by TLS        as the first, each attempt with a handshake that is resumed

Others sign in one after another from an address of their own, right passwords, all the time. Told are their times, how many
attempts a second came in, how they were answered (401: hashed; 429: not), and the processor time of the thread that hashes.

All runs on this machine's processors, the flood included.
"""
import collections
import itertools
import json
import math
import os
import pathlib
import socket
import ssl
import sys
import threading
import time

import daemon_meter as meter
import rig

WORKERS, PEOPLE = 12, 4
GOAL_S = 1
table = meter.Table()


def request(port, address, account, password, wrap):
    """The status of one attempt."""
    body = json.dumps({"account": account, "password": password})
    peer = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(address, 0))
    with wrap(peer) if wrap else peer as peer:
        peer.sendall(
            f"POST /api/v1/session HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = b""
        while piece := peer.recv(65536):
            answer += piece
    return int(answer.split(None, 2)[1])


def hash_s(pid):
    """Processor time of the threads that hash."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        name, _, rest = (task / "stat").read_text().partition("(")[2].rpartition(")")
        if name.startswith("hash"):
            total += sum(int(n) for n in rest.split()[11:13])
    return total / meter.TICKS_PER_S


def flood(daemon, port, rate, seconds, address_of, wrap, people):
    answers, took = collections.Counter(), []
    is_over, numbers, began = threading.Event(), itertools.count(), time.monotonic()

    def pour():
        while not is_over.is_set():
            n = next(numbers)
            wait = began + n / rate - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            try:
                answers[request(port, address_of(n), "leader-1", "guess after guess", wrap)] += 1
            except OSError:
                answers["hung up on"] += 1

    threads = [threading.Thread(target=pour, daemon=True) for _ in range(WORKERS)]
    cpu, hashing = meter.cpu_s(daemon.process.pid), hash_s(daemon.process.pid)
    for thread in threads:
        thread.start()
    for account in itertools.cycle(people):
        at = time.monotonic()
        if at - began > seconds:
            break
        status = request(daemon.http_port, "127.0.200.1", account, f"e2e {account} 7391 correct horse", None)
        assert status == 200, f"{account} is not let in: {status}"
        took.append(time.monotonic() - at)
    passed = time.monotonic() - began
    is_over.set()
    for thread in threads:
        thread.join()
    took.sort()
    p95 = took[math.ceil(len(took) * 0.95) - 1]
    cores = (meter.cpu_s(daemon.process.pid) - cpu) / passed, (hash_s(daemon.process.pid) - hashing) / passed
    told = ", ".join(f"{count} {status}" for status, count in sorted(answers.items(), key=str))
    return took, (f"{sum(answers.values()) / passed:.0f}/s ({told}); {len(took)} others: p50 {took[len(took) // 2] * 1000:.0f}, "
                  f"p95 {p95 * 1000:.0f}, worst {took[-1] * 1000:.0f} ms; {cores[0]:.2f} cores, {cores[1]:.2f} of them hash")


def main():
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return
    rate = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    daemon = rig.Daemon("login", listen={"https_host": "127.0.0.1", "https_port": 0}, walls=[rig.wall()], outputs=[])
    table.head()
    with meter.running(daemon):
        ca_file = rig.folder / "ca.crt"
        ca_file.write_bytes(daemon.api.raw("GET", "/wallctl-ca.crt")[2])
        context = ssl.create_default_context(cafile=str(ca_file))
        sessions = []

        def wrap(peer):
            secure = context.wrap_socket(peer, server_hostname="localhost", session=sessions[0] if sessions else None)
            if not sessions and secure.session:
                sessions.append(secure.session)
            return secure

        people = [f"person-{n}" for n in range(PEOPLE)]
        for account in "leader-1", *people:
            daemon.sign_in(account, "leader")
        for name, port, address_of, how in (
            ("one place", daemon.http_port, lambda n: "127.0.7.1", None),
            ("many places", daemon.http_port, lambda n: f"127.0.{8 + n % 250}.1", None),
            ("one place, by TLS", daemon.https_port, lambda n: "127.0.7.2", wrap),
        ):
            took, told = flood(daemon, port, rate, seconds, address_of, how, people)
            table.row(f"{rate}/s on one account, {name}", told, f"others within {GOAL_S} s", took[-1] <= GOAL_S)
    return table.missed


missed = main()
rig.end()
sys.stdout.flush()
os._exit(1 if missed else 0)
