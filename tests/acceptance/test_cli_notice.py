"""What `phasegate notice` and `outbox` say and do: what was written, what is about to go, what failed."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from clerk import KEY, Clerk
from office import COURT, OTHER, TOWN

from engine.words import reason as worded
from notifications.channels import eml

CARRIED = (
    "id", "kind", "level", "campaign", "unit", "to", "channel", "state", "created_at", "sent_at", "items", "subject",
)  # fmt: skip


def ids(clerk: Clerk, *words: str) -> list[Any]:
    return [row["id"] for row in clerk.json("notice", "list", KEY, *words)]


def overdue(clerk: Clerk) -> Clerk:
    """Live until both towns were told that their report is overdue, up to the draft for their heads."""
    for now in ("2022-09-01T10:00", "2022-09-05T10:00", "2022-09-08T10:00", "2022-09-15T10:00"):
        clerk.sweep(now)
    return clerk


def the_draft(clerk: Clerk) -> str:
    (draft,) = ids(clerk, "--state", "draft")
    return str(draft)


# --- what was written ---


def test_a_list_shows_what_was_written_to_whom_and_when_it_went(clerk: Clerk) -> None:
    assert clerk.begin().sweep("2022-07-05T09:00").told("notice", "list", KEY, "--unit", TOWN) == (
        "id  state  kind         level  unit  to                        written           sent"
        "              subject\n"
        "34  sent   task_issued  0      东镇  liaison@east.example.org  2022-07-05 09:00  2022-07-05 09:00"
        "  关于交办某县示范县创建工作任务的通知\n"
    )


def test_a_list_in_json_carries_the_items_of_each_notice(clerk: Clerk) -> None:
    (row,) = overdue(clerk.begin()).json("notice", "list", KEY, "--unit", TOWN, "--kind", "overdue")[:1]
    assert set(CARRIED) <= set(row)
    assert {name: row[name] for name in ("kind", "level", "campaign", "unit", "to", "channel", "state")} == {
        "kind": "overdue",
        "level": 0,
        "campaign": KEY,
        "unit": TOWN,
        "to": ["liaison@east.example.org"],
        "channel": "eml",
        "state": "sent",
    }
    assert (row["created_at"], row["sent_at"]) == ("2022-09-01T10:00:00+08:00", "2022-09-01T10:00:00+08:00")
    (item,) = row["items"]
    assert {name: item[name] for name in ("task", "deadline", "due_on", "rung", "level", "outcome")} == {
        "task": "report",
        "deadline": "due",
        "due_on": "2022-08-31",
        "rung": "催办",
        "level": 0,
        "outcome": "raised",
    }


def test_from_a_notice_to_its_occurrence_and_back_nothing_is_lost(clerk: Clerk) -> None:
    overdue(clerk.begin())
    told = {row["id"]: row["items"] for row in clerk.json("notice", "list", KEY)}
    for rung in clerk.json("audit", "why", KEY, "report", TOWN):
        for carried in rung["carried"]:
            assert rung["rung"] in [item["rung"] for item in told[carried["notice"]]]


def test_a_notice_is_shown_with_its_text_short_text_items_and_deliveries(clerk: Clerk) -> None:
    overdue(clerk.begin())
    found = ids(clerk, "--unit", TOWN, "--kind", "overdue")[0]
    text = clerk.told("notice", "show", KEY, str(found))
    assert text.startswith(
        f"notice {found}, overdue, level 0, sent\n"
        "to 东镇: liaison@east.example.org by eml\n"
        "written 2022-09-01 10:00, sent 2022-09-01 10:00\n"
    )
    assert "尚未收到你镇“报送方案”任务办理情况" in text
    assert "\nshort text:\n【县创建办】" in text
    assert "东镇  report  报送方案  due       2022-08-31  催办  0      raised\n" in text
    assert "liaison@east.example.org  eml      sent          1  -     -\n" in text


@pytest.mark.parametrize("word", ["7", "abc", "²", "99999999999999999999"])
def test_a_notice_that_does_not_exist_is_one_clear_line(clerk: Clerk, word: str) -> None:
    assert clerk.begin().refused("notice", "show", KEY, word, code=2) == f"PG201  there is no notice '{word}'"


def test_a_mistyped_kind_of_notice_gets_a_guess(clerk: Clerk) -> None:
    refusal = clerk.begin().refused("notice", "list", KEY, "--kind", "overdu", code=2)
    assert refusal.startswith("PG201  there is no kind of notice 'overdu' — did you mean overdue")


# --- what is about to go (拟发清单) ---


def test_the_release_list_looks_ahead_by_working_days_and_says_what_would_stop_an_entry(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-11T10:00").sweep("2022-08-26T09:00").at("2022-08-31T09:00")
    assert clerk.told("notice", "list", KEY, "--upcoming", "--days", "2", "--unit", TOWN) == (
        "id     state     goes              how      kind     level  unit  to                        about"
        "     rung  unless\n"
        "u21-0  upcoming  2022-09-01 10:00  release  overdue  0      东镇  liaison@east.example.org  报送方案"
        "  催办  unless it is handed in\n"
    )
    ahead = clerk.json("notice", "list", KEY, "--upcoming", "--unit", TOWN, "--days", "12")
    assert [(row["goes_at"], row["level"], row["delivery"]) for row in ahead] == [
        ("2022-09-01T10:00:00+08:00", 0, "release"),
        ("2022-09-05T10:00:00+08:00", 1, "release"),
        ("2022-09-08T10:00:00+08:00", 2, "release"),
        ("2022-09-15T10:00:00+08:00", 3, "draft"),
    ]


def test_the_release_list_tells_what_then_happens(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-11T10:00").sweep("2022-08-26T09:00").at("2022-08-31T09:00")
    ahead = {
        (row["unit"], row["kind"], row["level"], row["goes_at"])
        for row in clerk.json("notice", "list", KEY, "--upcoming", "--days", "6")
    }
    overdue(clerk)
    came = {
        (row["unit"], row["kind"], row["level"], row["created_at"])
        for row in clerk.json("notice", "list", KEY)
        if row["kind"] == "overdue"
    }
    assert came == ahead


def test_an_entry_of_the_release_list_disappears_when_the_unit_hands_in(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-11T10:00").sweep("2022-08-26T09:00").at("2022-08-31T09:00").submit(TOWN)
    assert {row["unit"] for row in clerk.json("notice", "list", KEY, "--upcoming")} == {OTHER}


def test_an_entry_that_is_withheld_is_shown_so_and_never_goes(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-11T10:00").sweep("2022-08-26T09:00").at("2022-08-31T09:00")
    withhold = ("notice", "withhold", KEY, "u21-0")
    assert "reason is missing" in clerk.refused(*withhold)
    assert clerk.told(*withhold, "--reason", "已电话沟通") == (
        "u21-0 is withheld; `task hold … --off` lets its ladder go on\n"
    )
    ahead = clerk.json("notice", "list", KEY, "--upcoming", "--unit", TOWN)
    assert {(row["state"], worded(row["reason"])) for row in ahead} == {
        ("withheld", "on hold from level 0: 县创建办: 已电话沟通")
    }
    clerk.sweep("2022-09-01T10:00")
    assert [row["unit"] for row in clerk.json("notice", "list", KEY, "--kind", "overdue")] == [OTHER]


@pytest.mark.parametrize("word", ["u", "u21", "u21-9", "u99-0", "u²-0", "u99999999999-0"])
def test_an_entry_that_does_not_exist_is_one_clear_line(clerk: Clerk, word: str) -> None:
    refusal = clerk.begin().refused("notice", "withhold", KEY, word, "--reason", "x", code=2)
    assert refusal == f"PG201  there is no entry of the release list '{word}'"


def test_a_trial_run_lists_everything_and_sends_only_what_is_released(clerk: Clerk) -> None:
    clerk.begin("--trial").sweep("2022-07-05T09:00")
    assert clerk.json("outbox", "list", KEY) == []
    waiting = clerk.json("notice", "list", KEY, "--upcoming")
    assert {row["state"] for row in waiting} == {"listed"}
    (found,) = ids(clerk, "--unit", TOWN)
    assert clerk.told("notice", "release", KEY, str(found)) == f"notice {found} is queued\n"
    clerk.sweep("2022-07-05T09:05")
    assert [row["to"] for row in clerk.json("outbox", "list", KEY)] == ["liaison@east.example.org"]
    assert clerk.refused("notice", "release", KEY, str(found)).startswith(f"PG102  cannot release notice {found}")


# --- what a person signs ---


def test_a_draft_is_the_leaders_to_sign_and_gets_its_number_then(clerk: Clerk) -> None:
    draft = the_draft(overdue(clerk.begin()))
    assert clerk.refused("notice", "sign", KEY, draft).startswith("PG101  sign is not for 县创建办")
    assert clerk.told("notice", "sign", KEY, draft, "--as", "leader") == (
        f"notice {draft} is signed as 某创建办发〔2022〕1号 and queued\n"
    )
    clerk.sweep("2022-09-15T10:05")
    shown = clerk.json("notice", "show", KEY, draft)
    assert (shown["state"], shown["number"], len(shown["deliveries"])) == ("sent", "某创建办发〔2022〕1号", 2)


def test_a_draft_that_was_withheld_is_signed_after_all_but_never_just_released(clerk: Clerk) -> None:
    draft = the_draft(overdue(clerk.begin()))
    clerk.told("notice", "withhold", KEY, draft, "--reason", "再核实")

    def outcome() -> str:
        rungs = clerk.json("audit", "why", KEY, "report", TOWN)
        return next(str(rung["outcome"]) for rung in rungs if rung["rung"] == "督办")

    assert outcome() == "withheld"
    assert clerk.told("notice", "release", KEY, draft) == f"notice {draft} is draft\n"
    assert outcome() == "raised"
    assert clerk.sweep("2022-09-15T10:05").json("notice", "show", KEY, draft)["deliveries"] == []
    clerk.told("notice", "sign", KEY, draft, "--as", "leader")


def test_a_bulletin_is_drafted_on_demand_and_written_by_the_next_sweep(clerk: Clerk) -> None:
    overdue(clerk.begin())
    assert clerk.told("notice", "draft", KEY, "bulletin") == (
        "a bulletin will be drafted by the next sweep; `notice list --state draft`\n"
    )
    clerk.sweep("2022-09-15T10:05")
    (bulletin,) = clerk.json("notice", "list", KEY, "--kind", "bulletin")
    assert (bulletin["state"], bulletin["level"]) == ("draft", 4)
    assert "'poem' is not one of" in clerk.refused("notice", "draft", KEY, "poem", code=2)


def test_a_correction_is_a_new_notice_and_the_old_one_names_it(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00")
    (found,) = ids(clerk, "--unit", TOWN)
    correct = ("notice", "correct", KEY, str(found), "--wrong", "7月8日", "--right", "7月11日")
    assert clerk.told(*correct) == f"the next sweep sends a correction of notice {found}\n"
    clerk.sweep("2022-07-05T09:05")
    (new,) = clerk.json("notice", "list", KEY, "--kind", "correction")
    assert (new["unit"], new["to"]) == (TOWN, ["liaison@east.example.org"])
    assert clerk.json("notice", "show", KEY, str(found))["corrected_by"] == [new["id"]]
    assert f"sent, corrected by {new['id']}\n" in clerk.told("notice", "show", KEY, str(found))
    assert "“7月8日”" in clerk.json("notice", "show", KEY, str(new["id"]))["body"]


# --- the outbox ---


def test_messages_that_failed_are_listed_with_why_and_go_once_they_are_tried_again(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.begin()
    with monkeypatch.context() as patched:
        patched.setattr(eml, "_write", _no_such_name)
        for day in range(5, 22):
            clerk.sweep(f"2022-07-{day:02d}T09:00").sweep(f"2022-07-{day:02d}T16:30")
    failed = clerk.json("outbox", "list", KEY, "--state", "failed")
    assert [(row["to"], row["attempts"]) for row in failed] == [
        ("liaison@east.example.org", 11),
        ("liaison@west.example.org", 11),
        ("liaison@court.example.org", 11),
        ("liaison@bureau.example.org", 11),
    ]
    assert all(row["error"] for row in failed)
    assert "notices: 4 failed; `notice list county`" in clerk.told("campaign", "show", KEY)
    assert clerk.told("outbox", "retry", KEY, str(failed[0]["id"])) == "1 queued again\n"
    assert clerk.told("outbox", "retry", KEY, "--all") == "3 queued again\n"
    clerk.sweep("2022-07-22T09:05")
    assert clerk.json("outbox", "list", KEY, "--state", "failed") == []
    assert len(list((clerk.folder / "eml").rglob("*.eml"))) >= 4


def _no_such_name(*_: object) -> None:
    """Fail as a file system does that takes no such name: the fault is the message's own, not the folder's."""
    raise OSError(errno.EINVAL, "Invalid argument")


def test_retrying_names_messages_or_all_of_them(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00")
    assert "give the numbers of messages, --channel NAME, or --all" in clerk.refused("outbox", "retry", KEY, code=2)
    assert clerk.told("outbox", "retry", KEY, "--all") == "nothing failed\n"
    for word in ("x", "²", "9" * 5000):
        assert clerk.refused("outbox", "retry", KEY, word, code=2) == (
            f"PG202  that is no number of a message — found {word!r} — see `outbox list`"
        )
    assert clerk.refused("outbox", "retry", KEY, "35", code=2) == "PG201  there is no failed message '35'"


# --- units ---


def test_units_are_listed_in_the_order_of_the_directory_with_who_is_reached(clerk: Clerk) -> None:
    lines = clerk.begin().lines("units", "list", KEY)
    assert [line.split()[0] for line in lines] == [
        "unit", "县领导小组", "县创建办", "市民宗局", "县法院", "县税务局", "东镇", "西乡",
    ]  # fmt: skip
    east = next(row for row in clerk.json("units", "list", KEY) if row["unit"] == TOWN)
    assert (east["relation"], east["kind"], east["open"], east["vacancies"]) == ("subordinate", "镇", 1, [])
    assert {level: held["address"] for level, held in east["contacts"].items()} == {
        "liaison": "liaison@east.example.org",
        "deputy": "deputy@east.example.org",
        "head": "head@east.example.org",
    }


def test_a_contact_changes_from_a_day_on_and_the_new_one_is_told_of_what_is_open(clerk: Clerk) -> None:
    change = ("units", "contact", KEY, TOWN, "--address", "new@east.example.org", "--from", "2022-07-11")
    assert clerk.begin().told(*change) == (
        "东镇: liaison is new@east.example.org from 2022-07-11; 1 open assignments\n"
    )
    east = next(row for row in clerk.json("units", "list", KEY) if row["unit"] == TOWN)
    assert east["contacts"]["liaison"]["to"] == "2022-07-10"
    assert [(each["level"], each["from"]) for each in east["coming"]] == [("liaison", "2022-07-11")]
    east = next(row for row in clerk.at("2022-07-11T09:00").json("units", "list", KEY) if row["unit"] == TOWN)
    assert east["contacts"]["liaison"]["address"] == "new@east.example.org"


def test_a_vacancy_shows_where_an_open_ladder_would_tell_somebody(clerk: Clerk) -> None:
    clerk.begin()
    for unit, level in ((TOWN, "head"), (COURT, "head")):
        clerk.told("units", "contact", KEY, unit, "--level", level, "--vacant")
    assert [(row["unit"], row["vacancies"]) for row in clerk.json("units", "list", KEY, "--vacant")] == [
        (TOWN, ["head"])
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give --address, or --vacant"),
        (("--vacant", "--address", "a@example.org"), "give --address, or --vacant"),
        (("--address", "a b"), "that is no address — found 'a b'"),
        (("--address", "a@example.org", "--from", "2022-07-01"), "a contact cannot change in the past"),
        (("--address", "a@example.org", "--level", "boss"), "'boss' is not one of"),
    ],
)
def test_a_contact_that_makes_no_sense_is_bad_input(clerk: Clerk, words: tuple[str, ...], said: str) -> None:
    assert said in clerk.begin().refused("units", "contact", KEY, TOWN, *words, code=2)
