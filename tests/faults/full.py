"""A file system that is full: `python -m tests.faults full`.

Every command either is done or says clearly what is wrong, nothing is half done, and once there is room it goes on.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.clock import SteppedClock
from engine.errors import DatabaseProblem
from engine.service.audit.audit import verify_all
from engine.service.campaigns.founding import create_campaign
from engine.service.clock.sweep import sweep
from engine.service.kernel.plan import Library
from engine.service.kernel.registry import new_desk
from engine.store.database import Database, open_database
from engine.store.migrations import upgrade
from tests.faults.commands import FILES, KEY, NOW, READING, WRITING, Line
from tests.faults.county import ADOPTED, County, due_days
from tests.faults.disk import Disk, NoDisk, mounted
from tests.faults.proof import Eye
from tests.faults.server import running
from tests.faults.spawner import Place, Spawner
from tests.faults.told import Told

if TYPE_CHECKING:
    from small_county import Step

for home in (Path(__file__).parents[1], Path(__file__).parents[1] / "acceptance"):
    sys.path.insert(0, str(home))

LEVELS_IN_KB = (0, 4, 8, 16, 32, 64, 128, 256, 512)
DISK_IN_KB = 8 * 1024
SAYS_SO = re.compile(r"PG\d{3}  .*(is full|No space left on device|disk I/O error).* — .*make room.*\n")
AT = datetime(2022, 9, 1, 2, 30, tzinfo=UTC)
LATER = "2022-09-01T11:00"
State = dict[str, list[tuple[object, ...]]]


def state_of(path: Path) -> State:
    """Return all that a SQLite file holds; the order of rows means nothing."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


@dataclass
class Office:
    """A campaign on the first of September on a disk of its own, restored before every command."""

    disk: Disk
    folder: Path
    spawner: Spawner
    wrong: list[str] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    @property
    def base(self) -> Path:
        return self.folder / "base.db"

    @property
    def path(self) -> Path:
        return self.disk.folder / "phasegate.db"

    def run(self, *words: str, now: str = NOW, path: Path | None = None) -> tuple[int, str, str]:
        """Run a command on the copy that lies on the disk, or on another file."""
        given = {"PHASEGATE_EML_DIR": str(self.disk.folder / "eml"), "PHASEGATE_DEBUG": ""}
        given["PHASEGATE_REHEARSAL"] = "1"
        place = Place(f"sqlite:///{path or self.path}", self.folder, self.folder, 0, 0, given)
        clock = () if words[0] == "db" else ("--now", now)
        return self.spawner.command(place, *words, *clock)

    def restore(self) -> None:
        """Empty the disk but for a fresh copy of the office's database."""
        for each in self.disk.folder.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        shutil.copy(self.base, self.path)

    def fails(self, what: str) -> None:
        self.wrong.append(what)

    # --- one command on a full disk ---

    def try_out(self, line: Line, free_in_kb: int) -> None:
        """Run a command with so much room: done, or said and nothing half done; with room it is done."""
        self.restore()
        words = [word.format(disk=self.disk.folder, plan=self.folder / "plan") for word in line.words]
        before, there = state_of(self.path), self._files()
        self.disk.fill(free_in_kb)
        code, _, err = self.run(*words)
        self.did["done" if code == 0 else "refused for want of room"] += 1
        self.disk.make_room()
        if code != 0:
            self._must_be_untouched(line, free_in_kb, err, before, there)
            code, out, err = self.run(*words)
            if code != 0:
                self.fails(f"{line} with room again after {free_in_kb} kB: {out}{err}")
        self._must_hold(f"{line} at {free_in_kb} kB")

    def _must_be_untouched(self, line: Line, free_in_kb: int, err: str, before: State, there: set[str]) -> None:
        where = f"{line} at {free_in_kb} kB"
        if not SAYS_SO.fullmatch(err):
            self.fails(f"{where} does not say that the disk is full: {err}")
        if line.whole and state_of(self.path) != before:
            self.fails(f"{where} is half done")
        if more := {name for name in self._files() - there if not self._is_empty(name)}:
            self.fails(f"{where} leaves {', '.join(sorted(more))}")

    def _is_empty(self, name: str) -> bool:
        """Tell whether a file is a database without tables, which is as good as none."""
        return name == "new.db" and state_of(self.disk.folder / name) == {}

    def _files(self) -> set[str]:
        found = {str(path.relative_to(self.disk.folder)) for path in self.disk.folder.rglob("*")}
        return {name for name in found if not name.endswith(("-journal", "-wal", "-shm"))}

    def _must_hold(self, where: str) -> None:
        desk = new_desk(open_database(f"sqlite:///{self.path}"), SteppedClock(AT))
        found = verify_all(desk).findings
        desk.database.close()
        if found:
            self.fails(f"{where}: the history does not hold: {found[0]}")

    def look(self, line: Line) -> None:
        """Run a command that only reads, on a disk without a byte: it says what it says with room."""
        self.restore()
        with_room = self.run(*line.words)
        self.disk.fill(0)
        without = self.run(*line.words)
        self.disk.make_room()
        self.did["read"] += 1
        # With a write-ahead log even who reads writes a little.
        if without != with_room and not SAYS_SO.search(without[1] + without[2]):
            self.fails(f"{line} reads otherwise on a full disk: {without}")

    # --- messages on their way ---

    def deliver(self) -> None:
        """Let letters go to a full disk, then to one with room, and hold them against those of an untroubled office."""
        self.restore()
        self.run("sweep")
        wanted = self._letters()
        self.restore()
        for free_in_kb in (0, 4, 8):
            self.disk.fill(free_in_kb)
            code, _, err = self.run("sweep", "--db", f"sqlite:///{self._elsewhere()}")
            if code:
                self.fails(f"a sweep with a full folder of letters: {err}")
            if self._letters().items() - wanted.items():
                self.fails("a letter is cut short")
            if parts := [path.name for path in self.disk.folder.rglob("*.part")]:
                self.fails(f"left in the folder of letters: {parts}")
        self.disk.make_room()
        self.run("sweep", "--db", f"sqlite:///{self._elsewhere()}", now=LATER)
        if self._letters() != wanted:
            self.fails(f"with room again {len(self._letters())} of {len(wanted)} letters go")
        self.did["letters"] += len(wanted)

    def _elsewhere(self) -> Path:
        """Return a copy of the office's database where there is room."""
        path = self.folder / "elsewhere.db"
        if not path.exists():
            shutil.copy(self.base, path)
        return path

    def _letters(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.disk.folder.rglob("*.eml")}


def founded(office: Office) -> None:
    """Lay down the office: a unit has handed in, another is late, messages are queued and moments due."""
    from clerk import GATE, QUOTA, TASKS
    from office import plan

    (office.folder / "plan").mkdir()
    for name, text in plan(tasks=TASKS, gate=GATE, top=QUOTA).items():
        (office.folder / "plan" / name).write_text(text, encoding="utf-8")
    lines = (
        ("", "db create"),
        ("2022-07-05T08:30", f"campaign create {KEY} --workflow {office.folder / 'plan'}"),
        ("2022-07-06T10:00", "sweep --no-deliver"),
        ("2022-08-20T10:00", f"task submit {KEY} report --note 材料 --as 东镇"),
        ("2022-09-01T09:00", "sweep --no-deliver"),
    )
    for now, words in lines:
        code, out, err = office.run(*words.split(), now=now, path=office.base)
        assert code == 0, out + err


def on_a_full_disk(folder: Path, spawner: Spawner, told: Told, levels: Sequence[int] = LEVELS_IN_KB) -> list[str]:
    """Run every command at every level of room on a small file system."""
    with mounted(DISK_IN_KB) as disk:
        office = Office(disk, folder, spawner)
        founded(office)
        for line in (*WRITING, *FILES):
            for free_in_kb in levels:
                office.try_out(line, free_in_kb)
                told.now_and_then(lambda: f"{dict(office.did)}")
        for line in READING:
            office.look(line)
        office.deliver()
        told(f"a full file system: {dict(office.did)}")
        return office.wrong


# --- PostgreSQL ---


def on_postgres(told: Told) -> list[str]:
    """Begin campaigns and sweep on a tablespace that fills up."""
    with mounted(DISK_IN_KB * 4) as disk, running() as server:
        place = disk.folder / "tables"
        place.mkdir()
        server.own(place)
        server.do(f"CREATE TABLESPACE small LOCATION '{place}'", "CREATE DATABASE small TABLESPACE small")
        url = server.uri_of("small")
        wrong, refused = _filled_up(url, disk)
        server.do("DROP DATABASE small WITH (FORCE)", "DROP TABLESPACE small")
        told(f"a full tablespace of PostgreSQL: {refused} refused for want of room")
        return wrong


def _filled_up(url: str, disk: Disk) -> tuple[list[str], int]:
    county = County(units=20, tasks=20, due=due_days(1))
    clock = SteppedClock(ADOPTED)
    desk, eye = new_desk(upgrade(url), clock), Eye(url)
    create_campaign(desk, "first", county.files(), {"adopted": f"{ADOPTED:%Y-%m-%d}"})
    deeds: dict[str, Callable[[], object]] = {
        "a campaign": lambda: create_campaign(desk, "second", county.files(), {"adopted": f"{ADOPTED:%Y-%m-%d}"}),
        "a sweep": lambda: sweep(desk),
    }
    wrong, refused = [], 0
    for what, deed in deeds.items():
        before = dump(eye)
        disk.fill(0)
        try:
            deed()
            wrong.append(f"{what} finds room on a full disk")
        except DatabaseProblem as error:
            refused += 1
            if not SAYS_SO.fullmatch(error.line() + "\n"):
                wrong.append(f"{what}: {error.line()}")
        disk.make_room()
        if what == "a campaign" and dump(eye) != before:
            wrong.append(f"{what} is half done")
        deed()
        clock.move_to(county.last_at())
    wrong += [f"{found.place}: {found.what}" for found in verify_all(desk).findings]
    eye.close()
    desk.database.close()
    return wrong, refused


def dump(eye: Eye) -> State:
    """Return all that a PostgreSQL database holds."""
    names = eye.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: sorted(eye.rows(f'SELECT * FROM "{name}"'), key=repr) for (name,) in names}


# --- a limit of pages, which needs no file system of its own ---


def with_few_pages(folder: Path, told: Told, most: int = 20) -> list[str]:
    """Do every act of a script with ever more pages to spare, until it is done."""
    from small_county import SCRIPT

    base = folder / "script.db"
    upgrade(f"sqlite:///{base}").close()
    limit = Limit(folder, base, most)
    for step in SCRIPT:
        limit.live(step)
    told(f"a limit of pages: {len(SCRIPT)} steps, {limit.refused} refused for want of a page")
    return limit.wrong


@dataclass
class Limit:
    """A database that may grow by so many pages, and what was wrong when it could not."""

    folder: Path
    base: Path
    most: int
    wrong: list[str] = field(default_factory=list)
    refused: int = 0
    _library: Library = field(default_factory=Library)

    def live(self, step: Step) -> None:
        """Do a step with no page to spare, then with one, two …; what it leaves is where the next begins."""
        path = self.folder / "limited.db"
        for spare in range(self.most):
            _copied(self.base, path)
            if self._is_done(step, path, spare):
                _copied(path, self.base)
                return
            if not step.by_the_clock and not _same(path, self.base):
                self.wrong.append(f"{step.name} with {spare} pages is half done")
        self.wrong.append(f"{step.name} is not done with {self.most} pages")

    def _is_done(self, step: Step, path: Path, spare: int) -> bool:
        from small_county import desk_at

        database = limited(path, spare)
        try:
            step(desk_at(database, library=self._library))
        except DatabaseProblem as error:
            self.refused += 1
            if not SAYS_SO.fullmatch(error.line() + "\n"):
                self.wrong.append(f"{step.name} with {spare} pages: {error.line()}")
            return False
        finally:
            database.close()
        return True


def _same(path: Path, other: Path) -> bool:
    return path.read_bytes() == other.read_bytes() or state_of(path) == state_of(other)


def _copied(source: Path, target: Path) -> None:
    """Copy a closed database, and leave no log of the former one beside it."""
    for end in ("-journal", "-wal", "-shm"):
        Path(f"{target}{end}").unlink(missing_ok=True)
    shutil.copy(source, target)


def limited(path: Path, spare: int) -> Database:
    """Open a database that may grow by so many pages."""
    with closing(sqlite3.connect(path)) as connection:
        most = connection.execute("PRAGMA page_count").fetchone()[0] + spare
    database = open_database(f"sqlite:///{path}", durable=False)
    database.close()
    database.pool.on_connect.append(lambda connection: connection.execute(f"PRAGMA max_page_count = {most}"))
    return database


def main(args: list[str], told: Told) -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.faults full", description=__doc__)
    parser.add_argument("--levels", type=int, nargs="+", default=LEVELS_IN_KB, help="kB that are free")
    given = parser.parse_args(args)
    with ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="phasegate-full-")))
        wrong = with_few_pages(folder, told)
        spawner = kept.enter_context(Spawner.opened())
        try:
            return [*wrong, *on_postgres(told), *on_a_full_disk(folder, spawner, told, given.levels)]
        except NoDisk as why:
            return [*wrong, f"NOT RUN on a full file system: {why}"]
