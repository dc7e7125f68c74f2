"""Addresses as contacts have them, and the channel by which each is reached."""

from __future__ import annotations

import pytest

from engine.reader.words import ADDRESS_PATTERN
from notifications.recipients import ADDRESS, channel_for


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("liaison@xituo.example.org", "smtp"),
        ("member:zhangsan", "wecom"),
        ("member:zhang.san@corp", "wecom"),
        ("bot:town-heads", "wecom_bot"),
        ("hook:archive", "webhook"),
        ("https://hooks.example.org", "webhook"),
        ("https://hooks.example.org:8443/in/2022", "webhook"),
    ],
)
def test_an_address_goes_by_the_channel_that_it_is_meant_for(address: str, channel: str) -> None:
    assert ADDRESS.fullmatch(address) and channel_for(address, "smtp") == channel
    assert channel_for(address, "eml") == "eml" and channel_for(address, "console") == "console"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "liaison",
        "liaison@localhost",
        "a@b.example.org, c@d.example.org",
        "a@b.example.org\n",
        "a@b.example.org\r\nBcc: c@d.example.org",
        "member:",
        "member:a|b",
        "member:@all",
        "bot:Town",
        "bot:../x",
        "hook:",
        "http://hooks.example.org/",
        "https://hooks.example.org/?key=word",
        "https://office:word@hooks.example.org/",
        "https://[::1]/",
        "https://hooks.example.org/#part",
        "wecom:zhangsan",
    ],
)
def test_what_is_no_address_or_names_more_than_one_is_refused(address: str) -> None:
    assert ADDRESS.fullmatch(address) is None


@pytest.mark.parametrize(
    "pattern", ["{code}.liaison@county.example.org", "liaison@{code}.example.org", "member:{code}-liaison"]
)
def test_a_pattern_may_be_of_any_form(pattern: str) -> None:
    assert ADDRESS_PATTERN.value(pattern)
    assert ADDRESS.fullmatch(pattern.replace("{code}", "finance"))
