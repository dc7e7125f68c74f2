"""`phasegate workflow` and its sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main

CORPUS = Path(__file__).parents[1] / "corpus"


def said(capsys: pytest.CaptureFixture[str], *args: str, code: int = 0) -> str:
    assert main(list(args)) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_list_counts_what_a_workflow_holds(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(said(capsys, "workflow", "list", "--json"))
    found = next(row for row in rows if row["name"] == "shizhu")
    assert found | {"tasks": 0} == {
        "name": "shizhu",
        "title": "石柱县深入推进全国民族团结进步示范县创建工作",
        "version": "1",
        "phases": 4,
        "tasks": 0,
        "units": 79,
    }
    table = said(capsys, "workflow", "list").splitlines()
    assert table[0].split() == ["workflow", "title", "version", "phases", "tasks", "units"]
    assert [line.split()[0] for line in table[1:]] == [row["name"] for row in rows]


def test_show_gives_phases_and_tasks_with_units_as_the_plan_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(said(capsys, "workflow", "show", "shizhu", "--json"))
    assert [[phase[key] for key in ("id", "first_day", "last_day")] for phase in shown["phases"]] == [
        ["mobilization", "2021-12-01", "2022-06-30"],
        ["creation", "2022-07-01", "2022-09-30"],
        ["sprint", "2022-10-01", "2022-12-31"],
        ["acceptance", "2023-01-01", "2023-06-30"],
    ]
    task = next(task for task in shown["tasks"] if task["id"] == "selfcheck")
    picked = {key: task[key] for key in ("title", "phase", "lead", "responsible", "supporting", "inherited", "due")}
    assert picked == {
        "title": "开展自检自查",
        "phase": "sprint",
        "lead": [],
        "responsible": ["各乡镇(街道)", "县级部门"],
        "supporting": [],
        "inherited": [],
        "due": "2022-11-30",
    }


def test_a_date_that_waits_for_its_anchor_is_empty_and_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(said(capsys, "workflow", "show", "shizhu", "--json"))
    dues = {task["id"]: (task["due"], task["due_is"], task["due_in_words"]) for task in shown["tasks"]}
    assert dues["promotion"] == (None, "waits for its anchor", "“开展自检自查”办结后5个工作日")
    assert dues["t1"] == ("2022-09-30", "derived", "2022-09-30(推算)")
    assert dues["selfcheck"] == ("2022-11-30", "printed", "2022-11-30")


def test_the_sheet_shows_gates_in_sentences_and_ladders_by_rung(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "workflow", "show", "shizhu")
    assert "3. 创建冲刺阶段 (sprint) 2022-10-01…2022-12-31 — gate (manual):" in text
    assert "   · 各乡镇(街道)、县级部门自检自查全部审核通过" in text
    assert "quota 民族团结进步创建点: 25 — 示范机关 2…4、" in text
    assert "ladder 到期提醒与催办 (at least 1wd between levels)" in text


@pytest.mark.parametrize(
    ("form", "start"),
    [("mermaid", "stateDiagram-v2\n"), ("svg", "<?xml"), ("timeline", "<?xml")],
)
def test_pictures_go_to_stdout_or_into_a_file(
    form: str, start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ["workflow", "show", "shizhu", "--format", form, "--now", "2022-11-01"]
    printed = said(capsys, *args)
    assert printed.startswith(start)
    target = tmp_path / "picture"
    assert main([*args, "--out", str(target)]) == 0
    assert capsys.readouterr() == ("", f"written to {target}\n")
    assert target.read_text(encoding="utf-8").rstrip("\n") == printed.rstrip("\n")


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "no" / "picture"
    assert main(["workflow", "show", "shizhu", "--format", "svg", "--out", str(target)]) == 2
    assert capsys.readouterr().err == (
        f"PG202  the file cannot be written (No such file or directory) — found '{target}' — "
        "check its name and its rights\n"
    )


def test_check_ends_with_0_where_there_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "workflow", "check", "shizhu").splitlines()
    assert lines[-1].startswith("1 workflow checked: 0 errors, 0 warnings, ")
    assert all("  note: " in line for line in lines[:-1])


def test_check_tells_the_problems_of_all_files_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    alias = str(CORPUS / "invalid" / "alias.yaml")
    lines = said(capsys, "workflow", "check", alias, "none.yaml", code=2).splitlines()
    assert lines[0] == f"{alias}:4:8  PW108  an anchor or alias — found t — write the value out"
    assert lines[-2] == (
        "none.yaml:1:1  PG202  there is no workflow here — found 'none.yaml' — "
        "give a YAML file or a folder that holds workflow.yaml"
    )
    assert lines[-1] == f"2 workflows checked: {len(lines) - 1} errors, 0 warnings, 0 notes"


def test_check_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    alias = str(CORPUS / "invalid" / "alias.yaml")
    found = json.loads(said(capsys, "workflow", "check", alias, "--json", code=2))
    assert found["errors"] == len(found["files"][0]["problems"])
    assert found["files"][0]["problems"][0] == {
        "file": alias,
        "line": 4,
        "column": 8,
        "code": "PW108",
        "what": "an anchor or alias",
        "found": "found t",
        "cure": "write the value out",
        "severity": "error",
    }


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(capsys, "workflow", "schema"))["title"] == "Phasegate workflow"


def parametrised(tmp_path: Path) -> str:
    text = (CORPUS / "valid" / "smallest.yaml").read_text("utf-8").replace("place: 小县", "place: ${place}", 1)
    file = tmp_path / "open.yaml"
    file.write_text(text + "parameters:\n  place: {title: 县名}\n", "utf-8")
    return str(file)


def test_a_workflow_that_leaves_something_open_is_filled_on_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = parametrised(tmp_path)
    shown = json.loads(said(capsys, "workflow", "show", file, "--set", "place=灵台县", "--json"))
    assert (shown["place"], shown["parameters"]) == (
        "灵台县",
        [{"name": "place", "title": "县名", "value": "灵台县"}],
    )
    assert "县名 (${place}): 灵台县" in said(capsys, "workflow", "show", file, "--set", "place=灵台县")
    assert "PW567" in said(capsys, "workflow", "check", file, code=2)
    assert "PW568" in said(capsys, "workflow", "check", file, "--set", "place=灵台县", "--set", "plce=x", code=2)
    assert "PW5" not in said(capsys, "workflow", "check", file, "--set", "place=灵台县")[:3]
    assert main(["workflow", "check", file, "--set", "place"]) == 2
    assert "NAME=VALUE" in capsys.readouterr().err
