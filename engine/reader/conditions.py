"""Gates: from their keys to trees of conditions."""

from __future__ import annotations

from collections.abc import Mapping

from engine.gates import KINDS, Param
from engine.gates.kinds import nested
from engine.model import Condition, Directory
from engine.reader.names import Names
from engine.reader.nested import check_asked
from engine.reader.shape import Filled
from engine.units import expand


def read_gate(
    filled: Filled, name: str, names: Names, directory: Directory, numbers: Mapping[str, frozenset[str]]
) -> Condition:
    """Return the gate in `filled`, named `name`; `numbers` are those each task asks for."""
    reader = _Reader(names, directory, numbers)
    gate = reader.condition(filled, name)
    return gate if filled.values else Condition(id=name, kind="all", text="")


class _Reader:
    def __init__(self, names: Names, directory: Directory, numbers: Mapping[str, frozenset[str]]) -> None:
        self.names = names
        self.directory = directory
        self.numbers = numbers
        self.seen: set[str] = set()

    def condition(self, filled: Filled, name: str) -> Condition:
        name = self._id(filled, name)
        kind = filled.text("kind")
        branch = "any" if "any" in filled.values else "all"
        return Condition(
            id=name,
            kind=kind or branch,
            text=filled.text("text"),
            params=self._params(filled, kind) if kind else {},
            children=tuple(
                self.condition(child, f"{name}.{position}")
                for position, child in enumerate(filled.rows(branch), start=1)
            ),
            place=filled.place,
        )

    def _id(self, filled: Filled, default: str) -> str:
        leaf = filled.leaf("id")
        if leaf is None:
            return default
        if leaf.text in self.seen:
            self.names.problems.add("PW301", leaf.place, "the id is given twice", leaf.text, "rename one")
        self.seen.add(leaf.text)
        return leaf.text

    def _params(self, filled: Filled, kind: str) -> dict[str, object]:
        params = {p.name: self._param(p, filled) for p in KINDS[kind].params if p.name in filled.values}
        if "number" in params:
            params["number"] = self._number(filled)
        if kind == nested.KIND.name:
            check_asked(filled, self.names)
        return params

    def _param(self, param: Param, filled: Filled) -> object:
        match param.type.refers:
            case "task":
                return tuple(self.names.task(leaf) for leaf in filled.leaves(param.name))
            case "duty":
                return tuple(self.names.duty(leaf) for leaf in filled.leaves(param.name))
            case "unit":
                return self._units(self.names.unit_list(filled.leaves(param.name)))
            case "quota":
                return self.names.quota(filled.leaf(param.name))
            case "indicator":
                return tuple(self.names.indicator(leaf) for leaf in filled.leaves(param.name))
        leaf = filled.leaf(param.name)
        return leaf.value if leaf else None

    def _units(self, printed: tuple[str, ...]) -> tuple[str, ...]:
        return expand(self.directory, printed) if self.names.units is not None else printed

    def _number(self, filled: Filled) -> str:
        leaf = filled.leaf("number")
        asked = {number for task in filled.leaves("tasks") for number in self.numbers.get(task.text, frozenset())}
        return self.names.number(leaf, asked)
