"""Tokens: what was sealed comes out again, and nothing else does."""

from __future__ import annotations

import base64
import hmac
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.tokens import LENGTH, Seal, check_of, opened, sealed

KEY, OLD, OTHER = b"k" * 32, b"o" * 32, b"x" * 32
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
NUMBERS = st.integers(0, 2**32 - 1)
SEALS = st.builds(Seal, campaign=NUMBERS, paper=NUMBERS, until=st.dates(), check=st.binary(min_size=3, max_size=3))
SEAL = Seal(campaign=1, paper=1042, until=date(2022, 7, 20), check=check_of("county", "东镇"))


@given(SEALS)
def test_what_was_sealed_comes_out_again_and_is_short_and_safe_in_an_address(seal: Seal) -> None:
    token = sealed(seal, KEY)
    assert opened(token, [KEY]) == seal
    assert len(token) == LENGTH
    assert set(token) <= set(ALPHABET)


@given(SEALS, st.integers(0, LENGTH - 1), st.characters())
def test_a_token_with_any_character_changed_is_refused(seal: Seal, place: int, char: str) -> None:
    token = sealed(seal, KEY)
    changed = token[:place] + char + token[place + 1 :]
    assert (opened(changed, [KEY]) is None) == (changed != token)


def test_every_single_change_of_a_token_is_refused() -> None:
    token = sealed(SEAL, KEY)
    for place, own in enumerate(token):
        for char in set(ALPHABET) - {own}:
            assert opened(token[:place] + char + token[place + 1 :], [KEY]) is None


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    assert opened(text, [KEY, OLD]) is None


def test_a_token_cut_or_continued_is_refused() -> None:
    token = sealed(SEAL, KEY)
    for text in (token[:-1], token[1:], token + "A", token + "=", token + "\n", f" {token}", "", token * 2):
        assert opened(text, [KEY]) is None


def test_a_token_holds_for_as_long_as_one_of_the_keys_made_it() -> None:
    before = sealed(SEAL, OLD)
    assert opened(before, [KEY, OLD]) == SEAL
    assert opened(before, [KEY]) is None
    assert opened(sealed(SEAL, OTHER), [KEY, OLD]) is None
    assert opened(before, []) is None


def test_a_token_is_what_another_program_would_compute() -> None:
    payload = bytes([1, 0, 0, 0, 1, 0, 0, 4, 18]) + SEAL.until.toordinal().to_bytes(3, "big") + SEAL.check
    mac = hmac.new(KEY, b"phasegate receipt link 1\x00" + payload, "sha256").digest()
    assert sealed(SEAL, KEY) == base64.urlsafe_b64encode(payload + mac[:18]).decode()


def test_what_a_token_was_made_for_is_told_apart_by_its_words() -> None:
    assert check_of("county", "东镇") != check_of("county东", "镇")
    assert len(check_of("")) == 3
