"""What people read, in their language: one catalog each (gettext), found by code.

The engine speaks in codes and parameters; a face words them. In a sentence `{name}` is a fact, `<name>` a parameter
of an action and `<do:name>` an action, which each face calls as it does: `--unit` and `task grant` on the command
line. A list is told with the language's comma; `{units:5}` tells five of it. `{state:state}` is a code that has a
label (`state.issued`), `{name:param}` a fact that names a parameter; a fact that is a reason is worded in its turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter
from typing import Any, Final

ENGLISH: Final = "en"
CHINESE: Final = "zh"
LANGUAGES: Final = (CHINESE, ENGLISH)
FOLDER: Final = Path(__file__).parent
COMMA: Final[Mapping[str, str]] = {ENGLISH: ", ", CHINESE: "、"}
AND_MORE: Final[Mapping[str, str]] = {ENGLISH: " and {} more", CHINESE: "等{}个"}
PARAMETER: Final = "param"
LABELS: Final = (
    "action", "cure", "deadline", "evidence", "field", "kind", "level", "mark", "outcome", "pace", "phase", "place",
    "role", "sight", "state", "thing",
)  # fmt: skip
"""The families of labels that a sentence may call by; see the catalogs."""
PLACE: Final = re.compile(r"<(do:)?([a-z_]+)>")
ERROR: Final = re.compile(r"P[GS][0-9]{3}\b")
"""How the codes of errors begin."""
Face = Callable[[str, bool], str]
"""How a face calls a parameter, or (where the second is true) an action."""


def said(key: str, facts: Mapping[str, object] | None = None, lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return the sentence of a code with its facts in a language; the code and its facts where no catalog has it."""
    told = facts or {}
    text = catalog(lang).get(key) or catalog(ENGLISH).get(key)
    if text is None:
        return " ".join([key, *(f"{name}={value}" for name, value in told.items())])
    called = face or command_line
    return _Sentence(lang, called).vformat(PLACE.sub(lambda place: called(place[2], bool(place[1])), text), (), told)


def line(key: str, facts: Mapping[str, object], lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return the one line a person reads of an error: its code and its sentence."""
    return f"{key.partition('.')[0]}  {said(key, facts, lang, face)}"


def reason(told: Mapping[str, object] | str, lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return a reason in a language: what somebody typed as it stands, a code with its facts as a sentence."""
    if isinstance(told, str):
        return told
    code = str(told["code"])
    if ERROR.match(code):
        return line(code, told, lang, face)
    return said(f"reason.{code}", told, lang, face)


def first(keys: Sequence[str], lang: str = ENGLISH, facts: Mapping[str, object] | None = None) -> str:
    """Return the sentence of the first of several codes that a language has, else English; nothing where none is."""
    for known in (catalog(lang), catalog(ENGLISH)):
        for key in keys:
            if key in known:
                return said(key, facts, lang)
    return ""


def label(key: str, lang: str = ENGLISH) -> str:
    """Return the name of a thing in a language, or its code where no catalog has it."""
    return catalog(lang).get(key) or catalog(ENGLISH).get(key) or key.partition(".")[2]


def labels(family: str, told: str, lang: str = ENGLISH) -> str:
    """Return the names of codes of a family that stand side by side; what is none of them stands as it was told."""
    return COMMA[lang].join(_called(f"{family}.{each}", each, lang) for each in told.split(", "))


def command_line(name: str, is_action: bool) -> str:
    """Return how the command line calls a parameter or an action."""
    if is_action:
        return catalog(ENGLISH).get(f"command.{name}") or name
    return f"--{name.replace('_', '-')}"


@cache
def catalog(lang: str) -> Mapping[str, str]:
    """Return the sentences of a language by their codes."""
    with (FOLDER / lang / "LC_MESSAGES" / "phasegate.mo").open("rb") as file:
        found: dict[str, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return found


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
            return _called(f"{format_spec}.{value}", str(value), self._lang)
        return str(super().format_field(value, format_spec))


def _called(key: str, otherwise: str, lang: str) -> str:
    return catalog(lang).get(key) or catalog(ENGLISH).get(key) or otherwise


def _listed(values: list[str], most: int, lang: str) -> str:
    shown = values[:most] if most else values
    rest = len(values) - len(shown)
    return COMMA[lang].join(shown) + (AND_MORE[lang].format(rest if lang == ENGLISH else len(values)) if rest else "")
