"""Proof of the history: the chain, the texts kept by hash, and replay into an empty database (SEMANTICS H)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from engine.history import Break, Chain, Link, moment, verify
from engine.model import Blob, Record
from engine.service.case import Case
from engine.service.desk import Desk, new_head, settle
from engine.service.journal import SYSTEM_JOURNAL, Entry, entry_of, system_row
from engine.service.plan import Library
from engine.store.codec import MAPPINGS, OPERATIONS, Mapping
from engine.store.database import Database
from engine.store.migrations import in_memory
from engine.store.work import Work

LEASES = {"lease", "lease_until"}
NOT_STATE = {Record, Blob, *OPERATIONS}
PAGE = 2000
_LINK = 'SELECT journal, seq, data, hash FROM "journal"'


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that does not hold: a record of a journal, a kept text, or a cell of the state."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What `verify_all` found: how much was read, and every place that does not hold."""

    records: int
    rows: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def verify_all(desk: Desk, progress: Callable[[str], None] = lambda _: None) -> Audit:
    """Recompute the chain, check derived columns and texts, replay, and compare every cell."""
    with desk.database.snapshot() as work:
        progress("chain")
        records, broken = _chain(work)
        progress("texts")
        texts = [*_texts(work)]
        progress("replay")
        replica, failed = _replayed(work)
        progress("state")
        rows, differing = _compared(work, replica)
        replica.close()
    # Where replay stopped, the rows it did not reach say nothing new.
    findings = [*broken, *texts, *failed, *([] if failed else differing)]
    return Audit(records=records, rows=rows, findings=tuple(findings))


# --- the chain alone ---


def verify_chain(desk: Desk, progress: Callable[[str], None] = lambda _: None) -> Audit:
    """Recompute the chain of every journal and nothing else, a page at a time, keeping no writer waiting."""
    progress("chain")
    chain, read = Chain(), [0]
    found = [*chain.follow(_links(desk, read))]
    with desk.database.read() as work:
        heads = _heads(work)
        # What was appended meanwhile is read with the heads, so that both speak of one instant.
        for journal in sorted(journal for journal, head in heads.items() if chain.ends.get(journal) != head):
            later = work.rows(f"{_LINK} WHERE journal = ? AND seq > ? ORDER BY seq", _end(chain, journal))
            read[0] += len(later)
            found += chain.follow(later)
    found += chain.cut(heads)
    return Audit(records=read[0], rows=0, findings=tuple(map(_broken, found)))


def _links(desk: Desk, read: list[int]) -> Iterator[Link]:
    last = (-1, 0)
    while True:
        with desk.database.read() as work:
            links = work.rows(f"{_LINK} WHERE (journal, seq) > (?, ?) ORDER BY journal, seq LIMIT {PAGE}", last)
        if not links:
            return
        yield from links
        read[0] += len(links)
        last = links[-1][:2]


def _end(chain: Chain, journal: int) -> tuple[int, int]:
    return journal, chain.ends.get(journal, (0, ""))[0]


# --- chain and texts ---


def _chain(work: Work) -> tuple[int, list[Finding]]:
    counted = [0]
    try:
        records = _counted(work.stream(Record, order="journal, seq"), counted)
        found = [*map(_broken, verify(records, _heads(work)))]
    except (ValueError, TypeError, OverflowError) as error:
        place = f"record after the {counted[0]}th"
        found = [Finding(place, f"it cannot be read: {error}")]
    return counted[0], found


def _heads(work: Work) -> dict[int, tuple[int, str]]:
    rows = [*work.rows('SELECT id, seq, head FROM "campaign"'), *work.rows('SELECT id, seq, head FROM "system"')]
    return {row[0]: (row[1], row[2]) for row in rows}


def _broken(place: Break) -> Finding:
    return Finding(f"record {place.journal}:{place.seq}", place.what)


def _counted(records: Iterator[Record], counted: list[int]) -> Iterator[Record]:
    for record in records:
        counted[0] += 1
        yield record


def _texts(work: Work) -> Iterator[Finding]:
    kept: set[str] = set()
    for row in work.rows('SELECT sha, data FROM "blob"'):
        kept.add(row[0])
        if sha256(bytes(row[1])).hexdigest() != row[0]:
            yield Finding(f"blob {str(row[0])[:12]}", "the text is not the one its hash names")
    wanted = work.rows(
        'SELECT workflow FROM "campaign" UNION SELECT calendar FROM "campaign" UNION SELECT content FROM "notice"'
        """ UNION SELECT extra FROM "campaign" WHERE extra <> ''"""
    )
    for row in wanted:
        if row[0] not in kept:
            yield Finding(f"blob {str(row[0])[:12]}", "a text that the state names is missing")


# --- replay (H3) ---


class Unreplayable(Exception):
    """The record at which replay cannot go on, and why."""


def _replayed(source: Work) -> tuple[Database, list[Finding]]:
    """Fill an empty database from the journals alone; the texts come along by their hashes."""
    replica = in_memory()
    try:
        with replica.write() as work:
            for blob in source.stream(Blob):
                work.add(blob)
            work.flush()
            _replay(source, work)
    except Unreplayable as stop:
        return replica, [Finding(*stop.args)]
    return replica, []


def _replay(source: Work, work: Work) -> None:
    library = Library()
    cases: dict[int, Case] = {}
    place = "replay"
    # Bytes that somebody changed may break anything, each table's constraints and each rule included.
    try:
        for record in source.stream(Record, order="journal, seq"):
            place = f"record {record.journal}:{record.seq}"
            _again(work, library, cases, record)
        work.flush()
    except Exception as error:
        raise Unreplayable(place, f"it cannot be replayed: {error!r}") from error


def _again(work: Work, library: Library, cases: dict[int, Case], record: Record) -> None:
    entry = entry_of(record)
    if record.journal == SYSTEM_JOURNAL:
        _again_system(work, record, entry)
    else:
        _again_campaign(work, library, cases, record, entry)


def _again_system(work: Work, record: Record, entry: Entry) -> None:
    system = replace(system_row(work), seq=record.seq, head=record.hash, last_at=entry.at)
    if entry.action == "create":
        system = replace(system, campaigns=entry.facts["campaign"])
    if entry.action == "clock":
        since, until = moment(entry.facts["from"]), moment(entry.facts["to"])
        system = replace(system, clock_from=since, clock_to=until)
    work.put(system)


def _again_campaign(work: Work, library: Library, cases: dict[int, Case], record: Record, entry: Entry) -> None:
    case = cases.get(record.journal)
    if case is None:
        case = cases[record.journal] = _opened_again(work, library, entry)
    case.move_to(entry.at)
    case.change(seq=record.seq, head=record.hash, last_at=entry.at)
    settle(case, entry)


def _opened_again(work: Work, library: Library, entry: Entry) -> Case:
    facts = entry.facts
    head = new_head(facts["id"], facts["key"], facts["workflow"], facts["calendar"], entry.at)
    work.add(head)
    plan = library.plan(work, head.workflow, head.calendar, head.extra)
    return Case(work=work, library=library, plan=plan, head=head, at=entry.at)


# --- comparing ---


def _compared(work: Work, replica: Database) -> tuple[int, list[Finding]]:
    found: list[Finding] = []
    rows = 0
    with replica.read() as again:
        for kind, how in MAPPINGS.items():
            if kind not in NOT_STATE:
                kept, told = _rows_of(work, how), _rows_of(again, how)
                rows += len(kept)
                found += _differences(how, kept, told)
    return rows, found


def _rows_of(work: Work, how: Mapping[Any]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    columns = ", ".join(f'"{c}"' for c in how.columns)
    key = [how.columns.index(c) for c in how.key]
    return {tuple(row[i] for i in key): tuple(row) for row in work.rows(f'SELECT {columns} FROM "{how.table}"')}


def _differences(
    how: Mapping[Any], kept: dict[tuple[Any, ...], tuple[Any, ...]], told: dict[tuple[Any, ...], tuple[Any, ...]]
) -> Iterator[Finding]:
    for key, row in kept.items():
        if key not in told:
            yield Finding(_row(how, key), "the history knows no such row")
        elif row != told[key]:
            yield from _cells(how, key, row, told[key])
    for key in told:
        if key not in kept:
            yield Finding(_row(how, key), "the history has this row, the state has not")


def _cells(how: Mapping[Any], key: tuple[Any, ...], row: tuple[Any, ...], told: tuple[Any, ...]) -> Iterator[Finding]:
    for column, is_, says in zip(how.columns, row, told, strict=True):
        if column not in LEASES and (is_ != says or type(is_) is not type(says)):
            yield Finding(f"{_row(how, key)}.{column}", f"it is {is_!r}, the history says {says!r}")


def _row(how: Mapping[Any], key: tuple[Any, ...]) -> str:
    return f"{how.table}[{', '.join(str(part) for part in key)}]"
