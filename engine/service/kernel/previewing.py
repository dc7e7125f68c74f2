"""What a command would do, shown before it is done: its rows, its notices, and a digest to do just that by.

A digest is of what would be recorded, and of the rows that it would change as they stood. Who acts by the digest
does what was shown, or nothing: where something else would be recorded now, or a row is another, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from engine.errors import Refused
from engine.model import Assignment
from engine.model.plain import plain as written
from engine.records import field, record
from engine.service.kernel.action import Answer
from engine.service.kernel.actor import actor_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Command, Desk, Done, decided, know_ahead, open_named
from engine.service.kernel.noted import Noted
from engine.service.kernel.sight import Thing, may_see


@record
class PreviewRow:
    """What one command would do: the answer, or the refusal; of which digest."""

    action: str
    subject: str
    answer: Answer = field(default_factory=dict)
    refusal: Refused | None = None
    digest: str = ""


@record
class PreviewNotice:
    """A notice that would be put in line: of a kind, to a unit, at a level; `delivery` says who lets it go (L6)."""

    kind: str
    unit: str
    level: int
    delivery: str


@record
class PreviewGate:
    """A gate whose verdict would change, here or in a campaign above: that of which phase, and how it was found.

    A campaign that would come to another phase, or to its end, tells the phase before and after.
    """

    campaign: str
    before: str
    after: str
    was_open: bool
    is_open: bool


@record
class PreviewClock:
    """A clock that would begin, or run again or to another day: its kind, whose, for which task, until when."""

    kind: str
    unit: str
    task: str
    due_on: date


@record
class Preview:
    """What commands would do, together and in their order; `digest` is that of all."""

    rows: tuple[PreviewRow, ...]
    notices: tuple[PreviewNotice, ...]
    gates: tuple[PreviewGate, ...] = ()
    clocks: tuple[PreviewClock, ...] = ()

    @property
    def digest(self) -> str:
        """One digest for all, a part for each row."""
        return ".".join(row.digest for row in self.rows)

    @property
    def answer(self) -> Answer:
        """The answer of the first row, or its refusal raised: of who asked for one thing."""
        first = self.rows[0]
        if first.refusal is not None:
            raise first.refusal
        return first.answer


@record
class GateStands:
    """How the gate of a campaign stands: of which phase, whether it is open, and the digest of its whole verdict."""

    campaign: str
    phase: str
    is_open: bool
    digest: str


Gates = Callable[[CampaignSession], Sequence[GateStands]]
Shown = tuple[PreviewRow, list[PreviewNotice], list[PreviewClock]]


def no_gates(case: CampaignSession) -> Sequence[GateStands]:
    """Look at no gate."""
    return ()


class _TakenBack(Exception):
    """Ends a transaction of which nothing is to be kept."""


def preview(desk: Desk, command: Command, gates: Gates = no_gates) -> Preview:
    """Say what a command would do; nothing is kept, not even a refusal."""
    return preview_all(desk, [command], gates)


def preview_all(desk: Desk, commands: Sequence[Command], gates: Gates = no_gates) -> Preview:
    """Say what commands for one campaign would do, each decided on what those before it left; nothing is kept.

    `gates` tells how the gates of a campaign, and of those above it, stand.
    """
    _require_shown_at_all(desk, commands)
    found: list[Shown] = []
    changed: list[PreviewGate] = []
    with suppress(_TakenBack), desk.database.write() as work:
        if commands:
            found, changed = _lived(desk, open_named(desk, Noted(work), commands[0].campaign), commands, gates)
        work.flush()
        raise _TakenBack
    return Preview(
        rows=tuple(row for row, _, _ in found),
        notices=tuple(each for _, told, _ in found for each in told),
        gates=tuple(changed),
        clocks=tuple(each for _, _, begun in found for each in begun),
    )


def _require_shown_at_all(desk: Desk, commands: Sequence[Command]) -> None:
    if len({command.campaign for command in commands}) > 1:
        raise ValueError("commands for several campaigns are shown one campaign after the other")
    if any(desk.actions[command.action].once for command in commands):
        raise Refused("draw_once")


def _lived(
    desk: Desk, case: CampaignSession, commands: Sequence[Command], gates: Gates
) -> tuple[list[Shown], list[PreviewGate]]:
    """Do what commands ask, in a transaction of which nothing is kept, and return what each did and all changed."""
    know_ahead(case, commands)
    gates, seen = _in_sight(desk, case, commands[0].actor, gates)
    before = gates(case)
    found = [_shown(case, command, decided(desk, case, command), seen) for command in commands]
    return found, [*_changed(before, gates(case))]


def _in_sight(
    desk: Desk, case: CampaignSession, who: str, gates: Gates
) -> tuple[Gates, Callable[[PreviewClock], bool]]:
    """Return the gates and the clocks that who acts may see: a unit sees no gate, and no clock but its own (I6)."""
    actor = actor_of(who, case.plan.workflow, desk.door)
    if may_see(actor, Thing("progress")):
        return gates, lambda clock: True
    return no_gates, lambda clock: clock.unit == actor.name


def _changed(before: Sequence[GateStands], after: Sequence[GateStands]) -> Iterator[PreviewGate]:
    """Yield the gates that are found otherwise than before."""
    known = {each.campaign: each for each in before}
    for now in after:
        was = known[now.campaign]
        if was != now:
            yield PreviewGate(
                campaign=now.campaign,
                before=was.phase,
                after=now.phase,
                was_open=was.is_open,
                is_open=now.is_open,
            )


def _clocks(case: CampaignSession) -> Iterator[PreviewClock]:
    """Yield the clocks that an act has begun, or let run to another day than before."""
    noted = case.work
    assert isinstance(noted, Noted)
    for deadline in noted.begun:
        owed = case.work.get(Assignment, deadline.assignment) if deadline.assignment else None
        of = owed.task if owed else deadline.phase
        yield PreviewClock(kind=deadline.kind, unit=deadline.unit, task=of, due_on=deadline.due_on)


def _shown(case: CampaignSession, command: Command, done: Done, seen: Callable[[PreviewClock], bool]) -> Shown:
    if isinstance(done.outcome, Refused):
        refused = PreviewRow(action=command.action, subject=done.subject, refusal=done.outcome, digest=done.digest)
        return refused, [], []
    row = PreviewRow(action=command.action, subject=done.subject, answer=done.outcome, digest=done.digest)
    return row, [*_notices(done)], [*filter(seen, _clocks(case))]


def _notices(done: Done) -> Iterator[PreviewNotice]:
    for item in done.items:
        yield PreviewNotice(kind=item.kind, unit=item.unit, level=item.level, delivery=item.delivery)


def plain(found: Preview) -> dict[str, Any]:
    """Return what is shown as a value of JSON."""
    return {
        "rows": [_plain_row(row) for row in found.rows],
        "notices": [
            {"kind": each.kind, "unit": each.unit, "level": each.level, "delivery": each.delivery}
            for each in found.notices
        ],
        "gates": [written(each) for each in found.gates],
        "clocks": [written(each) for each in found.clocks],
        "digest": found.digest,
    }


def _plain_row(row: PreviewRow) -> dict[str, Any]:
    told = {"refused": row.refusal.plain()} if row.refusal else {"answer": row.answer}
    return {"action": row.action, "subject": row.subject, **told, "digest": row.digest}
