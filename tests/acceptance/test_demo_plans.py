"""The demonstration of each smaller plan, played in one process: to its end, by the book, and proven."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.bootstrap import Wired, channels_of
from engine.clock import SteppedClock
from engine.demo import files, play
from engine.model import Assignment, Notice, Record, Remark, Round
from engine.service.kernel.desk import reading
from engine.service.kernel.registry import new_desk
from engine.store.migrations import in_memory

WHAT_HAPPENS = {
    "mile": {"count", "sign"},
    "guazhou": {"designate", "sign"},
    "county-template": {"count", "designate", "sign", "draw", "report", "adopt"},
}
REPORTED_TO = {
    "mile": ["州民族宗教委", "州乡村振兴局"],
    "guazhou": ["市创建全国民族团结进步示范市工作领导小组办公室"],
    "county-template": [],
}


def lived(name: str, out: Path) -> Wired:
    """Return the service after a demonstration of a plan, which has ended."""
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    channels = channels_of({"PHASEGATE_EML_DIR": str(out)})
    desk = new_desk(database=in_memory(), clock=clock)
    wired = Wired(desk=desk, channels=channels, sender="office@example.org", worker="demo")
    play.adopt(wired, clock, name, {})
    assert play.play(wired, clock, "1", lambda share, at, line: None, 9.0).ended
    return wired


@pytest.mark.parametrize("name", WHAT_HAPPENS)
def test_the_demonstration_of_each_plan_ends_without_override_or_waiver(name: str, tmp_path: Path) -> None:
    wired = lived(name, tmp_path)
    with reading(wired.desk, play.KEY) as case:
        assert case.head.state == "completed"
        done = {r.action for r in case.work.find(Record, journal=case.id) if r.outcome == "done"}
        upward = [n.unit for n in case.work.find(Notice, campaign=case.id, kind="report", order="id")]
    assert not {"override", "waive"} & done
    assert done >= WHAT_HAPPENS[name]
    assert upward == REPORTED_TO[name]
    assert files.proven(wired.desk).holds
    wired.close()


def test_what_the_spot_check_of_the_template_finds_is_put_right_before_the_year_ends(tmp_path: Path) -> None:
    wired = lived("county-template", tmp_path)
    with reading(wired.desk, play.KEY) as case:
        (drawn,) = case.work.find(Round, campaign=case.id)
        (found,) = case.work.find(Remark, campaign=case.id, kind="finding")
        (righted,) = case.work.find(Assignment, campaign=case.id, task=found.task)
    assert (drawn.kind, found.state, righted.unit, righted.state) == ("spot", "adopted", found.unit, "accepted")
    wired.close()
