"""A small county and a large city to draw and to judge in unit tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from engine.model import (
    Assignment,
    Condition,
    Deadline,
    Directory,
    Due,
    Hours,
    Offset,
    Opens,
    Phase,
    PlanDocument,
    Quota,
    QuotaKind,
    Source,
    Task,
    Unit,
    Window,
    Workflow,
)

TOWNS = ("南宾街道", "西沱镇", "黄水镇", "中益乡")
DEPARTMENTS = ("县发展改革委", "县教委", "县财政局")


def condition(kind: str, text: str = "", children: Sequence[Condition] = (), **params: object) -> Condition:
    return Condition(id=text or kind, kind=kind, text=text, params=params, children=tuple(children))


def every(*children: Condition, text: str = "") -> Condition:
    return condition("all", text, children)


def either(*children: Condition, text: str = "") -> Condition:
    return condition("any", text, children)


def phase(id: str, title: str, first: str, last: str, gate: Condition | None = None, **more: object) -> Phase:
    window = Window(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))
    return Phase(id=id, title=title, window=window, gate=gate or every(), **more)  # type: ignore[arg-type]


def task(id: str, title: str, phase: str, due: Due | None = None, **more: object) -> Task:
    return Task(id=id, title=title, phase=phase, due=due or Due(kind="phase_end"), **more)  # type: ignore[arg-type]


def workflow(
    phases: Iterable[Phase],
    tasks: Iterable[Task],
    *,
    title: str = "示范县创建工作",
    units: Iterable[str] = TOWNS + DEPARTMENTS,
    quotas: Iterable[Quota] = (),
) -> Workflow:
    return Workflow(
        id="sample",
        title=title,
        version="1",
        place_name="某县",
        document=PlanDocument(title="实施方案", issuer="县委办公室", issued_on=date(2022, 7, 5)),
        timezone="Asia/Shanghai",
        calendar="CN",
        office="县创建办",
        leading_group="县创建工作领导小组",
        mark="创建办发",
        hours=Hours(),
        phases=tuple(phases),
        tasks=tuple(tasks),
        ladders={},
        quotas=tuple(quotas),
        directory=Directory(units={name: Unit(name=name) for name in units}, groups={}),
        caps={},
    )


POINTS = Quota(
    id="points",
    title="创建点",
    total=5,
    kinds=(
        QuotaKind(id="office", title="示范机关", least=2, most=4),
        QuotaKind(id="school", title="示范学校", least=2, most=3),
    ),
)


def county() -> Workflow:
    """Return a county's plan: four phases, an ordered sprint, a superior's phase, a dateless task."""
    return workflow(
        (
            phase("mobilize", "动员部署阶段", "2021-12-01", "2022-06-30", every(), next=("creation",)),
            phase(
                "creation",
                "全面创建阶段",
                "2022-07-01",
                "2022-09-30",
                every(
                    condition("tasks", tasks=("revive", "economy"), state="accepted"),
                    condition("quota", quota="points"),
                    condition("approval", approval="领导小组同意转入冲刺阶段"),
                ),
                next=("sprint",),
            ),
            phase(
                "sprint",
                "创建冲刺阶段",
                "2022-10-01",
                "2022-12-31",
                every(
                    condition("tasks", "各乡镇(街道)、县级部门自检自查报告全部审核通过", tasks=("selfcheck",)),
                    either(
                        condition("score", number="自评分", least=85.0, tasks=("selfcheck",)),
                        condition("approval", approval="领导小组同意以整改代替自评分要求"),
                    ),
                    condition("tasks", tasks=("summary",), state="submitted"),
                ),
                next=("acceptance",),
            ),
            phase(
                "acceptance",
                "迎接验收阶段",
                "2023-01-01",
                "2023-06-30",
                every(
                    condition("approval", approval="国家民委命名决定"),
                    condition("date", on_or_after=date(2023, 6, 1)),
                ),
                owner="superior",
                opens="entry",
            ),
        ),
        (
            task("revive", "以乡村振兴战略统领创建", "creation", responsible=(*DEPARTMENTS, *TOWNS)),
            task("economy", "以经济社会发展助推创建", "creation", responsible=DEPARTMENTS),
            task(
                "selfcheck",
                "开展自检自查",
                "sprint",
                Due(kind="date", on=date(2022, 11, 30)),
                responsible=(*TOWNS, *DEPARTMENTS),
                numbers={"自评分": "自评分"},
                needs=("file",),
                source=Source(clause="六(三)1", words="11月30日前", reading="年份取所在阶段"),
            ),
            task("meeting", "召开创建工作推进会议并点评通报", "sprint", Due(kind="none"), lead=("县教委",)),
            task(
                "summary",
                "报送创建工作总结报告",
                "sprint",
                Due(kind="offset", anchor="task:meeting", offset=Offset(count=10)),
                responsible=TOWNS,
                opens=Opens(kind="after", after=("meeting",)),
            ),
        ),
        title="某县深入推进示范县创建工作",
        quotas=(POINTS,),
    )


def city() -> Workflow:
    """Return a city's plan with 29 tasks and phases that share months."""
    clauses = "领导机制规划宣传教育培训文化旅游交通产业就业住房医疗法治调处信息督查考核总结"
    units = tuple(f"市{clauses[n]}{clauses[n + 1]}局" for n in range(20))
    spans = (
        ("p1", "安排部署阶段", "2022-10-01", "2023-07-31", 6),
        ("p2", "全面推进阶段", "2023-07-01", "2024-12-31", 13),
        ("p3", "巩固提升与查漏补缺阶段", "2024-10-01", "2025-03-31", 6),
        ("p4", "考核验收阶段", "2025-03-01", "2025-06-30", 4),
    )
    return workflow(
        (
            phase(id, title, first, last, next=(f"p{n + 2}",) if n < 3 else ())
            for n, (id, title, first, last, _) in enumerate(spans)
        ),
        (
            task(f"{id}-{n}", _city_title(n), id, responsible=units)
            for id, _, _, _, count in spans
            for n in range(count)
        ),
        title="平川市创建全国示范市工作",
        units=units,
    )


def _city_title(n: int) -> str:
    titles = (
        "健全创建工作领导体制和工作机制,层层压实各级党委(党组)主体责任并纳入年度考核",
        "深化宣传教育进机关、进企业、进社区、进乡镇、进学校、进宗教活动场所、进连队",
        "实施少数民族流动人口服务管理体系建设",
        "打造示范带",
    )
    return titles[n % len(titles)]


def assigned(
    id: int, task: str, unit: str, state: str = "issued", *, phase: str = "sprint", **more: object
) -> Assignment:
    values: dict[str, object] = {
        "campaign": 1, "period": "", "role": "responsible", "issued_on": date(2022, 10, 8)
    }  # fmt: skip
    return Assignment(id=id, task=task, unit=unit, state=state, phase=phase, **(values | more))  # type: ignore[arg-type]


def due(id: int, owed: Assignment, on: str, state: str = "armed", **more: object) -> Deadline:
    day = date.fromisoformat(on)
    values: dict[str, object] = {
        "campaign": 1, "phase": owed.phase, "kind": "due", "epoch": 1, "due_on": day,
        "first_due_on": day, "basis": "printed", "anchor_on": day, "offset": "", "ladder": "",
        "began_at": datetime(2022, 10, 8, 1, tzinfo=UTC),
    }  # fmt: skip
    return Deadline(id=id, assignment=owed.id, unit=owed.unit, state=state, **(values | more))  # type: ignore[arg-type]
