"""Units, groups and contacts: from the keys of a directory to its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import CycleError
from typing import cast

from engine.model import Contact, Directory, Group, Place, Relation, Unit
from engine.names import apart, by_key, is_name, key
from engine.reader.channels import channel
from engine.reader.format import LEVELS
from engine.reader.names import ids_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled, Leaf
from engine.reader.words import ADDRESS
from engine.records import replace
from engine.units import resolve


def read_directory(filled: Filled, problems: Problems) -> Directory:
    """Return the units and groups under the keys `units`, `groups` and `contacts`."""
    listed = ids_of(filled.rows("units"), problems, "name")
    known = by_key([*listed, *ids_of(filled.rows("groups"), problems, "name")])
    _check_units(filled.rows("units"), problems)
    patterns = filled.part("contacts")
    units = [_unit(row, patterns, problems) for row in filled.rows("units")]
    kinds: dict[str, list[str]] = {}
    for unit in units:
        kinds.setdefault(unit.kind, []).append(unit.name)
    groups = [_group(row, kinds, known, problems) for row in filled.rows("groups")]
    directory = Directory(
        units={unit.name: unit for unit in units if unit.name},
        groups={group.name: group for group in groups if group.name},
    )
    if _check_groups(filled.rows("groups"), directory, problems):
        return directory
    # Who is in them cannot be told; nothing that is read on may ask.
    return replace(directory, groups={name: Group(name=name, include=()) for name in directory.groups})


def _check_units(rows: Iterable[Filled], problems: Problems) -> None:
    """Note the units whose name is none: a stroke that keeps a place, an error of a sheet, a formula."""
    for leaf in filter(None, (row.leaf("name") for row in rows)):
        if not is_name(leaf.text):
            problems.add("PW318", leaf.place, "that is no name", leaf.text, "write the name itself")
        elif len(apart(leaf.text)) > 1:
            problems.add("PW318", leaf.place, "these are several names", leaf.text, "list each unit by itself")


def _unit(row: Filled, patterns: Filled, problems: Problems) -> Unit:
    first, last = span(row, problems)
    return Unit(
        name=row.text("name"),
        relation=cast(Relation, row.text("relation", "subordinate")),
        kind=row.text("kind"),
        valid_from=first,
        valid_to=last,
        contacts=tuple(_contacts(row, patterns, problems)),
        address_as=row.text("address_as"),
        place=row.place,
    )


def _contacts(row: Filled, patterns: Filled, problems: Problems) -> Iterable[Contact]:
    own = row.part("contacts")
    for level, number in LEVELS.items():
        if word := own.leaf(level):
            yield Contact(level=number, address=word.text)
        elif level in own.values:
            yield from (_contact(number, each, problems) for each in own.rows(level))
        elif (pattern := patterns.leaf(level)) and (code := row.leaf("code")):
            yield _from_pattern(number, pattern, code, problems)


def _contact(level: int, row: Filled, problems: Problems) -> Contact:
    first, last = span(row, problems)
    return Contact(
        level=level,
        address=row.text("address"),
        channel=channel(row.leaf("channel"), problems, ""),
        valid_from=first,
        valid_to=last,
    )


def _from_pattern(level: int, pattern: Leaf, code: Leaf, problems: Problems) -> Contact:
    address = pattern.text.replace("{code}", code.text)
    try:
        ADDRESS.value(address)
    except ValueError:
        cure = f"write {ADDRESS.example}, with {{code}} where the unit's code goes"
        problems.add("PW213", pattern.place, "the pattern gives no address", address, cure)
    return Contact(level=level, address=address)


def _group(row: Filled, kinds: Mapping[str, list[str]], known: Mapping[str, str], problems: Problems) -> Group:
    include = _meant(row, "include", known)
    for leaf in row.leaves("kinds"):
        if leaf.text not in kinds:
            cure = problems.near(leaf.text, filter(None, kinds), "give units this `kind:`")
            problems.add("PW314", leaf.place, "no unit is of this kind", leaf.text, cure)
        include.extend(kinds.get(leaf.text, ()))
    if not {"include", "kinds"} & set(row.places):
        cure = "add `include:` or `kinds:`"
        problems.add("PW216", row.place, "the group includes nothing", row.text("name"), cure)
    exclude = tuple(_meant(row, "exclude", known))
    return Group(name=row.text("name"), include=tuple(include), exclude=exclude, place=row.place)


def _meant(row: Filled, name: str, known: Mapping[str, str]) -> list[str]:
    """Return the units and groups of a list as the directory prints them."""
    return [known.get(key(leaf.text), leaf.text) for leaf in row.leaves(name)]


def _check_groups(rows: Iterable[Filled], directory: Directory, problems: Problems) -> bool:
    """Tell whether the groups can be resolved, noting what is wrong with them."""
    known = {**directory.units, **directory.groups}
    units, keys = by_key(directory.units), by_key(known)
    for row in rows:
        if (name := row.leaf("name")) and name.text in directory.units:
            problems.add("PW301", name.place, "a unit has this name already", name.text, "rename it")
        elif name and (other := units.get(key(name.text))):
            problems.alike(name.place, name.text, other)
        for leaf in (*row.leaves("include"), *row.leaves("exclude")):
            if leaf.text not in known and key(leaf.text) not in keys:
                cure = problems.near(leaf.text, known, "add it to the directory")
                problems.add("PW302", leaf.place, "there is no such unit or group", leaf.text, cure)
    try:
        resolve(directory)
    except CycleError as error:
        _cycle(error.args[1], directory, problems)
        return False
    return True


def _cycle(names: list[str], directory: Directory, problems: Problems) -> None:
    place = next((directory.groups[n].place for n in names if n in directory.groups), Place())
    cure = "take one of them out of the other"
    problems.add("PW311", place, "the group contains itself", " → ".join(names), cure)


def span(row: Filled, problems: Problems) -> tuple[date, date]:
    """Return the first and last day under `from` and `to`, open where they are not written."""
    first, last = row.leaf("from"), row.leaf("to")
    begins = cast(date, first.value) if first else date.min
    ends = cast(date, last.value) if last else date.max
    if last and begins > ends:
        problems.add("PW208", last.place, "it ends before it begins", last.text, "swap from and to")
    return begins, ends
