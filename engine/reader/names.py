"""The names that a workflow gives, and whether a reference meets one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from engine.model import Group
from engine.names import by_key
from engine.names import key as key_of
from engine.reader.problems import Problems
from engine.reader.shape import Filled, Leaf
from engine.records import field, record


@record
class Names:
    """Every name that may be referred to; `units` holds groups too, None if unreadable."""

    units: Collection[str] | None
    groups: Collection[str]
    tasks: Collection[str]
    phases: Collection[str]
    ladders: Collection[str]
    quotas: Collection[str]
    indicators: Collection[str]
    duties: Collection[str]
    problems: Problems
    sets: dict[str, Group] = field(default_factory=dict)
    """The sets that are written where units stand, by the name under which they are shown."""
    _keys: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def meant(self, text: str) -> str:
        """Return the unit or group that a text means, by its key; the text itself where it means none."""
        return self._found(text, self.units or (), "PW302") or text

    def unit(self, leaf: Leaf | None) -> str:
        """Return the unit or group that `leaf` names."""
        if self.units is None:
            return leaf.text if leaf else ""
        return self.known(leaf, self.units, "PW302", "unit or group")

    def one_unit(self, leaf: Leaf | None) -> str:
        """Return the unit that `leaf` names; a group will not do."""
        name = self.unit(leaf)
        if leaf is not None and name in self.groups:
            cure = "name a single unit of the directory"
            self.problems.add("PW302", leaf.place, "this is a group, not a unit", name, cure)
        return name

    def unit_list(self, leaves: Iterable[Leaf]) -> tuple[str, ...]:
        """Return the units and groups that `leaves` name."""
        return tuple(self.unit(leaf) for leaf in leaves)

    def owing(self, filled: Filled, key: str) -> tuple[str, ...]:
        """Return the units, groups and sets under `key`; a set is a group that is named by what it says."""
        items = filled.items(key)
        return tuple(self._set(each) if isinstance(each, Filled) else self.unit(each) for each in items)

    def _set(self, row: Filled) -> str:
        """Keep a set as a group: what is left out is left out of `all`, not of what comes in addition."""
        whole = row.leaf("all")
        inside = self.unit_list((whole,) if whole else row.leaves("all"))
        without, more = self.unit_list(row.leaves("except")), self.unit_list(row.leaves("plus"))
        name = self._grouped("、".join(inside), f"除{'、'.join(without)}外", inside, without, row)
        return self._grouped(name, f"另加{'、'.join(more)}", (name,), (), row, more) if more else name

    def _grouped(
        self,
        name: str,
        said: str,
        inside: tuple[str, ...],
        without: tuple[str, ...],
        row: Filled,
        more: tuple[str, ...] = (),
    ) -> str:
        if not (without or more) and len(inside) == 1:
            return name
        shown = f"{name}({said})" if without or more else name
        known = frozenset(self.units or ())
        include = tuple(filter((known | self.sets.keys()).__contains__, (*inside, *more)))
        exclude = tuple(filter(known.__contains__, without))
        self.sets[shown] = Group(name=shown, include=include, exclude=exclude, place=row.place)
        return shown

    def task(self, leaf: Leaf | None) -> str:
        """Return the task that `leaf` names."""
        return self.known(leaf, self.tasks, "PW303", "task")

    def duty(self, leaf: Leaf | None) -> str:
        """Return the full id of the counted duty that `leaf` names."""
        return self.known(leaf, self.duties, "PW303", "duty")

    def phase(self, leaf: Leaf | None) -> str:
        """Return the phase that `leaf` names."""
        return self.known(leaf, self.phases, "PW304", "phase")

    def ladder(self, leaf: Leaf | None) -> str:
        """Return the ladder that `leaf` names; none is the empty name."""
        if leaf is not None and leaf.text == "none":
            return ""
        return self.known(leaf, self.ladders, "PW305", "ladder")

    def quota(self, leaf: Leaf | None) -> str:
        """Return the quota that `leaf` names."""
        return self.known(leaf, self.quotas, "PW306", "quota")

    def indicator(self, leaf: Leaf | None) -> str:
        """Return the indicator that `leaf` names."""
        return self.known(leaf, self.indicators, "PW316", "indicator")

    def known(self, leaf: Leaf | None, known: Collection[str], code: str, what: str) -> str:
        """Return which of `known` `leaf` names, by its key; its text, noting it, where it is none of them."""
        if leaf is None:
            return ""
        meant = self._found(leaf.text, known, code)
        if not meant:
            cure = self.problems.near(leaf.text, known, f"define it, or name one of the {len(known)}")
            self.problems.add(code, leaf.place, f"there is no such {what}", leaf.text, cure)
        return meant or leaf.text

    def number(self, leaf: Leaf | None, known: Collection[str]) -> str:
        """Return the number, of those that tasks ask for, which `leaf` names."""
        self._keys.pop("PW315", None)
        return self.known(leaf, known, "PW315", "number among those the tasks ask for")

    def _found(self, text: str, known: Collection[str], code: str) -> str:
        """Return the known name of a text; the names by key are made once for each kind of them."""
        if text in known:
            return text
        if code not in self._keys:
            self._keys[code] = by_key(known)
        return self._keys[code].get(key_of(text), "")


def ids_of(rows: Iterable[Filled], problems: Problems, key: str = "id") -> tuple[str, ...]:
    """Return the ids of `rows` in order, noting those that are given twice, or twice as far as can be seen."""
    ids, keys = dict[str, None](), dict[str, str]()
    for leaf in filter(None, (row.leaf(key) for row in rows)):
        if leaf.text in ids:
            problems.add("PW301", leaf.place, f"the {key} is given twice", leaf.text, "rename one")
        elif (other := keys.setdefault(key_of(leaf.text), leaf.text)) != leaf.text:
            problems.alike(leaf.place, leaf.text, other)
        ids[leaf.text] = None
    return tuple(ids)
