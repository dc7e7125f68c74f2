"""Canonical bytes, the hash chain over them, and its proof (SEMANTICS H1)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, NamedTuple

from engine.model import Record
from engine.model.plain import moment
from engine.records import field, record

GENESIS = "0" * 64
"""What the first record of every journal names as the hash before it."""

_CHAIN = frozenset({"seq", "prev"})
_DERIVED = ("seq", "hash", "at", "actor", "action", "outcome", "subject")
_kept = attrgetter(*_DERIVED)
_PLAIN = frozenset({str, int, bool, type(None)})
_KEYS = frozenset({str})
_Columns = tuple[int, str, datetime, str, str, str, str]
Link = tuple[int, int, bytes, str]
"""What the chain alone is checked by: journal, seq, bytes and hash of a record."""
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)


@record
class Break:
    """A place at which a journal does not hold: which record, and what is wrong with it."""

    journal: int
    seq: int
    what: str


class Examined(NamedTuple):
    """A record, what its bytes tell (None where they are none), and where it does not hold."""

    record: Record
    facts: dict[str, Any] | None
    breaks: list[Break]


def canonical(facts: Mapping[str, object]) -> bytes:
    """Return the one byte form of `facts`: JSON in UTF-8, keys sorted, nothing escaped that need not be.

    TypeError for a value that is no str, int, float, bool, None, list or dict (or a key that is
    no str); ValueError for NaN, an infinity or text that is no Unicode.
    """
    plain = dict(facts)
    _refuse_foreign(plain)
    return _encode(plain)


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hex."""
    return sha256(data).hexdigest()


def link(journal: int, seq: int, prev: str, facts: Mapping[str, object]) -> Record:
    """Return the next record of `journal`: `facts` chained to the hash `prev`.

    `facts` holds at least at (as `instant` writes it), campaign (whose journal it is, by a name of its own), actor,
    action, outcome and subject.
    ValueError where it names what the chain itself writes; KeyError where one of the six is absent.
    """
    if taken := _CHAIN & facts.keys():
        raise ValueError(f"the chain itself writes {', '.join(sorted(taken))}")
    whole = {**facts, "seq": seq, "prev": prev}
    _text(whole["campaign"])
    return _record(journal, canonical(whole), whole)


def parse(data: bytes) -> dict[str, Any]:
    """Return the facts in the bytes of a record; ValueError if they are no JSON object."""
    text = data.decode("utf-8")
    facts, end = _DECODER.raw_decode(text)
    if end != len(text) or not isinstance(facts, dict):
        raise ValueError("a record is a JSON object and nothing else")
    return facts


def record_of(journal: int, data: bytes) -> Record:
    """Return the record of `data` in a journal, every other column derived from the bytes."""
    return _record(journal, data, parse(data))


def short_head(hash_: str) -> str:
    """Return the short form of a head that a notice carries as witness (H4)."""
    return hash_[:16]


def examine(records: Iterable[Record], ends: dict[int, tuple[int, str]], names: dict[int, str]) -> Iterator[Examined]:
    """Yield each record, each journal in the order of its seq, with what its bytes tell and where it does not hold.

    Journals may be mixed; `ends` keeps where each of them ends, `names` what each calls itself in its bytes.
    """
    for each in records:
        breaks: list[Break] = []
        facts = _examined(each, *ends.get(each.journal, (0, GENESIS)), breaks)
        named = str(facts and facts.get("campaign"))
        if facts is not None and named != names.setdefault(each.journal, named):
            breaks.append(_break(each, f"it is a record of {named}, not of {names[each.journal]}"))
        ends[each.journal] = (each.seq, each.hash)
        yield Examined(each, facts, breaks)


def cut(ends: Mapping[int, tuple[int, str]], heads: Mapping[int, tuple[int, str]]) -> Iterator[Break]:
    """Yield every journal that does not end at the head kept for it."""
    for journal, head in heads.items():
        end = ends.get(journal, (0, GENESIS))
        if end[0] != head[0]:
            yield Break(journal=journal, seq=end[0], what=f"the journal ends here, its head is {head[0]}")
        elif end[1] != head[1]:
            yield Break(journal=journal, seq=end[0], what="the last hash is not that of the head")


@record(frozen=False, kw_only=False)
class Chain:
    """The chain alone: bytes against their hash, and each record against the hash before it; decodes nothing.

    `ends` holds how far each journal was followed: (seq, hash).
    """

    ends: dict[int, tuple[int, str]] = field(default_factory=dict)

    def follow(self, links: Iterable[Link]) -> Iterator[Break]:
        """Yield every place at which further records, in the order of journal and seq, do not hold."""
        journal, seq, last = -1, 0, GENESIS
        for number, place, data, hash_ in links:
            if number != journal:
                self.ends[journal] = seq, last
                journal, (seq, last) = number, self.ends.get(number, (0, GENESIS))
            try:
                holds = sha256(data).hexdigest() == hash_ and place == seq + 1 and f'"prev":"{last}"'.encode() in data
            except TypeError:
                holds = False
            if not holds:
                yield from _unlinked((number, place, data, hash_), seq, last)
            seq, last = place, hash_
        self.ends[journal] = seq, last


def _unlinked(link: Link, seq: int, last: str) -> Iterator[Break]:
    journal, place, data, hash_ = link
    if not isinstance(data, bytes):
        yield Break(journal=journal, seq=place, what="the bytes are no bytes")
        return
    if place != seq + 1:
        yield Break(journal=journal, seq=place, what=f"seq is {place}, after {seq} comes {seq + 1}")
    if digest(data) != hash_:
        yield Break(journal=journal, seq=place, what=f"hash is {hash_}, the bytes say {digest(data)}")
    if f'"prev":"{last}"'.encode() not in data:
        yield Break(journal=journal, seq=place, what="the hash before it is not that of the record before")


def _encode(plain: dict[str, object]) -> bytes:
    return _ENCODER.encode(plain).encode("utf-8")


def _refuse_foreign(plain: object) -> None:
    """Raise for what JSON would change or cannot write; each list and dict is looked through once."""
    waiting: list[Any] = [plain]
    for value in waiting:
        if isinstance(value, dict):
            _refuse_odd_keys(value)
        for part in value.values() if isinstance(value, dict) else value:
            kind = type(part)
            if kind is dict or kind is list:
                waiting.append(part)
            elif kind not in _PLAIN:
                _refuse_odd(part)


def _refuse_odd_keys(value: dict[object, object]) -> None:
    if _KEYS.issuperset(map(type, value)):
        return
    for key in value:
        if not isinstance(key, str):
            raise TypeError(f"a key of a record is text, not {key!r}")


def _refuse_odd(value: object) -> None:
    if isinstance(value, dict | list):
        _refuse_foreign(value)
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"a record holds no {value!r}")
    elif not isinstance(value, str | int | float):
        raise TypeError(f"a record holds no {type(value).__name__}: {value!r}")


def _record(journal: int, data: bytes, facts: Mapping[str, object]) -> Record:
    seq, hash_, at, actor, action, outcome, subject = _columns(data, facts)
    return Record(
        journal=journal,
        seq=seq,
        data=data,
        hash=hash_,
        at=at,
        actor=actor,
        action=action,
        outcome=outcome,
        subject=subject,
    )


def _columns(data: bytes, facts: Mapping[str, object]) -> _Columns:
    """Return what the bytes of a record say of its columns, in the order of `_kept`."""
    return (
        _whole(facts["seq"]),
        digest(data),
        moment(_text(facts["at"])),
        _text(facts["actor"]),
        _text(facts["action"]),
        _text(facts["outcome"]),
        _text(facts["subject"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is no whole number")
    return value


def _examined(record: Record, last_seq: int, last_hash: str, breaks: list[Break]) -> dict[str, Any] | None:
    """Return what the bytes of a record tell, if anything, and enter every place at which it does not hold."""
    if record.seq != last_seq + 1:
        breaks.append(_break(record, f"seq is {record.seq}, after {last_seq} comes {last_seq + 1}"))
    try:
        facts = parse(record.data)
        told = _columns(record.data, facts)
        again = _encode(facts)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        breaks.append(_break(record, f"the bytes are no record: {_first_line(error)}"))
        return None
    if again != record.data:
        breaks.append(_break(record, "the bytes are not in canonical form"))
    if facts.get("prev") != last_hash:
        breaks.append(_break(record, "the hash before it is not that of the record before"))
    if told != _kept(record):
        breaks.extend(_differing(record, told))
    return facts


def _differing(record: Record, told: _Columns) -> Iterator[Break]:
    for column, kept, said in zip(_DERIVED, _kept(record), told, strict=True):
        if kept != said:
            yield _break(record, f"{column} is {kept}, the bytes say {said}")


def _break(record: Record, what: str) -> Break:
    return Break(journal=record.journal, seq=record.seq, what=what)


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
