"""One seed on SQLite and on PostgreSQL: the same bytes in every journal."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.simulation.run import journals_of
from tests.simulation.world import Store, new_folder


@dataclass
class Postgres(Store):
    """A PostgreSQL database of a run, and an onlooker's own connection to it."""

    uri: str = ""

    @property
    def url(self) -> str:
        return self.uri

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        import psycopg

        if self._eye is None:
            self._eye = psycopg.connect(self.uri, autocommit=True)
        found = self._eye.execute(sql.replace("?", "%s"), values).fetchall()
        return [tuple(row) for row in found]


def differing(seed: int, uri: str) -> str:
    """Return where the journals of a seed differ on both databases; nothing where they are alike."""
    file = Store(new_folder(), twin=True)
    file.begin()
    ours, theirs = journals_of(seed, file), journals_of(seed, Postgres(new_folder(), twin=True, uri=uri))
    if ours == theirs:
        return ""
    place = next((n for n, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), -1)
    lengths = f"{len(ours)} records on SQLite, {len(theirs)} on PostgreSQL"
    if place < 0:
        return lengths
    return f"{lengths}; the first that differs:\n{ours[place].decode()}\n{theirs[place].decode()}"


def main(asked: str) -> int:
    """Live each seed on both databases, and say which differ."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from conftest import Postgres as Server
    from conftest import _started

    from engine.store.migrations import upgrade

    first, last = (int(number) for number in asked.split(".."))
    with tempfile.TemporaryDirectory(prefix="phasegate-twins-") as folder:
        server = Server(_started(Path(folder) / "data"))
        try:
            server.do('CREATE DATABASE "phasegate" TEMPLATE "template0"')
            upgrade(server.server.get_uri("phasegate")).close()
            found = {}
            for seed in range(first, last):
                if told := differing(seed, server.new("phasegate")):
                    found[seed] = told
                    print(f"seed {seed}: {told}", flush=True)
                server.drop_all()
        finally:
            server.server.cleanup()
    print(f"{last - first} seeds on both databases, {len(found)} differ")
    return 1 if found or last <= first else 0
