"""What `phasegate audit` says: the history, its proof, and why somebody was or was not told."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from clerk import KEY, Clerk
from office import COURT, OTHER, TOWN

from engine.cli.main import main
from engine.history import digest
from engine.store.schema import TRIGGERS
from engine.words import reason as worded

READS: tuple[tuple[str, ...], ...] = (
    ("campaign", "list"),
    ("campaign", "show", KEY),
    ("task", "list", KEY),
    ("task", "show", KEY, "report"),
    ("task", "show", KEY, "report", "--unit", TOWN),
    ("units", "list", KEY),
    ("notice", "list", KEY),
    ("notice", "list", KEY, "--upcoming", "--days", "10"),
    ("outbox", "list", KEY),
    ("audit", "why", KEY, "report", TOWN),
    ("audit", "verify"),
)


@pytest.fixture(scope="module")
def summer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database after the summer is kept, once it was lived."""
    return tmp_path_factory.mktemp("summer") / "phasegate.db"


@pytest.fixture
def busy(clerk: Clerk, summer: Path) -> Clerk:
    """A clerk after a summer that is lived once for all tests."""
    here = clerk.folder / "phasegate.db"
    if summer.exists():
        shutil.copy(summer, here)
        return clerk.at("2022-09-05T10:00")
    a_busy_summer(clerk)
    shutil.copy(here, summer)
    return clerk


def a_busy_summer(clerk: Clerk) -> Clerk:
    """Have one town hand in and be returned, the other be chased, and somebody be refused."""
    clerk.begin().sweep("2022-07-05T09:00").at("2022-08-01T10:00").submit(TOWN)
    clerk.told("task", "return", KEY, "report", "--unit", TOWN, "--reason", "缺少附表")
    clerk.refused("campaign", "advance", KEY, "--decision", "纪要")
    for now in ("2022-08-01T10:00", "2022-08-26T09:00", "2022-09-01T10:00", "2022-09-05T10:00"):
        clerk.sweep(now)
    return clerk


def records(clerk: Clerk, *words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in clerk.lines("audit", "log", *words, "--json")]


def tamper(clerk: Clerk, *statements: str) -> None:
    with sqlite3.connect(clerk.folder / "phasegate.db") as connection:
        dropped = [f"DROP TRIGGER {name}" for name in TRIGGERS["sqlite"]]
        for statement in (*dropped, *statements, *TRIGGERS["sqlite"].values()):
            connection.execute(statement)
    connection.close()


# --- the history ---


def test_the_log_prints_one_record_a_line_oldest_first(busy: Clerk) -> None:
    lines = busy.lines("audit", "log", KEY)
    assert lines[:6] == [
        "     1  2022-07-05 08:30:00  县创建办  start  county",
        "     2  2022-07-05 09:00:00  system  bind  4",
        "     3  2022-07-05 09:00:00  system  deliver  4/4",
        "     4  2022-08-01 10:00:00  东镇  submit  report/东镇 — on 2022-08-01",
        "     5  2022-08-01 10:00:00  县创建办  return  report/东镇 — due on 2022-08-31 — 缺少附表",
        "     6  2022-08-01 10:00:00  县创建办  advance refused  build — PG103  the gate of 全面创建阶段 is shut"
        " — 方案全部审核通过 0/2(东镇、西乡);示范点全部确定 0/1(示范村(0/1)、合计(0/1));同意转段 0/1(同意转段)"
        " — see `phasegate campaign gate county`",
    ]


def test_the_log_in_json_is_one_record_a_line_with_what_its_bytes_tell(busy: Clerk) -> None:
    found = records(busy, KEY)
    assert [record["seq"] for record in found] == list(range(1, len(found) + 1))
    submitted = next(record for record in found if record["action"] == "submit")
    assert {name: submitted[name] for name in ("seq", "at", "actor", "action", "outcome", "subject", "role")} == {
        "seq": 4,
        "at": "2022-08-01T02:00:00.000Z",
        "actor": TOWN,
        "action": "submit",
        "outcome": "done",
        "subject": "report/东镇",
        "role": "unit",
    }
    assert [record["prev"] for record in found[1:]] == [record["hash"] for record in found[:-1]]


def test_the_log_of_the_installation_needs_no_key(clerk: Clerk) -> None:
    assert clerk.begin().told("audit", "log") == (
        "     1  2022-07-05 08:30:00  县创建办  install  \n     2  2022-07-05 08:30:00  县创建办  create  county\n"
    )


def test_the_log_can_be_narrowed_by_action_actor_subject_outcome_and_day(busy: Clerk) -> None:

    def found(*words: str) -> set[tuple[str, str]]:
        return {(record["action"], record["subject"]) for record in records(busy, KEY, *words)}

    assert found("--action", "submit") == {("submit", "report/东镇")}
    assert found("--actor", TOWN) == {("submit", "report/东镇")}
    assert {subject for _, subject in found("--subject", OTHER)} == {"report/西乡 receipt", "report/西乡 due"}
    assert found("--outcome", "refused") == {("advance", "build")}
    assert all(record["at"] >= "2022-09-01T" for record in records(busy, KEY, "--since", "2022-09-02"))
    assert found("--subject", "100%") == found("--subject", "_") == set()
    assert "this is not an instant" in busy.refused("audit", "log", KEY, "--since", "yesterday", code=2)


def test_a_long_log_is_read_page_by_page_without_losing_a_record(
    busy: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = records(busy, KEY)
    monkeypatch.setattr("engine.service.kernel.history.PAGE", 2)
    assert records(busy, KEY) == whole
    assert records(busy, KEY, "--action", "occur") == [r for r in whole if r["action"] == "occur"]


# --- its proof ---


def test_a_sound_history_holds_and_says_how_much_was_read(busy: Clerk) -> None:
    found = busy.json("audit", "verify")
    assert found["holds"] is True
    assert found["records"] == len(records(busy)) + len(records(busy, KEY))
    assert busy.told("audit", "verify") == (
        f"the history holds: {found['records']} records, {found['rows']} rows of state\n"
    )


def test_the_chain_alone_is_proved_without_a_replay(clerk: Clerk) -> None:
    count = len(records(a_busy_summer(clerk))) + len(records(clerk, KEY))
    assert clerk.told("audit", "verify", "--chain") == f"the chain holds: {count} records\n"
    tamper(clerk, "DELETE FROM evidence")
    assert clerk.json("audit", "verify", "--chain")["holds"] is True
    tamper(clerk, "UPDATE journal SET hash = '0' WHERE journal = 1 AND seq = 4")
    assert "record 1:4: hash is 0, the bytes say " in clerk.run("audit", "verify", "--chain", code=1)[0]


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE journal SET data = CAST(REPLACE(CAST(data AS TEXT), '缺少', '缺失') AS BLOB) WHERE seq = 5", "1:5"),
        ("UPDATE journal SET actor = '西乡' WHERE journal = 1 AND seq = 4", "record 1:4"),
        ("UPDATE assignment SET state = 'accepted' WHERE unit = '西乡'", "].state"),
        ("UPDATE deadline SET due_on = '2022-09-30' WHERE unit = '西乡' AND kind = 'due'", "].due_on"),
        ("DELETE FROM evidence", "evidence["),
        ("UPDATE blob SET data = CAST('x' AS BLOB) WHERE sha = (SELECT MIN(content) FROM notice)", "blob "),
    ],
)
def test_what_was_changed_behind_the_history_is_named_with_exit_1(busy: Clerk, statement: str, place: str) -> None:
    tamper(busy, statement)
    out, _ = busy.run("audit", "verify", code=1)
    assert out.startswith("the history does not hold: ")
    assert place in out
    found = json.loads(busy.run("audit", "verify", "--json", code=1)[0])
    assert found["holds"] is False
    assert any(place in finding["place"] for finding in found["findings"])


def test_a_tail_that_was_cut_with_its_traces_is_seen_by_the_witness_alone(clerk: Clerk) -> None:
    clerk.begin().told("task", "receive", KEY, "report", "--as", TOWN)
    before = (clerk.folder / "phasegate.db").read_bytes()
    clerk.submit(TOWN)
    out, err = clerk.run("audit", "verify", "--heads", "heads.json")
    assert (out.startswith("the history holds"), err) == (
        True,
        "heads written to heads.json; keep them elsewhere\n",
    )
    assert clerk.json("audit", "verify", "--against", "heads.json")["holds"] is True
    (clerk.folder / "phasegate.db").write_bytes(before)
    assert clerk.json("audit", "verify")["holds"] is True
    assert clerk.json("audit", "verify", "--against", "heads.json", code=1)["findings"] == [
        {"place": "record 1:3", "what": "the witness knows this record of county, the journal has it no more"}
    ]
    clerk.submit(OTHER)
    (finding,) = clerk.json("audit", "verify", "--against", "heads.json", code=1)["findings"]
    assert finding["what"].startswith("the witness knows another record of county: ")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"heads": [{"journal": "1"}]}', '{"heads": {"county": 1}}'])
def test_a_file_that_holds_no_heads_is_bad_input(clerk: Clerk, text: str) -> None:
    name = clerk.begin().file("heads.json", text)
    assert "this is no file of heads" in clerk.refused("audit", "verify", "--against", name, code=2)
    assert "the file cannot be read" in clerk.refused("audit", "verify", "--against", "none.json", code=2)


# --- why ---


def test_why_says_of_every_rung_what_became_of_it_and_which_notice_carried_it(busy: Clerk) -> None:
    text = busy.told("audit", "why", KEY, "report", OTHER)
    assert re.sub(r"no \d+", "no N", text) == (
        "deadline  epoch  rung      level  scheduled         outcome    why                              notice\n"
        "due       1      提前三日  0      2022-08-26 09:00  raised     -                                "
        "no N sent 2022-08-26 09:00\n"
        "due       1      催办      0      2022-09-01 10:00  raised     -                                "
        "no N sent 2022-09-01 10:00\n"
        "due       1      催分管    1      2022-09-05 10:00  raised     -                                "
        "no N sent 2022-09-05 10:00\n"
        "due       1      催主要    2      2022-09-08 10:00  scheduled  -                                -\n"
        "due       1      督办      3      2022-09-15 10:00  waits      level 2 comes first: 催主要 (1)  -\n"
        "due       1      通报      4      2022-09-22 10:00  waits      level 3 comes first: 督办 (1)    -\n"
        "receipt   1      提醒签收  0      2022-07-11 10:00  raised     -                                "
        "no N sent 2022-08-01 10:00\n"
    )


def test_why_says_in_chinese_what_waits_and_until_when(busy: Clerk) -> None:
    lines = busy.lines("audit", "why", KEY, "report", OTHER, "--lang", "zh")
    assert lines[0].split() == ["时限类别", "第几次时限", "提醒环节", "级别", "触发时间", "结果", "原因", "通知"]
    assert re.sub(r"第\d+号", "第N号", " ".join(lines[1].split())) == (
        "报送时限 1 提前三日 0 2022-08-26 09:00 已提醒 - 第N号 已发出 2022-08-26 09:00"
    )
    assert " ".join(lines[5].split()) == "报送时限 1 督办 3 2022-09-15 10:00 等候 须先发第2级提醒:催主要(第1次) -"


def test_why_is_a_list_that_is_sorted_picked_and_written_as_any_other(busy: Clerk) -> None:
    asked = ("audit", "why", KEY, "report", OTHER)
    waiting = busy.json(*asked, "--where", "outcome=waits")
    assert [rung["rung"] for rung in waiting] == ["督办", "通报"]
    busy.run(*asked, "--out", "why.csv")
    assert (busy.folder / "why.csv").read_text("utf-8-sig").startswith("deadline,epoch,rung,level,scheduled,")


def test_why_says_what_the_relation_forbids_and_what_nobody_could_be_told(clerk: Clerk) -> None:
    clerk.begin().told("units", "contact", KEY, COURT, "--vacant")
    for now in ("2022-09-14T09:00", "2022-09-19T10:00", "2022-09-26T10:00"):
        clerk.sweep(now)
    rungs = {rung["rung"]: rung for rung in clerk.json("audit", "why", KEY, "score", COURT)}
    assert rungs["催办"]["outcome"] == "no_contact"
    assert (rungs["催主要"]["outcome"], worded(rungs["催主要"]["reason"])) == (
        "not_applicable",
        "level 2 is above level 1, the relation's highest",
    )
    assert rungs["催主要"]["carried"] == []


# --- reading ---


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_reading_prints_one_json_document_and_changes_not_a_byte(busy: Clerk, words: tuple[str, ...]) -> None:
    before = digest((busy.folder / "phasegate.db").read_bytes())
    busy.json(*words)
    assert digest((busy.folder / "phasegate.db").read_bytes()) == before


def test_reading_never_refuses_a_clock_that_runs_behind(busy: Clerk) -> None:
    busy.at("2022-07-01T00:00")
    for words in READS:
        busy.told(*words)
    assert busy.refused("task", "receive", KEY, "report", "--as", OTHER, code=2).startswith("PG104  ")


def test_both_databases_are_read_alike(
    clerk: Clerk, postgres: Any, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen() -> list[Any]:
        # Two installations share no random name; here they are to have the same ones.
        names = count(1)
        monkeypatch.setattr("engine.clock.secrets.token_hex", lambda size: f"{next(names):0{2 * size}x}"[::-1])
        a_busy_summer(clerk.at("2022-07-05T08:30"))
        found = [clerk.json(*words) for words in READS]
        told = [
            {name: record[name] for name in record if name not in ("prev", "hash")} for record in records(clerk, KEY)
        ]
        return [*found, told, clerk.json("campaign", "gate", KEY, code=1)]

    on_sqlite = seen()
    monkeypatch.setenv("PHASEGATE_DB", postgres.new(postgres_template))
    monkeypatch.setattr(clerk, "write_plan", lambda **changes: None)
    assert seen() == on_sqlite


def test_without_a_database_every_command_ends_with_one_clear_line(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PHASEGATE_DB", "sqlite:///nowhere.db")
    for words in READS:
        assert main(list(words)) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("PG302  there is no Phasegate database at sqlite:///nowhere.db")
        assert err.count("\n") == 1
