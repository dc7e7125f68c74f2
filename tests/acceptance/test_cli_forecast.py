"""`phasegate forecast` and `phasegate workflow diff` as a clerk types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

from clerk import KEY, Clerk
from office import TOWN, plan


def test_a_plan_is_forecast_without_a_database(clerk: Clerk) -> None:
    clerk.write_plan()
    (clerk.folder / "phasegate.db").unlink()
    lines = clerk.lines("forecast", "plan", "--adopted", "2022-07-05")
    assert lines[0] == "某县示范县创建工作 (county), from 2022-07-05 09:00: if nobody submits"
    assert lines[2].split() == ["day", "at", "kind", "level", "unit", "about", "due", "delivery", "to", "subject"]
    assert any(line.startswith("2022-08-26  09:00  reminder") and TOWN in line for line in lines)
    assert not (clerk.folder / "phasegate.db").exists()


def test_a_campaign_is_forecast_from_its_present_state_and_left_as_it_is(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00")
    before = (clerk.folder / "phasegate.db").read_bytes()
    found = clerk.json("forecast", KEY, "--assume", "early", "--days-early", "3")
    assert (found["subject"], found["assumption"]) == (KEY, "everyone submits 3 working days early")
    assert {"submit", "accept"} <= {act["action"] for act in found["assumed"]}
    assert "task_issued" not in {notice["kind"] for notice in found["notices"] if notice["day"] == "2022-07-05"}
    assert (clerk.folder / "phasegate.db").read_bytes() == before
    assert clerk.json("task", "list", KEY, "--unit", TOWN)


def test_only_what_one_unit_gets_until_a_day(clerk: Clerk) -> None:
    clerk.write_plan()
    found = clerk.json("forecast", "plan", "--unit", TOWN, "--until", "2022-08-31", "--adopted", "2022-07-05")
    assert {notice["unit"] for notice in found["notices"]} == {TOWN}
    assert max(notice["day"] for notice in found["notices"]) == "2022-08-26"
    wrong = clerk.refused("forecast", "plan", "--unit", "东乡", code=2)
    assert wrong.startswith("PG201") and TOWN in wrong
    assert clerk.refused("forecast", "nothing", code=2).startswith("PG2")


def test_it_is_written_as_a_table_for_a_spreadsheet_and_as_a_calendar(clerk: Clerk) -> None:
    clerk.write_plan()
    _, err = clerk.run("forecast", "plan", "--adopted", "2022-07-05", "--csv", "f.csv", "--picture", "f.svg")
    assert err == "written to f.csv\nwritten to f.svg\n"
    rows = list(csv.DictReader(Path("f.csv").read_text(encoding="utf-8-sig").splitlines()))
    reminded = [row for row in rows if row["文书"] == "到期提醒" and row["单位"] == TOWN]
    assert [(row["日期"], row["任务"], row["时限"], row["发出方式"]) for row in reminded] == [
        ("2022-08-26", "报送方案", "2022-08-31", "自动发出")
    ]
    picture = ElementTree.fromstring(Path("f.svg").read_text(encoding="utf-8"))
    words = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"2022年7月", "2022年8月", "2022年9月"} <= set(words)


def test_what_a_change_alters_is_told_in_one_line_and_in_lists(clerk: Clerk) -> None:
    clerk.write_plan()
    (clerk.folder / "other").mkdir()
    for name, text in plan().items():
        clerk.file(f"other/{name}", text.replace("08-31", "09-09"))
    clerk.file("plan/workflow.yaml", plan()["workflow.yaml"])
    assert clerk.lines("workflow", "diff", "plan", "plan") == ["county 1 → county 1: no difference"]
    lines = clerk.lines("workflow", "diff", "plan", "other")
    assert lines[0] == "county 1 → county 1: +0 notices (9 gained, 9 lost), 2 deadlines move"
    assert "due days that move" in lines
    assert (
        json.dumps(clerk.json("workflow", "diff", "plan", "other")["moved"], ensure_ascii=False).count("2022-09-09")
        == 1
    )
