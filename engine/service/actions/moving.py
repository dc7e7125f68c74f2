"""A running campaign moves to another version of its workflow (SEMANTICS P4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine import reader
from engine.model import Assignment, Deadline, Item, PhaseState, Tally, Workflow
from engine.model.plain import made, plain
from engine.records import replace
from engine.service import indicators, versions
from engine.service.actions.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.actions.duties import subject_of
from engine.service.actor import Actor
from engine.service.amendments import NONE, Amendments
from engine.service.case import Case
from engine.service.comparing import same
from engine.service.effects import contacts, phases, redating
from engine.service.effects import versions as effects
from engine.service.journal import Entry
from engine.service.plan import keep_edition
from engine.service.versions import Owing, Then

EITHER = frozenset({"office", "leader"})
FIXED = ("id", "calendar", "timezone", "office", "leading_group")
"""What a campaign keeps as long as it runs."""


def _decide_move(case: Case, actor: Actor, given: Given) -> Decision:
    document = text_given(given, "document", "a move to another version rests on a document")
    new = reader.read(given["bundle"], case.head.key)
    _require_another(case, new)
    _require_room(case, new)
    after, told = versions.carried_over(case, new)
    then = versions.then_of(case, new, after)
    owing = versions.owing(case, then, after)
    facts = _facts(case, then, owing, new) | {"dates_dropped": told, "document": document}
    _require_heard(case, then, facts)
    facts |= {
        "moved": [plain(each) for each in facts["moved"]],
        "from": case.head.workflow,
        "to": keep_edition(case.work, given["bundle"], new),
        "version": new.version,
        "from_version": case.plan.workflow.version,
        "extra": _pinned(case, after, owing),
    }
    subject = f"{case.plan.workflow.version} → {new.version}"
    return Decision(subject=subject, facts=facts, reason=str(given.get("reason") or ""))


def _pinned(case: Case, after: Amendments, owing: Owing) -> str:
    """Return the hash of the amendments with what is cancelled, so that it can be owed again."""
    kept = [told for told in after.gone if told["kind"] != "owed" or told["id"] not in owing.again]
    gone = (*kept, *({"kind": "owed", "id": number} for number in owing.cancelled))
    changed = replace(after, gone=gone)
    return "" if changed == NONE else case.pinned(changed)


# --- what cannot be ---


def _require_another(case: Case, new: Workflow) -> None:
    old = case.plan.workflow
    if new.sha == old.sha:
        raise refuse(f"version {new.version} is what the campaign runs", "change the workflow first")
    for name in FIXED:
        if getattr(new, name) != getattr(old, name):
            what = f"{name} is {getattr(new, name)!r}, not {getattr(old, name)!r}: that is another workflow"
            raise refuse(what, "start a campaign on it")
    if new.version == old.version:
        raise refuse(f"version {new.version} names another text already", "write a new `version:`")
    if case.is_paused:
        raise refuse("the campaign is paused", "resume it first")


def _require_room(case: Case, new: Workflow) -> None:
    """What is recorded must have its place in the new version; tasks and units may go."""
    for state in case.phase_states():
        if state.phase not in {phase.id for phase in new.phases} and state.state in ("open", "left"):
            here = "the campaign stands in" if state.phase == case.head.phase else "there was work in"
            raise refuse(f"{here} {state.phase}, which the new version has not", "keep that phase")
    known = {state.phase for state in case.phase_states()}
    for phase in new.phases:
        if phase.id not in known and phase.window.last_day < case.today:
            raise refuse(f"the new phase {phase.id} ended on {phase.window.last_day}", "give it days to come")
    gone = list(dict.fromkeys(_without_place(case, new)))
    if gone:
        raise refuse(f"the new version has no place for {'、'.join(gone)}", "keep what was recorded")


def _without_place(case: Case, new: Workflow) -> Iterator[str]:
    """Yield what was recorded of things that the new version does not know."""
    quotas = {(quota.id, kind.id) for quota in new.quotas for kind in quota.kinds}
    for tally in case.work.find(Tally, campaign=case.id, order="id"):
        if (tally.quota, tally.kind) not in quotas:
            yield f"{tally.quota}/{tally.kind}"
    yield from indicators.without_place(case, new)
    joined = {told["id"] for told in case.amendments.tasks}
    yield from (task.id for task in new.tasks if task.id in joined)
    yield from _periods_without_place(case, new)


def _periods_without_place(case: Case, new: Workflow) -> Iterator[str]:
    terms, counted = {term.id for term in new.terms}, {task.id: task.counted for task in new.tasks}
    for task in case.plan.workflow.tasks:
        now = counted.get(task.id, task.counted)
        owed = case.work.find(Assignment, campaign=case.id, task=task.id) if task.counted or now else []
        if owed and (now is None) != (task.counted is None):
            yield task.id
        elif owed and task.counted and now:
            lost = task.counted.per == "term" and any(each.period not in terms for each in owed)
            if now.per != task.counted.per or lost:
                yield f"the periods of {task.id}"


def _require_heard(case: Case, then: Then, facts: Mapping[str, Any]) -> None:
    """Whoever had rungs ahead has some after; else the move would silence a duty that is owed (P4)."""
    changes: dict[int, dict[str, Any]] = {each["deadline"]: {"ladder": each["ladder"]} for each in facts["ladders"]}
    for told in facts["moved"]:
        deadline = case.work.get(Deadline, told.deadline)
        if deadline is not None:
            changes.setdefault(deadline.id, {}).update(versions.moved_values(case, deadline, told))
    silent = versions.silenced(case, then, changes)
    if silent:
        cure = "give them a later day, or a ladder with a rung to come"
        raise refuse(f"nobody would hear of these any more: {', '.join(silent)}", cure)


# --- what changes ---


def _facts(case: Case, then: Then, owing: Owing, new: Workflow) -> dict[str, Any]:
    without = set(owing.cancelled)
    dates = versions.redated(case, then, without)
    states = versions.windows(case, new)
    return {
        "moved": dates.moved,
        "missed": [subject_of(assignment) for assignment in dates.missed],
        "ladders": versions.reladdered(case, then, without),
        "ended": versions.ended(case, then, without),
        "cancelled": owing.cancelled,
        "again": owing.again,
        "added": owing.added,
        "roles": owing.changed,
        "recounted": _recounted(case, then),
        "phases": list(_phases(case, states)),
        "dropped": [s.phase for s in case.phase_states() if s.phase not in then.states],
        "units": [name for name in new.directory.units if name not in case.plan.workflow.directory.units],
        "gate": not _same_gate(case, then),
        "facts_changed": _facts_changed(case, then, owing),
        "aside": [item.id for item in case.work.find(Item, campaign=case.id, state="aside", order="id")],
    }


def _facts_changed(case: Case, then: Then, owing: Owing) -> bool:
    """Tell whether a gate may read otherwise what was recorded: who owes what, targets, indicators, who is below."""
    old, new = case.plan.workflow, then.plan.workflow
    same_terms = same(old.indicators, new.indicators) and same(old.nested, new.nested)
    return owing != Owing() or bool(_recounted(case, then)) or not same_terms


def _phases(case: Case, states: Iterable[PhaseState]) -> Iterator[dict[str, Any]]:
    known = {state.phase: state for state in case.phase_states()}
    for state in states:
        if known.get(state.phase) != state:
            yield {
                "phase": state.phase,
                "position": state.position,
                "first": state.first_day.isoformat(),
                "last": state.last_day.isoformat(),
                "new": state.phase not in known,
            }


def _recounted(case: Case, then: Then) -> list[str]:
    """Return the counted duties whose target is another."""
    old = {task.id: task.counted for task in case.plan.workflow.tasks if task.counted}
    return [t.id for t in then.plan.workflow.tasks if t.counted and t.id in old and t.counted != old[t.id]]


def _same_gate(case: Case, then: Then) -> bool:
    old, new = (each.plan.phases[case.head.phase] for each in (case, then))
    quotas = [each.plan.workflow.quotas for each in (case, then)]
    return same((old.gate, old.advance, old.next), (new.gate, new.advance, new.next)) and same(*quotas)


# --- the move ---


def _apply_move(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    why = {"reason": entry.reason, "document": facts["document"]}
    dates = [made(redating.Moved, told, case.id) for told in facts["moved"]]
    before = {assignment.id for assignment in case.work.find(Assignment, campaign=case.id)}
    waiting = effects.pending(case, facts["ladders"])
    cancelled = effects.cancel(case, facts["cancelled"], why)
    case.use_version(facts["to"], facts["extra"])
    case.change(title=case.plan.workflow.title)
    effects.set_phases(case, facts["phases"], facts["dropped"])
    contacts.take_over(case, facts["units"])
    effects.change_roles(case, facts["roles"])
    effects.reladder(case, facts["ladders"], waiting, {told.deadline for told in dates})
    moved = redating.carry_out(case, dates, why)
    effects.end(case, facts["ended"])
    for number in facts["again"]:
        effects.issue_again(case, number)
    for task, unit in facts["added"]:
        phases.issue_to(case, case.plan.tasks[task], unit)
    effects.recount(case, facts["recounted"])
    effects.rearm_openings(case)
    effects.date_what_is_dated(case, why)
    effects.hand_on_reviews(case)
    for task in dict.fromkeys(assignment.task for assignment in cancelled):
        phases.settled(case, task)
    effects.try_again(case, facts["aside"])
    if facts["gate"] or facts["facts_changed"]:
        effects.look_at_gate(case, anew=facts["gate"])
    issued = [a for a in case.work.find(Assignment, campaign=case.id, order="id") if a.id not in before]
    return {
        "from": facts["from_version"],
        "version": facts["version"],
        "moved": [subject_of(assignment) for assignment in moved if assignment],
        "missed": facts["missed"],
        "cancelled": [subject_of(assignment) for assignment in cancelled],
        "issued": [*(effects.subject(case, n) for n in facts["again"]), *(subject_of(a) for a in issued)],
        "dates_dropped": facts["dates_dropped"],
    }


ACTIONS = (Action("move", EITHER, _decide_move, _apply_move),)
