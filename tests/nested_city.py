"""A made-up city over two counties, each with a campaign of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from small_county import local

from engine import reader
from engine.clock import SteppedClock
from engine.model import Campaign, Record
from engine.service.campaigns.founding import create_campaign
from engine.service.clock import sweep
from engine.service.kernel.desk import Command, Desk, perform

CORPUS = Path(__file__).parent / "corpus" / "valid"
UPPER, LOWER = "city-上游县", "city-下游县"
ADOPTED = {"adopted": "2023-06-23"}


@cache
def bundle(name: str) -> dict[str, str]:
    return dict(reader.bundle_of(CORPUS / name))


def begin(desk: Desk, at: str = "2023-06-23 09:00", *units: str) -> None:
    """Begin the campaign of the city and those of its counties."""
    move(desk, at)
    below = {unit: bundle("nested-county") for unit in units or ("上游县", "下游县")}
    create_campaign(desk, "city", bundle("nested-city"), ADOPTED, nested=below)


def move(desk: Desk, at: str) -> None:
    assert isinstance(desk.clock, SteppedClock)
    desk.clock.move_to(local(at))


def do(desk: Desk, campaign: str, action: str, actor: str = "office", **given: Any) -> object:
    return perform(desk, Command(action, campaign, given, actor))


def turn_in(desk: Desk, campaign: str, task: str, *units: str) -> None:
    for unit in units:
        do(desk, campaign, "submit", unit, task=task, note="材料")
        do(desk, campaign, "accept", task=task, unit=unit)


def city_runs(desk: Desk, at: str = "2023-07-17 10:00") -> None:
    """Bring the city into the phase that it leaves by itself, once its counties have come so far."""
    move(desk, at)
    turn_in(desk, "city", "plan", "上游县", "下游县")
    do(desk, "city", "advance", decision="会议纪要1号")
    sweep.sweep(desk)


def county_runs(desk: Desk, key: str) -> None:
    turn_in(desk, key, "plan", "县教育局", "县文旅局")
    do(desk, key, "advance", decision="会议纪要1号")


def point(desk: Desk, key: str, number: int = 1) -> None:
    do(desk, key, "designate", quota="示范点", kind="示范学校", unit="县教育局", number=number)


def county_finishes(desk: Desk, key: str) -> None:
    """Bring a county from its second phase into its third, its points included."""
    point(desk, key, 2)
    do(desk, key, "advance", decision="会议纪要2号")


def city_finishes(desk: Desk) -> None:
    """Bring the city from its adoption over the gate that counts both of its counties, which it passes by itself."""
    begin(desk)
    city_runs(desk)
    for key in (UPPER, LOWER):
        county_runs(desk, key)
        county_finishes(desk, key)
    sweep.sweep(desk)


def head(desk: Desk, key: str = "city") -> Campaign:
    with desk.database.read() as work:
        return work.find(Campaign, key=key)[0]


def told(desk: Desk, key: str = "city", action: str = "nested_changed") -> list[Record]:
    with desk.database.read() as work:
        return work.find(Record, journal=head(desk, key).id, action=action, order="seq")
