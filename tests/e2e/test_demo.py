#!/usr/bin/python3
"""test_demo.py - days of real centres, as `wallctl demo` sends them: database, API and wall say the published numbers.

Every place has a daemon of its own: its region, its words, and one source a platform.
"""
import csv
import datetime
import io
import json
import os
import re
import sqlite3
import subprocess
import time

import picture
import rig
import tap
from tap import case, check, equal

PLATFORMS = (
    "yunzongzhi", "yunzongzhi-public", "yunzhitiao", "yuepingan", "dali", "shehuizhilitong", "hotline12345",
    "qingzhihang", "grid", "wage",
)
DAY_MS = 86400000
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # more are slower beside other tests
N_STREAMS = 8
sim = rig.Sim(N_STREAMS)
running = []


def place(name, cameras=None, tours=(), files=None, **cases):
    """A daemon for one place, started; every platform may come to it, and one source in our own form."""
    cameras = [rig.camera(sim, 1)] if cameras is None else cameras
    sources = [{"id": p, "name": p, "mapping": p, "token": p, "silent_s": 0} for p in PLATFORMS]
    extra = {key: cases.pop(key) for key in ("boards", "briefings") if key in cases}
    daemon = rig.Daemon(
        name,
        walls=[rig.wall([c["id"] for c in cameras], "4", screens=[rig.screen(width=1920, height=1080)])],
        cameras=list(cameras),
        tours=list(tours),
        credentials="credentials.json",
        cases=cases,
        sources=[*sources, {"id": "own", "name": "本级", "token": "own", "silent_s": 0}],
        **extra,
        **({"camera_csv": list(files)} if files else {}),
    )
    for file, text in (files or {}).items():
        (daemon.dir / file).write_text(text, "utf-8")
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({p: {"token": f"demo-e2e-{p}-0123456789"} for p in (*PLATFORMS, "own")}))
    os.chmod(secrets, 0o600)
    running.append(daemon)
    return daemon.start()


def send(daemon, scenario):
    """(events, seconds)"""
    told = daemon.cli("demo", scenario)
    found = re.fullmatch(r"(\d+) events sent, 0 refused, in ([\d.]+) s\n", told)
    check(found, f"wallctl demo {scenario}: {told}")
    return int(found[1]), float(found[2])


def rows(daemon, sql, *values):
    """What the database says, read beside the running daemon."""
    path = next(daemon.state.glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        return db.execute(sql, values).fetchall()


def number(daemon, sql, *values):
    return rows(daemon, sql, *values)[0][0]


def cases_of(daemon, **query):
    """How many cases the API lists, page by page."""
    target = "/api/v1/cases?limit=500" + "".join(f"&{k}={v}" for k, v in query.items())
    found, after = 0, ""
    while True:
        page = daemon.api.get(target + after)
        found += len(page["cases"])
        if "after" not in page:
            return found
        after = f"&after={page['after']}&after_seq={page['after_seq']}"


def wall_text(daemon):
    """What a stranger reads on the wall."""
    seen = picture.snapshot_file(daemon.api)
    text = ""
    # Letters of 30 px are read best: words from a larger picture, the one large number from a small one.
    for width, words in (1280, ["-l", "chi_sim"]), (480, ["-l", "eng", "-c", "tessedit_char_whitelist=0123456789.%"]):
        small = ["ffmpeg", "-v", "error", "-i", "-", "-vf", f"scale={width}:-1", "-f", "image2pipe", "-c:v", "png", "-"]
        png = subprocess.run(small, input=seen, capture_output=True, timeout=60, check=True).stdout
        read = ["tesseract", "-", "-", *words, "--psm", "11"]
        done = subprocess.run(read, input=png, capture_output=True, timeout=60, check=True, env=ONE_THREAD)
        text += done.stdout.decode() + "\n"
    return re.sub(r"\s", "", text)


def wait_read(daemon, board, *texts):
    """The board, over the whole wall, until all of these are read on it."""
    daemon.do("layout", layout="1")
    daemon.do("show", tile=1, camera=f"board:{board}")
    seen = []

    def is_read():
        seen[:] = [wall_text(daemon)]
        return all(text in seen[0] for text in texts)

    tap.until(is_read, 40, lambda: f"board {board} says {texts}: read {seen}")
    return seen[0]


def year_began_ms():
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    return int(datetime.datetime(now.year, 1, 1, tzinfo=now.tzinfo).timestamp() * 1000)


def percent(part, whole):
    """As the boards round: half up."""
    return f"{(part * 100000 // whole + 5) // 10 / 100:.2f}"


# ---- E1 红塔 -----------------------------------------------------------------------------------------


@case("红塔: 227 clues, 420 disputes of the police, 155 + 276 hazards; boards equal the database")
def hongta():
    briefing = {"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 1}
    daemon = place("hongta", region="530402", vocabulary="hongta", briefings=[briefing])
    sent, seconds = send(daemon, "红塔")
    tap.note(f"{sent} events in {seconds} s")
    equal(
        [number(daemon, "SELECT count(*) FROM case_ WHERE code GLOB ?", f"{p}*") for p in ("HTZ", "HTX", "HTJ")],
        [155, 276, 420],
        "cases in the database",
    )
    equal(number(daemon, "SELECT count(*) FROM inbox WHERE type = 'clue.reported'"), 227, "clues")
    equal(number(daemon, "SELECT count(*) FROM inbox WHERE status = 'anomaly'"), 0, "events that do not fit")
    equal([cases_of(daemon, code=p) for p in ("HTZ", "HTX", "HTJ")], [155, 276, 420], "cases of the API")
    equal(cases_of(daemon, category="family"), 420, "family disputes of the API")
    # Nothing of what was done long ago passes for missed while its end was still on its way.
    equal(number(daemon, "SELECT count(*) FROM inbox WHERE type = 'case.supervised'"), 0, "cases that pass for missed")
    year = year_began_ms()
    solved = number(daemon, "SELECT count(*) FROM case_ WHERE resolved_ms >= ? AND state IN ('resolved','verifying','closed')", year)
    opened = number(daemon, "SELECT count(*) FROM case_ WHERE opened_ms >= ?", year)
    wait_read(daemon, "rate", percent(solved, opened), str(solved), str(opened))


@case("红塔: family disputes are of townships, without a place, and no word of a household is anywhere")
def family():
    daemon = running[-1]
    equal(
        number(daemon, "SELECT count(*) FROM case_ WHERE sensitivity = 'family' AND (lon IS NOT NULL OR length(region) > 9)"),
        0,
        "family disputes with a place",
    )
    equal(number(daemon, "SELECT count(*) FROM case_ WHERE category = 'family' AND sensitivity <> 'family'"), 0)
    seen = wait_read(daemon, "deadlines", "劳动争议")
    check(not re.search("家庭纠纷|婚恋", seen), "what kind of family matter it is")


@case("红塔: 日小结: table and page say the seeds' numbers, and keep saying them")
def summary():
    daemon = running[-1]
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    # The day on which most came in, so that there is something to sum up.
    day = number(daemon, "SELECT date((opened_ms + 28800000) / 1000, 'unixepoch') AS d FROM case_ GROUP BY d ORDER BY count(*) DESC, d LIMIT 1")
    daemon.cli("briefing", "make", "daily", day)
    name = daemon.api.get("/api/v1/briefings")["briefings"][0]["id"]
    paper = daemon.api.get(f"/api/v1/briefings/{name}")
    of = {item["name"]: item for item in paper["figures"]}
    first = f"{today.year}-01-01"
    local = "date(({} + 28800000) / 1000, 'unixepoch')"
    solved = "state IN ('resolved', 'verifying', 'closed')"
    wanted = {
        "新增线索": number(daemon, f"SELECT count(*) FROM inbox WHERE type = 'clue.reported' AND {local.format('time_ms')} = ?", day),
        "新增案件": number(daemon, f"SELECT count(*) FROM case_ WHERE {local.format('opened_ms')} = ?", day),
        "化解案件": number(daemon, f"SELECT count(*) FROM case_ WHERE {solved} AND {local.format('resolved_ms')} = ?", day),
        "在办案件": number(daemon, "SELECT count(*) FROM case_ WHERE is_open = 1"),
        "今年化解率": number(daemon, f"SELECT count(*) FROM case_ WHERE {solved} AND {local.format('resolved_ms')} BETWEEN ? AND ?", first, day),
    }
    equal({name: of[name]["value"] for name in wanted}, wanted, "figures of the day")
    opened = number(daemon, f"SELECT count(*) FROM case_ WHERE {local.format('opened_ms')} BETWEEN ? AND ?", first, day)
    equal(of["今年化解率"]["whole"], opened, "what the rate is of")
    equal(sum(stage["value"] for stage in paper["stages"]), 155 + 276 + 420, "all stages: the hazards and the disputes of the seeds")
    equal(sum(place["value"] for place in paper["places"]), wanted["在办案件"], "all townships together")
    files = {kind: daemon.dir / f"daily.{kind}" for kind in ("csv", "html")}
    for file in files.values():
        daemon.cli("briefing", "export", name, str(file))
    table = list(csv.reader(io.StringIO(files["csv"].read_text("utf-8-sig"))))
    numbers = {(row[0], row[1]): row[3:5] for row in table[2:]}
    for title, value in wanted.items():
        equal(numbers["指标", title][0], str(value), f"{title} of the table")
    equal(numbers["指标", "今年化解率"][1], str(opened), "what the rate of the table is of")
    equal(sum(int(n) for (part, _), (n, _) in numbers.items() if part == "案件流程"), 851, "all stages of the table")
    page = files["html"].read_text("utf-8")
    for text in (f"{wanted['新增案件']:,} 件", f"{wanted['在办案件']:,} 件", f"{percent(wanted['今年化解率'], opened)} %（{wanted['今年化解率']:,} / {opened:,}）"):
        check(text in page, f"the page does not say {text}")
    event = {"specversion": "1.0", "id": "own-late", "source": "/530402/own", "type": "org.wallctl.case.registered.v1", "subject": "HT-LATE"}
    event.update(time=f"{day}T12:00:00+08:00", data={"category": "labour", "region": "530402001"})
    equal(daemon.api.event(event, "demo-e2e-own-0123456789")["events"][0]["status"], "applied", "a report of that day, late")
    equal(number(daemon, "SELECT count(*) FROM case_ WHERE is_open = 1"), wanted["在办案件"] + 1, "open cases now")
    before = {kind: file.read_bytes() for kind, file in files.items()}
    for end in (lambda: None, daemon.kill):
        end()
        if not daemon.is_running():
            daemon.start()
        equal(daemon.api.get(f"/api/v1/briefings/{name}"), paper, "what is frozen")
        equal({kind: daemon.api.raw("GET", f"/api/v1/briefings/{name}.{kind}")[2] for kind in files}, before, "its exports")


@case("红塔: sent again it is the same, also after a restart: nothing is doubled")
def again():
    daemon = running[-1]
    # The late case's clock may have run out: that is told once, a moment after it came in.
    due = f"SELECT count(*) FROM deadline WHERE mark_ms < {time.time_ns() // 10**6}"
    tap.until(lambda: number(daemon, due) == 0, 20, "all that is due is told")
    before = rows(daemon, "SELECT code, state, n_events, json FROM case_ ORDER BY code")
    sums = rows(daemon, "SELECT * FROM rollup WHERE value <> 0 ORDER BY 1, 2, 3")
    daemon.stop()
    daemon.start()
    send(daemon, "hongta")
    equal(rows(daemon, "SELECT code, state, n_events, json FROM case_ ORDER BY code") == before, True, "the same cases")
    equal(rows(daemon, "SELECT * FROM rollup WHERE value <> 0 ORDER BY 1, 2, 3") == sums, True, "the same counts")
    daemon.stop()


def rate(board, title, part, whole):
    """A board of two figures: (name, metrics ...) each."""
    items = [{"name": name, "metrics": metrics} for name, *metrics in (part, whole)]
    return {"id": board, "title": title, "kind": "rate", "period": "year", "items": items}


# ---- E2 汕尾 -----------------------------------------------------------------------------------------


@case("汕尾: 708 of 712 requests, 551 of 644 disputes of the police, one wage case within its workdays")
def shanwei():
    requests = rate("requests", "群众诉求", ("化解", "figure:requests.settled"), ("处置", "figure:requests.accepted"))
    police = rate("police", "非警务纠纷", ("化解", "figure:police.settled"), ("流转", "figure:police.accepted"))
    daemon = place("shanwei", region="441502", vocabulary="liubu", boards=[requests, police])
    sent, seconds = send(daemon, "汕尾城区")
    tap.note(f"{sent} events in {seconds} s")
    found = {
        prefix: rows(
            daemon,
            "SELECT count(*), sum(state IN ('resolved','verifying','closed')) FROM case_ WHERE code GLOB ?",
            f"{prefix}*",
        )[0]
        for prefix in ("SWQ", "SWG", "SWX")
    }
    equal(found, {"SWQ": (712, 708), "SWG": (644, 551), "SWX": (1, 1)}, "cases and those resolved")
    equal([percent(708, 712), percent(551, 644)], ["99.44", "85.56"], "rates, rounded half up")
    wait_read(daemon, "requests", "99.44", "708", "712")
    wait_read(daemon, "police", "85.56", "551", "644")
    equal(dict(rows(daemon, "SELECT channel, count(*) FROM case_ GROUP BY channel")), {"counter": 712, "police": 644, "wage": 1})
    wage = daemon.api.get("/api/v1/cases?code=SWX&limit=1")["cases"][0]
    check(wage["resolved_ms"] <= wage["registered_ms"] + 12 * DAY_MS, "the wages came within six workdays")
    case_ = daemon.api.get(f"/api/v1/cases/{wage['code']}")
    equal((case_["fields"]["category"], case_["fields"]["outcome"]), ("labour", "settled"), "the wage case")
    daemon.stop()


# ---- E3 大理 -----------------------------------------------------------------------------------------


def dali_regions():
    """The shipped table, and the 1,159 villages under its 112 townships, whose names are nobody's."""
    text = (rig.SOURCE / "config" / "regions.csv").read_text("utf-8")
    lines = text.splitlines()
    towns = [line.split(",") for line in lines if line.startswith("5329") and line.split(",")[2] == "township"]
    equal(len(towns), 112, "townships of 大理州 in the shipped table")
    for n in range(1159):
        town = towns[n % len(towns)]
        code = f"{town[0]}{201 + n // len(towns)}"
        lines.append(f"{code},{town[1]}第{n // len(towns) + 1}村,village,{town[0]},,,合成")
    return "\n".join(lines) + "\n"


@case("大理: 1,283 centres, 9,000 reports in far less than a minute, each where it belongs")
def dali():
    table = dali_regions()
    nodes = [line for line in table.splitlines() if line.startswith("5329") and len(line.split(",")[0]) >= 6]
    equal(len(nodes), 12 + 112 + 1159, "counties, townships and villages")
    daemon = place("dali", region="5329", vocabulary="dali", needs_revisit=True)
    daemon.config["regions"] = "regions.csv"
    (daemon.dir / "regions.csv").write_text(table, "utf-8")
    daemon.write()
    daemon.stop()
    daemon.start()
    began = time.monotonic()
    sent, seconds = send(daemon, "大理")
    tap.note(f"{sent} events of 9,024 cases in {seconds} s: 9,000 reports take {seconds * 9000 / sent:.1f} s")
    check(time.monotonic() - began < 60, "it took a minute")
    equal(number(daemon, "SELECT count(*) FROM case_ WHERE code GLOB 'DLS*'"), 9000, "reports")
    equal(number(daemon, "SELECT count(DISTINCT region) FROM case_ WHERE code GLOB 'DLS*'") > 1000, True, "villages that report")
    counties = rows(daemon, "SELECT substr(region, 1, 6), count(*) FROM case_ WHERE code GLOB 'DLS*' GROUP BY 1")
    equal((len(counties), sum(n for _, n in counties)), (12, 9000), "counties and their reports")
    county, n = counties[0]
    equal(cases_of(daemon, region=county, code="DLS"), n, f"reports of {county} by the API")


@case("大理: 交办单, 督办提示单, 回访, 销号: both papers are in the record of the case")
def papers():
    daemon = running[-1]
    code = number(daemon, "SELECT code FROM case_ WHERE code GLOB 'DLJ*' ORDER BY code LIMIT 1")
    found = daemon.api.get(f"/api/v1/cases/{code}")
    equal((found["state"], found["supervise"]), ("closed", 1), "the case")
    order = [found["at_ms"][step] for step in ("registered", "dispatched", "accepted", "supervised", "resolved", "revisited", "closed")]
    equal(order, sorted(order), "its steps, in their order")
    kept = {row[0][: row[0].index("〔")] for row in rows(daemon, "SELECT doc_no FROM transition WHERE case_code = ? AND doc_no <> ''", code)}
    equal(kept, {"大综治交", "大综治督"}, "numbers of papers in the record")
    equal(number(daemon, "SELECT count(*) FROM case_ WHERE code GLOB 'DLJ*' AND state = 'closed'"), 20, "cases closed after a revisit")
    daemon.stop()


# ---- E9 凤山 -----------------------------------------------------------------------------------------

N_CAMERAS, N_DEAD = 100, 4
KINDS = ("村委会", "路口", "路口", "广场", "水库")


def camera_table():
    """100 cameras of 13 villages over a few streams; the last four are not there."""
    lines = ["编号,序号,名称,行政区划,地点,场所类型,经度,纬度,主码流,子码流"]
    dead = rig.free_port()
    for n in range(1, N_CAMERAS + 1):
        village = f"530824105{201 + n % 13}"
        kind = KINDS[n % len(KINDS)]
        stream = (n - 1) % N_STREAMS + 1
        urls = [sim.address(f"cam-{stream}", s) for s in ("main", "sub")]
        if n > N_CAMERAS - N_DEAD:
            urls = [f"rtsp://127.0.0.1:{dead}/cam-{n}/{s}" for s in ("main", "sub")]
        lines.append(f"fs-{n:03},{n},凤山{kind}{n},{village},第{n % 13 + 1}村,{kind},{100.7 + n / 1000:.4f},23.5,{','.join(urls)}")
    return "\n".join(lines) + "\n"


@case("凤山: 100 cameras from a table, offline ones are listed and nobody else's trouble")
def cameras():
    began = time.monotonic()
    round_trip = [f"fs-{n:03}" for n in range(1, 49) if KINDS[n % len(KINDS)] in ("水库", "路口")]
    daemon = place(
        "fengshan",
        cameras=(),
        region="530824105",
        files={"cameras.csv": camera_table()},
        boards=[rate("settled", "调解成功率", ("成功", "outcome:settled"), ("有结果", "outcome:settled", "litigation"))],
        tours=[{"id": "patrol", "name": "水库路口", "wall": "main", "dwell_s": 5, "tiles": [1, 2, 3, 4], "cameras": round_trip}],
    )
    tap.note(f"100 cameras in {time.monotonic() - began:.1f} s")
    equal(daemon.api.get("/api/v1/status")["feeds"]["cameras"], N_CAMERAS, "cameras")
    daemon.do("show", tile=1, camera="fs-001")
    daemon.do("show", tile=2, camera=f"fs-{N_CAMERAS:03}")
    daemon.wait_seen({1: 1, 2: None})
    tap.until(
        lambda: [c["id"] for c in daemon.api.get("/api/v1/cameras?limit=1000")["cameras"] if c["state"] == "retrying"] == ["fs-100"],
        15,
        "the camera without a stream is listed",
    )


@case("凤山: the patrol shows reservoirs and crossings only, four at a time")
def patrol():
    daemon = running[-1]
    daemon.do("tour-start", tour="patrol")
    shown = set()

    def has_all():
        shown.update(daemon.shown().values())
        return len(shown) >= 12

    tap.until(has_all, 20, lambda: f"three steps of the patrol: {shown}")
    kinds = {daemon.api.get(f"/api/v1/cameras/{c}")["place_kind"] for c in shown - {"fs-001", "fs-100"}}
    equal(kinds, {"水库", "路口"}, "kinds of places")
    daemon.do("tour-stop", tour="patrol")


@case("凤山: 102 disputes, of 85 that have ended 81 were settled: 95.3 %")
def disputes():
    daemon = running[-1]
    send(daemon, "凤山")
    equal(
        dict(rows(daemon, "SELECT state, count(*) FROM case_ GROUP BY state")),
        {"closed": 81, "litigation": 4, "mediating": 17},
        "cases by state",
    )
    equal(cases_of(daemon, region="530824105"), 102, "cases of the API")
    year = year_began_ms()
    settled = number(daemon, "SELECT count(*) FROM case_ WHERE state = 'closed' AND resolved_ms >= ?", year)
    ended = settled + number(daemon, "SELECT count(*) FROM case_ WHERE state = 'litigation'")
    check(settled < 81 or abs(settled / ended * 100 - 95.3) < 0.05, f"{settled} of {ended} is not the published rate")
    wait_read(daemon, "settled", percent(settled, ended), str(settled), str(ended))
    figures = dict(rows(daemon, "SELECT metric, value / 1000 FROM figure"))
    equal((figures["revisit.people"], figures["visit.people"]), (156, 120), "figures of the township")


@case("凤山: who is lost is looked for by place and time; there is nothing to look for by face or name")
def lost():
    daemon = running[-1]
    found = daemon.api.get("/api/v1/cameras?find=%E6%B0%B4%E5%BA%93&limit=1000")["cameras"]
    equal((len(found), {c["place_kind"] for c in found}), (20, {"水库"}), "cameras at reservoirs")
    inside = daemon.api.get("/api/v1/cameras?region=530824105203&limit=1000")["cameras"]
    check(0 < len(inside) < N_CAMERAS and all(c["region"] == "530824105203" for c in inside), "cameras of one village")
    for word in ("face", "person", "name", "plate"):
        daemon.api.get(f"/api/v1/cases?{word}=x", status=400)
    text = (rig.SOURCE / "docs" / "openapi.json").read_text("utf-8")
    paths = " ".join(json.loads(text)["paths"])
    check(not re.search("face|person|plate|gait", paths), "no path of the API is about persons")
    daemon.stop()


# ---- the first minute ----------------------------------------------------------------------------------

SPEED = 3  # the script's minute in twenty seconds


@case("config/wallctl.json: history, then the first minute; a report, a whistle, a camera without power, all back")
def first_minute():
    sim.stop()
    scenes = rig.Sim(16)
    config = rig.sample(scenes)
    daemon = rig.Daemon("minute", **config)
    secrets = daemon.dir / "credentials.json"
    secrets.write_text(json.dumps({s["token"]: {"token": f"demo-e2e-{s['id']}-0123456789"} for s in config["sources"]}))
    os.chmod(secrets, 0o600)
    running.append(daemon)
    daemon.start()
    send(daemon, "hongta")
    equal(daemon.shown()[19], "board:sources", "the boards are on the wall from the start")
    daemon.wait_seen({n: n for n in range(1, 17)}, within_s=30)
    before = daemon.shown()
    # The stamped cameras of the simulator have names of their own.
    text = (rig.SOURCE / "config" / "demo" / "first-minute.json").read_text("utf-8")
    market = [c["id"] for c in config["cameras"]].index("beicheng-market") + 1
    (daemon.dir / "minute.json").write_text(text.replace('"beicheng-market"', f'"cam-{market}"'), "utf-8")
    script = rig.spawn(
        [rig.WALLCTL, "demo", daemon.dir / "minute.json", "--speed", SPEED, "--cameras", scenes.control, "--socket", daemon.socket],
        stdout=subprocess.DEVNULL,
    )

    def alarms():
        return {a["rule"]: a for a in daemon.api.get("/api/v1/alarms")["alarms"] if a["state"] == "raised"}

    tap.until(lambda: "labour" in alarms(), 15, "the report's banner")
    report = daemon.api.get("/api/v1/cases?code=HTL&limit=1")["cases"][0]
    equal((report["category"], report["level"]), ("labour", "larger"), "the report")
    tap.until(lambda: "whistle" in alarms(), 15, "the whistle's banner")
    check(alarms()["whistle"]["cameras"][0] == "yanhe-crossroads", "the nearest camera comes first")
    daemon.wait_seen({6: 1})  # 研和路口 in the first alarm tile
    due = daemon.api.get("/api/v1/cases?code=HTL&limit=1")["cases"][0]
    check(19 * DAY_MS < due["due_ms"] - due["opened_ms"] <= 21 * DAY_MS, "twenty days for a larger dispute")

    def offices():
        open_ones = daemon.api.get("/api/v1/whistles")["whistles"]
        return sorted(o["org"] for o in open_ones[0]["orgs"] if "acked_ms" in o) if open_ones else []

    tap.until(lambda: offices() == ["区交警大队", "研和派出所"], 15, lambda: f"two offices answer: {offices()}")
    camera = "/api/v1/cameras/beicheng-market"
    tap.until(lambda: daemon.api.get(camera)["state"] != "live", 15, "the camera without power")
    tap.until(lambda: daemon.api.get(camera)["state"] == "live", 15, "the camera is back")
    tap.until(lambda: "whistle" not in alarms(), 15, "the whistle has ended")
    daemon.wait_seen({n: n for n in range(1, 17)}, within_s=20)
    equal(daemon.shown(), before, "the wall, exactly as it was")
    script.terminate()
    equal(daemon.stop()[0], 0, "exit status")


tap.run(lambda: running and running[-1].show_failure(), rig.end)
