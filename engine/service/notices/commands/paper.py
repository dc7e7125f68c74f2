"""Notices as papers: drafting, releasing, withholding, signing, correcting (SEMANTICS L6, N2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated

from engine.errors import UnknownName, WrongState
from engine.model import Assignment, Deadline, Hold, Item, Notice, Occurrence
from engine.model.plain import Coded, Ref, coded, reason_in, short
from engine.names import apart
from engine.records import record, replace
from engine.service.duties.apply import deadlines
from engine.service.kernel.action import Action, Answer, Decision, refuse, shows
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.items import enqueue
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import ABOUT, Is, Line, Text, Unit
from engine.service.kernel.params import Notice as NoticeNamed
from engine.service.notices import binding, shown
from engine.service.notices.commands.writing import answer_by, make_moot, post, take_number
from engine.service.notices.demanding import require_authority, require_superior
from engine.service.notices.kinds import correction, kind_of
from engine.service.notices.numbers import number_for
from engine.service.notices.texts import subject_of
from notifications.kinds import kinds_by_hand
from notifications.notice import NoticeError

# --- what the records tell ---


@record
class Drafted:
    """A document is to be drafted; a report names the superior to whom it goes and its year (Q2)."""

    kind: str
    to: str = ""
    year: int = 0


@record
class Texts:
    """A notice as it was written anew: the hash of its texts, its number, to whom it goes and on what day."""

    content: str
    number: str
    unit: str
    to: tuple[str, ...]
    day: date


@record
class Released:
    """A listed or withheld notice goes out; one that was drafted waits for its signature again.

    A draft that `names` assignments is written anew, and `shown` to units of which it says more than they were shown.
    """

    notice: Ref
    texts: Texts | None = None
    moot: tuple[tuple[Ref, Coded], ...] = ()
    drafted: bool = False
    names: tuple[Ref, ...] = ()
    shown: tuple[str, ...] = ()


@record
class Withheld:
    """A notice does not go out, or (`deadline`, `level`) one that was about to be written is held back."""

    notice: Ref = 0
    deadline: Ref = 0
    level: int = 0


@record
class Signed:
    """A draft was signed and is sent as it was written then."""

    notice: Ref
    signer: str
    texts: Texts
    moot: tuple[tuple[Ref, Coded], ...] = ()


@record
class Corrected:
    """Words of a notice that was sent are corrected in a notice of their own (N2)."""

    notice: Ref
    wrong: str
    right: str


# --- what they are given ---


@record
class OfNotice:
    """The notice that is meant, by its number within the campaign."""

    notice: Annotated[NoticeNamed, ABOUT]


@record
class Draft:
    """Have a formal document drafted; a report names the superior to whom it goes and its year."""

    kind: Annotated[str, Is(kind="choice", about=True, choices=kinds_by_hand(), thing="document")]
    to: Unit = ""
    year: Line = ""


@record
class Release(OfNotice):
    """Let a listed or withheld notice go."""


@record
class Withhold(OfNotice):
    """Keep back a notice that is listed, a draft, or about to go."""

    reason: Text


@record
class Sign(OfNotice):
    """Sign a draft: it is numbered, written anew and goes out.

    The number is the next of the register, or the one that is entered: of this register, or of another.
    """

    number: Line = ""


@record
class Correct(OfNotice):
    """Correct a notice that was sent: a new one (更正) names the old."""

    wrong: Line
    right: Line


OFFICE = frozenset({"office"})
EITHER = frozenset({"office", "leader"})
NUMBER = re.compile(r"[0-9]{1,18}")
UPCOMING = re.compile(r"u([0-9]{1,9})-([0-4])")


def notice_of(case: CampaignSession, word: str) -> Notice:
    """Return the notice that a command names by its number within the campaign."""
    found = case.work.get(Notice, notice_id(case, word)) if NUMBER.fullmatch(word) else None
    if found is None or found.campaign != case.id:
        raise UnknownName("notice", word, [])
    return found


def notice_id(case: CampaignSession, word: str) -> int:
    """Return a notice's full number from the short one that lists print."""
    number = int(word)
    return number if number >> 32 else case.id << 32 | number


# --- drafting ---


def _decide_draft(case: CampaignSession, actor: Actor, asked: Draft) -> Decision:
    ordered = kind_of(asked.kind).ordered
    require_authority(case, asked.kind)
    to, year = ordered(case, asked.to, asked.year) if ordered else ("", 0)
    return Decision(subject=asked.kind, facts=Drafted(kind=asked.kind, to=to, year=year))


def _apply_draft(case: CampaignSession, entry: Entry) -> Answer:
    facts: Drafted = entry.facts
    told = {"to": facts.to, "year": facts.year} if facts.year else {}
    office = case.plan.workflow.office
    item = enqueue(case, facts.kind, office, delivery="draft", level=4, facts=told)
    return {"item": short(item.id), "kind": item.kind}


# --- release and withhold (L6) ---


def _decide_release(case: CampaignSession, actor: Actor, asked: Release) -> Decision:
    notice = notice_of(case, asked.notice)
    if notice.state not in ("listed", "withheld"):
        raise WrongState("release", notice=short(notice.id), state=notice.state)
    if _is_drafted(case, notice):
        return Decision(subject=str(short(notice.id)), facts=_drafted_again(case, notice))
    items, moot = _still_true(case, notice)
    texts = _written_anew(case, notice, items)
    if not texts.to:
        raise refuse("nobody_reached", unit=texts.unit, level=notice.level)
    return Decision(subject=str(short(notice.id)), facts=Released(notice=notice.id, texts=texts, moot=moot))


def _drafted_again(case: CampaignSession, notice: Notice) -> Released:
    """Return what becomes of a draft taken up again: a bulletin speaks of how things stand by now (L9, N7)."""
    if not kind_of(notice.kind).shows_facts:
        return Released(notice=notice.id)
    items, moot = _still_true(case, notice)
    names = kind_of(notice.kind).named(case)
    return Released(
        notice=notice.id,
        texts=_written_anew(case, notice, items),
        moot=moot,
        drafted=True,
        names=names,
        shown=shown.not_shown_yet(case, notice, names),
    )


def _is_drafted(case: CampaignSession, notice: Notice) -> bool:
    return any(item.delivery == "draft" for item in case.work.find(Item, notice=notice.id))


def _written_anew(case: CampaignSession, notice: Notice, items: list[Item], number: str = "") -> Texts:
    """Return the texts as of today, of what still holds: time may have passed since they were written (F5)."""
    try:
        told = binding.written(case, notice.kind, items[0].unit, notice.level, items, number=number)
    except NoticeError as error:
        raise refuse("not_rendered", error={"code": error.key, **error.facts}) from error
    return Texts(content=told.content, number=told.number, unit=told.unit, to=told.to, day=told.day)


def _apply_release(case: CampaignSession, entry: Entry) -> Answer:
    """Let a notice go; one that was drafted waits for its signature again."""
    facts: Released = entry.facts
    notice = case.work.must(Notice, facts.notice)
    if facts.texts is None:
        notice = replace(notice, state="draft", reason="")
    elif facts.drafted:
        notice = replace(_anew(case, notice, facts.texts), state="draft", reason="")
    else:
        notice = replace(_anew(case, notice, facts.texts), state="queued", reason="")
    case.work.put(notice)
    for found, reason in facts.moot:
        make_moot(case, found, reason)
    if facts.drafted:
        shown.remember_named(case, notice, facts.names)
        shown.show_facts(case, notice, facts.shown, facts.names, answer_by(case))
    elif facts.texts is not None:
        post(case, notice)
    _mark(case, notice, _told_after_all)
    return {"notice": short(notice.id), "state": notice.state}


def _told_after_all(occurrence: Occurrence) -> Occurrence:
    return replace(occurrence, outcome="raised", reason="") if occurrence.outcome == "withheld" else occurrence


def _decide_withhold(case: CampaignSession, actor: Actor, asked: Withhold) -> Decision:
    word = asked.notice
    if word.startswith("u"):
        deadline, level = _upcoming(case, word)
        return Decision(subject=word, facts=Withheld(deadline=deadline.id, level=level), reason=asked.reason)
    notice = notice_of(case, asked.notice)
    if notice.state not in ("listed", "draft"):
        raise WrongState("withhold", notice=short(notice.id), state=notice.state)
    return Decision(subject=str(short(notice.id)), facts=Withheld(notice=notice.id), reason=asked.reason)


def _upcoming(case: CampaignSession, word: str) -> tuple[Deadline, int]:
    """Return the deadline and level that an entry of the release list stands for (`u<deadline>-<level>`)."""
    named = UPCOMING.fullmatch(word)
    found = case.work.get(Deadline, case.id << 32 | int(named[1])) if named else None
    if named is None or found is None:
        raise UnknownName("release_entry", word, [])
    return found, int(named[2])


def _apply_withhold(case: CampaignSession, entry: Entry) -> Answer:
    facts: Withheld = entry.facts
    if facts.deadline:
        return _hold_back(case, entry, facts)
    found = case.work.must(Notice, facts.notice)
    notice = replace(found, state="withheld", reason=f"{entry.actor}: {entry.reason}")
    case.work.put(notice)
    _mark(case, notice, lambda told: replace(told, outcome="withheld", reason=notice.reason))
    return {"notice": short(notice.id), "state": "withheld"}


def _hold_back(case: CampaignSession, entry: Entry, facts: Withheld) -> Answer:
    deadline = case.work.must(Deadline, facts.deadline)
    hold = Hold(
        id=case.next_id(),
        campaign=case.id,
        deadline=deadline.id,
        level=facts.level,
        reason=f"{entry.actor}: {entry.reason}",
        from_at=case.at,
    )
    case.known.keep_hold(hold, new=True)
    deadlines.change(case, deadline)
    return {"deadline": short(deadline.id), "state": "withheld"}


# --- signing ---


def _decide_sign(case: CampaignSession, actor: Actor, asked: Sign) -> Decision:
    notice = notice_of(case, asked.notice)
    if notice.state != "draft":
        raise WrongState("sign", notice=short(notice.id), state=notice.state)
    shown.require_answered(case, notice)
    shown.require_still_so(case, notice)
    items, moot = _still_true(case, notice)
    require_authority(case, notice.kind, (_owing(case, item) for item in items))
    number = number_for(case, asked.number)
    signer = case.plan.workflow.signers.get(notice.kind, actor.name)
    texts = _signed(case, notice, items, number)
    require_superior(case, notice.kind, texts.unit)
    facts = Signed(notice=notice.id, signer=signer, texts=texts, moot=moot)
    return Decision(subject=str(short(notice.id)), facts=facts)


def _still_true(case: CampaignSession, notice: Notice) -> tuple[list[Item], tuple[tuple[int, str], ...]]:
    """Return the items of a draft that hold, and each other with the reason; a refusal where none does (F5)."""
    items = case.work.find(Item, notice=notice.id, order="id")
    moot = tuple((item.id, why) for item in items if item.occurrence and (why := binding.moot_reason(case, item)))
    if moot and len(moot) == len(items):
        raise refuse("nothing_holds", reason=reason_in(moot[0][1]))
    gone = {number for number, _ in moot}
    return [item for item in items if item.id not in gone], moot


def _signed(case: CampaignSession, notice: Notice, items: list[Item], number: str) -> Texts:
    """Return the texts that are signed: those that were read where units were shown them, else those of today."""
    if not kind_of(notice.kind).shows_facts:
        return _written_anew(case, notice, items, number)
    to, content = binding.recipients(case, notice, items), shown.as_read(case, notice, number)
    return Texts(content=content, number=number, unit=notice.unit, to=to, day=case.today)


def _owing(case: CampaignSession, item: Item) -> str:
    """Return of which unit an item demands something: nobody's where it speaks of no assignment."""
    assignment = case.work.get(Assignment, item.assignment) if item.assignment else None
    return assignment.unit if assignment is not None else ""


def _apply_sign(case: CampaignSession, entry: Entry) -> Answer:
    facts: Signed = entry.facts
    draft = case.work.must(Notice, facts.notice)
    notice = replace(_anew(case, draft, facts.texts), state="queued", reason=coded("signed", signer=facts.signer))
    case.work.put(notice)
    for found, reason in facts.moot:
        make_moot(case, found, reason)
    take_number(case, facts.texts.number, notice.day.year)
    post(case, notice)
    # Level 4 counts from the sign-off of level 3 (SEMANTICS L2).
    _mark(case, notice, lambda told: replace(told, signed_at=case.at))
    return {"notice": short(notice.id), "number": notice.number, "state": "queued"}


def _anew(case: CampaignSession, notice: Notice, texts: Texts) -> Notice:
    """Return a notice with the texts that its record says were written last."""
    return replace(
        notice,
        subject=subject_of(case, texts.content),
        content=texts.content,
        number=texts.number,
        unit=texts.unit,
        to=json.dumps([*texts.to], ensure_ascii=False),
        day=texts.day,
    )


def _mark(case: CampaignSession, notice: Notice, how: Callable[[Occurrence], Occurrence]) -> None:
    """Write into the occurrences that a notice carries what became of it, and arm their ladders again."""
    for item in case.work.find(Item, notice=notice.id):
        occurrence = case.work.get(Occurrence, item.occurrence) if item.occurrence else None
        if occurrence is not None:
            case.known.keep_occurrence(how(occurrence))
            deadline = case.work.get(Deadline, occurrence.deadline)
            if deadline is not None and deadline.state == "armed":
                deadlines.change(case, deadline)


# --- correction (N2) ---


def _decide_correct(case: CampaignSession, actor: Actor, asked: Correct) -> Decision:
    notice = notice_of(case, asked.notice)
    if notice.state != "sent":
        raise WrongState("correct", notice=short(notice.id), state=notice.state)
    _require_words(case, notice, asked)
    facts = Corrected(notice=notice.id, wrong=asked.wrong, right=asked.right)
    return Decision(subject=str(short(notice.id)), facts=facts)


def _require_words(case: CampaignSession, notice: Notice, asked: Correct) -> None:
    """Refuse to correct words that do not stand in the notice, or that would stay as they are (SEMANTICS N8)."""
    text = correction.text_of(case, notice.id)
    if not correction.places(text, asked.wrong):
        raise refuse("words_not_there", wrong=asked.wrong, there=correction.nearest(text, asked.wrong))
    if asked.wrong == asked.right:
        raise refuse("same_words", wrong=asked.wrong)
    if not case.now_called(apart(notice.unit)):
        raise refuse("nobody_left", unit=notice.unit)


def _apply_correct(case: CampaignSession, entry: Entry) -> Answer:
    facts: Corrected = entry.facts
    notice = case.work.must(Notice, facts.notice)
    told = correction.told_of(notice, facts.wrong, facts.right)
    enqueue(case, correction.KIND.name, told["units"][0], level=notice.level, facts=told)
    return {"corrects": short(notice.id)}


ACTIONS = (
    Action(
        "draft",
        OFFICE,
        _decide_draft,
        _apply_draft,
        Drafted,
        Draft,
        "notice draft",
        (
            shows("shizhu-2022", kind="bulletin"),
            shows("mile-2023", kind="report", to="州民族宗教委", year="2023"),
        ),
    ),
    Action(
        "release",
        OFFICE,
        _decide_release,
        _apply_release,
        Released,
        Release,
        "notice release",
        (shows("shizhu-2022", notice="1042"),),
        after_end=True,
    ),
    Action(
        "withhold",
        EITHER,
        _decide_withhold,
        _apply_withhold,
        Withheld,
        Withhold,
        "notice withhold",
        (
            shows("shizhu-2022", notice="u37-1", reason="已电话沟通,明日报送"),
            shows("shizhu-2022", notice="1042", reason="情况有变"),
        ),
        after_end=True,
    ),
    Action(
        "sign",
        frozenset({"leader"}),
        _decide_sign,
        _apply_sign,
        Signed,
        Sign,
        "notice sign",
        (
            shows("shizhu-2022", "leader", notice="1042"),
            shows("shizhu-2022", "leader", notice="1042", number="18"),
        ),
        after_end=True,
    ),
    Action(
        "correct",
        OFFICE,
        _decide_correct,
        _apply_correct,
        Corrected,
        Correct,
        "notice correct",
        (shows("shizhu-2022", notice="1042", wrong="11月30日(星期三)", right="12月1日(星期四)"),),
        after_end=True,
    ),
)
