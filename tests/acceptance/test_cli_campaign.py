"""What `phasegate campaign` says and does, typed by a clerk."""

from __future__ import annotations

import csv
import json
import re
from hashlib import sha256
from io import StringIO

import pytest
from clerk import KEY, Clerk
from office import GROUP, OTHER, TOWN

from engine.words import reason as worded

SHOWN = """\
某县示范县创建工作 (county)
running in 全面创建阶段 (build), adopted 2022-07-05, as of 2022-07-05
lights: 4 green
assignments: 4 issued
due: 0 = 0 done + 0 to be reviewed + 0 returned + 0 not handed in; beside: 3 ahead, 1 undated

phase    title         state    first day   last day    green  yellow  red  grey
▸ build  全面创建阶段  open     2022-07-01  2022-09-30      4       -    -     -
sprint   创建冲刺阶段  waiting  2022-10-01  2022-12-31      -       -    -     -

gate of 全面创建阶段: shut, 3 of 3 unmet; `campaign gate county`
  · 方案全部审核通过
  · 示范点全部确定
  · 同意转段

quotas (see `campaign quota`)
quota   have  need  short
示范点  0     1     示范村(0/1)、合计(0/1)

next
at                what                 count  about
2022-07-05 09:00  notices are written  1      -
2022-07-11 10:00  ladders              2      report receipt
2022-08-26 09:00  ladders              2      report due
2022-09-14 09:00  ladders              1      score due
2022-10-01 00:00  a phase opens        1      sprint
2022-10-08 10:00  ladders              1      build gate

no date yet
task   title     units
talks  适时交流  1

not issued
task    title     phase   opens           due
digest  汇总      build   after report    “报送方案”办结后5个工作日
visit   考核验收  sprint  with its phase  2022-12-31 (end of its phase)
"""

LISTS_IN_CHINESE = """\
阶段     名称          状态    开始日期    结束日期    正常  临近时限  超时限  不计
▸ build  全面创建阶段  进行中  2022-07-01  2022-09-30     4         -       -     -
sprint   创建冲刺阶段  未开始  2022-10-01  2022-12-31     -         -       -     -

限额(见 campaign quota)
限额    已有  应有  尚缺
示范点  0     1     示范村(0/1)、合计(0/1)

近期事项
时间              事项      数量  涉及
2022-07-05 09:00  生成通知  1     -
2022-07-11 10:00  提醒到时  2     report 签收时限
2022-08-26 09:00  提醒到时  2     report 报送时限
2022-09-14 09:00  提醒到时  1     score 报送时限
2022-10-01 00:00  阶段开始  1     sprint
2022-10-08 10:00  提醒到时  1     build 转段时限

未定时限
任务   名称      单位
talks  适时交流  1

未下达
任务    名称      阶段    开始日期      时限
digest  汇总      build   report办结后  “报送方案”办结后5个工作日
visit   考核验收  sprint  随阶段开始    2022-12-31(阶段结束)
"""


def open_the_gate(clerk: Clerk) -> None:
    clerk.at("2022-09-20T10:00").submit(TOWN).submit(OTHER).accept(TOWN).accept(OTHER)
    clerk.told("campaign", "designate", KEY, "示范点", "示范村", "--unit", TOWN)
    clerk.told("campaign", "approve", KEY, "同意转段", "--document", "纪要〔2022〕3号", "--as", "leader")


# --- beginning ---


def test_a_campaign_that_begins_is_told_in_one_line_and_stands_in_the_list(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.told("campaign", "list") == (
        "key     title               state    phase         adopted     settled  of\n"
        "county  某县示范县创建工作  running  全面创建阶段  2022-07-05        0   4\n"
    )
    again = clerk.refused("campaign", "create", KEY, "--workflow", "plan", code=2)
    assert again == "PG203  there is a campaign 'county' already — it runs 某县示范县创建工作 — choose another key"


def test_a_workflow_with_a_mistake_begins_nothing_and_is_told_where_its_author_looks(clerk: Clerk) -> None:
    clerk.write_plan(tasks="\n  - {id: a, title: 甲, phase: build, responsible: [东镇], due: none, colour: red}\n")
    out, err = clerk.run("campaign", "create", KEY, "--workflow", "plan", code=2)
    assert out == ""
    assert [re.sub(r":\d+:\d+ .*— found", " found", line) for line in err.splitlines()] == [
        "plan/workflow.yaml found report — known: a",
        "plan/workflow.yaml found colour — did you mean source?",
    ]
    assert clerk.json("campaign", "list") == []


def test_a_day_of_adoption_that_has_not_come_or_is_no_day_is_bad_input(clerk: Clerk) -> None:
    create = ("campaign", "create", KEY, "--workflow", "shizhu", "--adopted")
    assert "the day of adoption has not come — found '2023-01-01'" in clerk.refused(*create, "2023-01-01", code=2)
    assert "adopted is no date — found '5 July'" in clerk.refused(*create, "5 July", code=2)
    assert clerk.json("campaign", "list") == []


def test_a_mistyped_workflow_key_or_phase_gets_a_guess(clerk: Clerk) -> None:
    clerk.begin()
    create = ("campaign", "create", "other", "--workflow", "shizu")
    assert clerk.refused(*create, code=2) == "PG201  there is no workflow 'shizu' — did you mean shizhu?"
    assert clerk.refused("campaign", "show", "conty", code=2).endswith("'conty' — did you mean county?")
    assert clerk.refused("campaign", "gate", KEY, "--phase", "spring", code=2).endswith("did you mean sprint?")
    known = clerk.refused("campaign", "approve", KEY, "转段", "--document", "x", code=2)
    assert known == "PG201  there is no approval '转段' — did you mean 同意转段?"


# --- where it stands ---


def test_show_says_where_a_campaign_stands_what_comes_next_and_what_has_no_date(clerk: Clerk) -> None:
    assert clerk.begin().told("campaign", "show", KEY) == SHOWN


def test_the_lists_of_a_campaign_are_the_same_rows_in_chinese(clerk: Clerk) -> None:
    parts = clerk.begin().told("campaign", "show", KEY, "--lang", "zh").split("\n\n")
    assert [part.rstrip("\n") for part in (parts[1], *parts[3:])] == LISTS_IN_CHINESE.rstrip("\n").split("\n\n")


def test_a_phase_that_has_passed_its_last_day_says_so_in_either_language(clerk: Clerk) -> None:
    clerk.begin().at("2022-10-02T10:00")
    assert "open, past its last day" in clerk.told("campaign", "show", KEY)
    assert "进行中,已过结束日期" in clerk.told("campaign", "show", KEY, "--lang", "zh")


def test_show_counts_lights_and_lists_what_somebody_must_look_at(clerk: Clerk) -> None:
    clerk.begin().told("units", "contact", KEY, TOWN, "--level", "head", "--vacant")
    clerk.told(
        "campaign", "pause", KEY, "--task", "report", "--unit", OTHER, "--reason", "防汛", "--document", "函1号"
    )
    clerk.told("units", "contact", KEY, "县法院", "--vacant")
    clerk.sweep("2022-07-05T09:00").at("2022-09-01T09:30")
    found = clerk.json("campaign", "show", KEY)
    assert found["lights"] == {"green": 2, "yellow": 0, "red": 1, "grey": 1}
    assert found["vacancies"] == [{"unit": "县法院", "levels": ["liaison"]}, {"unit": TOWN, "levels": ["head"]}]
    assert [(p["subject"], p["reason"], p["document"], p["shift"]) for p in found["pauses"]] == [
        ("report/西乡", "防汛", "函1号", False)
    ]
    assert [(a["unit"], a["kind"], worded(a["reason"])) for a in found["aside"]] == [
        ("县法院", "task_issued", "县法院 has no contact at level 0")
    ]
    text = clerk.told("campaign", "show", KEY)
    assert "open pauses\nwhat         since             dates shift  reason  document\nreport/西乡" in text
    assert "put aside (could not be told)" in text
    assert "vacancies (nobody is reached at these levels)" in text


def test_dates_that_rest_on_a_year_without_a_notice_are_shown_as_provisional(clerk: Clerk) -> None:
    later = """
  - {id: report, title: 报送方案, phase: build, responsible: [各乡镇], due: {after: issued, offset: 1400wd}}
"""
    clerk.begin(tasks=later, gate="{kind: approval, approval: 同意}")
    (shown,) = clerk.json("campaign", "show", KEY)["provisional"]
    assert (shown["task"], shown["units"]) == ("report", 2)
    assert "(derived, provisional)" in clerk.told("task", "list", KEY)


def test_a_phase_before_adoption_is_shown_as_such_and_has_no_verdict(clerk: Clerk) -> None:
    clerk.at("2022-10-09T10:00").begin("--adopted", "2022-10-09")
    phases = clerk.json("campaign", "show", KEY)["phases"]
    assert [(p["id"], p["state"], p["current"]) for p in phases] == [
        ("build", "before_adoption", False),
        ("sprint", "open", True),
    ]
    assert "before adoption: nobody is asked" in clerk.told("campaign", "show", KEY)
    refusal = clerk.refused("campaign", "gate", KEY, "--phase", "build", code=2)
    assert refusal.startswith("PG202  a phase before adoption has no verdict — found 'build'")


def test_a_trial_run_says_so(clerk: Clerk) -> None:
    clerk.begin("--trial")
    assert "running in 全面创建阶段 (build), trial run, adopted" in clerk.told("campaign", "show", KEY)


# --- the gate ---


def test_a_shut_gate_ends_with_1_and_names_everybody_who_is_missing(clerk: Clerk) -> None:
    clerk.begin().submit(TOWN).accept(TOWN)
    assert clerk.told("campaign", "gate", KEY, code=1) == (
        "gate of 全面创建阶段 (build): shut\n"
        "\n"
        "holds  condition         counted  needed  missing\n"
        "no     方案全部审核通过        1       2  1\n"
        "no     示范点全部确定          0       1  2\n"
        "no     同意转段                0       1  1\n"
        "\n"
        "missing for 方案全部审核通过 (1):\n"
        "  西乡\n"
        "\n"
        "missing for 示范点全部确定 (2):\n"
        "  示范村(0/1)、合计(0/1)\n"
        "\n"
        "missing for 同意转段 (1):\n"
        "  同意转段\n"
    )
    found = clerk.json("campaign", "gate", KEY, code=1)
    assert found["open"] is False
    first = found["conditions"][0]
    assert {name: first[name] for name in ("text", "holds", "counted", "needed", "missing")} == {
        "text": "方案全部审核通过",
        "holds": False,
        "counted": "1",
        "needed": "2",
        "missing": ["西乡"],
    }


def test_an_open_gate_ends_with_0_and_a_move_through_it_is_told(clerk: Clerk) -> None:
    open_the_gate(clerk.begin())
    assert clerk.json("campaign", "gate", KEY)["open"] is True
    assert clerk.told("campaign", "advance", KEY, "--decision", "纪要〔2022〕3号") == (
        "build → sprint; the campaign is running\n"
    )
    assert clerk.json("campaign", "show", KEY)["phase"] == "sprint"


def test_a_move_through_a_shut_gate_is_refused_with_1_and_says_who_is_missing(clerk: Clerk) -> None:
    refusal = clerk.begin().refused("campaign", "advance", KEY, "--decision", "纪要")
    assert refusal.startswith("PG103  the gate of 全面创建阶段 is shut — 方案全部审核通过 0/2(东镇、西乡);")
    assert clerk.json("campaign", "show", KEY)["phase"] == "build"


def test_an_override_is_the_leaders_and_may_be_rehearsed(clerk: Clerk) -> None:
    override = ("campaign", "override", KEY, "--reason", "先行转段", "--document", "纪要〔2022〕4号")
    assert clerk.begin().refused(*override).startswith("PG101  override is not for 县创建办")
    before = len(clerk.lines("audit", "log", KEY))
    told, beside = clerk.run(*override, "--as", "leader", "--dry-run")
    assert told == "build → sprint; the campaign is running\n"
    assert "would tell: phase to 县法院、县税务局、东镇、西乡\n" in beside
    assert "county would go from build (shut) to sprint (its gate shut)\n" in beside
    assert "would run: gate of sprint, until 2022-12-31, 县创建办\ndigest: " in beside
    assert beside.endswith("\n(dry run: nothing was kept)\n")
    assert len(clerk.lines("audit", "log", KEY)) == before
    assert clerk.json("campaign", "show", KEY)["phase"] == "build"
    clerk.told(*override, "--as", "leader")
    assert clerk.json("campaign", "show", KEY)["phase"] == "sprint"


def test_a_rehearsed_refusal_is_told_and_not_recorded(clerk: Clerk) -> None:
    clerk.begin()
    before = clerk.told("audit", "log", KEY)
    clerk.refused("campaign", "advance", KEY, "--decision", "纪要", "--dry-run")
    assert clerk.told("audit", "log", KEY) == before


def test_what_counts_toward_a_quota_is_bounded_and_can_be_taken_back(clerk: Clerk) -> None:
    designate = ("campaign", "designate", KEY, "示范点", "示范村", "--unit", TOWN, "--number")
    assert clerk.begin().told(*designate, "2") == "示范点/示范村: +2\n"
    assert "示范村 would come to 3 of at most 2" in clerk.refused(*designate, "1")
    back = ("campaign", "undesignate", KEY, "示范点", "示范村", "--unit", TOWN, "--reason", "重复", "--number")
    assert clerk.told(*back, "1") == "示范点/示范村: -1\n"
    assert f"{TOWN} would have -4 of 示范村" in clerk.refused(*back, "5")
    for number in ("0", "-1"):
        assert "taken back by `campaign undesignate`" in clerk.refused(*designate, number, code=2)
    assert clerk.json("campaign", "gate", KEY, code=1)["conditions"][1]["counted"] == "1"


def test_a_quota_is_shown_by_kind_by_unit_and_in_total(clerk: Clerk) -> None:
    shares = f"per_unit: [{{units: [{TOWN}], least: 2}}, {{units: [{OTHER}], least: not stated}}]"
    clerk.begin(top=f"quotas: [{{id: 示范点, title: 示范点, kinds: [{{id: 示范村, range: 1..4}}], {shares}}}]")
    clerk.told("campaign", "designate", KEY, "示范点", "示范村", "--unit", OTHER, "--number", "3")
    assert (
        clerk.told("campaign", "quota", KEY)
        == """\
示范点
by    name    have    need  short  most
类别  示范村     3       1      -     4
单位  东镇       0       2      2     -
单位  西乡       3  未规定      -     -
合计  合计       3       2      -     -
"""
    )
    (shown,) = clerk.json("campaign", "quota", KEY, "示范点")
    assert [line["id"] for line in shown["lines"]] == ["示范村", "", "", ""]
    assert (shown["have"], shown["need"], shown["short"]) == (3, 2, ["东镇(0/2)"])
    assert "示范点  3     2     东镇(0/2)" in clerk.told("campaign", "show", KEY)
    refused = clerk.refused("campaign", "quota", KEY, "示范校", code=2)
    assert "there is no quota '示范校'" in refused


def test_a_quota_and_its_kinds_go_by_their_ids_which_the_table_shows_and_by_their_titles(clerk: Clerk) -> None:
    clerk.begin(top="quotas: [{id: 示范点, title: 乡镇示范点, kinds: [{id: 乡镇, title: 示范乡镇}]}]")
    clerk.told("campaign", "designate", KEY, "乡镇示范点", "示范乡镇", "--unit", TOWN)
    assert clerk.told("campaign", "designate", KEY, "示范点", "乡镇", "--unit", TOWN) == "示范点/乡镇: +1\n"
    back = ("campaign", "undesignate", KEY, "示范点", "乡镇", "--unit", TOWN, "--reason", "重复", "--number", "3")
    assert "would have -1" in clerk.refused(*back)
    lines = clerk.lines("campaign", "quota", KEY, "乡镇示范点")
    assert lines[0] == "乡镇示范点 (示范点)"
    assert lines[2].split() == ["类别", "示范乡镇", "(乡镇)", "2", "0", "-", "-"]


# --- pauses and the end ---


def test_a_pause_with_shift_moves_dates_and_says_by_how_many_days(clerk: Clerk) -> None:
    pause = ("campaign", "pause", KEY, "--reason", "防汛", "--document", "函1号", "--shift")
    assert clerk.begin().at("2022-07-11T09:00").told(*pause) == "county is paused\n"
    assert clerk.refused(*pause).startswith("PG100  county is paused already")
    assert clerk.at("2022-07-21T09:00").told("campaign", "resume", KEY) == (
        "county runs again; its dates moved by 10 days\n"
    )
    assert {row["due_on"] for row in clerk.json("task", "list", KEY, "--task", "report")} == {"2022-09-10"}
    assert clerk.json("campaign", "show", KEY)["phases"][0]["last_day"] == "2022-10-10"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--phase", "build", "--task", "report"), "give --phase or --task, not both"),
        (("--unit", TOWN), "--unit needs --task"),
    ],
)
def test_scopes_that_contradict_each_other_are_bad_input(clerk: Clerk, words: tuple[str, ...], said: str) -> None:
    clerk.begin()
    pause = ("campaign", "pause", KEY, "--reason", "防汛", "--document", "函1号")
    assert said in clerk.refused(*pause, *words, code=2)


def test_an_aborted_campaign_shows_its_end_and_refuses_what_comes_after(clerk: Clerk) -> None:
    abort = ("campaign", "abort", KEY, "--reason", "取消评选", "--document", "函2号", "--as", GROUP)
    assert clerk.begin().told(*abort) == "county is aborted\n"
    found = clerk.json("campaign", "show", KEY)
    assert (found["state"], found["gate"], found["states"]) == ("aborted", None, {"cancelled": 4})
    assert clerk.refused("task", "submit", KEY, "report", "--note", "x", "--as", TOWN).startswith("PG102  ")


# --- leaving with one's data ---


def test_an_export_holds_tables_pictures_notices_sources_and_the_hashed_history(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00").submit(TOWN)
    out, _ = clerk.run("campaign", "export", KEY, "--out", "left", "--json")
    folder = clerk.folder / "left"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert names == sorted(json.loads(out)["files"])
    assert names == [
        "breakdown.csv",
        "calendar.json",
        "history.jsonl",
        "ledger.csv",
        "notices.jsonl",
        "quotas.csv",
        "states.svg",
        "timeline.svg",
        "workflow/units.yaml",
        "workflow/workflow.yaml",
    ]
    ledger = list(csv.DictReader(StringIO((folder / "ledger.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["单位"], row["状态"]) for row in ledger if row["任务"] == "报送方案"] == [
        (TOWN, "已报送"),
        (OTHER, "已下达"),
    ]
    assert "某县示范县创建工作" in (folder / "timeline.svg").read_text(encoding="utf-8")
    assert (folder / "workflow/workflow.yaml").read_bytes() == (clerk.folder / "plan/workflow.yaml").read_bytes()
    hashes = [json.loads(line)["hash"] for line in clerk.lines("audit", "log", KEY, "--json")]
    lines = (folder / "history.jsonl").read_bytes().splitlines()
    assert [sha256(line).hexdigest() for line in lines] == hashes
    notices = [json.loads(line) for line in (folder / "notices.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [notice["id"] for notice in notices] == [row["id"] for row in clerk.json("notice", "list", KEY)]
    assert "根据《某县创建实施方案》" in notices[0]["body"]


def test_an_export_into_a_folder_that_holds_something_is_refused_and_changes_nothing(clerk: Clerk) -> None:
    clerk.begin()
    (clerk.folder / "left").mkdir()
    (clerk.folder / "left/mine.txt").write_text("mine")
    refusal = clerk.refused("campaign", "export", KEY, "--out", "left", code=2)
    assert refusal == "PG202  the folder is not empty — found 'left' — name one that does not exist yet"
    assert [path.name for path in (clerk.folder / "left").iterdir()] == ["mine.txt"]
    assert "the folder cannot be written" in clerk.refused(
        "campaign", "export", KEY, "--out", "plan/workflow.yaml/x", code=2
    )
