"""The command line in Chinese and in English: lists and refusals are worded, JSON is the same in both."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from clerk import KEY, Clerk
from office import BUREAU, OFFICE, TOWN

from engine.cli.shell.context import language

READING = (
    ("campaign", "list"),
    ("campaign", "show", KEY),
    ("campaign", "gate", KEY),
    ("campaign", "quota", KEY),
    ("campaign", "versions", KEY),
    ("task", "list", KEY),
    ("task", "show", KEY, "report"),
    ("task", "show", KEY, "report", "--unit", TOWN),
    ("task", "pace", KEY),
    ("notice", "list", KEY),
    ("notice", "list", KEY, "--upcoming", "--days", "60"),
    ("notice", "show", KEY, "34"),
    ("outbox", "list", KEY),
    ("outbox", "channels"),
    ("units", "list", KEY),
    ("audit", "log", KEY),
    ("audit", "why", KEY, "report", TOWN),
    ("audit", "verify"),
    ("workflow", "list"),
    ("workflow", "show", "shizhu"),
    ("calendar", "show", "2022"),
    ("status",),
    ("look", "list", KEY),
    ("look", "findings", KEY),
    ("links", "list", KEY),
    ("forecast", KEY),
    ("doctor",),
)
"""Commands that read; each is asked in both languages."""
CHINESE_LIST = (
    "编号  状态    种类      级别  单位  收件人                    生成时间          已发出            标题\n"
    "  34  已发出  任务交办  0     东镇  liaison@east.example.org  2022-07-05 09:00  2022-07-05 09:00"
    "  关于交办某县示范县创建工作任务的通知\n"
)


@pytest.fixture
def lived(clerk: Clerk) -> Clerk:
    """A campaign in which notices went out, one rung was held back, and one unit handed in."""
    clerk.begin().sweep("2022-07-05T09:00").submit(TOWN)
    clerk.told("task", "hold", KEY, "report", "--unit", "西乡", "--level", "0", "--reason", "已电话沟通")
    return clerk.sweep("2022-09-01T10:00").sweep("2022-09-08T10:00")


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_json_is_the_same_to_the_byte_in_either_language(lived: Clerk, words: tuple[str, ...]) -> None:
    english, chinese = (
        lived.run(*words, "--json", "--lang", lang, code=ANSWERS.get(words, 0)) for lang in ("en", "zh")
    )
    assert english == chinese and english[0]


ANSWERS = {("campaign", "gate", KEY): 1}
"""What a reading command answers by its exit code, where that is no."""


def test_json_gives_a_reason_as_a_code_with_its_facts_and_a_list_in_words(lived: Clerk) -> None:
    held = [row for row in lived.json("audit", "why", KEY, "report", "西乡") if row["outcome"] == "withheld"]
    assert held and held[0]["reason"] == {"code": "on_hold", "level": 0, "said": f"{OFFICE}: 已电话沟通"}
    assert f"on hold from level 0: {OFFICE}: 已电话沟通" in lived.told("audit", "why", KEY, "report", "西乡")
    assert f"自第0级起暂不发出:{OFFICE}: 已电话沟通" in lived.told(
        "audit", "why", KEY, "report", "西乡", "--lang", "zh"
    )


def test_the_same_list_in_chinese(clerk: Clerk) -> None:
    clerk.begin().sweep("2022-07-05T09:00")
    assert clerk.told("notice", "list", KEY, "--unit", TOWN, "--lang", "zh") == CHINESE_LIST
    assert clerk.told("--lang", "zh", "notice", "list", KEY, "--unit", TOWN) == CHINESE_LIST
    assert clerk.told("notice", "list", KEY, "--state", "draft", "--lang", "zh") == "(无)\n"


def test_the_same_refusals_in_chinese_and_in_english(clerk: Clerk) -> None:
    clerk.begin()
    for words, english, chinese in (
        (
            ("task", "accept", KEY, "report", "--unit", TOWN),
            "PG102  cannot accept report/东镇 — it is issued — possible now: receive, submit, waive, object",
            "PG102  不能对report/东镇办理“审核通过”——现为“已交办,待签收”——现在可以:签收、报送、免报、提出职责异议",
        ),
        (
            ("task", "waive", KEY, "report", "--unit", TOWN, "--as", BUREAU),
            f"PG101  waive is not for {BUREAU} — roles that may: leader, office — use --as with one of them",
            f"PG101  {BUREAU}不能办理“免报”——可办理:领导小组、县创建办——请以其中之一的身份办理(--as)",
        ),
        (
            ("task", "submit", KEY, "report", "--unit", TOWN, "--note", "材料"),
            "PG100  recording on behalf of 东镇 needs a voucher — give --voucher or --voucher-note",
            "PG100  代东镇登记须有凭据——请用 --voucher 或 --voucher-note 提供",
        ),
    ):
        assert clerk.refused(*words) == english
        assert clerk.refused(*words, "--lang", "zh") == chinese


@pytest.mark.parametrize(
    ("given", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_locale_says_the_language_where_no_option_does(given: dict[str, str], lang: str) -> None:
    assert language(given) == lang


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_docstrings_messages_are_whole(clerk: Clerk, lang: str) -> None:
    words = ("-OO", "-m", "engine.cli.main", "campaign", "show", "nowhere", "--lang", lang)
    clerk.begin()
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"}
    )
    expected = {
        "en": r"PG201  there is no campaign 'nowhere' — known: county\n",
        "zh": r"PG201  没有创建活动“nowhere”——已有:county\n",
    }
    assert (done.returncode, done.stdout) == (2, "") and re.fullmatch(expected[lang], done.stderr)
