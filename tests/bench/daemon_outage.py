"""daemon_outage.py - cameras that go away and come back: when the wall says so, what is on glass, when they are back."""
import sched
import statistics
import time

import daemon_meter as meter
import tap
from daemon_meter import TICK_S

GREY = 8  # saturation of a tile, at most
CHECK_S = 2.5  # so long after it went away the picture is looked at


class Outage:
    """One camera that is away for some seconds."""

    def __init__(self, daemon, sim, watch, n, fault):
        self.daemon, self.sim, self.watch = daemon, sim, watch
        self.n, self.id, self.fault = n, f"cam-{n}", fault
        self.rect = next(t["rect"] for t in daemon.wall()["tiles"] if t["tile"] == n)

    def go(self):
        self.sim.fault(self.id, self.fault)
        self.gone = time.monotonic()

    def check(self):
        """What is on glass now."""
        self.late_s = time.monotonic() - self.gone
        self.jpeg = self.daemon.api.raw("GET", "/api/v1/walls/main/screens/1/snapshot.jpg")[2]

    def come_back(self):
        self.sent = self.sim.stats(f"{self.id}/sub")["sent"]
        self.returned = time.monotonic()
        self.sim.fault(self.id, "none")

    def _state(self, since, is_live):
        return self.watch.first(
            since, "camera.state", lambda d: d["id"] == self.id and (d["state"] == "live") == is_live
        )

    def marked_s(self):
        told = self._state(self.gone, False)
        return told[0] - self.gone if told else float("inf")

    def is_grey(self):
        return meter.saturation(self.jpeg, self.rect) < GREY

    def wait_back(self):
        live = tap.until(lambda: self._state(self.returned, True), 45, f"{self.id} is back after {self.fault}")
        self.back_s = live[0] - self.returned + TICK_S
        first, key = meter.first_key(self.sim, f"{self.id}/sub", self.sent)
        self.key_wait_s = key - first


def run(outages, seconds):
    """All of them, a fifth of a second after each other."""
    schedule = sched.scheduler(time.monotonic, time.sleep)
    for i, outage in enumerate(outages):
        begin = 0.2 * i
        schedule.enter(begin, 1, outage.go)
        schedule.enter(begin + CHECK_S, 1, outage.check)
        schedule.enter(begin + seconds, 1, outage.come_back)
    schedule.run()
    for outage in outages:
        outage.wait_back()


def report(table, name, outages):
    marked = [o.marked_s() for o in outages]
    grey = sum(o.is_grey() for o in outages)
    when = max(o.late_s for o in outages)
    table.row(
        f"{name}: marked",
        f"median {statistics.median(marked):.2f} s, worst {max(marked):.2f} s; "
        f"{grey} of {len(outages)} grey after {when:.2f} s",
        "<= 2.5 s",
        max(marked) <= 2.5 and grey == len(outages),
    )
    backs = [o.back_s for o in outages]
    less = [o.back_s - o.key_wait_s for o in outages]
    table.row(
        f"{name}: back",
        f"median {statistics.median(backs):.2f} s, worst {max(backs):.2f} s; less its wait for a key frame {max(less):.2f} s",
        "<= 5 s + first key frame",
        max(less) <= 5,
    )
