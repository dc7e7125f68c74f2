"""How a campaign and its gate are shown to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.cli.shell.listing import as_table, below
from engine.cli.shell.output import Table
from engine.cli.shell.said import counts, reckoned

if TYPE_CHECKING:
    from engine.service.kernel.columns import Listing

Found = Mapping[str, Any]
Part = str | Table


def campaign_sheet(found: Found, phases: Listing, parts: Sequence[Listing], lang: str) -> Iterator[Part]:
    """Yield the sheets of a campaign: head, phases, gate, what is next, what somebody must look at."""
    yield from _head(found)
    yield ""
    yield as_table(phases, lang)
    yield from _gate(found)
    yield from below(parts, lang)
    yield from _attention(found)


def _head(found: Found) -> Iterator[str]:
    trial = ", trial run" if found["trial"] else ""
    where = f"in {found['phase_title']} ({found['phase']})" if found["state"] == "running" else ""
    yield f"{found['title']} ({found['key']})"
    yield f"{found['state']} {where}{trial}, adopted {found['adopted_on']}, as of {found['today']}".replace(" ,", ",")
    yield f"lights: {counts(found['lights'])}"
    yield f"assignments: {counts(found['states'])}"
    yield reckoned(found["reckoned"])


def _gate(found: Found) -> Iterator[str]:
    gate = found["gate"]
    if gate is None:
        return
    yield ""
    if gate["open"]:
        yield f"gate of {found['phase_title']}: open; `campaign advance {found['key']}`"
        return
    unmet, all_ = len(gate["unmet"]), gate["conditions"]
    yield f"gate of {found['phase_title']}: shut, {unmet} of {all_} unmet; `campaign gate {found['key']}`"
    yield from (f"  · {text}" for text in gate["unmet"])


def _attention(found: Found) -> Iterator[str]:
    if found["attention"] is None:
        return
    waiting = {name: found["attention"][name] for name in ("drafts", "listed", "failed")}
    if any(waiting.values()):
        words = {"drafts": "to be signed", "listed": "to be released", "failed": "failed"}
        said = ", ".join(f"{number} {words[name]}" for name, number in waiting.items() if number)
        yield ""
        yield f"notices: {said}; `notice list {found['key']}`"
    if found["attention"]["same_file"]:
        yield ""
        files = f"{found['attention']['same_file']} from several units"
        yield f"files: {files}, to be judged; `indicator duplicates {found['key']}`"


def gate_sheet(found: Found, conditions: Listing, lang: str) -> Iterator[Part]:
    """Yield the verdict: each condition with what was counted and needed, then who is missing."""
    word = "open" if found["open"] else "shut"
    yield f"gate of {found['title']} ({found['phase']}): {word}"
    yield ""
    yield as_table(conditions, lang)
    for row in conditions.rows:
        if row["missing"] and not row["children"]:
            yield ""
            yield f"missing for {row['text']} ({len(row['missing'])}):"
            yield f"  {'、'.join(row['missing'])}"
