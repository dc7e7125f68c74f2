"""Ladders and standings that hypothesis draws for the tests of deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from ladder_examples import LONG_AGO, TIMES, deadline, ladder, local, rung, standing

from engine.deadlines import LadderStanding, points
from engine.model import Hold, Ladder, Rung

START = local("2022-08-15T00:00")
END = local("2023-06-01T10:00")
MINUTES = int((END - START).total_seconds() // 60)
PROFILE = settings(max_examples=100, deadline=None)

INSTANTS = st.integers(0, MINUTES).map(lambda m: START + timedelta(minutes=m))
DUE_DAYS = st.dates(date(2022, 9, 20), date(2022, 10, 31))
OFFSETS = st.tuples(st.integers(-12, 18), st.sampled_from(["wd", "d"])).map(lambda o: f"{o[0]}{o[1]}")


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(INSTANTS)
    return start, start + timedelta(hours=draw(st.integers(1, 24 * 25)))


@st.composite
def rungs(draw: st.DrawFn, number: int, repeats: bool) -> Rung:
    repeat: dict[str, object] = {}
    if repeats and draw(st.booleans()):
        repeat["every"] = draw(st.sampled_from(["1wd", "2wd", "1d", "5d"]))
        repeat["count"] = draw(st.integers(1, 5))
    return rung(f"r{number}", draw(OFFSETS), draw(st.integers(0, 4)), **repeat)


@st.composite
def ladders(draw: st.DrawFn, repeats: bool = True) -> Ladder:
    steps = [draw(rungs(number, repeats)) for number in range(draw(st.integers(1, 6)))]
    return ladder(*steps, gap=draw(st.sampled_from(["0wd", "1wd", "2wd", "3d"])))


@st.composite
def quiet(draw: st.DrawFn, repeats: bool = True) -> LadderStanding:
    """A deadline that nothing disturbs."""
    return standing(draw(ladders(repeats)), draw(DUE_DAYS))


@st.composite
def standings(draw: st.DrawFn) -> LadderStanding:
    """A deadline with anything that may disturb it."""
    began_at, holds = draw(st.just(LONG_AGO) | INSTANTS), draw(st.lists(spans(), max_size=2))
    epoch = draw(st.integers(1, 2))
    return replace(
        draw(quiet()),
        deadline=deadline(draw(DUE_DAYS), began_at=began_at, epoch=epoch),
        adopted_at=draw(st.just(LONG_AGO) | INSTANTS),
        cap=draw(st.integers(-1, 4)),
        contacts=draw(st.frozensets(st.integers(0, 4))),
        pauses=tuple(draw(st.lists(spans(), max_size=2))),
        holds=tuple(
            Hold(id=i, campaign=1, deadline=7, level=i, reason="x", from_at=a, to_at=b)
            for i, (a, b) in enumerate(holds)
        ),
    )


SWEEPS = st.lists(INSTANTS, max_size=12)


def expected(before: LadderStanding) -> list[tuple[str, int]]:
    return sorted((point.rung, point.n) for point in points(before, TIMES))
