"""Mutants of the rules of receipts by link (Z1–Z3)."""

from __future__ import annotations

from tests.mutants.mutant import mutant

ASKING = "engine/store/queries/notices.py"
LINKING = "engine/service/signing/linking.py"
RECEIPTS = "engine/service/signing/receipts.py"
TOKENS = "engine/tokens.py"
ONLY = "receipts::test_only_the_liaison_of_a_unit_that_owes_a_receipt_is_given_one"
LATE = "receipts::test_a_link_holds_to_the_last_second_of_its_day_and_one_used_later_is_recorded_once"
AGAIN = "receipts::test_signing_again_changes_nothing_and_tells_when_it_was_signed"

MUTANTS = (
    mutant(
        "Z1a",
        "engine/service/delivery/claiming.py",
        "footer = linking.line(case, links, notice, outgoing) if links else",
        "footer = linking.line(case, links, notice, outgoing) if False else",
        "receipts::test_a_message_that_asks_for_a_receipt_bears_a_link_and_nothing_that_is_kept_does",
    ),
    mutant("Z1b", ASKING, " AND (i.kind IN ({kinds}) OR i.deadline = d.id)", "", ONLY),
    mutant("Z1c", "engine/service/delivery/claiming.py", "links if one.notice in asking else None", "links", ONLY),
    mutant(
        "Z1d",
        ASKING,
        "d.kind = 'receipt' AND d.id < i.notice",
        "d.kind = 'receipt' AND d.state = 'armed'",
        "receipts::test_each_attempt_sends_the_same_bytes_also_where_the_unit_has_answered_meanwhile",
    ),
    mutant(
        "Z2a",
        TOKENS,
        "if not any(hmac.compare_digest(mac, _mac(payload, key)) for key in keys):",
        "if False:",
        "unit/test_tokens::test_every_single_change_of_a_token_is_refused",
        "receipts::test_a_forged_or_foreign_link_is_worth_nothing_and_leaves_no_trace",
    ),
    mutant("Z2b", LINKING, 'return "expired" if case.today > paper.until else ""', 'return ""', LATE),
    mutant("Z2c", RECEIPTS, '    return [(unit, "late_link", told, key)]', "    return []", LATE),
    mutant(
        "Z2d",
        LINKING,
        "if paper.message is not None and not _is_reached(case, paper.notice.unit, paper.message.recipient):",
        "if False:",
        "receipts::test_a_link_sent_to_who_is_not_a_contact_any_more_signs_nothing_and_the_new_one_is_given_another",
    ),
    mutant(
        "Z2e",
        LINKING,
        "if notice is None or seal.check != _check(case, notice):",
        "if notice is None:",
        "receipts::test_a_link_of_another_database_is_not_taken_for_the_paper_that_bears_its_number_here",
    ),
    mutant(
        "Z3a",
        LINKING,
        'return owes and assignment.state == "issued" and',
        "return owes and",
        "receipts::test_what_was_answered_otherwise_is_left_as_it_is",
    ),
    mutant(
        "Z3b",
        LINKING,
        "units.called(case.plan.workflow.directory, notice.unit, case.today))\n    return owes",
        "notice.unit)\n    return owes",
        "receipts::test_a_successor_signs_by_the_link_of_the_unit_it_took_over_from",
    ),
    mutant(
        "Z3c",
        "engine/service/duties/commands/handing_in.py",
        "    message = full(int(asked.message), case.id)",
        "    message = 0",
        "receipts::test_by_its_link_a_unit_signs_for_all_that_the_notice_names_in_its_own_name",
    ),
    mutant(
        "Z3d",
        "engine/service/signing/commands/links.py",
        'Action("give_link", frozenset({"office"})',
        'Action("give_link", frozenset({"office", "unit", "leader"})',
        "receipts::test_the_office_hands_a_link_on_and_the_history_says_so",
    ),
    mutant("Z3e", LINKING, "return owes and ", "return ", "receipts::test_a_link_signs_for_no_other_unit"),
    mutant(
        "Z3f",
        "engine/web/room.py",
        "if not _is_confirmed(environ):",
        "if False:",
        "acceptance/test_receipts_web::test_nothing_but_the_button_changes_anything",
    ),
    mutant(
        "Z3g",
        "engine/web/room.py",
        'if method != "POST":',
        "if False:",
        "acceptance/test_receipts_web::test_nothing_but_the_button_changes_anything",
    ),
    mutant(
        "Z3h",
        RECEIPTS,
        "        if not _acts(case, paper):",
        "        if False:",
        "acceptance/test_receipts_web::test_where_the_database_is_busy_the_unit_is_asked_to_come_again",
    ),
)
