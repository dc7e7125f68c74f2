"""The parts of a workbook looked at before a library parses them: how many, how large, what kind of file."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import PurePath
from xml.parsers import expat

from openpyxl.utils.cell import range_boundaries

from engine.sheets.problems import refused

LARGEST_UNPACKED = 48 << 20
MOST_PARTS = 2000
MOST_ELEMENTS = 600_000
MOST_MERGED = 200_000
SAVE_ANEW = "save it as an Excel workbook (.xlsx) or as CSV"
_STRICT = "http://purl.oclc.org/ooxml/"
_PLAIN_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|(docProps|docMetadata|customXml|customStorage)/.+|xl/_rels/workbook\.xml\.rels|xl/(theme|printerSettings|persons)/.+"
    r"|xl/(workbook|styles|sharedStrings|calcChain)\.xml|xl/worksheets/(_rels/)?[^/]+",
    re.IGNORECASE,
)
_KINDS = (
    ("vbaProject", "宏"),
    ("chart", "图表"),
    ("pivot", "数据透视表"),
    ("comment", "批注"),
    ("media/", "图片"),
    ("drawing", "图形"),
    ("tables/", "表格"),
    ("externalLinks/", "外部链接"),
)
_OTHERS = (
    ("xl/workbook.bin", "an .xlsb workbook"),
    ("content.xml", "an OpenDocument file"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
)


def parts_of(data: bytes, file: str) -> tuple[str, ...]:
    """Return the names of a workbook's parts; BadSheet where they are too many, too large, or of another kind."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        found = parts.infolist()
        names = tuple(part.filename for part in found)
        _require_open(found, file)
        _require_small(found, file)
        _require_workbook(names, file)
        for part in found:
            with parts.open(part) as text:
                _Scan(file, part.filename).read(text.read(LARGEST_UNPACKED + 1))
    return names


def foreign_parts(names: tuple[str, ...]) -> list[str]:
    """Return what parts hold that a written table does not: charts, macros, pictures, comments."""
    alien = (name for name in names if not _PLAIN_PARTS.fullmatch(name) and not name.endswith("/"))
    return list(dict.fromkeys(_kind(name) for name in alien))


def lost_under(data: bytes, path: str) -> list[str]:
    """Return what of a workbook at a path would be lost under other bytes: foreign parts, further sheets."""
    former, new = _names(path), _names(io.BytesIO(data))
    if "xl/workbook.xml" not in former:
        return []
    more = len(_sheets(former)) - len(_sheets(new))
    return [*foreign_parts(former), *([f"{more} 张工作表"] if more > 0 else [])]


def _names(file: str | io.BytesIO) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(file) as parts:
            return tuple(parts.namelist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return ()


def _sheets(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name, re.IGNORECASE)]


def _kind(name: str) -> str:
    return next((said for part, said in _KINDS if part.lower() in name.lower()), name)


def _require_open(found: list[zipfile.ZipInfo], file: str) -> None:
    if any(part.flag_bits & 1 for part in found):
        what = "the file is protected by a password"
        raise refused(file, "PS102", what, PurePath(file).name, f"take it off and {SAVE_ANEW}")


def _require_small(found: list[zipfile.ZipInfo], file: str) -> None:
    unpacked = sum(part.file_size for part in found)
    if unpacked > LARGEST_UNPACKED or len(found) > MOST_PARTS:
        size = f"{unpacked >> 20} MiB in {len(found)} parts"
        raise refused(file, "PS103", "the file is too large when unpacked", size, "take out what is not the table")


def _require_workbook(names: tuple[str, ...], file: str) -> None:
    for name, said in _OTHERS:
        if name in names:
            raise refused(file, "PS101", "the file is no .xlsx workbook", said, SAVE_ANEW)


class _Scan:
    """Reads one part as the library's own parser will, whatever its name and encoding, and counts."""

    def __init__(self, file: str, name: str) -> None:
        self._file, self._name = file, name
        self._counted: Counter[str] = Counter()
        self._merged = 0

    def read(self, text: bytes) -> None:
        """Refuse a part that has a DOCTYPE or too much in it; what is no XML nobody parses."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, LookupError, UnicodeError):
            return

    def _doctype(self, *_: object) -> None:
        what = "the file is no workbook of an office program"
        raise refused(self._file, "PS101", what, f"a DOCTYPE in {self._name}", SAVE_ANEW)

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._counted[local] += 1
        if self._counted[local] > MOST_ELEMENTS:
            size = f"over {MOST_ELEMENTS} cells or rows in {self._name}"
            cure = "delete the empty rows and columns at its end"
            raise refused(self._file, "PS103", "the sheet is too large", size, cure)
        if local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif local in ("workbook", "worksheet") and any(_STRICT in value for value in attributes.values()):
            cure = "save it as 'Excel 工作簿 (*.xlsx)', not as 'Strict Open XML 电子表格'"
            raise refused(self._file, "PS108", "the workbook is a Strict Open XML one", "", cure)

    def _merge(self, ref: str) -> None:
        try:
            left, top, right, bottom = (int(edge or 1) for edge in range_boundaries(ref))
        except ValueError:
            return
        self._merged += (right - left + 1) * (bottom - top + 1)
        if self._merged > MOST_MERGED:
            size = f"{self._merged} cells"
            raise refused(self._file, "PS103", "too many cells are merged", size, "take the merging off")
