"""What no text may hold is told by its code point, and printed as one sign."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.records import record
from engine.service.kernel.params import File, Line, Numbers, Text, Unit, read
from engine.texts import from_json, has_halves, in_line, in_lines, odd

BAD = [
    "\0",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9b",
    "\u061c",
    "\u200e",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ufffe",
    "\ufdd0",
    "\U0001ffff",
    "\ud800",
]


@pytest.mark.parametrize("char", BAD)
def test_a_character_that_moves_ends_or_turns_is_told_by_its_code_point(char: str) -> None:
    assert odd(f"甲{char}乙") == odd(f"甲{char}乙", lines=True) == f"U+{ord(char):04X}"


def test_a_byte_that_is_no_utf_8_is_told_as_a_byte() -> None:
    assert odd(b"\xd7\xdc".decode("utf-8", "surrogateescape")) == "0xD7"


@pytest.mark.parametrize(
    "text", ["甲乙", "二〇二二\U0002b5e0", "a\u3000b\xa0c", "\u200b\ufeff\ufe0f", "\ue000", "é👍🏽", ""]
)
def test_what_people_write_is_text(text: str) -> None:
    assert odd(text) == ""


def test_a_text_may_have_lines_and_a_line_may_not() -> None:
    assert [odd("甲\n乙", lines=True), odd("甲\t乙", lines=True), odd("甲\r乙", lines=True)] == ["", "", "U+000D"]
    assert [odd("甲\n乙"), odd("甲\t乙")] == ["U+000A", "U+0009"]


@given(st.text())
def test_a_line_stays_one_line_whatever_was_typed(text: str) -> None:
    shown = in_line(text)
    assert len(shown.splitlines()) <= 1 and odd(shown) == ""


def test_a_new_line_is_shown_as_a_sign_and_lines_stay_lines() -> None:
    assert in_line("甲\n  乙\r\n丙\u2028丁\t戊\x1b[2J\n") == "甲 ⏎ 乙 ⏎ 丙 ⏎ 丁 戊�[2J"
    assert in_lines("甲\n乙\u202e丙") == "甲\n乙�丙"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"b": {"a": 1, "a": 1}}',
        "[NaN]",
        "[Infinity]",
        '"\\ud800"',
        '{"\\udc00": 1}',
        "[" * 100000,
        "{",
        "1" * 5000,
    ],
)
def test_json_that_says_something_twice_or_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_sound_json_is_read() -> None:
    assert from_json('{"a": [1, 2.5, "甲\\n", "\\ud83d\\udc4d"], "b": {"a": null}}') == {
        "a": [1, 2.5, "甲\n", "👍"],
        "b": {"a": None},
    }
    assert not has_halves(json.dumps("甲"))


@record
class Given:
    """One parameter of each kind of text."""

    line: Line = ""
    text: Text = ""
    units: tuple[Unit, ...] = ()
    number: Numbers | None = None
    file: File | None = None


@pytest.mark.parametrize(
    "given_",
    [
        {"line": "甲\u202e"},
        {"text": "甲\n乙\x1b[2J"},
        {"text": "甲\r乙"},
        {"units": ["甲局", "乙\u2028局"]},
        {"number": {"自\x85评": "90"}},
        {"number": {"自评": "9\u20660"}},
        {"file": {"name": "总\n结", "sha256": "", "size": 1}},
        {"file": {"name": "总结", "text": "来\u202e电", "sha256": "", "size": 1}},
    ],
)
def test_every_kind_of_text_that_an_action_is_given_is_looked_at(given_: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"which no text may hold"):
        read(Given, given_)


def test_lines_of_a_form_are_lines() -> None:
    assert read(Given, {"text": " 甲\r\n乙 "}).text == "甲\n乙"
