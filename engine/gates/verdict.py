"""The verdict of a gate, and its plain form that is printed, mailed and recorded alike (SEMANTICS G1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from engine.gates.facts import Facts, Reads
from engine.gates.kinds import KINDS
from engine.model import Condition, ConditionVerdict, Phase, Verdict, Workflow

TREES = ("all", "any")
"""The inner nodes of a gate."""


def judge(phase: Phase, facts: Facts) -> Verdict:
    """Return the verdict on the gate of `phase` by `facts`; open if and only if its tree holds."""
    root = _judge(phase.gate, facts)
    listed = root.children if phase.gate.kind == "all" else (root,)
    return Verdict(phase=phase.id, open=root.holds, conditions=listed)


def reads(condition: Condition) -> Reads:
    """Return everything that `condition` reads, itself or in its tree (G2, F2)."""
    if condition.kind not in TREES:
        return KINDS[condition.kind].reads(condition.params)
    found = Reads()
    for child in condition.children:
        found |= reads(child)
    return found


def sentences(condition: Condition, workflow: Workflow) -> tuple[str, ...]:
    """Return the conditions of a gate in words, one each; what hangs together by `any` is one."""
    if condition.kind == "all":
        return tuple(text for child in condition.children for text in sentences(child, workflow))
    return (sentence(condition, workflow),)


def plain(verdict: Verdict) -> dict[str, object]:
    """Return `verdict` as a value of JSON; `from_plain` gives it back."""
    return {
        "phase": verdict.phase,
        "open": verdict.open,
        "conditions": [_plain(condition) for condition in verdict.conditions],
    }


def from_plain(value: Mapping[str, object]) -> Verdict:
    """Return the verdict of which `value` is the plain form."""
    conditions = cast(list[Mapping[str, object]], value["conditions"])
    return Verdict(
        phase=cast(str, value["phase"]),
        open=cast(bool, value["open"]),
        conditions=tuple(_from_plain(condition) for condition in conditions),
    )


def _judge(condition: Condition, facts: Facts) -> ConditionVerdict:
    if condition.kind in TREES:
        return _judge_tree(condition, facts)
    found = KINDS[condition.kind].judge(condition.params, facts)
    return ConditionVerdict(
        id=condition.id,
        kind=condition.kind,
        text=sentence(condition, facts.workflow),
        holds=found.holds,
        counted=found.counted,
        needed=found.needed,
        missing=found.missing,
    )


def _judge_tree(condition: Condition, facts: Facts) -> ConditionVerdict:
    children = tuple(_judge(child, facts) for child in condition.children)
    held = sum(child.holds for child in children)
    needed = len(children) if condition.kind == "all" else 1
    missing = () if held >= needed else _once(name for child in children for name in child.missing)
    return ConditionVerdict(
        id=condition.id,
        kind=condition.kind,
        text=sentence(condition, facts.workflow),
        holds=held >= needed,
        counted=str(held),
        needed=str(needed),
        missing=missing,
        children=children,
    )


def sentence(condition: Condition, workflow: Workflow) -> str:
    """Return one condition in words, what hangs together below it as one sentence."""
    if condition.text:
        return condition.text
    if condition.kind in TREES:
        between = ";" if condition.kind == "all" else ",或者"
        return between.join(sentence(child, workflow) for child in condition.children)
    return KINDS[condition.kind].sentence(condition.params, workflow)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _plain(verdict: ConditionVerdict) -> dict[str, object]:
    return {
        "id": verdict.id,
        "kind": verdict.kind,
        "text": verdict.text,
        "holds": verdict.holds,
        "counted": verdict.counted,
        "needed": verdict.needed,
        "missing": list(verdict.missing),
        "children": [_plain(child) for child in verdict.children],
    }


def _from_plain(value: Mapping[str, object]) -> ConditionVerdict:
    children = cast(list[Mapping[str, object]], value["children"])
    return ConditionVerdict(
        id=cast(str, value["id"]),
        kind=cast(str, value["kind"]),
        text=cast(str, value["text"]),
        holds=cast(bool, value["holds"]),
        counted=cast(str, value["counted"]),
        needed=cast(str, value["needed"]),
        missing=tuple(cast(list[str], value["missing"])),
        children=tuple(_from_plain(child) for child in children),
    )
