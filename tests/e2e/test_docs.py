#!/usr/bin/python3
"""test_docs.py - the examples of docs/api.md are true: run in their order against the sample configuration.

A block marked sh is run as it stands, but for the address; a block marked json after it is the answer, of which every
member that is shown must be there, with a value of the same kind.
"""
import json
import re
import subprocess

import client
import rig
import tap
from tap import check

TEXT = (rig.SOURCE / "docs" / "api.md").read_text("utf-8")


def sample():
    """config/wallctl.json without its comments, on simulated cameras."""
    text = (rig.SOURCE / "config" / "wallctl.json").read_text("utf-8")
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.S)
    config = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    for n, camera in enumerate(config["cameras"], 1):
        camera["main"], camera["sub"] = sim.address(f"cam-{n}", "main"), sim.address(f"cam-{n}", "sub")
    config["regions"] = str(rig.SOURCE / "config" / config["regions"])
    for tour in config["tours"]:
        tour.pop("schedule", None)  # the time of day must not matter here
    config["outputs"] = [o for o in config["outputs"] if o["kind"] == "rtsp"]
    config["site"].pop("state_dir")
    config["site"].pop("socket_path")
    config["listen"] = {}
    return config


def like(shown, got, place="answer"):
    """Fails unless got has what is shown, in kind."""
    if isinstance(shown, dict):
        check(
            isinstance(got, dict) and set(shown) <= set(got), f"{place}: {sorted(shown)} are shown, {got} is answered"
        )
        for key, value in shown.items():
            like(value, got[key], f"{place}.{key}")
    elif isinstance(shown, list):
        check(isinstance(got, list) and (not shown or got), f"{place}: {got}")
        for value in shown[:1]:
            like(value, got[0], f"{place}[0]")
    else:
        kinds = [float if isinstance(v, int) and not isinstance(v, bool) else type(v) for v in (shown, got)]
        check(kinds[0] == kinds[1], f"{place}: {got!r} is answered, {shown!r} is shown")


def run(script, is_refusal):
    script = script.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{daemon.http_port}")
    script = script.replace("/run/wallctl/wallctl.sock", str(daemon.socket))
    script = re.sub(r"^wallctl ", f"{rig.WALLCTL} --socket {daemon.socket} ", script, flags=re.M)
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=daemon.dir, capture_output=True, text=True, timeout=60
    )
    check(result.returncode == 0, f"{script}\n{result.returncode}: {result.stdout} {result.stderr}")
    tap.equal('"error"' in result.stdout, is_refusal, f"it is refused: {script}\n{result.stdout}\n")
    return result.stdout


blocks = re.findall(r"^```(sh|json)\n(.*?)^```", TEXT, flags=re.M | re.S)
examples = [
    (text, after if kind_after == "json" else "")
    for (kind, text), (kind_after, after) in zip(blocks, blocks[1:] + [("", "")])
    if kind == "sh"
]
sim = rig.Sim(16)
daemon = rig.Daemon("docs", **sample())


def example(number, script, answer):
    first = script.strip().splitlines()[0]

    @tap.case(f"example {number}: {first[:100].replace('#', '')}")
    def try_it():
        if number == 1:
            daemon.start()
            daemon.wait_live(16)
        got = run(script, '"error"' in answer)
        if answer:
            like(json.loads(answer), json.loads(got.strip().splitlines()[-1]))


for number, (script, answer) in enumerate(examples, 1):
    example(number, script, answer)


@tap.case("every op and every event has its place in the document")
def complete():
    schemas = client.DOCUMENT["components"]["schemas"]
    for op in schemas["Op"]["enum"]:
        check(f'"op":"{op}"' in TEXT, f"no example of the op '{op}'")
    for ref in schemas["WsEvent"]["oneOf"]:
        name = schemas[ref["$ref"].rpartition("/")[2]]["properties"]["event"]["const"]
        check(f"| `{name}` |" in TEXT, f"the event '{name}' is not listed")
    for path in client.DOCUMENT["paths"]:
        words = re.sub(r"{(\w+)}", lambda m: m[1].upper(), path).replace("FILE", "snapshot.png")
        check(words in TEXT or path.replace("/api/v1", "").split("{")[0] in TEXT, f"{path} is not told of")


tap.run(daemon.show_failure, rig.end)
