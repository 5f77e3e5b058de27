"""client.py - the daemon's API as an integrator uses it; every message is held against docs/openapi.json.

Strictly: a member that the document does not name is a failure here, so that code and document cannot part.
"""
import http.client
import json
import os
import pathlib
import re
import socket
import urllib.parse

import tap

try:
    import jsonschema
    import websocket
except ImportError as missing:
    print(f"1..0 # SKIP {missing}: install python3-jsonschema and python3-websocket")
    raise SystemExit(0) from None

DOCUMENT = json.loads((pathlib.Path(os.environ["WALLCTL_SOURCE"]) / "docs" / "openapi.json").read_text("utf-8"))
used = set()  # (method, path of the document, status) of every answer so far
WAIT_S = 60
COOKIE = "__Host-wallctl"
tokens = {}  # port -> the bearer token that goes with every request there


def _close(schema):
    """The same schema, refusing members that it does not name."""
    if isinstance(schema, list):
        return [_close(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {k: _close(v) for k, v in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed["additionalProperties"] = False
    return closed


_strict = _close(DOCUMENT)
_resolver = jsonschema.RefResolver.from_schema(_strict)


def hold_against(name, message):
    """Fails unless message is as the schema of this name says."""
    schema = {"$ref": f"#/components/schemas/{name}"}
    validator = jsonschema.Draft202012Validator(schema, resolver=_resolver)
    error = jsonschema.exceptions.best_match(validator.iter_errors(message))
    if error:
        place = "/".join(str(p) for p in error.absolute_path)
        raise AssertionError(f"not as docs/openapi.json says ({name}): at '{place}': {error.message[:400]}")


def _template_matches(template, path):
    pattern = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"({[^}]+})", template))
    return re.fullmatch(pattern, path)


def operation_of(method, target):
    """(path of the document, operation); paths without parameters come first, as OpenAPI has it."""
    path = target.partition("?")[0]
    for template in sorted(DOCUMENT["paths"], key=lambda t: t.count("{")):
        item = DOCUMENT["paths"][template]
        if _template_matches(template, path) and method.lower() in item:
            return template, item[method.lower()]
    return None, None


def check_answer(method, target, status, content_type, body):
    template, operation = operation_of(method, target)
    if not operation:
        tap.check(status in (400, 404, 405, 411), f"{method} {target} is not documented, and answers {status}")
        return
    response = operation["responses"].get(str(status))
    if status in (401, 403) and not response:  # what docs/openapi.json says of every path, under its security schemes
        hold_against("Error", body)
        return
    tap.check(response, f"{method} {template} answers {status}, which is not documented: {str(body)[:300]}")
    content = response["content"]
    tap.check(content_type in content, f"{method} {template}: {content_type} is not documented")
    used.add((method, template, status))
    schema = content[content_type].get("schema")
    if schema:
        hold_against(schema["$ref"].rpartition("/")[2], body)


def check_request(method, target, body, status):
    """What the daemon takes must be as documented, and the other way round."""
    _, operation = operation_of(method, target)
    if status != 200 or not operation or "requestBody" not in operation or body is None:
        return
    hold_against(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2], body)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=WAIT_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def authorization(port):
    return {"Authorization": f"Bearer {tokens[port]}"} if port in tokens else {}


def quote(name):
    return urllib.parse.quote(name, safe="")


class Http:
    """At a port of 127.0.0.1, or at a UNIX socket."""

    def __init__(self, where):
        self.where = where

    def connection(self):
        if isinstance(self.where, str):
            return _UnixConnection(self.where)
        return http.client.HTTPConnection("127.0.0.1", self.where, timeout=WAIT_S)

    def raw(self, method, target, data=None, headers=None):
        """(status, content type, bytes), unchecked."""
        connection = self.connection()
        try:
            connection.request(method, target, data, {**authorization(self.where), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.getheader("content-type", "").partition(";")[0], answer.read()
        finally:
            connection.close()

    def ask(self, method, target, body=None):
        """(status, answer)"""
        data = (
            None if body is None else body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        )
        if data is None and method != "GET":
            data = b""
        status, kind, answer = self.raw(method, target, data, {"Content-Type": "application/json"})
        if kind == "application/json":
            answer = json.loads(answer)
        check_answer(method, target, status, kind, answer)
        if not isinstance(body, bytes):
            check_request(method, target, body, status)
        return status, answer

    def expect(self, method, target, body, status):
        got, answer = self.ask(method, target, body)
        tap.check(got == status, f"{method} {target} {str(body)[:200]}: {got}, not {status}: {str(answer)[:400]}")
        return answer

    def get(self, target, status=200):
        return self.expect("GET", target, None, status)

    def post(self, target, body=None, status=200):
        return self.expect("POST", target, body, status)

    def put(self, target, body=None, status=200):
        return self.expect("PUT", target, body, status)

    def delete(self, target, status=200):
        return self.expect("DELETE", target, None, status)

    def event(self, event, token, status=200):
        """One CloudEvent to the webhook; the receipt, or the error."""
        headers = {"Content-Type": "application/cloudevents+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        got, _, answer = self.raw("POST", "/v1/events", json.dumps(event, ensure_ascii=False).encode(), headers)
        tap.check(got == status, f"event {event['type']}: {got}, not {status}: {answer[:400]}")
        return json.loads(answer)


class Events:
    """One wallctl.v1 connection; use with `with`."""

    def __init__(self, port, resume=None):
        query = f"?resume={resume}" if resume is not None else ""
        self.ws = websocket.create_connection(
            f"ws://127.0.0.1:{port}/api/v1/ws{query}",
            subprotocols=["wallctl.v1"],
            header=authorization(port),
            timeout=WAIT_S,
        )
        self.waiting = []
        self.number = 0
        self.hello = self.read()
        tap.equal(self.hello["type"], "hello")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ws.close()

    def read(self, within_s=WAIT_S):
        self.ws.settimeout(within_s)
        message = json.loads(self.ws.recv())
        hold_against("WsMessage", message)
        return message

    def send(self, message):
        self.ws.send(message if isinstance(message, str) else json.dumps(message, ensure_ascii=False))

    def ask(self, method, path, body=None):
        """(status, body); events that come meanwhile are kept."""
        self.number += 1
        request = {"type": "request", "id": self.number, "method": method, "path": path}
        if body is not None:
            request["body"] = body
        hold_against("WsRequest", request)
        self.send(request)
        while True:
            message = self.read()
            if message["type"] == "reply" and message["id"] == self.number:
                break
            self.waiting.append(message)
        if "body" in message:
            check_answer(method, path, message["status"], "application/json", message["body"])
            check_request(method, path, body, message["status"])
        return message["status"], message.get("body", message)

    def post(self, path, body, status=200):
        got, answer = self.ask("POST", path, body)
        tap.check(got == status, f"POST {path} {body}: {got}, not {status}: {answer}")
        return answer

    def event(self, name, is_wanted=lambda data: True, within_s=10):
        """The data of the next event of this name that is wanted."""

        def take(message):
            return message.get("event") == name and is_wanted(message["data"])

        for i, message in enumerate(self.waiting):
            if take(message):
                del self.waiting[: i + 1]
                return message["data"]
        self.waiting.clear()
        try:
            while True:
                message = self.read(within_s)
                if take(message):
                    return message["data"]
        except (websocket.WebSocketTimeoutException, TimeoutError):
            raise AssertionError(f"no event {name} of the wanted kind within {within_s} s") from None

    def presented(self, revision, wall="main", is_full=False, within_s=10):
        """Waits until this revision, or a newer one, is on glass (is_full: with a picture in every tile)."""
        return self.event(
            "wall.presented",
            lambda d: d["wall"] == wall and d["revision"] >= revision and not (is_full and d["empty"]),
            within_s,
        )


class Preview:
    """One wallctl.preview connection."""

    def __init__(self, port, wall="main", screen="1", kind="mp4"):
        self.ws = websocket.create_connection(
            f"ws://127.0.0.1:{port}/api/v1/walls/{wall}/screens/{screen}/preview?kind={kind}",
            subprotocols=["wallctl.preview"],
            header=authorization(port),
            timeout=WAIT_S,
        )
        self.hello = json.loads(self.ws.recv())
        hold_against("PreviewHello", self.hello)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ws.close()

    def chunk(self, within_s=WAIT_S):
        """The next binary message; what is told in text meanwhile is checked."""
        self.ws.settimeout(within_s)
        while True:
            message = self.ws.recv()
            if isinstance(message, bytes):
                return message
            hold_against("PreviewHello", json.loads(message))
