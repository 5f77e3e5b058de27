#!/usr/bin/env python3
"""results.py LABEL=BUILDDIR... [FAILED...] - sums what `meson test` recorded in build folders.

A test program that reports subtests (TAP) counts each of them; any other test counts once. A program that ended badly
although no subtest failed (a crash, a time-out, a sanitizer's report at exit) counts as one failure more. A word without
'=' is a failure of ./test itself, for instance a build that did not come about. Prints what failed and what was skipped,
then "N passed, N failed, N skipped" as the last line; the exit status is 1 if anything failed or nothing passed.
"""
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

SKIPPED, GOOD = {"SKIP"}, {"OK", "EXPECTEDFAIL"}


def subtests(log_dir):
    """test name -> [(subtest, 'passed' | 'failed' | 'skipped', text)]"""
    found = {}
    for suite in ElementTree.parse(log_dir / "testlog.junit.xml").getroot():
        name = suite.get("name").partition(".")[2]
        if not name:
            continue  # tests without subtests share one suite, named after the project alone
        for case in suite.findall("testcase"):
            bad = case.find("failure") is not None or case.find("error") is not None
            outcome = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
            found.setdefault(name, []).append((case.get("name"), outcome, case.findtext("system-out") or ""))
    return found


def outcomes(label, build_dir):
    log_dir = pathlib.Path(build_dir) / "meson-logs"
    by_test = subtests(log_dir)
    for line in (log_dir / "testlog.json").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        parts, result = by_test.get(record["name"], []), record["result"]
        name = record["name"].rpartition(" / ")[2]
        for part, outcome, text in parts:
            yield outcome, f"{label}: {name}: {part}", text
        if result in SKIPPED and not parts:
            yield "skipped", f"{label}: {name}", record.get("stdout", "").strip()
        elif result in GOOD | SKIPPED and not parts:
            yield "passed", f"{label}: {name}", ""
        elif result not in GOOD | SKIPPED and not any(outcome == "failed" for _, outcome, _ in parts):
            yield "failed", f"{label}: {name}", f"{result}, exit status {record['returncode']}"


def main(arguments):
    lines = {"passed": [], "failed": [], "skipped": []}
    for argument in arguments:
        label, equals, build_dir = argument.partition("=")
        if not equals:
            lines["failed"].append(argument)
            continue
        for outcome, name, text in outcomes(label, build_dir):
            lines[outcome].append(f"{name} ({text})" if text else name)
    for outcome in ("skipped", "failed"):
        for line in lines[outcome]:
            print(f"{outcome}: {line}")
    print(", ".join(f"{len(lines[outcome])} {outcome}" for outcome in ("passed", "failed", "skipped")))
    return 1 if lines["failed"] or not lines["passed"] else 0


sys.exit(main(sys.argv[1:]))
