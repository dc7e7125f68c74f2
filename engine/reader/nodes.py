"""YAML text as a tree of words, lists and keys, each with its place; everything stays text.

Dates, times and on/off/yes/no are words like any other. Tags, anchors, aliases, duplicate keys,
further documents, oversize and deep nesting are problems, not features.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from engine.model import Place
from engine.reader.problems import Problems
from engine.records import record
from engine.texts import IN_TEXT, told

LARGEST = 1024 * 1024
DEEPEST = 40
_NOT_TEXT = re.compile(f"(?!\r)[{IN_TEXT}]")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)


@record(kw_only=False)
class Word:
    """A piece of text; `plain` if it was written without quotes."""

    place: Place
    text: str
    plain: bool = True


@record(kw_only=False)
class Rows:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@record(kw_only=False)
class Keys:
    """Keys with their values, in the order of the file."""

    place: Place
    pairs: tuple[tuple[Word, Node], ...]


Node = Word | Rows | Keys


class _TooDeep(Exception):
    pass


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """Return the tree of `text`, or None where a problem leaves nothing to read."""
    start = Place(file=file, line=1, column=1)
    if len(text) > LARGEST or len(text.encode(errors="replace")) > LARGEST:
        problems.add("PW103", start, "the file is too large", f"{len(text)} characters", "split it")
        return None
    if text.startswith("\ufeff"):
        problems.add("PW102", start, "the file begins with a byte-order mark", "", "save it without")
        return None
    if odd := not_text(text):
        cure = "take it out, and save the file as plain UTF-8 text"
        problems.add("PW101", place_at(text, odd.start(), file), "no text", told(odd[0]), cure)
        return None
    return _Composer(file, problems).document(text)


def parse_error(error: yaml.YAMLError) -> str:
    """Return what the YAML parser complains about."""
    parts = (getattr(error, "context", None), getattr(error, "problem", None))
    return ", ".join(str(part) for part in parts if part) or "not YAML"


class _Composer:
    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems

    def document(self, text: str) -> Node | None:
        root: Node | None = None
        try:
            events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if root is not None:
                        self._add("PW106", event, "a second document", "---", "keep one file for each")
                        return root
                    root = self._first(event, events)
        except yaml.YAMLError as error:
            self._broken(error)
            return None
        except _TooDeep:
            return None
        return root

    def _first(self, start: yaml.DocumentStartEvent, events: Iterator[yaml.Event]) -> Node:
        if getattr(start, "tags", None):
            self._add("PW107", start, "a tag directive", "%TAG", "leave it out")
        return self._node(next(events), events, 1)

    def _broken(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        place = Place(file=self.file, line=line, column=column)
        cure = "check the indentation, the colons and the quotes near this place"
        self.problems.add("PW105", place, "the file is not YAML", parse_error(error), cure)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self._refuse_extras(event)
        if depth > DEEPEST and isinstance(event, _OPENING):
            self._add("PW104", event, f"more than {DEEPEST} levels", "", "write it flatter")
            raise _TooDeep
        if isinstance(event, yaml.SequenceStartEvent):
            return Rows(self._place(event), tuple(self._items(events, depth)))
        if isinstance(event, yaml.MappingStartEvent):
            return Keys(self._place(event), tuple(self._pairs(events, depth)))
        if isinstance(event, yaml.ScalarEvent):
            return Word(self._place(event), event.value, bool(event.implicit[0]))
        return Word(self._place(event), "")

    def _items(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _pairs(self, events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[Word, Node]]:
        seen: set[str] = set()
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if self._is_new(key, seen) and isinstance(key, Word):
                yield key, value

    def _is_new(self, key: Node, seen: set[str]) -> bool:
        if not isinstance(key, Word):
            self.problems.add("PW112", key.place, "a key must be a word", "", "write `word: value`")
            return False
        if key.text == "<<" and key.plain:
            self.problems.add("PW108", key.place, "a merge key", "<<", "write the keys out")
            return False
        if key.text in seen:
            cure = "keep one of the two"
            self.problems.add("PW109", key.place, "the key is written twice", key.text, cure)
            return False
        seen.add(key.text)
        return True

    def _refuse_extras(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is not None:
            self._add("PW108", event, "an anchor or alias", str(anchor), "write the value out")
        if tag is not None:
            self._add("PW107", event, "a tag", str(tag), "leave it out, everything is text here")

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _add(self, code: str, event: yaml.Event, what: str, found: str, cure: str) -> None:
        self.problems.add(code, self._place(event), what, found, cure)


def not_text(text: str) -> re.Match[str] | None:
    """Return the first character of a file that no text holds."""
    return _NOT_TEXT.search(text)


def place_at(text: str, index: int, file: str) -> Place:
    """Return the place of a character of a text."""
    before = text[:index]
    return Place(file=file, line=before.count("\n") + 1, column=index - before.rfind("\n"))
