"""Options of a run, each a field of a record with its default."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def options_from(args: list[str], default: T, about: str | None) -> T:
    """Return the options of a command line; what is not given stays as it is in `default`."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=about)
    for name, value in vars(default).items():
        word = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            parser.add_argument(word, action="store_true", default=value)
        else:
            parser.add_argument(word, type=type(value), default=value, help=f"default {value}")
    return replace(default, **vars(parser.parse_args(args)))
