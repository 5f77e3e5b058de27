#!/usr/bin/python3
"""crash.py - the whole daemon killed (SIGKILL) at random moments while two platforms send events without end, one of them of
cases that are long overdue.

usage: crash.py [ROUNDS]     default 1000; exit status 1 when something that was acknowledged is lost or there twice

Every 50 rounds, and at the end, the database is looked through: acknowledged events, chain, counters against a recount.
"""
import sys
import time

import intake
import rig
import tap

CHECK_EVERY = 50


def main(rounds):
    sim = rig.Sim(1)
    daemon = rig.Daemon(
        "crash",
        cameras=[rig.camera(sim, 1)],
        walls=[rig.wall(["cam-1"], layout="1")],
        credentials="credentials.json",
        cases={"region": "530402"},
        sources=[intake.source("a"), intake.source("late")],
    )
    intake.configure(daemon, "a", "late")
    dice = intake.dice(int(time.time()))
    books = {"a": {}, "late": {}}
    daemon.start()
    for number in range(1, rounds + 1):
        intake.kill_once(daemon, dice, [intake.Sender(daemon, name, acked) for name, acked in books.items()])
        if number % CHECK_EVERY == 0 or number == rounds:
            daemon.stop()
            stored = intake.check_database(daemon, books)
            print(
                f"{number} kills: {sum(map(len, books.values()))} acknowledged, {stored} stored, none lost or double",
                flush=True,
            )
            daemon.start()
    daemon.stop()


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    except (AssertionError, tap.Bail) as fault:
        print(f"MISSED: {fault}")
        sys.exit(1)
    finally:
        rig.end()
