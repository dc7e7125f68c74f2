"""The workflow format, version 1: every key, what may stand under it, and what it is for."""

from __future__ import annotations

from typing import Final

from engine.reader.indicator_shapes import INDICATORS
from engine.reader.leaves import GATE
from engine.reader.shape import Either, Key, ListOf, RecordShape, TableShape
from engine.reader.sources import SOURCE
from engine.reader.words import (
    ADDRESS,
    ADDRESS_PATTERN,
    CLOCK,
    CODE,
    DATE,
    DAY,
    ID,
    LINE,
    MARK,
    OFFSET,
    RANGE,
    SPAN,
    SPAN_OR_NONE,
    STATED,
    STEP,
    TEXT,
    WINDOW,
    WordKind,
    number,
    one_of,
)
from notifications.kinds import drafted_kinds, of_ladders

LEVELS: Final = {"liaison": 0, "deputy": 1, "head": 2, "group": 3}
NOTICES: Final = of_ladders()
"""The notices that a rung may send."""
SIGNED: Final = drafted_kinds()
"""The documents that a person signs."""
RELATIONS: Final = ("subordinate", "peer", "superior", "vertical")
ISSUERS: Final = ("coordinating", "department", "body")

_IDS = ListOf(item=LINE)
_NAMES = ListOf(item=LINE)
SET = RecordShape(
    name="the set",
    keys={
        "all": Key(shape=Either(word=LINE, rows=_NAMES), about="units or groups of which it consists", needed=True),
        "except": Key(shape=_NAMES, about="units or groups left out"),
        "plus": Key(shape=_NAMES, about="units or groups beside"),
    },
)
_SETS = ListOf(item=Either(word=LINE, record=SET))
_FORMAT = WordKind(name="a version of the format that is known", code="PW214", pattern="1", example="1", whole=True)

_SOURCE = Key(shape=SOURCE, about="the clause it rests on and how it was read")

PACING: Final = one_of(("weekly", "daily"))
RUNG = RecordShape(
    name="the rung",
    keys={
        "id": Key(shape=ID, about="its name in the ladder", needed=True),
        "at": Key(shape=OFFSET, about="when: -3wd before the deadline, 1wd after", needed=True),
        "level": Key(shape=number(0, 4), about="0 liaison, 1 deputy, 2 head, 3 group, 4 act", needed=True),
        "notice": Key(shape=LINE, about="the kind of notice", needed=True),
        "delivery": Key(
            shape=one_of(("send", "release", "manual", "draft")),
            about="by itself, by the release list, only when released, or as a draft to sign",
        ),
        "every": Key(shape=STEP, about="repeat it after so long"),
        "count": Key(shape=number(1, 1000), about="how many times in all"),
        "until": Key(shape=OFFSET, about="no later than so long after the deadline"),
        "channel": Key(shape=LINE, about="a channel of its own"),
    },
)
LADDER = RecordShape(
    name="the ladder",
    keys={
        "min_gap": Key(shape=SPAN, about="the least gap between two levels (1wd)"),
        "reminders": Key(shape=PACING, about="weekly or daily, where the workflow says something else"),
        "rungs": Key(shape=ListOf(item=RUNG), about="its rungs", needed=True),
    },
)
KIND = RecordShape(
    name="the kind",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title (the id if left out)"),
        "range": Key(shape=RANGE, about="how many: 2..4, 2.. or 3"),
        "before": Key(shape=number(0, 1_000_000), about="how many there were already, as the plan counts them"),
    },
)
SHARE_OF_UNITS = RecordShape(
    name="the share",
    keys={
        "units": Key(shape=_NAMES, about="units or groups, as the plan prints them", needed=True),
        "least": Key(shape=STATED, about="how many at least, or `not stated`", needed=True),
        "together": Key(shape=one_of(("true", "false")), about="whether they have them together (each if left out)"),
        "title": Key(shape=LINE, about="how the plan calls them together"),
    },
)
QUOTA = RecordShape(
    name="the quota",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "total": Key(shape=number(1, 1_000_000), about="how many in all, where the plan says so"),
        "kinds": Key(shape=ListOf(item=KIND), about="its kinds", needed=True),
        "per_unit": Key(shape=ListOf(item=SHARE_OF_UNITS), about="how many of them units are to have"),
        "source": _SOURCE,
    },
)
PHASE = RecordShape(
    name="the phase",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "window": Key(shape=WINDOW, about="its first and last day", needed=True),
        "gate": Key(shape=GATE, about="what must hold before it is left"),
        "next": Key(shape=_IDS, about="the phases that may follow (the one below if left out)"),
        "opens": Key(shape=one_of(("window", "entry")), about="with its window or only on entry"),
        "advance": Key(shape=one_of(("manual", "automatic")), about="who moves on"),
        "on_exit": Key(shape=one_of(("keep", "cancel")), about="what becomes of open tasks"),
        "owner": Key(shape=one_of(("office", "superior")), about="whose phase it is"),
        "ladder": Key(shape=LINE, about="the ladder of a gate shut past the last day"),
        "source": _SOURCE,
    },
)
DUE_AFTER = RecordShape(
    name="the due date",
    keys={
        "after": Key(
            shape=LINE,
            about="adopted, issued, phase start, phase end, task:ID or phase:ID",
            needed=True,
        ),
        "offset": Key(shape=OFFSET, about="how long after it", needed=True),
    },
)
OPENS_AFTER = RecordShape(name="opens", keys={"after": Key(shape=_IDS, about="tasks that come first", needed=True)})
_TERMS = {
    "issue": Key(
        shape=one_of(("document", "letters")), about="by the document of the plan (so if left out) or by letters"
    ),
    "receipt": Key(shape=SPAN_OR_NONE, about="how long a unit has to confirm, or none"),
    "review": Key(shape=SPAN_OR_NONE, about="how long the office has to review, or none"),
    "rework": Key(shape=SPAN, about="how long a unit has after a return"),
    "objection": Key(shape=SPAN_OR_NONE, about="how long a unit may object that it is not its duty, or none"),
    "ladder": Key(shape=LINE, about="the ladder of the due date, or none"),
    "receipt_ladder": Key(shape=LINE, about="the ladder of the receipt, or none"),
    "review_ladder": Key(shape=LINE, about="the ladder of the review, or none"),
}
DEFAULTS = RecordShape(
    name="the defaults",
    keys=_TERMS
    | {
        "gate_ladder": Key(shape=LINE, about="the ladder of a shut gate, or none"),
        "duty_ladder": Key(shape=LINE, about="the ladder of counted duties, or none"),
    },
)
_DUE_WORD = WordKind(
    name="a due date",
    code="PW206",
    pattern=f"phase end|none|{DAY.pattern}",
    example="2022-11-30, 11-30, phase end, none or {after: …, offset: 10wd}",
    read=lambda text: text if text in ("phase end", "none") else DAY.read(text),
)
_OPENS_WORD = WordKind(
    name="a day on which it opens",
    code="PW206",
    pattern=f"phase|{DAY.pattern}",
    example="phase, 2022-10-10 or {after: [ID]}",
    read=lambda text: text if text == "phase" else DAY.read(text),
)
PERIODS: Final = ("year", "half", "quarter", "month", "week", "term", "phase")
DUTY = RecordShape(
    name="the duty",
    keys={
        "id": Key(shape=ID, about="its id under the task", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "least": Key(shape=number(0, 9999), about="how many at least in each period", needed=True),
        "per": Key(shape=one_of(PERIODS), about="the period in which it is counted", needed=True),
        "measure": Key(shape=LINE, about="the word that is counted: 次, 课时, 期 (次)"),
        "units": Key(shape=_NAMES, about="units or groups; those of the task if left out"),
        "ladder": Key(shape=LINE, about="the ladder of its periods, or none"),
        "until": Key(shape=one_of(("campaign", "phase")), about="how long it is owed (campaign)"),
        "demand": Key(shape=TEXT, about="what counts, in words"),
        "source": _SOURCE,
    },
)
TERM = RecordShape(
    name="the term",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title (the id if left out)"),
        "from": Key(shape=DATE, about="its first day", needed=True),
        "to": Key(shape=DATE, about="its last day", needed=True),
    },
)
TASK = RecordShape(
    name="the task",
    keys={
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "phase": Key(shape=LINE, about="the phase it belongs to", needed=True),
        "lead": Key(shape=_SETS, about="lead units or groups, as the plan prints them"),
        "responsible": Key(shape=_SETS, about="responsible units or groups, as printed"),
        "supporting": Key(shape=_SETS, about="supporting units or groups, as printed"),
        "consolidate": Key(
            shape=one_of(("true", "false")),
            about="whether the others hand in to the lead (true where there are a lead and others)",
        ),
        "due": Key(shape=Either(word=_DUE_WORD, record=DUE_AFTER), about="when it is due"),
        "opens": Key(shape=Either(word=_OPENS_WORD, record=OPENS_AFTER), about="when it is issued"),
        "demand": Key(shape=TEXT, about="what is to be handed in, in words"),
        "needs": Key(shape=ListOf(item=one_of(("note", "number", "file"))), about="evidence that must be there"),
        "draft": Key(shape=one_of(SIGNED), about="a document that is drafted when the task is issued"),
        "addressee": Key(shape=LINE, about="the superior to whom what is drafted goes"),
        "numbers": Key(shape=TableShape(key=LINE, value=LINE), about="numbers to hand in: name and meaning"),
        "duties": Key(shape=ListOf(item=DUTY), about="what is to happen how often in each period"),
        "source": _SOURCE,
    }
    | _TERMS,
)
CONTACT = RecordShape(
    name="the contact",
    keys={
        "address": Key(shape=ADDRESS, about="the work address", needed=True),
        "channel": Key(shape=LINE, about="a channel of its own"),
        "from": Key(shape=DATE, about="its first day"),
        "to": Key(shape=DATE, about="its last day"),
    },
)
_CONTACTS = RecordShape(
    name="the contacts",
    keys={
        level: Key(shape=Either(word=ADDRESS, rows=ListOf(item=CONTACT)), about=f"who is told at level {number}")
        for level, number in LEVELS.items()
    },
)
UNIT = RecordShape(
    name="the unit",
    keys={
        "name": Key(shape=LINE, about="its name as the plan prints it", needed=True),
        "code": Key(shape=CODE, about="a short code for the pattern of contacts"),
        "kind": Key(shape=LINE, about="its kind, by which groups may take it"),
        "relation": Key(shape=one_of(RELATIONS), about="to the sender (subordinate)"),
        "from": Key(shape=DATE, about="its first day"),
        "to": Key(shape=DATE, about="its last day"),
        "address_as": Key(shape=LINE, about="how letters address it, if not by its name: ××乡党委、政府"),
        "contacts": Key(shape=_CONTACTS, about="its work contacts, no persons"),
    },
)
GROUP = RecordShape(
    name="the group",
    keys={
        "name": Key(shape=LINE, about="its name as the plan prints it", needed=True),
        "include": Key(shape=_NAMES, about="units or groups in it"),
        "kinds": Key(shape=_NAMES, about="all units of these kinds"),
        "exclude": Key(shape=_NAMES, about="units or groups left out"),
    },
)
_PATTERNS = RecordShape(
    name="the pattern of contacts",
    keys={
        level: Key(shape=ADDRESS_PATTERN, about=f"the address at level {number}; {{code}} is the unit's")
        for level, number in LEVELS.items()
    },
)
_UNITS = ListOf(item=UNIT)
_DIRECTORY = {
    "groups": Key(shape=ListOf(item=GROUP), about="named sets of units"),
    "contacts": Key(shape=_PATTERNS, about="addresses of units that give none"),
}
UNITS_FILE = RecordShape(
    name="the directory",
    keys={"units": Key(shape=_UNITS, about="all units, in order", needed=True)} | _DIRECTORY,
)
HOURS = RecordShape(
    name="the hours",
    keys={
        "remind": Key(shape=CLOCK, about='when reminders go ("09:00")'),
        "overdue": Key(shape=CLOCK, about='when overdue notices go ("10:00")'),
        "last": Key(shape=CLOCK, about='after which nothing goes ("17:00")'),
        "close": Key(shape=CLOCK, about='when a due day closes ("17:30")'),
    },
)
INHERIT = RecordShape(
    name="inherit",
    keys={
        "units": Key(shape=_SETS, about="units to which every task also falls", needed=True),
        "except": Key(shape=_IDS, about="tasks that do not"),
    },
)
NESTED = RecordShape(
    name="the nested campaign",
    keys={
        "unit": Key(shape=LINE, about="the unit of this directory that runs it", needed=True),
        "workflow": Key(shape=LINE, about="the folder beside this one, or the shipped workflow", needed=True),
        "settings": Key(shape=TableShape(key=ID, value=LINE), about="what fills the parameters of its workflow"),
    },
)
DOCUMENT = RecordShape(
    name="the document",
    keys={
        "title": Key(shape=LINE, about="its title", needed=True),
        "issuer": Key(shape=LINE, about="who issued it"),
        "number": Key(shape=MARK, about='its number, "" if it has none'),
        "issued_on": Key(shape=DATE, about="the day it was issued"),
    },
)
AUTHORITY = RecordShape(
    name="the authority",
    keys={
        "clause": Key(shape=LINE, about="as a letter cites it: 经县委、县政府同意", needed=True),
        "document": Key(shape=LINE, about="the document of that decision", needed=True),
    },
)
ISSUER = RecordShape(
    name="the issuer",
    keys={
        "kind": Key(shape=one_of(ISSUERS), about="whose office it is, or a body itself (coordinating)"),
        "in_name_of": Key(shape=LINE, about="the unit above us in whose name demands are made"),
        "authority": Key(shape=AUTHORITY, about="the decision by which it makes demands (the plan)"),
    },
)
LIMITS = RecordShape(
    name="the limits",
    keys={
        "letters_per_unit_and_month": Key(shape=number(1, 9999), about="letters to one unit in a month"),
        "formal_per_unit_and_month": Key(shape=number(1, 9999), about="formal documents to one unit in a month"),
        "hand_ins_per_unit_and_month": Key(shape=number(1, 9999), about="hand-ins asked of one unit in a month"),
    },
)
PARAMETERS = TableShape(
    key=ID,
    value=RecordShape(
        name="the parameter",
        keys={
            "title": Key(shape=LINE, about="what it stands for", needed=True),
            "default": Key(shape=LINE, about="what it is where nothing is set"),
        },
    ),
)
SETTINGS_FILE = TableShape(key=ID, value=LINE)
WORKFLOW = RecordShape(
    name="the workflow",
    keys={
        "phasegate": Key(shape=_FORMAT, about="the version of this format: 1", needed=True),
        "id": Key(shape=ID, about="its id", needed=True),
        "title": Key(shape=LINE, about="its title", needed=True),
        "version": Key(shape=LINE, about='its own version: "1"', needed=True),
        "place": Key(shape=LINE, about="where it is run", needed=True),
        "document": Key(shape=DOCUMENT, about="the plan", needed=True),
        "timezone": Key(shape=LINE, about="the business time zone (Asia/Shanghai)"),
        "calendar": Key(shape=LINE, about="the working calendar (CN)"),
        "office": Key(shape=LINE, about="the unit that runs the campaign", needed=True),
        "office_contact": Key(shape=LINE, about="how letters say where it is reached: 联系电话:0123-4567890"),
        "leading_group": Key(shape=LINE, about="the unit that decides", needed=True),
        "mark": Key(shape=MARK, about="the issuer's mark in document numbers", needed=True),
        "issuer": Key(shape=ISSUER, about="what kind of body writes, in whose name, by which authority"),
        "limits": Key(shape=LIMITS, about="how much a unit is asked in a month before it is told"),
        "award": Key(shape=LINE, about="the title that is striven for, as an application names it"),
        "channel": Key(shape=LINE, about="the channel of notices (eml)"),
        "channels_off": Key(shape=_NAMES, about="channels by which nothing goes out"),
        "max_extensions": Key(shape=number(0, 99), about="extensions of one assignment (1)"),
        "hours": Key(shape=HOURS, about="when notices go out"),
        "reminders": Key(shape=PACING, about="whether reminders go once a week (so if left out) or on any day"),
        "signers": Key(
            shape=RecordShape(
                name="the signers",
                keys={kind: Key(shape=LINE, about=f"who signs {kind}") for kind in SIGNED},
            ),
            about="who signs formal acts: a post, not a person",
        ),
        "caps": Key(
            shape=RecordShape(
                name="the caps",
                keys={
                    relation: Key(shape=number(-1, 4), about=f"the highest level for {relation} units")
                    for relation in RELATIONS
                },
            ),
            about="the highest level of a ladder by relation",
        ),
        "units": Key(shape=Either(word=LINE, rows=_UNITS), about="the directory, here or as a file", needed=True),
        **_DIRECTORY,
        "ladders": Key(shape=TableShape(key=ID, value=LADDER), about="ladders by name"),
        "defaults": Key(shape=DEFAULTS, about="what holds for every task that says nothing else"),
        "quotas": Key(shape=ListOf(item=QUOTA), about="numbers of things to reach"),
        "indicators": Key(
            shape=Either(word=LINE, record=INDICATORS), about="what the title is measured by, here or as a file"
        ),
        "terms": Key(shape=ListOf(item=TERM), about="school terms, in order"),
        "phases": Key(shape=ListOf(item=PHASE), about="the phases, in order", needed=True),
        "tasks": Key(shape=ListOf(item=TASK), about="the tasks, in order", needed=True),
        "inherit": Key(shape=INHERIT, about="units to which every task also falls"),
        "parameters": Key(shape=PARAMETERS, about="what is filled in where `${name}` stands"),
        "nested": Key(shape=ListOf(item=NESTED), about="campaigns below this one, each run by a unit"),
    },
)
