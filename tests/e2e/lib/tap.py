"""tap.py - cases of a test program as TAP on standard output, one line a case.

A case is a function with @case("what holds"); it fails by any exception, and is skipped by raising Skip. Cases run in the
order of the file and may build on what earlier ones left, as a working day does. Notes (measured figures) are shown by
`meson test --verbose` and in the log.
"""
import os
import sys
import time
import traceback

_cases = []


class Skip(Exception):
    """This machine lacks what the case needs; the text says what."""


class Bail(Exception):
    """Without this nothing that follows makes sense."""


def case(name):
    def register(function):
        _cases.append((name, function))
        return function

    return register


def note(text):
    for line in str(text).splitlines():
        print("#", line, flush=True)


def check(is_true, text):
    if not is_true:
        raise AssertionError(text)


def equal(got, wanted, what="value"):
    if got != wanted:
        raise AssertionError(f"{what} is {got!r}, not {wanted!r}")


def until(predicate, within_s, what):
    """Asks every 20 ms until the answer is true, and returns it."""
    end = time.monotonic() + within_s
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s:g} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def _run_one(number, name, function, on_failure):
    began = time.monotonic()
    try:
        function()
        print(f"ok {number} - {name}", flush=True)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        return True
    except BaseException as error:  # also KeyboardInterrupt: what runs must be stopped and told of
        print(f"not ok {number} - {name}", flush=True)
        note(traceback.format_exc())
        on_failure()
        if isinstance(error, Bail):
            print(f"Bail out! {error}", flush=True)
            raise SystemExit(1) from None
        if not isinstance(error, Exception):
            raise
        return False
    seconds = time.monotonic() - began
    if seconds > 2:
        note(f"took {seconds:.1f} s")
    return True


def run(on_failure=lambda: None, at_end=lambda: None):
    """Runs all cases, or those whose name holds the first argument; the exit status says whether all went well."""
    wanted = [c for c in _cases if len(sys.argv) < 2 or sys.argv[1] in c[0]]
    print(f"1..{len(wanted)}", flush=True)
    try:
        results = [_run_one(n + 1, *c, on_failure) for n, c in enumerate(wanted)]
    finally:
        at_end()
    sys.stdout.flush()
    os._exit(0 if all(results) else 1)  # threads of a library must not hold the end up
