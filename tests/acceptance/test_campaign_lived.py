"""A small campaign lived from its creation to its end, on both databases alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from small_county import SCRIPT, Post, desk_at, heads, local

from engine.clock import SteppedClock
from engine.model import Assignment, Blob, Item, Notice, Outgoing, PhaseState, Record
from engine.service.audit.audit import verify_all
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.kernel.desk import Desk
from engine.store.codec import KEPT, OPERATIONS
from engine.store.database import open_database
from engine.store.migrations import upgrade

GOLDEN = Path(__file__).with_name("small_county_history.txt")


@pytest.fixture
def lived(database: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The whole script, lived; a slow machine cuts no batch shorter."""
    monkeypatch.setattr(sweep, "BATCH_SECONDS", 3600.0)
    desk = desk_at(database)
    for step in SCRIPT:
        step(desk)
    return desk


def told(record: Record) -> str:
    at = record.at.astimezone(local("2026-01-01").tzinfo).strftime("%m-%d %H:%M")
    return f"{record.journal}:{record.seq:02d} {at} {record.actor} {record.action} {record.outcome} {record.subject}".strip()


def test_its_history_reads_as_a_story(lived: Desk) -> None:
    with lived.database.read() as work:
        history = [told(record) for record in work.stream(Record, order="journal, seq")]
    assert "\n".join(history) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_its_history_is_the_same_to_the_byte_on_sqlite_and_postgresql(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgres: Any, postgres_template: str
) -> None:
    monkeypatch.setattr(sweep, "BATCH_SECONDS", 3600.0)
    assert _history(f"sqlite:///{tmp_path / 'lived.db'}") == _history(postgres.new(postgres_template))


def _history(url: str) -> list[bytes]:
    database = upgrade(url)
    names = count(1)
    desk = replace(desk_at(database), token=lambda: f"{next(names):032x}"[::-1])
    for step in SCRIPT:
        step(desk)
    with database.read() as work:
        found = [record.data for record in work.stream(Record, order="journal, seq")]
    database.close()
    return found


def test_it_ends_with_everything_settled_and_told(lived: Desk) -> None:
    with lived.database.read() as work:
        phases = {(s.campaign, s.phase): s.state for s in work.find(PhaseState)}
        states = {(a.task, a.unit): a.state for a in work.find(Assignment, campaign=1)}
        items = {item.state for item in work.find(Item, campaign=1)}
        notices = {notice.state for notice in work.find(Notice, campaign=1)}
        outbox = {outgoing.state for outgoing in work.find(Outgoing, campaign=1)}
    ends = {"small": "completed", "other": "aborted", "again": "running", "river": "completed"}
    ends["river-小溪县"] = "running"
    assert {key: head.state for key, head in heads(lived).items()} == ends
    assert phases == {
        (1, "first"): "left",
        (1, "second"): "left",
        (1, "third"): "left",
        (2, "first"): "before_adoption",
        (2, "second"): "left",
        (2, "third"): "left",
        (3, "first"): "before_adoption",
        (3, "second"): "left",
        (3, "third"): "open",
        (4, "only"): "left",
        (5, "first"): "before_adoption",
        (5, "second"): "left",
        (5, "third"): "open",
    }
    assert states == {
        ("report", "财政局"): "accepted",
        ("report", "河东镇"): "accepted",
        ("report", "河西镇"): "accepted",
        ("survey", "河东镇"): "waived",
        ("report.study", "河西镇"): "short",
        ("summary", "财政局"): "cancelled",
        ("visit", "市民宗局"): "accepted",
    }
    assert items <= {"bound", "moot"}
    assert notices == {"sent", "withheld"}
    assert outbox == {"sent"}


def test_its_history_verifies(lived: Desk) -> None:
    audit = verify_all(lived)
    assert audit.findings == ()
    with lived.database.read() as work:
        assert audit.records == work.rows("SELECT COUNT(*) FROM journal")[0][0]
        kinds = KEPT.keys() - {Record, Blob, *OPERATIONS}
        tables = [KEPT[kind].table for kind in kinds]
        assert audit.rows == sum(work.rows(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables)


def test_sweeping_twice_at_an_instant_changes_nothing(lived: Desk) -> None:
    before = heads(lived)
    assert sweep.sweep(lived).moments == 0
    assert heads(lived) == before


def test_a_relay_that_died_is_taken_over_after_its_lease_and_the_notice_keeps_its_id(database: Any) -> None:
    class Dies(BaseException):
        pass

    class Dying:
        def deliver(self, envelope: Any) -> Any:
            seen.append(envelope.message_id)
            raise Dies

    class Noting(Post):
        def deliver(self, envelope: Any) -> Any:
            seen.append(envelope.message_id)
            return super().deliver(envelope)

    seen: list[str] = []
    desk = desk_at(database)
    for step in SCRIPT[:2]:
        step(desk)
    clock = desk.clock
    assert isinstance(clock, SteppedClock)
    with pytest.raises(Dies):
        relaying.deliver(desk, lambda name: Dying(), "office@xiaoxi.example.org", "first")
    deliver: Callable[[], object] = lambda: relaying.deliver(  # noqa: E731
        desk, lambda name: Noting(), "office@xiaoxi.example.org", "second"
    )
    assert deliver() == relaying.Delivered()
    clock.move_to(clock.now() + relaying.LEASE)
    assert deliver() == relaying.Delivered(sent=3)
    assert len(seen) == 4 and len(set(seen)) == 3
    assert deliver() == relaying.Delivered()
    assert verify_all(desk).findings == ()


def test_a_clock_far_behind_is_refused_for_the_sweep_and_for_people_until_accepted(database: Any) -> None:
    desk = desk_at(database)
    for step in SCRIPT[:6]:
        step(desk)
    clock = desk.clock
    assert isinstance(clock, SteppedClock)
    before = heads(desk)
    clock.move_to(clock.now() - timedelta(minutes=6))
    assert sweep.sweep(desk).campaigns == 0
    assert heads(desk) == before


def test_a_database_that_was_closed_goes_on_where_it_stopped(database_url: str) -> None:
    for first in range(0, len(SCRIPT), 5):
        database = open_database(database_url)
        for step in SCRIPT[first : first + 5]:
            step(desk_at(database))
        database.close()
    database = open_database(database_url)
    assert verify_all(desk_at(database)).findings == ()
    database.close()
