#!/usr/bin/python3
"""find.py - what a search of 20,000 cameras takes over the API

usage: find.py [CAMERAS [REQUESTS]]

The whole daemon, cameras from a table, none of them open; names are made of words of the field, in ninety regions. Each
query is asked REQUESTS times (100) by HTTP, a connection each, up to the answer read and parsed; the slowest one counts.
"whole list" is what a console reads when it opens: pages of 1,000 until all are there.
"""
import csv
import json
import os
import sys
import time

import client
import daemon_meter as meter
import rig
import tap

GOAL_MS = 200
PLACES = "研和 大营 春和 玉带 凤凰 北城 李棋 高仓 洛河 小石桥 长乐 重光 绿汁 厦门".split()
WHERE = "路口 水库大坝 村口 广场 小学门口 桥头 集市 卫生院 河堤 工业园 停车场 加油站".split()
QUERIES = [
    ("name", "find=研和路口"), ("initials", "find=yhlk"), ("full pinyin", "find=yanhelukou"), ("number", "find=19999"),
    ("id", "find=cam-19999"), ("two words", "find=大营 shuiku"), ("nothing", "find=没有这样的地方"), ("kind", "find=xshq&kind=路口"),
    ("group, offline", "group=防汛&online=0&limit=50"), ("region", "region=530442&find=12"), ("one letter", "find=y&limit=100"),
]
table = meter.Table()


def write(path, count):
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["编号", "名称", "行政区划", "国标编号", "场所类型", "分组", "主码流", "子码流"])
        for n in range(1, count + 1):
            name = f"{PLACES[n % len(PLACES)]}{WHERE[n // len(PLACES) % len(WHERE)]}{n % 60 + 1}号"
            rows.writerow([f"cam-{n}", name, f"5304{n % 90 + 10}", f"5304020000132{n:07}", "水库" if "水库" in name else "路口",
                           "防汛|重点" if n % 7 == 0 else "", f"rtsp://192.0.2.1/{n}/main", f"rtsp://192.0.2.1/{n}/sub"])


def ask(daemon, target):
    """(answer, ms)"""
    began = time.monotonic()
    status, _, body = daemon.api.raw("GET", f"/api/v1/{target}")
    answer = json.loads(body)
    took = (time.monotonic() - began) * 1000
    tap.check(status == 200, f"{target}: {answer}")
    return answer, took


def main(count=20000, requests=100):
    write(rig.folder / "cameras.csv", count)
    daemon = rig.Daemon("find", camera_csv=[str(rig.folder / "cameras.csv")], walls=[rig.wall([], "4")])
    began = time.monotonic()
    daemon.start(within_s=60)
    print(f"{count} cameras, {requests} requests of each query; started in {time.monotonic() - began:.2f} s, "
          f"{ask(daemon, 'status')[0]['memory'] / 1e6:.0f} MB")
    table.head()
    for name, query in QUERIES:
        members = (part.partition("=") for part in query.split("&"))
        target = "cameras?" + "&".join(f"{key}={client.quote(value)}" for key, _, value in members)
        answers = [ask(daemon, target) for _ in range(requests)]
        times = sorted(took for _, took in answers)
        table.row(name, f"{query}: {answers[0][0]['total']} found; median {times[len(times) // 2]:.1f}, slowest {times[-1]:.1f} ms",
                  f"<= {GOAL_MS} ms", times[-1] <= GOAL_MS)
    pages = [ask(daemon, f"cameras?offset={offset}") for offset in range(0, count, 1000)]
    table.row("whole list", f"{len(pages)} pages: {sum(took for _, took in pages):.0f} ms, a page at most {max(took for _, took in pages):.0f} ms")
    answer, took = ask(daemon, "regions")
    table.row("regions", f"{len(answer['regions'])} regions: {took:.1f} ms", f"<= {GOAL_MS} ms", took <= GOAL_MS)


main(*map(int, sys.argv[1:]))
rig.end()
sys.stdout.flush()
os._exit(1 if table.missed else 0)
