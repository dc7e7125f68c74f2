"""`python -m tests.histories`: freeze what the program writes now.

Until 0.1.0 is released the set may be written anew when a rule changes, and CHANGELOG says why. From then on a frozen
history is never written again: a changed rule carries a version (CONTRIBUTING), and new histories are added.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count, takewhile
from pathlib import Path

from engine.service.kernel.registry import new_desk

sys.path.insert(0, str(Path(__file__).parents[1]))

from conftest import _started
from small_county import SCRIPT, desk_at

from engine.bootstrap import Wired, channels_of
from engine.clock import SteppedClock
from engine.demo import play
from engine.service.kernel.installing import establish
from engine.store.database import Database
from engine.store.migrations import upgrade
from tests.histories.frozen import freeze

DEMOS = {"shizhu": 0.22, "pingliang": 0.06, "guazhou": 0.35, "county-template": 0.5, "mile": 0.4}
"""How far each demonstration is lived: so far that phases moved, papers were signed, and something is under way."""
UNTIL = "a finding is to be put right"
"""With which step the county is left: its second campaign runs, and a task has joined it."""
SEED = "frozen"


def tokens(name: str) -> Callable[[], str]:
    """Return what gives the random names of a history, the same each time it is frozen."""
    numbers = count()
    return lambda: sha256(f"{name}/{next(numbers)}".encode()).hexdigest()[:32]


def demo(database: Database, name: str, folder: Path) -> None:
    """Live through the beginning of a demonstration in a rehearsal database."""
    clock = SteppedClock(datetime.min.replace(tzinfo=UTC))
    desk = new_desk(database=database, clock=clock, token=tokens(name))
    given = {"PHASEGATE_EML_DIR": str(folder / "letters")}
    wired = Wired(desk=desk, channels=channels_of(given), sender="office@example.org", worker="frozen", given=given)
    play.adopt(wired, clock, name, {})
    play.play(wired, clock, SEED, lambda share, at, line: None, DEMOS[name])


def county(database: Database) -> None:
    """Live through half of a small county with a city above, in a database that is no rehearsal."""
    desk = desk_at(database)
    desk = new_desk(database, desk.clock, desk.library, token=tokens("county"))
    establish(desk, rehearsal=False)
    for step in takewhile(lambda step: step.name != UNTIL, SCRIPT):
        step(desk)


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a server and give the URL of an empty database on it."""
    server = _started(folder / "data")
    try:
        yield str(server.get_uri("postgres"))
    finally:
        server.cleanup()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for one in DEMOS:
            database = upgrade(f"sqlite:///{folder / one}.db")
            demo(database, one, folder / one)
            print(one, freeze(database, one))
            database.close()
        database = upgrade(f"sqlite:///{folder / 'county'}.db")
        county(database)
        print("county", freeze(database, "county"))
        database.close()
        database = upgrade(stack.enter_context(postgres(folder)))
        demo(database, "mile", folder / "pg")
        print("mile-postgresql", freeze(database, "mile-postgresql"))
        database.close()


if __name__ == "__main__":
    main()
