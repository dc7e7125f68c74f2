"""Fewer letters: the plan is the receipt of what it assigns, reminders go weekly, a phase is told once (L4, N1)."""

from __future__ import annotations

from datetime import date

import pytest
from office import COURT, OFFICE, OTHER, TOWN, Office, opened, plan

from engine import calendar
from engine.deadlines.ladders import digest_day
from engine.demo import summary
from engine.errors import BadInput, Refused, UnknownName, WrongState
from engine.model import Assignment, Deadline, Item, Ladder, Notice, Occurrence
from engine.service import forecast
from engine.service.duties.views.rungs import of_one

CN = calendar.load("CN")
WEEKLY, DAILY = (Ladder(id=pacing, rungs=(), reminders=pacing) for pacing in ("weekly", "daily"))
TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, responsible: [{TOWN}, {OTHER}], due: 2022-08-31, receipt: 3wd}}
"""
"""Due on a Wednesday."""
REMINDED = "[{id: 十日, at: -10wd, level: 0, notice: reminder}, {id: 三日, at: -3wd, level: 0, notice: reminder}]"


def quiet(**more: str) -> Office:
    """A campaign of a workflow that says nothing of letters or reminders."""
    given = {"tasks": TASKS, "ladder": REMINDED, "issue": "document", "reminders": "weekly"} | more
    return opened(plan(**given))


# --- the document is the receipt (L4) ---


def test_what_the_plan_assigns_is_issued_by_it_without_a_letter_and_nobody_is_asked_for_a_receipt() -> None:
    office = quiet().live_until("2022-07-29T12:00")
    assert office.find(Notice) == []
    assert office.find(Deadline, kind="receipt") == []
    assert {(a.state, a.received_on, a.issued_on) for a in office.find(Assignment)} == {
        ("received", date(2022, 7, 5), date(2022, 7, 5))
    }
    with pytest.raises(WrongState):
        office.do("receive", who=TOWN, task="report")


def test_a_workflow_may_say_that_letters_issue_a_task() -> None:
    office = quiet(tasks=TASKS.replace("receipt: 3wd", "receipt: 3wd, issue: letters")).live_until("2022-07-06T12:00")
    assert {n.unit for n in office.find(Notice, kind="task_issued")} == {TOWN, OTHER}
    assert len(office.find(Deadline, kind="receipt")) == 2


def test_why_says_that_the_document_was_the_receipt() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    with office.case() as case:
        first = of_one(case, "report", TOWN)[0]
    assert (first["deadline"], first["outcome"]) == ("receipt", "by_document")
    assert "某县创建实施方案" in first["sentence"] and "某委办〔2022〕3号" in first["sentence"]


def test_a_task_that_the_office_adds_goes_by_letter_unless_its_document_issues_it() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    office.do("add_task", title="报送简报", units=[TOWN], due="2022-07-29", document="会议纪要3号")
    office.do("add_task", title="报送名单", units=[TOWN], due="2022-07-29", document="会议纪要4号", issue="document")
    office.live_until("2022-07-07T12:00")
    assert [line.split()[-1] for line in office.notices("task_issued")] == ["x-1"]
    states = {a.task: a.state for a in office.find(Assignment)}
    assert (states["x-1"], states["x-2"]) == ("issued", "received")
    with office.case() as case:
        assert "会议纪要4号" in of_one(case, "x-2", TOWN)[0]["reason"]


def test_a_day_that_no_document_could_name_is_told_once_it_is_known() -> None:
    more = f"""
  - {{id: after, title: 整改, phase: build, responsible: [{TOWN}], opens: {{after: [report]}}, due: {{after: "task:report", offset: 10wd}}}}
"""
    office = quiet(tasks=TASKS + more).live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER)
    office.live_until("2022-07-08T12:00")
    assert [line.split()[-1] for line in office.notices("adjusted")] == ["after"]
    assert "时限为7月20日" in office.text("adjusted", TOWN).body
    assert office.notices("task_issued") == []


# --- reminders go once a week (N1) ---


def test_reminders_wait_for_the_first_working_day_of_a_week_and_go_daily_in_the_last_three() -> None:
    office = quiet().live_until("2022-08-31T18:00")
    assert office.notices("reminder", TOWN) == [
        f"08-22 09:00 reminder {TOWN} 0 sent: report",
        f"08-26 09:00 reminder {TOWN} 0 sent: report",
    ]


def test_a_workflow_may_remind_on_any_day() -> None:
    office = quiet(reminders="daily").live_until("2022-08-31T18:00")
    assert [line[:5] for line in office.notices("reminder", TOWN)] == ["08-17", "08-26"]


def test_a_ladder_may_say_otherwise_than_its_workflow() -> None:
    office = quiet(top="", ladder=REMINDED + "\n    reminders: daily").live_until("2022-08-31T18:00")
    assert [line[:5] for line in office.notices("reminder", TOWN)] == ["08-17", "08-26"]


def test_what_falls_on_one_digest_is_one_reminder_that_absorbs_the_older() -> None:
    ladder = "[{id: 七日, at: -7wd, level: 0, notice: reminder}, {id: 五日, at: -5wd, level: 0, notice: reminder}]"
    tasks = TASKS.replace("2022-08-31", "2022-09-01")
    office = quiet(tasks=tasks, ladder=ladder).live_until("2022-09-01T18:00")
    assert office.notices("reminder", TOWN) == [f"08-29 09:00 reminder {TOWN} 0 sent: report"]
    found = {o.rung: o.outcome for o in office.find(Occurrence) if o.deadline == office.deadline().id}
    assert found == {"七日": "absorbed", "五日": "raised"}


def test_tasks_of_different_days_are_one_digest_a_week() -> None:
    more = f"  - {{id: summary, title: 报送总结, phase: build, responsible: [{TOWN}], due: 2022-09-02}}\n"
    office = quiet(tasks=TASKS + more).live_until("2022-08-24T12:00")
    assert office.notices("reminder", TOWN) == [f"08-22 09:00 reminder {TOWN} 0 sent: report+summary"]


def test_after_an_outage_no_reminder_speaks_of_a_day_that_is_over_and_the_newest_absorbs_the_older() -> None:
    office = quiet().live_until("2022-08-19T12:00").sweep("2022-08-29T09:00")
    assert [line[:5] for line in office.notices("reminder", TOWN)] == ["08-29"]
    office = quiet().live_until("2022-08-19T12:00").sweep("2022-09-01T09:00")
    assert office.notices("reminder") == []


@pytest.mark.parametrize(
    ("day", "due", "told"),
    [
        ("2022-08-17", "2022-08-31", "2022-08-22"),  # a Wednesday waits for Monday
        ("2022-08-22", "2022-08-31", "2022-08-22"),  # a Monday need not
        ("2022-08-25", "2022-08-31", "2022-08-26"),  # three working days before come before the next Monday
        ("2022-08-30", "2022-08-31", "2022-08-30"),
        ("2022-09-27", "2022-10-31", "2022-10-08"),  # a week of holidays begins on its make-up Saturday
        ("2022-10-09", "2022-10-31", "2022-10-10"),  # a make-up Sunday waits for Monday
        ("2022-08-20", "2022-08-31", "2022-08-22"),  # a day off goes back to Friday, which waits
        ("2022-10-07", "2022-10-07", "2022-09-30"),
    ],
)
def test_the_day_of_a_digest(day: str, due: str, told: str) -> None:
    assert digest_day(WEEKLY, date.fromisoformat(day), date.fromisoformat(due), CN) == date.fromisoformat(told)


def test_a_digest_is_never_earlier_than_its_rung_and_never_later_than_the_day() -> None:
    for due in (date(2022, 10, 1), date(2022, 10, 10), date(2023, 1, 31), date(2024, 2, 29)):
        for back in range(90):
            day = date.fromordinal(due.toordinal() - back)
            asked, told = CN.previous_working_day(day), digest_day(WEEKLY, day, due, CN)
            assert asked <= told <= CN.previous_working_day(due) and CN.is_working_day(told)
            assert digest_day(DAILY, day, due, CN) == asked


# --- a phase notice is one document (N1) ---


def test_a_phase_notice_is_one_document_to_all_and_one_letter_to_peers() -> None:
    tasks = TASKS.replace(f"{OTHER}]", f"{OTHER}, {COURT}]")
    office = quiet(tasks=tasks).live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER, COURT)
    office.advance()
    office.live_until("2022-07-07T12:00")
    assert sorted(n.unit for n in office.find(Notice, kind="phase")) == sorted([f"{TOWN}、{OTHER}", COURT])
    assert (
        "的函" in office.text("phase", COURT).subject and "的通知" in office.text("phase", f"{TOWN}、{OTHER}").subject
    )
    assert sorted(to for to, subject in office.mail() if "转入" in subject) == [
        "liaison@court.example.org",
        "liaison@east.example.org",
        "liaison@west.example.org",
    ]


def test_two_moves_of_one_day_are_two_documents() -> None:
    gate = "{kind: date, on_or_after: 2022-07-01}"
    office = quiet(gate=gate, sprint_gate=gate).live_until("2022-07-06T12:00")
    office.advance()
    office.advance()
    office.live_until("2022-07-06T13:00")
    assert [line.split()[3] for line in office.notices("phase")] == [f"{TOWN}、{OTHER}"] * 2


def test_who_has_no_contact_is_put_aside_alone_and_the_others_are_told_of_the_phase() -> None:
    gate = "{kind: date, on_or_after: 2022-07-01}"
    office = quiet(gate=gate).live_until("2022-07-06T12:00")
    for level in range(3):
        office.do("contact", unit=OTHER, level=level, address="", reason="空岗")
    office.advance()
    office.live_until("2022-07-06T13:00")
    assert [line.split()[3] for line in office.notices("phase")] == [TOWN]
    assert [item.unit for item in office.find(Item, kind="phase", state="aside")] == [OTHER]


# --- all the same ---


@pytest.mark.parametrize("assumption", [forecast.early(2), forecast.nobody()], ids=("early", "nobody"))
def test_what_is_forecast_of_weekly_reminders_is_what_happens(assumption: forecast.Assumption) -> None:
    office = quiet().live_until("2022-07-06T12:00")
    found = forecast.of_campaign(office.desk, office.key, assumption, date(2022, 8, 24))
    office.live_until("2022-08-24T18:00")
    foreseen = [(n.day, n.kind, n.unit) for n in found.notices if n.kind == "reminder"]
    assert foreseen == [(n.day, n.kind, n.unit) for n in office.find(Notice, kind="reminder")]
    assert foreseen and OFFICE not in {unit for _, _, unit in foreseen}


def test_its_history_is_proved() -> None:
    office = quiet().live_until("2022-09-30T12:00")
    assert office.audit().holds


# --- one document begins many (L4) ---

ROWS = [
    {"title": "报送简报", "units": [TOWN], "due": "2022-07-29", "demand": "一期"},
    {"title": "清理台账", "units": ["各乡镇"]},
]


def test_one_document_begins_all_its_tasks_or_findings_without_a_letter() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    office.do("issue_tasks", document="会议纪要5号", rows=ROWS)
    told = office.do("issue_tasks", document="反馈意见2号", findings=True, due="2022-08-15", rows=ROWS)
    assert told["tasks"] == ["r-1", "r-2"] and [row["due"] for row in told["begun"]] == ["2022-07-29", "2022-08-15"]
    office.live_until("2022-07-08T12:00")
    found = {(a.task, a.unit): a.state for a in office.find(Assignment) if a.task != "report"}
    assert found == dict.fromkeys(
        [("x-1", TOWN), ("x-2", TOWN), ("x-2", OTHER), ("r-1", TOWN), ("r-2", TOWN), ("r-2", OTHER)], "received"
    )
    assert office.find(Notice) == [] and office.find(Deadline, kind="receipt") == []
    assert office.audit().holds


def test_where_one_row_cannot_begin_none_does() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    with pytest.raises(UnknownName):
        office.do("issue_tasks", document="会议纪要5号", rows=[*ROWS, {"title": "其他", "units": ["某镇"]}])
    with pytest.raises(Refused):
        office.do("issue_tasks", document="反馈意见2号", findings=True, rows=ROWS)
    with pytest.raises(BadInput):
        office.do("issue_tasks", document="会议纪要5号", rows=[])
    assert {a.task for a in office.find(Assignment)} == {"report"}


def test_a_document_repeated_under_its_key_begins_nothing_twice() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    first = office.do("issue_tasks", idempotent="纪要5", document="会议纪要5号", rows=ROWS)
    assert office.do("issue_tasks", idempotent="纪要5", document="会议纪要5号", rows=ROWS) == first
    assert {a.task for a in office.find(Assignment)} == {"report", "x-1", "x-2"}


def test_letters_go_all_the_same_where_the_office_says_so() -> None:
    office = quiet().live_until("2022-07-06T12:00")
    office.do("issue_tasks", document="会议纪要5号", letters=True, rows=ROWS)
    office.live_until("2022-07-07T12:00")
    assert [line.split(" ", 2)[2] for line in office.notices("task_issued")] == [
        f"task_issued {TOWN} 0 sent: x-1+x-2",
        f"task_issued {OTHER} 0 sent: x-2",
    ]


def test_the_summary_counts_formal_documents_apart_from_information() -> None:
    office = opened(plan(tasks=TASKS, issue="document", reminders="weekly")).live_until("2022-09-16T12:00")
    drafted = next(n for n in office.find(Notice, kind="supervise"))
    office.do("sign", who="leader", notice=drafted.id & 0xFFFFFFFF)
    office.sweep()
    audit = office.audit()
    with office.case() as case:
        told = summary.text(case, audit)
    sent = [n for n in office.find(Notice) if n.state == "sent"]
    assert f"三、正式文书 1 件,提示信息 {len(sent) - 1} 件" in told
