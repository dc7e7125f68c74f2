"""Who may demand of whom: by which authority an office writes, and to whom it only gives a hint (SEMANTICS N9)."""

from __future__ import annotations

import re
from typing import Final

from engine.model import Authority, Unit, Workflow

PLACE: Final = re.compile(r"[乡镇街道县市区旗苏木盟办事处]+")
"""A kind of units that is a local party committee or government, with its brackets and commas left out."""
NAMED: Final = re.compile(r".*(?:乡|镇|街道|街道办事处|县|旗|苏木|(?<!园)区)")
"""How such a unit is named where the directory gives no kind."""


def is_local_body(unit: Unit) -> bool:
    """Tell whether a unit is the party committee and government of a place: a township, a street, a county."""
    if unit.kind:
        return PLACE.fullmatch(re.sub(r"[()()、,,/]", "", unit.kind)) is not None
    return NAMED.fullmatch(unit.name) is not None


def authority_of(workflow: Workflow) -> Authority | None:
    """Return by which decision demands are made; None where none is cited.

    Where the workflow names none it is the plan, if somebody else than this office issued it: a department does not
    make itself an authority over others by a plan of its own.
    """
    issuer, document = workflow.issuer, workflow.document
    if issuer.kind == "body" or issuer.in_name_of or issuer.authority.clause:
        return issuer.authority
    if issuer.kind == "department" or document.issuer == workflow.office:
        return None
    return Authority(clause=f"按照《{document.title}》要求", document=document.number)


def may_demand(workflow: Workflow, unit: Unit) -> bool:
    """Tell whether the office may write a 催办 to a unit, rather than a hint or a letter.

    Only of a subordinate, and by a cited authority; a department may also press its own institutions, but never a
    local party committee or government.
    """
    if unit.relation != "subordinate":
        return False
    if authority_of(workflow) is not None:
        return True
    return workflow.issuer.kind == "department" and not is_local_body(unit)


def cited(workflow: Workflow) -> str:
    """Return the clause by which a demand cites its authority; nothing where who writes is the authority."""
    found = authority_of(workflow)
    if found is None or not found.clause:
        return ""
    written = f"({found.document})" if workflow.issuer.authority.clause else ""
    return f"{found.clause}{written}"


def demanding(workflow: Workflow) -> str:
    """Return in whose name demands are made: of the body that the workflow names, else of the office."""
    return workflow.issuer.in_name_of or workflow.office
