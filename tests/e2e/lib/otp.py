"""otp.py - an authenticator app: RFC 6238 as its users' phones have it, written apart from the daemon's library."""
import base64
import hashlib
import hmac
import time
import urllib.parse


def code(address, step=0):
    """The six digits of now, or of a step of 30 s before or after."""
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["secret"][0]
    counter = int(time.time()) // 30 + step
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1000000:06}"
