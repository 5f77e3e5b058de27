"""onvif_peer.py - cameras that speak ONVIF, written apart from wallctl's own code: honest ones, and such as nobody should trust.

Each has a TCP port of its own on 127.0.0.1; one UDP socket answers WS-Discovery for all of them.
"""
import base64
import datetime
import hashlib
import http.server
import re
import socket
import threading
import time
import uuid

DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
FRESH_S = 60  # how old a digest may be


def envelope(body):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="{SOAP}" xmlns:tds="{DEVICE}" xmlns:trt="{MEDIA}" '
        f'xmlns:tr2="{MEDIA2}" xmlns:tt="http://www.onvif.org/ver10/schema"><S:Body>{body}</S:Body></S:Envelope>'
    ).encode()


def fault(code, reason):
    return envelope(
        f'<S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value xmlns:ter="http://www.onvif.org/ver10/error">ter:{code}'
        f'</S:Value></S:Subcode></S:Code><S:Reason><S:Text xml:lang="en">{reason}</S:Text></S:Reason></S:Fault>'
    )


def inside(tag, text):
    found = re.search(rf"<(?:\w+:)?{tag}\b[^>]*>([^<]*)<", text)
    return found[1] if found else None


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who asks hangs up as it likes."""


class Camera:
    """profiles: (token, source, encoding, width, height); uri: of a token. evil: what it does instead of answering."""

    def __init__(self, name, profiles=(), uri=None, login=None, clock_s=0, evil=None, media=None, http_digest=False, announced=None, media2=False):
        self.name, self.profiles, self.login, self.clock_s, self.evil = name, profiles, login, clock_s, evil
        self.uri = uri or (lambda token: f"rtsp://127.0.0.1:8554/{name}/{token}")
        self.http_digest, self.media2, self.asked, self.authorized = http_digest, media2, [], 0
        self.endpoint = f"urn:uuid:{uuid.uuid4()}"
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                camera.handle(self, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.service = f"http://127.0.0.1:{self.port}/onvif/device_service"
        self.media = media or f"http://127.0.0.1:{self.port}/onvif/media"
        self.announced = announced or self.service
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def now(self):
        return time.time() + self.clock_s

    def send(self, handler, data, status=200, **headers):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        for key, value in headers.items():
            handler.send_header(key.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        try:
            handler.wfile.write(data)
        except OSError:
            pass  # who asked has hung up

    def handle(self, handler, request):
        operation = re.search(r"<(?:\w+:)?Body>\s*<(?:\w+:)?(\w+)", request)[1]
        self.asked.append(operation)
        if self.evil:
            self.evil(self, handler)
            return
        if self.login and self.http_digest and not self.digest_is_right(handler):
            self.send(handler, b"", 401, WWW_Authenticate='Digest realm="cam", qop="auth", nonce="5ca1ab1e", algorithm=MD5')
            return
        if self.login and not self.http_digest and operation != "GetSystemDateAndTime" and not self.token_is_right(request):
            self.send(handler, fault("NotAuthorized", "Sender not authorized"), 400)
            return
        self.authorized += 1
        answer = getattr(self, operation, None)
        self.send(handler, envelope(answer(request)) if answer else fault("ActionNotSupported", "Optional Action Not Implemented"), 200 if answer else 500)

    # who asks

    def token_is_right(self, request):
        user, digest, nonce, created = (inside(tag, request) for tag in ("Username", "Password", "Nonce", "Created"))
        if not created or user != self.login[0]:
            return False
        made = datetime.datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
        wanted = hashlib.sha1(base64.b64decode(nonce) + created.encode() + self.login[1].encode()).digest()
        return abs(made - self.now()) < FRESH_S and base64.b64encode(wanted).decode() == digest

    def digest_is_right(self, handler):
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', handler.headers.get("Authorization", "")))
        if said.get("username") != self.login[0]:
            return False
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        first, second = md5(f"{self.login[0]}:cam:{self.login[1]}"), md5(f"POST:{said['uri']}")
        return said["response"] == md5(f"{first}:5ca1ab1e:{said['nc']}:{said['cnonce']}:auth:{second}")

    # what it says

    def GetSystemDateAndTime(self, _):
        t = time.gmtime(self.now())
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:UTCDateTime>"
            f"<tt:Time><tt:Hour>{t.tm_hour}</tt:Hour><tt:Minute>{t.tm_min}</tt:Minute><tt:Second>{t.tm_sec}</tt:Second></tt:Time>"
            f"<tt:Date><tt:Year>{t.tm_year}</tt:Year><tt:Month>{t.tm_mon}</tt:Month><tt:Day>{t.tm_mday}</tt:Day></tt:Date>"
            "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def GetDeviceInformation(self, _):
        return (
            "<tds:GetDeviceInformationResponse><tds:Manufacturer>海安</tds:Manufacturer><tds:Model>HA-2000</tds:Model>"
            "<tds:FirmwareVersion>V5.1</tds:FirmwareVersion><tds:SerialNumber>0001</tds:SerialNumber>"
            "<tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>"
        )

    def GetServices(self, _):
        kind = MEDIA2 if self.media2 else MEDIA
        return (
            f"<tds:GetServicesResponse><tds:Service><tds:Namespace>{kind}</tds:Namespace><tds:XAddr>{self.media}</tds:XAddr>"
            "</tds:Service></tds:GetServicesResponse>"
        )

    def GetProfiles(self, _):
        def one(token, source, encoding, width, height):
            size = f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution>"
            if self.media2:
                return (
                    f'<tr2:Profiles token="{token}"><tr2:Name>{token}</tr2:Name><tr2:Configurations><tr2:VideoSource><tt:SourceToken>{source}'
                    f"</tt:SourceToken></tr2:VideoSource><tr2:VideoEncoder><tt:Encoding>{encoding}</tt:Encoding>{size}</tr2:VideoEncoder>"
                    "</tr2:Configurations></tr2:Profiles>"
                )
            return (
                f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name><tt:VideoSourceConfiguration><tt:SourceToken>{source}'
                f"</tt:SourceToken></tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration><tt:Encoding>{encoding}</tt:Encoding>{size}"
                "</tt:VideoEncoderConfiguration></trt:Profiles>"
            )

        prefix = "tr2" if self.media2 else "trt"
        return f"<{prefix}:GetProfilesResponse>{''.join(one(*p) for p in self.profiles)}</{prefix}:GetProfilesResponse>"

    def GetStreamUri(self, request):
        uri = self.uri(inside("ProfileToken", request))
        if self.media2:
            return f"<tr2:GetStreamUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetStreamUriResponse>"
        return f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>"


# what nobody should trust


def redirect(camera, handler):
    camera.send(handler, b"", 302, Location=f"http://192.0.2.66:{camera.port}/elsewhere")


def drip(camera, handler):
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.2)
    except OSError:
        pass


def flood(camera, handler):
    """50 MB, or as much of it as is taken."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(50_000_000))
    handler.end_headers()
    camera.sent = 0
    try:
        while camera.sent < 50_000_000:
            handler.wfile.write(b"x" * 100_000)
            camera.sent += 100_000
    except OSError:
        pass


def bomb(camera, handler):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    camera.send(handler, f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><x>&e9;</x>'.encode())


def nonsense(camera, handler):
    camera.send(handler, b"<html><body>login</body>")


class Street:
    """Answers probes for its cameras."""

    def __init__(self, cameras):
        self.cameras, self.probes = cameras, 0
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.port = self.udp.getsockname()[1]
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        while True:
            data, sender = self.udp.recvfrom(65536)
            self.probes += 1
            message = inside("MessageID", data.decode())
            for camera in self.cameras:
                scopes = f"onvif://www.onvif.org/name/{camera.name} onvif://www.onvif.org/hardware/HA"
                self.udp.sendto(
                    (
                        f'<?xml version="1.0"?><S:Envelope xmlns:S="{SOAP}" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
                        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><S:Header>'
                        f"<a:RelatesTo>{message}</a:RelatesTo></S:Header><S:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
                        f"<a:Address>{camera.endpoint}</a:Address></a:EndpointReference><d:Scopes>{scopes}</d:Scopes>"
                        f"<d:XAddrs>{camera.announced}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></S:Body></S:Envelope>"
                    ).encode(),
                    sender,
                )
