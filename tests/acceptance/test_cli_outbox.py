"""`phasegate outbox`, and what none of its outputs tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from clerk import KEY, QUOTA, Clerk
from loopback_http import Answer, Script, said, serving
from office import UNITS

from engine.words import reason as worded

SMTP = f"{QUOTA}\nchannel: smtp"
EAST = "liaison@east.example.org"
MEMBERS = UNITS.replace("liaison@{code}.example.org", "member:{code}")


def number(clerk: Clerk, to: str = EAST) -> str:
    (found,) = [row["id"] for row in clerk.json("outbox", "list", KEY) if row["to"] == to]
    return str(found)


def test_a_message_shows_every_attempt_with_what_was_said_and_when_it_is_tried_again(clerk: Clerk) -> None:
    (clerk.folder / "eml").mkdir()
    blocker = clerk.folder / clerk.file("eml/2022-07-05", "a file where the folder of the day should be")
    clerk.begin().sweep("2022-07-05T09:00").sweep("2022-07-05T09:02")
    one = number(clerk)
    blocker.unlink()
    assert clerk.told("outbox", "retry", KEY, one) == "1 queued again\n"
    clerk.sweep("2022-07-05T09:03")
    found = clerk.json("outbox", "show", KEY, one)
    assert (found["state"], found["settled_at"], found["error"]) == ("sent", "2022-07-05T09:03:00+08:00", "")
    lines = [(row["at"][11:16], row["attempt"], row["became"]) for row in found["history"]]
    assert lines == [("09:00", 0, "queued"), ("09:02", None, "retry"), ("09:03", 1, "sent")]
    first, *_, last = found["history"]
    assert "nothing of it was kept there" in worded(first["said"]) and first["next_at"] > first["at"]
    assert last["said"].endswith(".eml")
    told = clerk.told("outbox", "show", KEY, one)
    assert "2022-07-05 09:03" in told and "nothing of it was kept there" in told
    assert clerk.refused("outbox", "show", KEY, "9999", code=2).startswith("PG201  there is no message")
    assert clerk.refused("outbox", "show", KEY, "②", code=2).startswith("PG202  that is no number of a message")


def test_what_failed_on_one_channel_is_tried_again_by_its_name(clerk: Clerk) -> None:
    clerk.begin(units=MEMBERS.replace("member:{code}", "bot:{code}"), top=SMTP)
    clerk.sweep("2022-07-05T09:00")
    states = {row["to"]: (row["channel"], row["state"]) for row in clerk.json("outbox", "list", KEY)}
    assert states["bot:east"] == ("wecom_bot", "queued")
    assert clerk.told("outbox", "retry", KEY, "--channel", "wecom_bot") == "nothing failed\n"
    assert clerk.told("outbox", "retry", KEY, number(clerk, "bot:east")) == "1 queued again\n"


def test_a_channel_that_is_left_alone_is_shown_with_its_reason_and_tried_again_on_request(clerk: Clerk) -> None:
    clerk.begin(units=MEMBERS, top=SMTP).sweep("2022-07-05T09:00")
    (way,) = clerk.json("outbox", "channels")
    assert (way["channel"], way["queued"], way["failures"], way["until"]) == (
        "wecom", 4, 1, "2022-07-05T09:01:00+08:00",
    )  # fmt: skip
    assert worded(way["reason"]).startswith("PG511  setting PHASEGATE_WECOM_CORP: it is not set")
    assert "wecom" in clerk.told("outbox", "channels")
    checks = {each["what"]: each for each in clerk.json("doctor")["checks"]}
    assert checks["outbox wecom"]["mark"] == "warning" and "PHASEGATE_WECOM_CORP" in checks["outbox wecom"]["said"]
    assert clerk.told("outbox", "resume", "wecom") == "wecom is tried again\n"
    assert [row["failures"] for row in clerk.json("outbox", "channels")] == [0]
    assert clerk.refused("outbox", "resume", "fax", code=2).startswith("PG510  there is no channel 'fax'")
    assert clerk.refused("outbox", "resume", "wecom", "--as", "auditor").startswith("PG101")


SECRET, KEY_OF_BOT, WORD = "c0rp-secret-of-the-app", "693a-key-of-the-bot", "pass-w0rd-of-the-database"


def test_no_secret_is_in_any_output_in_the_history_or_in_the_outbox(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server repeats what it was given, as bad servers do."""
    file = tmp_path / "secret-of-the-app"
    file.write_text(f"{SECRET}\n")
    token = said(errcode=0, errmsg="ok", access_token="t0ken-of-the-app")
    rude = said(errcode=-1, errmsg=f"busy: {SECRET} t0ken-of-the-app")
    by_path = {"/cgi-bin/gettoken": [token], "/cgi-bin/webhook/send": [said(errcode=-1, errmsg=f"no {KEY_OF_BOT}")]}
    with serving(Script([rude, Answer(500, SECRET.encode())], by_path=by_path)) as port:
        settings = {"URL": f"http://127.0.0.1:{port}", "CORP": "ww1", "AGENT": "7", "SECRET_FILE": str(file)}
        for name, text in {**settings, "BOT_EAST": KEY_OF_BOT}.items():
            monkeypatch.setenv(f"PHASEGATE_WECOM_{name}", text)
        monkeypatch.setenv("PHASEGATE_DEBUG", "1")
        units = MEMBERS.replace("code: east", "code: east, contacts: {liaison: bot:east}")
        clerk.begin(units=units, top=SMTP)
        told = "".join("".join(clerk.at(at).run("sweep")) for at in ("2022-07-05T09:00", "2022-07-05T10:30"))
    one = number(clerk, "bot:east")
    commands = [("outbox", "list", KEY), ("outbox", "show", KEY, one), ("outbox", "channels"), ("audit", "log", KEY)]
    commands += [("doctor",), ("status",), ("campaign", "show", KEY)]
    for words in commands:
        told += "".join(clerk.run(*words)) + "".join(clerk.run(*words, "--json"))
    told += "".join(clerk.run("status", "--db", f"postgresql://office:{WORD}@127.0.0.1:1/x", code=2))
    assert "busy: ***" in told and "Traceback" in told
    kept = b"".join(path.read_bytes() for path in sorted(clerk.folder.glob("phasegate.db*")))
    for word in (SECRET, KEY_OF_BOT, "t0ken-of-the-app", WORD):
        assert word not in told and word.encode() not in kept
