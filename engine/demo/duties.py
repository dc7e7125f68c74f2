"""What becomes of one assignment: its next act follows from its state, its due date and its part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from engine.demo.act import Act, at, minutes, working_day
from engine.demo.cast import EXTENSION, Cast, Conduct, is_ordinary
from engine.model import Assignment, Deadline, PhaseState, Task
from engine.periods import Period
from engine.records import record
from engine.service.kernel.case import SETTLED

WITHOUT_DATE = 8
"""Working days after which a task without a date of its own is handed in."""
AFTER_DRAFT = 3
"""Working days that a step of the office takes at least: a document of it is signed before."""
BEFORE_DUE = 2
STEP_ABOVE = range(4, 30)
"""Working days that a step of a superior takes, least and most."""


@record
class PlayedDuty:
    """An assignment with its due date, its phase, and how many tasks of that phase lie ahead.

    Of a part `reviewer` is the lead that it is handed in to; a lead `waits` for its parts, the last
    of which was settled on `gathered_on`. Of a counted duty also its period, and how many are counted so far.
    """

    assignment: Assignment
    due: Deadline | None
    phase: PhaseState
    ahead: int
    reviewer: str = ""
    waits: bool = False
    gathered_on: date | None = None
    period: Period | None = None
    done: int = 0


def next_act(cast: Cast, owed: PlayedDuty) -> Act | None:
    """Return what happens next to an assignment, or None once it is settled."""
    if owed.assignment.state in SETTLED:
        return None
    act = _Duty(cast, owed).next_act()
    return None if owed.waits and act.action == "submit" else act


class _Duty:
    """One assignment as its unit and the office handle it."""

    def __init__(self, cast: Cast, owed: PlayedDuty) -> None:
        self.cast = cast
        self.plan = cast.plan
        self.owed = owed
        self.assignment = owed.assignment
        self.task: Task = cast.plan.tasks[owed.assignment.task]
        self.conduct: Conduct = cast.conduct(owed.assignment.task, owed.assignment.unit)
        self.told_on = cast.plan.calendar.next_working_day(owed.assignment.issued_on)

    def next_act(self) -> Act:
        workflow = self.plan.workflow
        if self.assignment.state == "submitted":
            return self._review()
        if self.assignment.unit == workflow.office:
            return self._act("submit", self._own_day(), self._evidence())
        if not is_ordinary(workflow, self.assignment.unit):
            return self._recorded(self._day_above())
        return self._of_the_unit()

    # --- ordinary units ---

    def _of_the_unit(self) -> Act:
        on, conduct = self._hand_in_day(), self.conduct
        confirmed = working_day(self.plan, self.assignment.issued_on, conduct.receive_after)
        if self.assignment.state == "issued" and confirmed < on:
            return self._act("receive", confirmed, {}, self.assignment.unit)
        if conduct.part == "extended" and self.owed.due is not None and self.assignment.extensions == 0:
            return self._extension(self.owed.due)
        if conduct.part == "by_office":
            return self._recorded(on)
        return self._act("submit", on, self._evidence(), self.assignment.unit)

    def _hand_in_day(self) -> date:
        """Return the day the unit wishes for; a lead comes after its parts."""
        gathered = self.owed.gathered_on
        wished = self._wished_day()
        return wished if gathered is None else max(wished, working_day(self.plan, gathered, 1))

    def _wished_day(self) -> date:
        """Return a day before the due day, or after it for who is late; near it where it was moved."""
        due = self.owed.due
        if due is None:
            return working_day(self.plan, self.told_on, WITHOUT_DATE)
        if self.conduct.after_due and due.epoch == 1:
            return working_day(self.plan, due.due_on, self.conduct.after_due)
        return self._counted_back(due)

    def _counted_back(self, due: Deadline) -> date:
        asked = self.plan.calendar.previous_working_day(due.due_on)
        room = self.plan.calendar.working_days_between(self.told_on, asked)
        wished = self.conduct.before_due if due.epoch == 1 else BEFORE_DUE
        return working_day(self.plan, asked, -min(wished, max(0, room - BEFORE_DUE)))

    def _extension(self, due: Deadline) -> Act:
        on = working_day(self.plan, due.due_on, -BEFORE_DUE)
        given = {
            "to": self.plan.calendar.add(due.due_on, EXTENSION),
            "applied": working_day(self.plan, on, -1),
            "reason": "部分印证材料须待有关部门出具",
            "document": minutes(self.plan.workflow.office, on),
        }
        return self._act("extend", on, given)

    # --- the office itself, and who stands above it ---

    def _own_day(self) -> date:
        issued, due = self.owed.gathered_on or self.assignment.issued_on, self.owed.due
        if due is None:
            return working_day(self.plan, issued, WITHOUT_DATE)
        asked = self.plan.calendar.previous_working_day(due.due_on)
        return max(working_day(self.plan, issued, AFTER_DRAFT), working_day(self.plan, asked, -BEFORE_DUE))

    def _day_above(self) -> date:
        """Return when a step above us is taken: the steps of a phase share what is left of it."""
        issued = self.owed.gathered_on or self.assignment.issued_on
        room = self.plan.calendar.working_days_between(issued, self.owed.phase.last_day)
        wished = room // (self.owed.ahead + 1)
        return working_day(self.plan, issued, min(max(wished, STEP_ABOVE.start), STEP_ABOVE.stop))

    def _recorded(self, on: date) -> Act:
        """A hand-in that the office records a working day later, with the day and a voucher (SEMANTICS D8)."""
        text = f"{self.assignment.unit}书面材料,{self.plan.workflow.office}收文登记"
        given = {"on": on, "voucher": {"name": "收文登记", "text": text}}
        return self._act("submit", working_day(self.plan, on, 1), self._evidence() | given)

    # --- review ---

    def _review(self) -> Act:
        came = self.assignment.submitted_on or self.assignment.issued_on
        on = working_day(self.plan, came, self.conduct.review_after)
        if self.conduct.part == "returned" and self.assignment.submissions == 1:
            return self._act("return", on, {"reason": "缺少责任分工和印证材料目录"}, self.owed.reviewer)
        return self._act("accept", on, {}, self.owed.reviewer)

    # --- shared ---

    def _evidence(self) -> dict[str, Any]:
        unit = self.assignment.unit
        given: dict[str, Any] = {"note": f"{self.task.demand or self.task.title}随文报送"}
        if "file" in self.task.needs:
            data = f"{unit} {self.task.title} {self.assignment.submissions + 1}".encode()
            file = {"name": f"{self.task.title}.pdf", "sha256": sha256(data).hexdigest(), "size": len(data)}
            given["files"] = [file]
        if self.task.numbers:
            given["numbers"] = {name: self.cast.number(self.task, name, unit) for name in self.task.numbers}
        return given

    def _act(self, action: str, on: date, given: Mapping[str, Any], actor: str = "") -> Act:
        told = {"task": self.assignment.task, "unit": self.assignment.unit, **given}
        return Act(at=at(self.plan, on), action=action, actor=actor, given=told)
