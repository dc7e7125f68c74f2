"""PgBouncer in transaction mode before the PostgreSQL of the tests, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
ABSENT = "pgbouncer is not installed: on Debian, `apt-get install pgbouncer`"
PORT = 6432
PATIENCE_IN_SECONDS = 30.0
SETTINGS = """
[databases]
* = host={server} user=postgres
[pgbouncer]
pool_mode = transaction
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
logfile = {folder}/log
max_client_conn = 400
default_pool_size = {size}
"""


@contextmanager
def pooled(server: Path, size: int = 40) -> Iterator[Path]:
    """Run it before the server whose socket lies in a folder, and lend the folder of its own socket."""
    assert PROGRAM, ABSENT
    with TemporaryDirectory(prefix="phasegate-pooler-") as name:
        folder = Path(name)
        settings = folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(server=server, folder=folder, port=PORT, size=size), encoding="utf-8")
        process = subprocess.Popen([PROGRAM, *_as_its_owner(server, folder), str(settings)])
        try:
            _until_it_listens(folder, process)
            yield folder
        finally:
            process.terminate()
            process.wait()


def url_by(folder: Path, database: str) -> str:
    """Return the URL of a database behind the pooler whose socket lies in a folder."""
    return f"postgresql://postgres@/{database}?host={quote(str(folder))}&port={PORT}"


def _as_its_owner(server: Path, folder: Path) -> list[str]:
    """Return the options by which it runs as who runs the server: as root it does not."""
    if os.geteuid() != 0:
        return []
    os.chown(folder, server.stat().st_uid, server.stat().st_gid)
    return ["-q", "-u", server.owner()]


def _until_it_listens(folder: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_IN_SECONDS
    while not (folder / f".s.PGSQL.{PORT}").exists():
        assert process.poll() is None and time.monotonic() < end, (folder / "log").read_text(encoding="utf-8")
        time.sleep(0.05)
