"""Playing the script: from one due moment or act to the next, until the campaign ends or the run is to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from engine import reader
from engine.bootstrap import Wired
from engine.clock import SteppedClock
from engine.demo.act import Act, at
from engine.demo.cast import adoption_of, cast_of
from engine.demo.script import Script
from engine.errors import PhasegateError, Refused
from engine.model import Campaign
from engine.records import record
from engine.service.campaigns import founding
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.kernel import installing
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Command, case_at, perform_all, reading
from engine.service.notices.views import upcoming

KEY = "demo"
Tell = Callable[[float, str, str], None]
"""Is told the share of the days that has gone by, the local instant, and a line where there is one."""


class Stuck(PhasegateError):
    """A demonstration cannot go on."""

    code = "PG601"
    exit_code = 1


@record(frozen=False, kw_only=False)
class Played:
    """What one process did: acts of people, moments of the clock, messages delivered."""

    acts: int = 0
    moments: int = 0
    messages: int = 0
    ended: bool = False


def adopt(wired: Wired, clock: SteppedClock, name: str, settings: Mapping[str, str]) -> None:
    """Start the campaign of a workflow, filled with `settings`, on the day of its plan, with those below."""
    bundle = reader.fill(reader.bundle_named(name), settings)
    workflow = reader.read(bundle, name)
    adopted = adoption_of(workflow)
    clock.move_to(datetime.combine(adopted, workflow.hours.remind, ZoneInfo(workflow.timezone)))
    installing.establish(wired.desk, rehearsal=True)
    below = {each.unit: reader.bundle_below(each, reader.beside(name)) for each in workflow.nested}
    founding.create_campaign(wired.desk, KEY, bundle, {"adopted": adopted.isoformat()}, nested=below)


def play(wired: Wired, clock: SteppedClock, seed: str, tell: Tell, until: float) -> Played:
    """Play until all campaigns have ended, or until a share of the days of the first has gone by."""
    return _Player(wired, clock, seed, tell).play(until)


class _Stage:
    """One campaign of the demonstration: its script, and how far its journal was read."""

    def __init__(self, case: CampaignSession, seed: str) -> None:
        self.key = case.head.key
        self.id = case.id
        self.script = Script(cast_of(case.plan, seed if self.key == KEY else f"{seed}/{self.key}"))
        self.looks_below = any(reads.nested for reads in case.plan.reads.values())
        self.script.begin(case)
        self.seen = case.head.seq


class _Player:
    """One process at work on the campaigns: it knows their scripts, the rest is in the database."""

    def __init__(self, wired: Wired, clock: SteppedClock, seed: str, tell: Tell) -> None:
        self.wired = wired
        self.clock = clock
        self.tell = tell
        self.played = Played()
        self.stages: list[_Stage] = []
        self.stands: set[tuple[object, ...]] = set()
        with reading(wired.desk, KEY) as case:
            clock.move_to(max([clock.at, *(head.last_at for head in case.work.find(Campaign))]))
            self.days = _days(case)
            self.zone = case.plan.zone
            for head in case.work.find(Campaign, order="id"):
                self.stages.append(_Stage(case_at(wired.desk, case.work, head, clock.at), seed))

    def play(self, until: float) -> Played:
        while not self.played.ended and self._share() < until:
            self._clock_turns()
            self._to_next()
            self._people_act()
        if self.played.ended:
            self._last_notices()
        return self.played

    def _last_notices(self) -> None:
        """Send what the end of the campaign gave occasion to."""
        self._clock_turns()
        while (due_at := sweep.next_moment(self.wired.desk)) is not None:
            self.clock.move_to(max(self.clock.at, due_at))
            self._clock_turns()

    def _share(self) -> float:
        first, last = self.days
        return (self.clock.at - first) / (last - first)

    def _to_next(self) -> None:
        """Move the clock to the next due moment or act, whichever comes first."""
        coming = (sweep.next_moment(self.wired.desk), *(stage.script.next_at() for stage in self.stages))
        moments = [at for at in coming if at is not None]
        if not moments:
            raise Stuck
        self.clock.move_to(max(self.clock.at, min(moments)))
        self._say()

    def _clock_turns(self) -> None:
        """Do what is due by the clock, and deliver what is to go."""
        wired = self.wired
        self.played.moments += sweep.sweep(wired.desk).moments
        self.played.messages += relaying.deliver(wired.desk, wired.channels, wired.sender, wired.worker).sent

    def _people_act(self) -> None:
        """Do what the scripts have people do now, then read what was changed."""
        done = {stage.key: self._act(stage) for stage in self.stages}
        with self.wired.desk.database.read() as work:
            heads = {head.id: head for head in work.find(Campaign)}
            self.played.ended = all(head.state != "running" for head in heads.values())
            stands: set[tuple[object, ...]] = {(head.id, head.phase, head.state) for head in heads.values()}
            for stage in self.stages:
                head = heads[stage.id]
                if head.seq != stage.seen or (stage.looks_below and stands != self.stands):
                    at = max(self.clock.now(), head.last_at)
                    stage.script.read(case_at(self.wired.desk, work, head, at), done[stage.key])
                    stage.seen = head.seq
            self.stands = stands

    def _act(self, stage: _Stage) -> list[Act]:
        """Do what is due now in one campaign, in one transaction."""
        acts = stage.script.due(self.clock.at)
        if acts:
            self._look(stage, acts)
            commands = [Command(action=a.action, campaign=stage.key, given=a.given, actor=a.actor) for a in acts]
            self._note(stage, acts, perform_all(self.wired.desk, stage.key, commands))
        return acts

    def _say(self, line: str = "") -> None:
        self.tell(self._share(), self.clock.at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M"), line)

    def _look(self, stage: _Stage, acts: Iterable[Act]) -> None:
        """Look at the list of notices about to go before one of them is withheld (SEMANTICS L6)."""
        if any(act.action == "withhold" for act in acts):
            with reading(self.wired.desk, stage.key) as case:
                self._say(f"{self._whose(stage)}拟发清单 {len(upcoming.listed(case))} 件")

    def _note(self, stage: _Stage, acts: Iterable[Act], outcomes: Iterable[object]) -> None:
        for act, outcome in zip(acts, outcomes, strict=True):
            self.played.acts += 1
            if isinstance(outcome, Refused) and not act.refusable:
                raise Stuck("refused", who=self._whose(stage), said={"code": outcome.key, **outcome.facts})
            if act.action not in EVERYDAY:
                self._say(self._whose(stage) + _line(act, outcome))

    def _whose(self, stage: _Stage) -> str:
        return f"{stage.key}  " if len(self.stages) > 1 else ""


EVERYDAY = ("receive", "submit", "accept", "count")
"""Acts of which there are too many to tell one by one."""


def _line(act: Act, outcome: object) -> str:
    words = " ".join(str(value) for value in act.given.values())
    end = f" — {outcome.line()}" if isinstance(outcome, Refused) else ""
    return f"{act.action} {words}{end}"


def _days(case: CampaignSession) -> tuple[datetime, datetime]:
    """Return the instants between which a campaign runs by its plan."""
    last = max(state.last_day for state in case.phase_states())
    return at(case.plan, case.head.adopted_on), at(case.plan, last)
