"""Document numbers: drawn from this issuer's register, or entered as the register has them (SEMANTICS N7, N9)."""

from __future__ import annotations

import re

from engine.model import DocumentNumber
from engine.service.kernel.action import refuse
from engine.service.kernel.case import CampaignSession
from engine.store.work import NUMBERS
from notifications.notice import document_number

PLAIN = re.compile(r"[1-9][0-9]{0,5}")
WHOLE = re.compile(r"[^\s〔〕]{1,40}〔[0-9]{4}〕[1-9][0-9]{0,5}号")


def number_for(case: CampaignSession, entered: str) -> str:
    """Return the number that a document is given: the next of the register, or the one that was entered.

    A bare number is one of our own register, which may begin a year with another than 1 and go on behind what was
    registered elsewhere; a whole one (石委办发〔2022〕15号) is another register's, which ours does not count.
    """
    # Campaigns share an issuer: until this transaction ends no other is given a number.
    case.work.alone(NUMBERS)
    mark, year = case.plan.workflow.mark, case.today.year
    if not entered:
        return document_number(mark, year, _last(case) + 1)
    if PLAIN.fullmatch(entered):
        return _own(case, document_number(mark, year, int(entered)), int(entered))
    if not WHOLE.fullmatch(entered):
        raise refuse("no_document_number", found=entered)
    own = entered.removeprefix(f"{mark}〔{year}〕").removesuffix("号")
    return _own(case, entered, int(own)) if PLAIN.fullmatch(own) else entered


def _own(case: CampaignSession, number: str, n: int) -> str:
    """Refuse a number of our own register that was given out, or that stands before one that was."""
    if n <= (last := _last(case)):
        mark, year = case.plan.workflow.mark, case.today.year
        raise refuse("number_given_out", found=number, last=document_number(mark, year, last))
    return number


def _last(case: CampaignSession) -> int:
    known = case.work.get(DocumentNumber, case.plan.workflow.mark, case.today.year)
    return known.last if known is not None else 0
