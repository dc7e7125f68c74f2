"""The entry of `phasegate`: whatever happens inside, it ends with a code and one clear line."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from engine.cli.shell.exits import INTERRUPTED, PIPE_CLOSED

if TYPE_CHECKING:
    from click import Context

PROGRAM = "phasegate"
COMPLETE = "_PHASEGATE_COMPLETE"


def run() -> None:
    """Run the command line of this process and end with its exit code."""
    # Records hold no cycles, and a long command holds many of them: looking less often saves it a tenth.
    gc.set_threshold(50_000, 20, 20)
    _end_in_order()
    sys.exit(main(sys.argv[1:]))


def _end_in_order() -> None:
    """Have SIGTERM, and a terminal that goes away, end a command as Ctrl-C does: nothing is left half done."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupted)


def _interrupted(number: int, frame: object) -> None:
    # Told twice, it would not clear away what the first has it clear away.
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; no error escapes."""
    _open_streams()
    try:
        return _answered(list(args))
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError:
        # Nobody reads what is printed, or not even what is said of that.
        _drop_output(sys.stdout, sys.stderr)
        return PIPE_CLOSED


def _answered(args: list[str]) -> int:
    try:
        code = _done(args)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except Exception as error:
        from engine.cli.shell.faults import told

        return told(error)
    return code


def _open_streams() -> None:
    """Open to nowhere what was closed before the program began, or a file that it opens would take that place."""
    sys.stdin = sys.stdin or _to_nowhere(0)
    sys.stdout = sys.stdout or _to_nowhere(1)
    sys.stderr = sys.stderr or _to_nowhere(2)


def _to_nowhere(number: int) -> TextIO:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
    return os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False)


def _done(args: list[str]) -> int:
    from click.exceptions import Exit

    from engine.cli.root import root
    from engine.cli.shell.context import Context

    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    if COMPLETE in os.environ:
        root.main(args, prog_name=PROGRAM, complete_var=COMPLETE)
    context = Context()
    try:
        with root.make_context(PROGRAM, args, obj=context) as ctx:
            _invoked(ctx)
    except Exit as end:
        return end.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        from engine.cli.shell.faults import told

        return told(error, context.lang, context.hidden())
    return 0


def _invoked(ctx: Context) -> None:
    """Run the command; behind an error that nobody foresaw there may be a damaged database, which is open still."""
    try:
        ctx.command.invoke(ctx)
    except Exception as error:
        from engine.cli.shell.faults import is_foreseen
        from engine.service.audit.soundness import damage_behind

        wired = None if is_foreseen(error) else ctx.obj.opened
        damage = wired and damage_behind(wired.desk, error, replays=True)
        if not damage:
            raise
        raise damage from error


def _drop_output(*streams: TextIO) -> None:
    """Point what is printed to nowhere, so that the interpreter's own flush finds no closed pipe and no full disk."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    run()
