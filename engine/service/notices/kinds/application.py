"""An application to a superior, for which the whole was done (请示): it claims what is accepted, and no more (N6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.model import Assignment, Condition, Evidence, Item, Remark
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.notices.composing.lines import addressee
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from notifications.notice import Condition as Told


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    return {
        "unit": addressee(case, items[0]),
        "relation": "superior",
        "items": (),
        "award": case.plan.workflow.award,
        "score": _score(case),
        "conditions": tuple(Told(text=f"{a.unit}:{case.plan.tasks[a.task].title}") for a in _open(case)),
    }


# --- the self-check: the tasks whose numbers a gate asks for ---


def _asked(case: CampaignSession) -> dict[str, str]:
    """Return by task the number that gates ask it for: what the whole place scores itself."""
    leaves = (leaf for phase in case.plan.workflow.phases for leaf in _leaves(phase.gate))
    found = ((task, leaf.params["number"]) for leaf in leaves if "number" in leaf.params for task in _tasks(leaf))
    return {task: str(number) for task, number in found}


def _leaves(node: Condition) -> Iterator[Condition]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def _tasks(leaf: Condition) -> tuple[str, ...]:
    named: Any = leaf.params.get("tasks", ())
    return tuple(named)


def _self_checks(case: CampaignSession) -> list[Assignment]:
    found = case.work.find(Assignment, campaign=case.id, order="id")
    return [a for a in found if a.task in _asked(case) and a.state not in ("cancelled", "waived")]


def _is_checked(said: Said) -> bool:
    """Tell whether every self-check that a gate asks for was handed in and accepted, and there is one."""
    asked, found = {*_asked(said.case)}, _self_checks(said.case)
    return bool(asked) and {a.task for a in found} == asked and all(a.state == "accepted" for a in found)


def _score(case: CampaignSession) -> str:
    """Return the number that the one self-check of the whole place was accepted with."""
    accepted = [a for a in _self_checks(case) if a.state == "accepted"]
    if len(accepted) != 1:
        return ""
    [owed] = accepted
    found = case.work.find(Evidence, assignment=owed.id, submission=owed.submissions, kind="number", order="id")
    named = [piece.text for piece in found if piece.name == _asked(case)[owed.task]]
    return named[-1] if named else ""


# --- what was found, and put right ---


def _rectifications(case: CampaignSession) -> list[Assignment]:
    found = case.work.find(Assignment, campaign=case.id, order="id")
    return [a for a in found if case.plan.tasks[a.task].kind == "rectification" and a.state != "cancelled"]


def _open(case: CampaignSession) -> list[Assignment]:
    return [a for a in _rectifications(case) if a.state not in SETTLED]


def _is_put_right(said: Said) -> bool:
    """Tell whether something was found, and all of it was put right and struck off."""
    found, case = _rectifications(said.case), said.case
    undecided = case.work.find(Remark, campaign=case.id, kind="finding", state="open")
    return bool(found) and not undecided and all(a.state == "accepted" for a in found)


KIND = NoticeKind(
    name="application",
    fields=_fields,
    reaches_any=True,
    bears={
        "self_checked": _is_checked,
        "by_indicators": lambda said: said.case.plan.workflow.indicators is not None,
        "put_right": _is_put_right,
        "still_open": lambda said: bool(_open(said.case)),
        "scored": lambda said: bool(_score(said.case)),
    },
)
