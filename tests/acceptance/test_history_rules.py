"""The history of a campaign: complete, unbroken, and enough to rebuild the state (SEMANTICS H1–H4)."""

from __future__ import annotations

import json

import pytest
from office import OTHER, TOWN, Office, opened, plan

from engine.errors import NotAllowed
from engine.history import canonical, digest, parse
from engine.model import Armed, Record
from engine.service.audit.audit import verify_all
from engine.service.audit.installation import office as office_only
from engine.service.audit.views.audit import against, heads
from engine.service.campaigns.founding import accept_clock


def lived() -> Office:
    """An office that did a bit of everything."""
    office = opened().live_until("2022-08-29T12:00")
    office.extend(to="2022-09-09", idempotent="k1")
    office.pause(task="report", unit=OTHER)
    office.live_until("2022-08-30T12:00").do("resume", task="report", unit=OTHER)
    office.do("hold", task="report", unit=OTHER, level=2, reason="协调中")
    office.live_until("2022-09-02T12:00")
    office.submit(OTHER)
    office.do("return", task="report", unit=OTHER, reason="缺附件")
    with pytest.raises(NotAllowed):
        office.do("accept", who=TOWN, task="report")
    office.do("contact", unit=TOWN, level=0, address="new@east.example.org")
    return office.live_until("2022-09-20T12:00")


# --- H1 ---


def test_records_are_numbered_without_gaps_and_each_holds_the_hash_of_the_one_before() -> None:
    office = lived()
    records: list[Record] = office.find(Record, journal=1)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    prev = "0" * 64
    for record in records:
        assert (parse(record.data)["prev"], digest(record.data)) == (prev, record.hash)
        prev = record.hash
    assert (office.head().seq, office.head().head) == (len(records), prev)


def test_a_second_record_of_the_same_number_is_refused_by_the_database() -> None:
    office = opened()
    with pytest.raises(Exception, match=r"UNIQUE|unique"), office.write() as work:
        work.rows('INSERT INTO "journal" SELECT * FROM "journal" WHERE journal = 1 AND seq = 1 RETURNING seq')


def test_a_record_says_what_happened_who_did_it_for_whom_and_under_which_version() -> None:
    office = opened().live_until("2022-07-06T12:00")
    voucher = {"name": "电话记录", "text": "已报"}
    office.do("submit", task="report", unit=TOWN, note="材料", voucher=voucher)
    record = office.history("submit")[0]
    assert {
        key: record[key] for key in ("at", "actor", "role", "on_behalf", "action", "outcome", "reason", "subject")
    } == {
        "at": "2022-07-06T04:00:00.000Z",
        "actor": "县创建办",
        "role": "office",
        "on_behalf": TOWN,
        "action": "submit",
        "outcome": "done",
        "reason": "",
        "subject": f"report/{TOWN}",
    }
    assert record["workflow"] == office.head().workflow[:12]


# --- H2 ---


def test_commands_refusals_occurrences_deliveries_and_configuration_are_all_in_it() -> None:
    actions = {record["action"] for record in lived().history()}
    assert actions >= {
        "start", "bind", "deliver", "occur", "extend", "pause", "resume", "hold", "submit", "return", "accept", "contact",
    }  # fmt: skip


def test_what_concerns_the_installation_is_in_its_own_journal() -> None:
    office = opened()
    accept_clock(office.desk, "核对无误")
    with pytest.raises(NotAllowed):
        office_only(office.desk, "auditor", "calendar apply")
    found = [(r.seq, r.action, r.outcome) for r in office.find(Record, journal=0)]
    assert found == [
        (1, "install", "done"), (2, "create", "done"), (3, "clock", "done"), (4, "calendar apply", "refused"),
    ]  # fmt: skip


# --- H3 ---


def test_replay_from_the_records_alone_gives_the_state() -> None:
    audit = verify_all(lived().desk)
    assert (audit.findings, audit.records > 30, audit.rows > 60) == ((), True, True)


def test_replay_gives_the_state_of_a_campaign_that_moves_by_itself() -> None:
    office = opened(plan(build="advance: automatic")).live_until("2022-07-06T12:00")
    office.hand_in(TOWN, OTHER)
    office.live_until("2022-07-08T12:00")
    assert (office.head().phase, office.audit().findings) == ("sprint", ())


CELLS = {
    "campaign": ("phase", "'sprint'"),
    "assignment": ("state", "'accepted'"),
    "deadline": ("due_on", "'2022-12-24'"),
    "occurrence": ("outcome", "'moot'"),
    "armed": ("campaign", "7"),
    "item": ("state", "'moot'"),
    "notice": ("subject", "'另一标题'"),
    "outbox": ("recipient", "'x@example.org'"),
    "hold": ("reason", "'另有原因'"),
    "pause": ("document", "'另一文件'"),
    "contact": ("address", "'x@example.org'"),
    "phase": ("last_day", "'2023-01-01'"),
}


@pytest.mark.parametrize("table", sorted(CELLS))
def test_a_changed_cell_of_the_state_is_named(table: str, whole_life: Office) -> None:
    column, value = CELLS[table]
    with whole_life.write() as work:
        first = work.rows(f'SELECT MIN("{column}") FROM "{table}"')[0][0]
        changed = work.rows(f'UPDATE "{table}" SET "{column}" = {value} WHERE "{column}" = ? RETURNING 1', (first,))
    found = whole_life.audit().findings
    with whole_life.write() as work:
        work.rows(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = {value} RETURNING 1', (first,))
    assert changed
    assert [finding.place.partition("[")[0] for finding in found] == [table] * len(changed)
    assert {finding.place.rpartition(".")[2] for finding in found} == {column}


@pytest.fixture(scope="module")
def whole_life() -> Office:
    return lived()


def test_a_row_taken_away_is_named() -> None:
    office = lived()
    armed: list[Armed] = office.find(Armed)
    with office.write() as work:
        work.rows('DELETE FROM "armed" WHERE ref = ? RETURNING ref', (armed[0].ref,))
    assert "the history has this row, the state has not" in [finding.what for finding in office.audit().findings]


def test_a_forged_record_is_named_by_its_number() -> None:
    office = lived()
    record: Record = office.find(Record, journal=1)[4]
    told = parse(record.data) | {"actor": "别人"}
    with office.write() as work:
        work.rows("DROP TRIGGER journal_UPDATE")
        work.put(Record(**{f: getattr(record, f) for f in record.__slots__} | {"data": canonical(told)}))
    assert office.audit().findings[0].place == "record 1:5"


# --- H4 ---


def test_heads_kept_elsewhere_find_a_tail_that_was_cut_off() -> None:
    office = lived()
    kept = json.loads(json.dumps(heads(office.desk)))
    assert against(office.desk, kept) == []
    office.submit()
    assert against(office.desk, kept) == []
    last = kept["heads"][-1]
    with office.write() as work:
        work.rows("DROP TRIGGER journal_DELETE")
        work.rows('DELETE FROM "journal" WHERE journal = 1 AND seq >= ? RETURNING seq', (last["seq"],))
    found = against(office.desk, kept)
    assert [finding.place for finding in found] == [f"record 1:{last['seq']}"]


def test_heads_kept_elsewhere_find_another_record_in_the_same_place() -> None:
    office = lived()
    kept = heads(office.desk)
    kept["heads"][-1]["hash"] = "f" * 64
    assert len(against(office.desk, kept)) == 1
