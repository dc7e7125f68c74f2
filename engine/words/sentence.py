"""A sentence filled with what it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, Final

from engine.texts import in_line
from engine.words import CHINESE, COMMA, ENGLISH, Face, called, reason

AND_MORE: Final[Mapping[str, str]] = {ENGLISH: " and {} more", CHINESE: "等{}个"}
PARAMETER: Final = "param"
LABELS: Final = (
    "action", "cure", "deadline", "evidence", "field", "kind", "level", "mark", "outcome", "pace", "phase", "place",
    "role", "sight", "state", "thing",
)  # fmt: skip
"""The families of labels that a sentence may call by; see the catalogs."""
PLACE: Final = re.compile(r"<(do:)?([a-z_]+)>")


def filled(text: str, facts: Mapping[str, object], lang: str, face: Face) -> str:
    """Return a sentence with its facts, its parameters and actions called as a face calls them."""
    named = PLACE.sub(lambda place: face(place[2], bool(place[1])), text)
    return _Sentence(lang, face).vformat(named, (), facts)


class _Sentence(Formatter):
    """Fills a sentence; what it speaks of and was not told stays as it is written."""

    def __init__(self, lang: str, face: Face) -> None:
        self._lang = lang
        self._face = face

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, f"{{{key}}}")

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list | tuple | set | frozenset):
            most, kind = (int(format_spec), "") if format_spec.isdigit() else (0, format_spec)
            return _listed([self.format_field(each, kind) for each in value], most, self._lang)
        if isinstance(value, Mapping) and "code" in value:
            return reason(value, self._lang, self._face)
        if format_spec == PARAMETER:
            return self._face(str(value), False)
        if format_spec in LABELS:
            return called(f"{format_spec}.{value}", str(value), self._lang)
        return _in_line(str(super().format_field(value, format_spec)))


def _in_line(said: str) -> str:
    """Return what somebody typed as part of one line: it cannot begin another (SEMANTICS H10)."""
    return in_line(said) if "\n" in said else said


def _listed(values: list[str], most: int, lang: str) -> str:
    shown = values[:most] if most else values
    rest = len(values) - len(shown)
    return COMMA[lang].join(shown) + (AND_MORE[lang].format(rest if lang == ENGLISH else len(values)) if rest else "")
