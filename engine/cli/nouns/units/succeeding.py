"""`phasegate units rename|merge|start`: units that change while a campaign runs."""

from __future__ import annotations

from typing import Any

from engine.cli.shell.acts import How, done, tell
from engine.cli.shell.context import Context, pass_context
from engine.cli.shell.verbs import Noun

GOES_ON = "{unit} from {from}: goes on with {count} open assignments"
STARTS = "{unit} starts on {from}; {count} open tasks issued to it"


def change_units(units: Noun) -> None:
    """Have the verbs that change units tell with how many tasks they go on."""
    for action, line in (("rename_unit", GOES_ON), ("merge_units", GOES_ON), ("start_unit", STARTS)):
        units.does(action)(_changed(action, line))


def _changed(action: str, line: str) -> Any:
    @pass_context
    def changed(ctx: Context, key: str, given: dict[str, Any], how: How) -> None:
        told = done(ctx, action, key, given, how)
        tell(ctx, told, line.format(**told, count=len(told["tasks"])), how)

    return changed
