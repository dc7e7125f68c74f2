"""The task breakdown table of a campaign: written out, and read in again in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from engine.errors import BadInput, PhasegateError, Refused
from engine.records import record, replace
from engine.service.campaigns.views.breakdown import lines
from engine.service.kernel.actor import actor_of
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import Desk, act, find_campaign, open_case, reading
from engine.service.kernel.params import params_of
from engine.service.kernel.sight import whose
from engine.sheets import Book, BreakdownLine, CellEdit, Deed, as_csv, as_workbook, compared, kept, lost


@record(kw_only=False)
class BreakdownTable:
    """The rows of a campaign's table at an instant, ready to be written."""

    title: str
    campaign: str
    case: CampaignSession
    lines: tuple[BreakdownLine, ...]

    def workbook(self, over: Book | None = None) -> bytes:
        """Return the table as a workbook; with a former file, its own columns are kept."""
        at = self.case.at.astimezone(self.case.plan.zone)
        own = kept(over) if over else None
        return as_workbook(self.lines, title=self.title, campaign=self.campaign, at=at, own=own)

    def csv(self, over: Book | None = None) -> bytes:
        """Return the table as CSV; with a former file, its own columns are kept."""
        return as_csv(self.lines, kept(over) if over else None)

    def of_units(self) -> Mapping[str, BreakdownTable]:
        """Return the table of each unit that has a row, in order."""
        units = dict.fromkeys(line.unit for line in self.lines)
        return {unit: replace(self, lines=tuple(ln for ln in self.lines if ln.unit == unit)) for unit in units}

    def require_imported(self, former: Book) -> None:
        """Refuse to write over edits that nobody imported, or over anything that is not ours."""
        others = lost(former, self.lines)
        if others:
            raise BadInput("other_sheets", found="、".join(others))
        found = compared(former, self.campaign, self.lines)
        found.problems.settle()
        edited = [change.cell for deed in found.deeds for change in deed.changes]
        if edited:
            facts = {"number": len(edited), "cells": edited[:3], "campaign": self.campaign}
            raise BadInput("edits_unimported", found=edited[0], **facts)


def table(desk: Desk, campaign: str, unit: str = "", who: str = "") -> BreakdownTable:
    """Return the breakdown table of a campaign, or one unit's part of it; to a unit its own."""
    with reading(desk, campaign, who) as case:
        name = whose(case, "duty", case.unit(unit).name if unit else "")
        return BreakdownTable(case.head.title or case.plan.workflow.title, campaign, case, tuple(lines(case, name)))


class _NotKept(Exception):
    """Ends a transaction of which nothing is to be kept."""


@record
class Imported:
    """What an import changed, or would change: edited cells with the act each of them means."""

    campaign: str
    rows: int
    done: tuple[tuple[str, CellEdit], ...]
    left: tuple[str, ...] = ()


def imported(
    desk: Desk, campaign: str, book: Book, voucher: Mapping[str, Any], *, actor: str = "", dry_run: bool = False
) -> Imported:
    """Do what the edited cells of a file mean, all of it or nothing; BadSheet tells every cell that cannot be.

    `voucher` is the file itself: what it records for a unit rests on it (SEMANTICS D8).
    """
    done: list[Deed] = []
    total: list[BreakdownLine] = []
    left: list[str] = []
    with suppress(_NotKept), desk.database.write() as work:
        case = open_case(desk, work, find_campaign(work, campaign))
        total = lines(case)
        found = compared(book, case.head.key, total)
        done, left = found.deeds, found.left
        acting = actor_of(actor, case.plan.workflow, desk.door)
        for deed in done:
            refusal = _outcome(case, acting, deed, voucher)
            if refusal is not None:
                _tell(deed, refusal, found.problems)
        found.problems.settle()
        if dry_run or not done:
            work.flush()
            raise _NotKept
    changes = tuple((deed.action, change) for deed in done for change in deed.changes)
    return Imported(campaign=campaign, rows=len(total), done=changes, left=tuple(left))


def _outcome(case: CampaignSession, acting: Any, deed: Deed, voucher: Mapping[str, Any]) -> PhasegateError | None:
    given = {name: value for name, value in deed.given.items() if value}
    given |= {"task": deed.line.task_id, "unit": deed.line.unit, "voucher": dict(voucher)}
    if deed.line.period:
        given["period"] = deed.line.period
    known = {param.name for param in params_of(case.actions[deed.action].params)}
    given = {name: value for name, value in given.items() if name in known}
    try:
        told = act(case, acting, deed.action, given)
    except PhasegateError as error:
        return error
    return told if isinstance(told, Refused) else None


def _tell(deed: Deed, refusal: PhasegateError, problems: Any) -> None:
    at = next((change.column for change in deed.changes), deed.at.name)
    cure = f"clear the cell, or see `phasegate task show … {deed.line.task_id} --unit {deed.line.unit}`"
    deed.row.wrong(problems, "PS306", at, f"the rules refuse to {deed.action} — {refusal}", "", cure)
