"""The verdict of a gate by recorded facts (SEMANTICS G1); it holds codes, names and figures, and no words of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.gates.facts import Facts, Reads
from engine.gates.kinds import KINDS
from engine.model import Condition, ConditionVerdict, Phase, Verdict, VerdictPart

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


def unmet(found: ConditionVerdict) -> Iterator[VerdictPart]:
    """Yield what keeps a condition from holding; nothing where it holds, though some may be missing."""
    if found.holds:
        return
    yield from found.missing
    for child in found.children:
        yield from unmet(child)


def leaves(verdict: Verdict, gate: Condition | None) -> Iterator[tuple[ConditionVerdict, Condition | None]]:
    """Yield what each condition of a verdict found, with that condition, or with none where `gate` has it no more."""
    top = [] if gate is None else [*gate.children] if gate.kind == "all" else [gate]
    yield from _leaves(verdict.conditions, top)


def _leaves(
    found: Sequence[ConditionVerdict], asked: Sequence[Condition]
) -> Iterator[tuple[ConditionVerdict, Condition | None]]:
    for place, each in enumerate(found):
        beside = asked[place] if place < len(asked) else None
        known = beside if beside is not None and (beside.id, beside.kind) == (each.id, each.kind) else None
        if each.kind in TREES:
            yield from _leaves(each.children, known.children if known else ())
        else:
            yield each, known


def _judge(condition: Condition, facts: Facts) -> ConditionVerdict:
    if condition.kind in TREES:
        return _judge_tree(condition, facts)
    found = KINDS[condition.kind].judge(condition.params, facts)
    return ConditionVerdict(
        id=condition.id,
        kind=condition.kind,
        holds=found.holds,
        counted=found.counted,
        needed=found.needed,
        missing=found.missing,
        met=found.met,
    )


def _judge_tree(condition: Condition, facts: Facts) -> ConditionVerdict:
    children = tuple(_judge(child, facts) for child in condition.children)
    held = sum(child.holds for child in children)
    needed = len(children) if condition.kind == "all" else 1
    return ConditionVerdict(
        id=condition.id,
        kind=condition.kind,
        holds=held >= needed,
        counted=str(held),
        needed=str(needed),
        children=children,
    )
