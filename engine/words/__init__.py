"""What people read, in their language: one catalog each (gettext), found by code.

The engine speaks in codes and parameters; a face words them. In a sentence `{name}` is a fact, `<name>` a parameter
of an action and `<do:name>` an action, which each face calls as it does: `--unit` and `task grant` on the command
line. A list is told with the language's comma; `{units:5}` tells five of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
PLACE: Final = re.compile(r"<(do:)?([a-z_]+)>")
Face = Callable[[str, bool], str]
"""How a face calls a parameter, or (where the second is true) an action."""


def said(
    key: str,
    facts: Mapping[str, object] | None = None,
    lang: str = ENGLISH,
    face: Face | None = None,
    otherwise: str = "",
) -> str:
    """Return the sentence of a code with its facts in a language; `otherwise` where no catalog has the code."""
    text = catalog(lang).get(key) or catalog(ENGLISH).get(key) or otherwise or key
    named = PLACE.sub(lambda place: (face or command_line)(place[2], bool(place[1])), text)
    return _Sentence(lang).vformat(named, (), facts or {})


def label(key: str, lang: str = ENGLISH) -> str:
    """Return the name of a thing in a language, or its code where no catalog has it."""
    return catalog(lang).get(key) or key.rpartition(".")[2]


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

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, f"{{{key}}}")

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list | tuple | set | frozenset):
            return _listed([str(each) for each in value], int(format_spec or 0), self._lang)
        return str(super().format_field(value, format_spec))


def _listed(values: list[str], most: int, lang: str) -> str:
    shown = values[:most] if most else values
    rest = len(values) - len(shown)
    return COMMA[lang].join(shown) + (AND_MORE[lang].format(rest if lang == ENGLISH else len(values)) if rest else "")
