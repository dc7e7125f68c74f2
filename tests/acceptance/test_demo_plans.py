"""The demonstration of each smaller plan, played in one process: to its end, by the book, and proven."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import Settings, wire
from engine.clock import SteppedClock
from engine.demo import files, play
from engine.model import Record
from engine.service.desk import reading


@pytest.mark.parametrize("name", ["mile", "guazhou", "county-template"])
def test_the_demonstration_of_each_plan_ends_without_override_or_waiver(
    name: str, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "phasegate.db")
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    given = {"PHASEGATE_EML_DIR": str(tmp_path / "notices")}
    wired = wire(Settings(db=f"sqlite:///{tmp_path / 'phasegate.db'}", given=given), clock)
    play.adopt(wired, clock, name, {})
    assert play.play(wired, clock, "1", lambda share, at, line: None, 9.0).ended
    with reading(wired.desk, play.KEY) as case:
        assert case.head.state == "completed"
        actions = {(r.action, r.outcome) for r in case.work.find(Record, journal=case.id)}
    assert not {"override", "waive"} & {action for action, _ in actions}
    assert files.proven(wired.desk).holds
    wired.close()
