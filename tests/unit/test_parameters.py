"""A plan that several places run is written once; what is filled in is only ever text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine import reader
from engine.errors import BadInput, BadWorkflow
from engine.model import Workflow
from engine.names import is_name
from notifications.render import examine

SMALL = (Path(__file__).parents[1] / "corpus" / "valid" / "smallest.yaml").read_text("utf-8")
UNITS = SMALL[SMALL.index("units:") : SMALL.index("ladders:")]
OPEN = (
    (
        SMALL.replace("place: 小县", "place: ${place}")
        .replace("title: 第一阶段", "title: '第一阶段(''${place}'')'")
        .replace(UNITS, "units: units.yaml\n")
    )
    + """parameters:
  place: {title: 县名, default: XX县}
"""
)
BUNDLE = {"workflow.yaml": OPEN, "units.yaml": UNITS.replace("河西镇", '"${place}西镇"')}
ODD = "某: #\"'{}县[*&!|>%@`,- ${place} \\n"


def filled(values: Mapping[str, str], bundle: Mapping[str, str] = BUNDLE) -> Workflow:
    return reader.read(reader.fill(bundle, values), "open")


def problems(values: Mapping[str, str], bundle: Mapping[str, str] = BUNDLE) -> list[str]:
    with pytest.raises(BadWorkflow) as caught:
        filled(values, bundle)
    return [str(problem) for problem in caught.value.problems]


def test_a_parameter_is_its_default_until_it_is_set() -> None:
    assert filled({}).place_name == "XX县"
    assert filled({"place": "某县"}).place_name == "某县"


def test_it_is_filled_in_every_file_and_in_keys_and_quoted_texts() -> None:
    found = filled({"place": "某县"})
    assert found.phases[0].title == "第一阶段('某县')"
    assert "某县西镇" in found.directory.units


def test_a_value_with_signs_of_yaml_is_only_ever_text() -> None:
    found = filled({"place": ODD})
    assert found.place_name == ODD
    assert f"{ODD}西镇" in found.directory.units
    assert len(found.directory.units) == len(filled({}).directory.units)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40))
def test_whatever_is_set_comes_out_as_it_was_or_is_refused(value: str) -> None:
    assume(is_name(f"{value}西镇"))
    try:
        bundle = reader.fill(BUNDLE, {"place": value})
    except BadInput:
        return
    assert reader.read(bundle, "open").place_name == value


@pytest.mark.parametrize("value", ["", " 某县", "某\n县", "某\x00县", "县" * 201, "\ud800"])
def test_a_value_is_one_line_of_text(value: str) -> None:
    with pytest.raises(BadInput):
        reader.fill(BUNDLE, {"place": value})


def test_the_mark_itself_is_written_with_two_signs() -> None:
    text = OPEN.replace("title: 小县创建工作", "title: 小县创建$${place}与${place}工作", 1)
    assert filled({"place": "某县"}, BUNDLE | {"workflow.yaml": text}).title == "小县创建${place}与某县工作"


def test_what_is_pinned_needs_nothing_else_to_be_read_again() -> None:
    bundle = reader.fill(BUNDLE, {"place": "某县"})
    again = dict(bundle)
    assert reader.read(again, "pinned").place_name == "某县"
    assert reader.read(again, "pinned").sha != filled({}).sha
    assert bundle["settings.yaml"] == '"place": "某县"\n'
    assert reader.read(reader.fill(again, {"place": "他县"}), "open").place_name == "他县"


def test_the_workflow_knows_its_parameters_and_their_values() -> None:
    (found,) = filled({"place": "某县"}).parameters
    assert (found.id, found.title, found.value, found.default) == ("place", "县名", "某县", "XX县")


def test_what_is_set_and_not_declared_is_told_with_what_is_near() -> None:
    assert problems({"palce": "某县"}) == [
        "open/settings.yaml:1:1  PW568  there is no such parameter to set — found palce — did you mean place?"
    ]


def test_a_parameter_without_a_value_is_told_where_it_is_declared() -> None:
    text = OPEN.replace(", default: XX县", "")
    (told,) = problems({}, BUNDLE | {"workflow.yaml": text})
    line = text.splitlines().index("  place: {title: 县名}") + 1
    assert told == (
        f"open/workflow.yaml:{line}:3  PW567  the parameter has no value — found place"
        " — give it with --set place=…, or write a `default:`"
    )
    assert filled({"place": "某县"}, BUNDLE | {"workflow.yaml": text}).place_name == "某县"


def test_a_problem_of_a_filled_text_is_told_at_its_own_line() -> None:
    bundle = BUNDLE | {"workflow.yaml": OPEN.replace("id: small", "id: ${place}", 1)}
    (told,) = problems({"place": "某 县"}, bundle)
    assert told.startswith("open/workflow.yaml:3:5  PW212  id is not an id — found 某 县")


def test_a_template_is_filled_too_and_a_value_is_no_part_of_its_language() -> None:
    bundle = BUNDLE | {"templates/reminder.j2": "{% block subject %}x{% endblock %}\n${place}\n${plaec}"}
    (told,) = problems({"place": "某县"}, bundle)
    assert told.startswith("open/templates/reminder.j2:3:1  PW565  there is no such parameter — found plaec")
    bundle = BUNDLE | {"templates/reminder.j2": "${place}"}
    assert filled({"place": "某县"}, bundle).templates["reminder"] == "某县"
    assert filled({"place": "{{ unit }}"}, bundle).templates["reminder"] == '{{ "{{ unit }}" }}'
    assert examine("x", filled({"place": "{% if %}"}, bundle).templates["reminder"]) == examine("x", "某县")
