#!/usr/bin/python3
"""test_crash.py - kill -9 and a full disk during intake: nothing that was acknowledged is lost, nothing is there twice."""
import os
import subprocess

import intake
import rig
import tap
from tap import Skip, case, check, equal

KILLS = 10
sim = rig.Sim(1)


def config(**more):
    return {
        "cameras": [rig.camera(sim, 1)],
        "walls": [rig.wall(["cam-1"], layout="1")],
        "credentials": "credentials.json",
        "cases": {"region": "530402"},
        "sources": [intake.source("a"), intake.source("b")],
        **more,
    }


daemon = rig.Daemon("crash", **config())
intake.configure(daemon, "a", "b")


@case(
    f"killed {KILLS} times at random moments while two platforms send: no event lost, none twice, chain and counters whole"
)
def kill():
    daemon.start()
    dice = intake.dice(11)
    books = {"a": {}, "b": {}}
    for _ in range(KILLS):
        intake.kill_once(daemon, dice, [intake.Sender(daemon, name, acked) for name, acked in books.items()])
    check(sum(map(len, books.values())) > 0, "something was acknowledged")
    equal(daemon.stop()[0], 0, "exit status")
    stored = intake.check_database(daemon, books)
    tap.note(f"{stored} events stored, {sum(map(len, books.values()))} acknowledged in {KILLS} rounds")


def post(acked, number):
    """Status of the webhook for one event of platform b."""
    one = intake.event("b", number)
    headers = {"Authorization": f"Bearer {intake.TOKEN}-b", "Content-Type": "application/cloudevents+json"}
    status, _, _ = daemon.api.raw("POST", "/v1/events", intake.json.dumps(one).encode(), headers)
    if status in (200, 202):
        acked[one["id"]] = status
    return status


def store_is_good():
    return daemon.api.get("/api/v1/status")["store"]["is_good"]


@case("the disk is full during intake: 503 and 1013, said on the wall; then all goes on by itself and nothing is lost")
def full():
    if os.geteuid() != 0:
        raise Skip("only root can mount a small tmpfs")
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", daemon.state]
    if daemon.is_running():
        daemon.kill()
    for leftover in daemon.state.iterdir():
        leftover.unlink()
    if subprocess.run(mount, capture_output=True).returncode != 0:
        raise Skip("a small tmpfs cannot be mounted here")
    books = {"a": {}, "b": {}}
    try:
        daemon.start()
        daemon.wait_seen({1: 1})
        sender = intake.Sender(daemon, "a", books["a"], ahead=100)
        sender.start()
        tap.until(lambda: len(books["a"]) > 100, 10, "events are acknowledged")
        filler = daemon.state / "filler"
        rig.fill(filler)
        sender.join(30)
        check(not sender.is_alive(), "the platform is not told")
        equal(sender.closed, 1013, "code of the close")
        tap.until(lambda: not store_is_good(), 10, "the store says so")
        equal(post(books["b"], 0), 503, "the webhook's answer")
        daemon.wait_seen({1: None})  # a banner lies over the stamp
        again = intake.Sender(daemon, "a", books["a"])
        again.start()
        again.join(30)
        check(not again.is_alive(), "a platform that comes anew is not told")
        filler.unlink()
        tap.until(store_is_good, 40, "the store is well by itself")
        tap.until(lambda: post(books["b"], 0) in (200, 202), 10, "the webhook takes events")
        daemon.wait_seen({1: 1})
        before = len(books["a"])
        last = intake.Sender(daemon, "a", books["a"])
        last.start()
        tap.until(lambda: len(books["a"]) > before + 500, 20, "the platform goes on")
        last.stopping.set()
        last.join(30)
        equal(daemon.stop()[0], 0, "exit status")
        tap.note(f"{intake.check_database(daemon, books)} events stored, {sum(map(len, books.values()))} acknowledged")
    finally:
        if daemon.is_running():
            daemon.kill()
        subprocess.run(["umount", daemon.state], check=True)


def at_end():
    if os.path.ismount(daemon.state):
        subprocess.run(["umount", "-l", daemon.state])
    rig.end()


tap.run(daemon.show_failure, at_end)
