"""Who acts, in which role, by which door, and what each role may do (SEMANTICS G10, I1)."""

from __future__ import annotations

from typing import Literal

from engine.errors import NotAllowed, UnknownName
from engine.model import Workflow
from engine.model.plain import Ref
from engine.names import found
from engine.records import record

RoleName = Literal["office", "unit", "leader", "auditor", "system"]
DoorName = Literal["program", "command_line", "link", "console", "api", "clock"]
OFFICE: RoleName = "office"
WORDS: dict[str, RoleName] = {
    "": "office",
    "office": "office",
    "leader": "leader",
    "auditor": "auditor",
    "system": "system",
}


@record
class Door:
    """Which way an act came in: by the command line of whom and where, or by the link of which notice to whom."""

    kind: DoorName = "program"
    user: str = ""
    host: str = ""
    notice: Ref = 0
    recipient: str = ""


CLOCK = Door(kind="clock")


@record(kw_only=False)
class Actor:
    """Somebody who acts: a name, a role, the account signed in with (if any), and the door."""

    name: str
    role: RoleName
    account: str = ""
    door: Door = Door()

    def require(self, action: str, roles: frozenset[str]) -> None:
        """Refuse an action that this role may not do."""
        if self.role not in roles:
            raise NotAllowed(action=action, actor=self.name, roles=sorted(roles))


SYSTEM = Actor(name="system", role="system", door=CLOCK)


def actor_of(word: str, workflow: Workflow, door: Door = Door()) -> Actor:
    """Return the actor that a word of the command line names within a workflow."""
    names = {"office": workflow.office, "leader": workflow.leading_group}
    word = word if word in WORDS else found(word, workflow.directory.units) or word
    if word == workflow.office:
        return Actor(name=word, role="office", door=door)
    if word == workflow.leading_group:
        return Actor(name=word, role="leader", door=door)
    if word in WORDS:
        role = WORDS[word]
        return Actor(name=names.get(role, role), role=role, door=door)
    if word in workflow.directory.units:
        return Actor(name=word, role="unit", door=door)
    raise UnknownName("actor", word, [*filter(None, WORDS), *workflow.directory.units])
