"""A database is laid and founded in one transaction: nobody ever finds tables of which it is not said what they are."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bootstrap
from engine.bootstrap import founded, settings_from
from engine.service.kernel.installing import established
from engine.store.database import is_empty


class _Killed(BaseException):
    pass


def test_what_is_killed_while_it_is_founded_has_no_tables(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from({"PHASEGATE_DB": empty_url, "PHASEGATE_REHEARSAL": "1"})

    def killed(*words: Any, **given: Any) -> None:
        established(*words, **given)
        raise _Killed

    with monkeypatch.context() as dying:
        dying.setattr(bootstrap, "established", killed)
        with pytest.raises(_Killed):
            founded(settings)
    assert is_empty(empty_url)
    assert founded(settings).rehearsal


def test_what_was_laid_was_founded(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from({"PHASEGATE_DB": empty_url, "PHASEGATE_REHEARSAL": "1"})

    def killed(*words: Any, **given: Any) -> None:
        raise _Killed

    with monkeypatch.context() as dying:
        dying.setattr(bootstrap, "establish", killed)
        with pytest.raises(_Killed):
            founded(settings)
    assert founded(settings_from({"PHASEGATE_DB": empty_url})).rehearsal
