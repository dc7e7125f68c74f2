"""What Alembic runs: the migrations, on the connection it is given."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from engine.store import tables as tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
