"""Settings from outside: secrets that come from a name or a file and are never shown, numbers, and what is wrong."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote, quote_plus, unquote

from notifications.notice import NoticeError

if TYPE_CHECKING:
    from ssl import SSLContext

MASK: Final = "***"
SHORTEST_MASKED: Final = 4
"""What is shorter stands in ordinary words: masking it would make errors unreadable and hide nothing."""
LONGEST_FILE: Final = 65536
NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class BadSetting(NoticeError):
    """A setting cannot be used."""

    code = "PG511"


class BadSettings(BadSetting):
    """Several settings cannot be used; each is a problem of its own."""

    def __init__(self, problems: Iterable[BadSetting]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems[0].why, **self.problems[0].facts)


class Secret:
    """A text that only `reveal` gives away: printed, logged or in a traceback it is a mask.

    No dataclass, for `asdict` would give it away, too.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        """Tell whether another is the same secret."""
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        """Return a hash as equal secrets have it."""
        return hash(self._text)

    def __deepcopy__(self, _: object) -> Secret:
        """Return itself: what holds it may be copied."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied into bytes."""
        raise TypeError("a secret is not pickled")

    def reveal(self) -> str:
        """Return the text itself, for the one place that needs it."""
        return self._text

    def __bool__(self) -> bool:
        """Tell whether there is one."""
        return bool(self._text)

    def __repr__(self) -> str:
        """Return a mask, as `str` and every format do."""
        return f"<secret {MASK}>" if self._text else "<no secret>"


SECRETS: Final = re.compile(
    r"PHASEGATE_(\w+_)?(PASSWORD|SECRET|SECRET_OLD|KEY)|PHASEGATE_WECOM_BOT_\w+|PHASEGATE_WEBHOOK_\w+_URL"
)
"""Settings that hold what is shown nowhere, beside the URL of the database."""
URL_PARTS: Final = re.compile(r"[@:/?#&=\s]+")


def secrets_of(given: Mapping[str, str], url: str = "") -> tuple[Secret, ...]:
    """Return everything in settings, and in the URL of a database, that may be shown nowhere."""
    names = {name.removesuffix("_FILE") for name in given if name.startswith("PHASEGATE_")}
    wholes = [quiet_secret(given, name).reveal() for name in names if SECRETS.fullmatch(name)]
    urls = (url, quiet_secret(given, "PHASEGATE_DB").reveal())
    wholes += [password for each in urls for password in passwords_in(each)]
    # A key may stand in a line with others; of a password that was not escaped a driver names a part.
    texts = {*wholes, *(part for whole in wholes for part in URL_PARTS.split(whole))}
    return tuple(Secret(text) for text in texts if len(text) >= SHORTEST_MASKED)


def passwords_in(url: str) -> list[str]:
    """Return what may be a password in the URL of a database, also where somebody forgot to escape its `@`."""
    rest = url.partition("://")[2]
    asked = [part.partition("=") for part in rest.partition("?")[2].split("&")]
    named = [value for key, _, value in asked if "password" in key.lower()]
    return [rest.rpartition("@")[0].partition(":")[2], *named]


def quiet_secret(given: Mapping[str, str], name: str) -> Secret:
    """Return the secret of a setting, none where it cannot be read."""
    with suppress(BadSetting):
        return secret(given, name)
    return Secret()


def secret(given: Mapping[str, str], name: str) -> Secret:
    """Return the secret of a setting, or of the file that NAME_FILE names; BadSetting never tells it."""
    text, file = given.get(name) or "", given.get(f"{name}_FILE") or ""
    if text and file:
        raise BadSetting("given_twice", name=name, found=f"{name}_FILE")
    text = _read(f"{name}_FILE", file) if file else text
    if not text.isprintable():
        raise BadSetting("line_break", name=name, found=MASK)
    if 0 < len(text) < SHORTEST_MASKED:
        raise BadSetting("short_secret", name=name, least=SHORTEST_MASKED)
    return Secret(text)


def _read(name: str, file: str) -> str:
    try:
        if not S_ISREG(Path(file).stat().st_mode):
            # A pipe would be waited for without an end, and read empty the second time.
            raise ValueError
        with Path(file).open("rb") as opened:
            text = opened.read(LONGEST_FILE).decode().rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise BadSetting("file_unread", name=name, error=type(error).__name__, found=file) from None
    if not text:
        raise BadSetting("file_empty", name=name, found=file)
    return text


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return a text without the secrets, as they are or as they stand in addresses and headers."""
    for one in sorted({form for each in secrets for form in _forms(each.reveal())}, key=len, reverse=True):
        text = text.replace(one, MASK)
    return text


def _forms(text: str) -> set[str]:
    if len(text) < SHORTEST_MASKED:
        return set()
    as_json = json.dumps(text, ensure_ascii=False)[1:-1]
    encoded = {quote(text), quote(text, safe=""), quote_plus(text), b64encode(text.encode()).decode()}
    decoded = {one for one in (unquote(text),) if len(one) >= SHORTEST_MASKED}
    return {text, as_json, repr(text)[1:-1]} | encoded | decoded


def number(given: Mapping[str, str], name: str, default: float, most: float, *, whole: bool = False) -> float:
    """Return a setting that is a number above nought and up to `most`, in ASCII digits."""
    text = given.get(name) or str(default)
    found = float(text) if NUMBER.fullmatch(text) else 0.0
    if not 0 < found <= most or (whole and not found.is_integer()):
        raise BadSetting("not_in_range", name=name, most=f"{most:g}", found=text)
    return found


def trusted(given: Mapping[str, str], name: str) -> SSLContext:
    """Return whom to trust: the authorities of the file that a setting names, else those of the system."""
    import ssl

    file = given.get(name) or ""
    try:
        return ssl.create_default_context(cafile=file or None)
    except (OSError, ValueError) as error:
        raise BadSetting("no_ca", name=name, error=type(error).__name__, found=file) from None


def every(*reads: Callable[[], object]) -> Iterator[BadSetting]:
    """Read settings one after the other and yield what is wrong with each."""
    for read in reads:
        try:
            read()
        except BadSetting as error:
            yield error
