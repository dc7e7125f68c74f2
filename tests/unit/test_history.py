from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.history import GENESIS, Break, Chain, canonical, cut, digest, examine, link, parse, record_of, short_head
from engine.model import Record
from engine.model.plain import instant, moment

AT = "2022-07-05T01:00:00.000Z"

texts = st.text('ab 西沱镇é"\\\n\x00\x7f\u2028😀')
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)
more_facts = st.dictionaries(st.text("abcdefg西沱镇", min_size=1), values, max_size=4)


def facts(n: int = 0, more: Mapping[str, object] | None = None, number: int = 1) -> dict[str, object]:
    return {
        "at": AT,
        "actor": "office",
        "role": "office",
        "on_behalf": "西沱镇",
        "campaign": f"campaign {number}",
        "action": "task.submit",
        "outcome": "done",
        "reason": "",
        "subject": f"selfcheck/{n}",
        "workflow": "f" * 64,
        "more": dict(more or {}),
    }


def journal(length: int, number: int = 1) -> list[Record]:
    records: list[Record] = []
    head = GENESIS
    for seq in range(1, length + 1):
        records.append(link(number, seq, head, facts(seq, number=number)))
        head = records[-1].hash
    return records


def verify(records: Iterable[Record], heads: Mapping[int, tuple[int, str]] | None = None) -> Iterator[Break]:
    ends: dict[int, tuple[int, str]] = {}
    for examined in examine(records, ends, {}):
        yield from examined.breaks
    yield from cut(ends, heads or {})


def found(records: list[Record]) -> list[tuple[int, str]]:
    return [(broken.seq, broken.what) for broken in verify(records)]


def test_canonical_bytes_have_sorted_keys_no_spaces_and_chinese_as_it_is():
    assert canonical({"b": [1, 2.5, None, True], "a": "西沱镇"}) == '{"a":"西沱镇","b":[1,2.5,null,true]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "\ud800"])
def test_what_json_cannot_say_is_refused(value: object):
    with pytest.raises(ValueError, match=r"nan|inf|surrogates"):
        canonical({"facts": [value]})


@pytest.mark.parametrize("value", [datetime(2022, 7, 5, tzinfo=UTC), (1, 2), {1, 2}, b"x", {1: "x"}, object()])
def test_what_is_no_plain_value_is_refused(value: object):
    with pytest.raises(TypeError, match=r"a record holds no|a key of a record"):
        canonical({"facts": {"value": value}})


@given(more_facts)
def test_parsing_canonical_bytes_and_writing_them_again_gives_the_same_bytes(more: dict[str, object]):
    assert canonical(parse(canonical(more))) == canonical(more)


@given(more_facts)
def test_the_order_in_which_facts_are_given_does_not_matter(more: dict[str, object]):
    assert canonical(dict(reversed(more.items()))) == canonical(more)


def test_an_instant_is_written_in_utc_with_milliseconds_and_z():
    east = timezone(timedelta(hours=8))
    assert instant(datetime(2022, 7, 5, 9, 0, 0, 250_999, tzinfo=east)) == "2022-07-05T01:00:00.250Z"
    assert moment("2022-07-05T01:00:00.250Z") == datetime(2022, 7, 5, 1, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2022-07-05", "2022-07-05T01:00:00Z", "2022-07-05T09:00:00.000+08:00", "yesterday"])
def test_an_instant_in_another_form_is_no_instant_of_a_record(text: str):
    with pytest.raises(ValueError, match=r"instant|isoformat"):
        moment(text)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        instant(datetime(2022, 7, 5))


def test_the_bytes_of_a_record_hold_the_hash_of_the_one_before_and_its_columns_come_from_them():
    first, second = journal(2)
    assert parse(second.data)["prev"] == first.hash == digest(first.data)
    assert parse(first.data)["prev"] == GENESIS
    assert record_of(1, second.data) == second
    assert (second.journal, second.seq, second.subject) == (1, 2, "selfcheck/2")
    assert (second.at, second.actor, second.action, second.outcome) == (
        datetime(2022, 7, 5, 1, tzinfo=UTC), "office", "task.submit", "done",
    )  # fmt: skip


def test_facts_may_not_write_what_the_chain_writes():
    with pytest.raises(ValueError, match="prev, seq"):
        link(1, 1, GENESIS, {**facts(), "seq": 7, "prev": GENESIS})


@pytest.mark.parametrize("column", ["at", "campaign", "actor", "action", "outcome", "subject"])
def test_facts_without_a_column_are_refused(column: str):
    lacking = facts()
    del lacking[column]
    with pytest.raises(KeyError, match=column):
        link(1, 1, GENESIS, lacking)


def test_a_notice_carries_the_first_sixteen_characters_of_a_head():
    assert short_head("0123456789abcdef" * 4) == "0123456789abcdef"


def test_a_journal_as_it_was_written_holds():
    assert found(journal(5)) == []
    assert found([]) == []


def test_journals_may_come_mixed():
    mixed = [record for pair in zip(journal(3, 1), journal(3, 2), strict=True) for record in pair]
    assert found(mixed) == []


def test_verifying_reads_no_further_than_it_is_asked():
    def endless() -> Iterator[Record]:
        yield record_of(
            1,
            b'{"action":"","actor":"","at":"%s","campaign":"","outcome":"","prev":"x","seq":1,"subject":""}'
            % AT.encode(),
        )
        raise AssertionError("read too far")

    assert next(iter(verify(endless()))) == Break(
        journal=1, seq=1, what="the hash before it is not that of the record before"
    )


@given(st.data())
def test_any_byte_changed_in_any_record_is_found_at_that_record(data: st.DataObject):
    records = journal(3)
    n = data.draw(st.integers(0, 2))
    at = data.draw(st.integers(0, len(records[n].data) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytearray(records[n].data)
    changed[at] ^= flip
    records[n] = replace(records[n], data=bytes(changed))
    assert n + 1 in [seq for seq, _ in found(records)]


@given(st.data())
def test_a_record_forged_with_its_own_hash_breaks_the_one_after_it(data: st.DataObject):
    records = journal(3)
    n = data.draw(st.integers(0, 1))
    forged = parse(records[n].data)
    forged["actor"] = data.draw(texts.filter(lambda name: name != "office"))
    records[n] = record_of(1, canonical(forged))
    assert found(records) == [(n + 2, "the hash before it is not that of the record before")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("hash", "0" * 64),
        ("at", datetime(2022, 7, 6, tzinfo=UTC)),
        ("actor", "县教委"),
        ("action", "task.accept"),
        ("outcome", "refused"),
        ("subject", "selfcheck/9"),
    ],
)
def test_a_column_that_differs_from_the_bytes_is_named(column: str, value: object):
    records = journal(3)
    records[1] = replace(records[1], **{column: value})
    broken = [what for seq, what in found(records) if seq == 2]
    assert broken == [f"{column} is {value}, the bytes say {getattr(journal(3)[1], column)}"]


def test_a_record_moved_to_another_journal_is_found():
    first, _ = journal(2, 1)
    _, other = journal(2, 2)
    moved = replace(other, journal=1)
    assert (2, "it is a record of campaign 2, not of campaign 1") in found([first, moved])


def test_a_missing_record_leaves_a_gap_that_is_named():
    first, _, third = journal(3)
    assert found([first, third]) == [
        (3, "seq is 3, after 1 comes 2"),
        (3, "the hash before it is not that of the record before"),
    ]


def test_a_record_that_stands_twice_is_named():
    first, second = journal(2)
    assert (2, "seq is 2, after 2 comes 3") in found([first, second, second])


def test_bytes_that_say_the_same_in_another_form_are_found():
    record = journal(1)[0]
    spaced = json.dumps(parse(record.data), ensure_ascii=False, sort_keys=True).encode()
    assert found([record_of(1, spaced)]) == [(1, "the bytes are not in canonical form")]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"\xff", b'{"a":NaN}', b"[" * 100_000, b'{"seq":' + b"9" * 5000 + b"}"]
)
def test_bytes_that_are_no_record_are_named_without_a_crash(data: bytes):
    broken = found([replace(journal(1)[0], data=data, hash=digest(data))])
    assert [seq for seq, _ in broken] == [1]
    assert broken[0][1].startswith("the bytes are no record: ")


def test_a_tail_cut_off_is_found_by_a_head_kept_elsewhere():
    records = journal(3)
    heads = {1: (3, records[2].hash)}
    assert list(verify(records, heads)) == []
    assert list(verify(records[:2], heads)) == [Break(journal=1, seq=2, what="the journal ends here, its head is 3")]
    assert list(verify([], heads)) == [Break(journal=1, seq=0, what="the journal ends here, its head is 3")]


def test_a_head_with_another_hash_is_found():
    assert list(verify(journal(2), {1: (2, "0" * 64)})) == [
        Break(journal=1, seq=2, what="the last hash is not that of the head")
    ]


# --- the chain alone ---


def followed(records: list[Record]) -> list[tuple[int, str]]:
    links = [(record.journal, record.seq, record.data, record.hash) for record in records]
    return [(broken.seq, broken.what) for broken in Chain().follow(links)]


def test_a_chain_that_nobody_touched_holds_also_where_journals_come_in_parts():
    one, two = journal(4, 1), journal(3, 2)
    chain = Chain()
    for part in (one[:2], two, one[2:]):
        assert list(chain.follow([(record.journal, record.seq, record.data, record.hash) for record in part])) == []
    ends = {1: (4, one[-1].hash), 2: (3, two[-1].hash)}
    assert {number: end for number, end in chain.ends.items() if number > 0} == ends
    assert list(cut(chain.ends, ends)) == []
    assert list(cut(chain.ends, {1: (5, one[-1].hash), 3: (1, "0" * 64)})) == [
        Break(journal=1, seq=4, what="the journal ends here, its head is 5"),
        Break(journal=3, seq=0, what="the journal ends here, its head is 1"),
    ]


@given(st.data())
def test_any_byte_changed_breaks_the_chain_at_that_record(data: st.DataObject):
    records = journal(3)
    n = data.draw(st.integers(0, 2))
    changed = bytearray(records[n].data)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    records[n] = replace(records[n], data=bytes(changed))
    assert n + 1 in [seq for seq, _ in followed(records)]


def test_a_chain_names_a_gap_a_hash_that_is_not_that_of_the_bytes_and_a_forged_record_before():
    first, second, third = journal(3)
    assert followed([first, third]) == [
        (3, "seq is 3, after 1 comes 2"),
        (3, "the hash before it is not that of the record before"),
    ]
    assert followed([replace(first, hash="0" * 64)]) == [(1, f"hash is {'0' * 64}, the bytes say {first.hash}")]
    forged = record_of(1, first.data.replace(b"office", b"nobody"))
    assert followed([forged, second]) == [(2, "the hash before it is not that of the record before")]
