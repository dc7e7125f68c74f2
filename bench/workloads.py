"""What one turn of a module's work is, written so that an older checkout's bench can be told to do it, too.

`bench/turns.py` starts this file in a checkout, with that checkout's interpreter: whatever is imported here from
`bench` and `engine` is the checkout's own. A turn is asked for by a line on standard input and answered by a line
with the CPU time (user and system, children that ended included) that one operation took, in seconds.
"""

from __future__ import annotations

import gc
import resource
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

Call = Callable[[], object]
MOST_TURNS = 9
"""As many as the days that `sweeping` has, less the first."""


def cpu() -> float:
    """Return the seconds of CPU that this process and its ended children have had, user and system."""
    spent = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


class Turn(NamedTuple):
    """What is measured, into how many operations it is divided, what runs before it unmeasured, and the meter."""

    work: Call
    operations: int
    before: Call = lambda: None
    meter: Callable[[], float] = cpu

    def spent(self) -> float:
        """Do it and return the seconds for one operation."""
        self.before()
        gc.collect()
        start = self.meter()
        self.work()
        return (self.meter() - start) / self.operations


Work = Callable[[Path], Iterator[Turn]]


def _of(name: str) -> Any:
    """Return a module of this checkout's bench, of which only the names that are used here need be there."""
    return import_module(f"bench.{name}")


def batches(room: Path) -> Iterator[Turn]:
    """500 submissions in one transaction."""
    batches, county = _of("batches"), _of("county")

    county.new(county.url_of(room / "b.db"), 20, 250)
    desk = county.desk_of(county.url_of(room / "b.db"))
    parts = iter(batches.batches(county.owed(20, 250)))
    yield Turn(lambda: batches.submit_all(desk, next(parts)), batches.BATCH)


def durable(room: Path) -> Iterator[Turn]:
    """100 submissions, one commit each."""
    county = _of("county")

    county.new(county.url_of(room / "d.db"), 20, 50)
    yield _submissions(county.url_of(room / "d.db"), cpu)


def postgres(room: Path) -> Iterator[Turn]:
    """80 submissions on PostgreSQL: the CPU of the process that commands."""
    yield from _on_postgres(lambda folder: cpu)


def server(room: Path) -> Iterator[Turn]:
    """80 submissions on PostgreSQL: the CPU of the server's processes."""
    yield from _on_postgres(lambda folder: partial(_of_server, folder))


def _on_postgres(meter: Callable[[Path], Callable[[], float]]) -> Iterator[Turn]:
    postgres = _of("postgres")

    with postgres._server() as running:
        url = postgres._database(running, "turns")
        yield _submissions(url, meter(Path(running.pgdata)), 80)


def _submissions(url: str, meter: Callable[[], float], number: int = 100) -> Turn:
    county, durable = _of("county"), _of("durable")

    desk, owed = county.desk_of(url), iter(county.owed(20, 40))
    return Turn(lambda: [durable.submit(desk, *each) for each in islice(owed, number)], number, meter=meter)


def _of_server(folder: Path) -> float:
    """Return the seconds of CPU that the processes of a server have had, as the scheduler counts them."""
    first = int((folder / "postmaster.pid").read_text().splitlines()[0])
    whole = [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in whole) / 1e9


def sweeping(room: Path) -> Iterator[Turn]:
    """A sweep of 1,000 due among 100,000 open."""
    sweeping = _of("sweeping")

    desk, days = sweeping._office(10), iter(sweeping._days())
    yield Turn(lambda: sweeping._swept(desk, next(days)), sweeping.A_ROUND)


def outage(room: Path) -> Iterator[Turn]:
    """1,000 overdue caught up, with their many rungs, in a process that just opened the database."""
    crowd, outage = _of("crowd"), _of("outage")

    def fresh() -> Path:
        path: Path = crowd.kept("outage-1", str(outage.__file__), partial(outage._build, campaigns=1))
        return path

    yield Turn(lambda: outage.caught_up(fresh(), 1), outage.UNITS * outage.TASKS, fresh)


def workers(room: Path) -> Iterator[Turn]:
    """One worker's sweep of 960 due in 8 campaigns on PostgreSQL: the CPU of the worker."""
    workers = _of("workers")

    with workers._server() as running:
        url = str(running.get_uri("postgres"))
        database = workers.upgrade(url)
        workers._build(database, 8, 5)
        database.close()
        workers._sit_down(url, None)
        seat, days = workers._seat[0], iter(workers._days(5))

        def work() -> None:
            seat.clock.move_to(next(days))
            workers.sweep(seat.desk)

        yield Turn(work, 8 * workers.UNITS * workers.A_DAY)


def country(room: Path) -> Iterator[Turn]:
    """A day's sweep of 60 counties, 360 due, in a process that just opened the database."""
    country, crowd = _of("country"), _of("crowd")

    def fresh() -> Path:
        path: Path = crowd.kept("country-60", str(country.__file__), partial(country._build, counties=60))
        return path

    yield Turn(lambda: country.swept(fresh()), 60 * country.DUE, fresh)


def starting(room: Path) -> Iterator[Turn]:
    """Starting a campaign of 10,000 assignments."""
    county, starting = _of("county"), _of("starting")

    starting.upgrade(county.url_of(room / "empty.db")).close()
    empty = partial(shutil.copyfile, room / "empty.db", room / "s.db")
    yield Turn(lambda: starting.start(room / "s.db", 20, 500), 20 * 500, empty)


def proof(room: Path) -> Iterator[Turn]:
    """The whole proof of Shizhu's demo, a record."""
    verifying = _of("verifying")

    yield _proof(verifying.kept("shizhu", verifying.__file__, verifying._shizhu, *verifying.ENGINE))


def begun(room: Path) -> Iterator[Turn]:
    """The whole proof of a county of 5,000 assignments just begun, a row."""
    county = _of("county")

    county.new(county.url_of(room / "v.db"), 100, 50)
    yield _proof(room / "v.db", "rows")


def _proof(path: Path, counted: str = "records") -> Turn:
    verifying = _of("verifying")

    desk = _desk(path)
    found = verifying.verify_all(desk)
    assert found.holds, found.findings[:3]
    return Turn(lambda: verifying.verify_all(desk), getattr(found, counted))


def chain(room: Path) -> Iterator[Turn]:
    """The chains of 50,000 records, a record."""
    verifying = _of("verifying")

    verifying._journals(room / "j.db", verifying.FEW)
    desk = _desk(room / "j.db")
    yield Turn(lambda: verifying._ours(desk, verifying.FEW), verifying.FEW)


def _desk(path: Path) -> Any:
    verifying = _of("verifying")

    made = vars(verifying).get("new_desk", verifying.Desk)  # before 0.1.0's floors a desk was made as it is
    return made(verifying.open_database(f"sqlite:///{path}"), verifying.SteppedClock(verifying.BEGIN))


def rendering(room: Path) -> Iterator[Turn]:
    """Four notices, 500 times each."""
    rendering = _of("rendering")

    def work() -> None:
        for _ in range(500):
            for request in rendering.NOTICES:
                rendering.render.render(request)

    yield Turn(work, 500 * len(rendering.NOTICES))


def help(room: Path) -> Iterator[Turn]:
    """`phasegate --help`, five times."""
    help = _of("help")

    script = Path(sysconfig.get_path("scripts")) / "phasegate"
    yield Turn(lambda: [help._help(script) for _ in range(5)], 5)


WORK: dict[str, Work] = {
    work.__name__: work
    for work in (
        durable, batches, postgres, server, sweeping, country, outage, workers, starting, proof, begun, chain,
        rendering, help,
    )
}  # fmt: skip


def answer(name: str) -> None:
    """Do a turn for each line that comes, and answer with what it took; the first is done before and not told."""
    with tempfile.TemporaryDirectory(prefix="phasegate-turns-") as room, _one(WORK[name](Path(room))) as turn:
        turn.spent()
        print("ready", flush=True)
        for _ in sys.stdin:
            print(turn.spent(), flush=True)


@contextmanager
def _one(turns: Iterator[Turn]) -> Iterator[Turn]:
    yield next(turns)
    assert next(turns, None) is None


if __name__ == "__main__":
    answer(sys.argv[1])
