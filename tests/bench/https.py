#!/usr/bin/python3
"""https.py - what TLS costs: handshakes, requests on a connection of their own, viewers of the preview

usage: https.py [REQUESTS [SECONDS]]

  handshakes  new and resumed ones by `openssl s_time` (TLS 1.3 and 1.2); the daemon's processor time for each
  requests    GET of a small page, one connection each as browsers do it here: plain, full handshake, resumed; the client is
              this program, so the differences are what counts
  flood       the same requests while 300 clients connect and say nothing, and 300 more say a hello's first bytes
  viewers     1 and 20 of a moving picture at 25 fps: the daemon's processor time, plain and by TLS in turns

The first three with a daemon that has no camera, so that nothing but them takes its time.

All runs on this machine's processors, clients included.
"""
import math
import os
import re
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time

import daemon_meter as meter
import rig
import wire

VIEWERS, ROUNDS = 20, 3
ca_file = rig.folder / "ca.crt"
table = meter.Table()


def percentiles(values):
    values = sorted(values)
    at = [values[min(len(values) - 1, math.ceil(len(values) * share) - 1)] * 1000 for share in (0.5, 0.95, 0.99)]
    return "p50 {:.2f}, p95 {:.2f}, p99 {:.2f} ms".format(*at)


class Cpu:
    """The daemon's processor time since."""

    def __init__(self, daemon):
        self.pid, self.began, self.at = daemon.process.pid, meter.cpu_s(daemon.process.pid), time.monotonic()

    def seconds(self):
        return meter.cpu_s(self.pid) - self.began

    def cores(self):
        return self.seconds() / (time.monotonic() - self.at)


def handshakes(daemon, seconds):
    for version in "-tls1_3", "-tls1_2":
        for kind, name in ("-new", "full"), ("-reuse", "resumed"):
            cpu = Cpu(daemon)
            done = subprocess.run(
                ["openssl", "s_time", "-connect", f"127.0.0.1:{daemon.https_port}", version, kind, "-time", str(seconds)],
                capture_output=True, text=True, check=True,
            )
            count, real = re.findall(r"(\d+) connections in (\d+) real seconds", done.stdout)[-1]
            each = cpu.seconds() / int(count)
            table.row(f"handshakes, {version[1:]} {name}", f"{int(count) / int(real):.0f}/s by one client in turn, "
                      f"{each * 1000:.2f} ms of processor each")


def request(port, context=None, session=None):
    """(seconds, session)"""
    began = time.monotonic()
    peer = socket.create_connection(("127.0.0.1", port))
    if context:
        peer = context.wrap_socket(peer, server_hostname="localhost", session=session)
    peer.sendall(b"GET /wallctl-ca.crt HTTP/1.1\r\nHost: localhost\r\n\r\n")
    while peer.recv(65536):
        pass
    took = time.monotonic() - began
    if session:
        assert peer.session_reused
    given = peer.session if context else None
    peer.close()
    return took, given


def requests(daemon, count, name=""):
    context = ssl.create_default_context(cafile=str(ca_file))
    _, session = request(daemon.https_port, context)
    for kind, port, options in (
        ("plain", daemon.http_port, {}),
        ("TLS, full handshake", daemon.https_port, {"context": context}),
        ("TLS, resumed", daemon.https_port, {"context": context, "session": session}),
    ):
        cpu = Cpu(daemon)
        took = [request(port, **options)[0] for _ in range(count)]
        table.row(f"request{name}, {kind}", f"{percentiles(took)}; {cpu.seconds() / count * 1000:.2f} ms of processor each")


def flood(daemon, count):
    """Those that are sent away come again at once."""
    is_over = threading.Event()

    def knock(first):
        peers = []
        while not is_over.is_set():
            try:
                peer = socket.create_connection(("127.0.0.1", daemon.https_port))
                peer.sendall(first)
                peers.append(peer)
            except OSError:
                pass
            if len(peers) >= 300:
                peers.pop(0).close()
            time.sleep(0.005)

    knockers = [threading.Thread(target=knock, args=(first,), daemon=True) for first in (b"", b"\x16\x03\x01\x02")]
    for knocker in knockers:
        knocker.start()
    time.sleep(3)
    requests(daemon, count, " in a flood")
    is_over.set()
    for knocker in knockers:
        knocker.join()


def viewers(daemon, seconds):
    context = ssl.create_default_context(cafile=str(ca_file))

    def watch(is_secure, is_over, got):
        port = daemon.https_port if is_secure else daemon.http_port
        view = wire.Wire(port, "/api/v1/walls/main/screens/1/preview?kind=mp4", "wallctl.preview", daemon.token,
                         context=context if is_secure else None)
        view.sock.settimeout(5)
        while not is_over.is_set():
            got.append(len(view.sock.recv(262144)))
        view.sock.close()

    taken = {}
    for _ in range(ROUNDS):
        for is_secure in False, True:
            for count in 1, VIEWERS:
                is_over, got = threading.Event(), []
                people = [threading.Thread(target=watch, args=(is_secure, is_over, got)) for _ in range(count)]
                for person in people:
                    person.start()
                time.sleep(2)
                cpu, before = Cpu(daemon), sum(got)
                time.sleep(seconds / ROUNDS)
                rate = (sum(got) - before) / (seconds / ROUNDS) / count * 8 / 1e6
                taken.setdefault((count, is_secure), []).append((cpu.cores(), rate))
                is_over.set()
                for person in people:
                    person.join()
    for (count, is_secure), rounds in sorted(taken.items()):
        cores, rates = zip(*rounds)
        each = " ".join(f"{c:.3f}" for c in cores)
        table.row(f"viewers: {count}, {'TLS' if is_secure else 'plain'}",
                  f"{statistics.median(cores):.3f} cores of the daemon ({each}), {statistics.median(rates):.2f} Mbit/s each")


def main():
    if sys.argv[1:] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    listen = {"https_host": "127.0.0.1", "https_port": 0}
    table.head()
    idle = rig.Daemon("idle", listen=listen, walls=[rig.wall()], outputs=[])
    with meter.running(idle):
        ca_file.write_bytes(idle.api.raw("GET", "/wallctl-ca.crt")[2])
        handshakes(idle, max(3, seconds // 4))
        requests(idle, count)
        flood(idle, count)
    with meter.simulator(1) as sim:
        wall = rig.wall(["cam-1"], "1", screens=[rig.screen(width=640, height=360)])
        daemon = rig.Daemon("https", listen=listen, cameras=[rig.camera(sim, 1)], walls=[wall], outputs=[])
        with meter.running(daemon):
            ca_file.write_bytes(daemon.api.raw("GET", "/wallctl-ca.crt")[2])
            meter.wait_glass(daemon, 1)
            viewers(daemon, seconds)


main()
rig.end()
os._exit(0)
