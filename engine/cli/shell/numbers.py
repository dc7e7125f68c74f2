"""Numbers as they are typed at the command line: in plain digits, and nothing that is no number."""

from __future__ import annotations

import re
from typing import Any

import click


class Seconds(click.FloatRange):
    """A span in seconds: digits, and a point where need be; not `nan`, `1e3` or digits of other scripts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the span; BadParameter for anything else."""
        if isinstance(value, str) and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return super().convert(value, param, ctx)
