"""Records become rows and rows become the same records."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import records
from sqlmodel import SQLModel

from engine.store import tables as tables
from engine.store.codec import KEPT, mapping
from engine.store.database import Database

KINDS = pytest.mark.parametrize("kind", list(KEPT), ids=lambda kind: kind.__name__)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def columns(kind: type) -> Any:
    return SQLModel.metadata.tables[KEPT[kind].table].columns


@KINDS
def test_a_record_has_the_fields_that_its_table_has_columns(kind: type) -> None:
    assert [column.name for column in columns(kind)] == [field.name for field in fields(kind)]


@KINDS
def test_a_column_may_be_empty_where_its_field_may(kind: type) -> None:
    hints = get_type_hints(kind)
    optional = {name for name, hint in hints.items() if type(None) in get_args(hint)}
    assert {column.name for column in columns(kind) if column.nullable} == optional


def test_every_table_keeps_a_record() -> None:
    assert {place.table for place in KEPT.values()} == set(SQLModel.metadata.tables)


@KINDS
def test_a_record_is_found_by_the_key_of_its_table(kind: type) -> None:
    table, key = KEPT[kind]
    assert tuple(column.name for column in SQLModel.metadata.tables[table].primary_key) == key


@KINDS
@given(data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_record_is_the_same_after_it_was_a_row(kind: type, data: st.DataObject) -> None:
    record = data.draw(records(kind))
    how = mapping(kind)
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
