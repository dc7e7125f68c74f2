"""How an error is told: one line with its code on stderr (each problem of a workflow on its own)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

import click

from engine import texts, words
from engine.cli.shell.exits import INTERRUPTED
from engine.cli.shell.names import UnknownCommand, near_option
from engine.errors import NO_ROOM, BadSheet, BadWorkflow, PhasegateError, os_word
from engine.texts import in_line
from notifications.notice import NoticeError
from notifications.settings import BadSettings, Secret, masked

BAD_INPUT = 2
DEBUG = "PHASEGATE_DEBUG"
USAGE_CODES: dict[type[click.ClickException], str] = {
    UnknownCommand: "PG210",
    click.NoSuchOption: "PG211",
    click.MissingParameter: "PG212",
    click.BadParameter: "PG213",
    click.FileError: "PG215",
    click.UsageError: "PG214",
}


def told(error: Exception, lang: str = words.ENGLISH, hidden: Iterable[Secret] = ()) -> int:
    """Print what went wrong on stderr, without what is `hidden`, and return the exit code."""
    if isinstance(error, click.Abort):
        return INTERRUPTED
    for line in _lines(error, lang):
        print(in_line(masked(line, hidden)), file=sys.stderr)
    if os.environ.get(DEBUG):
        import traceback

        print(masked("".join(traceback.format_exception(error)), hidden), end="", file=sys.stderr)
    return error.exit_code if isinstance(error, PhasegateError | NoticeError) else BAD_INPUT


def is_foreseen(error: Exception) -> bool:
    """Tell whether an error says by itself what is wrong: one of ours, of the command line, or of the system."""
    from click.exceptions import Exit

    return isinstance(error, PhasegateError | NoticeError | click.ClickException | click.Abort | Exit | OSError)


def _lines(error: Exception, lang: str) -> Iterator[str]:
    if isinstance(error, BadWorkflow | BadSheet):
        yield from map(str, error.problems)
    elif isinstance(error, BadSettings):
        yield from (words.line(each.key, each.facts, lang) for each in error.problems)
    elif isinstance(error, PhasegateError | NoticeError):
        yield words.line(error.key, error.facts, lang)
    elif isinstance(error, click.exceptions.NoArgsIsHelpError):
        yield error.format_message()
    elif isinstance(error, click.ClickException):
        yield " ".join(_usage(error, lang).split("\n"))
    elif isinstance(error, OSError):
        yield _of_the_system(error, lang)
    elif isinstance(error, UnicodeEncodeError) and texts.has_halves(error.object):
        yield words.line("PG218", {"char": texts.told(error.object[error.start])}, lang)
    else:
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        yield words.line("PG999", {"what": " ".join(what.split("\n")), "debug": DEBUG}, lang)


def _of_the_system(error: OSError, lang: str) -> str:
    if error.errno in NO_ROOM:
        return words.line("PG216", {"why": os.strerror(error.errno)}, lang)
    where = "-" if error.filename is None else os.fsdecode(error.filename)
    return words.line("PG217", {"why": os_word(error), "where": where}, lang)


def _usage(error: click.ClickException, lang: str) -> str:
    code = next((code for kind, code in USAGE_CODES.items() if isinstance(error, kind)), "PG214")
    said = error.format_message().rstrip(".")
    if isinstance(error, click.NoSuchOption):
        said = f"there is no option {error.option_name}{near_option(error)}"
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "phasegate"
    return words.line(code, {"said": f"{said[:1].lower()}{said[1:]}", "where": where}, lang)
