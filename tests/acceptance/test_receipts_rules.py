"""Receipts by the link of a notice (docs/semantics.md Z1–Z3, SEMANTICS L4)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from office import BUREAU, CITY, COURT, OFFICE, OTHER, TOWN, Office, opened, plan

from engine.errors import BadInput, BadLink, NotAllowed, Refused
from engine.model import Assignment, Notice, Outgoing
from engine.model.plain import short
from engine.service.duties.views.task import shown_for
from engine.service.kernel.desk import Command, reading
from engine.service.signing import receipts
from engine.service.signing.linking import Links
from engine.service.signing.receipts import ReceiptSight, look, sign
from engine.store.codec import KEPT
from notifications.channels import Envelope

NEW, OLD = b"n" * 32, b"o" * 32
LINKS = Links(url="https://sign.example.org/s", keys=(NEW,))
LINK = re.compile(r"https://sign\.example\.org/s/([A-Za-z0-9_-]+)\n")


def task(name: str, units: str, receipt: str = "3wd", **more: str) -> str:
    lines = "".join(f"\n    {key}: {value}" for key, value in more.items())
    due = "" if "due" in more else "\n    due: 2022-08-31"
    return (
        f"\n  - id: {name}\n    title: 任务{name}\n    phase: build\n    responsible: [{units}]"
        f"\n    receipt: {receipt}{due}{lines}\n"
    )


TWO = task("a", f"{TOWN}, {OTHER}") + task("b", TOWN)


def begun(tasks: str = TWO, links: Links = LINKS, **changes: Any) -> Office:
    """Return an office whose first notices have gone out on the morning of 5 July, with links."""
    office = opened(county(tasks, **changes), at="2022-07-05T08:30")
    office.links = links
    return office.sweep("2022-07-05T09:05")


def county(tasks: str = TWO, **changes: Any) -> dict[str, str]:
    return plan(tasks=tasks, gate="{kind: approval, approval: 同意}", **changes)


def letters(office: Office, unit: str = TOWN, words: str = "") -> list[Envelope]:
    town = {TOWN: "east", OTHER: "west", COURT: "court", BUREAU: "bureau"}[unit]
    return [e for e in office.post.taken if f"@{town}." in e.recipients[0] and words in e.subject]


def token(office: Office, unit: str = TOWN, place: int = 0) -> str:
    """Return the token in a letter to a unit."""
    return [found[1] for letter in letters(office, unit) if (found := LINK.search(letter.body))][place]


def states(office: Office, unit: str = TOWN) -> dict[str, str]:
    found: list[Assignment] = office.find(Assignment, unit=unit)
    return {assignment.task: assignment.state for assignment in found}


def signed(office: Office, unit: str = TOWN, links: Links = LINKS) -> ReceiptSight:
    return sign(office.desk, links, token(office, unit))


def everything(office: Office) -> list[Any]:
    with office.desk.database.read() as work:
        return [row for place in KEPT.values() for row in work.rows(f'SELECT * FROM "{place.table}" ORDER BY 1, 2')]


# --- Z1: where a link is ---


def test_a_message_that_asks_for_a_receipt_bears_a_link_and_nothing_that_is_kept_does() -> None:
    office = begun()
    letter = letters(office)[0]
    assert letter.body.startswith(office.text("task_issued", TOWN).body)
    assert "\n在线签收:\nhttps://sign.example.org/s/" in letter.body
    assert "7月20日前有效" in letter.body
    signed(office)
    office.sweep("2022-07-12T10:00")
    kept = "\n".join(map(str, everything(office)))
    assert token(office) not in kept and token(office, OTHER) not in kept
    assert "sign.example.org" not in kept
    assert office.audit().findings == ()


def test_what_is_made_for_a_group_chat_bears_no_link() -> None:
    office = begun()
    assert {"签收" in letter.short or "http" in letter.short for letter in office.post.taken} == {False}


def test_each_attempt_sends_the_same_bytes_also_where_the_unit_has_answered_meanwhile() -> None:
    office = opened(county(), at="2022-07-05T08:30")
    office.links, office.post.outcome = LINKS, "later"
    office.sweep("2022-07-05T09:05")
    first = office.post.taken.copy()
    office.do("receive", who=TOWN, task="a")
    office.submit(TOWN, "b")
    office.sweep("2022-07-05T09:20")
    again = [e for e in office.post.taken[len(first) :] if e.id in {one.id for one in first}]
    assert again == first and len(first) == 2


def test_only_the_liaison_of_a_unit_that_owes_a_receipt_is_given_one() -> None:
    tasks = task("a", TOWN) + task("plain", COURT, "none") + task("up", CITY) + task("own", OFFICE)
    office = begun(tasks).live_until("2022-09-20T12:00")
    with_link = {(e.recipients[0], e.subject) for e in office.post.taken if "http" in e.body}
    assert with_link == {
        ("liaison@east.example.org", "关于交办某县示范县创建工作任务的通知"),
        ("liaison@east.example.org", "关于确认承办“任务a”任务的工作提示"),
    }
    assert {e.recipients[0].partition("@")[0] for e in letters(office, words="催办")} >= {"liaison", "deputy", "head"}


def test_without_a_key_no_message_bears_a_link() -> None:
    office = opened(county()).sweep("2022-07-05T09:05")
    assert office.post.taken and not [e for e in office.post.taken if "http" in e.body]


# --- Z2: how long a link is worth something ---


def test_a_link_holds_to_the_last_second_of_its_day_and_one_used_later_is_recorded_once() -> None:
    office = begun().at("2022-07-20T23:59:59")
    assert look(office.desk, LINKS, token(office)).open
    office.at("2022-07-21T00:00:00")
    for _ in range(3):
        late = signed(office)
        assert (late.why, late.duties, late.open) == ("expired", (), False)
    assert states(office) == {"a": "issued", "b": "issued"}
    (record,) = office.history("late_link")
    message: Outgoing = office.find(Outgoing, notice=office.find(Notice, unit=TOWN)[0].id)[0]
    notice = short(message.notice)
    assert (record["actor"], record["role"], record["subject"]) == (TOWN, "unit", f"{notice}/{TOWN}")
    told = {"notice": notice, "message": short(message.id), "why": "expired", "until": "2022-07-20"}
    assert (record["reason"], record["facts"]) == ("", told)


def test_a_forged_or_foreign_link_is_worth_nothing_and_leaves_no_trace() -> None:
    office = begun()
    before = everything(office)
    mine = token(office)
    for text in (mine[:-1] + ("A" if mine[-1] != "A" else "B"), mine[:-1], "", "x" * 44):
        for use in (look, sign):
            with pytest.raises(BadLink):
                use(office.desk, LINKS, text)
    foreign = opened(county(task("other", OTHER)), at="2022-07-05T08:30")
    foreign.key = "county"
    with pytest.raises(BadLink):
        sign(foreign.desk, LINKS, mine)
    assert everything(office) == before


def test_a_link_of_another_database_is_not_taken_for_the_paper_that_bears_its_number_here() -> None:
    office, other = begun(task("a", TOWN)), begun(task("a", OTHER))
    numbers = [message.id for message in other.find(Outgoing)]
    assert [message.id for message in office.find(Outgoing)] == numbers
    with pytest.raises(BadLink):
        sign(other.desk, LINKS, token(office))
    assert states(other, OTHER) == {"a": "issued"}


def test_a_key_is_changed_without_a_break_and_its_links_end_when_it_goes() -> None:
    office = begun(links=Links(url=LINKS.url, keys=(OLD,)))
    both = replace(LINKS, keys=(NEW, OLD))
    with pytest.raises(BadLink):
        look(office.desk, LINKS, token(office))
    assert look(office.desk, both, token(office)).open
    office.links = both
    office.live_until("2022-07-11T12:00")
    assert look(office.desk, LINKS, token(office, place=-1)).open
    assert token(office, place=-1) != token(office)


def test_a_link_sent_to_who_is_not_a_contact_any_more_signs_nothing_and_the_new_one_is_given_another() -> None:
    office = begun().at("2022-07-06T09:00")
    old = token(office)
    office.do("contact", unit=TOWN, level=0, address="new@east.example.org", reason="换人")
    assert sign(office.desk, LINKS, old).why == "replaced"
    assert states(office) == {"a": "issued", "b": "issued"}
    office.live_until("2022-07-11T12:00")
    asked = [e for e in office.post.taken if e.recipients == ("new@east.example.org",) and LINK.search(e.body)]
    assert len(asked) == 1
    assert sign(office.desk, LINKS, LINK.search(asked[0].body)[1]).why == ""  # type: ignore[index]
    assert states(office) == {"a": "received", "b": "received"}


def test_what_ended_owes_no_receipt() -> None:
    office = begun().at("2022-07-06T09:00")
    office.do("abort", who="leader", reason="上级决定", document="通知1号")
    before = len(office.history())
    assert signed(office).why == "ended"
    assert len(office.history()) == before


# --- Z3: signing ---


def test_by_its_link_a_unit_signs_for_all_that_the_notice_names_in_its_own_name() -> None:
    office = begun().at("2022-07-06T10:00")
    sight = signed(office)
    assert states(office) == {"a": "received", "b": "received"}
    assert states(office, OTHER) == {"a": "issued"}
    assert {office.deadline(TOWN, name, "receipt").state for name in "ab"} == {"met"}
    assert [(duty.title, duty.open, f"{duty.signed_at:%m-%d %H:%M}") for duty in sight.duties] == [
        ("任务a", False, "07-06 10:00"),
        ("任务b", False, "07-06 10:00"),
    ]
    notice: Notice = office.find(Notice, unit=TOWN)[0]
    message: Outgoing = office.find(Outgoing, notice=notice.id)[0]
    for record in office.history("receive"):
        assert (record["actor"], record["role"], record["on_behalf"]) == (TOWN, "unit", "")
        door = {"kind": "link", "notice": short(notice.id), "recipient": message.recipient}
        assert (record["door"], record["facts"]["message"]) == (door, short(message.id))
    assert office.audit().findings == ()


def test_the_address_that_a_link_went_to_is_shown_with_a_task_to_those_alone_whose_business_it_is() -> None:
    office = begun().at("2022-07-06T10:00")
    signed(office)
    seen = {}
    for who in ("office", "auditor", "leader", TOWN):
        with reading(office.desk, office.key, who) as case:
            found = shown_for(case, case.task("a"), TOWN)["history"]
        seen[who] = [told["door"]["recipient"] for told in found]
    town = ["liaison@east.example.org"]
    assert seen == {"office": town, "auditor": town, "leader": [""], TOWN: [""]}


def test_nobody_takes_a_key_under_which_a_link_signs() -> None:
    office = begun().at("2022-07-06T10:00")
    message: Outgoing = office.find(Outgoing, notice=office.find(Notice, unit=TOWN)[0].id)[0]
    key = f"link {short(message.id)} {short(office.assignment(TOWN, 'a').id)}"
    with pytest.raises(BadInput, match="is kept for links"):
        office.do("receive", who=TOWN, task="a", idempotent=key)
    assert signed(office).done == 2


def test_looking_changes_nothing() -> None:
    office = begun()
    before = everything(office)
    for at in ("2022-07-06T10:00", "2022-08-06T10:00"):
        look(office.at(at).desk, LINKS, token(office))
    assert everything(office) == before


def test_signing_again_changes_nothing_and_tells_when_it_was_signed() -> None:
    office = begun().at("2022-07-06T10:00")
    first = signed(office)
    before = everything(office)
    again = signed(office.at("2022-07-08T16:00"))
    assert everything(office) == before
    assert again.duties == first.duties and again.duties[0].signed_at is not None


def test_what_was_answered_otherwise_is_left_as_it_is() -> None:
    office = begun().at("2022-07-06T10:00")
    office.do("receive", who=TOWN, task="a")
    office.submit(TOWN, "b")
    before = everything(office)
    sight = signed(office)
    assert everything(office) == before
    assert [(duty.state, duty.open, duty.signed_at) for duty in sight.duties] == [
        ("办理中", False, None),
        ("已报送待审核", False, None),
    ]


def test_a_receipt_by_link_ends_its_ladder_and_a_missing_one_is_never_counted_against_the_unit() -> None:
    office = begun(task("a", f"{TOWN}, {OTHER}")).at("2022-07-06T10:00")
    signed(office)
    office.live_until("2022-07-20T12:00")
    assert office.rungs(TOWN, "a", "receipt") == []
    assert office.rungs(OTHER, "a", "receipt") == ["07-11 10:00 提醒签收 raised"]
    assert signed(office, OTHER).why == ""
    office.live_until("2022-08-20T12:00")
    assert office.rungs(OTHER, "a", "receipt") == ["07-11 10:00 提醒签收 raised"]
    assert {n.level for n in office.find(Notice)} == {0}


def test_a_successor_signs_by_the_link_of_the_unit_it_took_over_from() -> None:
    office = begun().at("2022-07-06T09:00")
    office.do("rename_unit", old=TOWN, new="东街道", document="批复9号")
    assert signed(office).unit == "东街道"
    assert states(office, "东街道") == {"a": "received", "b": "received"}
    assert {record["actor"] for record in office.history("receive")} == {"东街道"}


def test_nobody_signs_for_a_task_that_was_handed_to_another_unit() -> None:
    office = begun(task("a", TOWN, objection="3wd")).at("2022-07-06T09:00")
    old = token(office)
    office.do("object", who=TOWN, task="a", reason="不属职责")
    assert [d.state for d in look(office.desk, LINKS, old).duties] == ["已提出异议,待裁定"]
    office.do("decide", task="a", unit=TOWN, uphold=True, to=OTHER, reason="属实")
    office.sweep("2022-07-06T09:30")
    sight = sign(office.desk, LINKS, old)
    assert [(duty.state, duty.open) for duty in sight.duties] == [("已撤销", False)]
    assert states(office, OTHER) == {"a": "issued"}
    assert signed(office, OTHER).unit == OTHER
    assert states(office, OTHER) == {"a": "received"}


def test_a_link_signs_for_no_other_unit() -> None:
    office = begun()
    owed = office.assignment(TOWN, "b")
    with office.write() as work:
        work.put(replace(owed, unit=COURT))
    assert [(duty.state, duty.open) for duty in signed(office).duties] == [
        ("办理中", False),
        ("已转由其他单位承办", False),
    ]
    assert states(office, COURT) == {"b": "issued"}


def test_the_office_hands_a_link_on_and_the_history_says_so() -> None:
    office = begun().at("2022-07-08T09:00")
    notice = office.number("task_issued")
    office.do("contact", unit=OTHER, level=0, address="new@west.example.org", reason="换人")
    told = receipts.give(office.desk, LINKS, Command("give_link", office.key, {"notice": notice}))
    assert (told["unit"], told["until"]) == (OTHER, "2022-07-23")
    assert sign(office.desk, LINKS, told["link"].rpartition("/")[2]).why == ""
    assert [record["actor"] for record in office.history("give_link")] == [OFFICE]
    assert "message" not in office.history("receive")[0]["facts"]
    assert office.history("receive")[0]["door"] == {"kind": "link", "notice": int(notice)}
    with pytest.raises(Refused, match="owes no receipt of what it names any more"):
        receipts.give(office.desk, LINKS, Command("give_link", office.key, {"notice": notice}))
    for actor in (TOWN, "auditor", "leader"):
        with pytest.raises(NotAllowed):
            receipts.give(office.desk, LINKS, Command("give_link", office.key, {"notice": notice}, actor))


def test_a_link_is_handed_on_of_a_notice_that_asks_for_a_receipt_and_went_out() -> None:
    office = begun(task("a", TOWN) + task("plain", COURT, "none"))
    asked = {n.unit: office.short_of(n) for n in office.find(Notice)}
    with pytest.raises(Refused, match="asks no unit for a receipt"):
        receipts.give(office.desk, LINKS, Command("give_link", office.key, {"notice": asked[COURT]}))
    trial = opened(county(), trial=True).sweep("2022-07-05T09:05")
    with pytest.raises(Refused, match="it is listed — a link is given of what has gone out"):
        receipts.give(trial.desk, LINKS, Command("give_link", trial.key, {"notice": trial.number("task_issued")}))
