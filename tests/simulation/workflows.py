"""Small workflows drawn by a seed: their files for the reader, and what an onlooker needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.draw import Draw

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE, GROUP = "创建办", "领导小组"
UNITS = (
    ("河东镇", "subordinate"),
    ("河西镇", "subordinate"),
    ("财政局", "subordinate"),
    ("教育局", "subordinate"),
    ("法院", "peer"),
    ("税务局", "vertical"),
    ("市民宗局", "superior"),
)
LEVELS = ("liaison", "deputy", "head")
CAPS = {"subordinate": 4, "peer": 2, "vertical": 2, "superior": -1}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A rung as it was written: `at` and `every` in working days, `count` points in all."""

    id: str
    at: int
    level: int
    notice: str
    delivery: str
    every: int = 0
    count: int = 1

    @property
    def text(self) -> str:
        again = f", every: {self.every}wd, count: {self.count}" if self.every else ""
        where = f"{{id: {self.id}, at: {self.at}wd, level: {self.level}, notice: {self.notice}"
        return f"{where}, delivery: {self.delivery}{again}}}"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A condition of a gate: tasks accepted, an approval given, a quota filled, a day come."""

    kind: str
    tasks: tuple[str, ...] = ()
    name: str = ""
    day: date | None = None
    least: int = 0

    @property
    def text(self) -> str:
        if self.kind == "tasks":
            return f"{{kind: tasks, tasks: [{', '.join(self.tasks)}]}}"
        if self.kind == "approval":
            return f"{{kind: approval, approval: {self.name}}}"
        if self.kind == "quota":
            return "{kind: quota, quota: points}"
        return f"{{kind: date, on_or_after: {self.day}}}"


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A phase as it was written; its gate is all, or any, of its leaves."""

    id: str
    first: date
    last: date
    automatic: bool
    entry: bool
    cancels: bool
    tree: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task as it was written; `due` is a printed day, or the text of another date."""

    id: str
    phase: str
    units: tuple[str, ...]
    due: date | str
    receipt: bool
    ladder: str
    after: str = ""
    counted: int = 0
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class Made:
    """A workflow that was drawn: its files and its parts."""

    bundle: dict[str, str]
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]
    ladders: dict[str, tuple[Rung, ...]]
    gaps: dict[str, int]
    units: dict[str, str]
    begins: datetime
    adopted: date
    rework: int

    def phase(self, name: str) -> Phase:
        return next(phase for phase in self.phases if phase.id == name)

    @property
    def ends(self) -> date:
        return self.phases[-1].last

    @property
    def approvals(self) -> list[str]:
        return [leaf.name for phase in self.phases for leaf in phase.leaves if leaf.kind == "approval"]

    @property
    def has_quota(self) -> bool:
        return any(leaf.kind == "quota" for phase in self.phases for leaf in phase.leaves)


def drawn(draw: Draw) -> Made:
    """Return the workflow of a seed."""
    first = date(2024, 1, 1) + timedelta(days=draw.whole(0, 900))
    units = dict(draw.some(UNITS[:5], 2)) | dict(draw.some(UNITS[5:]))
    spans = _windows(draw, first)
    nudge = Rung(id="催问", at=1, level=0, notice="office_nudge", delivery="send")
    ladders = {
        "due": _ladder(draw),
        "above": (nudge,),
        "receipt": _receipt_ladder(),
        "review": _review_ladder(),
        "gate": _gate_ladder(draw),
    }
    gaps = {"due": draw.pick((0, 1, 1, 2)), "above": 1, "receipt": 1, "review": 1, "gate": 1}
    tasks = tuple(_tasks(draw, spans, [name for name in units if units[name] != "superior"], list(units)))
    phases = tuple(_phase(draw, n, spans, tasks) for n in range(len(spans)))
    begins = datetime.combine(
        first + timedelta(days=draw.whole(0, 6)), time(draw.whole(7, 18), draw.whole(0, 59)), ZONE
    )
    rework = draw.whole(2, 5)
    parts = (units, ladders, gaps, tasks, phases, _contacts(draw, units), rework)
    return Made(
        bundle={"workflow.yaml": _text(draw, *parts), **_templates(draw)},
        phases=phases,
        tasks=tasks,
        ladders=ladders,
        gaps=gaps,
        units={GROUP: "superior", OFFICE: "office", **units},
        begins=begins,
        adopted=begins.date(),
        rework=rework,
    )


# --- its parts ---


def _windows(draw: Draw, first: date) -> list[tuple[date, date]]:
    found = []
    for _ in range(draw.pick((2, 2, 2, 3, 4))):
        last = first + timedelta(days=draw.whole(9, 24))
        found.append((first, last))
        first = last + timedelta(days=1)
    return found


def _ladder(draw: Draw) -> tuple[Rung, ...]:
    """Draw a ladder of some of the levels; those that repeat end with a count."""
    rungs = [Rung(id="提前", at=-draw.whole(0, 4), level=0, notice="reminder", delivery="send")]
    if draw.chance(0.3):
        again = {"every": 1, "count": draw.whole(2, 3)}
        rungs[0] = Rung(id="提前", at=-4, level=0, notice="reminder", delivery="send", **again)
    at = draw.whole(1, 2)
    levels = [level for level in (0, 1, 2, 3, 4) if draw.chance(0.75)] or [0]
    for level in levels:
        again = {"every": draw.whole(1, 2), "count": draw.whole(2, 4)} if level < 2 and draw.chance(0.35) else {}
        kind = {3: "supervise", 4: "bulletin"}.get(level, "overdue")
        how = "draft" if level > 2 else draw.pick(("send", "send", "release", "manual"))
        rungs.append(Rung(id=f"第{level}级", at=at, level=level, notice=kind, delivery=how, **again))
        at += draw.whole(0, 3)
    return tuple(rungs)


def _receipt_ladder() -> tuple[Rung, ...]:
    return (Rung(id="签收", at=1, level=0, notice="receipt_reminder", delivery="send"),)


def _review_ladder() -> tuple[Rung, ...]:
    return (Rung(id="审核", at=0, level=0, notice="office_nudge", delivery="send"),)


def _gate_ladder(draw: Draw) -> tuple[Rung, ...]:
    late = Rung(id="未转段", at=1, level=0, notice="gate_late", delivery="send")
    higher = Rung(id="报小组", at=draw.whole(2, 4), level=3, notice="gate_late", delivery="release")
    return (late, higher) if draw.chance(0.5) else (late,)


def _tasks(draw: Draw, spans: list[tuple[date, date]], ours: list[str], all_units: list[str]) -> list[Task]:
    found: list[Task] = []
    for n in range(draw.pick((2, 2, 3, 3, 4, 5))):
        place = min(draw.whole(0, len(spans)), len(spans) - 1) if n else 0
        first, last = spans[place]
        units = draw.some(ours, 1)[: draw.pick((1, 2, 2, 3))]
        above = [unit for unit in all_units if unit not in ours] if draw.chance(0.15) else []
        kind = draw.pick(("date", "date", "date", "issued", "end"))
        day = first + timedelta(days=draw.whole(3, (last - first).days))
        days = draw.whole(2, 8)
        due = {"date": day, "issued": f"{{after: issued, offset: {days}wd}}", "end": "phase end"}[kind]
        before = [task.id for task in found if task.phase == f"p{place}" and not task.after]
        found.append(
            Task(
                id=f"t{n}",
                phase=f"p{place}",
                units=(*units, *above),
                due=due,
                receipt=draw.chance(0.4),
                ladder="above" if above else "due" if draw.chance(0.9) else "none",
                after=before[0] if before and kind == "issued" and draw.chance(0.5) else "",
                counted=draw.whole(1, 2) if draw.chance(0.15) else 0,
                days=days,
            )
        )
    return found


def _phase(draw: Draw, n: int, spans: list[tuple[date, date]], tasks: tuple[Task, ...]) -> Phase:
    first, last = spans[n]
    own = tuple(task.id for task in tasks if task.phase == f"p{n}")
    choices = [
        Leaf(kind="approval", name=f"同意{n}"),
        Leaf(kind="date", day=first + timedelta(days=draw.whole(2, 9))),
    ]
    choices += [Leaf(kind="quota", least=draw.pick((2,)))] if draw.chance(0.3) else []
    leaves = ([Leaf(kind="tasks", tasks=own)] if own else []) + draw.some(choices)
    return Phase(
        id=f"p{n}",
        first=first,
        last=last,
        automatic=draw.chance(0.45),
        entry=n > 0 and draw.chance(0.3),
        cancels=draw.chance(0.15),
        tree="any" if len(leaves) > 1 and draw.chance(0.2) else "all",
        leaves=tuple(leaves or [choices[0]]),
    )


def _contacts(draw: Draw, units: dict[str, str]) -> dict[str, list[str]]:
    """Draw who has a contact at which level; most have all."""
    return {unit: [level for level in LEVELS if draw.chance(0.9)] for unit in units}


def _templates(draw: Draw) -> dict[str, str]:
    """Draw a template that fails for one that is told alone."""
    if not draw.chance(0.12):
        return {}
    blocks = {"subject": "催办", "body": "{{ items[1].title }}", "short": "催办"}
    text = "".join(f"{{% block {name} %}}{words}{{% endblock %}}" for name, words in blocks.items())
    return {"templates/overdue.j2": text}


# --- as text ---


def _text(
    draw: Draw,
    units: dict[str, str],
    ladders: dict[str, tuple[Rung, ...]],
    gaps: dict[str, int],
    tasks: tuple[Task, ...],
    phases: tuple[Phase, ...],
    contacts: dict[str, list[str]],
    rework: int,
) -> str:
    codes = {name: f"u{n}" for n, name in enumerate(units)}
    lines = [
        "phasegate: 1",
        "id: drawn",
        "title: 小溪县创建工作",
        'version: "1"',
        "place: 小溪县",
        f"document: {{title: 小溪县创建工作方案, issued_on: {phases[0].first}}}",
        f"office: {OFFICE}",
        f"leading_group: {GROUP}",
        "mark: 溪创建发",
        "units:",
        f"  - {{name: {GROUP}, relation: superior, contacts: {{group: group@xiaoxi.example.org}}}}",
        f"  - {{name: {OFFICE}, contacts: {{liaison: office@xiaoxi.example.org}}}}",
    ]
    for name, relation in units.items():
        known = ", ".join(f"{level}: {level}@{codes[name]}.example.org" for level in contacts[name])
        lines.append(f"  - {{name: {name}, relation: {relation}, contacts: {{{known}}}}}")
    lines += ["reminders: daily", "ladders:"]
    for name, rungs in ladders.items():
        lines += [f"  {name}:", f"    min_gap: {gaps[name]}wd", "    rungs:"]
        lines += [f"      - {rung.text}" for rung in rungs]
    lines += [
        f"defaults: {{issue: letters, receipt: none, review: {draw.whole(1, 4)}wd, rework: {rework}wd, ladder: due,"
        " receipt_ladder: receipt, review_ladder: review, gate_ladder: gate}",
    ]
    if any(leaf.kind == "quota" for phase in phases for leaf in phase.leaves):
        lines += ["quotas:", "  - {id: points, title: 示范点, kinds: [{id: village, title: 示范村, range: 2..4}]}"]
    lines += ["phases:"]
    for phase in phases:
        lines += [f"  - id: {phase.id}", f"    title: 阶段{phase.id}", f"    window: {phase.first}..{phase.last}"]
        lines += ["    advance: automatic"] if phase.automatic else []
        lines += ["    opens: entry"] if phase.entry else []
        lines += ["    on_exit: cancel"] if phase.cancels else []
        lines += [f"    gate: {{{phase.tree}: [{', '.join(leaf.text for leaf in phase.leaves)}]}}"]
    lines += ["tasks:"]
    for task in tasks:
        lines += [f"  - id: {task.id}", f"    title: 报送{task.id}", f"    phase: {task.phase}"]
        lines += [f"    responsible: [{', '.join(task.units)}]", f"    due: {task.due}"]
        lines += ["    receipt: 1wd"] if task.receipt else []
        lines += [f"    ladder: {task.ladder}"] if task.ladder != "due" else []
        lines += [f"    opens: {{after: [{task.after}]}}"] if task.after else []
        if task.counted:
            lines += [
                "    duties:",
                f"      - {{id: c, title: 学习, least: {task.counted}, per: month, until: phase}}",
            ]
    return "\n".join(lines) + "\n"
