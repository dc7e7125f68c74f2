"""Units that were renamed, merged or started in a running campaign, laid over its workflow (docs/semantics.md R3).

An old unit stays in the directory, with the last day on which it existed: what was settled under its
name keeps it. Its successor stands right after it, in the groups and roles that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

from engine.model import Condition, Directory, Group, Phase, Quota, QuotaShare, Task, Unit, Workflow
from engine.model.workflow import Relation
from engine.records import record, replace


@record
class Succession:
    """Units that were renamed or merged, or one that started, since a day and by a document.

    `groups`, `relation` and `kind` are those of a new unit; what is missing is as with the first of the old ones.
    """

    what: Literal["rename", "merge", "start"]
    new: str
    since: date
    document: str
    old: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    relation: Relation | None = None
    kind: str = ""


def with_units(workflow: Workflow, told: Succession) -> Workflow:
    """Return a workflow with one succession laid over it."""
    old, new = told.old, told.new
    changed = replace(
        workflow,
        directory=_directory(workflow.directory, told),
        tasks=tuple(_task(task, old, new) for task in workflow.tasks),
        phases=tuple(_phase(phase, old, new) for phase in workflow.phases),
        quotas=tuple(_quota(quota, old, new) for quota in workflow.quotas),
    )
    if workflow.indicators is None:
        return changed
    each = (replace(one, units=_also(one.units, old, new)) for one in workflow.indicators.indicators)
    return replace(changed, indicators=replace(workflow.indicators, indicators=tuple(each)))


# --- the directory ---


def _directory(directory: Directory, told: Succession) -> Directory:
    since, old, new = told.since, told.old, told.new
    unit = directory.units.get(new) or _unit(directory, told)
    unit = replace(unit, succeeds=(*unit.succeeds, *(name for name in old if name != new)))
    units: dict[str, Unit] = {}
    for name, known in directory.units.items():
        units[name] = replace(known, valid_to=since - timedelta(days=1)) if name in old and name != new else known
        if old and name == old[0]:
            units[new] = unit
    units[new] = unit
    groups = {name: _group(group, told) for name, group in directory.groups.items()}
    return Directory(units=units, groups=groups)


def _unit(directory: Directory, told: Succession) -> Unit:
    like = [directory.units[name] for name in told.old if name in directory.units]
    plain = replace(like[0], contacts=(), valid_to=max(each.valid_to for each in like)) if like else Unit(name="")
    relation, kind = told.relation or plain.relation, told.kind or plain.kind
    return replace(plain, name=told.new, address_as="", valid_from=told.since, relation=relation, kind=kind)


def _group(group: Group, told: Succession) -> Group:
    old, new = told.old, told.new
    include = _also(group.include, old, new)
    if group.name in told.groups and new not in include:
        include = (*include, new)
    return replace(group, include=include, exclude=_also(group.exclude, old, new))


def _also(names: Iterable[str], old: tuple[str, ...], new: str) -> tuple[str, ...]:
    """Return names with the successor right after the first of the old that stands among them."""
    found: dict[str, None] = {}
    for name in names:
        found[name] = None
        if name in old:
            found[new] = None
    return tuple(found)


def _instead(names: Iterable[str], old: tuple[str, ...], new: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new if name in old else name for name in names))


# --- what names units ---


def _task(task: Task, old: tuple[str, ...], new: str) -> Task:
    return replace(
        task,
        lead=_also(task.lead, old, new),
        responsible=_also(task.responsible, old, new),
        supporting=_also(task.supporting, old, new),
        inherited=_also(task.inherited, old, new),
    )


def _phase(phase: Phase, old: tuple[str, ...], new: str) -> Phase:
    return replace(phase, gate=_condition(phase.gate, old, new))


def _condition(condition: Condition, old: tuple[str, ...], new: str) -> Condition:
    """Return a condition in which a named successor counts as well, and hosts what the old ones were to host."""
    params = dict(condition.params)
    if isinstance(named := params.get("units"), tuple):
        params["units"] = _also(named, old, new)
    if isinstance(each := params.get("each"), Mapping):
        params["each"] = _summed(each, old, new)
    children = tuple(_condition(child, old, new) for child in condition.children)
    return replace(condition, params=params, children=children)


def _summed(each: Mapping[str, int], old: tuple[str, ...], new: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, number in each.items():
        whose = new if name in old else name
        found[whose] = found.get(whose, 0) + number
    return found


def _quota(quota: Quota, old: tuple[str, ...], new: str) -> Quota:
    """Return a quota in which the new unit is to host what the old ones, and it, were to host each."""
    merging = [s for s in quota.per_unit if not s.together for unit in s.units if unit in (*old, new)]
    shares = [replace(share, units=_instead(share.units, old, new)) for share in quota.per_unit]
    if len(merging) > 1:
        shares = [*_merged(shares, merging, new)]
    return replace(quota, per_unit=tuple(shares))


def _merged(shares: list[QuotaShare], merging: list[QuotaShare], new: str) -> Iterator[QuotaShare]:
    """Yield the shares with one of the new unit's own, for the sum of those that it takes over."""
    taken = [share for share in shares if not share.together and new in share.units]
    for share in shares:
        if share is taken[0]:
            yield replace(share, units=(new,), printed=(new,), least=_sum(share.least for share in merging))
        others = tuple(unit for unit in share.units if unit != new) if share in taken else share.units
        if others:
            yield replace(share, units=others)


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Return the sum of the numbers that are stated, None where none is."""
    stated = [number for number in numbers if number is not None]
    return sum(stated) if stated else None
