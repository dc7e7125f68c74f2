"""Dates moved for everybody and versions, at the command line."""

from __future__ import annotations

import json

from clerk import KEY, Clerk
from office import BUREAU, OTHER, TOWN

PAPER = ("--document", "某创建办发〔2022〕9号")


def changed(clerk: Clerk, *swaps: tuple[str, str]) -> None:
    path = clerk.folder / "plan" / "workflow.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (('version: "1"', 'version: "2"'), *swaps):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_a_dateless_task_is_listed_until_it_gets_its_day(clerk: Clerk) -> None:
    clerk.begin()
    listed = clerk.lines("task", "list", KEY, "--undated")
    assert [line.split()[1] for line in listed[1:2]] == ["talks"]
    told = clerk.told("task", "date", KEY, "talks", "2022-09-15", *PAPER)
    assert told == f"talks is due on 2022-09-15 for {BUREAU}\n"
    assert clerk.json("task", "list", KEY, "--undated", "--unit", BUREAU) == []
    assert "`task reschedule`" in clerk.refused("task", "date", KEY, "talks", "2022-09-16", *PAPER)


def test_a_day_is_moved_for_everybody_after_a_look_at_what_changes(clerk: Clerk) -> None:
    clerk.begin()
    out, err = clerk.run("task", "reschedule", KEY, "report", "2022-09-14", *PAPER, "--dry-run")
    assert out.splitlines()[0] == f"report is due on 2022-09-14 for {TOWN}、{OTHER}"
    assert [line for line in out.splitlines() if "change" in line] == [
        "due days that change",
        "rungs that change",
        "notices that change (if nobody submits)",
    ]
    digest, kept = err.splitlines()
    assert (digest[:8], kept) == ("digest: ", "(dry run: nothing was kept)")
    assert clerk.told("task", "reschedule", KEY, "report", "2022-09-14", *PAPER) == out.splitlines()[0] + "\n"
    assert {row["due_on"] for row in clerk.json("task", "list", KEY, "--task", "report")} == {"2022-09-14"}


def test_a_phase_ends_later_for_everybody(clerk: Clerk) -> None:
    clerk.begin()
    told = clerk.told("campaign", "adjust", KEY, "build", "--last-day", "2022-10-14", "--with-printed", *PAPER)
    assert told.startswith("build ends on 2022-10-14; ")
    found = clerk.json("campaign", "show", KEY)["phases"][0]
    assert found["last_day"] == "2022-10-14"


def test_a_campaign_moves_to_another_version_and_lists_both(clerk: Clerk) -> None:
    clerk.begin()
    assert "is what the campaign runs" in clerk.refused("campaign", "move", KEY, "--to", "plan", *PAPER)
    changed(clerk, ("due: 2022-08-31", "due: 2022-09-14"))
    out, _ = clerk.run("campaign", "move", KEY, "--to", "plan", *PAPER, "--dry-run")
    assert out.splitlines()[0] == f"version 1 → 2; dates move: report/{TOWN}、report/{OTHER}"
    assert "definitions that changed" in out
    data = clerk.at("2022-07-06T10:00")
    found = data.run("campaign", "move", KEY, "--to", "plan", *PAPER, "--dry-run", "--json")[0]
    assert '"gained": 1' in found
    assert data.told("campaign", "move", KEY, "--to", "plan", *PAPER).startswith("version 1 → 2")
    both = data.json("campaign", "versions", KEY)
    assert [(row["version"], row["since"], row["current"]) for row in both] == [
        ("1", "2022-07-05", False),
        ("2", "2022-07-06", True),
    ]
    lines = data.lines("campaign", "versions", KEY, "--changes")
    assert any("task due" in line for line in lines)
    assert data.json("audit", "verify")["findings"] == []
    data.run("campaign", "export", KEY, "--out", "left")
    earlier = data.folder / "left" / "versions" / both[0]["workflow"][:12] / "workflow.yaml"
    assert "due: 2022-08-31" in earlier.read_text(encoding="utf-8")
    assert "due: 2022-09-14" in (data.folder / "left" / "workflow" / "workflow.yaml").read_text(encoding="utf-8")


def test_a_version_that_holds_again_is_listed_again_and_each_page_goes_on_behind_the_last(clerk: Clerk) -> None:
    clerk.begin()
    path = clerk.folder / "plan" / "workflow.yaml"
    first = path.read_text(encoding="utf-8")
    changed(clerk, ("due: 2022-08-31", "due: 2022-09-14"))
    clerk.told("campaign", "move", KEY, "--to", "plan", *PAPER)
    path.write_text(first, encoding="utf-8")
    clerk.told("campaign", "move", KEY, "--to", "plan", *PAPER)
    rows = clerk.json("campaign", "versions", KEY)
    assert [row["current"] for row in rows] == [False, False, True]
    pages, after = [], ()
    while page := json.loads(clerk.run("campaign", "versions", KEY, "--limit", "1", *after, "--json")[0]):
        pages += page
        after = ("--after", str(page[-1]["seq"]))
    assert pages == rows


def test_a_version_with_errors_is_told_with_its_places(clerk: Clerk) -> None:
    clerk.begin()
    changed(clerk, ("due: 2022-08-31", "due: 2022-08-32"))
    _, err = clerk.run("campaign", "move", KEY, "--to", "plan", *PAPER, code=2)
    assert "PW" in err and "workflow.yaml" in err
