"""What the proof of a run finds: each planted fault is named, and nothing is where nothing was planted."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from engine.clock import SteppedClock
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import next_moment, sweep
from engine.service.delivery.relaying import deliver
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from engine.store.schema import TRIGGERS
from notifications.channels.eml import EmlFolder
from tests.faults import proof
from tests.faults.county import ADOPTED, DAY, LADDER, County, due_days

COUNTIES = {"county-1": County(units=1, tasks=2, due=due_days(1), ladder=LADDER[3:5])}
END = COUNTIES["county-1"].last_at() + 10 * DAY


@pytest.fixture(scope="module")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database whose year is over, and its letters."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copy(sqlite_template, folder / "phasegate.db")
    clock = SteppedClock(ADOPTED)
    desk = new_desk(open_database(f"sqlite:///{folder / 'phasegate.db'}", durable=False), clock)
    create_campaign(desk, "county-1", COUNTIES["county-1"].files(), {"adopted": "2022-01-10"})
    while (at := next_moment(desk)) is not None and at <= END:
        clock.move_to(max(at, clock.at))
        sweep(desk)
        deliver(desk, lambda _: EmlFolder(folder / "eml"), "office@example.org", "worker")
    desk.database.close()
    return folder


@pytest.fixture
def found(lived: Path, tmp_path: Path) -> Callable[..., str]:
    """Tells what the proof finds in a copy to which something was done."""
    shutil.copytree(lived, tmp_path, dirs_exist_ok=True)

    def find(*done: str) -> str:
        path = tmp_path / "phasegate.db"
        with sqlite3.connect(path) as connection:
            dropped = [f"DROP TRIGGER {name}" for name in TRIGGERS["sqlite"]]
            for statement in (*dropped, *done, *TRIGGERS["sqlite"].values()):
                connection.execute(statement)
        connection.close()
        eye = proof.Eye(f"sqlite:///{path}")
        wrong = [
            *proof.rungs(eye, COUNTIES, END.astimezone(UTC)),
            *proof.chains(eye),
            *proof.notices(eye),
            *proof.messages(eye, END),
            *proof.letters(eye, tmp_path / "eml"),
        ]
        eye.close()
        return "\n".join(line.partition(":")[0] for line in wrong)

    return find


def test_nothing_is_found_where_nothing_is_wrong(found: Callable[..., str]) -> None:
    assert found() == ""


ONE = "(SELECT min(id) FROM occurrence)"
AGAIN = f"""INSERT INTO occurrence SELECT id + 9000, campaign, deadline, epoch + 1, rung, n_from, n_to, level,
    scheduled_at, recorded_at, outcome, reason, signed_at FROM occurrence WHERE id = {ONE}"""


@pytest.mark.parametrize(
    ("done", "named"),
    [
        ([f"DELETE FROM occurrence WHERE id = {ONE}"], "1 points missing"),
        ([AGAIN], "1 points doubled\n1 raised rungs without an item"),
        ([f"UPDATE occurrence SET recorded_at = scheduled_at - 1 WHERE id = {ONE}"], "1 points at a wrong instant"),
        ([f"UPDATE occurrence SET scheduled_at = scheduled_at + 1 WHERE id = {ONE}"], "1 points at a wrong instant"),
        (
            ["UPDATE journal SET data = CAST(replace(data, '当日', '次日') AS BLOB) WHERE seq = 5"],
            "1 records out of the chain",
        ),
        (["DELETE FROM journal WHERE journal = 1 AND seq = 5"], "1 records out of the chain"),
        (["UPDATE campaign SET seq = seq - 1"], "1 heads that are not the last record"),
        (["DELETE FROM item WHERE occurrence <> 0"], "8 raised rungs without an item"),
        (["UPDATE item SET state = 'waiting' WHERE occurrence = " + ONE], "1 items neither in a notice nor moot"),
        (["UPDATE notice SET state = 'queued' WHERE id IN (SELECT max(id) FROM notice)"], "1 notices not sent"),
        (["UPDATE notice SET day = '2022-03-01' WHERE kind = 'overdue'"], "1 notices beside another of the day"),
        (
            [
                "UPDATE outbox SET state = 'queued', lease_until = next_at * 2 WHERE id IN (SELECT max(id) FROM outbox)"
            ],
            "1 messages still queued\n1 messages still leased\n1 letters that nobody sent, or to another",
        ),
        (["UPDATE outbox SET recipient = 'other@example.org'"], "5 letters that nobody sent, or to another"),
    ],
)
def test_what_was_planted_is_named(found: Callable[..., str], done: list[str], named: str) -> None:
    assert found(*done) == named
