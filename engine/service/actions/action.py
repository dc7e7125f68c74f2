"""What an action is: who may do it, how it is decided, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.errors import BadInput, Refused
from engine.records import field, record
from engine.service.actor import Actor
from engine.service.case import Case
from engine.service.journal import Entry

Given = Mapping[str, Any]
Answer = dict[str, Any]


@record(kw_only=False)
class Decision:
    """An action that was found possible: the facts that its record will hold."""

    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    on_behalf: str = ""


@record(kw_only=False)
class Action:
    """One thing that can be done to a campaign.

    `decide` reads and refuses but writes nothing; `apply` does what the record says, and nothing
    that the record does not say, so that replay does the same. `after_end` ones may still be done
    to a campaign that has ended. What is `once` is never rehearsed: nobody may look at a draw first.
    """

    name: str
    roles: frozenset[str]
    decide: Callable[[Case, Actor, Given], Decision]
    apply: Callable[[Case, Entry], Answer]
    after_end: bool = False
    once: bool = False


def refuse(why: str, cure: str) -> Refused:
    """Return a refusal that says why and what to do."""
    return Refused(why=why, cure=cure)


def day_given(given: Given, name: str, default: date | None = None) -> date:
    """Return a date among the given values; BadInput for text that is none."""
    value = given.get(name) or default
    if value is None:
        raise BadInput(what=f"{name} is missing", found="nothing", cure="write a date, for example 2022-11-30")
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(what=f"{name} is no date", found=value, cure="write it as 2022-11-30") from error


def text_given(given: Given, name: str, why: str) -> str:
    """Return a text among the given values; a refusal where it is missing or blank."""
    value = str(given.get(name) or "").strip()
    if not value:
        raise refuse(f"{name} is missing, {why}", f"give --{name.replace('_', '-')}")
    return value
