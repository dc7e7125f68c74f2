"""What an action declares is what its room holds, what it decides by, and what every face shows."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import click
import pytest

import engine.service
from engine import words
from engine.cli.root import root
from engine.cli.shell.declared import METAVARS, DeclaredVerb
from engine.errors import BadInput, Refused, UnknownName
from engine.records import record
from engine.service.kernel.params import READERS, Param, Unit, Voucher, params_of, read
from engine.service.kernel.registry import ACTIONS
from engine.service.kernel.rooms import places

BY_HAND = {"judge": {"verdict"}, "channel": {"off"}}
"""What a verb takes in another way than it is declared."""
COMMANDED = sorted(name for name in ACTIONS if ACTIONS[name].command)


def verb_of(name: str) -> DeclaredVerb:
    noun, _, verb = ACTIONS[name].command.partition(" ")
    group = root.get_command(click.Context(root), noun)
    assert isinstance(group, click.Group)
    found = group.get_command(click.Context(group), verb)
    assert isinstance(found, DeclaredVerb)
    return found


def offered(name: str) -> list[Param]:
    left = BY_HAND.get(name, set())
    return [each for each in params_of(ACTIONS[name].params) if not each.inner and each.name not in left]


def test_what_the_folders_are_read_to_say_is_what_the_rooms_hold() -> None:
    found = {}
    for each in pkgutil.walk_packages(engine.service.__path__, "engine.service."):
        actions = getattr(import_module(each.name), "ACTIONS", ())
        if isinstance(actions, tuple):
            found |= {action.name: (each.name, action.command) for action in actions}
    assert len(found) > 60
    assert {name: (place.module, place.command) for name, place in places().items()} == found


def test_every_action_says_what_its_records_tell() -> None:
    untyped = {name for name in ACTIONS if ACTIONS[name].facts is None}
    assert untyped == set()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_decides_by_what_it_declares(name: str) -> None:
    """What it decides by is a record, so that a name which it does not declare is an error of types."""
    action = ACTIONS[name]
    asked = get_type_hints(action.decide)["asked"]
    assert issubclass(action.params, asked)
    assert all(param.kind in READERS for param in params_of(action.params))


def test_no_room_reads_what_was_given_but_by_its_record() -> None:
    rooms = [Path(str(import_module(place.module).__file__)) for place in places().values()]
    assert [room for room in rooms if re.search(r"\bgiven[.\[]", room.read_text(encoding="utf-8"))] == []


def test_two_actions_are_never_told_by_one_command() -> None:
    told = [ACTIONS[name].command for name in COMMANDED]
    assert len(told) == len(set(told)) > 40


@pytest.mark.parametrize("name", COMMANDED)
def test_a_verb_has_the_arguments_and_options_that_its_action_declares(name: str) -> None:
    params = {param.name: param for param in verb_of(name).params}
    for each in offered(name):
        found = params[each.called]
        assert isinstance(found, click.Argument) == each.about
        assert isinstance(found.type, click.types.BoolParamType) == (each.kind == "flag")
        assert (list(found.type.choices) if isinstance(found.type, click.Choice) else []) == list(each.choices)
        assert found.nargs == -1 if each.about and each.many else found.nargs == 1
        if each.kind not in ("line", "text") and name != "receive":
            assert found.required == each.needed
        if isinstance(found, click.Option) and each.kind in METAVARS:
            assert found.metavar == METAVARS[each.kind]


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("name", COMMANDED)
def test_every_verb_and_every_parameter_has_its_help_in_both_languages(name: str, lang: str) -> None:
    known = words.catalog(lang)
    assert f"help.{name}" in known
    keys = [(f"param.{name}.{each.name}", f"param.{each.name}") for each in offered(name)]
    keys += (
        [(f"param.{name}.voucher_note", "param.voucher_note")] if "voucher" in {k.kind for k in offered(name)} else []
    )
    assert [key for key in keys if not known.keys() & set(key)] == []


def test_no_help_is_kept_of_what_nothing_declares() -> None:
    declared = {f"{name}.{each.name}" for name in ACTIONS for each in params_of(ACTIONS[name].params)}
    plain = {each.partition(".")[2] for each in declared} | {"voucher_note"}
    kept = {key.partition(".")[2] for key in words.catalog(words.ENGLISH) if key.startswith("param.")}
    assert kept - declared - plain == set()
    assert {key[5:] for key in words.catalog(words.ENGLISH) if key.startswith("help.")} == set(COMMANDED)


# --- reading what was given ---


@record
class Asked:
    unit: Unit
    voucher: Voucher | None = None


def test_what_is_missing_unknown_or_none_of_its_kind_is_told_by_code() -> None:
    params = ACTIONS["extend"].params
    full = {"task": "t1", "to": "2022-10-09", "reason": "因", "document": "函1号"}
    told = read(params, full | {"unit": " 某镇 ", "applied": None, "beyond": False})
    assert (told.unit, told.to.isoformat(), told.applied, told.beyond) == ("某镇", "2022-10-09", None, False)
    assert failed(params, full | {"reason": " "}) == "PG100.text_missing"
    assert failed(params, {name: value for name, value in full.items() if name != "to"}) == "PG202.no_day_given"
    assert failed(params, full | {"to": "10月9日"}) == "PG202.no_day"
    assert failed(params, full | {"document": "函\n1号"}) == "PG202.no_line"
    assert failed(params, full | {"day": "2022-10-09"}) == "PG202.unknown_given"
    assert failed(ACTIONS["count"].params, {"task": "t1", "number": 0}) == "PG202.out_of_range"
    assert failed(ACTIONS["count"].params, {"task": "t1", "number": "zwei"}) == "PG202.no_whole_number"
    for number in (2.7, float("inf"), float("nan")):
        assert failed(ACTIONS["count"].params, {"task": "t1", "number": number}) == "PG202.no_whole_number"
    assert read(ACTIONS["count"].params, {"task": "t1", "number": 2.0}).number == 2
    assert failed(ACTIONS["draft"].params, {"kind": "poem"}).startswith("PG201")
    assert failed(Asked, {"unit": "某镇", "voucher": "函"}) == "PG202.no_table"
    for voucher in ({"name": "函", "colour": "red"}, {"name": 5}, {"name": "函", "size": "x"}):
        assert failed(Asked, {"unit": "某镇", "voucher": voucher}) == "PG202.no_piece"
    for day in ("0001-01-01", "9999-12-31"):
        assert failed(params, full | {"to": day}) == "PG202.out_of_range"


def failed(kind: type, given: dict[str, object]) -> str:
    with pytest.raises((BadInput, Refused, UnknownName)) as caught:
        read(kind, given)
    return caught.value.key


def test_a_kind_that_is_none_is_an_error_at_once() -> None:
    @record
    class Wrong:
        name: str = ""

    with pytest.raises(TypeError, match="no kind of parameter"):
        params_of(Wrong)
