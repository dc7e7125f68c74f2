"""Behind PgBouncer in transaction mode the next transaction may run on another connection of the server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pooler import ABSENT, PROGRAM, pooled, url_by
from records import TALLY

from engine.model import Tally
from engine.records import replace
from engine.store.database import Database, open_database

ROOT = Path(__file__).parents[2]
WHAT = ("tests/store", "tests/acceptance/test_races.py", "tests/acceptance/test_serve.py")
PAST_THE_THRESHOLD = 8
"""So often a statement is run that psycopg has it prepared after the fifth time."""
CLIENTS = 6

pytestmark = [pytest.mark.long, pytest.mark.skipif(PROGRAM is None, reason=ABSENT)]


@pytest.fixture
def databases(postgres: Any, postgres_template: str) -> Iterator[list[Database]]:
    """One database, opened by several who come by two connections of the pooler."""
    with pooled(Path(postgres.server.pgdata), size=2) as folder, ExitStack() as stack:
        postgres.new(postgres_template)
        url = url_by(folder, postgres.databases[-1])
        opened = [open_database(url) for _ in range(CLIENTS)]
        for database in opened:
            stack.callback(database.close)
        yield opened


def test_what_one_has_run_often_the_others_run_on_the_same_connections(databases: list[Database]) -> None:
    for turn in range(PAST_THE_THRESHOLD):
        for place, database in enumerate(databases):
            with database.write() as work:
                work.add(replace(TALLY, id=turn * CLIENTS + place + 1))
            with database.read() as work:
                assert len(work.find(Tally)) == turn * CLIENTS + place + 1
    with databases[0].read() as work:
        assert len(list(work.stream(Tally))) == PAST_THE_THRESHOLD * CLIENTS


def test_nothing_is_prepared_behind_a_pooler_and_without_one_as_ever(
    databases: list[Database], postgres: Any
) -> None:
    direct = open_database(postgres.server.get_uri(postgres.databases[-1]))
    thresholds = []
    for database in (databases[0], direct):
        with database.lent() as connection:
            thresholds.append(connection.prepare_threshold)
    direct.close()
    assert thresholds == [None, 5]


def test_the_tests_of_the_store_of_races_and_of_workers_of_whom_one_is_killed_pass_behind_it() -> None:
    command = [sys.executable, "-m", "pytest", "--pooler", "-n", "0", "-k", "postgresql or killed", *WHAT]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-6000:]
