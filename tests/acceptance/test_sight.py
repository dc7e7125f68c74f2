"""Who may see what at the command line (SEMANTICS I6): every view by every role, and no stranger at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from clerk import KEY, QUOTA, TASKS, Clerk
from machine_clock import main_at
from office import BUREAU, CITY, COURT, GROUP, OFFICE, OTHER, TOWN, opened
from test_indicators_rules import MARKS

from engine.cli.root import root
from engine.service.duties.views.task import shown_for
from engine.service.kernel.actor import Actor
from engine.service.kernel.desk import reading
from engine.service.kernel.sight import OWN, SEEN_BY, Thing, may_see
from engine.service.notices.views import notice

LED = f"""
  - id: gather
    title: 汇总方案
    phase: build
    lead: [{COURT}]
    responsible: [{TOWN}]
    supporting: [{OTHER}]
    due: 2022-08-31
  - id: study
    title: 开展学习教育
    phase: build
    responsible: [{TOWN}, {OTHER}]
    due: phase end
    ladder: none
    duties: [{{id: meeting, title: 专题学习, least: 2, per: quarter}}]
"""
ALL, NONE = "all", "refused"
SEEN: dict[tuple[str, ...], tuple[str, str, str]] = {
    ("campaign", "list"): (ALL, ALL, "own"),
    ("campaign", "show", KEY): (ALL, ALL, "own"),
    ("campaign", "gate", KEY): (ALL, ALL, NONE),
    ("campaign", "quota", KEY): (ALL, ALL, NONE),
    ("campaign", "burden", KEY): (ALL, ALL, "own"),
    ("campaign", "burden", KEY, "--ahead"): (ALL, ALL, "own"),
    ("campaign", "burden", KEY, "--unit", TOWN): (ALL, ALL, NONE),
    ("campaign", "versions", KEY): (ALL, ALL, ALL),
    ("campaign", "report", KEY): (ALL, ALL, NONE),
    ("campaign", "export", KEY, "--out", "{out}"): (NONE, "decided", NONE),
    ("task", "list", KEY): (ALL, ALL, "own"),
    ("task", "list", KEY, "--unit", TOWN): (ALL, ALL, NONE),
    ("task", "show", KEY, "report"): (ALL, ALL, "own"),
    ("task", "show", KEY, "report", "--unit", TOWN): (ALL, ALL, NONE),
    ("task", "calls", KEY, "--days", "3"): ("bare", ALL, NONE),
    ("task", "pace", KEY): (ALL, ALL, "own"),
    ("task", "pace", KEY, "--unit", TOWN): (ALL, ALL, NONE),
    ("notice", "list", KEY): ("bare", "decided", "own"),
    ("notice", "list", KEY, "--unit", TOWN): ("bare", ALL, NONE),
    ("notice", "list", KEY, "--upcoming", "--days", "60"): ("bare", "decided", NONE),
    ("notice", "show", KEY, "{notice}"): ("bare", ALL, NONE),
    ("outbox", "list", KEY): ("bare", ALL, NONE),
    ("outbox", "show", KEY, "{message}"): ("bare", ALL, NONE),
    ("outbox", "channels"): (ALL, ALL, NONE),
    ("units", "list", KEY): ("bare", ALL, "own"),
    ("links", "list", KEY): (NONE, NONE, NONE),
    ("indicator", "list", KEY): (ALL, ALL, "own"),
    ("indicator", "list", KEY, "--unit", TOWN): (ALL, ALL, NONE),
    ("indicator", "show", KEY): (ALL, ALL, "own"),
    ("indicator", "show", KEY, "1.1"): (ALL, ALL, "own"),
    ("indicator", "missing", KEY): (ALL, ALL, "own"),
    ("indicator", "duplicates", KEY): (ALL, ALL, NONE),
    ("indicator", "export", KEY, "--out", "{file}"): (ALL, ALL, ALL),
    ("look", "list", KEY): (ALL, ALL, ALL),
    ("look", "show", KEY, "s-1"): (ALL, ALL, ALL),
    ("look", "repeat", KEY, "s-1"): (ALL, ALL, ALL),
    ("look", "findings", KEY): (ALL, ALL, "own"),
    ("look", "findings", KEY, "--unit", TOWN): (ALL, ALL, NONE),
    ("look", "month", KEY, "2022-07", "--show"): (ALL, ALL, NONE),
    ("sheet", "export", KEY, "--out", "{file}"): (ALL, ALL, "own"),
    ("sheet", "export", KEY, "--out", "{file}", "--unit", TOWN): (ALL, ALL, NONE),
    ("forecast", KEY): ("bare", ALL, "own"),
    ("forecast", KEY, "--unit", TOWN): ("bare", ALL, NONE),
    ("audit", "log", KEY): ("bare", ALL, NONE),
    ("audit", "log"): (ALL, ALL, NONE),
    ("audit", "why", KEY, "report", TOWN): (ALL, ALL, NONE),
    ("audit", "verify"): (ALL, ALL, NONE),
    ("status",): (ALL, ALL, NONE),
}  # fmt: skip
"""What the leader, the auditor and a unit see of each view beside the office: all of it, all but addresses (bare), all
but undecided drafts (decided), a part (own), or nothing (refused)."""
OF_FILES = ("calendar", "completion", "workflow")
"""Nouns that read files and what is shipped."""
OPERATOR = ("clock", "db", "demo", "doctor", "metrics", "serve", "sweep")
"""Nouns of who runs the machine: the clock's own work, the health of the database."""
ACTING = {
    "audit": {"rebuild"},
    "campaign": {"create"},
    "links": {"give", "key", "serve"},
    "outbox": {"resume"},
    "sheet": {"import", "workflow"},
    "units": {"add", "import"},
}
"""Verbs that act, or make files of files, without the options of an act."""


@pytest.fixture(scope="module")
def summer(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of a campaign in which there is something of everything to see."""
    folder = tmp_path_factory.mktemp("sight")
    shutil.copy(sqlite_template, folder / "phasegate.db")
    patch, quiet = pytest.MonkeyPatch(), _Quiet(folder)
    patch.chdir(folder)
    patch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    patch.setenv("PHASEGATE_EML_DIR", str(folder / "eml"))
    quiet.write_plan(
        tasks=TASKS + LED,
        top=f"office_contact: 联系电话:0123-4567890\nindicators: indicators.yaml\n{QUOTA}",
        gate="{kind: approval, approval: 同意转段}",
    )
    quiet.file("plan/indicators.yaml", MARKS)
    quiet.told("campaign", "create", KEY, "--workflow", "plan")
    quiet.sweep("2022-07-05T09:00").at("2022-07-06T10:00")
    quiet.submit(TOWN).submit(TOWN, "gather")
    quiet.told("indicator", "score", KEY, "1.1", "--points", "50", "--as", TOWN)
    for who in (TOWN, OTHER):
        quiet.told("indicator", "prove", KEY, "1.1", "方案", "--file", quiet.file("方案.pdf"), "--as", who)
    look = ("look", "draw", KEY, "--among", "各乡镇", "--count", "2", "--title", "抽查", "--document", "方案")
    quiet.told(*look)
    quiet.told("look", "report", KEY, "s-1", "--unit", TOWN, "--finding", "台账不全")
    quiet.told("look", "month", KEY, "2022-07", "--due", "2022-07-29")
    quiet.told("units", "contact", KEY, TOWN, "--address", "new@town.example.org")
    quiet.told("notice", "draft", KEY, "application")
    quiet.sweep("2022-07-07T09:00")
    patch.undo()
    return folder


class _Quiet(Clerk):
    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, "2022-07-05T08:30"

    def run(self, *words: str, code: int = 0) -> tuple[str, str]:
        assert main_at(self.now, *words) == code, words
        return "", ""


@pytest.fixture
def there(summer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clerk:
    shutil.copytree(summer, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///phasegate.db")
    return Clerk(capsys, tmp_path, "2022-07-07T10:00")


def typed(clerk: Clerk, words: tuple[str, ...], who: str = "office") -> tuple[int, str, str]:
    """Type a command as somebody and return its exit code and what it printed; what it writes has a new name each."""
    to_town = next(row for row in clerk.json("notice", "list", KEY, "--unit", TOWN))
    message = next(row for row in clerk.json("outbox", "list", KEY) if row["notice"] == to_town["id"])
    place = {"{notice}": str(to_town["id"]), "{message}": str(message["id"]), "{out}": f"out-{who}"}
    place["{file}"] = f"{who}.xlsx"
    given = [place.get(word, word) for word in words]
    code = main_at(clerk.now, *given, "--as", who, "--json")
    out, err = clerk.capsys.readouterr()
    return code, out.replace(f"-{who}", "-").replace(f"{who}.xlsx", ".xlsx"), err


@pytest.mark.parametrize("words", SEEN, ids=" ".join)
def test_each_role_sees_of_each_view_what_it_may(there: Clerk, words: tuple[str, ...]) -> None:
    code, whole, err = typed(there, words)
    assert "PG101" not in err and whole
    for who, expected in zip(("leader", "auditor", OTHER), SEEN[words], strict=True):
        found, part, said = typed(there, words, who)
        if expected == NONE:
            assert (found, part, said[:5]) == (1, "", "PG101"), who
            continue
        assert (found, "@" in part) == (code, "@" in whole and expected in (ALL, "decided")), who
        if expected != "bare":
            assert (part == whole) == (expected == ALL), who


@pytest.mark.parametrize("words", SEEN, ids=" ".join)
@pytest.mark.parametrize("name", ["nobody", "西街道"])
def test_a_name_that_is_no_actor_is_refused_by_every_command_that_reads(
    there: Clerk, words: tuple[str, ...], name: str
) -> None:
    code, out, err = typed(there, words, name)
    assert (code, out) == (2, "")
    assert err.startswith(f"PG201  there is no actor {name!r}") or f"no actor {name}" in err


def test_every_command_reads_as_somebody_acts_or_is_of_the_operator() -> None:
    read = {(words[0], *([words[1]] if words[1:] and words[0] != "forecast" else [])) for words in SEEN}
    by_walking = {path for path, command in verbs() if _reads(path, command)}
    assert by_walking | {("look", "month")} == read


def _reads(path: tuple[str, ...], command: click.Command) -> bool:
    acts = any(option.name == "idempotency" for option in command.params) or path[-1] in ACTING.get(path[0], ())
    return not acts and path[0] not in (*OF_FILES, *OPERATOR)


def verbs(group: click.Group = root, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name), command


# --- what a unit sees ---


def test_a_units_task_list_shows_only_its_own(there: Clerk) -> None:
    assert {row["unit"] for row in there.json("task", "list", KEY, "--as", OTHER)} == {OTHER}
    with_task = there.json("task", "list", KEY, "--task", "report", "--as", OTHER)
    assert [(row["task"], row["unit"]) for row in with_task] == [("report", OTHER)]


def test_a_shared_task_names_the_others_to_a_unit_but_not_how_far_they_are(there: Clerk) -> None:
    mine = there.json("task", "show", KEY, "gather", "--as", OTHER)
    assert mine["units"] == {"lead": [COURT], "responsible": [TOWN], "supporting": [OTHER], "inherited": []}
    there.at("2022-07-07T10:00")
    with there_case(there, OTHER) as case:
        from engine.service.duties.views.task import shown

        found = shown(case, case.task("gather"))
    named = {
        row["unit"]: {name: value for name, value in row.items() if value is not None} for row in found["assignments"]
    }
    others = {"task", "title", "phase", "unit", "period", "role"}
    assert [set(named[unit]) == others for unit in (COURT, TOWN, OTHER)] == [True, True, False]
    assert found["states"] == {"issued": 1}


@contextmanager
def there_case(clerk: Clerk, who: str) -> Iterator[Any]:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.bootstrap import settings_from, wire
    from engine.clock import SteppedClock

    now = datetime.fromisoformat(clerk.now).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    wired = wire(settings_from({"PHASEGATE_DB": "sqlite:///phasegate.db"}), SteppedClock(now))
    with closing(wired), reading(wired.desk, KEY, who) as case:
        yield case


def test_a_lead_sees_the_parts_that_are_handed_in_to_it_and_no_other_duty_of_these_units(there: Clerk) -> None:
    assert there.json("task", "show", KEY, "gather", "--unit", TOWN, "--as", COURT)["state"] == "submitted"
    parts = there.json("task", "list", KEY, "--task", "gather", "--as", COURT)
    assert {row["unit"] for row in parts} == {COURT, TOWN, OTHER}
    assert [row["task"] for row in there.json("task", "list", KEY, "--unit", TOWN, "--as", COURT)] == ["gather"]
    assert there.refused("task", "show", KEY, "report", "--unit", TOWN, "--as", COURT).startswith("PG101  ")


def test_a_unit_that_was_renamed_sees_the_notices_to_it_under_its_former_name(there: Clerk) -> None:
    before = there.json("notice", "list", KEY, "--as", TOWN)
    there.told("units", "rename", KEY, TOWN, "东街道", "--document", "某编办〔2022〕1号")
    after = there.json("notice", "list", KEY, "--as", "东街道")
    assert before and [row["id"] for row in after] == [row["id"] for row in before]


def test_a_unit_sees_its_notices_whatever_stands_in_the_brackets_of_its_name(there: Clerk) -> None:
    before = there.json("notice", "list", KEY, "--unit", TOWN)
    name = "东街道(东社区、西社区)"
    there.told("units", "rename", KEY, TOWN, name, "--document", "某编办〔2022〕1号")
    there.sweep("2022-07-18T09:00")
    told = [row["id"] for row in there.json("notice", "list", KEY, "--as", name)]
    assert set(told) > {row["id"] for row in before}
    assert there.json("notice", "show", KEY, str(told[-1]), "--as", name)["unit"] == name
    assert there.json("notice", "list", KEY, "--unit", name)[-1]["unit"] == name


def test_a_unit_sees_no_contact_and_of_the_directory_only_what_it_owes_itself(there: Clerk) -> None:
    rows = there.json("units", "list", KEY, "--as", OTHER)
    assert [row["unit"] for row in rows if row["open"] is not None] == [OTHER]
    assert not any(row["contacts"] or row["coming"] or row["vacancies"] for row in rows)


def test_a_campaign_is_listed_to_the_units_that_are_in_it(there: Clerk) -> None:
    ((mine,), (all_of_it,)) = (there.json("campaign", "list", "--as", who) for who in (BUREAU, "office"))
    assert (mine["assignments"], mine["settled"]) == (2, 0) and all_of_it["assignments"] > 5
    assert there.refused("campaign", "list", "--as", "市教育局", code=2).startswith("PG201")


# --- drafts ---


def test_an_auditor_sees_a_draft_once_it_is_decided(there: Clerk) -> None:
    (draft,) = there.json("notice", "list", KEY, "--state", "draft", "--as", "leader")
    assert there.json("notice", "list", KEY, "--state", "draft", "--as", "auditor") == []
    assert there.refused("notice", "show", KEY, str(draft["id"]), "--as", "auditor").startswith(
        "PG101  a draft that is not decided is not for auditor to see"
    )
    there.told("notice", "sign", KEY, str(draft["id"]), "--as", "leader")
    assert there.json("notice", "show", KEY, str(draft["id"]), "--as", "auditor")["id"] == draft["id"]


def test_what_waits_for_the_office_is_not_yet_for_the_unit_it_is_to(there: Clerk) -> None:
    with there_case(there, TOWN) as case:
        found = {each["id"]: each for each in notice.listed(case)}
        assert found and all(row["state"] in ("queued", "sent") and row["to"] == [] for row in found.values())


def test_a_rung_names_the_notice_that_carried_it_to_those_alone_who_may_see_that() -> None:
    office = opened().live_until("2022-09-16T12:00")
    seen = {}
    for who in ("office", "leader", "auditor", TOWN):
        with reading(office.desk, office.key, who) as case:
            carried = [each for row in shown_for(case, case.task("report"), TOWN)["rungs"] for each in row["carried"]]
        seen[who] = [each["state"] for each in carried]
    sent = ["sent"] * 4
    assert seen == {"office": [*sent, "draft"], "leader": [*sent, "draft"], "auditor": sent, TOWN: sent}


# --- the rules themselves ---


@pytest.mark.parametrize("kind", SEEN_BY)
def test_who_may_see_a_thing_is_a_matter_of_its_kind_and_whose_it_is(kind: Any) -> None:
    seen = {
        role: may_see(Actor(name=role, role=role), Thing(kind=kind, units=("某镇",)))  # type: ignore[arg-type]
        for role in ("office", "leader", "auditor", "system")
    }
    assert seen == {role: role in SEEN_BY[kind] or role == "system" for role in seen}
    assert may_see(Actor(name="某镇", role="unit"), Thing(kind=kind, units=("某镇",))) == (kind in OWN)
    assert not may_see(Actor(name="他镇", role="unit"), Thing(kind=kind, units=("某镇",)))
    assert seen["office"]


def test_the_names_of_the_office_and_the_leading_group_read_as_their_roles(there: Clerk) -> None:
    for word, name in (("office", OFFICE), ("leader", GROUP)):
        assert there.json("campaign", "gate", KEY, "--as", name, code=1) == there.json(
            "campaign", "gate", KEY, "--as", word, code=1
        )
    assert there.refused("campaign", "gate", KEY, "--as", CITY).startswith("PG101  how far the others are")
