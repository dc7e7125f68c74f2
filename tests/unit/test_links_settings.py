"""Settings of links: keys and addresses that cannot be used are refused, and no key is ever said."""

from __future__ import annotations

from pathlib import Path

import pytest
from worded import line

from engine.bootstrap import Wired
from engine.service.signing.keys import doubts, links_from
from engine.service.signing.linking import Links
from engine.store.migrations import in_memory
from notifications.settings import BadSetting

KEY, OTHER = "k" * 32, "schlüssel-" + "o" * 32
URL = "https://sign.example.org"


def given(**more: str) -> dict[str, str]:
    return {f"PHASEGATE_LINK_{name}": text for name, text in ({"URL": URL, "KEY": KEY} | more).items()}


def test_nothing_set_means_no_links_and_one_thing_set_is_not_enough() -> None:
    assert links_from({}) is None
    assert links_from({"PHASEGATE_LINK_DAYS": "9", "PHASEGATE_LINK_URL": ""}) is None
    for name in ("URL", "KEY"):
        with pytest.raises(BadSetting):
            links_from(given(**{name: ""}))


def test_the_address_loses_its_last_stroke_and_the_first_key_signs() -> None:
    links = links_from(given(URL=f"{URL}/a/", KEY=f"{KEY} {OTHER}", DAYS="30"))
    assert links == Links(url=f"{URL}/a", keys=(KEY.encode(), OTHER.encode()), days=30)
    for url in ("http://[::1]:8080", "https://10.1.2.3:8443/s", "https://xn--fiq228c.example.org/a/b"):
        assert (found := links_from(given(URL=url))) and found.url == url
    assert links_from(given()) == Links(url=URL, keys=(KEY.encode(),), days=15)


def test_a_key_comes_from_a_file_too_and_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n", encoding="utf-8")
    read = links_from(given(KEY="", KEY_FILE=str(path)))
    path.write_text(f"{OTHER} {KEY}\n", encoding="utf-8")
    again = links_from(given(KEY="", KEY_FILE=str(path)))
    assert read and again and (len(read.keys), len(again.keys)) == (1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"URL": "sign.example.org"},
        {"URL": "ftp://sign.example.org"},
        {"URL": "https://"},
        {"URL": "https://[::1"},
        {"URL": "https://name:password@sign.example.org"},
        {"URL": f"{URL}:port"},
        {"URL": f"{URL}//a"},
        {"URL": f"{URL}?a=1"},
        {"URL": f"{URL}#a"},
        {"URL": f"{URL}/a b"},
        {"URL": f"{URL}\nX: y"},
        {"URL": "https://签收.example.org"},
        {"URL": f"{URL}/{'a' * 100}"},
        {"KEY": "k" * 31},
        {"KEY": f"{KEY} short"},
        {"KEY": " ".join([KEY] * 5)},
        {"KEY_FILE": "somewhere"},
        {"KEY": "", "KEY_FILE": "nowhere"},
        {"KEY": "", "KEY_FILE": "."},
        {"DAYS": "0"},
        {"DAYS": "367"},
        {"DAYS": "-1"},
        {"DAYS": "1.5"},
        {"DAYS": "٣"},
    ],
)
def test_what_cannot_be_used_is_refused_and_no_key_is_said(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as refused:
        links_from(given(**wrong))
    assert refused.value.code == "PG511"
    assert (
        KEY not in line(refused.value)
        and "password" not in line(refused.value)
        and "short" not in line(refused.value).replace("the shortest", "")
    )


def test_no_key_is_shown_with_the_settings() -> None:
    links = links_from(given())
    wired = Wired(desk=in_memory(), channels=lambda _: None, sender="", worker="", given=given())  # type: ignore[arg-type, return-value]
    assert KEY not in f"{links!r} {wired!r}"
    assert wired.links() == links


def test_links_in_the_clear_and_keys_that_others_may_read_are_doubtful(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    path.chmod(0o644)
    settings = given(URL="http://sign.example.org", KEY="", KEY_FILE=str(path))
    links = links_from(settings)
    assert links and [text.partition(":")[0] for text in doubts(settings, links)] == [
        "links travel in the clear",
        f"others may read {path}",
    ]
    path.chmod(0o600)
    settings["PHASEGATE_LINK_URL"] = "http://127.0.0.1:8080"
    links = links_from(settings)
    assert links and list(doubts(settings, links)) == []
