"""Records held in memory answer as a database does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import TALLY

from engine.model import Blob, DocumentNumber, Tally
from engine.store.codec import mapping
from engine.store.held import MemoryTable, MemoryUnitOfWork
from engine.store.migrations import in_memory
from engine.store.work import UnitOfWork

CALLS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add_rows", "add_if_absent", "put", "drop"]),
        st.integers(1, 4),
        st.sampled_from(["河东镇", "河西镇"]),
        st.integers(1, 2),
    ),
    max_size=12,
)


def do(work: UnitOfWork, name: str, tally: Tally) -> None:
    if name == "drop":
        work.drop(Tally, tally.id)
    elif (work.get(Tally, tally.id) is not None) == (name == "put") or name == "add_if_absent":
        if name == "add_rows":
            work.add_rows(Tally, [mapping(Tally).encode(tally)])
        else:
            getattr(work, name)(tally)


def seen(work: UnitOfWork) -> list[Any]:
    return [
        work.find(Tally, campaign=1, unit="河东镇", order="number, id"),
        work.find(Tally, campaign=1, unit="河西镇", number=2, order="id"),
        work.find(Tally, campaign=2),
        work.among(Tally, "id", [3, 1, 9, 3], order="id"),
        work.among(Tally, "unit", ["河西镇", "河东镇"], order="id", campaign=1, number=1),
        work.distinct(Tally, "number", campaign=1, unit="河西镇"),
        work.find(Tally, campaign=1, order="id"),
        [work.get(Tally, number) for number in range(1, 5)],
    ]


@settings(max_examples=40, deadline=None)
@given(CALLS)
def test_whatever_is_kept_changed_and_dropped_is_found_as_in_a_database(calls: list[Any]) -> None:
    replica = in_memory()
    with replica.write() as work:
        held = MemoryUnitOfWork(work, campaign=1)
        for name, number, unit, count in calls:
            tally = replace(TALLY, id=number, unit=unit, number=count)
            do(work, name, tally)
            do(held, name, tally)
            assert seen(held) == seen(work)
    replica.close()


def test_what_a_database_refuses_is_refused() -> None:
    replica = in_memory()
    with replica.read() as work:
        held = MemoryUnitOfWork(work, campaign=1)
        with pytest.raises(LookupError, match="tally 1 is not there to change"):
            held.put(TALLY)
        held.add(TALLY)
        with pytest.raises(ValueError, match="tally 1 is there already"):
            held.add(TALLY)
        with pytest.raises(ValueError, match="tally 1 is there already"):
            held.add_rows(Tally, [mapping(Tally).encode(TALLY)])
        with pytest.raises(KeyError):
            held.must(Tally, 2)
    replica.close()


def test_texts_are_read_from_the_database_and_what_belongs_to_no_campaign_is_shared() -> None:
    replica, text, number = (
        in_memory(),
        Blob(sha="a", data=b"x"),
        DocumentNumber(issuer="县创建办", year=2022, last=1),
    )
    with replica.write() as work:
        work.add(text)
        numbers = MemoryTable(mapping(DocumentNumber))
        one, two = MemoryUnitOfWork(work, 1, [numbers]), MemoryUnitOfWork(work, 2, [numbers])
        one.add(number)
        assert two.get(DocumentNumber, "县创建办", 2022) is number
        assert (one.get(Blob, "a"), one.get(Blob, "b")) == (text, None)
    replica.close()


def test_what_asks_with_sql_is_refused() -> None:
    replica = in_memory()
    with replica.read() as work:
        held = MemoryUnitOfWork(work, campaign=1)
        for ask in (
            lambda: held.select(Tally, "id > ?", (1,)),
            lambda: held.rows("SELECT 1"),
            lambda: held.each(Tally),
        ):
            with pytest.raises(NotImplementedError, match="not by SQL"):
                ask()
    replica.close()
