"""Who acts, in which role, and what each role may do (SEMANTICS G10)."""

from __future__ import annotations

from typing import Literal

from engine.errors import NotAllowed, UnknownName
from engine.model import Workflow
from engine.records import record

RoleName = Literal["office", "unit", "leader", "auditor", "system"]
OFFICE: RoleName = "office"
WORDS: dict[str, RoleName] = {
    "": "office",
    "office": "office",
    "leader": "leader",
    "auditor": "auditor",
    "system": "system",
}


@record(kw_only=False)
class Actor:
    """Somebody who acts: a name and a role."""

    name: str
    role: RoleName

    def require(self, action: str, roles: frozenset[str]) -> None:
        """Refuse an action that this role may not do."""
        if self.role not in roles:
            raise NotAllowed(action=action, actor=self.name, roles=", ".join(sorted(roles)))


SYSTEM = Actor(name="system", role="system")


def actor_of(word: str, workflow: Workflow) -> Actor:
    """Return the actor that a word of the command line names within a workflow."""
    names = {"office": workflow.office, "leader": workflow.leading_group}
    if word == workflow.office:
        return Actor(name=word, role="office")
    if word == workflow.leading_group:
        return Actor(name=word, role="leader")
    if word in WORDS:
        role = WORDS[word]
        return Actor(name=names.get(role, role), role=role)
    if word in workflow.directory.units:
        return Actor(name=word, role="unit")
    raise UnknownName("actor", word, [*filter(None, WORDS), *workflow.directory.units])
