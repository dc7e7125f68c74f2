"""What `phasegate look` says and does."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from clerk import KEY, Clerk
from office import COURT, OTHER, TOWN

AMONG = ("--among", "各乡镇", "--among", COURT)
PAPER = ("--title", "台账抽查", "--document", "抽查方案", "--due", "2022-08-12")


def test_a_draw_is_made_shown_and_repeated(clerk: Clerk) -> None:
    clerk.begin()
    said, beside = clerk.run("look", "draw", KEY, *AMONG, "--count", "2", "--seed", "甲", "--dry-run")
    assert said == f"among 3: {TOWN}、{OTHER}、{COURT}\n"
    assert "nothing was drawn" in beside
    assert clerk.told("look", "list", KEY) == "(none)\n"
    drawn = sorted((TOWN, OTHER, COURT), key=lambda name: sha256(f"甲\n{name}".encode()).hexdigest())[:2]
    line = clerk.told("look", "draw", KEY, *AMONG, "--count", "2", "--seed", "甲", "--seed-from", "纪检组", *PAPER)
    assert line == f"s-1: {'、'.join(drawn)} drawn by the seed 甲\n"
    assert f"drawn: {'、'.join(drawn)}, among 3" in clerk.lines("look", "show", KEY, "s-1")
    assert "seed: 甲 (纪检组)" in clerk.lines("look", "show", KEY, "s-1")
    assert clerk.lines("look", "repeat", KEY, "s-1")[-1] == "the same comes out"
    assert clerk.json("look", "repeat", KEY, "s-1")["again"] == [drawn]


def test_from_an_inspection_to_the_register(clerk: Clerk) -> None:
    clerk.begin()
    clerk.told("look", "pair", KEY, *AMONG, *PAPER, "--seed", "甲")
    pairs = clerk.json("look", "show", KEY, "m-1")["pairs"]
    who = next(who for who, whom in pairs if whom == TOWN)
    clerk.told("look", "report", KEY, "m-1", "--finding", "台账不全", "--finding", "标牌陈旧", "--as", who)
    first, second = (str(line["report"]) for line in clerk.json("look", "findings", KEY))
    clerk.told("look", "adopt", KEY, "--finding", first, "--due", "2022-08-26", "--document", "通报1号")
    clerk.told("look", "drop", KEY, "--finding", second, "--reason", "当场更换")
    assert [line.split() for line in clerk.lines("look", "findings", KEY)][1:] == [
        ["1", "台账抽查", TOWN, "台账不全", "2022-08-26", "整改中", "-", "r-1", first],
        ["2", "台账抽查", TOWN, "标牌陈旧", "-", "不予立项", "-", "-", second],
    ]
    clerk.told("look", "findings", KEY, "--state", "整改中", "--csv", "台账.csv", "--xlsx", "台账.xlsx")
    written = (clerk.folder / "台账.csv").read_text("utf-8-sig").splitlines()
    assert written[1] == f"1,台账抽查,{TOWN},台账不全,{who},2022-07-05,2022-08-26,整改中,,r-1,通报1号,"
    assert Path(clerk.folder / "台账.xlsx").read_bytes().startswith(b"PK")


def test_a_month_is_shown_in_chinese_with_the_words_of_its_sheet(clerk: Clerk) -> None:
    clerk.begin().told("look", "month", KEY, "2022-07", "--unit", "各乡镇")
    clerk.told("look", "tell", KEY, "2022-07", "--task", "report", "--problem", "缺人手", "--as", TOWN)
    lines = clerk.lines("look", "month", KEY, "2022-07", "--show", "--lang", "zh")
    assert [line.split() for line in lines[2:5]] == [
        ["有变化的"],
        ["单位", "任务", "事项", "现在", "此前"],
        [TOWN, "报送方案", "问题", "缺人手", "-"],
    ]


def test_a_month_is_asked_told_and_shown(clerk: Clerk) -> None:
    clerk.begin()
    assert clerk.told("look", "month", KEY, "2022-07", "--unit", "各乡镇") == "2022-07: 2 units are asked\n"
    told = ("look", "tell", KEY, "2022-07")
    assert (
        clerk.told(*told, "--task", "report", "--problem", "缺人手", "--as", TOWN)
        == f"2022-07: {TOWN} has answered\n"
    )
    assert "needs a voucher" in clerk.refused(*told, "--unit", OTHER, "--nothing")
    assert clerk.lines("look", "month", KEY, "2022-07", "--show") == [
        "2022年7月: 2 asked, by 2022-07-12",
        "",
        "changed",
        "unit  task      what     now     before",
        f"{TOWN}  报送方案  problem  缺人手  -",
        f"silent: {OTHER}",
    ]
    clerk.told("look", "month", KEY, "2022-07", "--csv", "月.csv", "--xlsx", "月.xlsx")
    assert (clerk.folder / "月.csv").read_text("utf-8-sig").splitlines()[1:] == [
        f"{TOWN},报送方案,问题,缺人手,,2022-07-05",
        f"{OTHER},,,未反馈,,",
    ]
    assert Path(clerk.folder / "月.xlsx").read_bytes().startswith(b"PK")
    clerk.told("task", "find", KEY, "台账 不全", "--unit", TOWN, "--due", "2022-08-26", "--document", "通报2号")
    clerk.run("campaign", "export", KEY, "--out", "出")
    assert (clerk.folder / "出/months/2022-07.csv").read_bytes() == (clerk.folder / "月.csv").read_bytes()
    assert "台账 不全" in (clerk.folder / "出/findings.csv").read_text("utf-8-sig")
