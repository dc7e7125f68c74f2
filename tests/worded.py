"""What a person reads, in English, of an error of the channels and of what a record tells of a message."""

from __future__ import annotations

from engine import words
from engine.model.plain import reason_in
from notifications.notice import NoticeError


def line(error: NoticeError) -> str:
    """Return the line that a face prints of an error."""
    return words.line(error.key, error.facts)


def told(detail: str) -> str:
    """Return what a face prints of a result that was recorded."""
    return words.reason(reason_in(detail))
