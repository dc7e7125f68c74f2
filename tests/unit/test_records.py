"""Records: what `dataclasses` would make of the same declaration, made when it is first used."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from functools import cached_property
from typing import ClassVar, Generic, TypeVar, get_type_hints

import pytest

from engine.records import asdict, changed, field, fields, from_values, is_record, record, replace

T = TypeVar("T")


@record
class Duty:
    """What a unit owes."""

    UNITS: ClassVar[int] = 3

    unit: str
    level: int = 0
    told: tuple[str, ...] = ()
    marks: dict[str, int] = field(default_factory=dict)

    def name(self) -> str:
        return f"{self.unit}/{self.level}"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    unit: str
    level: int = 0
    told: tuple[str, ...] = ()
    marks: dict[str, int] = dataclasses.field(default_factory=dict)


@record(kw_only=False, order=True)
class Place:
    line: int
    column: int = 1


@record(kw_only=False)
class Alone:
    only: float


@record
class Nothing:
    pass


@record(frozen=False, kw_only=False)
class Seen(Generic[T]):
    what: T
    found: list[T] = field(default_factory=list)


@record(kw_only=False)
class Of(Generic[T]):
    what: T


@record(frozen=False, kw_only=False, slots=False)
class Base:
    one: int
    two: int = field(init=False)
    _kept: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.two = self.one * 2

    def sum(self) -> int:
        return self.one + self.two


@record(frozen=False, kw_only=False, slots=False)
class More(Base):
    three: int = 3

    def sum(self) -> int:
        return super().sum() + self.three


@record(kw_only=False, slots=False)
class Kept:
    one: int
    _seen: list[int] = field(default_factory=list, compare=False, repr=False)

    @cached_property
    def twice(self) -> int:
        self._seen.append(self.one)
        return self.one * 2


@record(slots=False, eq=False)
class Named:
    name: str
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha", self.name * 2)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and other.sha == self.sha

    def __hash__(self) -> int:
        return hash(self.sha)


@record(slots=True)
class Grand(Duty):
    more: str = ""


def test_a_record_is_what_a_dataclass_of_the_same_declaration_is() -> None:
    for given in ({"unit": "中益乡"}, {"unit": "a", "level": 2, "told": ("x",), "marks": {"m": 1}}):
        ours, theirs = Duty(**given), Same(**given)
        assert dataclasses.asdict(ours) == dataclasses.asdict(theirs) == asdict(ours)
        assert repr(ours) == repr(theirs).replace("Same", "Duty")
        assert [each.name for each in fields(ours)] == [each.name for each in dataclasses.fields(theirs)]
    assert Duty.UNITS == 3 and Duty(unit="a").name() == "a/0" and Duty.__doc__ == "What a unit owes."
    assert get_type_hints(Duty)["told"] == tuple[str, ...]


def test_a_default_factory_gives_each_record_its_own() -> None:
    assert Duty(unit="a").marks is not Duty(unit="a").marks
    assert Seen(1).found is not Seen(1).found


def test_a_frozen_record_refuses_to_be_set_or_deleted_and_to_hold_more() -> None:
    duty = Duty(unit="a")
    for name in ("unit", "other"):
        with pytest.raises(AttributeError, match=f"a Duty is frozen: {name} stays as it is"):
            setattr(duty, name, "b")
    with pytest.raises(AttributeError, match="frozen"):
        del duty.unit
    with pytest.raises(AttributeError, match="frozen"):
        Kept(1).one = 2  # type: ignore[misc]
    assert not hasattr(duty, "__dict__") and type(duty) is Duty


@pytest.mark.parametrize("given", [{}, {"unit": "a", "other": 1}, {"level": 1}])
def test_what_is_missing_or_unknown_is_refused_at_the_first_record_and_later(given: dict[str, object]) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            Duty(**given)


def test_fields_are_given_by_name_unless_the_class_says_otherwise() -> None:
    with pytest.raises(TypeError, match="positional"):
        Duty("a")  # type: ignore[misc]
    assert Place(3, 4) == Place(line=3, column=4) and Place(3).column == 1


def test_records_are_equal_where_their_fields_are_and_they_are_of_one_class() -> None:
    assert Place(1, 2) == Place(1, 2) != Place(1, 3)
    assert Place(1, 2) != (1, 2) and Alone(1) != Place(1)
    assert {Place(1, 2), Place(1, 2), Place(1, 3)} == {Place(1, 3), Place(1, 2)}
    assert Alone(1.0) == Alone(1.0) and hash(Alone(1.0)) == hash(Alone(1.0)) and Nothing() == Nothing()
    assert Kept(1, [5]) == Kept(1, [6]) and "_seen" not in repr(Kept(1))
    nan = float("nan")
    assert Alone(nan) == Alone(nan)


def test_records_are_ordered_by_their_fields_where_the_class_says_so() -> None:
    assert sorted([Place(2, 1), Place(1, 3), Place(1, 2)]) == [Place(1, 2), Place(1, 3), Place(2, 1)]
    assert Place(1) <= Place(1) and Place(2) > Place(1, 9) and Place(2) >= Place(2)
    with pytest.raises(TypeError, match="not supported"):
        _ = Place(1) < (1, 2)  # type: ignore[operator]


def test_what_is_not_frozen_may_be_set_and_is_no_key() -> None:
    seen = Seen(1)
    seen.what = 2
    assert seen == Seen(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(seen)


def test_a_class_of_records_may_follow_another() -> None:
    more = More(1, {}, 5)
    assert (more.sum(), more.two) == (8, 2)
    assert [each.name for each in fields(More)] == ["one", "two", "_kept", "three"]
    assert Grand(unit="a", more="b") == Grand(unit="a", more="b") != Duty(unit="a")
    assert changed(Grand(unit="a"), unit="c", more="x") == Grand(unit="c", more="x")


def test_a_record_without_slots_keeps_what_it_worked_out() -> None:
    kept = Kept(2)
    assert (kept.twice, kept.twice, kept._seen) == (4, 4, [2])


def test_methods_of_the_class_itself_stand() -> None:
    assert Named(name="a") == Named(name="a") != Named(name="b")
    assert hash(Named(name="a")) == hash("aa")


@pytest.mark.parametrize(
    "one", [Duty(unit="a", marks={"m": 1}), Place(1), Alone(1), Nothing(), Kept(1), Seen(3), Of(4)]
)
def test_a_record_is_copied_and_pickled(one: object) -> None:
    assert copy.copy(one) == copy.deepcopy(one) == pickle.loads(pickle.dumps(one)) == one
    assert type(pickle.loads(pickle.dumps(one))) is type(one)


def test_a_changed_record_leaves_the_first_as_it_was() -> None:
    first = Duty(unit="a", level=1)
    for change in (changed, replace, dataclasses.replace):
        assert change(first, level=2) == Duty(unit="a", level=2)
    assert first == Duty(unit="a", level=1)
    with pytest.raises(AttributeError):
        changed(first, leve=2)
    with pytest.raises(TypeError, match="leve"):
        replace(first, leve=2)


def test_replacing_works_out_anew_and_changing_copies() -> None:
    assert replace(Named(name="a"), name="b").sha == "bb"
    assert changed(Named(name="a"), name="b").sha == "aa"


def test_records_are_made_of_values_in_order() -> None:
    assert from_values(Place)([1, 2]) == Place(1, 2)
    assert from_values(Alone)(iter([1.5])) == Alone(1.5)
    with pytest.raises(ValueError, match="unpack"):
        from_values(Place)([1])
    with pytest.raises(AttributeError, match="frozen"):
        from_values(Place)([1, 2]).line = 3  # type: ignore[misc]


def test_only_a_record_is_one() -> None:
    assert is_record(Place(1)) and not is_record(Place) and not is_record(1)
    assert dataclasses.is_dataclass(Place) and dataclasses.fields(Place)[1].default == 1


def test_asdict_leaves_what_is_no_record_as_it_is() -> None:
    day = object()
    assert asdict(Seen((Place(1), {"a": [Place(2)]}), [day])) == {
        "what": ({"line": 1, "column": 1}, {"a": [{"line": 2, "column": 1}]}),
        "found": [day],
    }


def test_a_default_that_all_would_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Shared\.found: all records would share this default"):

        @record
        class Shared:
            found: list[int] = []  # noqa: RUF012


def test_making_and_using_records_imports_no_dataclasses() -> None:
    look = (
        "import sys; before = {*sys.modules}; from engine.model import Place; assert Place(file='a', line=1) == Place(file='a', line=1); "
        "print([name for name in ('dataclasses', 'inspect') if name in {*sys.modules} - before])"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
