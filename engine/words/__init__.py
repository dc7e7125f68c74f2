"""What people read, in their language: one catalog each (gettext), found by code.

The engine speaks in codes and parameters; a face words them. In a sentence `{name}` is a fact, `<name>` a parameter
of an action and `<do:name>` an action, which each face calls as it does: `--unit` and `task grant` on the command
line. A list is told with the language's comma; `{units:5}` tells five of it. `{state:state}` is a code that has a
label (`state.issued`), `{name:param}` a fact that names a parameter; a fact that is a reason is worded in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from engine.words.catalog import Catalog

ENGLISH: Final = "en"
CHINESE: Final = "zh"
LANGUAGES: Final = (CHINESE, ENGLISH)
FOLDER: Final = Path(__file__).parent
COMMA: Final[Mapping[str, str]] = {ENGLISH: ", ", CHINESE: "、"}
Face = Callable[[str, bool], str]
"""How a face calls a parameter, or (where the second is true) an action."""


def said(key: str, facts: Mapping[str, object] | None = None, lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return the sentence of a code with its facts in a language; the code and its facts where no catalog has it."""
    told = facts or {}
    text = called(key, "", lang)
    if not text:
        return " ".join([key, *(f"{name}={value}" for name, value in told.items())])
    if "{" not in text and "<" not in text:
        return text
    from engine.words.sentence import filled  # a formatter takes longer to import than a page of help may

    return filled(text, told, lang, face or command_line)


def line(key: str, facts: Mapping[str, object], lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return the one line a person reads of an error: its code and its sentence."""
    return f"{key.partition('.')[0]}  {said(key, facts, lang, face)}"


def reason(told: Mapping[str, object] | str, lang: str = ENGLISH, face: Face | None = None) -> str:
    """Return a reason in a language: what somebody typed as it stands, a code with its facts as a sentence."""
    if isinstance(told, str):
        return told
    code = str(told["code"])
    if _is_error(code):
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
    return called(key, key.partition(".")[2], lang)


def labels(family: str, told: str, lang: str = ENGLISH) -> str:
    """Return the names of codes of a family that stand side by side; what is none of them stands as it was told."""
    return COMMA[lang].join(called(f"{family}.{each}", each, lang) for each in told.split(", "))


def command_line(name: str, is_action: bool) -> str:
    """Return how the command line calls a parameter or an action."""
    if is_action:
        return catalog(ENGLISH).get(f"command.{name}") or name
    return f"--{name.replace('_', '-')}"


def _is_error(code: str) -> bool:
    """Tell whether a code is one of an error, such as PG301.busy."""
    head = code.partition(".")[0]
    return len(head) == 5 and head[:2] in ("PG", "PS") and head[2:].isdecimal()


@cache
def catalog(lang: str) -> Mapping[str, str]:
    """Return the sentences of a language by their codes."""
    return Catalog((FOLDER / lang / "LC_MESSAGES" / "phasegate.mo").read_bytes())


def called(key: str, otherwise: str, lang: str) -> str:
    """Return the name of a code in a language, or in its place what is given."""
    return catalog(lang).get(key) or catalog(ENGLISH).get(key) or otherwise
