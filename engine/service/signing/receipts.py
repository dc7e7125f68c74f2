"""Receipts by link: what the holder of a token sees, and signing in the name of the unit (docs/semantics.md Z)."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any, Final, get_args

from engine import tokens, units
from engine.errors import BadLink, Refused
from engine.history import canonical, digest
from engine.model import Answer, Assignment, Campaign
from engine.model.plain import moment, short
from engine.records import record, replace
from engine.service.duties.apply import objections
from engine.service.kernel.action import Answer as Told
from engine.service.kernel.actor import Actor, Door
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.desk import OF_LINKS, Command, Desk, act, case_at, open_case, perform, reading
from engine.service.kernel.journal import Once
from engine.service.notices.commands.paper import notice_of
from engine.service.notices.composing.lines import OBJECTED, relation, state_text, title_of
from engine.service.signing import linking
from engine.service.signing.linking import Late, Links, Paper, Why
from engine.store.work import UnitOfWork

COUNTED: Final = "按次登记,无需签收"
HANDED_ON: Final = "已转由其他单位承办"
REOPENED: Final = "任务有调整,请按最新通知签收"
LATE: Final = get_args(Late)


@record
class SignableDuty:
    """One task of a notice as the unit sees it by its link; `open` where it can be signed for."""

    task: str
    title: str
    due_on: date | None
    state: str
    open: bool
    signed_on: date | None = None
    signed_at: datetime | None = None


@record
class ReceiptSight:
    """What a link shows. Where it holds no longer (`why`), it tells nothing of duties; `done` counts new records."""

    campaign: str
    title: str
    office: str
    unit: str
    notice: int
    subject: str
    day: date
    today: date
    until: date
    close: time
    courteous: bool = False
    why: Why = ""
    duties: tuple[SignableDuty, ...] = ()
    done: int = 0

    @property
    def open(self) -> bool:
        """Tell whether anything can be signed for."""
        return any(duty.open for duty in self.duties)


def look(desk: Desk, links: Links, token: str) -> ReceiptSight:
    """Return what a link shows, changing nothing; BadLink for a token that is none of ours."""
    seal = _opened(links, token)
    with desk.database.read() as work:
        head = _head(work, seal)
        case = case_at(desk, work, head, max(desk.now(), head.last_at))
        return _sight(case, _paper(case, seal))


def sign(desk: Desk, links: Links, token: str) -> ReceiptSight:
    """Sign for whatever of a notice is not answered yet, in the name of its unit (SEMANTICS L4).

    Doing it again changes nothing and waits for nobody (P5). A link that holds no longer signs nothing; that it
    was tried is recorded, once for each link.
    """
    seal = _opened(links, token)
    with desk.database.read() as work:
        head = _head(work, seal)
        case = case_at(desk, work, head, max(desk.now(), head.last_at))
        paper = _paper(case, seal)
        if not _acts(case, paper):
            return _sight(case, paper)
    return _signed(desk, seal)


def _signed(desk: Desk, seal: tokens.Seal) -> ReceiptSight:
    with desk.database.write() as work:
        case = open_case(desk, work, _head(work, seal))
        paper = _paper(case, seal)
        done = [_act(case, paper, *asked) for asked in _acts(case, paper)]
        sight = replace(_sight(case, paper), done=len(done))
    for refusal in (each for each in done if isinstance(each, Refused)):
        raise refusal
    return sight


def give(desk: Desk, links: Links, command: Command) -> dict[str, Any]:
    """Hand the link of a notice to the office, which the history records (Z3), and return it with its last day."""
    told = perform(desk, replace(command, given={**command.given, "days": links.days}))
    with reading(desk, command.campaign) as case:
        notice = notice_of(case, str(told["notice"]))
        paper = Paper(notice=notice, message=None, until=date.fromisoformat(told["until"]))
        return {**told, "link": linking.address(case, links, paper)}


def _opened(links: Links, token: str) -> tokens.Seal:
    seal = tokens.opened(token, links.keys)
    if seal is None:
        raise BadLink
    return seal


def _head(work: UnitOfWork, seal: tokens.Seal) -> Campaign:
    head = work.get(Campaign, seal.campaign)
    if head is None:
        raise BadLink
    return head


def _paper(case: CampaignSession, seal: tokens.Seal) -> Paper:
    paper = linking.paper_of(case, seal)
    if paper is None:
        raise BadLink
    return paper


# --- signing ---


Asked = tuple[str, str, dict[str, Any], str]
"""As which unit something is to be done, what, with which facts, and under which key."""


def _acts(case: CampaignSession, paper: Paper) -> list[Asked]:
    """Return what pressing the button would do now: sign for each open task, or tell of a link used too late."""
    why = linking.why_not(case, paper)
    if why:
        return _late(case, paper, why)
    owed = linking.unsigned(case, paper.notice)
    return [_receipt(paper, each) for each in owed if _answered(case, paper, each) is None]


def _receipt(paper: Paper, assignment: Assignment) -> Asked:
    named = {name: getattr(assignment, name) for name in ("task", "unit", "period")}
    return assignment.unit, "receive", {**named, "message": _message(paper)}, _key(paper, assignment)


def _late(case: CampaignSession, paper: Paper, why: Why) -> list[Asked]:
    key = f"{OF_LINKS}{short(paper.number)} {why}"
    if why not in LATE or case.work.get(Answer, case.id, key) is not None:
        return []
    unit = units.called(case.plan.workflow.directory, paper.notice.unit, case.today)
    told = {
        "notice": short(paper.notice.id),
        "message": _message(paper),
        "why": why,
        "until": paper.until.isoformat(),
    }
    return [(unit, "late_link", told, key)]


def _act(
    case: CampaignSession, paper: Paper, unit: str, action: str, given: dict[str, Any], key: str
) -> Told | Refused:
    """Act as a unit, under a key that tells which link it was and not its token (P5)."""
    once = Once(key, digest(canonical(given)))
    recipient = paper.message.recipient if paper.message else ""
    door = Door(kind="link", notice=paper.notice.id, recipient=recipient)
    return act(case, Actor(name=unit, role="unit", door=door), action, given, once)


def _key(paper: Paper, assignment: Assignment) -> str:
    return f"{OF_LINKS}{short(paper.number)} {short(assignment.id)}"


def _message(paper: Paper) -> int:
    """Return the number within the campaign of the message that brought a link; 0 where the office handed it on."""
    return short(paper.message.id) if paper.message else 0


def _answered(case: CampaignSession, paper: Paper, assignment: Assignment) -> datetime | None:
    """Return when an assignment was signed for by this very link, or None."""
    known = case.work.get(Answer, case.id, _key(paper, assignment))
    return moment(json.loads(known.answer)["at"]) if known else None


# --- what is seen ---


def _sight(case: CampaignSession, paper: Paper) -> ReceiptSight:
    why, notice, workflow = linking.why_not(case, paper), paper.notice, case.plan.workflow
    found = [] if why else linking.assignments(case, notice)
    return ReceiptSight(
        campaign=case.head.key,
        title=workflow.title,
        office=workflow.office,
        unit=units.called(workflow.directory, notice.unit, case.today),
        notice=short(notice.id),
        subject=notice.subject,
        day=notice.day,
        today=case.today,
        until=paper.until,
        close=workflow.hours.close,
        courteous=relation(case, notice.unit) != "subordinate",
        why=why,
        duties=tuple(_duty(case, paper, assignment) for assignment in found),
    )


def _duty(case: CampaignSession, paper: Paper, assignment: Assignment) -> SignableDuty:
    due = case.deadline(assignment, "due")
    answered = _answered(case, paper, assignment)
    is_open = linking.is_unsigned(case, paper.notice, assignment)
    return SignableDuty(
        task=assignment.task,
        title=title_of(case, assignment),
        due_on=due.due_on if due else None,
        state=_state(case, assignment, answered, is_open=is_open),
        open=is_open and answered is None,
        signed_on=assignment.received_on,
        signed_at=answered.astimezone(case.plan.zone) if answered else None,
    )


def _state(case: CampaignSession, assignment: Assignment, answered: datetime | None, *, is_open: bool) -> str:
    """Return how an assignment stands, in the words of a notice; why it cannot be signed for where it is issued."""
    if assignment.state != "issued" or (is_open and answered is None):
        objects = objections.open_one(case, assignment) is not None
        return OBJECTED if objects else state_text(case, assignment)
    if case.plan.tasks[assignment.task].counted is not None:
        return COUNTED
    return REOPENED if is_open else HANDED_ON
