"""How a rule changes under histories that stand: by the way that CONTRIBUTING tells, tried on a frozen history.

Nothing here is a rule of ours: a program of tomorrow is played that accepts otherwise, gives one more row, tells more,
or reads more strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from engine import reader
from engine.clock import SteppedClock
from engine.errors import BadWorkflow, Problem
from engine.model import Assignment, Campaign, Tally
from engine.model.plain import Ref
from engine.records import record, replace
from engine.service.audit.audit import verify_all
from engine.service.audit.rebuilding import rebuild
from engine.service.clock.sweep import sweep
from engine.service.duties.commands import duties
from engine.service.kernel.action import Action, Answer, Decision, Earlier
from engine.service.kernel.case import SETTLED, CampaignSession
from engine.service.kernel.desk import Command, Desk, perform, reading
from engine.service.kernel.journal import Entry
from engine.service.kernel.registry import ACTIONS, new_desk
from engine.store.migrations import upgrade
from tests.histories.frozen import thaw

KEY = "demo"
FILE = {"name": "总结.pdf", "sha256": "0" * 64, "size": 1}


@pytest.fixture
def today(empty_url: str) -> Iterator[Desk]:
    """A frozen history at a desk of today, with one hand-in more that waits for its review."""
    thaw("shizhu", empty_url)
    database = upgrade(empty_url)
    with database.read() as work:
        last_at = max(head.last_at for head in work.find(Campaign))
    desk = new_desk(database, SteppedClock(last_at + timedelta(hours=1)))
    hand_in(desk)
    accept(desk)
    hand_in(desk)
    yield desk
    database.close()


def hand_in(desk: Desk) -> None:
    with reading(desk, KEY) as case:
        plain = {task.id for task in case.plan.workflow.tasks if not task.counted and not task.consolidate}
        found = case.work.find(Assignment, campaign=case.id, order="id")
        owed = next(a for a in found if a.task in plain and a.state not in (*SETTLED, "submitted"))
    given = {"task": owed.task, "unit": owed.unit, "note": "已落实", "voucher": {"text": "电话"}, "files": [FILE]}
    perform(desk, Command("submit", KEY, given))


def accept(desk: Desk) -> Answer:
    with reading(desk, KEY) as case:
        found = case.work.find(Assignment, campaign=case.id, state="submitted", order="id")
    return dict(perform(desk, Command("accept", KEY, {"task": found[0].task, "unit": found[0].unit})))


def tomorrow(today: Desk, name: str, change: Callable[[Action], Action]) -> Desk:
    """Return a desk of a program whose rules are one version further, where one action is another."""
    old = ACTIONS[name]
    kept = Earlier(until=today.rules, apply=old.apply, facts=old.facts)
    actions: Mapping[str, Action] = {**ACTIONS, name: replace(change(old), earlier=(kept,))}
    return replace(today, actions=actions, rules=today.rules + 1)


def goes_on(desk: Desk) -> None:
    """Hold that what stood is proved and rebuilt by the program of tomorrow, that it goes on, and is proved again."""
    before = verify_all(desk)
    assert before.findings == ()
    assert rebuild(desk, dry_run=True).differences == ()
    accept(desk)
    hand_in(desk)
    sweep(desk)
    after = verify_all(desk)
    assert after.findings == () and after.records > before.records


def rules_of(desk: Desk, action: str) -> list[int]:
    from engine.history import parse
    from engine.model import Record

    with desk.database.read() as work:
        return [parse(each.data)["rules"] for each in work.find(Record, action=action, order="seq")]


def test_a_rule_is_changed_under_a_history_that_was_lived_by_the_old_one(today: Desk) -> None:
    """From tomorrow on an acceptance counts from the day after: only what is accepted then."""

    def changed(old: Action) -> Action:
        def apply(case: CampaignSession, entry: Entry) -> Answer:
            facts = replace(entry.facts, on=entry.facts.on + timedelta(days=1))
            return old.apply(case, replace(entry, facts=facts))

        return replace(old, apply=apply)

    desk = tomorrow(today, "accept", changed)
    goes_on(desk)
    assert set(rules_of(desk, "accept")) == {1, 2}


def test_a_row_more_in_an_apply_shifts_no_row_of_before(today: Desk) -> None:
    def changed(old: Action) -> Action:
        def apply(case: CampaignSession, entry: Entry) -> Answer:
            case.work.add(
                Tally(
                    id=case.next_id(),
                    campaign=case.id,
                    quota="accepted",
                    kind="",
                    unit="",
                    number=1,
                    happened_on=entry.facts.on,
                    note="",
                )
            )
            return old.apply(case, entry)

        return replace(old, apply=apply)

    desk = tomorrow(today, "accept", changed)
    goes_on(desk)
    with desk.database.read() as work:
        assert len(work.find(Tally, quota="accepted")) == 1


@record
class AcceptedBy:
    """What tomorrow's record of an acceptance tells: also by what it was judged, which none of before could."""

    assignment: Ref
    on: date
    judged_by: str
    told: tuple[str, ...] = ()


def test_a_record_tells_more_from_a_version_on(today: Desk) -> None:
    def changed(old: Action) -> Action:
        def decide(case: CampaignSession, actor: Any, given: Any) -> Decision:
            found = old.decide(case, actor, given)
            facts: duties.Accepted = found.facts
            told = {"assignment": facts.assignment, "on": facts.on, "told": facts.told}
            return replace(found, facts=AcceptedBy(**told, judged_by="考核办法"))

        return replace(old, decide=decide, facts=AcceptedBy)

    goes_on(tomorrow(today, "accept", changed))


def test_a_reader_that_became_stricter_holds_up_no_campaign_that_runs(
    today: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(bundle: Mapping[str, str], name: str, **_: Any) -> None:
        raise BadWorkflow(name, [Problem(file=name, line=1, column=1, code="PW999", what="nothing is good enough")])

    monkeypatch.setattr(reader, "read", refuses)
    goes_on(replace(today, library=type(today.library)()))


def test_a_change_without_a_version_is_found_at_the_first_record_it_breaks(today: Desk) -> None:
    old = ACTIONS["accept"]

    def apply(case: CampaignSession, entry: Entry) -> Answer:
        case.next_id()
        return old.apply(case, entry)

    desk = replace(today, actions={**ACTIONS, "accept": replace(old, apply=apply)})
    (found,) = verify_all(desk).findings
    assert "its rows were given 0 numbers, now 1" in found.what


def test_a_history_of_a_newer_program_is_said_to_be_one(today: Desk) -> None:
    def unchanged(old: Action) -> Action:
        return old

    accept(tomorrow(today, "accept", unchanged))
    (found,) = verify_all(today).findings
    assert "it was decided under rules 2, this program knows 1" in found.what
