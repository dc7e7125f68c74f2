"""What must hold of what is written and sent, and of the end of a run."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.simulation.days import sendable
from tests.simulation.oracle import Model, Seen, Told, full, instant

CHASING = ("reminder", "overdue", "receipt_reminder")
QUIET = ("submitted", "accepted", "waived", "cancelled")
OWED = (*CHASING, "task_issued", "office_nudge", "supervise", "bulletin")
"""Kinds that speak of what is still owed, or still waits for the office."""


def nothing_false_is_written(seen: Seen) -> Iterator[str]:
    """No notice is written of what is handed in, settled or passed by then, nor of a day that it misstates."""
    items = {item["id"]: item for item in seen.items}
    for model, told in seen.walk():
        if told.action == "bind" and told.done:
            for notice in told.rows_of("notices"):
                for number in notice["items"]:
                    yield from _false(seen, model, told, notice["kind"], items[full(number)])


def _false(seen: Seen, model: Model, told: Told, kind: str, item: dict[str, object]) -> Iterator[str]:
    owed = seen.assignments.get(int(str(item["assignment"])))
    if item["kind"] != kind:
        # What was accepted rides along.
        return
    if kind == "gate_late":
        yield from _false_of_gate(seen, model, told, seen.deadlines[int(str(item["deadline"]))]["phase"])
    if owed is None or kind not in OWED or owed["period"]:
        return
    about = (owed["task"], owed["unit"])
    if not model.strange(about) and model.states[about] in QUIET[1:]:
        yield f"record {told.seq} writes {kind} of {about}, which is {model.states[about]}"
    if kind not in CHASING:
        return
    if not model.strange(about) and model.states[about] in QUIET:
        yield f"record {told.seq} writes {kind} to {about}, which is {model.states[about]}"
    if kind == "receipt_reminder" and model.states[about] != "issued" and not model.strange(about):
        yield f"record {told.seq} asks {about} for a receipt, which is {model.states[about]}"
    due = model.due.get(about)
    deadline = seen.deadlines.get(int(str(item["deadline"])))
    by_hand = any(row["id"] == item["occurrence"] and row["rung"].startswith("manual") for row in seen.occurrences)
    if due is None or model.unsure or deadline is None or deadline["kind"] != "due" or by_hand:
        return
    if (kind == "reminder" and told.day > due) or (kind == "overdue" and told.day <= due):
        yield f"record {told.seq} writes {kind} to {about} on {told.day}, due {due}"


def _false_of_gate(seen: Seen, model: Model, told: Told, phase: str) -> Iterator[str]:
    if not model.strange() and model.phase != phase:
        yield f"record {told.seq} writes that the gate of {phase} is late, the campaign is in {model.phase}"
    elif not model.strange() and model.is_open(told.day):
        yield f"record {told.seq} writes that the gate of {phase} is late, which is open"


def every_notice_is_delivered(seen: Seen) -> Iterator[str]:
    """At rest each notice that was queued went to each of its recipients, or failed with a reason."""
    rows = seen.table("outbox")
    by_notice = {row["id"]: [] for row in seen.table("notice")}  # type: dict[int, list[dict[str, object]]]
    for row in rows:
        by_notice[row["notice"]].append(row)
        copies = len(seen.world.post.copies.get(row["id"], ()))
        if row["state"] == "sent" and not copies:
            yield f"{row['id']} is recorded as sent and never was"
        if row["state"] == "queued":
            yield f"{row['id']} to {row['recipient']} is still queued, for {instant(row['next_at'])}: {row['error']}"
        if row["state"] == "failed" and not row["error"]:
            yield f"{row['id']} failed without a reason"
    for notice in seen.table("notice"):
        told = {str(row["recipient"]) for row in by_notice[notice["id"]]}
        if notice["state"] in ("queued", "sent", "failed") and told != set(json.loads(notice["to"])):
            yield f"notice {notice['id']} is {notice['state']} to {notice['to']}, the outbox has {sorted(told)}"
        if notice["state"] == "queued":
            yield f"notice {notice['id']} is still queued"


def copies_are_explained_and_alike(seen: Seen) -> Iterator[str]:
    """There is one copy of each message, and one more for each answer that was lost; all are alike to the last byte."""
    known = {row["id"]: row for row in seen.table("outbox")}
    for ref, copies in seen.world.post.copies.items():
        unexcused = [copy for copy in copies if not copy.excused]
        if ref not in known:
            yield f"{ref} was sent by {copies[0].by} and is in no outbox"
        if len(unexcused) > 1:
            yield f"{ref} was sent {len(copies)} times without need, by {', '.join(copy.by for copy in unexcused)}"
        if len({copy.body for copy in copies}) > 1:
            yield f"the copies of {ref} differ"


def nothing_sent_twice_in_two_messages(seen: Seen) -> Iterator[str]:
    """No item stands in two notices, and no notice has two messages to one recipient."""
    bound = Counter(
        number
        for told in seen.history
        if told.action == "bind" and told.done
        for notice in told.rows_of("notices")
        for number in notice["items"]
    )
    yield from (f"item {number} was bound {times} times" for number, times in bound.items() if times > 1)
    pairs = Counter((row["notice"], row["recipient"]) for row in seen.table("outbox"))
    yield from (f"{pair} is in the outbox {times} times" for pair, times in pairs.items() if times > 1)


def one_notice_a_day(seen: Seen) -> Iterator[str]:
    """What is gathered comes once a day to a recipient, by kind and level; what is raised by hand is not held back."""
    by_hand = {item["id"] for item in seen.items if item["delivery"] == "send"}
    times = Counter(
        (
            notice["kind"],
            notice["unit"],
            notice["level"],
            notice["channel"],
            told.day,
            full(notice["items"][0]) in by_hand,
        )
        for told in seen.history
        if told.action == "bind" and told.done
        for notice in told.rows_of("notices")
        if notice["kind"] in (*CHASING, "task_issued", "gate_late") and notice["state"] == "queued"
    )
    yield from (f"{each} was written {count} times" for each, count in times.items() if count > 1)


def limits_are_kept(seen: Seen) -> Iterator[str]:
    """No recipient is sent more in any window than its channel allows, by the clocks of those who sent."""
    if seen.world.faults.moved_at is not None:
        return
    tried: dict[str, list[datetime]] = defaultdict(list)
    for recipient, at in seen.world.post.tried:
        tried[recipient].append(at)
    for limit in seen.world.post.limits:
        window = timedelta(seconds=limit.seconds)
        for recipient, times in tried.items():
            for at in times:
                within = sum(at <= other < at + window for other in times)
                if within > limit.count:
                    yield f"{recipient} was sent {within} messages within {window} from {at}"
                    break


def hours_are_kept(seen: Seen) -> Iterator[str]:
    """Nothing is sent at night, after five or on a day off."""
    for ref, at in seen.world.post.begun:
        if not sendable(at):
            yield f"{ref} was sent {at}"


def nothing_is_stuck_at_rest(seen: Seen) -> Iterator[str]:
    """At rest nothing due is armed, nothing waits, nothing is leased, and nobody still owes an answer."""
    now = seen.now
    for row in seen.table("armed"):
        if instant(row["at"]) <= now:
            yield f"kind {row['kind']} for {row['ref']} is still armed for {instant(row['at'])}"
    for item in seen.items:
        if item["state"] == "waiting" and instant(item["ready_at"]) <= now:
            yield f"item {item['id']} still waits since {instant(item['ready_at'])}"
    for row in seen.table("outbox"):
        if row["lease"] or row["lease_until"] is not None:
            yield f"{row['id']} is still leased to {row['lease']} until {instant(row['lease_until'])}"
    for act in seen.world.acts:
        if not act.outcome:
            yield f"{act} never had an answer"


def items_wait_for_an_armed_moment(seen: Seen) -> Iterator[str]:
    """What waits to be told has a moment armed by which it will be."""
    armed = [row["at"] for row in seen.table("armed") if row["kind"] == 5]
    waiting = [item["ready_at"] for item in seen.items if item["state"] == "waiting"]
    if waiting and (not armed or min(armed) > max(waiting)):
        yield f"{len(waiting)} items wait and nothing is armed for them"


INVARIANTS = (
    nothing_false_is_written,
    every_notice_is_delivered,
    copies_are_explained_and_alike,
    nothing_sent_twice_in_two_messages,
    one_notice_a_day,
    limits_are_kept,
    hours_are_kept,
    nothing_is_stuck_at_rest,
    items_wait_for_an_armed_moment,
)
