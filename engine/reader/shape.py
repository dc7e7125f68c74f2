"""Shapes: which keys may stand where and what their values are, as data.

The reader fits a file to its shape; the JSON Schema for editors is exported from the same shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.model import Place
from engine.names import key as key_of
from engine.reader.nodes import Keys, Node, Rows, Word
from engine.reader.problems import Problems
from engine.reader.words import WordKind
from engine.records import field, record
from engine.texts import odd


@record
class Key:
    """A key of a record: what stands under it and whether it must be there."""

    shape: Shape
    about: str
    needed: bool = False


@record
class RecordShape:
    """Keys that are known beforehand."""

    name: str
    keys: Mapping[str, Key]


@record
class ListOf:
    """A list of one shape."""

    item: Shape
    least: int = 1


@record
class TableShape:
    """Keys that the author chooses, all with one shape of value."""

    key: WordKind
    value: Shape


@record
class Either:
    """A word, a list or a record: what stands in the file decides."""

    word: WordKind | None = None
    rows: ListOf | None = None
    record: RecordShape | None = None


@record
class Tree:
    """A gate: `all` or `any` over further trees, or a leaf whose `kind` decides its keys."""

    leaves: Callable[[], Mapping[str, RecordShape]]
    branch: Mapping[str, Key]


Shape = WordKind | RecordShape | ListOf | TableShape | Either | Tree


@record(kw_only=False)
class Leaf:
    """A word that fits: its text, what it means and where it stands."""

    place: Place
    text: str
    value: object


@record(kw_only=False)
class FitRows:
    """The items of a list that fit."""

    place: Place
    items: tuple[Fitted, ...]


@record(kw_only=False)
class Filled:
    """The keys of a record or table that fit, with the place of each key."""

    place: Place = field(default_factory=Place)
    values: Mapping[str, Fitted] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)

    def leaf(self, key: str) -> Leaf | None:
        """Return the word under `key`, if one stands there and fits."""
        found = self.values.get(key)
        return found if isinstance(found, Leaf) else None

    def text(self, key: str, default: str = "") -> str:
        """Return the text under `key`."""
        found = self.leaf(key)
        return found.text if found else default

    def leaves(self, key: str) -> tuple[Leaf, ...]:
        """Return the words of the list under `key`."""
        return tuple(item for item in self._items(key) if isinstance(item, Leaf))

    def items(self, key: str) -> tuple[Leaf | Filled, ...]:
        """Return what stands in the list under `key`, words and records alike."""
        return tuple(item for item in self._items(key) if isinstance(item, Leaf | Filled))

    def rows(self, key: str) -> tuple[Filled, ...]:
        """Return the records of the list under `key`."""
        return tuple(item for item in self._items(key) if isinstance(item, Filled))

    def part(self, key: str) -> Filled:
        """Return the record under `key`, an empty one if there is none."""
        found = self.values.get(key)
        return found if isinstance(found, Filled) else Filled(self.place)

    def where(self, key: str) -> Place:
        """Return the place of `key`, or of the record where the key is missing."""
        return self.places.get(key, self.place)

    def _items(self, key: str) -> tuple[Fitted, ...]:
        found = self.values.get(key)
        return found.items if isinstance(found, FitRows) else ()


Fitted = Leaf | FitRows | Filled


def fit(node: Node, shape: Shape, name: str, problems: Problems) -> Fitted | None:
    """Return what of `node` fits `shape`, noting everything that does not; `name` is its key."""
    if isinstance(shape, Either):
        return _fit_either(node, shape, name, problems)
    if isinstance(shape, WordKind):
        return _fit_word(node, shape, name, problems)
    if isinstance(shape, ListOf):
        return _fit_list(node, shape, name, problems)
    if not isinstance(node, Keys):
        _misshapen(node, "keys with values", name, problems)
        return None
    if isinstance(shape, TableShape):
        return _fit_table(node, shape, name, problems)
    if isinstance(shape, Tree):
        return _fit_tree(node, shape, name, problems)
    return _fit_record(node, shape, problems)


def _fit_word(node: Node, kind: WordKind, name: str, problems: Problems) -> Leaf | None:
    if not isinstance(node, Word):
        _misshapen(node, kind.name, name, problems)
        return None
    if node.text == "" and node.plain:
        problems.add("PW204", node.place, f"{name} is empty", "", f"write {kind.example}")
        return None
    if char := odd(node.text, lines=True):
        problems.add("PW215", node.place, f"{name} holds what no text holds", char, "take it out")
        return None
    try:
        return Leaf(node.place, node.text, kind.value(node.text))
    except ValueError:
        cure = problems.near(node.text, kind.known, f"write {kind.example}")
        problems.add(kind.code, node.place, f"{name} is not {kind.name}", node.text or '""', cure)
        return None


def _fit_list(node: Node, shape: ListOf, name: str, problems: Problems) -> FitRows | None:
    if not isinstance(node, Rows):
        _misshapen(node, "a list", name, problems)
        return None
    if len(node.items) < shape.least:
        problems.add("PW204", node.place, f"{name} is empty", "", "name at least one, or leave it out")
    items = (fit(item, shape.item, f"an item of {name}", problems) for item in node.items)
    return FitRows(node.place, tuple(item for item in items if item is not None))


def _fit_record(node: Keys, shape: RecordShape, problems: Problems) -> Filled:
    given = {key.text for key, _ in node.pairs}
    for missing in (key for key, rule in shape.keys.items() if rule.needed and key not in given):
        cure = f"add `{missing}:` — {shape.keys[missing].about}"
        problems.add("PW202", node.place, f"{shape.name} has no {missing}", "", cure)
    values: dict[str, Fitted] = {}
    for key, value in node.pairs:
        rule = shape.keys.get(key.text)
        if rule is None:
            cure = _cut_off(key, value) or problems.near(key.text, shape.keys, f"keys: {', '.join(shape.keys)}")
            problems.add("PW201", key.place, f"{shape.name} has no such key", key.text, cure)
        elif (fitted := fit(value, rule.shape, key.text, problems)) is not None:
            values[key.text] = fitted
    return Filled(node.place, values, {key.text: key.place for key, _ in node.pairs})


def _fit_table(node: Keys, shape: TableShape, name: str, problems: Problems) -> Filled:
    values, names = dict[str, Fitted](), dict[str, str]()
    for key, value in node.pairs:
        if cure := _cut_off(key, value):
            problems.add("PW204", key.place, f"{name} has a key without a value", key.text, cure)
            continue
        if (other := names.setdefault(key_of(key.text), key.text)) != key.text:
            problems.alike(key.place, key.text, other)
        word = _fit_word(key, shape.key, f"a key of {name}", problems)
        fitted = fit(value, shape.value, key.text, problems)
        if word is not None and fitted is not None:
            values[key.text] = fitted
    return Filled(node.place, values, {key.text: key.place for key, _ in node.pairs})


def _cut_off(key: Word, value: Node) -> str:
    """Return a cure where a comma within braces cut a text in two and left a key without a colon."""
    at_its_end = value.place.line == key.place.line and value.place.column == key.place.column + len(key.text)
    empty = isinstance(value, Word) and not value.text
    return "put the text before it in quotes, a comma ends it here" if at_its_end and empty else ""


def _fit_tree(node: Keys, shape: Tree, name: str, problems: Problems) -> Filled | None:
    found = {key.text: (key, value) for key, value in node.pairs}
    if "kind" not in found:
        return _fit_branch(node, shape, name, problems)
    word, leaves = found["kind"][1], shape.leaves()
    if isinstance(word, Word) and word.text in leaves:
        return _fit_record(node, leaves[word.text], problems)
    text = word.text if isinstance(word, Word) else ""
    cure = problems.near(text, leaves, f"kinds: {', '.join(leaves)}")
    problems.add("PW310", word.place, "there is no such kind of condition", text, cure)
    return None


def _fit_branch(node: Keys, shape: Tree, name: str, problems: Problems) -> Filled | None:
    filled = _fit_record(node, RecordShape(name=f"{name} without a kind", keys=shape.branch), problems)
    if ("all" in filled.places) == ("any" in filled.places):
        problems.add("PW216", node.place, f"{name} needs one of all, any or kind", "", "write one")
    return filled


def _fit_either(node: Node, shape: Either, name: str, problems: Problems) -> Fitted | None:
    choices = {Word: shape.word, Rows: shape.rows, Keys: shape.record}
    choice = choices[type(node)]
    if choice is not None:
        return fit(node, choice, name, problems)
    words = {Word: "a word", Rows: "a list", Keys: "keys with values"}
    allowed = " or ".join(words[kind] for kind, rule in choices.items() if rule is not None)
    _misshapen(node, allowed, name, problems)
    return None


def _misshapen(node: Node, wanted: str, name: str, problems: Problems) -> None:
    found = {Word: "text", Rows: "a list", Keys: "keys with values"}[type(node)]
    if isinstance(node, Word) and node.text == "" and node.plain:
        problems.add("PW204", node.place, f"{name} is empty", "", f"write {wanted}, or leave it out")
    else:
        problems.add("PW203", node.place, f"{name} is not {wanted}", found, f"write {wanted}")
