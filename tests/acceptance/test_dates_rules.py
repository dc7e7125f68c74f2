"""Dates in a running campaign (SEMANTICS D1–D8)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from office import OTHER, TOWN, Office, local, opened, plan

from engine.calendar import OfficialYear
from engine.errors import Refused, UnknownName
from engine.model import Outgoing
from engine.model.plain import plain as plain_of
from engine.records import replace
from engine.service.campaigns.founding import apply_year
from engine.service.clock.sweep import sweep
from engine.service.delivery.relaying import deliver
from engine.service.duties.views.task import shown_for
from engine.service.kernel.actor import Door
from notifications.channels import ChannelResult, Envelope


def report(due: str, **more: str) -> str:
    lines = "".join(f"\n    {key}: {value}" for key, value in more.items())
    return f"\n  - id: report\n    title: 报送方案\n    phase: build\n    responsible: [{TOWN}, {OTHER}]\n    due: {due}{lines}\n"


def explained(office: Office) -> list[str]:
    with office.case() as case:
        shown = shown_for(case, case.task("report"), TOWN)
    return list(shown["dates"][0]["way"])


def test_half_past_midnight_in_the_county_is_a_new_day_though_not_in_utc() -> None:
    office = opened(at="2022-07-06T00:30")
    assert office.assignment().issued_on == date(2022, 7, 6)
    assert office.history("start")[0]["at"] == "2022-07-05T16:30:00.000Z"


def test_a_month_window_holds_its_first_and_its_last_day() -> None:
    build, sprint = opened().phase("build"), opened().phase("sprint")
    assert (build.first_day, build.last_day) == (date(2022, 7, 1), date(2022, 9, 30))
    assert (sprint.first_day, sprint.last_day) == (date(2022, 10, 1), date(2022, 12, 31))


def test_the_anchor_day_is_not_counted_and_an_offset_ends_on_a_working_day() -> None:
    assert opened(plan(tasks=report("{after: issued, offset: 5wd}"))).due_on() == "2022-07-12"
    assert opened(plan(tasks=report("{after: issued, offset: 4d}"))).due_on() == "2022-07-11"  # Saturday 9 → Monday


def test_a_printed_saturday_stays_and_the_notice_asks_for_the_friday() -> None:
    office = opened(plan(tasks=report("2022-09-10"))).live_until("2022-09-14T12:00")
    assert office.due_on() == "2022-09-10"
    assert "9月9日(星期五)17:30前" in office.text("reminder", TOWN).body
    assert office.rungs() == ["09-07 09:00 提前三日 raised", "09-13 10:00 催办 raised"]


def test_the_last_day_of_a_phase_counts_as_printed_though_it_is_a_day_off() -> None:
    bundle = plan(tasks=report("phase end"))
    bundle["workflow.yaml"] = bundle["workflow.yaml"].replace("2022-07..2022-09", "2022-07..2022-07")
    assert (opened(bundle).due_on(), opened(bundle).deadline().basis) == ("2022-07-31", "derived")  # a Sunday


def test_a_reminder_on_a_day_off_goes_before_it_and_an_overdue_notice_after_it() -> None:
    ladder = "[{id: 前一日, at: -1d, level: 0, notice: reminder}, {id: 后一日, at: 1d, level: 0, notice: overdue}]"
    office = opened(plan(tasks=report("2022-09-12"), ladder=ladder)).live_until("2022-09-14T12:00")
    assert office.rungs() == ["09-09 09:00 前一日 raised", "09-13 10:00 后一日 raised"]


def test_the_due_day_belongs_to_the_unit_to_its_last_second() -> None:
    office = opened().live_until("2022-08-31T23:59")
    office.submit()
    office.live_until("2022-09-01T12:00")
    assert office.rungs() == ["08-26 09:00 提前三日 raised"]
    assert office.notices("overdue") == [f"09-01 10:00 overdue {OTHER} 0 sent: report"]


def test_a_notice_prints_its_day_in_full() -> None:
    office = opened().live_until("2022-08-26T09:00")
    assert "8月31日(星期三)17:30前" in office.text("reminder", TOWN).body


def test_an_overdue_notice_waits_until_the_office_has_counted_what_came_in() -> None:
    office = opened().live_until("2022-08-31T12:00")
    assert office.sweep("2022-09-01T09:59").notices("overdue") == []
    assert len(office.sweep("2022-09-01T10:00").notices("overdue")) == 2


def test_a_late_sweep_in_the_morning_waits_for_the_hour_of_overdue_notices() -> None:
    office = opened().live_until("2022-08-31T12:00")
    assert office.sweep("2022-09-02T09:30").notices("overdue") == []
    assert len(office.sweep("2022-09-02T10:00").notices("overdue")) == 2


def test_nothing_goes_out_after_five_or_on_a_day_off() -> None:
    office = opened().live_until("2022-07-05T16:00")
    office.at("2022-07-08T17:01").submit()  # Friday evening: the receipt waits for Monday
    office.live_until("2022-07-09T12:00").submit(OTHER)  # Saturday noon
    office.live_until("2022-07-11T12:00")
    assert office.notices("receipt") == [
        f"07-11 09:00 receipt {TOWN} 0 sent: report",
        f"07-11 09:00 receipt {OTHER} 0 sent: report",
    ]


def test_what_a_worker_comes_to_after_hours_waits_for_the_morning_and_takes_no_attempt() -> None:
    office = opened().live_until("2022-07-05T12:00").at("2022-07-08T16:59")
    office.submit()
    sweep(office.desk)  # the receipt is written in time, and nobody takes it out until Saturday
    deliver(office.at("2022-07-09T11:00").desk, lambda name: office.post, "office@example.org", "worker")
    assert [e.subject for e in office.post.taken if "回执" in e.subject] == []
    assert [(o.state, o.attempts, local(o.next_at)) for o in office.find(Outgoing)[2:]] == [
        ("queued", 0, "07-11 09:00")
    ]
    office.sweep("2022-07-11T09:00")
    assert office.notices("receipt") == [f"07-08 16:59 receipt {TOWN} 0 sent: report"]
    assert office.audit().findings == ()


def test_of_a_batch_nothing_more_goes_out_once_the_hours_are_over() -> None:
    office = opened().live_until("2022-07-05T12:00").at("2022-07-08T16:59")
    office.submit()
    office.submit(OTHER)
    taken: list[str] = []

    class Slow:
        def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
            taken.append(envelope.recipients[0])
            office.clock.move_to(office.clock.at + timedelta(seconds=61))
            return (ChannelResult(recipient=envelope.recipients[0], outcome="accepted"),)

    sweep(office.desk)
    deliver(office.desk, lambda name: Slow(), "office@example.org", "worker")
    assert taken == ["liaison@east.example.org"]
    assert sorted((o.state, o.attempts) for o in office.find(Outgoing)[2:]) == [("queued", 0), ("sent", 1)]


def test_the_hours_are_those_of_the_workflow() -> None:
    hours = 'hours: {remind: "08:00", overdue: "11:00", last: "18:00"}'
    office = opened(plan(top=hours)).live_until("2022-09-01T12:00")
    assert office.rungs() == ["08-26 08:00 提前三日 raised", "09-01 11:00 催办 raised"]


def test_an_unknown_calendar_is_an_error_when_the_workflow_is_read() -> None:
    bundle = plan()
    bundle["workflow.yaml"] = bundle["workflow.yaml"].replace("calendar: CN", "calendar: XX")
    with pytest.raises(Exception, match="problem") as caught:
        opened(bundle)
    assert [problem.code for problem in caught.value.problems] == ["PW308"]  # type: ignore[attr-defined]


NEW_YEAR = OfficialYear(
    year=2027,
    notice="国办发明电〔2026〕9号",
    off={date(2027, 7, 7): "放假", date(2027, 7, 8): "放假"},
    work=frozenset(),
)
SHORTER = OfficialYear(
    year=2027, notice="国办发明电〔2026〕9号", off={}, work=frozenset({date(2027, 7, 10), date(2027, 7, 11)})
)


def in_2027() -> Office:
    bundle = plan(tasks=report("{after: issued, offset: 5wd}"))
    bundle["workflow.yaml"] = (
        bundle["workflow.yaml"].replace("2022-", "2027-").replace("issued_on: 2027", "issued_on: 2027")
    )
    return opened(bundle, at="2027-07-05T08:30").live_until("2027-07-05T12:00")


def test_a_date_in_a_year_without_its_notice_is_provisional_until_the_year_is_loaded() -> None:
    office = in_2027()
    assert (office.due_on(), office.deadline().provisional) == ("2027-07-12", True)
    apply_year(office.desk, "CN", OfficialYear(year=2027, notice="x", off={}, work=frozenset()), dry_run=False)
    assert (office.due_on(), office.deadline().provisional) == ("2027-07-12", False)


def test_loading_a_year_shows_first_which_dates_move_and_then_moves_and_records_them() -> None:
    office = in_2027()
    moved = apply_year(office.desk, "CN", NEW_YEAR, dry_run=True)
    assert [(m["unit"], m["from"], m["to"]) for m in moved] == [
        (TOWN, "2027-07-12", "2027-07-14"),
        (OTHER, "2027-07-12", "2027-07-14"),
    ]
    assert (office.due_on(), office.history("calendar")) == ("2027-07-12", [])
    assert apply_year(office.desk, "CN", NEW_YEAR, dry_run=False) == moved
    assert (office.due_on(), office.deadline().provisional) == ("2027-07-14", False)
    assert len(office.history("calendar")) == 1
    assert office.audit().findings == ()


def test_what_a_year_does_to_a_campaign_is_recorded_with_the_door_by_which_it_was_loaded() -> None:
    office, door = in_2027(), Door(kind="command_line", user="wang", host="office-pc")
    apply_year(replace(office.desk, door=door), "CN", NEW_YEAR, dry_run=False)
    assert [told["door"] for told in office.history("calendar")] == [plain_of(door)]


def test_a_date_that_becomes_later_is_told_to_those_who_were_told_the_earlier() -> None:
    office = in_2027()
    apply_year(office.desk, "CN", NEW_YEAR, dry_run=False)
    office.live_until("2027-07-05T17:00")
    text = office.text("extended", TOWN)
    assert "时限调整" in text.subject + text.body
    assert "7月12日" in text.body and "7月14日" in text.body
    assert "国办发明电〔2026〕9号" in text.body


def test_a_loaded_year_never_makes_a_date_earlier_than_one_already_told() -> None:
    office = in_2027()
    assert apply_year(office.desk, "CN", SHORTER, dry_run=False) == []
    assert office.due_on() == "2027-07-12"


def test_a_campaign_keeps_the_calendar_it_was_pinned_to() -> None:
    office = in_2027()
    apply_year(office.desk, "CN", NEW_YEAR, dry_run=False)
    with office.case() as case:
        assert not case.plan.calendar.is_working_day(date(2027, 7, 7))
    other = opened(plan(), at="2027-07-05T08:30", adopted="2022-07-05")
    with other.case() as case:
        assert case.plan.calendar.is_working_day(date(2027, 7, 7))


def test_a_year_once_loaded_counts_for_what_is_dated_afterwards() -> None:
    office = in_2027()
    office.submit()
    apply_year(office.desk, "CN", NEW_YEAR, dry_run=False)
    office.do("return", task="report", unit=TOWN, reason="缺附件", due="")
    assert office.due_on() == "2027-07-14"
    office.submit(OTHER)
    assert office.deadline(OTHER, kind="review").due_on == date(2027, 7, 14)


def test_a_date_says_its_anchor_every_day_on_the_way_and_the_rule_that_rolled_it() -> None:
    assert explained(opened(plan(tasks=report("{after: issued, offset: 4d}")))) == [
        "2022-07-05 星期二: the anchor, not counted",
        "2022-07-06 星期三: day 1",
        "2022-07-07 星期四: day 2",
        "2022-07-08 星期五: day 3",
        "2022-07-09 星期六: day 4",
        "2022-07-09 星期六: not counted — 星期六",
        "2022-07-10 星期日: not counted — 星期日",
        "2022-07-11 星期一: rolled — the next working day (D4)",
        "due on 2022-07-11 (duration)",
    ]


def test_an_act_recorded_later_counts_from_the_day_it_happened() -> None:
    office = opened().live_until("2022-09-02T11:00")
    voucher = {"name": "电话记录", "text": "8月31日下午电话报送"}
    office.do("submit", task="report", unit=TOWN, note="材料", on="2022-08-31", voucher=voucher)
    assignment = office.assignment()
    assert (assignment.first_submitted_on, assignment.submitted_on) == (date(2022, 8, 31), date(2022, 8, 31))
    record = office.history("submit")[-1]
    assert (record["actor"], record["on_behalf"], record["facts"]["on"]) == ("县创建办", TOWN, "2022-08-31")
    assert record["at"] == "2022-09-02T03:00:00.000Z"


def test_what_happened_counts_for_being_on_time_whenever_it_was_recorded() -> None:
    office = opened().live_until("2022-09-02T11:00")
    voucher = {"name": "电话记录", "text": "8月31日下午电话报送"}
    office.do("submit", task="report", unit=TOWN, note="材料", on="2022-08-31", voucher=voucher)
    office.submit(OTHER)
    with office.case() as case:
        late = {unit: shown_for(case, case.task("report"), unit)["late"] for unit in (TOWN, OTHER)}
    assert late == {TOWN: False, OTHER: True}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"on": "2022-08-31"}, "needs a voucher"),
        ({}, "needs a voucher"),
        ({"on": "2022-07-04", "voucher": {"name": "n", "text": "t"}}, "before the task was issued"),
        ({"on": "2022-09-03", "voucher": {"name": "n", "text": "t"}}, "has not come"),
    ],
)
def test_what_is_recorded_for_a_unit_needs_a_voucher_and_a_day_within_its_task(
    given: dict[str, object], why: str
) -> None:
    office = opened().at("2022-09-02T11:00")
    with pytest.raises(Refused, match=why):
        office.do("submit", task="report", unit=TOWN, note="材料", **given)
    assert office.assignment().state == "issued"


def test_a_name_nobody_bears_is_an_error_with_what_is_near() -> None:
    with pytest.raises(UnknownName, match="did you mean report"):
        opened().do("submit", task="repot", unit=TOWN)
