"""Every list comes from one description of its columns: the terminal, JSON, CSV and workbooks agree cell by cell."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from clerk import KEY, Clerk
from office import OTHER, TOWN
from openpyxl import load_workbook
from test_sight import summer, verbs

from engine import words
from engine.cli.main import main
from engine.cli.nouns.workflow import lists as shipped
from engine.cli.shell.listing import _value as sheet_value
from engine.cli.shell.listing import whole
from engine.pictures.tables import harmless
from engine.records import replace
from engine.service.campaigns.views import burden, campaign, quota, sheet, versions
from engine.service.delivery.views import outbox, status
from engine.service.duties.views import pace, roster, rungs, unit
from engine.service.duties.views import sheet as duty
from engine.service.forecast import lists as ahead
from engine.service.indicators.views import indicators
from engine.service.inspections.views import findings, looking
from engine.service.kernel import history
from engine.service.kernel.columns import Column, Listing
from engine.service.notices.views import calls, notice, upcoming
from engine.service.signing.views import links

__all__ = ["summer"]

LISTS: dict[tuple[str, ...], Listing] = {
    ("workflow", "list"): shipped.SHIPPED,
    ("campaign", "list"): campaign.LIST,
    ("campaign", "versions", KEY): versions.LIST,
    ("campaign", "burden", KEY): burden.LIST,
    ("campaign", "quota", KEY): quota.LIST,
    ("task", "list", KEY): roster.LIST,
    ("task", "calls", KEY, "--days", "3"): calls.LIST,
    ("task", "pace", KEY): pace.LIST,
    ("notice", "list", KEY): notice.LIST,
    ("notice", "list", KEY, "--upcoming", "--days", "60"): upcoming.LIST,
    ("outbox", "list", KEY): outbox.LIST,
    ("outbox", "channels"): outbox.WAYS,
    ("links", "list", KEY): links.LIST,
    ("units", "list", KEY): unit.LIST,
    ("indicator", "list", KEY): indicators.LIST,
    ("indicator", "missing", KEY): indicators.MISSING,
    ("indicator", "duplicates", KEY): indicators.DUPLICATES,
    ("look", "list", KEY): looking.LIST,
    ("look", "findings", KEY): findings.LIST,
    ("audit", "why", KEY, "report", TOWN): rungs.LIST,
    ("audit", "log", KEY): history.log(ZoneInfo("Asia/Shanghai")),
}
"""The commands that list, and what describes each."""
SENT = "SENT"  # stands for the number of what was sent first
SHEETS: dict[tuple[str, ...], dict[str, Listing]] = {
    ("campaign", "show", KEY): {"phases": sheet.PHASES, **sheet.PARTS},
    ("campaign", "gate", KEY): {"conditions": sheet.CONDITIONS},
    ("task", "show", KEY, "report"): {"assignments": roster.UNITS},
    ("task", "show", KEY, "report", "--unit", TOWN): dict(duty.PARTS),
    ("notice", "show", KEY, SENT): dict(notice.PARTS),
    ("outbox", "show", KEY, SENT): {"history": outbox.ATTEMPTS},
    ("status",): {"workers": status.WORKERS},
    ("forecast", KEY): {"loads": ahead.LOADS, "over_limit": burden.OVER},
}
"""The commands that show more than one list, and what describes those whose rows their JSON holds."""
NESTED: dict[str, Callable[[Any], list[Any]]] = {
    "quotas": quota.lines_of,
    "pace": lambda found: list(found["periods"]),
    "duplicates": indicators.hands,
}
"""Lists whose JSON holds more than their rows, and how these are found in it."""


@pytest.fixture
def there(summer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    shutil.copytree(summer, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    return Clerk(capsys, tmp_path, "2022-07-07T10:00")


def rows_of(clerk: Clerk, asked: tuple[str, ...], listing: Listing, *options: str) -> list[Any]:
    """Return the rows of a list as its JSON holds them."""
    text = clerk.told(*asked, *options, "--json")
    found = [json.loads(line) for line in text.splitlines()] if listing.name == "history" else json.loads(text)
    return NESTED.get(listing.name, list)(found) if not options else list(found)


def printed(clerk: Clerk, *asked: str) -> list[list[str]]:
    text = clerk.told(*asked, "--format", "csv")
    return list(csv.reader(io.StringIO(text.removeprefix("﻿"), newline="")))


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("asked", LISTS, ids=" ".join)
def test_csv_workbook_and_json_say_cell_by_cell_what_the_description_says(
    there: Clerk, asked: tuple[str, ...], lang: str
) -> None:
    listing = LISTS[asked]
    rows = rows_of(there, asked, listing)
    assert rows
    heads = [words.label(column.label, lang) for column in listing.columns]
    expected = [[whole(column, column.cell(row), lang) for column in listing.columns] for row in rows]
    assert printed(there, *asked, "--lang", lang) == [heads, *([harmless(cell) for cell in row] for row in expected)]
    there.run(*asked, "--lang", lang, "--out", "list.xlsx")
    book = load_workbook("list.xlsx")
    (sheet,) = book.worksheets
    assert (sheet.title, sheet["A1"].value) == (words.label(f"list.{listing.name}", lang),) * 2
    cells = [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
    kept = [[sheet_value(c, c.cell(row), lang) for c in listing.columns] for row in rows]
    assert cells[0] == heads
    assert [[_plain(cell) for cell in row] for row in cells[1:]] == kept


def _plain(cell: Any) -> Any:
    return cell.date().isoformat() if isinstance(cell, datetime) else "" if cell is None else cell


@pytest.mark.parametrize("asked", LISTS, ids=" ".join)
def test_the_terminal_has_the_same_heads_in_either_language_and_json_is_the_same_in_both(
    there: Clerk, asked: tuple[str, ...]
) -> None:
    english, chinese = (there.run(*asked, "--json", "--lang", lang) for lang in ("en", "zh"))
    assert english == chinese
    if LISTS[asked].name in ("history", "quotas"):
        return  # told in lines; under a title for each quota
    for lang in words.LANGUAGES:
        heads = there.lines(*asked, "--lang", lang)[0].split("  ")
        assert [head.strip() for head in heads if head] == [
            words.label(column.label, lang) for column in LISTS[asked].columns
        ]


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("asked", SHEETS, ids=" ".join)
def test_a_sheet_has_the_lists_that_have_rows_with_the_heads_of_the_language_and_json_has_none(
    there: Clerk, asked: tuple[str, ...], lang: str
) -> None:
    code = int("gate" in asked)
    sent = there.json(asked[0], "list", KEY, "--where", "state=sent") if SENT in asked else []
    how = tuple(str(sent[0]["id"]) if each == SENT else each for each in asked)
    found, told = (there.run(*how, *more, code=code)[0] for more in (("--json",), ("--lang", lang)))
    assert there.run(*how, "--json", "--lang", lang, code=code)[0] == found
    lines = [re.split(" {2,}", line.strip()) for line in told.splitlines()]
    filled = {name: each for name, each in SHEETS[asked].items() if json.loads(found)[name]}
    assert filled or asked == ("status",)
    for listing in filled.values():
        assert [words.label(column.label, lang) for column in listing.columns] in lines


def test_every_list_that_is_described_is_printed_by_a_command_and_has_its_words() -> None:
    described = [*described_in_the_service()]
    names = {listing.name for listing in described}
    assert len(names) == len({id(listing) for listing in described})
    assert {listing.name for listing in LISTS.values()} <= {*names, "history", "workflows"}
    known = words.catalog(words.ENGLISH), words.catalog(words.CHINESE)
    for listing in [*LISTS.values(), *described]:
        assert all(f"list.{listing.name}" in catalog for catalog in known)
        assert [c.label for c in listing.columns if not all(c.label in catalog for catalog in known)] == []
        assert len({column.key for column in listing.columns}) == len(listing.columns)


def test_every_family_of_codes_that_a_column_names_has_its_words() -> None:
    listings = [*LISTS.values(), *described_in_the_service()]
    families = {column.family for listing in listings for column in listing.columns if column.kind == "code"} - {""}
    known = {key.partition(".")[0] for key in words.catalog(words.CHINESE)}
    assert len(families) > 12
    assert families - known == set()


def described_in_the_service() -> Iterator[Listing]:
    root = Path(__file__).parents[2]
    rooms = root / "engine" / "service"
    for path in sorted([*rooms.rglob("views/*.py"), rooms / "forecast" / "lists.py"]):
        module = import_module(".".join(path.relative_to(root).with_suffix("").parts))
        yield from (each for each in vars(module).values() if isinstance(each, Listing))


def test_every_verb_named_list_takes_the_options_of_every_list() -> None:
    listing = [path for path, command in verbs() if path[-1] == "list"]
    with_form = [path for path, command in verbs() if "form_format" in {option.name for option in command.params}]
    assert set(listing) <= set(with_form)
    assert {path[:2] for path in LISTS} == set(with_form)


# --- what one changes for a column ---


def test_a_new_column_is_one_line_beside_its_view_and_stands_in_every_form(
    there: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = Column(key="reviewer", head="role", width=18)
    monkeypatch.setattr(roster, "LIST", replace(roster.LIST, columns=(*roster.LIST.columns, more)))
    assert there.lines("task", "list", KEY)[0].endswith("role")
    head, *rows = printed(there, "task", "list", KEY)
    assert head[-1] == "role" and {row[-1] for row in rows} == {"县创建办", "县法院"}
    there.run("task", "list", KEY, "--out", "x.xlsx")
    assert [cell.value for cell in load_workbook("x.xlsx").worksheets[0]["H"]][:3] == [None, "role", "县创建办"]


# --- in which order, which rows ---


def test_pages_by_key_put_together_are_the_whole_list(there: Clerk) -> None:
    whole_list = there.json("task", "list", KEY)
    found, after = [], ""
    while True:
        out, err = there.run("task", "list", KEY, "--json", "--limit", "3", *(["--after", after] if after else []))
        page = json.loads(out)
        found += page
        if len(page) < 3:
            break
        after = err.split("'")[1]
        assert err == f"more, if any: --after '{after}'\n"
    assert found == whole_list and len(found) > 6


def test_a_long_history_is_paged_by_its_numbers(there: Clerk) -> None:
    whole_log = there.lines("audit", "log", KEY)
    first = there.run("audit", "log", KEY, "--limit", "4")[0].splitlines()
    rest = there.lines("audit", "log", KEY, "--after", first[-1].split()[0])
    assert [*first, *rest] == whole_log and len(rest) > 4


def test_a_list_is_sorted_by_a_column_and_what_is_empty_comes_last(there: Clerk) -> None:
    def states(*options: str) -> list[str]:
        return [row["state"] for row in there.json("task", "list", KEY, *options)]

    assert states("--sort", "state") == sorted(states())
    assert states("--sort", "-state") == sorted(states(), reverse=True)
    numbers = [row["id"] for row in there.json("notice", "list", KEY, "--sort", "-id")]
    assert numbers == sorted(numbers, reverse=True) and max(numbers) > 9
    late = there.json("notice", "list", KEY, "--sort", "sent_at")
    assert [row["sent_at"] is None for row in late] == sorted(row["sent_at"] is None for row in late)


def test_rows_are_picked_by_what_stands_in_a_column(there: Clerk) -> None:
    handed = there.json("task", "list", KEY, "--where", "state=submitted")
    assert {(row["task"], row["unit"]) for row in handed} == {("report", TOWN), ("gather", TOWN)}
    assert there.json("task", "list", KEY, "--where", "state=submitted", "--where", f"unit={OTHER}") == []
    to_town = there.json("notice", "list", KEY, "--where", f"unit={TOWN}")
    assert to_town == there.json("notice", "list", KEY, "--unit", TOWN)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sort", "staat"), "PG201  there is no column 'staat' — did you mean state?"),
        (("--where", "unti=x"), "PG201  there is no column 'unti' — did you mean unit?"),
        (("--after", "nowhere"), "PG201  there is no row 'nowhere'"),
        (("--format", "xlsx"), "PG214  a workbook goes into a file: --out FILE.xlsx"),
        (("--out", "list.txt"), "PG214  --out FILE.csv, FILE.xlsx or FILE.json"),
        (("--where", "unit"), "PG214  --where COLUMN=VALUE"),
    ],
)
def test_what_cannot_be_listed_so_is_one_clear_line(there: Clerk, options: tuple[str, ...], said: str) -> None:
    assert there.refused("task", "list", KEY, *options, code=2).startswith(said)


def test_a_file_is_of_the_kind_that_its_name_says_and_nothing_is_printed(there: Clerk) -> None:
    for name in ("x.csv", "x.json"):
        assert there.run("units", "list", KEY, "--out", name) == ("", f"written to {name}\n")
    assert json.loads(Path("x.json").read_text("utf-8")) == there.json("units", "list", KEY)
    assert Path("x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    out, _ = there.run("units", "list", KEY, "--format", "csv")
    assert Path("x.csv").read_bytes().decode() == out


# --- who may see a column ---


@pytest.mark.parametrize(
    "asked", [each for each in LISTS if any(c.seen_as for c in LISTS[each].columns)], ids=" ".join
)
def test_a_column_is_left_out_for_who_may_not_see_it(there: Clerk, asked: tuple[str, ...]) -> None:
    hidden = {words.label(c.label) for c in LISTS[asked].columns if c.seen_as}
    if asked[0] == "links":
        assert there.refused(*asked, "--as", "leader", "--format", "csv").startswith("PG101")
        return
    office, leader = (set(printed(there, *asked, "--as", who)[0]) for who in ("office", "leader"))
    assert hidden and office - leader == hidden


def test_a_click_option_of_every_list_stands_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["task", "list", "--help"]) == 0
    told = capsys.readouterr().out
    assert all(option in told for option in ("--format", "--out", "--sort", "--where", "--limit", "--after"))
    assert isinstance(dict(verbs())["task", "list"], click.Command)
