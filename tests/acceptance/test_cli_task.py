"""What `phasegate task` says and does: what units owe, hand in and are told."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from clerk import KEY, Clerk
from office import COURT, OFFICE, OTHER, TOWN

REPORT = ("task", "show", KEY, "report", "--unit", TOWN)
EXPLAINED = """\
东镇 — returned, green
报送方案 (report), 全面创建阶段
asks for: 工作方案
rests on: 三(一) “8月31日前” — 年份取所在阶段
due: 2022-08-31 星期三
responsible: 各乡镇
issued 2022-07-05, received 2022-07-06, first handed in 2022-08-01, last handed in 2022-08-01

due deadline: 2022-08-31 星期三, armed, epoch 2
  rests on 三(一) “8月31日前” — 年份取所在阶段
  2022-08-31 星期三: returned by 县创建办, to be handed in again by this day — 缺少附表
  ladder 到期, next 2022-08-26 09:00

receipt deadline: 2022-07-08 星期五, met
  rests on receipt: 3wd (workflow)
  2022-07-05 星期二: the anchor, not counted
  2022-07-06 星期三: day 1
  2022-07-07 星期四: day 2
  2022-07-08 星期五: day 3
  due on 2022-07-08 (duration)
  ladder 签收

review deadline: 2022-08-08 星期一, met
  rests on review: 5wd (workflow)
  2022-08-01 星期一: the anchor, not counted
  2022-08-02 星期二: day 1
  2022-08-03 星期三: day 2
  2022-08-04 星期四: day 3
  2022-08-05 星期五: day 4
  2022-08-06 星期六: not counted — 星期六
  2022-08-07 星期日: not counted — 星期日
  2022-08-08 星期一: day 5
  due on 2022-08-08 (duration)
  ladder 审核

rungs
deadline  epoch  rung      level  scheduled         outcome    why                              notice
due       2      提前三日  0      2022-08-26 09:00  scheduled  -                                -
due       2      催办      0      2022-09-01 10:00  scheduled  -                                -
due       2      催分管    1      2022-09-05 10:00  waits      level 0 comes first: 催办 (1)    -
due       2      催主要    2      2022-09-08 10:00  waits      level 1 comes first: 催分管 (1)  -
due       2      督办      3      2022-09-15 10:00  waits      level 2 comes first: 催主要 (1)  -
due       2      通报      4      2022-09-22 10:00  waits      level 3 comes first: 督办 (1)    -

handed in
no  kind     name  text        sha256  bytes
0   voucher  -     7月6日来电  -       -
1   note     -     材料        -       -

history
seq  at                actor              action   outcome  what and why
2    2022-07-06 10:00  县创建办 for 东镇  receive  done     on 2022-07-06
3    2022-08-01 10:00  东镇               submit   done     on 2022-08-01
4    2022-08-02 10:00  县创建办           return   done     due on 2022-08-31 — 缺少附表
"""


def due_of(clerk: Clerk, unit: str = TOWN, task: str = "report") -> dict[str, Any]:
    (row,) = clerk.json("task", "list", KEY, "--task", task, "--unit", unit)
    return dict(row)


# --- looking ---


def test_a_list_shows_lights_days_with_their_weekday_and_what_is_not_issued_yet(clerk: Clerk) -> None:
    assert clerk.begin().told("task", "list", KEY) == (
        "light  task    title     unit      state   due                    late\n"
        "green  report  报送方案  东镇      issued  2022-08-31 星期三      -\n"
        "green  report  报送方案  西乡      issued  2022-08-31 星期三      -\n"
        "green  score   自评      县法院    issued  2022-09-17 星期六      -\n"
        "green  talks   适时交流  县税务局  issued  no date yet: 时间待定  -\n"
        "\n"
        "not issued\n"
        "task    title     phase   opens           due\n"
        "digest  汇总      build   after report    “报送方案”办结后5个工作日\n"
        "visit   考核验收  sprint  with its phase  2022-12-31 (end of its phase)\n"
    )


def test_a_list_can_be_narrowed_to_a_unit_a_task_a_state_or_what_is_overdue(clerk: Clerk) -> None:
    clerk.begin().submit(TOWN).at("2022-09-02T10:00")

    def listed(*words: str) -> list[tuple[str, str]]:
        return [(row["task"], row["unit"]) for row in clerk.json("task", "list", KEY, *words)]

    assert listed("--unit", TOWN) == [("report", TOWN)]
    assert listed("--task", "score") == [("score", COURT)]
    assert listed("--state", "submitted") == [("report", TOWN)]
    assert listed("--overdue") == [("report", OTHER)]
    assert listed("--overdue", "--unit", TOWN) == []
    assert "overdue 2d" in clerk.told("task", "list", KEY, "--overdue")


def test_a_mistyped_unit_task_or_state_gets_a_guess(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.refused("task", "list", KEY, "--unit", "东", code=2) == (
        "PG201  there is no unit '东' — did you mean 东镇?"
    )
    assert "did you mean report?" in clerk.refused("task", "show", KEY, "reprot", code=2)
    assert "report is not owed by this unit — found '县法院' — it is owed by 东镇" in clerk.refused(
        "task", "show", KEY, "report", "--unit", COURT, code=2
    )
    assert "'overdue' is not one of" in clerk.refused("task", "list", KEY, "--state", "overdue", code=2)


def test_a_day_due_today_is_yellow_and_the_day_after_red(clerk: Clerk) -> None:
    clerk.begin()
    lights = {}
    for day in ("2022-08-25", "2022-08-26", "2022-08-31", "2022-09-01"):
        lights[day] = due_of(clerk.at(f"{day}T23:00"))["light"]
    assert lights == {"2022-08-25": "green", "2022-08-26": "yellow", "2022-08-31": "yellow", "2022-09-01": "red"}


def test_a_superiors_step_is_grey_until_it_is_settled(clerk: Clerk) -> None:
    clerk.begin().at("2023-02-01T10:00").run("sweep")
    assert due_of(clerk, "市民宗局", "visit")["light"] == "grey"
    clerk.told("task", "submit", KEY, "visit", "--note", "已验收", "--voucher-note", "批复", "--unit", "市民宗局")
    clerk.accept("市民宗局", "visit")
    assert due_of(clerk, "市民宗局", "visit")["light"] == "green"


def test_a_task_is_shown_with_its_clause_and_how_each_unit_stands(clerk: Clerk) -> None:
    assert clerk.begin().submit(TOWN).told("task", "show", KEY, "report") == (
        "报送方案 (report), 全面创建阶段\n"
        "asks for: 工作方案\n"
        "rests on: 三(一) “8月31日前” — 年份取所在阶段\n"
        "due: 2022-08-31\n"
        "responsible: 各乡镇\n"
        "lights: 2 green\n"
        "assignments: 1 submitted, 1 issued\n"
        "due: 1 = 0 done + 1 to be reviewed + 0 returned + 0 not handed in; beside: 1 ahead\n"
        "\n"
        "light  unit  role         state      due                handed in   late\n"
        "green  东镇  responsible  submitted  2022-08-31 星期三  2022-07-05  -\n"
        "green  西乡  responsible  issued     2022-08-31 星期三  -           -\n"
    )
    assert clerk.told("task", "show", KEY, "digest").endswith("not issued yet\n")


def test_what_a_unit_owes_is_explained_date_by_date_rung_by_rung_with_its_history(clerk: Clerk) -> None:
    clerk.begin().at("2022-07-06T10:00")
    clerk.told("task", "receive", KEY, "report", "--unit", TOWN, "--voucher-note", "7月6日来电")
    clerk.at("2022-08-01T10:00").submit(TOWN).at("2022-08-02T10:00")
    clerk.told("task", "return", KEY, "report", "--unit", TOWN, "--reason", "缺少附表")
    assert clerk.told(*REPORT) == EXPLAINED
    assert clerk.told("task", "show", KEY, "report", "--as", TOWN) == EXPLAINED


def test_a_printed_date_on_a_day_off_is_explained_and_the_working_day_before_asked_for(clerk: Clerk) -> None:
    text = clerk.begin().told("task", "show", KEY, "score", "--unit", COURT)
    assert "  2022-09-17 星期六: printed — the document prints this day; it never rolls (D4)\n" in text
    assert "  it is a day off: the notice asks for 2022-09-16 (D4)\n" in text


def test_dates_in_json_carry_anchor_offset_steps_and_clause(clerk: Clerk) -> None:
    due, receipt = clerk.begin().json(*REPORT)["dates"]
    assert (due["basis"], due["due_on"], due["rests_on"]["clause"]) == ("printed", "2022-08-31", "三(一)")
    assert (receipt["basis"], receipt["anchor_on"], receipt["offset"]) == ("duration", "2022-07-05", "3wd")
    assert receipt["way"][0] == "2022-07-05 星期二: the anchor, not counted"


# --- handing in ---


def test_a_unit_acts_for_itself_and_only_for_itself(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.told("task", "receive", KEY, "report", "--as", TOWN) == "report/东镇 is received\n"
    assert clerk.refused("task", "receive", KEY, "report", "--unit", OTHER, "--as", TOWN).startswith(
        "PG101  acting for 西乡 is not for 东镇"
    )
    assert clerk.refused("task", "receive", KEY, "report", "--as", "东镇政府", code=2).startswith(
        "PG201  there is no actor '东镇政府' — did you mean 东镇?"
    )


def test_what_the_office_records_for_a_unit_needs_a_voucher_and_shows_both_days(clerk: Clerk) -> None:
    clerk.begin().at("2022-07-08T10:00")
    receive = ("task", "receive", KEY, "report", "--unit", TOWN, "--on", "2022-07-06")
    assert "recording on behalf of 东镇 needs a voucher" in clerk.refused(*receive)
    clerk.told(*receive, "--voucher", clerk.file("回执.txt"))
    shown = clerk.json(*REPORT)
    assert (shown["received_on"], shown["history"][-1]["at"], shown["history"][-1]["on_behalf"]) == (
        "2022-07-06",
        "2022-07-08T10:00:00+08:00",
        TOWN,
    )
    (voucher,) = shown["evidence"]
    assert (voucher["kind"], voucher["name"], voucher["size"]) == ("voucher", "回执.txt", 6)


def test_an_act_cannot_lie_before_its_task_or_in_the_future(clerk: Clerk) -> None:
    clerk.begin().at("2022-07-08T10:00")
    receive = ("task", "receive", KEY, "report", "--unit", TOWN, "--voucher-note", "来电", "--on")
    assert "2022-07-04 lies before the task was issued on 2022-07-05" in clerk.refused(*receive, "2022-07-04")
    assert "2022-07-09 has not come" in clerk.refused(*receive, "2022-07-09")
    assert "on is no date — found 'July'" in clerk.refused(*receive, "July", code=2)


def test_files_are_kept_by_their_hash_and_numbers_by_their_name(clerk: Clerk) -> None:
    submit = ("task", "submit", KEY, "score", "--as", COURT)
    clerk.begin()
    assert "自评 asks for number, file" in clerk.refused(*submit)
    clerk.told(*submit, "--number", "自评分=92.5", "--file", clerk.file("自评.txt", "自评报告"), "--note", "一稿")
    evidence = clerk.json("task", "show", KEY, "score", "--unit", COURT)["evidence"]
    assert [(e["kind"], e["name"], e["text"], e["sha256"], e["size"]) for e in evidence] == [
        ("note", "", "一稿", "", 0),
        ("number", "自评分", "92.5", "", 0),
        ("file", "自评.txt", "", sha256("自评报告".encode()).hexdigest(), 12),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--number", "自评分"), "that is no number — found '自评分' — write --number 自评分=92.5"),
        (("--number", "得分=9"), "score asks for no number '得分'"),
        (("--number", "自评分=九"), "自评分 is no number — found '九'"),
        (("--number", "自评分=nan"), "自评分 is no number — found 'nan'"),
        (("--number", "自评分=1", "--number", "自评分=2"), "a number is given twice"),
        (("--file", "不存在.txt"), "the file cannot be read (No such file or directory) — found '不存在.txt'"),
        (("--file", "."), "the file cannot be read (Is a directory)"),
    ],
)
def test_evidence_that_cannot_be_read_is_bad_input_and_hands_in_nothing(
    clerk: Clerk, words: tuple[str, ...], said: str
) -> None:
    assert said in clerk.begin().refused("task", "submit", KEY, "score", *words, "--as", COURT, code=2)
    assert due_of(clerk, COURT, "score")["state"] == "issued"


def test_a_repeated_key_gives_the_first_answer_and_another_body_under_it_is_refused(clerk: Clerk) -> None:
    submit = ("task", "submit", KEY, "report", "--as", TOWN, "--key", "k1", "--note")
    clerk.begin()
    assert clerk.told(*submit, "一稿") == clerk.told(*submit, "一稿") == "report/东镇 is submitted\n"
    assert clerk.refused(*submit, "二稿", code=2).startswith("PG110  the idempotency key 'k1' was used")
    assert due_of(clerk)["submissions"] == 1


# --- what the office says ---


def test_all_hand_ins_of_a_task_can_be_accepted_at_once_each_with_its_own_key(clerk: Clerk) -> None:
    clerk.begin().submit(TOWN).submit(OTHER)
    accept = ("task", "accept", KEY, "report", "--all", "--key", "k")
    told, beside = clerk.run(*accept, "--dry-run")
    assert (told, beside.splitlines()[-1]) == ("report: 2 accepted, 0 refused\n", "(dry run: nothing was kept)")
    assert due_of(clerk)["state"] == "submitted"
    digest = beside.splitlines()[-2].removeprefix("digest: ")
    clerk.refused(*accept, "--digest", digest[:-1])
    assert clerk.told(*accept, "--digest", digest) == "report: 2 accepted, 0 refused\n"
    assert clerk.told(*accept) == "report: 0 accepted, 0 refused\n"
    assert clerk.told("task", "accept", KEY, "report", "--unit", TOWN, "--key", "k/东镇") == (
        "report/东镇 is accepted\n"
    )
    assert "give --unit or --all, not both" in clerk.refused(
        "task", "accept", KEY, "report", "--all", "--unit", TOWN, code=2
    )


def test_accepting_what_was_not_handed_in_is_refused_with_what_can_be_done(clerk: Clerk) -> None:
    refusal = clerk.begin().refused("task", "accept", KEY, "report", "--unit", TOWN)
    assert refusal.startswith("PG102  cannot accept report/东镇 — it is issued — possible now: receive, submit")
    assert "report has 2 assignments" in clerk.refused("task", "accept", KEY, "report", code=2)
    assert clerk.refused("task", "accept", KEY, "report", "--unit", TOWN, "--as", TOWN).startswith("PG101  accept")


def test_a_return_names_the_new_day_and_an_empty_hand_in_is_not_in_time(clerk: Clerk) -> None:
    clerk.begin().at("2022-08-31T10:00").submit(TOWN).submit(OTHER).at("2022-09-01T10:00")
    back = ("task", "return", KEY, "report", "--reason", "缺少附表", "--unit")
    assert clerk.told(*back, TOWN) == "report/东镇 is returned, due on 2022-09-08\n"
    assert (
        clerk.told(*back, OTHER, "--empty", "--due", "2022-09-05") == "report/西乡 is returned, due on 2022-09-05\n"
    )
    assert (due_of(clerk)["late"], due_of(clerk, OTHER)["late"]) == (False, True)


def test_a_waiver_settles_with_reason_and_document(clerk: Clerk) -> None:
    waive = ("task", "waive", KEY, "report", "--unit", TOWN, "--reason", "已并入西乡")
    assert "document is missing" in clerk.begin().refused(*waive)
    assert clerk.told(*waive, "--document", "函3号") == "report/东镇 is waived\n"


# --- dates ---


def test_an_extension_moves_the_day_it_is_judged_by_and_says_on_what_it_rests(clerk: Clerk) -> None:
    extend = ("task", "extend", KEY, "report", "--unit", TOWN, "--reason", "防汛", "--document", "函4号", "--to")
    clerk.begin().at("2022-08-20T10:00")
    assert "2022-10-12 lies too late: the phase ends on 2022-09-30" in clerk.refused(*extend, "2022-10-12")
    assert clerk.told(*extend, "2022-09-09") == "report/东镇 is due on 2022-09-09\n"
    assert "it was extended 1 time(s) before" in clerk.refused(*extend, "2022-09-12")
    assert "  2022-09-09 星期五: extended from 2022-08-31 by 县创建办 (函4号) — 防汛\n" in clerk.told(*REPORT)
    assert clerk.at("2022-09-05T10:00").json(*REPORT)["late"] is False


def test_a_late_grant_is_the_leaders_and_the_breach_stays(clerk: Clerk) -> None:
    grant = ("task", "grant", KEY, "report", "--unit", TOWN, "--to", "2022-09-15", "--reason", "r", "--document", "d")
    clerk.begin().at("2022-09-05T10:00")
    assert clerk.refused(*grant).startswith("PG101  grant is not for 县创建办")
    clerk.told(*grant, "--as", "leader")
    shown = clerk.json(*REPORT)
    assert (shown["due_on"], shown["first_due_on"], shown["light"], shown["late"]) == (
        "2022-09-15",
        "2022-08-31",
        "green",
        True,
    )
    assert "  judged by the first date, 2022-08-31 (P2)\n" in clerk.told(*REPORT)


def test_a_date_that_a_pause_moved_is_explained_by_the_pause(clerk: Clerk) -> None:
    clerk.begin().at("2022-07-11T09:00")
    pause = ("campaign", "pause", KEY, "--task", "report", "--unit", TOWN, "--reason", "防汛", "--document", "函1号")
    clerk.told(*pause, "--shift")
    assert due_of(clerk)["light"] == "grey"
    clerk.at("2022-07-21T09:00").told("campaign", "resume", KEY, "--task", "report", "--unit", TOWN)
    text = clerk.told(*REPORT)
    assert "  then paused (assignment) from 2022-07-11 to 2022-07-21 — 防汛, by 函1号\n" in text
    assert "  so 2022-09-10 星期六 in place of 2022-08-31 (P1)\n" in text


# --- ladders ---


def test_a_hold_stops_a_ladder_from_a_level_up_until_it_is_taken_off(clerk: Clerk) -> None:
    hold = ("task", "hold", KEY, "report", "--unit", TOWN, "--reason", "已电话沟通")
    assert clerk.begin().told(*hold, "--level", "1") == "report/东镇 is held from level 1 up\n"
    clerk.sweep("2022-09-01T10:00").sweep("2022-09-05T10:00")
    rungs = {
        r["rung"]: r["outcome"] for r in clerk.json("audit", "why", KEY, "report", TOWN) if r["deadline"] == "due"
    }
    assert (rungs["催办"], rungs["催分管"]) == ("raised", "withheld")
    assert clerk.told(*hold, "--off") == "report/东镇: the hold is taken off\n"
    assert "is not held" in clerk.refused(*hold, "--off")
    (held,) = clerk.json(*REPORT)["holds"]
    assert (held["level"], held["to_at"]) == (1, "2022-09-05T10:00:00+08:00")


def test_a_level_can_be_told_at_once_but_never_before_the_one_below(clerk: Clerk) -> None:
    told = ("task", "raise", KEY, "report", "--unit", TOWN, "--reason", "领导小组要求", "--level")
    assert "level 0 has not been told yet" in clerk.begin().refused(*told, "1")
    assert clerk.told(*told, "0") == "report/东镇 is raised to level 0\n"
    clerk.sweep("2022-07-05T09:00")
    assert [row["unit"] for row in clerk.json("notice", "list", KEY, "--kind", "reminder")] == [TOWN]
    assert "'--level': 5 is not in the range" in clerk.refused(*told, "5", code=2)


def test_a_task_that_waits_for_others_is_issued_and_dated_once_they_are_settled(clerk: Clerk) -> None:
    clerk.begin().submit(TOWN).submit(OTHER).accept(TOWN).accept(OTHER)
    assert due_of(clerk, OFFICE, "digest")["due_on"] == "2022-07-12"


def test_a_unit_that_was_renamed_is_told_under_which_name_it_goes_on(clerk: Clerk) -> None:
    clerk.begin().told("units", "rename", KEY, TOWN, "东街道", "--document", "某编办〔2022〕1号")
    for command in (("task", "show", KEY, "report", "--unit", TOWN), ("audit", "why", KEY, "report", TOWN)):
        assert clerk.refused(*command, code=2).endswith("found '东镇' — it goes on as 东街道")
    assert clerk.run("task", "list", KEY, "--unit", TOWN) == ("(none)\n", "东镇 goes on as 东街道\n")


def test_a_unit_that_lists_in_its_own_name_sees_its_own(clerk: Clerk) -> None:
    clerk.begin()
    mine = clerk.json("--as", OTHER, "task", "list", KEY)
    assert mine and mine == clerk.json("task", "list", KEY, "--unit", OTHER)
    assert clerk.refused("--as", OTHER, "task", "list", KEY, "--unit", TOWN).startswith(
        f"PG101  what another unit owes is not for {OTHER} to see"
    )
