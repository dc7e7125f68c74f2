"""Links at the command line: who has not signed, links to hand on, signing by one."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest
from clerk import KEY, Clerk
from office import OTHER, TOWN

TASK = "report"
HEX = re.compile(r"[0-9a-f]{64}\n")


@pytest.fixture
def linked(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """A clerk whose campaign has begun and whose notices went out with links, signed by a key made here."""
    key = clerk.told("links", "key")
    assert HEX.fullmatch(key)
    (clerk.folder / "link.key").write_text(key, encoding="utf-8")
    (clerk.folder / "link.key").chmod(0o600)
    monkeypatch.setenv("PHASEGATE_LINK_URL", "https://sign.example.org")
    monkeypatch.setenv("PHASEGATE_LINK_KEY_FILE", "link.key")
    return clerk.begin().sweep("2022-07-05T09:05")


def mailed(clerk: Clerk, unit: str) -> str:
    """Return the link in the letter to a unit's liaison."""
    letters = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((clerk.folder / "eml").rglob("*.eml"))
    ]
    (body,) = [each.get_content() for each in letters if each["To"] == f"liaison@{unit}.example.org"]
    (link,) = [line for line in body.splitlines() if line.startswith("https://sign.example.org/")]
    return str(link)


def test_a_key_is_never_the_same(clerk: Clerk) -> None:
    assert clerk.json("links", "key")["key"] != clerk.json("links", "key")["key"]


def test_a_unit_signs_by_the_link_in_its_letter(linked: Clerk) -> None:
    notice = linked.json("links", "list", KEY, "--unit", TOWN)[0]["notice"]
    link = mailed(linked, "east")
    assert linked.at("2022-07-06T10:00").lines("task", "receive", "--token", link) == [
        f"{TOWN} signed by the link of notice {notice}",
        "task    title     due         state   signed on",
        "report  报送方案  2022-08-31  办理中  2022-07-06",
    ]
    again = linked.json("task", "receive", "--token", link.rpartition("/")[2])
    assert (again["unit"], again["duties"][0]["signed_on"], again["duties"][0]["open"]) == (TOWN, "2022-07-06", False)
    said = f"{TOWN}  receive  report/{TOWN} — on 2022-07-06, by the link of notice {notice}"
    assert history(linked, "--action", "receive") == [said]
    assert linked.json("task", "list", KEY, "--unit", TOWN)[0]["state"] == "received"


def history(clerk: Clerk, *words: str) -> list[str]:
    """Return lines of the history without number and time."""
    return [line.split("  ", 2)[-1].strip() for line in map(str.strip, clerk.lines("audit", "log", KEY, *words))]


def test_who_has_not_signed_is_listed_with_the_notice_that_asked_last(linked: Clerk) -> None:
    asked = linked.json("links", "list", KEY)
    assert [(row["unit"], row["tasks"], row["day"]) for row in asked] == [
        (TOWN, [TASK], "2022-07-05"),
        (OTHER, [TASK], "2022-07-05"),
    ]
    linked.at("2022-07-06T10:00").told("task", "receive", KEY, TASK, "--as", TOWN)
    linked.sweep("2022-07-11T10:00")
    (row,) = linked.json("links", "list", KEY)
    assert (row["unit"], row["day"], row["to"]) == (OTHER, "2022-07-11", ["liaison@west.example.org"])
    assert row["notice"] > asked[1]["notice"]


def test_the_office_takes_links_out_for_all_that_have_not_signed_and_each_is_recorded(linked: Clerk) -> None:
    linked.at("2022-07-06T10:00")
    given = linked.json("links", "give", KEY, "--all")
    assert [(row["unit"], row["until"]) for row in given] == [(TOWN, "2022-07-21"), (OTHER, "2022-07-21")]
    linked.at("2022-07-07T10:00").told("task", "receive", "--token", given[1]["link"])
    assert history(linked, "--since", "2022-07-06") == [
        f"县创建办  give_link  {given[0]['notice']}/{TOWN}",
        f"县创建办  give_link  {given[1]['notice']}/{OTHER}",
        f"{OTHER}  receive  report/{OTHER} — on 2022-07-07, by the link of notice {given[1]['notice']}"
        " that the office handed on",
    ]
    assert given[1]["link"].rpartition("/")[2] not in linked.told("audit", "log", KEY, "--json")
    assert linked.json("audit", "verify")["holds"]


def test_a_link_taken_out_again_under_a_key_is_the_same(linked: Clerk) -> None:
    notice = str(linked.json("links", "list", KEY)[0]["notice"])
    first = linked.json("links", "give", KEY, notice, "--key", "k1")
    assert linked.at("2022-07-09T10:00").json("links", "give", KEY, notice, "--key", "k1") == first
    assert linked.json("links", "give", KEY, notice)[0]["link"] != first[0]["link"]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("task", "receive", "--token", "https://sign.example.org/x"), "PG106  this link is none of ours"),
        (("task", "receive", KEY, TASK, "--token", "x"), "PG214  --token stands alone"),
        (("task", "receive", KEY), "PG214  give KEY and TASK, or --token"),
        (("links", "give", KEY), "PG214  give the numbers of notices, or --all"),
        (("links", "give", KEY, "1", "--all"), "PG214  give the numbers of notices, or --all"),
        (("links", "give", KEY, "999"), "PG201  there is no notice '999'"),
        (("links", "list", KEY, "--unit", "南镇"), "PG201  there is no unit '南镇'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(linked: Clerk, words: tuple[str, ...], line: str) -> None:
    assert linked.refused(*words, code=2).startswith(line)


def test_a_link_that_ran_out_is_refused_with_its_day(linked: Clerk) -> None:
    link = mailed(linked, "east")
    said = linked.at("2022-07-21T08:00").refused("task", "receive", "--token", link)
    assert said.startswith("PG107  the link of notice ") and "the link held until 2022-07-20" in said


def test_doctor_says_how_links_stand(linked: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examined(linked) == ("ok", "https://sign.example.org, one key, 15 days")
    monkeypatch.setenv("PHASEGATE_LINK_URL", "http://sign.example.org")
    mark, said = examined(linked)
    assert mark == "warning" and said.endswith("; links travel in the clear: give an address that begins with https")
    monkeypatch.delenv("PHASEGATE_LINK_KEY_FILE")
    assert examined(linked, code=1)[0] == "error"
    monkeypatch.delenv("PHASEGATE_LINK_URL")
    assert examined(linked)[0] == "note"


def examined(clerk: Clerk, code: int = 0) -> tuple[str, str]:
    (found,) = [row for row in clerk.json("doctor", code=code)["checks"] if row["what"] == "links"]
    return found["mark"], found["said"]
