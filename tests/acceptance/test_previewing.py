"""What is shown before it is done: its rows, its notices, and a digest by which just that is done or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from clerk import Clerk
from office import KEY, OTHER, TOWN, Office, opened

from engine.errors import FactsChanged, Refused
from engine.service.kernel.desk import Command, perform, perform_all, perform_each
from engine.service.kernel.previewing import Preview, preview, preview_all
from engine.store.database import open_database

EXTENDED = {"task": "report", "unit": TOWN, "to": "2022-09-14", "reason": "资料未齐", "document": "批复1号"}


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office on each of the two databases."""
    database = open_database(database_url)
    yield opened(database=database)
    database.close()


def command(action: str, who: str = "", **given: Any) -> Command:
    return Command(action, KEY, given, who)


def rows_of(office: Office) -> list[str]:
    return [f"{record['action']} {record['outcome']}" for record in office.history()]


def told(found: Preview) -> list[tuple[str, str]]:
    return [(notice.kind, notice.unit) for notice in found.notices]


def test_what_is_shown_is_what_is_done_and_showing_it_keeps_nothing(office: Office) -> None:
    before = rows_of(office)
    found = preview(office.desk, command("extend", **EXTENDED))
    assert rows_of(office) == before
    assert told(found) == [("extended", TOWN)]
    assert found.rows[0].subject == f"report/{TOWN}"
    assert perform(office.desk, command("extend", **EXTENDED), found.digest) == found.answer
    assert rows_of(office) == [*before, "extend done"]


def test_a_refusal_is_shown_and_not_recorded(office: Office) -> None:
    before = rows_of(office)
    found = preview(office.desk, command("accept", task="report", unit=TOWN))
    with pytest.raises(Refused):
        _ = found.answer
    assert (found.rows[0].refusal is not None, told(found), rows_of(office)) == (True, [], before)


def test_where_the_state_is_another_nothing_is_done(office: Office) -> None:
    office.submit(TOWN)
    accepting = command("accept", task="report", unit=TOWN)
    shown = preview(office.desk, accepting).digest
    office.submit(TOWN)
    before = rows_of(office)
    with pytest.raises(FactsChanged) as caught:
        perform(office.desk, accepting, shown)
    assert caught.value.facts == {"number": 1, "changed": [f"report/{TOWN}"]}
    assert (caught.value.key, caught.value.exit_code) == ("PG111", 1)
    assert (rows_of(office), office.assignment(TOWN).state) == (before, "submitted")
    perform(office.desk, accepting, preview(office.desk, accepting).digest)
    assert office.assignment(TOWN).state == "accepted"


def test_where_something_else_would_be_recorded_nothing_is_done(office: Office) -> None:
    office.submit(TOWN)
    accepting = command("accept", task="report", unit=TOWN)
    shown = preview(office.desk, accepting).digest
    with pytest.raises(FactsChanged):
        perform(office.desk, command("accept", task="report", unit=TOWN, reason="齐全"), shown)
    office.at("2022-07-06T09:00")
    with pytest.raises(FactsChanged):
        perform(office.desk, accepting, shown)
    assert office.assignment(TOWN).state == "submitted"


def test_what_others_do_meanwhile_elsewhere_is_no_matter(office: Office) -> None:
    office.submit(TOWN)
    accepting = command("accept", task="report", unit=TOWN)
    shown = preview(office.desk, accepting).digest
    office.at("2022-07-05T08:40").submit(OTHER)
    office.at("2022-07-05T08:50").accept(OTHER)
    assert perform(office.desk, accepting, shown)["state"] == "accepted"


def test_many_are_shown_in_their_order_and_done_together_or_not_at_all(office: Office) -> None:
    units = (TOWN, OTHER, TOWN)
    for unit in units[:2]:
        office.submit(unit)
    accepting = [command("accept", task="report", unit=unit) for unit in units]
    found = preview_all(office.desk, accepting)
    assert [row.refusal is None for row in found.rows] == [True, True, False]
    office.submit(OTHER)
    before = rows_of(office)
    with pytest.raises(FactsChanged) as caught:
        perform_all(office.desk, KEY, accepting, found.digest)
    assert caught.value.facts == {"number": 1, "changed": [f"report/{OTHER}"]}
    assert rows_of(office) == before
    done = perform_all(office.desk, KEY, accepting, preview_all(office.desk, accepting).digest)
    assert [isinstance(outcome, Refused) for outcome in done] == [False, False, True]


def test_repeated_under_its_key_the_first_answer_is_given_by_the_same_digest(office: Office) -> None:
    office.submit(TOWN)
    accepting = Command("accept", KEY, {"task": "report", "unit": TOWN}, key="k")
    shown = preview(office.desk, accepting).digest
    first = perform(office.desk, accepting, shown)
    assert perform(office.desk, accepting, shown) == first
    assert rows_of(office).count("accept done") == 1


def test_whom_a_task_for_many_would_be_told_is_shown(office: Office) -> None:
    given = {"title": "报送简报", "units": ["各乡镇"], "due": "2022-09-15", "document": "纪要3号"}
    shown = preview(office.desk, command("add_task", **given))
    assert sorted(told(shown)) == sorted(("task_issued", unit) for unit in (TOWN, OTHER))
    done = perform(office.desk, command("add_task", **given), shown.digest)
    assert done == shown.answer


def test_a_digest_of_fewer_or_of_more_does_not_fit(office: Office) -> None:
    for unit in (TOWN, OTHER):
        office.submit(unit)
    accepting = [command("accept", task="report", unit=unit) for unit in (TOWN, OTHER)]
    shown = preview_all(office.desk, accepting).digest
    for commands, digest in ((accepting[:1], shown), (accepting, shown.partition(".")[0])):
        with pytest.raises(FactsChanged):
            perform_all(office.desk, KEY, commands, digest)
    assert office.assignment(TOWN).state == "submitted"


def test_each_alone_one_refusal_does_not_stop_the_others(office: Office) -> None:
    office.submit(OTHER)
    asked = [command("accept", task="report", unit=unit) for unit in (TOWN, OTHER)]
    outcomes = list(perform_each(office.desk, asked))
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [True, False]
    assert office.assignment(OTHER).state == "accepted"


def test_the_command_line_shows_whom_it_would_tell_and_does_it_by_the_digest(clerk: Clerk) -> None:
    clerk.begin()
    asked = ("task", "extend", "county", "report", "--unit", TOWN, "--to", "2022-09-14")
    words = (*asked, "--reason", "资料未齐", "--document", "批复1号")
    out, err = clerk.run(*words, "--dry-run", "--json")
    shown = json.loads(out)
    assert err.splitlines()[-2:] == [f"digest: {shown['digest']}", "(dry run: nothing was kept)"]
    assert [notice["kind"] for notice in shown["notices"]] == ["extended"]
    clerk.refused(*words, "--digest", "0" * 32)
    assert clerk.json(*words, "--digest", shown["digest"])["due_on"] == "2022-09-14"
