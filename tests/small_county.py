"""A made-up county with four units, and its whole campaign as a script that does everything the engine can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar import OfficialYear
from engine.clock import SteppedClock
from engine.errors import PhasegateError
from engine.model import Assignment, Campaign, Deadline, Event, Item, Notice, Outgoing, Remark
from engine.service.audit.restoring import renew
from engine.service.campaigns.founding import accept_clock, apply_year, create_campaign
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.kernel.desk import Command, Desk, perform, reading
from engine.service.kernel.plan import Library
from engine.service.kernel.registry import new_desk
from engine.service.signing import linking, receipts
from engine.service.signing.linking import Links
from engine.store.database import Database
from notifications.channels import Channel, Envelope, Outcome, all_alike

ZONE = ZoneInfo("Asia/Shanghai")
WORKFLOW = """
phasegate: 1
id: small
title: 小溪县创建工作
version: "1"
place: 小溪县
document: {title: 小溪县创建工作方案, issued_on: 2026-10-20}
office: 创建办
leading_group: 领导小组
mark: 溪创建发
max_extensions: 1
indicators: indicators.yaml
units:
  - {name: 领导小组, relation: superior, contacts: {group: group@xiaoxi.example.org}}
  - {name: 创建办, contacts: {liaison: office@xiaoxi.example.org}}
  - {name: 市民宗局, relation: superior}
  - {name: 财政局, contacts: {liaison: finance@xiaoxi.example.org}}
  - {name: 河东镇, kind: 镇, contacts: {liaison: hedong@xiaoxi.example.org}}
  - name: 河西镇
    kind: 镇
    contacts: {liaison: hexi@xiaoxi.example.org, deputy: deputy@xiaoxi.example.org}
groups:
  - {name: 各镇, kinds: [镇]}
ladders:
  催办:
    rungs:
      - {id: 提前, at: -3wd, level: 0, notice: reminder}
      - {id: 催办, at: 1wd, level: 0, notice: overdue}
      - {id: 催分管, at: 3wd, level: 1, notice: overdue, delivery: manual}
      - {id: 督办, at: 5wd, level: 3, notice: supervise}
  签收:
    rungs:
      - {id: 请签收, at: 1wd, level: 0, notice: receipt_reminder}
  审核:
    rungs:
      - {id: 提醒审核, at: 0d, level: 0, notice: office_nudge}
  进度:
    rungs:
      - {id: 进度, at: -6wd, level: 0, notice: pace}
reminders: daily
defaults: {issue: letters, receipt: 2wd, review: 3wd, rework: 5wd, ladder: 催办, receipt_ladder: 签收, review_ladder: 审核}
quotas:
  - id: 示范点
    title: 示范点
    kinds:
      - {id: 示范村, range: 1..2}
phases:
  - id: first
    title: 启动阶段
    window: 2026-11..2026-12
    gate:
      all:
        - {kind: tasks, tasks: [report], text: 实施方案全部审核通过}
        - {kind: approval, approval: 同意转段}
  - id: second
    title: 攻坚阶段
    window: 2027-01..2027-01
    advance: automatic
    gate:
      all:
        - {kind: quota, quota: 示范点}
        - {kind: date, on_or_after: 2027-01-11}
  - id: third
    title: 验收阶段
    window: 2027-02..2027-03
    opens: entry
    gate:
      all:
        - {kind: tasks, tasks: [visit], text: 验收结果已登记}
tasks:
  - id: report
    title: 报送实施方案
    phase: first
    responsible: [财政局, 各镇]
    due: 2026-11-13
    needs: [note]
    numbers: {得分: 满分100}
    duties:
      - {id: study, title: 专题学习, least: 2, per: month, units: [河西镇], until: phase, ladder: 进度}
  - id: survey
    title: 开展调查
    phase: first
    responsible: [河东镇]
    opens: 2026-11-09
    due: {after: issued, offset: 40wd}
  - id: summary
    title: 报送小结
    phase: second
    responsible: [财政局]
    opens: {after: [report]}
    due: {after: "task:report", offset: 5wd}
  - id: visit
    title: 现场验收
    phase: third
    responsible: [市民宗局]
    due: none
"""
INDICATORS = """
id: small-indicators
title: 小溪县创建测评指标
version: "1"
items:
  - id: "1.1"
    title: 工作机制健全
    points: 60
    check: 查阅资料
    units: [财政局, 各镇]
    evidence: [{id: 方案, title: 工作方案}]
  - {id: "1.2", title: 年度任务完成, points: 40, units: [河东镇], period: year}
  - {id: "9.1", title: 发生责任事故, veto: true, units: [各镇]}
"""
CITY = """
phasegate: 1
id: river
title: 大河市创建工作
version: "1"
place: 大河市
document: {title: 大河市创建工作方案, issued_on: 2026-10-20}
office: 市创建办
leading_group: 市领导小组
mark: 河创建发
units:
  - {name: 市领导小组, relation: superior, contacts: {group: group@dahe.example.org}}
  - {name: 市创建办, contacts: {liaison: office@dahe.example.org}}
  - {name: 小溪县, contacts: {liaison: xiaoxi@dahe.example.org}}
nested:
  - {unit: 小溪县, workflow: small}
phases:
  - id: only
    title: 实施阶段
    window: 2027-01..2027-03
    advance: automatic
    gate:
      all:
        - {kind: nested, quota: 示范点}
tasks:
  - {id: plan, title: 报送县级方案, phase: only, responsible: [小溪县], due: 2027-02-26}
"""
YEAR = OfficialYear(
    year=2027,
    notice="测试用的放假通知",
    off={date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"},
    work=frozenset(),
)
VOUCHER = {"name": "电话记录", "text": "十一月二日来电"}


@cache
def bundle() -> dict[str, str]:
    return {"workflow.yaml": WORKFLOW, "indicators.yaml": INDICATORS}


@cache
def second_version() -> dict[str, str]:
    """Return the county's second version: another ladder and a unit more."""
    text = WORKFLOW.replace('version: "1"', 'version: "2"', 1)
    text = text.replace("{id: 催办, at: 1wd", "{id: 催办, at: 2wd")
    return {
        **bundle(),
        "workflow.yaml": text.replace("    responsible: [市民宗局]", "    responsible: [市民宗局, 财政局]"),
    }


def local(text: str) -> datetime:
    """Return the instant of a local date and time, for example 2026-11-02 09:30."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass(frozen=True)
class Post:
    """A channel that gives one answer to everybody, but refuses some addresses."""

    refuses: tuple[str, ...] = ()

    def deliver(self, envelope: Envelope) -> tuple[Any, ...]:
        outcome: Outcome = "refused" if envelope.recipients[0] in self.refuses else "accepted"
        return all_alike(envelope, outcome, "so it said")


def desk_at(database: Database, at: str = "2026-11-02 09:30", library: Library | None = None) -> Desk:
    return new_desk(database, SteppedClock(local(at)), library or Library())


# --- what a step does -------------------------------------------------------------------------

Deed = Callable[[Desk], object]


@dataclass(frozen=True)
class Step:
    """One thing done at an instant: by a person with a key, or by the clock."""

    at: str
    name: str
    do: Deed

    @property
    def deed(self) -> str:
        """What is done, however often: the name of the action."""
        return self.do.__name__

    @property
    def by_the_clock(self) -> bool:
        """The clock's own steps are several transactions, a person's are one."""
        return self.deed in ("tick", "deliver")

    def __call__(self, desk: Desk) -> object:
        assert isinstance(desk.clock, SteppedClock)
        desk.clock.move_to(local(self.at))
        return self.do(desk)


def create(key: str, adopted: str) -> Deed:
    def do(desk: Desk) -> object:
        return create_campaign(desk, key, bundle(), {"adopted": adopted})

    do.__name__ = "create"
    return do


def create_nested(desk: Desk) -> object:
    return create_campaign(
        desk, "river", {"workflow.yaml": CITY}, {"adopted": "2027-01-20"}, nested={"小溪县": bundle()}
    )


def command(action: str, actor: str = "office", campaign: str = "small", key: str = "", **given: Any) -> Deed:
    """Return a deed that performs an action under a key; a callable value is looked up first."""

    def do(desk: Desk) -> object:
        once = key or f"{action} {desk.now().isoformat()}"
        told = {name: value(desk) if callable(value) else value for name, value in given.items()}
        return perform(desk, Command(action=action, campaign=campaign, given=told, actor=actor, key=once))

    do.__name__ = action
    return do


def refused(deed: Deed) -> Deed:
    """Return a deed that must be refused."""

    def do(desk: Desk) -> str:
        try:
            deed(desk)
        except PhasegateError as refusal:
            return refusal.line()
        raise AssertionError("it was not refused")

    do.__name__ = f"refused {deed.__name__}"
    return do


def tick(desk: Desk) -> object:
    return sweep.sweep(desk)


def post(*refuses: str) -> Deed:
    channel: Channel = Post(refuses)

    def deliver(desk: Desk) -> object:
        return relaying.deliver(desk, lambda name: channel, "office@xiaoxi.example.org", "worker")

    return deliver


def first_to(recipient: str) -> Callable[[Desk], list[int]]:
    """Return a look-up of the first message to a recipient."""

    def numbers(desk: Desk) -> list[int]:
        with desk.database.read() as work:
            return [o.id for o in work.find(Outgoing, recipient=recipient, order="id")][:1]

    return numbers


def notice(kind: str, level: int = 0) -> Callable[[Desk], str]:
    """Return a look-up of the number of the first notice of a kind at a level."""

    def number(desk: Desk) -> str:
        with desk.database.read() as work:
            found = work.find(Notice, kind=kind, level=level, order="id")
            return str(found[0].id & 0xFFFFFFFF)

    return number


def due(task: str, unit: str) -> Callable[[Desk], str]:
    """Return a look-up of the release list's entry for a deadline at level 1."""

    def entry(desk: Desk) -> str:
        with desk.database.read() as work:
            owed = work.find(Assignment, campaign=1, task=task, unit=unit)[0]
            deadline = work.find(Deadline, assignment=owed.id, kind="due")[0]
            return f"u{deadline.id & 0xFFFFFFFF}-1"

    return entry


def finding(text: str) -> Callable[[Desk], list[str]]:
    """Return a look-up of the number of a finding."""

    def numbers(desk: Desk) -> list[str]:
        with desk.database.read() as work:
            return [str(found.id & 0xFFFFFFFF) for found in work.find(Remark, text=text)]

    return numbers


def event(desk: Desk) -> int:
    """Return the number of the first event of a counted duty."""
    with desk.database.read() as work:
        return work.find(Event, order="id")[0].id & 0xFFFFFFFF


LINKS = Links(url="https://sign.xiaoxi.example.org", keys=(b"k" * 32,))


def sign_by_link(task: str, unit: str) -> Deed:
    """Return a deed that opens the link that the first message about a task bore, and signs."""

    def sign(desk: Desk) -> object:
        with desk.database.read() as work:
            owed = work.find(Assignment, campaign=1, task=task, unit=unit)[0]
            told = work.find(Item, assignment=owed.id, kind="task_issued")[0]
            notice = work.must(Notice, told.notice)
            message = work.find(Outgoing, notice=notice.id)[0]
        with reading(desk, "small") as case:
            paper = linking.Paper(notice=notice, message=message, until=notice.day + timedelta(days=LINKS.days))
            token = linking.address(case, LINKS, paper).rpartition("/")[2]
        return receipts.sign(desk, LINKS, token)

    sign.__name__ = "sign_by_link"
    return sign


STUDY = {"task": "report.study", "unit": "河西镇"}
HEXI = {"task": "report", "unit": "河西镇"}
HEDONG = {"task": "report", "unit": "河东镇"}
LOOK = {"title": "台账检查", "document": "检查方案", "due": "2027-02-26"}
PAPER = {"reason": "经研究", "document": "会议纪要3号"}
SHARED = {"name": "工作方案.pdf", "sha256": "5" * 64, "size": 1024}

SCRIPT = (
    Step("2026-11-02 09:30", "a campaign is created", create("small", "2026-11-02")),
    Step("2026-11-02 09:31", "its tasks become notices", tick),
    Step("2026-11-02 09:32", "the notices go out, one fails", post("hexi@xiaoxi.example.org")),
    Step(
        "2026-11-02 09:40",
        "the failed one is to be tried again",
        command("retry", outgoing=first_to("hexi@xiaoxi.example.org")),
    ),
    Step("2026-11-02 09:41", "and goes out", post()),
    Step("2026-11-02 10:00", "a unit signs for its task", command("receive", "财政局", task="report")),
    Step("2026-11-02 10:05", "a call is recorded for another", command("receive", **HEDONG, voucher=VOUCHER)),
    Step(
        "2026-11-02 10:06",
        "one that is not due is refused",
        refused(command("grant", "leader", **HEXI, **PAPER, to="2026-12-15")),
    ),
    Step("2026-11-05 10:00", "the third is asked for its receipt", tick),
    Step(
        "2026-11-06 09:00",
        "its liaison changes",
        command("contact", unit="河西镇", level=0, address="new@xiaoxi.example.org", reason="换人"),
    ),
    Step("2026-11-09 09:00", "a task opens on its day", tick),
    Step(
        "2026-11-09 09:10",
        "a unit hands in",
        command("submit", "财政局", task="report", note="方案", numbers={"得分": "92.5"}),
    ),
    Step("2026-11-09 10:00", "it is returned", command("return", task="report", unit="财政局", reason="缺附表")),
    Step("2026-11-09 11:00", "it hands in again", command("submit", "财政局", task="report", note="方案及附表")),
    Step("2026-11-09 11:30", "it is accepted", command("accept", task="report", unit="财政局")),
    Step(
        "2026-11-09 11:40",
        "which was a slip",
        command("unaccept", task="report", unit="财政局", reason="误点通过"),
    ),
    Step("2026-11-09 11:50", "and is accepted again", command("accept", task="report", unit="财政局")),
    Step("2026-11-10 09:00", "the others are reminded", tick),
    Step(
        "2026-11-10 09:05",
        "something happened that is counted",
        command("count", "河西镇", task="report.study", note="第一期"),
    ),
    Step(
        "2026-11-10 09:06",
        "it was counted for the wrong unit",
        command("uncount", **STUDY, event=event, reason="误登"),
    ),
    Step(
        "2026-11-10 09:07",
        "it is counted for another day",
        command("count", **STUDY, on="2026-11-05", number=2, voucher=VOUCHER),
    ),
    Step(
        "2026-11-10 10:00",
        "one is extended",
        command("extend", **HEDONG, to="2026-11-20", **PAPER),
    ),
    Step("2026-11-10 10:01", "the ladder of the other is held", command("hold", **HEXI, level=1, reason="正在核实")),
    Step("2026-11-10 10:02", "and let go", command("hold", **HEXI, off=True, reason="已核实")),
    Step("2026-11-10 10:03", "notices go out", post()),
    Step(
        "2026-11-10 10:04", "a channel is switched off", command("channel", name="smtp", off=True, reason="信箱停用")
    ),
    Step("2026-11-16 10:00", "it is overdue", tick),
    Step(
        "2026-11-16 10:01",
        "a link is handed to a unit that has not signed",
        command("give_link", notice=notice("receipt_reminder"), days=15),
    ),
    Step("2026-11-16 10:02", "it signs by the link of its notice", sign_by_link("survey", "河东镇")),
    Step("2026-11-17 09:00", "a person presses it", command("raise", **HEXI, level=0, reason="电话未接")),
    Step(
        "2026-11-17 09:30",
        "a notice that was sent is corrected",
        command("correct", notice=notice("task_issued"), wrong="11月13日", right="11月13日前"),
    ),
    Step("2026-11-17 10:00", "the campaign is paused", command("pause", **PAPER)),
    Step("2026-11-18 10:00", "and resumed", command("resume", reason="恢复")),
    Step("2026-11-19 10:00", "the deputy head is listed to be told", tick),
    Step("2026-11-19 10:30", "the office lets it go", command("release", notice=notice("overdue", 1))),
    Step("2026-11-20 10:00", "a unit is called", command("call", **HEDONG, reason="已电话催报,下周一报送")),
    Step("2026-11-23 10:00", "another unit is late, a supervision is drafted", tick),
    Step("2026-11-24 09:00", "the leader signs it", command("sign", "leader", notice=notice("supervise", 3))),
    Step("2026-11-24 09:10", "a bulletin is drafted", command("draft", kind="bulletin")),
    Step("2026-11-24 10:00", "its text is written", tick),
    Step(
        "2026-11-24 10:10",
        "it is withheld",
        command("withhold", notice=notice("bulletin", 4), reason="暂不通报"),
    ),
    Step(
        "2026-11-24 10:15",
        "what is to come is withheld",
        command("withhold", notice=due("report", "河东镇"), reason="已电话说明"),
    ),
    Step("2026-11-24 10:20", "all goes out", post()),
    Step(
        "2026-11-25 09:00", "more time is granted late", command("grant", "leader", **HEXI, to="2026-12-15", **PAPER)
    ),
    Step("2026-12-01 09:00", "a year is loaded", lambda desk: apply_year(desk, "CN", YEAR, dry_run=False)),
    Step("2026-12-02 09:00", "the last hand in", command("submit", "河西镇", task="report", note="方案")),
    Step("2026-12-02 09:01", "one after the other", command("submit", **HEDONG, note="方案", voucher=VOUCHER)),
    Step("2026-12-02 09:02", "a gate is shut", refused(command("advance", decision="会议纪要4号"))),
    Step("2026-12-02 10:00", "both are accepted", command("accept", **HEXI)),
    Step("2026-12-02 10:01", "one by one", command("accept", **HEDONG)),
    Step("2026-12-02 10:02", "a unit uses its link too late", sign_by_link("survey", "河东镇")),
    Step(
        "2026-12-03 09:00",
        "the leaders approve",
        command("approve", "leader", name="同意转段", document="会议纪要4号", on="2026-12-02"),
    ),
    Step("2026-12-03 09:10", "which they take back", command("unapprove", "leader", name="同意转段", **PAPER)),
    Step(
        "2026-12-03 10:00",
        "and approve anew",
        command("approve", "leader", name="同意转段", document="会议纪要5号", on="2026-12-03"),
    ),
    Step("2026-12-07 09:00", "a unit scores itself", command("score", "财政局", indicator="1.1", points="54.5")),
    Step(
        "2026-12-07 09:10",
        "the office checks the score",
        command("score", indicator="1.1", unit="财政局", points="50", checked=True, note="缺一份纪要"),
    ),
    Step(
        "2026-12-07 09:20",
        "a unit proves an indicator",
        command("prove", "财政局", indicator="1.1", slot="方案", file=SHARED),
    ),
    Step(
        "2026-12-07 09:30",
        "another hands in the same file",
        command("prove", indicator="1.1", slot="方案", unit="河东镇", file=SHARED, voucher=VOUCHER),
    ),
    Step(
        "2026-12-07 10:00",
        "which the office judges",
        command("judge", file="5555", unit="河东镇", verdict="refused", reason="与财政局材料相同"),
    ),
    Step("2026-12-07 10:10", "units are asked for what is missing", command("ask", due="2026-12-14")),
    Step("2026-12-08 09:00", "a veto is raised", command("veto", indicator="9.1", unit="河西镇", **PAPER)),
    Step("2026-12-09 09:00", "and lifted", command("unveto", "leader", indicator="9.1", unit="河西镇", **PAPER)),
    Step("2026-12-20 09:00", "a task is waived", command("waive", task="survey", unit="河东镇", **PAPER)),
    Step("2026-12-20 09:10", "by a slip", command("unwaive", task="survey", unit="河东镇", reason="误点免报")),
    Step("2026-12-20 09:20", "and is waived all the same", command("waive", task="survey", unit="河东镇", **PAPER)),
    Step("2026-12-21 09:00", "the phase is left", command("advance", decision="会议纪要4号")),
    Step("2026-12-21 09:10", "and brought back", command("return_phase", "leader", **PAPER)),
    Step("2026-12-21 09:20", "and left again", command("advance", decision="会议纪要5号")),
    Step("2026-12-21 10:00", "the gate that moves by itself is looked at", tick),
    Step(
        "2027-01-05 09:00",
        "a point is designated",
        command("designate", quota="示范点", kind="示范村", unit="河东镇", number=1, on="2027-01-05"),
    ),
    Step(
        "2027-01-05 09:10",
        "which was typed wrongly",
        command("undesignate", quota="示范点", kind="示范村", unit="河东镇", reason="日期登记有误"),
    ),
    Step(
        "2027-01-05 09:20",
        "and is designated with its day",
        command("designate", quota="示范点", kind="示范村", unit="河东镇", number=1, on="2027-01-04"),
    ),
    Step("2027-01-12 09:00", "the phase is left by itself", tick),
    Step(
        "2027-02-03 09:00",
        "a superior's result is recorded",
        command("submit", task="visit", unit="市民宗局", note="通过", voucher=VOUCHER),
    ),
    Step("2027-02-03 09:10", "it is taken over", command("accept", task="visit", unit="市民宗局")),
    Step("2027-02-03 10:00", "the campaign is completed", command("advance", to="completed", decision="会议纪要5号")),
    Step("2027-02-03 10:01", "all that waits is written", tick),
    Step("2027-02-03 10:02", "and goes out", post()),
    Step("2027-02-03 10:10", "a second campaign begins", create("other", "2027-01-20")),
    Step(
        "2027-02-03 10:15",
        "a task joins it",
        command(
            "add_task", campaign="other", title="报送简报", units=["财政局"], due="2027-02-26", document="纪要5号"
        ),
    ),
    Step(
        "2027-02-03 10:16",
        "a finding is to be put right",
        command("find", campaign="other", title="台账不全", units=["河西镇"], due="2027-02-26", document="通报2号"),
    ),
    Step(
        "2027-02-03 10:16",
        "minutes begin two tasks at once",
        command(
            "issue_tasks",
            campaign="other",
            document="纪要7号",
            due="2027-03-05",
            rows=[{"title": "更新标牌", "units": ["各镇"]}, {"title": "归集台账", "units": ["财政局"]}],
        ),
    ),
    Step(
        "2027-02-03 10:17",
        "a unit is renamed",
        command("rename_unit", campaign="other", old="财政局", new="财政国资局", document="编办1号", key="renamed"),
    ),
    Step(
        "2027-02-03 10:17",
        "two towns become one",
        command("merge_units", "leader", "other", old=["河东镇", "河西镇"], new="河湾镇", document="编办2号"),
    ),
    Step(
        "2027-02-03 10:17",
        "a third begins",
        command("start_unit", campaign="other", new="河口镇", groups=["各镇"], also_open=True, document="编办3号"),
    ),
    Step("2027-02-03 10:20", "it is overridden", command("override", "leader", "other", **PAPER)),
    Step("2027-02-03 10:30", "and aborted", command("abort", "leader", "other", **PAPER)),
    Step("2027-02-03 10:40", "a third campaign begins", create("again", "2027-01-20")),
    Step(
        "2027-02-03 10:42",
        "a task that joins it is objected to",
        command(
            "add_task", campaign="again", title="核对名单", units=["河东镇"], due="2027-02-26", document="纪要6号"
        ),
    ),
    Step(
        "2027-02-03 10:43",
        "by its unit",
        command("object", "河东镇", "again", task="x-1", reason="不属本镇职责"),
    ),
    Step(
        "2027-02-03 10:44",
        "and goes to another",
        command("decide", campaign="again", task="x-1", unit="河东镇", uphold=True, to="财政局", reason="属实"),
    ),
    Step(
        "2027-02-03 10:45",
        "its gate is passed with conditions",
        command("pass", "leader", "again", due="2027-02-26", document="会议纪要6号"),
    ),
    Step(
        "2027-02-03 10:42",
        "a desk is vacant",
        command("contact", campaign="again", unit="财政局", level=0, address="", reason="空岗"),
    ),
    Step(
        "2027-02-03 10:45",
        "a dateless task gets its day",
        command("date", campaign="again", task="visit", to="2027-03-19", document="会议纪要6号"),
    ),
    Step(
        "2027-02-03 10:46",
        "its day is moved for everybody",
        command("reschedule", campaign="again", task="visit", to="2027-03-23", document="会议纪要7号"),
    ),
    Step(
        "2027-02-03 10:47",
        "the phase ends later, with what is printed",
        command(
            "adjust",
            campaign="again",
            phase="third",
            last_day="2027-04-02",
            with_printed=True,
            document="会议纪要7号",
        ),
    ),
    Step(
        "2027-02-03 10:48",
        "it moves to another version of its workflow",
        command("move", "leader", "again", bundle=second_version(), document="会议纪要8号"),
    ),
    Step("2027-02-03 10:50", "and its units are told, but for one", tick),
    Step("2027-02-03 10:54", "it is tried again", command("again", campaign="again")),
    Step("2027-02-03 10:55", "in vain", tick),
    Step("2027-02-03 11:00", "a city begins with the county below it", create_nested),
    Step("2027-02-03 11:01", "its gate is looked at", tick),
    Step(
        "2027-02-03 11:02",
        "the county designates what the city waits for",
        command("designate", campaign="river-小溪县", quota="示范点", kind="示范村", unit="河东镇"),
    ),
    Step("2027-02-03 11:03", "which moves the city by itself", tick),
    Step(
        "2027-02-04 09:00",
        "a town is drawn for a spot check",
        command("draw", campaign="again", among=["各镇"], count=1, seed="溪水", **LOOK),
    ),
    Step(
        "2027-02-04 09:01",
        "three are to inspect each other",
        command("pair", campaign="again", among=["各镇", "财政局"], seed="溪水", **LOOK),
    ),
    Step("2027-02-04 09:02", "all check themselves", command("check", campaign="again", among=["各镇"], **LOOK)),
    Step(
        "2027-02-04 09:40",
        "the office reports what it found",
        command("report", campaign="again", round="s-1", unit="河东镇", findings=["台账不全", "缺签字"]),
    ),
    Step(
        "2027-02-04 09:41",
        "one finding is to be put right",
        command("adopt", campaign="again", findings=finding("台账不全"), due="2027-03-05", document="通报3号"),
    ),
    Step(
        "2027-02-04 09:42",
        "the other is dropped",
        command("drop", campaign="again", findings=finding("缺签字"), reason="当场补正"),
    ),
    Step(
        "2027-02-04 09:45",
        "the month is asked for",
        command("month", campaign="again", month="2027-02", units=["各镇"], due="2027-02-26"),
    ),
    Step(
        "2027-02-04 09:46",
        "a town answers",
        command("tell", "河东镇", "again", round="2027-02", task="z-1", progress="已部署", matter="请协调经费"),
    ),
    Step("2027-02-04 09:50", "and all are told", tick),
    Step(
        "2027-02-04 08:00",
        "the clock was set back, which a person accepts",
        lambda desk: accept_clock(desk, "主板电池更换"),
    ),
    Step("2027-02-04 08:10", "a copy of it becomes a rehearsal", lambda desk: renew(desk, rehearsal=True)),
)


def lived(desk: Desk, until: int = len(SCRIPT)) -> Iterator[tuple[Step, object]]:
    """Live the first steps of the script, and yield each with its answer."""
    for step in SCRIPT[:until]:
        yield step, step(desk)


def heads(desk: Desk) -> dict[str, Campaign]:
    with desk.database.read() as work:
        return {head.key: head for head in work.find(Campaign, order="id")}


def waiting(desk: Desk) -> list[Item]:
    with desk.database.read() as work:
        return work.find(Item, state="waiting", order="id")
