"""`phasegate completion`: the script that lets a shell complete our commands."""

from __future__ import annotations

import click

from engine.cli.main import COMPLETE, PROGRAM
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.output import emit
from engine.cli.shell.verbs import Verb

SHELLS = ("bash", "zsh", "fish")


@click.command(
    cls=Verb,
    example=(
        "phasegate completion bash > ~/.local/share/bash-completion/completions/phasegate",
        "phasegate completion zsh > ~/.zfunc/_phasegate",
        "phasegate completion fish > ~/.config/fish/completions/phasegate.fish",
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@pass_context
def completion(ctx: Context, shell: str) -> None:
    """Print the completion script of a shell: bash (4.4 or later), zsh or fish.

    Write it where the shell looks for completions, as in the example, and open a new shell. For
    zsh, ~/.zfunc must be in fpath before compinit runs.
    """
    from click.shell_completion import get_completion_class

    from engine.cli.root import root

    made = get_completion_class(shell)
    assert made is not None
    script = made(root, {}, PROGRAM, COMPLETE)
    source = made.source_template % script.source_vars()
    emit(ctx, {"shell": shell, "script": source}, source.strip())
