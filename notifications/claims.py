"""What a notice claims, and that it claims nothing the records do not bear (SEMANTICS N6).

The head of a template declares each of its claims as `words=fact`: the words as they stand in its text, and the
fact without which they may not stand there. What a template puts out is marked, so that the claims of a letter are
known from its template and never guessed from words that somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.records import record
from notifications.notice import CannotRender, NoticeRequest, Unborne

_MARK: Final = "\x1d"
_MARKED: Final = re.compile(f"{_MARK}([^{_MARK}]*){_MARK}")

Claims = Mapping[str, str]
"""The fact that bears each claim, by the words of the claim."""


@record(kw_only=False)
class Told:
    """A text, and the words by which it claims something."""

    text: str
    claims: frozenset[str]


def marked(text: str, claims: Claims) -> str:
    """Return the text of a template with a mark before each claim, the longest words first."""
    if not claims:
        return text
    words = "|".join(re.escape(each) for each in sorted(claims, key=len, reverse=True))
    return re.sub(words, lambda found: f"{_MARK}{found[0]}{_MARK}{found[0]}", text)


def told(text: str, claims: Claims) -> Told:
    """Return a text without its marks, and what they mark."""
    if _MARK not in text:
        return Told(text, frozenset())
    found = frozenset(_MARKED.findall(text))
    if found - claims.keys():
        raise CannotRender("control_character", kind="")
    return Told(_MARKED.sub("", text), found)


def require_borne(request: NoticeRequest, found: frozenset[str], claims: Claims) -> None:
    """Refuse a notice that claims what no record bears: a letter too few is better than one that is not true."""
    for words in sorted(found):
        if claims[words] not in request.borne:
            raise Unborne(kind=request.kind, claim=words, fact=claims[words])
