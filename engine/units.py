"""Units and groups: who is meant by the names of a plan on a given day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import TopologicalSorter

from engine.calendar import DAY
from engine.model import Contact, Directory, Role, Task, Unit, Workflow

Groups = Mapping[str, frozenset[str]]

_ROLES: tuple[Role, ...] = ("lead", "responsible", "supporting", "inherited")


def is_valid(unit: Unit, on: date) -> bool:
    """Tell whether `unit` exists on the day `on`."""
    return unit.valid_from <= on <= unit.valid_to


def resolve(directory: Directory) -> Groups:
    """Return the unit names in each group; graphlib.CycleError if a group contains itself."""
    groups = directory.groups
    inside = {name: [*group.include, *group.exclude] for name, group in groups.items()}
    resolved: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(inside).static_order():
        if name in groups:
            group = groups[name]
            resolved[name] = _union(group.include, resolved) - _union(group.exclude, resolved)
    return resolved


def expand(
    directory: Directory, names: Iterable[str], on: date | None = None, groups: Groups | None = None
) -> tuple[str, ...]:
    """Return the units meant by `names`, each once; a group's members in the directory's order.

    With `on`, only the units that exist on that day; `groups` are those of `resolve`, where they are at hand.
    """
    groups = resolve(directory) if groups is None else groups
    found: dict[str, None] = {}
    for name in names:
        inside = groups.get(name, frozenset())
        members = [unit for unit in directory.units if unit in inside] if name in groups else [name]
        found.update(dict.fromkeys(members))
    return tuple(name for name in found if name in directory.units and _exists(directory, name, on))


def members(task: Task, directory: Directory, on: date, groups: Groups | None = None) -> list[tuple[str, Role]]:
    """Return each unit that `task` falls to on the day `on`, once, in its weightiest role."""
    roles: dict[str, Role] = {}
    groups = resolve(directory) if groups is None else groups
    for role in _ROLES:
        for unit in expand(directory, printed(task, role), on, groups):
            roles.setdefault(unit, role)
    return list(roles.items())


def printed(task: Task, role: Role) -> tuple[str, ...]:
    """Return the units and groups of `task` in `role`, as the plan prints them."""
    names: tuple[str, ...] = getattr(task, role)
    return names


def current(directory: Directory, names: Iterable[str], on: date) -> frozenset[str]:
    """Return units as they are called on a day: who does not exist any more is meant by its successor."""
    lines = directory.lines()
    found: set[str] = set()
    for name in names:
        gone = name in lines and not is_valid(directory.units[name], on)
        line = [each for each in lines[name] if is_valid(directory.units[each], on)] if gone else []
        found.update(line or [name])
    return frozenset(found)


def called(directory: Directory, name: str, on: date) -> str:
    """Return the name that a unit bears on a day: its own, or that of its successor."""
    return min(current(directory, [name], on))


def last_day(directory: Directory, name: str) -> date:
    """Return the day with which a unit ends for good; the last of all where it does not, or another follows it."""
    ends = directory.units[name].valid_to if name in directory.units else date.max
    if ends == date.max or current(directory, [name], ends + DAY) != {name}:
        return date.max
    return ends


def contact(unit: Unit, level: int, on: date) -> Contact | None:
    """Return the contact of `unit` at `level` on the day `on`; the latest to begin, if several."""
    valid = [c for c in unit.contacts if c.level == level and c.valid_from <= on <= c.valid_to]
    return max(valid, key=lambda c: c.valid_from, default=None)


def levels_with_contact(workflow: Workflow, unit: str, on: date) -> frozenset[int]:
    """Return the levels at which somebody can be told about `unit` on the day `on` (SEMANTICS L3).

    Levels 3 and 4 are told through the leading group's contact.
    """
    units = workflow.directory.units
    own = {level for level in (0, 1, 2) if unit in units and contact(units[unit], level, on)}
    group = units.get(workflow.leading_group)
    above = {3, 4} if group and contact(group, 3, on) else set()
    return frozenset(own | above)


def _union(names: Iterable[str], resolved: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        found |= resolved.get(name, frozenset([name]))
    return frozenset(found)


def _exists(directory: Directory, name: str, on: date | None) -> bool:
    return on is None or is_valid(directory.units[name], on)
