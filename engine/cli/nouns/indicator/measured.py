"""How indicators are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.cli.shell.listing import as_table, below, title
from engine.cli.shell.output import Table

Found = Mapping[str, Any]
Part = str | Table


def set_sheet(found: Found, lang: str) -> Iterator[Part]:
    """Yield the indicators as a whole: version, sums, each unit, vetoes."""
    from engine.service.indicators.views.sheet import UNITS, VETOES

    yield f"{found['title']} ({found['id']}), version {found['version']}, {found['indicators']} indicators"
    yield f"sha256 {found['sha256']}"
    extra = f" and {found['extra']} extra" if found["extra"] != "0" else ""
    yield f"self {found['self']}, checked {found['checked']}, of {found['points']} points{extra}"
    yield f"scored {found['scored']} of {found['to_score']}, evidence {found['full']} of {found['slots']}"
    if found["duplicates"]:
        yield f"{found['duplicates']} files from several units to be judged: `indicator duplicates`"
    yield ""
    yield as_table(UNITS.of(found["units"]), lang)
    yield from below([VETOES.of(found["vetoes"])], lang)


def indicator_sheet(found: Found, lang: str) -> Iterator[Part]:
    """Yield all that is known of one indicator."""
    from engine.service.indicators.views.sheet import PIECES, SCORES, VETOES

    worth = "veto" if found["veto"] else f"{found['points']} points"
    yield f"{found['indicator']} {found['title']}, {worth}, per {found['period']}"
    if found["check"]:
        yield f"checked by: {found['check']}"
    yield f"units: {'、'.join(found['units'])}"
    for slot in found["evidence"]:
        yield f"evidence {slot['id']}: {slot['title']}, at least {slot['least']} per {slot['per']}"
    for each in (SCORES.of(found["scores"]), PIECES.of(found["pieces"])):
        yield ""
        yield as_table(each, lang, title(each, lang))
    yield from below([VETOES.of(found["vetoes"])], lang)
