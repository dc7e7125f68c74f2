"""A process that serves: looks often, beats when something is due, is seen, and ends in order (SEMANTICS X1–X3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from engine import words
from engine.bootstrap import Wired
from engine.clock import DriftWatch, sleep, stopwatch
from engine.errors import ClockJumped, DatabaseGone, DatabaseProblem, PhasegateError
from engine.model import Worker
from engine.records import field, record, replace
from engine.service.audit.installation import accepted_clock, clock_behind
from engine.service.audit.soundness import damage_behind
from engine.service.clock.sweep import CampaignsFailed, Swept, WorkShare, sweep
from engine.service.delivery.relaying import Delivered, deliver
from engine.service.delivery.standing import anything_due
from engine.service.delivery.workers import enter, leave, renew
from engine.store.codec import EPOCH
from engine.store.files import Seen
from notifications.notice import NoticeError

LARGEST_JUMP_IN_SECONDS: Final = 300.0
BREATH_IN_SECONDS: Final = 0.03


class Stopped(Exception):
    """The batch is finished and the process is to end."""


@record(frozen=False, kw_only=False)
class Stop:
    """Told once, by a signal; asked between batches."""

    told: bool = False
    rest_in_seconds: float = BREATH_IN_SECONDS

    def tell(self, *_: object) -> None:
        """Ask for the end; safe inside a signal handler."""
        self.told = True

    def breathe(self) -> None:
        """Leave the database free for a moment between batches, or end after this one (F3)."""
        if self.told:
            raise Stopped
        self.rest()

    def rest(self) -> None:
        """Leave the database free for a moment."""
        if self.rest_in_seconds:
            sleep(self.rest_in_seconds)


@record(frozen=False, kw_only=False)
class Guard:
    """Refuses to beat after wall time jumped ahead, until it is set right or a person accepts it (C4)."""

    watch: DriftWatch = field(default_factory=DriftWatch)
    _ahead: float = 0.0
    _accepted_before: datetime | None = None

    def minutes_ahead(self, accepted_at: Callable[[], datetime]) -> int:
        """Return by how many minutes the clock jumped ahead, so that no beat may be made; 0 where one may."""
        jump = self.watch.jump()
        if self._ahead or jump > LARGEST_JUMP_IN_SECONDS:
            self._ahead += jump
        if self._ahead <= LARGEST_JUMP_IN_SECONDS or self._is_accepted(accepted_at()):
            self._ahead, self._accepted_before = 0.0, None
            return 0
        return round(self._ahead / 60)

    def _is_accepted(self, at: datetime) -> bool:
        """Tell whether a person accepted the clock since it jumped: also before it was noticed, in a long beat."""
        if self._accepted_before is None:
            self._accepted_before = at
            return at.timestamp() > self.watch.wall_seen - self._ahead
        return at != self._accepted_before


@record(frozen=False, kw_only=False)
class Rhythm:
    """When a full beat is due, and when a look may be made: what gains nothing is tried ever more seldom."""

    every: float
    poll: float
    steady: Callable[[], float] = stopwatch
    _full_at: float | None = None
    _look_at: float = 0.0
    _pause: float = 0.0

    def is_full(self) -> bool:
        """Tell whether the time of a full beat has come, and begin to count anew."""
        now = self.steady()
        if self._full_at is not None and now < self._full_at:
            return False
        self._full_at = now + self.every
        return True

    def may_look(self) -> bool:
        """Tell whether it is not too soon after looks that led to nothing."""
        return self.steady() >= self._look_at

    def at_once(self) -> None:
        """Forget what is waited for: the next look is a full beat."""
        self._full_at, self._look_at, self._pause = None, 0.0, 0.0

    def learn(self, *, gained: bool) -> None:
        """Look again at once where something was gained, else after a pause that doubles up to a full beat."""
        self._pause = 0.0 if gained else min(max(2 * self._pause, self.poll), self.every)
        self._look_at = self.steady() + self._pause


@record
class Made:
    """What one beat made of what was due."""

    swept: Swept = field(default_factory=Swept)
    delivered: Delivered = field(default_factory=Delivered)
    seconds: float = 0.0
    code: str = ""
    line: str = ""
    error: Exception | None = None
    """What nobody expected, where something of that kind was behind it."""

    @property
    def gained(self) -> bool:
        """Tell whether anything was moved on."""
        return bool(self.swept.moments or self.swept.notices or self.delivered.sent or self.delivered.failed)

    def counts(self) -> dict[str, int]:
        """Return what was counted, by name."""
        return {
            "moments": self.swept.moments,
            "notices": self.swept.notices,
            "sent": self.delivered.sent,
            "retried": self.delivered.queued,
            "failed": self.delivered.failed,
        }

    def words(self) -> str:
        """Return what was counted as a person reads it."""
        said = f"{self.swept.moments} moments, {self.swept.notices} notices written, {self.delivered.sent} sent"
        later = f", {self.delivered.queued} to be tried again" if self.delivered.queued else ""
        return said + later + (f", {self.delivered.failed} failed" if self.delivered.failed else "")


@record
class ServingEvent:
    """Something an operator may want to know: a line, the same as facts, and what nobody expected behind it."""

    event: str
    worker: str
    line: str
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    error: Exception | None = None


Say = Callable[[ServingEvent], None]


@record(frozen=False, kw_only=False)
class Beat:
    """Called every second or so: looks, sweeps and delivers where something is due; no error escapes.

    What goes wrong is told once and tried again.
    """

    wired: Wired
    worker: Worker
    stop: Stop
    pace: Rhythm
    say: Say
    meter: Callable[[Made], None] = lambda _: None
    guard: Guard = field(default_factory=Guard)
    share: WorkShare = field(default_factory=WorkShare)
    file: Seen | None = None
    """Which file is served, where it is one."""
    gone: DatabaseGone | None = None
    """Why the process ended by itself: what it served is not there any more."""
    _seen_at: float = 0.0
    _last_line: str = ""
    _unforeseen_line: str = ""
    _behind: Made = field(default_factory=Made)
    _is_behind: bool = False
    _is_ahead: bool = False
    _accepted_at: datetime = EPOCH

    def __call__(self) -> None:
        """Look once, and beat where there is something to do."""
        began = self.pace.steady()
        try:
            self._require_file()
            made = self._looked()
        except Stopped:
            return
        except DatabaseGone as error:
            self.gone = error
            self.stop.tell()
            return
        except (PhasegateError, NoticeError) as error:
            made = Made(code=error.code, line=words.line(error.key, error.facts))
        except Exception as error:
            made = self._unforeseen(error)
        if made is not None:
            self._tell(replace(made, seconds=self.pace.steady() - began))

    def _unforeseen(self, error: Exception) -> Made:
        """Say what nobody foresaw; a database that is damaged may be behind it, which is looked for once."""
        line = f"PG999  this beat failed — {type(error).__name__}: {error} — it is tried again"
        if line != self._unforeseen_line:
            damage = damage_behind(self.wired.desk, error, replays=False)
            self._unforeseen_line = line
            code, line = (damage.code, damage.line()) if damage else ("PG999", line)
            self._behind = Made(code=code, line=line, error=error)
        return self._behind

    def _looked(self) -> Made | None:
        """Beat if it is time, or if something is due; None where there was nothing to do."""
        if self.stop.told:
            raise Stopped
        desk = self.wired.desk
        ahead = self.guard.minutes_ahead(lambda: accepted_clock(desk))
        if self._has_turned(bool(ahead)):
            self.pace.at_once()
        full = self.pace.is_full()
        if not full and not (self.pace.may_look() and anything_due(desk)):
            return None
        if full:
            self._be_seen()
        if ahead:
            raise ClockJumped("jumped", minutes=ahead)
        return self._beaten()

    def _has_turned(self, ahead: bool) -> bool:
        """Tell whether the clock jumped, was set right or accepted since the last look: that is acted on at once."""
        turned, self._is_ahead = ahead != self._is_ahead, ahead
        if not self._is_behind:
            return turned
        last, self._accepted_at = self._accepted_at, accepted_clock(self.wired.desk)
        return turned or self._accepted_at != last

    def _beaten(self) -> Made:
        desk = self.wired.desk
        failed: PhasegateError | None = None
        try:
            swept = sweep(desk, self._between, share=self.share)
        except CampaignsFailed as error:
            swept, failed = error.swept, error
        if self.stop.told:
            raise Stopped
        wired, who = self.wired, self.worker.identity
        # On PostgreSQL nobody waits for what a delivery holds.
        rest = self.stop.rest if desk.database.has_one_writer else nothing
        steady, links = self.pace.steady, wired.links()
        delivered = deliver(desk, wired.channels, wired.sender, who, self._is_over, rest, steady, links)
        refuses = swept.refused > 0 and failed is None
        if refuses:
            failed = ClockJumped("records_ahead", number=swept.refused)
        self._mind_the_clock(told=refuses)
        code, line = (failed.code, failed.line()) if failed else ("", "")
        return Made(swept=swept, delivered=delivered, code=code, line=line, error=_unexpected(failed))

    def _require_file(self) -> None:
        """Go no further where the name leads to another file: its journal would be worked into that one."""
        if self.file is not None and not self.file.is_there():
            raise DatabaseGone(url=self.wired.desk.database.url)

    # --- being seen ---

    def greet(self) -> None:
        """Say which database is served, by whom and how often."""
        url, name, pace = self.wired.desk.database.url, self.worker.name, self.pace
        line = f"serving {url} as {name}, a look every {pace.poll:g} s, a beat every {pace.every:g} s"
        self._say("serving", line, url=url, every=pace.every, poll=pace.poll, version=self.worker.version)

    def _be_seen(self) -> None:
        """Enter the roll, or renew the place in it."""
        self._seen_at = self.pace.steady()
        if not self.worker.id:
            self.worker = enter(self.wired.desk, self.worker)
            self._say("entered", f"entered the roll as {self.worker.identity}")
        self.share = renew(self.wired.desk, replace(self.worker, state="stopping" if self.stop.told else "serving"))

    def _mind_the_clock(self, *, told: bool) -> None:
        """Say that the clock stands behind the records, also while nothing is due, and when it does no more."""
        with suppress(DatabaseProblem):
            self._accepted_at = accepted_clock(self.wired.desk)
            behind = clock_behind(self.wired.desk)
            if behind and not self._is_behind and not told:
                self._say("error", behind.line(), behind.code)
            if self._is_behind and not behind:
                self._say("recovered", "the clock stands behind no record any more")
            self._is_behind = behind is not None

    def _stay_seen(self) -> None:
        """Renew within a long beat; where that does not succeed now, the work goes on."""
        if self.pace.steady() - self._seen_at >= self.pace.every:
            with suppress(DatabaseProblem):
                self._be_seen()

    def _between(self) -> None:
        self._require_file()
        self.stop.breathe()
        self._stay_seen()

    def _is_over(self) -> bool:
        self._stay_seen()
        return self.stop.told

    def wind_up(self) -> None:
        """Say that the batch at hand is the last one."""
        self._say("stopping", "stopping: the batch at hand is finished first")
        if self.worker.id and not self.gone:
            with suppress(DatabaseProblem):
                renew(self.wired.desk, replace(self.worker, state="stopping"))

    def sign_off(self) -> None:
        """Leave the roll; where the database cannot be reached it is told, and the roll finds out by itself."""
        try:
            if self.worker.id and not self.gone:
                leave(self.wired.desk, self.worker)
        except DatabaseProblem as error:
            self._say("error", error.line(), error.code)
        self._say("stopped", "stopped")

    # --- telling ---

    def _say(self, event: str, line: str, code: str = "", *, error: Exception | None = None, **facts: Any) -> None:
        name = self.worker.identity if self.worker.id else self.worker.name
        self.say(ServingEvent(event=event, worker=name, line=line, code=code, facts=facts, error=error))

    def _tell(self, made: Made) -> None:
        self.pace.learn(gained=made.gained and not made.line)
        self._count(made)
        self.meter(made)
        if made.delivered != Delivered() or made.gained:
            facts: dict[str, Any] = {**made.counts(), "seconds": round(made.seconds, 3)}
            self._say("beat", made.words(), **facts)
        self._complain(made)

    def _complain(self, made: Made) -> None:
        """Tell what is wrong once, not at every beat, and when it is over."""
        if made.line and made.line != self._last_line:
            self._say("error", made.line, made.code, error=made.error)
        if self._last_line and not made.line:
            self._say("recovered", "goes on again")
        self._last_line = made.line

    def _count(self, made: Made) -> None:
        worker = self.worker
        self.worker = replace(
            worker,
            beats=worker.beats + 1,
            moments=worker.moments + made.swept.moments,
            notices=worker.notices + made.swept.notices,
            sent=worker.sent + made.delivered.sent,
            failed=worker.failed + made.delivered.failed,
            errors=worker.errors + bool(made.line),
            last_beat=round(made.seconds * 1000),
            last_error=made.line or worker.last_error,
        )


def _unexpected(failed: PhasegateError | None) -> Exception | None:
    """Return what a failed campaign stumbled over, unless that is an error of ours that says all there is to say."""
    cause = failed.__cause__ if failed else None
    return cause if isinstance(cause, Exception) and not isinstance(cause, PhasegateError | NoticeError) else None


def nothing() -> None:
    """Do nothing."""


def phase(name: str) -> float:
    """Return a part of a beat, 0 to 1, by which a worker of this name begins later: they are not in step."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) / 2**32
