"""All settings are read before the first letter, all that is wrong is told at once, and no password with it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from loopback_smtp import CERTIFICATE
from worded import line

from engine.bootstrap import masked, require_settings, settings_from, unknown_settings, wrong_settings
from engine.cli.shell.log import Json, Text
from engine.errors import DatabaseProblem
from engine.store.database import connect
from notifications.sender import sender_of
from notifications.settings import BadSetting, BadSettings, secrets_of
from notifications.settings import masked as hidden

WORD = "Kennwort9-of-the-office"


def wrong(**given: str) -> list[str]:
    """What is wrong with settings, as lines without their code."""
    settings = settings_from({f"PHASEGATE_{name}": text for name, text in given.items()})
    return [line(each).removeprefix("PG511  setting PHASEGATE_") for each in wrong_settings(settings)]


def test_nothing_is_wrong_where_nothing_or_everything_is_set(tmp_path: Path) -> None:
    assert wrong() == []
    mail = {
        "SMTP_HOST": "mail.example.org",
        "SMTP_USER": "office",
        "SMTP_PASSWORD": WORD,
        "SMTP_CA": str(CERTIFICATE),
    }
    hook = {"WEBHOOK_SECRET": "sixteen-bytes-or-more", "WEBHOOK_ARCHIVE_URL": "https://hooks.example.org/in?key=k"}
    wecom = {"WECOM_CORP": "ww1", "WECOM_AGENT": "7", "WECOM_SECRET": WORD, "WECOM_BOT_EAST": WORD}
    own = {
        "SENDER": "某县创建办 <office@county.example.org>",
        "REHEARSAL": "1",
        "EML_DIR": str(tmp_path / "new" / "mail"),
    }
    assert wrong(**mail, **hook, **wecom, **own) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SENDER": "某县创建办"}, "SENDER: it is not a name and an e-mail address"),
        ({"SENDER": "办公室@某县.example"}, "SENDER: it is not a name"),
        ({"SENDER": "a@b.example\r\nBcc: c@d.example"}, "SENDER: it is not a name"),
        ({"SENDER": "办\u202e公室 <a@b.example>"}, "SENDER: it is not a name"),
        ({"REHEARSAL": "no"}, "REHEARSAL: it is neither 1 nor 0"),
        ({"WORKER": "east\x1b[2J"}, "WORKER: it is no name of a worker"),
        ({"SMTP_TIMEOUT": "5"}, "SMTP_HOST: it is not set"),
        ({"SMTP_HOST": "smtp://mail"}, "SMTP_HOST: it is not the name of a server alone"),
        ({"SMTP_HOST": "mail:587"}, "SMTP_HOST: it is not the name of a server alone"),
        ({"SMTP_HOST": "邮件.example"}, "SMTP_HOST: it is not the name of a server alone"),
        ({"SMTP_HOST": "m", "SMTP_HELO": "创建办"}, "SMTP_HELO: no server takes this for a name"),
        ({"SMTP_HOST": "m", "SMTP_PORT": "25.5"}, "SMTP_PORT: it is not a number in range"),
        ({"SMTP_HOST": "m", "SMTP_PORT": "２５"}, "SMTP_PORT: it is not a number in range"),
        ({"SMTP_HOST": "m", "SMTP_TIMEOUT": "1e1"}, "SMTP_TIMEOUT: it is not a number in range"),
        ({"SMTP_HOST": "m", "SMTP_USER": "office"}, "SMTP_PASSWORD: it is not set, and the other half"),
        ({"SMTP_HOST": "m", "SMTP_PASSWORD": WORD}, "SMTP_USER: it is not set, and the other half"),
        ({"SMTP_HOST": "m", "SMTP_USER": "o", "SMTP_PASSWORD": "abc"}, "SMTP_PASSWORD: it is too short"),
        ({"SMTP_HOST": "m", "SMTP_CA": "/nosuch/ca.pem"}, "SMTP_CA: no certificates can be read there (FileNotFound"),
        ({"SMTP_HOST": "m", "SMTP_TLS": "none", "SMTP_CA": __file__}, "SMTP_CA: no certificates can be read there"),
        ({"WECOM_BOT_A": WORD, "WECOM_CA": "/nosuch"}, "WECOM_CA: no certificates can be read there"),
        ({"WECOM_CORP": "w", "WECOM_SECRET": WORD}, "WECOM_AGENT: it is not set"),
        ({"WECOM_BOT_A": "k"}, "WECOM_BOT_A: it is too short to be a secret"),
        ({"WEBHOOK_SECRET": "x" * 15}, "WEBHOOK_SECRET: this is no secret to sign with"),
        ({"WEBHOOK_SECRET": "x" * 16, "WEBHOOK_SECRET_OLD": "short"}, "WEBHOOK_SECRET: this is no secret to sign"),
        ({"WEBHOOK_SECRET": "x" * 16, "WEBHOOK_A_SECRET": "short"}, "WEBHOOK_A_SECRET: this is no secret to sign"),
        ({"WEBHOOK_SECRET": "x" * 16, "WEBHOOK_A_URL": "http://a.example"}, "WEBHOOK_A_URL: a.example would be posted"),
        ({"WEBHOOK_SECRET": "x" * 16, "WEBHOOK_A_URL": f"https://u:{WORD}@a.example"}, "WEBHOOK_A_URL: "),
        ({"WEBHOOK_A_SECRET": "x" * 16, "WEBHOOK_B_URL": "https://b.example"}, "WEBHOOK_B_SECRET: there is no secret"),
        ({"WEBHOOK_SECRET": "x" * 16, "WEBHOOK_CA": "/nosuch"}, "WEBHOOK_CA: no certificates can be read there"),
        ({"EML_DIR": f"{__file__}/mail"}, "EML_DIR: it leads to what is no folder"),
        ({"LINK_URL": "https://sign.example.org"}, "LINK_KEY: "),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_before_anything_is_sent(given: dict[str, str], said: str) -> None:
    (told,) = wrong(**given)
    assert told.startswith(said) and WORD not in told


def test_everything_that_is_wrong_is_told_at_once_and_what_two_channels_share_only_once() -> None:
    wecom = {"WECOM_CORP": "w", "WECOM_AGENT": "x", "WECOM_SECRET": WORD, "WECOM_BOT_A": WORD, "WECOM_URL": "ftp://x"}
    told = wrong(SENDER="x", SMTP_TLS="tls", SMTP_CA="/nosuch", **wecom)
    assert [each.partition(":")[0] for each in told] == [
        "SENDER", "SMTP_TLS", "SMTP_HOST", "SMTP_CA", "WECOM_AGENT", "WECOM_URL",
    ]  # fmt: skip
    with pytest.raises(BadSettings) as caught:
        require_settings(settings_from({"PHASEGATE_SENDER": "x", "PHASEGATE_REHEARSAL": "yes"}))
    assert len(caught.value.problems) == 2


def test_a_secret_is_read_from_a_file_and_never_waited_for_at_a_pipe(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    (told,) = wrong(SMTP_HOST="m", SMTP_USER="o", SMTP_PASSWORD_FILE=str(tmp_path / "pipe"))
    assert told.startswith("SMTP_PASSWORD_FILE: the file cannot be read")


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("office@county.example.org", "office@county.example.org"),
        ("县创建办 <office@county.example.org>", "县创建办 <office@county.example.org>"),
        ("县创建办, 办公室 <office@county.example.org>", '"县创建办, 办公室" <office@county.example.org>'),
        ('"县创建办, 办公室" <office@county.example.org>', '"县创建办, 办公室" <office@county.example.org>'),
        ('a "b" \\ <o@c.example>', r'"a \"b\" \\" <o@c.example>'),
        ("<o@c.example>", "o@c.example"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, sender: str) -> None:
    assert sender_of("X", text) == sender


def test_a_name_that_nobody_reads_is_told() -> None:
    given = ("PHASEGATE_SENDR", "PHASEGATE_SENDER", "PHASEGATE_SMTP_HOST", "PHASEGATE_WECOM_URL", "HOME")
    assert unknown_settings(dict.fromkeys(given, "x")) == ["PHASEGATE_SENDR"]


# --- what is shown nowhere ---


@pytest.mark.parametrize(
    ("url", "word"),
    [
        (f"postgresql://office:geheim@{WORD}@127.0.0.1:1/db", WORD),
        (f"postgresql://office:{WORD}@127.0.0.1:1/db", WORD),
        (f"postgresql://127.0.0.1:1/db?user=office&password={WORD}", WORD),
        (f"postgresql://127.0.0.1:1/db?sslpassword={WORD}", WORD),
        (f"postgresq://office:{WORD}@127.0.0.1/db", WORD),
        (f"postgresq://office:{WORD}/db", WORD),
        (f"postgresql:office:{WORD}@127.0.0.1/db", WORD),
        ("postgresql://office:Kenn%40wort9@127.0.0.1:1/db", "wort9"),
        (f"postgresql://office:x@127.0.0.1:{WORD}/db", WORD),
    ],
)
def test_no_url_of_a_database_shows_its_password(url: str, word: str) -> None:
    try:
        told = connect(url).url
    except DatabaseProblem as error:
        told = f"{error.line()} {error.line('zh')} {error.plain()}"
    assert word not in told and word not in masked(url)


def test_a_password_with_an_at_sign_is_refused_by_what_to_write() -> None:
    with pytest.raises(DatabaseProblem) as caught:
        connect("postgresql://office:geheim@Kennwort9@127.0.0.1:1/db")
    assert "write %40 for it" in caught.value.line()


def test_every_form_of_every_secret_is_hidden_in_whatever_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_text("s3cret of a file\n")
    given = {
        "PHASEGATE_DB": "postgresql://office:geh%40im9/x@10.0.0.1/db",
        "PHASEGATE_SMTP_PASSWORD_FILE": str(file),
        "PHASEGATE_WECOM_BOT_EAST": "693a-key",
        "PHASEGATE_WEBHOOK_A_URL": "https://a.example/in?key=k3y-of-the-url",
        "PHASEGATE_LINK_KEY": "first-key-of-links second-key-of-links",
        "PHASEGATE_SMTP_TIMEOUT": "20",
    }
    known = secrets_of(given, f"postgresql://x:part1@{WORD}@h/d")
    told = "geh%40im9/x geh@im9/x s3cret of a file s3cret%20of%20a%20file 693a-key second-key-of-links k3y-of-the-url part1"
    shown = hidden(f"{told} could not resolve host '{WORD}@h' in 20 s", known)
    assert not [word for word in ("geh", "s3cret", "693a", "second", "k3y", "part1", WORD) if word in shown]
    assert shown.endswith("in 20 s")


@pytest.mark.parametrize("form", [Text, Json])
def test_no_log_shows_a_secret_in_a_message_or_a_traceback(form: type[Text]) -> None:
    try:
        raise RuntimeError(f"cannot reach {WORD}")
    except RuntimeError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 0, f"broke at {WORD}", None, (type(error), error, error.__traceback__)
        )
    told = form(secrets_of({"PHASEGATE_SMTP_PASSWORD": WORD})).format(record)
    assert WORD not in told and told.count("***") >= 2


@pytest.mark.parametrize("found", ["", "0", "1"])
def test_a_switch_is_on_or_off(found: str) -> None:
    assert wrong(REHEARSAL=found) == []
    with pytest.raises(BadSetting):
        require_settings(settings_from({"PHASEGATE_REHEARSAL": f"{found}x"}))
