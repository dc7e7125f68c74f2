"""Names and texts as they are typed, in whatever form they come: found by their keys, or refused in one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from clerk import KEY, TASKS, Clerk
from office import COURT, OTHER, TOWN

from engine.cli.main import main

RUN = [sys.executable, "-c", "from engine.cli.main import run; run()"]
GBK = os.fsdecode("总结.docx".encode("gb18030"))
WITHOUT_FILE = TASKS.replace("needs: [number, file]", "needs: [number]")


def odd(name: str) -> str:
    """Return a name as a PDF, a web page or an input method may give it."""
    return f"\u200b{name[0]} {name[1:]}\ufe0f"


# --- names ---


@pytest.mark.parametrize(
    "words",
    [
        ("task", "list", KEY, "--unit", odd(TOWN)),
        ("task", "show", KEY, "re\u200bport", "--unit", odd(TOWN)),
        ("task", "show", KEY, "报送\u00a0方案", "--unit", odd(TOWN)),
        ("task", "list", KEY, "--where", f"unit={odd(TOWN)}"),
        ("notice", "list", KEY, "--unit", odd(TOWN)),
        ("audit", "why", KEY, "report", odd(TOWN)),
        ("campaign", "show", "\uff43ounty"),
        ("task", "list", KEY, "--as", odd(TOWN)),
    ],
)
def test_a_unit_a_task_and_a_campaign_are_found_by_their_keys(words: tuple[str, ...], clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00")
    plain = [re.sub("[\u200b\ufe0f\u00a0 ]", "", word).replace("\uff43", "c") for word in words]
    told = clerk.json(*words)
    assert told and told == clerk.json(*plain)


def test_what_is_done_to_a_unit_by_its_key_is_recorded_under_the_name_that_the_plan_prints(clerk: Clerk) -> None:
    clerk.begin().told("task", "receive", KEY, "re port", "--unit", odd(TOWN), "--voucher-note", "来电")
    *_, last = clerk.told("audit", "log", KEY, "--json").splitlines()
    assert json.loads(last)["subject"] == f"report/{TOWN}"
    assert clerk.json("audit", "verify")["holds"] is True


def test_a_number_is_given_by_its_key_and_only_once(clerk: Clerk) -> None:
    clerk.begin(tasks=WITHOUT_FILE)
    twice = ("--number", "自评分=90", "--number", "自 评分=80")
    assert clerk.refused("task", "submit", KEY, "score", "--as", COURT, *twice, code=2).startswith("PG202")
    clerk.told("task", "submit", KEY, "score", "--as", COURT, "--number", "自评\u200b分=90")
    shown = clerk.json("task", "show", KEY, "score", "--unit", COURT)
    assert [(piece["name"], piece["text"]) for piece in shown["evidence"]] == [("自评分", "90")]


@pytest.mark.parametrize("new", [f"{OTHER}\u200b", f"{OTHER[0]} {OTHER[1:]}", f"\ufeff{OTHER}"])
def test_no_unit_is_named_as_another_one_but_for_what_cannot_be_seen(new: str, clerk: Clerk) -> None:
    clerk.begin()
    told = clerk.refused("units", "rename", KEY, TOWN, new, "--document", "发文")
    assert told.startswith("PG100") and "[U+" in told and OTHER in told
    told = clerk.refused("units", "start", KEY, new, "--document", "发文")
    assert told.startswith("PG100") and "[U+" in told


@pytest.mark.parametrize("new", ["有关部门", "各乡镇\u200b", "县直各部门", "——"])
def test_no_unit_is_named_by_a_word_for_many(new: str, clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.refused("units", "start", KEY, new, "--document", "发文").startswith("PG100")


@pytest.mark.parametrize("key", ["ＣOUNTY".lower(), "county\ufe0f", "cou\u3164nty"])
def test_no_campaign_has_the_key_of_another_but_for_what_cannot_be_seen(key: str, clerk: Clerk) -> None:
    clerk.begin()
    told = clerk.refused("campaign", "create", key, "--workflow", "plan", code=2)
    assert told.startswith("PG202") and "[U+" in told


# --- texts ---

FORGED = "不属本单位职责\n     9  2022-07-06 09:30:00  领导小组  advance  启动 → 结束"


def test_a_reason_of_two_lines_is_one_line_of_the_log_and_one_row_of_a_list(clerk: Clerk) -> None:
    clerk.begin().told("task", "object", KEY, "report", "--reason", FORGED, "--as", TOWN)
    log = clerk.lines("audit", "log", KEY)
    assert len(log) == len(clerk.lines("audit", "log", KEY, "--json"))
    assert (
        "⏎ 9  2022-07-06" in log[-1]
        and FORGED in json.loads(clerk.lines("audit", "log", KEY, "--json")[-1])["reason"]
    )
    for words in (("task", "show", KEY, "report", "--unit", TOWN), ("campaign", "show", KEY), ("task", "list", KEY)):
        assert not [line for line in clerk.lines(*words) if line.startswith("     9")]


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\x1b", "\x85", "\u2028", "\ufffe"])
def test_a_text_that_moves_or_turns_is_refused_with_its_code_point(char: str, clerk: Clerk) -> None:
    clerk.begin()
    for words in (
        ("task", "object", KEY, "report", "--as", TOWN, "--reason", f"不属{char}职责"),
        ("task", "submit", KEY, "report", "--as", TOWN, "--note", f"材{char}料"),
        ("task", "receive", KEY, "report", "--unit", TOWN, "--voucher-note", f"来{char}电"),
        ("task", "list", KEY, "--unit", f"东{char}镇"),
        ("task", "list", KEY, "--as", f"东{char}镇"),
        ("task", "receive", KEY, "report", "--as", TOWN, "--key", f"k{char}"),
    ):
        told = clerk.refused(*words, code=2)
        assert told.startswith("PG202") and f"U+{ord(char):04X}" in told and char not in told


def test_a_plan_with_such_a_character_is_refused_at_its_line(clerk: Clerk) -> None:
    clerk.write_plan()
    path = clerk.folder / "plan" / "workflow.yaml"
    text = path.read_text("utf-8")
    for written, found in (
        ("报送\u202e方案", "U+202E"),
        ('"报送\\u2028方案"', "U+2028"),
        ('"报送\\u009b方案"', "U+009B"),
    ):
        path.write_text(text.replace("title: 报送方案", f"title: {written}"), encoding="utf-8")
        out = clerk.run("workflow", "check", "plan", code=2)[0]
        line = text[: text.index("title: 报送方案")].count("\n") + 1
        assert re.search(rf"workflow.yaml:{line}:\d+  PW\d+  .*{re.escape(found)}", out), out


# --- bytes, files and streams ---


def test_a_file_whose_name_is_gbk_is_kept_as_it_reads_and_by_its_bytes(clerk: Clerk) -> None:
    clerk.begin(tasks=WITHOUT_FILE)
    Path(GBK).write_text("x")
    clerk.told("task", "submit", KEY, "score", "--as", COURT, "--number", "自评分=90", "--file", GBK)
    shown = clerk.json("task", "show", KEY, "score", "--unit", COURT)
    assert [piece["name"] for piece in shown["evidence"]] == ["自评分", "总结.docx (%D7%DC%BD%E1.docx)"]
    assert clerk.json("audit", "verify")["holds"] is True


@pytest.mark.parametrize("name", ["a\nb.txt", "a\u202eb.txt", "\x1b[2J.txt"])
def test_a_file_whose_name_no_line_holds_is_kept_by_its_bytes(name: str, clerk: Clerk) -> None:
    clerk.begin(tasks=WITHOUT_FILE)
    Path(name).write_text("x")
    clerk.told("task", "submit", KEY, "score", "--as", COURT, "--number", "自评分=90", "--file", name)
    shown = clerk.json("task", "show", KEY, "score", "--unit", COURT)
    assert re.fullmatch(r"[\w%.\[]+txt", shown["evidence"][-1]["name"], re.A)


@pytest.mark.parametrize(
    "words",
    [
        ("task", "list", KEY, "--unit", GBK),
        ("campaign", "show", GBK),
        ("task", "list", KEY, "--as", GBK),
        ("task", "object", KEY, "report", "--as", TOWN, "--reason", GBK),
        ("task", "list", KEY, "--where", f"unit={GBK}"),
        ("calendar", "apply", GBK),
        ("campaign", "create", "k", "--workflow", GBK),
    ],
)
def test_bytes_that_are_no_utf_8_are_refused_in_one_line(words: tuple[str, ...], clerk: Clerk) -> None:
    clerk.begin()
    told = clerk.refused(*words, code=2)
    assert re.match(r"PG2\d\d ", told)


@pytest.mark.parametrize(
    "path", ["/dev/zero", "/dev/null", "pipe", "folder", "a" * 300, "x/" * 3000, "nul\0", "/proc/self/mem"]
)
def test_what_is_no_file_of_a_disk_is_refused_at_once(path: str, clerk: Clerk) -> None:
    clerk.begin()
    os.mkfifo("pipe")
    Path("folder").mkdir()
    for words in (
        ("task", "submit", KEY, "report", "--as", TOWN, "--file", path),
        ("calendar", "apply", path),
        ("workflow", "check", path),
        ("audit", "verify", "--against", path),
        ("units", "import", path, "--workflow", "plan"),
    ):
        assert "PG999" not in clerk.run(*words, code=2)[1]


@pytest.mark.parametrize(
    "out", ["a" * 300 + ".csv", "x/" * 3000 + "t.csv", "nul\0.csv", "no/such/folder.csv", "folder.csv"]
)
def test_a_place_that_cannot_be_written_is_told(out: str, clerk: Clerk) -> None:
    clerk.begin()
    Path("folder.csv").mkdir()
    assert "PG999" not in clerk.run("task", "list", KEY, "--out", out, code=2)[1]


def test_what_somebody_else_keeps_beside_a_file_or_a_folder_stays(clerk: Clerk) -> None:
    clerk.begin()
    Path(".table.csv.part").write_text("mine")
    Path(".out.part").mkdir()
    Path(".out.part/kept").write_text("mine")
    clerk.run("task", "list", KEY, "--out", "table.csv")
    clerk.run("campaign", "export", KEY, "--out", "out")
    assert (Path(".table.csv.part").read_text(), Path(".out.part/kept").read_text()) == ("mine", "mine")
    assert sorted(path.name for path in Path().glob(".*.part")) == [".out.part", ".table.csv.part"]


@pytest.mark.parametrize("closed", ["0<&-", ">&-", "2>&-", "0<&- >&- 2>&-"])
def test_a_closed_stream_is_none_that_a_command_ends_by(closed: str, clerk: Clerk) -> None:
    clerk.begin()
    command = " ".join(f"'{word}'" for word in (*RUN, "task", "list", KEY))
    done = subprocess.run(["sh", "-c", f"{command} {closed}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("东镇" in done.stdout) == (">&-" not in closed.replace("2>&-", ""))


def test_a_pipe_that_nobody_reads_any_more_ends_a_command_quietly(clerk: Clerk) -> None:
    clerk.begin()
    for closed in ("stdout", "stderr"):
        read, write = os.pipe()
        os.close(read)
        words = ("task", "list", KEY) if closed == "stdout" else ("task", "list", "none")
        done = subprocess.run(  # type: ignore[call-overload]
            [*RUN, *words], **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, closed: write}, check=False
        )
        os.close(write)
        assert done.returncode == 141 and not (done.stdout or done.stderr)


# --- numbers and JSON ---


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999", "²", "①", "9²", "", "九十"])
def test_what_is_no_number_is_refused(number: str, clerk: Clerk) -> None:
    clerk.begin(tasks=WITHOUT_FILE)
    words = ("task", "submit", KEY, "score", "--as", COURT, "--number", f"自评分={number}")
    assert clerk.refused(*words, code=2).startswith("PG202")


@pytest.mark.parametrize("number", ["²", "①", "nan", "9" * 30, "9" * 5000])
def test_other_digits_where_a_count_or_a_place_is_asked_for_are_told(number: str, clerk: Clerk) -> None:
    clerk.begin()
    for words in (
        ("task", "list", KEY, "--limit", number),
        ("calendar", "show", number),
        ("notice", "list", KEY, "--upcoming", "--days", number),
        ("notice", "show", KEY, number),
        ("audit", "log", KEY, "--after", number),
        ("outbox", "retry", KEY, number),
    ):
        code, told = main([*words, "--now", clerk.now]), clerk.capsys.readouterr()
        assert code in (0, 1, 2) and "PG999" not in told.err, told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"year": 2027, "notice": "通", "off": {"2027-10-01": "国庆节"}, "off": {}, "work": []}', "twice"),
        ('{"year": 2027, "notice": "通", "off": {"2027-10-01": "甲", "2027-10-01": "乙"}, "work": []}', "twice"),
        ('{"year": 2027, "notice": "\\ud800", "off": {}, "work": []}', "half"),
        ('{"year": NaN, "notice": "通", "off": {}, "work": []}', "NaN"),
        ('{"year": 2027, "notice": "通\\u202e", "off": {}, "work": []}', "U+202E"),
        ("[" * 100000, "deeply"),
    ],
)
def test_a_calendar_that_says_something_twice_or_hides_something_is_refused(
    text: str, said: str, clerk: Clerk
) -> None:
    clerk.begin().file("year.json", text)
    assert said in clerk.refused("calendar", "apply", "year.json", code=2)
