"""Settings from outside, and secrets that are shown nowhere."""

from __future__ import annotations

import pickle
import traceback
from base64 import b64encode
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import pytest
from worded import line

from notifications.settings import BadSetting, Secret, masked, number, secret

WORD = "corr€ct h/rse+battery"


def test_a_secret_comes_from_its_name_or_from_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_text(f"{WORD}\n", encoding="utf-8")
    assert secret({"X_SECRET": WORD}, "X_SECRET").reveal() == WORD
    assert secret({"X_SECRET_FILE": str(file)}, "X_SECRET").reveal() == WORD
    assert not secret({}, "X_SECRET")


def test_a_secret_shows_in_no_form_of_output() -> None:
    known = Secret(WORD)
    try:
        raise RuntimeError(f"{known} {known!r} {known:}")
    except RuntimeError:
        told = traceback.format_exc() + str({"secret": known}) + f"{[known]}"
    assert WORD not in told and told.count("***") >= 5


def test_a_secret_is_given_away_by_no_copy_of_what_holds_it() -> None:
    @dataclass
    class Holder:
        held: Secret

    holder = Holder(Secret(WORD))
    assert WORD not in f"{asdict(holder)} {astuple(holder)}" and Secret(WORD) == Secret(WORD) != Secret("other")
    with pytest.raises(TypeError):
        pickle.dumps(holder.held)


def test_a_text_is_masked_in_every_form_in_which_a_secret_travels() -> None:
    from urllib.parse import quote, quote_plus

    forms = [WORD, quote(WORD), quote(WORD, safe=""), quote_plus(WORD), b64encode(WORD.encode()).decode()]
    for form in forms:
        assert masked(f"GET /x?secret={form}&a=1 failed", [Secret(WORD)]) == "GET /x?secret=***&a=1 failed"


def test_a_secret_within_another_leaves_nothing_of_either() -> None:
    assert masked("abcdefgh", [Secret("cdef"), Secret("abcdefgh")]) == "***"


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (None, "the file cannot be read (FileNotFoundError)"),
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        (b"\xff\xfe", "the file cannot be read (UnicodeDecodeError)"),
    ],
)
def test_a_file_that_gives_no_secret_is_named_and_nothing_of_it_told(
    write: bytes | None, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "word"
    if write is not None:
        file.write_bytes(write)
    with pytest.raises(BadSetting) as caught:
        secret({"X_SECRET_FILE": str(file)}, "X_SECRET")
    assert why in line(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_secret_that_is_given_twice_or_breaks_its_line_is_refused_without_being_told(tmp_path: Path) -> None:
    for given in ({"X": WORD, "X_FILE": "/dev/null"}, {"X": f"{WORD}\r\nInjected: 1"}):
        with pytest.raises(BadSetting) as caught:
            secret(given, "X")
        assert WORD not in line(caught.value)


@pytest.mark.parametrize("text", ["0", "-1", "61", "nan", "x"])
def test_a_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        number({"X": text}, "X", 20, 60)
    assert line(caught.value).endswith("write one up to 60")
    assert number({}, "X", 20, 60) == 20
