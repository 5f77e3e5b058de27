#!/usr/bin/env python3
"""results.py LABEL=BUILDDIR... [FAILED...] - sums what `meson test` recorded in build folders.
results.py --again BUILDDIR - names what failed there and may have a second try.

Tests of suites with clocks, processes and sockets in them may fail because the machine was held up. A few of them may be
tried again, alone (logbase "again"), and then count as their second try says, with a line that tells it. A report of a
sanitizer is never excused, nor are more than MAX_AGAIN failures in a build: those are the program's.

A test program that reports subtests (TAP) counts each of them; any other test counts once. A program that ended badly
although no subtest failed (a crash, a time-out, a sanitizer's report at exit) counts as one failure more. A word without
'=' is a failure of ./test itself, for instance a build that did not come about. Prints what failed and what was skipped,
then "N passed, N failed, N skipped" as the last line; the exit status is 1 if anything failed or nothing passed.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

MAX_AGAIN, TIMED_SUITES = 3, {"wallctl:e2e", "wallctl:pipeline"}
SKIPPED, GOOD = {"SKIP"}, {"OK", "EXPECTEDFAIL"}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def subtests(log_dir, base):
    """test name -> [(subtest, 'passed' | 'failed' | 'skipped', text)]"""
    found = {}
    # The runner writes down what a program printed as it came, and a program may print anything.
    text = (log_dir / f"{base}.junit.xml").read_text(encoding="utf-8", errors="replace")
    for suite in ElementTree.fromstring(NOT_XML.sub("?", text).encode()):
        name = suite.get("name").partition(".")[2]
        if not name:
            continue  # tests without subtests share one suite, named after the project alone
        for case in suite.findall("testcase"):
            bad = case.find("failure") is not None or case.find("error") is not None
            outcome = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
            found.setdefault(name, []).append((case.get("name"), outcome, case.findtext("system-out") or ""))
    return found


def records(log_dir, base):
    """test name -> what the runner noted; {} without such a log"""
    log = log_dir / f"{base}.json"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return {record["name"]: record for record in map(json.loads, lines)}


def is_bad(record):
    return record["result"] not in GOOD | SKIPPED


def may_try_again(log_dir):
    """the names of them, none when there are too many"""
    bad = [record for record in records(log_dir, "testlog").values() if is_bad(record)]
    timed = [
        record["name"]
        for record in bad
        if record["name"].partition(" / ")[0] in TIMED_SUITES
        and not any("Sanitizer" in record.get(text, "") for text in ("stdout", "stderr"))
    ]
    return timed if len(bad) <= MAX_AGAIN else []


def outcomes(label, build_dir):
    log_dir = pathlib.Path(build_dir) / "meson-logs"
    first, again = records(log_dir, "testlog"), records(log_dir, "again")
    by_test, by_second = subtests(log_dir, "testlog"), subtests(log_dir, "again") if again else {}
    for full_name, record in first.items():
        name, parts = full_name.rpartition(" / ")[2], by_test.get(full_name, [])
        if full_name in again:
            bad = [part for part, outcome, _ in parts if outcome == "failed"] or [record["result"]]
            yield "tried twice", f"{label}: {name}", ", ".join(bad)
            record, parts = again[full_name], by_second.get(full_name, [])
        result = record["result"]
        for part, outcome, text in parts:
            yield outcome, f"{label}: {name}: {part}", text
        if result in SKIPPED and not parts:
            yield "skipped", f"{label}: {name}", record.get("stdout", "").strip()
        elif not is_bad(record) and not parts:
            yield "passed", f"{label}: {name}", ""
        elif is_bad(record) and not any(outcome == "failed" for _, outcome, _ in parts):
            yield "failed", f"{label}: {name}", f"{result}, exit status {record['returncode']}"


def main(arguments):
    if arguments[:1] == ["--again"]:
        for name in may_try_again(pathlib.Path(arguments[1]) / "meson-logs"):
            print(name.rpartition(" / ")[2])
        return 0
    lines = {"passed": [], "failed": [], "skipped": [], "tried twice": []}
    for argument in arguments:
        label, equals, build_dir = argument.partition("=")
        if not equals:
            lines["failed"].append(argument)
            continue
        for outcome, name, text in outcomes(label, build_dir):
            lines[outcome].append(f"{name} ({text})" if text else name)
    for outcome in ("skipped", "tried twice", "failed"):
        for line in lines[outcome]:
            print(f"{outcome}: {line}")
    print(", ".join(f"{len(lines[outcome])} {outcome}" for outcome in ("passed", "failed", "skipped")))
    return 1 if lines["failed"] or not lines["passed"] else 0


sys.exit(main(sys.argv[1:]))
