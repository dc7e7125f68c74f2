"""SQL stands in the store and nowhere else: whoever wants something of the database asks for it by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORE = ROOT / "engine" / "store"
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \S+ SET|ORDER BY|GROUP BY|FOR UPDATE|PRAGMA|COUNT\(|MAX\(|MIN\()|"
    r"[=<>] \?|\bIN \(|\bIS (NOT )?NULL\b|\bDESC\b"
)
"""What only SQL is written with."""
ASKED_IN_SQL = {"rows", "select"}
"""What a unit of work is asked with by whoever writes SQL; each and stream take a condition as their second."""
OUTSIDE = [
    path
    for room in ("engine", "notifications", "workflows")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.is_relative_to(STORE)
]


def wrong(source: str) -> Iterator[str]:
    """Yield each place of a source that speaks SQL, or asks which kind of database it has before it."""
    tree = ast.parse(source)
    # A sentence about the code is none of it.
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            if found := SQL.search(node.value):
                yield f"{node.lineno}: {found.group()}"
        elif isinstance(node, ast.Attribute) and node.attr == "is_postgres":
            yield f"{node.lineno}: is_postgres"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_work(node.func.value):
            takes_condition = node.func.attr in ("each", "stream") and len(node.args) > 1
            if node.func.attr in ASKED_IN_SQL or takes_condition:
                yield f"{node.lineno}: {ast.unparse(node.func)}"


def _is_work(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in ("work", "source", "target", "texts")


def test_nobody_but_the_store_writes_sql() -> None:
    found = [f"{path.relative_to(ROOT)}:{place}" for path in OUTSIDE for place in wrong(path.read_text("utf-8"))]
    assert found == []
    assert len(OUTSIDE) > 200


@pytest.mark.parametrize(
    "source",
    [
        "sql = 'SELECT id FROM campaign'",
        "where = f'campaign = ? AND unit IN ({marks})'",
        "work.find(Campaign, order='last_at DESC')",
        "case.work.rows(text)",
        "self.work.select(Campaign, where)",
        "work.each(Campaign, where)",
        "if desk.database.is_postgres: pass",
    ],
)
def test_sql_is_seen_where_it_stands(source: str) -> None:
    assert [*wrong(source)] != []
