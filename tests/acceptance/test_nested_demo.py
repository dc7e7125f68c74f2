"""The demonstration of a city with its counties: several campaigns under one clock, each to its end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nested_city import ADOPTED, bundle
from small_county import local

from engine.bootstrap import Settings, Wired, wire
from engine.clock import SteppedClock
from engine.demo import files, folder, play
from engine.model import Campaign, Record
from engine.service.campaigns.founding import create_campaign


@pytest.fixture
def played(sqlite_template: Path, tmp_path: Path) -> Iterator[Wired]:
    shutil.copy(sqlite_template, tmp_path / "phasegate.db")
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    given = {"PHASEGATE_EML_DIR": str(tmp_path / "notices")}
    settings = Settings(db=f"sqlite:///{tmp_path / 'phasegate.db'}", given=given)
    with closing(wire(settings, clock, durable=False)) as wired:
        clock.move_to(local("2023-06-23 09:00"))
        below = {unit: bundle("nested-county") for unit in ("上游县", "下游县")}
        create_campaign(wired.desk, play.KEY, bundle("nested-city"), ADOPTED, nested=below)
        assert not play.play(wired, clock, "1", lambda share, at, line: None, 0.4).ended
        assert play.play(wired, clock, "1", lambda share, at, line: None, 9.0).ended
        yield wired


def test_a_city_and_its_counties_are_played_to_their_ends_without_override_or_waiver(played: Wired) -> None:
    with played.desk.database.read() as work:
        heads = work.find(Campaign, order="id")
        actions = {record.action for record in work.find(Record)}
        moved = work.find(Record, journal=heads[0].id, action="advance", outcome="done", order="seq")
    assert [(head.key, head.state) for head in heads] == [
        (key, "completed") for key in ("demo", "demo-上游县", "demo-下游县")
    ]
    assert {"nested_changed", "gate_seen"} <= actions and not {"override", "waive", "pass"} & actions
    assert [record.actor for record in moved] == ["市创建办", "system", "市创建办"]
    assert files.proven(played.desk).holds


def test_its_folder_and_its_summary_hold_each_campaign(played: Wired, tmp_path: Path) -> None:
    files.write(played.desk, tmp_path)
    for unit in ("上游县", "下游县"):
        written = {path.name for path in (tmp_path / f"demo-{unit}").iterdir()}
        assert written == {folder.BREAKDOWN, folder.LEDGER, folder.TIMELINE, folder.DIAGRAM, folder.HISTORY}
    text = files.proven(played.desk).text
    assert "上游县:已完成" in text and "下游县:已完成" in text
