"""A running campaign moves to another version of its workflow (SEMANTICS P4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from engine import reader
from engine.model import Assignment, Deadline, Item, PhaseState, Tally, Task, Workflow
from engine.model.plain import Ref, short
from engine.records import field, record, replace
from engine.service.campaigns import versions
from engine.service.campaigns.apply import versions as effects
from engine.service.campaigns.apply.versions import Added, Placed, Recast, Reladdered
from engine.service.campaigns.versions import Owing, Then
from engine.service.duties.apply import phases, redating
from engine.service.duties.apply.redating import Moved
from engine.service.duties.commands.duties import subject_of
from engine.service.indicators import rules as indicators
from engine.service.kernel import contacts
from engine.service.kernel.action import Action, Answer, Decision, refuse
from engine.service.kernel.actor import Actor
from engine.service.kernel.amendments import NONE, Amendments
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.comparing import same
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Inner, Line, Text
from engine.service.kernel.plan import keep_edition

EITHER = frozenset({"office", "leader"})
FIXED = ("id", "calendar", "timezone", "office", "leading_group")
"""What a campaign keeps as long as it runs."""


@record
class Changes:
    """What changes of a running campaign by the move: dates, ladders, who owes what, phases, and what is read anew.

    `missed` are assignments whose day was missed before and stays. `gate` says that the gate itself is another,
    `gate_reads` that it may read otherwise what was recorded; `aside` is tried again.
    """

    moved: tuple[Moved, ...] = ()
    missed: tuple[str, ...] = ()
    ladders: tuple[Reladdered, ...] = ()
    ended: tuple[Ref, ...] = ()
    cancelled: tuple[Ref, ...] = ()
    again: tuple[Ref, ...] = ()
    added: tuple[Added, ...] = ()
    roles: tuple[Recast, ...] = ()
    recounted: tuple[str, ...] = ()
    phases: tuple[Placed, ...] = ()
    dropped: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    gate: bool = False
    gate_reads: bool = False
    aside: tuple[Ref, ...] = ()


@record
class VersionMoved:
    """A campaign moved from one version of its workflow to another, by their hashes and on a document.

    `extra` is the hash of the amendments that were carried over; `dates_dropped` are days of tasks that are gone.
    """

    before: str
    to: str
    document: str
    changes: Changes
    extra: str = ""
    dates_dropped: Mapping[str, date] = field(default_factory=dict)


@record
class MoveTo:
    """Move a running campaign to another version of its workflow, whose texts the `bundle` holds."""

    bundle: Inner
    reason: Text = ""
    document: Line


def _decide_move(case: CampaignSession, actor: Actor, asked: MoveTo) -> Decision:
    new = reader.read(asked.bundle, case.head.key)
    _require_another(case, new)
    _require_room(case, new)
    after, dropped = versions.carried_over(case, new)
    then = versions.then_of(case, new, after)
    owing = versions.owing(case, then, after)
    changes = _changes(case, then, owing, new)
    _require_heard(case, then, changes)
    facts = VersionMoved(
        before=case.head.workflow,
        to=keep_edition(case.work, asked.bundle, new),
        document=asked.document,
        changes=changes,
        extra=_pinned(case, after, owing),
        dates_dropped=dropped,
    )
    subject = f"{case.plan.workflow.version} → {new.version}"
    return Decision(subject=subject, facts=facts, reason=asked.reason)


def _pinned(case: CampaignSession, after: Amendments, owing: Owing) -> str:
    """Return the hash of the amendments with what is cancelled, so that it can be owed again."""
    again = {short(number) for number in owing.again}
    kept = [number for number in after.cancelled if number not in again]
    changed = replace(after, cancelled=(*kept, *map(short, owing.cancelled)))
    return "" if changed == NONE else case.pinned(changed)


# --- what cannot be ---


def _require_another(case: CampaignSession, new: Workflow) -> None:
    old = case.plan.workflow
    if new.sha == old.sha:
        raise refuse("runs_this_version", version=new.version)
    for name in FIXED:
        if getattr(new, name) != getattr(old, name):
            raise refuse("another_workflow", name=name, new=getattr(new, name), old=getattr(old, name))
    if new.version == old.version:
        raise refuse("version_names_another", version=new.version)
    if case.is_paused:
        raise refuse("campaign_paused")


def _require_room(case: CampaignSession, new: Workflow) -> None:
    """What is recorded must have its place in the new version; tasks and units may go."""
    for state in case.phase_states():
        if state.phase not in {phase.id for phase in new.phases} and state.state in ("open", "left"):
            raise refuse(
                "stands_in_phase" if state.phase == case.head.phase else "worked_in_phase", phase=state.phase
            )
    known = {state.phase for state in case.phase_states()}
    for phase in new.phases:
        if phase.id not in known and phase.window.last_day < case.today:
            raise refuse("new_phase_over", phase=phase.id, last_day=phase.window.last_day)
    for code, found in {
        "no_place": _without_place(case, new),
        "no_place_for_vetoes": indicators.vetoes_without_place(case, new),
        "no_place_for_periods": _periods_without_place(case, new),
    }.items():
        if gone := list(dict.fromkeys(found)):
            raise refuse(code, names=gone)


def _without_place(case: CampaignSession, new: Workflow) -> Iterator[str]:
    """Yield what was recorded of things that the new version does not know."""
    quotas = {(quota.id, kind.id) for quota in new.quotas for kind in quota.kinds}
    for tally in case.work.find(Tally, campaign=case.id, order="id"):
        if (tally.quota, tally.kind) not in quotas:
            yield f"{tally.quota}/{tally.kind}"
    yield from indicators.without_place(case, new)
    joined = {task.id for task in case.amendments.tasks}
    yield from (task.id for task in new.tasks if task.id in joined)
    yield from (task.id for task in case.plan.workflow.tasks if _is_counted_otherwise(case, task, new))


def _is_counted_otherwise(case: CampaignSession, task: Task, new: Workflow) -> bool:
    """Tell whether what was issued is counted and would not be any more, or the other way round."""
    then = next((each for each in new.tasks if each.id == task.id), task)
    if (then.counted is None) == (task.counted is None):
        return False
    return bool(case.work.find(Assignment, campaign=case.id, task=task.id))


def _periods_without_place(case: CampaignSession, new: Workflow) -> Iterator[str]:
    """Yield the counted duties of which something was issued in periods that the new version has not."""
    terms, counted = {term.id for term in new.terms}, {task.id: task.counted for task in new.tasks}
    for task in case.plan.workflow.tasks:
        now = counted.get(task.id, task.counted)
        if task.counted is None or now is None:
            continue
        owed = case.work.find(Assignment, campaign=case.id, task=task.id)
        lost = task.counted.per == "term" and any(each.period not in terms for each in owed)
        if owed and (now.per != task.counted.per or lost):
            yield task.id


def _require_heard(case: CampaignSession, then: Then, changes: Changes) -> None:
    """Whoever had rungs ahead has some after; else the move would silence a duty that is owed (P4)."""
    values: dict[int, dict[str, Any]] = {each.deadline: {"ladder": each.ladder} for each in changes.ladders}
    for told in changes.moved:
        deadline = case.work.get(Deadline, told.deadline)
        if deadline is not None:
            values.setdefault(deadline.id, {}).update(versions.moved_values(case, deadline, told))
    silent = versions.silenced(case, then, values)
    if silent:
        raise refuse("nobody_would_hear", deadlines=silent)


# --- what changes ---


def _changes(case: CampaignSession, then: Then, owing: Owing, new: Workflow) -> Changes:
    without = set(owing.cancelled)
    dates = versions.redated(case, then, without)
    states = versions.windows(case, new)
    return Changes(
        moved=tuple(dates.moved),
        missed=tuple(subject_of(assignment) for assignment in dates.missed),
        ladders=tuple(versions.reladdered(case, then, without)),
        ended=tuple(versions.ended(case, then, without)),
        cancelled=tuple(owing.cancelled),
        again=tuple(owing.again),
        added=tuple(owing.added),
        roles=tuple(owing.changed),
        recounted=tuple(_recounted(case, then)),
        phases=tuple(_phases(case, states)),
        dropped=tuple(s.phase for s in case.phase_states() if s.phase not in then.states),
        units=tuple(name for name in new.directory.units if name not in case.plan.workflow.directory.units),
        gate=not _same_gate(case, then),
        gate_reads=_reads_otherwise(case, then, owing),
        aside=tuple(item.id for item in case.work.find(Item, campaign=case.id, state="aside", order="id")),
    )


def _reads_otherwise(case: CampaignSession, then: Then, owing: Owing) -> bool:
    """Tell whether a gate may read otherwise what was recorded: who owes what, targets, indicators, who is below."""
    old, new = case.plan.workflow, then.plan.workflow
    same_terms = same(old.indicators, new.indicators) and same(old.nested, new.nested)
    return owing != Owing() or bool(_recounted(case, then)) or not same_terms


def _phases(case: CampaignSession, states: Iterable[PhaseState]) -> Iterator[Placed]:
    known = {state.phase: state for state in case.phase_states()}
    for state in states:
        if known.get(state.phase) != state:
            yield Placed(
                phase=state.phase,
                position=state.position,
                first_day=state.first_day,
                last_day=state.last_day,
                new=state.phase not in known,
            )


def _recounted(case: CampaignSession, then: Then) -> list[str]:
    """Return the counted duties whose target is another."""
    old = {task.id: task.counted for task in case.plan.workflow.tasks if task.counted}
    return [t.id for t in then.plan.workflow.tasks if t.counted and t.id in old and t.counted != old[t.id]]


def _same_gate(case: CampaignSession, then: Then) -> bool:
    old, new = (each.plan.phases[case.head.phase] for each in (case, then))
    quotas = [each.plan.workflow.quotas for each in (case, then)]
    return same((old.gate, old.advance, old.next), (new.gate, new.advance, new.next)) and same(*quotas)


# --- the move ---


def _apply_move(case: CampaignSession, entry: Entry) -> Answer:
    facts: VersionMoved = entry.facts
    changes, from_version = facts.changes, case.plan.workflow.version
    why = {"reason": entry.reason, "document": facts.document}
    before = {assignment.id for assignment in case.work.find(Assignment, campaign=case.id)}
    waiting = effects.pending(case, changes.ladders)
    cancelled = effects.cancel(case, changes.cancelled, why)
    case.use_version(facts.to, facts.extra)
    case.change(title=case.plan.workflow.title)
    effects.set_phases(case, changes.phases, changes.dropped)
    contacts.take_over(case, changes.units)
    effects.change_roles(case, changes.roles)
    effects.reladder(case, changes.ladders, waiting, {told.deadline for told in changes.moved})
    moved = redating.carry_out(case, changes.moved, why)
    effects.end(case, changes.ended)
    _issue(case, changes)
    effects.rearm_openings(case)
    effects.date_what_is_dated(case, why)
    effects.hand_on_reviews(case)
    for task in dict.fromkeys(assignment.task for assignment in cancelled):
        phases.settled(case, task)
    effects.try_again(case, changes.aside)
    if changes.gate or changes.gate_reads:
        effects.look_at_gate(case, anew=changes.gate)
    issued = [a for a in case.work.find(Assignment, campaign=case.id, order="id") if a.id not in before]
    return {
        "from": from_version,
        "version": case.plan.workflow.version,
        "moved": [subject_of(assignment) for assignment in moved if assignment],
        "missed": [*changes.missed],
        "cancelled": [subject_of(assignment) for assignment in cancelled],
        "issued": [*(effects.subject(case, n) for n in changes.again), *(subject_of(a) for a in issued)],
        "dates_dropped": [f"{name} {on}" for name, on in facts.dates_dropped.items()],
    }


def _issue(case: CampaignSession, changes: Changes) -> None:
    """Issue what is owed again or newly, and settle what is counted by its target now."""
    for number in changes.again:
        effects.issue_again(case, number)
    for each in changes.added:
        phases.issue_to(case, case.plan.tasks[each.task], each.unit)
    effects.recount(case, changes.recounted)


ACTIONS = (Action("move", EITHER, _decide_move, _apply_move, VersionMoved, MoveTo, "campaign move"),)
