"""Proof of the history: the chain, the texts kept by hash, and replay from the records alone (SEMANTICS H)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import groupby, islice, starmap

from engine.history import Break, Chain, Examined, Link, cut, examine
from engine.model import Blob, Record
from engine.records import record
from engine.service.audit.cells import Cells
from engine.service.audit.replay import Life, Replay
from engine.service.kernel.desk import Desk
from engine.store.codec import mapping
from engine.store.queries import campaigns
from engine.store.queries import journal as journals
from engine.store.queries import texts as stored
from engine.store.work import UnitOfWork

STEP = 500
PAGE = 6000
AHEAD = 40
"""How many records' texts are read at a time: a record of a binding has one for each of its notices."""


@record(kw_only=False)
class AuditFinding:
    """A place that does not hold: a record of a journal, a kept text, or a cell of the state."""

    place: str
    what: str


@record(kw_only=False)
class Audit:
    """What `verify_all` found: how much was read, and every place that does not hold."""

    records: int
    rows: int
    findings: tuple[AuditFinding, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def verify_all(desk: Desk, progress: Callable[[int], None] = lambda _: None) -> Audit:
    """Recompute the chain, check derived columns and texts, replay, and compare every cell.

    One journal after the other: no more is held in memory than the longest of them leads to. `progress` is told
    how many more records were read.
    """
    with desk.database.snapshot() as work:
        proof = Proof(work, desk)
        proof.read(progress)
        texts = [*wrong_texts(work)]
        findings = (*proof.broken, *texts, *proof.stopped, *starmap(AuditFinding, proof.cells.differences()))
    return Audit(records=proof.records, rows=proof.cells.rows, findings=findings)


class Proof:
    """What was found of chain, replay and state so far."""

    def __init__(self, work: UnitOfWork, desk: Desk) -> None:
        self.work = work
        self.records = 0
        self.broken: list[AuditFinding] = []
        self.stopped: list[AuditFinding] = []
        self.cells = Cells(work)
        self._replay = Replay(work, desk)

    def read(self, progress: Callable[[int], None]) -> None:
        """Read each journal once: its chain, what it leads to, and the rows that were kept."""
        ends: dict[int, tuple[int, str]] = {}
        named = examine(self._records(), ends, campaigns.names(self.work))
        for journal, examined in groupby(named, lambda each: each.record.journal):
            self._read_journal(journal, examined, progress)
        self.broken += map(_broken, cut(ends, campaigns.heads(self.work)))
        self.cells.look_for_strangers(ends)
        if not self.stopped:
            self.cells.compare_numbers(self._replay.numbers)

    def _read_journal(self, journal: int, examined: Iterable[Examined], progress: Callable[[int], None]) -> None:
        life = self._replay.begin(journal)
        left = iter(examined)
        while page := [*islice(left, AHEAD)]:
            life.held.read_texts(_texts_of(page))
            for each in page:
                self._go_on(life, each, progress)
        # Where replay stopped, the rows it did not reach say nothing new.
        if life.stopped:
            self.stopped.append(AuditFinding(*life.stopped))
        else:
            self.cells.compare(journal, life.finish())

    def _go_on(self, life: Life, each: Examined, progress: Callable[[int], None]) -> None:
        self.broken += map(_broken, each.breaks)
        life.go_on(each)
        self.records += 1
        if self.records % STEP == 0:
            progress(STEP)

    def _records(self) -> Iterator[Record]:
        decode = mapping(Record).decode
        for row in self.work.each(Record, order="journal, seq"):
            try:
                record = decode(row)
            except (ValueError, TypeError, OverflowError) as error:
                self.broken.append(AuditFinding(f"record {row[0]}:{row[1]}", f"it cannot be read: {error}"))
            else:
                yield record


def _texts_of(page: Iterable[Examined]) -> Iterator[str]:
    """Yield the hashes of the texts that records which write notices will ask for."""
    for each in page:
        facts = (each.facts or {}).get("facts")
        notices = facts.get("notices") if isinstance(facts, dict) else None
        for notice in notices if isinstance(notices, list) else ():
            if isinstance(notice, dict) and isinstance(found := notice.get("content"), str):
                yield found


# --- the chain alone ---


def verify_chain(desk: Desk, progress: Callable[[int], None] = lambda _: None) -> Audit:
    """Recompute the chain of every journal and nothing else, a page at a time, keeping no writer waiting."""
    chain, read = Chain(), [0]
    found = [*chain.follow(_links(desk, read, progress))]
    with desk.database.read() as work:
        heads = campaigns.heads(work)
        # What was appended meanwhile is read with the heads, so that both speak of one instant.
        for journal in sorted(journal for journal, head in heads.items() if chain.ends.get(journal) != head):
            later = journals.links_of(work, *_end(chain, journal))
            read[0] += len(later)
            found += chain.follow(later)
    found += cut(chain.ends, heads)
    return Audit(records=read[0], rows=0, findings=tuple(map(_broken, found)))


def _links(desk: Desk, read: list[int], progress: Callable[[int], None]) -> Iterator[Link]:
    last = (-1, 0)
    while True:
        with desk.database.read() as work:
            links = journals.links(work, last, PAGE)
        if not links:
            return
        yield from links
        read[0] += len(links)
        progress(len(links))
        last = links[-1][:2]


def _end(chain: Chain, journal: int) -> tuple[int, int]:
    return journal, chain.ends.get(journal, (0, ""))[0]


# --- texts ---


def _broken(place: Break) -> AuditFinding:
    return AuditFinding(f"record {place.journal}:{place.seq}", place.what)


def wrong_texts(work: UnitOfWork) -> Iterator[AuditFinding]:
    """Yield each kept text that is not the one its hash names, and each that the state names and is not there."""
    for sha, data in work.each(Blob):
        if not isinstance(data, bytes) or sha256(data).hexdigest() != sha:
            yield AuditFinding(f"blob {str(sha)[:12]}", "the text is not the one its hash names")
    yield from _without_source(work)
    for sha in stored.missing(work):
        yield AuditFinding(f"blob {sha[:12]}", "a text that the state names is missing")


def _without_source(work: UnitOfWork) -> Iterator[AuditFinding]:
    """Yield the editions of workflows whose files are not kept beside them (SEMANTICS H5)."""
    for sha in campaigns.workflows(work):
        edition = work.get(Blob, sha)
        source = _source(edition.data) if edition is not None else ""
        if edition is not None and work.get(Blob, source) is None:
            yield AuditFinding(f"blob {(source or sha)[:12]}", f"the files are missing that {sha[:12]} was read from")


def _source(edition: bytes) -> str:
    try:
        return str(json.loads(edition)["source"])
    except (ValueError, KeyError, TypeError):
        return ""
