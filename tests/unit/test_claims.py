"""Every claim of every template is declared with the fact that bears it, and goes where that fact is switched off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from notice_examples import CHECK, EXAMPLES, as_text
from worded import line

from engine.records import record
from engine.service.notices.kinds import KINDS as OURS
from notifications.kinds import KINDS, described, shipped
from notifications.notice import Line, NoticeError, NoticeRequest, Relation, Unborne
from notifications.render import chosen, names_in, render

HEAD = re.compile(r"\A\{#.*?#\}\n", re.S)
CLAIMING = re.compile(
    "已|尚|未|经(?!验)|仍|同意|收悉|收到|附件|另行|全部|没有|目前|不变|有效|原定|逾期|顺延|恢复计算|暂停|交办如下|拟列入|有误"
)
"""Words by which a text says that something was done, is so, or will be sent."""
NO_CLAIMS = re.compile(
    "|".join(
        (
            "与事实不符或者已经报送的",  # if so
            "^已(报送|确认|函复|提供|办理)的请忽略$|^如已(报送|提供)$|的请忽略",  # asks who has done it to ignore it
            "^确有困难的|拟完成时间$|^请(尚未报送|未达到要求)的单位于$",  # asks, whoever it concerns
            "没有变化的|未反馈的|或已经办结的|已经办结的|^已?开展|已开展|对任务分工有不同意见的|存在问题",  # if so
            "已(报送|提供)的材料请(予)?留存备查|^请备好|^另行通知$|先行转段|经研究先行转段|^关于核对拟通报事项的通知$|】拟通报事项",  # asks
            "^关于(核对|补报)|^拟由$|有误的$|^抓紧办理",
            "^经$",  # before a name, after which the claim goes on
        )
    )
)
"""Clauses that hold such words and claim nothing."""


def clauses(text: str) -> list[str]:
    """Return what a template says of its own, clause by clause."""
    bare = HEAD.sub("", text)
    parts = re.split(r"\{[%{].*?[%}]\}|[\uff0c\u3002\uff1b\uff1a\u3001\uff08\uff09?\n“”《》,;:()]", bare)
    return [part.strip() for part in parts if part.strip()]


def undeclared(name: str, text: str, claims: dict[str, str]) -> list[str]:
    """Return the clauses of a template that claim something which its kind does not declare."""
    found = [clause for clause in clauses(text) if CLAIMING.search(clause) and not NO_CLAIMS.search(clause)]
    return [clause for clause in found if not any(words in clause or clause in words for words in claims)]


def claims_of(name: str) -> dict[str, str]:
    return dict(KINDS[name.partition(".")[0]].claims)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_no_template_claims_what_is_not_declared(name: str) -> None:
    assert undeclared(name, shipped()[name], claims_of(name)) == []


def test_a_clause_that_claims_and_is_not_declared_is_found() -> None:
    text = "{% block body %}你单位经多次约谈仍未办结,请抓紧。{% endblock %}"
    assert undeclared("overdue", text, {}) == ["你单位经多次约谈仍未办结"]
    assert undeclared("overdue", text, {"仍未办结": "late"}) == []


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_declared_stands_in_a_template_and_is_borne_by_records(kind: str) -> None:
    texts = "".join(HEAD.sub("", text) for name, text in shipped().items() if name.partition(".")[0] == kind)
    assert [words for words in KINDS[kind].claims if words not in texts] == []
    assert KINDS[kind].facts() == OURS[kind].bears.keys()


def test_a_claim_is_words_and_a_fact_and_a_fact_has_a_name_of_its_own() -> None:
    head = "{{#\ntitle: 甲\nplace: 1\nneeds: unit\nnames: items\nclaims: {0}\n#}}\n"
    assert described("x", head.format("经催办=urged 已办结=done")).claims == {"经催办": "urged", "已办结": "done"}
    with pytest.raises(ValueError, match="a claim is words=fact, not 经催办="):
        described("x", head.format("经催办="))
    with pytest.raises(ValueError, match="a fact has the name of something else: items, reason"):
        described("x", head.format("经催办=items 已办结=reason"))


# --- held: all kinds, relations, levels and odd cases -------------------------------------------

MANY = tuple(Line(title=f"任务{n}", unit=f"第{n}镇", due_on=date(2022, 11, 30), reason="理由") for n in range(41))
ODD = "报送“报送总结报告”"


def _odd(request: NoticeRequest) -> Iterator[tuple[str, NoticeRequest]]:
    """Yield a request as it is, and with one item, many of as many units, none, odd titles and long names."""
    yield "as it is", request
    if request.items:
        first = request.items[0]
        yield "one", replace(request, items=(first,))
        yield "many", replace(request, items=tuple(replace(first, title=o.title, unit=o.unit) for o in MANY))
        yield "none", replace(request, items=())
        yield "odd title", replace(request, items=(replace(first, title=ODD), *request.items[1:]))
        yield (
            "a lead",
            replace(request, items=tuple(replace(each, awaiting=("甲局", "乙局")) for each in request.items)),
        )
        yield "on behalf", replace(request, items=tuple(replace(each, on_behalf=True) for each in request.items))
        yield "returned", replace(request, items=tuple(replace(each, state="退回补正") for each in request.items))
        yield "no day", replace(request, items=tuple(replace(each, due_on=None) for each in request.items))
    if request.units:
        yield "40 + 1 names", replace(request, units=tuple(each.unit for each in MANY))


def _cases() -> Iterator[tuple[str, NoticeRequest]]:
    for name, request in EXAMPLES.items():
        for relation in _relations(request.kind):
            for level in _levels(request, relation):
                for odd, asked in _odd(replace(request, relation=relation, level=level)):
                    yield f"{name}, {relation}, {level}, {odd}", asked


def _relations(kind: str) -> list[Relation]:
    """Return a relation for each template that the kind has."""
    known: tuple[Relation, ...] = ("subordinate", "peer", "vertical", "superior", "own")
    by_text = {chosen(kind, relation, {})[0]: relation for relation in reversed(known)}
    return [*by_text.values()]


def _levels(request: NoticeRequest, relation: Relation) -> tuple[int, ...]:
    """Return all levels where the text hangs on them."""
    return tuple(range(5)) if "level" in names_in(chosen(request.kind, relation, {})[1]) else (request.level,)


def typed(request: NoticeRequest) -> list[str]:
    """Return what people typed into a request, so that it is not taken for words of ours."""
    lines = [
        text for item in request.items for text in (item.title, item.demand, item.reason, item.steps, item.state)
    ]
    reported = [
        text for part in (request.done, request.missing, request.ahead) for one in part for text in (one.title,)
    ]
    told = [request.campaign, request.plan_title, request.reason, request.document, request.decision, request.scope]
    corrected = [request.corrects.title, request.corrects.wrong, request.corrects.right] if request.corrects else []
    found = {*lines, *reported, *told, *corrected, *(each.text for each in request.conditions), *request.attachments}
    return sorted({*found, request.award, request.leading_group} - {""}, key=len, reverse=True)


def claimed(request: NoticeRequest, text: str) -> frozenset[str]:
    """Return the claims that stand in the text of a notice, found in its words; what people typed is left out."""
    for words in typed(request):
        text = text.replace(words, "□")
    words = "|".join(map(re.escape, sorted(KINDS[request.kind].claims, key=len, reverse=True)))
    return frozenset(re.findall(words, text))


def written(request: NoticeRequest) -> str:
    """Return the text of a notice, or nothing where it may not be written; any other error is one of ours."""
    try:
        return as_text(render(request))
    except NoticeError:
        return ""


@record
class Case:
    """A letter as it was asked for, with the claims that stand in it."""

    name: str
    request: NoticeRequest
    stands: frozenset[str]


@cache
def held() -> tuple[int, dict[str, list[Case]]]:
    """Return how many cases were written, and by kind those whose texts differ."""
    found: dict[str, dict[str, Case]] = {}
    cases = 0
    for name, request in _cases():
        if text := written(request):
            cases += 1
            known = found.setdefault(request.kind, {})
            if text not in known:
                known[text] = Case(name=name, request=request, stands=claimed(request, text))
    return cases, {kind: [*known.values()] for kind, known in found.items()}


def without(request: NoticeRequest, fact: str) -> NoticeRequest:
    kept = [each for each in KINDS[request.kind].facts() if each in request.borne and each != fact]
    return replace(request, borne=frozenset(kept))


@pytest.mark.parametrize("kind", KINDS)
def test_a_claim_goes_with_its_fact_or_the_notice_is_not_written(kind: str) -> None:
    claims = KINDS[kind].claims
    for case in held()[1][kind]:
        for fact in {claims[words] for words in case.stands}:
            assert not stays(case, fact), f"{case.name}: {fact}"


def stays(case: Case, fact: str) -> set[str]:
    """Return the claims of a letter that stand though their fact is switched off; nothing where it is refused."""
    claims, bare = KINDS[case.request.kind].claims, without(case.request, fact)
    try:
        left = claimed(bare, as_text(render(bare)))
    except Unborne as error:
        return set() if error.facts["fact"] == fact else {str(error.facts["claim"])}
    return {words for words in left if claims[words] == fact}


@pytest.mark.parametrize("kind", KINDS)
def test_every_claim_stands_in_some_case(kind: str) -> None:
    stood = {words for case in held()[1][kind] for words in case.stands}
    assert KINDS[kind].claims.keys() - stood - NEVER_SHOWN.get(kind, set()) == set()


NEVER_SHOWN = {
    "bulletin": {"见附件"},
}
"""What takes more than three hundred items to be said."""


def test_so_many_claims_and_cases_are_held() -> None:
    cases, found = held()
    claims = sum(len(kind.claims) for kind in KINDS.values())
    letters = [case for each in found.values() for case in each]
    stands = sum(len(case.stands) for case in letters)
    print(f"{claims} claims in {len(KINDS)} kinds, {cases} cases, {len(letters)} different letters, {stands} held")
    assert claims >= 140 and cases >= 1000 and len(letters) >= 500 and stands >= 1500


# --- refused -------------------------------------------------------------------------------------


def test_a_workflows_own_template_claims_no_more_than_the_records_bear_either() -> None:
    own = {
        "overdue": "{% block subject %}催{% endblock %}{% block body %}尚未收到。{% endblock %}{% block short %}催{% endblock %}"
    }
    assert "尚未收到" in render(EXAMPLES["overdue"], own).body
    with pytest.raises(Unborne) as caught:
        render(without(EXAMPLES["overdue"], "unreceived"), own)
    assert line(caught.value).startswith("PG508 ") or "尚未收到" in line(caught.value)


def test_words_that_somebody_typed_are_no_claim() -> None:
    items = (replace(CHECK, title="尚未收到、经催办、已全部办结"),)
    assert "尚未收到、经催办" in render(replace(EXAMPLES["reminder"], items=items)).body
