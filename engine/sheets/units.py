"""Units from a sheet: a row for each, with its kind, relation, work contacts and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from engine.errors import BadInput
from engine.names import alike, apart, found, is_group, is_name, parted, printed, spelled
from engine.reader.nodes import parse
from engine.reader.problems import Problems
from engine.records import record, replace
from engine.sheets.book import Book, Sheet
from engine.sheets.cells import cell_of, plain
from engine.sheets.headings import UNITS
from engine.sheets.problems import SheetProblems
from engine.sheets.table import SheetTable, TableRow, left_out, only, tables
from notifications.recipients import ADDRESS, EXAMPLES

UNIT = "单位"
CONTACTS: Mapping[str, str] = {
    "联络员邮箱": "liaison",
    "分管邮箱": "deputy",
    "主要负责邮箱": "head",
    "领导小组邮箱": "group",
}
RELATIONS: Mapping[str, str] = {
    "下级": "subordinate",
    "平级": "peer",
    "垂管": "vertical",
    "上级": "superior",
}
COLUMNS = (UNIT, "主送称谓", "类别", "关系", "代码", *CONTACTS, "组", "启用日期", "停用日期")
LONGEST_NAME = 200
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NO_NAME = re.compile(r"[:。!?=<>|/\\]")
_ENDS = "局|委|办|部|镇|乡|街道|院|会|中心|公司|所|队|站|厅|处|校"
_TWO_NAMES = re.compile(rf"\S({_ENDS}) \S+({_ENDS})$")


class _Dumper(yaml.SafeDumper):
    """Writes every value out; the reader knows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dumped(data: Mapping[str, Any]) -> str:
    """Return data as YAML that the reader takes, in the order given."""
    text: str = yaml.dump(dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text


def loaded(text: str, name: str = "units.yaml") -> dict[str, Any]:
    """Return the keys of a file as plain data in which everything is text; BadInput where it is no sound YAML."""
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        raise BadInput("yaml_unsound", found=name) from None
    # PyYAML keeps the last of two keys without a word.
    parse(text, name, problems := Problems())
    if problems.found or not isinstance(found, dict | None):
        raise BadInput("yaml_unsound", found=name)
    return found or {}


def units_file(bundle: Mapping[str, str], name: str) -> str:
    """Return which file of a workflow lists its units; BadInput where they stand in workflow.yaml itself."""
    named = loaded(bundle["workflow.yaml"], "workflow.yaml").get("units")
    if isinstance(named, str) and named in bundle:
        return named
    raise BadInput("units_inline", found=name)


@record
class UnitsRead:
    """The text of units.yaml that a sheet means, and what it leaves out: of the sheet, and of the former units."""

    text: str
    left: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def units_text(book: Book, former: str = "", *, adding: bool = False) -> UnitsRead:
    """Return the units.yaml that a sheet means; BadSheet with every mistake at its cell.

    What the sheet has no column for is kept from the former text: codes, days, other groups; with `adding` the
    units that it does not name stay, too.
    """
    problems = SheetProblems(book.file)
    found = tables(book, [UNIT], UNITS, problems)
    only(found, [UNIT], problems, book)
    before = loaded(former)
    if not all(map(_is_named, (*_listed(before, "units"), *_listed(before, "groups")))):
        raise BadInput("yaml_unsound", found="units.yaml")
    told = directory(found, problems, before)
    problems.settle()
    told = _joined(before, told) if adding else told
    return replace(units_instead(dumped(told), former), left=(*left_out(book, found), *_comments(former)))


def units_instead(text: str, former: str) -> UnitsRead:
    """Return the text of units.yaml that is written instead of a former one, with the units that it lists no more."""
    before, now = (_listed(loaded(each), "units") for each in (former, text))
    named = [unit.get("name") for unit in now if isinstance(unit, dict)]
    gone = (unit["name"] for unit in before if _is_named(unit) and unit["name"] not in named)
    return UnitsRead(text=text, gone=tuple(gone))


def _comments(former: str) -> list[str]:
    """Tell of the remarks in a former text, which are not written again."""
    lines = [line for line in former.splitlines() if line.lstrip().startswith("#")]
    return [f"{len(lines)} remarks (#) of the former file"] if lines else []


def one_unit(cells: Mapping[str, str]) -> Book:
    """Return the sheet of one unit, as a clerk would write it: its headings and its row."""
    rows = (tuple(map(cell_of, cells)), tuple(map(cell_of, cells.values())))
    return Book(file=cells[UNIT], sheets=(Sheet(name="", rows=rows),))


def _joined(before: Mapping[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Return the former units with those of a sheet put in their places or after them, and into their groups."""
    units = {unit["name"]: unit for unit in (*_listed(before, "units"), *told["units"])}
    groups = {group["name"]: group for group in (*_listed(before, "groups"), *told.get("groups", ()))}
    for group in _listed(before, "groups"):
        old, new = _included(group), _included(groups[group["name"]])
        groups[group["name"]] = group | {"include": list(dict.fromkeys((*old, *new)))} if old or new else group
    return _directory(told, list(units.values()), list(groups.values()))


def _included(group: Mapping[str, Any]) -> list[str]:
    told = group.get("include") or []
    return told if isinstance(told, list) else [told]


def _listed(before: Mapping[str, Any], key: str) -> list[Any]:
    told = before.get(key) or []
    return told if isinstance(told, list) else [told]


def _is_named(each: object) -> bool:
    """Tell whether something is a unit or a group as the reader takes it, as far as it is kept here."""
    if not isinstance(each, dict) or not isinstance(each.get("name"), str):
        return False
    return isinstance(each.get("contacts") or {}, dict)


def directory(found: list[SheetTable], problems: SheetProblems, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of units.yaml that tables of units mean."""
    rows = [row for table in found for row in table.rows()]
    units, members = _read(rows, {unit["name"]: unit for unit in before.get("units") or []}, problems)
    for row in rows:
        _mind_names(row, units, problems)
    if found and not units and not problems.found:
        row = TableRow(found[0], found[0].top)
        row.wrong(problems, "PS401", UNIT, "the sheet names no unit", "", "write a unit in each row")
    return _directory(before, list(units.values()), _groups(members, before.get("groups") or []))


def _directory(
    before: Mapping[str, Any], units: list[dict[str, Any]], groups: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what units.yaml says: of anything but units and groups what it said before."""
    rest = {key: value for key, value in before.items() if key not in ("units", "groups")}
    return rest | {"units": units} | ({"groups": groups} if groups else {})


def _read(
    rows: Iterable[TableRow], known: Mapping[str, Mapping[str, Any]], problems: SheetProblems
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Return the units of rows by name, and the members of each group that they name."""
    units: dict[str, dict[str, Any]] = {}
    members: dict[str, list[str]] = {}
    for row in rows:
        if name := _name(row, units, problems):
            name = found(name, known) or name
            units[name] = _unit(row, name, known.get(name, {}), problems)
            for group in names_in(row.words("组", problems, naming=True)):
                members.setdefault(group, []).append(name)
                if group == name:
                    _clash(row, group, problems)
    return units, members


def _mind_names(row: TableRow, units: Mapping[str, Any], problems: SheetProblems) -> None:
    """Tell of the groups of a row that bear the name of another row's unit."""
    for group in names_in(row.text("组")):
        if group in units and group != _written(row):
            _clash(row, group, problems)


def _groups(members: Mapping[str, list[str]], before: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups that the sheet names, and after them those of before that it does not name."""
    made = [{"name": name, "include": names} for name, names in members.items()]
    return [*made, *(group for group in before if group["name"] not in members)]


def _written(row: TableRow) -> str:
    return printed(row.text(UNIT))


def names_in(text: str) -> list[str]:
    """Return the names in a cell, as `engine.names` parts them."""
    return parted(text)


def require_name(row: TableRow, column: str, name: str, problems: SheetProblems) -> None:
    """Note a text that is no name of one unit: with a colon, an end of a sentence, or two names in it."""
    if is_name(name) and (len(apart(name)) > 1 or _NO_NAME.search(plain(name)) or _TWO_NAMES.search(name)):
        cure = "write names only, parted by 、"
        row.wrong(problems, "PS312", column, "this is no name of one unit", name, cure)


def _clash(row: TableRow, group: str, problems: SheetProblems) -> None:
    row.wrong(problems, "PS405", "组", "this is the name of a unit, too", group, "give the group another name")


def _name(row: TableRow, units: Mapping[str, Any], problems: SheetProblems) -> str:
    name = _written(row)
    if name and not row.words(UNIT, problems, naming=True):
        return ""
    require_name(row, UNIT, name, problems)
    if not name:
        if any(row.text(column) for column in COLUMNS):
            row.wrong(problems, "PS401", UNIT, "the unit has no name", "", "write its name as the plan prints it")
    elif name in units:
        row.wrong(problems, "PS402", UNIT, "the unit stands twice", name, "keep one row of it")
        return ""
    elif other := alike(name, units):
        shown = f"{spelled(row.text(UNIT))}, {spelled(other)}"
        row.wrong(problems, "PS406", UNIT, "two names differ only in what cannot be seen", shown, "keep one of them")
        return ""
    elif is_group(name) or not is_name(name):
        cure = "name each unit in a row of its own, and those together under 组"
        row.wrong(problems, "PS407", UNIT, "that is no name of one unit", name, cure)
    elif len(name) > LONGEST_NAME:
        row.wrong(problems, "PS506", UNIT, "the name is too long", name, f"at most {LONGEST_NAME} characters")
    return name


def _unit(row: TableRow, name: str, before: Mapping[str, Any], problems: SheetProblems) -> dict[str, Any]:
    unit: dict[str, Any] = {"name": name, **{key: value for key, value in before.items() if key != "name"}}
    _set(unit, row, "主送称谓", "address_as", row.words("主送称谓", problems))
    _set(unit, row, "类别", "kind", row.words("类别", problems))
    _set(unit, row, "关系", "relation", _relation(row, problems))
    _set(unit, row, "代码", "code", _code(row, problems))
    for column, key in (("启用日期", "from"), ("停用日期", "to")):
        on = row.day(column, problems)
        _set(unit, row, column, key, on.isoformat() if on else "")
    contacts: dict[str, Any] = dict(unit.get("contacts") or {})
    for column, level in CONTACTS.items():
        _set(contacts, row, column, level, _address(row, column, problems))
    unit.pop("contacts", None)
    return unit | ({"contacts": contacts} if contacts else {})


def _set(told: dict[str, Any], row: TableRow, column: str, key: str, value: str) -> None:
    """Put a value under a key where the sheet has the column; an empty cell takes it out."""
    if row.table.has(column):
        told.pop(key, None)
        if value:
            told[key] = value


def _relation(row: TableRow, problems: SheetProblems) -> str:
    text = plain(row.words("关系", problems))
    if not text or text in RELATIONS.values():
        return text
    if text not in RELATIONS:
        row.wrong(
            problems, "PS403", "关系", "the relation is not known", text, f"write one of {'、'.join(RELATIONS)}"
        )
    return RELATIONS.get(text, "")


def _code(row: TableRow, problems: SheetProblems) -> str:
    text = plain(row.words("代码", problems))
    if text and not _CODE.fullmatch(text):
        row.wrong(problems, "PS401", "代码", "that is no code", text, "lower-case letters, digits and -, as finance")
    return text


def _address(row: TableRow, column: str, problems: SheetProblems) -> str:
    text = plain(row.words(column, problems))
    if text and not ADDRESS.fullmatch(text):
        cure = f"write the unit's one work address, as {EXAMPLES}"
        row.wrong(problems, "PS404", column, f"{column} is not a work address", text, cure)
    return text
