"""What is taken back, and where a campaign is brought back to, below another one that counts it (SEMANTICS G11)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import nested_city
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nested_city import (
    LOWER,
    UPPER,
    begin,
    city_finishes,
    city_runs,
    county_finishes,
    county_runs,
    do,
    head,
    move,
    point,
)
from small_county import Post, desk_at
from test_forecast import foretold, last_notice, lived, written

from engine.clock import SteppedClock
from engine.errors import Refused
from engine.model import Assignment, Item, Notice, Occurrence, PhaseState, Record, Tally
from engine.service import forecast
from engine.service.audit.audit import verify_all
from engine.service.campaigns.commands.lifecycle import verdict
from engine.service.campaigns.views.gates import gates_of
from engine.service.clock import sweep
from engine.service.delivery import relaying
from engine.service.forecast import Assumption, early, nobody
from engine.service.kernel.desk import Command, Desk, perform, reading
from engine.service.kernel.previewing import preview
from engine.store.database import Database
from engine.store.migrations import in_memory

PAPER = {"reason": "核实有误", "document": "通报6号"}
SCHOOL = {"quota": "示范点", "kind": "示范学校", "unit": "县教育局"}
PLAN = {"task": "plan", "unit": "县教育局"}


@pytest.fixture
def desk(database: Database) -> Desk:
    return desk_at(database, "2023-06-23 09:00")


def why(desk: Desk, campaign: str, action: str, actor: str = "office", **given: Any) -> dict[str, object]:
    with pytest.raises(Refused) as caught:
        do(desk, campaign, action, actor, **given)
    return {"why": caught.value.why, **caught.value.facts}


def test_what_the_city_counted_of_a_county_is_refused_there_with_who_counted_it(desk: Desk) -> None:
    city_finishes(desk)
    assert head(desk).phase == "finish"
    told = why(desk, UPPER, "undesignate", **SCHOOL, **PAPER)
    assert (told["why"], told["campaign"]) == ("counted_designation", UPPER)
    do(desk, UPPER, "return_phase", "县领导小组", **PAPER)
    told = why(desk, UPPER, "undesignate", **SCHOOL, **PAPER)
    assert (told["why"], told["campaign"], told["by"]) == ("counted_designation", "city", "system")
    do(desk, "city", "return_phase", "市领导小组", **PAPER)
    do(desk, UPPER, "undesignate", **SCHOOL, **PAPER)
    assert verify_all(desk).findings == ()


def test_what_a_move_of_the_county_counted_is_held_by_the_city_that_counted_where_it_led(desk: Desk) -> None:
    city_finishes(desk)
    assert head(desk).phase == "finish"
    do(desk, UPPER, "return_phase", "县领导小组", to="start", **PAPER)
    told = why(desk, UPPER, "unaccept", **PLAN, **PAPER)
    assert (told["why"], told["campaign"], told["before"]) == ("counted_part", "city", "实施阶段")
    do(desk, "city", "return_phase", "市领导小组", **PAPER)
    do(desk, UPPER, "unaccept", **PLAN, **PAPER)
    assert verify_all(desk).findings == ()


def test_a_county_that_was_brought_back_has_not_come_so_far_and_its_city_is_told(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    county_runs(desk, UPPER)
    county_finishes(desk, UPPER)
    before = len(nested_city.told(desk))
    with reading(desk, "city") as case:
        assert verdict(case).conditions[0].counted == "1"
    back = do(desk, UPPER, "return_phase", "县领导小组", **PAPER)
    assert isinstance(back, dict)
    assert (back["to"], back["above"]) == ("run", "")
    with reading(desk, "city") as case:
        assert verdict(case).conditions[0].counted == "0"
    assert len(nested_city.told(desk)) == before + 1
    sweep.sweep(desk)
    assert verify_all(desk).findings == ()


def test_a_return_says_which_move_above_had_counted_it_and_that_stands(desk: Desk) -> None:
    city_finishes(desk)
    assert head(desk).phase == "finish"
    back = do(desk, UPPER, "return_phase", "县领导小组", **PAPER)
    assert isinstance(back, dict)
    assert back["above"] == "city: 实施阶段 → 验收阶段"
    assert head(desk).phase == "finish"


def test_before_it_is_done_the_gates_above_the_notices_and_the_clocks_are_shown(desk: Desk) -> None:
    begin(desk)
    city_runs(desk)
    county_runs(desk, UPPER)
    point(desk, UPPER, 2)
    asked = Command("undesignate", UPPER, {**SCHOOL, **PAPER}, "office")
    found = preview(desk, asked, gates_of)
    assert [(g.campaign, g.before, g.after, g.was_open, g.is_open) for g in found.gates] == [
        (UPPER, "run", "run", True, False),
        ("city", "run", "run", False, False),
    ]
    do(desk, UPPER, "advance", decision="会议纪要2号")
    move(desk, "2023-07-18 10:00")
    sweep.sweep(desk)
    asked = Command("return_phase", UPPER, PAPER, "县领导小组")
    found = preview(desk, asked, gates_of)
    assert [(g.campaign, g.before, g.after) for g in found.gates] == [
        (UPPER, "finish", "run"),
        ("city", "run", "run"),
    ]
    assert [(c.kind, c.unit, c.task) for c in found.clocks] == [("gate", "县创建办", "run")]
    assert {(n.kind, n.unit) for n in found.notices} == {("restored", "县教育局"), ("restored", "县文旅局")}
    assert head(desk, UPPER).phase == "finish"


# --- at each moment, whatever was done before ---


@dataclass
class Made:
    """A move as it is known here: what it counted, the moves below that had led there, and whether it still holds."""

    before: str
    counted: frozenset[str]
    led: tuple[Made, ...] = ()
    quotas: frozenset[str] = frozenset()
    holds: bool = True


@dataclass
class World:
    """A city over two counties, with what a bystander writes down of who counted what."""

    desk: Desk
    moves: dict[str, list[Made]] = field(default_factory=lambda: {"city": [], UPPER: [], LOWER: []})
    made: dict[str, list[str]] = field(default_factory=dict)
    points: int = 0
    calls: int = 0

    @property
    def clock(self) -> SteppedClock:
        assert isinstance(self.desk.clock, SteppedClock)
        return self.desk.clock

    def do(self, campaign: str, action: str, actor: str = "office", **given: Any) -> bool:
        """Do something twice under one key: the second time nothing is done, and the first answer is given."""
        self.calls += 1
        asked = Command(action, campaign, given, actor, f"k{self.calls}")
        try:
            first = perform(self.desk, asked)
        except Refused:
            return False
        before = self.number()
        assert perform(self.desk, asked) == first
        assert self.number() == before
        return True

    def number(self) -> int:
        with self.desk.database.read() as work:
            return len(work.find(Record))

    def all(self, kind: type[Any], campaign: str, **equals: Any) -> list[Any]:
        number = head(self.desk, campaign).id
        with self.desk.database.read() as work:
            return work.find(kind, campaign=number, **equals)

    def counted(self, campaign: str) -> frozenset[str]:
        """Return what the gate of a county's present phase would count."""
        phase = head(self.desk, campaign).phase
        if phase == "run":
            return frozenset(self.made.get(campaign, ()))
        task = "plan" if phase == "start" else "report"
        done = [a for a in self.all(Assignment, campaign, task=task) if a.state in ("accepted", "waived")]
        return frozenset(f"{a.task}/{a.unit}" for a in done)

    def is_counted(self, campaign: str, thing: str) -> bool:
        own = [move for move in self.moves[campaign] if thing in move.counted]
        above = [move for move in self.moves["city"] if move.holds] if campaign != "city" else []
        return any(move.holds for move in own) or any(
            thing in move.quotas or any(one is led for one in own for led in move.led) for move in above
        )


def gate(world: World, campaign: str) -> bool:
    """Tell by the rows alone whether the gate of a campaign's present phase is open."""
    phase = head(world.desk, campaign).phase
    if campaign == "city" and phase == "run":
        return all(_has_finished(world, key) and _points(world, key) >= 2 for key in (UPPER, LOWER))
    if phase == "run":
        return _points(world, campaign) >= 2
    owed = world.all(Assignment, campaign, task="plan" if phase == "start" else "report")
    done = bool(owed) and all(a.state in ("accepted", "waived") for a in owed)
    ended = [head(world.desk, key).state == "completed" for key in (UPPER, LOWER)]
    return done and (any(ended) if campaign == "city" and phase == "finish" else True)


def _points(world: World, campaign: str) -> int:
    return sum(tally.number for tally in world.all(Tally, campaign))


def _has_finished(world: World, campaign: str) -> bool:
    found = head(world.desk, campaign)
    return found.state == "completed" or found.phase == "finish"


def _part(world: World, campaign: str, way: int) -> dict[str, Any]:
    units = ("上游县", "下游县") if campaign == "city" else ("县教育局", "县文旅局")
    phase = head(world.desk, campaign).phase
    return {"task": "report" if phase == "finish" and way > 2 else "plan", "unit": units[way % 2]}


def hand_in(world: World, campaign: str, way: int) -> None:
    part = _part(world, campaign, way)
    with suppress(Refused):
        world.do(campaign, "submit", part["unit"], task=part["task"], note="材料")
    with suppress(Refused):
        if world.do(campaign, "accept", **part):
            _forget(world, campaign, f"{part['task']}/{part['unit']}")


def waive(world: World, campaign: str, way: int) -> None:
    part = _part(world, campaign, way)
    if world.do(campaign, "waive", **part, reason="统一报送", document="纪要3号"):
        _forget(world, campaign, f"{part['task']}/{part['unit']}")


def _forget(world: World, campaign: str, thing: str) -> None:
    """What is accepted anew was counted by no move yet."""
    for made in world.moves[campaign]:
        made.counted -= {thing}


def unsettle(world: World, campaign: str, way: int) -> None:
    part = _part(world, campaign, way)
    (owed,) = [a for a in world.all(Assignment, campaign, task=part["task"]) if a.unit == part["unit"]] or [None]
    if owed is None:
        return
    action = "unwaive" if owed.state == "waived" else "unaccept"
    expected = owed.state in ("accepted", "waived") and not world.is_counted(campaign, f"{owed.task}/{owed.unit}")
    assert world.do(campaign, action, **part, **PAPER) == (expected and head(world.desk, campaign).state == "running")


def designate(world: World, campaign: str, way: int) -> None:
    if campaign != "city" and world.do(campaign, "designate", **SCHOOL):
        world.points += 1
        world.made.setdefault(campaign, []).append(f"point {world.points}")


def undesignate(world: World, campaign: str, way: int) -> None:
    known = world.made.get(campaign, [])
    if not known:
        return
    expected = not world.is_counted(campaign, known[-1]) and head(world.desk, campaign).state == "running"
    assert world.do(campaign, "undesignate", **SCHOOL, **PAPER) == expected
    if expected:
        known.pop()


def advance(world: World, campaign: str, way: int) -> None:
    here, counts, is_open = head(world.desk, campaign), world.counted(campaign), gate(world, campaign)
    made = _of_city(world) if campaign == "city" else Made(here.phase, counts)
    done = world.do(campaign, "advance", decision="会议纪要1号")
    assert done == (is_open and here.state == "running")
    if done:
        world.moves[campaign].append(made)


def _of_city(world: World) -> Made:
    phase = head(world.desk).phase
    if phase == "start":
        return Made(phase, world.counted("city"))
    led = tuple(move for key in (UPPER, LOWER) for move in world.moves[key])
    if phase == "finish":
        # One county is enough: it counts those that have come to their end.
        ended = [key for key in (UPPER, LOWER) if head(world.desk, key).state == "completed"]
        return Made(phase, world.counted("city"), tuple(move for key in ended for move in world.moves[key]))
    return Made(phase, frozenset(), led, frozenset(one for known in world.made.values() for one in known))


def bring_back(world: World, campaign: str, way: int) -> None:
    leader = "市领导小组" if campaign == "city" else "县领导小组"
    standing = [made for made in world.moves[campaign] if made.holds]
    to = standing[max(-1 - way % 2, -len(standing))].before if standing else ""
    before = {d.phase: d for d in world.all(PhaseState, campaign)}
    owed = world.all(Assignment, campaign)
    done = world.do(campaign, "return_phase", leader, **({"to": to} if to else {}), **PAPER)
    assert done == (bool(standing) and head(world.desk, campaign).state == "running")
    if done:
        place = max(n for n, made in enumerate(standing) if made.before == to)
        for made in standing[place:]:
            made.holds = False
        assert head(world.desk, campaign).phase == to
        assert world.all(Assignment, campaign) == owed
        days = {d.phase: (d.first_day, d.last_day, d.opened_at) for d in world.all(PhaseState, campaign)}
        assert days == {name: (d.first_day, d.last_day, d.opened_at) for name, d in before.items()}


def live(world: World, campaign: str, way: int) -> None:
    until = world.clock.at + timedelta(hours=7 * (way + 1))
    while (due := sweep.next_moment(world.desk)) is not None and due <= until:
        world.clock.move_to(max(due, world.clock.at))
        _beat(world)
    world.clock.move_to(until)
    _beat(world)


def _beat(world: World) -> None:
    """Sweep; where the city moves by itself, write down what it counted: the rows are those of before the sweep."""
    made, phase = _of_city(world) if head(world.desk).phase == "run" else None, head(world.desk).phase
    sweep.sweep(world.desk)
    if made is not None and head(world.desk).phase != phase:
        world.moves["city"].append(made)
    relaying.deliver(world.desk, lambda _: Post(), "office@example.org", "worker")


ACTS: tuple[Callable[[World, str, int], None], ...] = (
    hand_in,
    waive,
    unsettle,
    designate,
    undesignate,
    advance,
    bring_back,
    live,
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(("city", UPPER, LOWER)), st.integers(0, 5)), max_size=14
)


def moment(place: int) -> World:
    """Return a city and its counties at one of the moments of their way."""
    world = World(desk_at(in_memory(), "2023-06-23 09:00"))
    begin(world.desk)
    live(world, "city", 0)
    way: list[tuple[Callable[[World, str, int], None], str, int]] = []
    for key in ("city", UPPER, LOWER):
        way += [(hand_in, key, 0), (hand_in, key, 1), (advance, key, 0)]
    for key in (UPPER, LOWER):
        way += [(designate, key, 0), (designate, key, 0), (advance, key, 0)]
    way += [(live, "city", 1), (hand_in, UPPER, 4), (hand_in, UPPER, 5), (hand_in, "city", 4), (hand_in, "city", 5)]
    for act, campaign, n in way[:place]:
        act(world, campaign, n)
    live(world, "city", 0)
    return world


MOMENTS = 20


@pytest.mark.parametrize("place", range(0, MOMENTS + 1, 4))
@settings(max_examples=5, deadline=None, derandomize=True)
@given(steps=STEPS, assumption=st.sampled_from((nobody(), early(2))))
def test_at_each_moment_taking_back_and_returning_keep_what_must_hold(
    place: int, steps: list[tuple[Callable[[World, str, int], None], str, int]], assumption: Assumption
) -> None:
    world = moment(place)
    for act, campaign, way in steps:
        act(world, campaign, way)
        _gates_are_right(world)
    _sound(world, assumption)


def _gates_are_right(world: World) -> None:
    for campaign in ("city", UPPER, LOWER):
        if head(world.desk, campaign).state == "running":
            expected = gate(world, campaign)
            with reading(world.desk, campaign) as case:
                assert verdict(case).open == expected


def _sound(world: World, assumption: Assumption) -> None:
    """No rung is recorded twice, nothing is issued twice, both journals hold, and the forecast is what happens."""
    with world.desk.database.read() as work:
        rungs = [(o.deadline, o.epoch, o.rung, n) for o in work.find(Occurrence) for n in range(o.n_from, o.n_to + 1)]
        issued = [item.assignment for item in work.find(Item, kind="task_issued")]
        notices = [notice.digest for notice in work.find(Notice)]
    for found in (rungs, issued, notices):
        assert len(found) == len(set(found))
    assert verify_all(world.desk).findings == ()
    found = forecast.of_campaign(world.desk, "city", assumption)
    since = last_notice(world.desk)
    lived(world.desk, found.assumed, "city")
    assert foretold(found) == written(world.desk, since=since)
    assert verify_all(world.desk).findings == ()
