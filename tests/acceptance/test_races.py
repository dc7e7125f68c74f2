"""Several at once: one wins and the other is told; journals grow without gaps; answers are given once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from small_county import HEXI, SCRIPT, YEAR, bundle, desk_at, heads, local

from engine.clock import SteppedClock
from engine.errors import BadInput, DatabaseBusy, GateShut, KeyReused, PhasegateError, Refused, WrongState
from engine.model import Answer, Assignment, Notice, Occurrence, Record
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import KeyTaken, apply_year, create_campaign
from engine.service.clock import sweep
from engine.service.kernel.desk import Command, Desk, perform
from engine.store.database import Database, open_database
from engine.store.queries import campaigns

Tried = list[object]


def at_once(url: str, at: str, *deeds: Callable[[Desk], object]) -> Tried:
    """Do several things at the same instant, each on connections of its own; return answers and refusals."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[Desk], object]) -> object:
        database = open_database(url)
        try:
            desk = desk_at(database, at)
            barrier.wait()
            return deed(desk)
        except PhasegateError as refusal:
            return refusal
        finally:
            database.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_at(database)


def live(desk: Desk, until: str) -> None:
    """Live the script up to the step of a name, without that step."""
    for step in SCRIPT:
        if step.name == until:
            return
        step(desk)
    raise AssertionError(until)


def records(desk: Desk, journal: int = 1) -> list[Record]:
    with desk.database.read() as work:
        return work.find(Record, journal=journal, order="seq")


def doing(action: str, actor: str = "office", key: str = "", **given: Any) -> Callable[[Desk], object]:
    return lambda desk: perform(desk, Command(action=action, campaign="small", given=given, actor=actor, key=key))


# --- numbering (H1) ---


def test_two_writers_number_the_records_of_a_campaign_without_gaps(desk: Desk, database_url: str) -> None:
    live(desk, "a unit signs for its task")
    before = len(records(desk))

    def many(reason: str) -> Callable[[Desk], object]:
        def do(desk: Desk) -> None:
            for _ in range(8):
                doing("hold", **HEXI, level=2, reason=reason)(desk)

        return do

    assert at_once(database_url, "2026-11-02 11:00", many("甲"), many("乙")) == [None, None]
    found = records(desk)
    assert [record.seq for record in found] == list(range(1, before + 17))
    assert verify_all(desk).findings == ()


def test_two_writers_number_the_records_of_the_installation_without_gaps(desk: Desk, database_url: str) -> None:
    def creating(key: str) -> Callable[[Desk], object]:
        return lambda desk: create_campaign(desk, key, bundle(), {"adopted": "2026-11-02"})

    answers = at_once(database_url, "2026-11-02 09:30", *(creating(f"c{i}") for i in range(4)))
    assert {answer["id"] for answer in answers if isinstance(answer, dict)} == {1, 2, 3, 4}
    assert [(record.seq, record.action) for record in records(desk, 0)] == [
        (1, "install"),
        *((number, "create") for number in range(2, 6)),
    ]
    assert verify_all(desk).findings == ()


def test_of_two_that_take_one_key_for_a_campaign_one_is_told(desk: Desk, database_url: str) -> None:
    def create(desk: Desk) -> object:
        return create_campaign(desk, "small", bundle(), {"adopted": "2026-11-02"})

    answers = at_once(database_url, "2026-11-02 09:30", create, create)
    assert sorted(type(answer) for answer in answers if not isinstance(answer, dict)) == [KeyTaken]
    assert len(heads(desk)) == 1


def test_a_year_is_loaded_while_units_hand_in(desk: Desk, database_url: str) -> None:
    live(desk, "a year is loaded")
    answers = at_once(
        database_url,
        "2026-12-01 09:00",
        lambda desk: apply_year(desk, "CN", YEAR, dry_run=False),
        doing("submit", "河西镇", task="report", note="方案"),
        doing("submit", "河东镇", task="report", note="方案"),
    )
    assert not [answer for answer in answers if isinstance(answer, PhasegateError)]
    assert verify_all(desk).findings == ()


# --- one wins (G6) ---


def test_of_two_at_one_gate_one_moves_and_the_other_is_told(desk: Desk, database_url: str) -> None:
    live(desk, "the phase is left")
    advance = doing("advance", decision="会议纪要4号", to="second")
    answers = at_once(database_url, "2026-12-21 09:00", advance, advance)
    told = [answer for answer in answers if isinstance(answer, Refused)]
    assert [answer for answer in answers if isinstance(answer, dict)] == [
        {"from": "first", "to": "second", "state": "running"}
    ]
    assert [type(answer) for answer in told] == [WrongState] or [type(answer) for answer in told] == [GateShut]
    assert [(r.action, r.outcome) for r in records(desk)[-2:]] == [("advance", "done"), ("advance", "refused")]
    assert heads(desk)["small"].phase == "second"


def test_of_two_that_accept_one_assignment_one_is_told(desk: Desk, database_url: str) -> None:
    live(desk, "both are accepted")
    answers = at_once(database_url, "2026-12-02 10:00", doing("accept", **HEXI), doing("accept", **HEXI))
    assert sorted(type(answer).__name__ for answer in answers) == ["WrongState", "dict"]


def test_a_submission_and_an_overdue_notice_at_once_leave_one_order_of_things(desk: Desk, database_url: str) -> None:
    live(desk, "it is overdue")
    answers = at_once(
        database_url,
        "2026-11-16 10:00",
        lambda desk: sweep.sweep(desk),
        doing("submit", "河西镇", task="report", note="方案"),
    )
    assert not [answer for answer in answers if isinstance(answer, PhasegateError)]
    with desk.database.read() as work:
        assert work.find(Assignment, campaign=1, task="report", unit="河西镇")[0].state == "submitted"
    assert verify_all(desk).findings == ()


# --- sweeps (F3, F4) ---


def test_sweeps_at_once_record_every_occurrence_once(desk: Desk, database_url: str) -> None:
    live(desk, "it is overdue")
    at_once(database_url, "2026-11-16 10:00", *[lambda desk: sweep.sweep(desk)] * 3)
    assert isinstance(desk.clock, SteppedClock)
    desk.clock.move_to(local("2026-11-16 10:00"))
    sweep.sweep(desk)
    with desk.database.read() as work:
        points = [(o.deadline, o.epoch, o.rung, o.n_from) for o in work.find(Occurrence)]
    assert len(points) == len(set(points)) > 0
    assert verify_all(desk).findings == ()


def test_a_campaign_that_another_worker_holds_is_skipped_and_taken_later(desk: Desk, database_url: str) -> None:
    live(desk, "it is overdue")
    assert isinstance(desk.clock, SteppedClock)
    desk.clock.move_to(local("2026-11-16 10:00"))
    other = open_database(database_url, busy_seconds=0.1)
    with desk.database.write() as work:
        assert campaigns.locked(work, 1) is not None
        if desk.database.is_postgres:
            assert sweep.sweep(desk_at(other, "2026-11-16 10:00")).moments == 0
        else:
            with pytest.raises(DatabaseBusy):
                sweep.sweep(desk_at(other, "2026-11-16 10:00"))
    assert sweep.sweep(desk_at(other, "2026-11-16 10:00")).moments == 2
    other.close()


# --- document numbers (N1) ---


def test_of_campaigns_that_sign_at_once_each_gets_the_next_number(desk: Desk, database_url: str) -> None:
    keys = ("small", "second", "third")
    for key in keys:
        create_campaign(desk, key, bundle(), {"adopted": "2026-11-02"})
        perform(desk, Command("draft", key, {"kind": "bulletin"}))
    sweep.sweep(desk)
    drafts = [next(n for n in _notices(desk) if n.campaign == i and n.state == "draft") for i in (1, 2, 3)]

    def signing(key: str, notice: int) -> Callable[[Desk], object]:
        return lambda desk: perform(desk, Command("sign", key, {"notice": str(notice)}, "leader"))

    at_once(database_url, "2026-11-02 10:30", *(signing(k, n.id) for k, n in zip(keys, drafts, strict=True)))
    assert sorted(n.number for n in _notices(desk) if n.number) == [f"溪创建发〔2026〕{i}号" for i in (1, 2, 3)]
    assert verify_all(desk).findings == ()


def _notices(desk: Desk) -> list[Notice]:
    with desk.database.read() as work:
        return work.find(Notice, order="id")


# --- the same command again (P5) ---


def test_a_command_repeated_under_its_key_gets_the_first_answer_and_changes_nothing(desk: Desk) -> None:
    live(desk, "a unit signs for its task")
    command = doing("receive", "财政局", key="abc", task="report")
    first = command(desk)
    before = records(desk)
    assert command(desk) == first
    assert records(desk) == before


def test_another_body_under_the_same_key_is_an_error_and_changes_nothing(desk: Desk) -> None:
    live(desk, "a unit signs for its task")
    doing("receive", "财政局", key="abc", task="report")(desk)
    before = records(desk)
    for other in (
        doing("receive", "财政局", key="abc", task="report", on="2026-11-01"),
        doing("submit", "财政局", key="abc", task="report"),
        doing("receive", "office", key="abc", task="report"),
    ):
        with pytest.raises(KeyReused) as told:
            other(desk)
        assert told.value.code == "PG110"
    assert records(desk) == before


def test_a_refusal_is_not_kept_under_its_key_but_recorded_each_time(desk: Desk) -> None:
    live(desk, "both are accepted")
    advance = doing("advance", key="abc", decision="会议纪要4号")
    before = len(records(desk))
    for _ in range(2):
        with pytest.raises(GateShut):
            advance(desk)
    assert [r.outcome for r in records(desk)[before:]] == ["refused", "refused"]
    with desk.database.read() as work:
        assert work.get(Answer, 1, "abc") is None
    names = [step.name for step in SCRIPT]
    for step in SCRIPT[names.index("both are accepted") : names.index("the leaders approve") + 1]:
        step(desk)
    assert advance(desk) == {"from": "first", "to": "second", "state": "running"}
    assert advance(desk) == {"from": "first", "to": "second", "state": "running"}


def test_bad_input_under_a_key_leaves_nothing(desk: Desk) -> None:
    live(desk, "a unit signs for its task")
    before = records(desk)
    with pytest.raises(BadInput):
        doing("receive", "财政局", key="abc", task="report", on="gestern")(desk)
    assert records(desk) == before
    assert doing("receive", "财政局", key="abc", task="report")(desk)


def test_of_two_with_one_key_at_once_both_get_the_one_answer(desk: Desk, database_url: str) -> None:
    live(desk, "a unit signs for its task")
    before = len(records(desk))
    command = doing("receive", "财政局", key="abc", task="report")
    answers = at_once(database_url, "2026-11-02 10:00", command, command, command)
    assert answers == [{"task": "report", "unit": "财政局", "state": "received"}] * 3
    assert len(records(desk)) == before + 1


def test_a_sweep_that_all_campaigns_refuse_for_the_clock_says_so_on_both_databases(
    desk: Desk, database_url: str
) -> None:
    live(desk, "its tasks become notices")
    behind = desk_at(open_database(database_url), "2026-11-01 09:30")
    with behind.database.write() as work:
        work.rows('UPDATE "armed" SET "at" = "at" - 8640000000 RETURNING ref')
    assert sweep.sweep(behind).refused == 1
    behind.database.close()
