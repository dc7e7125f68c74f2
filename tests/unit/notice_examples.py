"""One request for every kind of notice and relation that matters.

`python tests/unit/notice_examples.py` writes the golden texts anew; read the difference before
committing it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from notifications.kinds import kind_of
from notifications.notice import (
    Condition,
    Content,
    Corrected,
    Figures,
    KindCount,
    Line,
    NoticeRequest,
    Reported,
    Tallied,
    document_number,
)
from notifications.render import render

GOLDEN: Final = Path(__file__).parent / "golden"
CAMPAIGN: Final = "石柱县深入推进全国民族团结进步示范县创建工作"
PLAN: Final = f"{CAMPAIGN}实施方案"
GROUP: Final = "县创建工作领导小组"
CHECK = Line(
    title="自检自查",
    demand="对创建工作开展自查自纠,查漏补缺",
    clause="六(三)1",
    due_on=date(2022, 11, 30),
    asked_on=date(2022, 11, 30),
    first_due_on=date(2022, 11, 30),
    role="责任单位",
)
SUMMARY = Line(
    title="全面总结工作",
    demand="形成总结报告",
    clause="六(三)3",
    due_on=date(2022, 12, 31),
    asked_on=date(2022, 12, 30),
    role="牵头单位",
)
MEASURES = Line(
    title="制定本单位具体工作措施",
    clause="六(二)2",
    due_on=date(2022, 12, 31),
    asked_on=date(2022, 12, 30),
    role="责任单位",
)
VISITS = Line(title="互观互检互评")
PART = Line(
    title="报送总结报告",
    demand="本单位总结材料",
    due_on=date(2022, 11, 30),
    asked_on=date(2022, 11, 30),
    role="配合单位",
    lead="县教委",
)
LONG = Line(
    title="完成各级党委政府、有关部门在创建工作中反映的重点难点问题“逐项销号、逐一回访”任务",
    demand="逐项列出问题、措施、时限、责任单位和完成情况,附印证材料目录及图片资料,并说明下一步打算",
    clause="五(三)、六(二)2、七(一)",
    due_on=date(2022, 11, 30),
    asked_on=date(2022, 11, 30),
    role="责任单位",
)
CONDITIONS = (
    Condition(text="各乡镇(街道)完成自检自查", counted="31", needed="33", measure="项", missing=("西沱镇", "沙子镇")),
    Condition(text="创建点达到规定数量", counted="24", needed="25", measure="个"),
)
CONSENT = "县创建工作领导小组同意转入迎接验收阶段"


def basic(kind: str, **given: object) -> NoticeRequest:
    facts: dict[str, object] = {
        "kind": kind,
        "sender": "县创建办",
        "leading_group": GROUP,
        "place": "石柱县",
        "day": date(2022, 11, 16),
        "unit": "西沱镇",
        "campaign": CAMPAIGN,
        "plan_title": PLAN,
        "contact": "联系单位:县创建办,shizhu-office@example.org",
        "head": "9f2c61d07be4a315",
        "borne": kind_of(kind).facts(),
    }
    return NoticeRequest(**{**facts, **given})  # type: ignore[arg-type]


def letter(request: NoticeRequest, **given: object) -> NoticeRequest:
    return replace(request, relation="peer", unit="县人大常委会办公室", **given)


def number(n: int) -> str:
    return document_number("石创建办发", 2022, n)


OBJECTION = basic(
    "objection",
    day=date(2022, 7, 7),
    unit="县创建办",
    relation="own",
    items=(replace(MEASURES, unit="县财政局", reason="该项职责已划转。", due_on=date(2022, 7, 12)),),
)
DECIDED = basic(
    "objection_decided", day=date(2022, 7, 11), ruling="rejected", reason="分工方案已明确。", items=(MEASURES,)
)
LACKING = basic(
    "evidence_missing",
    day=date(2022, 11, 7),
    reply_by=date(2022, 11, 14),
    items=(
        Line(title="指标3.1 宣传教育活动经常开展:自评分(2022年)"),
        Line(title="指标3.1 宣传教育活动经常开展:活动方案和记录(2022年)", done=1, least=2, measure="份"),
    ),
)
MONTHLY = basic(
    "monthly",
    day=date(2022, 8, 25),
    scope="2022年8月",
    items=(MEASURES, SUMMARY, VISITS),
    reply_by=date(2022, 9, 1),
)
INSPECTION = basic(
    "inspection",
    day=date(2022, 9, 1),
    scope="创建台账抽查",
    document="石创建办发〔2022〕12号",
    inspector="县创建办",
    seed="0f3c9a6d1b7e42588c4d2f60a9b1e375",
    candidates=("西沱镇", "沙子镇", "中益乡"),
    last_day=date(2022, 9, 20),
)
LED = replace(CHECK, awaiting=("县教委", "县文化旅游委"))
EIGHTEEN = datetime(2022, 12, 1, 10)
LATE = replace(CHECK, overdue=1)
ISSUED = basic(
    "task_issued",
    day=date(2022, 7, 5),
    number=number(1),
    items=(MEASURES, CHECK, VISITS),
    reply_by=date(2022, 7, 8),
    object_by=date(2022, 7, 8),
    attachments=("任务分解表",),
)
RECEIPT_DUE = basic("receipt_reminder", day=date(2022, 7, 7), items=(CHECK,), reply_by=date(2022, 7, 8))
REMINDER = basic("reminder", items=(CHECK,))
STUDY = Line(
    title="专题学习(2022年第四季度)",
    due_on=date(2022, 12, 31),
    asked_on=date(2022, 12, 30),
    done=1,
    least=2,
    measure="次",
    left=20,
)
LESSONS = replace(STUDY, title="校园宣讲(2022年秋季学期)", due_on=date(2023, 1, 13), done=4, least=12, measure="课时")
PACE = basic("pace", day=date(2022, 12, 2), items=(STUDY,))
SHORTFALL = basic(
    "shortfall",
    level=1,
    day=date(2023, 1, 16),
    as_of=datetime(2023, 1, 16, 10),
    items=(STUDY, LESSONS),
    reply_by=date(2023, 1, 19),
)
OVERDUE = basic("overdue", day=date(2022, 12, 1), as_of=EIGHTEEN, items=(LATE,), reply_by=date(2022, 12, 6))
SUPERVISE = basic(
    "supervise",
    level=3,
    day=date(2022, 12, 14),
    number=number(9),
    items=(replace(LATE, unit="西沱镇"),),
    reply_by=date(2022, 12, 21),
)
SEVERAL_LATE = (
    replace(LATE, unit="西沱镇", overdue=15, state="逾期尚未报送"),
    replace(LATE, unit="沙子镇", overdue=15, state="逾期尚未报送"),
    replace(SUMMARY, unit="沙子镇", due_on=date(2022, 12, 9), overdue=8, state="逾期尚未报送"),
)
ALL = ("各乡镇(街道)", "县级各部门")
BULLETIN = basic(
    "bulletin",
    level=4,
    day=date(2022, 12, 21),
    unit="",
    units=ALL,
    number=number(10),
    as_of=datetime(2022, 12, 20, 18),
    items=(*SEVERAL_LATE[:2], replace(SUMMARY, unit="沙子镇", was_on=date(2022, 12, 9), state="已退回补正")),
    figures=Figures(due=86, done=80, on_time=78, handed_in=2, returned=1, owed=3, overdue=2, waived=1, ahead=12),
    commended=("南宾街道", "万安街道"),
    reply_by=date(2022, 12, 28),
)
FACTS_SHOWN = basic(
    "facts_shown", day=date(2022, 12, 20), as_of=datetime(2022, 12, 20, 10), unit="西沱镇",
    items=tuple(line for line in SEVERAL_LATE if line.unit == "西沱镇"), reply_by=date(2022, 12, 21), close=time(12),
)  # fmt: skip
PHASE = basic(
    "phase",
    day=date(2022, 9, 30),
    unit="",
    units=ALL,
    number=number(5),
    phase="全面创建阶段",
    next_phase="创建冲刺阶段",
    first_day=date(2022, 10, 1),
    last_day=date(2022, 12, 31),
    from_on=date(2022, 10, 8),
    decision="县创建工作领导小组会议纪要第3期",
    gate=(Condition(text="各乡镇(街道)完成自检自查"), Condition(text="创建点达到规定数量")),
)
APPLICATION = basic(
    "application",
    relation="superior",
    day=date(2023, 3, 1),
    unit="市民族宗教委",
    sender_full="石柱土家族自治县人民政府",
    number="石柱府文〔2023〕12号",
    award="全国民族团结进步示范县",
    score="93.5",
    attachments=("自查自验报告", "自评得分表"),
)
UPWARD = basic(
    "report",
    relation="superior",
    day=date(2022, 12, 28),
    unit="市民族宗教委",
    number=number(12),
    as_of=datetime(2022, 12, 28, 10),
    year=2022,
    figures=Figures(due=86, done=83, on_time=80, owed=3, overdue=2, short=1),
    tallies=(
        Tallied(
            title="县级命名",
            total=47,
            added=5,
            kinds=(KindCount(title="示范乡镇", total=12, added=5), KindCount(title="示范学校", total=35)),
        ),
    ),
    done=(
        Reported(
            title="开展自检自查",
            clause="六(三)1",
            who="各乡镇(街道)",
            first_on=date(2022, 11, 16),
            last_on=date(2022, 11, 30),
        ),
        Reported(title="召开推进会议", clause="六(三)2", first_on=date(2022, 12, 6), last_on=date(2022, 12, 6)),
    ),
    missing=(
        Reported(
            title="报送总结报告",
            clause="六(三)3",
            who="西沱镇、沙子镇",
            last_on=date(2022, 12, 20),
            state="逾期未办结",
        ),
        Reported(title="互观互检互评", state="尚未定期"),
    ),
    ahead=(Reported(title="迎接验收阶段:提出考核验收申请", clause="六(四)2", state="尚未布置"),),
)
CORRECTION = basic(
    "correction",
    day=date(2022, 7, 12),
    number=number(3),
    corrects=Corrected(
        title=f"关于交办{CAMPAIGN}任务的通知",
        number=number(1),
        on=date(2022, 7, 5),
        wrong="11月3日",
        right="11月30日",
    ),
)
RECEIVED = replace(CHECK, number="2022-0137", files=3, at=datetime(2022, 11, 28, 15))
RECEIPT = basic("receipt", day=date(2022, 11, 28), items=(RECEIVED,))
RETURNED = basic(
    "returned",
    day=date(2022, 12, 2),
    items=(replace(CHECK, reason="缺少问题清单和印证材料", due_on=date(2022, 12, 9), asked_on=date(2022, 12, 9)),),
)
MOVED = replace(CHECK, was_on=date(2022, 11, 30), due_on=date(2022, 12, 9), asked_on=date(2022, 12, 9))
HOLIDAY = replace(CHECK, was_on=date(2022, 9, 30), due_on=date(2022, 10, 7), asked_on=date(2022, 9, 30))
EXTENDED = basic("extended", day=date(2022, 11, 25), change="extension", document="县创建办批复", items=(MOVED,))
ADJUSTED = basic(
    "adjusted",
    day=date(2022, 11, 25),
    change="adjusted",
    reason="上级验收时间提前",
    document="县创建办〔2022〕9号",
    items=(
        MOVED,
        replace(VISITS, due_on=date(2022, 12, 9), asked_on=date(2022, 12, 9)),
        replace(MEASURES, due_on=None, was_on=date(2022, 12, 31), state="已撤销"),
    ),
)
DATED = replace(ADJUSTED, change="dated", reason="", items=(ADJUSTED.items[1],))
PAUSED = basic(
    "paused",
    day=date(2022, 11, 16),
    scope="自检自查工作",
    from_on=date(2022, 11, 17),
    reason="防汛救灾工作需要",
    document="县创建工作领导小组会议纪要第4期",
    shift=True,
    items=(CHECK,),
)
ENDED = basic(
    "ended",
    day=date(2022, 11, 16),
    from_on=date(2022, 11, 16),
    reason="上级调整创建工作部署",
    document="县创建工作领导小组会议纪要第4期",
)
RESUMED = basic(
    "resumed",
    day=date(2022, 12, 1),
    scope="自检自查工作",
    from_on=date(2022, 12, 2),
    shift=True,
    items=(MOVED,),
)
TAKEN_BACK = basic(
    "taken_back",
    day=date(2022, 11, 16),
    reason="不再统一报送",
    document="县创建办〔2022〕9号",
    items=(CHECK,),
)
UNACCEPTED = replace(
    TAKEN_BACK,
    reason="复核发现缺少附件",
    items=(replace(CHECK, state="已报送待审核"),),
    corrects=Corrected(
        title=f"关于{CAMPAIGN}任务审核通过的通知", number=number(4), on=date(2022, 11, 14), wrong="", right=""
    ),
)
RESTORED = basic(
    "restored",
    day=date(2022, 10, 11),
    phase="创建冲刺阶段",
    next_phase="全面创建阶段",
    first_day=date(2022, 7, 1),
    last_day=date(2022, 9, 30),
    from_on=date(2022, 10, 11),
    reason="转段有误",
    decision="县创建工作领导小组会议纪要第4期",
)
HANDOVER = basic(
    "handover",
    from_on=date(2022, 11, 16),
    address="xituo-liaison2@example.org",
    items=(replace(CHECK, state="已签收"), replace(SUMMARY, state="待签收")),
)
SUCCESSION = basic(
    "succession",
    day=date(2022, 9, 1),
    unit="县文化旅游委",
    from_on=date(2022, 9, 1),
    document="石委编〔2022〕6号",
    predecessors=("县文化委", "县旅游局"),
    items=(replace(CHECK, state="办理中"), replace(SUMMARY, state="已报送待审核")),
)
GATE_LATE = basic(
    "gate_late",
    day=date(2023, 1, 3),
    unit=GROUP,
    as_of=datetime(2023, 1, 3, 10),
    phase="创建冲刺阶段",
    last_day=date(2022, 12, 31),
    conditions=CONDITIONS,
    consents=(CONSENT,),
)
NUDGE = basic(
    "office_nudge",
    relation="own",
    day=date(2022, 12, 5),
    unit="县创建办",
    items=(
        Line(
            title="自检自查",
            unit="西沱镇",
            state="待审核",
            at=datetime(2022, 11, 28, 15),
            due_on=date(2022, 12, 5),
            asked_on=date(2022, 12, 5),
        ),
        Line(title="检查测评", unit="市民族宗教委", state="已报送,等待答复"),
    ),
)

EXAMPLES: Final[dict[str, NoticeRequest]] = {
    "task_issued": ISSUED,
    "task_issued.one": replace(ISSUED, items=(CHECK,), plan_number="石柱委办发〔2022〕18号"),
    "task_issued.peer": letter(ISSUED, number=""),
    "receipt_reminder": RECEIPT_DUE,
    "receipt_reminder.several": replace(RECEIPT_DUE, items=(CHECK, SUMMARY)),
    "receipt_reminder.peer": letter(RECEIPT_DUE),
    "reminder": REMINDER,
    "reminder.day_off": replace(REMINDER, day=date(2022, 12, 16), items=(SUMMARY,)),
    "reminder.same_day": replace(REMINDER, day=date(2022, 12, 16), items=(SUMMARY, MEASURES)),
    "reminder.several": replace(REMINDER, items=(CHECK, SUMMARY, MEASURES)),
    "reminder.peer": letter(REMINDER),
    "reminder.peer.several": letter(REMINDER, items=(CHECK, SUMMARY, MEASURES)),
    "overdue": OVERDUE,
    "overdue.several": replace(
        OVERDUE, day=date(2023, 1, 4), as_of=datetime(2023, 1, 3, 18), items=(LATE, SUMMARY, MEASURES),
        reply_by=date(2023, 1, 9),
    ),
    "overdue.same_day": replace(OVERDUE, items=(LATE, replace(LATE, title="创建点建设"))),
    "overdue.deputy": replace(OVERDUE, level=1),
    "overdue.head": replace(OVERDUE, level=2),
    "overdue.cited": replace(OVERDUE, authority=f"按照《{PLAN}》要求"),
    "overdue.hint": replace(OVERDUE, demands=False),
    "overdue.hint.several": replace(OVERDUE, demands=False, items=(LATE, SUMMARY)),
    "overdue.peer": letter(OVERDUE),
    "overdue.peer.several": letter(OVERDUE, items=(LATE, SUMMARY)),
    "overdue.vertical": replace(OVERDUE, relation="vertical", unit="县税务局"),
    "pace": PACE,
    "pace.several": replace(PACE, items=(STUDY, LESSONS)),
    "pace.peer": letter(PACE),
    "pace.vertical": replace(PACE, relation="vertical", unit="县税务局"),
    "shortfall": SHORTFALL,
    "shortfall.peer": letter(SHORTFALL, items=(STUDY,)),
    "shortfall.vertical": replace(SHORTFALL, relation="vertical", unit="县税务局", items=(STUDY,)),
    "reminder.lead": replace(REMINDER, items=(LED, SUMMARY)),
    "reminder.peer.lead": letter(REMINDER, items=(LED,)),
    "overdue.lead": replace(OVERDUE, items=(replace(LED, overdue=1),)),
    "overdue.peer.lead": letter(OVERDUE, items=(replace(LED, overdue=1),)),
    "supervise.lead": replace(SUPERVISE, items=(replace(LED, unit="西沱镇"),)),
    "supervise": SUPERVISE,
    "supervise.not_urged": replace(SUPERVISE, borne=SUPERVISE.borne - {"urged"}),
    "supervise.several": replace(
        SUPERVISE, unit="", units=("西沱镇", "沙子镇"), items=SEVERAL_LATE
    ),
    "bulletin": BULLETIN,
    "bulletin.clean": replace(
        BULLETIN, items=(), commended=(), figures=Figures(due=86, done=86, on_time=84)
    ),
    "evidence_missing": LACKING,
    "evidence_missing.peer": letter(LACKING),
    "facts_shown": FACTS_SHOWN,
    "accountability": basic(
        "accountability", level=4, day=date(2023, 1, 11), unit=GROUP, clause="七(二)",
        as_of=datetime(2023, 1, 10, 18),
        items=(replace(SEVERAL_LATE[0], steps="提醒2次、催办3次、督办1次"), *SEVERAL_LATE[1:]),
    ),
    "phase": PHASE,
    "phase.unit": replace(PHASE, units=(), unit="西沱镇", items=(CHECK, SUMMARY, PART)),
    "phase.peer.unit": letter(PHASE, units=(), items=(CHECK,)),
    "phase.completed": replace(
        PHASE, units=(), unit="西沱镇", next_phase="创建工作总结巩固", first_day=None, last_day=None, gate=()
    ),
    "phase.completed.peer": letter(PHASE, units=(), next_phase="创建工作总结巩固", first_day=None, last_day=None),
    "phase.conditional": replace(PHASE, manner="conditional", conditions=CONDITIONS),
    "phase.automatic": replace(PHASE, decision=""),
    "phase.override": replace(PHASE, manner="override"),
    "phase.peer": letter(PHASE, units=()),
    "application": APPLICATION,
    "application.open_items": replace(
        APPLICATION, score="", borne=APPLICATION.borne - {"put_right"},
        conditions=(Condition(text="西沱镇:台账缺少签到记录"), Condition(text="沙子镇:宣传栏内容未更新")),
    ),
    "application.not_checked": replace(APPLICATION, score="", borne=frozenset()),
    "report": UPWARD,
    "report.nothing": replace(
        UPWARD, figures=Figures(due=0, done=0), tallies=(), done=(), missing=(), ahead=(),
        borne=UPWARD.borne - {"all_done"},
    ),
    "report.all_done": replace(
        UPWARD, figures=Figures(due=86, done=86, on_time=84), missing=(), ahead=()
    ),
    "report.waiting": replace(
        UPWARD, figures=Figures(due=86, done=80, on_time=78, handed_in=2, returned=1, owed=3, overdue=2)
    ),
    "report.late_only": replace(UPWARD, ahead=(), borne=UPWARD.borne - {"all_done"}),
    "correction": CORRECTION,
    "correction.peer": letter(CORRECTION),
    "correction.superior": replace(CORRECTION, relation="superior", unit="市民族宗教委"),
    "receipt": RECEIPT,
    "receipt.passed": replace(RECEIPT, borne=RECEIPT.borne - {"reviewing"}),
    "receipt.on_behalf": replace(RECEIPT, items=(replace(RECEIVED, on_behalf=True), replace(RECEIVED, title="全面总结工作", number="2022-0138"))),
    "receipt.peer": letter(RECEIPT),
    "returned": RETURNED,
    "returned.peer": letter(RETURNED),
    "extended": EXTENDED,
    "extended.late_grant": replace(EXTENDED, change="late_grant", day=date(2022, 12, 2)),
    "extended.adjusted": replace(EXTENDED, change="adjusted", document=""),
    "extended.peer": letter(EXTENDED),
    "adjusted": ADJUSTED,
    "adjusted.peer": letter(ADJUSTED),
    "adjusted.dated": DATED,
    "monthly": MONTHLY,
    "monthly.nothing_open": replace(MONTHLY, items=()),
    "monthly.peer": letter(MONTHLY),
    "inspection": INSPECTION,
    "inspection.mutual": replace(INSPECTION, scope="互观互检互评", inspector="沙子镇"),
    "inspection.no_date": replace(INSPECTION, last_day=None),
    "inspection.peer": letter(INSPECTION),
    "inspection.mutual.peer": letter(INSPECTION, scope="互观互检互评", inspector="沙子镇"),
    "paused": PAUSED,
    "paused.dates_stay": replace(PAUSED, shift=False, items=()),
    "paused.peer": letter(PAUSED),
    "restored": RESTORED,
    "restored.peer": letter(RESTORED),
    "resumed": RESUMED,
    "resumed.dates_stay": replace(RESUMED, shift=False, items=()),
    "resumed.peer": letter(RESUMED),
    "taken_back": TAKEN_BACK,
    "taken_back.accepted": UNACCEPTED,
    "taken_back.handed_in": replace(TAKEN_BACK, items=UNACCEPTED.items),
    "taken_back.peer": letter(TAKEN_BACK),
    "taken_back.peer.accepted": letter(UNACCEPTED),
    "objection": OBJECTION,
    "objection_decided": DECIDED,
    "objection_decided.upheld": replace(DECIDED, ruling="upheld", successor="县发展改革委", items=(VISITS,)),
    "objection_decided.peer": letter(DECIDED),
    "objection_decided.peer.upheld": letter(DECIDED, ruling="upheld", items=(VISITS,)),
    "ended": ENDED,
    "ended.peer": letter(ENDED),
    "succession": SUCCESSION,
    "succession.nothing_open": replace(SUCCESSION, items=()),
    "succession.peer": letter(SUCCESSION),
    "handover": HANDOVER,
    "handover.nothing_open": replace(HANDOVER, items=()),
    "gate_late": GATE_LATE,
    "gate_late.own": replace(GATE_LATE, relation="own", unit="县创建办"),
    "gate_late.consent_only": replace(GATE_LATE, conditions=()),
    "gate_late.own.consent_only": replace(GATE_LATE, relation="own", unit="县创建办", conditions=()),
    "gate_late.one": replace(GATE_LATE, conditions=CONDITIONS[:1], consents=()),
    "adjusted.own": replace(ADJUSTED, relation="own", unit="县创建办"),
    "adjusted.holiday": replace(ADJUSTED, day=date(2022, 9, 20), items=(HOLIDAY,)),
    "extended.own": replace(EXTENDED, relation="own", unit="县创建办"),
    "extended.holiday": replace(EXTENDED, day=date(2022, 9, 20), items=(HOLIDAY,)),
    "office_nudge.one": replace(NUDGE, items=NUDGE.items[:1]),
    "task_issued.part": replace(ISSUED, items=(PART,), attachments=(), object_by=None, address_as="西沱镇党委、政府"),
    "task_issued.parts": replace(ISSUED, items=(PART, CHECK), unit="中益乡", attachments=()),
    "task_issued.finding": replace(
        ISSUED, items=(replace(MEASURES, title="整改:台账不全", clause="", demand=""),), attachments=(), number="",
        document="石创建办发〔2022〕15号",
    ),
    "reminder.part": replace(REMINDER, items=(PART,)),
    "reminder.longest": replace(REMINDER, items=tuple(replace(LONG, title=f"{LONG.title}({n})") for n in (1, 2, 3))),
    "reminder.long_title": replace(REMINDER, unit="南宾街道", items=(replace(LONG, title=LONG.title * 3),)),
    "reminder.accepted": replace(REMINDER, accepted=(Line(title="全面总结工作"), Line(title="自检自查", unit="县教委"))),
    "reminder.peer.accepted": letter(REMINDER, accepted=(Line(title="全面总结工作"),)),
    "reminder.counted": replace(REMINDER, items=(replace(STUDY, period="2022年第四季度", role="责任单位"),)),
    "overdue.part": replace(OVERDUE, items=(PART,)),
    "overdue.again": replace(OVERDUE, items=(replace(LATE, again=True),)),
    "overdue.several_again": replace(OVERDUE, items=(LATE, replace(PART, again=True, due_on=date(2022, 11, 25)))),
    "overdue.collective": replace(OVERDUE, unit="各乡镇", items=(LATE,)),
    "receipt.part": replace(RECEIPT, items=(replace(RECEIVED, lead="县教委"),)),
    "receipt_reminder.objection": replace(RECEIPT_DUE, object_by=date(2022, 7, 8)),
    "monthly.one": replace(MONTHLY, items=(MEASURES,)),
    "evidence_missing.one": replace(LACKING, items=LACKING.items[1:]),
    "paused.several": replace(PAUSED, items=(CHECK, SUMMARY), reason="因防汛救灾工作需要。"),
    "resumed.several": replace(RESUMED, reason="防汛救灾任务已完成", items=(MOVED, VISITS)),
    "office_nudge": NUDGE,
    "office_nudge.late": replace(NUDGE, items=(replace(NUDGE.items[0], overdue=2),)),
}  # fmt: skip


def as_text(content: Content) -> str:
    return f"主题:{content.subject}\n\n{content.body}\n短消息({len(content.short)}字):{content.short}\n"


def golden(name: str) -> Path:
    return GOLDEN / f"{name}.txt"


if __name__ == "__main__":
    for name, request in EXAMPLES.items():
        golden(name).write_text(as_text(render(request)), "utf-8")
