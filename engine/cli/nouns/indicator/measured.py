"""How indicators are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.cli.shell.output import Table

Found = Mapping[str, Any]
Part = str | Table
NUMBERS = frozenset({"points", "self", "checked", "evidence", "version", "have", "least"})


def set_sheet(found: Found) -> Iterator[Part]:
    """Yield the indicators as a whole: version, sums, each unit, vetoes."""
    yield f"{found['title']} ({found['id']}), version {found['version']}, {found['indicators']} indicators"
    yield f"sha256 {found['sha256']}"
    extra = f" and {found['extra']} extra" if found["extra"] != "0" else ""
    yield f"self {found['self']}, checked {found['checked']}, of {found['points']} points{extra}"
    yield f"scored {found['scored']} of {found['to_score']}, evidence {found['full']} of {found['slots']}"
    if found["duplicates"]:
        yield f"{found['duplicates']} files from several units to be judged: `indicator duplicates`"
    yield ""
    rows = [(row["unit"], row["points"], row["self"], row["checked"]) for row in found["units"]]
    yield Table(("unit", "points", "self", "checked"), rows, right=NUMBERS)
    yield from _vetoes(found["vetoes"])


def indicator_sheet(found: Found) -> Iterator[Part]:
    """Yield all that is known of one indicator."""
    worth = "veto" if found["veto"] else f"{found['points']} points"
    yield f"{found['indicator']} {found['title']}, {worth}, per {found['period']}"
    if found["check"]:
        yield f"checked by: {found['check']}"
    yield f"units: {'、'.join(found['units'])}"
    for slot in found["evidence"]:
        yield f"evidence {slot['id']}: {slot['title']}, at least {slot['least']} per {slot['per']}"
    yield ""
    yield _rows("scores", ("unit", "period", "kind", "points", "on", "note"), found["scores"])
    yield ""
    heads = ("slot", "unit", "period", "kind", "name", "text", "version", "state", "on")
    yield _rows("pieces", heads, found["pieces"])
    yield from _vetoes(found["vetoes"])


def _rows(title: str, heads: Sequence[str], found: Sequence[Found]) -> Table:
    return Table(heads, [tuple(row[head] for head in heads) for row in found], title=title, right=NUMBERS)


def _vetoes(found: Sequence[Found]) -> Iterator[Part]:
    if found:
        yield ""
        yield _rows("vetoes that stand", ("indicator", "unit", "raised_on", "reason", "document"), found)
