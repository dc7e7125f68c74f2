"""Notices as papers: drafting, releasing, withholding, signing, correcting (SEMANTICS L6, N2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from engine.errors import UnknownName, WrongState
from engine.model import Deadline, DocumentNumber, Hold, Item, Notice, Occurrence
from engine.records import replace
from engine.service import binding, reporting
from engine.service.actions.action import Action, Answer, Decision, Given, refuse, text_given
from engine.service.actions.clockwork import make_moot, post, take_number
from engine.service.actor import Actor
from engine.service.case import NOON, Case
from engine.service.effects import deadlines
from engine.service.effects.items import enqueue
from engine.service.journal import Entry
from engine.store.work import NUMBERS
from notifications.notice import NoticeError, document_number

OFFICE = frozenset({"office"})
EITHER = frozenset({"office", "leader"})
NUMBER = re.compile(r"[0-9]{1,18}")
UPCOMING = re.compile(r"u([0-9]{1,9})-([0-4])")
DRAFTABLE = ("bulletin", "application", "accountability", "report")


def notice_of(case: Case, given: Given) -> Notice:
    """Return the notice that a command names by its number within the campaign."""
    word = str(given.get("notice") or "")
    found = case.work.get(Notice, notice_id(case, word)) if NUMBER.fullmatch(word) else None
    if found is None or found.campaign != case.id:
        raise UnknownName("notice", word, [])
    return found


def notice_id(case: Case, word: str) -> int:
    """Return a notice's full number from the short one that lists print."""
    number = int(word)
    return number if number >> 32 else case.id << 32 | number


# --- drafting ---


def _decide_draft(case: Case, actor: Actor, given: Given) -> Decision:
    kind = str(given.get("kind") or "")
    if kind not in DRAFTABLE:
        raise UnknownName("kind of document", kind, list(DRAFTABLE))
    facts: dict[str, Any] = {"kind": kind}
    if kind == "report":
        facts |= _report_facts(case, given)
    return Decision(subject=kind, facts=facts)


def _report_facts(case: Case, given: Given) -> dict[str, Any]:
    """Return on which year and to which superior a report is (SEMANTICS Q2)."""
    to = case.unit(str(given["to"])).name if given.get("to") else reporting.superior(case)
    if case.relation(to) != "superior":
        raise refuse(f"{to} is no superior", "a report goes to a superior; others get a bulletin")
    return {"to": to, "year": reporting.year_given(case, str(given.get("year") or ""))}


def _apply_draft(case: Case, entry: Entry) -> Answer:
    told = {name: entry.facts[name] for name in ("to", "year") if name in entry.facts}
    office = case.plan.workflow.office
    item = enqueue(case, entry.facts["kind"], office, delivery="draft", level=4, facts=told)
    return {"item": item.id & 0xFFFFFFFF, "kind": item.kind}


# --- release and withhold (L6) ---


def _decide_release(case: Case, actor: Actor, given: Given) -> Decision:
    notice = notice_of(case, given)
    if notice.state not in ("listed", "withheld"):
        cure = "only a listed or withheld notice can be released"
        raise WrongState(action="release", subject=f"notice {given['notice']}", state=notice.state, cure=cure)
    if _is_drafted(case, notice):
        return Decision(subject=notice.subject, facts={"notice": notice.id, "moot": []})
    items, moot = _still_true(case, notice)
    facts = _written_anew(case, notice, items)
    if not facts["to"]:
        raise refuse(f"nobody of {facts['unit']} is reached at this level", "set a contact with `units contact`")
    return Decision(subject=notice.subject, facts=facts | {"notice": notice.id, "moot": moot})


def _is_drafted(case: Case, notice: Notice) -> bool:
    return any(item.delivery == "draft" for item in case.work.find(Item, notice=notice.id))


def _written_anew(case: Case, notice: Notice, items: list[Item], number: str = "") -> dict[str, Any]:
    """Return the texts as of today, of what still holds: time may have passed since they were written (F5)."""
    try:
        told = binding.written(case, notice.kind, items[0].unit, notice.level, items, number=number)
    except NoticeError as error:
        raise refuse(str(error), "mend the template or the fields, then try again") from error
    return {key: told[key] for key in ("subject", "content", "number", "to", "unit", "day")}


def _apply_release(case: Case, entry: Entry) -> Answer:
    """Let a notice go; one that was drafted waits for its signature again."""
    notice = case.work.must(Notice, entry.facts["notice"])
    drafted = _is_drafted(case, notice)
    notice = replace(notice if drafted else _anew(notice, entry), state="draft" if drafted else "queued", reason="")
    case.work.put(notice)
    for found, reason in entry.facts["moot"]:
        make_moot(case, found, reason)
    if not drafted:
        post(case, notice)
    _mark(case, notice, _told_after_all)
    return {"notice": notice.id & 0xFFFFFFFF, "state": notice.state}


def _told_after_all(occurrence: Occurrence) -> Occurrence:
    return replace(occurrence, outcome="raised", reason="") if occurrence.outcome == "withheld" else occurrence


def _decide_withhold(case: Case, actor: Actor, given: Given) -> Decision:
    reason = text_given(given, "reason", "what is withheld, and why, is on record")
    word = str(given.get("notice") or "")
    if word.startswith("u"):
        deadline, level = _upcoming(case, word)
        return Decision(subject=word, facts={"deadline": deadline.id, "level": level}, reason=reason)
    notice = notice_of(case, given)
    if notice.state not in ("listed", "draft"):
        cure = "what was queued or sent is corrected, not withheld"
        raise WrongState(action="withhold", subject=f"notice {word}", state=notice.state, cure=cure)
    return Decision(subject=notice.subject, facts={"notice": notice.id}, reason=reason)


def _upcoming(case: Case, word: str) -> tuple[Deadline, int]:
    """Return the deadline and level that an entry of the release list stands for (`u<deadline>-<level>`)."""
    named = UPCOMING.fullmatch(word)
    found = case.work.get(Deadline, case.id << 32 | int(named[1])) if named else None
    if named is None or found is None:
        raise UnknownName("entry of the release list", word, [])
    return found, int(named[2])


def _apply_withhold(case: Case, entry: Entry) -> Answer:
    if "deadline" in entry.facts:
        return _hold_back(case, entry)
    found = case.work.must(Notice, entry.facts["notice"])
    notice = replace(found, state="withheld", reason=f"{entry.actor}: {entry.reason}")
    case.work.put(notice)
    _mark(case, notice, lambda told: replace(told, outcome="withheld", reason=notice.reason))
    return {"notice": notice.id & 0xFFFFFFFF, "state": "withheld"}


def _hold_back(case: Case, entry: Entry) -> Answer:
    deadline = case.work.must(Deadline, entry.facts["deadline"])
    hold = Hold(
        id=case.next_id(),
        campaign=case.id,
        deadline=deadline.id,
        level=entry.facts["level"],
        reason=f"{entry.actor}: {entry.reason}",
        from_at=case.at,
    )
    case.known.keep_hold(hold, new=True)
    deadlines.change(case, deadline)
    return {"deadline": deadline.id & 0xFFFFFFFF, "state": "withheld"}


# --- signing ---


def _decide_sign(case: Case, actor: Actor, given: Given) -> Decision:
    notice = notice_of(case, given)
    if notice.state != "draft":
        cure = "only a draft can be signed"
        raise WrongState(action="sign", subject=f"notice {given['notice']}", state=notice.state, cure=cure)
    _require_facts_shown(case, notice)
    items, moot = _still_true(case, notice)
    number = next_number(case)
    signer = case.plan.workflow.signers.get(notice.kind, actor.name)
    facts = _written_anew(case, notice, items, number)
    return Decision(subject=notice.subject, facts=facts | {"notice": notice.id, "signer": signer, "moot": moot})


def _require_facts_shown(case: Case, notice: Notice) -> None:
    """A bulletin is not signed before the units could answer to what it says of them (SEMANTICS N5)."""
    shown = case.work.find(Item, campaign=case.id, kind="facts_shown") if notice.kind == "bulletin" else []
    days = {told["by"] for told in (json.loads(item.facts) for item in shown) if told["bulletin"] == notice.id}
    if not days:
        return
    until = datetime.combine(date.fromisoformat(max(days)), NOON, case.plan.zone)
    if case.at < until:
        raise refuse(f"the units see the facts until {until:%Y-%m-%d %H:%M}", "sign it then")


def _still_true(case: Case, notice: Notice) -> tuple[list[Item], list[list[Any]]]:
    """Return the items of a draft that hold, and each other with the reason; a refusal where none does (F5)."""
    items = case.work.find(Item, notice=notice.id, order="id")
    moot = [[item.id, why] for item in items if item.occurrence and (why := binding.moot_reason(case, item))]
    if moot and len(moot) == len(items):
        raise refuse(f"nothing in it holds any more: {moot[0][1]}", "withhold it")
    gone = {number for number, _ in moot}
    return [item for item in items if item.id not in gone], moot


def next_number(case: Case) -> str:
    """Return the next document number of this issuer and year; numbers leave no gap.

    Campaigns share an issuer: until this transaction ends no other is given one.
    """
    case.work.alone(NUMBERS)
    year = case.today.year
    known = case.work.get(DocumentNumber, case.plan.workflow.mark, year)
    return document_number(case.plan.workflow.mark, year, 1 if known is None else known.last + 1)


def _apply_sign(case: Case, entry: Entry) -> Answer:
    facts = entry.facts
    draft = case.work.must(Notice, facts["notice"])
    notice = replace(_anew(draft, entry), state="queued", reason=f"签发:{facts['signer']}")
    case.work.put(notice)
    for found, reason in facts["moot"]:
        make_moot(case, found, reason)
    take_number(case, facts["number"], notice.day.year)
    post(case, notice)
    # Level 4 counts from the sign-off of level 3 (SEMANTICS L2).
    _mark(case, notice, lambda told: replace(told, signed_at=case.at))
    return {"notice": notice.id & 0xFFFFFFFF, "number": notice.number, "state": "queued"}


def _anew(notice: Notice, entry: Entry) -> Notice:
    """Return a notice with the texts that its record says were written last."""
    facts = entry.facts
    return replace(
        notice,
        subject=facts["subject"],
        content=facts["content"],
        number=facts["number"],
        unit=facts["unit"],
        to=json.dumps(facts["to"], ensure_ascii=False),
        day=date.fromisoformat(facts["day"]),
    )


def _mark(case: Case, notice: Notice, how: Callable[[Occurrence], Occurrence]) -> None:
    """Write into the occurrences that a notice carries what became of it, and arm their ladders again."""
    for item in case.work.find(Item, notice=notice.id):
        occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
        if occurrence is not None:
            case.known.keep_occurrence(how(occurrence))
            deadline = case.work.get(Deadline, occurrence.deadline)
            if deadline is not None and deadline.state == "armed":
                deadlines.change(case, deadline)


# --- correction (N2) ---


def _decide_correct(case: Case, actor: Actor, given: Given) -> Decision:
    notice = notice_of(case, given)
    if notice.state != "sent":
        cure = "what has not gone out is withheld or written anew"
        raise WrongState(action="correct", subject=f"notice {given['notice']}", state=notice.state, cure=cure)
    wrong = text_given(given, "wrong", "a correction names the words")
    right = text_given(given, "right", "a correction names the words")
    facts: dict[str, Any] = {
        "notice": notice.id,
        "title": notice.subject,
        "number": notice.number,
        "day": notice.day.isoformat(),
        "units": notice.unit.split("、"),
        "wrong": wrong,
        "right": right,
    }
    return Decision(subject=notice.subject, facts=facts)


def _apply_correct(case: Case, entry: Entry) -> Answer:
    notice = case.work.must(Notice, entry.facts["notice"])
    enqueue(case, "correction", entry.facts["units"][0], level=notice.level, facts=dict(entry.facts))
    return {"corrects": notice.id & 0xFFFFFFFF}


ACTIONS = (
    Action("draft", OFFICE, _decide_draft, _apply_draft),
    Action("release", OFFICE, _decide_release, _apply_release, after_end=True),
    Action("withhold", EITHER, _decide_withhold, _apply_withhold, after_end=True),
    Action("sign", frozenset({"leader"}), _decide_sign, _apply_sign, after_end=True),
    Action("correct", OFFICE, _decide_correct, _apply_correct, after_end=True),
)
