"""wire.py - a WebSocket client as thin as can be, for benchmarks in which a library's would be what is measured."""
import select
import socket

import tap


class Wire:
    def __init__(self, port, path, protocol, token=None, receive_buffer=None, context=None):
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.connect(("127.0.0.1", port))
        if context:
            self.sock = context.wrap_socket(self.sock, server_hostname="localhost")
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self.sock.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{authorization}"
            f"Sec-WebSocket-Protocol: {protocol}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.sock.recv(1)  # not a byte of what follows
        tap.check(b" 101 " in head, head)
        self.data = b""
        self.out = bytearray()  # whole frames that wait

    def flush(self):
        """Writes what the socket takes now; whether all of it went."""
        try:
            del self.out[: self.sock.send(self.out, socket.MSG_DONTWAIT)]
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            pass  # why it was closed, read() tells
        return not self.out

    def poll(self):
        """The texts that have come, without waiting for any."""
        return self.read() if select.select([self.sock], [], [], 0)[0] else []

    def read(self):
        """The texts that have come."""
        came = self.sock.recv(65536)
        tap.check(came, "hung up without a word")
        self.data += came
        texts = []
        while len(self.data) >= 2:
            size, at = self.data[1] & 127, 2
            if size == 126:
                size, at = int.from_bytes(self.data[2:4], "big"), 4
            elif size == 127:
                size, at = int.from_bytes(self.data[2:10], "big"), 10
            if len(self.data) < at + size:
                break
            if self.data[0] & 15 == 9:  # a ping: answered, else we are hung up on
                self.out += b"\x8a\x80\0\0\0\0"
                self.flush()
            if self.data[0] & 15 == 8:
                raise tap.Bail(f"closed: {int.from_bytes(self.data[at:at + 2], 'big')} {self.data[at + 2:at + size]}")
            texts.append(self.data[at : at + size])
            self.data = self.data[at + size :]
        return texts


def frame(text):
    """A masked frame (by zero, so the text is as it is) of at most 64 KiB."""
    head = b"\x81" + (bytes([128 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big"))
    return head + b"\0\0\0\0" + text
