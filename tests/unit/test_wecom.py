"""The channel to WeCom: members through an application, groups through their bots."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from loopback_http import Answer, Script, said, serving
from worded import line as told_line
from worded import told

from notifications.channels import BadSetting, ChannelResult, Envelope, Limit, limits, open_channel, secrets
from notifications.channels.wecom import text_for_member
from notifications.qyapi import LONGEST
from notifications.relay import Claimed, DeliveryMark, relay

SECRET, KEY = "c0rp-secret-0f-the-app", "693axxx6-7aoc-4bc4-97a0"
NOW = datetime(2022, 11, 16, 1, 0, 5, tzinfo=UTC)
ENVELOPE = Envelope(
    id="shizhu-000017-000042",
    message_id="1.17.42@phasegate.invalid",
    sender="office@shizhu.example.org",
    recipients=("member:ZhangSan",),
    subject="关于“自检自查”任务到期的工作提示",
    body="西沱镇:\n\u3000\u3000贵单位承担的任务将于11月30日(星期三)到期。\n在线签收:https://x/y\n",
    short="【县创建办】工作提示:“自检自查”任务即将到期。",
    footer="\n在线签收:https://x/y\n",
    date=NOW,
)
TO_A_BOT = replace(ENVELOPE, recipients=("bot:town-heads",))
TOKEN, SEND, BOT = "/cgi-bin/gettoken", "/cgi-bin/message/send", "/cgi-bin/webhook/send"
FINE = said(errcode=0, errmsg="ok", invaliduser="", msgid="x")


def token(n: int = 1) -> Answer:
    return said(errcode=0, errmsg="ok", access_token=f"t0ken-number-{n}", expires_in=7200)


def given(port: int, **more: str) -> dict[str, str]:
    facts = {"URL": f"http://127.0.0.1:{port}", "CORP": "ww1", "AGENT": "1000002", "SECRET": SECRET, "TIMEOUT": "5"}
    return {f"PHASEGATE_WECOM_{name}": text for name, text in {**facts, "BOT_TOWN_HEADS": KEY, **more}.items()}


def sent(
    *answers: Answer, envelope: Envelope = ENVELOPE, tokens: list[Answer] | None = None
) -> tuple[ChannelResult, Script]:
    script = Script([*answers], by_path={TOKEN: tokens or [token()]})
    with serving(script) as port:
        (result,) = open_channel(way(envelope), given(port)).deliver(envelope)
    return result, script


def way(envelope: Envelope) -> str:
    """The channel of an envelope."""
    return "wecom_bot" if envelope.recipients[0].startswith("bot:") else "wecom"


# --- members -------------------------------------------------------------------------------------


def test_a_member_gets_the_whole_text_through_the_application() -> None:
    result, script = sent(FINE)
    assert result == ChannelResult(recipient="member:ZhangSan", outcome="accepted", detail="WeCom 0")
    fetched, posted = script.asked
    assert parse_qs(urlsplit(fetched.path).query) == {"corpid": ["ww1"], "corpsecret": [SECRET]}
    assert (fetched.method, posted.method, posted.path) == ("GET", "POST", f"{SEND}?access_token=t0ken-number-1")
    assert posted.told == {
        "touser": "ZhangSan",
        "msgtype": "text",
        "agentid": 1000002,
        "text": {"content": f"{ENVELOPE.subject}\n\n{ENVELOPE.body}".rstrip()},
        "safe": 0,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 14400,
    }


def test_every_attempt_sends_the_same_text_which_wecom_then_knows_again() -> None:
    _, first = sent(FINE)
    _, second = sent(FINE, envelope=replace(ENVELOPE, tried_at=NOW))
    assert first.asked[-1].body == second.asked[-1].body


def test_the_token_is_fetched_once_for_many_messages() -> None:
    script = Script([FINE], by_path={TOKEN: [token()]})
    with serving(script) as port:
        channel = open_channel("wecom", given(port))
        for _ in range(3):
            channel.deliver(ENVELOPE)
    assert [one.path.partition("?")[0] for one in script.asked] == [TOKEN, SEND, SEND, SEND]


@pytest.mark.parametrize("code", [40014, 41001, 42001])
def test_a_token_that_is_refused_is_fetched_anew_once(code: int) -> None:
    result, script = sent(said(errcode=code, errmsg="expired"), FINE, tokens=[token(1), token(2)])
    assert result.outcome == "accepted"
    assert [one.path for one in script.asked][1::2] == [f"{SEND}?access_token=t0ken-number-{n}" for n in (1, 2)]


def test_a_token_that_is_refused_twice_fails_the_channel_and_not_the_member() -> None:
    result, script = sent(said(errcode=42001, errmsg="expired"))
    assert (result.outcome, result.whole, len(script.asked)) == ("wait", True, 4)


@pytest.mark.parametrize("listed", ["invaliduser", "unlicenseduser"])
def test_a_member_that_wecom_left_out_is_refused_though_the_call_succeeded(listed: str) -> None:
    result, _ = sent(said(errcode=0, errmsg="ok", **{listed: "lisi|zhangsan"}))
    assert (result.outcome, told(result.detail)) == ("refused", "WeCom may not write to ZhangSan")
    result, _ = sent(said(errcode=0, errmsg="ok", **{listed: "lisi|zhangsanfeng"}))
    assert result.outcome == "accepted"


@pytest.mark.parametrize(
    ("code", "outcome", "whole"),
    [
        (-1, "wait", True),
        (40001, "wait", True),
        (60020, "wait", True),
        (301002, "wait", True),
        (45009, "wait", True),
        (45033, "wait", True),
        (81013, "refused", False),
        (60111, "refused", False),
        (45002, "refused", False),
        (40008, "refused", False),
        (99999, "later", False),
    ],
)
def test_the_code_of_the_reply_decides_and_not_that_of_http(code: int, outcome: str, whole: bool) -> None:
    result, _ = sent(said(errcode=code, errmsg="so it said"))
    assert (result.outcome, result.whole, result.detail) == (outcome, whole, f"WeCom {code} so it said")
    result, _ = sent(said(status=500, errcode=code, errmsg="so it said"))
    assert result.outcome == outcome


@pytest.mark.parametrize("code", [40001, 40013, 45009])
def test_what_keeps_us_from_a_token_concerns_every_message(code: int) -> None:
    result, script = sent(FINE, tokens=[said(errcode=code, errmsg="no")])
    assert (result.outcome, result.whole, len(script.asked)) == ("wait", True, 1)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(),
        Answer(504, b"<html>gateway timeout</html>"),
        Answer(200, b"[]"),
        Answer(200, b'{"errmsg": "ok"}'),
        Answer(200, b'{"errcode": "0"}'),
        Answer(200, b'{"errcode": true}'),
        Answer(200, b"[" * 60_000),
        Answer(200, b'{"errcode": 0}' + b" " * 70_000),
        Answer(200, b'{"errcode": 0}', {"Content-Length": "99"}),
        Answer(302, b"", {"Location": "/elsewhere"}),
        Answer(lost=True),
    ],
)
def test_what_is_no_answer_of_wecom_means_later_and_is_never_taken_for_success(answer: Answer) -> None:
    result, _ = sent(answer)
    assert (result.outcome, result.whole) == ("later", True)


@pytest.mark.parametrize("answer", [Answer(502, b"<html>bad gateway</html>"), Answer(503)])
def test_a_wecom_that_is_away_behind_its_proxy_costs_no_attempt(answer: Answer) -> None:
    result, _ = sent(answer)
    assert (result.outcome, result.whole) == ("wait", True)


@pytest.mark.parametrize("answer", [Answer(), Answer(lost=True), Answer(500)])
def test_where_no_token_comes_no_message_has_gone_and_none_pays_for_it(answer: Answer) -> None:
    result, script = sent(FINE, tokens=[answer])
    assert (result.outcome, result.whole, len(script.asked)) == ("wait", True, 1)


def test_a_server_that_hangs_costs_the_timeout() -> None:
    with serving(Script([Answer(silent=True)], by_path={TOKEN: [token()]})) as port:
        (result,) = open_channel("wecom", given(port, TIMEOUT="0.2")).deliver(ENVELOPE)
    assert (result.outcome, result.whole) == ("later", True) and "no answer in time" in told(result.detail)


# --- texts ---------------------------------------------------------------------------------------


def test_a_text_that_would_be_cut_off_gives_way_to_the_short_one_with_its_link() -> None:
    long = replace(ENVELOPE, body="长" * 800)
    assert text_for_member(long) == f"{ENVELOPE.subject}\n{ENVELOPE.short}\n\n在线签收:https://x/y"
    assert len(text_for_member(replace(ENVELOPE, subject="题", body="长" * 681)).encode()) == 2048


@drawn(st.text(max_size=900), st.text(max_size=200), st.text(max_size=150))
def test_no_text_is_longer_than_wecom_takes(body: str, subject: str, short: str) -> None:
    subject = "".join(char for char in subject if char.isprintable())
    assert len(text_for_member(replace(ENVELOPE, body=body, subject=subject, short=short)).encode()) <= LONGEST


def test_no_text_can_mention_everybody_or_show_a_link_under_other_words() -> None:
    sly = replace(ENVELOPE, body='<@all> <a href="https://evil.example.org">点这里</a>', short="<@all> 请看")
    assert "<" not in text_for_member(sly)
    _, script = sent(FINE, envelope=replace(sly, recipients=("bot:town-heads",)))
    assert "<" not in script.asked[-1].told["text"]["content"]


# --- bots ----------------------------------------------------------------------------------------


def test_a_group_gets_the_short_text_alone_without_any_units_link() -> None:
    result, script = sent(FINE, envelope=TO_A_BOT)
    assert result.outcome == "accepted"
    (posted,) = script.asked
    assert posted.path == f"{BOT}?key={KEY}"
    assert posted.told == {"msgtype": "text", "text": {"content": ENVELOPE.short}}


@pytest.mark.parametrize(("code", "outcome"), [(45009, "wait"), (93000, "wait"), (93008, "refused"), (-1, "wait")])
def test_what_a_bot_says_concerns_its_group_alone(code: int, outcome: str) -> None:
    result, _ = sent(said(errcode=code, errmsg="no"), envelope=TO_A_BOT)
    assert (result.outcome, result.whole) == (outcome, False)


@pytest.mark.parametrize("recipient", ["bot:nobody", "liaison@example.org", "ZhangSan"])
def test_what_is_neither_member_nor_known_bot_is_refused(recipient: str) -> None:
    script = Script([FINE])
    with serving(script) as port:
        for channel in ("wecom", "wecom_bot"):
            (result,) = open_channel(channel, given(port)).deliver(replace(ENVELOPE, recipients=(recipient,)))
            assert result.outcome == "refused"
    assert script.asked == []


def test_limits_are_those_of_the_house() -> None:
    member, bot = open_channel("wecom", given(1)), open_channel("wecom_bot", given(1))
    assert limits(member, "member:a") == (Limit(count=30, seconds=60), Limit(count=1000, seconds=3600))
    assert limits(bot, "bot:town-heads") == (Limit(count=20, seconds=60),)


# --- secrets and settings ------------------------------------------------------------------------


def marks(script: Script, envelope: Envelope, **more: str) -> tuple[list[DeliveryMark], str]:
    """What the relay makes of one message, and how the channel shows itself afterwards."""
    with serving(script) as port:
        channel = open_channel(way(envelope), given(port, **more))
        message = Claimed(ref=1, channel=way(envelope), attempts=0, envelope=envelope)
        return list(relay([message], lambda _: channel, lambda: NOW)), f"{channel!r} {secrets(channel)!r}"


@pytest.mark.parametrize("envelope", [ENVELOPE, TO_A_BOT])
def test_secret_key_and_token_show_nowhere_even_where_the_server_repeats_them(
    envelope: Envelope, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    held = [KEY] if way(envelope) == "wecom_bot" else [SECRET, "t0ken-number-1"]
    words = " ".join(held)
    for answer in (FINE, said(errcode=40058, errmsg=words), Answer(500, words.encode()), Answer(lost=True)):
        found, shown = marks(
            Script([answer], by_path={TOKEN: [token()]}), envelope, BOT_TOWN_HEADS="", BOT_TOWN_HEADS_FILE=str(file)
        )
        assert not [word for word in held if word in f"{found!r} {shown}"]


@pytest.mark.parametrize(
    ("channel", "settings", "line"),
    [
        ("wecom", {}, "PG511  setting PHASEGATE_WECOM_CORP: it is not set — copy it from the admin console"),
        ("wecom", {"CORP": "w", "AGENT": "1"},
         "PG511  setting PHASEGATE_WECOM_SECRET: it is not set — copy it from the admin console"),
        ("wecom", {"SECRET": SECRET, "CORP": "w", "AGENT": "x"},
         "PG511  setting PHASEGATE_WECOM_AGENT: it is no number — found 'x' — copy the AgentId"),
        ("wecom", {"SECRET": SECRET, "CORP": "w", "AGENT": "²"},
         "PG511  setting PHASEGATE_WECOM_AGENT: it is no number — found '²' — copy the AgentId"),
        ("wecom_bot", {}, "PG511  setting PHASEGATE_WECOM_BOT_NAME: no bot is set — "
                          "copy the key from the address of a group's bot"),
        ("wecom_bot", {"BOT_A": KEY, "URL": "http://qyapi.example.org/?key=word"},
         "PG511  setting PHASEGATE_WECOM_URL: a secret would travel in the clear — found 'http://qyapi.example.org' — use https"),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_told_in_one_line(channel: str, settings: dict[str, str], line: str) -> None:
    with pytest.raises(BadSetting) as caught:
        open_channel(channel, {f"PHASEGATE_WECOM_{name}": text for name, text in settings.items()})
    assert told_line(caught.value) == line and SECRET not in line
