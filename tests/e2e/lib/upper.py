"""upper.py - a platform above, as wallctl reports to it: a webhook that keeps what came, in the order in which it came."""
import http.server
import json
import threading


class Platform:
    """At a port of its own from listen() to stop(), so that it can be down and come back at the same address."""

    def __init__(self, port, token):
        self.port, self.token = port, token
        self.events = []
        self.answer = 200
        self.retry_after = None
        self.server = None

    def listen(self):
        platform = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = platform.answer if self.headers["Authorization"] == f"Bearer {platform.token}" else 401
                if status == 200:
                    platform.events.append((self.headers["Content-Type"], json.loads(body)))
                self.send_response(status)
                if platform.retry_after is not None:
                    self.send_header("Retry-After", str(platform.retry_after))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def of(self, kind, **data):
        """Events of a type ("camera.offline") whose data has these members."""
        return [
            event
            for _, event in self.events
            if event["type"] == f"org.wallctl.{kind}.v1" and data.items() <= event["data"].items()
        ]
