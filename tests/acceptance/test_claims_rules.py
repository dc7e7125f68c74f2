"""A letter says only what the records say (SEMANTICS N6), and a correction what stood there (N8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from office import CITY, GROUP, LADDER, OTHER, TOWN, Office, instant, opened, plan

from engine.errors import Refused
from engine.model import Assignment, Deadline, Item, Notice
from engine.records import replace
from engine.service.notices import composing as compose
from engine.service.notices.views import correction
from notifications.notice import Content, MissingField, Unborne
from notifications.render import render

# --- what is claimed goes when its record goes ---------------------------------------------------


def again(office: Office, kind: str) -> str:
    """Return the last notice of a kind written again from the records as they are, or nothing where it is refused."""
    notice = next(n for n in reversed(office.find(Notice, kind=kind)))
    with office.case() as case:
        items = case.work.find(Item, notice=notice.id, order="id")
        try:
            told: Content = render(compose.request(case, kind, items[0].unit, notice.level, items))
        except (Unborne, MissingField):
            return ""
    return told.body


def change(office: Office, record: type[Any], where: Callable[[Any], bool], **values: Any) -> None:
    """Change rows behind the back of the history: the one fact that is switched off."""
    with office.write() as work:
        for found in work.find(record, order="id"):
            if where(found):
                work.put(replace(found, **values))


def late() -> Office:
    """An office after two units let their day pass: reminded, urged three times, the demand drafted."""
    return opened(plan(top="award: 示范县")).live_until("2022-09-16T12:00")


SWITCHED: dict[str, tuple[str, str, type[Any], Callable[[Any], bool], dict[str, Any]]] = {
    "a demand and the 催办 before it": (
        "supervise", "经催办", Notice, lambda n: n.kind == "overdue", {"state": "withheld"},
    ),
    "a demand and its signature": (
        "supervise", "负责同志同意", Item, lambda i: i.kind == "supervise", {"delivery": "send"},
    ),
    "a demand and what was accepted": (
        "supervise", "仍未办结", Assignment, lambda a: True, {"state": "accepted"},
    ),
    "an urging and what was handed in": (
        "overdue", "尚未收到", Assignment, lambda a: True, {"state": "submitted"},
    ),
    "a reminder and a day that is over": (
        "reminder", "到期", Deadline, lambda d: d.kind == "due", {"due_on": instant("2022-08-01T00:00").date()},
    ),
    "a gate told of and a day ahead": (
        "gate_late", "尚未具备", Assignment, lambda a: True, {"state": "accepted"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SWITCHED)
def test_a_claim_goes_with_the_record_that_bears_it(name: str) -> None:
    kind, words, record, where, values = SWITCHED[name]
    until = {"reminder": "2022-08-26T12:00", "gate_late": "2022-10-10T12:00"}.get(kind, "2022-09-16T12:00")
    office = opened().live_until(until)
    assert words in again(office, kind)
    change(office, record, where, **values)
    assert words not in again(office, kind)


# --- 提请问责, 督办: the steps that went out ----------------------------------------------------


def test_a_call_to_account_names_the_steps_that_went_out_about_each_task_and_no_others() -> None:
    office = late()
    office.do("draft", kind="accountability")
    office.sweep("2022-09-19T09:00")
    text = office.text("accountability").body
    assert text.count("已先后提醒1次、催办3次。") == 2 and "督办" not in text and "通报" not in text
    assert "附件" not in text and "有关督查考核的规定" not in text


def test_what_was_signed_and_sent_is_a_step_and_what_was_moved_starts_anew() -> None:
    office = late()
    office.do("sign", who="leader", notice=office.number("supervise"))
    office.sweep("2022-09-16T14:00")
    office.do(
        "grant", who="leader", task="report", unit=OTHER, to="2022-09-19", reason="资料未齐", document="批复1号"
    )
    office.live_until("2022-09-20T09:30")
    office.do("draft", kind="accountability")
    office.sweep("2022-09-20T09:40")
    text = office.text("accountability").body
    assert f"{TOWN}:报送方案" in text.replace("\uff1a", ":") and "提醒1次、催办3次、督办1次" in text
    assert "尚无提醒、催办记录" in text


def test_what_waits_for_our_review_is_not_called_to_account() -> None:
    office = late()
    office.submit(TOWN)
    office.do("draft", kind="accountability")
    office.sweep("2022-09-19T09:00")
    text = office.text("accountability").body
    assert TOWN not in text and OTHER in text


# --- 请示: the self-check ------------------------------------------------------------------------

CHECK = f"""
  - {{id: check, title: 自查自验, phase: build, responsible: [{GROUP}], due: 2022-08-31,
     needs: [number], numbers: {{自评分: 满分100}}}}
  - {{id: apply, title: 申请验收, phase: build, responsible: [县创建办], due: 2022-08-31, draft: application}}
"""
SCORED = "{kind: score, tasks: [check], number: 自评分, least: 85}"


def application(office: Office) -> str:
    office.do("draft", kind="application")
    office.sweep()
    return office.text("application").body


def test_an_application_claims_a_self_check_only_when_it_was_accepted() -> None:
    office = opened(plan(tasks=CHECK, gate=SCORED, top="award: 示范县")).sweep("2022-07-05T09:00")
    assert "自查自验" not in application(office) and "自评" not in application(office)
    office.at("2022-07-06T09:10").do(
        "submit", task="check", unit=GROUP, numbers={"自评分": "93.5"}, voucher={"text": "会议记录"}
    )
    assert "自查自验" not in application(office.at("2022-07-06T09:20"))
    office.do("accept", task="check", unit=GROUP)
    text = application(office.at("2022-07-06T09:30"))
    assert "完成自查自验" in text and "自评93.5分" in text and "测评指标" not in text and "整改" not in text
    assert CITY in text


# --- 回执, 报告 ----------------------------------------------------------------------------------


def test_a_receipt_says_how_the_review_stands_when_it_is_written() -> None:
    office = opened().sweep("2022-07-05T09:00").at("2022-07-06T19:00")
    office.submit(TOWN)
    office.submit(OTHER)
    office.accept(OTHER)
    office.sweep("2022-07-07T09:00")
    assert "需补充完善的,将退回并说明原因" in office.text("receipt", TOWN).body.replace("\uff0c", ",")
    text = office.text("receipt", OTHER).body
    assert "经审核通过" in text and "将退回" not in text


def test_a_report_does_not_say_that_all_is_done_beside_what_is_not() -> None:
    office = opened().live_until("2022-09-16T12:00")
    office.do("draft", kind="report", to=CITY)
    office.sweep("2022-09-19T09:00")
    text = office.text("report").body
    assert "逾期未办结" in text and "全部办结" not in text and "抓紧办理上述未办结事项" in text
    office.hand_in(TOWN, OTHER)
    office.do("draft", kind="report", to=CITY)
    office.sweep("2022-09-19T09:30")
    assert "方案所列事项已全部办结" in office.text("report").body


# --- 更正 (N8) -----------------------------------------------------------------------------------


def test_words_that_do_not_stand_in_a_notice_cannot_be_corrected_and_what_stands_there_is_told() -> None:
    office = opened().live_until("2022-08-26T12:00")
    number = office.number("reminder")
    with pytest.raises(Refused) as caught:
        office.do("correct", notice=number, wrong="8月31日(星期四)", right="8月31日(星期三)")
    assert caught.value.why == "words_not_there" and "8月31日(星期三)" in str(caught.value.facts["there"])
    with pytest.raises(Refused) as caught:
        office.do("correct", notice=number, wrong="8月31日", right="8月31日")
    assert caught.value.why == "same_words"
    assert office.live_until("2022-08-29T12:00").notices("correction") == []


def test_a_correction_is_shown_before_it_goes_and_goes_as_it_was_shown() -> None:
    office = opened().live_until("2022-08-26T12:00")
    number = office.number("reminder")
    with office.case() as case:
        shown = correction.shown(case, number, "17:30", "12:00")
    assert office.notices("correction") == []
    office.do("correct", notice=number, wrong="17:30", right="12:00")
    office.live_until("2022-08-26T17:00")
    sent = office.text("correction").body
    assert sent.partition("核验码")[0] == shown["text"].partition("核验码")[0]
    assert "”有误,应为“" in sent.replace("\uff0c", ",") and "8月26日" in sent
    assert ("liaison@west.example.org", shown["title"]) in office.mail() and shown["to"] == [
        "liaison@west.example.org"
    ]


def test_a_correction_reaches_units_that_merged_at_the_one_that_goes_on_as_them() -> None:
    office = opened().live_until("2022-08-26T12:00")
    number = office.short_of(next(n for n in office.find(Notice, kind="reminder") if n.unit == TOWN))
    office.do("merge_units", old=(TOWN, OTHER), new=OTHER, document="某府发〔2022〕9号", **{"from": "2022-08-26"})
    office.live_until("2022-08-26T14:00")
    office.do("correct", notice=number, wrong="17:30", right="12:00")
    office.live_until("2022-08-26T16:30")
    [told] = office.notices("correction")
    assert told.split()[3] == OTHER and f"印发给{TOWN}的《" in office.text("correction").body
    assert office.mail()[-1][0] == "liaison@west.example.org"
    assert office.audit().findings == ()


def test_ladders_of_the_office_have_the_steps_that_the_tests_count() -> None:
    assert LADDER.count("overdue") == 3
