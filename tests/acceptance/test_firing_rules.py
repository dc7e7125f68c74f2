"""What the clock does, and that it does it once (SEMANTICS F1–F6)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import ALL_IN, OTHER, TOWN, Office, instant, opened, plan
from worded import told

from engine import scheduler, serving
from engine.clock import SteppedClock
from engine.errors import Refused
from engine.model import Armed, Assignment, Deadline, Item, Notice, Occurrence
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import create_campaign
from engine.service.clock import sweep as sweeping
from engine.service.clock.sweep import next_moment, sweep
from engine.service.duties.views.task import shown_for
from engine.service.kernel.case import TimerKind
from engine.service.kernel.registry import new_desk
from engine.service.notices import binding
from engine.store.codec import milliseconds

FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def test_the_heartbeat_keeps_nothing_and_runs_one_beat_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    class Watched(BackgroundScheduler):
        def __init__(self, **given: object) -> None:
            seen.update(given)
            super().__init__(**given)

    monkeypatch.setattr(scheduler, "BackgroundScheduler", Watched)
    stop = serving.Stop()
    scheduler.heartbeat(stop.tell, 60, stop)
    assert seen["job_defaults"] == {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    assert [type(store).__name__ for store in dict(seen["jobstores"]).values()] == ["MemoryJobStore"]  # type: ignore[call-overload]


def test_a_new_process_goes_on_from_what_the_database_says_is_due() -> None:
    office = opened().live_until("2022-08-26T09:00")
    again = Office(desk=new_desk(database=office.desk.database, clock=office.clock), clock=office.clock)
    again.live_until("2022-09-05T12:00")
    assert again.rungs() == ["08-26 09:00 提前三日 raised", "09-01 10:00 催办 raised", "09-05 10:00 催分管 raised"]


def armed_for_rungs(office: Office) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for armed in office.armed(TimerKind.RUNG):
        found.setdefault(armed.ref, []).append(milliseconds(armed.at))
    return found


def test_each_running_deadline_has_one_armed_moment_and_others_have_none() -> None:
    office = opened()
    for day in ("2022-08-01T12:00", "2022-08-26T12:00", "2022-09-01T12:00", "2022-09-06T12:00"):
        office.live_until(day)
        if day.startswith("2022-09-01"):
            office.submit(OTHER)
        expected = {d.id: [milliseconds(d.next_at)] for d in office.find(Deadline) if d.next_at is not None}
        assert armed_for_rungs(office) == expected
        assert {d.state for d in office.find(Deadline) if d.next_at is not None} <= {"armed"}


def test_a_sweep_visits_only_campaigns_in_which_something_is_due() -> None:
    office = opened().live_until("2022-08-25T12:00")
    assert sweep(office.desk).campaigns == 0
    assert next_moment(office.desk) == instant("2022-08-26T09:00")


def test_a_fact_that_a_gate_reads_has_the_gate_looked_at() -> None:
    office = opened(plan(build="advance: automatic")).live_until("2022-07-06T12:00")
    office.submit()
    assert len(office.armed(TimerKind.GATE)) == 1
    office.sweep()
    assert office.armed(TimerKind.GATE) == []


def test_rungs_due_before_a_move_come_before_it_and_the_rest_after() -> None:
    gate = ALL_IN + ", {kind: date, on_or_after: 2022-09-03}"
    receipt = (
        "\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [东镇]\n    due: 2022-08-31\n"
    )
    later = "  - id: other\n    title: 另一任务\n    phase: build\n    responsible: [西乡]\n    due: 2022-08-31\n"
    office = opened(plan(tasks=receipt + later, build="advance: automatic", gate=gate)).live_until("2022-07-06T12:00")
    office.hand_in(TOWN)
    office.sweep().sweep("2022-09-20T12:00")
    acts = [f"{r['action']} {r['subject']}" for r in office.history() if r["action"] in ("occur", "advance")]
    assert acts == ["occur other/西乡 due", "advance build → sprint"]


def test_a_batch_ends_when_its_time_is_used_and_leaves_the_database_free(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    breaths: list[int] = []
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)
    sweep(office.desk, lambda: breaths.append(len(office.find(Occurrence))))
    assert breaths[0] == 1
    assert len(office.find(Occurrence)) == 2


def test_the_database_is_left_free_for_thirty_milliseconds_between_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(serving, "sleep", slept.append)
    serving.Stop().breathe()
    assert slept == [0.03] and sweeping.BATCH_SECONDS <= 0.1 and sweeping.BATCH_SECONDS * sweeping.ON_POSTGRES <= 0.2


@dataclass
class Ticking:
    """A stopwatch that moves on only as it is told."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_database_is_left_free_after_what_batches_held_it_for_in_sum_and_not_after_each() -> None:
    watch, breaths = Ticking(), list[float]()
    holding = sweeping.Holding(watch, lambda: breaths.append(watch.now), 0.08)
    for spent, used in ((0.03, False), (0.06, True), (0.02, False)):
        holding.begin()
        watch.now += spent
        assert holding.is_used is used
        holding.end()
        watch.now += 1.0
    assert breaths == [pytest.approx(1.09)]


def three(office: Office) -> list[str]:
    """Start two more campaigns beside that of an office, and return the keys of all."""
    for key in ("second", "third"):
        create_campaign(office.desk, key, plan(), {})
    return [office.key, "second", "third"]


def test_small_campaigns_share_their_transactions_and_each_has_its_own_records() -> None:
    office = opened()
    keys = three(office)
    office.live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    told: list[str] = []
    watched = new_desk(replace(office.desk.database, watch=told.append), office.clock, stopwatch=Ticking())
    assert sweep(watched) == sweeping.Swept(campaigns=3, moments=6, notices=6)
    assert told.count("COMMITTED") == 2
    for key in keys:
        office.key = key
        assert [o.outcome for o in office.find(Occurrence, campaign=office.head().id)] == ["raised", "raised"]
    assert office.audit().findings == ()


def test_a_campaign_shares_its_transactions_by_all_that_is_due_in_it_not_by_the_first_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = opened()
    three(office)
    monkeypatch.setattr(sweeping, "TOGETHER", 3)
    office.live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    for page in (1, 3, 5000):
        monkeypatch.setattr(sweeping, "PAGE", page)
        assert [*sweeping._groups(office.desk)] == [[1], [2], [3]]


def test_a_campaign_that_fails_is_told_and_holds_up_no_other() -> None:
    office = opened()
    three(office)
    office.live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    lost: Deadline = office.find(Deadline, campaign=2)[0]
    with office.write() as work:
        work.drop(Deadline, lost.id)
    for _ in range(2):
        with pytest.raises(sweeping.CampaignsFailed, match=r"1 campaign\(s\) .* second: PG311"):
            sweep(office.desk)
        done = {o.campaign for o in office.find(Occurrence)}
        assert done == {1, 3} and {n.campaign for n in office.find(Notice, kind="reminder")} == {1, 3}
    with office.write() as work:
        work.add(lost)
    assert sweep(office.desk) == sweeping.Swept(campaigns=1, moments=2, notices=2)
    assert office.audit().findings == ()


def listings(told: list[str]) -> int:
    """Count how often all that waits was listed."""
    return sum(statement.startswith('SELECT campaign, id, kind, unit FROM "item"') for statement in told)


def test_what_waits_is_listed_once_for_all_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    monkeypatch.setattr(binding, "PER_RECORD", 1)
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)
    told: list[str] = []
    swept = sweep(new_desk(replace(office.desk.database, watch=told.append), office.clock))
    assert swept.notices == 2 and len(office.history("bind")) == 1 + 2
    assert listings(told) == 1


def test_what_a_record_tells_of_does_not_hang_on_how_fast_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def history(seconds: float) -> list[object]:
        monkeypatch.setattr(sweeping, "BATCH_SECONDS", seconds)
        monkeypatch.setattr(binding, "PER_RECORD", 3)
        office = opened().live_until("2022-09-06T12:00")
        kept = ("action", "subject", "facts", "ids")
        # A notice bears the head of its chain, and that the random name of its campaign.
        return [
            re.sub('"content": "[0-9a-f]+"', "", json.dumps({k: told[k] for k in kept})) for told in office.history()
        ]

    slow, fast = history(0.0), history(1000.0)
    assert slow == fast and sum('"action": "bind"' in str(told) for told in slow) > 2


def test_what_comes_between_two_batches_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    monkeypatch.setattr(binding, "PER_RECORD", 1)
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)

    def hand_in() -> None:
        if len(office.history("bind")) == 1 + 1 and not office.history("submit"):
            office.submit(unit=OTHER)

    sweep(office.desk, hand_in)
    assert not office.find(Item, state="waiting")
    assert [n.kind for n in office.find(Notice, unit=OTHER)] == ["task_issued", "receipt"]
    assert office.audit().findings == ()


def test_what_becomes_ready_between_two_batches_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    monkeypatch.setattr(binding, "PER_RECORD", 1)
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)
    soon = office.clock.at + timedelta(minutes=5)

    def wait_for_more() -> None:
        if len(office.history("bind")) == 1 and not office.find(Item, ready_at=soon):
            first: Item = office.find(Item, state="waiting")[0]
            with office.write() as work:
                work.add(replace(first, id=first.id + 1000, ready_at=soon))
                work.add(Armed(at=soon, kind=int(TimerKind.ITEMS), ref=first.campaign << 32, campaign=first.campaign))
        elif len(office.history("bind")) == 2:
            office.clock.move_to(soon)

    sweep(office.desk, wait_for_more)
    assert not office.find(Item, state="waiting", ready_at=soon)


def test_what_is_ready_by_another_machines_clock_is_told_though_a_campaign_beside_it_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = opened(plan(build="advance: automatic", gate=ALL_IN))
    create_campaign(office.desk, "second", plan(), {})
    office.live_until("2022-08-25T09:00").at("2022-08-25T09:29").submit(OTHER)
    office.key = "second"
    office.submit(OTHER)
    office.at("2022-08-25T09:32").submit(TOWN)
    office.key, office.clock.at = "county", instant("2022-08-25T09:30")
    monkeypatch.setattr(sweeping, "BATCH_SECONDS", 0.0)
    breaths = count(1)

    def be_busy_once_its_moments_were_taken() -> None:
        if next(breaths) == 2:
            office.accept(OTHER)

    sweep(office.desk, be_busy_once_its_moments_were_taken)
    office.sweep("2022-08-25T09:35")
    assert not office.find(Item, state="waiting")


def test_what_a_notice_gives_units_to_hear_is_told_in_the_same_sweep() -> None:
    office = opened().live_until("2022-09-05T09:00")
    office.do("draft", kind="bulletin")
    sweep(office.desk)
    assert [n.unit for n in office.find(Notice, kind="facts_shown")] == [TOWN, OTHER]
    assert not office.find(Item, state="waiting", kind="facts_shown")


def test_a_campaign_whose_notices_fail_takes_nothing_from_those_it_shared_its_transaction_with() -> None:
    office = opened()
    three(office)
    office.live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    _stop_before_binding(office)
    lost: Assignment = office.find(Assignment, campaign=3)[0]
    with office.write() as work:
        work.drop(Assignment, lost.id)
    with pytest.raises(sweeping.CampaignsFailed, match=r"1 campaign\(s\) .* third: PG311"):
        sweep(office.desk)
    assert Counter(n.campaign for n in office.find(Notice, kind="reminder")) == {1: 2, 2: 2}
    with office.write() as work:
        work.add(lost)
    assert sweep(office.desk).notices == 2
    assert office.audit().findings == ()


def played(cuts: list[int]) -> list[tuple[object, ...]]:
    """Live from July to October with sweeps at the given hours only; return what is recorded."""
    office = opened()
    start = office.clock.at
    for hours in sorted(cuts):
        office.clock.move_to(start + timedelta(hours=hours))
        office.sweep()
    office.sweep("2022-10-20T12:00")
    found: list[Occurrence] = office.find(Occurrence)
    points = [(o.deadline, o.epoch, o.rung, n) for o in found for n in range(o.n_from, o.n_to + 1)]
    assert not [point for point, times in Counter(points).items() if times > 1]
    return sorted(points)


@FEW
@given(st.lists(st.integers(0, 24 * 90), max_size=8))
def test_however_often_the_clock_is_swept_every_rung_is_recorded_at_most_once(cuts: list[int]) -> None:
    assert set(played(cuts)) >= {point for point in played([]) if point[2] in ("提前三日", "催办")}


def test_a_second_sweep_of_the_same_moment_records_nothing() -> None:
    office = opened().live_until("2022-09-05T10:00")
    before = (office.find(Occurrence), office.find(Notice), office.head().seq)
    office.sweep().sweep()
    assert (office.find(Occurrence), office.find(Notice), office.head().seq) == before


def test_the_database_refuses_a_second_record_of_the_same_rung() -> None:
    office = opened().live_until("2022-08-26T09:00")
    once: Occurrence = office.find(Occurrence)[0]
    with pytest.raises(Exception, match=r"UNIQUE|unique"), office.write() as work:
        work.rows(
            'INSERT INTO "occurrence" SELECT id + 1000, campaign, deadline, epoch, rung, n_from, n_to, level, scheduled_at,'
            ' recorded_at, outcome, reason, signed_at FROM "occurrence" WHERE id = ? RETURNING id',
            (once.id,),
        )


def test_a_rung_whose_unit_handed_in_just_before_is_not_recorded() -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    office.submit()
    office.sweep()
    assert office.rungs() == []
    assert office.rungs(OTHER) == ["08-26 09:00 提前三日 raised"]


def _stop_before_binding(office: Office) -> None:
    """Sweep, and lose the worker between the two transactions."""

    class Killed(BaseException):
        pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binding, "gathered", lambda *given: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            sweep(office.desk)


def test_state_history_next_moment_and_items_are_there_together() -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    _stop_before_binding(office)
    assert [o.outcome for o in office.find(Occurrence)] == ["raised", "raised"]
    assert [i.state for i in office.find(Item, kind="reminder")] == ["waiting", "waiting"]
    assert len(office.history("occur")) == 2
    assert office.audit().findings == ()


def raised_but_not_bound(at: str = "2022-09-01T10:00") -> Office:
    """An office in which overdue rungs were recorded and their items wait for the second transaction."""
    office = opened().live_until("2022-08-31T12:00").at(at)
    _stop_before_binding(office)
    return office


def test_what_was_handed_in_between_rung_and_notice_is_moot_recorded_and_not_sent() -> None:
    office = raised_but_not_bound()
    office.submit()
    office.sweep()
    assert office.rungs()[-1] == "09-01 10:00 催办 moot"
    assert office.notices("overdue") == [f"09-01 10:00 overdue {OTHER} 0 sent: report"]
    assert [(item.unit, item.state) for item in office.find(Item, kind="overdue")] == [
        (TOWN, "moot"),
        (OTHER, "bound"),
    ]
    assert office.audit().findings == ()


def test_an_overdue_notice_that_waited_is_moot_once_a_later_day_was_granted() -> None:
    office = raised_but_not_bound()
    office.do("grant", who="leader", task="report", unit=TOWN, to="2022-09-20", reason="资料未齐", document="批复")
    office.sweep()
    assert office.notices("overdue") == [f"09-01 10:00 overdue {OTHER} 0 sent: report"]
    assert office.rungs()[-1] == "09-01 10:00 催办 moot"


def test_a_notice_that_cannot_be_rendered_is_put_aside_and_holds_nobody_up() -> None:
    broken = "{% block subject %}催{% endblock %}{% block body %}{{ items[5].title }}{% endblock %}{% block short %}催{% endblock %}"
    office = opened(plan(templates={"templates/overdue.j2": broken})).live_until("2022-09-01T12:00")
    assert office.notices("overdue") == []
    assert [item.state for item in office.find(Item, kind="overdue")] == ["aside", "aside"]
    assert office.rungs() == ["08-26 09:00 提前三日 raised", "09-01 10:00 催办 raised"]
    assert office.live_until("2022-09-10T12:00").audit().findings == ()


def test_what_was_put_aside_is_tried_again_when_the_office_says_so() -> None:
    office = opened().at("2022-07-05T08:45")
    office.vacate(TOWN, 0)
    office.live_until("2022-07-05T12:00")
    assert [i.state for i in office.find(Item, kind="task_issued", unit=TOWN)] == ["aside"]
    assert office.do("again") == {"again": 1}
    assert [i.state for i in office.find(Item, kind="task_issued", unit=TOWN)] == ["waiting"]
    office.live_until("2022-07-05T13:00")
    assert [len(r["facts"]["aside"]) for r in office.history("bind")] == [1, 1]
    assert office.audit().findings == ()


def test_there_is_nothing_to_try_again_where_nothing_is_put_aside() -> None:
    with pytest.raises(Refused, match="nothing is put aside"):
        opened().live_until("2022-07-05T12:00").do("again")


def test_after_the_first_attempt_to_send_a_notice_never_changes() -> None:
    office = opened().live_until("2022-08-26T09:00")
    sent = office.find(Notice, kind="reminder")
    office.extend(to="2022-09-15")
    office.live_until("2022-09-30T12:00")
    assert [n for n in office.find(Notice) if n.id in {s.id for s in sent}] == sent


def why(office: Office, unit: str = TOWN) -> dict[str, str]:

    with office.case() as case:
        return {
            row["rung"]: f"{row['outcome']} {told(row['reason'])}".strip()
            for row in shown_for(case, case.task("report"), unit)["rungs"]
        }


def test_of_any_rung_an_auditor_can_ask_why_it_did_or_did_not_reach_anybody() -> None:
    office = opened(at="2022-08-29T08:30")
    office.vacate(TOWN, 1)
    office.live_until("2022-09-06T12:00")
    assert why(office) == {
        "提前三日": "before_adoption scheduled before the campaign was adopted",
        "催办": "raised",
        "催分管": "no_contact the unit has no contact at level 1",
        "催主要": "scheduled",
        "督办": "waits level 2 comes first: 催主要 (1)",
        "通报": "waits level 3 comes first: 督办 (1)",
    }


def test_a_rung_whose_channel_is_switched_off_is_recorded_as_such_and_tells_nobody() -> None:
    ladder = """
      - {id: 提前三日, at: -3wd, level: 0, notice: reminder, channel: console}
      - {id: 催办, at: 1wd, level: 0, notice: overdue}
      - {id: 再催, at: 2wd, level: 0, notice: overdue, channel: console}
      - {id: 通报, at: 15wd, level: 4, notice: bulletin, channel: console}
"""
    office = opened(plan(ladder=ladder, top="channels_off: [console]")).live_until("2022-09-01T12:00")
    office.do("channel", name="console", reason="屏幕已修好")
    office.live_until("2022-09-02T12:00")
    assert why(office) == {
        "提前三日": "channel_off the channel console is switched off",
        "催办": "raised",
        "再催": "raised",
        "通报": "scheduled",
    }
    office.do("channel", name="console", off=True, reason="又坏了")
    assert office.find(Notice, kind="reminder") == [] and verify_all(office.desk).findings == ()


def test_missed_points_of_a_repeating_rung_are_one_record() -> None:
    ladder = "[{id: 周催, at: 1wd, level: 0, notice: overdue, every: 2wd, count: 5}]"
    office = opened(plan(ladder=ladder)).live_until("2022-08-31T12:00").sweep("2022-09-07T12:00")
    found: list[Occurrence] = office.find(Occurrence, deadline=office.deadline().id)
    assert [(o.rung, o.n_from, o.n_to, o.outcome) for o in found] == [("周催", 1, 3, "raised")]


def test_two_workers_that_look_at_the_same_moment_record_it_once() -> None:
    office = opened().live_until("2022-08-26T08:59").at("2022-08-26T09:00")
    other = new_desk(database=office.desk.database, clock=SteppedClock(office.clock.at))
    due = [*sweeping._groups(other)]
    sweep(office.desk)
    late = sweeping.Sweeping(other, sweeping.Holding(other.stopwatch, lambda: None, 1.0))
    assert [sweeping._fire(late, group) for group in due] == [sweeping.SweepBatch()]
    assert len(office.find(Occurrence)) == 2


def test_moments_are_taken_in_the_order_of_their_instants() -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.extend(OTHER, to="2022-09-02")
    office.at("2022-09-20T12:00")
    with office.case() as case:
        due = sweeping._due(case.work, {case.id: case}, 100)
    assert due == sorted(due, key=lambda armed: (armed.at, armed.kind, armed.ref)) and len(due) >= 2
    assert isinstance(due[0], Armed)
