"""Our own office is told what waits for it (本办待办), where another unit would be chased."""

from __future__ import annotations

from engine.model import Assignment
from engine.service.notices import facts
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind


def _handed_in(said: Said) -> bool:
    """Tell whether what is said to have come in did."""
    return all(said.case.work.must(Assignment, line.ref).submissions > 0 for line in said.lines if line.at)


def _overdue(said: Said) -> bool:
    """Tell whether the day of what is said to be over is over."""
    return all(line.due_on is not None and line.due_on < said.case.today for line in said.lines if line.overdue)


KIND = NoticeKind(
    name="office_nudge", gathers="day", bears={"handed_in": _handed_in, "overdue": _overdue, "awaited": facts.awaited}
)
