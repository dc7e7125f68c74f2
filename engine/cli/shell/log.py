"""How `phasegate serve` logs: lines for a person, or one JSON object a line, through the standard logging."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from engine.cli.shell.output import plain
from engine.texts import in_line
from engine.tokens import masked
from notifications.settings import masked as hide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.serving import Say, ServingEvent
    from notifications.settings import Secret

NAME = "phasegate"


class Text(logging.Formatter):
    """A line for a person; under an error that nobody expected its traceback, without a token or a secret."""

    def __init__(self, hidden: Iterable[Secret] = ()) -> None:
        super().__init__("%(message)s")
        self._hidden = tuple(hidden)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return hide(super().format(record), self._hidden)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return what is said of an event, in one line whatever somebody typed into it (SEMANTICS H10)."""
        return in_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return the traceback of an error."""
        return masked(super().formatException(ei))


class Json(Text):
    """One JSON object a line; what libraries log becomes an event `log`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: ServingEvent | None = getattr(record, "told", None)
        head = {"time": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        if told is None:
            rest: dict[str, object] = {"event": "log", "logger": record.name, "message": record.getMessage()}
        else:
            rest = {"worker": told.worker, "event": told.event, **told.facts, "message": told.line}
            rest |= {"code": told.code} if told.code else {}
        if record.exc_info:
            rest["traceback"] = self.formatException(record.exc_info)
        return hide(json.dumps(head | rest, ensure_ascii=False, default=plain), self._hidden)


def logger(form: str, hidden: Iterable[Secret] = ()) -> Say:
    """Have everything logged on stderr in a form, without what is `hidden`; return what logs a worker's events."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(hidden) if form == "json" else Text(hidden))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    own = logging.getLogger(NAME)
    own.setLevel(logging.INFO)

    def say(told: ServingEvent) -> None:
        level = logging.ERROR if told.code else logging.INFO
        own.log(level, "%s", told.line, exc_info=told.error, extra={"told": told})

    return say
