"""The one form in which a notice becomes an e-mail; the same envelope gives the same bytes."""

from __future__ import annotations

from base64 import encodebytes
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from notifications.channels import ChannelResult, Envelope, all_alike
from notifications.notice import coded

_POLICY = SMTP.clone(cte_type="7bit")
_CONTENT = (
    b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\n'
)

_PLAIN = ("Date", "Message-ID")
"""Headers that need neither parsing nor folding as long as they are short."""


def message_bytes(envelope: Envelope) -> bytes:
    """Return the message in MIME, UTF-8 in base64, lines ending in CRLF."""
    headers = (
        ("From", envelope.sender),
        ("To", ", ".join(envelope.recipients)),
        ("Subject", envelope.subject),
        ("Date", format_datetime(envelope.date)),
        ("Message-ID", f"<{envelope.message_id}>"),
        *envelope.headers,
    )
    return b"".join((*(_header(*header) for header in headers), _CONTENT, _body(envelope.body)))


def unfit(envelope: Envelope, error: ValueError) -> tuple[ChannelResult, ...]:
    """Return what becomes of a message that cannot be written as an e-mail: it will be so tomorrow."""
    return all_alike(envelope, "refused", coded("no_mail", said=str(error)))


def _header(name: str, value: str) -> bytes:
    line = f"{name}: {value}\r\n"
    return line.encode() if name in _PLAIN and line.isascii() and len(line) <= 80 else _folded(name, value)


# Parsing and folding a header costs more than all the rest, and most headers come again and again.
@lru_cache(maxsize=4096)
def _folded(name: str, value: str) -> bytes:
    return _POLICY.fold_binary(*_POLICY.header_store_parse(name, value))


def _body(text: str) -> bytes:
    lines = text.encode().splitlines() or [b""]
    return encodebytes(b"".join(line + b"\r\n" for line in lines)).replace(b"\n", b"\r\n")
