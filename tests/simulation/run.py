"""A seed lived from its first statement to its rest, and what must hold of it."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from datetime import UTC, timedelta

from notifications.channels import Limit
from tests.simulation.acts import first_act
from tests.simulation.draw import Draw
from tests.simulation.faults import Faults
from tests.simulation.invariants import INVARIANTS
from tests.simulation.oracle import Seen
from tests.simulation.post import Post
from tests.simulation.workers import Person, Server
from tests.simulation.workflows import drawn
from tests.simulation.world import Clock, Store, World, new_folder

PEOPLE = 3


def lived(seed: int, *, without: Collection[str] = (), most: int = 10**9) -> World:
    """Live the run of a seed and return its world, with all that was wrong."""
    store = Store(new_folder())
    store.begin()
    world = _made(seed, store, without, most)
    try:
        world.run()
        seen = Seen(world)
        world.journals = [told.data for told in seen.records]
        for invariant in INVARIANTS:
            for what in invariant(seen):
                world.blame(f"{invariant.__name__}: {what}")
    finally:
        world.store.close()
        shutil.rmtree(world.store.folder)
    return world


def journals_of(seed: int, store: Store) -> list[bytes]:
    """Live the run of a seed on a database of its own kind and return its journals; hands change between transactions."""
    world = _made(seed, store, (), 10**9)
    try:
        world.run()
        return [told.data for told in Seen(world).records]
    finally:
        store.close()


def _made(seed: int, store: Store, without: Collection[str], most: int) -> World:
    draw = Draw(f"seed {seed}")
    made = drawn(draw.of("workflow"))
    world = World(seed=seed, draw=draw, made=made, clock=Clock(made.begins.astimezone(UTC)), store=store)
    crew = draw.of("crew")
    world.sticks = crew.pick((0.5, 0.8, 0.9, 0.97))
    world.acts_left = crew.whole(3, 8)
    limits = crew.pick(
        ((), (), (Limit(count=1, seconds=60),), (Limit(count=1, seconds=30), Limit(count=2, seconds=3600)))
    )
    world.post, world.faults = Post(world, limits=limits), Faults(world, draw.of("faults"), without, most)
    offs = [timedelta(0)] + [timedelta(milliseconds=crew.pick((0, 0, 40, 2000, 90_000))) for _ in range(8)]
    servers = [Server(world, f"server{n}", offs[n]) for n in range(crew.pick((1, 1, 2, 2, 2, 3, 3, 4, 8)))]
    people = [Person(world, f"person{n}") for n in range(PEOPLE)]
    world.operator = Person(world, "operator")
    world.operator.takes_acts = False
    world.workers = [*servers, *people, world.operator]
    act = first_act(world)
    world.acts.append(act)
    people[0].take(act)
    return world
