"""What an action tells is written into a record and read again: the same, whatever it holds (SEMANTICS H1, H5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.history import canonical, parse
from engine.model.plain import Coded, MarkShare, Ref, coded, full, made, plain, short
from engine.records import field, fields, record
from engine.records.written import MISSING
from engine.service.kernel.installing import FACTS
from engine.service.kernel.registry import ACTIONS

CAMPAIGN = 0x1D2C3
"""The campaign whose rows are spoken of; its number is easily seen."""
KINDS = {name: ACTIONS[name].facts for name in ACTIONS} | {f"system {name}": kind for name, kind in FACTS.items()}

# --- a value of every kind that an annotation can name ---

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSTANTS = st.integers(0, 4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
FRACTIONS = st.fractions(max_denominator=999)
LOOSE = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**9), 10**9), TEXTS, st.dates(), FRACTIONS, FRACTIONS.map(MarkShare)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(tuple), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
SINGLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**31), 2**31),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Any: st.one_of(st.none(), st.booleans(), TEXTS, st.lists(st.integers(), max_size=3)),
    object: LOOSE,
    date: st.dates(),
    datetime: INSTANTS,
    time: st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    Coded: st.one_of(TEXTS, st.builds(lambda code, to: coded(code, to=to), st.from_regex(r"\A[a-z_]+\Z"), TEXTS)),
    Ref: st.integers(0, 2**32 - 1).map(lambda number: full(number, CAMPAIGN)),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return whatever an annotation allows."""
    if hint in SINGLE:
        return SINGLE[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return values(parts[0])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if part is type(None) else values(part) for part in parts))
    if origin is tuple and parts[1:] == (...,):
        return st.lists(values(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, parts))
    if origin in (dict, Mapping):
        return st.dictionaries(TEXTS, values(parts[1]), max_size=3)
    return st.deferred(lambda: records_of(hint))


def records_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return records of a kind; a field that has a default is often left as it is."""
    hints = get_type_hints(kind, include_extras=True)
    needed = {each.name: values(hints[each.name]) for each in fields(kind) if not has_default(each)}
    optional = {each.name: values(hints[each.name]) for each in fields(kind) if has_default(each)}
    return st.fixed_dictionaries(needed, optional=optional).map(lambda given: kind(**given))


def has_default(each: Any) -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


def written(facts: Any) -> Any:
    """Return facts as they come back from the bytes of a record."""
    return parse(canonical(plain(facts)))


# --- every action ---


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_an_action_tells_comes_back_from_its_bytes_as_it_was(name: str, data: st.DataObject) -> None:
    facts = data.draw(records_of(KINDS[name]))
    assert made(KINDS[name], written(facts), CAMPAIGN) == facts


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_action_knows_a_field_that_it_does_not_declare(name: str, data: st.DataObject) -> None:
    told = plain(data.draw(records_of(KINDS[name])))
    with pytest.raises(ValueError, match="knows no strange"):
        made(KINDS[name], {**told, "strange": 1}, CAMPAIGN)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_no_field_of_an_action_that_must_be_told_may_be_missing(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    told = plain(data.draw(records_of(kind)))
    for each in fields(kind):
        if not has_default(each):
            with pytest.raises(ValueError, match=f"has no {each.name}"):
                made(kind, {key: value for key, value in told.items() if key != each.name}, CAMPAIGN)


# --- what each part of it is for ---


@record
class Sample:
    """Something that happened, with a bit of everything."""

    who: Ref
    when: date
    note: str = ""
    times: int = 1
    others: tuple[Ref, ...] = ()
    names: Mapping[str, int] = field(default_factory=dict)
    why: Coded = ""


def sample(**changes: Any) -> Sample:
    return Sample(**{"who": full(7, CAMPAIGN), "when": date(2022, 7, 5), **changes})


def test_what_has_its_default_is_left_out_and_read_again() -> None:
    assert plain(sample()) == plain(sample(note="", times=1, names={})) == {"who": 7, "when": "2022-07-05"}
    assert made(Sample, {"who": 7, "when": "2022-07-05"}, CAMPAIGN) == sample()


def test_a_field_that_is_added_with_a_default_changes_no_byte_that_was_written_before() -> None:
    @record
    class Later(Sample):
        more: str = ""

    before = canonical(plain(sample(note="x")))
    read = made(Later, parse(before), CAMPAIGN)
    assert read.more == "" and canonical(plain(read)) == before


def test_a_row_is_named_by_its_number_within_the_campaign_and_nobody_by_none() -> None:
    one = sample(others=(full(8, CAMPAIGN), full(9, CAMPAIGN)))
    assert (plain(one)["who"], plain(one)["others"]) == (7, [8, 9])
    assert str(CAMPAIGN) not in canonical(plain(one)).decode()
    assert made(Sample, plain(one), 5).others == (5 << 32 | 8, 5 << 32 | 9)
    assert plain(sample(who=0))["who"] == 0 and made(Sample, plain(sample(who=0)), CAMPAIGN).who == 0
    assert short(full(7, CAMPAIGN)) == 7


def test_a_mapping_keeps_its_order_through_bytes_whose_objects_are_sorted() -> None:
    names = {"西乡": 2, "东镇": 1, "县法院": 3}
    told = written(sample(names=names))
    assert told["names"] == [["西乡", 2], ["东镇", 1], ["县法院", 3]]
    assert [*made(Sample, told, CAMPAIGN).names] == [*names]


def test_a_reason_of_ours_is_written_as_its_code_and_one_that_was_typed_as_it_was_typed() -> None:
    ours = sample(why=coded("absorbed", by="第2级"))
    assert plain(ours)["why"] == {"code": "absorbed", "by": "第2级"}
    assert made(Sample, written(ours), CAMPAIGN) == ours
    assert plain(sample(why="电话未接"))["why"] == "电话未接"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"when": "2022-07-05"}, "Sample has no who"),
        ({"who": 1, "when": "2022-07-05", "wo": 2, "ho": 3}, "Sample knows no ho, wo"),
        ({"who": "1", "when": "2022-07-05"}, "'1' is no int"),
        ({"who": True, "when": "2022-07-05"}, "True is no int"),
        ({"who": 1, "when": "2022-07-05", "others": {"a": 1}}, "is no list"),
        ({"who": 1, "when": "2022-07-05", "names": {"a": 1}}, "is no list"),
        ([1], "is written as an object"),
    ],
)
def test_what_writes_no_such_record_is_refused(told: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(Sample, told, CAMPAIGN)


def test_fractions_shares_and_days_within_a_condition_come_back_as_what_they_were() -> None:
    @record
    class Loose:
        params: Mapping[str, object]

    one = Loose(
        params={"least": Fraction(2, 3), "of": MarkShare(Fraction(1, 2)), "on": date(2022, 7, 5), "n": (1, "x")}
    )
    assert made(Loose, written(one)) == one
