#!/usr/bin/python3
"""test_https.py - the daemon over TLS, as other computers meet it: certificates made, renewed, given, wrong and expired."""
import base64
import hashlib
import http.client
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import browser
import client
import intake
import rig
import tap
from tap import case, check, equal

websocket = client.websocket
BIG = 10 * 1024 * 1024
page = rig.folder / "page"
page.mkdir()
(page / "index.html").write_text("<!doctype html><title>wall</title><script src='app.js'></script>")
(page / "app.js").write_text("document.title = 'works'; window.secure = isSecureContext;")
(page / "big.bin").write_bytes(bytes(i * 31 % 251 for i in range(65536)) * (BIG // 65536))

sim = rig.Sim(1)
daemon = rig.Daemon(
    "https",
    listen={"https_host": "127.0.0.1", "https_port": 0, "names": ["wall.example"]},
    cameras=[rig.camera(sim, 1)],
    walls=[rig.wall(["cam-1"], layout="1")],
    sources=[intake.source("grid")],
    cases={"region": "530402"},
    credentials="credentials.json",
    outputs=[],
)
intake.configure(daemon, "grid")
tls_dir = daemon.state / "tls"
ca_file = rig.folder / "wallctl-ca.crt"


def run(*words, **options):
    return subprocess.run([str(w) for w in words], capture_output=True, timeout=60, **options)


def openssl(*words):
    done = run("openssl", *words)
    tap.check(done.returncode == 0, f"openssl {words}: {done.stderr.decode()}")
    return done.stdout


def trusting():
    return ssl.create_default_context(cafile=str(ca_file))


def connect(name="localhost", context=None):
    raw = socket.create_connection(("127.0.0.1", daemon.https_port), timeout=30)
    return (context or trusting()).wrap_socket(raw, server_hostname=name)


def shown(name="localhost", context=None):
    """SHA-256 of the certificate that is shown, as wallctl writes it."""
    with connect(name, context) as peer:
        digest = hashlib.sha256(peer.getpeercert(binary_form=True)).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def get(target, name="localhost"):
    connection = http.client.HTTPSConnection("127.0.0.1", daemon.https_port, timeout=30, context=trusting())
    connection.sock = connect(name)
    try:
        bearer = f"Bearer {daemon.token}"
        connection.request("GET", target, headers={"Host": f"{name}:{daemon.https_port}", "Authorization": bearer})
        answer = connection.getresponse()
        return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()
    finally:
        connection.close()


def wss(path, protocol, token=None):
    """By itself this library says "Origin: http://...", which is a page that came without TLS, and refused."""
    where = f"localhost:{daemon.https_port}"
    return websocket.create_connection(
        f"wss://{where}{path}", subprotocols=[protocol], origin=f"https://{where}", sslopt={"context": trusting()},
        timeout=30, header={"Authorization": f"Bearer {token or daemon.token}"}
    )


def https():
    return daemon.api.get("/api/v1/status").get("https")


def reload():
    os.kill(daemon.process.pid, signal.SIGHUP)


def without_checking():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@case("a certificate is made at the first start, and its authority can be had and trusted")
def made():
    daemon.start("--page-dir", page)
    status, kind, pem = daemon.api.raw("GET", "/wallctl-ca.crt")
    equal((status, kind), (200, "application/x-x509-ca-cert"))
    ca_file.write_bytes(pem)
    state = https()
    equal(state["port"], daemon.https_port)
    for name in "localhost", "127.0.0.1", "wall.example":
        equal(shown(name), state["certificate"]["fingerprint"], f"fingerprint at {name}")
        check(name in state["certificate"]["names"], f"{name} is named")
    days = (state["certificate"]["until"] - state["certificate"]["from"]) / 86400e3
    check(365 < days <= 398, f"good for {days} days")
    check("trouble" not in state, f"no trouble: {state}")
    for file in tls_dir.iterdir():
        equal(file.stat().st_mode & 0o777, 0o600, f"mode of {file.name}")
    check("PRIVATE" not in daemon.log(), "no key in the log")


@case("wallctl certificate tells names, end and fingerprints in both languages")
def told():
    state = https()["certificate"]
    for language, words in ("en", ("good for", "ends", "authority")), ("zh", ("用于", "到期", "根证书")):
        text = daemon.cli("certificate", language=language)
        for word in (*words, "wall.example", state["fingerprint"], state["ca_fingerprint"]):
            check(word in text, f"'{word}' in: {text}")


@case("who does not trust the authority, or wants another name, is not taken in")
def distrusted():
    for name, context in ("localhost", ssl.create_default_context()), ("other.example", trusting()):
        try:
            shown(name, context)
        except ssl.SSLCertVerificationError:
            continue
        raise AssertionError(f"{name} was believed")


@case("old versions of TLS are refused by openssl's own client")
def versions():
    where = f"127.0.0.1:{daemon.https_port}"
    for option, is_open in ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True):
        done = run("openssl", "s_client", "-connect", where, option, "-cipher", "DEFAULT@SECLEVEL=0", "-CAfile",
                   ca_file, "-verify_return_error", input=b"")
        equal(done.returncode == 0, is_open, f"{option}: {done.stderr.decode()[-300:]}")


@case("a session is resumed, with both versions")
def resumed():
    where = f"127.0.0.1:{daemon.https_port}"
    for option in "-tls1_2", "-tls1_3":
        file = rig.folder / f"session{option}"
        ask = f"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        run("openssl", "s_client", "-connect", where, option, "-CAfile", ca_file, "-ign_eof", "-sess_out", file, input=ask)
        again = run("openssl", "s_client", "-connect", where, option, "-CAfile", ca_file, "-ign_eof", "-sess_in", file,
                    input=ask)
        check(b"Reused, TLSv1" in again.stdout, f"{option}: {again.stdout[-800:].decode()}")


@case("the API, with the header that keeps browsers with TLS; not at localhost, where plain HTTP is, too")
def api():
    status, headers, body = get("/api/v1/status", "wall.example")
    equal(status, 200)
    equal(headers.get("strict-transport-security"), "max-age=31536000")
    client.hold_against("Status", json.loads(body))
    _, headers, _ = get("/api/v1/status")
    check("strict-transport-security" not in headers, "localhost is left alone")
    _, _, plain = daemon.api.raw("GET", "/")
    check(b"wall" in plain, "plain HTTP still there")


@case("10 MB, quickly and to one who takes his time")
def big():
    wanted = (page / "big.bin").read_bytes()
    for pause_s in 0, 0.003:
        with connect() as peer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            peer.sendall(b"GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
            got = bytearray()
            while piece := peer.recv(262144):
                got += piece
                time.sleep(pause_s)
        check(bytes(got).partition(b"\r\n\r\n")[2] == wanted, f"{len(got)} bytes came")


@case("events in, events out and the moving picture by wss")
def sockets():
    console = wss("/api/v1/ws", "wallctl.v1")
    equal(json.loads(console.recv())["type"], "hello")
    platform = wss("/v1/events", "cloudevents.json", f"{intake.TOKEN}-grid")
    for number in range(200):
        platform.send(json.dumps(intake.event("grid", number)))
    fates = []
    while len(fates) < 200:
        fates += json.loads(platform.recv())["data"]["events"]
    equal({f["status"] for f in fates}, {"applied"}, "fates")
    daemon.do("clear", tile=1)
    while json.loads(console.recv()).get("event") != "wall.presented":
        pass
    viewer = wss("/api/v1/walls/main/screens/1/preview", "wallctl.preview")
    equal(json.loads(viewer.recv())["kind"], "mp4")
    daemon.do("show", tile=1, camera="cam-1")
    check(sum(len(viewer.recv()) for _ in range(30)) > 1000, "pictures come")
    for peer in console, platform, viewer:
        peer.close()


@case("a browser that trusts the certificate opens the page")
def in_browser():
    key = openssl("x509", "-in", tls_dir / "server.pem", "-pubkey", "-noout")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key, capture_output=True, check=True)
    pin = base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()
    chromium = browser.Browser(800, 600, f"--ignore-certificate-errors-spki-list={pin}")
    chromium.open(f"https://localhost:{daemon.https_port}/")
    chromium.until("document.title === 'works'", 30, "the page runs")
    equal(chromium.ask("window.secure && location.protocol"), "https:")
    chromium.close()


@case("plain HTTP at the port is shown the way")
def plain():
    with socket.create_connection(("127.0.0.1", daemon.https_port), timeout=30) as peer:
        peer.sendall(f"GET /x HTTP/1.1\r\nHost: wall.example:{daemon.https_port}\r\n\r\n".encode())
        answer = b""
        while piece := peer.recv(4096):
            answer += piece
    check(f"location: https://wall.example:{daemon.https_port}/x\r\n".encode() in answer, f"{answer}")


@case("a certificate about to end is renewed by the same authority, and nobody is cut off")
def renewed():
    peer = wss("/api/v1/ws", "wallctl.v1")
    before = https()["certificate"]
    ending = rig.folder / "ending"
    ending.mkdir()
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", ending / "key",
            "-subj", "/CN=old", "-addext", "subjectAltName=DNS:localhost", "-out", ending / "csr")
    openssl("x509", "-req", "-in", ending / "csr", "-CA", tls_dir / "ca.pem", "-CAkey", tls_dir / "ca.pem", "-days", "10",
            "-copy_extensions", "copy", "-out", ending / "crt")
    (tls_dir / "server.pem").write_bytes((ending / "crt").read_bytes() + (ending / "key").read_bytes())
    reload()
    tap.until(lambda: https()["certificate"]["fingerprint"] != before["fingerprint"], 10, "a new certificate")
    after = https()["certificate"]
    equal(after["ca_fingerprint"], before["ca_fingerprint"], "authority")
    equal(shown("wall.example"), after["fingerprint"], "shown")
    check("it ended within 30 days" in daemon.log(), "the log says why")
    peer.send(json.dumps({"type": "request", "id": 1, "method": "GET", "path": "/api/v1/walls"}))
    while json.loads(peer.recv()).get("type") != "reply":
        pass
    peer.close()


given = daemon.dir / "given.crt"
given_key = daemon.dir / "given.key"


def give(days, name="given.example"):
    """A certificate that ends in so many days; in the past when negative."""
    end = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + days * 86400))
    began = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - 100 * 86400))
    work = pathlib.Path(tempfile.mkdtemp(dir=rig.folder))
    (work / "index").touch()
    (work / "conf").write_text(
        f"[ca]\ndefault_ca=d\n[d]\ndatabase={work}/index\nnew_certs_dir={work}\nrand_serial=yes\ndefault_md=sha256\n"
        "policy=p\ncopy_extensions=copy\n[p]\ncommonName=supplied\n"
    )
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", given_key,
            "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},DNS:localhost", "-out", work / "csr")
    openssl("ca", "-batch", "-notext", "-selfsign", "-config", work / "conf", "-in", work / "csr", "-keyfile", given_key,
            "-startdate", began, "-enddate", end, "-out", given)
    os.chmod(given_key, 0o600)


def configure_given(**more):
    listen = {**daemon.config["listen"], "certificate": "given.crt", "certificate_key": "given.key", **more}
    daemon.write({**daemon.config, "listen": listen})


@case("a given certificate is used after a reload; the old authority is offered no more")
def given_one():
    give(300)
    configure_given()
    reload()
    tap.until(lambda: https()["certificate"]["is_given"], 10, "the given one")
    state = https()
    check("given.example" in state["certificate"]["names"] and "trouble" not in state, f"{state}")
    equal(shown("localhost", without_checking()), state["certificate"]["fingerprint"])
    equal(daemon.api.raw("GET", "/wallctl-ca.crt")[0], 404)


@case("one that soon ends, and one that has expired, is used and told of in status, client and log")
def term():
    for days, en, zh in (20.5, "ends in 20 days", "天后"), (-1, "has expired on", "已于"):
        give(days)
        reload()
        state = tap.until(lambda: (s := https()).get("trouble", "").find(en) >= 0 and s, 10, f"trouble: {en}")
        check(zh in state["trouble_zh"], state["trouble_zh"])
        equal(shown("localhost", without_checking()), state["certificate"]["fingerprint"])
        check(en in daemon.cli("status") and zh in daemon.cli("certificate", language="zh"), "the client says so")
        check(en in daemon.log(), "the log says so")


@case("one that cannot be used leaves the former in its place, and says why")
def unusable():
    give(300)
    reload()
    tap.until(lambda: "trouble" not in https(), 10, "a good one")
    before = https()["certificate"]["fingerprint"]
    key = given_key.read_bytes()
    for make, said in (
        (lambda: given_key.write_bytes(openssl("genpkey", "-algorithm", "ed25519")), "does not belong"),
        (lambda: (given_key.write_bytes(key), given_key.chmod(0o644)), "0644"),
        (lambda: given_key.unlink(), "given.key"),
    ):
        make()
        reload()
        state = tap.until(lambda: (s := https()).get("trouble", "").find(said) >= 0 and s, 10, f"trouble: {said}")
        equal(state["certificate"]["fingerprint"], before, "shown still")
        equal(shown("localhost", without_checking()), before)
        check(state["trouble_zh"] != state["trouble"], "in Chinese, too")


@case("started with one that cannot be used: the wall runs, nobody is let in by TLS, a reload mends it")
def bad_start():
    daemon.stop()
    daemon.start("--page-dir", page)
    state = https()
    check("certificate" not in state and "given.key" in state["trouble"], f"{state}")
    check("nobody is let in" in daemon.log(False), "the log says so")
    daemon.wait_live(1)
    try:
        shown("localhost", without_checking())
    except OSError:
        pass
    else:
        raise AssertionError("somebody was let in")
    give(300)
    reload()
    tap.until(lambda: "certificate" in https(), 10, "let in")
    equal(shown("localhost", without_checking()), https()["certificate"]["fingerprint"])


@case("a new name is good at once, the old authority is used again, and trusted still")
def back_again():
    daemon.write()
    reload()
    tap.until(lambda: not https()["certificate"]["is_given"], 10, "our own again")
    equal(shown("wall.example"), https()["certificate"]["fingerprint"])
    config = {**daemon.config, "listen": {**daemon.config["listen"], "names": ["wall.example", "10.11.12.13"]}}
    daemon.write(config)
    reload()
    tap.until(lambda: "10.11.12.13" in https()["certificate"]["names"], 10, "a further name")
    equal(shown("wall.example"), https()["certificate"]["fingerprint"])
    equal(get("/", "10.11.12.13")[0], 200)


@case("nothing of a key in any log")
def quiet():
    key = (tls_dir / "ca.pem").read_text().partition("PRIVATE KEY-----")[2].splitlines()[1]
    check(key not in daemon.log() and "PRIVATE" not in daemon.log(), "the log is clean")


tap.run(daemon.show_failure, rig.end)
