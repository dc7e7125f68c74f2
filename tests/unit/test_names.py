"""One name has one key, however it comes; what is no name is none."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.names import alike, apart, by_key, found, is_collective, is_group, is_name, key, parted, printed, spelled
from engine.reader.indicator_shapes import NUMBER
from engine.reader.words import ID

BUREAU = "石柱县财政局(国资办)"
SPELLINGS = (
    "石柱县财政局\uff08国资办\uff09",
    "\u2f6f柱县财政局(国资办)",
    "\ufeff石柱县财政局(国资办)\u200b",
    "石柱县\u200c财政\u00ad局(国资办)\ufe0f",
    " 石柱县 财政局\u3000( 国资办 )",
    "石柱县财政局(国资办)\U000e0100",
)
COLLECTIVE = (
    "县直各部门 有关部门 各乡镇 各乡镇(街道) 县级有关部门 相关单位 成员单位 县直部门 乡镇街道 等 等有关部门 县财政局等 "
    "其他部门 各责任单位 所有成员单位 县级各部门 县直有关单位 石柱县各乡镇 各级各部门 各创建单位 乡镇各部门和单位 各村(社区) 全县各乡镇(街道) 各\u200b乡镇"
)
SINGLE = (
    "县财政局 县乡镇企业局 县直机关工委 中益乡 南宾街道 南宾街道办事处 县有关部门协调办公室 平等乡 县平等社区 大村 高等学校 "
    "各界人士联谊会 县委办公室 县社区服务中心 西沱镇 各莫镇 达各乡 三村 和村镇 全州镇 县街街道 县街街道办事处 张各庄镇中心学校 "
    "各庄村 阿坝县各莫镇中心学校 县委办公室(档案局、保密局) 县公安局（交警大队，治安大队） 县发改局(粮食局/能源局) "
    "县委统战部(民宗局(宗教局)、侨办) 县工商联 国网某县供电公司 县直机关幼儿园 县街道办 某集团有限公司 高新区管委会 县安全体验馆"
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_name_is_known_by_its_key_however_it_is_spelled(spelling: str) -> None:
    assert key(spelling) == key(BUREAU) == BUREAU
    assert found(spelling, ["县教委", BUREAU]) == BUREAU
    assert alike(spelling, [BUREAU]) == BUREAU


@pytest.mark.parametrize(
    ("radical", "character"),
    [
        ("\u2f00", "一"),
        ("\u2fa5", "里"),
        ("\u2ee2", "马"),
        ("\u2ec5", "见"),
        ("\u2ed3", "长"),
        ("\u2ef3", "龟"),
        ("\u2e9f", "母"),
    ],
)
def test_a_radical_as_a_pdf_gives_it_is_the_character_that_it_looks_like(radical: str, character: str) -> None:
    assert key(radical) == printed(radical) == character


def test_every_radical_has_a_character() -> None:
    radicals = [*map(chr, range(0x2E81, 0x2E9A)), *map(chr, range(0x2E9B, 0x2EF4)), *map(chr, range(0x2F00, 0x2FD6))]
    assert [radical for radical in radicals if not key(radical) or 0x2E80 <= ord(key(radical)) < 0x2FE0] == []


def test_what_can_be_seen_to_differ_is_two_names() -> None:
    assert (
        len(
            {
                key(name)
                for name in ("甲局", "乙局", "甲局一", "甲局(一)", "A局", "a局", "〇局", "○局", "𠮷局", "吉局")
            }
        )
        == 10
    )


def test_a_rare_character_and_a_noughts_sign_are_part_of_a_name() -> None:
    assert [key(name) for name in ("二〇二二办", "\U0002b5e0局", "\ue000局")] == [
        "二〇二二办",
        "\U0002b5e0局",
        "\ue000局",
    ]


@pytest.mark.parametrize("word", ["二〇二二", "\U0002b5e0", "\uf9dc", "㐂村-1", "\U00030000"])
def test_a_rare_character_may_stand_in_an_id(word: str) -> None:
    assert ID.value(word) == word and NUMBER.value(f"{word}.1") == f"{word}.1"


@pytest.mark.parametrize("word", ["\u2f00", "甲\u200b", "\ue000", "甲 乙", "甲\u3000"])
def test_a_radical_or_what_is_not_seen_may_not(word: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        ID.value(word)


def test_the_printed_form_keeps_what_is_seen_and_drops_what_is_not() -> None:
    assert printed(" \u2f6f柱县财政局\uff08国资办\uff09\u200b ") == "石柱县财政局\uff08国资办\uff09"


def test_what_cannot_be_seen_is_told_by_its_code_points() -> None:
    assert spelled("甲\u200b局\uff08一\uff09 \u2f6f") == "甲[U+200B]局[U+FF08]一[U+FF09][U+0020][U+2F6F]"
    assert spelled(BUREAU) == BUREAU


def test_of_two_names_that_look_alike_each_is_meant_by_itself_alone() -> None:
    both = ["甲局", "甲\u200b局"]
    assert [found(name, both) for name in ("甲局", "甲\u200b局", "甲 局")] == ["甲局", "甲\u200b局", ""]
    assert by_key(both) == {} and found("\u200b", ["甲局", "\u200c"]) == ""


@given(st.text(max_size=20))
def test_a_key_is_its_own_key_and_that_of_what_is_printed(text: str) -> None:
    assert key(key(text)) == key(text) == key(printed(text))


@pytest.mark.parametrize("word", COLLECTIVE.split(" "))
def test_a_word_for_many_is_no_unit(word: str) -> None:
    assert is_collective(word)


@pytest.mark.parametrize("word", SINGLE.split(" "))
def test_a_unit_is_no_word_for_many(word: str) -> None:
    assert not is_group(word) and parted(word) == [word]


@pytest.mark.parametrize(
    "word", ["各县(市、区)", "各民主党派", "各中心镇", "各古镇", "所有企业", "各乡镇(街道、社区)"]
)
def test_a_word_for_all_of_a_kind_is_a_group_and_stays_whole(word: str) -> None:
    assert is_group(word) and parted(word) == apart(word) == [word]


def test_names_joined_come_apart_as_they_were_joined() -> None:
    names = ["县文旅局(文物局、体育局)", "县教育局", "各县(市、区)", "县委统战部（民宗局、侨办）"]
    assert apart("、".join(names)) == names and apart("县教育局") == ["县教育局"]


def test_a_bracket_that_is_not_closed_holds_nothing_together() -> None:
    assert parted("县财政局(牵头、县教育局") == ["县财政局(牵头", "县教育局"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("县财政局、县教育局,县民政局;县水利局/县林业局\n县文旅委", 6),
        ("——、 / ，…、无", 0),
        ("县财政局、——", 1),
    ],
)
def test_a_cell_is_parted_at_its_separators_and_none_of_them_is_a_name(cell: str, names: int) -> None:
    assert len(parted(cell)) == names and all(map(is_name, parted(cell)))


@pytest.mark.parametrize("others", ["等", "等有关部门", "等单位", "等5个部门", "等相关责任单位"])
def test_that_there_are_others_stands_by_itself_behind_the_name(others: str) -> None:
    assert parted(f"县财政局、县教育局{others}") == ["县财政局", "县教育局", others]
    assert is_collective(others)


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "=D2", "——", "无", "\u200b"])
def test_an_error_a_formula_or_a_filler_is_no_name(text: str) -> None:
    assert not is_name(text) and len(parted(text)) <= 1


@pytest.mark.parametrize(
    "word",
    ["乡镇" * 2000 + "局", "社区" * 2000 + "局", "各有关" * 2000 + "局", "局等" * 2000 + "局", "甲(" * 9000 + ")"],
)
def test_a_word_of_any_length_is_told_at_once(word: str) -> None:
    began = perf_counter()
    assert not is_collective(word) and parted(word)
    assert perf_counter() - began < 3
