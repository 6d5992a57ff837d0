"""Signatures between venue and provider: HMAC-SHA256 over "<timestamp>.<text>"."""
import hashlib
import hmac
import time
from pathlib import Path

REPLAY_WINDOW_SECONDS = 300


def read_secret(path):
    return Path(path).read_bytes().strip()


def sign(secret, timestamp, text):
    return "v1=" + hmac.new(secret, f"{timestamp}.".encode() + text, hashlib.sha256).hexdigest()


def is_signed(secret, headers, text):
    """`headers`: a mapping with Rialto-Timestamp and Rialto-Signature."""
    timestamp = headers.get("Rialto-Timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > REPLAY_WINDOW_SECONDS:
        return False
    return hmac.compare_digest(sign(secret, timestamp, text), headers.get("Rialto-Signature", ""))


def headers_for(secret, text, now=None):
    timestamp = str(int(time.time() if now is None else now))
    return {"Content-Type": "application/json", "Rialto-Timestamp": timestamp,
            "Rialto-Signature": sign(secret, timestamp, text)}
