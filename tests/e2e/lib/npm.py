"""npm.py - programs for node beside the tests: with the packages of tests/e2e/interop/package-lock.json where npm can have
them, else with Debian's node-ws."""
import os
import pathlib
import shutil
import subprocess

import rig
import tap

SOURCE = rig.SOURCE / "tests" / "e2e" / "interop"
FOLDER = rig.BUILD / "tests" / "npm"
DEBIAN = pathlib.Path("/usr/share/nodejs")


def _have_packages():
    """Installs what the lock file names, once for each lock file; False where npm or its packages cannot be had."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    done = FOLDER / "done"
    if done.exists() and done.read_bytes() == lock:
        return True
    if not shutil.which("npm"):
        return False
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in "package.json", "package-lock.json":
        shutil.copy(SOURCE / name, FOLDER)
    result = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=FOLDER,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
    )
    if result.returncode != 0:
        tap.note("npm cannot have the packages: " + result.stderr[-300:])
        return False
    done.write_bytes(lock)
    return True


def node(program, *arguments, text, needs_npm):
    """Runs a program of tests/e2e/interop with text as its standard input; its standard output. Skips without packages."""
    if not shutil.which("node"):
        raise tap.Skip("no node")
    if _have_packages():
        path = FOLDER / "node_modules"
    elif needs_npm or not (DEBIAN / "ws").exists():
        raise tap.Skip("npm cannot have the packages of tests/e2e/interop/package-lock.json")
    else:
        path = DEBIAN
    result = subprocess.run(
        ["node", SOURCE / program, *arguments],
        input=text,
        env={**os.environ, "NODE_PATH": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    tap.check(result.returncode == 0, f"{program}: {result.stderr[-2000:]}")
    return result.stdout
