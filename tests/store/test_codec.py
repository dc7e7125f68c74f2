"""Records become rows and rows become the same records."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import records
from sqlalchemy import inspect

from engine.model import Pause
from engine.store.alchemy import engine_of
from engine.store.codec import KEPT, Mapping, Unreadable, mapping
from engine.store.database import Database

KINDS = pytest.mark.parametrize("kind", list(KEPT), ids=lambda kind: kind.__name__)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@KINDS
def test_a_record_is_kept_by_the_columns_that_the_database_has(database: Database, kind: type) -> None:
    looked = inspect(engine_of(database))
    table, key = KEPT[kind].table, KEPT[kind].key
    assert {column["name"] for column in looked.get_columns(table)} == {field.name for field in fields(kind)}
    assert tuple(looked.get_pk_constraint(table)["constrained_columns"]) == key


@KINDS
def test_a_column_may_be_empty_where_its_field_may(database: Database, kind: type) -> None:
    hints = get_type_hints(kind)
    optional = {name for name, hint in hints.items() if type(None) in get_args(hint)}
    found = inspect(engine_of(database)).get_columns(KEPT[kind].table)
    assert {column["name"] for column in found if column["nullable"]} == optional


@KINDS
@given(data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_record_is_the_same_after_it_was_a_row(kind: type, data: st.DataObject) -> None:
    record = data.draw(records(kind))
    how: Mapping[Any] = mapping(kind)
    assert how.decode(how.encode(record)) == record
    assert all(isinstance(cell, int | str | bytes | None) for cell in how.encode(record))
    assert not any(isinstance(cell, bool) for cell in how.encode(record))


@KINDS
@FEW
@given(data=st.data())
def test_a_record_is_the_same_after_it_was_kept(database: Database, kind: type, data: st.DataObject) -> None:
    class Undone(Exception):
        pass

    record = data.draw(records(kind))
    with pytest.raises(Undone), database.write() as work:  # noqa: PT012
        work.add(record)
        work.forget(kind)
        assert work.find(kind) == [record]
        raise Undone


ROW = {"id": 1, "campaign": 1, "scope": "campaign", "ref": "", "shift": 0, "reason": "", "document": "", "from_at": 5}


@pytest.mark.parametrize(
    ("column", "value"), [("reason", 7), ("reason", None), ("from_at", "x"), ("scope", "nowhere")]
)
def test_a_row_that_no_program_of_ours_wrote_is_named_with_its_cell(column: str, value: object) -> None:
    how: Mapping[Pause] = mapping(Pause)
    row = ROW | {"to_at": None}
    assert how.decode([row[name] for name in how.columns]).ref == ""
    row[column] = value
    with pytest.raises(Unreadable, match=rf"pause\[1\]\.{column} is "):
        how.decode([row[name] for name in how.columns])
