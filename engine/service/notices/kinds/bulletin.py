"""A bulletin of what was due by now, in the order of the directory, naming no person (通报, N5, L9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import reckoning, units
from engine.model import Item
from engine.reckoning import Owed
from engine.service.duties import reckoned
from engine.service.kernel.case import CampaignSession
from engine.service.notices import facts, reporting
from engine.service.notices.composing import lateness
from engine.service.notices.composing.lines import in_order
from engine.service.notices.facts import Said
from engine.service.notices.kind import NoticeKind
from notifications.layout import MOST_INLINE


def _fields(case: CampaignSession, items: Sequence[Item]) -> dict[str, Any]:
    found = reckoned.owed_in(case)
    counted = lateness.ours(case, found)
    below, beside = (
        in_order(case, _told_of(case, found, *each)) for each in (("subordinate",), ("peer", "vertical"))
    )
    return {
        "unit": "",
        "units": below or beside,
        "copied": beside if below else (),
        "commended": _commended(case, counted),
        "figures": reporting.figures(reckoned.counted(case, counted)),
        "items": lateness.lines(case, lateness.named(case, found)),
    }


def _named(case: CampaignSession) -> tuple[int, ...]:
    return tuple(each.assignment.id for each in lateness.named(case, reckoned.owed_in(case)))


def _told_of(case: CampaignSession, found: Sequence[Owed], *relations: str) -> set[str]:
    """Return the units of some relations that a bulletin goes to, as they are called today; not ourselves."""
    owing = {e.assignment.unit for e in found if reckoning.standing(e, case.today) not in ("cancelled", "waived")}
    below = {unit for unit in owing if case.relation(unit) in relations} - {case.plan.workflow.office}
    now = units.current(case.plan.workflow.directory, below, case.today)
    return {unit for unit in now if not case.has_ended(unit)}


def _commended(case: CampaignSession, found: Sequence[Owed]) -> tuple[str, ...]:
    """Return the units of which all that was due came in time and what was reviewed passed; who signs may strike any.

    What waits for our review neither earns praise nor costs it.
    """
    due = [e for e in found if reckoning.is_counted(e, case.today) and not case.has_ended(e.assignment.unit)]
    praised = {e.assignment.unit for e in due if e.assignment.state == "accepted" and reckoning.is_on_time(e)}
    return in_order(case, praised - {e.assignment.unit for e in due if not _is_blameless(e)})


def _is_blameless(each: Owed) -> bool:
    """Tell whether something came, and by its day if it has one."""
    return each.assignment.state in ("accepted", "submitted") and (each.due is None or reckoning.is_on_time(each))


def _all_on_time(said: Said) -> bool:
    """Tell whether all that is counted of each commended unit came, by its day, and something was accepted."""
    counted = lateness.ours(said.case, reckoned.owed_in(said.case))
    return {*said.values["commended"]} <= {*_commended(said.case, counted)}


def _annexed(said: Said) -> bool:
    """Tell whether there are more lines, or names, than the text holds: then the template attaches them."""
    return max(len(said.lines), len(said.values["commended"])) > MOST_INLINE


KIND = NoticeKind(
    name="bulletin",
    gathers="document",
    fields=_fields,
    shows_facts=True,
    named=_named,
    bears={
        "counted": facts.given("figures"),
        "all_done": lambda said: said.values["figures"].done == said.values["figures"].due,
        "all_on_time": _all_on_time,
        "late": facts.not_done,
        "none_late": lambda said: not said.lines,
        "annexed": _annexed,
    },
)
