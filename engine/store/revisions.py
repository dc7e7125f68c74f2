"""The revisions of the schema: a database says which it is of, and is held against what that must look like (H5)."""

from __future__ import annotations

from typing import Final

from engine.errors import (
    DatabaseAltered,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseOlder,
    DatabaseRetired,
)
from engine.store import shape
from engine.store.shape import Fetch

KNOWN: Final = ("a0001",)
"""From the first to the newest; each is a file in `versions/`."""
REVISION: Final = KNOWN[-1]
RETIRED: Final = frozenset({"0001"})
"""What stood in databases of before the first release: ten schemas under one name, which nobody can tell apart."""
DIGESTS: Final = {
    "sqlite": "dc1180b8e57f358bad6baad1d087fe7f59274f6c10e430442e28b47bb326d341",
    "postgresql": "55bd6afc4abbe64594be1c0f7ace6254b1a2e9d00c9f4d955f8fef6bb75d2211",
}
"""Of a new database of the newest revision, see `shape.digest`; `python tests/store/freeze.py` writes them."""
VERSION: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
}

OTHERS: Final = {
    "sqlite": r"""
SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name LIMIT 3
""",
    "postgresql": """
SELECT relname FROM pg_class AS c
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = current_schema()::regnamespace AND NOT EXISTS (
    SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
) ORDER BY relname LIMIT 3
""",
}
"""Some of what whoever else works with a database has laid into it; what extensions bring does not count."""


def revision_of(fetch: Fetch, backend: str) -> str | None:
    """Return the revision that a database says it is of, or None where it says none."""
    if not fetch(VERSION[backend]):
        return None
    rows = fetch("SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else None


def require_newest(fetch: Fetch, backend: str, url: str) -> None:
    """Refuse a database that is empty, of another revision, or not laid out as its revision says."""
    found = require_known(fetch, backend, url)
    if found is None:
        raise DatabaseMissing("no_tables", url=url)
    if found != REVISION:
        raise DatabaseOlder(url=url, revision=found, newest=REVISION)
    require_shape(fetch, backend, url)


def require_known(fetch: Fetch, backend: str, url: str) -> str | None:
    """Return the revision of a database that could be upgraded, None for an empty one; refuse any other."""
    found = revision_of(fetch, backend)
    if found in RETIRED:
        raise DatabaseRetired(url=url, revision=found)
    if found in KNOWN:
        return found
    ours = sorted(shape.found(fetch, backend))
    if not ours and (others := fetch(OTHERS[backend])):
        raise DatabaseForeign(url=url, there=[str(row[0]) for row in others])
    if found is not None:
        raise DatabaseNewer(url=url, revision=found, newest=REVISION)
    if ours:
        raise DatabaseAltered("no_revision", url=url, there=ours[0])
    return None


def require_shape(fetch: Fetch, backend: str, url: str) -> None:
    """Refuse a database whose tables, columns, unique indexes or triggers are not those of the newest revision."""
    if shape.digest(fetch, backend) == DIGESTS[backend]:
        return
    wrong = [*misshapen(fetch, backend, indexes=False)]
    if wrong:
        raise DatabaseAltered(url=url, wrong=wrong)


def misshapen(fetch: Fetch, backend: str, *, indexes: bool = True) -> list[str]:
    """Return what of a database is not laid out as the newest revision says, by name."""
    return [*shape.differences(shape.found(fetch, backend), shape.declared(backend), indexes=indexes)]
