"""What must hold of every run, each a function that yields what does not: history, acts, gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256

from engine.clock import SteppedClock
from engine.service.audit.audit import verify_all
from engine.service.kernel.registry import new_desk
from engine.store.database import open_database
from tests.simulation import invariants_more, ladders, sending
from tests.simulation.oracle import MOVES, Seen
from tests.simulation.workers import SharedLibrary

Invariant = Callable[[Seen], Iterator[str]]
TOLERANCE = timedelta(minutes=5)


# --- the history ---


def state_is_replayed_history(seen: Seen) -> Iterator[str]:
    """The state is what the history says, cell by cell, and the engine's own proof finds nothing."""
    database = open_database(seen.world.store.url)
    try:
        found = verify_all(new_desk(database, SteppedClock(seen.now), SharedLibrary())).findings
    finally:
        database.close()
    yield from (f"{each.place}: {each.what}" for each in found)


def chain_is_whole(seen: Seen) -> Iterator[str]:
    """Each journal is numbered without gaps and each record holds the hash of the one before."""
    last: dict[int, tuple[int, str]] = {}
    for told in seen.records:
        seq, prev = last.get(told.journal, (0, "0" * 64))
        if (told.seq, told.facts["prev"]) != (seq + 1, prev):
            yield f"record {told.journal}:{told.seq} does not follow {seq}"
        if sha256(told.data).hexdigest() != told.hash:
            yield f"record {told.journal}:{told.seq} has another hash"
        last[told.journal] = (told.seq, told.hash)


def history_goes_back_only_where_the_clock_was_accepted(seen: Seen) -> Iterator[str]:
    """No record is earlier than the one before, unless a person accepted a clock that is behind."""
    accepted = [told.at for told in seen.records if told.journal == 0 and told.action == "clock"]
    for before, after in zip(seen.history, seen.history[1:], strict=False):
        if after.at < before.at and not any(at - TOLERANCE <= after.at for at in accepted):
            yield f"record {after.seq} of {after.at} follows one of {before.at}"


# --- what people asked for ---


def each_act_once(seen: Seen) -> Iterator[str]:
    """What was acknowledged is in the history once, what was refused is not, what is unknown at most once."""
    kept = Counter(told.key for told in seen.history if told.done and told.key)
    allowed = {"done": (1, 1), "refused": (0, 0), "nothing": (0, 0), "unknown": (0, 1)}
    for act in seen.world.acts:
        least, most = allowed[act.outcome or "unknown"]
        if act.key and not least <= kept[act.key] <= most:
            yield f"{act} was {act.outcome}, the history has it {kept[act.key]} times"
    strange = set(kept) - {act.key for act in seen.world.acts}
    yield from (f"nobody asked for {key}" for key in sorted(strange))


def no_act_without_a_key_is_doubled(seen: Seen) -> Iterator[str]:
    """Of what was asked for once without a key there is one record at the most."""
    asked = Counter((act.action, seen.actor(act)) for act in seen.world.acts if act.action != "accept clock")
    kept = Counter((told.action, told.facts["actor"]) for told in seen.history if told.done)
    for (action, actor), times in kept.items():
        if actor != "system" and action not in ("start", "clock") and times > asked[action, actor]:
            yield f"{actor} asked for {action} {asked[action, actor]} times, the history has it {times} times"


def refusals_are_recorded(seen: Seen) -> Iterator[str]:
    """What was refused stands in the history as refused, as often as it was said."""
    said = Counter((act.action, seen.actor(act)) for act in seen.world.acts if act.outcome == "refused")
    kept = Counter((told.action, told.facts["actor"]) for told in seen.history if not told.done)
    for (action, actor), times in said.items():
        if kept[action, actor] < times:
            yield f"{actor} was refused {action} {times} times, the history knows {kept[action, actor]}"


def answers_keep_their_order(seen: Seen) -> Iterator[str]:
    """What was answered before something else was asked stands before it in the history."""
    place = {told.key: told.seq for told in seen.history if told.done and told.key}
    done = [act for act in seen.world.acts if act.outcome == "done" and act.key in place]
    for first in done:
        for second in done:
            if first.answered < second.asked and place[first.key] > place[second.key]:
                yield f"{first} was answered before {second} was asked, and stands after it"


def acts_follow_the_states(seen: Seen) -> Iterator[str]:
    """Everything done was possible where it stands in the history, and leads to what the rows say at the end."""
    for model, told in seen.walk():
        if told.done and told.action in MOVES and told.about in model.states and not model.strange(told.about):
            state = model.states[told.about]
            if state not in MOVES[told.action][0]:
                yield f"record {told.seq}: {told.action} of {told.facts['subject']}, which is {state}"
    model = seen.end
    for row in seen.assignments.values():
        about = (row["task"], row["unit"])
        if not row["period"] and not model.strange(about) and row["state"] != model.states[about]:
            yield f"{about} is {row['state']}, its acts lead to {model.states[about]}"


def dates_follow_the_acts(seen: Seen) -> Iterator[str]:
    """Each due day is the one that the plan and what was granted, extended and returned come to."""
    model = seen.end
    for row in seen.deadlines.values():
        owed = seen.assignments.get(row["assignment"])
        if owed is None or row["kind"] != "due" or owed["period"]:
            continue
        expected = model.due.get((owed["task"], owed["unit"]))
        if expected is not None and not model.unsure and row["due_on"] != expected.isoformat():
            yield f"{owed['task']}/{owed['unit']} is due {row['due_on']}, not {expected}"


# --- gates ---


def no_gate_passed_with_a_condition_false(seen: Seen) -> Iterator[str]:
    """At each move every condition of the gate held, by what the history tells up to it."""
    for model, told in seen.walk():
        if told.action == "advance" and told.done:
            if told.more["before"] != model.phase:
                yield f"record {told.seq} moves out of {told.more['before']}, the campaign is in {model.phase}"
            elif not model.is_open(told.day):
                yield f"record {told.seq} passes the gate of {model.phase}, which is shut"


def no_open_gate_refused(seen: Seen) -> Iterator[str]:
    """Nobody is told that a gate is shut which holds."""
    for model, told in seen.walk():
        shut = not told.done and told.action == "advance" and told.facts["facts"]["code"] == "PG103"
        if shut and not model.strange() and model.is_open(told.day):
            yield f"record {told.seq} refuses to pass the gate of {model.phase}, which is open"


def open_gates_are_passed(seen: Seen) -> Iterator[str]:
    """At rest no phase that moves by itself waits at a gate that holds."""
    model = seen.end
    if any(told.at > seen.now for told in seen.history):
        return  # An approval of a day that only a wrong clock named does not count before that day.
    if model.state != "running" or model.paused or model.strange() or model.waits:
        return  # One that was brought back waits until its gate is found otherwise.
    if model.phase and seen.made.phase(model.phase).automatic and model.is_open(seen.today):
        yield f"{model.phase} moves by itself, its gate holds, and it was not left"


INVARIANTS: tuple[Invariant, ...] = (
    state_is_replayed_history,
    chain_is_whole,
    history_goes_back_only_where_the_clock_was_accepted,
    each_act_once,
    no_act_without_a_key_is_doubled,
    refusals_are_recorded,
    answers_keep_their_order,
    acts_follow_the_states,
    dates_follow_the_acts,
    no_gate_passed_with_a_condition_false,
    no_open_gate_refused,
    open_gates_are_passed,
    *ladders.INVARIANTS,
    *sending.INVARIANTS,
    *invariants_more.INVARIANTS,
)
