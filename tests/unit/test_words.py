"""What people read is worded by code, in Chinese and in English, and both languages say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from engine import words
from engine.errors import UnknownName
from engine.service.kernel.action import refuse
from engine.service.kernel.params import params_of
from engine.service.kernel.registry import ACTIONS
from engine.words.sentence import PLACE

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "notifications")
RAISED = {"refuse": "PG100", "Refused": "PG100", "coded": "reason"}
"""Calls whose first text is the case of a code."""
SENTENCES = re.compile(r"(P[GS][0-9]{3}(\.|$)|reason\.)")
HINTED = ("near", "known")
"""The cases in which a name that is not known is told, see `UnknownName`."""
HEADS = re.compile(r"(heads|columns|[A-Z_]*HEADS|WAYS|ATTEMPTS)$")


@cache
def trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text("utf-8")) for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@cache
def nodes(kind: type[ast.AST]) -> tuple[ast.AST, ...]:
    return tuple(node for tree in trees() for node in ast.walk(tree) if isinstance(node, kind))


def texts(node: ast.AST) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


@cache
def codes() -> dict[str, str]:
    """Return the code of each class of errors by its name."""
    found = {}
    for node in nodes(ast.ClassDef):
        for each in node.body:  # type: ignore[attr-defined]
            target = each.targets[0] if isinstance(each, ast.Assign) else getattr(each, "target", None)
            if isinstance(target, ast.Name) and target.id == "code" and isinstance(each.value, ast.Constant):
                found[node.name] = each.value.value  # type: ignore[attr-defined]
    return {name: code for name, code in found.items() if code not in ("", "PG000", "PG500")}


def raised() -> set[str]:
    """Return the keys of all that is refused, raised or given as a reason, as the source names them."""
    found = set()
    for node in nodes(ast.Call):
        name = getattr(node.func, "id", "")  # type: ignore[attr-defined]
        family = RAISED.get(name) or codes().get(name)
        first = node.args[0] if node.args else None  # type: ignore[attr-defined]
        if family is None or name == "UnknownName" or len(node.args) > 1:  # type: ignore[attr-defined]
            continue
        cases = texts(first) if first is not None and not isinstance(first, ast.JoinedStr) else {""}
        found |= {f"{family}.{case}" if case else family for case in cases if re.fullmatch("[a-z_]*", case)}
    return found - {"reason"}


def _is_row(node: ast.AST) -> bool:
    """Tell whether an expression is the heads of a table: several names side by side."""
    names = [each for each in node.elts if not isinstance(each, ast.Starred)] if isinstance(node, ast.Tuple) else []
    told = [each.value if isinstance(each, ast.Constant) else None for each in names]
    return len(told) > 2 and all(isinstance(word, str) and re.fullmatch("[a-z0-9 ]+", word) for word in told)


def heads() -> set[str]:
    """Return the heads of the columns of all lists."""
    found = set()
    for node in nodes(ast.Call):
        if getattr(node.func, "id", "") == "Table" and node.args and not isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            found |= texts(node.args[0])  # type: ignore[attr-defined]
    for node in nodes(ast.Call):
        if getattr(node.func, "id", "") == "Column":  # type: ignore[attr-defined]
            told = {each.arg: each.value for each in node.keywords}  # type: ignore[attr-defined]
            found |= texts(told.get("head", told["key"])) if "key" in told else set()
    for path in (ROOT / "engine" / "cli").rglob("*.py"):
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.Call | ast.Tuple):
                found |= {text for part in ast.iter_child_nodes(each) if _is_row(part) for text in texts(part)}
            if isinstance(each, ast.Assign) and HEADS.match(getattr(each.targets[0], "id", "")):
                found |= texts(each.value)
    return found - {"head."}


def places(text: str) -> set[str]:
    """Return what a sentence speaks of: its facts, and the parameters and actions that a face names."""
    facts = {name for _, name, _, _ in Formatter().parse(text) if name}
    return facts | {place[0] for place in PLACE.finditer(text)}


def unknown() -> Iterator[tuple[str, set[str]]]:
    """Yield each call that tells of a name that is not known, and the kinds of thing that it may name."""
    for node in nodes(ast.Call):
        if getattr(node.func, "id", "") == "UnknownName":  # type: ignore[attr-defined]
            kind = node.args[0]  # type: ignore[attr-defined]
            composed = isinstance(kind, ast.JoinedStr)
            yield ast.unparse(node), {"(composed)"} if composed else texts(kind)


def choices() -> set[str]:
    """Return as what a choice that an action is given is told where it is none of those known."""
    params = (each for action in ACTIONS.values() for each in params_of(action.params))
    return {each.thing or each.name for each in params if each.kind == "choice" and not each.inner}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_each_thing_of_which_a_name_may_be_unknown_has_a_name_itself(lang: str) -> None:
    named = {kind: call for call, kinds in unknown() for kind in kinds} | dict.fromkeys(choices(), "a parameter")
    assert {kind: call for kind, call in named.items() if f"thing.{kind}" not in words.catalog(lang)} == {}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_compiled_catalog_says_what_its_source_says(lang: str) -> None:
    with (words.FOLDER / lang / "LC_MESSAGES" / "phasegate.po").open("rb") as file:
        source = {message.id: message.string for message in read_po(file) if message.id}
    assert {key: text for key, text in words.catalog(lang).items() if key} == source
    assert all(source.values())


def test_both_languages_know_the_same_codes_and_their_sentences_speak_of_the_same() -> None:
    english, chinese = (dict(words.catalog(lang)) for lang in (words.ENGLISH, words.CHINESE))
    assert english.keys() == chinese.keys()
    assert [key for key in english if places(english[key]) != places(chinese[key])] == []


def test_whatever_the_engine_refuses_raises_or_gives_as_a_reason_has_its_words() -> None:
    found = raised()
    assert len(found) > 150
    assert sorted(key for key in found if key not in words.catalog(words.CHINESE)) == []


def test_every_class_of_errors_has_toldand_a_docstring_that_is_none_of_them() -> None:
    known = words.catalog(words.ENGLISH)
    assert [name for name, code in codes().items() if not any(key.split(".")[0] == code for key in known)] == []
    classes = [node for node in nodes(ast.ClassDef) if node.name in codes()]  # type: ignore[attr-defined]
    assert [node.name for node in classes if re.search(r"[{}—]", ast.get_docstring(node) or "")] == []  # type: ignore[attr-defined,arg-type]


def test_no_catalog_holds_what_nobody_says() -> None:
    said = {node.value for node in nodes(ast.Constant) if isinstance(node.value, str)}  # type: ignore[attr-defined]
    keys = [key for key in words.catalog(words.ENGLISH) if key]
    sentences = [key for key in keys if SENTENCES.match(key)]
    unused = [key for key in sentences if not (set(key.split(".")) & said if "." in key else key in said)]
    hinted = {f"PG201.{case}{hint}" for case in ("", "owed_by_") for hint in HINTED}
    tails = {key for key in sentences if "." in key and key.split(".", 1)[1] not in said} - hinted
    assert (unused, sorted(tails)) == ([], [])


def test_what_is_named_and_not_known_has_its_word() -> None:
    calls = [node for node in nodes(ast.Call) if getattr(node.func, "id", "") == "UnknownName"]  # type: ignore[attr-defined]
    kinds = {kind for node in calls for kind in texts(node.args[0]) if not isinstance(node.args[0], ast.JoinedStr)}  # type: ignore[attr-defined]
    assert {"campaign", "unit", "round"} <= kinds
    assert sorted(kind for kind in kinds if f"thing.{kind}" not in words.catalog(words.CHINESE)) == []


def test_every_head_of_a_list_has_its_words() -> None:
    found = heads()
    assert len(found) > 100
    assert (
        sorted(head for head in found if head.isascii() and f"head.{head}" not in words.catalog(words.CHINESE)) == []
    )


def test_a_refusal_reads_in_either_language_and_names_parameters_as_its_face_does() -> None:
    refusal = refuse("voucher_for_unit", unit="中益乡")
    assert refusal.line() == "PG100  recording on behalf of 中益乡 needs a voucher — give --voucher or --voucher-note"
    assert refusal.line("zh") == "PG100  代中益乡登记须有凭据——请用 --voucher 或 --voucher-note 提供"
    page = words.said(
        refusal.key, refusal.facts, "zh", lambda name, is_action: {"voucher": "“凭据”"}.get(name, "“凭据说明”")
    )
    assert page == "代中益乡登记须有凭据——请用 “凭据” 或 “凭据说明” 提供"


def test_an_unknown_name_is_told_with_what_is_near_or_known_in_either_language() -> None:
    near = UnknownName("task", "t11", ["t1", "t2"])
    assert near.line("zh") == "PG201  没有任务“t11”——是否指t1?"
    assert str(near) == "there is no task 't11' — did you mean t1?"
    assert str(UnknownName("unit", "x", ["中益乡", "西沱镇"])) == "there is no unit 'x' — known: 中益乡, 西沱镇"
    assert UnknownName("unit", "x", []).line("zh") == "PG201  没有单位“x”"


def test_a_reason_within_a_sentence_is_worded_too_and_a_long_list_is_cut() -> None:
    inner = {"code": "deadline_is", "state": "met"}
    assert words.said("PG100.nothing_holds", {"reason": inner}, "zh") == "其中内容均已不成立:该时限已完成——请撤发"
    assert words.said("{", {"x": 1}) == "{ x=1"
    assert words.reason("已电话沟通", "zh") == "已电话沟通"


def test_a_list_is_told_with_the_comma_of_its_language() -> None:
    facts = {"owing": ["甲镇", "乙镇"]}
    assert "甲镇, 乙镇 handed in nothing yet" in words.said("PG100.parts_missing", facts)
    assert "甲镇、乙镇尚未报送" in words.said("PG100.parts_missing", facts, "zh")
