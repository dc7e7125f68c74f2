"""Pause, extension, change and repeated commands (SEMANTICS P1–P3, P5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import CITY, COURT, OFFICE, OTHER, TOWN, ZONE, Office, opened, plan

from engine.errors import KeyReused, NotAllowed, Refused
from engine.model import Answer, Assignment, Item, Notice, Occurrence
from engine.service.duties.views.task import shown_for

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def task(due: str) -> str:
    return f"\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [{TOWN}, {OTHER}]\n    due: {due}\n"


DURATION = task("{after: issued, offset: 10wd}")


# --- P1 ---


def test_a_duration_keeps_what_is_left_of_it_in_its_own_unit() -> None:
    office = opened(plan(tasks=DURATION)).live_until("2022-07-11T12:00")
    assert office.due_on() == "2022-07-19"  # six working days left
    office.pause()
    assert (office.deadline().state, office.deadline().remaining) == ("paused", 6)
    office.live_until("2022-07-20T12:00").do("resume")
    assert (office.due_on(), office.deadline().epoch) == ("2022-07-28", 2)
    assert office.deadline().first_due_on == date(2022, 7, 28)


def test_a_dated_deadline_is_only_silenced() -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.pause()
    office.live_until("2022-08-29T12:00").do("resume")
    assert (office.due_on(), office.deadline().epoch, office.deadline().state) == ("2022-08-31", 1, "armed")


def test_dates_shift_where_the_pause_says_so_and_a_campaigns_pause_shifts_windows_too() -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.pause(shift=True)
    office.live_until("2022-08-29T12:00").do("resume")
    assert office.due_on() == "2022-09-05"
    assert (office.phase("build").last_day, office.phase("sprint").first_day) == (
        date(2022, 10, 5),
        date(2022, 10, 6),
    )


def test_a_date_that_shifts_under_two_pauses_at_once_shifts_by_the_days_of_both_together() -> None:
    office = opened().live_until("2022-08-01T12:00")
    office.pause(shift=True)
    office.live_until("2022-08-03T12:00").pause(task="report", unit=TOWN)
    office.live_until("2022-08-05T12:00").do("resume")
    assert office.deadline().state == "paused"
    office.live_until("2022-08-09T12:00").do("resume", task="report", unit=TOWN)
    assert (office.due_on(TOWN), office.due_on(OTHER)) == ("2022-09-04", "2022-09-04")


def test_a_duration_under_two_pauses_at_once_keeps_what_was_left_before_the_first() -> None:
    office = opened(plan(tasks=DURATION)).live_until("2022-07-15T12:00")  # two working days left
    office.pause()
    office.live_until("2022-07-22T12:00").pause(task="report", unit=TOWN)
    office.live_until("2022-07-25T12:00").do("resume")
    office.live_until("2022-07-27T12:00").do("resume", task="report", unit=TOWN)
    assert (office.due_on(OTHER), office.due_on(TOWN)) == ("2022-07-27", "2022-07-29")


def test_paused_is_not_overdue() -> None:
    office = opened().live_until("2022-08-29T12:00")
    office.pause()
    office.live_until("2022-09-10T12:00")
    with office.case() as case:
        shown = shown_for(case, case.task("report"), TOWN)
    assert (shown["light"], shown["overdue"]) == ("grey", False)
    assert office.notices("overdue") == []


def test_rungs_inside_a_pause_are_recorded_as_paused_and_the_next_level_keeps_the_least_gap() -> None:
    office = opened().live_until("2022-08-31T12:00")
    office.pause()
    office.live_until("2022-09-08T09:00").do("resume")
    office.live_until("2022-09-16T12:00")
    assert office.rungs()[1:] == [
        "09-08 09:00 催办 paused",
        "09-08 09:00 催分管 paused",
        "09-09 10:00 催主要 raised",
        "09-15 10:00 督办 raised",
    ]


def test_a_pause_of_one_unit_names_it_by_its_number_within_the_campaign() -> None:
    office = opened().live_until("2022-07-11T10:00")
    told = office.pause(task="report", unit=TOWN)
    number = office.assignment(TOWN).id & 0xFFFFFFFF
    assert (told["scope"], told["ref"]) == ("assignment", str(number))
    facts = office.history("pause")[-1]["facts"]
    assert {**facts, "document": ""} == {"document": "", "assignment": number}
    office.do("resume", task="report", unit=TOWN)
    assert office.history("resume")[-1]["facts"] == {"assignment": number}
    assert office.audit().holds


@pytest.mark.parametrize(
    ("scope", "paused"),
    [
        ({}, {TOWN, OTHER}),
        ({"phase": "build"}, {TOWN, OTHER}),
        ({"phase": "sprint"}, set()),
        ({"task": "report", "unit": TOWN}, {TOWN}),
    ],
)
def test_a_pause_has_the_scope_of_a_campaign_a_phase_or_an_assignment(
    scope: dict[str, str], paused: set[str]
) -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.pause(**scope)
    assert {unit for unit in (TOWN, OTHER) if office.deadline(unit).state == "paused"} == paused


def test_paused_while_any_scope_is() -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.pause()
    office.pause(task="report", unit=TOWN)
    office.do("resume")
    assert (office.deadline(TOWN).state, office.deadline(OTHER).state) == ("paused", "armed")
    office.do("resume", task="report", unit=TOWN)
    assert office.deadline(TOWN).state == "armed"


def test_units_are_told_what_is_paused_and_when_it_is_due_once_it_runs_again() -> None:
    tasks = task("2022-08-31").replace(f"[{TOWN}, {OTHER}]", f"[{TOWN}, {OTHER}, {COURT}, {CITY}, {OFFICE}]")
    office = opened(plan(tasks=tasks)).live_until("2022-08-24T12:00")
    office.hand_in(OTHER)
    office.pause(shift=True)
    office.live_until("2022-08-29T12:00").do("resume", reason="汛情解除")
    office.live_until("2022-08-29T13:00")
    told = [(n.kind, n.unit, n.state) for n in office.find(Notice) if n.kind in ("paused", "resumed")]
    assert told == [(kind, unit, "sent") for kind in ("paused", "resumed") for unit in (TOWN, COURT)]
    assert office.text("paused", TOWN).subject == "关于暂缓某县示范县创建工作的通知"
    assert "因防汛,经研究(通知2号),自8月24日(星期三)起暂缓" in office.text("paused", TOWN).body
    assert "报送方案(责任单位)的时限:由8月31日(星期三)调整为9月5日(星期一)" in office.text("resumed", TOWN).body
    assert office.text("resumed", COURT).subject == "关于恢复某县示范县创建工作的函"
    assert office.audit().findings == ()


def test_a_pause_names_its_scope_and_one_that_is_over_before_it_was_told_is_moot() -> None:
    office = opened().live_until("2022-08-24T18:00")
    office.pause(phase="build")
    office.pause(task="report", unit=TOWN)
    office.do("resume", phase="build")
    office.live_until("2022-08-25T12:00")
    assert office.text("paused", TOWN).subject == "关于暂缓报送方案工作的通知"
    assert [(i.unit, i.state) for i in office.find(Item, kind="paused")] == [
        (TOWN, "moot"), (OTHER, "moot"), (TOWN, "bound"),
    ]  # fmt: skip
    assert [n.unit for n in office.find(Notice, kind="resumed")] == [OTHER]
    assert office.text("resumed", OTHER).subject == "关于恢复全面创建阶段工作的通知"


def test_while_the_campaign_is_paused_nothing_opens_or_moves_by_itself() -> None:
    later = task("none").replace("phase: build", "phase: sprint").replace("due:", "opens: 2022-10-20\n    due:")
    gate = "{kind: approval, approval: 同意}"
    office = opened(plan(tasks=later, gate=gate, build="advance: automatic", sprint="opens: entry"))
    office.live_until("2022-08-01T12:00").pause()
    office.do("approve", who="leader", name="同意", document="纪要")
    office.live_until("2022-08-01T13:00")
    assert office.head().phase == "build"
    office.do("override", who="leader", reason="先行", document="纪要")
    office.live_until("2022-11-01T12:00")
    assert office.find(Assignment) == []
    office.do("resume")
    assert {a.issued_on for a in office.find(Assignment)} == {date(2022, 11, 1)}


# --- P2 ---


def test_a_change_of_date_opens_an_epoch_that_arms_what_lies_ahead_and_leaves_what_fired() -> None:
    office = opened().live_until("2022-08-29T12:00")
    office.extend(to="2022-09-15")
    assert office.deadline().epoch == 2
    office.live_until("2022-09-19T12:00")
    found: list[Occurrence] = office.find(Occurrence, deadline=office.deadline().id)
    assert [(o.epoch, o.rung, o.outcome) for o in found] == [
        (1, "提前三日", "raised"),
        (2, "提前三日", "raised"),
        (2, "催办", "raised"),
    ]


def test_a_rung_whose_new_instant_lies_behind_is_superseded_not_sent_again() -> None:
    office = opened().live_until("2022-08-30T12:00")
    office.extend(to="2022-09-01")
    office.live_until("2022-09-01T12:00")
    assert office.rungs() == ["08-26 09:00 提前三日 raised", "08-30 12:00 提前三日 superseded"]


def test_an_extension_is_on_or_before_the_due_day_later_and_only_so_often() -> None:
    office = opened().live_until("2022-08-31T17:00")
    with pytest.raises(Refused, match="not after"):
        office.extend(to="2022-08-31")
    with pytest.raises(Refused, match="document"):
        office.do("extend", task="report", unit=TOWN, to="2022-09-15", reason="资料未齐")
    office.extend(to="2022-09-15", applied="2022-08-30")
    assert (office.due_on(), office.deadline().basis, office.deadline().first_due_on) == (
        "2022-09-15",
        "printed",
        date(2022, 9, 15),
    )
    facts = office.history("extend")[-1]["facts"]
    assert (facts["applied_on"], facts["before"], facts["to"]) == ("2022-08-30", "2022-08-31", "2022-09-15")
    with pytest.raises(Refused, match="extended 1 time"):
        office.extend(to="2022-09-20")
    with pytest.raises(Refused, match="has passed"):
        office.at("2022-09-01T00:00").extend(OTHER, to="2022-09-20")


def test_an_extended_duration_is_dated_and_a_pause_only_silences_it() -> None:
    office = opened(plan(tasks=DURATION)).live_until("2022-07-11T12:00")
    office.extend(to="2022-07-29")
    office.pause()
    office.live_until("2022-07-20T12:00").do("resume")
    assert (office.due_on(), office.deadline().basis) == ("2022-07-29", "printed")


def test_a_late_grant_is_the_leaders_and_the_breach_at_the_first_date_stays() -> None:
    office = opened().live_until("2022-09-02T12:00")
    given = {"task": "report", "unit": TOWN, "to": "2022-09-15", "reason": "受灾", "document": "批复2号"}
    with pytest.raises(NotAllowed):
        office.do("grant", **given)
    office.do("grant", who="leader", applied="2022-09-01", **given)
    assert (office.due_on(), office.deadline().first_due_on) == ("2022-09-15", date(2022, 8, 31))
    office.submit()
    with office.case() as case:
        assert shown_for(case, case.task("report"), TOWN)["late"]
    facts = office.history("grant")[-1]["facts"]
    assert (facts["applied_on"], facts["before"], facts["to"]) == ("2022-09-01", "2022-08-31", "2022-09-15")


def test_a_late_grant_is_refused_on_or_before_the_due_day() -> None:
    office = opened().live_until("2022-08-31T12:00")
    with pytest.raises(Refused, match="has not passed"):
        office.do("grant", who="leader", task="report", unit=TOWN, to="2022-09-15", reason="受灾", document="批复2号")


def test_a_date_moved_for_everybody_costs_no_unit_its_extension() -> None:
    office = opened().live_until("2022-08-24T12:00")
    office.pause(shift=True)
    office.live_until("2022-08-26T12:00").do("resume")
    assert office.assignment().extensions == 0
    office.extend(to="2022-09-20")
    assert (office.assignment().extensions, office.due_on()) == (1, "2022-09-20")


# --- P3 ---


def test_past_the_last_day_of_the_phase_needs_an_override_and_says_what_would_break() -> None:
    office = opened().live_until("2022-08-29T12:00")
    with pytest.raises(Refused, match="the phase ends on 2022-09-30"):
        office.extend(to="2022-10-10")
    with pytest.raises(Refused, match="the campaign ends on 2022-12-31"):
        office.extend(to="2023-01-10")
    assert office.due_on() == "2022-08-31"
    office.extend(to="2022-10-10", beyond=True)
    assert (office.due_on(), office.history("extend")[-1]["facts"]["beyond"]) == ("2022-10-10", True)


# --- P5 ---


def test_a_command_repeated_under_its_key_returns_the_first_answer_and_does_nothing_more() -> None:
    office = opened().live_until("2022-08-29T12:00")
    first = office.extend(to="2022-09-15", idempotent="k1")
    seq = office.head().seq
    assert office.extend(to="2022-09-15", idempotent="k1") == first
    assert (office.head().seq, office.assignment().extensions) == (seq, 1)


def test_another_body_under_the_same_key_is_an_error() -> None:
    office = opened().live_until("2022-08-29T12:00")
    office.extend(to="2022-09-15", idempotent="k1")
    with pytest.raises(KeyReused):
        office.extend(to="2022-09-16", idempotent="k1")
    with pytest.raises(KeyReused):
        office.extend(OTHER, to="2022-09-15", idempotent="k1")


def test_a_refusal_is_not_kept_under_a_key() -> None:
    office = opened().live_until("2022-08-29T12:00")
    with pytest.raises(Refused):
        office.extend(to="2022-08-31", idempotent="k1")
    assert office.find(Answer) == []
    assert office.extend(to="2022-09-15", idempotent="k1")["due_on"] == "2022-09-15"


# --- whatever people do ---

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["submit", "return", "accept", "extend", "grant", "hold", "off", "pause", "resume", "raise", "none"]
        ),
        st.sampled_from([TOWN, OTHER]),
        st.integers(1, 200),
    ),
    max_size=10,
)


def act(office: Office, name: str, unit: str) -> None:
    whose = {"task": "report", "unit": unit}
    later = (office.clock.at + timedelta(days=12)).date().isoformat()
    words = {"reason": "r", "document": "d"}
    acts = {
        "submit": lambda: office.submit(unit),
        "return": lambda: office.do("return", **whose, reason="r"),
        "accept": lambda: office.accept(unit),
        "extend": lambda: office.do("extend", **whose, **words, to=later, beyond=True),
        "grant": lambda: office.do("grant", who="leader", **whose, **words, to=later, beyond=True),
        "hold": lambda: office.do("hold", **whose, reason="r", level=1),
        "off": lambda: office.do("hold", **whose, reason="r", off=True),
        "pause": lambda: office.do("pause", **whose, **words, shift=True),
        "resume": lambda: office.do("resume", **whose),
        "raise": lambda: office.do("raise", **whose, reason="r"),
        "none": lambda: None,
    }
    try:
        acts[name]()
    except Refused:
        return


@FEW
@given(ACTS)
def test_whatever_people_do_no_rung_is_recorded_twice_or_early_and_the_history_holds(
    acts: list[tuple[str, str, int]],
) -> None:
    office = opened(plan(tasks=DURATION))
    for name, unit, hours in acts:
        until = (office.clock.at + timedelta(hours=hours)).astimezone(ZONE)
        office.live_until(until.strftime("%Y-%m-%dT%H:%M"))
        act(office, name, unit)
    found: list[Occurrence] = office.find(Occurrence)
    points = [(o.deadline, o.epoch, o.rung, n) for o in found for n in range(o.n_from, o.n_to + 1)]
    assert len(points) == len(set(points))
    assert all(o.scheduled_at <= o.recorded_at for o in found)
    assert office.audit().findings == ()
