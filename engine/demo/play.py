"""Playing the script: from one due moment or act to the next, until the campaign ends or the run is to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine import reader
from engine.bootstrap import Wired
from engine.clock import SteppedClock
from engine.demo.act import Act, at
from engine.demo.cast import adoption_of, cast_of
from engine.demo.script import Script
from engine.errors import PhasegateError, Refused
from engine.service import founding, relaying, sweep
from engine.service.case import Case
from engine.service.desk import Command, perform_all, reading
from engine.service.views import upcoming

KEY = "demo"
Tell = Callable[[float, str, str], None]
"""Is told the share of the days that has gone by, the local instant, and a line where there is one."""


class Stuck(PhasegateError):
    """the demonstration cannot go on — {why} — take another --seed, or report it"""

    code = "PG601"
    exit_code = 1


@dataclass(slots=True)
class Played:
    """What one process did: acts of people, moments of the clock, messages delivered."""

    acts: int = 0
    moments: int = 0
    messages: int = 0
    ended: bool = False


def adopt(wired: Wired, clock: SteppedClock, name: str, settings: Mapping[str, str]) -> None:
    """Start the campaign of a shipped workflow, filled with `settings`, on the day of its plan."""
    bundle = reader.fill(reader.shipped_bundle(name), settings)
    workflow = reader.read(bundle, name)
    adopted = adoption_of(workflow)
    clock.move_to(datetime.combine(adopted, workflow.hours.remind, ZoneInfo(workflow.timezone)))
    founding.create_campaign(wired.desk, KEY, bundle, {"adopted": adopted.isoformat()})


def play(wired: Wired, clock: SteppedClock, seed: str, tell: Tell, until: float) -> Played:
    """Play until the campaign has ended, or until a share of its days has gone by."""
    return _Player(wired, clock, seed, tell).play(until)


class _Player:
    """One process at work on the campaign: it knows the script, the rest is in the database."""

    def __init__(self, wired: Wired, clock: SteppedClock, seed: str, tell: Tell) -> None:
        self.wired = wired
        self.clock = clock
        self.tell = tell
        self.played = Played()
        with reading(wired.desk, KEY) as case:
            clock.move_to(max(clock.at, case.head.last_at))
            self.script = Script(cast_of(case.plan, seed))
            self.days = _days(case)
            self.script.begin(case)

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
        moments = [at for at in (sweep.next_moment(self.wired.desk), self.script.next_at()) if at is not None]
        if not moments:
            raise Stuck(why="nothing is due any more, and the campaign has not ended")
        self.clock.move_to(max(self.clock.at, min(moments)))
        self._say()

    def _clock_turns(self) -> None:
        """Do what is due by the clock, and deliver what is to go."""
        wired = self.wired
        self.played.moments += sweep.sweep(wired.desk).moments
        self.played.messages += relaying.deliver(wired.desk, wired.channels, wired.sender, wired.worker).sent

    def _people_act(self) -> None:
        """Do what the script has people do now, then read what it changed."""
        acts = self.script.due(self.clock.at)
        if acts:
            self._look(acts)
            commands = [Command(action=a.action, campaign=KEY, given=a.given, actor=a.actor) for a in acts]
            outcomes = perform_all(self.wired.desk, KEY, commands)
            self._note(acts, outcomes)
        with reading(self.wired.desk, KEY) as case:
            self.played.ended = case.head.state != "running"
            self.script.read(case, acts)

    def _say(self, line: str = "") -> None:
        local = self.clock.at.astimezone(self.script.cast.plan.zone)
        self.tell(self._share(), local.strftime("%Y-%m-%d %H:%M"), line)

    def _look(self, acts: Iterable[Act]) -> None:
        """Look at the list of notices about to go before one of them is withheld (SEMANTICS L6)."""
        if any(act.action == "withhold" for act in acts):
            with reading(self.wired.desk, KEY) as case:
                self._say(f"拟发清单 {len(upcoming.listed(case))} 件")

    def _note(self, acts: Iterable[Act], outcomes: Iterable[object]) -> None:
        for act, outcome in zip(acts, outcomes, strict=True):
            self.played.acts += 1
            if isinstance(outcome, Refused) and not act.refusable:
                raise Stuck(why=outcome.line())
            if act.action not in EVERYDAY:
                self._say(_line(act, outcome))


EVERYDAY = ("receive", "submit", "accept", "count")
"""Acts of which there are too many to tell one by one."""


def _line(act: Act, outcome: object) -> str:
    words = " ".join(str(value) for value in act.given.values())
    end = f" — {outcome.line()}" if isinstance(outcome, Refused) else ""
    return f"{act.action} {words}{end}"


def _days(case: Case) -> tuple[datetime, datetime]:
    """Return the instants between which a campaign runs by its plan."""
    last = max(state.last_day for state in case.phase_states())
    return at(case.plan, case.head.adopted_on), at(case.plan, last)
