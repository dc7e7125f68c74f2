"""Units: the directory with contacts and vacancies, as of today (SEMANTICS L3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from engine import units
from engine.model import Deadline, Unit, UnitContact
from engine.service.duties.apply import deadlines
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.columns import Column, Listing
from engine.service.kernel.plain import Row, day
from engine.service.kernel.sight import sees
from engine.store.queries import assignments
from engine.store.queries import deadlines as queries

LEVELS = ("liaison", "deputy", "head", "group")
RUNNING = ("armed", "paused", "suspended")
GROUP_LEVEL = 3


def _address(level: str) -> Callable[[Row], object]:
    return lambda row: row["contacts"].get(level, {}).get("address", "")


def _vacant(row: Row) -> list[Row]:
    vacant = [{"code": "levels", "levels": row["vacancies"]}] if row["vacancies"] else []
    coming = [{"code": "reached_from", **each} for each in row["coming"]]
    return [*vacant, *coming, *([] if row["exists"] else [{"code": "not_there_today"}])]


LIST: Final = Listing(
    name="units",
    key=("unit",),
    columns=(
        Column(key="unit", kind="reference", width=22, leads="unit"),
        Column(key="relation", width=12),
        Column(key="open", kind="number", width=8),
        *(Column(key=level, of=_address(level), width=28, seen_as="address") for level in LEVELS),
        Column(key="vacant", of=_vacant, width=30),
    ),
)


def listed(case: CampaignSession) -> list[Row]:
    """Return the units in the order of the directory, with who is reached at each level today, as one may see it."""
    contacts = _contacts(case) if sees(case, "address") else {}
    owed = _open(case)
    vacant = vacancies(case) if sees(case, "progress") else {}
    directory = case.plan.workflow.directory.units
    return [
        _row(case, unit, contacts.get(unit.name, []), owed.get(unit.name, 0), vacant.get(unit.name, []))
        for unit in directory.values()
    ]


def _row(case: CampaignSession, unit: Unit, contacts: list[UnitContact], owed: int, vacant: list[int]) -> Row:
    today = case.today
    return {
        "unit": unit.name,
        "relation": unit.relation,
        "kind": unit.kind,
        "exists": units.is_valid(unit, today),
        "open": owed if sees(case, "duty", unit.name) else None,
        "contacts": {LEVELS[c.level]: _contact(c) for c in contacts if c.valid_from <= today <= c.valid_to},
        "coming": [{"level": LEVELS[c.level], **_contact(c)} for c in contacts if c.valid_from > today],
        "vacancies": [LEVELS[level] for level in vacant],
    }


def _contact(contact: UnitContact) -> Row:
    return {
        "address": contact.address,
        "channel": contact.channel,
        "from": _bounded(contact.valid_from),
        "to": _bounded(contact.valid_to),
    }


def _bounded(on: date) -> str | None:
    return None if on in (date.min, date.max) else day(on)


def vacancies(case: CampaignSession) -> Mapping[str, list[int]]:
    """Return for each unit the levels that its open ladders would tell and where nobody is reached."""
    needed: dict[str, set[int]] = defaultdict(set)
    for deadline in (each for each in _running(case) if not case.has_ended(each.unit)):
        cap = deadlines.cap(case, deadline.unit)
        needed[deadline.unit] |= {level for level in _levels(case, deadline) if level <= cap}
    case.know_contacts()
    found = {unit: sorted(levels - deadlines.reachable(case, unit)) for unit, levels in needed.items()}
    return {unit: found[unit] for unit in case.plan.workflow.directory.units if found.get(unit)}


def _levels(case: CampaignSession, deadline: Deadline) -> set[int]:
    return {rung.level for rung in case.plan.ladder(deadline.ladder).rungs if rung.level <= GROUP_LEVEL}


def _running(case: CampaignSession) -> Iterable[Deadline]:
    return queries.in_states(case.work, case.id, RUNNING)


def _contacts(case: CampaignSession) -> Mapping[str, list[UnitContact]]:
    found: dict[str, list[UnitContact]] = defaultdict(list)
    for contact in case.work.find(UnitContact, campaign=case.id, order="level, valid_from, id"):
        found[contact.unit].append(contact)
    return found


def _open(case: CampaignSession) -> Mapping[str, int]:
    return assignments.open_by_unit(case.work, case.id, SETTLED)
