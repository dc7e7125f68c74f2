"""How rounds of looking are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.cli.shell.listing import as_table, title
from engine.cli.shell.output import Table

Found = Mapping[str, Any]
Part = str | Table


def round_sheet(found: Found, lang: str) -> Iterator[Part]:
    """Yield a round with whom it drew, paired or asked."""
    from engine.service.inspections.views.looking import PAIRS, pairs_of

    due = f", by {found['due_on']}" if found["due_on"] else ""
    yield f"{found['round']} {found['title']} ({found['kind']}), opened {found['opened_on']}{due}"
    yield f"rests on: {found['document']}"
    if found["seed"]:
        yield f"seed: {found['seed']} ({found['seed_from'] or 'drawn when it was needed'})"
    for draw in found.get("draws", ()):
        yield f"drawn: {'、'.join(draw['taken'])}, among {len(draw['candidates'])}"
    if "pairs" in found:
        yield ""
        yield as_table(PAIRS.of(pairs_of(dict(found))), lang)
    if "units" in found and not found["seed"]:
        yield f"asked: {'、'.join(found['units'])}"


def repeat_sheet(found: Found, lang: str) -> Iterator[Part]:
    """Yield the lots of a draw in their order, and whether it comes out as recorded."""
    from engine.service.inspections.views.looking import LOTS, numbered

    yield f"{found['round']}: record {found['record']}, {found['hash'][:16]}"
    yield f"seed: {found['seed']}"
    for lots in found["draws"]:
        yield ""
        yield as_table(LOTS.of(numbered(lots)), lang)
    yield ""
    yield "the same comes out" if found["agrees"] else f"recorded {found['recorded']}, but now {found['again']}"


def month_sheet(found: Found, lang: str) -> Iterator[Part]:
    """Yield what changed in a month, who told nothing new, who is silent, and the matters."""
    from engine.service.inspections.views.monthly import CHANGED

    yield f"{found['title']}: {len(found['asked'])} asked, by {found['due_on']}"
    yield ""
    changed = CHANGED.of(found["changed"])
    yield as_table(changed, lang, title(changed, lang))
    for name in ("unchanged", "silent"):
        if found[name]:
            yield f"{name}: {'、'.join(found[name])}"
    if found["matters"]:
        yield ""
        yield str(found["matters"])
