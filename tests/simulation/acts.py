"""What people do in a run: drawn from what an onlooker sees, mostly sensible, sometimes not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.simulation.draw import Draw
from tests.simulation.workflows import GROUP, OFFICE, ZONE

if TYPE_CHECKING:
    from tests.simulation.world import World

PAPER = {"reason": "经研究", "document": "会议纪要3号"}
VOUCHER = {"name": "电话记录", "text": "来电"}
SHORT = 0xFFFFFFFF


@dataclass
class Act:
    """One thing somebody asks for, and what became of it; `is_unknown` once an answer was lost."""

    action: str
    given: dict[str, Any]
    actor: str = "office"
    key: str = ""
    asked: int = 0
    answered: int = 0
    tries: int = 0
    outcome: str = ""
    is_unknown: bool = False
    answer: Any = None

    def __str__(self) -> str:
        told = {name: value for name, value in self.given.items() if name != "bundle"}
        return f"{self.action} {told} as {self.actor} [{self.key}]"

    @property
    def can_be_repeated(self) -> bool:
        """Tell whether asking again does no harm: it bears a key, or is one of its own kind."""
        return bool(self.key) or self.action in ("create", "accept clock")

    @property
    def is_over(self) -> bool:
        return bool(self.outcome)

    def answer_with(self, world: World, outcome: str, answer: Any) -> None:
        """Take an answer: from here on it is acknowledged."""
        self.outcome, self.answer, self.answered = outcome, answer, world.steps
        world.note("world", f"acknowledged: {outcome} {self}")

    def lose_answer(self) -> None:
        """Have no answer; what cannot be asked again is left at that."""
        self.is_unknown = True
        if not self.can_be_repeated:
            self.outcome = "unknown"

    def puts_off(self, world: World, why: str) -> None:
        """Take a word that nothing was done; where an answer was lost before, that says nothing of the first try."""
        world.note("world", f"nothing done: {why} {self}")
        if self.action == "create" and "PG203" in why:
            self.outcome = "done"
        elif not self.is_unknown or self.tries > 8:
            self.outcome = "unknown" if self.is_unknown else "nothing"


# --- drawing ---


@dataclass
class Sight:
    """What somebody sees of the campaign before acting."""

    world: World
    draw: Draw
    today: date
    assignments: list[tuple[Any, ...]] = field(default_factory=list)


def first_act(world: World) -> Act:
    """Return the act that begins the campaign."""
    given = {"bundle": world.made.bundle, "adopted": world.made.adopted.isoformat()}
    return Act("create", given)


def drawn_acts(world: World) -> list[Act]:
    """Return what somebody does now; at times two do the same at once."""
    draw = world.acting
    rows = world.store.rows('SELECT state, phase FROM "campaign" ORDER BY id')
    if not rows:
        return []
    found = _act(world, draw, *rows[0])
    if found is None:
        return []
    world.acts_drawn += 1
    if draw.chance(0.93):
        found.key = f"k{world.acts_drawn}"
    two = found.action in ("advance", "submit", "accept", "override") and draw.chance(0.35)
    if not two:
        return [found]
    other = Act(found.action, dict(found.given), found.actor, f"k{world.acts_drawn}b" if found.key else "")
    return [found, other]


def _act(world: World, draw: Draw, state: str, phase: str) -> Act | None:
    choices: list[tuple[int, Callable[[World, Draw, str], Act | None]]] = [
        (14, _of_assignment),
        (4, _advance),
        (3, _approve),
        (2, _designate),
        (3, _of_notice),
        (2, _contact),
        (1, _pause),
        (1, _override),
        (4, _taken_back),
        (1, _of_dates),
        (1, _again),
    ]
    if state != "running":
        choices = [(3, _of_notice), (1, _contact), (1, _advance), (1, _again)]
    wanted = draw.whole(1, sum(weight for weight, _ in choices))
    for weight, choose in choices:
        wanted -= weight
        if wanted <= 0:
            return choose(world, draw, phase)
    return None


def _today(world: World) -> date:
    return world.clock.now().astimezone(ZONE).date()


def _of_assignment(world: World, draw: Draw, phase: str) -> Act | None:
    rows = world.store.rows('SELECT task, unit, period, state FROM "assignment" ORDER BY id')
    owed = [row for row in rows if row[3] in ("issued", "received", "submitted", "returned")]
    if not rows:
        return None
    task, unit, period, state = draw.pick(owed if owed and draw.chance(0.93) else rows)
    named = {"task": task, "unit": unit}
    if period:
        return Act("count", named | {"note": "活动", "voucher": VOUCHER})
    if state == "submitted" and draw.chance(0.85):
        action = draw.pick(("accept", "accept", "accept", "return", "submit"))
    else:
        action = draw.pick(
            ("receive", *("submit",) * 7, "extend", "grant", "hold", "raise", "waive", "object", "accept", "pause")
        )
    return _about(world, draw, action, task, unit)


def _about(world: World, draw: Draw, action: str, task: str, unit: str) -> Act:
    named = {"task": task, "unit": unit}
    today = _today(world)
    later = (today + timedelta(days=draw.whole(1, 25))).isoformat()
    if action in ("receive", "submit"):
        if world.made.units.get(unit) == "superior" or draw.chance(0.25):
            return Act(action, named | {"note": "材料", "voucher": VOUCHER})
        return Act(action, {"task": task, "note": "材料"}, unit)
    if action == "object":
        return Act(action, {"task": task, "reason": "不属本单位职责"}, unit)
    if action == "return":
        return Act(action, named | {"reason": "缺附表", "empty": draw.chance(0.3)})
    if action in ("extend", "grant"):
        beyond = {"beyond": True} if draw.chance(0.7) else {}
        return Act(action, named | PAPER | {"to": later} | beyond, "leader" if action == "grant" else "office")
    if action in ("hold", "raise"):
        extra = {"off": True} if action == "hold" and draw.chance(0.3) else {}
        return Act(action, named | {"level": draw.whole(0, 2), "reason": "电话未接"} | extra)
    if action == "pause":
        shift = {"shift": True} if draw.chance(0.5) else {}
        return Act(draw.pick(("pause", "resume")), named | PAPER | shift)
    return Act(action, named | (PAPER if action == "waive" else {}))


def _advance(world: World, draw: Draw, phase: str) -> Act:
    since = {"from": phase} if draw.chance(0.6) else {}
    return Act("advance", {"decision": "会议纪要4号"} | since, draw.pick(("office", "leader")))


def _override(world: World, draw: Draw, phase: str) -> Act:
    if draw.chance(0.3):
        later = (_today(world) + timedelta(days=draw.whole(3, 20))).isoformat()
        return Act("pass", {"due": later, "document": "会议纪要6号"}, "leader")
    return Act("override", dict(PAPER) | {"from": phase}, draw.pick(("leader", "leader", "office")))


def _approve(world: World, draw: Draw, phase: str) -> Act | None:
    if not world.made.approvals:
        return None
    return Act("approve", {"name": draw.pick(world.made.approvals), "document": "会议纪要4号"}, "leader")


def _designate(world: World, draw: Draw, phase: str) -> Act | None:
    if not world.made.has_quota:
        return _approve(world, draw, phase)
    number = draw.pick((1, 1, 2, -1))
    unit = "河东镇" if "河东镇" in world.made.units else OFFICE
    named = {"quota": "points", "kind": "village", "unit": unit, "number": abs(number)}
    if number < 0:
        return Act("undesignate", named | _paper(draw))
    return Act("designate", named)


def _paper(draw: Draw) -> dict[str, str]:
    """Return what taking back rests on: most often a document, at times a reason alone."""
    return dict(PAPER) if draw.chance(0.8) else {"reason": "误点"}


def _taken_back(world: World, draw: Draw, phase: str) -> Act | None:
    """Take back an acceptance, a waiver or an approval, or bring the campaign back to a phase that it left."""
    if draw.chance(0.3):
        return Act("return_phase", dict(PAPER), draw.pick(("leader", "leader", "office")))
    if world.made.approvals and draw.chance(0.3):
        named = {"name": draw.pick(world.made.approvals)}
        return Act("unapprove", named | _paper(draw), draw.pick(("leader", "leader", "office")))
    rows = world.store.rows('SELECT task, unit, period, state FROM "assignment" ORDER BY id')
    settled = [row for row in rows if row[3] in ("accepted", "waived") and not row[2]]
    if not settled:
        return None
    task, unit, _, state = draw.pick(settled)
    named = {"task": task, "unit": unit}
    return Act("unwaive" if state == "waived" else "unaccept", named | _paper(draw))


def _contact(world: World, draw: Draw, phase: str) -> Act:
    unit = draw.pick([name for name in world.made.units if name != GROUP])
    address = draw.pick(
        ("", f"new{draw.whole(1, 99)}@xiaoxi.example.org", f"new{draw.whole(1, 99)}@xiaoxi.example.org")
    )
    return Act("contact", {"unit": unit, "level": draw.pick((0, 0, 1, 2)), "address": address, "reason": "换人"})


def _pause(world: World, draw: Draw, phase: str) -> Act:
    shift = {"shift": True} if draw.chance(0.4) else {}
    scope = {"phase": phase} if draw.chance(0.3) else {}
    return Act(draw.pick(("pause", "resume", "resume")), dict(PAPER) | scope | shift, draw.pick(("office", "leader")))


def _of_dates(world: World, draw: Draw, phase: str) -> Act:
    later = (_today(world) + timedelta(days=draw.whole(1, 40))).isoformat()
    if draw.chance(0.5):
        return Act(
            "adjust",
            {
                "phase": phase,
                "last_day": later,
                "document": "会议纪要7号",
                "with_printed": draw.chance(0.5),
                "beyond": True,
            },
        )
    return Act(
        "reschedule", {"task": draw.pick(world.made.tasks).id, "to": later, "document": "会议纪要7号", "beyond": True}
    )


def _of_notice(world: World, draw: Draw, phase: str) -> Act | None:
    """Release, withhold, sign or try again what waits for a person."""
    rows = world.store.rows(
        "SELECT id, state, kind FROM \"notice\" WHERE state IN ('listed', 'draft', 'withheld', 'sent') ORDER BY id"
    )
    failed = [row[0] for row in world.store.rows("SELECT id FROM \"outbox\" WHERE state = 'failed' ORDER BY id")]
    if failed and draw.chance(0.6):
        return Act("retry", {"outgoing": draw.some(failed, 1)})
    waiting = [row for row in rows if row[1] != "sent"]
    if not waiting and not (rows and draw.chance(0.2)):
        return None
    number, state, _ = draw.pick(waiting or rows)
    named = {"notice": str(number & SHORT)}
    if state == "sent":
        return Act("correct", named | {"wrong": "甲", "right": "乙"})
    if draw.chance(0.2):
        return Act("withhold", named | {"reason": "暂不通报"})
    return Act("sign", named, "leader") if state == "draft" else Act("release", named)


def _again(world: World, draw: Draw, phase: str) -> Act:
    return Act("again", {})
