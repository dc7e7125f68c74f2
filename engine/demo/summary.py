"""The summary that the head of the office reads: what was due, who was chased, what was signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from engine.gates import quotas
from engine.model import Evidence, Notice, PhaseState, Tally
from engine.reckoning import Owed, Reckoning, is_on_time, standing
from engine.service.audit.audit import Audit
from engine.service.duties import reckoned
from engine.service.kernel import nesting
from engine.service.kernel.case import CampaignSession
from engine.store.queries import journal
from notifications.kinds import KINDS, shipped

STATES = {"running": "进行中", "completed": "已完成", "aborted": "已终止"}


def text(case: CampaignSession, audit: Audit) -> str:
    """Return the summary of a campaign and of the proof of its history."""
    parts = [
        [case.plan.workflow.title],
        _phases(case),
        _below(case),
        _tasks(case),
        _notices(case),
        _acts(case),
        _points(case),
        _numbers(case),
        _proof(audit),
    ]
    return "\n".join(line for part in parts for line in part)


# --- phases ---


def _phases(case: CampaignSession) -> Iterator[str]:
    yield f"创建工作{STATES[case.head.state]},{_day(case.head.adopted_on)}启动"
    yield ""
    yield "一、阶段时间"
    for state in case.phase_states():
        title = case.plan.phases[state.phase].title
        yield f"  {title}:方案{_day(state.first_day)}至{_day(state.last_day)},{_ran(case, state)}"


def _ran(case: CampaignSession, state: PhaseState) -> str:
    if state.state == "before_adoption":
        return "启动前已结束,未下达任务"
    entered = f"{_moment(case, state.entered_at)}转入" if state.entered_at else "未转入"
    return f"{entered},{_moment(case, state.left_at)}转出" if state.left_at else entered


# --- campaigns below ---


def _below(case: CampaignSession) -> Iterator[str]:
    heads = nesting.heads(case)
    if heads:
        yield "  其中:"
    for head in heads:
        below = nesting.session(case, head)
        counted = reckoned.counted(below, reckoned.owed_in(below))
        sent = case.work.find(Notice, campaign=head.id, state="sent")
        yield f"  {head.parent_unit}:{STATES[head.state]},{said(counted)},{_in_all(sent)}"


# --- tasks ---


def _tasks(case: CampaignSession) -> Iterator[str]:
    found = reckoned.owed_in(case)
    counted = reckoned.counted(case, found)
    dated = [each for each in found if each.due is not None and is_dated(each, case.today)]
    timely = sum(map(is_on_time, dated))
    yield ""
    yield "二、任务办理"
    yield f"  {said(counted)},办结率{_share(counted.done, counted.due)}"
    yield f"  有时限{len(dated)}项,按时报送{timely}项,按时率{_share(timely, len(dated))}"


def is_dated(each: Owed, day: date) -> bool:
    """Tell whether it counts if something came by its day: no superior's step, nothing let off or left."""
    return standing(each, day) not in ("above", "cancelled", "waived", "left")


def said(counted: Reckoning) -> str:
    """Return what was due as the sum that it is, and what stands beside it (SEMANTICS L9)."""
    parts, beside = (
        "、".join(f"{words}{n}项" for name, words in family.items() if (n := getattr(counted, name)))
        for family in (PARTS, ASIDE)
    )
    return f"应办结{counted.due}项" + (f",{parts}" if parts else "") + (f";另有{beside}" if beside else "")


PARTS = {"done": "已办结", "handed_in": "已报送待审", "returned": "退回补正", "owed": "尚未报送"}
ASIDE = {
    "waived": "经批准免报",
    "paused": "暂缓",
    "ahead": "未到时限",
    "undated": "尚未定期",
    "left": "待承接",
    "above": "上级事项",
}


# --- notices ---


def _notices(case: CampaignSession) -> Iterator[str]:
    sent = [n for n in case.work.find(Notice, campaign=case.id, order="id") if n.state == "sent"]
    yield ""
    yield f"三、{_in_all(sent)}"
    for name, part in (
        ("正式文书", [n for n in sent if is_formal(n)]),
        ("提示信息", [n for n in sent if not is_formal(n)]),
    ):
        yield f"  {name}:{_kinds(part)}"
    yield from _by_level(sent)


def is_formal(notice: Notice) -> bool:
    """Tell whether a notice is a formal document (正式文书), which a person signs, or information (提示信息)."""
    return KINDS[notice.kind].drafted if notice.kind in KINDS else bool(notice.number)


def _in_all(sent: Sequence[Notice]) -> str:
    formal = sum(map(is_formal, sent))
    return f"正式文书 {formal} 件,提示信息 {len(sent) - formal} 件"


def _kinds(sent: Sequence[Notice]) -> str:
    by_kind = Counter(n.kind for n in sent)
    counted = (f"{kind.title}{by_kind[name]}件" for name, kind in KINDS.items() if _is_counted(name, by_kind))
    return ",".join(counted) or ("见下" if sent else "无")


def _by_level(sent: Sequence[Notice]) -> Iterator[str]:
    """Yield a line for each kind that rises by levels: how many were told at each."""
    for name, kind in KINDS.items():
        levels = Counter(n.level for n in sent if n.kind == name)
        if kind.levels and levels:
            told = (f"{kind.levels[min(level, 3)]}{levels[level]}件" for level in sorted(levels))
            yield f"  {kind.title}{_letter(name)}:" + ",".join(told)


def _is_counted(name: str, by_kind: Mapping[str, int]) -> bool:
    """Tell whether a kind is told in one number; what rises by levels is told by these."""
    return bool(by_kind[name]) and not KINDS[name].levels


def _letter(name: str) -> str:
    """Return what is said beside a kind that peers get as a letter."""
    return "(含商请函)" if f"{name}.peer" in shipped() else ""


# --- what people did ---


def _acts(case: CampaignSession) -> Iterator[str]:
    counted = Counter(journal.number_by_outcome(case.work, case.id))
    behalf = len(case.work.find(Evidence, campaign=case.id, kind="voucher"))
    said = {
        "计次登记": counted["count", "done"],
        "退回": counted["return", "done"],
        "延期": counted["extend", "done"],
        "代录": behalf,
        "撤发": counted["withhold", "done"],
        "转段被拒": counted["advance", "refused"],
        "先行转段": counted["override", "done"],
        "经批准免报": counted["waive", "done"],
    }
    yield ""
    yield "四、办理情况"
    if not said["计次登记"]:
        del said["计次登记"]
    yield "  " + ",".join(f"{name}{number}次" for name, number in said.items())


def _points(case: CampaignSession) -> Iterator[str]:
    if case.plan.workflow.quotas:
        yield ""
        yield "五、示范点"
    for quota in case.plan.workflow.quotas:
        found = quotas.lines(quota, case.work.find(Tally, campaign=case.id, quota=quota.id))
        yield f"  {quota.title}{found[-1].have}个(应为{quotas.needed(quota)}个)"
        shown = [line for line in found[:-1] if line.by == "unit" or len(quota.kinds) > 1]
        if shown:
            yield "    " + ",".join(f"{line.name}{line.have}个{_unstated(line)}" for line in shown)


def _unstated(line: quotas.QuotaLine) -> str:
    return "(未规定)" if line.need is None else ""


def _numbers(case: CampaignSession) -> Iterator[str]:
    numbered = [n for n in case.work.find(Notice, campaign=case.id, order="id") if n.number]
    yield ""
    yield f"六、文号 {len(numbered)} 个"
    for notice in sorted(numbered, key=lambda n: (n.day.year, int(n.number.rsplit("〕", 1)[-1].removesuffix("号")))):
        yield f"  {notice.number}  {_day(notice.day)}  {notice.subject}"


# --- proof ---


def _proof(audit: Audit) -> Iterator[str]:
    yield ""
    yield f"七、历史核验:{'通过' if audit.holds else '不通过'},记录{audit.records}条,核对状态{audit.rows}行"
    for finding in audit.findings[:10]:
        yield f"  {finding.place}:{finding.what}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _moment(case: CampaignSession, at: datetime | None) -> str:
    return _day(case.plan.day(at)) if at else ""
