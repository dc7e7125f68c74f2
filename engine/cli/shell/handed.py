"""What is handed in on the command line: numbers, files by their hash, vouchers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from engine.cli.shell.sources import opened
from engine.errors import BadInput, os_word
from engine.names import key
from engine.texts import has_halves, odd

PART = 1 << 20


def numbers(stated: Sequence[str]) -> dict[str, str]:
    """Return the numbers written as NAME=VALUE; BadInput for one that is not, or is named twice."""
    found: dict[str, str] = {}
    for word in stated:
        name, equals, value = word.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise BadInput("number_unnamed", found=word)
        if key(name) in map(key, found):
            raise BadInput("number_twice", found=word)
        found[name.strip()] = value.strip()
    return found


def file(path: str) -> dict[str, Any]:
    """Return a file by its name, its SHA-256 and its size in bytes; the file itself stays where it is."""
    digest, size = sha256(), 0
    try:
        with opened(path) as stream:
            while part := stream.read(PART):
                digest.update(part)
                size += len(part)
    except (OSError, ValueError) as error:
        raise BadInput("file_not_there", why=os_word(error), found=path) from None
    return {"name": name_of(path), "sha256": digest.hexdigest(), "size": size}


def name_of(path: str) -> str:
    """Return the name of a file as text; one whose bytes are no UTF-8 is told as GB18030 reads it, and by its bytes.

    A name that holds what no text may is told by its bytes alone.
    """
    name = Path(path).name
    if not odd(name):
        return name
    data = os.fsencode(name)
    try:
        read = "" if not has_halves(name) else data.decode("gb18030")
    except UnicodeDecodeError:
        read = ""
    told = quote_from_bytes(data)
    return f"{read} ({told})" if read and not odd(read) else told


def voucher(path: str, note: str) -> dict[str, Any]:
    """Return the voucher of an act that is recorded for somebody: a file, a note, or both (D8)."""
    found: dict[str, Any] = file(path) if path else {}
    return found | ({"text": note.strip()} if note.strip() else {})
