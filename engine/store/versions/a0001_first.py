"""The first tables, and the triggers that keep the journal append-only: frozen as statements (SEMANTICS H1, H5)."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "a0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    text = Path(__file__).with_name(f"{revision}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in text.strip().split("\n\n"):
        connection.exec_driver_sql(statement)
