"""What was typed is text: nothing in it moves the cursor, ends a line, turns the direction, or is no character."""

from __future__ import annotations

import click

from engine import texts

PATHS = frozenset({"FILE", "FILE…", "DIR", "FOLDER", "PATH", "NAME|FILE", "KEY|WORKFLOW"})
"""What is written for a word that may name a file: its bytes are what they are."""
FILES = frozenset({"file", "files", "out", "workflow", "form_out"})


def is_path(param: click.Parameter) -> bool:
    """Tell whether what is written for a parameter may name a file."""
    return param.metavar in PATHS or param.name in FILES


def require_texts(name: str, value: object) -> None:
    """Refuse a text, or several, in which a character stands that moves, ends, turns, or is none."""
    for text in value if isinstance(value, tuple | list) else (value,):
        if isinstance(text, str) and (char := texts.odd(text, lines=True)):
            from engine.errors import BadInput

            case = "no_utf8" if char.startswith("0x") else "no_character"
            raise BadInput(case, name=name, char=char, found=text)
