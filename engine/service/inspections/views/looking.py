"""Rounds of looking as a person reads them, and a draw done again from the history (SEMANTICS V1, V2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from engine import draws
from engine.errors import BadInput
from engine.model import Record, Round
from engine.service.inspections import rounds
from engine.service.inspections.commands.looking import strata
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.journal import told_by
from engine.service.kernel.plain import Row, day

LIST: Final = Listing(
    name="rounds",
    key=("round",),
    columns=(
        Column(key="round", kind="reference", width=10, leads="look"),
        Column(key="kind", kind="code", family="kind", width=10),
        Column(key="title", width=30),
        Column(key="opened_on", head="opened", kind="day"),
        Column(key="due_on", head="due", kind="day"),
        Column(key="units", kind="number", of=lambda row: len(row["units"]), width=8),
        Column(key="document", width=24),
    ),
)
PAIRS: Final = Listing(
    name="pairs",
    key=("inspects",),
    columns=(
        Column(key="inspects", kind="reference", width=18, leads="unit"),
        Column(key="inspected", head="is inspected", kind="reference", width=18, leads="unit"),
    ),
)
LOTS: Final = Listing(
    name="lots",
    key=("no",),
    columns=(
        Column(key="no", width=8),
        Column(key="lot", of=lambda row: row["lot"][:16], width=18),
        Column(key="unit", kind="reference", width=18, leads="unit"),
    ),
)
DRAWN = ("draw", "pair")
"""The actions whose records hold a draw."""


def listed(case: CampaignSession) -> list[Row]:
    """Return every round, oldest first."""
    return [_row(found) for found in rounds.all_of(case)]


def _row(found: Round) -> Row:
    return {
        "round": found.name,
        "kind": found.kind,
        "title": found.title,
        "document": found.document,
        "opened_on": day(found.opened_on),
        "due_on": day(found.due_on),
        "units": rounds.looked_at(found),
    }


def shown(case: CampaignSession, name: str) -> Row:
    """Return a round with all that it drew: candidates, seed, who looks at whom."""
    found = rounds.named(case, name)
    return _row(found) | {"seed": found.seed, "seed_from": found.seed_from} | rounds.outcome(found)


def pairs_of(found: Row) -> list[Row]:
    """Return who looks at whom as rows."""
    return [{"inspects": one, "inspected": other} for one, other in found["pairs"]]


# --- done again ---


def repeated(case: CampaignSession, name: str) -> Row:
    """Draw again with what the history published, and say whether the same comes out."""
    record = _record(case, name)
    facts: Row = told_by(record)["facts"]
    recorded = _recorded(facts)
    again = _again(facts)
    return {
        "round": name,
        "record": record.seq,
        "hash": record.hash,
        "seed": facts["seed"],
        "seed_from": facts.get("seed_from", ""),
        "draws": [_lots(facts["seed"], among) for among in _candidates(facts)],
        "recorded": recorded,
        "again": again,
        "agrees": recorded == again,
    }


def _record(case: CampaignSession, name: str) -> Record:
    found = [
        record
        for action in DRAWN
        for record in case.work.find(Record, journal=case.id, action=action, subject=name, outcome="done")
    ]
    if found:
        return found[0]
    rounds.named(case, name)
    raise BadInput("nothing_drawn", found=name)


def _candidates(facts: Row) -> Sequence[Sequence[str]]:
    return [draw["candidates"] for draw in facts["draws"]] if "draws" in facts else [facts["candidates"]]


def _lots(seed: str, among: Sequence[str]) -> list[Row]:
    return [{"lot": draws.lot(seed, name), "unit": name} for name in draws.order(seed, among)]


def numbered(lots: Sequence[Row]) -> list[Row]:
    """Return lots with their places, the first first."""
    return [{"no": number, **lot} for number, lot in enumerate(lots, 1)]


def _recorded(facts: Row) -> list[Any]:
    return [draw["taken"] for draw in facts["draws"]] if "draws" in facts else facts["pairs"]


def _again(facts: Row) -> list[Any]:
    seed = facts["seed"]
    if "draws" in facts:
        return [list(draws.drawn(seed, d["candidates"], len(d["taken"]))) for d in facts["draws"]]
    return [list(pair) for pair in draws.pairs(seed, facts["candidates"])]


def among(case: CampaignSession, given: Row) -> list[list[str]]:
    """Return whom a draw would be among; nothing is drawn."""
    named, without = given["among"], given.get("without") or ()
    return strata(case, named, without, each=bool(given.get("per_group")))
