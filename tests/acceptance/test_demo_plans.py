"""The demonstration of each smaller plan, played in one process: to its end, by the book, and proven."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import Wired, channels_of
from engine.clock import SteppedClock
from engine.demo import files, play
from engine.model import Record
from engine.service.desk import Desk, reading
from engine.store.migrations import in_memory


@pytest.mark.parametrize("name", ["mile", "guazhou", "county-template"])
def test_the_demonstration_of_each_plan_ends_without_override_or_waiver(name: str, tmp_path: Path) -> None:
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    channels = channels_of({"PHASEGATE_EML_DIR": str(tmp_path)})
    desk = Desk(database=in_memory(), clock=clock)
    wired = Wired(desk=desk, channels=channels, sender="office@example.org", worker="demo")
    play.adopt(wired, clock, name, {})
    assert play.play(wired, clock, "1", lambda share, at, line: None, 9.0).ended
    with reading(wired.desk, play.KEY) as case:
        assert case.head.state == "completed"
        actions = {(r.action, r.outcome) for r in case.work.find(Record, journal=case.id)}
    assert not {"override", "waive"} & {action for action, _ in actions}
    assert files.proven(wired.desk).holds
    wired.close()
