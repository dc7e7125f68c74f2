"""What an action is: who may do it, how it is decided, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import Refused
from engine.model.plain import made
from engine.records import field, record
from engine.service.kernel.actor import Actor
from engine.service.kernel.case import CampaignSession
from engine.service.kernel.journal import Entry
from engine.service.kernel.params import Found, Given, Nothing, read

SYSTEM = frozenset({"system"})
"""Who does what the clock finds."""
Answer = dict[str, Any]


@record(kw_only=False)
class Decision:
    """An action that was found possible: the facts that its record will hold."""

    subject: str
    facts: Any = field(default_factory=dict)
    reason: str = ""
    on_behalf: str = ""


@record(kw_only=False)
class Example:
    """An action as somebody asks for it, which each face writes in its way."""

    campaign: str
    given: Given = field(default_factory=dict)
    actor: str = ""
    dry_run: bool = False


def shows(campaign: str, /, actor: str = "", *, dry_run: bool = False, **given: Any) -> Example:
    """Return an example of an action: who asks for it, and what is given."""
    return Example(campaign, given, actor, dry_run)


@record(kw_only=False)
class Earlier:
    """How an action was applied up to a version of the rules, and what its records told then (SEMANTICS H5)."""

    until: int
    apply: Callable[[CampaignSession, Entry], Answer]
    facts: type | None = None


@record(kw_only=False)
class Action:
    """One thing that can be done to a campaign.

    `decide` reads and refuses but writes nothing; `apply` does what the record says, and nothing
    that the record does not say, so that replay does the same. `facts` is the frozen record of what its history
    tells, `params` that of what it is given: a face has its options, fields and columns from there, and shows the
    `examples`. `command` is its noun and verb. `after_end` ones may still be done to a campaign that has ended.
    What is `once` is never shown before it is done: nobody may look at a draw first. `earlier` are the ways of
    older rules, oldest first.
    """

    name: str
    roles: frozenset[str]
    decide: Callable[[CampaignSession, Actor, Any], Decision]
    apply: Callable[[CampaignSession, Entry], Answer]
    facts: type | None = None
    params: type = Nothing
    command: str = ""
    examples: tuple[Example, ...] = ()
    after_end: bool = False
    once: bool = False
    earlier: tuple[Earlier, ...] = ()

    def under(self, rules: int) -> Action | Earlier:
        """Return how a record of a version of the rules is applied, and the kind of its facts."""
        if not self.earlier:
            return self
        return next((each for each in self.earlier if rules <= each.until), self)

    def asked(self, given: Given | Found) -> Any:
        """Return what was given as values; a refusal, or an error of input, where it cannot be taken."""
        return given if isinstance(given, Found) else read(self.params, given)

    def told(self, facts: Mapping[str, Any], rules: int, campaign: int) -> Any:
        """Return the facts of a record under a version of the rules as values; ValueError where they are none."""
        kind = self.under(rules).facts
        return made(kind, facts, campaign) if kind else facts


def refuse(why: str, /, **facts: object) -> Refused:
    """Return a refusal by the code of its case, with what its sentence speaks of."""
    return Refused(why, **facts)


def as_given(case: CampaignSession, actor: Actor, asked: Found) -> Decision:
    """Take what the clock found as the facts of the record; there is nothing to refuse."""
    return Decision(subject=asked.subject, facts=asked.facts)
