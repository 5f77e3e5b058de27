#!/usr/bin/python3
"""test_docs.py - the examples of docs/api.md and docs/integrators.md are true: run in their order against the sample
configuration, with the sources that the second one describes.

A block marked sh or python is run as it stands, but for addresses and folders; a block marked json after it is the answer, of which every
member that is shown must be there, with a value of the same kind.
"""
import json
import os
import re
import subprocess

import client
import rig
import tap
from tap import check

DOCS = rig.SOURCE / "docs"
TEXT = (DOCS / "api.md").read_text("utf-8")
INTEGRATORS = (DOCS / "integrators.md").read_text("utf-8")
TUTORIAL = (DOCS / "zh" / "对接教程.md").read_text("utf-8")
FERRY = rig.folder / "ferry"
EVIDENCE = rig.folder / "evidence"
TOKENS = {"example": "token-of-the-example", "pinganxiangzhen": "token-of-the-township"}


def sample():
    """config/wallctl.json, with the sources and rules of the documents."""
    config = rig.sample(sim)
    config["credentials"] = "credentials.json"
    config["cases"] = {"region": "530402"}
    config["briefings"] = [{"id": "daily", "name": "日小结", "at": "23:59", "shown_minutes": 1}]
    config["evidence"] = {"folder": str(EVIDENCE), "seconds": 20}
    config["sources"] = [
        {"id": "example", "name": "示例平台", "token": "example"},
        {"id": "pinganxiangzhen", "name": "平安乡镇", "token": "pinganxiangzhen", "mapping": "pinganxiangzhen"},
        {"id": "ferry", "name": "网闸", "transport": "folder", "folder": str(FERRY)},
    ]
    config["linkage"] = [
        {
            "id": "high-risk",
            "name": "高风险",
            "when": {"types": ["case.reported"], "risk": ["high"]},
            "severity": "red",
        }
    ]
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


def run(language, script, is_refusal):
    script = script.replace("://127.0.0.1:8080", f"://127.0.0.1:{daemon.http_port}")
    script = script.replace("/var/spool/wallctl/ferry", str(FERRY))
    script = script.replace("/run/wallctl/wallctl.sock", str(daemon.socket))
    script = re.sub(r"^wallctl ", f"{rig.WALLCTL} --socket {daemon.socket} ", script, flags=re.M)
    program = ["/usr/bin/python3"] if language == "python" else ["bash", "-euo", "pipefail"]
    environment = {**os.environ, "TOKEN": daemon.token}
    result = subprocess.run(
        [*program, "-c", script], cwd=daemon.dir, env=environment, capture_output=True, text=True, timeout=60
    )
    check(result.returncode == 0, f"{script}\n{result.returncode}: {result.stdout} {result.stderr}")
    tap.equal('"error"' in result.stdout, is_refusal, f"it is refused: {script}\n{result.stdout}\n")
    return result.stdout


blocks = re.findall(r"^```(sh|json|python)\n(.*?)^```", TEXT + INTEGRATORS, flags=re.M | re.S)
examples = [
    (kind, text, after if kind_after == "json" else "")
    for (kind, text), (kind_after, after) in zip(blocks, blocks[1:] + [("", "")])
    if kind != "json"
]
FERRY.mkdir()
EVIDENCE.mkdir(mode=0o700)
sim = rig.Sim(16)
daemon = rig.Daemon("docs", **sample())
secrets = daemon.dir / "credentials.json"
secrets.write_text(json.dumps({name: {"token": token} for name, token in TOKENS.items()}))
secrets.chmod(0o600)
# The platform that the tutorial connects: its file lies where a site would put it, and nothing else knows of it.
connector = daemon.dir / "connectors" / "pinganxiangzhen.json"
connector.parent.mkdir()
connector.write_text(re.search(r"^```json pinganxiangzhen.json\n(.*?)^```", TUTORIAL, flags=re.M | re.S)[1])


def example(number, language, script, answer):
    first = script.strip().splitlines()[0]

    @tap.case(f"example {number}: {first[:100].replace('#', '')}")
    def try_it():
        if number == 1:
            daemon.start()
            daemon.wait_live(16)
        got = run(language, script, '"error"' in answer)
        if answer:
            like(json.loads(answer), json.loads(got.strip().splitlines()[-1]))


for number, (language, script, answer) in enumerate(examples, 1):
    example(number, language, script, answer)


@tap.case("what the mapping of the tutorial drops is nowhere in what the daemon tells")
def dropped():
    case = daemon.api.get("/api/v1/cases/PA-2025-0101")
    tap.equal((case["state"], case["fields"]["category"]), ("registered", "neighbour"), "the case")
    said = json.dumps([case, daemon.api.get("/api/v1/snapshot")], ensure_ascii=False) + daemon.log()
    for word in "李示例", "15800001111", "滴水":
        check(word not in said, f"'{word}' is told")


@tap.case("every op and every event has its place in the document")
def complete():
    schemas = client.DOCUMENT["components"]["schemas"]
    for op in schemas["Op"]["enum"]:
        check(f'"op":"{op}"' in TEXT, f"no example of the op '{op}'")
    for ref in schemas["WsEvent"]["oneOf"]:
        event = schemas[ref["$ref"].rpartition("/")[2]]["properties"]["event"]
        for name in event.get("enum", [event.get("const")]):
            check(re.search(rf"^\| .*`{name}`.* \|", TEXT, re.M), f"the event '{name}' is not listed")
    for path in client.DOCUMENT["paths"]:
        words = re.sub(r"{(\w+)}", lambda m: m[1].upper(), path).replace("FILE", "snapshot.png")
        check(words in TEXT or path.replace("/api/v1", "").split("{")[0] in TEXT, f"{path} is not told of")


tap.run(daemon.show_failure, rig.end)
