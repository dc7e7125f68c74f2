"""What released programs wrote outlives every upgrade: on both databases (SEMANTICS H5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import reader
from engine.clock import SteppedClock
from engine.errors import Refused
from engine.model import Assignment, Campaign, Deadline
from engine.service.audit.audit import verify_all
from engine.service.audit.rebuilding import rebuild
from engine.service.clock.sweep import sweep
from engine.service.kernel.case import SETTLED
from engine.service.kernel.desk import Command, Desk, perform, reading
from engine.service.kernel.plan import source_of
from engine.service.kernel.registry import new_desk
from engine.store.migrations import upgrade
from tests.histories.frozen import do, names, thaw

NOTE = {"note": "已按要求落实", "voucher": {"name": "", "text": "电话记录"}}


@pytest.fixture(params=names())
def desk(request: pytest.FixtureRequest, empty_url: str) -> Iterator[Desk]:
    """A frozen history in a database of today's revision, the day after its last record."""
    thaw(request.param, empty_url)
    database = upgrade(empty_url)
    with database.read() as work:
        last_at = max(head.last_at for head in work.find(Campaign))
    yield new_desk(database, SteppedClock(last_at + timedelta(days=1)))
    database.close()


def test_a_frozen_history_upgrades_is_proved_rebuilt_and_goes_on(desk: Desk) -> None:
    before = verify_all(desk)
    assert before.findings == () and before.records > 50
    assert rebuild(desk, dry_run=True).differences == ()
    key = first_running(desk)
    hand_in(desk, key)
    sweep(desk)
    move(desk, key)
    after = verify_all(desk)
    assert after.findings == () and after.records >= before.records + 2


def test_rows_that_were_changed_are_made_anew_from_a_frozen_history(desk: Desk) -> None:
    with desk.database.write() as work:
        for table in ("armed", "occurrence", "evidence"):
            do(work, f'DELETE FROM "{table}"')
        do(work, "UPDATE \"assignment\" SET state = 'accepted'")
    assert verify_all(desk).findings != ()
    assert rebuild(desk).differences != ()
    assert verify_all(desk).findings == ()


def first_running(desk: Desk) -> str:
    with desk.database.read() as work:
        return next(head.key for head in work.find(Campaign, order="id") if head.state == "running")


def hand_in(desk: Desk, key: str) -> None:
    """Have a unit hand in what it owes, as any unit may."""
    with reading(desk, key) as case:
        owed = [*case.work.find(Assignment, campaign=case.id, order="id")]
        counted = {task.id for task in case.plan.workflow.tasks if task.counted or "number" in task.needs}
        known = {d.assignment for d in case.work.find(Deadline, campaign=case.id, kind="due")}
    open_ones = [
        a for a in owed if a.state not in SETTLED and a.task not in counted and a.role != "lead" and a.id in known
    ]
    given = {
        "task": open_ones[0].task,
        "unit": open_ones[0].unit,
        "files": [{"name": "总结.pdf", "sha256": "0" * 64, "size": 1}],
    }
    perform(desk, Command("submit", key, {**given, **NOTE}))


def move(desk: Desk, key: str) -> None:
    """Move the campaign to another version of its workflow: the same under another name."""
    with reading(desk, key) as case:
        files = dict(source_of(case.work, case.head.workflow))
        version = case.plan.workflow.version
    again = files["workflow.yaml"].replace(f"version: {version}", "version: later", 1)
    again = (
        again
        if again != files["workflow.yaml"]
        else files["workflow.yaml"].replace(f'version: "{version}"', "version: later", 1)
    )
    assert reader.read({**files, "workflow.yaml": again}, key).version == "later"
    outcome = perform(
        desk, Command("move", key, {"bundle": {**files, "workflow.yaml": again}, "document": "修订通知"})
    )
    assert not isinstance(outcome, Refused)
