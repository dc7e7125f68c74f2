"""Notices through an SMTP server that misbehaves: `python -m tests.faults smtp`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC
from math import ceil
from pathlib import Path
from random import Random
from time import monotonic, sleep

from engine.store.migrations import upgrade
from tests.faults import proof
from tests.faults.clocks import EPOCH, MILLISECOND, ToldClock
from tests.faults.county import ADOPTED, County, due_days
from tests.faults.crew import Crew
from tests.faults.fires import audited, founded
from tests.faults.options import options_from
from tests.faults.proof import Eye, ms_of, stated
from tests.faults.server import running
from tests.faults.smtp_server import is_refused
from tests.faults.spawner import Place, Spawner
from tests.faults.told import Told

LOOK_IN_SECONDS = 0.02
HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a run is told: how many notices, by how many workers, how long the client waits for an answer."""

    notices: int = 500
    workers: int = 2
    seed: int = 1
    minutes: float = 15.0
    timeout: float = 0.4
    units: int = 250
    beat: float = 0.2
    poll: float = 0.05
    sqlite: bool = False


@dataclass
class Post:
    """The server's process: it is started again a while after it died, and not before."""

    book: Path
    options: Options
    random: Random
    port: int = field(default_factory=lambda: free_port())
    lives: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _start_at: float = 0.0

    def tend(self) -> None:
        """Start it, or start it again once it was away long enough."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
            self._start_at = monotonic() + self.random.uniform(0.1, 1.0)
        if self._process is None and monotonic() >= self._start_at:
            told = (self.port, self.book, self.options.seed, self.options.timeout)
            script = Path(__file__).with_name("smtp_server.py")
            self._process = subprocess.Popen([sys.executable, str(script), *map(str, told)])
            self.lives += 1

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def settings(self) -> dict[str, str]:
        given = {"HOST": HOST, "PORT": self.port, "TLS": "none", "TIMEOUT": self.options.timeout}
        return {f"PHASEGATE_SMTP_{name}": str(value) for name, value in given.items()}

    def noted(self) -> list[dict[str, object]]:
        """Return what the server wrote down of every message that was handed over."""
        return [json.loads(line) for line in self.book.read_text().splitlines()]


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@dataclass
class Run:
    """The days on which messages go, are refused, and go again."""

    options: Options
    eye: Eye
    clock: ToldClock
    crew: Crew
    post: Post
    told: Told
    began: float = field(default_factory=monotonic)
    steps: int = 0

    def live(self) -> None:
        """Step from pause to pause until nothing is queued any more."""
        self.crew.fill()
        while left := self._left():
            assert monotonic() - self.began < 60 * self.options.minutes, f"{left} messages are still on their way"
            self.post.tend()
            if self._is_quiet():
                self._step()
            self.told.now_and_then(lambda: f"{self.clock.now():%m-%d %H:%M}, {left} to go, {self.steps} steps")
            sleep(LOOK_IN_SECONDS)

    def _left(self) -> int:
        due = f"(SELECT count(*) FROM armed WHERE at <= {ms_of(self.clock.now())})"
        return self.eye.one(f"SELECT {due} + (SELECT count(*) FROM outbox WHERE state = 'queued')")

    def _is_quiet(self) -> bool:
        """Tell whether nobody can do anything now: nothing is due, and no message is in somebody's hands."""
        now = ms_of(self.clock.now())
        waits = f"EXISTS (SELECT 1 FROM lane WHERE lane.channel = outbox.channel AND lane.until > {now})"
        busy = f"lease_until > {now} OR (next_at <= {now} AND NOT {waits})"
        due = f"(SELECT count(*) FROM armed WHERE at <= {now})"
        return self.eye.one(f"SELECT {due} + (SELECT count(*) FROM outbox WHERE state = 'queued' AND ({busy}))") == 0

    def _step(self) -> None:
        """Go on to when the next message may be tried."""
        now = ms_of(self.clock.now())
        lane = f"SELECT until AS at FROM lane WHERE until > {now}"
        queued = f"SELECT next_at FROM outbox WHERE state = 'queued' AND next_at > {now}"
        [(at,)] = self.eye.rows(f"SELECT min(at) FROM ({lane} UNION ALL {queued}) AS pauses")
        if at is not None:
            self.clock.move_to(EPOCH + at * MILLISECOND)
            self.steps += 1


# --- what must hold ---


def told_wrong(eye: Eye, post: Post) -> list[str]:
    """Hold the outbox against the server's own log."""
    noted = defaultdict(list)
    for line in post.noted():
        noted[line["id"]].append(line)
    rows = eye.rows(MESSAGES)
    ids = {f"{campaign}.{notice & 0xFFFFFFFF}.{number & 0xFFFFFFFF}@phasegate.invalid": rest
           for campaign, number, notice, *rest in rows}  # fmt: skip
    copies = {name: sum(bool(line["taken"]) for line in lines) for name, lines in noted.items()}
    lost = {name: sum(bool(line["lost"]) for line in lines) for name, lines in noted.items()}
    sent = [name for name, (state, *_) in ids.items() if state == "sent"]
    failed = {name: (to, error) for name, (state, to, error) in ids.items() if state == "failed"}
    seed = post.options.seed
    return [
        *stated("messages on their way", [n for n, (state, *_) in ids.items() if state not in ("sent", "failed")]),
        *stated("messages sent that the server never took", [name for name in sent if not copies.get(name)]),
        *stated("copies that no lost answer explains", [n for n, many in copies.items() if many > 1 + lost[n]]),
        *stated("copies that differ", [n for n, lines in noted.items() if len({line["sha"] for line in lines}) > 1]),
        *stated("messages that nobody wrote", noted.keys() - ids.keys()),
        *stated(
            "dead letters without a refusal", [n for n, (to, why) in failed.items() if not _refused(seed, to, why)]
        ),
        *stated(
            "refused for good and not dead",
            [n for n, (s, to, _) in ids.items() if s == "sent" and is_refused(seed, to)],
        ),
    ]


MESSAGES = """
SELECT s.installation || '.' || c.uid, o.id, o.notice, o.state, o.recipient, o.error
FROM outbox o JOIN campaign c ON c.id = o.campaign JOIN "system" s ON s.id = 0
"""


def _refused(seed: int, to: str, why: str) -> bool:
    return is_refused(seed, to) if why.startswith("550 no such mailbox") else why.startswith("554 not wanted")


def run(options: Options, told: Told) -> list[str]:
    """Send the notices on a database of its own, and return what is wrong at the end."""
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="phasegate-smtp-")))
        server = None if options.sqlite else kept.enter_context(running())
        url = server.uri if server else f"sqlite:///{folder / 'phasegate.db'}"
        upgrade(url).close()
        return lived(options, url, folder, kept.enter_context(Spawner.opened()), told)


def lived(options: Options, url: str, folder: Path, spawner: Spawner, told: Told) -> list[str]:
    """Send the notices on a database without campaigns, and return what is wrong at the end."""
    random = Random(options.seed)
    clock = ToldClock(folder / "clock")
    clock.move_to(ADOPTED.replace(hour=9).astimezone(UTC))
    county = County(units=options.units, tasks=1, due=due_days(1), channel="smtp", ladder=())
    founded(url, {f"county-{n + 1}": county for n in range(ceil(options.notices / options.units))}, clock)
    with ExitStack() as kept:
        post = Post(folder / "post.jsonl", options, random)
        kept.callback(post.close)
        place = Place(url, clock.path, folder / "logs", options.beat, options.poll, post.settings())
        crew = Crew(size=options.workers, place=place, random=random, spawner=spawner)
        run = Run(options, Eye(url), clock, crew, post, told)
        kept.callback(run.eye.close)
        run.live()
        wrong = [*crew.dismiss(), *crew.complaints(), *told_wrong(run.eye, post)]
        wrong += [*proof.chains(run.eye), *audited(url, clock)]
        _summed_up(run, told)
        return wrong


def _summed_up(run: Run, told: Told) -> None:
    noted = run.post.noted()
    answers = Counter(str(line["answer"]) for line in noted)
    took = monotonic() - run.began
    states = dict(run.eye.rows("SELECT state, count(*) FROM outbox GROUP BY 1"))
    told(f"{states} in {took:.0f} s, {run.steps} steps, {run.post.lives} lives of the server")
    told(f"handed over {len(noted)} times: {dict(answers)}")


def main(args: list[str], told: Told) -> list[str]:
    return run(options_from(args, Options(), __doc__), told)
