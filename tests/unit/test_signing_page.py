"""The pages of the web room: what a unit reads, and that nothing typed anywhere becomes markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from engine.service.kernel.action import refuse
from engine.service.signing.receipts import ReceiptSight, SignableDuty
from engine.web import page
from engine.web.room import QUIET_IN_SECONDS, Strangers

DUTY = SignableDuty(task="a", title="报送方案", due_on=date(2022, 8, 31), state="待签收", open=True)
SIGNED = replace(DUTY, state="办理中", open=False, signed_on=date(2022, 7, 6))
SIGHT = ReceiptSight(
    campaign="county",
    title="某县创建工作",
    office="县创建办",
    unit="东镇",
    notice=42,
    subject="关于交办任务的通知",
    day=date(2022, 7, 5),
    today=date(2022, 7, 6),
    until=date(2023, 1, 20),
    close=time(17, 30),
    duties=(DUTY,),
)
HOSTILE = "<script>alert('x')</script>&\"/>"


def texts(sight: ReceiptSight) -> list[str]:
    """Return what stands between the tags of a page's body."""
    import re

    body = page.sheet(sight).partition("<main>")[2].partition("</main>")[0]
    return [text for text in re.split(r"<[^>]*>|\n", body) if text]


def test_a_page_reads_as_an_office_writes() -> None:
    assert texts(SIGHT) == [
        "任务签收",
        "某县创建工作",
        "东镇:",
        "7月5日《关于交办任务的通知》涉及你单位以下1项任务,请确认签收。",
        "报送方案",
        "时限:8月31日(星期三)17:30前;待签收",
        "确认签收",
        "点“确认签收”,即记录东镇已收到并承办上述待签收的任务。"
        "对任务有疑问或有异议的,请联系县创建办。本链接2023年1月20日前有效,仅供本单位使用,请勿转发。",
    ]


def test_peers_are_addressed_with_courtesy() -> None:
    assert "涉及贵单位以下1项任务" in page.sheet(replace(SIGHT, courteous=True))


def test_what_is_signed_stands_with_its_time_or_day_and_what_is_withdrawn_is_not_called_signed() -> None:
    at = replace(SIGNED, signed_at=datetime(2022, 7, 6, 10, 5))
    assert texts(replace(SIGHT, duties=(at, SIGNED)))[3:8] == [
        "7月5日《关于交办任务的通知》涉及你单位以下2项任务。",
        "以下任务已经签收,请按时限办理报送。",
        "报送方案",
        "时限:8月31日(星期三)17:30前;7月6日10:05签收;办理中",
        "报送方案",
    ]
    gone = replace(DUTY, state="已撤销", open=False, due_on=None)
    assert texts(replace(SIGHT, duties=(gone,)))[0] == "无需签收"
    assert "时限:另行通知;已撤销" in texts(replace(SIGHT, duties=(gone,)))


def test_where_only_some_is_open_the_button_says_how_many() -> None:
    sight = replace(SIGHT, duties=(DUTY, SIGNED, DUTY))
    assert texts(sight)[0] == "任务签收" and "确认签收(共2项)" in texts(sight)


def test_nothing_that_somebody_typed_becomes_markup() -> None:
    duty = replace(DUTY, title=HOSTILE, state=HOSTILE)
    sight = replace(SIGHT, title=HOSTILE, office=HOSTILE, unit=HOSTILE, subject=HOSTILE, duties=(duty,))
    for shown in (sight, replace(sight, duties=(replace(duty, open=False),))):
        html = page.sheet(shown)
        assert "<script" not in html and "alert('" not in html
        assert html.count("&lt;script&gt;") >= 5


def test_strangers_are_told_of_once_a_minute_and_none_is_forgotten() -> None:
    now = [0.0]
    strangers = Strangers(steady=lambda: now[0])
    assert [strangers.came() for _ in range(5)] == [1, 0, 0, 0, 0]
    now[0] = QUIET_IN_SECONDS
    assert strangers.came() == 5


def test_a_refusal_is_worded_by_what_the_page_has_and_not_by_options() -> None:
    html = page.refused(refuse("voucher_for_unit", unit=HOSTILE))
    assert "登记须有凭据——请用 “凭据” 或 “凭据说明” 提供" in html
    assert "--voucher" not in html and "<script>" not in html
    counted = page.refused(refuse("is_counted", task="a", title="专题学习"))
    assert "请用 “登记” 登记" in counted and "task count" not in counted
