"""The script of a run: what is to happen next, found again from the seed and the database alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.demo.act import Act
from engine.demo.agenda import agenda
from engine.demo.cast import Cast
from engine.demo.counts import next_count
from engine.demo.duties import PlayedDuty, next_act
from engine.model import Assignment, Deadline, Record
from engine.records import replace
from engine.service.duties.apply.gathering import Gathering, gathering
from engine.service.kernel import counting
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.store.queries import assignments


class Script:
    """The next act of every assignment, and what stands on the agenda of the office and the leader.

    Rows are read once, and again only where an act touched them.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._owed: dict[int, Assignment] = {}
        self._acts: dict[int, Act] = {}
        self._agenda: list[Act] = []
        self._tried = False

    def begin(self, case: CampaignSession) -> None:
        """Read where the campaign stands."""
        self._tried = bool(case.work.find(Record, journal=case.id, action="advance"))
        self.read(case, ())

    def read(self, case: CampaignSession, acts: Sequence[Act]) -> None:
        """Read what is new in the database, and what `acts` changed; of a campaign that has ended, nothing more."""
        if case.head.state != "running":
            self._acts, self._agenda = {}, []
            return
        self.cast = replace(self.cast, plan=case.plan)  # Tasks may have joined.
        changed = self._changed_by(acts)
        found = assignments.since(case.work, case.id, max(self._owed, default=0))
        found += case.work.among(Assignment, "id", sorted(changed))
        self._owed |= {a.id: a for a in found}
        dues = case.work.among(Deadline, "assignment", [a.id for a in found], order="id")
        self._plan(case, found, {d.assignment: d for d in dues if d.kind == "due"})
        self._tried = self._tried or any(act.action == "advance" for act in acts)
        self._agenda = list(agenda(self.cast, case, self._owed.values(), tried=self._tried))

    def _changed_by(self, acts: Sequence[Act]) -> set[int]:
        """Return what acts may have changed."""
        pairs = {(act.given.get("task"), act.given.get("unit")) for act in acts}
        changed = {number for number, a in self._owed.items() if number in self._acts and (a.task, a.unit) in pairs}
        return changed | self._leads_of({self._owed[number].task for number in changed})

    def _leads_of(self, tasks: set[str]) -> set[int]:
        """Return the leads that gather these tasks: what their parts do changes what they do next."""
        gathered = {task for task in tasks if self.cast.plan.tasks[task].consolidate}
        return {a.id for a in self._owed.values() if a.task in gathered and a.role == "lead"}

    def _plan(self, case: CampaignSession, found: Iterable[Assignment], dues: dict[int, Deadline]) -> None:
        found = list(found)
        gathered = gathering(case, (a.task for a in found))
        for assignment in found:
            owed = self._told(case, assignment, dues.get(assignment.id), gathered)
            act = next_count(self.cast, owed) if assignment.period else next_act(self.cast, owed)
            if act is None:
                self._acts.pop(assignment.id, None)
            else:
                self._acts[assignment.id] = act

    def _told(
        self, case: CampaignSession, assignment: Assignment, due: Deadline | None, gathered: Gathering
    ) -> PlayedDuty:
        return PlayedDuty(
            assignment=assignment,
            due=due,
            phase=case.phase_state(assignment.phase),
            ahead=self._ahead(assignment.phase, dated=due is not None),
            reviewer=gathered.reviewer(assignment.id),
            waits=gathered.waits(assignment.id),
            gathered_on=max(
                (p.settled_on for p in gathered.parts.get(assignment.id, ()) if p.settled_on), default=None
            ),
            period=counting.period_of(case, assignment) if assignment.period else None,
            done=counting.done(case, assignment) if assignment.period else 0,
        )

    def _ahead(self, phase: str, *, dated: bool) -> int:
        """Return how many tasks of a phase there are; before one without a date, those alone that are not settled."""
        settled = set() if dated else {a.task for a in self._owed.values() if a.state in SETTLED}
        return len({task.id for task in self.cast.plan.workflow.clauses if task.phase == phase} - settled)

    def next_at(self) -> datetime | None:
        """Return when the next act is due, or None where nothing is left to do."""
        return min((act.at for act in self._all()), default=None)

    def due(self, now: datetime) -> list[Act]:
        """Return what is due at `now`, in the order of its hours."""
        return sorted((act for act in self._all() if act.at <= now), key=lambda act: act.at)

    def _all(self) -> list[Act]:
        return [*self._acts.values(), *self._agenda]
