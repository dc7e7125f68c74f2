"""A running campaign moves to another version of its workflow (SEMANTICS P4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import BUREAU, CITY, COURT, LADDER, OTHER, TOWN, ZONE, Office, opened, plan
from test_forecast import foretold, last_notice, lived, written

from engine.errors import Refused
from engine.model import Armed, Assignment, Deadline, Notice, PhaseState, UnitContact
from engine.model.plain import short
from engine.service import forecast
from engine.service.audit.views.refusals import refusal
from engine.service.campaigns.views.campaign import shown
from engine.service.campaigns.views.versions import versions_of
from engine.service.clock import sweep
from engine.service.duties.views.task import listed, shown_for
from engine.service.forecast.foreseeing import Foreseen, foreseen
from engine.service.kernel.desk import Command
from engine.service.kernel.plan import Library, blob
from engine.service.kernel.registry import new_desk

TASKS = f"""
  - {{id: report, title: 报送方案, phase: build, responsible: [{TOWN}, {OTHER}, {COURT}], due: 2022-08-31, receipt: 3wd}}
  - {{id: ledger, title: 建立台账, phase: build, responsible: [{BUREAU}]}}
  - {{id: talks, title: 适时交流, phase: build, responsible: [{BUREAU}], due: none}}
  - {{id: brief, title: 简报, phase: build, responsible: [{OTHER}], due: 2022-09-09}}
  - {{id: digest, title: 汇总, phase: build, responsible: [{BUREAU}], opens: {{after: [report]}}, due: 2022-09-16}}
  - {{id: check, title: 自检自查, phase: sprint, responsible: [{TOWN}], due: 2022-11-30}}
  - {{id: visit, title: 考核验收, phase: sprint, responsible: [{CITY}], due: none, ladder: none}}
"""
PAPER = {"document": "某委办〔2022〕8号"}
Bundle = Mapping[str, str]


def first(**changes: str) -> dict[str, str]:
    return plan(**{"tasks": TASKS} | changes)


def version(number: int, bundle: Bundle) -> dict[str, str]:
    """Return a bundle as another version."""
    text = bundle["workflow.yaml"].replace('version: "1"', f'version: "{number}"')
    return {**bundle, "workflow.yaml": text}


def second(*swaps: tuple[str, str], **changes: str) -> dict[str, str]:
    """Return the plan as its second version, with words put in the place of others."""
    bundle = version(2, first(**changes))
    for old, new in swaps:
        assert any(old in text for text in bundle.values()), old
        bundle = {name: text.replace(old, new) for name, text in bundle.items()}
    return bundle


def begun(until: str = "2022-07-11T10:00", bundle: Bundle | None = None) -> Office:
    return opened(bundle or first()).live_until(until)


def moved(office: Office, *swaps: tuple[str, str], **changes: str) -> dict[str, Any]:
    return office.do("move", bundle=second(*swaps, **changes), **PAPER)


def looked_ahead(office: Office, bundle: Bundle) -> Foreseen:
    return foreseen(office.desk, Command("move", office.key, {**PAPER, "bundle": bundle}))


def owed(office: Office, task: str) -> list[tuple[str, str]]:
    return [(a.unit, a.state) for a in office.find(Assignment, task=task)]


# --- what is refused ---


@pytest.mark.parametrize(
    ("swap", "why"),
    [
        (("id: county", "id: other"), "id is 'other', not 'county'"),
        (('version: "2"', 'version: "1"'), "is what the campaign runs"),
        (('version: "2"\nplace: 某县', 'version: "1"\nplace: 别县'), "version 1 names another text already"),
        (("id: build", "id: founding"), "the campaign stands in build"),
        (("office: 县创建办", "office: 东镇"), "office is '东镇', not '县创建办'"),
    ],
)
def test_what_is_another_workflow_or_no_other_text_is_refused(swap: tuple[str, str], why: str) -> None:
    office = begun()
    bundle = {
        n: t.replace("phase: build", f"phase: {swap[1][4:]}" if swap[0] == "id: build" else "phase: build")
        for n, t in second(swap).items()
    }
    with pytest.raises(Refused, match=why):
        office.do("move", bundle=bundle, **PAPER)
    assert office.audit().holds


def test_a_paused_campaign_and_a_move_without_a_document_are_refused() -> None:
    office = begun()
    with pytest.raises(Refused, match="document is missing"):
        office.do("move", bundle=second())
    office.pause()
    with pytest.raises(Refused, match="the campaign is paused"):
        moved(office)


def test_a_move_that_would_silence_a_duty_is_refused() -> None:
    office = begun("2022-08-29T12:00")
    only_before = "\n      - {id: 提前三日, at: -3wd, level: 0, notice: reminder}\n"
    with pytest.raises(Refused, match=r"nobody would hear of these any more: report/东镇 due"):
        moved(office, ladder=only_before)
    with pytest.raises(Refused, match="nobody would hear"):
        looked_ahead(office, second(ladder=only_before))


# --- dates ---


def test_a_changed_day_is_a_new_epoch_told_in_one_notice_and_costs_no_extension() -> None:
    office = begun()
    told = moved(office, ("due: 2022-08-31", "due: 2022-09-14"), ("due: 2022-09-09", "due: 2022-09-19"))
    assert told["moved"] == [f"report/{TOWN}", f"report/{OTHER}", f"report/{COURT}", f"brief/{OTHER}"]
    assert (office.due_on(), office.deadline().epoch, office.assignment().extensions) == ("2022-09-14", 2, 0)
    office.sweep()
    assert len(office.notices("adjusted", OTHER)) == 1
    assert "由8月31日(星期三)调整为9月14日(星期三)17:30前" in office.text("adjusted", OTHER).body
    assert "由9月9日(星期五)调整为9月19日(星期一)17:30前" in office.text("adjusted", OTHER).body
    assert office.audit().holds


def test_an_extension_that_was_granted_is_not_undone_and_a_missed_day_stays_missed() -> None:
    office = begun()
    office.extend(OTHER, to="2022-09-20")
    office.live_until("2022-09-02T12:00")
    told = moved(office, ("due: 2022-08-31", "due: 2022-09-14"))
    assert (told["moved"], told["missed"]) == ([], [f"report/{TOWN}", f"report/{COURT}"])
    assert (office.due_on(OTHER), office.due_on(TOWN)) == ("2022-09-20", "2022-08-31")


def test_a_day_given_here_stays_whatever_the_new_version_says() -> None:
    office = begun()
    office.do("date", task="talks", to="2022-09-15", **PAPER)
    office.do("reschedule", task="report", to="2022-09-07", **PAPER)
    told = moved(office, ("due: 2022-08-31", "due: 2022-09-14"))
    assert told["moved"] == []
    assert (office.due_on(), office.due_on(BUREAU, "talks")) == ("2022-09-07", "2022-09-15")


def test_a_task_without_a_day_gets_the_one_of_the_new_version_and_its_units_are_told() -> None:
    office = begun()
    moved(office, (f"responsible: [{BUREAU}], due: none", f"responsible: [{BUREAU}], due: 2022-09-15"))
    assert office.due_on(BUREAU, "talks") == "2022-09-15"
    office.sweep()
    assert "时间为9月15日" in office.text("adjusted", BUREAU).body


def test_a_window_moves_with_the_dates_that_rest_on_it_unless_it_was_adjusted_here() -> None:
    office = begun()
    told = moved(office, ("window: 2022-07..2022-09", "window: 2022-07..2022-10-14"))
    assert told["moved"] == [f"ledger/{BUREAU}"]
    assert (office.due_on(BUREAU, "ledger"), office.phase("build").last_day) == ("2022-10-14", date(2022, 10, 14))
    assert office.find(Deadline, kind="gate")[0].due_on == date(2022, 10, 14)
    other = begun()
    other.do("adjust", phase="build", last_day="2022-10-21", **PAPER)
    moved(other, ("window: 2022-07..2022-09", "window: 2022-07..2022-10-14"))
    assert (other.due_on(BUREAU, "ledger"), other.phase("build").last_day) == ("2022-10-21", date(2022, 10, 21))
    assert office.audit().holds and other.audit().holds


def test_the_time_to_confirm_is_that_of_the_new_version() -> None:
    office = begun("2022-07-06T10:00")
    moved(office, ("receipt: 3wd", "receipt: 6wd"))
    assert office.deadline(kind="receipt").due_on == date(2022, 7, 13)
    assert office.audit().holds


# --- ladders ---


def test_of_a_changed_ladder_what_fired_stays_fired_and_what_lies_behind_never_fires() -> None:
    office = begun("2022-08-29T12:00")
    assert office.rungs() == ["08-26 09:00 提前三日 raised"]
    office.do(
        "move",
        bundle=second(
            ladder=LADDER.replace("at: -3wd", "at: -1wd").replace("at: 1wd", "at: 2wd")
            + "      - {id: 提前五日, at: -5wd, level: 0, notice: reminder}\n"
        ),
        **PAPER,
    )
    office.live_until("2022-09-05T12:00")
    assert office.rungs() == [
        "08-26 09:00 提前三日 raised",
        "08-29 12:00 提前五日 superseded",
        "09-02 10:00 催办 raised",
        "09-05 10:00 催分管 raised",
    ]
    assert office.deadline().epoch == 1
    assert office.audit().holds


def test_the_hours_of_the_new_version_count_from_then_on() -> None:
    office = begun("2022-08-29T12:00")
    moved(office, top='hours: {remind: "09:30", overdue: "11:00", last: "17:00", close: "17:30"}')
    office.live_until("2022-09-01T12:00")
    assert office.rungs() == ["08-26 09:00 提前三日 raised", "09-01 11:00 催办 raised"]


def test_a_notice_that_waits_for_a_rung_that_is_gone_is_still_true() -> None:
    office = begun("2022-08-26T08:00").at("2022-08-26T09:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "_bind", lambda *_: sweep.SweepBatch())
        sweep.sweep(office.desk)
    assert office.rungs() == ["08-26 09:00 提前三日 raised"]
    moved(office, ("{id: 提前三日, at: -3wd", "{id: 提前二日, at: -2wd"))
    office.sweep()
    assert office.notices("reminder", TOWN) == ["08-26 09:00 reminder 东镇 0 sent: report"]
    assert office.audit().holds


# --- units, tasks, phases ---


def test_a_unit_that_is_added_gets_the_task_and_one_that_is_gone_is_told_so() -> None:
    office = begun()
    told = moved(office, (f"[{TOWN}, {OTHER}, {COURT}]", f"[{TOWN}, {OTHER}, {BUREAU}]"))
    assert (told["cancelled"], told["issued"]) == ([f"report/{COURT}"], [f"report/{BUREAU}"])
    assert owed(office, "report") == [
        (TOWN, "issued"),
        (OTHER, "issued"),
        (COURT, "cancelled"),
        (BUREAU, "issued"),
    ]
    office.sweep()
    assert "不再商请贵单位办理" in office.text("adjusted", COURT).body
    assert office.notices("task_issued", BUREAU)[-1].endswith("report")
    office.live_until("2022-09-20T10:00")
    assert office.notices("overdue", COURT) == []
    assert office.audit().holds


def test_the_amendments_name_what_a_move_cancelled_by_its_number_within_the_campaign() -> None:
    office = begun()
    number = office.assignment(COURT, "report").id
    assert number >> 32 == 1
    moved(office, (f"[{TOWN}, {OTHER}, {COURT}]", f"[{TOWN}, {OTHER}]"))
    with office.case() as case:
        assert blob(case.work, case.head.extra) == f'{{"cancelled":[{short(number)}]}}'.encode()
    assert office.history("move")[-1]["facts"]["changes"]["cancelled"] == [short(number)]


def test_a_unit_that_comes_again_with_a_later_version_owes_again() -> None:
    office = begun()
    moved(office, (f"[{TOWN}, {OTHER}, {COURT}]", f"[{TOWN}, {OTHER}]"))
    third = version(3, first())
    told = office.do("move", bundle=third, **PAPER)
    assert told["issued"] == [f"report/{COURT}"]
    assert owed(office, "report")[-1] == (COURT, "issued")
    with office.case() as case:
        assert case.amendments.cancelled == ()
    assert office.due_on(COURT) == "2022-08-31"
    office.live_until("2022-09-02T10:00")
    assert office.notices("overdue", COURT) != []
    assert office.audit().holds


def test_a_counted_duty_goes_along_and_is_owed_again_in_the_period_that_runs() -> None:
    duty = "{id: report, title: 报送方案, phase: build, responsible: [东镇, 西乡], due: 2022-08-31, duties: [DUTY]}"
    counted = duty.replace("DUTY", "{id: calls, title: 走访, per: month, least: 2}")
    tasks = f"\n  - {counted}\n"
    office = begun(bundle=first(tasks=tasks))
    office.do("count", task="report.calls", unit=TOWN, note="走访", who=TOWN)
    moved(office, ("[东镇, 西乡]", "[东镇]"), ("least: 2", "least: 1"), tasks=tasks)
    assert owed(office, "report.calls") == [(TOWN, "accepted"), (OTHER, "cancelled")]
    office.live_until("2022-07-20T10:00")
    office.do("move", bundle=version(3, first(tasks=tasks)), **PAPER)
    assert owed(office, "report.calls") == [(TOWN, "issued"), (OTHER, "issued")]
    office.live_until("2022-08-03T10:00")
    assert owed(office, "report.calls")[:2] == [(TOWN, "short"), (OTHER, "short")]
    assert office.audit().holds


def test_a_task_that_is_gone_is_cancelled_and_its_history_stays_readable() -> None:
    office = begun()
    gone = f"  - {{id: brief, title: 简报, phase: build, responsible: [{OTHER}], due: 2022-09-09}}\n"
    told = moved(office, (gone, ""))
    assert told["cancelled"] == [f"brief/{OTHER}"]
    office.sweep()
    assert "简报(责任单位):不再由你乡办理" in office.text("adjusted", OTHER).body
    with office.case() as case:
        assert [(r["title"], r["state"]) for r in listed(case, task="brief")] == [("简报", "cancelled")]
        assert shown_for(case, case.task("brief"), OTHER)["state"] == "cancelled"
        assert shown(case)["lights"]
    office.live_until("2022-10-12T10:00")
    assert office.audit().holds


def test_a_task_that_is_new_is_issued_where_its_phase_is_open_and_waits_where_it_is_not() -> None:
    office = begun()
    more = (
        f"  - {{id: poster, title: 宣传, phase: build, responsible: [{TOWN}], due: 2022-09-20}}\n"
        f"  - {{id: medal, title: 授牌, phase: sprint, responsible: [{TOWN}], due: 2022-12-20}}\n"
        "  - {id: check,"
    )
    told = moved(office, ("  - {id: check,", more))
    assert told["issued"] == [f"poster/{TOWN}"]
    office.live_until("2022-10-08T10:00")
    assert owed(office, "medal") == [(TOWN, "issued")]
    assert office.audit().holds


def test_a_unit_that_leaves_the_directory_keeps_its_history_and_a_new_one_brings_its_contacts() -> None:
    office = begun()
    office.hand_in(COURT)
    units = (
        f"  - {{name: {COURT}, code: court, relation: peer}}",
        "  - {name: 县检察院, code: proc, relation: peer}",
    )
    told = moved(office, (f"[{TOWN}, {OTHER}, {COURT}]", f"[{TOWN}, {OTHER}, 县检察院]"), units)
    assert (told["cancelled"], told["issued"]) == ([], ["report/县检察院"])
    assert office.find(UnitContact, unit="县检察院")[0].address == "liaison@proc.example.org"
    with office.case() as case:
        assert [r["unit"] for r in listed(case, task="report")] == ["县检察院", TOWN, OTHER, COURT]
    office.hand_in(TOWN, OTHER, "县检察院")
    office.advance()
    office.sweep()
    assert office.notices("phase", COURT) == []
    assert office.audit().holds


def test_what_opens_by_itself_is_armed_at_its_new_place() -> None:
    office = begun()
    phase = """  - id: middle
    title: 中期阶段
    window: 2022-09-15..2022-10
    gate: {all: [{kind: approval, approval: 中期同意}]}
  - id: sprint"""
    early = (
        f"  - {{id: poster, title: 宣传, phase: middle, responsible: [{TOWN}], opens: 2022-09-20, due: 2022-10-20}}\n"
    )
    moved(office, ("  - id: sprint", phase), ("  - {id: check,", f"{early}  - {{id: check,"))
    assert [(s.phase, s.position) for s in office.find(PhaseState)] == [("build", 0), ("middle", 1), ("sprint", 2)]
    office.live_until("2022-10-08T10:00")
    assert [s.state for s in office.find(PhaseState)] == ["open", "open", "open"]
    assert owed(office, "poster") == [(TOWN, "issued")]
    assert owed(office, "check") == [(TOWN, "issued")]
    assert office.audit().holds


def test_the_gate_is_judged_by_the_new_version() -> None:
    office = begun()
    moved(office, gate="{kind: approval, approval: 可以转段}")
    office.do("approve", name="可以转段", document="纪要2号")
    assert office.verdict().open
    office.advance()
    assert office.audit().holds


def test_a_task_from_minutes_goes_along_and_a_day_of_a_task_that_is_gone_is_told() -> None:
    office = begun()
    office.do("add_task", title="报送简报", units=[TOWN], due="2022-08-12", document="纪要3号")
    office.do("date", task="talks", to="2022-09-15", **PAPER)
    gone = f"  - {{id: talks, title: 适时交流, phase: build, responsible: [{BUREAU}], due: none}}\n"
    told = moved(office, (gone, ""))
    assert told["dates_dropped"] == ["talks 2022-09-15"]
    assert owed(office, "x-1") == [(TOWN, "issued")]
    office.live_until("2022-08-17T10:00")
    assert "x-1" in office.notices("overdue", TOWN)[0]
    assert office.audit().holds


def test_what_was_recorded_must_have_its_place() -> None:
    quota = "quotas: [{id: 示范点, title: 示范点, kinds: [{id: 示范村, range: 1..2}, {id: 示范校, range: 1..2}]}]"
    office = begun(bundle=first(top=quota))
    office.do("designate", quota="示范点", kind="示范校", unit=TOWN)
    less = quota.replace(", {id: 示范校, range: 1..2}", "")
    with pytest.raises(Refused, match="no place for 示范点/示范校"):
        office.do("move", bundle=second(top=less), **PAPER)


# --- history ---


def test_the_history_keeps_both_versions() -> None:
    office = begun()
    office.at("2022-07-12T10:00")
    office.do("move", who="leader", bundle=second(("due: 2022-08-31", "due: 2022-09-14")), reason="上级调整", **PAPER)
    facts = office.history("move")[-1]["facts"]
    with office.case() as case:
        found = versions_of(case)
    assert [(v["version"], v["since"], v["actor"], v["document"]) for v in found] == [
        ("1", "2022-07-05", "县创建办", "某委办〔2022〕3号"),
        ("2", "2022-07-12", "县领导小组", "某委办〔2022〕8号"),
    ]
    assert [v["workflow"] for v in found] == [facts["before"], facts["to"]]
    assert [c.what for c in found[1]["changes"]] == ["task due"]
    assert office.history()[-1]["workflow"] == facts["before"][:12]
    office.sweep()
    assert office.history()[-1]["workflow"] == facts["to"][:12]
    assert office.audit().holds


# --- looking ahead ---

GREAT = (
    ("due: 2022-08-31", "due: 2022-09-14"),
    (f"[{TOWN}, {OTHER}, {COURT}]", f"[{TOWN}, {COURT}, {BUREAU}]"),
    ("window: 2022-07..2022-09", "window: 2022-07..2022-10-14"),
    (f"  - {{id: brief, title: 简报, phase: build, responsible: [{OTHER}], due: 2022-09-09}}\n", ""),
    ("  - {id: check,", f"  - {{id: poster, title: 宣传, phase: build, responsible: [{OTHER}]}}\n  - {{id: check,"),
    ("{id: 催分管, at: 3wd", "{id: 催分管, at: 4wd"),
)


def test_a_dry_run_lists_every_date_rung_and_notice_and_keeps_nothing() -> None:
    office = begun()
    seq = office.head().seq
    found = looked_ahead(office, second(*GREAT))
    dates = {(d.task, str(d.old), str(d.new), d.units) for d in found.dates}
    assert dates >= {
        ("report", "2022-08-31", "2022-09-14", (TOWN, COURT)),
        ("report", "2022-08-31", "None", (OTHER,)),
        ("report", "None", "2022-09-14", (BUREAU,)),
        ("ledger", "2022-09-30", "2022-10-14", (BUREAU,)),
        ("brief", "2022-09-09", "None", (OTHER,)),
        ("poster", "None", "2022-10-14", (OTHER,)),
    }
    rungs = {(r.task, r.rung, str(r.old), str(r.new)) for r in found.rungs if r.kind == "due" and TOWN in r.units}
    assert ("report", "催分管", "2022-09-05", "2022-09-20") in rungs
    assert {n.kind for n in found.notices if n.gained} >= {"adjusted", "task_issued", "overdue", "reminder"}
    assert office.head().seq == seq


@pytest.mark.parametrize("until", ["2022-07-05T10:00", "2022-08-29T12:00", "2022-09-05T12:00"])
def test_what_a_dry_run_foresees_is_what_then_happens_notice_by_notice(until: str) -> None:
    office = begun(until)
    found = looked_ahead(office, second(*GREAT))
    before = last_notice(office.desk)
    told = office.do("move", bundle=second(*GREAT), **PAPER)
    assert told == found.answer
    assert foretold(forecast.of_campaign(office.desk, office.key, forecast.nobody())) == foretold(found.after)
    lived(office.desk, (), office.key)
    assert foretold(found.after) == written(office.desk, since=before)
    assert office.audit().holds


def test_a_campaign_that_moved_is_read_by_a_process_that_knows_nothing() -> None:
    office = begun()
    moved(office, *GREAT)
    office.desk = new_desk(office.desk.database, office.clock, Library())
    office.live_until("2022-09-20T10:00")
    assert office.audit().holds


@settings(max_examples=6, deadline=None)
@given(
    st.integers(0, 24 * 130),
    st.lists(st.sampled_from(["submit", "extend", "pause", "adjust", "date", "add", "hold"]), max_size=4),
)
def test_a_move_to_the_same_text_changes_no_date_no_armed_moment_and_no_notice(hours: int, acts: list[str]) -> None:
    office = begun("2022-07-11T10:00")
    for name in acts:
        _act(office, name)
    until = (office.clock.at + timedelta(hours=hours)).astimezone(ZONE)
    office.live_until(until.strftime("%Y-%m-%dT%H:%M"))
    seen = [_rows(office, kind) for kind in (Deadline, Armed, Assignment, PhaseState, Notice)]
    office.do("move", bundle=second(), **PAPER)
    office.sweep()
    assert [_rows(office, kind) for kind in (Deadline, Armed, Assignment, PhaseState, Notice)] == seen
    assert office.audit().holds


def _rows(office: Office, kind: type[Any]) -> list[Any]:
    return list(office.find(kind))


def _act(office: Office, name: str) -> None:
    whose = {"task": "report", "unit": OTHER}
    acts = {
        "submit": lambda: office.submit(TOWN),
        "extend": lambda: office.extend(OTHER, to="2022-09-20"),
        "pause": lambda: office.do("pause", phase="build", shift=True, reason="防汛", document="通知2号"),
        "adjust": lambda: office.do("adjust", phase="build", last_day="2022-10-14", with_printed=True, **PAPER),
        "date": lambda: office.do("date", task="talks", to="2022-09-15", **PAPER),
        "add": lambda: office.do("add_task", title="报送简报", units=[TOWN], due="2022-08-12", document="纪要3号"),
        "hold": lambda: office.do("hold", **whose, reason="r", level=1),
    }
    try:
        acts[name]()
    except Refused:
        return


def test_a_refusal_at_a_gate_is_read_by_the_version_that_shut_it() -> None:
    office = begun()
    with pytest.raises(Refused) as shut:
        office.advance()
    moved(office, ("方案全部审核通过", "全部方案经审核"))
    (record,) = office.refusals()
    assert refusal(office.desk, office.key, record) == shut.value.line()
    assert "方案全部审核通过" in shut.value.line()
    with pytest.raises(Refused) as again:
        office.advance()
    assert refusal(office.desk, office.key, office.refusals()[-1]) == again.value.line()
    assert "全部方案经审核" in again.value.line()
    assert refusal(office.desk, office.key, office.history("move")[-1]) == ""
