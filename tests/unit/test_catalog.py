"""A text of a catalog is looked up where it stands, and found as the standard library finds it."""

from __future__ import annotations

from gettext import GNUTranslations

import pytest

from engine import words
from engine.words.catalog import Catalog


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_text_is_the_one_that_the_standard_library_reads(lang: str) -> None:
    path = words.FOLDER / lang / "LC_MESSAGES" / "phasegate.mo"
    with path.open("rb") as file:
        read = GNUTranslations(file)
    found = Catalog(path.read_bytes())
    assert len(found) > 1000
    assert {code: found[code] for code in found} == {code: read.gettext(code) for code in found}


@pytest.mark.parametrize("code", ["", "PG", "~", "thing.", "不在"])
def test_a_code_that_is_not_there_has_no_text(code: str) -> None:
    found = words.catalog(words.ENGLISH)
    assert code not in found
    assert found.get(code) is None
    with pytest.raises(KeyError):
        found[code]


def test_what_is_no_catalog_is_refused() -> None:
    with pytest.raises(ValueError, match="no gettext catalog"):
        Catalog(b"no catalog at all, but long enough")
