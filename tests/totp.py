"""The app for codes of a phone (RFC 6238)."""

import hmac
import struct
import time
from base64 import b32decode


def code(secret, steps=0):
    """What the app shows, or will after so many half minutes."""
    moment = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.digest(b32decode(secret), moment, "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
