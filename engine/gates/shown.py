"""A gate and the verdict on it as people read them: composed when they are shown, never recorded (SEMANTICS H1)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

from engine.gates.kinds import KINDS
from engine.gates.kinds.kind import ITEMS
from engine.gates.verdict import TREES
from engine.model import Condition, ConditionVerdict, Phase, Verdict, VerdictPart, Workflow
from engine.model.plain import plain as plain_record
from engine.records import record

NAMED = 5
"""How many of those who are missing a sentence names."""


@record
class ShownCondition:
    """A condition as it is read: what must hold, what was counted and needed, and who is missing where it does not.

    `met` are all who were counted, as the verdict has them, `measure` is what is counted (项, 个单位, 分).
    """

    id: str
    kind: str
    text: str
    holds: bool
    counted: str
    needed: str
    missing: tuple[str, ...] = ()
    met: tuple[VerdictPart, ...] = ()
    measure: str = ""
    children: tuple[ShownCondition, ...] = ()


def sentences(condition: Condition, workflow: Workflow) -> tuple[str, ...]:
    """Return the conditions of a gate in words, one each; what hangs together by `any` is one."""
    if condition.kind == "all":
        return tuple(text for child in condition.children for text in sentences(child, workflow))
    return (text_of(condition, workflow),)


def texts(phase: Phase, workflow: Workflow) -> dict[str, str]:
    """Return what each condition of a phase's gate asks for, in words, by its id."""
    gate = phase.gate.children if phase.gate.kind == "all" else (phase.gate,)
    return {condition.id: text_of(condition, workflow) for condition in gate}


def asked_of_units(phase: Phase, workflow: Workflow) -> tuple[str, ...]:
    """Return the conditions of a gate in words that come about by work: no decision, no day."""
    gate = phase.gate.children if phase.gate.kind == "all" else (phase.gate,)
    return tuple(text_of(each, workflow) for each in gate if each.kind not in ("approval", "date"))


def shown(verdict: Verdict, phase: Phase, workflow: Workflow) -> tuple[ShownCondition, ...]:
    """Return the conditions of a verdict as they are read, worded by the gate of its phase."""
    gate = phase.gate.children if phase.gate.kind == "all" else (phase.gate,)
    return tuple(_beside(gate, verdict.conditions, workflow))


def plain(verdict: Verdict, phase: Phase, workflow: Workflow) -> dict[str, object]:
    """Return a verdict as people read it, as a value of JSON."""
    conditions = [_plain(each) for each in shown(verdict, phase, workflow)]
    return {"phase": verdict.phase, "open": verdict.open, "conditions": conditions}


def why_shut(verdict: Verdict, phase: Phase, workflow: Workflow) -> str:
    """Return in one line what does not hold, each condition with the first of those who are missing."""
    return ";".join(_line(each) for each in shown(verdict, phase, workflow) if not each.holds)


def _line(condition: ShownCondition) -> str:
    missing = f"({'、'.join(condition.missing[:NAMED])}{' 等' if len(condition.missing) > NAMED else ''})"
    return f"{condition.text} {condition.counted}/{condition.needed}{missing if condition.missing else ''}"


def _beside(
    gate: tuple[Condition, ...], found: tuple[ConditionVerdict, ...], workflow: Workflow
) -> Iterator[ShownCondition]:
    """Yield conditions of a verdict with those of the gate beside them; a gate that changed since may have fewer."""
    for condition, each in zip(chain(gate, repeat(None)), found, strict=False):
        known = condition if condition and (condition.id, condition.kind) == (each.id, each.kind) else None
        yield _shown(each, known or Condition(id=each.id, kind=each.kind, text=each.id), workflow)


def _shown(found: ConditionVerdict, condition: Condition, workflow: Workflow) -> ShownCondition:
    children = tuple(_beside(condition.children, found.children, workflow))
    figures, missing = (found.counted, found.needed), [name for child in children for name in child.missing]
    measure = ITEMS
    if found.kind not in TREES:
        kind = KINDS[found.kind]
        figures, missing = kind.figures(found), [*kind.lacking(found.missing, condition.params, workflow)]
        measure = kind.measure(condition.params)
    return ShownCondition(
        id=found.id,
        kind=found.kind,
        text=text_of(condition, workflow),
        holds=found.holds,
        counted=figures[0],
        needed=figures[1],
        missing=() if found.holds else tuple(dict.fromkeys(missing)),
        met=found.met,
        measure=measure,
        children=children,
    )


def text_of(condition: Condition, workflow: Workflow) -> str:
    """Return one condition in words, what hangs together below it as one sentence."""
    if condition.text:
        return condition.text
    if condition.kind in TREES:
        between = ";" if condition.kind == "all" else ",或者"
        return between.join(text_of(child, workflow) for child in condition.children)
    return KINDS[condition.kind].sentence(condition.params, workflow)


def _plain(condition: ShownCondition) -> dict[str, object]:
    return {
        "id": condition.id,
        "kind": condition.kind,
        "text": condition.text,
        "holds": condition.holds,
        "counted": condition.counted,
        "needed": condition.needed,
        "missing": list(condition.missing),
        "met": [plain_record(part) for part in condition.met],
        "children": [_plain(child) for child in condition.children],
    }
