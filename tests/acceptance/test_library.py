"""A library keeps the plans that were last asked for."""

from __future__ import annotations

from office import plan

from engine import calendar, reader
from engine.service.kernel.plan import Library, keep, keep_edition
from engine.store.migrations import in_memory


def test_a_full_library_lets_go_of_the_plan_that_was_not_asked_for_the_longest() -> None:
    database, library = in_memory(), Library(room=2)
    with database.write() as work:
        pinned = keep(work, calendar.load("CN").to_json().encode())
        bundles = [plan(top=f"# {number}") for number in range(3)]
        one, two, three = (keep_edition(work, bundle, reader.read(bundle, "county")) for bundle in bundles)
        first, second = library.plan(work, one, pinned), library.plan(work, two, pinned)
        assert library.plan(work, one, pinned) is first
        library.plan(work, three, pinned)
        assert library.plan(work, one, pinned) is first
        assert library.plan(work, two, pinned) is not second
    database.close()
