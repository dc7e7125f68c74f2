"""A creation office under a stepped clock: a campaign of a compact plan, run by the production service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import gates
from engine.clock import SteppedClock
from engine.history import parse
from engine.model import (
    Answer,
    Armed,
    Assignment,
    Deadline,
    Item,
    Notice,
    Occurrence,
    PhaseState,
    Record,
    UnitContact,
    Verdict,
)
from engine.model.plain import plain
from engine.service.audit.audit import Audit, verify_all
from engine.service.campaigns.commands.lifecycle import shown, verdict
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import next_moment, sweep
from engine.service.delivery.relaying import deliver
from engine.service.kernel.case import TimerKind
from engine.service.kernel.desk import Command, Desk, perform, reading
from engine.service.kernel.plan import blob
from engine.service.kernel.registry import new_desk
from engine.service.notices.texts import content_from
from engine.service.signing.linking import Links
from engine.store.database import Database
from engine.store.migrations import in_memory
from notifications.channels import ChannelResult, Envelope
from notifications.notice import Content

ZONE = ZoneInfo("Asia/Shanghai")
KEY = "county"
OFFICE = "县创建办"
GROUP = "县领导小组"
TOWN, OTHER, COURT, BUREAU, CITY = "东镇", "西乡", "县法院", "县税务局", "市民宗局"
LADDER = """
      - {id: 提前三日, at: -3wd, level: 0, notice: reminder}
      - {id: 催办, at: 1wd, level: 0, notice: overdue}
      - {id: 催分管, at: 3wd, level: 1, notice: overdue}
      - {id: 催主要, at: 6wd, level: 2, notice: overdue}
      - {id: 督办, at: 10wd, level: 3, notice: supervise}
      - {id: 通报, at: 15wd, level: 4, notice: bulletin}
"""
REPORT = f"""
  - id: report
    title: 报送方案
    phase: build
    responsible: [{TOWN}, {OTHER}]
    due: 2022-08-31
"""
ALL_IN = "{kind: tasks, tasks: [report], text: 方案全部审核通过}"
UNITS = f"""
contacts: {{liaison: "liaison@{{code}}.example.org", deputy: "deputy@{{code}}.example.org", head: "head@{{code}}.example.org"}}
groups:
  - {{name: 各乡镇, kinds: [镇, 乡]}}
units:
  - {{name: {GROUP}, relation: superior, contacts: {{group: group@example.org}}}}
  - {{name: {OFFICE}, code: office}}
  - {{name: {CITY}, code: city, relation: superior}}
  - {{name: {COURT}, code: court, relation: peer}}
  - {{name: {BUREAU}, code: bureau, relation: vertical}}
  - {{name: {TOWN}, code: east, kind: 镇}}
  - {{name: {OTHER}, code: west, kind: 乡}}
"""


def plan(
    *,
    tasks: str = REPORT,
    ladder: str = LADDER,
    gap: str = "1wd",
    gate: str = ALL_IN,
    sprint_gate: str = "{kind: approval, approval: 领导小组同意}",
    build: str = "",
    sprint: str = "",
    top: str = "",
    reminders: str = "daily",
    issue: str = "letters",
    defaults: str = "",
    ladders: str = "",
    gate_ladder: str = "{id: 未转段, at: 1wd, level: 0, notice: gate_late, delivery: send}",
    units: str = UNITS,
    templates: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the files of a plan of two phases; `build` and `sprint` are further keys of theirs.

    Its tasks are told by letters and its reminders go on any day, so that tests of other things need not wait for
    Mondays; what a workflow does that says nothing is the matter of tests that say `issue` and `reminders`.
    """
    workflow = f"""
phasegate: 1
id: county
title: 某县示范县创建工作
version: "1"
place: 某县
timezone: Asia/Shanghai
calendar: CN
document: {{title: 某县创建实施方案, issuer: 某县委办公室, number: "某委办〔2022〕3号", issued_on: 2022-06-20}}
office: {OFFICE}
leading_group: {GROUP}
mark: 某创建办发
units: units.yaml
{top}
ladders:
  到期:
    min_gap: {gap}
    rungs: {ladder}
  审核:
    rungs:
      - {{id: 审核将到期, at: -1wd, level: 0, notice: office_nudge}}
  签收:
    rungs:
      - {{id: 提醒签收, at: 1wd, level: 0, notice: receipt_reminder}}
  转段:
    rungs:
      - {gate_ladder}
      - {{id: 报领导小组, at: 3wd, level: 3, notice: gate_late, delivery: release}}
{ladders}
reminders: {reminders}
defaults: {{issue: {issue}, receipt: none, review: 5wd, rework: 5wd, ladder: 到期, receipt_ladder: 签收, review_ladder: 审核, gate_ladder: 转段{defaults}}}
phases:
  - id: build
    title: 全面创建阶段
    window: 2022-07..2022-09
    {build}
    gate: {{all: [{gate}]}}
  - id: sprint
    title: 创建冲刺阶段
    window: 2022-10..2022-12
    {sprint}
    gate: {{all: [{sprint_gate}]}}
tasks: {tasks}
"""
    return {"workflow.yaml": workflow, "units.yaml": units} | dict(templates or {})


def instant(text: str) -> datetime:
    """Return the instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def local(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%m-%d %H:%M")


@dataclass
class Post:
    """A channel that takes every message and keeps it."""

    taken: list[Envelope] = field(default_factory=list)
    outcome: str = "accepted"

    def deliver(self, envelope: Envelope) -> tuple[ChannelResult, ...]:
        self.taken.append(envelope)
        return tuple(ChannelResult(recipient=one, outcome=self.outcome) for one in envelope.recipients)  # type: ignore[arg-type]


@dataclass
class Office:
    """What an office does, and what can be seen of it."""

    desk: Desk
    clock: SteppedClock
    post: Post = field(default_factory=Post)
    key: str = KEY
    links: Links | None = None

    # --- time ---

    def at(self, text: str) -> Office:
        """Set the clock, without a sweep."""
        self.clock.move_to(instant(text))
        return self

    def sweep(self, text: str = "") -> Office:
        """Sweep once and deliver, at `text` or now."""
        if text:
            self.at(text)
        sweep(self.desk)
        deliver(self.desk, lambda _: self.post, "office@example.org", "worker", links=self.links)
        return self

    def live_until(self, text: str) -> Office:
        """Go from due moment to due moment until `text`."""
        until = instant(text)
        while (due := next_moment(self.desk)) is not None and due <= until:
            self.clock.move_to(max(due, self.clock.at))
            self.sweep()
            left = next_moment(self.desk)
            assert left is None or left > self.clock.at, f"what is due at {due} stays due"
        self.clock.move_to(until)
        return self

    # --- acts ---

    def do(self, action: str, *, who: str = "", idempotent: str = "", **given: Any) -> dict[str, Any]:
        return perform(self.desk, Command(action, self.key, given, who, idempotent))

    def submit(self, unit: str = TOWN, task: str = "report", **given: Any) -> dict[str, Any]:
        return self.do("submit", who=unit, task=task, note="材料", **given)

    def accept(self, unit: str = TOWN, task: str = "report") -> dict[str, Any]:
        return self.do("accept", task=task, unit=unit)

    def hand_in(self, *units: str, task: str = "report") -> None:
        """Have units submit and the office accept at once."""
        for unit in units:
            self.submit(unit, task)
            self.accept(unit, task)

    def advance(self, **given: Any) -> dict[str, Any]:
        return self.do("advance", decision="领导小组第2次会议", **given)

    def extend(self, unit: str = TOWN, task: str = "report", *, to: str, **given: Any) -> dict[str, Any]:
        return self.do("extend", task=task, unit=unit, to=to, reason="资料未齐", document="批复1号", **given)

    def pause(self, **given: Any) -> dict[str, Any]:
        return self.do("pause", reason="防汛", document="通知2号", **given)

    # --- sights ---

    def find(self, record: type[Any], /, **equals: Any) -> list[Any]:
        with self.desk.database.read() as work:
            return work.find(record, order=_order(record), **equals)

    def assignment(self, unit: str = TOWN, task: str = "report") -> Assignment:
        found: list[Assignment] = self.find(Assignment, task=task, unit=unit)
        return found[0]

    def deadline(self, unit: str = TOWN, task: str = "report", kind: str = "due") -> Deadline:
        found: list[Deadline] = self.find(Deadline, assignment=self.assignment(unit, task).id, kind=kind)
        return found[-1]

    def due_on(self, unit: str = TOWN, task: str = "report") -> str:
        return self.deadline(unit, task).due_on.isoformat()

    def rungs(self, unit: str = TOWN, task: str = "report", kind: str = "due") -> list[str]:
        """Return what is recorded of a deadline's rungs as `date hour rung outcome`."""
        found: list[Occurrence] = self.find(Occurrence, deadline=self.deadline(unit, task, kind).id)
        return [f"{local(o.recorded_at)} {o.rung} {o.outcome}" for o in found]

    def notices(self, kind: str = "", unit: str = "") -> list[str]:
        """Return notices as `date hour kind unit level: titles`."""
        return [
            self._brief(n) for n in self.find(Notice) if n.kind == (kind or n.kind) and n.unit == (unit or n.unit)
        ]

    def _brief(self, notice: Notice) -> str:
        items: list[Item] = self.find(Item, notice=notice.id)
        tasks = {a.id: a.task for a in self.find(Assignment)}
        titles = "+".join(tasks[item.assignment] for item in items if item.assignment)
        return f"{local(notice.created_at)} {notice.kind} {notice.unit} {notice.level} {notice.state}: {titles}"

    def text(self, kind: str, unit: str = "", place: int = -1) -> Content:
        """Return the texts of a notice of a kind, by default the last."""
        found = [n for n in self.find(Notice) if n.kind == kind and n.unit == (unit or n.unit)]
        with self.desk.database.read() as work:
            return content_from(blob(work, found[place].content))

    def mail(self) -> list[tuple[str, str]]:
        """Return recipient and subject of every message that went out."""
        return [(envelope.recipients[0], envelope.subject) for envelope in self.post.taken]

    def history(self, action: str = "") -> list[dict[str, Any]]:
        found = [parse(record.data) for record in self.find(Record, journal=1)]
        return [told for told in found if told["action"] == (action or told["action"])]

    def refusals(self) -> list[dict[str, Any]]:
        return [told for told in self.history() if told["outcome"] == "refused"]

    def phase(self, name: str) -> PhaseState:
        found: list[PhaseState] = self.find(PhaseState, phase=name)
        return found[0]

    def head(self) -> Any:
        with reading(self.desk, self.key) as case:
            return case.head

    def verdict(self) -> Verdict:
        with reading(self.desk, self.key) as case:
            return verdict(case)

    def conditions(self) -> tuple[gates.ShownCondition, ...]:
        """Return the conditions of the present gate as people read them."""
        with reading(self.desk, self.key) as case:
            return shown(case, verdict(case))

    def missing(self) -> list[str]:
        return [name for condition in self.conditions() for name in condition.missing]

    def plain_verdict(self) -> dict[str, Any]:
        """Return the verdict as a record holds it."""
        return plain(self.verdict())

    def armed(self, kind: TimerKind = TimerKind.RUNG) -> list[Armed]:
        return [armed for armed in self.find(Armed) if armed.kind == kind]

    def case(self) -> Any:
        """Open the campaign to look at it, as a context."""
        return reading(self.desk, self.key)

    def write(self) -> Any:
        """Open a transaction that writes, as a context: for tampering."""
        return self.desk.database.write()

    def audit(self) -> Audit:
        return verify_all(self.desk)

    def short_of(self, notice: Notice) -> str:
        return str(notice.id & 0xFFFFFFFF)

    def number(self, kind: str, state: str = "") -> str:
        """Return the number by which commands name the last notice of a kind."""
        found = [n for n in self.find(Notice) if n.kind == kind and n.state == (state or n.state)]
        return self.short_of(found[-1])

    def vacate(self, unit: str, level: int) -> None:
        self.do("contact", unit=unit, level=level, address="")

    def contacts(self, unit: str) -> list[UnitContact]:
        return self.find(UnitContact, unit=unit)


def _order(kind: type[Any]) -> str:
    return {Record: "seq", Answer: '"key"', PhaseState: "position", Armed: '"at", kind, ref'}.get(kind, "id")


def opened(
    bundle: Mapping[str, str] | None = None,
    *,
    at: str = "2022-07-05T08:30",
    database: Database | None = None,
    **given: Any,
) -> Office:
    """Return an office whose campaign was started on a plan, by default in memory."""
    clock = SteppedClock(instant(at))
    office = Office(desk=new_desk(database=database or in_memory(), clock=clock), clock=clock)
    create_campaign(office.desk, KEY, plan() if bundle is None else bundle, given)
    return office
