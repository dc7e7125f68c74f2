"""Draws by lot: fair, the same whoever draws again, and in whatever language."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.draws import FEWEST, drawn, lot, order, pairs

TOWNS = ("南宾街道", "万安街道", "下路街道", "西沱镇", "黄水镇", "中益乡")
NAMES = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1), unique=True, min_size=1)


def test_a_draw_is_the_same_for_ever() -> None:
    assert drawn("2022年9月1日", TOWNS, 3) == ("下路街道", "中益乡", "黄水镇")


@given(st.text(st.characters(codec="utf-8")), NAMES, st.randoms())
@settings(deadline=None)
def test_the_order_in_which_candidates_are_listed_changes_nothing(
    seed: str, names: list[str], shuffle: object
) -> None:
    other = list(names)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert order(seed, names) == order(seed, other)
    assert sorted(order(seed, names)) == sorted(names)


@given(st.text(st.characters(codec="utf-8")), NAMES, st.integers(1, 10))
@settings(deadline=None)
def test_drawing_more_keeps_those_drawn_before(seed: str, names: list[str], count: int) -> None:
    assert drawn(seed, names, count + 1)[:count] == drawn(seed, names, count)
    assert len(drawn(seed, names, count)) == min(count, len(names))


def test_every_unit_is_drawn_about_equally_often() -> None:
    often = Counter(drawn(f"seed {n}", TOWNS, 1)[0] for n in range(1200))
    assert set(often) == set(TOWNS) and min(often.values()) > 140 and max(often.values()) < 260


@pytest.mark.parametrize("number", range(FEWEST, 41))
def test_everybody_looks_at_one_and_is_looked_at_by_one_never_itself_never_each_other(number: int) -> None:
    names = [f"第{n}镇" for n in range(number)]
    for seed in ("甲", "乙", "2022-09-01"):
        found = pairs(seed, names)
        assert sorted(who for who, _ in found) == sorted(whom for _, whom in found) == sorted(names)
        assert all(who != whom for who, whom in found)
        assert not {(whom, who) for who, whom in found} & set(found)


@pytest.mark.parametrize("number", range(FEWEST))
def test_fewer_than_three_cannot_be_paired(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        pairs("甲", TOWNS[:number])


def test_the_lot_is_what_a_shell_computes() -> None:
    told = subprocess.run(["sha256sum"], input="种子\n西沱镇".encode(), capture_output=True, check=True).stdout
    assert lot("种子", "西沱镇") == told.decode().split()[0]
