"""The kinds of notice: a new kind is a file here, named as it, and its template in `notifications/templates`.

A file without a template, or a template without a file, is an error as soon as notices are to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final

from engine.service.notices.kind import NoticeKind
from notifications import kinds as texts


class Kinds(Mapping[str, NoticeKind]):
    """The kinds by name; the file of one is imported when it is first asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._known: dict[str, NoticeKind] = {}

    def __getitem__(self, name: str) -> NoticeKind:
        """Return a kind; KeyError for none."""
        if name not in self._known:
            if name not in self._names:
                raise KeyError(name)
            self._known[name] = _read(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield all names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)


def _read(name: str) -> NoticeKind:
    kind: NoticeKind = import_module(f"{__name__}.{name}").KIND
    if kind.name != name:
        raise ValueError(f"engine/service/notices/kinds/{name}.py holds the kind {kind.name}; name both alike")
    if unborne := sorted(texts.KINDS[name].facts() - kind.bears.keys()):
        raise ValueError(
            f"engine/service/notices/kinds/{name}.py bears not what its text claims: {', '.join(unborne)}"
        )
    return kind


def _names() -> list[str]:
    here = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    untold, unknown = sorted({*here} - {*texts.KINDS}), sorted({*texts.KINDS} - {*here})
    if untold:
        raise ValueError(f"kinds of notice without a template in notifications/templates: {', '.join(untold)}")
    if unknown:
        raise ValueError(f"templates without a kind in engine/service/notices/kinds: {', '.join(unknown)}")
    return here


KINDS: Final = Kinds(_names())
"""Every kind shipped."""
OWN: Final = NoticeKind(name="")
"""A kind that a workflow adds by its template alone: each item goes by itself."""


def kind_of(name: str) -> NoticeKind:
    """Return a kind by its name, shipped or a workflow's own."""
    return KINDS.get(name, OWN)


__all__ = ["KINDS", "NoticeKind", "kind_of"]
