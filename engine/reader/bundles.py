"""The texts of a workflow: from a folder, a single file, or those that are shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.errors import BadInput, BadWorkflow, Problem, UnknownName, os_word
from engine.history import canonical, digest
from engine.reader.nodes import LARGEST
from engine.texts import in_line, odd

MAIN = "workflow.yaml"
TEMPLATES = "templates"
SETTINGS = "settings.yaml"
"""What is filled in for the parameters of a workflow; it travels with its texts."""


def bundle_of(path: Path | str) -> Mapping[str, str]:
    """Return the texts of the workflow at `path`, a folder or a single YAML file."""
    try:
        return _texts(str(path), _sources(Path(path)))
    except OSError as error:
        raise BadInput("workflow_unread", why=os_word(error), found=path) from None


def shipped() -> list[str]:
    """Return the names of the workflows that are shipped."""
    return sorted(folder.name for folder in files("workflows").iterdir() if _is_workflow(folder))


def shipped_bundle(name: str) -> Mapping[str, str]:
    """Return the texts of the shipped workflow `name`; UnknownName if there is none."""
    if name not in shipped():
        raise UnknownName("workflow", name, shipped())
    return _texts(name, dict(_files(files("workflows") / name)))


def bundle_named(word: str) -> Mapping[str, str]:
    """Return the texts of the shipped workflow `word`, or of the file or folder it names.

    A folder that bears the name of a shipped workflow is written with its path: ./shizhu.
    """
    if word not in shipped() and is_path(word):
        return bundle_of(word)
    return shipped_bundle(word)


def is_path(word: str) -> bool:
    """Tell whether a word can only be meant as a file or folder."""
    return "/" in word or "\\" in word or word.endswith((".yaml", ".yml")) or Path(word).exists()


def sha_of(bundle: Mapping[str, str]) -> str:
    """Return the sha256 of the canonical JSON of `bundle`, in hexadecimal."""
    return digest(canonical(bundle))


def label(name: str, file: str) -> str:
    """Return how problems call `file` of the workflow `name`."""
    if file == MAIN and name.endswith((".yaml", ".yml")):
        return name
    return f"{name.rstrip('/')}/{file}"


def _sources(root: Path) -> Mapping[str, Traversable]:
    if root.is_file():
        return {MAIN: root}
    if not (root / MAIN).is_file():
        raise BadInput("no_workflow", main=MAIN, found=root)
    return dict(_files(root))


def _is_workflow(folder: Traversable) -> bool:
    return folder.is_dir() and (folder / MAIN).is_file()


def _files(root: Traversable) -> Iterator[tuple[str, Traversable]]:
    for file in sorted(root.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml") and file.is_file():
            yield file.name, file
    folder = root / TEMPLATES
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda each: each.name):
            if file.name.endswith(".j2") and file.is_file():
                yield f"{TEMPLATES}/{file.name}", file


def _texts(name: str, found: Mapping[str, Traversable]) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file, source in found.items():
        if char := odd(file):
            cure = "name the file in letters, digits or Chinese characters"
            place = label(name, in_line(file))
            problems.append(Problem(place, 1, 1, "PW101", "the name of the file is no text", f"found {char}", cure))
            continue
        data = _bytes(source)
        try:
            texts[file] = data.decode("utf-8")
        except UnicodeDecodeError as error:
            problems.append(_undecodable(data, error, label(name, file)))
    if problems:
        raise BadWorkflow(name, problems)
    return texts


def _bytes(source: Traversable) -> bytes:
    with source.open("rb") as stream:
        data = stream.read(LARGEST + 4)
    return data if len(data) <= LARGEST else data.decode("utf-8", "ignore").encode()


def _undecodable(data: bytes, error: UnicodeDecodeError, file: str) -> Problem:
    before = data[: error.start]
    line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
    found = f"found byte 0x{data[error.start]:02x}"
    what, cure = "the file is not UTF-8 text", "save it as UTF-8 (not GBK)"
    return Problem(file, line, column, "PW101", what, found, cure)
