"""tls.py - a browser's side of the daemon's TLS port: requests and WebSockets with the authority trusted, every header kept."""
import http.client
import json
import socket
import ssl

import client

websocket = client.websocket


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = [(k.lower(), v) for k, v in answer.getheaders()]
        self.body = answer.read()

    def header(self, name):
        """All values of it, joined as HTTP has it; "" for none."""
        return ", ".join(v for k, v in self.headers if k == name)

    def json(self):
        return json.loads(self.body)

    def code(self):
        """The word of an error, "" for none."""
        if self.header("content-type") != "application/json":
            return ""
        told = self.json()
        return told.get("error", {}).get("code", "") if isinstance(told, dict) else ""

    def cookie(self):
        """What Set-Cookie sets ours to; None without it."""
        given = self.header("set-cookie")
        return given.partition(";")[0].partition("=")[2] if given else None


class Site:
    """The TLS port of a daemon that has begun."""

    def __init__(self, daemon, folder):
        self.port = daemon.https_port
        self.authority = folder / "authority.crt"
        self.authority.write_bytes(daemon.api.raw("GET", "/wallctl-ca.crt")[2])
        self.trusting = ssl.create_default_context(cafile=str(self.authority))
        self.sessions = {}  # host -> of TLS, which goes on: a walk over all paths would be handshakes otherwise

    def moved(self, daemon):
        """After another start."""
        self.port, self.sessions = daemon.https_port, {}

    def origin(self, host="localhost"):
        return f"https://{host}:{self.port}"

    def call(self, method, path, cookie=None, body=None, host="localhost", address="127.0.0.1", **headers):
        """body: a value is sent as JSON, bytes as they are. headers: Content_Type="..."; None leaves one out."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=client.WAIT_S, source_address=(address, 0))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port)
        connection.sock = self.trusting.wrap_socket(raw, server_hostname=host, session=self.sessions.get(host))
        data = body if isinstance(body, bytes) else None if method in ("GET", "HEAD") else json.dumps(body or {}).encode()
        sent = {"Host": f"{host}:{self.port}"}
        if method not in ("GET", "HEAD"):
            sent["Content-Type"] = "application/json"
        if cookie is not None:
            sent["Cookie"] = f"{client.COOKIE}={cookie}"
        for name, value in headers.items():
            sent.pop(name.replace("_", "-"), None)
            if value is not None:
                sent[name.replace("_", "-")] = value
        try:
            connection.request(method, path, data, sent)
            answer = Answer(connection.getresponse())
            self.sessions[host] = connection.sock.session if connection.sock else self.sessions.get(host)
            return answer
        finally:
            connection.close()

    def sign_in(self, account, password, **more):
        return self.call("POST", "/api/v1/session", body={"account": account, "password": password}, **more)

    def upgrade(self, path, protocol, cookie=None, origin=None, **headers):
        """(status, open WebSocket or None)"""
        sent = [f"{k.replace('_', '-')}: {v}" for k, v in headers.items()]
        try:
            peer = websocket.create_connection(
                f"wss://localhost:{self.port}{path}", subprotocols=[protocol], origin=origin or self.origin(), header=sent,
                cookie=f"{client.COOKIE}={cookie}" if cookie else None, sslopt={"context": self.trusting}, timeout=client.WAIT_S,
            )
        except websocket.WebSocketBadStatusException as refused:
            return refused.status_code, None
        return 101, peer
