#!/usr/bin/python3
"""test_metrics.py - /metrics as a monitor reads it: a parser that others wrote, figures that are true, nothing of a person."""
import json
import re

import client
import rig
import tap
from tap import case, check, equal

try:
    from prometheus_client import parser
except ImportError as missing:
    print(f"1..0 # SKIP {missing}: install python3-prometheus-client")
    raise SystemExit(0) from None

TOKEN = "e2e-token-of-the-grid"
HANDBOOK = (rig.SOURCE / "docs" / "zh" / "管理手册.md").read_text("utf-8")
sim = rig.Sim(3)
cameras = [rig.camera(sim, n) for n in (1, 2, 3)]
cameras.append({"id": "nobody", "name": "不通的", "region": "530402", "main": f"rtsp://127.0.0.1:{rig.free_port()}/x"})
daemon = rig.Daemon(
    "metrics",
    cameras=cameras,
    walls=[rig.wall(["cam-1", "cam-2", "nobody"])],
    outputs=[{"kind": "rtsp", "id": "stream", "wall": "main", "path": "/wall"}],
    credentials="credentials.json",
    cases={"region": "530402"},
    sources=[{"id": "grid", "name": "网格", "token": "grid", "silent_s": 0}],
    metrics={"cameras": 4},
)
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({"grid": {"token": TOKEN}}))
secrets.chmod(0o600)


def scrape(target="/metrics", **headers):
    """{name: {labels as text: value}}, by the parser of Prometheus' own library."""
    status, kind, body = daemon.api.raw("GET", target, headers=headers)
    equal((status, kind), (200, "text/plain"), "answer")
    text = body.decode("utf-8")
    check(text.endswith("\n"), "the last line ends")
    families = list(parser.text_string_to_metric_families(text))
    check(len({f.name for f in families}) == len(families), "each family is there once")
    found = {}
    for family in families:
        check(family.type in ("gauge", "counter", "histogram") and family.documentation, f"{family.name}: kind and help")
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            check(labels not in found.setdefault(sample.name, {}), f"{sample.name} {labels} is there twice")
            found[sample.name][labels] = sample.value
    return found


@case("what is counted is so")
def figures():
    daemon.start()
    daemon.wait_live(2)
    tap.until(lambda: scrape()["wallctl_feeds"]["state=retrying"] == 1, 30, "the camera that does not answer is retried")
    status, got = daemon.api.get("/api/v1/status"), scrape()
    equal(got["wallctl_build_info"], {f"version={status['version']}": 1}, "version")
    equal(got["wallctl_cameras"][""], 4, "cameras")
    equal(got["wallctl_feeds"]["state=live"], 2, "live streams")
    equal(got["wallctl_camera_live"]["camera=cam-1,stream=sub"], 1, "cam-1")
    equal(got["wallctl_camera_live"]["camera=nobody,stream=main"], 0, "the other one")
    check(got["wallctl_camera_failed_tries"]["camera=nobody,stream=main"] >= 1, "its failures")
    check("camera=cam-3,stream=sub" not in got["wallctl_camera_live"], "a camera that nobody wants has no series")
    check(got["wallctl_camera_decode_seconds"]["camera=cam-1,stream=sub"] > 0, "decode time")
    equal(set(got["wallctl_ticks_total"]), {"screen=1,wall=main"}, "screens")
    equal(got["wallctl_output_up"], {"kind=rtsp,output=stream": 1}, "outputs")
    equal(got["wallctl_store_good"][""], 1, "the store")
    check(got["wallctl_store_batch_seconds_count"][""] >= 1, "transactions")
    equal(
        got["wallctl_store_batch_seconds_bucket"]["le=+Inf"], got["wallctl_store_batch_seconds_count"][""], "the histogram"
    )
    check(got["wallctl_audit_rows_total"][""] >= 1, "rows of the register")
    tap.until(lambda: "wallctl_disk_free_bytes" in scrape(), 30, "the machine was looked at")
    got = scrape()
    check(0 < got["wallctl_disk_free_bytes"][""] <= got["wallctl_disk_size_bytes"][""], "the disk")
    check(got["process_resident_memory_bytes"][""] > 1e6 and got["process_open_fds"][""] > 10, "the process")


@case("what happens is counted on")
def counters():
    before = scrape()
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/530402/grid",
        "type": "org.wallctl.case.reported.v1",
        "subject": "M1",
        "time": "2026-01-01T00:00:00Z",
        "data": {"category": "labour", "region": "530402005"},
    }
    daemon.api.event(event, TOKEN)
    daemon.api.event({**event, "id": "2", "data": {"category": "labour", "region": "9"}}, TOKEN, status=422)
    for _ in range(2):
        daemon.session_answer("POST", "session", {"account": "nobody", "password": "wrong wrong wrong"})
    equal(daemon.api.raw("GET", "/metrics", headers={"Authorization": "Bearer nobody-s"})[0], 401, "a stranger")
    after = scrape()

    def grown(name, labels=""):
        return after[name].get(labels, 0) - before[name].get(labels, 0)

    equal(grown("wallctl_source_events_total", "outcome=ok,source=grid"), 1, "events taken in")
    equal(sum(after["wallctl_source_refused_total"].values()), 1, "events refused")
    check(grown("wallctl_sign_ins_total", "result=denied") >= 1, "attempts that failed")
    equal(grown("wallctl_strangers_total"), 1, "strangers")
    check(grown("wallctl_camera_frames_total", "camera=cam-1,stream=sub") > 0, "frames go on")
    check(grown("wallctl_ticks_total", "screen=1,wall=main") > 0, "ticks go on")


@case("rights: a token with health.read and no region; not over HEAD, not without a token")
def rights():
    def token(name, **more):
        return daemon.local.put(f"/api/v1/tokens/{name}", more)["token"]

    def status(token_text):
        return daemon.api.raw("GET", "/metrics", headers={"Authorization": f"Bearer {token_text}"})[0]

    equal(status(token("monitor", rights=["health.read"])), 200, "a monitor")
    equal(status(token("desk", rights=["wall.view"])), 403, "somebody else")
    equal(status(token("street", rights=["health.read"], region="530402005")), 403, "of one street")
    equal(daemon.api.raw("GET", "/metrics", headers={"Authorization": ""})[0], 401, "nobody")
    equal(daemon.api.raw("HEAD", "/metrics")[0], 405, "HEAD")
    equal(daemon.api.raw("GET", "/metrics/")[0], 404, "another path")
    equal(set(scrape("/api/v1/metrics")), set(scrape()), "the path of the API is the same")


@case("no name, no address, no token, no case")
def private():
    text = daemon.api.raw("GET", "/metrics")[2].decode("utf-8")
    for word in "测试机", "不通的", "主墙", "网格", "rtsp:", "127.0.0.1", TOKEN, daemon.token, "M1", "labour", "530402":
        check(word not in text, f"{word} is told")


@case("the limit of cameras with series of their own holds, and 0 leaves the sums")
def bounded():
    for limit, wanted in (1, {"cam-1"}), (0, set()):
        daemon.config["metrics"]["cameras"] = limit
        daemon.write()
        daemon.api.post("/api/v1/reload")
        got = scrape()
        told = {re.search(r"camera=([^,]+)", labels)[1] for labels in got.get("wallctl_camera_live", {})}
        equal(told, wanted, "cameras")
        equal(got["wallctl_feeds"]["state=live"], 2, "sums")


@case("every figure of the handbook's rules is there")
def rules():
    text = re.search(r"^```yaml\n(groups:.*?)^```", HANDBOOK, flags=re.M | re.S)[1]
    names = set(re.findall(r"\b(?:wallctl|process)_\w+", text))
    check(len(names) > 15, "the rules are not found")
    told = set(re.findall(r"^# TYPE (\w+) ", daemon.api.raw("GET", "/metrics")[2].decode("utf-8"), flags=re.M))
    unknown = {n for n in names if n not in told and n.removesuffix("_bucket") not in told}
    # A machine whose clock cannot be asked has no figures of it.
    equal({n for n in unknown if not n.startswith("wallctl_clock_")}, set(), "unknown figures")


tap.run(daemon.show_failure, rig.end)
